import pytest

from emulator.core.scenario.model import JobCondition, JobPlan, Rule, Scenario, SeedJobs
from emulator.core.state.jobs import USUAL, Phase, Step

JOB = {
    "provider": "gladia",
    "audio": "https://example.com/board.wav",
    "locale": "de-DE",
    "key": "test-ann",
}


@pytest.mark.parametrize(
    ("match", "fits"),
    [
        (JobCondition(), True),
        (JobCondition("*", "*", "*", "*"), True),
        (JobCondition(provider="gladia", audio="*/board.*"), True),
        (JobCondition(provider="aitronos"), False),
        (JobCondition(audio="*/BOARD.wav"), False),
        (JobCondition(locale="de"), False),
        (JobCondition(locale="de-[A-Z][A-Z]"), True),
        (JobCondition(key="test-?nn"), True),
        (JobCondition(provider="gladia", key="other"), False),
    ],
)
def test_a_match_fits_when_all_of_its_globs_do(match: JobCondition, fits: bool) -> None:
    assert match.matches(tuple(JOB.values())) is fits


def test_the_first_rule_that_fits_has_the_plan() -> None:
    stuck = JobPlan(timeline=(Step(0, Phase.QUEUED),))
    scenario = Scenario(
        jobs=(
            Rule(JobCondition("aitronos"), JobPlan()),
            Rule(JobCondition("gladia"), stuck),
            Rule(JobCondition(), JobPlan(transcript="board")),
        )
    )

    assert scenario.match_job(**JOB).plan is stuck


def test_what_was_found_for_one_job_is_found_again_and_not_for_another() -> None:
    slow, other = (
        Rule(JobCondition(audio="*board*"), JobPlan()),
        Rule(JobCondition(locale="de-*"), JobPlan()),
    )
    scenario = Scenario(jobs=(slow, other))

    found = [
        scenario.match_job(**{**JOB, "audio": audio}).rule
        for audio in ("board.wav", "talk.wav", "board.wav", "talk.wav")
    ]

    assert all(one is wanted for one, wanted in zip(found, (slow, other) * 2, strict=True))
    assert scenario.match_job(**{**JOB, "audio": "talk.wav", "locale": "fr"}).rule is None


def test_without_a_rule_a_job_goes_as_usual() -> None:
    assert Scenario().match_job(**JOB).plan == JobPlan(USUAL)


def test_a_plan_has_facts_for_each_provider() -> None:
    plan = JobPlan(options={"gladia": {"error_code": 500}})

    assert plan.options_of("gladia") == {"error_code": 500}
    assert plan.options_of("aitronos") == {}


@pytest.mark.parametrize(
    ("count", "from_to", "ages"),
    [
        (1, (60.0, 60.0), [60.0]),
        (1, (60.0, 90.0), [90.0]),
        (2, (60.0, 90.0), [90.0, 60.0]),
        (3, (60.0, 60.0), [60.0, 60.0, 60.0]),
        (4, (0.0, 1.5), [1.5, 1.0, 0.5, 0.0]),
    ],
)
def test_existing_jobs_are_evenly_apart_the_oldest_first(
    count: int, from_to: tuple[float, float], ages: list[float]
) -> None:
    assert list(SeedJobs("gladia", count, age_seconds=from_to).ages()) == ages
