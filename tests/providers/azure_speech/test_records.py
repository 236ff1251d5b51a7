"""What is remembered of a transcription."""

from datetime import timedelta

import pytest

from emulator.core.state.jobs import Phase, Step
from emulator.providers.azure_speech.records import STATES, Settings, State
from tests.providers.azure_speech.making import T0, transcription


def test_every_phase_has_a_state() -> None:
    assert set(STATES) == set(Phase)
    assert set(STATES.values()) == set(State)


@pytest.mark.parametrize(
    ("seconds", "state"),
    [(0, "NotStarted"), (0.9, "NotStarted"), (1, "Running"), (3, "Succeeded"), (9e6, "Succeeded")],
)
def test_the_state_follows_the_clock(seconds: float, state: str) -> None:
    assert transcription().state_at(T0 + timedelta(seconds=seconds)) == state


def test_files_are_there_from_the_end_on() -> None:
    record = transcription()

    assert record.files_at(T0 + timedelta(seconds=2)) == ()
    assert record.files_at(T0 + timedelta(seconds=3)) == record.files


@pytest.mark.parametrize(
    ("settings", "seconds", "expired"),
    [
        (Settings(), 1e9, False),
        (Settings(time_to_live=timedelta()), 1e9, False),
        (Settings(time_to_live=timedelta(minutes=30)), 1802.9, False),
        (Settings(time_to_live=timedelta(minutes=30)), 1803, True),
    ],
)
def test_the_time_to_live_counts_from_the_end(
    settings: Settings, seconds: float, expired: bool
) -> None:
    assert transcription(settings).is_expired(T0 + timedelta(seconds=seconds)) is expired


def test_a_transcription_that_never_ends_never_expires() -> None:
    settings = Settings(time_to_live=timedelta(minutes=30))
    stuck = transcription(settings, timeline=(Step(0, Phase.QUEUED),))

    assert stuck.expires_at() is None
    assert not stuck.is_expired(T0 + timedelta(days=9000))
