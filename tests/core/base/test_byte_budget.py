"""Retention: one bound for many holders."""

from collections import deque

from emulator.core.base.byte_budget import ByteBudget


class Pile:
    """A holder that remembers what was dropped."""

    def __init__(self, retention: ByteBudget) -> None:
        self._retention = retention
        self.numbers: deque[int] = deque()

    def add(self, size: int) -> int:
        self.numbers.append(self._retention.add(self, size))
        return self.numbers[-1]

    def drop_oldest(self) -> None:
        self._retention.remove(self.numbers.popleft())


def test_entries_are_numbered_over_all_holders() -> None:
    retention = ByteBudget()
    first, second = Pile(retention), Pile(retention)

    assert [first.add(5), second.add(6), first.add(7)] == [1, 2, 3]
    assert retention.held_bytes == 18


def test_the_oldest_are_dropped_whoever_holds_them() -> None:
    retention = ByteBudget(15)
    first, second = Pile(retention), Pile(retention)
    first.add(5)
    second.add(6)
    second.add(7)

    retention.enforce()

    assert (list(first.numbers), list(second.numbers)) == ([], [2, 3])
    assert retention.held_bytes == 13


def test_an_entry_of_another_size_keeps_its_place() -> None:
    retention = ByteBudget(15)
    first, second = Pile(retention), Pile(retention)
    number = first.add(5)
    second.add(6)

    retention.resize(number, 10)
    retention.enforce()

    assert (list(first.numbers), list(second.numbers)) == ([], [2])
    assert retention.held_bytes == 6
