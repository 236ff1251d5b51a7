"""Request and Response: one HTTP request and its reply as values."""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Literal, TypeVar
from urllib.parse import quote, urlencode

import orjson
from msgspec import Struct, field
from msgspec.structs import replace

from emulator.core.http.bodies import Content

Json = dict[str, Any] | list[Any] | str | float | bool | None  # the one home of Any
Params = Mapping[str, Any]
Pairs = tuple[tuple[str, str], ...]

Read = TypeVar("Read")
CachedViolations = dict[str, Any]  # a schema's place -> what of the body breaks it
JSON = "application/json; charset=utf-8"
EMPTY: Mapping[str, Any] = MappingProxyType({})
WHITESPACE = " \t"  # RFC 9110, 5.5: what may stand around a header's value, and is no part of it
MULTIPART = "multipart/form-data"
PATH_SAFE = "/:@!$&()*+,;=~"  # what a path has as it is, beside letters, digits and "_.-"
PLAIN_PATH = re.compile(r"[\w.\-/:@!$&()*+,;=~]*", re.ASCII)


class ParsedHead(dict[str, Any]):
    """What was read of a head, by what it is; no part of the request, so any two are equal."""

    __hash__ = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ParsedHead)


class Part(Struct, frozen=True):
    """One part of a multipart body; ``filename`` is None for a plain form field."""

    name: str
    content: Content
    filename: str | None = None
    content_type: str | None = None


class Form(Struct, frozen=True):
    """A multipart body, taken apart."""

    parts: tuple[Part, ...] = ()
    error: str = ""  # why it could not be, for people


class Request(Struct, frozen=True):
    """A request as the provider sees it: prefix taken off, percent-encoding undone.

    The names of ``headers`` are in lower case; the values of a repeated one are joined by ", ".
    ``params`` holds the path, query and header parameters with the types that the contract gives
    them, ``content`` the parsed JSON or form body; both are empty until the contract has read the
    request. ``readings`` is where it stands what its head alone decides: a head that is kept and
    comes again has been read.
    """

    method: str
    path: str  # below the provider's prefix, decoded: "/v2/pre-recorded"
    query: Pairs = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Content = b""
    base_url: str = "http://127.0.0.1:4788"  # what URLs in answers start with; no slash at the end
    id: str = ""
    excess: Literal["", "headers", "body"] = ""  # more than the server takes; it was thrown away
    params: Params = field(default_factory=dict)
    content: Json = None
    parts: tuple[Part, ...] = ()
    form: Form | None = None  # the body, where it was taken apart as it came in
    violates_contract: bool = False  # it breaks the contract, and was let through
    parsed_head: ParsedHead = field(default_factory=ParsedHead)
    storage_error: str = ""  # why there was no room for its body, and nothing of it is there

    @property
    def content_type(self) -> str:
        """The media type in lower case, without its parameters; empty when there is none."""
        return self.cached("type", lambda: media_type(self.headers.get("content-type", "")))

    @property
    def fields(self) -> dict[str, Any]:
        """The body of an operation whose schema makes it an object."""
        assert isinstance(self.content, dict)  # the contract has checked it
        return self.content

    def cached(self, what: str, read: Callable[[], Read]) -> Read:
        """What the head and the definitions decide, read when it is first asked for."""
        value: Read | None = self.parsed_head.get(what)
        if value is None:
            value = self.parsed_head[what] = read()
        return value

    def with_body(self, body: Content, form: Form | None) -> "Request":
        """The same head with a body."""
        return replace(self, body=body, form=form)

    def with_id(self, id: str) -> "Request":
        return replace(self, id=id)

    def with_parsed(self, params: Params, content: Json, parts: tuple[Part, ...]) -> "Request":
        """The request once the contract has read it."""
        return replace(self, params=params, content=content, parts=parts)

    def text(self, name: str, default: str = "") -> str:
        return str(self.params.get(name, default))

    def integer(self, name: str, default: int) -> int:
        return int(self.params.get(name, default))

    def flag(self, name: str, *, default: bool = False) -> bool:
        return bool(self.params.get(name, default))

    def url(self, path: str, query: Mapping[str, object] | Pairs = ()) -> str:
        """An absolute URL on the address that the client used; ``path`` is not yet encoded."""
        pairs = query if isinstance(query, tuple) else query.items()
        tail = "?" + urlencode([(name, str(value)) for name, value in pairs]) if pairs else ""
        written = path if PLAIN_PATH.fullmatch(path) else quote(path, safe=PATH_SAFE)
        return f"{self.base_url}{written}{tail}"


class Response(Struct, frozen=True, gc=False):
    """A reply. ``content`` keeps the value that a JSON body was made from: checked unparsed.

    ``verdicts`` is where it stands what the check of a body has found that is kept and sent again.
    """

    status: int
    body: Content = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    content: Json = None
    cached_violations: CachedViolations | None = None  # None: not kept

    def with_headers(self, headers: Mapping[str, str]) -> "Response":
        return replace(self, headers=headers)

    def header(self, name: str) -> str | None:
        """The value of a header, whatever the case of its name; None when it is not there."""
        if name in self.headers:
            return self.headers[name]
        wanted = name.lower()
        return next((value for key, value in self.headers.items() if key.lower() == wanted), None)


def media_type(content_type: str) -> str:
    """The header's value without its parameters, in lower case."""
    return content_type.partition(";")[0].strip(WHITESPACE).lower()


def json_response(
    status: int,
    content: Json,
    headers: Mapping[str, str] = EMPTY,
    *,
    content_type: str = JSON,
) -> Response:
    return Response(status, to_json(content), {"Content-Type": content_type, **headers}, content)


def to_json(content: Json, *, indented: bool = False) -> bytes:
    """UTF-8 JSON in the order of the members; compact, or two blanks a level and CRLF line ends."""
    if indented:
        return orjson.dumps(content, option=orjson.OPT_INDENT_2).replace(b"\n", b"\r\n")
    return orjson.dumps(content)


def json_fragment(body: bytes) -> Any:
    """JSON that has been written already, to stand as it is inside of other JSON."""
    return orjson.Fragment(body)


PLACEHOLDER: Any = orjson.Fragment(b"\0")  # such a byte never stands in JSON


def split_at_placeholder(content: Json, *, indented: bool = False) -> tuple[bytes, bytes]:
    """The JSON before and after the HOLE that the content has."""
    before, _, after = to_json(content, indented=indented).partition(b"\0")
    return before, after


def parse_json(data: Content) -> Json:
    """Raises ValueError for what is not JSON in UTF-8."""
    content: Json = orjson.loads(bytes(data))
    return content
