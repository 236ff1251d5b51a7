"""/_emulator/inbox/{key}/{name}: receives webhooks for those who have no server of their own.

Whatever is sent with POST, PUT or PATCH is kept, and answered with 200, or with the statuses that
the address itself asks for: ``?answers=500,500,200``. GET gives what has come, and waits for it:
``?count=2&wait=5s``. DELETE empties the inbox.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from emulator.application import Emulator
from emulator.core.clock import iso_millis
from emulator.core.inbox import MOST_BYTES, MOST_MESSAGES, Inbox, InboxFull, Received
from emulator.core.scenario.amounts import duration
from emulator.core.tenants import Tenant

PATH = "/_emulator/inbox/{key}/{name:path}"
STATUS = re.compile(r"[2-5]\d\d")
LONGEST_WAIT = 60.0  # seconds
NO_STORE = {"Cache-Control": "no-store"}


class Refused(Exception):
    """What is answered in the place of the inbox."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


class Shelf:
    """The inboxes of an emulator's tenants, over HTTP."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator

    async def answer(self, request: Request) -> Response:
        try:
            return await METHODS[request.method](self, request)
        except Refused as refusal:
            content = {"error": {"code": refusal.code, "message": refusal.message}}
            return JSONResponse(content, status_code=refusal.status)

    async def receive(self, request: Request) -> Response:
        answers = statuses(request.query_params.get("answers", "200"))
        body = await bounded(request)
        headers = {name: value for name, value in request.headers.items()}
        pairs = tuple(request.query_params.multi_items())
        with self._emulator.lock:
            tenant, inbox = self._found(request)
            at = tenant.clock.now()
            message = inbox.receive(at, request.method, headers, pairs, body, answers=answers)
        return Response(status_code=message.status)

    async def read(self, request: Request) -> Response:
        wait = seconds(request.query_params.get("wait", "0"))
        count = number(request.query_params.get("count", "1"))
        with self._emulator.lock:
            _, inbox = self._found(request)
        if wait and inbox.count < count:
            await arrival(inbox, count, wait, request)
        with self._emulator.lock:
            content = {"count": inbox.count, "messages": [shown(one) for one in inbox.messages]}
        return JSONResponse(content, headers=NO_STORE)

    async def empty(self, request: Request) -> Response:
        with self._emulator.lock:
            self._found(request)[1].clear()
        return Response(status_code=204)

    def _found(self, request: Request) -> tuple[Tenant, Inbox]:
        """Raises Refused."""
        tenant = self._emulator.tenants.of_key(request.path_params["key"])
        if tenant is None:
            message = "no tenant has this key; one that begins with test- needs no introduction"
            raise Refused(404, "unknown_tenant", message)
        try:
            return tenant, tenant.inboxes.named(request.path_params["name"])
        except InboxFull as error:
            raise Refused(409, "too_many_inboxes", str(error)) from None


METHODS: dict[str, Callable[[Shelf, Request], Awaitable[Response]]] = {
    "POST": Shelf.receive,
    "PUT": Shelf.receive,
    "PATCH": Shelf.receive,
    "GET": Shelf.read,
    "HEAD": Shelf.read,
    "DELETE": Shelf.empty,
}


async def bounded(request: Request) -> bytes:
    """The body. Raises Refused for one that is too large; it is read to its end all the same."""
    held = bytearray()
    total = 0
    async for piece in request.stream():
        total += len(piece)
        if total <= MOST_BYTES:
            held += piece
    if total > MOST_BYTES:
        raise Refused(413, "too_large", f"an inbox keeps messages of up to {MOST_BYTES:,} bytes")
    return bytes(held)


async def arrival(inbox: Inbox, count: int, wait_seconds: float, request: Request) -> None:
    """Returns when so many have come, when the time is over, or when the client has gone."""
    loop = asyncio.get_running_loop()
    enough = asyncio.Event()

    def listener() -> None:
        if inbox.count >= count:
            loop.call_soon_threadsafe(enough.set)

    stop = inbox.listen(listener)
    waiting = {asyncio.ensure_future(enough.wait()), asyncio.ensure_future(gone(request))}
    try:
        listener()  # the last one may have come in between
        await asyncio.wait(waiting, timeout=wait_seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        stop()
        for one in waiting:
            one.cancel()


async def gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


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


def routes(emulator: Emulator) -> list[Route]:
    return [Route(PATH, Shelf(emulator).answer, methods=list(METHODS))]
