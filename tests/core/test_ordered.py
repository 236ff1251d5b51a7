from itertools import permutations

import pytest

from emulator.core.ordered import BLOCK, Ordered

MANY = 5 * BLOCK  # enough for blocks to be cut


def numbers(count: int) -> list[tuple[int, str]]:
    return [(number, "entry") for number in range(count)]


def test_what_is_added_stands_in_order() -> None:
    for order in permutations(numbers(4)):
        ordered = Ordered()
        for entry in order:
            ordered.add(entry)

        assert list(ordered) == numbers(4)


def test_many_stay_in_order_whether_they_come_at_once_or_one_by_one() -> None:
    # 7 and MANY have no common factor: every number comes once.
    mixed = [((7 * number) % MANY, "entry") for number in range(MANY)]
    grown = Ordered()
    for entry in mixed:
        grown.add(entry)

    assert list(grown) == list(Ordered(mixed)) == numbers(MANY)
    assert len(grown) == MANY


def test_a_rank_is_how_many_are_before() -> None:
    ordered = Ordered(numbers(MANY))

    assert [ordered.rank((number,)) for number in (-1, 0, 1, BLOCK, MANY - 1, MANY)] == [
        0,
        0,
        1,
        BLOCK,
        MANY - 1,
        MANY,
    ]
    assert ordered.rank((BLOCK, "entry")) == BLOCK
    assert ordered.rank((BLOCK, "later")) == BLOCK + 1


@pytest.mark.parametrize("begin", [0, 1, BLOCK - 1, BLOCK, 2 * BLOCK + 7])
@pytest.mark.parametrize("count", [0, 1, 20, 2 * BLOCK])
def test_a_slice_is_found_wherever_it_begins(begin: int, count: int) -> None:
    ordered = Ordered(numbers(MANY))

    assert list(ordered.between(begin, begin + count)) == numbers(MANY)[begin : begin + count]


def test_an_entry_is_found_by_its_position() -> None:
    ordered = Ordered(numbers(MANY))

    assert ordered.at(0) == (0, "entry")
    assert ordered.at(2 * BLOCK) == (2 * BLOCK, "entry")


def test_what_is_removed_is_gone() -> None:
    ordered = Ordered(numbers(MANY))

    for entry in numbers(MANY)[1:]:
        ordered.remove(entry)

    assert list(ordered) == [(0, "entry")]
    assert len(ordered) == 1


def test_an_empty_one_has_nothing() -> None:
    ordered = Ordered()

    assert len(ordered) == ordered.rank((1,)) == 0
    assert list(ordered.between(0, 0)) == []
