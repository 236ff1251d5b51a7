"""An in-process transport for httpx and httpx2: the emulator without a socket.

Neither is imported here. Each request is answered in the classes of the library that it came from.
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import parse_qsl, unquote

from emulator.application.addressing import IncomingRequest, is_admin_path
from emulator.application.emulator import Emulator
from emulator.core.faults.engine import Effect
from emulator.core.faults.model import Connection, Kind
from emulator.core.http.messages import Response
from emulator.core.journal.exchange import Exchange
from emulator.interfaces.admin.context import Access, AdminContext
from emulator.interfaces.admin.pipeline import answer
from emulator.interfaces.admin.waiting import requested_wait
from emulator.interfaces.transports.asgi import Message
from emulator.interfaces.transports.wire_faults import DRIPS_PER_SECOND
from emulator.interfaces.webhooks.sender import WebhookSender

if TYPE_CHECKING:
    Either = Any  # a type checker takes it for a transport of both libraries
else:
    Either = object

LIBRARIES = ("httpx", "httpx2")
# What both raise where a connection breaks before the answer, and what they say.
ERRORS: Mapping[Kind, tuple[str, str]] = {
    Kind.REFUSE: ("ConnectError", "[Errno 111] Connection refused"),
    Kind.RESET: ("ReadError", "[Errno 104] Connection reset by peer"),
    Kind.STALL: ("RemoteProtocolError", "Server disconnected without sending a response."),
    Kind.GARBAGE: ("RemoteProtocolError", "illegal request line"),
}


class Transport(Either):  # type: ignore[misc]  # Any: nobody can say that it is either
    """Gives each request to the emulator; for ``Client`` and ``AsyncClient`` of httpx and httpx2.

    There are no websockets here: the addresses of live sessions lead nowhere.
    """

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        emulator.webhook_sender = emulator.webhook_sender or WebhookSender(emulator)
        self._desk = AdminContext(emulator, Access(in_process=True))

    def close(self) -> None:
        self._emulator.close()

    async def aclose(self) -> None:
        self._emulator.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None = None,
        error: BaseException | None = None,
        trace: TracebackType | None = None,
    ) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None = None,
        error: BaseException | None = None,
        trace: TracebackType | None = None,
    ) -> None:
        await self.aclose()

    def handle_request(self, request: Any) -> Any:
        incoming = incoming_request(request, request.read())
        if not is_admin_path(incoming.path):
            return reply(request, self._emulator.answer(incoming))
        response = answer(self._desk, incoming)
        wait = requested_wait(self._desk, incoming, response)
        if wait:
            wait.wait_blocking()
            response = answer(self._desk, incoming)
        return to_httpx_response(request, response)

    async def handle_async_request(self, request: Any) -> Any:
        incoming = incoming_request(request, await request.aread())
        if not is_admin_path(incoming.path):
            return reply(request, self._emulator.answer(incoming))
        response = answer(self._desk, incoming)
        wait = requested_wait(self._desk, incoming, response)
        if wait:
            await wait.wait(wait_out)
            response = answer(self._desk, incoming)
        return to_httpx_response(request, response)


def client_library(request: Any) -> Any:
    """The module, httpx or httpx2, whose client sent the request."""
    bases = (one.__module__.partition(".")[0] for one in type(request).__mro__)
    return next(sys.modules[name] for name in bases if name in LIBRARIES)


def incoming_request(request: Any, body: bytes) -> IncomingRequest:
    url = request.url
    return IncomingRequest(
        method=request.method,
        path=unquote(url.raw_path.partition(b"?")[0].decode("ascii")),
        query=tuple(parse_qsl(url.query.decode("ascii"), keep_blank_values=True)),
        headers={name.lower(): value for name, value in request.headers.items()},
        body=body,
        scheme=url.scheme,
    )


def to_httpx_response(request: Any, response: Response) -> Any:
    """The answer in the library's own class."""
    body = b"" if request.method == "HEAD" else bytes(response.body)
    made = client_library(request).Response
    return made(response.status, headers=dict(response.headers), content=body)


async def wait_out() -> Message:
    """Whoever waits without a socket never goes away."""
    return await asyncio.Future()


def reply(request: Any, exchange: Exchange) -> Any:
    """The answer, or what the library raises where there is none."""
    response = exchange.response
    if exchange.fault is not None:
        raise_fault(exchange.fault, request)
    cut = exchange.fault and exchange.fault.connection
    body = b"" if request.method == "HEAD" else bytes(response.body)
    if not (cut and cut.kind is Kind.TRUNCATE and body):
        return to_httpx_response(request, response)
    library = client_library(request)
    headers = {**response.headers, "Content-Length": str(len(body))}
    stream = truncated_stream(library, body[: min(int(cut.amount), len(body) - 1)], len(body))
    return library.Response(response.status, headers=headers, stream=stream)


def raise_fault(effect: Effect, request: Any) -> None:
    """Raise what the library would, at once: a delay that it would sit out takes no time."""
    patience_seconds = request.extensions.get("timeout", {}).get("read")
    waits_seconds = effect.delay_seconds + longest_silence(effect.connection)
    if patience_seconds is not None and waits_seconds > patience_seconds:
        raise client_library(request).ReadTimeout("timed out", request=request)
    if effect.connection and effect.connection.kind in ERRORS:
        error, message = ERRORS[effect.connection.kind]
        raise getattr(client_library(request), error)(message, request=request)


def longest_silence(connection: Connection | None) -> float:
    """For how many seconds nothing comes."""
    if connection is None:
        return 0.0
    if connection.kind is Kind.DRIP:
        return max(1 / connection.amount, 1 / DRIPS_PER_SECOND)
    return connection.amount if connection.kind is Kind.STALL else 0.0


def truncated_stream(library: Any, begun: bytes, length: int) -> Any:
    """A body that ends too early, as a stream of that library's."""

    class Truncated(library.SyncByteStream, library.AsyncByteStream):  # type: ignore[misc]
        def __iter__(self) -> Iterator[bytes]:
            yield begun
            raise library.RemoteProtocolError(
                "peer closed connection without sending complete message body "
                f"(received {len(begun)} bytes, expected {length})"
            )

        async def __aiter__(self) -> AsyncIterator[bytes]:
            for piece in self:
                yield piece

    return Truncated()
