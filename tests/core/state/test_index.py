"""The index shows what looking at every record would show."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import replace

from emulator.core.state.index import FIRST, LAST, Index, IndexSpec, LabelSchedule
from emulator.core.state.jobs import Job, Phase, Step
from emulator.core.state.store import Store
from tests.conftest import EXAMPLES

T0 = datetime(2026, 1, 5, 9, tzinfo=UTC)


class Task(Struct, frozen=True):
    job: Job

    @property
    def id(self) -> str:
        return self.job.id


def way(task: Task) -> LabelSchedule:
    return task.job.phase_changes()


def made_at(task: Task) -> datetime:
    return task.job.made_at


NEWEST = IndexSpec(Task, made_at=made_at, schedule=way)
OLDEST = IndexSpec(Task, made_at=made_at, schedule=way, newest_first=False, by_id=True)


def at(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


def task(id: str, made: float = 0, **timeline: float) -> Task:
    """By the usual timeline, or by the one that is given."""
    steps = tuple(Step(after, Phase(name)) for name, after in timeline.items())
    job = Job(id, at(made))
    return Task(replace(job, timeline=(Step(0, Phase.QUEUED), *steps)) if steps else job)


def store(*tasks: Task) -> Store:
    found = Store()
    for one in tasks:
        found.put(one)
    return found


def shown(found: Store, now: float, *phases: Phase, listing: IndexSpec[Task] = NEWEST) -> list[str]:
    wanted = phases or tuple(Phase)
    return [one.id for one in found.select(listing, at(now), wanted.__contains__)]


def test_the_newest_is_first_and_the_last_put_of_one_moment() -> None:
    found = store(task("a", 5), task("b", 9), task("c", 5))

    assert shown(found, 10) == ["b", "c", "a"]


def test_the_oldest_is_first_and_the_least_id_of_one_moment() -> None:
    found = store(task("c", 5), task("b", 9), task("a", 5))

    assert shown(found, 10, listing=OLDEST) == ["a", "c", "b"]


def test_time_moves_records_from_label_to_label() -> None:
    found = store(task("a"), task("b", 1))

    assert shown(found, 0.5, Phase.QUEUED) == ["b", "a"]
    assert shown(found, 1, Phase.PROCESSING) == ["a"]
    assert shown(found, 2, Phase.PROCESSING) == ["b", "a"]
    assert shown(found, 3, Phase.PROCESSING) == ["b"]
    assert shown(found, 4, Phase.QUEUED, Phase.COMPLETED) == ["b", "a"]


def test_those_who_go_other_ways_are_shown_together() -> None:
    found = store(
        task("a", 0),
        task("b", 1, failed=1),
        task("c", 2, processing=0.5, completed=9),
        task("d", 3, failed=1),
    )

    assert shown(found, 5, Phase.COMPLETED, Phase.FAILED) == ["d", "b", "a"]
    assert shown(found, 5, Phase.PROCESSING) == ["c"]
    assert shown(found, 5) == ["d", "c", "b", "a"]


def test_a_change_is_seen_where_it_was() -> None:
    found = store(task("a"), task("b"))
    shown(found, 0)

    found.put(task("a", failed=0.5))

    assert shown(found, 1, Phase.FAILED) == ["a"]
    assert shown(found, 1) == ["b", "a"]


def test_what_is_deleted_is_seen_no_more_and_comes_back_as_new() -> None:
    a = task("a")
    found = store(a, task("b"))
    shown(found, 0)

    found.delete(a)

    assert shown(found, 0) == ["b"]
    found.put(a)
    assert shown(found, 0) == ["a", "b"]


def test_what_was_deleted_before_it_was_looked_at_was_never_there() -> None:
    found = store(task("b"))
    shown(found, 0)
    found.put(task("a"))
    found.delete(task("a"))

    assert shown(found, 0) == ["b"]


def test_a_kind_that_nobody_put_is_an_empty_list() -> None:
    found = Store()

    assert shown(found, 0) == []
    found.put(task("a"))
    assert shown(found, 0) == ["a"]


def test_a_window_begins_with_its_moment_and_ends_before_the_other() -> None:
    found = store(*(task(str(number), number) for number in range(5)))

    inside = found.select(NEWEST, at(9), lambda label: True, since=at(1), until=at(3))

    assert [one.id for one in inside] == ["2", "1"]
    assert len(inside) == 2


def test_a_selection_is_read_like_a_tuple() -> None:
    found = store(*(task(str(number), number) for number in range(5)))

    selection = found.select(NEWEST, at(9), lambda label: True)

    assert [one.id for one in selection[1:3]] == ["3", "2"]
    assert selection[0].id == "4"
    assert selection[7:] == ()


def test_a_timeline_of_ten_thousand_years_is_no_trouble() -> None:
    found = store(task("a", completed=1e12))

    assert shown(found, 1, Phase.QUEUED) == ["a"]
    assert found.valid_until(NEWEST, at(1)) == LAST


def test_all_who_have_ended_go_one_way() -> None:
    tasks = {str(number): task(str(number), number, completed=number) for number in range(1, 50)}
    index = Index(NEWEST, tasks, lambda id: (made_at(tasks[id]), way(tasks[id])), tasks.__getitem__)

    ended = index.select(at(1000), [Phase.COMPLETED].__contains__)

    assert len(ended) == 49
    assert len(index.schedules) == 1


@pytest.mark.parametrize("count", range(1, 9))
def test_renewed_records_are_all_listed_beside_a_new_one(count: int) -> None:
    """More are put than are held: the last holder of a way goes while others of it come."""
    tasks = [task(str(number)) for number in range(count)]
    found = store(*tasks[:-1])
    shown(found, 0)

    for one in tasks:
        found.put(one)

    assert shown(found, 0) == [one.id for one in reversed(tasks)]
    found.delete(tasks[0])
    assert shown(found, 0) == [one.id for one in reversed(tasks[1:])]


LENGTHS = st.sampled_from([0.0, 0.1, 0.3, 1.0, 1 / 3, 2.5000004, 7.0])
TIMELINES = st.lists(LENGTHS, min_size=2, max_size=2).map(sorted)
CHANGES = st.tuples(
    st.sampled_from(["put", "put", "put", "delete", "look"]),
    st.sampled_from("abcdefgh"),
    LENGTHS,
    TIMELINES,
    st.sets(st.sampled_from(Phase)),
)


@pytest.mark.parametrize("listing", [NEWEST, OLDEST])
@settings(max_examples=3 * EXAMPLES // 2)
@given(changes=st.lists(CHANGES, max_size=30), window=st.tuples(LENGTHS, LENGTHS))
def test_a_list_is_what_a_look_at_every_record_would_give(
    listing: IndexSpec[Task],
    changes: list[tuple[str, str, float, list[float], set[Phase]]],
    window: tuple[float, float],
) -> None:
    found = Store()
    put: dict[str, Task] = {}
    now = 0.0
    since, until = (at(min(window)), at(max(window))) if window[0] != window[1] else (FIRST, LAST)

    for what, id, seconds, (processing, completed), phases in changes:
        if what == "put":
            made = now if id not in put else (put[id].job.made_at - T0).total_seconds()
            put[id] = task(id, made, processing=processing, completed=completed)
            found.put(put[id])
        elif what == "delete" and id in put:
            found.delete(put.pop(id))
        elif what == "look":
            now += seconds
            some = found.select(listing, at(now), phases.__contains__, since=since, until=until)
            assert list(some) == looked(put, listing, at(now), phases, since, until)
            assert some[1:3] == tuple(some)[1:3]
            assert found.valid_until(listing, at(now)) == next_change(put, at(now))


def next_change(put: dict[str, Task], now: datetime) -> datetime:
    moments = (
        one.job.made_at + timedelta(microseconds=after)
        for one in put.values()
        for after, _ in one.job.phase_changes()
    )
    return min((moment for moment in moments if moment > now), default=LAST)


def looked(
    put: dict[str, Task],
    listing: IndexSpec[Task],
    now: datetime,
    phases: set[Phase],
    since: datetime,
    until: datetime,
) -> list[Task]:
    fits = [
        one
        for one in put.values()
        if one.job.phase_at(now) in phases and since <= one.job.made_at < until
    ]
    if listing.by_id:
        return sorted(fits, key=lambda one: (one.job.made_at, one.id))
    return sorted(reversed(fits), key=lambda one: one.job.made_at, reverse=True)
