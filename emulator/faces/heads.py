"""Heads: what the heads of requests say, kept while they come again and again."""

from urllib.parse import unquote

import httptools
from msgspec import Struct

from emulator.application import Arrival
from emulator.core.intake import Body
from emulator.faces.admin.desk import is_ours
from emulator.faces.asgi import arrival

LARGEST = 64 * 1024  # bytes of a body that is waited for
# What these headers ask for is a conversation; a length is known, or chunks are put together.
ELABORATE = frozenset({b"expect", b"upgrade", b"transfer-encoding"})
MOST = 500  # heads that are kept
MOST_BYTES = 4096  # of one that is kept

RawHeaders = list[tuple[bytes, bytes]]
NOTHING = Body(b"")


class Head(Struct, frozen=True):
    """A request without its body; clients that poll send the same one again and again."""

    arrival: Arrival
    is_prompt: bool  # it is for a provider, and its body, if it has one, comes whole and is small


class Heads:
    """Those that came last. What a head says is decided by its bytes, so none is ever out of date.

    What is read of it later, with the definitions, is kept with its arrival: see ``Readings``.
    """

    def __init__(self, longest: int = LARGEST) -> None:
        self._longest = min(longest, LARGEST)  # bytes of a body
        self._kept: dict[tuple[object, ...], Head] = {}

    def of(self, scheme: str, method: bytes, url: bytes, headers: RawHeaders) -> Head:
        """The head; where it is a known one, the same as before."""
        key = (scheme, method, url, *headers)
        found = self._kept.get(key)
        if found is None:
            found = read(scheme, method, url, headers, self._longest)
            if len(url) + sum(len(name) + len(value) for name, value in headers) <= MOST_BYTES:
                self._keep(key, found)
        return found

    def _keep(self, key: tuple[object, ...], head: Head) -> None:
        if len(self._kept) >= MOST:
            self._kept.clear()  # those that still come are soon back
        self._kept[key] = head


def read(scheme: str, method: bytes, url: bytes, headers: RawHeaders, longest: int) -> Head:
    parsed = httptools.parse_url(url)
    path = parsed.path.decode("ascii")
    scope = {
        "scheme": scheme,
        "method": method.decode("ascii"),
        "path": unquote(path) if "%" in path else path,
        "query_string": parsed.query or b"",
        "headers": headers,
    }
    asked = arrival(scope, NOTHING)
    plain = all(is_plain(one, longest) for one in headers)
    return Head(asked, plain and not is_ours(asked.path))


def is_plain(header: tuple[bytes, bytes], longest: int) -> bool:
    name, value = header
    if name == b"content-length":
        return int(value) <= longest
    return name not in ELABORATE
