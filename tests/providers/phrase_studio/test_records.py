"""When the steps of a recording end, and what that makes of it."""

import pytest

from emulator.core.state.jobs import USUAL, Phase, Step, Timeline
from emulator.providers.phrase_studio.records import (
    Settings,
    Status,
    Task,
    step_ends,
    timeline_for,
)
from tests.providers.phrase_studio.build import T0, at, project, recording, settings

STUCK: Timeline = (Step(0, Phase.QUEUED), Step(1, Phase.PROCESSING))
FAILING: Timeline = (Step(0, Phase.QUEUED), Step(1, Phase.PROCESSING), Step(4, Phase.FAILED))
SUDDEN: Timeline = (Step(0, Phase.QUEUED), Step(2, Phase.COMPLETED))
NAMES = ("transcription", "translation.es", "dubbing.es", "translation.fr", "dubbing.fr", "summary")


def everything() -> Settings:
    return settings(translations=("es", "fr"), dubbings=("es", "fr"), summary=True)


def test_a_dubbing_follows_its_translation_and_the_summary_is_last() -> None:
    names = tuple(everything().steps())

    assert names == NAMES


def test_only_what_was_asked_for_is_a_step() -> None:
    names = tuple(settings(translations=("es", "fr"), dubbings=("fr",)).steps())

    assert names == ("transcription", "translation.es", "translation.fr", "dubbing.fr")


@pytest.mark.parametrize(
    ("names", "timeline", "given", "expected"),
    [
        (("transcription",), USUAL, {}, [3]),
        (NAMES[:2], USUAL, {}, [2, 3]),
        (NAMES[:2], SUDDEN, {}, [1, 2]),
        (NAMES[:3], USUAL, {"translation.es": 9}, [1.666667, 9, 9]),
        (NAMES, USUAL, {"translation.es": 9}, [1.333333, 9, 9, 2.333333, 2.666667, 9]),
        (NAMES[:2], USUAL, {"transcription": 5}, [5, 5]),
        (NAMES[:2], USUAL, {"transcription": 5, "translation.es": 0.5}, [5, 0.5]),
        (NAMES[:1], USUAL, {"translation.de": 9}, [3]),
    ],
)
def test_steps_share_the_time_and_wait_for_what_they_need(
    names: tuple[str, ...], timeline: Timeline, given: dict[str, float], expected: list[float]
) -> None:
    found = step_ends(names, timeline, given)

    assert (tuple(found), list(found.values())) == (names, expected)


@pytest.mark.parametrize("timeline", [STUCK, FAILING])
def test_a_job_that_is_never_completed_finishes_only_what_is_given(timeline: Timeline) -> None:
    found = step_ends(NAMES, timeline, {"transcription": 2, "translation.de": 3})

    assert found == {"transcription": 2}


@pytest.mark.parametrize(
    ("timeline", "finished_after", "expected"),
    [
        (USUAL, {"transcription": 9}, 9),
        (USUAL, {"transcription": 2}, 2),
        (USUAL, {"transcription": 0.5}, 1),
        (SUDDEN, {"transcription": 2}, 2),
    ],
)
def test_a_recording_is_completed_with_its_last_step(
    timeline: Timeline, finished_after: dict[str, float], expected: float
) -> None:
    found = timeline_for(timeline, finished_after)

    assert found == (*timeline[:-1], Step(expected, Phase.COMPLETED))


def test_a_timeline_without_an_end_stays_so() -> None:
    assert timeline_for(STUCK, {"transcription": 9}) == STUCK


@pytest.mark.parametrize(
    ("timeline", "seconds", "expected"),
    [
        (USUAL, 0.9, Status.PENDING),
        (USUAL, 1, Status.IN_PROGRESS),
        (USUAL, 3, Status.COMPLETED),
        (FAILING, 4, Status.FAILED),
    ],
)
def test_each_phase_has_its_status(timeline: Timeline, seconds: float, expected: Status) -> None:
    one = recording(timeline=timeline)

    assert one.status_at(at(seconds)) == expected


def test_a_failure_ends_all_work() -> None:
    one = recording(everything(), timeline=FAILING, steps={"transcription": 2, "summary": 5})

    assert one.finished(at(3)) == {"transcription": at(2)}
    assert one.finished(at(9)) == {"transcription": at(2)}


def test_a_failed_recording_gives_nothing() -> None:
    one = recording(timeline=FAILING, steps={"transcription": 2})

    ready = [one.is_ready(Task.TRANSCRIPTION, "en", at(seconds)) for seconds in (1, 2, 4)]

    assert ready == [False, True, False]


@pytest.mark.parametrize(
    ("task", "expected"),
    [
        (Task.TRANSCRIPTION, ("en",)),
        (Task.TRANSLATION, ("es", "fr")),
        (Task.DUBBING, ("fr",)),
    ],
)
def test_each_task_has_its_languages(task: Task, expected: tuple[str, ...]) -> None:
    one = recording(settings(translations=("es", "fr"), dubbings=("fr",)))

    assert one.languages(task) == expected


@pytest.mark.parametrize(("seconds", "expected"), [(0, 0), (1, 1), (2, 2), (2.5, 2), (9, 3)])
def test_a_recording_was_updated_by_its_last_change(seconds: float, expected: float) -> None:
    one = recording(settings(translations=("es",)))

    assert one.updated_at(at(seconds)) == at(expected)
    assert project(one).updated_at(at(seconds)) == at(expected)


def test_a_project_without_recordings_is_pending_and_as_old_as_it_is() -> None:
    empty = project()

    assert (empty.status_at(at(9)), empty.updated_at(at(9)), empty.settings) == (
        Status.PENDING,
        T0,
        None,
    )


@pytest.mark.parametrize(
    ("timelines", "expected"),
    [
        ([USUAL, USUAL], Status.COMPLETED),
        ([USUAL, STUCK], Status.IN_PROGRESS),
        ([USUAL, FAILING], Status.FAILED),
        ([USUAL, USUAL[:1]], Status.IN_PROGRESS),
        ([USUAL[:1], USUAL[:1]], Status.PENDING),
    ],
)
def test_the_parts_make_the_whole(timelines: list[Timeline], expected: Status) -> None:
    whole = project(*(recording(timeline=timeline) for timeline in timelines))

    assert whole.status_at(at(9)) == expected
    assert project(*whole.recordings, archived=True).status_at(at(9)) == Status.ARCHIVED
