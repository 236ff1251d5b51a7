"""The official JavaScript SDK, run by Node over a socket."""

from collections.abc import Iterator
from pathlib import Path
from shutil import which
from typing import Any

import pytest

import emulator
from emulator.interfaces.testing.api import EmulatorSession
from tests.sdk.programs import TALK, said_by, talk
from tests.support.clients import wav

PROGRAMS = Path(__file__).parent / "node"
MODULES = Path(__file__).parents[2] / ".node" / "node_modules"
NODE = which("node")

pytestmark = pytest.mark.skipif(
    not (NODE and MODULES.is_dir()),
    reason="needs Node 20 and its packages: scripts/node-sdk",
)


@pytest.fixture
def speech() -> Iterator[EmulatorSession]:
    with emulator.run() as running:
        yield running


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    path = tmp_path / "meeting.wav"
    path.write_bytes(wav(12))
    return path


def node(program: str, url: str, key: str, *args: Path) -> Any:
    """What the program says; the SDK drops a path prefix, so that the address is the bare one."""
    return said_by(str(NODE), PROGRAMS / program, MODULES, url, key, *args)


def test_a_recording_goes_all_its_way(speech: EmulatorSession, recording: Path) -> None:
    came = node("recordings.mjs", speech.url, speech.key, recording)

    file, job = came["metadata"]["id"], came["created"]["id"]
    assert came["metadata"] == {
        "id": file,
        "filename": "meeting.wav",
        "extension": "wav",
        "size": recording.stat().st_size,
        "audio_duration": 12,
        "number_of_channels": 1,
    }
    assert came["created"]["result_url"] == f"{speech.url}/v2/pre-recorded/{job}"
    assert came["early"]["status"] == 403
    assert (came["status"], came["file"]["id"], bool(came["transcript"])) == ("done", file, True)
    assert came["pages"] == [came["again"]["id"], job]
    assert came["next"] is None
    assert came["filtered"] == [job]
    assert (came["same"], came["deleted"], came["gone"]["status"]) == (True, True, 404)
    assert (came["summary"], came["speakers"]) == (True, True)


def test_a_refusal_is_an_error_with_its_words(speech: EmulatorSession, recording: Path) -> None:
    came = node("recordings.mjs", speech.url, speech.key, recording)

    invalid, stranger = came["invalid"], came["stranger"]
    assert (invalid["name"], invalid["status"]) == ("HttpError", 400)
    assert invalid["requestId"].startswith("G-")
    assert invalid["body"]["validation_errors"] == ["audio_url must be a URL address"]
    assert (stranger["status"], stranger["message"]) == (
        401,
        f"gladia user not found | {stranger['requestId']} | 401 | GET /v2/pre-recorded",
    )


def test_what_passes_is_tried_again_and_what_stays_is_told(speech: EmulatorSession) -> None:
    speech.faults.add({"when": {"call": 1}, "answer": 503})
    speech.faults.add({"when": {"call": "3..4"}, "answer": 429})

    assert node("trouble.mjs", speech.url, speech.key) == {"once": [], "twice": [429, 429]}


def test_a_live_session_goes_all_its_way(tmp_path: Path) -> None:
    with emulator.run(TALK) as speech:
        came = node("live.mjs", speech.url, speech.key, talk(tmp_path))

    assert came == {
        "code": 1000,
        "states": ["started", "connected", "ending"],
        "types": [
            *("start_session", "start_recording"),
            *("speech_start", "transcript", "transcript", "transcript", "speech_end"),
            *("speech_start", "transcript", "transcript", "transcript", "speech_end"),
            *("end_recording", "post_transcript", "post_summarization", "post_final_transcript"),
            "end_session",
        ],
        "finals": [" Good morning.", " Hello Ann."],
        "status": "done",
        "transcript": "Good morning. Hello Ann.",
        "listed": [True],
        "riff": "RIFF",
        "samples": True,
        "deleted": True,
    }
