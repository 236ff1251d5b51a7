"""Pieces: the members of a large value, with the schemas that they have to fit."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from msgspec import Struct

from emulator.core.contract.openapi import SchemaRef, Spec, SpecReader, escape
from emulator.core.http.messages import Json
from emulator.core.http.problems import MOST_VIOLATIONS

BATCH = 256  # values that are judged in one call

Step = tuple[str | int, ...]  # from the large value to a member; (): the value itself


class Subschema(Struct, frozen=True, gc=False):
    """Members that stand next to each other, and have one schema."""

    schema: SchemaRef
    steps: Sequence[Step]
    values: list[Json]


def subschemas(reader: SpecReader, pointer: str, value: Json) -> Iterator[Subschema]:
    """Members with schemas of their own, and the value itself for each schema of ``allOf``."""
    raw, at = reader.resolve(reader.value_at(pointer), pointer)
    for i, one in enumerate(raw.get("allOf", ())):
        yield Subschema(SchemaRef(one, f"{at}/allOf/{i}"), [()], [value])
    if isinstance(value, dict):
        yield from member_values(raw, at, value)
    if isinstance(value, list) and "items" in raw:
        items = SchemaRef(raw["items"], f"{at}/items")
        for start in range(0, len(value), BATCH):
            inside = value[start : start + BATCH]
            yield Subschema(items, [(start + i,) for i in range(len(inside))], inside)


def member_values(raw: Spec, at: str, value: dict[str, Any]) -> Iterator[Subschema]:
    named = raw.get("properties", {})
    for name, schema in named.items():
        if name in value:
            pointed = SchemaRef(schema, f"{at}/properties/{escape(name)}")
            yield Subschema(pointed, [(name,)], [value[name]])
    others = raw.get("additionalProperties")
    if isinstance(others, dict):
        rest = SchemaRef(others, f"{at}/additionalProperties")
        names = (name for name in value if name not in named)
        while batch := list(islice(names, BATCH)):
            yield Subschema(rest, [(name,) for name in batch], [value[name] for name in batch])


def outline(raw: Spec, value: dict[str, Any]) -> dict[str, Any]:
    """The object as far as the keywords of its own schema look: lists and objects in it are empty.

    Of the members that the schema does not name, only the first are there.
    """
    named = dict.fromkeys((*raw.get("properties", {}), *raw.get("required", ())))
    names = [name for name in named if name in value]
    names += islice((name for name in value if name not in named), MOST_VIOLATIONS)
    return {name: type(value[name])() if is_filled(value[name]) else value[name] for name in names}


def is_filled(value: Json) -> bool:
    return isinstance(value, dict | list)
