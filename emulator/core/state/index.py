"""Index: the records of one kind as a list shows them, however many there are.

What becomes of a job, and when, is known from the day it is made. So records that go the same way
are held together, in the order in which they were made: those that are in one state at a moment
are neighbours there, and two searches find where they begin and end. Nothing is moved when the
clock is: a page of any state at any moment costs a few searches, and so does its count.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from heapq import merge
from itertools import islice
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar, overload

from msgspec import Struct

if TYPE_CHECKING:
    from sortedcontainers import SortedList


class Record(Protocol):
    """A frozen value with an id; a change is another value with the same id."""

    @property
    def id(self) -> str: ...


R = TypeVar("R", bound=Record)

Label = Hashable  # what a list tells records apart by: a state, or more
# What a record is from when on, in microseconds since it was made; in order, the first from ever.
LabelSchedule = tuple[tuple[int, Label], ...]
Wanted = Callable[[Any], bool]

Entry = tuple[Any, ...]  # when made; its place among equals; id; way

MICROSECOND = timedelta(microseconds=1)
FIRST, LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


class IndexSpec(Struct, Generic[R], frozen=True):
    """How a list shows one kind of record.

    ``newest_first``, or oldest; those made at one moment in the order in which they were put, or
    ``by_id``.
    """

    kind: type[R]
    made_at: Callable[[R], datetime]
    schedule: Callable[[R], LabelSchedule]
    newest_first: bool = True
    by_id: bool = False


def sorted_entries(entries: Iterable[Entry] = ()) -> "SortedList[Entry]":
    """The entries in ascending order; no two are equal."""
    from sortedcontainers import SortedList  # many a server is never asked for a list

    return SortedList(entries)


class Index(Generic[R]):
    """One kind of record in one list's order. What is put is looked at when the list is."""

    def __init__(
        self,
        listing: IndexSpec[R],
        ids: Iterable[str],
        look: Callable[[str], tuple[datetime, LabelSchedule]],
        get: Callable[[str], R],
    ) -> None:
        """``look`` says when a record was made and which way it goes, ``get`` gives it."""
        self.listing = listing
        self.connect(look, get)
        self._new: dict[str, None] = dict.fromkeys(ids)  # in the order of their putting
        self._entries: dict[str, Entry] = {}
        self._everything = sorted_entries()
        self.schedules: dict[
            LabelSchedule, SortedList[Entry]
        ] = {}  # who goes the same way from now on
        self._entries_by_id: dict[
            LabelSchedule, LabelSchedule
        ] = {}  # each way once, however many go it
        self._put = 0

    def connect(
        self, look: Callable[[str], tuple[datetime, LabelSchedule]], get: Callable[[str], R]
    ) -> None:
        """Look at the records of another store, which has the same ones."""
        self._lookup = look
        self._get = get

    def put(self, id: str) -> None:
        self._new.setdefault(id)

    def delete(self, id: str) -> None:
        self._new.pop(id, None)
        self._remove(id)

    def select(
        self,
        now: datetime,
        wanted: Wanted,
        *,
        since: datetime = FIRST,
        until: datetime = LAST,
    ) -> "ResultView[R]":
        """The records with a wanted label that were made ``since``, and before ``until``."""
        self._merge_new(now)
        runs: list[Slice] = []
        for way, members in self.schedules.items():
            runs += matching_slices(way, members, now, wanted, since, until)
        if sum(run.end - run.begin for run in runs) == len(self._everything):
            runs = [Slice(self._everything, 0, len(self._everything))]
        newest_first = self.listing.newest_first
        return ResultView(self._everything, tuple(runs), self._get, newest_first=newest_first)

    def valid_until(self, now: datetime) -> datetime:
        """The moment before which no record gets another label by itself."""
        self._merge_new(now)
        ahead = (
            next_transition(members, now, after)
            for way, members in self.schedules.items()
            for after, _ in way[1:]
        )
        return min(ahead, default=LAST)

    def _merge_new(self, now: datetime) -> None:
        """Take in what was put since the last look."""
        many = len(self._new) > len(self._entries)
        for id in self._new:
            entry = self._entry(id, self._remove(id), now)
            self._entries[id] = entry
            if not many:
                self._everything.add(entry)
                self._members(entry[-1]).add(entry)
        self._new.clear()
        if many:
            self._sort()

    def _members(self, way: LabelSchedule) -> "SortedList[Entry]":
        members = self.schedules.get(way)
        if members is None:
            members = self.schedules[way] = sorted_entries()
        return members

    def _entry(self, id: str, old: Entry | None, now: datetime) -> Entry:
        made_at, way = self._lookup(id)
        self._put += 1
        place = id if self.listing.by_id else old[1] if old else self._put
        way = future_labels(way, made_at, now)
        return made_at, place, id, self._entries_by_id.setdefault(way, way)

    def _remove(self, id: str) -> Entry | None:
        entry = self._entries.pop(id, None)
        if entry is not None:
            self._everything.remove(entry)
            members = self.schedules[entry[-1]]
            members.remove(entry)
            if not members:
                del self.schedules[entry[-1]]
                self._entries_by_id.pop(entry[-1], None)
        return entry

    def _sort(self) -> None:
        """Rebuild all lists at once, which is quicker than adding entries one by one.

        Entries are grouped by the identity of their way first, since hashing a way is slow, and
        those groups by value: equal ways need not be the same object.
        """
        by_identity: dict[int, list[Entry]] = {}
        for entry in self._entries.values():
            by_identity.setdefault(id(entry[-1]), []).append(entry)
        by_way: dict[LabelSchedule, list[Entry]] = {}
        for entries in by_identity.values():
            by_way.setdefault(entries[0][-1], []).extend(entries)
        self.schedules = {way: sorted_entries(entries) for way, entries in by_way.items()}
        self._everything = sorted_entries(self._entries.values())


class Slice(Struct, frozen=True):
    """Neighbours, from one position up to another."""

    members: "SortedList[Entry]"
    begin: int
    end: int

    def rank(self, key: Entry) -> int:
        """Where the key would stand among them."""
        return min(max(self.members.bisect_left(key), self.begin), self.end)


class ResultView(Sequence[R]):
    """Records in a list's order; a slice costs what it holds, and a few searches."""

    def __init__(
        self,
        everything: "SortedList[Entry]",
        runs: tuple[Slice, ...],
        get: Callable[[str], R],
        *,
        newest_first: bool,
    ) -> None:
        self._everything = everything
        self._runs = runs
        self._get = get
        self._newest_first = newest_first
        self._count = sum(run.end - run.begin for run in runs)

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, place: int) -> R: ...

    @overload
    def __getitem__(self, place: slice) -> tuple[R, ...]: ...

    def __getitem__(self, place: int | slice) -> R | tuple[R, ...]:
        if isinstance(place, int):
            return self[place : place + 1][0]
        begin, end, step = place.indices(self._count)
        assert step == 1  # of a page
        if self._newest_first:
            begin, end = self._count - end, self._count - begin
        found = tuple(self._get(entry[2]) for entry in self._between(begin, end))
        return found[::-1] if self._newest_first else found

    def __iter__(self) -> Iterator[R]:
        return iter(self[:])

    def _between(self, begin: int, end: int) -> Iterator[Entry]:
        """Entries by position, the oldest first."""
        if begin >= end:
            return iter(())
        if len(self._runs) == 1:
            run = self._runs[0]
            return run.members.islice(run.begin + begin, run.begin + end)
        starts = self._starts(begin)
        rest = (run.members.islice(start, run.end) for run, start in starts)
        return islice(merge(*rest), end - begin)

    def _starts(self, position: int) -> list[tuple[Slice, int]]:
        """Where each run goes on after so many records of all runs together."""

        def ranks(number: int) -> list[int]:
            key = self._everything[number][:2]
            return [run.rank(key) for run in self._runs]

        before = sum(run.begin for run in self._runs)
        number = bisect_left(
            range(len(self._everything)), position, key=lambda one: sum(ranks(one)) - before
        )
        return list(zip(self._runs, ranks(number), strict=True))


def future_labels(way: LabelSchedule, made_at: datetime, now: datetime) -> LabelSchedule:
    """What is still to come of a way: those who have come to the same end go the same way."""
    if len(way) == 1:
        return way
    age = (now - made_at) // MICROSECOND
    passed = bisect_right(way, age, lo=1, key=itemgetter(0)) - 1
    return ((0, way[passed][1]), *way[passed + 1 :]) if passed else way


def matching_slices(
    way: LabelSchedule,
    members: "SortedList[Entry]",
    now: datetime,
    wanted: Wanted,
    since: datetime,
    until: datetime,
) -> Iterator[Slice]:
    """Those of a way who have a wanted label now; the later the label, the earlier made."""
    end = LAST
    for (_, label), following in zip(way, (*way[1:], None), strict=True):
        begin = FIRST if following is None else latest_creation(now, following[0])
        if wanted(label):
            run = Slice(
                members,
                members.bisect_left((max(begin, since),)),
                members.bisect_left((min(end, until),)),
            )
            if run.begin < run.end:
                yield run
        end = begin


def next_transition(members: "SortedList[Entry]", now: datetime, after: int) -> datetime:
    """When the next of them will be ``after`` microseconds old."""
    number = members.bisect_left((latest_creation(now, after),))
    if number == len(members):
        return LAST
    made_at: datetime = members[number][0]
    try:
        return made_at + after * MICROSECOND
    except OverflowError:
        return LAST


def latest_creation(now: datetime, after: int) -> datetime:
    """Whoever was made before that moment is older than ``after`` microseconds, or just as old."""
    try:
        return now - after * MICROSECOND + MICROSECOND
    except OverflowError:
        return FIRST
