"""LiveKit's and Pipecat's plugins, over a websocket. Each lives in an environment of its own."""

from pathlib import Path
from typing import Any

import pytest

import emulator
from tests.sdk.programs import TALK, said_by, talk

PROGRAMS = Path(__file__).parent / "clients"
ENVIRONMENTS = Path(__file__).parents[2] / ".clients"


def client(name: str, folder: Path) -> Any:
    """What the program of that name says of the talk."""
    python = ENVIRONMENTS / name / "bin" / "python"
    if not (ENVIRONMENTS / name / "installed.txt").exists():
        pytest.skip("needs the plugins: scripts/plugins")
    with emulator.run(TALK) as speech:
        program = PROGRAMS / f"{name}_client.py"
        return said_by(python, program, speech.gladia.url, speech.key, talk(folder))


def test_livekit_recognizes_at_once_and_as_a_stream(tmp_path: Path) -> None:
    assert client("livekit", tmp_path) == {
        "at_once": ["Good morning.", "Hello Ann."],
        "stream": [
            ["start_of_speech"],
            ["interim_transcript", "Good"],
            ["interim_transcript", "Good morning."],
            ["final_transcript", "Good morning."],
            ["end_of_speech"],
            ["start_of_speech"],
            ["interim_transcript", "Hello"],
            ["interim_transcript", "Hello Ann."],
            ["final_transcript", "Hello Ann."],
            ["end_of_speech"],
        ],
    }


def test_pipecat_hears_what_is_said_while_it_is_said(tmp_path: Path) -> None:
    assert client("pipecat", tmp_path) == {
        "said": [
            ["InterimTranscriptionFrame", " Good"],
            ["InterimTranscriptionFrame", " Good morning."],
            ["TranscriptionFrame", " Good morning."],
            ["InterimTranscriptionFrame", " Hello"],
            ["InterimTranscriptionFrame", " Hello Ann."],
            ["TranscriptionFrame", " Hello Ann."],
        ],
        "errors": [],
    }
