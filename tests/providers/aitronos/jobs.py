"""Jobs for tests: made over HTTP, or built as values."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from emulator.core.scenario.model import JobError
from emulator.core.speech.transcripts import Audio, Segment, Transcript, Word
from emulator.core.state.jobs import USUAL, Job, Step, Timeline
from emulator.providers.aitronos.records import Price, Transcription, TranscriptionOptions
from tests.support.clients import Bench

T0 = datetime(2026, 1, 5, 9, tzinfo=UTC)
ID = "trans_4be1f20c7a9d4c3e8f5b6a7d8c9e0f12"
URL = "https://media.example.com/call.mp3"
PATH = "/v1/audio/transcribe"
BODY: dict[str, Any] = {
    "organization_id": "org_1",
    "transcription_options": {"audio_url": URL, "language": "en"},
}

# Two speakers, three sentences, and something of everything that can be redacted.
TALK = """
transcripts:
  talk:
    language: en
    lines:
      - Ann: {says: Good morning. Call 555-010-1234 now., at: 1s, for: 4s}
      - Ben: {says: "Write to ben@example.com, please.", at: 6s, for: 2500ms}
jobs:
  - transcript: talk
    aitronos: {refresh_seconds: 0}
"""


def post(b: Bench, **more: Any) -> httpx.Response:
    return b.http.post(PATH, json=BODY | more)


def create(b: Bench, **more: Any) -> str:
    answer = post(b, **more)
    assert answer.status_code == 201, answer.text
    id: str = answer.json()["data"]["transcription_id"]
    return id


def completed(b: Bench, **more: Any) -> str:
    """A job that its client has seen completed."""
    id = create(b, **more)
    b.clock.advance(11)
    answer = b.http.get(f"{PATH}/{id}")
    assert answer.json()["data"]["status"] == "completed", answer.text
    return id


def error(answer: httpx.Response) -> tuple[int, str, dict[str, Any]]:
    """The status, the code and the details."""
    found = answer.json()["error"]
    assert found["status"] == answer.status_code
    return answer.status_code, found["code"], found["details"]


def record(
    *,
    after: float = 0,
    timeline: Timeline = USUAL,
    refresh_seconds: float = 10,
    error: JobError | None = None,
    redacted: tuple[str, ...] = (),
) -> Transcription:
    """A job made at T0 and last checked ``after`` seconds later."""
    return Transcription(
        id=ID,
        job=Job(ID, T0, timeline),
        order=TranscriptionOptions("org_1", Audio(URL, "digest"), "en", redacted=redacted),
        duration_ms=42_500,
        price=Price(120, "synapses"),
        checked_at=T0 + timedelta(seconds=after),
        refresh_seconds=refresh_seconds,
        error=error or JobError(),
    )


def steps(*after: tuple[float, Any]) -> Timeline:
    return tuple(Step(seconds, phase) for seconds, phase in after)


def said(*utterances: str, language: str = "en") -> Transcript:
    """Each utterance by a speaker of its own; each word lasts a second, without pauses."""
    stretches: list[Segment] = []
    begin_ms = 0
    for speaker, text in enumerate(utterances):
        words = tuple(
            Word(word, begin_ms + 1000 * place, begin_ms + 1000 * place + 1000, 0.9)
            for place, word in enumerate(text.split())
        )
        stretches.append(Segment(words, speaker, 0, language))
        begin_ms = words[-1].end_ms
    return Transcript(language, ("Ann", "Ben")[: len(stretches)], tuple(stretches), begin_ms)
