from datetime import UTC, datetime

import pytest

from emulator.core.scenario.loader import load
from emulator.core.scenario.model import ClockSettings, KeyState, SeedJobs
from emulator.core.speech.transcripts import Line, Script
from emulator.core.state.jobs import Phase
from tests.core.scenario.samples import VOCABULARIES

START = datetime(2026, 1, 5, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "plan"),
    [
        ("{}", ClockSettings()),
        ("{mode: manual}", ClockSettings("manual")),
        ("{step: 500ms}", ClockSettings("step", step_seconds=0.5)),
        ("{mode: step, step: 2}", ClockSettings("step", step_seconds=2.0)),
        ("{speed: 60}", ClockSettings("wall", speed=60.0)),
        ("{mode: wall, speed: 0.5}", ClockSettings("wall", speed=0.5)),
        ("{start: 2026-01-05T09:00:00Z}", ClockSettings(start=START)),
        ("{start: 2026-01-05 10:00:00+01:00}", ClockSettings(start=START)),
        ('{start: "2026-01-05T09:00:00Z"}', ClockSettings(start=START)),
    ],
)
def test_the_clock_is_what_its_words_say(text: str, plan: ClockSettings) -> None:
    assert load(f"clock: {text}").clock == plan


@pytest.mark.parametrize("state", list(KeyState))
def test_a_key_has_a_state(state: KeyState) -> None:
    assert load(f"keys: {{test-ann: {state.value}}}").keys == {"test-ann": state}


def test_a_transcript_has_lines_with_times_or_without() -> None:
    text = """
transcripts:
  board:
    language: en
    lines:
      - Ann: Good morning everyone.
      - Ben: {says: "Let us start, then.", at: 4.2s, for: 2.5s}
      - 007: Yes
      - Ann: {says: no, at: 4.2s}
"""

    assert load(text).transcripts == {
        "board": Script(
            name="board",
            language="en",
            lines=(
                Line("Ann", "Good morning everyone."),
                Line("Ben", "Let us start, then.", 4200, 2500),
                Line("007", "Yes"),
                Line("Ann", "no", 4200),
            ),
        )
    }


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("{language: no}", Script("a", "no")),
        ("{language: de-DE, speakers: 20}", Script("a", "de-DE", speakers=20)),
        ("{language: de, minutes: 45}", Script("a", "de", duration_ms=2_700_000)),
        ("{language: de, minutes: 0.01}", Script("a", "de", duration_ms=600)),
        ("{language: de, minutes: 600}", Script("a", "de", duration_ms=36_000_000)),
        ("{language: de, minutes: 1h30m}", Script("a", "de", duration_ms=5_400_000)),
    ],
)
def test_a_transcript_may_be_made_up(text: str, script: Script) -> None:
    assert load(f"transcripts: {{a: {text}}}").transcripts == {"a": script}


def test_what_exists_is_as_usual_unless_said() -> None:
    scenario = load("existing: [{provider: gladia}]", vocabularies=VOCABULARIES)

    assert scenario.existing == (SeedJobs("gladia"),)


def test_what_exists_may_be_said_in_full() -> None:
    text = """
transcripts: {board: {language: en}}
existing:
  - provider: phrase_studio
    count: 1
    id: 6b1f0d5e-4a53-4c0e-9a52-2f7f5c1d9e10
    phase: failed
    age: 1h..30d
    transcript: board
    language: no
    languages: [es, pt-BR]
    audio: https://example.com/a.wav
    name: The board
  - {provider: aitronos, count: 100000, age: 90}
"""

    assert load(text, vocabularies=VOCABULARIES).existing == (
        SeedJobs(
            provider="phrase_studio",
            count=1,
            id="6b1f0d5e-4a53-4c0e-9a52-2f7f5c1d9e10",
            phase=Phase.FAILED,
            age_seconds=(3600.0, 2_592_000.0),
            transcript="board",
            language="no",
            languages=("es", "pt-BR"),
            audio="https://example.com/a.wav",
            name="The board",
        ),
        SeedJobs("aitronos", count=100_000, age_seconds=(90.0, 90.0)),
    )


def test_two_providers_may_have_the_same_id() -> None:
    text = "existing: [{provider: gladia, id: a}, {provider: aitronos, id: a}]"

    assert [one.id for one in load(text, vocabularies=VOCABULARIES).existing] == ["a", "a"]
