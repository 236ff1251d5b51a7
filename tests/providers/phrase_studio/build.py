"""Records and calls that the tests of Phrase Studio share."""

from datetime import UTC, datetime
from typing import Any

import httpx
from msgspec.structs import replace

from emulator.core.speech.transcripts import Audio
from emulator.core.state.jobs import USUAL, Job, Timeline
from emulator.providers.phrase_studio import PHRASE_STUDIO
from emulator.providers.phrase_studio.records import (
    Choice,
    Project,
    Recording,
    Settings,
    step_ends,
    timeline_for,
)
from tests.support.clients import Bench, bench

T0 = datetime(2026, 1, 5, 9, tzinfo=UTC)
PROJECT = "6b1f0d5e-4a53-4c0e-9a52-2f7f5c1d9e10"
RECORDING = "d2f4a8c0-91b7-4d0a-8a0e-5c3b1e6f7a22"
ACCOUNT = "0f4c1a52-7d6e-4f53-8f29-3f1d2b7c6a01"
PROFILE = "3c1e7a90-2b4d-4c1f-9c0a-77d1f0a5b312"
NOBODY = "11111111-2222-4333-8444-555555555555"

STORY = """
transcripts:
  hello:
    language: en
    lines:
      - Ann: {says: Hello everyone., at: 1s, for: 3s}
jobs:
  - transcript: hello
"""

PROFILES = f'[{{"subtitleProfileId": "{PROFILE}", "languageCode": "en"}}]'
FIELDS = {"sourceLanguage": "en", "subtitleProfiles": PROFILES}
FILES = [("files", ("talk.mp3", b"not really audio", "audio/mpeg"))]


def at(seconds: float) -> datetime:
    return datetime.fromtimestamp(T0.timestamp() + seconds, UTC)


def settings(**changes: Any) -> Settings:
    return replace(Settings("en", (Choice(PROFILE, "en"),)), **changes)


def recording(
    asked: Settings | None = None,
    *,
    id: str = RECORDING,
    mime: str = "audio/wav",
    timeline: Timeline = USUAL,
    steps: dict[str, float] | None = None,
) -> Recording:
    """A recording made at T0."""
    asked = asked or settings()
    finished_after = step_ends(tuple(asked.steps()), timeline, steps or {})
    return Recording(
        id=id,
        project_id=PROJECT,
        job=Job(id, T0, timeline_for(timeline, finished_after)),
        audio=Audio("sync.wav", "digest"),
        name="sync.wav",
        mime=mime,
        extension="wav",
        duration_ms=42_040,
        settings=asked,
        language="en",
        finished_after=finished_after,
    )


def project(*recordings: Recording, **changes: Any) -> Project:
    return replace(Project(PROJECT, ACCOUNT, "Weekly sync", T0, recordings), **changes)


def studio(scenario: str = STORY, *, key: str | None = "test-key") -> Bench:
    return bench(PHRASE_STUDIO, scenario, key=key)


def form(fields: dict[str, Any], files: Any = ()) -> list[tuple[str, Any]]:
    """The parts of a multipart body, as httpx wants them; a list repeats its part."""
    texts = {name: text if isinstance(text, list) else [text] for name, text in fields.items()}
    parts = [(name, (None, text)) for name, found in texts.items() for text in found]
    return [*parts, *files]


def create(
    b: Bench, fields: dict[str, Any] | None = None, files: Any = None, **query: str
) -> httpx.Response:
    """Make a project as a client does that follows the redirect."""
    parts = form(FIELDS if fields is None else fields, FILES if files is None else files)
    return b.http.post("/v1/projects", params=query, files=parts, follow_redirects=True)


def made(b: Bench, *, files: Any = None, **fields: Any) -> tuple[str, str]:
    """The ids of a new project and of its first recording."""
    answer = create(b, {**FIELDS, **fields}, files)
    assert answer.status_code == 200, answer.text
    details = b.http.get(f"/v1/projects/{answer.json()['id']}").json()
    return details["id"], details["firstRecordingId"]


def refused(answer: httpx.Response) -> tuple[int, str]:
    """The status, told twice, and the message of an error; its whole shape is checked."""
    content = answer.json()
    assert content == {
        "success": False,
        "statusCode": answer.status_code,
        "message": content["message"],
        "timestamp": content["timestamp"],
    }
    return answer.status_code, content["message"]
