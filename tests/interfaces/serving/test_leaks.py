"""Whoever is killed, at whatever moment, leaves nothing behind: everything is counted."""

import asyncio
import gc
import os
import socket
import struct
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any
from weakref import ref

import httpx
import pytest
from msgspec import Struct

import emulator
from emulator.core.base.events import Event
from emulator.core.webhooks.model import DeliveryStatus
from emulator.interfaces.serving.asgi_app import root_app
from emulator.interfaces.serving.server import Server
from emulator.interfaces.serving.server_thread import loop_maker
from emulator.interfaces.testing.api import build_emulator
from tests.support.receivers import postmen

KEY = "test-key"
JOB = "/gladia/v2/pre-recorded"
AT_ONCE = struct.pack("ii", 1, 0)  # SO_LINGER: closing sends a reset
FAULTS = """
faults:
  - {when: {key: test-delay}, delay: 1h}
  - {when: {key: test-drip}, connection: {drip: 1B/s}}
  - {when: {key: test-stall}, connection: {stall: 1h}}
"""


class Count(Struct, frozen=True):
    """What there may be too much of."""

    tasks: int
    threads: int
    files: int
    connections: int
    listeners: int


class Place:
    """A server in a loop of this test's own."""

    def __init__(self, scenario: str = FAULTS) -> None:
        self.emulator = build_emulator(scenario, clock="manual")
        self.server = Server(root_app(self.emulator), "127.0.0.1", 0)

    @property
    def count(self) -> Count:
        return Count(
            len(asyncio.all_tasks()),
            threading.active_count(),
            len(os.listdir("/proc/self/fd")),
            self.server.connections,
            len(self.emulator.events) + self.waiting,
        )

    @property
    def waiting(self) -> int:
        """How many wait for messages in an inbox."""
        tenant = self.emulator.tenants.get(KEY)
        return len(tenant.inboxes.inbox("a")._listeners) if tenant else 0

    def connect(self, data: bytes) -> socket.socket:
        connection = socket.create_connection(("127.0.0.1", self.server.port))
        connection.sendall(data)
        return connection


def head(method: str, path: str, key: str = KEY, length: int = 0) -> bytes:
    return (
        f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nx-gladia-key: {key}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
    ).encode()


# What has been sent when it happens, how one sees that it has come so far, and the tenants then.
Moment = tuple[bytes, Callable[[Place], bool], int]
MOMENTS: dict[str, Moment] = {
    "nothing was sent": (b"", lambda one: one.server.connections == 1, 0),
    "half of the head was sent": (
        b"POST /gladia/v2/pre-rec",
        lambda one: one.server.connections == 1,
        0,
    ),
    "half of the body was sent": (
        head("POST", JOB, length=99) + b'{"audio_url"',
        lambda one: one.server.connections == 1,
        0,
    ),
    "half of a long body was sent": (
        head("POST", JOB, length=99_000) + b'{"audio_url"',
        lambda one: one.server.tasks == 1,
        0,
    ),
    "half of a form was sent to the admin API": (
        head("PUT", f"/_emulator/tenants/{KEY}/scenario", length=9_000_000) + b"a: " * 100_000,
        lambda one: one.server.tasks == 1,
        0,
    ),
    "half of a message was sent to an inbox": (
        head("POST", f"/_emulator/inbox/{KEY}/a", length=99) + b"{",
        lambda one: one.server.tasks == 1,
        0,
    ),
    "the answer is delayed": (
        head("GET", JOB, "test-delay"),
        lambda one: len(one.emulator.tenants) == 1,
        1,
    ),
    "the answer drips": (
        head("GET", JOB, "test-drip"),
        lambda one: len(one.emulator.tenants) == 1,
        1,
    ),
    "the answer is stalled": (
        head("GET", JOB, "test-stall"),
        lambda one: len(one.emulator.tenants) == 1,
        1,
    ),
    "events are listened to": (
        head("GET", "/_emulator/events"),
        lambda one: len(one.emulator.events) == 1,
        0,
    ),
    "an inbox is waited for": (
        head("GET", f"/_emulator/inbox/{KEY}/a?wait=60s"),
        lambda one: one.waiting == 1,
        1,
    ),
}


def killed(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
    connection.close()


@asynccontextmanager
async def serving(scenario: str = FAULTS) -> AsyncIterator[Place]:
    """Stopped in any case: a loop does not end before its server has."""
    place = Place(scenario)
    await place.server.start()
    try:
        yield place
    finally:
        await place.server.stop()


@pytest.mark.parametrize("kill", [socket.socket.close, killed])
@pytest.mark.parametrize("moment", MOMENTS)
def test_a_client_that_goes_leaves_nothing(
    moment: str, kill: Callable[[socket.socket], None]
) -> None:
    data, reached, tenants = MOMENTS[moment]

    async def gone() -> None:
        async with serving() as place:
            before = place.count
            connection = place.connect(data)
            await until(lambda: reached(place))
            assert place.count != before

            kill(connection)

            await until(lambda: place.count == before)
            assert len(place.emulator.tenants) == tenants

    run(gone())


@pytest.mark.parametrize("moment", ["the answer is delayed", "an inbox is waited for"])
def test_a_tenant_that_is_dropped_is_not_held_when_its_client_goes(moment: str) -> None:
    data, reached, _ = MOMENTS[moment]

    async def gone() -> None:
        async with serving() as place:
            connection = place.connect(data)
            await until(lambda: reached(place))
            (tenant,) = map(ref, place.emulator.tenants.open_tenants())

            place.emulator.tenants.close(tenant().key)  # type: ignore[union-attr]  # it is open
            connection.close()

            await until(lambda: place.server.tasks == 0)
            gc.collect()
            assert tenant() is None

    run(gone())


def test_a_server_that_stops_with_all_of_them_open_leaves_nothing() -> None:
    threads, files = threading.active_count(), len(os.listdir("/proc/self/fd"))

    async def stopped() -> int:
        with receiver() as box:
            place = Place(webhook_to(box.url))
            await place.server.start()
            connections = [place.connect(data) for data, _, _ in MOMENTS.values()]
            connections.append(place.connect(create()))
            await until(lambda: box.came.is_set() and place.server.tasks == len(MOMENTS) - 3)

            await place.server.stop()
            await asyncio.to_thread(place.emulator.close)

            for connection in connections:
                connection.close()
            assert (place.server.tasks, place.server.connections) == (0, 0)
            assert len(place.emulator.events) == place.waiting == 0
        return len(asyncio.all_tasks()) - 1

    assert run(stopped()) == 0
    assert postmen() == []
    assert (threading.active_count(), len(os.listdir("/proc/self/fd"))) == (threads, files)


def test_who_reads_a_long_scenario_when_the_server_stops_is_waited_for() -> None:
    threads = threading.active_count()
    text = b"scenario: Long\nfaults:\n" + b"  - {when: {call: 2}, answer: 503}\n" * 900

    with emulator.run() as speech:
        url = f"{speech.url}/_emulator/tenants/{KEY}/scenario"
        put = httpx.put(url, content=text, headers={"content-type": "application/yaml"}, timeout=60)

    assert put.status_code == 200
    assert threading.active_count() == threads


class Box:
    """A receiver that takes what it is sent, and never answers."""

    def __init__(self) -> None:
        self.came = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._connections: list[socket.socket] = []
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self._connections.append(connection)
            connection.recv(65536)
            self.came.set()

    def kill(self) -> None:
        """It is gone, with its port and its connections."""
        if self._thread.is_alive():
            self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            self._thread.join()
            for connection in self._connections:
                killed(connection)


@contextmanager
def receiver() -> Iterator[Box]:
    box = Box()
    try:
        yield box
    finally:
        box.kill()


def webhook_to(url: str) -> str:
    return f"{FAULTS}webhooks: [{{provider: gladia, url: '{url}'}}]\n"


def create() -> bytes:
    body = b'{"audio_url": "https://media.test/a.wav"}'
    return head("POST", JOB, length=len(body)) + body


def drop(place: Place, box: Box) -> None:
    place.emulator.tenants.close(KEY)


def reset(place: Place, box: Box) -> None:
    tenant = place.emulator.tenants.get(KEY)
    assert tenant
    place.emulator.tenants.reset(tenant)


def restart(place: Place, box: Box) -> None:
    place.emulator.tenants.restart(place.emulator.tenants.scenario)


def kill_receiver(place: Place, box: Box) -> None:
    box.kill()


ENDS = [
    (drop, "the tenant was forgotten"),
    (reset, "the tenant was forgotten"),
    (restart, "the tenant was forgotten"),
    (kill_receiver, "the connection broke: Connection reset by peer"),
]


@pytest.mark.parametrize(("end", "why"), ENDS)
def test_a_webhook_under_way_that_is_cut_off_leaves_nothing(
    end: Callable[[Place, Box], None], why: str
) -> None:
    threads, files = threading.active_count(), len(os.listdir("/proc/self/fd"))

    async def cut() -> None:
        with receiver() as box:
            async with serving(webhook_to(box.url)) as place:
                client = place.connect(create())
                await until(box.came.is_set)
                tenant = place.emulator.tenants.get(KEY)
                assert tenant
                outbox = tenant.outbox
                told: list[Event] = []
                place.emulator.events.subscribe(told.append)
                assert [one.state for one in outbox.log] == [DeliveryStatus.SENDING]

                end(place, box)

                await until(lambda: postmen() == [])
                (delivery,) = outbox.log
                assert [attempt.error for attempt in delivery.attempts] == [why]
                deliveries = [one for one in told if one.kind == "delivery"]
                assert len(deliveries) == (
                    end is kill_receiver
                )  # nobody hears of a life that is over
                client.close()

    run(cut())
    assert (threading.active_count(), len(os.listdir("/proc/self/fd"))) == (threads, files)


def test_a_tenant_that_is_dropped_is_not_held_by_its_webhooks() -> None:
    async def dropped() -> None:
        with receiver() as box:
            async with serving(webhook_to(box.url)) as place:
                client = place.connect(create())
                await until(box.came.is_set)
                (tenant,) = map(ref, place.emulator.tenants.open_tenants())

                place.emulator.tenants.close(KEY)
                client.close()

                await until(lambda: postmen() == [] and place.server.tasks == 0)
                gc.collect()
                assert tenant() is None

    run(dropped())


async def until(so: Callable[[], bool]) -> None:
    """What a server does of itself cannot be awaited from outside."""
    async with asyncio.timeout(60):
        while not so():
            await asyncio.sleep(0.001)


def run(work: Any) -> Any:
    with asyncio.Runner(loop_factory=loop_maker()) as runner:
        return runner.run(work)
