from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from msgspec import Struct

from emulator.core.messages import HOLE, Json, to_json
from emulator.core.renderings import MOST_LISTS, OVERHEAD, Kept, Renderings, indented_item


class Note(Struct, frozen=True):
    text: str


def test_a_rendering_is_made_once() -> None:
    renderings, note = Renderings(), Note("a")

    first = renderings.of(note, "done", lambda: b"first")
    again = renderings.of(note, "done", lambda: b"again")

    assert again is first
    assert first.body == b"first"


def test_another_variant_is_another_rendering() -> None:
    renderings, note = Renderings(), Note("a")
    renderings.of(note, "queued", lambda: b"queued")

    assert renderings.of(note, "done", lambda: b"done").body == b"done"


def test_an_equal_record_is_another_one() -> None:
    renderings, note = Renderings(), Note("a")
    renderings.of(note, "done", lambda: b"one")

    assert renderings.of(Note("a"), "done", lambda: b"other").body == b"other"


def test_a_rendering_has_the_entity_tag_of_its_bytes() -> None:
    kept = Renderings().of(Note("a"), "", lambda: b"")

    # SHA-256 of nothing, as anybody knows it
    assert kept.tag == '"e3b0c44298fc1c149afbf4c8996fb924"'


def test_pieces_are_joined_once() -> None:
    renderings = Renderings()

    first = renderings.spliced((b"[", b"1", b"]"))

    assert first.body == b"[1]"
    assert renderings.spliced((b"[", b"1", b"]")) is first


def test_the_one_that_was_not_used_for_longest_goes_first() -> None:
    renderings = Renderings(most_bytes=2 * OVERHEAD + 20)
    a, b, c = Note("a"), Note("b"), Note("c")
    first = renderings.of(a, "", lambda: b"ten bytes.")
    renderings.of(b, "", lambda: b"ten bytes.")
    renderings.of(a, "", lambda: b"unused")
    renderings.of(c, "", lambda: b"ten bytes.")

    assert renderings.of(a, "", lambda: b"again") is first
    assert renderings.of(b, "", lambda: b"again").body == b"again"


def test_a_splice_that_is_used_stays_too() -> None:
    renderings = Renderings(most_bytes=2 * OVERHEAD + 20)
    spliced = renderings.spliced((b"ten ", b"bytes."))
    renderings.of(Note("a"), "", lambda: b"ten bytes.")
    renderings.spliced((b"ten ", b"bytes."))
    renderings.of(Note("b"), "", lambda: b"ten bytes.")

    assert renderings.spliced((b"ten ", b"bytes.")) is spliced


def test_one_that_is_larger_than_the_bound_is_kept_alone() -> None:
    renderings, note = Renderings(most_bytes=1), Note("a")
    renderings.of(Note("b"), "", lambda: b"other")

    first = renderings.of(note, "", lambda: b"large")

    assert renderings.of(note, "", lambda: b"again") is first


def test_items_are_put_into_the_hole_of_a_list() -> None:
    renderings = Renderings()
    items = [renderings.of(Note(text), "", lambda: b"{}") for text in "ab"]

    assert renderings.listed({"a": 1, "items": HOLE, "z": 2}, items).body == (
        b'{"a":1,"items":[{},{}],"z":2}'
    )
    assert renderings.listed({"items": HOLE}, []).body == b'{"items":[]}'


@pytest.mark.parametrize("count", [0, 1, 2])
def test_an_indented_list_is_what_it_would_be_in_one_go(count: int) -> None:
    renderings = Renderings()
    contents: list[Json] = [{"a": [number, {}], "b": "\r\n"} for number in range(count)]
    items = [renderings.of(Note("a"), n, partial(indented_item, contents[n])) for n in range(count)]

    spliced = renderings.listed({"values": HOLE, "next": None}, items, indented=True)

    assert spliced.body == to_json({"values": contents, "next": None}, indented=True)


# Lists that are known to stay as they are

T0 = datetime(2026, 1, 5, 9, tzinfo=UTC)


class Diary:
    """Notes that each change once, a number of seconds after the start; counts what is rendered."""

    def __init__(self, **changes: int) -> None:
        self.renderings = Renderings()
        self.notes = {text: Note(text) for text in changes}
        self.rendered = 0
        self._changes = changes

    def page(self, *texts: str, seconds: int = 0, start: str = "") -> bytes:
        def render(note: Note) -> Kept:
            self.rendered += 1
            tense = "was" if seconds >= self._changes[note.text] else "is"
            return Kept(to_json(f"{note.text} {tense}"))

        def until(note: Note) -> datetime:
            later = T0 + timedelta(seconds=self._changes[note.text])
            return later if seconds < self._changes[note.text] else datetime.max.replace(tzinfo=UTC)

        now = T0 + timedelta(seconds=seconds)
        notes = tuple(self.notes[text] for text in texts)
        content: Json = {"start": start, "notes": HOLE}
        return self.renderings.lasting(content, notes, now, until, render).body


def test_a_list_is_looked_through_when_one_of_its_records_goes_on() -> None:
    diary = Diary(a=10, b=5)

    pages = [diary.page("a", "b", seconds=seconds) for seconds in (0, 4, 5, 9, 10, 99)]

    first, second, third = (
        b'{"start":"","notes":["a is","b is"]}',
        b'{"start":"","notes":["a is","b was"]}',
        b'{"start":"","notes":["a was","b was"]}',
    )
    assert pages == [first, first, second, second, third, third]
    assert diary.rendered == 6


def test_another_list_of_the_same_records_is_another_one() -> None:
    diary = Diary(a=10, b=5)
    diary.page("a", "b")

    assert diary.page("b", "a") == b'{"start":"","notes":["b is","a is"]}'
    assert diary.page("a", "b", start="x") == b'{"start":"x","notes":["a is","b is"]}'


def test_a_record_that_was_changed_is_rendered_anew() -> None:
    diary = Diary(a=10)
    diary.page("a")

    diary.notes["a"] = Note("a")
    diary.page("a")

    assert diary.rendered == 2


def test_an_empty_list_is_written_each_time() -> None:
    assert [Diary().page() for _ in range(2)] == [b'{"start":"","notes":[]}'] * 2


def test_only_some_lists_are_remembered() -> None:
    diary = Diary(a=10)
    for number in range(MOST_LISTS + 1):
        diary.page("a", start=str(number))

    diary.page("a", start="0")
    diary.page("a", start=str(MOST_LISTS))

    assert diary.rendered == MOST_LISTS + 2
