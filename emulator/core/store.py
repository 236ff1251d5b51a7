"""Store: what has been made, in order."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, TypeVar

from emulator.core.index import FIRST, LAST, Index, Listing, Record, Selection, Wanted
from emulator.core.problems import NotFound

R = TypeVar("R", bound=Record)


class Store:
    """Records of any kind, each kind in the order in which its records were first put."""

    def __init__(self) -> None:
        self._records: dict[type[Record], dict[str, Record]] = {}
        self._indexes: dict[type[Record], Index[Any]] = {}  # of the kinds that were listed

    def put(self, record: Record) -> None:
        """Add a record, or take the place of the one with the same id."""
        kind = type(record)
        self._records.setdefault(kind, {})[record.id] = record
        if kind in self._indexes:
            self._indexes[kind].put(record.id)

    def get(self, kind: type[R], id: str) -> R:
        found = self.find(kind, id)
        if found is None:
            raise NotFound(kind.__name__, id)
        return found

    def find(self, kind: type[R], id: str) -> R | None:
        found = self._records.get(kind, {}).get(id)
        assert found is None or isinstance(found, kind)
        return found

    def with_id(self, id: str) -> list[Record]:
        """The records that have that id, of whatever kind."""
        return [held[id] for held in self._records.values() if id in held]

    def everything(self) -> Iterator[Record]:
        """All records, kind by kind, each kind in its order."""
        return (record for held in self._records.values() for record in tuple(held.values()))

    def delete(self, record: Record) -> None:
        kind = type(record)
        del self._records[kind][record.id]
        if kind in self._indexes:
            self._indexes[kind].delete(record.id)

    def select(
        self,
        listing: Listing[R],
        now: datetime,
        wanted: Wanted,
        *,
        since: datetime = FIRST,
        until: datetime = LAST,
    ) -> Selection[R]:
        """What a list shows; see ``Index.select``. A kind is listed in one way only."""
        index: Index[R] | None = self._indexes.get(listing.kind)
        if index is None:
            records: Any = self._records.setdefault(listing.kind, {})
            index = self._indexes[listing.kind] = Index(listing, records)
        return index.select(now, wanted, since=since, until=until)

    def oldest_first(self, kind: type[R]) -> Iterator[R]:
        for record in self._records.get(kind, {}).values():
            assert isinstance(record, kind)
            yield record

    def newest_first(self, kind: type[R]) -> Iterator[R]:
        for record in reversed(self._records.get(kind, {}).values()):
            assert isinstance(record, kind)
            yield record
