import jsonschema_rs
import pytest

from emulator.core.scenario.loader import json_schema, load
from emulator.core.scenario.model import JobError, SeedJobs, SeedRecording
from emulator.core.scenario.schema.diagnostics import Diagnostics, ScenarioErrors
from emulator.core.scenario.schema.yaml_reader import parse
from emulator.core.speech.transcripts import Audio
from emulator.core.state.jobs import Phase, Step
from tests.core.scenario.samples import VOCABULARIES, as_json

TRANSCRIPTS = "transcripts: {board: {language: en}}\n"
BROKEN = [
    pytest.param(
        "{provider: gladia, phase: failed, timeline: {failed: 1s}}",
        ['2:46: "phase" and "timeline" exclude each other'],
        id="both a phase and a timeline",
    ),
    pytest.param(
        "{provider: gladia, error: {code: 1}}",
        ['2:31: "error" needs jobs that fail: phase: failed, or timeline: {failed: 2s}'],
        id="an error of a job that does not fail",
    ),
    pytest.param(
        "{provider: gladia, timeline: {completed: 1s}, error: {code: 1}}",
        ['2:58: "error" needs jobs that fail: phase: failed, or timeline: {failed: 2s}'],
        id="an error of a job that ends well",
    ),
    pytest.param(
        "{provider: gladia, aitronos: {note: a}}",
        ['2:31: "aitronos" in an entry that is for "gladia"'],
        id="facts of another provider",
    ),
    pytest.param(
        "{provider: gladia, recordings: [{}, {}]}",
        ['2:43: 2 recordings; a job of "gladia" has 1'],
        id="more recordings than a job has",
    ),
    pytest.param(
        "{provider: phrase_studio, recordings: [{}, {}, {}, {}, {}, {}]}",
        ['2:50: 6 recordings; a job of "phrase_studio" has 5 at most'],
        id="more recordings than a job may have",
    ),
    pytest.param(
        "{provider: phrase_studio, audio: a, transcript: board, recordings: [{audio: b}]}",
        [
            '2:67: "audio" and "recordings" exclude each other',
            '2:67: "transcript" and "recordings" exclude each other',
        ],
        id="a recording said twice",
    ),
    pytest.param(
        "{provider: phrase_studio, recordings: []}",
        ["2:50: 1 or more are wanted in this list"],
        id="a job without recordings",
    ),
]


def existing(text: str) -> tuple[SeedJobs, ...]:
    return load(f"{TRANSCRIPTS}existing: [{text}]", vocabularies=VOCABULARIES).existing


def test_a_job_may_go_by_a_timeline_of_its_own() -> None:
    [one] = existing("{provider: gladia, age: 2s, timeline: {processing: 1s, failed: 5s}}")

    assert one.timeline == (
        Step(0, Phase.QUEUED),
        Step(1, Phase.PROCESSING),
        Step(5, Phase.FAILED),
    )
    assert one.fails


@pytest.mark.parametrize(
    "text",
    [
        "{provider: gladia, phase: failed, error: {code: 422, message: bad}}",
        "{provider: gladia, timeline: {failed: 5s}, error: {code: 422, message: bad}}",
    ],
)
def test_a_failed_job_says_why(text: str) -> None:
    [one] = existing(text)

    assert one.error == JobError(422, "bad")


def test_recordings_may_be_said_in_full() -> None:
    [one] = existing(
        "{provider: phrase_studio, recordings: ["
        "{audio: a.wav, digest: 12ab, length: 1m30s, channels: 2, transcript: board}, {audio: b}]}"
    )

    assert one.all_recordings == (
        SeedRecording("a.wav", "12ab", 90_000, 2, "board"),
        SeedRecording("b"),
    )


def test_a_job_has_one_recording_unless_more_is_said() -> None:
    [one] = existing("{provider: gladia, audio: a.wav, transcript: board}")

    assert one.all_recordings == (SeedRecording("a.wav", transcript="board"),)


def test_what_is_said_of_a_recording_comes_before_what_is_known() -> None:
    usual = Audio("a.wav", "usual", 1000, 1)

    assert SeedRecording(digest="d").apply_to(usual) == Audio("a.wav", "d", 1000, 1)
    assert SeedRecording(duration_ms=5, channels=2).apply_to(usual) == Audio("a.wav", "usual", 5, 2)


def test_only_what_is_not_as_usual_needs_to_be_said() -> None:
    usual = Audio("a.wav", "usual", 1000, 1)

    assert SeedRecording.of(usual, usual, None) == SeedRecording("a.wav")
    assert SeedRecording.of(Audio("a.wav", "d", 5, 2), usual, "x") == SeedRecording(
        "a.wav", "d", 5, 2, "x"
    )


def test_a_provider_has_words_of_its_own() -> None:
    [one] = existing("{provider: gladia, gladia: {note: seen}}")

    assert one.options == {"note": "seen"}


@pytest.mark.parametrize(("text", "said"), BROKEN)
def test_what_cannot_be_is_refused(text: str, said: list[str]) -> None:
    with pytest.raises(ScenarioErrors) as refusal:
        existing(text)

    assert list(refusal.value.problems) == [f"<inline>:{line}" for line in said]


@pytest.mark.parametrize(("text", "said"), BROKEN)
def test_the_schema_refuses_it_too(text: str, said: list[str]) -> None:
    validator = jsonschema_rs.validator_for(json_schema(VOCABULARIES))

    assert not validator.is_valid(as_json(parse(f"existing: [{text}]", Diagnostics(""))))


def test_a_transcript_of_a_recording_is_one_that_there_is() -> None:
    with pytest.raises(ScenarioErrors) as refusal:
        existing("{provider: phrase_studio, recordings: [{transcript: bord}]}")

    assert refusal.value.problems == (
        '<inline>:2:64: a transcript nobody defines: "bord"; did you mean "board"; allowed: board',
    )
