from datetime import UTC, datetime, timedelta
from functools import partial
from weakref import ref

import pytest
from msgspec import Struct

from emulator.core.base.byte_budget import ByteBudget
from emulator.core.http.messages import PLACEHOLDER, Json, to_json
from emulator.core.state.response_cache import (
    ENTRY_OVERHEAD,
    MOST_LISTS,
    CachedBody,
    ResponseCache,
    indented_item,
)

T0 = datetime(2026, 1, 5, 9, tzinfo=UTC)


class Note(Struct, frozen=True):
    text: str


def test_a_rendering_is_made_once() -> None:
    renderings, note = ResponseCache(), Note("a")

    first = renderings.body_of(note, "done", lambda: b"first")
    again = renderings.body_of(note, "done", lambda: b"again")

    assert again is first
    assert first.body == b"first"


def test_a_rendering_that_was_made_meanwhile_stays() -> None:
    renderings, note = ResponseCache(), Note("a")

    def make() -> bytes:
        renderings.body_of(note, "done", lambda: b"meanwhile")
        return b"late"

    assert renderings.body_of(note, "done", make).body == b"meanwhile"
    assert renderings.body_of(note, "done", lambda: b"again").body == b"meanwhile"


def test_another_variant_is_another_rendering() -> None:
    renderings, note = ResponseCache(), Note("a")
    renderings.body_of(note, "queued", lambda: b"queued")

    assert renderings.body_of(note, "done", lambda: b"done").body == b"done"


def test_an_equal_record_is_another_one() -> None:
    renderings, note = ResponseCache(), Note("a")
    renderings.body_of(note, "done", lambda: b"one")

    assert renderings.body_of(Note("a"), "done", lambda: b"other").body == b"other"


def test_a_rendering_has_the_entity_tag_of_its_bytes() -> None:
    kept = ResponseCache().body_of(Note("a"), "", lambda: b"")

    # SHA-256 of nothing, as anybody knows it
    assert kept.tag == '"e3b0c44298fc1c149afbf4c8996fb924"'


def test_pieces_are_joined_once() -> None:
    renderings = ResponseCache()

    first = renderings.join((b"[", b"1", b"]"))

    assert first.body == b"[1]"
    assert renderings.join((b"[", b"1", b"]")) is first


def test_the_one_that_was_not_used_for_longest_goes_first() -> None:
    renderings = ResponseCache(most_bytes=2 * ENTRY_OVERHEAD + 20)
    a, b, c = Note("a"), Note("b"), Note("c")
    first = renderings.body_of(a, "", lambda: b"ten bytes.")
    renderings.body_of(b, "", lambda: b"ten bytes.")
    renderings.body_of(a, "", lambda: b"unused")
    renderings.body_of(c, "", lambda: b"ten bytes.")

    assert renderings.body_of(a, "", lambda: b"again") is first
    assert renderings.body_of(b, "", lambda: b"again").body == b"again"


def test_a_splice_that_is_used_stays_too() -> None:
    renderings = ResponseCache(most_bytes=2 * ENTRY_OVERHEAD + 20)
    spliced = renderings.join((b"ten ", b"bytes."))
    renderings.body_of(Note("a"), "", lambda: b"ten bytes.")
    renderings.join((b"ten ", b"bytes."))
    renderings.body_of(Note("b"), "", lambda: b"ten bytes.")

    assert renderings.join((b"ten ", b"bytes.")) is spliced


def test_one_that_is_larger_than_the_bound_is_kept_alone() -> None:
    renderings, note = ResponseCache(most_bytes=1), Note("a")
    renderings.body_of(Note("b"), "", lambda: b"other")

    first = renderings.body_of(note, "", lambda: b"large")

    assert renderings.body_of(note, "", lambda: b"again") is first


def lasting(kept: CachedBody) -> tuple[CachedBody, datetime]:
    """It holds for a day."""
    return kept, T0 + timedelta(days=1)


class Plain:
    """A record that can be watched."""


def test_a_record_is_held_so_that_no_other_one_gets_its_identity() -> None:
    renderings, record = ResponseCache(), Plain()
    held = ref(record)
    renderings.body_of(record, "", lambda: b"of it")

    del record
    assert held() is not None

    renderings.drop_oldest()
    assert held() is None


def test_the_oldest_of_all_tenants_go_first_when_they_take_too_much_together() -> None:
    retention = ByteBudget(2 * ENTRY_OVERHEAD + 20)
    first, second = ResponseCache(retention=retention), ResponseCache(retention=retention)
    a, b = Note("a"), Note("b")
    first.body_of(a, "", lambda: b"ten bytes.")
    kept = second.body_of(b, "", lambda: b"ten bytes.")

    second.body_of(a, "", lambda: b"ten bytes.")

    assert retention.held_bytes == 2 * ENTRY_OVERHEAD + 20
    assert second.body_of(b, "", lambda: b"again") is kept
    assert first.body_of(a, "", lambda: b"again").body == b"again"


def test_renderings_that_leave_keep_nothing_and_go_on_alone() -> None:
    retention, note = ByteBudget(), Note("a")
    renderings = ResponseCache(2 * ENTRY_OVERHEAD, retention)
    renderings.body_of(note, "", lambda: b"first")

    renderings.release()

    assert retention.held_bytes == 0
    assert renderings.body_of(note, "", lambda: b"again").body == b"again"
    assert renderings.body_of(Note("b"), "", lambda: bytes(ENTRY_OVERHEAD)).body == bytes(
        ENTRY_OVERHEAD
    )
    assert retention.held_bytes == 0


def test_a_list_goes_with_its_rendering() -> None:
    renderings = ResponseCache()
    kept = renderings.join((b"[", b"]"))
    other = CachedBody(b"other")
    for question, one in (("a", kept), ("b", other)):
        renderings.cached_list(question, 0, T0, partial(lasting, one))

    renderings.drop_oldest()

    later = CachedBody(b"later")
    found = [renderings.cached_list(one, 0, T0, partial(lasting, later)) for one in "ab"]
    assert found == [later, other]


def test_items_are_put_into_the_hole_of_a_list() -> None:
    renderings = ResponseCache()
    items = [renderings.body_of(Note(text), "", lambda: b"{}") for text in "ab"]

    assert renderings.list_body({"a": 1, "items": PLACEHOLDER, "z": 2}, items).body == (
        b'{"a":1,"items":[{},{}],"z":2}'
    )
    assert renderings.list_body({"items": PLACEHOLDER}, []).body == b'{"items":[]}'


@pytest.mark.parametrize("count", [0, 1, 2])
def test_an_indented_list_is_what_it_would_be_in_one_go(count: int) -> None:
    renderings = ResponseCache()
    contents: list[Json] = [{"a": [number, {}], "b": "\r\n"} for number in range(count)]
    items = [
        renderings.body_of(Note("a"), n, partial(indented_item, contents[n])) for n in range(count)
    ]

    spliced = renderings.list_body({"values": PLACEHOLDER, "next": None}, items, indented=True)

    assert spliced.body == to_json({"values": contents, "next": None}, indented=True)


# Answers that hold until something happens


class Asked:
    """Questions whose answers hold for ten seconds; counts those that are thought about."""

    def __init__(self) -> None:
        self.renderings = ResponseCache()
        self.count = 0

    def ask(self, question: str, *, version: int = 0, seconds: int = 0) -> bytes:
        now = T0 + timedelta(seconds=seconds)

        def make() -> tuple[CachedBody, datetime]:
            self.count += 1
            return CachedBody(str(self.count).encode()), now + timedelta(seconds=10)

        return self.renderings.cached_list(question, version, now, make).body


def test_an_answer_holds_up_to_its_moment() -> None:
    asked = Asked()

    assert [asked.ask("a", seconds=seconds) for seconds in (0, 9, 10, 19, 99)] == [
        b"1",
        b"1",
        b"2",
        b"2",
        b"3",
    ]


def test_an_answer_holds_until_something_is_changed() -> None:
    asked = Asked()

    assert [asked.ask("a", version=version) for version in (0, 0, 1, 1)] == [
        b"1",
        b"1",
        b"2",
        b"2",
    ]


def test_another_question_has_another_answer() -> None:
    asked = Asked()

    assert [asked.ask(question) for question in "abab"] == [b"1", b"2", b"1", b"2"]


def test_only_some_answers_are_remembered() -> None:
    asked = Asked()
    for number in range(MOST_LISTS + 1):
        asked.ask(str(number))

    asked.ask("0")
    asked.ask(str(MOST_LISTS))

    assert asked.count == MOST_LISTS + 2
