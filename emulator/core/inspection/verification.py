"""Verify: how many exchanges are like a pattern; and if it is the wrong number, which come near."""

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from fnmatch import fnmatchcase
from typing import Any

from msgspec import Struct, field
from msgspec.structs import asdict, fields

from emulator.core.base.escaping import escaped_line
from emulator.core.http.bodies import Content
from emulator.core.http.messages import Json, Request, parse_json, to_json
from emulator.core.journal.exchange import Exchange
from emulator.core.journal.redaction import (
    UNMASKED_CHARACTERS,
    is_secret,
    mask,
    redact_text,
    redacted,
    secrets,
)
from emulator.core.provider.api_request import documented_routes
from emulator.core.provider.provider import Provider
from emulator.core.scenario.routes import WantedRequest, find_impossible
from emulator.core.scenario.schema.diagnostics import sentence
from emulator.core.scenario.schema.scalars import MAGIC, MOST_GLOB

NEAREST = 3  # misses that are shown
LISTED = 5  # matches that are shown when there are too many
SHOWN_CHARACTERS = 120  # of a value
ABSENT = "nothing"
NOWHERE = ("404", "405", "4xx")  # what requests get that no operation is for
CLASSES = ("1xx", "2xx", "3xx", "4xx", "5xx")


class BadPattern(ValueError):
    """A pattern that can match nothing, or a count that means nothing; says which."""


class Miss(Struct, frozen=True):
    """One field in which an exchange is not what a pattern wants."""

    name: str  # "status", "headers.accept", "body.audio_url"
    expected: str
    got: str


class Pattern(Struct, frozen=True):
    """What an exchange is to be like; None, or nothing: whatever.

    Texts are globs, ``status`` is a number or a class such as "4xx". ``query`` and ``headers`` name
    those that must be there (None: must not be there). ``body`` is compared with the request's
    JSON: an object may have more members, a list is compared item by item.
    """

    provider: str | None = None
    operation: str | None = None
    method: str | None = None
    path: str | None = None  # below the provider's prefix
    status: int | str | None = None
    query: Mapping[str, str | None] = field(default_factory=dict)
    headers: Mapping[str, str | None] = field(default_factory=dict)
    body: Json = None
    key: str | None = None

    def __post_init__(self) -> None:
        for name in ("provider", "operation", "method", "path", "key"):
            if not isinstance(getattr(self, name), str | None):
                raise BadPattern(f"{name} is a text")
        for name in ("query", "headers"):
            found = getattr(self, name)
            texts = (*found, *found.values()) if isinstance(found, Mapping) else (0,)
            if not all(isinstance(one, str | None) for one in texts):
                raise BadPattern(f"{name} is an object of texts")
        check_length(self)
        if self.status is not None:
            status_glob(self.status)
        try:
            to_json(self.body)
        except TypeError as error:
            raise BadPattern(f"body is no JSON: {error}") from None

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> "Pattern":
        """From its names and values, as a client of the admin API sends them. Raises BadPattern."""
        names = [one.name for one in fields(cls)]
        for name in given:
            if name not in names:
                raise BadPattern(unknown_word("field", name, names))
        return cls(**given)

    def misses(self, exchange: Exchange) -> Iterator[Miss]:
        """In what the exchange is not like this; nothing: it is."""
        request = exchange.request
        status = str(exchange.response.status)
        if self.status is not None and not fnmatchcase(status, status_glob(self.status)):
            yield Miss("status", str(self.status), status)
        texts = {
            "provider": (self.provider and self.provider.replace("-", "_"), exchange.provider),
            "operation": (self.operation, exchange.operation),
            "method": (self.method and self.method.upper(), request.method),
            "path": (self.path, request.path),
            "key": (self.key, exchange.key),
        }
        for name, (glob, text) in texts.items():
            if glob is not None and not fits_glob(text or "", glob):
                yield Miss(name, glob, text or ABSENT)
        yield from missing_members("query", self.query, grouped_pairs(request.query))
        lower = {name.lower(): glob for name, glob in self.headers.items()}
        yield from missing_members(
            "headers", lower, {name: [value] for name, value in request.headers.items()}
        )
        if self.body is not None:
            yield from differences("body", self.body, body_of(request))

    def lines(self) -> Iterator[str]:
        """What it asks for, one a line."""
        asked = [(one.name, getattr(self, one.name)) for one in fields(self)]
        said = [(name, value) for name, value in asked if value is not None and value != {}]
        for name, wish in said:
            value = wanted_text(name, wish)
            yield f"{name:9}  {value if isinstance(value, str | int) else text(value)}"
        if not said:
            yield "any exchange"


def check_length(pattern: Pattern) -> None:
    """Raises BadPattern for a glob that takes long to compare."""
    named = (pattern.provider, pattern.operation, pattern.method, pattern.path, pattern.key)
    for glob in (*named, *pattern.query.values(), *pattern.headers.values()):
        if glob is not None and len(glob) > MOST_GLOB and MAGIC.search(glob):
            raise BadPattern(f"a glob has more than {MOST_GLOB:,} characters: {glob[:60]}...")


class Count(Struct, frozen=True):
    """How many there are to be; nothing said: at least one."""

    times: int | None = None
    at_least: int | None = None
    at_most: int | None = None

    def __post_init__(self) -> None:
        for one in fields(self):
            value = getattr(self, one.name)
            if not isinstance(value, int | None) or isinstance(value, bool) or (value or 0) < 0:
                raise BadPattern(f"{one.name} is a whole number, and not below 0")
        if self.times is not None and (self.at_least, self.at_most) != (None, None):
            raise BadPattern("times goes without at_least and at_most")
        if self.low > self.high:
            raise BadPattern(f"at_least {self.at_least} is more than at_most {self.at_most}")

    @property
    def low(self) -> int:
        usual = 1 if self.at_most is None else 0
        return next((one for one in (self.times, self.at_least) if one is not None), usual)

    @property
    def high(self) -> float:
        limits = (self.times, self.at_most)
        return next((limit for limit in limits if limit is not None), float("inf"))

    def allows(self, found: int) -> bool:
        return self.low <= found <= self.high

    def __str__(self) -> str:
        if self.low == self.high:
            return f"exactly {self.low}" if self.low else "none"
        if self.high == float("inf"):
            return f"at least {self.low}"
        return f"between {self.low} and {self.high}" if self.low else f"at most {self.high}"


class NearMiss(Struct, frozen=True):
    exchange: Exchange  # redacted
    misses: tuple[Miss, ...]


class Verdict(Struct, frozen=True):
    pattern: Pattern
    count: Count
    among: int  # exchanges that were looked at
    matching: tuple[Exchange, ...]  # redacted
    nearest: tuple[NearMiss, ...]  # only where too few match

    @property
    def good(self) -> bool:
        return self.count.allows(len(self.matching))

    def content(self) -> dict[str, Json]:
        return {
            "good": self.good,
            "expected": str(self.count),
            "found": len(self.matching),
            "among": self.among,
            "matching": [one.request.id for one in self.matching],
            "nearest": [
                {"id": near.exchange.request.id, "misses": [asdict(miss) for miss in near.misses]}
                for near in self.nearest
            ],
            "text": str(self),
        }

    def __str__(self) -> str:
        return "\n".join(map(escaped_line, self._lines()))

    def _lines(self) -> Iterator[str]:
        found = f"found {len(self.matching)} among {self.among}"
        yield f"expected {self.count} of the exchanges like this, {found}:"
        yield from (f"  {line}" for line in self.pattern.lines())
        if self.good:
            return
        if self.nearest:
            yield "the nearest misses:"
        for number, near in enumerate(self.nearest, 1):
            yield f"  {number}. {headline(near.exchange)}"
            width = max(len(miss.name) for miss in near.misses)
            for one in near.misses:
                yield f"     {one.name:{width}}  expected {one.expected}, got {one.got}"
        too_many = self.matching if len(self.matching) > self.count.high else ()
        if too_many:
            yield "these are like it:"
        for number, match in enumerate(too_many[:LISTED], 1):
            yield f"  {number}. {headline(match)}"
        if len(too_many) > LISTED:
            yield f"  and {len(too_many) - LISTED} more"


def judge(exchanges: Iterable[Exchange], pattern: Pattern, count: Count) -> Verdict:
    all_of_them = tuple(exchanges)
    judged = [(one, tuple(with_context(pattern.misses(one), one))) for one in all_of_them]
    matching = tuple(redacted(one) for one, misses in judged if not misses)
    misses = [(one, found) for one, found in judged if found] if len(matching) < count.low else []
    # The fewest misses first; among equals the ones that are like it in what identifies them.
    misses.sort(key=lambda judged: (weight(judged[1]), len(judged[1])))
    nearest = tuple(NearMiss(redacted(one), found) for one, found in misses[:NEAREST])
    return Verdict(pattern, count, len(all_of_them), matching, nearest)


def weight(misses: Iterable[Miss]) -> int:
    """How far off: another operation or path is farther than another value."""
    far = {"provider": 4, "operation": 3, "path": 3, "method": 2}
    return sum(far.get(miss.name, 1) for miss in misses)


def with_context(misses: Iterable[Miss], exchange: Exchange) -> Iterator[Miss]:
    """The misses with their keys masked."""
    keys = tuple(secrets(exchange))
    for miss in misses:
        if is_secret(miss.name):
            expected, got = masked_value(miss.expected), masked_value(miss.got)
            same = " (another that begins alike)" if expected == got else ""
            yield Miss(miss.name, expected, got + same)
        else:
            yield Miss(miss.name, miss.expected, redact_text(miss.got, keys))


def masked_value(value: str) -> str:
    """A key, or a glob for one; what is too short to be a key stays."""
    return value if value == ABSENT or len(value) <= UNMASKED_CHARACTERS else mask(value)


def wanted_text(name: str, value: Any) -> Any:
    """What a pattern asks for, with its keys masked."""
    if isinstance(value, str):
        return masked_value(value) if is_secret(name) else value
    if name in ("query", "headers"):
        return {inner: wanted_text(inner, glob) for inner, glob in value.items()}
    return value


def headline(exchange: Exchange) -> str:
    api = exchange.provider or "no API"
    name = f" {exchange.operation}" if exchange.operation else ""
    asked = f"{exchange.request.method} {exchange.request.path}"
    refused = f" {exchange.refused}" if exchange.refused else ""
    return f"{exchange.at:%H:%M:%S} {api}{name}: {asked} -> {exchange.response.status}{refused}"


def check_names(pattern: Pattern, providers: Iterable[Provider]) -> None:
    """Raises BadPattern for a name, a path or a method that no provider has: a slip of the pen.

    A verification that something never happened would be content with it. With a status of 404, 405
    or 4xx, paths and methods may be any: requests for those are refused so.
    """
    named = (pattern.provider or "*").replace("-", "_")
    known = {provider.name: provider for provider in providers}
    owners = [one for name, one in known.items() if fnmatchcase(name, named)]
    if not owners:
        raise BadPattern(unknown_word("provider", named, known))
    operations = [
        id for owner in owners for id in (*owner.contract.operations, *owner.contract.sockets)
    ]
    wanted = pattern.operation
    if wanted is not None and not any(fnmatchcase(id, wanted) for id in operations):
        raise BadPattern(unknown_word("operation", wanted, operations))
    check_path(pattern, owners)


def check_path(pattern: Pattern, owners: Iterable[Provider]) -> None:
    """Raises BadPattern."""
    found = [route for owner in owners for route in documented_routes(owner.name, owner.contract)]
    method = pattern.method and pattern.method.upper()
    # A preflight is a browser's, and is answered without being documented.
    wish = WantedRequest(pattern.operation, None if method == "OPTIONS" else method, pattern.path)
    wrong = find_impossible(wish, found)
    refused = str(pattern.status).lower() in NOWHERE and not (wrong and wrong.is_misspelled)
    if wrong and not refused:
        raise BadPattern(sentence(wrong.what, given=wrong.given, allowed=wrong.allowed))


def unknown_word(what: str, given: str, known: Iterable[str]) -> str:
    near = get_close_matches(given, list(known), n=3)
    return f'no {what} "{given}"' + (f"; did you mean: {', '.join(near)}" if near else "")


def status_glob(status: int | str) -> str:
    """Raises BadPattern for what is neither a number nor a class."""
    low = str(status).lower()
    if isinstance(status, bool) or not (low in CLASSES or (low.isdecimal() and int(low) < 1000)):
        raise BadPattern(f'status "{status}" is neither a number nor one of: {", ".join(CLASSES)}')
    return low.replace("xx", "??")


def fits_glob(given: str, glob: str) -> bool:
    """As it stands there, or as a glob: a bracket may be meant as one."""
    return given == glob or fnmatchcase(given, glob)


def grouped_pairs(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


def missing_members(
    where: str, wanted: Mapping[str, str | None], given: Mapping[str, list[str]]
) -> Iterator[Miss]:
    for name, glob in wanted.items():
        values = given.get(name, [])
        found = ", ".join(values) if values else ABSENT
        if glob is None and values:
            yield Miss(f"{where}.{name}", ABSENT, found)
        elif glob is not None and not any(fits_glob(value, glob) for value in values):
            yield Miss(f"{where}.{name}", glob, found)


def body_of(request: Request) -> Json:
    """What the body says: JSON, a form's fields, else its text; None: nothing."""
    if request.content is not None:
        return request.content
    if request.parts:
        return {part.name: part.filename or readable(part.content) for part in request.parts}
    try:
        return parse_json(request.body) if request.body else None
    except ValueError:
        return readable(request.body)


def readable(content: Content) -> str:
    return bytes(content).decode(errors="replace")


def differences(where: str, expected: Json, got: Json) -> Iterator[Miss]:
    if isinstance(expected, Mapping) and isinstance(got, dict):
        for name, value in expected.items():
            if name in got:
                yield from differences(f"{where}.{name}", value, got[name])
            else:
                yield Miss(f"{where}.{name}", text(value), ABSENT)
    elif isinstance(expected, list | tuple) and isinstance(got, list):
        if len(expected) != len(got):
            yield Miss(where, f"{len(expected)} items", f"{len(got)}: {text(got)}")
            return
        for number, (one, other) in enumerate(zip(expected, got, strict=True)):
            yield from differences(f"{where}.{number}", one, other)
    elif expected != got or isinstance(expected, bool) is not isinstance(got, bool):
        yield Miss(where, text(expected), ABSENT if got is None else text(got))


def text(value: Any) -> str:
    """A value as JSON, cut where it is too long to read."""
    said = to_json(dict(value) if isinstance(value, Mapping) else value).decode()
    return said if len(said) <= SHOWN_CHARACTERS else f"{said[:SHOWN_CHARACTERS]}..."
