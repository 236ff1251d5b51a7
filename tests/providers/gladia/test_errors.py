"""Problems in Gladia's words."""

from typing import Any

import pytest

from emulator.application.addressing import IncomingRequest
from emulator.core.http.messages import Request
from emulator.core.http.problems import (
    PROBLEMS,
    BadLink,
    Broken,
    ExpiredKey,
    Forbidden,
    HeadersTooLarge,
    Invalid,
    Malformed,
    NoKey,
    NoOperation,
    NotEmulated,
    NotFound,
    OutOfQuota,
    Problem,
    Refused,
    RevokedKey,
    Scripted,
    TooLarge,
    TooManyRequests,
    Unavailable,
    UnknownKey,
    UnsupportedContentEncoding,
    Violation,
    WrongContentType,
    WrongMethod,
    WrongState,
)
from emulator.providers.gladia import GLADIA
from emulator.providers.gladia.errors import ROWS, SENTENCES, envelope
from tests.providers.gladia.jobs import ID, URL, create, validation_errors
from tests.support.clients import bench

INVALID = "Invalid parameter(s). See validation_errors for more details."
SAID: list[tuple[Problem, int, str]] = [
    (NoOperation("GET", "/v2/xyz"), 404, "Cannot GET /v2/xyz"),
    (WrongMethod("PUT", "/v2/live", ("GET",)), 404, "Cannot PUT /v2/live"),
    (NoKey(), 401, "no gladia key provided"),
    (UnknownKey("x_gladia_key"), 401, "gladia user not found"),
    (ExpiredKey("x_gladia_key"), 401, "gladia key not found"),
    (RevokedKey("x_gladia_key"), 401, "gladia key not found"),
    (Forbidden(), 403, "Forbidden"),
    (OutOfQuota(), 403, "Forbidden"),
    (TooManyRequests(), 429, "Too Many Requests"),
    (NotFound("Transcription", "a"), 404, "Not found"),
    (Invalid((Violation("query", ("limit",), "minimum", 1),)), 400, INVALID),
    (Malformed("broken", b"{no"), 400, '"{no" is not valid JSON'),
    (WrongContentType("text/plain", ("application/json",)), 400, INVALID),
    (UnsupportedContentEncoding("zip"), 415, 'unsupported content encoding "zip"'),
    (TooLarge(), 413, "payload too large"),
    (HeadersTooLarge(), 431, "Request Header Fields Too Large"),
    (WrongState("Transcription", "a", "queued"), 403, "Invalid parameter"),
    (BadLink(expired=True), 403, "Forbidden"),
    (
        Refused("TooManyChannels", {"channels": 6}),
        400,
        "Failed to download or upload the input file with error: Unprocessable media: "
        '"Only mono and stereo supported, got 6 channels" ',
    ),
    (Unavailable(), 503, "Service Unavailable"),
    (Broken(), 500, "Internal server error"),
    (Scripted(502, 1.0), 502, "Bad Gateway"),
    (Scripted(599), 599, "599"),
    (Scripted(422), 422, "Invalid parameter"),
    (NotEmulated("x", "it is not there yet"), 501, "Not emulated: it is not there yet"),
]


def test_no_problem_is_forgotten() -> None:
    assert {type(one[0]) for one in SAID} == ROWS.keys() == set(PROBLEMS)


@pytest.mark.parametrize(("problem", "status", "message"), SAID)
def test_each_problem_is_said_in_gladias_words(problem: Problem, status: int, message: str) -> None:
    b = bench(GLADIA)
    request = Request("POST", "/v2/pre-recorded", id="61124279-0000-4000-8000-000000000000")

    answer = envelope(problem, request, b.tenant.backend(GLADIA))

    assert answer.status == status
    assert isinstance(answer.content, dict)
    errors = answer.content.pop("validation_errors", None)
    assert answer.content == {
        "statusCode": status,
        "timestamp": "2026-01-05T09:00:00.000Z",
        "path": "/v2/pre-recorded",
        "message": message,
        "request_id": "G-61124279",
    }
    assert (errors is not None) == (message == INVALID)


def test_a_bug_of_ours_says_its_reasons_in_a_header() -> None:
    b = bench(GLADIA)

    answer = b.emulator.internal_error(
        IncomingRequest("GET", "/gladia/v2/pre-recorded"), "body a: wrong\n; body b: größer"
    ).response

    assert isinstance(answer.content, dict)
    assert (answer.status, answer.content["message"]) == (500, "Internal server error")
    assert answer.header("X-Emulator-Reason") == "body a: wrong ; body b: gr??er"


def test_every_keyword_of_the_requests_schemas_has_a_sentence() -> None:
    schemas = GLADIA.contract.spec["components"]["schemas"]
    keywords: set[str] = set()
    waiting: list[Any] = [schemas["JobRequest"], schemas["DateFilter"]]
    seen: set[str] = set()
    while waiting:
        schema = waiting.pop()
        name = schema.get("$ref", "").rpartition("/")[2]
        if name and name not in seen:
            seen.add(name)
            waiting.append(schemas[name])
        keywords |= schema.keys()
        waiting += schema.get("properties", {}).values()
        waiting += schema.get("oneOf", [])
        more = schema.get("additionalProperties")
        waiting += [one for one in (schema.get("items"), more) if isinstance(one, dict)]
    said_by_no_one = {
        "$ref",
        "items",
        "properties",
        "description",
        "deprecated",
        "x-emulator-added",
    }

    assert keywords - said_by_no_one <= SENTENCES.keys()


# Keys, before anything else


@pytest.mark.parametrize(
    ("key", "status", "message"),
    [
        (None, 401, "no gladia key provided"),
        ("", 401, "no gladia key provided"),
        ("nobody", 401, "gladia user not found"),
        ("test-old", 401, "gladia key not found"),
        ("test-gone", 401, "gladia key not found"),
        ("test-child", 403, "Forbidden"),
    ],
)
def test_a_key_that_is_no_good_is_refused(key: str | None, status: int, message: str) -> None:
    keys = "{test-old: expired, test-gone: revoked, test-child: forbidden}"
    b = bench(GLADIA, f"keys: {keys}\n", key=None)
    headers = {} if key is None else {"x-gladia-key": key}

    answer = b.http.get("/v2/pre-recorded", headers=headers)

    assert (answer.status_code, answer.json()["message"]) == (status, message)


@pytest.mark.parametrize("path", ["/v2/upload", "/v2/pre-recorded", "/v2/transcription"])
def test_an_account_without_credit_is_refused_what_costs_something(path: str) -> None:
    b = bench(GLADIA, "keys: {test-key: out_of_quota}\n")

    answer = b.http.post(path, json={"audio_url": URL})

    assert (answer.status_code, answer.json()["message"]) == (403, "Forbidden")


@pytest.mark.parametrize("path", ["/v2/pre-recorded", "/v2/transcription"])
def test_an_account_without_credit_may_read(path: str) -> None:
    b = bench(
        GLADIA, f"keys: {{test-key: out_of_quota}}\nexisting: [{{provider: gladia, id: {ID}}}]\n"
    )

    listed, read = b.http.get(path), b.http.get(f"{path}/{ID}")

    assert [one["id"] for one in listed.json()["items"]] == [ID]
    assert (read.status_code, read.json()["id"]) == (200, ID)


def test_the_key_is_looked_at_before_the_body() -> None:
    b = bench(GLADIA, key="nobody")

    answer = b.http.post("/v2/pre-recorded", content=b"{", headers={"content-type": "text/x"})

    assert answer.status_code == 401


def test_any_path_below_live_wants_a_key() -> None:
    b = bench(GLADIA, key=None)

    assert b.http.get("/v2/live/anything").status_code == 401


# Paths and methods


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/"), ("GET", "/v2/xyz"), ("PUT", "/v2/transcription"), ("PATCH", "/v2/upload/")],
)
def test_what_nobody_knows_is_404_whatever_the_key(method: str, path: str) -> None:
    b = bench(GLADIA, key=None)

    answer = b.http.request(method, path)

    assert answer.status_code == 404
    assert answer.json()["message"] == f"Cannot {method} {path}"


def test_paths_are_known_in_any_case() -> None:
    b = bench(GLADIA)

    assert b.http.get("/V2/Pre-Recorded/").status_code == 200


def test_head_is_answered_like_get() -> None:
    b = bench(GLADIA)
    id = create(b)

    answer = b.http.head(f"/v2/pre-recorded/{id}")

    assert answer.status_code == 200


# Headers of every answer


@pytest.mark.parametrize("path", ["/health", "/v2/pre-recorded", "/v2/xyz"])
def test_every_answer_may_be_read_by_any_page(path: str) -> None:
    b = bench(GLADIA)

    headers = b.http.get(path).headers

    assert headers["access-control-allow-origin"] == "*"
    assert headers["access-control-expose-headers"] == (
        "x-gladia-request-id,traceparent,tracestate,x-request-id,x-correlation-id,X-Request-Id,"
        "X-Correlation-Id"
    )
    assert headers["content-type"] == "application/json; charset=utf-8"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "strict-origin-when-cross-origin"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["x-xss-protection"] == "0"
    assert "strict-transport-security" not in headers


def test_a_preflight_needs_no_key_and_gets_back_the_headers_it_asked_for() -> None:
    b = bench(GLADIA, key=None)

    answer = b.http.options(
        "/v2/pre-recorded",
        headers={
            "Origin": "http://localhost:3000",
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "content-type,x-gladia-key",
        },
    )

    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["access-control-allow-methods"] == "GET,HEAD,PUT,PATCH,POST,DELETE"
    assert answer.headers["access-control-allow-headers"] == "content-type,x-gladia-key"
    assert answer.headers["vary"] == "Access-Control-Request-Headers"
    assert "access-control-allow-credentials" not in answer.headers


def test_a_preflight_that_asks_for_no_headers_gets_none() -> None:
    b = bench(GLADIA)

    assert "access-control-allow-headers" not in b.http.options("/v2/xyz").headers


# Bodies


@pytest.mark.parametrize(
    ("options", "errors"),
    [
        ({"audio_url": "ftp://example.com/a.mp3"}, ["audio_url must be a URL address"]),
        ({"audio_url": ""}, ["audio_url must be a URL address", "audio_url should not be empty"]),
        ({"diarization": "yes"}, ["diarization must be a boolean value"]),
        ({"diarization": None}, ["diarization must be a boolean value"]),
        ({"diarisation": True}, ["property diarisation should not exist"]),
        (
            {"language_config": {"detect_language": True}},
            ["language_config.property detect_language should not exist"],
        ),
        (
            {"audio_to_llm_config": {"prompts": [["a"]]}},
            ["audio_to_llm_config.each value in prompts must be a string"],
        ),
        (
            {"audio_to_llm_config": {"prompts": []}},
            ["audio_to_llm_config.prompts must contain at least 1 elements"],
        ),
        ({"audio_to_llm_config": {}}, ["audio_to_llm_config.prompts must be an array"]),
        ({"translation_config": {}}, ["translation_config.target_languages must be an array"]),
        ({"callback_config": {}}, ["callback_config.url must be a URL address"]),
        ({"callback_config": {"url": "x y"}}, ["callback_config.url must be a URL address"]),
        (
            {"subtitles_config": {"maximum_duration": 31, "maximum_rows_per_caption": 0}},
            [
                "subtitles_config.maximum_duration must not be greater than 30",
                "subtitles_config.maximum_rows_per_caption must not be less than 1",
            ],
        ),
        (
            {"subtitles_config": {"formats": ["txt", "doc"], "style": "plain"}},
            [
                "subtitles_config.formats must only contain the following values: srt, vtt",
                "subtitles_config.style must be one of the following values: default, compliance",
            ],
        ),
        (
            {"diarization_config": {"number_of_speakers": 1.5}},
            ["diarization_config.number_of_speakers must be an integer number"],
        ),
        (
            {"custom_vocabulary_config": {"default_intensity": "high"}},
            [
                "custom_vocabulary_config.default_intensity must be a number conforming to the "
                "specified constraints",
                "custom_vocabulary_config.vocabulary must be an array",
            ],
        ),
        ({"custom_vocabulary": 1}, ["custom_vocabulary must be a boolean value or an array"]),
        (
            {"custom_vocabulary_config": {"vocabulary": [{"pronunciations": ["a"]}]}},
            [
                "custom_vocabulary_config.vocabulary.0 must be a string or an object with a value",
            ],
        ),
        (
            {"pii_redaction_config": {"entity_types": ["SHOE_SIZE"]}},
            ["pii_redaction_config.entity_types must be one or more of the supported entity types"],
        ),
        ({"custom_metadata": "Ann"}, ["custom_metadata must be an object"]),
        ({"subtitles_config": []}, ["subtitles_config must be an object"]),
    ],
)
def test_a_request_is_judged_in_class_validators_words(options: Any, errors: list[str]) -> None:
    b = bench(GLADIA)

    assert sorted(validation_errors(b, **options)) == sorted(errors)


def test_a_language_that_nobody_knows_is_answered_with_all_that_are_known() -> None:
    b = bench(GLADIA)

    (error,) = validation_errors(b, language_config={"languages": ["en", "xx", "yy"]})

    assert error.startswith(
        "language_config.languages must only contain the following values: af, am, ar, as, az, ba"
    )
    assert error.endswith("uz, vi, yi, yo, zh")


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({}, b""),
        ({"content-type": "application/json"}, b""),
        ({"content-type": "text/plain"}, b'{"audio_url": "https://example.com/a.mp3"}'),
        ({"content-type": "application/json"}, b"[]"),
        ({"content-type": "application/json"}, b"null"),
        ({"content-type": "application/json"}, b"{}"),
    ],
)
def test_a_body_that_names_no_recording_is_400(headers: dict[str, str], body: bytes) -> None:
    b = bench(GLADIA)

    answer = b.http.post("/v2/pre-recorded", headers=headers, content=body)

    assert answer.status_code == 400
    assert answer.json()["validation_errors"] == [
        "audio_url must be a URL address",
        "audio_url should not be empty",
    ]


@pytest.mark.parametrize("body", [b'{"audio_url": ', b"\xff\xfe", b"{'audio_url': 'x'}"])
def test_broken_json_is_400_without_a_list_of_errors(body: bytes) -> None:
    b = bench(GLADIA)

    answer = b.http.post(
        "/v2/pre-recorded", headers={"content-type": "application/json"}, content=body
    )

    assert answer.status_code == 400
    assert answer.json()["message"].endswith("is not valid JSON")
    assert "validation_errors" not in answer.json()
