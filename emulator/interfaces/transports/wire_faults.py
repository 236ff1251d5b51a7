"""Faults on a socket: delays, and connections that break.

Our own server hands the connection's transport over with each request. Another ASGI server does
not: there, what would leave the client without an answer becomes an answer that breaks off after
its head, which is the worst that ASGI allows; a truncated answer breaks off where it should.
"""

import asyncio
import socket
import struct
from math import ceil

from emulator.core.faults.engine import Effect
from emulator.core.faults.model import Connection, Kind
from emulator.core.http.bodies import Content
from emulator.core.http.messages import Response
from emulator.interfaces.transports.asgi import Receive, Scope, Send, response_start, send_response

TRANSPORT = "speech_emulator"  # the extension of a scope that has the connection
LINGER_NEVER = struct.pack("ii", 1, 0)  # on, for 0 seconds: closing is a reset
DRIPS_PER_SECOND = 10
GARBAGE_START = b"\x15\x03\x01\xff\xfe\x00 this is no HTTP \x00\r\n"
HALF_OF = Response(502, b"?")  # of an answer, for servers that cannot hang up without one


class ConnectionAborted(Exception):
    """What a fault asks for; the server that gets it is to close the connection."""


async def apply_fault(
    effect: Effect, response: Response, body: Content, scope: Scope, receive: Receive, send: Send
) -> None:
    """Answer as the fault has it; ends at once when the client goes."""
    if effect.delay_seconds and not await wait_connected(receive, effect.delay_seconds):
        return
    if effect.connection is None:
        await send_response(response, body, send)
    elif effect.connection.kind is Kind.DRIP:
        await send(response_start(response))
        await throttle(body, effect.connection.amount, receive, send)
    elif effect.connection.kind is Kind.TRUNCATE:
        await send(response_start(response))
        await truncate(body, int(effect.connection.amount), scope, receive, send)
    else:
        await close_unanswered(effect.connection, scope, receive, send)


async def throttle(body: Content, bytes_per_second: float, receive: Receive, send: Send) -> None:
    """In pieces, ten a second or one byte at a time."""
    step = ceil(bytes_per_second / DRIPS_PER_SECOND)
    for start in range(0, len(body), step):
        piece = body[start : start + step]
        if not await wait_connected(receive, len(piece) / bytes_per_second):
            return
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


async def truncate(body: Content, count: int, scope: Scope, receive: Receive, send: Send) -> None:
    """So many bytes, and less than there are; the head has promised all of them."""
    fewer = min(count, max(len(body) - 1, 0))
    await send({"type": "http.response.body", "body": body[:fewer], "more_body": True})
    transport = transport_of(scope)
    if transport is None:
        raise ConnectionAborted(Kind.TRUNCATE)
    transport.close()
    await wait_disconnect(receive)


async def close_unanswered(
    connection: Connection, scope: Scope, receive: Receive, send: Send
) -> None:
    """Hang up without an answer."""
    if connection.kind is Kind.STALL and not await wait_connected(receive, connection.amount):
        return
    transport = transport_of(scope)
    if transport is None:
        await send(response_start(HALF_OF))
        raise ConnectionAborted(connection.kind)
    if connection.kind is Kind.RESET:
        reset(transport)
    else:
        if connection.kind is Kind.GARBAGE:
            transport.write(garbage(int(connection.amount)))
        transport.close()
    await wait_disconnect(receive)


def reset(transport: asyncio.WriteTransport) -> None:
    """Close so that the kernel sends RST, not FIN (RFC 9293, 3.10.7.4; socket(7), SO_LINGER)."""
    held: socket.socket = transport.get_extra_info("socket")
    held.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_NEVER)
    transport.abort()


def garbage(count: int) -> bytes:
    return (GARBAGE_START * ceil(count / len(GARBAGE_START)))[:count]


def transport_of(scope: Scope) -> asyncio.WriteTransport | None:
    """The connection itself; None: another server's, which does not give it away."""
    extensions = scope.get("extensions") or {}
    found: asyncio.WriteTransport | None = extensions.get(TRANSPORT, {}).get("transport")
    return found


async def wait_connected(receive: Receive, seconds: float) -> bool:
    """Wait so long; False, at once, when the client goes."""
    leaving = asyncio.ensure_future(wait_disconnect(receive))
    try:
        left, _ = await asyncio.wait({leaving}, timeout=seconds)
    finally:
        leaving.cancel()
    return not left


async def wait_disconnect(receive: Receive) -> None:
    """Wait until the connection is closed, by whichever side."""
    while (await receive())["type"] != "http.disconnect":
        pass
