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
from emulator.core.scenario.schema.diagnostics import Problems, quoted
from emulator.core.scenario.schema.nodes import Node, ScalarNode, described

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


class Bad(Enum):
    """The type of BAD: read, found wrong, and put on the list of problems."""

    BAD = auto()


BAD = Bad.BAD


class Wrong(Exception):
    """A text that is not what is wanted: what is wrong, what was given, what is allowed."""

    def __init__(self, what: str, *, given: str = "", allowed: Iterable[str] = ()) -> None:
        super().__init__(what)
        self.what = what
        self.given = given
        self.allowed = tuple(allowed)


class Scalar(Struct, Generic[T], frozen=True):
    """One text. ``parse`` gives its value or raises Wrong; made by the functions below."""

    doc: str
    wanted: str  # "a duration"
    pattern: str  # of its text, for the keys of a mapping and the ends of a range
    schema: Schema  # without the description
    parse: Callable[[ScalarNode], T]

    def read(self, node: Node, problems: Problems) -> T | Bad:
        if not isinstance(node, ScalarNode) or node.nothing:
            problems.add(node.place, f"{self.wanted} is wanted, not {described(node)}")
            return BAD
        try:
            return self.parse(node)
        except Wrong as wrong:
            problems.add(node.place, wrong.what, given=wrong.given, allowed=wrong.allowed)
            return BAD

    def json_schema(self) -> Schema:
        return {"description": self.doc, **self.schema}

    def key_schema(self) -> Schema:
        """What the keys of a mapping must be."""
        return {"pattern": whole_text(self.pattern)}


def Text(
    doc: str, *, pattern: str = r"[\s\S]*\S[\s\S]*", wanted: str = "a text", form: str = ""
) -> Scalar[str]:
    """A text that is not blank and matches ``pattern``; ``form`` says what that is."""

    def parse(node: ScalarNode) -> str:
        if not re.fullmatch(pattern, node.text):
            raise Wrong(f"{quoted(node.text)} is not {wanted}", allowed=[form] if form else ())
        return node.text

    schema = {"type": SCALARS, "pattern": whole_text(pattern)}
    return Scalar(doc, wanted, pattern, schema, parse)


def Language(doc: str) -> Scalar[str]:
    """A language's code as text: ``no`` is Norwegian, in quotes or without."""
    return Text(doc, pattern=LANGUAGE, wanted="a language code", form="en, de-DE, pt-br, ...")


def is_language(text: str) -> bool:
    """Whether it can be said as a language; APIs may take more than that."""
    return re.fullmatch(LANGUAGE, text) is not None


def Glob(doc: str, *, among: Iterable[str] = (), noun: str = "word") -> Scalar[str]:
    """A text with ``* ? [...]``; with ``among`` it must match one of these words at least."""
    words = tuple(among)

    def parse(node: ScalarNode) -> str:
        if len(node.text) > MOST_GLOB:
            raise Wrong(f"{quoted(node.text)} has more than {MOST_GLOB:,} characters")
        if words and not any(fnmatchcase(word, node.text) for word in words):
            raise Wrong(f"unknown {noun} {quoted(node.text)}", given=node.text, allowed=words)
        return text.parse(node)

    text = Text(doc, wanted="a text or a glob")
    if not words:
        return replace(text, parse=parse)
    schema = {"anyOf": [{"enum": list(words)}, {"type": "string", "pattern": MAGIC.pattern}]}
    return Scalar(doc, "a word or a glob", text.pattern, schema, parse)


def as_written(text: str) -> str:
    """The text, where no other word stands for one of those that are wanted."""
    return text


def Choice(
    doc: str,
    words: Mapping[str, T],
    *,
    noun: str = "word",
    meant: Callable[[str], str] = as_written,
) -> Scalar[T]:
    """One of the words, each with the value that it stands for; ``meant`` translates others."""

    def parse(node: ScalarNode) -> T:
        if node.text not in words:
            what = f"unknown {noun} {quoted(node.text)}"
            raise Wrong(what, given=meant(node.text), allowed=words)
        return words[node.text]

    return Scalar(doc, f"a {noun}", "|".join(map(re.escape, words)), {"enum": list(words)}, parse)


def Word(doc: str, *words: str, noun: str = "word") -> Scalar[str]:
    """One of the words; its value is itself."""
    return Choice(doc, {word: word for word in words}, noun=noun)


def OneOf(
    doc: str, enum: type[E], *, noun: str = "word", meant: Callable[[str], str] = as_written
) -> Scalar[E]:
    """One of the enum's values; its value is the member."""
    return Choice(doc, {member.value: member for member in enum}, noun=noun, meant=meant)


def Flag(doc: str) -> Scalar[bool]:
    """``true`` or ``false``; YAML's yes, no, on and off are words here."""
    flag = Choice(doc, {"true": True, "false": False}, noun="flag")
    return replace(flag, schema={"type": "boolean"})


def Whole(doc: str, *, least: int = 0, most: int = MAX_WHOLE) -> Scalar[int]:
    def parse(node: ScalarNode) -> int:
        return bounded(quantities.whole(node.text), node, "a whole number", least, most)

    schema = {"type": "integer", "minimum": least, "maximum": most}
    return Scalar(doc, "a whole number", quantities.WHOLE, schema, parse)


def Number(doc: str, *, least: float = 0.0, most: float = 1e15) -> Scalar[float]:
    def parse(node: ScalarNode) -> float:
        return bounded(quantities.number(node.text), node, "a number", least, most)

    schema = {"type": "number", "minimum": least, "maximum": most}
    return Scalar(doc, "a number", quantities.NUMBER, schema, parse)


def Duration(
    doc: str, *, least: float = 0.0, most: float = MAX_SECONDS, unit_seconds: float = 1.0
) -> Scalar[float]:
    """In seconds; ``least`` and ``most`` too. A plain number counts ``unit_seconds``."""

    def parse(node: ScalarNode) -> float:
        seconds = quantities.duration(node.text, unit_seconds)
        return bounded(
            seconds,
            node,
            "a duration",
            least,
            most,
            form=DURATIONS,
            shown=quantities.shown_duration,
        )

    bounds = {"minimum": least / unit_seconds, "maximum": most / unit_seconds}
    texts = {"type": "string", "pattern": whole_text(quantities.DURATION)}
    schema = {"anyOf": [{"type": "number", **bounds}, texts]}
    return Scalar(doc, "a duration", quantities.DURATION, schema, parse)


def Size(doc: str, *, least: int = 0, most: int = 10**12) -> Scalar[int]:
    """In bytes."""

    def parse(node: ScalarNode) -> int:
        count = quantities.size(node.text)
        return bounded(count, node, "a size", least, most, form="200B, 5MB, or plain bytes")

    bounds = {"type": "integer", "minimum": least, "maximum": most}
    texts = {"type": "string", "pattern": whole_text(quantities.SIZE)}
    return Scalar(doc, "a size", quantities.SIZE, {"anyOf": [bounds, texts]}, parse)


def Chance(doc: str) -> Scalar[float]:
    """From 0 to 1; ``5%`` is 0.05."""

    def parse(node: ScalarNode) -> float:
        share = quantities.chance(node.text)
        return bounded(share, node, "a chance", 0.0, 1.0, form="5%, or 0 to 1")

    texts = {"type": "string", "pattern": whole_text(quantities.CHANCE)}
    schema = {"anyOf": [{"type": "number", "minimum": 0, "maximum": 1}, texts]}
    return Scalar(doc, "a chance", quantities.CHANCE, schema, parse)


def Instant(doc: str) -> Scalar[datetime]:
    """A moment of ISO 8601 with its zone, in UTC; YAML's own timestamps are never made."""

    def parse(node: ScalarNode) -> datetime:
        moment = quantities.instant(node.text)
        if moment is None:
            what = f"{quoted(node.text)} is not an instant with a zone, from 1970 to 2199"
            raise Wrong(what, allowed=[INSTANTS])
        return moment

    schema = {"type": "string", "pattern": whole_text(quantities.INSTANT)}
    return Scalar(doc, "an instant", quantities.INSTANT, schema, parse)


def Code(doc: str) -> Scalar[int | str]:
    """422 is a number; "422" and bad_audio are texts."""
    text = Text(doc, wanted="a code")

    def parse(node: ScalarNode) -> int | str:
        number = quantities.whole(node.text) if node.plain else None
        if number is None:
            return text.parse(node)
        return bounded(number, node, "a code", -MAX_WHOLE, MAX_WHOLE)

    return Scalar(doc, "a code", text.pattern, text.schema, parse)


def Range(doc: str, of: Scalar[N]) -> Scalar[tuple[N, N]]:
    """``a..b``, or one value, which is both ends."""

    def parse(node: ScalarNode) -> tuple[N, N]:
        first, dots, last = node.text.partition("..")
        low = of.parse(replace(node, text=first))
        high = of.parse(replace(node, text=last)) if dots else low
        if high < low:
            turned = quoted(f"{last}..{first}")
            raise Wrong(f"{quoted(node.text)} goes from more to less; did you mean {turned}")
        return low, high

    pair = rf"(?:{of.pattern})\.\.(?:{of.pattern})"
    texts = {"type": "string", "pattern": whole_text(pair)}
    return Scalar(doc, f"{of.wanted} or a range", pair, {"anyOf": [of.json_schema(), texts]}, parse)


def bounded(
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
        what = f"{quoted(node.text)} is not {wanted}"
        raise Wrong(what, allowed=[form] if form else ())
    if not least <= value <= most:
        allowed = shown(least) if least == most else f"{shown(least)}..{shown(most)}"
        raise Wrong(f"{quoted(node.text)} is out of bounds", allowed=[allowed])
    return value


def whole_text(pattern: str) -> str:
    """The pattern as JSON Schema wants it: a schema's patterns match anywhere."""
    return f"^(?:{pattern})$"
