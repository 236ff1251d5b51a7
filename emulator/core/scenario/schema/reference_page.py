"""The language as tables for people: every key with what it takes, from its one definition."""

import re
from collections.abc import Iterator

from msgspec import Struct

from emulator.core.scenario.schema.scalars import MAX_WHOLE
from emulator.core.scenario.schema.types import (
    CheckedType,
    JsonObjectType,
    ListType,
    MapType,
    ObjectType,
    ScalarType,
    SchemaType,
    UnionType,
)

MARK = re.compile(r"^<!-- keys: ([\w.]+) -->$", re.MULTILINE)
HEAD = "| key | takes | |\n|---|---|---|"
ENTRY = "[]"  # of a list
ANY = "*"  # where the author chooses the key
MOST_WORDS = 12  # more of them are in the JSON Schema
AnyType = SchemaType[object]


class Row(Struct, frozen=True):
    key: str  # from the part on: "when.provider", "lines[].*.says"
    takes: str
    doc: str

    def __str__(self) -> str:
        cells = (f"`{self.key}`" if self.key else "", self.takes, self.doc)
        return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def page(template: str, language: AnyType) -> str:
    """The template, with a table in the place of each ``<!-- keys: jobs -->``."""
    return MARK.sub(lambda mark: table(part(language, mark[1])), template)


def part(word: AnyType, path: str) -> AnyType:
    """The word for a part by its path. KeyError: there is none."""
    for name in path.split("."):
        word = members(word)[name]
    return word


def members(word: AnyType) -> dict[str, AnyType]:
    inner = bare(word)
    inner = bare(inner.of) if isinstance(inner, ListType) else inner
    return dict(inner.fields) if isinstance(inner, ObjectType) else {}


def bare(word: AnyType) -> AnyType:
    """Without what is made of its value."""
    while isinstance(word, CheckedType):
        word = word.of
    return word


def table(word: AnyType) -> str:
    """Of a part; where it is a list, of one of its entries."""
    word = bare(word)
    one = word.of if isinstance(word, ListType) else word
    seen: set[int] = set()
    found = (row for name, inner in inside(bare(one)) for row in rows(inner, name, seen))
    return "\n".join([HEAD, *map(str, found)])


def rows(word: AnyType, key: str, seen: set[int]) -> Iterator[Row]:
    """The word, and what is in it; what has been shown inside of another is not repeated."""
    word = bare(word)
    yield Row(key, takes(word), word.doc)
    if id(word) not in seen:
        seen.add(id(word))
        for name, inner in inside(word):
            yield from rows(inner, f"{key}{'' if name == ENTRY else '.'}{name}", seen)


def inside(word: AnyType) -> Iterator[tuple[str, AnyType]]:
    if isinstance(word, ObjectType):
        yield from word.fields.items()
    elif isinstance(word, ListType) and not isinstance(bare(word.of), ScalarType):
        yield ENTRY, word.of
    elif isinstance(word, MapType):
        yield ANY, word.values
    elif isinstance(word, UnionType):
        for one in (word.items, word.mapping):
            if one is not None:
                yield from inside(bare(one))


def takes(word: AnyType) -> str:
    word = bare(word)
    if isinstance(word, ScalarType):
        return scalar(word)
    if isinstance(word, ListType):
        inner = bare(word.of)
        return f"a list: {takes(inner)} each" if isinstance(inner, ScalarType) else "a list"
    if isinstance(word, UnionType):
        kinds = (word.scalar, word.items, word.mapping)
        return " or ".join(takes(kind) for kind in kinds if kind is not None)
    return "a mapping" if isinstance(word, ObjectType | MapType | JsonObjectType) else "anything"


def scalar(word: ScalarType[object]) -> str:
    """Its words, or what is wanted, with the bounds of a whole number."""
    flags = ("true", "false") if word.schema.get("type") == "boolean" else ()
    words = [f"`{one}`" for one in word.schema.get("enum", flags)]
    if words:
        return ", ".join(words[:MOST_WORDS]) + (", ..." if len(words) > MOST_WORDS else "")
    least, most = word.schema.get("minimum"), word.schema.get("maximum")
    if word.schema.get("type") != "integer" or most == MAX_WHOLE:
        return word.wanted
    return f"{word.wanted} from {least:,} to {most:,}"
