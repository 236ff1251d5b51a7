"""The load: so many kept-alive connections, each of which asks again once it has its answer."""

import re
import socket
from selectors import EVENT_READ, BaseSelector, DefaultSelector
from time import perf_counter

from msgspec import Struct

from bench.messages import HOST, Message
from bench.spread import quantile

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
CLOSE = re.compile(rb"\r\nconnection: *close", re.IGNORECASE)
LAST_CHUNK = b"0\r\n\r\n"
LONGEST_SECONDS = 60.0  # of one answer
CHUNK_BYTES = 256 * 1024


class Load(Struct, frozen=True):
    """What came of it."""

    requests: int
    seconds: float
    p50_ms: float
    p99_ms: float
    failed: int  # other than 2xx

    @property
    def rate(self) -> float:
        """Requests a second."""
        return self.requests / self.seconds


class Line:
    """One connection after the other, with at most one request under way."""

    def __init__(self, port: int, wire: bytes, selector: BaseSelector) -> None:
        self._port, self._wire, self._selector = port, wire, selector
        self._held = bytearray()
        self.sent_at = 0.0
        self._connect()

    def send(self) -> None:
        """The request; on a new connection if the server said that it closes this one."""
        closes = bool(CLOSE.search(self._held, 0, self._held.find(b"\r\n\r\n") + 2))
        self._held.clear()
        self.sent_at = perf_counter()
        if closes:
            self.close()
            self._connect()
        self._socket.sendall(self._wire)

    def receive(self) -> bool:
        """Take what is there; whether the answer is whole. Raises ConnectionError."""
        chunk = self._socket.recv(CHUNK_BYTES)
        if not chunk:
            raise ConnectionError("the server hung up")
        self._held += chunk
        return is_whole(self._held)

    @property
    def good(self) -> bool:
        return self._held[9:10] == b"2"  # HTTP/1.1 2..

    def close(self) -> None:
        self._selector.unregister(self._socket)
        self._socket.close()

    def _connect(self) -> None:
        self._socket = socket.create_connection((HOST, self._port), timeout=LONGEST_SECONDS)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._selector.register(self._socket, EVENT_READ, self)


def is_whole(held: bytearray) -> bool:
    """Whether these bytes are a whole answer, of known length or in chunks."""
    end = held.find(b"\r\n\r\n")
    if end < 0:
        return False
    length = LENGTH.search(held, 0, end + 2)
    if length:
        return len(held) >= end + 4 + int(length[1])
    return held.endswith(LAST_CHUNK)


def load(
    port: int,
    message: Message,
    *,
    connections: int,
    seconds: float,
    most: int = 10**9,
) -> Load:
    """Ask until the time is over or there were so many. Raises OSError."""
    taken: list[float] = []
    failed = 0
    with DefaultSelector() as selector:
        lines = [Line(port, message.wire, selector) for _ in range(connections)]
        begin = now = perf_counter()
        for line in lines:
            line.send()
        while now < begin + seconds and len(taken) < most:
            for key, _ in selector.select(LONGEST_SECONDS):
                line = key.data
                if line.receive():
                    taken.append(perf_counter() - line.sent_at)
                    failed += not line.good
                    line.send()
            now = perf_counter()
        for line in lines:
            line.close()
    return summed(taken, now - begin, failed)


def summed(taken: list[float], seconds: float, failed: int) -> Load:
    if not taken:
        return Load(0, seconds, 0.0, 0.0, failed)
    p50, p99 = (quantile(taken, share) * 1000 for share in (0.5, 0.99))
    return Load(len(taken), seconds, p50, p99, failed)
