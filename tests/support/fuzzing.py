"""What fuzzing sends: requests that are nearly as documented, and some that are nothing like it."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from random import Random
from typing import Any, TypeVar
from urllib.parse import quote, unquote

from msgspec import Struct

from emulator.application.addressing import IncomingRequest
from emulator.core.contract import Contract, Operation
from emulator.core.contract.openapi import BRACES, Parameter, types
from emulator.core.http.messages import Json
from emulator.core.http.multipart import ReceivedBody
from emulator.interfaces.transports.asgi import incoming_request

Schema = Mapping[str, Any]
Pairs = list[tuple[str, str]]
Headers = tuple[tuple[str, str], ...]
T = TypeVar("T")


def deep(levels: int) -> Json:
    """A list in a list in a list."""
    made: Json = []
    for _ in range(levels):
        made = [made]
    return made


# What has broken servers.
ODD_TEXTS = (
    *("", " ", "0", "-1", "null", "true", "NaN", "1e400", "9" * 400, "9" * 5000, "-" * 30),
    *("\0", "\n", "a\nb", "a\r\nb: c", "é", "\U0001f600", "\u2028", "\ufffe", "\x85", "\x7f"),
    *("%", "%2F", "..", "../..", "a/b", "{}", "[]", "[", '{"a":', "<a>", "'", '"', "\\", "{0}"),
    *("0000-00-00", "0000-01-01T00:00:00Z", "0001-01-01T00:00:00+23:59", "2026-02-30"),
    *("2016-12-31T23:59:60Z", "2026-01-05t09:00:00z", "9999-12-31T23:59:59-23:59"),
    *("9999-12-31T23:59:59.999999Z", "99999-01-01", "2026-W01-1"),
    *("P1D", "PT0S", f"P{'9' * 30}D", "PT1e9S", "-P1D", "00:00:01", "1h", "1e300s"),
    *("https://", "https://[", "https://[::1", "http://a:b", f"https://a/{'%' * 3}", "//x", "x:"),
    *("https://media.test/a.wav", "https://a.test/" + "b/" * 900, "inbox:a", "x@y", "a" * 5000),
    *("en", "en-US", "zz", "*", "status eq 'Succeeded'", "createdDateTime gt 0001-01-01T00:00:00Z"),
)  # fmt: skip
ODD_NUMBERS = (0, -1, 1, 2**31, 2**53, 2**63, 2**64, -(2**63), 1e308, 1e-308, -0.0, 0.1, 10**40)
ODD_VALUES: tuple[Json, ...] = (
    *(None, True, False, [], {}, [None], {"": None}, [[]], {"a": {"b": {}}}, ["a", 1, {}]),
)
ODD_BODIES = (
    *(b"", b"{", b"}", b'{"a":1,}', b"[1,]", b"nul", b"NaN", b"Infinity", b'{"a":NaN}', b"1e999"),
    *(b'"\\ud800"', b'{"\\ud800": "\\udfff"}', b"\xff\xfe", b"\xef\xbb\xbf{}", b"\0", b'"\\u0000"'),
    *(b"[" * 5000, b'{"a":' * 2000, b"9" * 5000, b"{} {}", b"\xed\xa0\x80", b'{"a":1,"a":2}'),
    *(b"[" * 199 + b"]" * 199, b'{"a":' * 199 + b"1" + b"}" * 199, b"--x--", b"--x\r\n\r\n--x--"),
    b'--x\r\nContent-Disposition: form-data; name="a"; filename="b"\r\n\r\n',
)
MEDIA = (
    *("application/json", "application/json; charset=utf-16", "APPLICATION/JSON ;", "text/plain"),
    *("application/yaml", "multipart/form-data", "multipart/form-data; boundary=x", "x", "", ";"),
    *('multipart/form-data; boundary="', "application/x-www-form-urlencoded", "\xff", "audio/wav"),
    *("application/merge-patch+json", "application/octet-stream", "multipart/mixed; boundary=x"),
)
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "get", "X")
HEADERS = (
    *("host", "if-none-match", "range", "accept", "x-forwarded-host", "authorization", "origin"),
    *("x-api-key", "expect", "idempotency-key", "content-type", "access-control-request-headers"),
    *("x-gladia-key", "ocp-apim-subscription-key", "api-key", "cookie", "\xff", "content-length"),
)
HEADER_VALUES = (
    *("", "*", "W/", '"', "\xff", "Bearer", "Bearer test-b", "test-c", "a" * 70_000, "[::1", ","),
    *("gladia.localhost:x", "a:b:c", "bytes=9-1", "\xc3\xa9", "x\ty", "http://[", "test-\xe9"),
    *("[1:2:3:4:5:6:7:8:9]", "[...]", "a:99999", "a_b", "%41"),
)
# As they stand in a request line: some percent signs begin nothing, some escapes are no UTF-8.
RAW_TEXTS = ("%", "%f", "%00", "%ff%fe", "%2F", "%2f..", "%0a", "v1", "v2", ":", ";a=b", "//", "?")
RAW_QUERIES = ("", "?", "?=", "?a[b]=%ff&&=;", "?%", "?a=1&a=1")
DEEP_KEYS = ("[a]", "[a][b]", "[", "[]", "[]]", "[a][", "[a]" * 300, "")
LIKELY: Mapping[str, Sequence[str]] = {
    "uri": ("https://media.test/a.wav", "http://media.test/b%20c.mp3?x=1#y", "https://m.test/"),
    "date-time": ("2026-01-05T09:00:00Z", "2026-01-05T09:00:00.123+01:00"),
    "date": ("2026-01-05",),
    "uuid": ("0f4f3a1e-6a77-4f2b-9b0e-7b6b0d5c9e21",),
    "binary": ("RIFF",),
    "": ("a", "en", "en-US", "https://media.test/b.mp3", "P1D"),
}


class Ask(Struct, frozen=True):
    """A request as it goes over the wire."""

    method: str
    target: str  # percent-encoded, with the query
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def arrival(self) -> IncomingRequest:
        """As a server hands it over: the path decoded, the query not."""
        path, _, query = self.target.partition("?")
        scope = {
            "method": self.method,
            "path": unquote(path),
            "query_string": query.encode(),
            "headers": [
                (k.lower().encode("latin-1"), v.encode("latin-1")) for k, v in self.headers
            ],
            "scheme": "http",
        }
        return incoming_request(scope, ReceivedBody(self.body))


class Maker:
    """Makes requests by one definition; what is drawn comes from ``random`` alone."""

    def __init__(self, contract: Contract, prefix: str, random: Random, headers: Headers) -> None:
        self._spec, self._prefix, self._random = contract.spec, prefix, random
        self._headers = headers
        self._depth = 0

    def any(self, operations: Sequence[Operation], known: Sequence[str] = ()) -> Ask:
        """For one of the operations, or for none."""
        if self._once_in(15):
            return self.stranger()
        return self.request(self._pick(operations), known)

    def request(self, operation: Operation, known: Sequence[str] = ()) -> Ask:
        """For the operation, with this or that in it odd; ``known`` are ids that may be there."""
        method = self._pick(METHODS) if self._once_in(12) else operation.method
        media, body = self._body(operation)
        if self._once_in(12):
            media = self._pick(MEDIA)
        if self._once_in(12):
            body = self._pick(ODD_BODIES)
        headers = [("content-type", media)] if media else []
        headers += [] if self._once_in(20) else self._headers
        headers += self._odd_headers() if self._once_in(8) else []
        path = self._path(operation, known)
        return Ask(method, self._prefix + path + self._query(operation), tuple(headers), body)

    def stranger(self) -> Ask:
        """A request for nothing that is documented."""
        path = "".join(f"/{self._raw()}" for _ in range(self._random.randrange(4)))
        target = self._pick((self._prefix, "", f"/{self._prefix}")) + path
        headers = (*self._headers, *self._odd_headers())
        return Ask(self._pick(METHODS), (target or "/") + self._pick(RAW_QUERIES), headers, b"")

    def value(self, schema: Schema) -> Json:
        """Mostly as the schema has it."""
        schema = self._follow(schema)
        if self._once_in(40):
            return self._anything()
        for word in ("oneOf", "anyOf", "allOf"):
            if word in schema:
                return self.value(self._pick(schema[word]))
        words: Sequence[Json] = schema.get("enum", ())
        if words:
            return self._pick(words)
        kinds = [kind for kind in types(schema) if kind in KINDS]
        kinds += ["object"] if not kinds and "properties" in schema else []
        return KINDS[self._pick(kinds)](self, schema) if kinds else self._anything()

    def _object(self, schema: Schema) -> Json:
        self._depth += 1
        often = 2 + self._depth * 2
        made: dict[str, Any] = {}
        for name, inner in schema.get("properties", {}).items():
            wanted = name in schema.get("required", ())
            if not self._once_in(30) if wanted else self._once_in(often):
                made[name] = self.value(inner)
        if self._once_in(12):
            more = schema.get("additionalProperties")
            made[self._text()] = self.value(more) if isinstance(more, dict) else self._anything()
        self._depth -= 1
        return made

    def _array(self, schema: Schema) -> Json:
        return [self.value(schema.get("items", {})) for _ in range(self._random.randrange(4))]

    def _string(self, schema: Schema) -> Json:
        return self._pick((*LIKELY.get(schema.get("format", ""), LIKELY[""]), *examples(schema)))

    def _number(self, schema: Schema) -> Json:
        least: float = schema.get("minimum", 0)
        most: float = schema.get("maximum", 100)
        return self._pick((least, most, int(least) + 1, float(least)))

    def _anything(self) -> Json:
        odd = self._pick((ODD_TEXTS, ODD_NUMBERS, ODD_VALUES))
        return deep(self._pick((20, 150, 300))) if self._once_in(60) else self._pick(odd)

    def _text(self) -> str:
        if self._once_in(2):
            return self._pick(ODD_TEXTS)
        return "".join(chr(self._random.randrange(0xD800)) for _ in range(3))

    def _raw(self) -> str:
        return self._pick(RAW_TEXTS) if self._once_in(2) else quote(self._text(), safe="")

    def _path(self, operation: Operation, known: Sequence[str]) -> str:
        named = {parameter.name: parameter for parameter in operation.parameters}
        pieces = enumerate(BRACES.split(operation.path))
        return "".join(self._in_path(named[one], known) if i % 2 else one for i, one in pieces)

    def _in_path(self, one: Parameter, known: Sequence[str]) -> str:
        if self._once_in(6):
            return self._raw()
        words = one.schema.schema.get("enum", ()) or known
        return quote(self._pick(words), safe="") if words else self._raw()

    def _query(self, operation: Operation) -> str:
        pairs: Pairs = []
        for parameter in operation.parameters:
            if parameter.place == "query" and (parameter.required or self._once_in(6)):
                pairs += self._pairs(parameter)
        if self._once_in(10):
            pairs.append((self._text(), self._text()))
        if self._once_in(20):
            pairs += pairs
        return "?" * bool(pairs) + "&".join(f"{quote(k)}={quote(v)}" for k, v in pairs)

    def _pairs(self, one: Parameter) -> Pairs:
        """However many it takes to say one value."""
        if one.deep:
            return [(one.name + self._pick(DEEP_KEYS), self._text()) for _ in range(2)]
        value = self.value(one.schema.schema)
        values = value if isinstance(value, list) else [value]
        return [(one.name, one_ if isinstance(one_, str) else dumped(one_)) for one_ in values]

    def _body(self, operation: Operation) -> tuple[str, bytes]:
        """The media type, and bytes that are of it."""
        if not operation.bodies:
            return "", b""
        media = self._pick(tuple(operation.bodies))
        schema = operation.bodies[media]
        value = self.value(schema.schema) if schema else self._anything()
        if media.startswith("multipart/"):
            return f"{media}; boundary=x", self._form(value)
        text = value if isinstance(value, str) and not media.endswith("json") else dumped(value)
        return media.replace("*/*", "text/plain"), text.encode()

    def _form(self, value: Json) -> bytes:
        members = value.items() if isinstance(value, dict) else [("a", value)]
        fields = ((k, one) for k, v in members for one in (v if isinstance(v, list) else [v]))
        return b"".join(self._field(name, one) for name, one in fields) + b"--x--\r\n"

    def _field(self, name: str, value: Json) -> bytes:
        file = self._pick(("", "", '; filename="a.wav"', '; filename=""'))
        said = value if isinstance(value, str) else dumped(value)
        head = f'Content-Disposition: form-data; name="{name}"{file}'
        return f"--x\r\n{head}\r\n\r\n{said}\r\n".encode()

    def _odd_headers(self) -> Iterator[tuple[str, str]]:
        for _ in range(self._random.randrange(1, 4)):
            yield self._pick(HEADERS), self._pick(HEADER_VALUES)

    def _follow(self, schema: Schema) -> Schema:
        while "$ref" in schema:
            found: Any = self._spec
            for step in schema["$ref"].removeprefix("#/").split("/"):
                found = found[step.replace("~1", "/").replace("~0", "~")]
            schema = found
        return schema

    def _pick(self, among: Sequence[T]) -> T:
        return self._random.choice(among)

    def _once_in(self, times: int) -> bool:
        return self._random.randrange(times) == 0


KINDS: Mapping[str, Callable[[Maker, Schema], Json]] = {
    "object": Maker._object,
    "array": Maker._array,
    "string": Maker._string,
    "integer": Maker._number,
    "number": Maker._number,
    "boolean": lambda maker, schema: maker._random.random() < 0.7,
    "null": lambda maker, schema: None,
}


def examples(schema: Schema) -> Sequence[str]:
    given: Sequence[str] = schema.get("examples", ())
    return given


def dumped(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False)
