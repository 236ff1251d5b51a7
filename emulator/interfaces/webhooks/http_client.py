"""Outbound: one HTTP request, on a connection of its own, to an address that was checked.

asyncio's streams carry it and h11 reads the answer. What records or replaces HTTP in the same
process (respx, pytest-httpx, vcrpy) patches client libraries, and a proxy variable is read by
them; neither can divert what is sent here.
"""

import asyncio
import os
import ssl
from base64 import b64encode
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, quote, unquote, urlsplit

from emulator.core.base.version import __version__
from emulator.interfaces.webhooks.targets import Target, addresses

if TYPE_CHECKING:
    import h11

MOST_ANSWER = 64 * 1024  # bytes of a receiver's answer that are read before it is hung up on
READ_BYTES = 64 * 1024
PORTS = {"http": 80, "https": 443}
SAFE = "/?:@!$&'()*+,;=-._~%"  # RFC 3986, 3.4; what is encoded already stays so

Headers = list[tuple[str, str]]
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class NoAnswer(Exception):
    """The receiver cannot be reached, or gives no HTTP answer; says why."""


async def send_request(
    target: Target,
    method: str,
    headers: Mapping[str, str],
    body: bytes,
    trust: ssl.SSLContext | None = None,
) -> int:
    """The status of the answer; redirects are not followed. ``trust``: for https.

    Raises NoAnswer, and Unresolved for a host that was not looked up before.
    """
    import h11

    connection = h11.Connection(h11.CLIENT, max_incomplete_event_size=MOST_ANSWER)
    try:
        headers_sent = request_headers(target, headers, body)
        sent = request_bytes(connection, method, request_target(target), headers_sent, body)
        reader, writer = await connect(target, trust)
        try:
            writer.write(sent)
            with suppress(OSError):  # a receiver may answer, and hang up, before it has read it all
                await writer.drain()
            return await read_status(connection, reader)
        finally:
            writer.transport.abort()
    except h11.ProtocolError as error:
        raise NoAnswer(str(error)) from None
    except OSError as error:
        raise NoAnswer(f"the connection broke: {error_text(error)}") from None


async def connect(target: Target, trust: ssl.SSLContext | None) -> Streams:
    """Raises NoAnswer, and Unresolved."""
    parts = urlsplit(target.url)
    port = parts.port or PORTS[parts.scheme]
    name = target.host if trust else None  # of the certificate
    why = ""
    for address in target.addresses or await addresses(target.host):
        try:
            return await asyncio.open_connection(
                str(address), port, ssl=trust, server_hostname=name
            )
        except OSError as error:
            why = error_text(error)
    raise NoAnswer(f"no connection to {target.host}, port {port}: {why}")


def error_text(error: OSError) -> str:
    """What the system calls it; asyncio and ssl have words of their own."""
    if error.errno is None or isinstance(error, ssl.SSLError):
        return str(error)
    return os.strerror(error.errno)


def request_bytes(
    connection: "h11.Connection", method: str, target: str, headers: Headers, body: bytes
) -> bytes:
    """Raises h11's ProtocolError for what no head can say."""
    import h11

    encoded = [(name.encode(), value.encode()) for name, value in headers]
    events = (
        h11.Request(method=method, target=target, headers=encoded),
        h11.Data(data=body),
        h11.EndOfMessage(),
    )
    return b"".join(connection.send(event) or b"" for event in events)


def request_target(target: Target) -> str:
    """The path with the query, as RFC 9112, 3.2.1 has it."""
    parts = urlsplit(target.url)
    query = f"?{quote(parts.query, safe=SAFE)}" if parts.query else ""
    return quote(parts.path or "/", safe=SAFE.replace("?", "")) + query


def request_headers(target: Target, given: Mapping[str, str], body: bytes) -> Headers:
    """All that is sent; what is given wins."""
    usual = {
        "Host": ascii_host(target.name),
        "Accept": "*/*",
        "User-Agent": f"speech-emulator/{__version__}",
        **authorization(urlsplit(target.url)),
        "Content-Length": str(len(body)),
        "Connection": "close",  # a kept one that the receiver has closed loses the next message
    }
    own = {name.lower() for name in given}
    return [*((name, usual[name]) for name in usual if name.lower() not in own), *given.items()]


def ascii_host(named: str) -> str:
    """As it is said to machines (RFC 5890, 2.3.2.1). Raises NoAnswer."""
    try:
        return named if named.isascii() else named.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise NoAnswer(f"{named} is no host name: {error}") from None


def authorization(parts: SplitResult) -> dict[str, str]:
    """Basic, for an address with a user in it."""
    if parts.username is None:
        return {}
    login = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    return {"Authorization": f"Basic {b64encode(login.encode()).decode('ascii')}"}


async def read_status(connection: "h11.Connection", reader: asyncio.StreamReader) -> int:
    """Once the answer has come to its end, or is longer than anybody wants to know.

    Raises NoAnswer, and h11's ProtocolError.
    """
    import h11

    status = size = 0
    while True:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            data = await reader.read(READ_BYTES)
            if not data and connection.their_state is h11.SEND_RESPONSE:
                raise NoAnswer("Server disconnected without sending a response.")
            connection.receive_data(data)
        elif isinstance(event, h11.Response):
            status = event.status_code
        elif isinstance(event, h11.Data):
            size += len(event.data)
        if isinstance(event, h11.EndOfMessage) or size > MOST_ANSWER:
            return status
