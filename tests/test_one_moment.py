"""A request happens at one moment, however often the clock is read for it."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from itertools import count
from typing import Any

import pytest

from emulator.core.base.clock import WallClock
from emulator.core.provider.provider import Provider
from emulator.providers import PROVIDERS
from emulator.providers.azure_speech import AZURE_SPEECH
from emulator.providers.gladia import GLADIA
from emulator.providers.phrase_studio import PHRASE_STUDIO
from tests.providers.gladia.live.test_socket import SECOND, STOP, init, join
from tests.providers.phrase_studio.build import FIELDS, FILES, form
from tests.support.clients import Bench, bench

START = datetime(2026, 1, 5, 9, tzinfo=UTC)


def hurried(provider: Provider, scenario: str = "seed: 0", *, tick_ms: int = 1) -> Bench:
    """With a clock that moves on whenever it is read."""
    b = bench(provider, scenario)
    readings = count()
    b.tenant.clock.current = WallClock(
        read=lambda: START + timedelta(milliseconds=tick_ms * next(readings))
    )
    return b


def test_a_session_was_made_when_its_init_says_so() -> None:
    b = hurried(GLADIA)

    begun = init(b)

    assert b.http.get(f"/v2/live/{begun['id']}").json()["created_at"] == begun["created_at"]


def test_the_last_transcript_of_a_session_is_its_result() -> None:
    b = hurried(GLADIA)
    begun = init(
        b,
        post_processing={"summarization": True},
        messages_config={"receive_lifecycle_events": True},
    )
    dialogue = join(b, begun["url"])
    dialogue.receive(SECOND * 4)
    messages = [message.content for message in dialogue.receive(STOP).messages]

    shown: Any = b.http.get(f"/v2/live/{begun['id']}").json()["result"]

    told = {message["type"]: message for message in messages if isinstance(message, dict)}
    assert {one["created_at"] for one in told.values()} == {told["end_recording"]["created_at"]}
    assert told["post_final_transcript"]["data"] == {
        name: value for name, value in shown.items() if name != "messages"
    }
    assert told["post_transcript"]["data"] == shown["transcription"]
    assert told["post_summarization"]["data"] == {"results": shown["summarization"]["results"]}
    assert told["end_recording"]["data"] == {
        "recording_duration": shown["metadata"]["audio_duration"]
    }


def test_a_transcription_was_made_when_its_creation_says_so() -> None:
    b = hurried(AZURE_SPEECH)
    asked = {"displayName": "a", "locale": "en-US", "contentUrls": ["https://a.test/a.wav"]}

    made = b.http.post("/speechtotext/v3.1/transcriptions", json=asked).json()

    shown = b.http.get("/speechtotext/v3.1/transcriptions/" + made["self"].rpartition("/")[2])
    times = {name: made[name] for name in ("createdDateTime", "lastActionDateTime")}
    assert {name: shown.json()[name] for name in times} == times
    assert len(set(times.values())) == 1


def test_a_project_and_its_recordings_were_made_at_once() -> None:
    b = hurried(PHRASE_STUDIO, "jobs: [{phrase_studio: {upload: direct}}]")

    made = b.http.post("/v1/projects", files=form(FIELDS, FILES * 3)).json()

    shown = b.http.get(f"/v1/projects/{made['id']}").json()
    assert {one["createdAt"] for one in (shown, *shown["recordings"])} == {shown["updatedAt"]}


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda one: one.name)
def test_an_answer_and_its_header_are_of_one_second(provider: Provider) -> None:
    b = hurried(provider, tick_ms=60_000)

    answer = b.http.get("/nothing/there")

    *_, exchange = b.tenant.journal
    assert parsedate_to_datetime(answer.headers["date"]) == exchange.at
    assert exchange.at.strftime("%Y-%m-%dT%H:%M") in answer.text or "imestamp" not in answer.text
