import pytest
from msgspec import Struct
from msgspec.structs import replace

from emulator.core.http.problems import NotFound
from emulator.core.state.store import Store


class Note(Struct, frozen=True):
    id: str
    text: str = ""


class File(Struct, frozen=True):
    id: str


def holding(*records: Note | File) -> Store:
    store = Store()
    for record in records:
        store.put(record)
    return store


def test_what_was_put_is_found_by_its_kind_and_id() -> None:
    store = holding(Note("1", "a"), File("1"))

    assert store.get(Note, "1") == Note("1", "a")
    assert store.find(File, "1") == File("1")


def test_what_was_never_put_is_not_found() -> None:
    store = holding(Note("1"))

    with pytest.raises(NotFound) as caught:
        store.get(File, "1")

    assert vars(caught.value) == {"kind": "File", "id": "1"}
    assert store.find(Note, "2") is None


def test_records_are_counted_by_the_name_of_their_kind() -> None:
    store = holding(Note("1"), Note("2"), File("1"))
    store.delete(File("1"))

    assert store.counts() == {"Note": 2}


def test_records_come_in_the_order_in_which_they_were_first_put() -> None:
    store = holding(Note("2"), File("9"), Note("1"))

    store.put(replace(store.get(Note, "2"), text="changed"))

    assert list(store.oldest_first(Note)) == [Note("2", "changed"), Note("1")]
    assert list(store.newest_first(Note)) == [Note("1"), Note("2", "changed")]


def test_a_kind_that_was_never_put_is_an_empty_list() -> None:
    assert list(Store().oldest_first(Note)) == list(Store().newest_first(Note)) == []


def test_what_was_deleted_is_gone_and_the_rest_stays() -> None:
    store = holding(Note("1"), Note("2"), File("1"))

    store.delete(Note("1"))

    assert store.find(Note, "1") is None
    assert list(store.records_with_id("1")) == [File("1")]
    assert list(store.oldest_first(Note)) == [Note("2")]


def test_every_change_is_another_version() -> None:
    store = holding(Note("1"), Note("2"))
    assert store.version == 2

    store.put(Note("1", "changed"))
    assert store.version == 3

    store.delete(Note("2"))
    assert store.version == 4


def test_an_id_leads_to_the_records_of_every_kind() -> None:
    store = holding(Note("1"), File("1"), File("2"))

    both: list[Note | File] = [Note("1"), File("1")]
    assert list(store.records_with_id("1")) == both
    assert list(store.records_with_id("3")) == []


def test_everything_is_given_kind_by_kind_and_may_be_changed_meanwhile() -> None:
    store = holding(Note("1"), File("2"), Note("3"))

    for record in store.all_records():
        store.put(record)

    all_of_them: list[Note | File] = [Note("1"), Note("3"), File("2")]
    assert list(store.all_records()) == all_of_them


def test_what_is_written_into_a_snapshot_takes_the_place_of_what_is_still_there() -> None:
    store = holding(Note("1", "a"), Note("2", "b"))
    copy = store.snapshot()
    copy.put(Note("1", "c"))
    copy.put(Note("2", "d"))
    store.delete(Note("2", "b"))

    store.adopt(copy)

    assert list(store.oldest_first(Note)) == [Note("1", "c")]
