"""Odd requests: the same answer on the short way and through ASGI, whole and byte by byte."""

import asyncio
import logging
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from uvicorn import Config
from uvicorn.server import ServerState

from emulator.application import Emulator
from emulator.faces.asgi import MAX_HEADER_BYTES
from emulator.faces.http import Door
from emulator.faces.protocol import HEAD_BYTES, Protocol
from emulator.faces.site import application

GOOD = "GET /gladia/health HTTP/1.1\r\nHost: a\r\n"
H2C = "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAA\r\n"
SOCKET = "Connection: Upgrade\r\nUpgrade: websocket\r\n"
ORDER = '{"audio_url": "https://media.test/a.wav"}'
POST = (
    "POST /gladia/v2/pre-recorded HTTP/1.1\r\nHost: a\r\nx-gladia-key: test-a\r\n"
    "Content-Type: application/json\r\n"
)
CHUNKED = f"Transfer-Encoding: chunked\r\n\r\n{len(ORDER):x}\r\n{ORDER}\r\n0\r\n\r\n"
LENGTH = f"Content-Length: {len(ORDER)}\r\n"
END = "\r\n"


def target(text: str, host: str = "a") -> str:
    return f"GET {text} HTTP/1.1\r\nHost: {host}\r\n\r\n"


def upgrading(method: str, *headers: str) -> str:
    return f"{method} /gladia/health HTTP/1.1\r\nHost: a\r\n{''.join(headers)}\r\n"


CASES: dict[str, tuple[str, list[int]]] = {
    "an ordinary one": (GOOD + END, [200]),
    "two in one packet": (2 * (GOOD + END), [200, 200]),
    "blank lines before": (END + END + GOOD + END, [200]),
    # Upgrades to what is not spoken here.
    "h2c": (GOOD + H2C + END, [200]),
    "h2c, then another": (GOOD + H2C + END + GOOD + END, [200, 200]),
    "h2c twice": (2 * (GOOD + H2C + END), [200, 200]),
    "h2c with a body": (POST + H2C + LENGTH + END + ORDER, [201]),
    "h2c with a body, then another": (POST + H2C + LENGTH + END + ORDER + GOOD + END, [201, 200]),
    "h2c with chunks": (POST + H2C + CHUNKED, [201]),
    "h2c with chunks, then another": (POST + H2C + CHUNKED + GOOD + END, [201, 200]),
    "a websocket by POST": (POST + SOCKET + LENGTH + END + ORDER, [201]),
    "a websocket by DELETE": (upgrading("DELETE", SOCKET), [404]),
    "TLS": (upgrading("GET", "Connection: Upgrade\r\nUpgrade: TLS/1.0\r\n"), [200]),
    "an upgrade without its connection": (upgrading("GET", "Upgrade: h2c\r\n"), [200]),
    "a connection without its upgrade": (upgrading("GET", "Connection: Upgrade\r\n"), [200]),
    # Targets.
    "absolute": (target("http://api.gladia.io/health"), [200]),
    "absolute, whose host beats the header": (target("http://api.gladia.io/health", "b"), [200]),
    "absolute in capitals": (target("HTTP://api.gladia.io/health"), [200]),
    "absolute without a path": (target("http://api.gladia.io"), [404]),
    "absolute with a query alone": (target("http://api.gladia.io?a=b"), [404]),
    "absolute with a fragment": (target("http://api.gladia.io/health#a"), [200]),
    "absolute with a port": (target("http://api.gladia.io:80/health"), [200]),
    "a port that there cannot be": (target("http://api.gladia.io:99999/health"), [400]),
    "no host": (target("http:///health"), [400]),
    "half an address": (target("http://[::1/health"), [400]),
    "an address": (target("http://[::1]/gladia/health"), [200]),
    "a user": (target("http://ann@api.gladia.io/health"), [400]),
    "another scheme": (target("ftp://api.gladia.io/health"), [400]),
    "a path without a slash": (target("gladia/health"), [400]),
    "authority alone": (target("api.gladia.io:443"), [400]),
    "two slashes": (target("//gladia/health"), [404]),
    "asterisk": ("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", [404]),
    "connect": ("CONNECT api.gladia.io:443 HTTP/1.1\r\nHost: a\r\n\r\n", [400]),
    "bytes that are no UTF-8": (target("/gladia/%ff"), [404]),
    "a byte that is no ASCII": (target("/gladia/\xff"), [400]),
    "a line feed, encoded": (target("/gladia/%0A"), [404]),
    "a percent sign alone": (target("/gladia/%"), [404]),
    "a fragment": (target("/gladia/health#a"), [200]),
    "a long query": (target("/gladia/health?" + "a" * 60_000), [200]),
    "many separators": (target("/gladia/health?" + "&" * 60_000), [200]),
    "a target that is too long": (target("/gladia/health?" + "a" * 70_000), [414]),
    "separators without end": (target("/gladia/health?" + "&" * 100_000), [414]),
    # Versions.
    "HTTP/1.0": ("GET /gladia/health HTTP/1.0\r\n\r\n", [200]),
    "HTTP/2.0": ("GET /gladia/health HTTP/2.0\r\nHost: a\r\n\r\n", [505]),
    "HTTP/0.9": ("GET /gladia/health HTTP/0.9\r\nHost: a\r\n\r\n", [505]),
    "HTTP/2.0 with an upgrade": (
        "GET /gladia/health HTTP/2.0\r\nHost: a\r\n" + H2C + END,
        [505],
    ),
    "HTTP/1.0 with an upgrade": (
        "GET /gladia/health HTTP/1.0\r\n" + H2C + END + GOOD + END,
        [200],
    ),
    "RTSP": ("GET /gladia/health RTSP/1.0\r\nHost: a\r\n\r\n", [505]),
    "HTTP/1.2": ("GET /gladia/health HTTP/1.2\r\nHost: a\r\n\r\n", [400]),
    "HTTP/3": ("GET /gladia/health HTTP/3\r\nHost: a\r\n\r\n", [400]),
    "the preface of HTTP/2": ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", [400]),
    # Heads that are none.
    "no method": ("/gladia/health HTTP/1.1\r\nHost: a\r\n\r\n", [400]),
    "an unknown method": ("BREW /gladia/health HTTP/1.1\r\nHost: a\r\n\r\n", [400]),
    "no version, as HTTP/0.9 has it": ("GET /gladia/health\r\nHost: a\r\n\r\n", [505]),
    "a NUL in a header": (GOOD + "X-A: \0\r\n\r\n", [400]),
    "a header without a colon": (GOOD + "nonsense\r\n\r\n", [400]),
    "a blank before the colon": (GOOD + "X-A : b\r\n\r\n", [400]),
    "a header that goes on in the next line": (GOOD + "X-A: b\r\n c\r\n\r\n", [400]),
    "line feeds alone": (GOOD.replace("\r\n", "\n") + "\n", [400]),
    # Lengths.
    "a length that is no number": (POST + "Content-Length: x\r\n\r\n", [400]),
    "a length with a sign": (POST + "Content-Length: +1\r\n\r\nx", [400]),
    "a negative length": (POST + "Content-Length: -1\r\n\r\n", [400]),
    "two lengths": (POST + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx", [400]),
    "a length and chunks": (POST + LENGTH + CHUNKED, [400]),
    "a chunk of no size": (POST + "Transfer-Encoding: chunked\r\n\r\nx\r\n", [400]),
    "another coding": (POST + "Transfer-Encoding: gzip\r\n\r\n", [400]),
    "a head that is too long for a provider": (
        GOOD + f"X-A: {'a' * MAX_HEADER_BYTES}\r\n\r\n",
        [431],
    ),
    "a head without end": (GOOD + f"X-A: {'a' * HEAD_BYTES}", [431]),
    "a target without end": ("GET /" + "a" * HEAD_BYTES, [414]),
    "a head without end, of a broken target": (
        f"GET http://[/ HTTP/1.1\r\nX-A: {'a' * HEAD_BYTES}",
        [431],
    ),
    "headers without end": (GOOD + "X-A: a\r\n" * (HEAD_BYTES // 7), [431]),
}
LONG = {name for name, (data, _) in CASES.items() if len(data) > 10_000}


class Wire(asyncio.Transport):
    """A transport that keeps what is written."""

    def __init__(self, protocol: Protocol) -> None:
        super().__init__({"sockname": ("127.0.0.1", 4788), "peername": ("127.0.0.1", 5000)})
        self._protocol = protocol
        self.written = bytearray()
        self.closed = asyncio.Event()

    def write(self, data: Any) -> None:
        assert not self.closed.is_set()
        self.written += data

    def writelines(self, list_of_data: Any) -> None:
        self.write(b"".join(list_of_data))

    def is_closing(self) -> bool:
        return self.closed.is_set()

    def close(self) -> None:
        if not self.closed.is_set():
            self.closed.set()
            asyncio.get_running_loop().call_soon(self._protocol.connection_lost, None)

    def can_write_eof(self) -> bool:
        return False  # as with TLS

    def pause_reading(self) -> None: ...

    def resume_reading(self) -> None: ...

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None: ...

    def get_write_buffer_size(self) -> int:
        return 0


Make = Callable[[Emulator], tuple[Any, Door | None]]


def short(emulator: Emulator) -> tuple[Any, Door | None]:
    site = application(emulator)
    return site, site.door


def through_asgi(emulator: Emulator) -> tuple[Any, Door | None]:
    return application(emulator), None


def whole(data: bytes) -> Iterator[bytes]:
    yield data


def byte_by_byte(data: bytes) -> Iterator[bytes]:
    return (data[at : at + 1] for at in range(len(data)))


def connection(app: Any, door: Door | None, **patience: float) -> tuple[Protocol, Wire]:
    config = Config(app, log_config=None, lifespan="off", interface="asgi3", ws="none")
    config.server_header = config.date_header = False
    if patience:
        config.timeout_keep_alive = 0.01  # type: ignore[assignment]  # a timer takes any number
    config.load()
    protocol = Protocol(config, ServerState(), door, {}, **patience)
    wire = Wire(protocol)
    protocol.connection_made(wire)
    return protocol, wire


async def exchange(make: Make, pieces: Iterator[bytes]) -> bytes:
    """All that comes back for those pieces, once every answer has been written."""
    protocol, wire = connection(*make(Emulator(clock_mode="manual")))
    for piece in pieces:
        if not wire.is_closing():
            protocol.data_received(piece)
        await turns(20)
    await turns(200)
    wire.close()
    await asyncio.sleep(0)
    return bytes(wire.written)


async def turns(count: int) -> None:
    """Let the loop go round: an answer needs a few rounds, and nothing of it takes time."""
    for _ in range(count):
        await asyncio.sleep(0)


def statuses(received: bytes) -> list[int]:
    return [int(one) for one in re.findall(rb"HTTP/1\.1 (\d{3}) ", received)]


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("make", [short, through_asgi])
def test_an_odd_request_is_answered(make: Make, name: str, caplog: Any) -> None:
    data, expected = CASES[name]

    received = asyncio.run(exchange(make, whole(data.encode("latin-1"))))

    assert statuses(received) == expected
    assert [one for one in caplog.records if one.levelno >= logging.ERROR] == []


@pytest.mark.parametrize("name", [one for one in CASES if one not in LONG])
def test_it_does_not_matter_how_a_request_comes(name: str) -> None:
    data = CASES[name][0].encode("latin-1")

    ways = [
        asyncio.run(exchange(make, cut(data)))
        for make in (short, through_asgi)
        for cut in (whole, byte_by_byte)
    ]

    assert [bytes(one) for one in ways] == [ways[0]] * 4


HALF = GOOD.encode()
BODY = (POST + LENGTH + END + ORDER[:-1]).encode()
LARGE = (POST + "Content-Length: 100000\r\n\r\n" + ORDER).encode()


@pytest.mark.parametrize(
    ("data", "expected"),
    [(b"", []), (HALF, [408]), (BODY, [408]), (LARGE, [408]), (HALF + END.encode(), [200])],
    ids=["nothing", "half a head", "half a body", "half of a large body", "a whole request"],
)
@pytest.mark.parametrize("make", [short, through_asgi])
def test_a_client_that_says_no_more_is_hung_up_on(
    make: Make, data: bytes, expected: list[int]
) -> None:
    app, door = make(Emulator(clock_mode="manual"))

    async def until_closed() -> bytes:
        protocol, wire = connection(app, door, head_seconds=0.01, body_seconds=0.01)
        if data:
            protocol.data_received(data)
        async with asyncio.timeout(30):
            await wire.closed.wait()
        return bytes(wire.written)

    assert statuses(asyncio.run(until_closed())) == expected


def test_a_client_is_waited_for_while_it_is_the_server_that_is_slow() -> None:
    async def closed_when(patience: float, *, paused: bool) -> bool:
        """Whether the connection is closed by the alarm for half a body."""
        protocol, wire = connection(*through_asgi(Emulator()))
        protocol.data_received(LARGE)
        await turns(20)  # the application waits for the rest
        protocol._unset_keepalive_if_required()
        protocol._body_seconds = patience
        if paused:
            protocol.flow.pause_reading()
        protocol.timeout_keep_alive_handler()
        return wire.is_closing()

    assert asyncio.run(closed_when(1000, paused=False)) is False
    assert asyncio.run(closed_when(-1, paused=True)) is False
    assert asyncio.run(closed_when(-1, paused=False)) is True
