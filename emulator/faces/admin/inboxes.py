"""A tenant's inboxes: receivers of webhooks for those who have no server of their own."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from urllib.parse import quote, unquote

from msgspec import Struct

from emulator.application import Arrival
from emulator.core.clock import iso_millis
from emulator.core.inbox import Inbox, InboxFull, Received
from emulator.core.messages import Json, Request, Response, json_response
from emulator.core.problems import Refused
from emulator.core.scenario.amounts import duration
from emulator.core.tenants import Tenant
from emulator.faces.admin.desk import PREFIX, Desk
from emulator.faces.admin.errors import error
from emulator.faces.asgi import Receive

PLACE = f"{PREFIX}/inbox/"
LONGEST_WAIT = 60.0  # seconds
FIRST_ERROR = 400


def receive(request: Request, desk: Desk) -> Response:
    """Whatever it is; the address itself says how to answer: ``?answers=500,500,200``."""
    tenant, inbox = found(request, desk)
    statuses = tuple(map(int, request.text("answers", "200").split(",")))
    at, body = tenant.clock.now(), bytes(request.body)
    try:
        message = inbox.receive(
            at, request.method, request.headers, request.query, body, answers=statuses
        )
    except InboxFull as full:
        raise Refused("message_too_large", {"why": str(full)}) from None
    if message.status < FIRST_ERROR:
        return Response(message.status)
    return error(message.status, "as_asked", "the address asks for this answer", {}, {})


def read_inbox(request: Request, desk: Desk) -> Response:
    """What there is at the moment; see ``waiting``."""
    given = request.text("wait", "0s")
    seconds = duration(given)
    if seconds is None:
        raise Refused("bad_duration", {"name": "wait", "given": given})
    if seconds > LONGEST_WAIT:
        raise Refused("wait_too_long", {"given": given, "most": f"{LONGEST_WAIT:g}s"})
    _, inbox = found(request, desk)
    messages: Json = [shown(one) for one in inbox.messages]
    return json_response(200, {"count": inbox.count, "messages": messages})


def empty_inbox(request: Request, desk: Desk) -> Response:
    found(request, desk)[1].clear()
    return Response(204)


def one_segment(path: str) -> str:
    """The path with the name of the inbox encoded: a slash in it divides nothing."""
    if not path.startswith(PLACE):
        return path
    key, slash, name = path.removeprefix(PLACE).partition("/")
    return f"{PLACE}{key}{slash}{quote(name, safe='')}"


def found(request: Request, desk: Desk) -> tuple[Tenant, Inbox]:
    tenant = desk.tenant(request.text("key"))
    try:
        return tenant, tenant.inboxes.named(unquote(request.text("name")))
    except InboxFull as full:
        raise Refused("too_many_inboxes", {"why": str(full)}) from None


def shown(message: Received) -> dict[str, Json]:
    """``json`` is there when the body is some, ``text`` in any case."""
    content: dict[str, Json] = {
        "number": message.number,
        "at": iso_millis(message.at),
        "method": message.method,
        "headers": dict(message.headers),
        "query": [list(pair) for pair in message.query],
        "status": message.status,
        "text": message.text,
    }
    with suppress(ValueError):
        content["json"] = message.json()
    return content


class Waiting(Struct, frozen=True):
    """For so many messages, of which not all are there."""

    inbox: Inbox
    count: int
    seconds: float

    def block(self) -> None:
        """Returns when they have come, or when the time is over."""
        enough = threading.Event()
        stop = self._listen(enough.set)
        enough.wait(self.seconds)
        stop()

    async def over(self, receive: Receive) -> None:
        """Returns when they have come, when the time is over, or when the client has gone."""
        loop = asyncio.get_running_loop()
        enough = asyncio.Event()
        stop = self._listen(lambda: loop.call_soon_threadsafe(enough.set))
        either = asyncio.ensure_future(enough.wait()), asyncio.ensure_future(gone(receive))
        try:
            await asyncio.wait(either, timeout=self.seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stop()
            for one in either:
                one.cancel()

    def _listen(self, enough: Callable[[], object]) -> Callable[[], None]:
        def listener() -> None:
            if self.inbox.count >= self.count:
                enough()

        stop = self.inbox.listen(listener)
        listener()  # the last one may have come in between
        return stop


def waiting(desk: Desk, arrival: Arrival, response: Response) -> Waiting | None:
    """What the reader of an inbox wants to wait for; ``response``: what there was till now."""
    asked = dict(arrival.query)
    is_reader = arrival.method == "GET" and arrival.path.startswith(PLACE)
    if not is_reader or response.status != 200 or "wait" not in asked:
        return None
    key, _, name = arrival.path.removeprefix(PLACE).partition("/")
    with desk.emulator.lock:
        inbox = desk.tenant(key).inboxes.named(name)
    seconds, count = duration(asked["wait"]), int(asked.get("count", "1"))
    return Waiting(inbox, count, seconds) if seconds and inbox.count < count else None


async def gone(receive: Receive) -> None:
    """The request has been read to its end: what comes next is that the client goes away."""
    await receive()
