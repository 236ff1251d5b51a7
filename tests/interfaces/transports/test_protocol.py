"""Connections as clients use and abuse them, on a real socket."""

import re
import socket
from collections.abc import Iterator
from contextlib import closing

import pytest
from msgspec.structs import replace

from emulator.application.emulator import Emulator
from emulator.core.http.messages import Request, Response
from emulator.core.provider.backend import Backend
from emulator.interfaces.serving.asgi_app import root_app
from emulator.interfaces.serving.server_thread import ServerThread
from emulator.interfaces.testing.api import build_emulator
from emulator.interfaces.transports.protocol import response_head
from emulator.interfaces.transports.request_heads import LARGEST
from emulator.providers.gladia import GLADIA

HEALTH = b"GET /gladia/health HTTP/1.1\r\nHost: a\r\n\r\n"
LAST = b"GET /gladia/health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
SLOW = """
clock: {mode: manual}
faults: [{when: {operation: health, call: 1}, delay: 50ms}]
existing: [{provider: gladia, count: 20, phase: completed, age: 1h}]
"""


@pytest.fixture
def server() -> Iterator[ServerThread]:
    with ServerThread(root_app(Emulator(clock_mode="manual"))) as running:
        yield running


def told(server: ServerThread, *data: bytes) -> bytes:
    """All that comes back for those bytes, until the server hangs up; read when all are sent."""
    with closing(socket.socket()) as connection:
        connection.settimeout(60)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect(("127.0.0.1", server.port))
        for piece in data:
            connection.sendall(piece)
        received = bytearray()
        while piece := connection.recv(1 << 20):
            received += piece
    return bytes(received)


def statuses(received: bytes) -> list[int]:
    return [int(one) for one in re.findall(rb"HTTP/1\.1 (\d{3}) ", received)]


def order(body: bytes, *headers: str) -> bytes:
    lines = [
        "POST /gladia/v2/pre-recorded HTTP/1.1",
        "Host: a",
        "x-gladia-key: test-a",
        "Content-Type: application/json",
        "Connection: close",
        *headers,
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body


ORDER = b'{"audio_url": "https://media.test/a.wav"}'
LARGE = ORDER + b" " * LARGEST


def test_an_answer_goes_over_the_wire_in_one_piece(server: ServerThread) -> None:
    received = told(server, LAST)

    head, _, body = received.partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    assert lines[0] == "HTTP/1.1 200 OK"
    assert lines[1] == "content-type: application/json; charset=utf-8"
    assert lines[-2:] == ["content-length: 15", "connection: close"]
    assert body == b'{"health":"OK"}'


def test_requests_that_come_together_are_answered_in_their_order(server: ServerThread) -> None:
    unknown = b"GET /gladia/nothing HTTP/1.1\r\nHost: a\r\n\r\n"

    received = told(server, HEALTH + unknown + HEALTH + LAST)

    assert statuses(received) == [200, 404, 200, 200]


def test_what_comes_after_the_last_request_is_not_answered(server: ServerThread) -> None:
    received = told(server, LAST + HEALTH)

    assert statuses(received) == [200]


def test_a_request_waits_for_the_answer_before_its_own() -> None:
    with ServerThread(root_app(build_emulator(SLOW))) as server:
        unknown = b"GET /gladia/nothing HTTP/1.1\r\nHost: a\r\n\r\n"

        received = told(server, HEALTH + unknown + LAST)

    assert statuses(received) == [200, 404, 200]


def test_a_client_that_does_not_read_gets_everything_in_the_end() -> None:
    page = b"GET /gladia/v2/pre-recorded HTTP/1.1\r\nHost: a\r\nx-gladia-key: test-a\r\n\r\n"
    with ServerThread(root_app(build_emulator(SLOW))) as server:
        received = told(server, *[page] * 100, LAST)

    assert statuses(received) == [200] * 101


@pytest.mark.parametrize(
    "data",
    [
        order(ORDER, f"Content-Length: {len(ORDER)}"),
        order(LARGE, f"Content-Length: {len(LARGE)}"),
        order(b"%x\r\n%s\r\n0\r\n\r\n" % (len(ORDER), ORDER), "Transfer-Encoding: chunked"),
    ],
    ids=["small", "large", "chunked"],
)
def test_a_body_arrives_however_it_is_sent(server: ServerThread, data: bytes) -> None:
    received = told(server, data[:-20], data[-20:])

    assert statuses(received) == [201]


def test_each_body_under_the_same_head_is_read(server: ServerThread) -> None:
    wrong = ORDER.replace(b"audio_url", b"audio_uri")
    length = f"Content-Length: {len(ORDER)}"

    received = [told(server, order(body, length)) for body in (ORDER, wrong, ORDER)]

    assert list(map(statuses, received)) == [[201], [400], [201]]


def test_a_client_that_asks_first_is_told_to_go_on(server: ServerThread) -> None:
    data = order(ORDER, f"Content-Length: {len(ORDER)}", "Expect: 100-continue")

    assert statuses(told(server, data)) == [100, 201]


def test_http_1_0_is_answered_once(server: ServerThread) -> None:
    received = told(server, b"GET /gladia/health HTTP/1.0\r\n\r\n")

    assert statuses(received) == [200]
    assert b"\r\nconnection: close\r\n" in received


def test_head_gets_no_body(server: ServerThread) -> None:
    received = told(server, LAST.replace(b"GET", b"HEAD"))

    assert received.endswith(b"content-length: 15\r\nconnection: close\r\n\r\n")


@pytest.mark.parametrize("path", ["/_emulator/live", "/%5Femulator/live"])
def test_the_admin_api_is_reached_under_each_spelling(server: ServerThread, path: str) -> None:
    data = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"

    received = told(server, data.encode())

    assert statuses(received) == [200]
    assert b"x-emulator-request-id" not in received


def test_an_encoded_path_is_decoded(server: ServerThread) -> None:
    received = told(server, LAST.replace(b"/gladia/health", b"/gladia/%68ealth"))

    assert statuses(received) == [200]


def test_a_header_that_would_break_the_answer_is_not_sent() -> None:
    def health(request: Request, backend: Backend) -> Response:
        return Response(200, b"", {"X-Broken": "a\r\nX-Injected: b"})

    broken = replace(GLADIA, operations={**GLADIA.operations, "health": health})
    with ServerThread(root_app(Emulator(providers=(broken,)))) as server:
        received = told(server, LAST)

    assert received == b""


@pytest.mark.parametrize(
    ("response", "head"),
    [
        (Response(204, b"", {"X": "a"}), b"HTTP/1.1 204 No Content\r\nx: a\r\n\r\n"),
        (
            Response(200, b"abc", {"X": "ä"}),
            b"HTTP/1.1 200 OK\r\nx: \xe4\r\ncontent-length: 3\r\n\r\n",
        ),
        (Response(200, b"", {"X": "a\nb"}), None),
        (Response(200, b"", {"X": "a\rb"}), None),
        (Response(200, b"", {"X": "a\0b"}), None),
    ],
)
def test_a_head_is_written_line_by_line(response: Response, head: bytes | None) -> None:
    assert response_head(response, closes=False) == head


def test_a_client_that_is_still_sending_sees_why_nobody_listens(server: ServerThread) -> None:
    received = told(server, HEALTH[:-2] + b"X-A: " + b"a" * 5_000_000, b"a" * 5_000_000)

    assert statuses(received) == [431]


CHUNKED = f"{len(ORDER):x}\r\n".encode() + ORDER + b"\r\n0\r\n"


def half_closed(server: ServerThread, data: bytes) -> list[int]:
    """The statuses that a client gets who says at once that it sends no more."""
    with closing(socket.create_connection(("127.0.0.1", server.port), 30)) as connection:
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        received = bytearray()
        while piece := connection.recv(1 << 20):
            received += piece
    return statuses(bytes(received))


def kept_open(body: bytes, *headers: str) -> bytes:
    return order(body, *headers).replace(b"Connection: close\r\n", b"")


def test_a_client_that_sends_no_more_gets_every_answer(server: ServerThread) -> None:
    large = kept_open(LARGE, f"Content-Length: {len(LARGE)}")
    chunked = kept_open(CHUNKED + b"\r\n", "Transfer-Encoding: chunked")

    assert half_closed(server, large + chunked + HEALTH) == [201, 201, 200]
    assert half_closed(server, HEALTH[:-2]) == []  # there is nothing to answer


def test_what_comes_behind_a_request_is_refused_behind_its_answer(server: ServerThread) -> None:
    received = told(server, kept_open(LARGE, f"Content-Length: {len(LARGE)}") + b"nonsense\r\n\r\n")

    assert statuses(received) == [201, 400]


def test_trailers_are_no_headers(server: ServerThread) -> None:
    key = b"x-gladia-key: test-a\r\n"
    request = order(CHUNKED + key + b"\r\n", "Transfer-Encoding: chunked").replace(key, b"", 1)

    assert statuses(told(server, request)) == [401]


def test_trailers_and_chunks_without_end_are_refused(server: ServerThread) -> None:
    begun = order(b"1\r\n{\r\n", "Transfer-Encoding: chunked")
    pieces = [b"a" * 65_536] * 6

    assert statuses(told(server, begun, b"0\r\nX-A: ", *pieces)) == [431]
    assert statuses(told(server, begun, b"1;a=", *pieces)) == [431]


@pytest.mark.parametrize(
    ("begins", "status"),
    [(b"\x16\x03\x01\x02\x00\x01", 400), (b"SSH-2.0-OpenSSH", 400), (b"\0\0", 400)],
    ids=["TLS", "SSH", "zeros"],
)
def test_another_protocol_is_refused_at_once(
    server: ServerThread, begins: bytes, status: int
) -> None:
    assert statuses(told(server, begins)) == [status]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("X-A: b", [403]),
        (f"X-A: {'a' * 9000}", [431]),
        ("X-A: b\r\n" * 200 + "X-A: b", [431]),
        ("Content-Length: 1", [400]),
    ],
    ids=["nothing odd", "a long header", "many headers", "a body"],
)
def test_a_handshake_is_answered_whatever_it_has(
    server: ServerThread, line: str, expected: list[int]
) -> None:
    assert handshake(server, "/gladia/v2/live?token=nobody", line) == expected


def test_a_handshake_with_a_long_target_or_of_http_1_0_is_refused(server: ServerThread) -> None:
    target = f"/gladia/v2/live?token={'a' * 9000}"

    assert handshake(server, target, "X-A: b") == [414]
    assert handshake(server, "/gladia/health", "X-A: b", version="1.0") == [200]


def handshake(server: ServerThread, target: str, line: str, version: str = "1.1") -> list[int]:
    head = (
        f"GET {target} HTTP/{version}\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: c2l4dGVlbiBieXRlcy4uLg==\r\n"
        f"{line}\r\n\r\n"
    )
    return statuses(told(server, head.encode()))
