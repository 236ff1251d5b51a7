"""What a completed job gives, over HTTP."""

from typing import Any
from unittest.mock import ANY

import pytest

from emulator.providers.aitronos import AITRONOS
from tests.providers.aitronos.jobs import PATH, TALK, completed, create, error
from tests.support.clients import Bench, bench

RESULTS = [
    "paragraphs",
    "sentences",
    "subtitles/srt",
    "subtitles/vtt",
    "subtitles/txt",
    "search?query=a",
]
CACHED = RESULTS[:-1]
SRT = """\
1
00:00:01,000 --> 00:00:05,000
Good morning. Call 555-010-1234 now.

2
00:00:06,000 --> 00:00:08,500
Write to ben@example.com, please.
"""
VTT = """\
WEBVTT

00:00:01.000 --> 00:00:05.000
Good morning. Call 555-010-1234 now.

00:00:06.000 --> 00:00:08.500
Write to ben@example.com, please.
"""
TXT = """\
Good morning. Call 555-010-1234 now.
Write to ben@example.com, please.
"""


def talk(**more: Any) -> tuple[Bench, str]:
    """A completed job, and where its results are."""
    b = bench(AITRONOS, TALK)
    return b, f"{PATH}/{completed(b, **more)}"


def test_sentences_have_times_and_neighbours() -> None:
    b, path = talk()
    id = path.rpartition("/")[2]

    answer = b.http.get(f"{path}/sentences?limit=1&offset=1")

    url = f"{b.url}{path}"
    assert answer.json() == {
        "success": True,
        "data": {
            "transcription_id": id,
            "audio_duration_seconds": 8.5,
            "sentences": [{"text": "Call 555-010-1234 now.", "start": 2.52, "end": 5.0}],
        },
        "metadata": {
            "request_id": answer.headers["x-request-id"],
            "timestamp": "2026-01-05T09:00:11Z",
            "processing_time_ms": ANY,
            "upstream_latency_ms": 0,
            "retry_attempts": 0,
            "cache_hit": True,
            "total_count": 3,
            "returned_count": 1,
        },
        "actions": {
            "get_paragraphs": {"href": f"{url}/paragraphs", "method": "GET"},
            "get_subtitles_srt": {"href": f"{url}/subtitles/srt", "method": "GET"},
            "get_subtitles_vtt": {"href": f"{url}/subtitles/vtt", "method": "GET"},
            "get_subtitles_txt": {"href": f"{url}/subtitles/txt", "method": "GET"},
            "next": {"href": f"{url}/sentences?limit=1&offset=2", "method": "GET"},
            "previous": {"href": f"{url}/sentences?limit=1&offset=0", "method": "GET"},
        },
    }
    assert answer.headers["last-modified"] == "Mon, 05 Jan 2026 09:00:03 GMT"
    assert answer.headers["cache-control"] == "public, max-age=86400"


def test_paragraphs_are_one_a_turn_and_all_of_them_without_a_limit() -> None:
    b, path = talk()

    answer = b.http.get(f"{path}/paragraphs").json()

    assert answer["data"]["paragraphs"] == [
        {"text": "Good morning. Call 555-010-1234 now.", "start": 1.0, "end": 5.0},
        {"text": "Write to ben@example.com, please.", "start": 6.0, "end": 8.5},
    ]
    assert answer["metadata"]["total_count"] == 2
    assert answer["actions"].keys() == {
        "get_sentences",
        "get_subtitles_srt",
        "get_subtitles_vtt",
        "get_subtitles_txt",
    }


def test_an_offset_without_a_limit_gives_the_rest() -> None:
    b, path = talk()

    answer = b.http.get(f"{path}/sentences?offset=2").json()

    assert [one["text"] for one in answer["data"]["sentences"]] == [
        "Write to ben@example.com, please."
    ]
    assert answer["actions"]["previous"]["href"] == f"{b.url}{path}/sentences?offset=0"
    assert "next" not in answer["actions"]


@pytest.mark.parametrize("kind", ["paragraphs", "sentences"])
@pytest.mark.parametrize(
    ("query", "details"),
    [
        ("limit=0", {"field": "limit", "value": 0}),
        ("limit=1001", {"field": "limit", "value": 1001}),
        ("limit=all", {"field": "limit", "value": "all"}),
        ("offset=-1", {"field": "offset", "value": -1}),
    ],
)
def test_a_wrong_slice_is_named(kind: str, query: str, details: dict[str, Any]) -> None:
    b, path = talk()

    assert error(b.http.get(f"{path}/{kind}?{query}")) == (422, "VALIDATION_ERROR", details)


@pytest.mark.parametrize(
    ("format", "media", "text"),
    [("srt", "text/plain", SRT), ("vtt", "text/vtt", VTT), ("txt", "text/plain", TXT)],
)
def test_subtitles_are_raw_text(format: str, media: str, text: str) -> None:
    b, path = talk()

    answer = b.http.get(f"{path}/subtitles/{format}")

    assert answer.headers["content-type"] == f"{media}; charset=utf-8"
    assert answer.text == text


@pytest.mark.parametrize(
    ("query", "text"),
    [
        (
            "max_chars_per_line=20",
            "Good morning. Call\n555-010-1234 now.\nWrite to\nben@example.com,\nplease.\n",
        ),
        (
            "max_chars_per_line=20&max_lines=1",
            "Good morning. Call\n555-010-1234 now.\nWrite to\nben@example.com,\nplease.\n",
        ),
        (
            "chars_per_caption=13",
            "Good morning.\nCall\n555-010-1234\nnow.\nWrite to\nben@example.com,\nplease.\n",
        ),
        ("chars_per_caption=0", TXT),
        ("max_lines=3&max_chars_per_line=60&chars_per_caption=512", TXT),
    ],
)
def test_subtitles_keep_the_limits(query: str, text: str) -> None:
    b, path = talk()

    assert b.http.get(f"{path}/subtitles/txt?{query}").text == text


def test_fewer_lines_make_more_captions() -> None:
    b, path = talk()

    two = b.http.get(f"{path}/subtitles/srt?max_chars_per_line=20").text
    one = b.http.get(f"{path}/subtitles/srt?max_chars_per_line=20&max_lines=1").text

    assert (two.count("-->"), one.count("-->")) == (3, 5)


@pytest.mark.parametrize(
    ("query", "details"),
    [
        ("chars_per_caption=-1", {"field": "chars_per_caption", "value": -1}),
        ("chars_per_caption=513", {"field": "chars_per_caption", "value": 513}),
        ("max_lines=0", {"field": "max_lines", "value": 0}),
        ("max_lines=4", {"field": "max_lines", "value": 4}),
        ("max_chars_per_line=19", {"field": "max_chars_per_line", "value": 19}),
        ("max_chars_per_line=61", {"field": "max_chars_per_line", "value": 61}),
        ("max_chars_per_line=", {"field": "max_chars_per_line", "value": ""}),
    ],
)
def test_a_wrong_limit_of_the_subtitles_is_named(query: str, details: dict[str, Any]) -> None:
    b, path = talk()

    answer = b.http.get(f"{path}/subtitles/srt?{query}")

    assert error(answer) == (422, "VALIDATION_ERROR", details)


@pytest.mark.parametrize("format", ["doc", "SRT", "%ff"])
def test_an_unknown_format_is_400(format: str) -> None:
    b, path = talk()

    status, code, details = error(b.http.get(f"{path}/subtitles/{format}"))

    assert (status, code) == (400, "INVALID_FORMAT")
    assert details["field"] == "format"


def test_a_search_finds_every_place() -> None:
    b, path = talk()

    answer = b.http.get(f"{path}/search", params={"query": "good MORNING"})

    assert answer.json() == {
        "success": True,
        "data": {
            "transcription_id": path.rpartition("/")[2],
            "query": "good MORNING",
            "matches": [{"text": "Good morning.", "start": 1.0, "end": 2.41, "confidence": 0.8146}],
            "total_count": 1,
        },
        "metadata": {
            "request_id": answer.headers["x-request-id"],
            "timestamp": "2026-01-05T09:00:11Z",
            "processing_time_ms": ANY,
            "upstream_latency_ms": 0,
        },
    }
    assert "etag" not in answer.headers


def test_a_search_may_find_nothing() -> None:
    b, path = talk()

    data = b.http.get(f"{path}/search?query=goodbye").json()["data"]

    assert (data["matches"], data["total_count"]) == ([], 0)


@pytest.mark.parametrize(
    ("query", "details"),
    [
        ("", {"field": "query"}),
        ("query=", {"field": "query", "value": ""}),
        ("query=" + "a" * 129, {"field": "query", "value": "a" * 129}),
        ("query=a+b+c+d+e+f", {"field": "query", "value": "a b c d e f"}),
    ],
)
def test_a_wrong_query_is_named(query: str, details: dict[str, Any]) -> None:
    b, path = talk()

    assert error(b.http.get(f"{path}/search?{query}")) == (422, "VALIDATION_ERROR", details)


@pytest.mark.parametrize("query", ["a" * 128, "a+b+c+d+e"])
def test_the_longest_query_is_taken(query: str) -> None:
    b, path = talk()

    assert b.http.get(f"{path}/search?query={query}").status_code == 200


def test_a_running_job_has_no_words_yet() -> None:
    b = bench(AITRONOS, "jobs: [{timeline: {processing: 0}, aitronos: {refresh_seconds: 0}}]")

    answer = b.http.get(f"{PATH}/{create(b)}/search?query=a")

    assert answer.status_code == 200
    assert answer.json()["data"]["matches"] == []


@pytest.mark.parametrize("tail", RESULTS)
@pytest.mark.parametrize(("timeline", "phase"), [("{}", "queued"), ("{failed: 1s}", "failed")])
def test_a_job_without_a_result_is_409(tail: str, timeline: str, phase: str) -> None:
    b = bench(AITRONOS, f"jobs: [{{timeline: {timeline}}}]")
    id = create(b)
    b.clock.advance(11)
    b.http.get(f"{PATH}/{id}")

    answer = b.http.get(f"{PATH}/{id}/{tail}")

    assert error(answer) == (409, "TRANSCRIPTION_NOT_READY", {})
    assert answer.json()["error"]["system_message"] == f"Transcription {id} is {phase}"


@pytest.mark.parametrize("tail", CACHED)
def test_results_follow_what_was_last_seen(tail: str) -> None:
    b = bench(AITRONOS)
    id = create(b)
    b.clock.advance(11)

    assert b.http.get(f"{PATH}/{id}/{tail}").status_code == 409
    b.http.get(f"{PATH}/{id}")
    assert b.http.get(f"{PATH}/{id}/{tail}").status_code == 200


@pytest.mark.parametrize("tail", CACHED)
def test_a_result_that_the_client_has_is_304(tail: str) -> None:
    b, path = talk(privacy_settings={"pii_redaction_enabled": True, "pii_policies": ["ssn"]})
    tag = b.http.get(f"{path}/{tail}").headers["etag"]

    answer = b.http.get(f"{path}/{tail}", headers={"If-None-Match": tag})

    assert (answer.status_code, answer.content) == (304, b"")
    assert answer.headers["etag"] == tag
    assert answer.headers["x-pii-policies"] == "ssn"


def test_another_slice_has_another_entity_tag() -> None:
    b, path = talk()
    queries = ("", "?limit=3", "?limit=2", "?offset=1", "?limit=2&offset=1")

    tags = {b.http.get(f"{path}/sentences{query}").headers["etag"] for query in queries}

    assert len(tags) == 5


@pytest.mark.parametrize("tail", CACHED)
def test_redaction_masks_each_result_and_says_so(tail: str) -> None:
    settings = {"pii_redaction_enabled": True, "pii_policies": ["email", "phone_number"]}
    b, path = talk(privacy_settings=settings)

    answer = b.http.get(f"{path}/{tail}")

    assert answer.headers["x-pii-redacted"] == "true"
    assert answer.headers["x-pii-policies"] == "email,phone_number"
    assert "###-###-####" in answer.text
    assert "###@#######.###," in answer.text
    assert "ben@" not in answer.text


@pytest.mark.parametrize("tail", CACHED)
def test_without_redaction_there_is_no_word_of_it(tail: str) -> None:
    b, path = talk()

    answer = b.http.get(f"{path}/{tail}")

    assert "x-pii-redacted" not in answer.headers
    assert "x-pii-policies" not in answer.headers
