"""Odd requests: the same answer on the short way and through ASGI, whole and byte by byte."""

import asyncio
import logging
import re
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import pytest
from uvicorn import Config
from uvicorn.server import ServerState

from emulator.application.emulator import Emulator
from emulator.interfaces.serving.asgi_app import root_app
from emulator.interfaces.transports.http import HttpApp
from emulator.interfaces.transports.protocol import Protocol
from tests.hostile import protocol
from tests.hostile.protocol import END, GOOD, LENGTH, ORDER, POST
from tests.support.loops import SteppedLoop, turns

KEEP_ALIVE_SECONDS = 5


def answered(expected: str) -> list[int]:
    """The statuses in an outcome, without the envelopes."""
    return [int(one) for one in re.findall(r"[0-9]{3}", expected)]


CASES = {case.name: (case.sent, answered(case.expected)) for case in protocol.CASES}
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


Make = Callable[[Emulator], tuple[Any, HttpApp | None]]


def short(emulator: Emulator) -> tuple[Any, HttpApp | None]:
    site = root_app(emulator)
    return site, site.http_app


def through_asgi(emulator: Emulator) -> tuple[Any, HttpApp | None]:
    return root_app(emulator), None


def whole(data: bytes) -> Iterator[bytes]:
    yield data


def byte_by_byte(data: bytes) -> Iterator[bytes]:
    return (data[at : at + 1] for at in range(len(data)))


def connection(app: Any, door: HttpApp | None, **patience: float) -> tuple[Protocol, Wire]:
    config = Config(app, log_config=None, lifespan="off", interface="asgi3", ws="none")
    config.server_header = config.date_header = False
    config.timeout_keep_alive = KEEP_ALIVE_SECONDS
    config.load()
    protocol = Protocol(config, ServerState(), door, {}, **patience)
    wire = Wire(protocol)
    protocol.connection_made(wire)
    return protocol, wire


async def exchange(make: Make, pieces: Iterator[bytes]) -> bytes:
    """All that comes back for those pieces, once every answer has been written."""
    spoken, wire = connection(*make(Emulator(clock_mode="manual")))
    for piece in pieces:
        if not wire.is_closing():
            spoken.data_received(piece)
        await turns(20)
    await turns(200)
    wire.close()
    await asyncio.sleep(0)
    return bytes(wire.written)


def statuses(received: bytes) -> list[int]:
    return [int(one) for one in re.findall(rb"HTTP/1\.1 (\d{3}) ", received)]


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("make", [short, through_asgi])
def test_an_odd_request_is_answered(make: Make, name: str, caplog: Any) -> None:
    data, expected = CASES[name]

    received = asyncio.run(exchange(make, whole(data.encode("latin-1"))))

    assert statuses(received) == expected
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


@pytest.mark.parametrize("name", [case for case in CASES if case not in LONG])
def test_it_does_not_matter_how_a_request_comes(name: str) -> None:
    data = CASES[name][0].encode("latin-1")

    ways = [
        asyncio.run(exchange(make, cut(data)))
        for make in (short, through_asgi)
        for cut in (whole, byte_by_byte)
    ]

    assert [bytes(way) for way in ways] == [ways[0]] * 4


HALF = GOOD.encode()
BODY = (POST + LENGTH + END + ORDER[:-1]).encode()
LARGE = (POST + "Content-Length: 100000\r\n\r\n" + ORDER).encode()


@pytest.mark.parametrize(
    ("data", "expected", "seconds"),
    [
        (b"", [], KEEP_ALIVE_SECONDS),
        (HALF, [408], 20),
        (BODY, [408], 20),
        (LARGE, [408], 20),
        (HALF + END.encode(), [200], KEEP_ALIVE_SECONDS),
    ],
    ids=["nothing", "half a head", "half a body", "half of a large body", "a whole request"],
)
@pytest.mark.parametrize("make", [short, through_asgi])
def test_a_client_that_says_no_more_is_hung_up_on(
    make: Make, data: bytes, expected: list[int], seconds: int
) -> None:
    app, door = make(Emulator(clock_mode="manual"))

    async def silent(loop: SteppedLoop) -> tuple[bool, bool, bytes]:
        spoken, wire = connection(app, door, head_seconds=20, body_seconds=20)
        if data:
            spoken.data_received(data)
        await loop.advance(seconds - 1)
        before = wire.is_closing()
        await loop.advance(1)
        return before, wire.is_closing(), bytes(wire.written)

    before, after, written = stepped(silent)

    assert (before, after) == (False, True)
    assert statuses(written) == expected


@pytest.mark.parametrize("make", [short, through_asgi])
def test_an_idle_connection_is_closed_and_one_in_use_is_not(make: Make) -> None:
    """Half a request is a use of it, too."""
    app, door = make(Emulator(clock_mode="manual"))

    async def used(loop: SteppedLoop) -> list[bool]:
        spoken, wire = connection(app, door, head_seconds=20, body_seconds=20)
        seen = []
        for data in (HALF + END.encode(), HALF + END.encode(), HALF):
            spoken.data_received(data)
            await loop.advance(KEEP_ALIVE_SECONDS - 1)
            seen.append(wire.is_closing())
        await loop.advance(2)
        return [*seen, wire.is_closing()]

    async def idle(loop: SteppedLoop) -> list[bool]:
        spoken, wire = connection(app, door)
        spoken.data_received(HALF + END.encode())
        await loop.advance(KEEP_ALIVE_SECONDS - 1)
        spoken.data_received(HALF + END.encode())
        await loop.advance(KEEP_ALIVE_SECONDS - 1)
        before = wire.is_closing()
        await loop.advance(1)
        return [before, wire.is_closing()]

    assert stepped(used) == [False] * 4
    assert stepped(idle) == [False, True]


def stepped(scene: Callable[[SteppedLoop], Coroutine[Any, Any, Any]]) -> Any:
    """What the scene gives, in a loop whose clock it moves."""
    loop = SteppedLoop()
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        return runner.run(scene(loop))


@pytest.mark.parametrize("make", [short, through_asgi])
def test_nothing_is_written_while_the_client_does_not_read(make: Make) -> None:
    app, door = make(Emulator(clock_mode="manual"))

    async def scene() -> tuple[bytes, list[int]]:
        spoken, wire = connection(app, door)
        spoken.pause_writing()
        spoken.data_received(2 * (HALF + END.encode()))
        await turns(200)
        before = bytes(wire.written)
        spoken.resume_writing()
        await turns(200)
        return before, statuses(bytes(wire.written))

    assert asyncio.run(scene()) == (b"", [200, 200])


def test_a_client_is_waited_for_while_it_is_the_server_that_is_slow() -> None:
    async def closed_when(patience: float, *, paused: bool) -> bool:
        """Whether the connection is closed by the alarm for half a body."""
        spoken, wire = connection(*through_asgi(Emulator()))
        spoken.data_received(LARGE)
        await turns(20)  # the application waits for the rest
        spoken._unset_keepalive_if_required()
        spoken._body_seconds = patience
        if paused:
            spoken.flow.pause_reading()
        spoken.timeout_keep_alive_handler()
        return wire.is_closing()

    assert asyncio.run(closed_when(1000, paused=False)) is False
    assert asyncio.run(closed_when(-1, paused=True)) is False
    assert asyncio.run(closed_when(-1, paused=False)) is True
