import pytest

from emulator.core.scenario.model import Existing, Match, Plan, Rule, Scenario
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
        (Match(), True),
        (Match("*", "*", "*", "*"), True),
        (Match(provider="gladia", audio="*/board.*"), True),
        (Match(provider="aitronos"), False),
        (Match(audio="*/BOARD.wav"), False),
        (Match(locale="de"), False),
        (Match(locale="de-[A-Z][A-Z]"), True),
        (Match(key="test-?nn"), True),
        (Match(provider="gladia", key="other"), False),
    ],
)
def test_a_match_fits_when_all_of_its_globs_do(match: Match, fits: bool) -> None:
    assert match.fits(tuple(JOB.values())) is fits


def test_the_first_rule_that_fits_has_the_plan() -> None:
    stuck = Plan(timeline=(Step(0, Phase.QUEUED),))
    scenario = Scenario(
        jobs=(
            Rule(Match("aitronos"), Plan()),
            Rule(Match("gladia"), stuck),
            Rule(Match(), Plan(transcript="board")),
        )
    )

    assert scenario.planned(**JOB).plan is stuck


def test_what_was_found_for_one_job_is_found_again_and_not_for_another() -> None:
    slow, other = Rule(Match(audio="*board*"), Plan()), Rule(Match(locale="de-*"), Plan())
    scenario = Scenario(jobs=(slow, other))

    found = [
        scenario.planned(**{**JOB, "audio": audio}).rule
        for audio in ("board.wav", "talk.wav", "board.wav", "talk.wav")
    ]

    assert all(one is wanted for one, wanted in zip(found, (slow, other) * 2, strict=True))
    assert scenario.planned(**{**JOB, "audio": "talk.wav", "locale": "fr"}).rule is None


def test_without_a_rule_a_job_goes_as_usual() -> None:
    assert Scenario().planned(**JOB).plan == Plan(USUAL)


def test_a_plan_has_facts_for_each_provider() -> None:
    plan = Plan(facts={"gladia": {"error_code": 500}})

    assert plan.facts_of("gladia") == {"error_code": 500}
    assert plan.facts_of("aitronos") == {}


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
    assert list(Existing("gladia", count, age_seconds=from_to).ages()) == ages
