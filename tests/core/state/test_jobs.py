from datetime import UTC, datetime, timedelta

import pytest

from emulator.core.state.jobs import (
    USUAL,
    Job,
    Phase,
    Step,
    Timeline,
    moved_to_phase,
    rounded_seconds,
    timeline_reaching,
)

T0 = datetime(2026, 1, 5, 9, tzinfo=UTC)
FAILING = (Step(0, Phase.QUEUED), Step(2.5, Phase.FAILED))
STUCK = (Step(0, Phase.QUEUED), Step(1, Phase.PROCESSING))


def after(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("timeline", "seconds", "phase", "changed"),
    [
        (USUAL, 0, "queued", 0),
        (USUAL, 0.999, "queued", 0),
        (USUAL, 1, "processing", 1),
        (USUAL, 2.999, "processing", 1),
        (USUAL, 3, "completed", 3),
        (USUAL, 1e9, "completed", 3),
        (USUAL, -5, "queued", 0),  # a moment before the job was made
        (FAILING, 2.4, "queued", 0),
        (FAILING, 2.5, "failed", 2.5),
        (STUCK, 1e9, "processing", 1),
        ((Step(0, Phase.COMPLETED),), 0, "completed", 0),
    ],
)
def test_the_phase_is_a_function_of_the_moment(
    timeline: Timeline, seconds: float, phase: str, changed: float
) -> None:
    job = Job("a", T0, timeline)

    assert job.phase_at(after(seconds)) == phase
    assert job.changed_at(after(seconds)) == after(changed)
    assert job.is_final(after(seconds)) == (phase in ("completed", "failed"))


def test_a_job_goes_as_usual_unless_told() -> None:
    job = Job("a", T0)

    assert job.entered_at(Phase.QUEUED) == T0
    assert job.entered_at(Phase.PROCESSING) == after(1)
    assert job.entered_at(Phase.COMPLETED) == after(3)
    assert job.entered_at(Phase.FAILED) is None


@pytest.mark.parametrize(("timeline", "seconds"), [(USUAL, 3), (FAILING, 2.5)])
def test_a_job_ends_at_its_last_step(timeline: Timeline, seconds: float) -> None:
    assert Job("a", T0, timeline).final_at() == after(seconds)


@pytest.mark.parametrize(
    ("phase", "age_seconds", "timeline"),
    [
        (Phase.QUEUED, 60, (Step(0, Phase.QUEUED),)),
        (Phase.PROCESSING, 60, (Step(0, Phase.QUEUED), Step(1, Phase.PROCESSING))),
        (Phase.COMPLETED, 60, USUAL),
        (Phase.FAILED, 60, (*USUAL[:2], Step(3, Phase.FAILED))),
        (Phase.FAILED, 2, (*USUAL[:2], Step(2, Phase.FAILED))),
        (
            Phase.COMPLETED,
            0.5,
            (Step(0, Phase.QUEUED), Step(0.5, Phase.PROCESSING), Step(0.5, Phase.COMPLETED)),
        ),
        (Phase.PROCESSING, 0, (Step(0, Phase.QUEUED), Step(0, Phase.PROCESSING))),
    ],
)
def test_a_job_that_is_there_already_came_the_usual_way(
    phase: Phase, age_seconds: float, timeline: Timeline
) -> None:
    found = timeline_reaching(phase, age_seconds)

    assert found == timeline
    assert Job("a", T0, found).phase_at(after(age_seconds)) == phase
    assert Job("a", T0, found).phase_at(after(1e9)) == phase


def test_there_is_a_way_to_every_phase() -> None:
    assert [timeline_reaching(phase, 60)[-1].phase for phase in Phase] == list(Phase)


def test_a_stuck_job_never_ends() -> None:
    assert Job("a", T0, STUCK).final_at() is None


@pytest.mark.parametrize(
    ("timeline", "seconds", "phase", "steps"),
    [
        (USUAL, 2, "failed", [(0, "queued"), (1, "processing"), (2, "failed")]),
        (USUAL, 0.5, "completed", [(0, "queued"), (0.5, "processing"), (0.5, "completed")]),
        (USUAL, 0.5, "queued", [(0, "queued")]),
        (USUAL, 9, "queued", [(0, "queued")]),
        (USUAL, 9, "processing", [(0, "queued"), (9, "processing")]),
        (USUAL, 9, "completed", [(0, "queued"), (1, "processing"), (3, "completed")]),
        (FAILING, 9, "completed", [(0, "queued"), (9, "processing"), (9, "completed")]),
    ],
)
def test_a_job_is_put_into_a_phase_and_goes_no_further(
    timeline: Timeline, seconds: float, phase: str, steps: list[tuple[float, str]]
) -> None:
    changed = moved_to_phase(Job("a", T0, timeline), Phase(phase), after(seconds))

    assert [(one.after_seconds, one.phase) for one in changed.timeline] == steps
    assert changed.phase_at(after(seconds)) == phase
    assert changed.phase_at(after(1e9)) == phase


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(0.0, 0), (1.0, 1_000_000), (0.07, 70_000), (1 / 3, 333_334), (2.5000004, 2_500_001)],
)
def test_microseconds_are_as_many_as_are_needed(seconds: float, expected: int) -> None:
    assert rounded_seconds(seconds) == expected
    assert timedelta(microseconds=expected).total_seconds() >= seconds


def test_a_job_enters_a_phase_at_the_microsecond_that_its_stages_say() -> None:
    job = Job("a", T0, (Step(0, Phase.QUEUED), Step(1 / 3, Phase.COMPLETED)))

    assert job.phase_changes() == ((0, Phase.QUEUED), (333_334, Phase.COMPLETED))
    assert job.phase_at(T0 + timedelta(microseconds=333_333)) == Phase.QUEUED
    assert job.phase_at(T0 + timedelta(microseconds=333_334)) == Phase.COMPLETED


def test_a_job_is_in_a_phase_when_it_enters_it() -> None:
    job = Job("a", T0, (Step(0, Phase.QUEUED), Step(0.1234561, Phase.COMPLETED)))

    end = job.final_at()

    assert end == T0 + timedelta(microseconds=123_457)
    assert job.is_final(end)
    assert job.changed_at(end) == end


def test_jobs_that_had_time_enough_share_one_timeline() -> None:
    assert timeline_reaching(Phase.FAILED, 3) is timeline_reaching(Phase.FAILED, 9)
    assert timeline_reaching(Phase.FAILED, 9) == (
        Step(0, Phase.QUEUED),
        Step(1, Phase.PROCESSING),
        Step(3, Phase.FAILED),
    )
