"""ASGI: sockets to messages and back."""

import asyncio
import logging
from collections.abc import Callable

from msgspec import Struct

from emulator.application.addressing import IncomingRequest
from emulator.application.emulator import Emulator
from emulator.core.base.deferral import Unfinished
from emulator.core.engine.refusals import printable
from emulator.core.http.bodies import MakeFile
from emulator.core.http.problem_texts import join_sentence
from emulator.core.journal.exchange import Exchange
from emulator.core.journal.redaction import redacted_head
from emulator.interfaces.transports.asgi import (
    ClientDisconnected,
    Receive,
    Scope,
    Send,
    incoming_request,
    read_body,
    send_response,
)
from emulator.interfaces.transports.request_heads import RequestHeadCache
from emulator.interfaces.transports.websocket import WebSocketApp
from emulator.interfaces.transports.wire_faults import apply_fault
from emulator.interfaces.transports.workers import Workers

MAX_BODY_BYTES = 1000 * 1000 * 1000  # the largest upload that Gladia documents
EXCHANGE_EXTENSION = (
    "speech_emulator.exchange"  # the extension of a scope that has been answered already
)

log = logging.getLogger("speech_emulator")


class PendingExchange(Struct, frozen=True):
    """A request with what is left to do for its answer."""

    request: IncomingRequest
    unfinished: Unfinished


class HttpApp:
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
        self._tasks: set[asyncio.Task[Exchange]] = set()
        self.max_body_bytes = max_body_bytes
        self._websocket_app = WebSocketApp(emulator, log_exchange)
        self.head_cache = RequestHeadCache(max_body_bytes)  # of what comes to it without ASGI

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._websocket_app(scope, receive, send)
            return
        try:
            exchange = await self._complete(
                prior_exchange(scope) or await self._begin(scope, receive)
            )
        except ClientDisconnected:
            return
        body = b"" if exchange.request.method == "HEAD" else exchange.response.body
        if exchange.fault is None:
            await send_response(exchange.response, body, send)
        else:
            await apply_fault(exchange.fault, exchange.response, body, scope, receive, send)

    async def _begin(self, scope: Scope, receive: Receive) -> Exchange | PendingExchange:
        body = await read_body(scope, receive, self.max_body_bytes, self._make_file)
        return self.begin(incoming_request(scope, body))

    def begin(self, incoming: IncomingRequest) -> Exchange | PendingExchange:
        """What the emulator answers, whatever happens in it; or what is left to do for that."""
        return self._exchange_or_error(incoming, lambda: self._emulator.begin(incoming))

    def answer(self, incoming: IncomingRequest, tell: Callable[[Exchange], None]) -> None:
        """Have the answer told, at once if nothing of it takes long."""
        exchange = self.begin(incoming)
        if isinstance(exchange, Exchange):
            tell(exchange)
            return
        task = asyncio.get_running_loop().create_task(self._complete(exchange))
        self._tasks.add(task)  # the loop itself does not keep it
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(lambda done: None if done.exception() else tell(done.result()))

    async def _complete(self, exchange: Exchange | PendingExchange) -> Exchange:
        while isinstance(exchange, PendingExchange):
            exchange = await self._run_work(exchange)
        return exchange

    async def _run_work(self, begun: PendingExchange) -> Exchange | PendingExchange:
        """What takes long is done beside the loop; the rest of it in the loop, as ever."""
        unfinished, result = begun.unfinished, self._workers.start(begun.unfinished.work)
        try:
            await asyncio.wait((result,))
        except asyncio.CancelledError:  # the server stops
            raise ClientDisconnected from None
        return self._exchange_or_error(begun.request, lambda: unfinished.finish(result.result()))

    def _exchange_or_error(
        self, incoming: IncomingRequest, ask: Callable[[], Exchange | Unfinished]
    ) -> Exchange | PendingExchange:
        try:
            exchange = ask()
        except Exception as error:
            # The one at the socket: a bug of ours must not hang up on anybody.
            log.exception("%s %s broke the emulator", incoming.method, incoming.path)
            exchange = self._emulator.internal_error(incoming, f"{type(error).__name__}: {error}")
        if isinstance(exchange, Unfinished):
            return PendingExchange(incoming, exchange)
        log_exchange(exchange)
        return exchange


def prior_exchange(scope: Scope) -> Exchange | PendingExchange | None:
    """What our own server has had of the emulator already; None: nobody has asked."""
    found: Exchange | PendingExchange | None = (
        (scope.get("extensions") or {}).get(EXCHANGE_EXTENSION, {}).get("exchange")
    )
    return found


def log_exchange(exchange: Exchange) -> None:
    """One line for each exchange; louder when it is worth a look."""
    loud = bool(exchange.violations) or exchange.response.status >= 500
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
        reason_text(shown),
        extra={"exchange": shown},
    )


def reason_text(exchange: Exchange) -> str:
    """The fault that happened to it, and why it was refused if that was not the fault's doing."""
    fault = exchange.fault
    said = f" (fault {fault.rule})" if fault else ""
    if exchange.why and not (fault and fault.replaces_operation):
        said += f": {printable(join_sentence(exchange.why))}"
    return said
