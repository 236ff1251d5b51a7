"""Clients that say nothing, or begin and never end; each is hung up on after a while."""

import selectors
import socket
import time
from typing import NamedTuple

from tests.hostile.case import KEYS
from tests.hostile.client import connect, send
from tests.hostile.outcome import outcome

EACH = 100
BEGINNINGS = {
    "half a head": ("GET /gladia/health HTTP/1.1\r\nHost: a\r\n", "408 plain, closed"),
    "half a short body": (
        f"POST /gladia/v2/pre-recorded HTTP/1.1\r\nHost: a\r\n{KEYS}Content-Length: 9\r\n\r\n{{",
        "408 plain, closed",
    ),
    "half a long body": (
        f"POST /gladia/v2/upload HTTP/1.1\r\nHost: a\r\n{KEYS}Content-Length: 99999999\r\n\r\n{{",
        "408 plain, closed",
    ),
    "half a chunk": (
        f"POST /gladia/v2/upload HTTP/1.1\r\nHost: a\r\n{KEYS}Transfer-Encoding: chunked\r\n\r\n9\r\n",  # noqa: E501
        "408 plain, closed",
    ),
    "a length beyond the limit": (
        f"POST /gladia/v2/upload HTTP/1.1\r\nHost: a\r\n{KEYS}Content-Length: 99999999999\r\n\r\n",
        "408 plain, closed",
    ),
    "nothing": ("", "closed"),
}
PATIENCE_SECONDS = 85.0  # the server keeps an idle connection for 75


class Client(NamedTuple):
    kind: str
    connection: socket.socket
    received: bytearray


class Crowd(NamedTuple):
    """All of them, connected."""

    clients: list[Client]
    since: float

    @classmethod
    def of(cls, port: int) -> "Crowd":
        clients = []
        for kind, (data, _) in BEGINNINGS.items():
            for _ in range(EACH):
                clients.append(Client(kind, connect(port), bytearray()))
                send(clients[-1].connection, data.encode("latin-1"))
        return cls(clients, time.monotonic())

    @property
    def size(self) -> int:
        return len(self.clients)

    def complaints(self) -> list[str]:
        """Wait until all of them are hung up on; what is not as written down."""
        outcomes = [(one.kind, *self._end(one)) for one in self._waited_for()]
        return [
            f"{kind}: expected {BEGINNINGS[kind][1]}, got {got}"
            for kind, got in outcomes
            if got != BEGINNINGS[kind][1]
        ]

    def _waited_for(self) -> list[Client]:
        with selectors.DefaultSelector() as selector:
            for client in self.clients:
                client.connection.setblocking(False)
                selector.register(client.connection, selectors.EVENT_READ, client)
            end = self.since + PATIENCE_SECONDS
            while selector.get_map() and time.monotonic() < end:
                for key, _ in selector.select(max(0.0, end - time.monotonic())):
                    if is_over(key.data):
                        selector.unregister(key.fileobj)
                        key.data.connection.close()
        return self.clients

    def _end(self, client: Client) -> tuple[str]:
        closed = client.connection.fileno() < 0
        client.connection.close()
        return (outcome(bytes(client.received), closed=closed),)


def is_over(client: Client) -> bool:
    """Whether the server has hung up; what it said is kept."""
    try:
        piece = client.connection.recv(1 << 16)
    except ConnectionError:
        return True
    client.received.extend(piece)
    return not piece
