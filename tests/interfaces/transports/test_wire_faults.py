"""Faults on a real socket, as common clients see them, and on servers that are not ours."""

import asyncio
import logging
import shutil
import socket
import ssl
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, suppress
from time import monotonic
from typing import Any

import aiohttp
import httpx
import pytest
import requests
import trustme

import emulator
from emulator.interfaces.serving.asgi_app import root_app
from emulator.interfaces.serving.server import Server
from emulator.interfaces.serving.server_thread import loop_maker
from emulator.interfaces.testing.api import EmulatorSession, build_emulator
from emulator.interfaces.transports.asgi import Message
from emulator.interfaces.transports.http import HttpApp
from emulator.interfaces.transports.wire_faults import ConnectionAborted, garbage

HAPPENS = {
    "refuse": "connection: refuse",
    "reset": "connection: reset",
    "truncate": "connection: {truncate: 5B}",
    "drip": "connection: {drip: 2kB/s}",
    "stall": "connection: {stall: 100ms}",
    "garbage": "connection: garbage",
    "delay": "delay: 100ms",
}
STORY = "".join(
    f"  - {{when: {{key: test-{name}, path: /v2/*}}, {happens}}}\n"
    for name, happens in HAPPENS.items()
)
ENDLESS = "[{when: {key: test-*, path: /v2/*}, connection: {stall: 1h}}]"
PATH = "/v2/pre-recorded"


@pytest.fixture(scope="module")
def speech() -> Iterator[EmulatorSession]:
    with emulator.run(f"clock: {{mode: manual}}\nfaults:\n{STORY}") as running:
        yield running


def by_httpx(url: str, key: str) -> int:
    return len(httpx.get(url, headers={"x-gladia-key": key}, timeout=60).content)


def by_requests(url: str, key: str) -> int:
    return len(requests.get(url, headers={"x-gladia-key": key}, timeout=10).content)


def by_aiohttp(url: str, key: str) -> int:
    async def get() -> int:
        async with aiohttp.ClientSession(headers={"x-gladia-key": key}) as session:
            answer = await session.get(url)
            return len(await answer.read())

    return asyncio.run(get())


def by_curl(url: str, key: str) -> int:
    if shutil.which("curl") is None:
        pytest.skip("there is no curl here")
    done = subprocess.run(
        ["curl", "--silent", "--show-error", "--header", f"x-gladia-key: {key}", url],
        capture_output=True,
        check=False,
    )
    if done.returncode:
        raise OSError(f"curl: ({done.returncode})")
    return len(done.stdout)


CLIENTS: Mapping[str, Callable[[str, str], int]] = {
    "httpx": by_httpx,
    "requests": by_requests,
    "aiohttp": by_aiohttp,
    "curl": by_curl,
}
# What each client raises; None: it gets the whole answer.
SEEN: Mapping[str, Mapping[str, tuple[type[Exception], str] | None]] = {
    "refuse": {
        "httpx": (httpx.RemoteProtocolError, "disconnected without sending a response"),
        "requests": (requests.ConnectionError, "RemoteDisconnected"),
        "aiohttp": (aiohttp.ServerDisconnectedError, "Server disconnected"),
        "curl": (OSError, r"\(52\)"),  # empty reply
    },
    "reset": {
        "httpx": (httpx.ReadError, "Connection reset by peer"),
        "requests": (requests.ConnectionError, "ConnectionResetError"),
        "aiohttp": (aiohttp.ClientOSError, "Connection reset by peer"),
        "curl": (OSError, r"\(56\)"),  # failure in receiving
    },
    "truncate": {
        "httpx": (httpx.RemoteProtocolError, r"received 5 bytes, expected \d+"),
        "requests": (requests.exceptions.ChunkedEncodingError, "5 bytes read"),
        "aiohttp": (aiohttp.ClientPayloadError, "not completed"),
        "curl": (OSError, r"\(18\)"),  # partial file
    },
    "drip": dict.fromkeys(CLIENTS),
    "stall": {
        "httpx": (httpx.RemoteProtocolError, "disconnected without sending a response"),
        "requests": (requests.ConnectionError, "RemoteDisconnected"),
        "aiohttp": (aiohttp.ServerDisconnectedError, "Server disconnected"),
        "curl": (OSError, r"\(52\)"),
    },
    "garbage": {
        "httpx": (httpx.RemoteProtocolError, "illegal request line"),
        "requests": (requests.ConnectionError, "BadStatusLine"),
        "aiohttp": (aiohttp.ClientResponseError, "Bad status line"),
        "curl": (OSError, r"\(1\)"),  # unsupported protocol
    },
    "delay": dict.fromkeys(CLIENTS),
}
LATE = {"drip": 0.05, "stall": 0.1, "delay": 0.1}  # seconds at least


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("name", HAPPENS)
def test_each_client_sees_what_happens(speech: EmulatorSession, name: str, client: str) -> None:
    seen, get = SEEN[name][client], CLIENTS[client]
    before = monotonic()

    if seen is None:
        assert get(speech.gladia.url + PATH, f"test-{name}") > 100
    else:
        with pytest.raises(seen[0], match=seen[1]):
            get(speech.gladia.url + PATH, f"test-{name}")

    assert monotonic() - before >= LATE.get(name, 0)


def connected(speech: EmulatorSession, key: str, *, path: str = f"/gladia{PATH}") -> socket.socket:
    """A connection on which a request has been sent."""
    port = httpx.URL(speech.url).port
    assert port
    connection = socket.create_connection(("127.0.0.1", port), timeout=10)
    connection.sendall(f"GET {path} HTTP/1.1\r\nHost: a\r\nx-gladia-key: {key}\r\n\r\n".encode())
    return connection


def received(connection: socket.socket) -> bytes:
    held = b""
    while piece := connection.recv(65536):
        held += piece
    return held


def test_a_reset_is_one_of_tcp(speech: EmulatorSession) -> None:
    connection = connected(speech, "test-reset")

    with closing(connection), pytest.raises(ConnectionResetError):
        connection.recv(1)


@pytest.mark.parametrize("name", ["refuse", "stall"])
def test_hanging_up_sends_nothing(speech: EmulatorSession, name: str) -> None:
    with closing(connected(speech, f"test-{name}")) as connection:
        assert received(connection) == b""


def test_garbage_is_sent_and_no_more(speech: EmulatorSession) -> None:
    with closing(connected(speech, "test-garbage")) as connection:
        got = received(connection)

    assert len(got) == 64
    assert not got.startswith(b"HTTP/")


@pytest.mark.parametrize("count", [1, 64, 100_000])
def test_there_is_as_much_garbage_as_asked(count: int) -> None:
    assert len(garbage(count)) == count


def test_what_is_truncated_promised_more(speech: EmulatorSession) -> None:
    with closing(connected(speech, "test-truncate")) as connection:
        head, _, body = received(connection).partition(b"\r\n\r\n")

    [length] = [line for line in head.split(b"\r\n") if line.startswith(b"content-length")]
    assert len(body) == 5
    assert int(length.partition(b":")[2]) > 100


def test_an_operation_without_a_key_stands_beside_all_this(speech: EmulatorSession) -> None:
    with closing(connected(speech, "test-reset", path="/gladia/health")) as connection:
        assert connection.recv(12) == b"HTTP/1.1 200"


def test_one_that_waits_delays_nobody_else() -> None:
    with emulator.run(f"clock: {{mode: manual}}\nfaults: {ENDLESS}") as speech:
        waiting = [connected(speech, f"test-{number}") for number in range(50)]

        with httpx.Client(base_url=speech.gladia.url, timeout=60) as client:
            answered = [client.get("/health").status_code for _ in range(50)]

        for connection in waiting:
            connection.close()
    assert answered == [200] * 50  # and not an hour later


class Watched:
    """Our server in a loop of this test's own, so that its tasks can be counted."""

    def __init__(self, happens: str, **options: Any) -> None:
        self.emulator = build_emulator(f"faults: [{{{happens}}}]", clock="manual")
        self.server = Server(root_app(self.emulator), "127.0.0.1", 0, **options)

    async def open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.server.port)
        head = f"GET /gladia{PATH} HTTP/1.1\r\nHost: a\r\nx-gladia-key: test-key\r\n\r\n"
        writer.write(head.encode())
        while not len(self.emulator.tenants):
            await asyncio.sleep(0.001)
        return reader, writer

    async def idle(self) -> None:
        while self.server.tasks:
            await asyncio.sleep(0.001)


LASTING = ["delay: 1h", "connection: {stall: 1h}", "connection: {drip: 1B/s}"]


@pytest.mark.parametrize("happens", LASTING)
def test_nothing_is_left_when_the_client_goes(happens: str) -> None:
    async def run() -> int:
        watched = Watched(happens)
        await watched.server.start()
        before = len(asyncio.all_tasks())
        _, writer = await watched.open()
        assert watched.server.tasks == 1

        await closed(writer)

        async with asyncio.timeout(60):
            await watched.idle()
        left = len(asyncio.all_tasks()) - before
        await watched.server.stop()
        return left

    assert with_our_loop(run()) == 0


@pytest.mark.parametrize("happens", LASTING)
def test_nothing_is_left_when_the_server_stops(
    happens: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def run() -> int:
        watched = Watched(happens)
        await watched.server.start()
        _, writer = await watched.open()

        async with asyncio.timeout(60):
            await watched.server.stop()

        await closed(writer)
        return watched.server.tasks

    assert with_our_loop(run()) == 0
    assert caplog.records == []


async def closed(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with suppress(ConnectionError):
        await writer.wait_closed()


def with_our_loop(work: Any) -> Any:
    with asyncio.Runner(loop_factory=loop_maker()) as runner:
        return runner.run(work)


def test_a_connection_with_tls_breaks_too() -> None:
    authority = trustme.CA()
    contexts = [server_context(authority), client_context(authority)]

    async def run() -> None:
        watched = Watched("when: {path: '/v2/*'}, connection: reset", tls=contexts[0])
        await watched.server.start()
        async with httpx.AsyncClient(
            base_url=f"https://localhost:{watched.server.port}/gladia",
            headers={"x-gladia-key": "test-key"},
            verify=contexts[1],
            timeout=60,
        ) as client:
            with pytest.raises(httpx.ReadError):
                await client.get(PATH)
            assert (await client.get("/health")).status_code == 200
        await watched.server.stop()

    with_our_loop(run())


def server_context(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost", "127.0.0.1").configure_cert(context)
    return context


def client_context(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


class Elsewhere:
    """A server that is not ours, with one client; ``gone``: it hangs up after its request."""

    def __init__(self, happens: str, *, gone: bool = False, method: str = "GET") -> None:
        self.door = HttpApp(build_emulator(f"faults: [{{{happens}}}]"))
        self.scope = {
            "type": "http",
            "method": method,
            "path": f"/gladia{PATH}",
            "query_string": b"",
            "headers": [(b"x-gladia-key", b"test-key")],
            "scheme": "http",
        }
        self.incoming: list[Message] = [{"type": "http.request", "body": b""}]
        if gone:
            self.incoming += [{"type": "http.request", "body": b""}, {"type": "http.disconnect"}]
        self.sent: list[Message] = []

    async def receive(self) -> Message:
        if self.incoming:
            return self.incoming.pop(0)
        await asyncio.Event().wait()  # for ever
        raise AssertionError

    async def send(self, message: Message) -> None:
        self.sent.append(message)

    def serve(self) -> list[tuple[Any, ...]]:
        """What was sent, without the headers."""
        asyncio.run(self.door(self.scope, self.receive, self.send))
        return self.said()

    def said(self) -> list[tuple[Any, ...]]:
        return [
            (one["status"],) if "status" in one else (one["body"], one.get("more_body", False))
            for one in self.sent
        ]


@pytest.mark.parametrize("happens", ["refuse", "reset", "garbage", "{stall: 1ms}"])
def test_another_server_gets_an_answer_that_breaks_off(happens: str) -> None:
    there = Elsewhere(f"connection: {happens}")

    with pytest.raises(ConnectionAborted):
        there.serve()

    assert there.said() == [(502,)]
    assert (b"content-length", b"1") in there.sent[0]["headers"]


def test_another_server_gets_a_truncated_answer_truncated() -> None:
    there = Elsewhere("connection: {truncate: 7B}")

    with pytest.raises(ConnectionAborted):
        there.serve()

    assert there.said() == [(200,), (b'{"first', True)]


def test_a_truncated_answer_is_never_whole() -> None:
    there = Elsewhere("answer: {status: 500, body: abc}, connection: {truncate: 1MB}")

    with pytest.raises(ConnectionAborted):
        there.serve()

    assert there.said() == [(500,), (b"ab", True)]


def test_a_delay_is_all_that_happens() -> None:
    there = Elsewhere("answer: {status: 500, body: abc}, delay: 1ms")

    assert there.serve() == [(500,), (b"abc", False)]


def test_an_answer_without_more_is_sent_as_usual() -> None:
    there = Elsewhere("answer: {status: 500, body: abc}")

    assert there.serve() == [(500,), (b"abc", False)]


def test_drops_come_ten_times_a_second_or_byte_by_byte() -> None:
    slow = Elsewhere("answer: {status: 500, body: abc}, connection: {drip: 100B/s}")
    fast = Elsewhere("answer: {status: 500, body: abcde}, connection: {drip: 2kB/s}")
    byte = Elsewhere("answer: {status: 500, body: abcde}, connection: {drip: 20B/s}")

    assert slow.serve() == [(500,), (b"abc", True), (b"", False)]
    assert fast.serve() == [(500,), (b"abcde", True), (b"", False)]
    assert byte.serve() == [(500,), (b"ab", True), (b"cd", True), (b"e", True), (b"", False)]


def test_nothing_drips_where_only_the_head_was_asked() -> None:
    there = Elsewhere("answer: {status: 500, body: abc}, connection: {drip: 1B/s}", method="HEAD")

    assert there.serve() == [(500,), (b"", False)]
    assert (b"content-length", b"3") in there.sent[0]["headers"]


@pytest.mark.parametrize(
    ("happens", "sent"),
    [
        ("delay: 1h", []),
        ("connection: {stall: 1h}", []),
        ("answer: 500, connection: {drip: 1B/s}", [(500,)]),
    ],
)
def test_who_has_gone_is_not_waited_for(happens: str, sent: list[tuple[Any, ...]]) -> None:
    assert Elsewhere(happens, gone=True).serve() == sent


def test_the_log_names_the_fault(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "speech_emulator")

    Elsewhere("answer: 500").serve()
    with pytest.raises(ConnectionAborted):
        Elsewhere("connection: reset").serve()

    assert [record.getMessage() for record in caplog.records] == [
        "gladia GET /v2/pre-recorded -> 500 (fault scenario-1)",
        "gladia GET /v2/pre-recorded -> no answer (fault scenario-1)",
    ]
