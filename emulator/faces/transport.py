"""An in-process transport for httpx: the emulator without a socket."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from urllib.parse import parse_qsl, unquote

import httpx

from emulator.application import Arrival, Emulator
from emulator.core.faults import Connection, Effect, Kind
from emulator.core.journal import Exchange
from emulator.core.messages import Response
from emulator.faces.admin.answering import answer
from emulator.faces.admin.desk import Access, Desk, is_ours
from emulator.faces.admin.waiting import waiting
from emulator.faces.asgi import Message
from emulator.faces.faults import DRIPS_PER_SECOND
from emulator.faces.postman import Postman

# What httpx raises where a connection breaks before the answer, and what it says.
ERRORS: Mapping[Kind, tuple[type[httpx.TransportError], str]] = {
    Kind.REFUSE: (httpx.ConnectError, "[Errno 111] Connection refused"),
    Kind.RESET: (httpx.ReadError, "[Errno 104] Connection reset by peer"),
    Kind.STALL: (
        httpx.RemoteProtocolError,
        "Server disconnected without sending a response.",
    ),
    Kind.GARBAGE: (httpx.RemoteProtocolError, "illegal request line"),
}


class Transport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Gives each request to the emulator; for ``httpx.Client`` and ``httpx.AsyncClient``.

    There are no websockets here: httpx has none, and the addresses of live sessions lead nowhere.
    """

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        emulator.postman = emulator.postman or Postman(emulator)
        self._desk = Desk(emulator, Access(in_process=True))

    def close(self) -> None:
        self._emulator.close()

    async def aclose(self) -> None:
        self._emulator.close()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        incoming = arrival(request, request.read())
        if not is_ours(incoming.path):
            return reply(request, self._emulator.answer(incoming))
        response = answer(self._desk, incoming)
        wait = waiting(self._desk, incoming, response)
        if wait:
            wait.block()
            response = answer(self._desk, incoming)
        return plain(incoming, response)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        incoming = arrival(request, await request.aread())
        if not is_ours(incoming.path):
            return reply(request, self._emulator.answer(incoming))
        response = answer(self._desk, incoming)
        wait = waiting(self._desk, incoming, response)
        if wait:
            await wait.over(stay)
            response = answer(self._desk, incoming)
        return plain(incoming, response)


def arrival(request: httpx.Request, body: bytes) -> Arrival:
    url = request.url
    return Arrival(
        method=request.method,
        path=unquote(url.raw_path.partition(b"?")[0].decode("ascii")),
        query=tuple(parse_qsl(url.query.decode("ascii"), keep_blank_values=True)),
        headers={name.lower(): value for name, value in request.headers.items()},
        body=body,
        scheme=url.scheme,
    )


def plain(incoming: Arrival, response: Response) -> httpx.Response:
    """The admin API's answer."""
    body = b"" if incoming.method == "HEAD" else bytes(response.body)
    return httpx.Response(response.status, headers=dict(response.headers), content=body)


async def stay() -> Message:
    """Whoever waits without a socket never goes away."""
    return await asyncio.Future()


def reply(request: httpx.Request, exchange: Exchange) -> httpx.Response:
    """The answer, or what httpx raises where there is none."""
    response = exchange.response
    body = b"" if request.method == "HEAD" else bytes(response.body)
    if exchange.fault is not None:
        undergo(exchange.fault, request)
    cut = exchange.fault and exchange.fault.connection
    headers = dict(response.headers)
    if cut and cut.kind is Kind.TRUNCATE and body:
        headers["Content-Length"] = str(len(body))
        stream = Torn(body[: min(int(cut.amount), len(body) - 1)], len(body))
        return httpx.Response(response.status, headers=headers, stream=stream)
    return httpx.Response(response.status, headers=headers, content=body)


def undergo(effect: Effect, request: httpx.Request) -> None:
    """Raise what httpx would, without the waiting: a delay that it would sit out takes no time."""
    patience_seconds = request.extensions.get("timeout", {}).get("read")
    waits_seconds = effect.delay_seconds + longest_silence(effect.connection)
    if patience_seconds is not None and waits_seconds > patience_seconds:
        raise httpx.ReadTimeout("timed out", request=request)
    if effect.connection and effect.connection.kind in ERRORS:
        error, message = ERRORS[effect.connection.kind]
        raise error(message, request=request)


def longest_silence(connection: Connection | None) -> float:
    """For how many seconds nothing comes."""
    if connection is None:
        return 0.0
    if connection.kind is Kind.DRIP:
        return max(1 / connection.amount, 1 / DRIPS_PER_SECOND)
    return connection.amount if connection.kind is Kind.STALL else 0.0


class Torn(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body that ends too early."""

    def __init__(self, begun: bytes, length: int) -> None:
        self._begun = begun
        self._length = length

    def __iter__(self) -> Iterator[bytes]:
        yield self._begun
        raise httpx.RemoteProtocolError(
            "peer closed connection without sending complete message body "
            f"(received {len(self._begun)} bytes, expected {self._length})"
        )

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self:
            yield piece
