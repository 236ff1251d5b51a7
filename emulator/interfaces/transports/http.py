"""ASGI: sockets to messages and back."""

import asyncio
import logging
from collections.abc import Callable

from msgspec import Struct

from emulator.application.addressing import Arrival
from emulator.application.emulator import Emulator
from emulator.core.base.deferral import Unfinished
from emulator.core.engine.refusals import printable
from emulator.core.http.bodies import MakeFile
from emulator.core.http.problem_texts import sentence
from emulator.core.journal.exchange import Exchange
from emulator.core.journal.redaction import redacted_head
from emulator.interfaces.transports.asgi import Gone, Receive, Scope, Send, arrival, body_of, reply
from emulator.interfaces.transports.request_heads import Heads
from emulator.interfaces.transports.websocket import SocketDoor
from emulator.interfaces.transports.wire_faults import strike
from emulator.interfaces.transports.workers import Workers

MAX_BODY_BYTES = 1000 * 1000 * 1000  # the largest upload that Gladia documents
ANSWERED = "speech_emulator.exchange"  # the extension of a scope that has been answered already

log = logging.getLogger("speech_emulator")


class Pending(Struct, frozen=True):
    """A request with what is left to do for its answer."""

    arrival: Arrival
    unfinished: Unfinished


class Door:
    """The ASGI application behind every path of the providers."""

    def __init__(
        self,
        emulator: Emulator,
        *,
        max_body_bytes: int = MAX_BODY_BYTES,
        make_file: MakeFile | None = None,
        workers: Workers | None = None,
    ) -> None:
        self._emulator = emulator
        self._make_file = make_file or emulator.make_file
        self._workers = workers or Workers()
        self._asking: set[asyncio.Task[Exchange]] = set()
        self.max_body_bytes = max_body_bytes
        self._sockets = SocketDoor(emulator, note)
        self.heads = Heads(max_body_bytes)  # of what comes to it without ASGI

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._sockets(scope, receive, send)
            return
        try:
            exchange = await self._settled(answered(scope) or await self._asked(scope, receive))
        except Gone:
            return
        body = b"" if exchange.request.method == "HEAD" else exchange.response.body
        if exchange.fault is None:
            await reply(exchange.response, body, send)
        else:
            await strike(exchange.fault, exchange.response, body, scope, receive, send)

    async def _asked(self, scope: Scope, receive: Receive) -> Exchange | Pending:
        body = await body_of(scope, receive, self.max_body_bytes, self._make_file)
        return self.exchange(arrival(scope, body))

    def exchange(self, incoming: Arrival) -> Exchange | Pending:
        """What the emulator answers, whatever happens in it; or what is left to do for that."""
        return self._exchange_or_error(incoming, lambda: self._emulator.begin(incoming))

    def ask(self, incoming: Arrival, tell: Callable[[Exchange], None]) -> None:
        """Have the answer told, at once if nothing of it takes long."""
        exchange = self.exchange(incoming)
        if isinstance(exchange, Exchange):
            tell(exchange)
            return
        task = asyncio.get_running_loop().create_task(self._settled(exchange))
        self._asking.add(task)  # the loop itself does not keep it
        task.add_done_callback(self._asking.discard)
        task.add_done_callback(lambda done: None if done.exception() else tell(done.result()))

    async def _settled(self, exchange: Exchange | Pending) -> Exchange:
        while isinstance(exchange, Pending):
            exchange = await self._finished(exchange)
        return exchange

    async def _finished(self, begun: Pending) -> Exchange | Pending:
        """What takes long is done beside the loop; the rest of it in the loop, as ever."""
        unfinished, result = begun.unfinished, self._workers.start(begun.unfinished.work)
        try:
            await asyncio.wait((result,))
        except asyncio.CancelledError:  # the server stops
            raise Gone from None
        return self._exchange_or_error(begun.arrival, lambda: unfinished.finish(result.result()))

    def _exchange_or_error(
        self, incoming: Arrival, ask: Callable[[], Exchange | Unfinished]
    ) -> Exchange | Pending:
        try:
            exchange = ask()
        except Exception as error:
            # The one at the socket: a bug of ours must not hang up on anybody.
            log.exception("%s %s broke the emulator", incoming.method, incoming.path)
            exchange = self._emulator.broken(incoming, f"{type(error).__name__}: {error}")
        if isinstance(exchange, Unfinished):
            return Pending(incoming, exchange)
        note(exchange)
        return exchange


def answered(scope: Scope) -> Exchange | Pending | None:
    """What our own server has had of the emulator already; None: nobody has asked."""
    found: Exchange | Pending | None = (
        (scope.get("extensions") or {}).get(ANSWERED, {}).get("exchange")
    )
    return found


def note(exchange: Exchange) -> None:
    """One line for each exchange; louder when it is worth a look."""
    loud = bool(exchange.breaches) or exchange.response.status >= 500
    level = logging.WARNING if loud else logging.INFO
    if not log.isEnabledFor(level):
        return
    shown = redacted_head(exchange)
    log.log(
        level,
        "%s %s %s -> %s%s",
        shown.provider or "-",
        shown.request.method,
        shown.request.path,
        shown.response.status or "no answer",
        because(shown),
        extra={"exchange": shown},
    )


def because(exchange: Exchange) -> str:
    """The fault that happened to it, and why it was refused if that was not the fault's doing."""
    fault = exchange.fault
    said = f" (fault {fault.rule})" if fault else ""
    if exchange.why and not (fault and fault.is_instead):
        said += f": {printable(sentence(exchange.why))}"
    return said
