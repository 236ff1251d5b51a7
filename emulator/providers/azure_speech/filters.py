"""The filter grammar of the lists: a text becomes a question about an entity.

A filter compares properties with values: ``eq`` and ``ne`` for all, ``gt``, ``ge``, ``lt`` and
``le`` for moments; comparisons are joined by ``and``, ``or`` and ``not``. Texts and enumerated
values stand in single quotes, moments do not. Source: the ``filter`` parameter of the published
document.

GUESS: what OData adds to that, whose subset this is: ``not`` binds before ``and`` before ``or``,
there are parentheses, ``''`` is a quote inside a text, names and operators are case-sensitive.
"""

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import reduce
from typing import Any

from msgspec import Struct

from emulator.core.http.problems import Refused
from emulator.providers.azure_speech.filter_ranges import (
    UNKNOWN,
    IndexRange,
    creation_range,
    state_range,
)

Value = str | datetime | None  # None: the entity does not have the property
Values = Mapping[str, Value]
FilterValues = Callable[[Values], bool]
Kind = frozenset[str] | type  # the enumerated values, or str, or datetime
Properties = Mapping[str, Kind]

OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "gt": operator.gt,
    "ge": operator.ge,
    "lt": operator.lt,
    "le": operator.le,
}
ALL_PROPERTIES = ("eq", "ne")  # the operators that are for more than moments
DEEPEST = 50  # parentheses and negations inside each other

TOKEN = (
    r"\s*(?:(?:(?P<text>'(?:[^']|'')*')"
    r"|(?P<moment>\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:\d\d))"
    r"|(?P<word>[A-Za-z]+))(?![\w'])"
    r"|(?P<sign>[()]))"
)


class Filter(Struct, frozen=True):
    """A question about an entity, and how far a list has to be looked through for the answer."""

    matches: FilterValues
    range: IndexRange = UNKNOWN

    def __call__(self, values: Values) -> bool:
        return self.matches(values)

    def __invert__(self) -> "Filter":
        return Filter(lambda values: not self(values), ~self.range)


def one_of(filters: Sequence[Filter]) -> Filter:
    """However many they are, they are asked one after the other, not one inside the other."""
    if len(filters) == 1:
        return filters[0]
    asked = [one.matches for one in filters]
    reach = reduce(operator.or_, (one.range for one in filters))
    return Filter(lambda values: any(passes(values) for passes in asked), reach)


def all_of(filters: Sequence[Filter]) -> Filter:
    if len(filters) == 1:
        return filters[0]
    asked = [one.matches for one in filters]
    reach = reduce(operator.and_, (one.range for one in filters))
    return Filter(lambda values: all(passes(values) for passes in asked), reach)


EVERYTHING = Filter(lambda values: True, IndexRange())
# The properties in whose order the list of transcriptions is kept.
REACHES: Mapping[str, Callable[[str, Any], IndexRange]] = {
    "status": state_range,
    "createdDateTime": creation_range,
}


class Token(Struct, frozen=True):
    kind: str
    text: str


END = Token("end", "the end")


def parse(text: str, properties: Properties) -> Filter:
    """Raise Refused with the inner code UnsupportedFilter when it is outside the grammar."""
    reader = FilterParser(tokens(text), properties)
    found = reader.parse_or(0)
    if reader.next != END:
        raise unsupported(f"'{reader.next.text}' is not expected")
    return found


def tokens(text: str) -> tuple[Token, ...]:
    text, token = text.rstrip(), re.compile(TOKEN, re.ASCII)
    found: list[Token] = []
    at = 0
    while at < len(text):
        match = token.match(text, at)
        if match is None:
            raise unsupported(f"'{text[at:].strip()}' is not expected")
        assert match.lastgroup is not None  # each alternative of TOKEN is a named group
        found.append(Token(match.lastgroup, match[match.lastgroup]))
        at = match.end()
    return (*found, END)


def unsupported(reason: str) -> Refused:
    return Refused("UnsupportedFilter", {"messages": (f"The filter is not supported: {reason}.",)})


class FilterParser:
    """Reads tokens from left to right; each method takes one rule of the grammar off the front."""

    def __init__(self, found: tuple[Token, ...], properties: Properties) -> None:
        self._tokens = found
        self._at = 0
        self._properties = properties

    @property
    def next(self) -> Token:
        return self._tokens[self._at]

    def take(self) -> Token:
        token = self.next
        self._at = min(self._at + 1, len(self._tokens) - 1)
        return token

    def takes(self, text: str) -> bool:
        """Whether that word or sign comes next; then it is taken."""
        found = self.next.kind in ("word", "sign") and self.next.text == text
        if found:
            self.take()
        return found

    def parse_or(self, depth: int) -> Filter:
        found = [self.parse_and(depth)]
        while self.takes("or"):
            found.append(self.parse_and(depth))
        return one_of(found)

    def parse_and(self, depth: int) -> Filter:
        found = [self.parse_term(depth)]
        while self.takes("and"):
            found.append(self.parse_term(depth))
        return all_of(found)

    def parse_term(self, depth: int) -> Filter:
        if depth > DEEPEST:
            raise unsupported("it is nested too deeply")
        if self.takes("not"):
            return ~self.parse_term(depth + 1)
        if self.takes("("):
            inner = self.parse_or(depth + 1)
            if not self.takes(")"):
                raise unsupported(f"')' is expected instead of '{self.next.text}'")
            return inner
        return self.comparison()

    def comparison(self) -> Filter:
        name = self.take().text
        kind = self._properties.get(name)
        if kind is None:
            raise unsupported(f"'{name}' is none of {', '.join(self._properties)}")
        word = self.take().text
        if word not in (OPERATORS if kind is datetime else ALL_PROPERTIES):
            raise unsupported(f"'{word}' is no operator of {name}")
        compare = OPERATORS[word]
        wanted = value(self.take(), name, kind)
        reach = REACHES[name](word, wanted) if name in REACHES else UNKNOWN
        return Filter(lambda values: compare(values[name], wanted), reach)


def value(token: Token, name: str, kind: Kind) -> Value:
    wrong = unsupported(f"'{token.text}' is no value of {name}")
    if kind is datetime:
        return moment(token, wrong)
    if token.kind != "text":
        raise wrong
    text = token.text[1:-1].replace("''", "'")
    # GUESS: a value outside an enumeration is refused, since no entity can have it.
    if isinstance(kind, frozenset) and text not in kind:
        raise wrong
    return text


def moment(token: Token, wrong: Refused) -> datetime:
    if token.kind != "moment":
        raise wrong
    try:
        return datetime.fromisoformat(token.text)
    except ValueError:  # the 30th of February
        raise wrong from None
