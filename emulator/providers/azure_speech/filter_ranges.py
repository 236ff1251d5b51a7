"""Reach: which transcriptions a filter can be passed by, as far as a list is kept in that order."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from msgspec import Struct

from emulator.core.state.index import FIRST, LAST
from emulator.providers.azure_speech.records import State

STATES = frozenset(State)
SECOND = timedelta(seconds=1)  # what is below it is not shown, and not compared


class IndexRange(Struct, frozen=True):
    """What passes is in one of the states, and was made ``since`` and before ``until``.

    ``exact``: whatever is so passes; nothing else has to be asked.
    """

    states: frozenset[str] = STATES
    since: datetime = FIRST
    until: datetime = LAST
    exact: bool = True

    def __and__(self, other: "IndexRange") -> "IndexRange":
        return IndexRange(
            self.states & other.states,
            max(self.since, other.since),
            min(self.until, other.until),
            self.exact and other.exact,
        )

    def __or__(self, other: "IndexRange") -> "IndexRange":
        """As exact as the two where they differ in one thing only, without a gap."""
        same_time = (self.since, self.until) == (other.since, other.until)
        no_gap = self.since <= other.until and other.since <= self.until
        fits = same_time or (self.states == other.states and no_gap)
        return IndexRange(
            self.states | other.states,
            min(self.since, other.since),
            max(self.until, other.until),
            self.exact and other.exact and fits,
        )

    def __invert__(self) -> "IndexRange":
        if self.exact and (self.since, self.until) == (FIRST, LAST):
            return IndexRange(STATES - self.states)
        if self.exact and self.states == STATES and self.since == FIRST:
            return IndexRange(since=self.until)
        if self.exact and self.states == STATES and self.until == LAST:
            return IndexRange(until=self.since)
        return UNKNOWN


UNKNOWN = IndexRange(exact=False)  # of what a list is not kept in the order of


def state_range(word: str, wanted: str) -> IndexRange:
    return IndexRange(frozenset({wanted})) if word == "eq" else IndexRange(STATES - {wanted})


def creation_range(word: str, wanted: datetime) -> IndexRange:
    """Of whole seconds: one that was made at 9:00:00.5 was made at 9:00:00."""
    try:
        return MAKINGS[word](wanted.astimezone(UTC)) if word in MAKINGS else UNKNOWN
    except OverflowError:  # close to the end of all years
        return UNKNOWN


def rounded_up(at: datetime) -> datetime:
    whole = at.replace(microsecond=0)
    return whole if whole == at else whole + SECOND


def next_instant(at: datetime) -> datetime:
    return at.replace(microsecond=0) + SECOND


MAKINGS: Mapping[str, Callable[[datetime], IndexRange]] = {
    "eq": lambda at: IndexRange(since=rounded_up(at), until=next_instant(at)),
    "gt": lambda at: IndexRange(since=next_instant(at)),
    "ge": lambda at: IndexRange(since=rounded_up(at)),
    "lt": lambda at: IndexRange(until=rounded_up(at)),
    "le": lambda at: IndexRange(until=next_instant(at)),
}
