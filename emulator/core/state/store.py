"""Store: what has been made, in order."""

from bisect import bisect_right
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, TypeVar
from weakref import proxy

from emulator.core.base.deferral import LONG_RECORDS, TakesLong
from emulator.core.http.problems import NotFound
from emulator.core.state.index import (
    FIRST,
    LAST,
    Index,
    IndexSpec,
    LabelSchedule,
    Record,
    ResultView,
    Wanted,
)
from emulator.core.state.lazy_records import LazyRecords

R = TypeVar("R", bound=Record)


class Store:
    """Records of any kind, each kind in the order in which its records were first put.

    Those of a crowd stand there as numbers until somebody looks at them.
    """

    def __init__(self) -> None:
        self._records: dict[type[Record], dict[str, Record | int]] = {}
        self._indexes: dict[type[Record], Index[Any]] = {}  # of the kinds that were listed
        self._lazy_blocks: list[LazyRecords] = []
        self._block_starts: list[int] = []  # the number of each crowd's first
        self._next = 0
        self.version = 0  # counts the changes
        self._origin: int | None = None  # the version that this is a snapshot of
        self._changed: list[Record] = []  # into a snapshot

    def put(self, record: Record) -> None:
        """Add a record, or take the place of the one with the same id."""
        kind = type(record)
        self.version += 1
        self._records.setdefault(kind, {})[record.id] = record
        if kind in self._indexes:
            self._indexes[kind].put(record.id)
        if self._origin is not None:
            self._changed.append(record)

    @property
    def is_snapshot(self) -> bool:
        return self._origin is not None

    def snapshot(self) -> "Store":
        """The records as they are now, for whoever needs more time than others should wait."""
        copy = Store()
        copy._records = {kind: held.copy() for kind, held in self._records.items()}
        copy._lazy_blocks, copy._block_starts = self._lazy_blocks.copy(), self._block_starts.copy()
        copy.version = copy._origin = self.version
        return copy

    def adopt(self, snapshot: "Store") -> None:
        """Take what was made in a snapshot: all of it, if nothing has changed in between.

        A record that was written there replaces the one that is still here.
        """
        if self.version == snapshot._origin and not snapshot._changed:
            self._records = snapshot._records
            for kind, index in snapshot._indexes.items():
                index.connect(self._record_lookup(index.listing), self._getter(kind))
                self._indexes.setdefault(kind, index)
        for record in snapshot._changed:
            if record.id in self._records.get(type(record), {}):
                self.put(record)

    def put_lazy(self, crowd: LazyRecords) -> None:
        """Add all of a crowd; none of its kinds has been listed yet."""
        self.version += 1
        self._lazy_blocks.append(crowd)
        self._block_starts.append(self._next)
        assert self._indexes.keys().isdisjoint(crowd.kinds)
        places = [self._records.setdefault(kind, {}) for kind in crowd.kinds]
        for number, ids in enumerate(crowd.ids(), self._next):
            for held, id in zip(places, ids, strict=True):
                held[id] = number
        self._next += crowd.count

    def get(self, kind: type[R], id: str) -> R:
        found = self.find(kind, id)
        if found is None:
            raise NotFound(kind.__name__, id)
        return found

    def find(self, kind: type[R], id: str) -> R | None:
        held = self._records.get(kind)
        found = held.get(id) if held else None
        if isinstance(found, int):
            found = self._materialize(self._records[kind], id)
        assert found is None or isinstance(found, kind)
        return found

    def records_with_id(self, id: str) -> list[Record]:
        """The records that have that id, of whatever kind."""
        found: list[Record] = []
        for held in self._records.values():
            record = held.get(id)
            if record is not None:
                found.append(self._materialize(held, id) if isinstance(record, int) else record)
        return found

    def counts(self) -> dict[str, int]:
        """How many records there are of each kind that there is, by its name."""
        return {kind.__name__: len(held) for kind, held in self._records.items() if held}

    def job_count(self) -> int:
        """How many records have a job; none of a crowd is made for that."""
        return sum(len(held) for kind, held in self._records.items() if has_job(kind))

    def jobs(self) -> Iterator[tuple[type[Record], str, datetime]]:
        """The kind, the id and the time of making of each record that has a job.

        None of a crowd is made for that.
        """
        for kind, held in self._records.items():
            if has_job(kind):
                for id, found in held.items():
                    yield kind, id, self._made_at(found)

    def all_records(self) -> Iterator[Record]:
        """All records, kind by kind, each kind in its order."""
        return (
            self._materialize(held, id) for held in self._records.values() for id in tuple(held)
        )

    def delete(self, record: Record) -> None:
        kind = type(record)
        self.version += 1
        del self._records[kind][record.id]
        if kind in self._indexes:
            self._indexes[kind].delete(record.id)

    def select(
        self,
        listing: IndexSpec[R],
        now: datetime,
        wanted: Wanted,
        *,
        since: datetime = FIRST,
        until: datetime = LAST,
    ) -> ResultView[R]:
        """What a list shows; see ``Index.select``. A kind is listed in one way only.

        Raises TakesLong where many records have to be put in order first.
        """
        return self._index(listing).select(now, wanted, since=since, until=until)

    def valid_until(self, listing: IndexSpec[R], now: datetime) -> datetime:
        """The moment before which no record of a list gets another label by itself."""
        return self._index(listing).valid_until(now)

    def oldest_first(self, kind: type[R]) -> Iterator[R]:
        for id in self._records.get(kind, {}):
            yield self.get(kind, id)

    def newest_first(self, kind: type[R]) -> Iterator[R]:
        for id in reversed(self._records.get(kind, {})):
            yield self.get(kind, id)

    def _index(self, listing: IndexSpec[R]) -> Index[R]:
        index: Index[R] | None = self._indexes.get(listing.kind)
        if index is None:
            held = self._records.setdefault(listing.kind, {})
            if len(held) > LONG_RECORDS and not self.is_snapshot:
                raise TakesLong
            index = Index(listing, held, self._record_lookup(listing), self._getter(listing.kind))
            self._indexes[listing.kind] = index
        return index

    def _getter(self, kind: type[R]) -> Callable[[str], R]:
        this = proxy(self)  # an index must not hold the store, or both outlive their tenant
        return lambda id: this.get(kind, id)

    def _materialize(self, held: dict[str, Record | int], id: str) -> Record:
        found = held[id]
        if not isinstance(found, int):
            return found
        place = self._lazy_block_of(found)
        for record in self._lazy_blocks[place].make(found - self._block_starts[place]):
            self._records[type(record)][record.id] = record
        return self._materialize(held, id)

    def _made_at(self, found: Any) -> datetime:
        """When the job of a record was made."""
        if not isinstance(found, int):
            made_at: datetime = found.job.made_at
            return made_at
        place = self._lazy_block_of(found)
        return self._lazy_blocks[place].made_at(found - self._block_starts[place])

    def _lazy_block_of(self, number: int) -> int:
        """Which crowd has that number."""
        return bisect_right(self._block_starts, number) - 1

    def _record_lookup(
        self, listing: IndexSpec[R]
    ) -> Callable[[str], tuple[datetime, LabelSchedule]]:
        """When a record was made and which way it goes; one of a crowd is not made for that."""
        ways = [crowd.way(listing) for crowd in self._lazy_blocks]
        crowds, this = self._lazy_blocks, proxy(self)

        def look(id: str) -> tuple[datetime, LabelSchedule]:
            found = this._records[listing.kind][id]
            if isinstance(found, int):
                place = this._lazy_block_of(found)
                way = ways[place]
                if way is not None:
                    return crowds[place].made_at(found - this._block_starts[place]), way
            record = this.get(listing.kind, id)
            return listing.made_at(record), listing.schedule(record)

        return look


def has_job(kind: type[Record]) -> bool:
    """Whether each record of that kind has a job."""
    return "job" in getattr(kind, "__struct_fields__", ())
