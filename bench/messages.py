"""Message: one request, as bytes on a socket; ask(): its answer."""

from collections.abc import Mapping
from http.client import HTTPConnection

from msgspec import Struct, field

HOST = "127.0.0.1"  # load goes nowhere else


class Message(Struct, frozen=True):
    """A request without its Host."""

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def wire(self) -> bytes:
        """As HTTP/1.1 spells it; the connection is kept."""
        headers = {"Host": HOST, **self.headers}
        if self.body:
            headers["Content-Length"] = str(len(self.body))
        lines = [f"{self.method} {self.path} HTTP/1.1", *(f"{k}: {v}" for k, v in headers.items())]
        return "\r\n".join([*lines, "", ""]).encode() + self.body


class Answer(Struct, frozen=True):
    status: int
    body: bytes


def ask(port: int, message: Message, *, timeout_seconds: float = 60) -> Answer:
    """Over a connection of its own. Raises OSError where nobody listens."""
    connection = HTTPConnection(HOST, port, timeout=timeout_seconds)
    try:
        connection.request(message.method, message.path, message.body or None, message.headers)
        answer = connection.getresponse()
        return Answer(answer.status, answer.read())
    finally:
        connection.close()
