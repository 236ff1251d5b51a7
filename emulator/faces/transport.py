"""An in-process transport for httpx: the emulator without a socket."""

from urllib.parse import parse_qsl, unquote

import httpx

from emulator.application import Arrival, Emulator
from emulator.core.journal import Exchange


class Transport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Gives each request to the emulator; for ``httpx.Client`` and ``httpx.AsyncClient``."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return reply(request.method, self._emulator.answer(arrival(request, request.read())))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return reply(request.method, self._emulator.answer(arrival(request, await request.aread())))


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


def reply(method: str, exchange: Exchange) -> httpx.Response:
    response = exchange.response
    body = b"" if method == "HEAD" else response.body
    return httpx.Response(response.status, headers=dict(response.headers), content=body)
