"""Crowd: many records that are alike, each of which is made when it is looked at."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TypeVar

from msgspec import Struct

from emulator.core.state.index import IndexSpec, LabelSchedule, Record

R = TypeVar("R", bound=Record)


class LazyRecords(Struct, frozen=True):
    """``make`` gives the records that a number stands for, from 0; the same ones each time.

    Their kinds and ids, and when they were ``made_at``, are known without making them. ``ids``
    gives those of each number, in the order of ``kinds``.
    """

    count: int
    kinds: tuple[type[Record], ...]
    ids: Callable[[], Iterable[tuple[str, ...]]]
    made_at: Callable[[int], datetime]
    make: Callable[[int], tuple[Record, ...]]

    def way(self, listing: IndexSpec[R]) -> LabelSchedule | None:
        """Which way all of them go in a list; None: they have to be looked at one by one.

        The phase that a job has come to follows from its age, and never goes back: where the
        oldest and the newest go one way, all between them do.
        """
        ends = (0, self.count - 1)
        records = [
            one for number in ends for one in self.make(number) if isinstance(one, listing.kind)
        ]
        ways = {listing.schedule(record) for record in records}
        expected = [self.made_at(number) for number in ends]
        known = len(ways) == 1 and [listing.made_at(record) for record in records] == expected
        return ways.pop() if known else None
