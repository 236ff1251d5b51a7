"""The vocabulary: small words that read a node, say their JSON Schema, and explain themselves.

One definition feeds the parser, the JSON Schema and the reference page. A provider declares what a
job rule may say under its name:

    FACTS = Record(
        "How Gladia's part of a job goes.",
        {
            "addons": MapOf(
                "How an addition ends.",
                keys=Word("The addition.", "summarization", "chapterization", noun="addition"),
                values=Word("Its end.", "completed", "failed"),
            ),
            "error_code": Whole("The HTTP status in the answer.", least=400, most=599),
        },
    )

and finds what a scenario said in ``plan.facts_of("gladia")``: ``{"addons": {"summarization":
"failed"}}``. Keys that were left out are not there. Durations come as seconds, sizes as bytes.
"""

from collections.abc import Callable, Mapping
from typing import Any, Generic, Protocol, TypeVar

from msgspec import Struct, field

from emulator.core.scenario.schema.diagnostics import Diagnostics, quote
from emulator.core.scenario.schema.nodes import (
    ListNode,
    MapNode,
    Node,
    ScalarNode,
    describe_node,
    plain,
)
from emulator.core.scenario.schema.scalars import (
    INVALID,
    BooleanType,
    ChanceType,
    DurationType,
    EnumType,
    ErrorCodeType,
    GlobType,
    InstantType,
    IntegerType,
    InvalidValue,
    LanguageType,
    NumberType,
    RangeType,
    ScalarType,
    Schema,
    SizeType,
    StringType,
    WordType,
    choice_of,
    identity,
)

__all__ = [
    "INVALID",
    "BooleanType",
    "ChanceType",
    "CheckedType",
    "DeferredType",
    "DurationType",
    "EnumType",
    "ErrorCodeType",
    "GlobType",
    "InstantType",
    "IntegerType",
    "InvalidValue",
    "JsonObjectType",
    "LanguageType",
    "ListType",
    "MapType",
    "NumberType",
    "ObjectType",
    "RangeType",
    "ScalarType",
    "Schema",
    "SchemaType",
    "SizeType",
    "StringType",
    "UnionType",
    "Values",
    "WordType",
    "choice_of",
]

T = TypeVar("T")
U = TypeVar("U")
K = TypeVar("K")
Found = TypeVar("Found", covariant=True)

Values = dict[str, Any]  # what a Record read; each key's word knows its type


class SchemaType(Protocol[Found]):
    """Any word. ``read`` puts all that is wrong on the list; BAD: there is no value at all."""

    @property
    def doc(self) -> str:
        """One line, for the reference page."""

    def read(self, node: Node, problems: Diagnostics) -> Found | InvalidValue: ...

    def json_schema(self) -> Schema: ...


class ObjectType(Struct, frozen=True):
    """A mapping with named keys.

    What could not be read is left out of the values, so that a check sees the rest: a scenario with
    problems is never used.
    """

    doc: str
    fields: Mapping[str, SchemaType[object]]
    required: tuple[str, ...] = ()
    excludes: tuple[tuple[str, str], ...] = ()  # pairs of keys that may not stand together
    only: Mapping[str, tuple[str, object]] = field(default_factory=dict)
    """``{"step": ("mode", "step")}``: with a ``mode`` of its own, ``step`` wants that one."""
    noun: str = "key"
    meant: Callable[[str], str] = identity  # translates other words for the keys

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(
            name for name, word in self.fields.items() if not isinstance(word, DeferredType)
        )

    def read(self, node: Node, problems: Diagnostics) -> Values | InvalidValue:
        if not isinstance(node, MapNode):
            problems.add(
                node.place, f"a mapping is wanted, not {describe_node(node)}", allowed=self.names
            )
            return INVALID
        values: Values = {}
        for key, child in node.entries:
            value = self._read_field(key, child, problems)
            if value is not INVALID:
                values[key.text] = value
        self._check(values, node, problems)
        return values

    def _read_field(self, key: ScalarNode, child: Node, problems: Diagnostics) -> object:
        word = self.fields.get(key.text)
        if word is None:
            what = f"unknown {self.noun} {quote(key.text)}"
            problems.add(key.place, what, given=self.meant(key.text), allowed=self.names)
            return INVALID
        return word.read(key if isinstance(word, DeferredType) else child, problems)

    def _check(self, values: Values, node: MapNode, problems: Diagnostics) -> None:
        given = {key.text for key, _ in node.entries}
        for name in self.required:
            if name not in given:
                problems.add(node.place, f"{quote(name)} is missing")
        for one, other in self.excludes:
            if {one, other} <= given:
                later = max(node.place_of(one), node.place_of(other))
                problems.add(later, f"{quote(one)} and {quote(other)} exclude each other")
        for name, (other, wanted) in self.only.items():
            if name in given and values.get(other, wanted) != wanted:
                what = f"{quote(name)} stands only with {quote(f'{other}: {wanted}')}"
                problems.add(node.place_of(name), what)

    def json_schema(self) -> Schema:
        rules: list[Schema] = [{"not": {"required": list(pair)}} for pair in self.excludes]
        for name, (other, wanted) in self.only.items():
            apart = {"properties": {other: {"not": {"const": wanted}}}, "required": [other]}
            rules.append({"if": apart, "then": {"properties": {name: False}}})
        schema: Schema = {
            "description": self.doc,
            "type": "object",
            "properties": {name: self.fields[name].json_schema() for name in self.names},
            "additionalProperties": False,
        }
        if self.required:
            schema["required"] = list(self.required)
        return schema | ({"allOf": rules} if rules else {})


class ListType(Struct, Generic[T], frozen=True):
    doc: str
    of: SchemaType[T]
    least: int = 0

    def read(self, node: Node, problems: Diagnostics) -> tuple[T, ...] | InvalidValue:
        if not isinstance(node, ListNode):
            problems.add(node.place, f"a list is wanted, not {describe_node(node)}")
            return INVALID
        if len(node.items) < self.least:
            problems.add(node.place, f"{self.least} or more are wanted in this list")
        values = [self.of.read(item, problems) for item in node.items]
        return tuple(value for value in values if not isinstance(value, InvalidValue))

    def json_schema(self) -> Schema:
        least = {"minItems": self.least} if self.least else {}
        items = self.of.json_schema()
        return {"description": self.doc, "type": "array", "items": items, **least}


class MapType(Struct, Generic[K, T], frozen=True):
    """A mapping whose keys the author chooses, or picks from a word; ``size``: exactly so many."""

    doc: str
    keys: ScalarType[K]
    values: SchemaType[T]
    size: int | None = None

    def read(self, node: Node, problems: Diagnostics) -> dict[K, T] | InvalidValue:
        if not isinstance(node, MapNode):
            problems.add(node.place, f"a mapping is wanted, not {describe_node(node)}")
            return INVALID
        if self.size is not None and len(node.entries) != self.size:
            what = f"{self.size} key is wanted here, not {len(node.entries)}"
            problems.add(node.place, what)
        found: dict[K, T] = {}
        for key_node, child in node.entries:
            key = self.keys.read(key_node, problems)
            value = self.values.read(child, problems)
            if not isinstance(key, InvalidValue) and not isinstance(value, InvalidValue):
                found[key] = value
        return found

    def json_schema(self) -> Schema:
        size = {} if self.size is None else {"minProperties": self.size, "maxProperties": self.size}
        return {
            "description": self.doc,
            "type": "object",
            "propertyNames": self.keys.key_schema(),
            "additionalProperties": self.values.json_schema(),
            **size,
        }


class UnionType(Struct, Generic[T], frozen=True):
    """One word for each kind of node: a scalar, a list, a mapping; at least one of them."""

    doc: str
    scalar: SchemaType[T] | None = None
    items: SchemaType[T] | None = None
    mapping: SchemaType[T] | None = None

    def read(self, node: Node, problems: Diagnostics) -> T | InvalidValue:
        word = self._by_kind()[type(node)]
        if word is None:
            problems.add(node.place, f"{self._wanted()} is wanted, not {describe_node(node)}")
            return INVALID
        return word.read(node, problems)

    def _by_kind(self) -> Mapping[type[Node], SchemaType[T] | None]:
        return {ScalarNode: self.scalar, ListNode: self.items, MapNode: self.mapping}

    def _wanted(self) -> str:
        kinds = {"a text": self.scalar, "a list": self.items, "a mapping": self.mapping}
        return " or ".join(kind for kind, word in kinds.items() if word is not None)

    def json_schema(self) -> Schema:
        words = (word for word in self._by_kind().values() if word is not None)
        kinds = [word.json_schema() for word in words if not isinstance(word, DeferredType)]
        return {"description": self.doc, "anyOf": kinds}


class CheckedType(Struct, Generic[T, U], frozen=True):
    """A word, and what is made of its value; ``also``: what its JSON Schema says of the check."""

    of: SchemaType[T]
    check: Callable[[T, Node, Diagnostics], U | InvalidValue]
    also: Schema = field(default_factory=dict)

    @property
    def doc(self) -> str:
        return self.of.doc

    def read(self, node: Node, problems: Diagnostics) -> U | InvalidValue:
        value = self.of.read(node, problems)
        return INVALID if isinstance(value, InvalidValue) else self.check(value, node, problems)

    def json_schema(self) -> Schema:
        schema = self.of.json_schema()
        rules = [*schema.pop("allOf", []), *self.also.get("allOf", [])]
        return {**schema, **self.also, **({"allOf": rules} if rules else {})}


class DeferredType(Struct, frozen=True):
    """What the language will say one day, and refuses until then: ``Later('"faults"')``."""

    doc: str

    def read(self, node: Node, problems: Diagnostics) -> InvalidValue:
        problems.add(node.place, f"{self.doc} comes later; this version does not read it")
        return INVALID

    def json_schema(self) -> Schema:
        """Nothing is accepted."""
        return {"not": {}}


class JsonObjectType(Struct, frozen=True):
    """A JSON object, whatever is in it: plain scalars are what YAML 1.2 takes them for."""

    doc: str

    def read(self, node: Node, problems: Diagnostics) -> Values | InvalidValue:
        if not isinstance(node, MapNode):
            problems.add(node.place, f"a mapping is wanted, not {describe_node(node)}")
            return INVALID
        return {key.text: plain(value) for key, value in node.entries}

    def json_schema(self) -> Schema:
        return {"description": self.doc, "type": "object"}
