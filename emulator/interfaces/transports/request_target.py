"""The forms of a request's target (RFC 9112, 3.2): its path with the query, and its host."""

import re

from emulator.application.addressing import is_host

LONGEST = 65_535  # bytes; the parser reads no longer ones
LARGEST_PORT = 65_535
ABSOLUTE = re.compile(rb"https?://([^/?#]*)([^#]*)", re.IGNORECASE)


class BadTarget(Exception):
    """The target of a request cannot be read; ``status`` is what that is answered with."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


def origin_form(target: bytes) -> tuple[bytes, bytes | None]:
    """The path with the query, and the host of a target in absolute form. Raises BadTarget.

    Source: RFC 9112, 3.2.2: that host takes the place of the Host header; a path that is missing is
    "/". RFC 9110, 15.5.15: 414 for a target that is too long.
    """
    if len(target) > LONGEST:
        raise BadTarget(414)
    if target.startswith(b"/") or target == b"*":
        return target, None
    absolute = ABSOLUTE.fullmatch(target.partition(b"#")[0])
    if absolute is None or not is_valid(absolute[1]):
        raise BadTarget(400)
    host, rest = absolute.groups()
    return rest if rest.startswith(b"/") else b"/" + rest, host


def is_valid(host: bytes) -> bool:
    """Whether it is a host, with a port that there can be, and without a user."""
    text = host.decode("latin-1")
    _, colon, port = text.rpartition(":")
    is_named = bool(colon) and port.isdecimal()  # "[::1]" has colons, too
    return is_host(text) and not (is_named and int(port) > LARGEST_PORT)


def with_host(headers: list[tuple[bytes, bytes]], host: bytes) -> list[tuple[bytes, bytes]]:
    """The headers of a request whose target names its host."""
    return [(b"host", host), *((name, value) for name, value in headers if name != b"host")]
