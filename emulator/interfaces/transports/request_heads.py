"""Heads: what the heads of requests say, kept while they come again and again."""

from urllib.parse import unquote

import httptools
from msgspec import Struct
from msgspec.structs import replace

from emulator.application.addressing import IncomingRequest, is_admin_path
from emulator.core.http.multipart import ReceivedBody
from emulator.interfaces.transports.asgi import incoming_request
from emulator.interfaces.transports.request_target import BadTarget, origin_form, with_host

END = b"\r\n\r\n"  # of a head; it is not part of it
LARGEST = 64 * 1024  # bytes of a body that is waited for
# What these headers ask for is a conversation; a length is known, or chunks are put together.
MOST_HEADERS = frozenset({b"expect", b"upgrade", b"transfer-encoding"})
VERSIONS = ("1.0", "1.1")  # that are spoken here
Headers = list[tuple[bytes, bytes]]
MOST_HEADS = 500  # heads that are kept
MOST_BYTES = 4096  # of one that is kept

NOTHING = ReceivedBody(b"")


class RequestHead(Struct, frozen=True):
    """A request without its body; clients that poll send the same one again and again.

    It is for a provider, and its body, if it has one, comes whole and is small.
    """

    request: IncomingRequest
    length: int  # bytes of the body
    closes: bool  # the client wants one answer, and no more


class RequestHeadCache:
    """Those that came last. What a head says is decided by its bytes, so none is ever out of date.

    What is read of it later, with the definitions, is kept with its arrival: see ``Readings``.
    """

    def __init__(self, longest: int = LARGEST) -> None:
        self._longest = min(longest, LARGEST)  # bytes of a body
        self._heads: dict[tuple[str, bytes], RequestHead | None] = {}

    def get(self, scheme: str, raw: bytes) -> RequestHead | None:
        """The head; where it is a known one, the same as before. None: not one for here."""
        key = (scheme, raw)
        try:
            return self._heads[key]
        except KeyError:
            found = read_head(scheme, raw, self._longest)
        if len(raw) <= MOST_BYTES:
            self._add(key, found)
        return found

    def _add(self, key: tuple[str, bytes], head: RequestHead | None) -> None:
        if len(self._heads) >= MOST_HEADS:
            self._heads.clear()  # those that still come are soon back
        self._heads[key] = head


class HeadParser:
    """What the parser calls, as it reads a head."""

    def __init__(self) -> None:
        self.parser = httptools.HttpRequestParser(self)
        self.url = b""
        self.headers: list[tuple[bytes, bytes]] = []
        self.heads = 0
        self.closes = False

    def on_url(self, url: bytes) -> None:
        self.url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        self.heads += 1
        self.closes = self.parser.get_http_version() == "1.0" or not self.parser.should_keep_alive()


def has_one_host(version: str, headers: Headers) -> bool:
    """Whether it names its host, and only one; before HTTP/1.1 it need not (RFC 9112, 3.2)."""
    hosts = sum(name == b"host" for name, _ in headers)
    return hosts == 1 or (hosts == 0 and version == "1.0")


def is_http(head: bytes) -> bool:
    """Whether it is not of RTSP, whose heads the parser takes for those of HTTP."""
    return b" RTSP/" not in head.partition(b"\r\n")[0]


def read_head(scheme: str, raw: bytes, longest: int) -> RequestHead | None:
    """The head; None: it is not one for here, and the parser says what is wrong with it, if so."""
    reader = HeadParser()
    if not is_http(raw):
        return None
    try:
        reader.parser.feed_data(raw + END)
        method = reader.parser.get_method()
        asked = incoming_request(scope(scheme, method, reader.url, reader.headers), NOTHING)
    except (httptools.HttpParserError, httptools.HttpParserUpgrade, BadTarget, ValueError):
        return None
    version = reader.parser.get_http_version()
    if not has_one_host(version, reader.headers) or version not in VERSIONS:
        return None
    if reader.heads != 1 or any(name in MOST_HEADERS for name, _ in reader.headers):
        return None
    length = int(dict(reader.headers).get(b"content-length", 0))
    if length > longest or is_admin_path(asked.path):
        return None
    return RequestHead(asked, length, reader.closes)


def too_large(scheme: str, method: bytes, target: bytes) -> IncomingRequest | None:
    """A request whose head goes on and on, as far as it is known; None: its target is wrong."""
    try:
        known = incoming_request(scope(scheme, method, target, []), NOTHING)
    except (httptools.HttpParserError, BadTarget, ValueError):
        return None
    return replace(known, excess="headers")


def scope(
    scheme: str, method: bytes, given: bytes, headers: list[tuple[bytes, bytes]]
) -> dict[str, object]:
    """As much as an arrival is made from. Raises BadTarget, and what the parser raises."""
    target, host = origin_form(given)
    parsed = httptools.parse_url(target)
    path = parsed.path.decode("ascii")
    return {
        "scheme": scheme,
        "method": method.decode("ascii"),
        "path": unquote(path) if "%" in path else path,
        "query_string": parsed.query or b"",
        "headers": headers if host is None else with_host(headers, host),
    }
