"""Records and transcriptions with plain defaults."""

from datetime import UTC, datetime
from typing import Any

from emulator.core.speech.transcripts import Audio, Segment, Transcript, Word
from emulator.core.state.jobs import USUAL, Job, Timeline
from emulator.providers.azure_speech.records import (
    Failure,
    File,
    Recording,
    Settings,
    Transcription,
    TranscriptionRequest,
)
from tests.support.clients import Bench

T0 = datetime(2026, 1, 5, 9, tzinfo=UTC)
ID = "3f0a8c52-8a0e-4f6e-9f0e-5b4d2f3c7a11"
FILE_ID = "2dd180a1-434e-4368-a1ac-37350700284f"
MODEL = "/speechtotext/v3.1/models/base/6b1c1a0e-7d1f-4c1c-8f60-2f6f0f0c9d44"
PATH = "/speechtotext/v3.1/transcriptions"
UNKNOWN = "827712a5-f942-4997-91c3-7c6cde35600b"
NEW: dict[str, Any] = {
    "displayName": "Nightly calls",
    "locale": "en-US",
    "contentUrls": ["https://media.example.com/calls/0001.wav"],
}
NO_ENTITY = {"code": "NotFound", "message": "The specified entity cannot be found."}


def url(path: str) -> str:
    return f"https://speech.test{path}"


def recording(
    source: str = "https://media.example.com/a.wav",
    *,
    duration_ms: int = 2580,
    failure: Failure | None = None,
) -> Recording:
    return Recording(Audio(source, "digest"), "contenturl_0.json", duration_ms, failure=failure)


def order(settings: Settings | None = None, **changes: Any) -> TranscriptionRequest:
    given: dict[str, Any] = {
        "display_name": "My Transcription",
        "locale": "en-US",
        "model_path": MODEL,
        "content_urls": ("https://media.example.com/a.wav",),
        **changes,
    }
    return TranscriptionRequest(settings=settings or Settings(), **given)


def transcription(
    settings: Settings | None = None,
    *,
    timeline: Timeline = USUAL,
    recordings: tuple[Recording, ...] | None = None,
    error: Failure | None = None,
    **changes: Any,
) -> Transcription:
    heard = (recording(),) if recordings is None else recordings
    files = (
        File(FILE_ID, "contenturl_0.json", f"{ID}_0_0.json", heard[0]),
        File("faea9a41-c95c-4d91-96ff-e39225def642", "report.json", f"{ID}_report.json", None),
    )
    return Transcription(Job(ID, T0, timeline), order(settings, **changes), heard, files, error)


def stretch(
    *texts: str, speaker: int = 0, channel: int = 0, language: str = "en-US", start_ms: int = 760
) -> Segment:
    """Words of half a second, one right after the other."""
    words = (
        Word(text, start_ms + 500 * place, start_ms + 500 * (place + 1), 0.9)
        for place, text in enumerate(texts)
    )
    return Segment(tuple(words), speaker, channel, language)


def transcript(*utterances: Segment, channels: int = 1, duration_ms: int = 2580) -> Transcript:
    return Transcript("en-US", ("Ann", "Ben", "Cem"), utterances, duration_ms, channels)


def create(b: Bench, **changes: Any) -> str:
    """The id of a new transcription."""
    response = b.http.post(PATH, json={**NEW, **changes})
    assert response.status_code == 201, response.text
    return str(response.json()["self"].rpartition("/")[2])
