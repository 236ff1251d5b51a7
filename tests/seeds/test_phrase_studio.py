"""The published page of getRecordingOutput: each of its examples, and each of its errors.

An example's texts are samples; what is compared with them is the shape: which languages, and how a
text of that format begins.
"""

from typing import Any

import httpx
import pytest

from emulator.application.addressing import IncomingRequest
from emulator.providers.phrase_studio import PHRASE_STUDIO
from tests.support.clients import Bench, bench

SCENARIO = """
transcripts:
  hello:
    language: en
    lines:
      - Ann: {says: Hello..., at: 1s, for: 3s}
jobs:
  - transcript: hello
"""
FIELDS = [
    ("sourceLanguage", "en"),
    ("subtitleProfiles", "[]"),
    ("translationLanguages", '["es", "fr"]'),
    ("dubbingLanguages", '["es", "fr"]'),
]
UNKNOWN = "6b1f0d5e-4a53-4c0e-9a52-2f7f5c1d9e10"

SRT = "1\n00:00:01,000 --> 00:00:04,000\n"
VTT = "WEBVTT\n\n00:00:01.000 --> 00:00:04.000\n"

TRANSCRIPTION_SRT = {"en": f"{SRT}Hello..."}
TRANSLATION_VTT_ALL = {"es": f"{VTT}Hola...", "fr": f"{VTT}Bonjour..."}
DUBBING_VTT_SINGLE = {"es": f"{VTT}Hola..."}
DUBBING_MP3_ALL = {"es": "https://example.com/es.mp3", "fr": "https://example.com/fr.mp3"}
DUBBING_MP3_SINGLE = {"fr": "https://example.com/fr.mp3"}


def finished() -> tuple[Bench, str]:
    """A bench, and the id of a recording on which all work is done."""
    b = bench(PHRASE_STUDIO, SCENARIO)
    parts: list[Any] = [(name, (None, text)) for name, text in FIELDS]
    files = [*parts, ("files", ("talk.mp3", b"?", "audio/mpeg"))]
    answer = b.http.post("/v1/projects", files=files, follow_redirects=True)
    details = b.http.get(f"/v1/projects/{answer.json()['id']}").json()
    b.clock.advance(3)
    return b, details["recordings"][0]["id"]


def shape(content: dict[str, str]) -> dict[str, tuple[str, bool]]:
    """Of each language: everything above the text of the only cue, and whether there is text."""
    return {
        language: (text.rpartition("\n")[0], text.rpartition("\n")[2] != "")
        for language, text in content.items()
    }


def got(answer: httpx.Response) -> dict[str, str]:
    """The map, without the newline that ends each text."""
    assert (answer.status_code, answer.headers["content-type"]) == (
        200,
        "application/json; charset=utf-8",
    )
    return {language: text.rstrip("\n") for language, text in answer.json().items()}


@pytest.mark.parametrize(
    ("query", "example"),
    [
        ("task=transcription", TRANSCRIPTION_SRT),
        ("task=transcription&format=srt", TRANSCRIPTION_SRT),
        ("task=translation&format=vtt", TRANSLATION_VTT_ALL),
        ("task=Dubbing&format=vtt&language=es", DUBBING_VTT_SINGLE),
    ],
)
def test_an_example_of_subtitles_is_answered_in_its_shape(
    query: str, example: dict[str, str]
) -> None:
    b, id = finished()

    answer = b.http.get(f"/v1/recordings/{id}?{query}")

    assert shape(got(answer)) == shape(example)


def test_the_transcription_is_the_very_example() -> None:
    b, id = finished()

    answer = b.http.get(f"/v1/recordings/{id}?task=transcription")

    assert got(answer) == TRANSCRIPTION_SRT


@pytest.mark.parametrize(
    ("query", "example"),
    [
        ("task=dubbing&format=mp3", DUBBING_MP3_ALL),
        ("task=dubbing&format=mp3&language=fr", DUBBING_MP3_SINGLE),
    ],
)
def test_an_example_of_audio_is_answered_in_its_shape(query: str, example: dict[str, str]) -> None:
    b, id = finished()

    urls = got(b.http.get(f"/v1/recordings/{id}?{query}"))

    paths = {language: httpx.URL(url).path.rpartition("/")[2] for language, url in urls.items()}
    examples = {
        language: httpx.URL(url).path.rpartition("/")[2] for language, url in example.items()
    }
    assert paths == examples
    assert all(b.http.get(url).headers["content-type"] == "audio/mpeg" for url in urls.values())


@pytest.mark.parametrize(
    ("scenario", "key", "query", "example"),
    [
        (
            SCENARIO,
            "test-key",
            "task=summary",
            {
                "success": False,
                "statusCode": 400,
                "message": "Bad Request",
                "timestamp": "2026-01-05T09:00:00.000Z",
            },
        ),
        (
            SCENARIO,
            "wrong",
            "task=transcription",
            {
                "success": False,
                "statusCode": 401,
                "message": "Unauthorized",
                "timestamp": "2026-01-05T09:00:00.000Z",
            },
        ),
        (
            "keys: {test-key: forbidden}",
            "test-key",
            "task=transcription",
            {
                "success": False,
                "statusCode": 403,
                "message": "Access denied",
                "timestamp": "2026-01-05T09:00:00.000Z",
            },
        ),
        (
            SCENARIO,
            "test-key",
            "task=transcription",
            {
                "success": False,
                "statusCode": 404,
                "message": "Recording not found",
                "timestamp": "2026-01-05T09:00:00.000Z",
            },
        ),
    ],
    ids=["invalid_params", "invalid_api_key", "forbidden", "not_found"],
)
def test_each_example_of_an_error_is_answered_exactly(
    scenario: str, key: str, query: str, example: dict[str, object]
) -> None:
    b = bench(PHRASE_STUDIO, scenario)

    answer = b.http.get(f"/v1/recordings/{UNKNOWN}?{query}", headers={"X-API-Key": key})

    assert (answer.status_code, answer.json()) == (example["statusCode"], example)


def test_the_example_of_a_server_error_is_what_a_bug_of_ours_says() -> None:
    b = bench(PHRASE_STUDIO, SCENARIO)
    arrival = IncomingRequest("GET", f"/phrase-studio/v1/recordings/{UNKNOWN}")

    exchange = b.emulator.internal_error(arrival, "a bug")

    assert exchange.response.status == 500
    assert exchange.response.content == {
        "success": False,
        "statusCode": 500,
        "message": "Internal server error",
        "timestamp": "2026-01-05T09:00:00.000Z",
    }
