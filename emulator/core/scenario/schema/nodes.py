"""What a scenario's text says: scalars, lists and mappings, each with its place; no YAML here."""

import re
from math import isfinite

from msgspec import Struct

from emulator.core.http.messages import Json
from emulator.core.scenario.schema.diagnostics import Place, quote

MAX_BYTES = 5_000_000  # of a file
NOTHING = frozenset({"", "~", "null", "Null", "NULL"})
FLAGS = {"true": True, "false": False}
NUMBER = r"-?(?:0|[1-9][0-9]{0,308})(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?"  # JSON's


class ScalarNode(Struct, frozen=True):
    """``text`` is what stands in the file; ``plain``: without quotes, so that 7 may be a number."""

    place: Place
    text: str
    plain: bool = True

    @property
    def nothing(self) -> bool:
        """``key:`` with nothing behind it, or YAML's null."""
        return self.plain and self.text in NOTHING


class ListNode(Struct, frozen=True):
    place: Place
    items: "tuple[Node, ...]"


class MapNode(Struct, frozen=True):
    """Each key stands once; what merge keys bring in is among the entries."""

    place: Place
    entries: "tuple[tuple[ScalarNode, Node], ...]"

    def get(self, name: str) -> "Node | None":
        return next((value for key, value in self.entries if key.text == name), None)

    def place_of(self, name: str) -> Place:
        """Where the key stands; where it is missing, the mapping's own place."""
        return next((key.place for key, _ in self.entries if key.text == name), self.place)


Node = ScalarNode | ListNode | MapNode


def describe_node(node: Node) -> str:
    """``a list``, ``a mapping``, ``nothing``, or the text in quotes."""
    if isinstance(node, ListNode):
        return "a list"
    if isinstance(node, MapNode):
        return "a mapping"
    return "nothing" if node.nothing else quote(node.text)


def plain(node: Node) -> Json:
    """The node as JSON."""
    if isinstance(node, ListNode):
        return [plain(item) for item in node.items]
    if isinstance(node, MapNode):
        return {key.text: plain(value) for key, value in node.entries}
    return resolve_scalar(node.text) if node.plain else node.text


def resolve_scalar(text: str) -> Json:
    """What a text without quotes stands for: nothing, a flag, a number, or itself.

    Numbers are as other readers of JSON have them: whole ones of 64 bits, and finite ones.
    """
    if text in NOTHING:
        return None
    number = re.fullmatch(NUMBER, text)
    if number is None:
        return FLAGS.get(text, text)
    if not any(number.groups()) and abs(int(text)) < 2**63:
        return int(text)
    return float(text) if isfinite(float(text)) else text
