import pytest
from msgspec.structs import replace

from emulator.core.scenario.loader import load
from emulator.core.scenario.model import JobCondition, JobError, JobPlan, Rule
from emulator.core.state.jobs import Phase, Step, Timeline
from tests.core.scenario.samples import VOCABULARIES

QUEUED = Step(0, Phase.QUEUED)


def rules(text: str) -> tuple[Rule, ...]:
    return load(f"jobs: {text}", vocabularies=VOCABULARIES).jobs


def unplaced(text: str) -> tuple[Rule, ...]:
    """The rules, wherever they stand."""
    return tuple(replace(rule, line=None) for rule in rules(text))


@pytest.mark.parametrize(
    ("text", "timeline"),
    [
        ("{}", (QUEUED,)),
        ("{queued: 0s}", (QUEUED,)),
        ("{processing: 1s}", (QUEUED, Step(1, Phase.PROCESSING))),
        ("{failed: 2s}", (QUEUED, Step(2, Phase.FAILED))),
        ("{completed: 0}", (QUEUED, Step(0, Phase.COMPLETED))),
        (
            "{completed: 40m, processing: 5m, queued: 0}",
            (QUEUED, Step(300, Phase.PROCESSING), Step(2400, Phase.COMPLETED)),
        ),
        (
            "{processing: 1s, failed: 1s}",
            (QUEUED, Step(1, Phase.PROCESSING), Step(1, Phase.FAILED)),
        ),
    ],
)
def test_a_timeline_begins_in_the_queue_and_is_in_order(text: str, timeline: Timeline) -> None:
    assert unplaced(f"[{{timeline: {text}}}]") == (Rule(JobCondition(), JobPlan(timeline)),)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("{code: 422, message: Unprocessable media}", JobError(422, "Unprocessable media")),
        ('{code: "422"}', JobError("422")),
        ("{code: bad_audio}", JobError("bad_audio")),
        ("{message: 12 files are bad}", JobError(None, "12 files are bad")),
        ("{}", JobError()),
    ],
)
def test_a_job_that_fails_says_why(text: str, error: JobError) -> None:
    (rule,) = rules(f"[{{timeline: {{failed: 1s}}, error: {text}}}]")

    assert rule.plan.error == error


def test_a_rule_without_words_is_for_every_job_and_goes_as_usual() -> None:
    assert unplaced("[{}]") == (Rule(JobCondition(), JobPlan()),)


def test_each_provider_reads_its_own_facts() -> None:
    text = """
  - when: {provider: "[pg]*", audio: "*/a.wav", locale: no, key: test-ann}
    phrase_studio: {steps: {translation.fr: 9s}, detected_language: no, upload: direct}
    gladia: {addons: {summarization: failed}, error_code: 500}
  - azure_speech: {files: {2: failed}}
    aitronos: {refresh_seconds: 10}
"""

    assert unplaced(text) == (
        Rule(
            JobCondition("[pg]*", "*/a.wav", "no", "test-ann"),
            JobPlan(
                options={
                    "phrase_studio": {
                        "steps": {"translation.fr": 9.0},
                        "detected_language": "no",
                        "upload": "direct",
                    },
                    "gladia": {"addons": {"summarization": Phase.FAILED}, "error_code": 500},
                }
            ),
        ),
        Rule(
            JobCondition(),
            JobPlan(
                options={
                    "azure_speech": {"files": {2: "failed"}},
                    "aitronos": {"refresh_seconds": 10.0},
                }
            ),
        ),
    )


def test_the_special_may_stand_before_the_general() -> None:
    found = rules(
        "[{when: {provider: gladia, audio: a}}, {when: {provider: gladia}}, {when: {audio: a}}, {}]"
    )

    assert [one.when for one in found] == [
        JobCondition("gladia", "a"),
        JobCondition("gladia"),
        JobCondition(audio="a"),
        JobCondition(),
    ]


def test_a_transcript_is_found_by_its_name() -> None:
    scenario = load("jobs: [{transcript: no}]\ntranscripts: {no: {language: no}}")

    assert scenario.jobs[0].plan.transcript == "no"
