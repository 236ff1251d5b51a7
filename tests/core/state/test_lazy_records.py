"""Records of a crowd are made when somebody looks, and a list needs not look at them."""

from datetime import UTC, datetime, timedelta

from msgspec import Struct, field

from emulator.core.state.index import IndexSpec, Record
from emulator.core.state.jobs import Job
from emulator.core.state.lazy_records import LazyRecords
from emulator.core.state.store import Store

T0 = datetime(2026, 1, 5, 9, tzinfo=UTC)


class Sheep(Struct, frozen=True):
    id: str
    made_at: datetime
    colour: str = "white"


class Bell(Struct, frozen=True):
    id: str


LISTING = IndexSpec(Sheep, made_at=lambda one: one.made_at, schedule=lambda one: ((0, one.colour),))


def at(number: int) -> datetime:
    return T0 + timedelta(seconds=number)


class Flock(Struct):
    """Notes which of its sheep were made."""

    colours: tuple[str, ...]
    begin: int = 0
    late_seconds: int = 0  # that they are younger than foreseen
    made: list[int] = field(default_factory=list)

    def crowd(self) -> LazyRecords:
        return LazyRecords(
            count=len(self.colours),
            kinds=(Sheep, Bell),
            ids=lambda: map(self.ids, range(len(self.colours))),
            made_at=lambda number: at(self.begin + number),
            make=self.make,
        )

    def ids(self, number: int) -> tuple[str, str]:
        return f"s{self.begin + number}", f"b{self.begin + number}"

    def make(self, number: int) -> tuple[Record, ...]:
        self.made.append(self.begin + number)
        made_at = at(self.begin + number + self.late_seconds)
        sheep, bell = self.ids(number)
        return Sheep(sheep, made_at, self.colours[number]), Bell(bell)


def holding(*flocks: Flock) -> Store:
    store = Store()
    for flock in flocks:
        store.put_lazy(flock.crowd())
    return store


class Shearing(Struct, frozen=True):
    """A record with a job."""

    id: str
    job: Job


def shearing(number: int) -> Shearing:
    return Shearing(f"j{number}", Job(f"j{number}", at(number)))


def test_jobs_are_counted_and_listed_without_making_them() -> None:
    made: list[int] = []

    def make(number: int) -> tuple[Record, ...]:
        made.append(number)
        return (shearing(number),)

    store = holding(Flock(("white",) * 3))  # without jobs
    store.put(shearing(9))
    ids = (("j0",), ("j1",))
    store.put_lazy(LazyRecords(2, (Shearing,), lambda: ids, made_at=at, make=make))

    assert store.job_count() == 3
    assert list(store.jobs()) == [
        (Shearing, "j9", at(9)),
        (Shearing, "j0", at(0)),
        (Shearing, "j1", at(1)),
    ]
    assert made == []


def test_those_of_a_crowd_are_made_when_somebody_looks_and_once() -> None:
    first, second = Flock(("white",) * 3), Flock(("black",) * 3, begin=3)
    store = holding(first, second)

    found = store.get(Sheep, "s4")

    assert found == Sheep("s4", at(4), "black")
    assert store.find(Sheep, "s4") is found
    assert store.find(Bell, "b4") == Bell("b4")
    assert list(store.records_with_id("b4")) == [Bell("b4")]
    assert (first.made, second.made) == ([], [4])


def test_a_crowd_stands_in_its_place_among_what_was_put() -> None:
    store = Store()
    store.put(Sheep("before", T0))
    store.put_lazy(Flock(("white",) * 2).crowd())
    store.put(Sheep("after", T0))

    assert [one.id for one in store.oldest_first(Sheep)] == ["before", "s0", "s1", "after"]
    assert [one.id for one in store.newest_first(Sheep)] == ["after", "s1", "s0", "before"]
    assert [record.id for record in store.all_records()] == [
        "before",
        "s0",
        "s1",
        "after",
        "b0",
        "b1",
    ]


def test_a_page_makes_what_it_shows() -> None:
    flock = Flock(("white",) * 1000)
    store = holding(flock)

    page = store.select(LISTING, at(2000), ["white"].__contains__)[100:103]

    assert [one.id for one in page] == ["s899", "s898", "s897"]
    assert flock.made == [0, 999, 897, 898, 899]  # the two ends say which way all go


def test_those_who_go_different_ways_are_looked_at() -> None:
    mixed, late = Flock(("white", "black", "grey")), Flock(("white",) * 3, 3, late_seconds=60)
    store = holding(mixed, late)

    found = store.select(LISTING, at(2000), ["white"].__contains__)

    assert [(one.id, one.made_at) for one in found] == [
        ("s5", at(65)),
        ("s4", at(64)),
        ("s3", at(63)),
        ("s0", at(0)),
    ]
    assert set(mixed.made) == {0, 1, 2}


def test_one_of_a_crowd_is_deleted_and_changed_like_any_other() -> None:
    store = holding(Flock(("white",) * 5))
    store.select(LISTING, at(10), ["white"].__contains__)

    store.delete(store.get(Sheep, "s1"))
    store.put(Sheep("s3", at(3), "black"))

    white = store.select(LISTING, at(10), ["white"].__contains__)
    everything = store.select(LISTING, at(10), ["white", "black"].__contains__)
    assert [one.id for one in white] == ["s4", "s2", "s0"]
    assert [one.id for one in everything] == ["s4", "s3", "s2", "s0"]
    assert store.find(Sheep, "s1") is None


def test_a_crowd_does_not_know_the_way_of_another_kind() -> None:
    cats = IndexSpec(Bell, made_at=lambda one: T0, schedule=lambda one: ((0, one.id),))
    store = holding(Flock(("white",) * 2))

    assert [one.id for one in store.select(cats, at(1), ["b1"].__contains__)] == ["b1"]
