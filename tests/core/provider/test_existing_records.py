"""Many jobs that a scenario says are there are made later, and are the same as if made at once."""

from datetime import UTC, datetime, timedelta

import pytest

from emulator.core.faults.limits import KeyLimit
from emulator.core.provider.backend import Backend
from emulator.core.provider.existing_records import put_existing
from emulator.core.scenario.model import JobCondition, JobPlan, Rule, Scenario, SeedJobs
from emulator.core.state.jobs import Job
from tests.support.toy_provider import TOY, Note, toy_tenants

T0 = datetime(2026, 1, 5, 9, tzinfo=UTC)
KEY = "test-ann"
COUNTED = {KEY: KeyLimit(concurrent_jobs=1_000)}
WORDED = (Rule(JobCondition(), JobPlan(options={"toy_notes": {"text": "x"}})),)
STRANGE = (Rule(JobCondition(), JobPlan(options={"other": {"text": "x"}})),)


class Notes:
    """Makes notes, and remembers which."""

    def __init__(self, id: str = "note-{}") -> None:
        self.made: list[int] = []
        self._id = id

    def make(self, number: int, age_seconds: float, backend: Backend) -> tuple[Note]:
        self.made.append(number)
        text, id = backend.ids.uuid(), self._id.format(backend.ids.hex(32))
        return (Note(id, text, Job(id, backend.now() - timedelta(seconds=age_seconds))),)


def account(scenario: Scenario, count: int, notes: Notes) -> Backend:
    backend = toy_tenants(scenario).open(KEY).backend(TOY)
    put_existing(SeedJobs("toy_notes", count, age_seconds=(60.0, 3600.0)), notes.make, backend)
    return backend


def test_a_crowd_is_what_would_have_been_made_at_once() -> None:
    later, at_once = Notes(), Notes()

    one = account(Scenario(), 100, later)
    other = account(Scenario(limits=COUNTED), 100, at_once)

    assert (later.made, at_once.made) == ([1], list(range(1, 101)))
    assert list(one.store.all_records()) == list(other.store.all_records())
    assert one.ids.uuid() == other.ids.uuid()


@pytest.mark.parametrize(
    ("scenario", "count", "made"),
    [
        (Scenario(), 99, 99),
        (Scenario(jobs=WORDED), 100, 100),
        (Scenario(jobs=STRANGE), 100, 1),
        (Scenario(limits=COUNTED), 100, 100),
    ],
)
def test_what_may_count_is_made_at_once(scenario: Scenario, count: int, made: int) -> None:
    notes = Notes()

    account(scenario, count, notes)

    assert len(notes.made) == made


def test_those_who_share_an_id_are_one() -> None:
    backend = account(Scenario(), 100, Notes("the-one"))

    (found,) = backend.store.all_records()

    assert found.id == "the-one"
    assert isinstance(found, Note)
    assert found.job.made_at == T0 - timedelta(seconds=60)
