"""What a scenario's text says: scalars, lists and mappings, each with its place; no YAML here."""

from dataclasses import dataclass

from emulator.core.scenario.errors import Place, quoted

NOTHING = frozenset({"", "~", "null", "Null", "NULL"})


@dataclass(frozen=True, slots=True)
class ScalarNode:
    """``text`` is what stands in the file; ``plain``: without quotes, so that 7 may be a number."""

    place: Place
    text: str
    plain: bool = True

    @property
    def nothing(self) -> bool:
        """``key:`` with nothing behind it, or YAML's null."""
        return self.plain and self.text in NOTHING


@dataclass(frozen=True, slots=True)
class ListNode:
    place: Place
    items: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class MapNode:
    """Each key stands once; what merge keys bring in is among the entries."""

    place: Place
    entries: "tuple[tuple[ScalarNode, Node], ...]"

    def get(self, name: str) -> "Node | None":
        return next((value for key, value in self.entries if key.text == name), None)

    def place_of(self, name: str) -> Place:
        """Where the key stands; where it is missing, the mapping's own place."""
        return next((key.place for key, _ in self.entries if key.text == name), self.place)


Node = ScalarNode | ListNode | MapNode


def described(node: Node) -> str:
    """``a list``, ``a mapping``, ``nothing``, or the text in quotes."""
    if isinstance(node, ListNode):
        return "a list"
    if isinstance(node, MapNode):
        return "a mapping"
    return "nothing" if node.nothing else quoted(node.text)
