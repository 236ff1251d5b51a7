"""Text -> positioned nodes: the one place where a scenario's YAML is read, and only composed."""

import re
from bisect import bisect_left
from typing import Protocol

import yaml
from msgspec import Struct

from emulator.core.scenario.schema.diagnostics import (
    Diagnostics,
    Place,
    ScenarioErrors,
    quote,
    sentence,
)
from emulator.core.scenario.schema.nodes import (
    MAX_BYTES,
    ListNode,
    MapNode,
    Node,
    ScalarNode,
    describe_node,
)
from emulator.core.scenario.schema.yaml_errors import NAMES, YamlComplaint, explain_error

MAX_NODES = 100_000  # in the file, and again once its aliases are written out
MAX_DEPTH = 50

LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
MERGE = "tag:yaml.org,2002:merge"
UNPRINTABLE = re.compile(
    "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
STARTS = (yaml.MappingStartEvent, yaml.SequenceStartEvent)
ENDS = (yaml.MappingEndEvent, yaml.SequenceEndEvent)
TOO_MANY = f"more than {MAX_NODES:,} values, with what its aliases repeat"
TOO_DEEP = f"nested deeper than {MAX_DEPTH} levels"
# JSON's way to write a character beyond U+FFFF, which YAML does not have.
PAIR = r"(?<!\\)((?:\\\\)*)\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})"
SHORTER = len(r"\ud83d\udc4d") - len(r"\U0001f44d")

Entries = dict[str, tuple[ScalarNode, Node]]


class YamlMark(Protocol):
    """A place as YAML's reader has it: both from 0. There is one in Python and one in C."""

    @property
    def line(self) -> int: ...
    @property
    def column(self) -> int: ...
    @property
    def index(self) -> int: ...  # from the beginning of the text


class Positions(Struct, frozen=True):
    """Where marks are in the author's text, of which some escapes have been made ``SHORTER``."""

    shortened: tuple[int, ...] = ()  # where those begin, by index

    def of(self, mark: YamlMark | None) -> Place:
        assert mark is not None  # what comes from a text has its mark
        line_begin = mark.index - mark.column
        before = bisect_left(self.shortened, mark.index) - bisect_left(self.shortened, line_begin)
        return Place(mark.line + 1, mark.column + 1 + before * SHORTER)


def parse(source: str | bytes, problems: Diagnostics) -> MapNode:
    """The mapping that the file is; keys that stand twice are put on the list.

    Raises ScenarioErrors where nothing more can be read.
    """
    text, places = join_surrogates(decode_text(source, problems))
    root = compose(text, places, problems)
    if root is None:
        raise problems.fail(Place(1, 1), "a scenario is a mapping; this one is empty")
    node = NodeBuilder(places, problems).node(root)
    if not isinstance(node, MapNode):
        what = f"a scenario is a mapping (keys and values), not {describe_node(node)}"
        raise problems.fail(node.place, what)
    return node


def decode_text(source: str | bytes, problems: Diagnostics) -> str:
    """The text, without a byte order mark; every character of it is one that YAML allows."""
    try:
        data = source.encode() if isinstance(source, str) else source
        if len(data) > MAX_BYTES:
            raise problems.fail(Place(1, 1), f"larger than {MAX_BYTES // 1_000_000} MB")
        text = data.decode().removeprefix("\ufeff")
    except UnicodeEncodeError as error:
        raise problems.fail(position_in(error.object[: error.start]), "half a character") from None
    except UnicodeDecodeError as error:
        before = error.object[: error.start].decode()
        what = f"not UTF-8: byte 0x{error.object[error.start]:02x}"
        raise problems.fail(position_in(before), what) from None
    strange = UNPRINTABLE.search(text)
    if strange:
        what = f"a character that YAML does not allow: U+{ord(strange[0]):04X}"
        raise problems.fail(position_in(text[: strange.start()]), what)
    return text


def join_surrogates(text: str) -> tuple[str, Positions]:
    """The text, in JSON with YAML's escapes for characters beyond U+FFFF."""
    if not text.lstrip().startswith("{"):
        return text, Positions()
    found: list[int] = []

    def joined(match: re.Match[str]) -> str:
        high, low = int(match[2], 16), int(match[3], 16)
        found.append(match.end(1) - SHORTER * len(found))
        return f"{match[1]}\\U{0x10000 + ((high & 0x3FF) << 10) + (low & 0x3FF):08x}"

    return re.sub(PAIR, joined, text), Positions(tuple(found))


def compose(text: str, places: Positions, problems: Diagnostics) -> yaml.Node | None:
    """YAML's own nodes. The guard has been through before: composing goes down by recursion."""
    try:
        YamlGuard(places, problems).walk(text)
        root: yaml.Node | None = yaml.compose(text, LOADER)
    except yaml.MarkedYAMLError as error:
        raise not_yaml(error, text, places, problems) from None
    return root


def not_yaml(
    error: yaml.MarkedYAMLError, text: str, places: Positions, problems: Diagnostics
) -> ScenarioErrors:
    mark, said = error.problem_mark, error.problem
    assert mark is not None  # what is raised while composing has both
    assert said is not None
    begun = error.context_mark or mark
    token = NAMES.match(text, begun.index)
    assert token is not None  # it matches nothing, too
    complaint = YamlComplaint(
        said=said,
        doing=error.context or "",
        at=places.of(mark),
        begun=places.of(begun),
        sign=text[mark.index : mark.index + 1],
        token=token[0],
    )
    place, sentence = explain_error(complaint)
    return problems.fail(place, f"not YAML: {sentence}")


class YamlGuard:
    """Goes through the events, without recursion, and stops at what is not of the language."""

    def __init__(self, places: Positions, problems: Diagnostics) -> None:
        self._places = places
        self._problems = problems
        self._anchors: set[str] = set()
        self._count = self._depth = self._documents = 0

    def walk(self, text: str) -> None:
        for event in yaml.parse(text, LOADER):
            wrong = self._wrong(event)
            if wrong:
                raise self._problems.fail(self._places.of(event.start_mark), wrong)

    def _wrong(self, event: yaml.Event) -> str:
        """What is wrong with this event; empty: nothing."""
        self._depth += isinstance(event, STARTS) - isinstance(event, ENDS)
        self._documents += isinstance(event, yaml.DocumentStartEvent)
        self._count += isinstance(event, yaml.NodeEvent)
        if self._documents > 1:
            return "a second document; a scenario is one"
        if self._count > MAX_NODES:
            return TOO_MANY
        if self._depth > MAX_DEPTH:
            return TOO_DEEP
        return self._wrong_name(event)

    def _wrong_name(self, event: yaml.Event) -> str:
        tag = getattr(event, "tag", None)
        if tag:
            return f"tags are not part of the language: {quote(tag)}"
        anchor = getattr(event, "anchor", None)
        if anchor is None:
            return ""
        if isinstance(event, yaml.AliasEvent):
            return "" if anchor in self._anchors else self._unknown(anchor)
        if anchor in self._anchors:
            return f"the anchor {quote(anchor)} stands twice"
        self._anchors.add(anchor)
        return ""

    def _unknown(self, anchor: str) -> str:
        what = f"an alias without its anchor: {quote(anchor)}"
        if not self._anchors:
            return f'{what}; a text that begins with "*" needs quotes: "*{anchor}"'
        return sentence(what, given=anchor, allowed=sorted(self._anchors))


class NodeBuilder:
    """YAML's nodes -> ours: aliases and merge keys written out, each node with its place."""

    def __init__(self, places: Positions, problems: Diagnostics) -> None:
        self._places = places
        self._problems = problems
        self._count = 0
        self._above: list[yaml.Node] = []  # from the top to where we are

    def node(self, raw: yaml.Node) -> Node:
        self._count += 1
        self._check(raw)
        place = self._places.of(raw.start_mark)
        if isinstance(raw, yaml.ScalarNode):
            self._check_text(raw.value, place)
            return ScalarNode(place, raw.value, plain=not raw.style)
        self._above.append(raw)
        made = self._mapping(raw) if isinstance(raw, yaml.MappingNode) else self._list(raw)
        self._above.pop()
        return made

    def _check(self, raw: yaml.Node) -> None:
        place = self._places.of(raw.start_mark)
        if any(raw is one for one in self._above):
            raise self._problems.fail(place, "an alias that contains itself")
        if self._count > MAX_NODES:
            raise self._problems.fail(place, TOO_MANY)
        if len(self._above) > MAX_DEPTH:
            raise self._problems.fail(place, TOO_DEEP)

    def _check_text(self, text: str, place: Place) -> None:
        strange = UNPRINTABLE.search(text)
        if strange:
            what = f"an escape for a character that no text has: U+{ord(strange[0]):04X}"
            self._problems.add(place, what)

    def _list(self, raw: yaml.Node) -> ListNode:
        return ListNode(
            self._places.of(raw.start_mark), tuple(self.node(item) for item in raw.value)
        )

    def _mapping(self, raw: yaml.MappingNode) -> MapNode:
        own: Entries = {}
        merged: Entries = {}
        merges: list[Place] = []
        for key_raw, value_raw in raw.value:
            if key_raw.tag == MERGE and not key_raw.style:
                self._merge(value_raw, merged)
                merges.append(self._places.of(key_raw.start_mark))
                self._twice("<<", merges)
            else:
                self._entry(key_raw, value_raw, own)
        entries = {**own, **{name: entry for name, entry in merged.items() if name not in own}}
        self._count += len(merged)
        return MapNode(self._places.of(raw.start_mark), tuple(entries.values()))

    def _entry(self, key_raw: yaml.Node, value_raw: yaml.Node, own: Entries) -> None:
        key, value = self.node(key_raw), self.node(value_raw)
        if not isinstance(key, ScalarNode) or key.nothing:
            self._problems.add(key.place, f"a key is a text, not {describe_node(key)}")
        elif key.text in own:
            self._twice(key.text, [own[key.text][0].place, key.place])
        else:
            own[key.text] = key, value

    def _twice(self, name: str, places: list[Place]) -> None:
        first, *others = places
        for place in others:
            what = f"the key {quote(name)} stands twice; first in line {first.line}"
            self._problems.add(place, what)

    def _merge(self, raw: yaml.Node, merged: Entries) -> None:
        """YAML's merge key: a mapping, or a list of them; what comes first wins."""
        source = self.node(raw)
        for one in source.items if isinstance(source, ListNode) else (source,):
            if not isinstance(one, MapNode):
                what = f'"<<" takes a mapping or a list of mappings, not {describe_node(one)}'
                self._problems.add(one.place, what)
                continue
            for key, value in one.entries:
                merged.setdefault(key.text, (key, value))


def position_in(before: str) -> Place:
    """Where a text goes on: after these characters."""
    lines = re.split("\r\n|[\r\n\x85\u2028\u2029]", before)
    return Place(len(lines), len(lines[-1]) + 1)
