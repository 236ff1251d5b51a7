"""What came back on a connection, in one line that can be compared."""

import json
import re
from collections.abc import Iterator

from msgspec import Struct

ENVELOPES = {  # the members that every error has
    "gladia": {"statusCode", "timestamp", "path", "message", "request_id"},
    "azure": {"code", "message"},
    "gateway": {"statusCode", "message"},  # in front of Azure
    "aitronos": {"success", "error"},
    "phrase": {"success", "statusCode", "message", "timestamp"},
    "admin": {"error"},
    "nobody": {"error", "nearest", "providers"},
}
OPTIONAL = {"validation_errors", "innerError"}
STATUS = re.compile(rb"HTTP/1\.1 (\d{3}) ([^\r]*)\r\n")
LENGTH = re.compile(rb"^content-length: *(\d+)\r?$", re.IGNORECASE | re.MULTILINE)
BODILESS = (101, 204, 304)


class Answer(Struct, frozen=True):
    status: int
    reason: bytes
    head: bytes
    body: bytes

    def __str__(self) -> str:
        return f"{self.status} {self.envelope}" if self.status >= 400 else str(self.status)

    @property
    def envelope(self) -> str:
        """Whose words an error is in: a provider's, or the server's own, which are plain."""
        if b"\r\ncontent-type: text/plain" in self.head.lower():
            return "plain" if self.body == self.reason else "text"
        if not self.body:
            return "empty"
        try:
            said = json.loads(self.body)
        except ValueError:
            return (
                "blob" if self.body.lstrip(b"\xef\xbb\xbf").startswith(b"<?xml") else "unreadable"
            )
        for name, members in ENVELOPES.items():
            if isinstance(said, dict) and set(said) - OPTIONAL == members:
                return name
        return "unknown"


def answers(received: bytes, *, is_head: bool = False) -> Iterator[Answer]:
    """Those that have come whole; what follows the beginning of a websocket is none."""
    while match := STATUS.match(received):
        top, end, rest = received.partition(b"\r\n\r\n")
        if not end:
            return
        status = int(match[1])
        length = LENGTH.search(top)
        size = int(length[1]) if length and status not in BODILESS and not is_head else 0
        if len(rest) < size:
            return
        yield Answer(status, match[2], top, rest[:size])
        received = rest[size:]
        if status == 101:
            return


def close_code(received: bytes) -> int | None:
    """Of the close frame among the frames behind a handshake; None: there is none yet."""
    frames = received.partition(b"\r\n\r\n")[2]
    while len(frames) >= 2:
        opcode, size, start = frames[0] & 0x0F, frames[1] & 0x7F, 2
        if size >= 126:
            start = 4 if size == 126 else 10
            size = int.from_bytes(frames[2:start], "big")
        if len(frames) < start + size:
            return None
        if opcode == 8:
            return int.from_bytes(frames[start : start + 2], "big") if size else 1005
        frames = frames[start + size :]
    return None


def outcome(received: bytes, *, closed: bool, is_head: bool = False) -> str:
    """As ``Case.expected`` has it."""
    found = [str(answer) for answer in answers(received, is_head=is_head)]
    if found[-1:] == ["101"] and (code := close_code(received)):
        found.append(f"close {code}")
    if closed:
        found.append("closed")
    return ", ".join(found) or "nothing"
