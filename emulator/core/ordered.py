"""Ordered: a sorted list that stays quick when it is long.

A plain list moves everything behind the place of an insertion; sortedcontainers, which does what is
done here, has not been released since 2021. Entries are tuples, and compare as such.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from itertools import accumulate, chain
from typing import Any

Entry = tuple[Any, ...]

BLOCK = 1000  # entries; a block that grows to twice as many is cut in two


class Ordered:
    """Entries in ascending order, in blocks; no two are equal."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        everything = sorted(entries)
        starts = range(0, len(everything), BLOCK)
        self._blocks = [everything[start : start + BLOCK] for start in starts]
        self._lasts = [block[-1] for block in self._blocks]
        self._ends: list[int] | None = None  # how many there are up to the end of each block

    def __len__(self) -> int:
        ends = self._counted()
        return ends[-1] if ends else 0

    def __iter__(self) -> Iterator[Entry]:
        return chain.from_iterable(self._blocks)

    def rank(self, key: Entry) -> int:
        """How many entries are before the key; a key that is shorter is before what it begins."""
        number = bisect_left(self._lasts, key)
        if number == len(self._blocks):
            return len(self)
        before = self._counted()[number - 1] if number else 0
        return before + bisect_left(self._blocks[number], key)

    def at(self, position: int) -> Entry:
        number, start = self._place(position)
        return self._blocks[number][position - start]

    def between(self, begin: int, end: int) -> Iterator[Entry]:
        """The entries from one position up to another, which is not included."""
        while begin < end:
            number, start = self._place(begin)
            yield from self._blocks[number][begin - start : end - start]
            begin = start + len(self._blocks[number])

    def add(self, entry: Entry) -> None:
        self._ends = None
        if not self._blocks:
            self._blocks, self._lasts = [[entry]], [entry]
            return
        number = min(bisect_left(self._lasts, entry), len(self._blocks) - 1)
        block = self._blocks[number]
        block.insert(bisect_left(block, entry), entry)
        self._lasts[number] = block[-1]
        if len(block) >= 2 * BLOCK:
            self._blocks[number : number + 1] = [block[:BLOCK], block[BLOCK:]]
            self._lasts[number : number + 1] = [block[BLOCK - 1], block[-1]]

    def remove(self, entry: Entry) -> None:
        """Take out an entry that is there."""
        self._ends = None
        number = bisect_left(self._lasts, entry)
        block = self._blocks[number]
        del block[bisect_left(block, entry)]
        if block:
            self._lasts[number] = block[-1]
        else:
            del self._blocks[number], self._lasts[number]

    def _place(self, position: int) -> tuple[int, int]:
        """Which block has the position, and the position of its first entry."""
        ends = self._counted()
        number = bisect_right(ends, position)
        return number, ends[number - 1] if number else 0

    def _counted(self) -> list[int]:
        if self._ends is None:
            self._ends = list(accumulate(map(len, self._blocks)))
        return self._ends
