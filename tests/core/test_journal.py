from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from emulator.core.journal import Exchange, Journal
from emulator.core.messages import Part, Request, Response

T0 = datetime(2026, 1, 5, 9, tzinfo=UTC)


def exchange(asked: bytes = b"", answered: bytes = b"", parts: tuple[Part, ...] = ()) -> Exchange:
    request = Request("POST", "/", body=asked, parts=parts)
    return Exchange("toy", request, Response(200, answered), T0)


def test_exchanges_are_kept_oldest_first() -> None:
    journal = Journal()
    first, second = exchange(b"1"), exchange(b"2")

    journal.record(first)
    journal.record(second)

    assert list(journal) == [first, second]
    assert len(journal) == journal.count == 2


def test_the_oldest_go_first_when_there_are_too_many() -> None:
    journal = Journal(most=2)

    for number in range(4):
        journal.record(exchange(str(number).encode()))

    assert [one.request.body for one in journal] == [b"2", b"3"]
    assert len(journal) == 2
    assert journal.count == 4


def test_the_oldest_go_first_when_they_are_too_large() -> None:
    journal = Journal(most_bytes=10)

    for asked in (b"1234", b"5678", b"9"):
        journal.record(exchange(asked, b"!"))

    assert [one.request.body for one in journal] == [b"5678", b"9"]


def test_the_size_counts_both_bodies_and_the_parts_of_an_upload() -> None:
    assert exchange(b"12345", b"67", (Part("a", b"34"),)).size == 9


def test_a_body_that_is_too_large_alone_is_not_kept_and_drives_nobody_out() -> None:
    journal = Journal(most_bytes=10)
    small, large = exchange(b"1"), exchange(b"2" * 11, b"3", (Part("a", b"4"),))

    journal.record(small)
    given = journal.record(large)

    assert given is large
    assert list(journal) == [
        small,
        Exchange(
            "toy",
            Request("POST", "/"),
            Response(200),
            T0,
            notes=("bodies of 13 bytes were not kept",),
        ),
    ]


def test_a_journal_may_be_read_while_it_is_written() -> None:
    journal = Journal()
    journal.record(exchange())

    for one in journal:
        journal.record(one)

    assert len(journal) == 2


@given(st.lists(st.binary(max_size=9)), st.integers(0, 5), st.integers(0, 20))
def test_a_journal_keeps_its_bounds(bodies: list[bytes], most: int, most_bytes: int) -> None:
    journal = Journal(most=most, most_bytes=most_bytes)

    for body in bodies:
        journal.record(exchange(body))

    assert len(journal) <= most
    assert sum(one.size for one in journal) <= most_bytes
    assert journal.count == len(bodies)
