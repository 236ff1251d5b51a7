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
from emulator.interfaces.admin.context import DEFAULT_TENANT, AdminContext
from emulator.interfaces.admin.exchanges import summary
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


SERIALIZERS: Mapping[str, Callable[[Any], dict[str, Json]]] = {
    "exchange": lambda exchange: summary(redacted(exchange)),
    "fault": fault,
    "delivery": delivery,
    "clock": lambda now: {"now": iso_millis(now)},
    "tenant": lambda change: {"change": change},
}


class EventQueue:
    """One listener's events that it has not been sent yet; filled from any thread."""

    def __init__(self, desk: AdminContext, tenant: str) -> None:
        self._loop = asyncio.get_running_loop()
        self._tenant = tenant
        self._events: deque[Event] = deque()
        self._dropped = 0
        self._wake = asyncio.Event()
        self.stop = desk.emulator.events.subscribe(self._on_event)

    async def lines(self, alive_seconds: float) -> AsyncIterator[bytes]:
        yield event_lines("hello", {})
        while True:
            try:
                await asyncio.wait_for(self._wake.wait(), alive_seconds)
            except TimeoutError:
                yield b": still here\n\n"
                continue
            self._wake.clear()
            if self._dropped:
                lost, self._dropped = self._dropped, 0
                yield event_lines("lost", {"events": lost})
            while self._events:
                yield event_content(self._events.popleft())

    def _on_event(self, event: Event) -> None:
        if self._tenant in ("", event.tenant or DEFAULT_TENANT):
            self._loop.call_soon_threadsafe(self._take, event)

    def _take(self, event: Event) -> None:
        if len(self._events) < MOST_WAITING:
            self._events.append(event)
        else:
            self._dropped += 1
        self._wake.set()


def event_content(event: Event) -> bytes:
    content = {"tenant": event.tenant or DEFAULT_TENANT, **SERIALIZERS[event.kind](event.subject)}
    return event_lines(event.kind, content, event.number)


def event_lines(kind: str, content: dict[str, Json], number: int | None = None) -> bytes:
    id = b"" if number is None else b"id: %d\n" % number
    return b"event: " + kind.encode() + b"\n" + id + b"data: " + to_json(content) + b"\n\n"


async def stream(
    desk: AdminContext,
    tenant: str,
    receive: Receive,
    send: Send,
    *,
    alive_seconds: float = ALIVE_SECONDS,
) -> None:
    """Until the client goes away, or the server stops. ``tenant``: its key; empty: of all."""
    listening = EventQueue(desk, tenant)
    writing = asyncio.ensure_future(write(listening.lines(alive_seconds), send))
    leaving = asyncio.ensure_future(wait_disconnect(receive))
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


async def wait_disconnect(receive: Receive) -> None:
    """The request has been read to its end: what comes next is that the client goes away."""
    await receive()
