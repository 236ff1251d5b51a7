"""Short ways to jobs, for tests of Gladia."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from emulator.core.speech.transcripts import Audio, Segment, Transcript, Word
from emulator.core.state.jobs import USUAL, Job, Timeline
from emulator.providers.gladia.live.recording import SessionRecording
from emulator.providers.gladia.records import File, Kind, Transcription
from emulator.providers.gladia.requests import JobOptions, job_options
from tests.support.clients import Bench

T0 = datetime(2026, 1, 5, 9, tzinfo=UTC)
URL = "https://files.example.com/board.mp3"
ID = "0f4f3a1e-6a77-4f2b-9b0e-7b6b0d5c9e21"

# Each line is one word, so that nothing is worked out but the words' confidences.
SCRIPTED = """
transcripts:
  board:
    language: en
    lines:
      - Ann: {says: Hello., at: 0.5s, for: 1.5s}
      - Ben: {says: Goodbye., at: 2.5s, for: 1s}
jobs:
  - transcript: board
"""


def script(*lines: str, language: str = "en") -> str:
    """A scenario in which every job gets these lines: "Ann: Good morning."."""
    said = "".join(f"\n      - {line}" for line in lines)
    return (
        f"transcripts:\n  said:\n    language: {language}\n    lines:{said}\n"
        "jobs:\n  - transcript: said\n"
    )


def upload(b: Bench, content: bytes, filename: str = "meeting.wav") -> Any:
    return b.http.post("/v2/upload", files={"audio": (filename, content, "audio/wav")})


def create(b: Bench, **options: Any) -> str:
    """The id of a new job."""
    answer = b.http.post("/v2/pre-recorded", json={"audio_url": URL, **options})
    assert answer.status_code == 201, answer.text
    id: str = answer.json()["id"]
    return id


def job(b: Bench, id: str) -> Any:
    answer = b.http.get(f"/v2/pre-recorded/{id}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def done(b: Bench, **options: Any) -> Any:
    """The result of a job that has just ended."""
    id = create(b, **options)
    b.clock.advance(3)
    return job(b, id)["result"]


def validation_errors(b: Bench, **options: Any) -> list[str]:
    """What is said of a request that is refused."""
    answer = b.http.post("/v2/pre-recorded", json={"audio_url": URL, **options})
    assert answer.status_code == 400, answer.text
    errors: list[str] = answer.json()["validation_errors"]
    return errors


def record(
    name: str = "board.mp3",
    *,
    made_at: datetime = T0,
    timeline: Timeline = USUAL,
    custom_metadata: dict[str, Any] | None = None,
    kind: Kind = Kind.PRE_RECORDED,
    **given: Any,
) -> Transcription:
    """A job whose file has that name, and whose id is made from it."""
    return Transcription(
        job=Job(str(uuid5(NAMESPACE_URL, name)), made_at, timeline),
        kind=kind,
        request=given if kind is Kind.LIVE else {"audio_url": URL, **given},
        custom_metadata=custom_metadata,
        audio=Audio(URL, "d1", duration_ms=36_740, channels=1),
        file=File("6b0f6f0a-3f0e-4b57-9f7a-2f5d6c1f9a10", name, URL),
        recording=SessionRecording() if kind is Kind.LIVE else None,
    )


def wish(**given: Any) -> JobOptions:
    return job_options({"audio_url": URL, **given})


def stretch(
    text: str, *, at_ms: int = 0, speaker: int = 0, channel: int = 0, language: str = "en"
) -> Segment:
    """Words of 400 ms with 100 ms between them."""
    words = (
        Word(one, at_ms + 500 * i, at_ms + 500 * i + 400, 0.9) for i, one in enumerate(text.split())
    )
    return Segment(tuple(words), speaker, channel, language)


def transcript(
    utterances: Iterable[Segment], *, speakers: tuple[str, ...] = ("Speaker 1", "Speaker 2")
) -> Transcript:
    said = tuple(utterances)
    return Transcript("en", speakers, said, max(one.end_ms for one in said))
