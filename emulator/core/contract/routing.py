"""Routing: a path to the operations that are documented for it."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from msgspec import Struct, field

from emulator.core.contract.openapi import BRACES, Operation, ParsingRules
from emulator.core.http.problems import NoOperation, WrongMethod


class Node(Struct):
    """What may follow one segment of a path; a literal segment goes before a template."""

    literals: dict[str, "Node"] = field(default_factory=dict)
    templates: list["Template"] = field(default_factory=list)
    operations: dict[str, Operation] = field(default_factory=dict)  # by method


class Template(Struct, dict=True):
    """A segment with parameters in it, and what may follow it."""

    segment: str
    flags: re.RegexFlag
    node: Node

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        pieces = BRACES.split(self.segment)  # literal, name, literal, name, ..., literal
        named = [
            f"(?P<{piece}>[^/]+)" if i % 2 else re.escape(piece) for i, piece in enumerate(pieces)
        ]
        return re.compile("".join(named), self.flags)


Match = tuple[Node, Mapping[str, str]]  # the end of a documented path, and the path's parameters


class Routes:
    def __init__(self, operations: Iterable[Operation], habits: ParsingRules) -> None:
        self._habits = habits
        self._root = Node()
        self.paths: dict[str, None] = {}  # each once, in order
        for operation in operations:
            self._add(operation)

    def find(self, method: str, path: str) -> tuple[Operation, Mapping[str, str]]:
        """The operation, and its path parameters as they stand in the path.

        A path may be like several documented ones: the first that has the method is taken.
        """
        wanted = "GET" if method == "HEAD" and self._habits.head == "as_get" else method
        allowed: set[str] = set()
        for node, parameters in self._matches(path):
            if wanted in node.operations:
                return node.operations[wanted], parameters
            allowed.update(node.operations)
        if not allowed:
            raise NoOperation(method, path)
        raise WrongMethod(method, path, tuple(sorted(allowed)))

    def has_path(self, path: str) -> bool:
        """Whether a path is documented, whatever the method."""
        return any(True for _ in self._matches(path))

    def _matches(self, path: str) -> Iterator[Match]:
        """The documented paths that this one is like, the most literal first."""
        if self._habits.trailing_slash == "tolerated" and len(path) > 1:
            path = path.rstrip("/")
        segments = path.split("/")[1:]
        folded = [self._folded(segment) for segment in segments]
        # Most of the way there is but one way to go.
        node, at = self._root, 0
        while at < len(folded) and not node.templates and folded[at] in node.literals:
            node, at = node.literals[folded[at]], at + 1
        return self._walk(node, segments[at:], folded[at:], {})

    def _walk(
        self, node: Node, segments: list[str], folded: list[str], parameters: Mapping[str, str]
    ) -> Iterator[Match]:
        if not segments:
            if node.operations:
                yield node, parameters
            return
        literal = node.literals.get(folded[0])
        if literal:
            yield from self._walk(literal, segments[1:], folded[1:], parameters)
        for template in node.templates:
            match = template.pattern.fullmatch(segments[0])
            if match:
                found = {**parameters, **match.groupdict()}
                yield from self._walk(template.node, segments[1:], folded[1:], found)

    def _add(self, operation: Operation) -> None:
        node = self._root
        for segment in operation.path.split("/")[1:]:
            node = self._child(node, segment)
        node.operations[operation.method] = operation
        self.paths[operation.path] = None

    def _child(self, node: Node, segment: str) -> Node:
        if "{" not in segment:
            return node.literals.setdefault(self._folded(segment), Node())
        for known in node.templates:
            if known.segment == segment:
                return known.node
        child = Node()
        node.templates.append(Template(segment, self._flags(), child))
        # The most literal template first: {id}:ping before {id}.
        node.templates.sort(key=lambda one: -len(BRACES.sub("", one.segment)))
        return child

    def _flags(self) -> re.RegexFlag:
        return re.IGNORECASE if self._habits.path_case == "insensitive" else re.RegexFlag(0)

    def _folded(self, segment: str) -> str:
        return segment.lower() if self._habits.path_case == "insensitive" else segment
