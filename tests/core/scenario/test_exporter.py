from datetime import UTC, datetime

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from emulator.application.scenario_sources import EVENTS, WORDS
from emulator.core.base.resources import fixture_names, fixture_path
from emulator.core.scenario.exporter import content, duration, to_yaml
from emulator.core.scenario.loader import load
from emulator.core.scenario.model import (
    ClockSettings,
    JobCondition,
    JobError,
    JobPlan,
    KeyState,
    Rule,
    Scenario,
    SeedJobs,
    SeedRecording,
)
from emulator.core.scenario.schema.quantities import duration as read_duration
from emulator.core.state.jobs import Phase, Step
from tests.core.scenario.places import unplaced

EVERYTHING = """
scenario: "Everything: at once"
seed: 7
clock: {mode: step, step: 500ms, start: 2026-01-05T09:00:00.25Z}
keys:
  test-ann: ok
  test-old: expired
  test-busy: {rate: 5/10s, concurrent_jobs: 2}
  test-both: {state: revoked, rate: 100/h}
transcripts:
  board:
    language: no
    lines:
      - Ann: "Yes: really"
      - Ben: {says: "no", at: 4.2s, for: 2500ms}
  long: {language: de, speakers: 3, minutes: 1h30m}
  drawn: {language: ja}
jobs:
  - when: {provider: gladia, audio: "*board*", locale: en, key: test-ann}
    transcript: board
    gladia: {addons: {summarization: failed}, error_code: 500}
  - when: {audio: "*broken*"}
    timeline: {processing: 1s, failed: 1d2h3m4.5s}
    error: {code: 422, message: "1e3"}
  - when: {provider: azure_speech, audio: "*a*"}
    azure_speech: {files: {1: failed, 2: {failed: {kind: X}}}}
  - when: {provider: phrase_studio}
    phrase_studio: {steps: {translation.fr: 9s}, upload: direct}
  - timeline: {}
existing:
  - {provider: gladia}
  - {provider: gladia, count: 45, age: 1h..30d, phase: failed, error: {message: bad}}
  - provider: gladia
    id: a
    age: 0
    timeline: {processing: 1s}
    language: no
    languages: [fr, de]
    audio: "https://example.com/a b.wav"
    name: "true"
  - provider: azure_speech
    recordings:
      - {audio: a.wav, transcript: board}
      - {audio: b.wav, digest: "12", length: 1.5s, channels: 2}
  - provider: azure_speech
    transcript: long
    azure_speech: {request: {description: "null", properties: {channels: [0]}}}
  - provider: phrase_studio
    phrase_studio:
      archived: true
      recordings: {0: {timeline: {processing: 1s, completed: 3s}, age: 5s}}
faults:
  - when: {provider: gladia, call: 2..3, chance: 5%}
    answer: {status: 503, retry_after: 1s}
  - connection: reset
webhooks:
  - {provider: gladia, url: "inbox:mine", events: [transcription.success], duplicates: 2}
  - {provider: gladia, url: "inbox:late", secret: s, delay: 1s..5s}
  - {provider: gladia, url: "http://127.0.0.1:9/x", delay: 3s, order: reversed}
  - {provider: gladia, url: "inbox:x", secret: s, signature: wrong, timestamps: real}
"""


def again(scenario: Scenario) -> Scenario:
    return load(to_yaml(scenario), vocabularies=WORDS, events=EVENTS)


def test_a_scenario_that_says_everything_is_read_again_as_it_was() -> None:
    scenario = load(EVERYTHING, vocabularies=WORDS, events=EVENTS)

    assert unplaced(again(scenario)) == unplaced(scenario)


@pytest.mark.parametrize("name", fixture_names())
def test_a_built_in_is_read_again_as_it_was(name: str) -> None:
    scenario = load(fixture_path(name).read_bytes(), vocabularies=WORDS, events=EVENTS)

    assert unplaced(again(scenario)) == unplaced(scenario)


def test_what_is_as_usual_is_not_said() -> None:
    assert content(Scenario()) == {"scenario": "Nothing special"}


def test_it_is_written_as_people_would() -> None:
    rule = Rule(JobCondition(), JobPlan((Step(0, Phase.QUEUED), Step(90, Phase.COMPLETED))))
    scenario = Scenario(
        title="A story",
        clock=ClockSettings("wall", speed=2.5, start=datetime(2026, 1, 5, 9, tzinfo=UTC)),
        keys={"test-old": KeyState.EXPIRED},
        jobs=(rule,),
        existing=(SeedJobs("gladia", count=2, age_seconds=(60, 86_400)),),
    )

    assert to_yaml(scenario) == (
        "# yaml-language-server: $schema=./scenario.schema.json\n"
        "scenario: A story\n"
        "clock: {mode: wall, speed: 2.5, start: '2026-01-05T09:00:00Z'}\n"
        "keys: {test-old: expired}\n"
        "jobs:\n"
        "- timeline: {completed: 1m30s}\n"
        "existing:\n"
        "- {provider: gladia, count: 2, age: 1m..1d}\n"
    )


def test_one_recording_of_which_little_is_known_needs_no_list() -> None:
    one = SeedJobs("gladia", recordings=(SeedRecording("a.wav", transcript="board"),))

    [entry] = yaml.safe_load(to_yaml(Scenario(existing=(one,))))["existing"]

    assert entry == {"provider": "gladia", "age": "1h", "audio": "a.wav", "transcript": "board"}


def test_an_error_of_a_job_that_does_not_fail_is_not_said() -> None:
    ended = (Step(0, Phase.QUEUED), Step(1, Phase.COMPLETED))
    one = SeedJobs("gladia", error=JobError(1), timeline=ended)

    [entry] = yaml.safe_load(to_yaml(Scenario(existing=(one,))))["existing"]

    assert entry == {"provider": "gladia", "age": "1h", "timeline": {"completed": "1s"}}


def test_what_yaml_has_no_character_for_is_replaced() -> None:
    assert again(Scenario(title="a\x07b")).title == "a\ufffdb"


@given(st.text(min_size=1, alphabet=st.characters(min_codepoint=32, max_codepoint=0xD7FF)))
def test_any_text_is_read_again_as_it_was(text: str) -> None:
    request = {"custom_metadata": {"a": text}}
    one = SeedJobs("gladia", options={"request": request})

    [found] = again(Scenario(existing=(one,))).existing

    kept = found.options["request"]["custom_metadata"]["a"]
    assert kept == text or "\ufffd" in kept


@given(st.integers(0, 10**13))
def test_any_duration_is_read_again_as_it_was(microseconds: int) -> None:
    seconds = microseconds / 1_000_000

    assert read_duration(duration(seconds)) == pytest.approx(seconds, abs=1e-7)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0s"),
        (0.25, "250ms"),
        (0.000001, "0.000001s"),
        (1.5, "1.5s"),
        (60, "1m"),
        (3661.001, "1h1m1.001s"),
        (172_800, "2d"),
    ],
)
def test_a_duration_is_short(seconds: float, text: str) -> None:
    assert duration(seconds) == text
