"""Sends a case over a socket, and waits for what comes back."""

import json
import re
import socket
import time
from contextlib import closing, suppress

from tests.hostile.case import Case, get, post_json
from tests.hostile.outcome import Answer, answers, outcome

PATIENCE_SECONDS = 15.0
AZURE_JOB = "6b1f0d5e-4a53-4c0e-9a52-2f7f5c1d9e11"
ORDINARY = (
    "GET /gladia/v2/pre-recorded?limit=1 HTTP/1.1\r\nHost: a\r\nx-gladia-key: test-other\r\n\r\n"
)


def connect(port: int) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port), PATIENCE_SECONDS)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def send(connection: socket.socket, data: bytes) -> None:
    """As much as the server takes; it may hang up before the end."""
    with suppress(ConnectionError):
        connection.sendall(data)


def ask(port: int, request: str) -> Answer | None:
    """The answer to one request on a connection of its own; None: there is none."""
    with closing(connect(port)) as connection:
        send(connection, request.encode("latin-1"))
        received = bytearray()
        with suppress(OSError):
            while not (found := list(answers(bytes(received)))):
                piece = connection.recv(1 << 20)
                if not piece:
                    return None
                received += piece
            return found[0]
    return None


def serves_others(port: int) -> bool:
    """Whether the server still answers an ordinary request of another key."""
    answer = ask(port, ORDINARY)
    return answer is not None and answer.status == 200


def try_case(port: int, case: Case) -> str:
    """What comes of it, as ``Case.expected`` has it."""
    sent = fill(port, case.sent).encode("latin-1")
    with closing(connect(port)) as connection:
        send(connection, sent)
        if case.half_closes:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_WR)
        received, closed = read(port, connection, case)
    return outcome(received, closed=closed, is_head=sent.startswith(b"HEAD "))


def read(port: int, connection: socket.socket, case: Case) -> tuple[bytes, bool]:
    """All that comes: as long as it may become what is expected, and then what has come anyway."""
    received, frames = bytearray(), case.frames
    is_head = case.sent.startswith("HEAD ")
    end = time.monotonic() + PATIENCE_SECONDS
    closed = False
    while not closed and time.monotonic() < end:
        if frames and received.startswith(b"HTTP/1.1 101 ") and b"\r\n\r\n" in received:
            send(connection, frames)
            frames = b""
        if not frames and outcome(bytes(received), closed=False, is_head=is_head) == case.expected:
            break
        closed = receive(connection, received, max(0.01, end - time.monotonic())) is False
    if not closed:
        serves_others(port)  # what comes although nobody expects it has come by then
        while more := receive(connection, received, 0.0):
            pass
        closed = more is False
    return bytes(received), closed


def receive(connection: socket.socket, into: bytearray, seconds: float) -> bool | None:
    """Whether there was more; False: the server has hung up; None: nothing comes in time."""
    connection.settimeout(seconds)
    try:
        piece = connection.recv(1 << 20)
    except (TimeoutError, BlockingIOError):
        return None
    except ConnectionError:
        return False
    into += piece
    return bool(piece)


def fill(port: int, text: str) -> str:
    """The request with the paths of things that the server has."""
    for name, make in PLACES.items():
        if f"<<{name}>>" in text:
            text = text.replace(f"<<{name}>>", make(port))
    return text


def path_in(port: int, request: str, pattern: str) -> str:
    """What the pattern finds in the answer; without scheme and host where it is a URL."""
    answer = ask(port, request)
    found = answer and re.search(pattern, answer.body.decode())
    if not found:
        raise LookupError(f"{pattern} is not in {answer}")
    return re.sub(r"^\w+://[^/]+", "", json.loads(f'"{found[1]}"'))


def live(port: int) -> str:
    return path_in(port, post_json("/gladia/v2/live", {}), r'"url":"([^"]+)"')


def blob(port: int) -> str:
    target = f"/azure-speech/speechtotext/v3.1/transcriptions/{AZURE_JOB}/files"
    return path_in(port, get(target), r'"contentUrl": "([^"]+)"')


PLACES = {"LIVE": live, "BLOB": blob}
