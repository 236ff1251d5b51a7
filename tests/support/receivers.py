"""Receivers of webhooks: real servers that answer as they are told, well or badly."""

import re
import socket
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Semaphore, Thread, current_thread
from threading import enumerate as threads
from time import perf_counter

from msgspec import Struct, field


class Got(Struct, frozen=True):
    method: str
    path: str
    headers: dict[str, str]  # lower-case names
    body: bytes


class Receiver(Struct):
    """``answers``: the n-th message gets the n-th, later ones the last."""

    url: str
    port: int
    answers: tuple[int, ...]
    got: list[Got] = field(default_factory=list)
    arrived: Semaphore = field(default_factory=lambda: Semaphore(0))
    going: Event = field(default_factory=Event)  # until then a slow one does not answer

    def wait(self, count: int = 1) -> list[Got]:
        for _ in range(count):
            assert self.arrived.acquire(timeout=60)
        return self.got


class Server(ThreadingHTTPServer):
    request_queue_size = 128


@contextmanager
def receiver(*answers: int, slow: bool = False) -> Iterator[Receiver]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            headers = {name.lower(): value for name, value in self.headers.items()}
            found.got.append(Got(self.command, self.path, headers, self.rfile.read(length)))
            found.arrived.release()
            if slow:
                found.going.wait()
            number = min(len(found.got), len(found.answers)) - 1
            self.send_response(found.answers[number])
            self.send_header("Location", f"{found.url}/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_PUT = do_POST

        def log_message(self, format: str, *args: object) -> None:
            """Nobody reads it."""

    server = Server(("127.0.0.1", 0), Handler)
    port = server.server_address[1]
    found = Receiver(f"http://127.0.0.1:{port}", port, answers or (200,))
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield found
    finally:
        found.going.set()
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def raw_receiver(answer: bytes, *, resets: bool = False) -> Iterator[str]:
    """Its address. Sends these bytes to each who connects, then hangs up, or resets."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                read_all(connection)
                with suppress(OSError):  # it hung up
                    connection.sendall(answer)
                if resets:
                    off = struct.pack("ii", 1, 0)
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, off)

    thread = Thread(target=serve)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


def read_all(connection: socket.socket) -> None:
    """One request with its body; of anything else what comes first."""
    held = connection.recv(65536)
    length = re.search(rb"content-length: (\d+)", held, re.IGNORECASE)
    while length and len(held.partition(b"\r\n\r\n")[2]) < int(length[1]):
        held += connection.recv(65536)


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def postmen() -> list[str]:
    """The threads of postmen that live."""
    return [
        thread.name
        for thread in threads()
        if "postman" in thread.name and thread != current_thread()
    ]


def until(so: Callable[[], bool]) -> None:
    """Wait for what another thread does and nobody can be told of."""
    deadline = perf_counter() + 60
    while not so():
        assert perf_counter() < deadline
        Event().wait(0.005)
