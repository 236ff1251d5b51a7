"""ASGI: sockets to messages and back."""

import logging
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.routing import Mount

from emulator.application import Arrival, Emulator
from emulator.core.journal import Exchange
from emulator.faces import admin

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

MAX_HEADER_BYTES = 64 * 1024
MAX_BODY_BYTES = 1000 * 1000 * 1000  # the largest upload that Gladia documents

log = logging.getLogger("speech_emulator")


class Gone(Exception):
    """The client went away before its request was complete."""


class Door:
    """The ASGI application behind every path of the providers."""

    def __init__(self, emulator: Emulator, *, max_body_bytes: int = MAX_BODY_BYTES) -> None:
        self._emulator = emulator
        self._max_body_bytes = max_body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            # Refused before the handshake, which is a 403: no provider has sockets yet.
            await send({"type": "websocket.close", "code": 1000})
            return
        try:
            body, excess = await self._body(receive)
        except Gone:
            return
        incoming = arrival(scope, body, excess)
        exchange = self._answer(incoming)
        await reply(exchange, incoming.method, send)

    def _answer(self, incoming: Arrival) -> Exchange:
        try:
            exchange = self._emulator.answer(incoming)
        except Exception as error:
            # The one at the socket: a bug of ours must not hang up on anybody.
            log.exception("%s %s broke the emulator", incoming.method, incoming.path)
            exchange = self._emulator.broken(incoming, f"{type(error).__name__}: {error}")
        note(exchange)
        return exchange

    async def _body(self, receive: Receive) -> tuple[bytes, bool]:
        """The whole body, or nothing of one that is too large; either is read to its end.

        A client that is still sending would not see the answer otherwise.
        """
        held = bytearray()
        excess = False
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise Gone
            more = message.get("more_body", False)
            excess = excess or len(held) + len(message.get("body", b"")) > self._max_body_bytes
            if excess:
                held.clear()
            else:
                held += message.get("body", b"")
        return bytes(held), excess


def arrival(scope: Scope, body: bytes, body_excess: bool) -> Arrival:
    raw: list[tuple[bytes, bytes]] = scope["headers"]
    too_many = sum(len(name) + len(value) for name, value in raw) > MAX_HEADER_BYTES
    headers: dict[str, str] = {}
    for name, value in [] if too_many else raw:
        key, text = name.decode("latin-1"), value.decode("latin-1")
        headers[key] = f"{headers[key]}, {text}" if key in headers else text
    return Arrival(
        method=scope["method"],
        path=scope["path"],
        query=query(scope["query_string"]),
        headers=headers,
        body=body,
        scheme=scope["scheme"],
        excess="headers" if too_many else "body" if body_excess else "",
    )


def query(raw: bytes) -> tuple[tuple[str, str], ...]:
    """The pairs of a query string; bytes that are not UTF-8 become U+FFFD."""
    return tuple(parse_qsl(raw.decode("latin-1"), keep_blank_values=True, errors="replace"))


async def reply(exchange: Exchange, method: str, send: Send) -> None:
    response = exchange.response
    headers = [(k.encode("latin-1"), v.encode("latin-1")) for k, v in response.headers.items()]
    if response.status not in (204, 304):  # RFC 9110, 8.6
        headers.append((b"content-length", str(len(response.body)).encode()))
    body = b"" if method == "HEAD" else response.body
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def note(exchange: Exchange) -> None:
    """One line for each exchange; louder when it is worth a look."""
    loud = bool(exchange.breaches) or exchange.response.status >= 500
    log.log(
        logging.WARNING if loud else logging.INFO,
        "%s %s %s -> %d",
        exchange.provider or "-",
        exchange.request.method,
        exchange.request.path,
        exchange.response.status,
        extra={"exchange": exchange},
    )


def application(emulator: Emulator, *, max_body_bytes: int = MAX_BODY_BYTES) -> Starlette:
    """The Starlette application of one emulator."""
    door = Door(emulator, max_body_bytes=max_body_bytes)
    return Starlette(routes=[admin.routes(emulator), Mount("/", app=door)])
