"""Page: one slice of a list."""

from collections.abc import Sequence
from typing import Generic, TypeVar

from msgspec import Struct

Item = TypeVar("Item")


class Page(Struct, Generic[Item], frozen=True):
    items: tuple[Item, ...]
    offset: int
    limit: int
    total: int  # of the whole list

    @property
    def next_offset(self) -> int | None:
        """Where the next page begins; None on the last one."""
        end = self.offset + self.limit
        return end if end < self.total else None

    @property
    def previous_offset(self) -> int | None:
        """Where the page before begins; None on the first one."""
        return max(0, self.offset - self.limit) if self.offset else None

    @property
    def count(self) -> int:
        """How many pages of this size the whole list has."""
        return -(-self.total // self.limit)


def paginate(items: Sequence[Item], *, offset: int, limit: int) -> Page[Item]:
    return Page(tuple(items[offset : offset + limit]), offset, limit, len(items))
