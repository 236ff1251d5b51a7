"""/_emulator/inbox/{key}/{name}: receives webhooks for those who have no server of their own.

Whatever is sent with POST, PUT or PATCH is kept, and answered with 200, or with the statuses that
the address itself asks for: ``?answers=500,500,200``. GET gives what has come, and waits for it:
``?count=2&wait=5s``. DELETE empties the inbox.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any

from emulator.application import Arrival, Emulator
from emulator.core.clock import iso_millis
from emulator.core.inbox import MOST_BYTES, MOST_MESSAGES, Inbox, InboxFull, Received
from emulator.core.messages import NOTHING, Json, Response, json_response
from emulator.core.scenario.amounts import duration
from emulator.core.tenants import Tenant
from emulator.faces.asgi import Gone, Receive, Scope, Send, arrival, body_of, reply
from emulator.faces.faults import gone

PATH = re.compile(r"/_emulator/inbox/(?P<key>[^/]+)/(?P<name>.*)", re.DOTALL)
STATUS = re.compile(r"[2-5]\d\d")
LONGEST_WAIT = 60.0  # seconds
NO_STORE = {"Cache-Control": "no-store"}


class Refused(Exception):
    """What is answered in the place of the inbox."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code = status, code


class InboxDoor:
    """The ASGI application of the inboxes of an emulator's tenants."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            body, excess = await body_of(receive, MOST_BYTES)
        except Gone:
            return
        response = await self._answer(arrival(scope, body, excess), receive)
        await reply(response, b"" if scope["method"] == "HEAD" else response.body, send)

    async def _answer(self, asked: Arrival, receive: Receive) -> Response:
        try:
            return await METHODS[asked.method](self, asked, receive)
        except Refused as refusal:
            return told(refusal.status, {"error": {"code": refusal.code, "message": str(refusal)}})

    async def receive(self, asked: Arrival, receive: Receive) -> Response:
        answers = statuses(given("answers", "200", asked))
        if asked.excess:
            why = f"an inbox keeps messages of up to {MOST_BYTES:,} bytes"
            raise Refused(413, "too_large", why)
        with self._emulator.lock:
            tenant, inbox = self._found(asked)
            at = tenant.clock.now()
            message = inbox.receive(
                at, asked.method, asked.headers, asked.query, asked.body, answers=answers
            )
        return Response(message.status)

    async def read(self, asked: Arrival, receive: Receive) -> Response:
        wait = seconds(given("wait", "0", asked))
        count = number(given("count", "1", asked))
        with self._emulator.lock:
            _, inbox = self._found(asked)
        if wait and inbox.count < count:
            await coming(inbox, count, wait, receive)
        with self._emulator.lock:
            content = {"count": inbox.count, "messages": [shown(one) for one in inbox.messages]}
        return told(200, content, NO_STORE)

    async def empty(self, asked: Arrival, receive: Receive) -> Response:
        with self._emulator.lock:
            self._found(asked)[1].clear()
        return Response(204)

    def _found(self, asked: Arrival) -> tuple[Tenant, Inbox]:
        """Raises Refused."""
        path = PATH.fullmatch(asked.path)
        assert path is not None  # it led here
        tenant = self._emulator.tenants.of_key(path["key"])
        if tenant is None:
            message = "no tenant has this key; one that begins with test- needs no introduction"
            raise Refused(404, "unknown_tenant", message)
        try:
            return tenant, tenant.inboxes.named(path["name"])
        except InboxFull as error:
            raise Refused(409, "too_many_inboxes", str(error)) from None


METHODS: Mapping[str, Callable[[InboxDoor, Arrival, Receive], Awaitable[Response]]] = {
    "POST": InboxDoor.receive,
    "PUT": InboxDoor.receive,
    "PATCH": InboxDoor.receive,
    "GET": InboxDoor.read,
    "HEAD": InboxDoor.read,
    "DELETE": InboxDoor.empty,
}


def is_inbox(scope: Scope) -> bool:
    """Whether the request is for an inbox; what it has no method for is the admin API's."""
    return scope["method"] in METHODS and PATH.fullmatch(scope["path"]) is not None


def told(status: int, content: Json, headers: Mapping[str, str] = NOTHING) -> Response:
    return json_response(status, content, headers, content_type="application/json")


def given(name: str, usual: str, asked: Arrival) -> str:
    """A query parameter; the last one where there are several."""
    return dict(asked.query).get(name, usual)


async def coming(inbox: Inbox, count: int, wait_seconds: float, receive: Receive) -> None:
    """Returns when so many have come, when the time is over, or when the client has gone."""
    loop = asyncio.get_running_loop()
    enough = asyncio.Event()

    def listener() -> None:
        if inbox.count >= count:
            loop.call_soon_threadsafe(enough.set)

    stop = inbox.listen(listener)
    waiting = {asyncio.ensure_future(enough.wait()), asyncio.ensure_future(gone(receive))}
    try:
        listener()  # the last one may have come in between
        await asyncio.wait(waiting, timeout=wait_seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        stop()
        for one in waiting:
            one.cancel()


def statuses(given: str) -> tuple[int, ...]:
    words = given.split(",")
    if not all(STATUS.fullmatch(word) for word in words):
        message = f'answers are statuses from 200 to 599, as in 500,500,200; not "{given}"'
        raise Refused(400, "bad_answers", message)
    return tuple(map(int, words))


def seconds(given: str) -> float:
    found = duration(given)
    if found is None or not 0 <= found <= LONGEST_WAIT:
        message = f'wait is a duration of up to {LONGEST_WAIT:g}s, such as 5s; not "{given}"'
        raise Refused(400, "bad_wait", message)
    return found


def number(given: str) -> int:
    if not re.fullmatch(r"\d{1,3}", given) or not 1 <= int(given) <= MOST_MESSAGES:
        message = f'count is a number from 1 to {MOST_MESSAGES}; not "{given}"'
        raise Refused(400, "bad_count", message)
    return int(given)


def shown(message: Received) -> dict[str, Any]:
    """``json`` is there when the body is some, ``text`` in any case."""
    content: dict[str, Any] = {
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
