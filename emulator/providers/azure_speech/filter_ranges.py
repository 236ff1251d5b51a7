"""Reach: which transcriptions a filter can be passed by, as far as a list is kept in that order."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from msgspec import Struct

from emulator.core.state.index import FIRST, LAST
from emulator.providers.azure_speech.records import State

STATES = frozenset(State)
SECOND = timedelta(seconds=1)  # what is below it is not shown, and not compared


class Reach(Struct, frozen=True):
    """What passes is in one of the states, and was made ``since`` and before ``until``.

    ``exact``: whatever is so passes; nothing else has to be asked.
    """

    states: frozenset[str] = STATES
    since: datetime = FIRST
    until: datetime = LAST
    exact: bool = True

    def __and__(self, other: "Reach") -> "Reach":
        return Reach(
            self.states & other.states,
            max(self.since, other.since),
            min(self.until, other.until),
            self.exact and other.exact,
        )

    def __or__(self, other: "Reach") -> "Reach":
        """As exact as the two where they differ in one thing only, without a gap."""
        same_time = (self.since, self.until) == (other.since, other.until)
        no_gap = self.since <= other.until and other.since <= self.until
        fits = same_time or (self.states == other.states and no_gap)
        return Reach(
            self.states | other.states,
            min(self.since, other.since),
            max(self.until, other.until),
            self.exact and other.exact and fits,
        )

    def __invert__(self) -> "Reach":
        if self.exact and (self.since, self.until) == (FIRST, LAST):
            return Reach(STATES - self.states)
        if self.exact and self.states == STATES and self.since == FIRST:
            return Reach(since=self.until)
        if self.exact and self.states == STATES and self.until == LAST:
            return Reach(until=self.since)
        return UNKNOWN


UNKNOWN = Reach(exact=False)  # of what a list is not kept in the order of


def of_state(word: str, wanted: str) -> Reach:
    return Reach(frozenset({wanted})) if word == "eq" else Reach(STATES - {wanted})


def of_making(word: str, wanted: datetime) -> Reach:
    """Of whole seconds: one that was made at 9:00:00.5 was made at 9:00:00."""
    try:
        return MAKINGS[word](wanted.astimezone(UTC)) if word in MAKINGS else UNKNOWN
    except OverflowError:  # close to the end of all years
        return UNKNOWN


def ceiling(at: datetime) -> datetime:
    whole = at.replace(microsecond=0)
    return whole if whole == at else whole + SECOND


def following(at: datetime) -> datetime:
    return at.replace(microsecond=0) + SECOND


MAKINGS: Mapping[str, Callable[[datetime], Reach]] = {
    "eq": lambda at: Reach(since=ceiling(at), until=following(at)),
    "gt": lambda at: Reach(since=following(at)),
    "ge": lambda at: Reach(since=ceiling(at)),
    "lt": lambda at: Reach(until=ceiling(at)),
    "le": lambda at: Reach(until=following(at)),
}
