"""Events over HTTP: server-sent, as they happen, to whoever listens."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

from emulator.core.base.clock import iso_millis
from emulator.core.base.events import Event
from emulator.core.http.messages import Json, to_json
from emulator.core.journal.exchange import Exchange
from emulator.core.journal.redaction import redacted
from emulator.interfaces.admin.context import DEFAULT, Desk
from emulator.interfaces.admin.exchanges import in_short
from emulator.interfaces.admin.operations.webhooks import delivery
from emulator.interfaces.transports.asgi import Receive, Send

MOST_WAITING = 1000  # events that a slow listener may be behind
ALIVE_SECONDS = 15.0  # after a while of silence a comment, so that nobody in between hangs up


def fault(exchange: Exchange) -> dict[str, Json]:
    """What a fault did to an exchange."""
    effect = exchange.fault
    assert effect is not None  # it was told as one
    return {
        "fault": effect.rule,
        "exchange": exchange.request.id,
        "status": exchange.response.status,
        "delay_seconds": effect.delay_seconds,
        "connection": effect.connection.kind if effect.connection else None,
    }


SHOWN: Mapping[str, Callable[[Any], dict[str, Json]]] = {
    "exchange": lambda exchange: in_short(redacted(exchange)),
    "fault": fault,
    "delivery": delivery,
    "clock": lambda now: {"now": iso_millis(now)},
    "tenant": lambda change: {"change": change},
}


class Listening:
    """One listener's events that it has not been sent yet; filled from any thread."""

    def __init__(self, desk: Desk, tenant: str) -> None:
        self._loop = asyncio.get_running_loop()
        self._tenant = tenant
        self._waiting: deque[Event] = deque()
        self._lost = 0
        self._some = asyncio.Event()
        self.stop = desk.emulator.events.listen(self._hear)

    async def lines(self, alive_seconds: float) -> AsyncIterator[bytes]:
        yield sent("hello", {})
        while True:
            try:
                await asyncio.wait_for(self._some.wait(), alive_seconds)
            except TimeoutError:
                yield b": still here\n\n"
                continue
            self._some.clear()
            if self._lost:
                lost, self._lost = self._lost, 0
                yield sent("lost", {"events": lost})
            while self._waiting:
                yield shown(self._waiting.popleft())

    def _hear(self, event: Event) -> None:
        if self._tenant in ("", event.tenant or DEFAULT):
            self._loop.call_soon_threadsafe(self._take, event)

    def _take(self, event: Event) -> None:
        if len(self._waiting) < MOST_WAITING:
            self._waiting.append(event)
        else:
            self._lost += 1
        self._some.set()


def shown(event: Event) -> bytes:
    content = {"tenant": event.tenant or DEFAULT, **SHOWN[event.kind](event.subject)}
    return sent(event.kind, content, event.number)


def sent(kind: str, content: dict[str, Json], number: int | None = None) -> bytes:
    id = b"" if number is None else b"id: %d\n" % number
    return b"event: " + kind.encode() + b"\n" + id + b"data: " + to_json(content) + b"\n\n"


async def stream(
    desk: Desk,
    tenant: str,
    receive: Receive,
    send: Send,
    *,
    alive_seconds: float = ALIVE_SECONDS,
) -> None:
    """Until the client goes away, or the server stops. ``tenant``: its key; empty: of all."""
    listening = Listening(desk, tenant)
    writing = asyncio.ensure_future(write(listening.lines(alive_seconds), send))
    leaving = asyncio.ensure_future(gone(receive))
    try:
        await asyncio.wait({writing, leaving}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        listening.stop()
        for task in (writing, leaving):
            task.cancel()
        await asyncio.gather(writing, leaving, return_exceptions=True)


async def write(lines: AsyncIterator[bytes], send: Send) -> None:
    async for line in lines:
        await send({"type": "http.response.body", "body": line, "more_body": True})


async def gone(receive: Receive) -> None:
    """The request has been read to its end: what comes next is that the client goes away."""
    await receive()
