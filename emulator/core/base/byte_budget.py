"""Retention: the bound that all journals of one emulator share."""

from collections import OrderedDict
from threading import RLock
from typing import Protocol

MOST_BYTES = 256_000_000


class BudgetHolder(Protocol):
    """What holds entries, in the order in which they were added."""

    def drop_oldest(self) -> None:
        """Drop the oldest entry, and remove it from the retention."""


class ByteBudget:
    """Counts what all holders have; the oldest entries go first, whoever holds them."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self.most_bytes = most_bytes
        self.lock = RLock()  # of holders that threads share
        self.held_bytes = 0
        self._count = 0
        self._entries: OrderedDict[int, tuple[BudgetHolder, int]] = OrderedDict()  # oldest first

    def add(self, holder: BudgetHolder, size: int) -> int:
        """Count an entry, which is the holder's newest; gives its number."""
        self._count += 1
        self._entries[self._count] = holder, size
        self.held_bytes += size
        return self._count

    def resize(self, number: int, size: int) -> None:
        holder, before = self._entries[number]
        self._entries[number] = holder, size
        self.held_bytes += size - before

    def remove(self, number: int) -> None:
        _, size = self._entries.pop(number)
        self.held_bytes -= size

    def enforce(self) -> None:
        """Have the oldest entries dropped until the rest fits."""
        while self.held_bytes > self.most_bytes:
            holder, _ = next(iter(self._entries.values()))
            holder.drop_oldest()
