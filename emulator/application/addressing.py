"""Addressing: which provider, or the admin API, a URL belongs to."""

import re
from collections.abc import Iterable, Mapping
from fnmatch import translate
from ipaddress import IPv6Address
from typing import Literal
from urllib.parse import unquote

from msgspec import Struct, field
from msgspec.structs import replace

from emulator.core.http.bodies import Content
from emulator.core.http.messages import Form, Pairs, ParsedHead
from emulator.core.provider.provider import Provider

PREFIX = "/_emulator"


def is_admin_path(path: str) -> bool:
    """Whether a path belongs to the admin API; every such path does."""
    return path == PREFIX or path.startswith(f"{PREFIX}/")


DEFAULT_HOST = "127.0.0.1:4788"  # where a request was sent that does not say
# RFC 3986, 3.2.2, without percent-encoding: what can stand in an address that we make of it.
HOST = re.compile(r"([\w.~!$&'()*+,;=-]+|\[(?P<ip>[0-9A-Fa-f:.]+)\])(:[0-9]{1,5})?", re.ASCII)
FORWARDED_PREFIX = re.compile(r"([\w.~!$&'()*+;=:@/-]|%[0-9A-Fa-f]{2})+", re.ASCII)  # RFC 3986, 3.3
SCHEMES = {"http": "http", "https": "https", "ws": "http", "wss": "https"}  # of X-Forwarded-Proto


class IncomingRequest(Struct, frozen=True):
    """A request as it came in, before anybody knows for which provider it is."""

    method: str
    path: str  # decoded, with any prefix, and below where the application is mounted
    query: Pairs = ()
    headers: Mapping[str, str] = field(default_factory=dict)  # lower-case names
    body: Content = b""
    scheme: str = "http"
    mount: str = ""  # the path of the mount, percent-encoded; no slash at the end
    excess: Literal["", "headers", "body"] = ""
    form: Form | None = None  # the body, where it was taken apart as it came in
    parsed_head: ParsedHead = field(default_factory=ParsedHead)  # see Request
    storage_error: str = ""  # see Request

    def with_body(self, body: bytes) -> "IncomingRequest":
        """The same head with a body."""
        return replace(self, body=body)

    @property
    def host(self) -> str:
        """The Host header with its port, as the client spelled it; HTTP/1.0 does without.

        GUESS: one that names no host counts for nothing. RFC 9112, 3.2 has it refused, and of the
        services nobody knows how they do so.
        """
        given = self.headers.get("host", "")
        return given if is_host(given) else DEFAULT_HOST


class UrlPolicy(Struct, frozen=True):
    """How the addresses in answers are made."""

    public_url: str | None = None  # in the place of what the client used
    trust_forwarded: bool = False  # believe X-Forwarded-Proto, -Host, -Prefix


class RouteTarget(Struct, frozen=True):
    """Which provider a request is for, and how it got there."""

    provider: Provider
    prefix: str  # what was taken off the path: "/gladia", or nothing
    path: str


def is_host(host: str) -> bool:
    match = HOST.fullmatch(host)
    if match is None or match["ip"] is None:
        return match is not None
    try:
        IPv6Address(match["ip"])
    except ValueError:
        return False
    return True


def is_forwarded_prefix(prefix: str) -> bool:
    """Whether it can stand in addresses as it is, and leads to nothing above it."""
    return FORWARDED_PREFIX.fullmatch(prefix) is not None and not {".", ".."} & {
        *unquote(prefix).split("/")
    }


def hosts_of(provider: Provider) -> tuple[str, ...]:
    """The real hosts, and ours."""
    return (*provider.hosts, f"{provider.slug}.localhost")


def compile_globs(globs: Iterable[str]) -> re.Pattern[str]:
    """What one of the globs matches."""
    return re.compile("|".join(map(translate, globs)))
