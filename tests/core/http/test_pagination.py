import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.core.http.pagination import Page, paginate


@pytest.mark.parametrize(
    ("offset", "limit", "found", "next_offset", "previous_offset"),
    [
        (0, 2, "ab", 2, None),
        (2, 2, "cd", 4, 0),
        (4, 2, "e", None, 2),
        (1, 2, "bc", 3, 0),
        (0, 5, "abcde", None, None),
        (0, 9, "abcde", None, None),
        (7, 2, "", None, 5),
    ],
)
def test_a_page_is_a_slice_with_its_neighbours(
    offset: int, limit: int, found: str, next_offset: int | None, previous_offset: int | None
) -> None:
    slice = paginate("abcde", offset=offset, limit=limit)

    assert slice == Page(tuple(found), offset, limit, 5)
    assert slice.next_offset == next_offset
    assert slice.previous_offset == previous_offset


@pytest.mark.parametrize(
    ("total", "limit", "count"), [(0, 5, 0), (1, 5, 1), (5, 5, 1), (6, 5, 2), (1000, 1, 1000)]
)
def test_pages_are_counted(total: int, limit: int, count: int) -> None:
    assert paginate(range(total), offset=0, limit=limit).count == count


@given(st.lists(st.integers()), st.integers(1, 7))
def test_following_the_next_page_gives_everything_once_in_order(
    items: list[int], limit: int
) -> None:
    found: list[int] = []
    pages = 0
    offset: int | None = 0

    while offset is not None:
        one = paginate(items, offset=offset, limit=limit)
        found += one.items
        pages += 1
        offset = one.next_offset

    assert found == items
    assert pages == max(1, one.count)


@given(st.integers(0, 50), st.integers(0, 60), st.integers(1, 7))
def test_the_way_back_leads_to_the_first_page(total: int, start: int, limit: int) -> None:
    offset: int | None = start
    seen = []

    while offset is not None:
        seen.append(offset)
        offset = paginate(range(total), offset=offset, limit=limit).previous_offset

    assert seen[-1] == 0
    assert seen == sorted(set(seen), reverse=True)
