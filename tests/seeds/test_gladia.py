"""Gladia's published page on listing transcription jobs: its call, and the answer that it shows."""

from typing import Any

import pytest

from emulator.providers.gladia import GLADIA
from tests.support.clients import Bench, bench

# The request that the page shows within the answer, with every switch on.
REQUEST: dict[str, Any] = {
    "context_prompt": "A board meeting",
    "custom_vocabulary": True,
    "custom_vocabulary_config": {
        "vocabulary": ["Gladia", {"value": "Gladia", "intensity": 0.5}],
        "default_intensity": 0.5,
    },
    "detect_language": True,
    "enable_code_switching": True,
    "code_switching_config": {"languages": []},
    "language": "en",
    "callback_url": "http://callback.example",
    "callback": True,
    "callback_config": {"url": "http://callback.example", "method": "POST"},
    "subtitles": True,
    "subtitles_config": {
        "formats": ["srt"],
        "minimum_duration": 1,
        "maximum_duration": 15.5,
        "maximum_characters_per_row": 2,
        "maximum_rows_per_caption": 3,
        "style": "default",
    },
    "diarization": True,
    "diarization_config": {
        "number_of_speakers": 2,
        "min_speakers": 1,
        "max_speakers": 2,
        "enhanced": False,
    },
    "translation": True,
    "translation_config": {
        "target_languages": ["en"],
        "model": "base",
        "match_original_utterances": True,
    },
    "summarization": True,
    "summarization_config": {"type": "general"},
    "moderation": True,
    "named_entity_recognition": True,
    "chapterization": True,
    "name_consistency": True,
    "custom_spelling": True,
    "custom_spelling_config": {
        "spelling_dictionary": {"Gettleman": ["gettleman"], "SQL": ["Sequel"]}
    },
    "structured_data_extraction": True,
    "structured_data_extraction_config": {"classes": ["Persons", "Organizations"]},
    "sentiment_analysis": True,
    "audio_to_llm": True,
    "audio_to_llm_config": {"prompts": ["Extract the key points from the transcription"]},
    "sentences": True,
    "display_mode": True,
    "punctuation_enhanced": True,
    "audio_url": "https://files.example.com/board.mp3",
}


def addon(results: Any, error: Any = "null") -> dict[str, Any]:
    return {
        "success": "boolean",
        "is_empty": "boolean",
        "exec_time": "number",
        "error": error,
        "results": results,
    }


FAILED = addon("null", {"status_code": "number", "exception": "string", "message": "string"})
WORD = {"word": "string", "start": "number", "end": "number", "confidence": "number"}
UTTERANCE = {
    "language": "string",
    "start": "number",
    "end": "number",
    "confidence": "number",
    "channel": "number",
    "speaker": "number",
    "words": [WORD],
    "text": "string",
}
# The page shows strings; the documentation's page on the feature shows these.
SENTENCES = addon(
    [{"sentence" if name == "text" else name: is_a for name, is_a in UTTERANCE.items()}]
)
TRANSCRIPTION = {
    "full_transcript": "string",
    "languages": ["string"],
    "sentences": [SENTENCES],
    "subtitles": [{"format": "string", "subtitles": "string"}],
    "utterances": [UTTERANCE],
}
# What the page shows of a result, but custom_spelling and speaker_reidentification, which left the
# published document, and chapters, which is chapterization since.
RESULT = {
    "metadata": {
        "audio_duration": "number",
        "number_of_distinct_channels": "number",
        "billing_time": "number",
        "transcription_time": "number",
    },
    "transcription": TRANSCRIPTION,
    "translation": addon([{"error": "null", **TRANSCRIPTION}]),
    "summarization": addon("string"),
    "moderation": addon("string"),
    # The page shows a single "entity"; the published document has a list of results.
    "named_entity_recognition": addon(
        [{"entity_type": "string", "text": "string", "start": "number", "end": "number"}]
    ),
    "name_consistency": FAILED,
    "structured_data_extraction": addon("string"),
    # The page shows a string; the documentation's page on the feature shows this.
    "sentiment_analysis": addon(
        [
            {
                "text": "string",
                "sentiment": "string",
                "emotion": "string",
                "start": "number",
                "end": "number",
                "channel": "number",
                "speaker": "number",
            }
        ]
    ),
    "audio_to_llm": addon([addon({"prompt": "string", "response": "string"})]),
    "sentences": SENTENCES,
    "display_mode": addon(["string"]),
    # The page shows an object; the documentation's page on the feature shows a list.
    "chapterization": addon(
        [
            {
                "headline": "string",
                "gist": "string",
                "summary": "string",
                "keywords": ["string"],
                "start": "number",
                "end": "number",
            }
        ]
    ),
}
ITEM = {
    "id": "string",
    "request_id": "string",
    "version": "number",
    "status": "string",
    "created_at": "string",
    "completed_at": "string",
    "custom_metadata": {},
    "error_code": "null",  # the page shows a number in the same job; it is one or the other
    "kind": "string",
    "file": {
        "id": "string",
        "filename": "string",
        "source": "string",
        "audio_duration": "number",
        "number_of_channels": "number",
    },
    "result": RESULT,
}


def shape(value: Any) -> Any:
    """A value with the names of its kinds in the place of what it is; a list by its first item."""
    if isinstance(value, dict):
        return {name: shape(one) for name, one in value.items()}
    if isinstance(value, list):
        return [shape(one) for one in value[:1]]
    return KINDS[type(value)]


KINDS = {str: "string", bool: "boolean", int: "number", float: "number", type(None): "null"}


def listed(b: Bench, query: str = "", **headers: str) -> Any:
    return b.http.get(f"/v2/transcription{query}", headers=headers)


def test_the_pages_call_answers_in_the_pages_shape() -> None:
    facts = "{legacy_addons: applied, addons: {name_consistency: failed}}"
    b = bench(GLADIA, f"jobs:\n  - gladia: {facts}\n", key="test-page-key")
    b.http.post("/v2/transcription", json={**REQUEST, "custom_metadata": {}})
    b.clock.advance(3)

    answer = listed(b, **{"x-gladia-key": "test-page-key"})

    body = answer.json()
    params = body["items"][0].pop("request_params")
    assert answer.status_code == 200
    assert shape(body) == {"first": "string", "current": "string", "next": "null", "items": [ITEM]}
    # The service shows more switches than the page does.
    assert params.items() >= REQUEST.items()


def test_the_pages_addresses_have_the_filters_before_the_page() -> None:
    b = bench(GLADIA)
    for _ in range(21):
        b.http.post("/v2/transcription", json={"audio_url": REQUEST["audio_url"]})
    b.clock.advance(3)

    body = listed(b, "?status=done").json()

    assert body["first"] == f"{b.url}/v2/transcription?status=done&offset=0&limit=20"
    assert body["current"] == f"{b.url}/v2/transcription?status=done&offset=0&limit=20"
    assert body["next"] == f"{b.url}/v2/transcription?status=done&offset=20&limit=20"
    assert len(body["items"]) == 20
    assert listed(b, "?status=done&offset=20").json()["next"] is None


@pytest.mark.parametrize("status", ["queued", "processing", "done", "error"])
@pytest.mark.parametrize("kind", ["pre-recorded", "live"])
def test_the_pages_filters_are_all_known(status: str, kind: str) -> None:
    b = bench(GLADIA)
    query = (
        f"?status={status}&kind={kind}&date=2026-01-05&before_date=2026-01-06&after_date=2026-01-04"
    )

    answer = listed(b, f"{query}&offset=0&limit=1")

    assert (answer.status_code, answer.json()["items"]) == (200, [])


@pytest.mark.parametrize(
    ("key", "message"), [(None, "no gladia key provided"), ("nobody", "gladia user not found")]
)
def test_the_call_without_a_good_key_is_401(key: str | None, message: str) -> None:
    b = bench(GLADIA, key=key)

    answer = listed(b)

    assert answer.status_code == 401
    assert answer.json() == {
        "statusCode": 401,
        "timestamp": "2026-01-05T09:00:00.000Z",
        "path": "/v2/transcription",
        "message": message,
        "request_id": answer.json()["request_id"],
    }


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("?offset=-1", "offset must not be less than 0"),
        ("?limit=0", "limit must not be less than 1"),
    ],
)
def test_the_pages_ranges_begin_at_their_minimum(query: str, error: str) -> None:
    b = bench(GLADIA)

    answer = listed(b, query)

    assert (answer.status_code, answer.json()["validation_errors"]) == (400, [error])
