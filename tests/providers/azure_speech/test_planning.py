"""What a scenario makes of an order, and what is there before the first request."""

from typing import Any

import pytest

from emulator.core.provider.backend import Backend
from emulator.core.scenario.loader import ScenarioErrors
from emulator.core.scenario.model import Scenario
from emulator.core.state.jobs import Phase, Step
from emulator.providers.azure_speech import AZURE_SPEECH, planning
from emulator.providers.azure_speech.records import Failure, Settings, State, Transcription
from tests.providers.azure_speech.making import T0, order
from tests.support.clients import bench

UNREADABLE = Failure("InvalidData", "The audio format is invalid or cannot be detected.")
VAGUE = Failure("InvalidData", "The recordings URI contains invalid data.")


def backend(scenario: str = "scenario: Nothing special") -> Backend:
    return bench(AZURE_SPEECH, scenario).tenant.backend(AZURE_SPEECH)


def planned(
    scenario: str, *names: str, settings: Settings | None = None, **changes: Any
) -> Transcription:
    urls = tuple(f"https://media.example.com/{name}" for name in names)
    return planning.new_transcription(
        order(settings, content_urls=urls, **changes), backend(scenario)
    )


def failures(record: Transcription) -> list[Failure | None]:
    return [recording.failure for recording in record.recordings]


def test_each_recording_has_a_result_file_and_the_whole_a_report() -> None:
    record = planned("scenario: x", "a.wav", "b.wav")

    assert record.made_at == T0
    assert [file.name for file in record.files] == [
        "contenturl_0.json",
        "contenturl_1.json",
        "report.json",
    ]
    assert [file.blob for file in record.files] == [
        f"{record.id}_0_0.json",
        f"{record.id}_1_0.json",
        f"{record.id}_report.json",
    ]
    assert len({file.id for file in record.files} | {record.id}) == 4
    assert record.error is None


def test_a_file_that_fails_leaves_a_gap_and_the_whole_succeeds() -> None:
    record = planned("jobs: [{azure_speech: {files: {1: failed}}}]", "a.wav", "b.wav", "c.wav")

    assert failures(record) == [None, UNREADABLE, None]
    assert [file.name for file in record.files] == [
        "contenturl_0.json",
        "contenturl_2.json",
        "report.json",
    ]
    assert record.job.timeline[-1] == Step(3, Phase.COMPLETED)
    assert record.error is None


@pytest.mark.parametrize(
    ("words", "failure"),
    [
        ("{failed: {kind: InvalidUri, message: Gone.}}", Failure("InvalidUri", "Gone.")),
        ("{failed: {kind: Timeout}}", Failure("Timeout", UNREADABLE.message)),
        ("{failed: {message: Gone.}}", Failure("InvalidData", "Gone.")),
        ("{failed: {}}", UNREADABLE),
    ],
)
def test_a_file_may_fail_in_words_of_its_own(words: str, failure: Failure) -> None:
    record = planned(f"jobs: [{{azure_speech: {{files: {{0: {words}}}}}}}]", "a.wav", "b.wav")

    assert failures(record) == [failure, None]


def test_a_transcription_whose_files_all_fail_fails() -> None:
    record = planned("jobs: [{azure_speech: {files: {0: failed, 1: failed, 7: failed}}}]", "a", "b")

    assert record.job.timeline[-1] == Step(3, Phase.FAILED)
    assert record.error == VAGUE
    assert [file.name for file in record.files] == ["report.json"]


def test_a_single_file_that_fails_in_its_own_words_gives_them_to_the_transcription() -> None:
    words = "{failed: {kind: InvalidUri, message: The recordings URI is invalid.}}"

    record = planned(f"jobs: [{{azure_speech: {{files: {{0: {words}}}}}}}]", "a.wav")

    assert record.error == Failure("InvalidUri", "The recordings URI is invalid.")


@pytest.mark.parametrize(
    ("error", "failure", "told"),
    [
        ("", UNREADABLE, VAGUE),
        (
            ", error: {code: 500}",
            Failure("500", UNREADABLE.message),
            Failure("500", UNREADABLE.message),
        ),
        (
            ", error: {code: Timeout, message: Too slow.}",
            Failure("Timeout", "Too slow."),
            Failure("Timeout", "Too slow."),
        ),
    ],
)
def test_a_timeline_that_fails_fails_every_file(
    error: str, failure: Failure, told: Failure
) -> None:
    record = planned(f"jobs: [{{timeline: {{processing: 1s, failed: 2s}}{error}}}]", "a", "b")

    assert failures(record) == [failure, failure]
    assert record.error == told
    assert record.job.timeline[-1] == Step(2, Phase.FAILED)


def test_a_rule_for_one_recording_fails_that_one_alone() -> None:
    scenario = 'jobs: [{when: {audio: "*/broken.wav"}, timeline: {failed: 9s}}]'

    record = planned(scenario, "broken.wav", "good.wav")

    assert failures(record) == [UNREADABLE, None]
    assert record.job.timeline[-1] == Step(3, Phase.COMPLETED)


@pytest.mark.parametrize(
    ("slow", "end"),
    [("completed: 60s", Step(60, Phase.COMPLETED)), ("processing: 2s", Step(2, Phase.PROCESSING))],
)
def test_the_whole_takes_as_long_as_its_slowest_recording(slow: str, end: Step) -> None:
    scenario = f'jobs: [{{when: {{audio: "*/slow.wav"}}, timeline: {{{slow}}}}}]'

    record = planned(scenario, "quick.wav", "slow.wav")

    assert record.job.timeline[-1] == end


def test_each_recording_has_the_transcript_of_its_own_rule() -> None:
    scenario = """
transcripts: {hello: {language: en, lines: [Ann: Hello world.]}}
jobs: [{when: {audio: "*/hello.wav"}, transcript: hello}]
"""

    record = planned(scenario, "hello.wav", "other.wav")

    assert [recording.script for recording in record.recordings] == ["hello", None]


def test_the_blobs_of_a_container_are_its_recordings() -> None:
    scenario = """
jobs:
  - {when: {audio: "*/broken.wav"}, timeline: {failed: 2s}}
  - {when: {audio: "https://storage.test/calls*"}, azure_speech: {blobs: [a/1.wav, broken.wav]}}
"""

    record = planned(scenario, container_url="https://storage.test/calls/?sv=1&sig=2")

    assert [recording.audio.source for recording in record.recordings] == ["a/1.wav", "broken.wav"]
    assert [file.name for file in record.files] == ["a/1.wav.json", "report.json"]
    assert failures(record) == [None, UNREADABLE]


@pytest.mark.parametrize(
    "where",
    [
        {"container_url": "https://storage.test/calls"},
        {"dataset_path": "/speechtotext/v3.1/datasets/827712a5-f942-4997-91c3-7c6cde35600b"},
    ],
)
def test_a_container_has_two_recordings_if_nobody_says_otherwise(where: dict[str, Any]) -> None:
    record = planned("scenario: x", **where)

    assert [recording.audio.source for recording in record.recordings] == [
        "audio1.wav",
        "audio2.wav",
    ]


def test_a_blob_says_the_same_as_its_url() -> None:
    by_container = planned("scenario: x", container_url="https://media.example.com")
    by_url = planned("scenario: x", "audio1.wav")

    assert by_container.recordings[0].audio.digest == by_url.recordings[0].audio.digest


def test_a_rule_may_give_recordings_two_channels() -> None:
    record = planned("jobs: [{azure_speech: {channels: 2}}]", "a.wav")

    assert record.recordings[0].audio.channels == 2


@pytest.mark.parametrize(
    "scenario",
    [
        "jobs: [{azure_speech: {channels: 2}}]",
        "transcripts: {x: {language: en, speakers: 2, minutes: 241}}\njobs: [{transcript: x}]",
    ],
)
def test_diarization_is_for_mono_recordings_of_up_to_240_minutes(scenario: str) -> None:
    record = planned(scenario, "a.wav", settings=Settings(diarization=True))

    assert failures(record) == [VAGUE]
    assert record.error == VAGUE
    assert failures(planned(scenario, "a.wav")) == [None]


@pytest.mark.parametrize(
    "facts",
    [
        "files: {0: broken}",
        "files: {x: failed}",
        "channels: 3",
        "blobs: []",
        "files: {0: {}}",
        "x: 1",
    ],
)
def test_facts_that_nobody_knows_are_refused_when_the_scenario_is_loaded(facts: str) -> None:
    with pytest.raises(ScenarioErrors):
        backend(f"jobs: [{{azure_speech: {{{facts}}}}}]")


def existing(scenario: str) -> list[Transcription]:
    return list(backend(scenario).store.oldest_first(Transcription))


def test_existing_transcriptions_are_spread_over_their_ages() -> None:
    found = existing("existing: [{provider: azure_speech, count: 3, age: 1h..3h}]")

    assert [(T0 - one.made_at).total_seconds() for one in found] == [10800, 7200, 3600]
    assert [one.order.display_name for one in found] == [
        "Transcription 1",
        "Transcription 2",
        "Transcription 3",
    ]
    assert found[0].order.content_urls == ("https://media.example.com/recording-1.wav",)
    assert len({one.id for one in found}) == 3


@pytest.mark.parametrize(
    ("phase", "state", "error", "files"),
    [
        ("queued", State.NOT_STARTED, None, 0),
        ("processing", State.RUNNING, None, 0),
        ("completed", State.SUCCEEDED, None, 2),
        ("failed", State.FAILED, VAGUE, 1),
    ],
)
@pytest.mark.parametrize("age", ["0s", "2s", "30d"])
def test_an_existing_transcription_stands_in_its_phase(
    age: str, phase: str, state: State, error: Failure | None, files: int
) -> None:
    (found,) = existing(f"existing: [{{provider: azure_speech, phase: {phase}, age: {age}}}]")

    assert found.state_at(T0) == state
    assert found.error == error
    assert len(found.files_at(T0)) == files


def test_an_existing_transcription_is_what_the_scenario_says() -> None:
    (found,) = existing("""
transcripts: {hallo: {language: de-AT, lines: [Ann: Guten Morgen.]}}
existing:
  - provider: azure_speech
    id: 3F0A8C52-8A0E-4F6E-9F0E-5B4D2F3C7A11
    transcript: hallo
    audio: https://media.example.com/hallo.wav
    name: Hallo
""")

    assert found.id == "3f0a8c52-8a0e-4f6e-9f0e-5b4d2f3c7a11"
    assert found.order.locale == "de-AT"
    assert found.order.display_name == "Hallo"
    assert found.order.content_urls == ("https://media.example.com/hallo.wav",)
    assert found.recordings[0].script == "hallo"


@pytest.mark.parametrize(("language", "locale"), [("", "en-US"), ("language: fr", "fr-FR")])
def test_an_existing_transcription_has_a_locale(language: str, locale: str) -> None:
    (found,) = existing(f"existing: [{{provider: azure_speech, {language}}}]")

    assert found.order.locale == locale


def test_the_defaults_of_the_scenario_need_no_file() -> None:
    record = planning.new_transcription(
        order(), bench(AZURE_SPEECH, Scenario()).tenant.backend(AZURE_SPEECH)
    )

    assert failures(record) == [None]
