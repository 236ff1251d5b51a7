"""Store: what has been made, in order."""

from collections.abc import Iterator
from typing import Protocol, TypeVar

from emulator.core.problems import NotFound


class Record(Protocol):
    """A frozen value with an id; a change is another value with the same id."""

    @property
    def id(self) -> str: ...


R = TypeVar("R", bound=Record)


class Store:
    """Records of any kind, each kind in the order in which its records were first put."""

    def __init__(self) -> None:
        self._records: dict[type[Record], dict[str, Record]] = {}

    def put(self, record: Record) -> None:
        """Add a record, or take the place of the one with the same id."""
        self._records.setdefault(type(record), {})[record.id] = record

    def get(self, kind: type[R], id: str) -> R:
        found = self.find(kind, id)
        if found is None:
            raise NotFound(kind.__name__, id)
        return found

    def find(self, kind: type[R], id: str) -> R | None:
        found = self._records.get(kind, {}).get(id)
        assert found is None or isinstance(found, kind)
        return found

    def with_id(self, id: str) -> Iterator[Record]:
        """The records that have that id, of whatever kind."""
        return (held[id] for held in self._records.values() if id in held)

    def everything(self) -> Iterator[Record]:
        """All records, kind by kind, each kind in its order."""
        return (record for held in self._records.values() for record in tuple(held.values()))

    def delete(self, record: Record) -> None:
        del self._records[type(record)][record.id]

    def oldest_first(self, kind: type[R]) -> Iterator[R]:
        for record in self._records.get(kind, {}).values():
            assert isinstance(record, kind)
            yield record

    def newest_first(self, kind: type[R]) -> Iterator[R]:
        for record in reversed(self._records.get(kind, {}).values()):
            assert isinstance(record, kind)
            yield record
