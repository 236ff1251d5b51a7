"""Words of one scalar each: what its text may be, what it becomes, and its JSON Schema."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from enum import Enum, StrEnum, auto
from fnmatch import fnmatchcase
from typing import Any, Generic, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from emulator.core.scenario.schema import quantities
from emulator.core.scenario.schema.diagnostics import Diagnostics, quote
from emulator.core.scenario.schema.nodes import Node, ScalarNode, describe_node

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)
N = TypeVar("N", int, float)

Schema = dict[str, Any]  # a JSON Schema is JSON

MAX_SECONDS = 3650 * 86_400.0  # ten years; what is longer is a slip of the pen
MAX_WHOLE = 2**53 - 1  # what every JSON reader keeps
MOST_GLOB = 1000  # characters; the time to compare it grows with them and with the other text's
MAGIC = re.compile(r"[*?\[]")
LANGUAGE = r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*"
SCALARS = ["string", "number", "boolean"]  # what an editor may take a plain text for
DURATIONS = "250ms, 1s, 5m, 2h, 1d, 1h30m, or plain seconds"
INSTANTS = "2026-01-05T09:00:00Z, 2026-01-05T10:00:00+01:00"


class InvalidValue(Enum):
    """The type of BAD: read, found wrong, and put on the list of problems."""

    BAD = auto()


INVALID = InvalidValue.BAD


class ParseError(Exception):
    """A text that is not what is wanted: what is wrong, what was given, what is allowed."""

    def __init__(self, what: str, *, given: str = "", allowed: Iterable[str] = ()) -> None:
        super().__init__(what)
        self.what = what
        self.given = given
        self.allowed = tuple(allowed)


class ScalarType(Struct, Generic[T], frozen=True):
    """One text. ``parse`` gives its value or raises Wrong; made by the functions below."""

    doc: str
    wanted: str  # "a duration"
    pattern: str  # of its text, for the keys of a mapping and the ends of a range
    schema: Schema  # without the description
    parse: Callable[[ScalarNode], T]

    def read(self, node: Node, problems: Diagnostics) -> T | InvalidValue:
        if not isinstance(node, ScalarNode) or node.nothing:
            problems.add(node.place, f"{self.wanted} is wanted, not {describe_node(node)}")
            return INVALID
        try:
            return self.parse(node)
        except ParseError as wrong:
            problems.add(node.place, wrong.what, given=wrong.given, allowed=wrong.allowed)
            return INVALID

    def json_schema(self) -> Schema:
        return {"description": self.doc, **self.schema}

    def key_schema(self) -> Schema:
        """What the keys of a mapping must be."""
        return {"pattern": whole_text(self.pattern)}


def StringType(
    doc: str, *, pattern: str = r"[\s\S]*\S[\s\S]*", wanted: str = "a text", form: str = ""
) -> ScalarType[str]:
    """A text that is not blank and matches ``pattern``; ``form`` says what that is."""

    def parse(node: ScalarNode) -> str:
        if not re.fullmatch(pattern, node.text):
            raise ParseError(f"{quote(node.text)} is not {wanted}", allowed=[form] if form else ())
        return node.text

    schema = {"type": SCALARS, "pattern": whole_text(pattern)}
    return ScalarType(doc, wanted, pattern, schema, parse)


def LanguageType(doc: str) -> ScalarType[str]:
    """A language's code as text: ``no`` is Norwegian, in quotes or without."""
    return StringType(doc, pattern=LANGUAGE, wanted="a language code", form="en, de-DE, pt-br, ...")


def is_language(text: str) -> bool:
    """Whether it can be said as a language; APIs may take more than that."""
    return re.fullmatch(LANGUAGE, text) is not None


def GlobType(doc: str, *, among: Iterable[str] = (), noun: str = "word") -> ScalarType[str]:
    """A text with ``* ? [...]``; with ``among`` it must match one of these words at least."""
    words = tuple(among)

    def parse(node: ScalarNode) -> str:
        if len(node.text) > MOST_GLOB:
            raise ParseError(f"{quote(node.text)} has more than {MOST_GLOB:,} characters")
        if words and not any(fnmatchcase(word, node.text) for word in words):
            raise ParseError(f"unknown {noun} {quote(node.text)}", given=node.text, allowed=words)
        return text.parse(node)

    text = StringType(doc, wanted="a text or a glob")
    if not words:
        return replace(text, parse=parse)
    schema = {"anyOf": [{"enum": list(words)}, {"type": "string", "pattern": MAGIC.pattern}]}
    return ScalarType(doc, "a word or a glob", text.pattern, schema, parse)


def identity(text: str) -> str:
    """The text, where no other word stands for one of those that are wanted."""
    return text


def choice_of(
    doc: str,
    words: Mapping[str, T],
    *,
    noun: str = "word",
    meant: Callable[[str], str] = identity,
) -> ScalarType[T]:
    """One of the words, each with the value that it stands for; ``meant`` translates others."""

    def parse(node: ScalarNode) -> T:
        if node.text not in words:
            what = f"unknown {noun} {quote(node.text)}"
            raise ParseError(what, given=meant(node.text), allowed=words)
        return words[node.text]

    return ScalarType(
        doc, f"a {noun}", "|".join(map(re.escape, words)), {"enum": list(words)}, parse
    )


def WordType(doc: str, *words: str, noun: str = "word") -> ScalarType[str]:
    """One of the words; its value is itself."""
    return choice_of(doc, {word: word for word in words}, noun=noun)


def EnumType(
    doc: str, enum: type[E], *, noun: str = "word", meant: Callable[[str], str] = identity
) -> ScalarType[E]:
    """One of the enum's values; its value is the member."""
    return choice_of(doc, {member.value: member for member in enum}, noun=noun, meant=meant)


def BooleanType(doc: str) -> ScalarType[bool]:
    """``true`` or ``false``; YAML's yes, no, on and off are words here."""
    flag = choice_of(doc, {"true": True, "false": False}, noun="flag")
    return replace(flag, schema={"type": "boolean"})


def IntegerType(doc: str, *, least: int = 0, most: int = MAX_WHOLE) -> ScalarType[int]:
    def parse(node: ScalarNode) -> int:
        return check_bounds(quantities.whole(node.text), node, "a whole number", least, most)

    schema = {"type": "integer", "minimum": least, "maximum": most}
    return ScalarType(doc, "a whole number", quantities.INTEGER, schema, parse)


def NumberType(doc: str, *, least: float = 0.0, most: float = 1e15) -> ScalarType[float]:
    def parse(node: ScalarNode) -> float:
        return check_bounds(quantities.number(node.text), node, "a number", least, most)

    schema = {"type": "number", "minimum": least, "maximum": most}
    return ScalarType(doc, "a number", quantities.NUMBER, schema, parse)


def DurationType(
    doc: str, *, least: float = 0.0, most: float = MAX_SECONDS, unit_seconds: float = 1.0
) -> ScalarType[float]:
    """In seconds; ``least`` and ``most`` too. A plain number counts ``unit_seconds``."""

    def parse(node: ScalarNode) -> float:
        seconds = quantities.duration(node.text, unit_seconds)
        return check_bounds(
            seconds,
            node,
            "a duration",
            least,
            most,
            form=DURATIONS,
            shown=quantities.duration_text,
        )

    bounds = {"minimum": least / unit_seconds, "maximum": most / unit_seconds}
    texts = {"type": "string", "pattern": whole_text(quantities.DURATION)}
    schema = {"anyOf": [{"type": "number", **bounds}, texts]}
    return ScalarType(doc, "a duration", quantities.DURATION, schema, parse)


def SizeType(doc: str, *, least: int = 0, most: int = 10**12) -> ScalarType[int]:
    """In bytes."""

    def parse(node: ScalarNode) -> int:
        count = quantities.size(node.text)
        return check_bounds(count, node, "a size", least, most, form="200B, 5MB, or plain bytes")

    bounds = {"type": "integer", "minimum": least, "maximum": most}
    texts = {"type": "string", "pattern": whole_text(quantities.SIZE)}
    return ScalarType(doc, "a size", quantities.SIZE, {"anyOf": [bounds, texts]}, parse)


def ChanceType(doc: str) -> ScalarType[float]:
    """From 0 to 1; ``5%`` is 0.05."""

    def parse(node: ScalarNode) -> float:
        share = quantities.chance(node.text)
        return check_bounds(share, node, "a chance", 0.0, 1.0, form="5%, or 0 to 1")

    texts = {"type": "string", "pattern": whole_text(quantities.CHANCE)}
    schema = {"anyOf": [{"type": "number", "minimum": 0, "maximum": 1}, texts]}
    return ScalarType(doc, "a chance", quantities.CHANCE, schema, parse)


def InstantType(doc: str) -> ScalarType[datetime]:
    """A moment of ISO 8601 with its zone, in UTC; YAML's own timestamps are never made."""

    def parse(node: ScalarNode) -> datetime:
        moment = quantities.instant(node.text)
        if moment is None:
            what = f"{quote(node.text)} is not an instant with a zone, from 1970 to 2199"
            raise ParseError(what, allowed=[INSTANTS])
        return moment

    schema = {"type": "string", "pattern": whole_text(quantities.INSTANT)}
    return ScalarType(doc, "an instant", quantities.INSTANT, schema, parse)


def ErrorCodeType(doc: str) -> ScalarType[int | str]:
    """422 is a number; "422" and bad_audio are texts."""
    text = StringType(doc, wanted="a code")

    def parse(node: ScalarNode) -> int | str:
        number = quantities.whole(node.text) if node.plain else None
        if number is None:
            return text.parse(node)
        return check_bounds(number, node, "a code", -MAX_WHOLE, MAX_WHOLE)

    return ScalarType(doc, "a code", text.pattern, text.schema, parse)


def RangeType(doc: str, of: ScalarType[N]) -> ScalarType[tuple[N, N]]:
    """``a..b``, or one value, which is both ends."""

    def parse(node: ScalarNode) -> tuple[N, N]:
        first, dots, last = node.text.partition("..")
        low = of.parse(replace(node, text=first))
        high = of.parse(replace(node, text=last)) if dots else low
        if high < low:
            turned = quote(f"{last}..{first}")
            raise ParseError(f"{quote(node.text)} goes from more to less; did you mean {turned}")
        return low, high

    pair = rf"(?:{of.pattern})\.\.(?:{of.pattern})"
    texts = {"type": "string", "pattern": whole_text(pair)}
    return ScalarType(
        doc, f"{of.wanted} or a range", pair, {"anyOf": [of.json_schema(), texts]}, parse
    )


def check_bounds(
    value: N | None,
    node: ScalarNode,
    wanted: str,
    least: N,
    most: N,
    *,
    form: str = "",
    shown: Callable[[N], str] = "{:,}".format,
) -> N:
    """The value, if there is one within its bounds."""
    if value is None:
        what = f"{quote(node.text)} is not {wanted}"
        raise ParseError(what, allowed=[form] if form else ())
    if not least <= value <= most:
        allowed = shown(least) if least == most else f"{shown(least)}..{shown(most)}"
        raise ParseError(f"{quote(node.text)} is out of bounds", allowed=[allowed])
    return value


def whole_text(pattern: str) -> str:
    """The pattern as JSON Schema wants it: a schema's patterns match anywhere."""
    return f"^(?:{pattern})$"
