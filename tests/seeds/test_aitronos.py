"""The published page of one call: a transcription by its id."""

from typing import Any
from unittest.mock import ANY

import httpx
import pytest

from emulator.providers.aitronos import AITRONOS
from tests.support.clients import Bench, bench

ID = "trans_a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6"
CALL = f"/v1/audio/transcribe/{ID}"
URL = "https://api.aitronos.com"

COMPLETED = f"""
transcripts:
  welcome:
    language: en
    lines: [{{Ann: {{says: Hello and welcome. Let us start., at: 0, for: 42500ms}}}}]
existing:
  - {{provider: aitronos, id: {ID}, transcript: welcome, age: 1h,
     audio: "https://media.example.com/call.mp3"}}
"""


def call(b: Bench, **headers: str) -> httpx.Response:
    """The very call of the page, with its bearer token."""
    bearer = {"Authorization": "Bearer test-key"}
    return b.http.get(URL + CALL, headers=bearer | headers)


def scenario(phase: str) -> str:
    return f"existing: [{{provider: aitronos, id: {ID}, phase: {phase}, age: 1h}}]"


def test_the_published_call_gets_the_published_answer() -> None:
    b = bench(AITRONOS, COMPLETED, key=None)

    answer = call(b, **{"If-None-Match": '"abc123etag"'})

    assert answer.status_code == 200
    assert answer.json() == {
        "success": True,
        "data": {
            "transcription_id": ID,
            "status": "completed",
            "model_key": "fvt-1",
            "text": "Hello and welcome. Let us start.",
            "audio_metadata": {
                "url": "https://media.example.com/call.mp3",
                "duration": 42.5,
                "language": "en",
            },
            "timestamps": {
                "created_at": "2026-01-05T08:00:00Z",
                "updated_at": "2026-01-05T08:00:03Z",
                "completed_at": "2026-01-05T08:00:03Z",
                "processing_time_seconds": 3.0,
            },
        },
        "billing": {"synapses_consumed": 120, "synapses_refunded": 0, "currency": "synapses"},
        "metadata": {
            "request_id": answer.headers["x-request-id"],
            "timestamp": "2026-01-05T09:00:00Z",
            "processing_time_ms": ANY,
            "upstream_refreshed": False,
        },
        "actions": {
            "get_paragraphs": {"href": f"{URL}{CALL}/paragraphs", "method": "GET"},
            "get_sentences": {"href": f"{URL}{CALL}/sentences", "method": "GET"},
            "get_subtitles_srt": {"href": f"{URL}{CALL}/subtitles/srt", "method": "GET"},
            "get_subtitles_vtt": {"href": f"{URL}{CALL}/subtitles/vtt", "method": "GET"},
            "get_subtitles_txt": {"href": f"{URL}{CALL}/subtitles/txt", "method": "GET"},
            "search": {"href": f"{URL}{CALL}/search", "method": "GET"},
        },
    }
    assert answer.headers["last-modified"] == "Mon, 05 Jan 2026 08:00:03 GMT"
    assert answer.headers["cache-control"] == "public, max-age=86400"
    assert answer.headers["etag"].startswith('"')


def test_the_same_call_with_the_answers_entity_tag_gets_304_and_no_body() -> None:
    b = bench(AITRONOS, COMPLETED, key=None)
    tag = call(b).headers["etag"]

    answer = call(b, **{"if-none-match": tag})

    assert answer.status_code == 304
    assert answer.content == b""
    assert answer.headers["etag"] == tag


@pytest.mark.parametrize(
    ("phase", "cache"),
    [
        ("queued", "public, max-age=5"),
        ("processing", "public, max-age=5"),
        ("completed", "public, max-age=86400"),
        ("failed", "public, max-age=86400"),
    ],
)
def test_caching_follows_the_status(phase: str, cache: str) -> None:
    b = bench(AITRONOS, scenario(phase), key=None)

    answer = call(b)

    assert answer.json()["data"]["status"] == phase
    assert answer.headers["cache-control"] == cache


@pytest.mark.parametrize("phase", ["queued", "processing"])
def test_a_running_job_is_polled_when_the_last_check_is_over_ten_seconds_ago(phase: str) -> None:
    b = bench(AITRONOS, scenario(phase), key=None)
    seen = []

    for seconds in (0, 10, 1, 9):
        b.emulator.tenants.tenant_of_key("test-key").clock.advance(seconds)  # type: ignore[union-attr]  # open
        seen.append(call(b).json()["metadata"]["upstream_refreshed"])

    assert seen == [False, False, True, False]


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({}, 401, "AUTHENTICATION_REQUIRED"),
        ({"Authorization": "Bearer"}, 401, "AUTHENTICATION_REQUIRED"),
        ({"Authorization": "Basic dGVzdC1rZXk6"}, 401, "AUTHENTICATION_REQUIRED"),
        ({"Authorization": "Bearer nobodys"}, 401, "TOKEN_INVALID"),
        ({"X-API-Key": "ak_nobodys"}, 401, "INVALID_API_KEY"),
        ({"X-API-Key": "test-key"}, 404, "TRANSCRIPTION_NOT_FOUND"),
    ],
)
def test_each_error_comes_in_the_published_envelope(
    headers: dict[str, str], status: int, code: str
) -> None:
    b = bench(AITRONOS, key=None)

    answer = b.http.get(URL + CALL, headers=headers)

    error: dict[str, Any] = {
        "code": code,
        "message": ANY,
        "system_message": ANY,
        "type": "client_error",
        "status": status,
        "details": {},
        "trace_id": ANY,
        "timestamp": "2026-01-05T09:00:00Z",
    }
    assert answer.status_code == status
    assert answer.json() == {"success": False, "error": error}
