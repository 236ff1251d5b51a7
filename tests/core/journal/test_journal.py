import errno
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from emulator.core.base.byte_budget import ByteBudget
from emulator.core.http.bodies import FileSlice, SpoolFiles, spool_content
from emulator.core.http.messages import CachedViolations, Part, Request, Response
from emulator.core.http.problems import Violation
from emulator.core.journal.exchange import OVERHEAD_BYTES, PARSED_TIMES, Exchange, OmittedBody
from emulator.core.journal.journal import Journal

T0 = datetime(2026, 1, 5, 9, tzinfo=UTC)
ANSWER = Response(200)


def exchange(asked: bytes = b"", answered: bytes = b"", parts: tuple[Part, ...] = ()) -> Exchange:
    request = Request("POST", "", body=asked, parts=parts)
    return Exchange("toy", request, Response(200, answered), T0)


def test_exchanges_are_kept_oldest_first() -> None:
    journal = Journal()
    first, second = exchange(b"1"), exchange(b"2")

    journal.record(first)
    journal.record(second)

    assert list(journal) == [first, second]
    assert len(journal) == journal.count == 2


@pytest.mark.parametrize(
    ("count", "since"), [(0, [b"2", b"3"]), (2, [b"2", b"3"]), (3, [b"3"]), (4, [])]
)
def test_what_came_after_so_many_exchanges_is_found_as_far_as_it_is_kept(
    count: int, since: list[bytes]
) -> None:
    journal = Journal(most=2)
    for number in range(4):
        journal.record(exchange(str(number).encode()))

    assert [one.request.body for one in journal.since(count)] == since


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


def test_the_size_counts_heads_both_bodies_and_the_parts_of_a_form() -> None:
    request = Request("GET", "/a", (("b", "c"),), {"d": "ef"})

    assert exchange(b"12345", b"67", (Part("a", b"34"),)).size == 10
    assert exchange(b"", b"", (Part("a", b"34", "b.c", "d/e"),)).size == 9
    assert Exchange("toy", request, Response(200, headers={"G": "h"}), T0).size == 9


def test_the_size_counts_what_is_said_about_an_exchange() -> None:
    violation = Violation("body", ("a", 1), "type", message="is no text")  # a.1
    request = Request("GET", "")

    assert Exchange("toy", request, ANSWER, T0, why=("no", "key")).size == 5
    assert Exchange("toy", request, ANSWER, T0, notes=("a note",)).size == 6
    assert Exchange("toy", request, ANSWER, T0, violations=(violation, violation)).size == 26


def test_the_oldest_go_first_when_the_reasons_are_too_long() -> None:
    journal = Journal(most_bytes=10)

    for number in range(3):
        journal.record(Exchange("toy", Request("GET", ""), ANSWER, T0, why=(f"{number}" * 4,)))

    assert [one.why for one in journal] == [("1111",), ("2222",)]


def test_an_amended_exchange_counts_as_it_is_now() -> None:
    journal = Journal(most_bytes=10)
    first, second = (Exchange("toy", Request("GET", "", id=id), ANSWER, T0) for id in "ab")
    journal.record(first)
    journal.record(second)

    journal.amend(replace(second, notes=("six of",)))
    assert len(journal) == 2
    journal.record(Exchange("toy", Request("GET", "", id="c"), ANSWER, T0, why=("four",)))
    assert [one.id for one in journal] == ["a", "b", "c"]

    journal.amend(replace(second, notes=("seven.",), why=("!",)))
    assert [one.id for one in journal] == ["c"]


def test_an_exchange_that_grows_too_large_is_kept_without_its_bodies() -> None:
    journal = Journal(most_bytes=50)
    asked = Exchange("toy", Request("GET", "", id="a", body=b"2" * 50), ANSWER, T0)
    journal.record(asked)

    journal.amend(replace(asked, why=("!",)))

    [kept] = journal
    assert (kept.request.body, kept.why) == (b"", ("!",))
    assert kept.notes == ("bodies of 50 bytes were not kept",)


def test_an_exchange_that_is_not_kept_any_more_is_not_amended() -> None:
    journal = Journal(most=1)
    gone = Exchange("toy", Request("GET", "", id="a"), ANSWER, T0)
    journal.record(gone)
    journal.record(Exchange("toy", Request("GET", "", id="b"), ANSWER, T0))

    journal.amend(replace(gone, notes=("late",)))

    assert [one.id for one in journal] == ["b"]


def test_the_oldest_of_all_journals_go_first_when_they_take_too_much_together() -> None:
    retention = ByteBudget(OVERHEAD_BYTES * 3 + 20)
    first, second = Journal(retention=retention), Journal(retention=retention)

    for number, journal in enumerate([first, second, second, first, second]):
        journal.record(exchange(str(number).encode()))

    assert [one.request.body for one in first] == [b"3"]
    assert [one.request.body for one in second] == [b"2", b"4"]
    assert retention.held_bytes == OVERHEAD_BYTES * 3 + 3


def test_what_the_others_dropped_makes_room_for_an_own_bound() -> None:
    retention = ByteBudget(OVERHEAD_BYTES + 20)
    first, second = Journal(most_bytes=3, retention=retention), Journal(retention=retention)
    first.record(exchange(b"12"))
    second.record(exchange(b"3"))

    first.record(exchange(b"45"))

    assert [one.request.body for one in first] == [b"45"]
    assert list(second) == []


def test_an_exchange_that_grows_drives_out_the_oldest_of_all() -> None:
    retention = ByteBudget(OVERHEAD_BYTES * 2 + 50)
    first, second = Journal(retention=retention), Journal(retention=retention)
    first.record(exchange(b"1"))
    asked = second.record(Exchange("toy", Request("GET", "", id="a"), ANSWER, T0))

    second.amend(replace(asked, notes=("x" * 49,)))
    assert len(first) == 1

    second.amend(replace(asked, notes=("x" * 50,)))
    assert (len(first), len(second)) == (0, 1)


def test_parsed_json_is_counted_in_memory() -> None:
    retention = ByteBudget()
    journal = Journal(retention=retention)

    journal.record(
        Exchange(
            "toy", Request("POST", "", body=b"[1]", content=[1]), Response(200, b"2", {}, 2), T0
        )
    )

    assert retention.held_bytes == OVERHEAD_BYTES + 4 + 4 * PARSED_TIMES


def test_a_body_that_is_too_large_for_all_journals_is_not_kept() -> None:
    journal = Journal(retention=ByteBudget(OVERHEAD_BYTES + 40))

    journal.record(exchange(b"1" * 41))

    assert [one.notes for one in journal] == [("bodies of 41 bytes were not kept",)]


def test_a_cleared_journal_takes_nothing_of_what_is_shared() -> None:
    retention = ByteBudget()
    journal = Journal(retention=retention)
    journal.record(exchange(b"1"))

    journal.clear()

    assert retention.held_bytes == 0


def test_a_journal_that_leaves_is_whole_and_takes_nothing_of_what_is_shared() -> None:
    retention = ByteBudget()
    journal = Journal(most=2, retention=retention)
    asked = journal.record(Exchange("toy", Request("GET", "", id="a"), ANSWER, T0))

    journal.release()
    journal.release()
    journal.amend(replace(asked, notes=("late",)))
    journal.record(exchange(b"1"))
    journal.record(exchange(b"2"))

    assert [one.request.body for one in journal] == [b"1", b"2"]
    assert retention.held_bytes == 0


def test_a_body_that_is_too_large_alone_is_not_kept_and_drives_nobody_out() -> None:
    journal = Journal(most_bytes=50)
    small, large = exchange(b"1"), exchange(b"2" * 51, b"3")

    journal.record(small)
    given = journal.record(large)

    assert given is large
    assert list(journal) == [
        small,
        Exchange(
            "toy",
            Request("POST", ""),
            Response(200),
            T0,
            notes=("bodies of 52 bytes were not kept",),
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


# What is kept of a body

WAV = b"RIFF, a recording"


def recorded(request: Request, response: Response = ANSWER) -> Exchange:
    journal = Journal()
    journal.record(Exchange("toy", request, response, T0))
    return next(iter(journal))


def digest(data: bytes) -> str:
    return sha256(data).hexdigest()


def test_of_an_uploaded_file_size_and_digest_are_kept() -> None:
    head = {"content-type": "multipart/form-data; boundary=b"}
    parts = (Part("name", b"a"), Part("audio", WAV, "a.wav", "audio/wav"), Part("x", WAV, "x"))

    kept = recorded(Request("POST", "/", headers=head, body=b"--b...", parts=parts))

    assert kept.request.body == b""
    assert kept.request.parts == (
        Part("name", b"a"),
        Part("audio", b"", "a.wav", "audio/wav"),
        Part("x", b"", "x"),
    )
    assert kept.omitted == (
        OmittedBody("request", "multipart/form-data", 6),
        OmittedBody("audio", "audio/wav", 17, digest(WAV), "a.wav"),
        OmittedBody("x", "", 17, digest(WAV), "x"),
    )


@pytest.mark.parametrize(
    "media", ["audio/wav", "video/mp4", "application/octet-stream", "multipart/form-data"]
)
def test_of_a_recording_size_and_digest_are_kept(media: str) -> None:
    response = Response(200, WAV, {"Content-Type": f"{media}; a=b"})

    kept = recorded(Request("PUT", "/", headers={"content-type": media}, body=WAV), response)

    assert (kept.request.body, kept.response.body) == (b"", b"")
    assert kept.omitted == (
        OmittedBody("request", media, 17, digest(WAV)),
        OmittedBody("response", media, 17, digest(WAV)),
    )


def test_a_recording_of_nothing_is_left_as_it_is() -> None:
    head = {"content-type": "audio/wav"}

    assert recorded(Request("PUT", "/", headers=head), Response(200, b"", head)).omitted == ()


@pytest.mark.parametrize("verdicts", [None, {}], ids=["written once", "sent again and again"])
def test_long_json_is_kept_as_its_bytes_alone(verdicts: CachedViolations | None) -> None:
    text = "a" * 5000
    body = f'"{text}"'.encode()
    head = {"content-type": "application/json"}

    kept = recorded(
        Request("POST", "/", headers=head, body=body, content=text),
        Response(200, body, head, text, verdicts),
    )

    assert (kept.request.body, kept.request.content) == (body, None)
    assert (kept.response.body, kept.response.content) == (body, None)


def test_short_json_is_kept_with_its_value() -> None:
    head = {"content-type": "application/json"}

    kept = recorded(Request("POST", "/", headers=head, body=b"1", content=1))

    assert kept.request.content == 1


# Looking back


def test_an_exchange_is_found_by_its_id() -> None:
    journal = Journal()
    one = journal.record(Exchange("toy", Request("GET", "/", id="a"), ANSWER, T0))

    assert journal.find("a") is one
    assert journal.find("b") is None


def test_a_cleared_journal_still_knows_how_many_there_were_and_what_was_met() -> None:
    journal = Journal()
    journal.record(Exchange("toy", Request("GET", "/"), ANSWER, T0, "listNotes"))
    journal.record(Exchange("toy", Request("GET", "/"), Response(404), T0))

    journal.clear()
    journal.record(Exchange("toy", Request("GET", "/"), ANSWER, T0, "listNotes"))

    assert (len(journal), journal.count) == (1, 3)
    assert journal.status_counts == {("toy", "listNotes", 200): 2, ("toy", "", 404): 1}


# Temporary files

LONG = b'"' + b"a" * 100_000 + b'"'


class Unreadable:
    """A file that takes everything and gives nothing."""

    def write(self, data: bytes | bytearray) -> None:
        """It can be written."""

    def read(self, start: int, size: int) -> bytes:
        raise OSError(errno.EIO, "Input/output error")

    def delete(self) -> None:
        """Nothing is there."""


def test_a_journal_holds_no_files(tmp_path: Path) -> None:
    files = SpoolFiles(tmp_path, most_open=0)
    head = {"content-type": "application/json"}
    request = Request("POST", "/", headers=head, body=spool_content([LONG], files))

    kept = recorded(request, Response(200, spool_content([LONG], files), head))
    del request

    assert (kept.request.body, kept.response.body) == (LONG, LONG)
    assert list(tmp_path.iterdir()) == []


def test_a_body_that_cannot_be_read_is_not_kept() -> None:
    head = {"content-type": "application/json"}

    kept = recorded(Request("POST", "/", headers=head, body=spool_content([LONG], Unreadable)))

    assert (kept.request.body, kept.notes) == (b"", ("bodies of 100002 bytes were not kept",))


def test_a_field_of_a_form_is_no_temporary_file_any_more() -> None:
    field = spool_content([bytes(100_000)])
    assert isinstance(field, FileSlice)

    kept = recorded(Request("POST", "/", parts=(Part("a", b"1"), Part("b", field))))

    assert kept.request.parts == (Part("a", b"1"), Part("b", bytes(100_000)))


def test_the_parts_of_a_form_count_for_what_they_take_in_memory() -> None:
    retention = ByteBudget()
    journal = Journal(retention=retention)

    journal.record(exchange(parts=(Part("a", b""),) * 1_000))

    assert retention.held_bytes == 707_000


def test_a_long_content_type_is_cut_in_what_is_said_of_a_body() -> None:
    head = {"content-type": "audio/" + "x" * 60_000}

    kept = recorded(Request("PUT", "/", headers=head, body=WAV))

    assert kept.omitted == (OmittedBody("request", f"audio/{'x' * 494}...", 17, digest(WAV)),)
