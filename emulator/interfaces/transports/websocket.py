"""Websockets over ASGI: frames to dialogues and back; and what happens while nobody speaks."""

import asyncio
import logging
from asyncio import FIRST_COMPLETED
from collections.abc import Callable, Mapping
from typing import Any

from emulator.application.addressing import IncomingRequest
from emulator.application.emulator import Emulator
from emulator.core.base.events import Event
from emulator.core.engine.websocket_session import ABNORMAL_CLOSURE, WebSocketSession, open_session
from emulator.core.faults.engine import Effect
from emulator.core.http.messages import Response
from emulator.core.http.problems import NoOperation
from emulator.core.journal.exchange import Exchange
from emulator.core.provider.conversation import Close, End, Frame, Reply
from emulator.interfaces.transports.asgi import (
    Message,
    Receive,
    Scope,
    Send,
    headers_by_name,
    mount_of,
    parse_query,
    path_below_mount,
    response_start,
)
from emulator.interfaces.transports.wire_faults import ConnectionAborted, reset

SCHEMES: Mapping[str, str] = {"ws": "http", "wss": "https"}
DENIAL = "websocket.http.response"  # ASGI's extension: an answer in the handshake's place
CONNECTION = "speech_emulator"  # our own server hands the connection over under this name
FAREWELL_SECONDS = 1.0  # for a client to notice that it was hung up on
BROKEN = Close(1011, "the emulator broke")  # RFC 6455, 7.4.1: an unexpected condition
MOST_REASON_BYTES = 123  # RFC 6455, 5.5: a control frame holds 125 bytes, two of them the code

log = logging.getLogger("speech_emulator")


class WebSocketApp:
    """The ASGI application behind every websocket address of the providers."""

    def __init__(self, emulator: Emulator, note: Callable[[Exchange], None]) -> None:
        self._emulator = emulator
        self._log_exchange = note

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()  # websocket.connect
        exchange, dialogue = self._handshake(incoming_request(scope))
        self._log_exchange(exchange)
        code = ABNORMAL_CLOSURE
        try:
            if exchange.fault and not await wait_connected(exchange.fault, receive):
                return
            if dialogue is None:
                await deny(exchange, scope, send)
                return
            headers = [(k.encode(), v.encode()) for k, v in exchange.response.headers.items()]
            await send({"type": "websocket.accept", "headers": headers})
            code = await WebSocketConnection(self._emulator, dialogue, scope, receive, send).run()
        except OSError:  # ASGI: the client is gone
            log.debug("the client of %s is gone", exchange.request.path)
        finally:
            if dialogue:
                with self._emulator.lock:
                    dialogue.close(code)
                    self._emulator.send_due_webhooks(dialogue.tenant)

    def _handshake(self, incoming: IncomingRequest) -> tuple[Exchange, WebSocketSession | None]:
        try:
            return self._open_session(incoming)
        except Exception as error:
            # As at the door for requests: a bug of ours must not hang up on anybody.
            log.exception("a websocket at %s broke the emulator", incoming.path)
            return self._emulator.internal_error(incoming, f"{type(error).__name__}: {error}"), None

    def _open_session(self, incoming: IncomingRequest) -> tuple[Exchange, WebSocketSession | None]:
        """What has no websocket is answered as if none had been asked for."""
        emulator = self._emulator
        with emulator.lock:
            place = emulator.route(incoming)
            if place is None:
                return emulator.answer(incoming), None
            try:
                request = emulator.provider_request(incoming, place)
                exchange, dialogue = open_session(place.provider, request, emulator.tenants)
            except NoOperation:
                return emulator.answer(incoming), None
            return emulator.publish(exchange), dialogue


class WebSocketConnection:
    """One accepted connection, until it is closed."""

    def __init__(
        self,
        emulator: Emulator,
        dialogue: WebSocketSession,
        scope: Scope,
        receive: Receive,
        send: Send,
    ) -> None:
        self._emulator = emulator
        self._session = dialogue
        self._scope = scope
        self._receive = receive
        self._send = send
        self._loop = asyncio.get_running_loop()
        self._wake = asyncio.Event()

    async def run(self) -> int:
        """Until either side closes; gives the code."""
        stop = self._emulator.events.subscribe(self._on_event)
        hearing = asyncio.ensure_future(self._receive())
        try:
            code = await self._send_reply(self._session.open)
            while code is None:
                code = await self._next(hearing)
                if hearing.done() and code is None:
                    hearing = asyncio.ensure_future(self._receive())
            return code
        finally:
            stop()
            hearing.cancel()
            await asyncio.gather(hearing, return_exceptions=True)

    async def _next(self, hearing: asyncio.Future[Message]) -> int | None:
        """What comes first: a frame, or a change in time."""
        nudged = asyncio.ensure_future(self._wake.wait())
        with self._emulator.lock:
            seconds = self._session.wait_seconds()
        try:
            waiting: set[asyncio.Future[Any]] = {hearing, nudged}
            await asyncio.wait(waiting, timeout=seconds, return_when=FIRST_COMPLETED)
        finally:
            nudged.cancel()
        if not hearing.done():
            self._wake.clear()
            return await self._send_reply(self._session.wake)
        message = hearing.result()
        if message["type"] == "websocket.disconnect":
            return int(message.get("code") or ABNORMAL_CLOSURE)
        frame: Frame = message["bytes"] if message.get("text") is None else message["text"]
        return await self._send_reply(lambda: self._session.receive(frame))

    async def _send_reply(self, ask: Callable[[], Reply]) -> int | None:
        """Send what is answered; the code, if that closes the connection."""
        reply = self._ask_handler(ask)
        for message in reply.messages:
            await self._send({"type": "websocket.send", "text": message.text})
        return None if reply.close is None else await self._close(reply.close)

    def _ask_handler(self, ask: Callable[[], Reply]) -> Reply:
        try:
            with self._emulator.lock:
                reply = ask()
                self._emulator.send_due_webhooks(self._session.tenant)
                return reply
        except Exception:
            log.exception("a websocket broke the emulator")
            return Reply(close=BROKEN)

    async def _close(self, end: End) -> int:
        if isinstance(end, Close):
            reason = end.reason.encode()[:MOST_REASON_BYTES].decode(errors="ignore")
            await self._send({"type": "websocket.close", "code": end.code, "reason": reason})
            return end.code
        await abort(self._scope, self._receive)
        return ABNORMAL_CLOSURE

    def _on_event(self, event: Event) -> None:
        """Called in any thread: the tenant's clock, or something else of it, has changed."""
        if event.tenant == self._session.tenant.key:
            self._loop.call_soon_threadsafe(self._wake.set)


def incoming_request(scope: Scope) -> IncomingRequest:
    """The handshake, as the GET that it is."""
    headers = headers_by_name((name.lower(), value) for name, value in scope["headers"])
    return IncomingRequest(
        method="GET",
        path=path_below_mount(scope),
        mount=mount_of(scope),
        query=parse_query(scope["query_string"]),
        headers=headers or {},
        excess="headers" if headers is None else "",
        scheme=SCHEMES.get(scope.get("scheme", "ws"), "http"),
    )


async def wait_connected(fault: Effect, receive: Receive) -> bool:
    """Sit out a delay; False, at once, when the client goes."""
    if not fault.delay_seconds:
        return True
    leaving = asyncio.ensure_future(receive())
    left, _ = await asyncio.wait({leaving}, timeout=fault.delay_seconds)
    leaving.cancel()
    return not left


async def deny(exchange: Exchange, scope: Scope, send: Send) -> None:
    """An answer in the handshake's place; a server that cannot give one says 403."""
    if exchange.fault and exchange.fault.is_unanswered:
        abort_transport(scope)
    elif DENIAL in (scope.get("extensions") or {}):
        await send_denial(exchange.response, scope, send)
    else:
        await send({"type": "websocket.close", "code": 1000})


async def send_denial(response: Response, scope: Scope, send: Send) -> None:
    await send({**response_start(response), "type": "websocket.http.response.start"})
    await send({"type": "websocket.http.response.body", "body": bytes(response.body)})
    connection = connection_of(scope)
    if connection is not None:
        connection.handshake_complete = True  # uvicorn 0.54 forgets, and logs an error for it


def abort_transport(scope: Scope) -> None:
    """Reset the connection; another server's is closed by it when the application breaks."""
    connection = connection_of(scope)
    if connection is None:
        raise ConnectionAborted("the connection is to break")
    reset(connection.transport)


async def abort(scope: Scope, receive: Receive) -> None:
    """Break off without a close frame, and after everything that was sent.

    A reset, or closing with something unread, would take back what the client has not read yet. So
    only the one direction ends (RFC 9293, 3.6), and the other is read until the client has gone.
    """
    connection = connection_of(scope)
    if connection is None:
        raise ConnectionAborted("the connection is to break")
    transport = connection.transport
    if transport.can_write_eof():  # TLS cannot
        transport.write_eof()
        leaving = asyncio.ensure_future(wait_disconnect(receive))
        await asyncio.wait({leaving}, timeout=FAREWELL_SECONDS)
        leaving.cancel()
    transport.close()


async def wait_disconnect(receive: Receive) -> None:
    while (await receive())["type"] != "websocket.disconnect":
        pass


def connection_of(scope: Scope) -> Any:
    """The protocol of our own server; None: another server's connection, which is not given."""
    return (scope.get("state") or {}).get(CONNECTION)
