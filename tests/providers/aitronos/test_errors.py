"""Problems in Aitronos's words."""

from typing import Any

import pytest

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
from emulator.core.provider.backend import Backend
from emulator.providers.aitronos import AITRONOS
from emulator.providers.aitronos.errors import REFUSALS, TOKEN_ROWS, envelope, finish
from tests.support.clients import bench

REQUEST = Request("GET", "/v1/audio/transcribe", id="5f0c3b6e-9a1d-4a7e-8d2b-1f4c6e7a9b10")

SHORT = Violation("body", ("a", "b"), "minimum", 1, 0, "0 is less than 1")
MISSING = Violation("body", ("a",), "required", "a", {}, "a is required")
WHOLE = Violation("body", (), "type", "object", [1], "[1] is not an object")

ROWS: list[tuple[Problem, int, str, str, str]] = [
    (NoOperation("GET", "/x"), 404, "NOT_FOUND", "Not found", "No operation at GET /x"),
    (
        WrongMethod("PUT", "/x", ("GET",)),
        405,
        "METHOD_NOT_ALLOWED",
        "This method is not allowed",
        "PUT is not allowed on /x",
    ),
    (
        NoKey(),
        401,
        "AUTHENTICATION_REQUIRED",
        "Please sign in to continue",
        "No key and no token was sent",
    ),
    (
        UnknownKey("ApiKey"),
        401,
        "INVALID_API_KEY",
        "Your API key is invalid",
        "The key is not known",
    ),
    (
        ExpiredKey("OldApiKey"),
        401,
        "API_KEY_EXPIRED",
        "Your API key has expired",
        "The key has expired",
    ),
    (
        RevokedKey("ApiKey"),
        401,
        "API_KEY_DEACTIVATED",
        "Your API key has been deactivated",
        "The key was taken back",
    ),
    (
        Forbidden(),
        403,
        "INSUFFICIENT_PERMISSIONS",
        "You don't have permission to perform this action",
        "The key may not do this",
    ),
    (
        OutOfQuota(),
        402,
        "INSUFFICIENT_SYNAPSES",
        "You don't have enough synapses",
        "The balance is too low",
    ),
    (
        TooManyRequests(1.2),
        429,
        "RATE_LIMIT_EXCEEDED",
        "You are sending too many requests",
        "The limit is reached",
    ),
    (
        NotFound("Transcription", "trans_x"),
        404,
        "TRANSCRIPTION_NOT_FOUND",
        "The transcription was not found",
        "No transcription trans_x",
    ),
    (
        Invalid((SHORT, MISSING)),
        422,
        "VALIDATION_ERROR",
        "Please check what you sent",
        "a.b: 0 is less than 1; a: a is required",
    ),
    (
        Malformed("unexpected {", b"{"),
        400,
        "INVALID_REQUEST",
        "The request is invalid",
        "Unreadable body: unexpected {",
    ),
    (
        WrongContentType("text/plain", ("application/json",)),
        415,
        "UNSUPPORTED_MEDIA_TYPE",
        "This content type is not supported",
        "Sent: 'text/plain'",
    ),
    (
        UnsupportedContentEncoding("gzip"),
        415,
        "UNSUPPORTED_MEDIA_TYPE",
        "This content encoding is not supported",
        "Sent: 'gzip'",
    ),
    (
        TooLarge(),
        413,
        "PAYLOAD_TOO_LARGE",
        "The request is too large",
        "The body is too large",
    ),
    (
        HeadersTooLarge(),
        431,
        "REQUEST_HEADERS_TOO_LARGE",
        "The request is too large",
        "The headers are too large",
    ),
    (
        WrongState("Transcription", "trans_x", "queued"),
        409,
        "TRANSCRIPTION_NOT_READY",
        "The transcription is not ready",
        "Transcription trans_x is queued",
    ),
    (BadLink(expired=True), 403, "ACCESS_DENIED", "Access denied", "The link is not valid"),
    (
        Unavailable(),
        503,
        "SERVICE_UNAVAILABLE",
        "The service is not available",
        "The service cannot serve now",
    ),
    (Broken(), 500, "INTERNAL_ERROR", "Something went wrong", "The service failed"),
    (Scripted(504), 504, "GATEWAY_TIMEOUT", "Gateway Timeout", "Gateway Timeout"),
    (
        NotEmulated("diarize", "it comes later"),
        501,
        "NOT_IMPLEMENTED",
        "This is not available",
        "it comes later",
    ),
    (
        Refused("UPSTREAM_ERROR"),
        502,
        "UPSTREAM_ERROR",
        "The speech engine failed",
        "The speech engine did not take the job",
    ),
]

TOKENS: list[tuple[Problem, str, str, str]] = [
    (
        UnknownKey("BearerToken"),
        "TOKEN_INVALID",
        "Your session is invalid",
        "The token is not accepted",
    ),
    (
        ExpiredKey("BearerToken"),
        "TOKEN_EXPIRED",
        "Your session has expired",
        "The token has expired",
    ),
    (
        RevokedKey("BearerToken"),
        "TOKEN_INVALID",
        "Your session is invalid",
        "The token is not accepted",
    ),
]

REFUSED = [
    (
        Refused("INVALID_FORMAT", {"field": "format", "value": "doc"}),
        400,
        "This format is not supported",
        "'doc' is not srt, vtt or txt",
    ),
    (
        Refused("INSUFFICIENT_SYNAPSES"),
        402,
        "You don't have enough synapses",
        "The balance is too low",
    ),
    (
        Refused("ORGANIZATION_ACCESS_DENIED", {"organization_id": "org_1"}),
        403,
        "You don't have access to this organization",
        "The caller is no member of org_1",
    ),
    (
        Refused("NO_ORGANIZATION_MEMBERSHIP"),
        403,
        "You are not a member of any organization",
        "The caller has no organization",
    ),
    (
        Refused("AMBIGUOUS_ORGANIZATION"),
        403,
        "Please specify which organization to use",
        "The caller has several organizations",
    ),
    (
        Refused("OPERATION_NOT_ALLOWED"),
        403,
        "This operation is not allowed",
        "The organization may not do this",
    ),
    (
        Refused("UPSTREAM_ERROR"),
        502,
        "The speech engine failed",
        "The speech engine did not take the job",
    ),
]


def backend() -> Backend:
    return bench(AITRONOS).tenant.backend(AITRONOS)


def said(problem: Problem) -> Any:
    response = envelope(problem, REQUEST, backend())
    assert isinstance(response.content, dict)
    assert response.content["success"] is False
    assert response.content["error"]["status"] == response.status
    return response.content["error"]


@pytest.mark.parametrize(("problem", "status", "code", "message", "system_message"), ROWS)
def test_each_problem_is_said_in_the_providers_words(
    problem: Problem, status: int, code: str, message: str, system_message: str
) -> None:
    error = said(problem)

    assert (error["status"], error["code"]) == (status, code)
    assert (error["message"], error["system_message"]) == (message, system_message)
    assert error["type"] == ("client_error" if status < 500 else "server_error")


def test_no_problem_is_forgotten() -> None:
    assert {type(row[0]) for row in ROWS} == set(PROBLEMS)


@pytest.mark.parametrize(("problem", "code", "message", "system_message"), TOKENS)
def test_a_token_is_refused_in_other_words_than_a_key(
    problem: Problem, code: str, message: str, system_message: str
) -> None:
    error = said(problem)

    assert (error["status"], error["code"]) == (401, code)
    assert (error["message"], error["system_message"]) == (message, system_message)


def test_no_word_for_tokens_is_forgotten() -> None:
    assert {type(row[0]) for row in TOKENS} == TOKEN_ROWS.keys()


@pytest.mark.parametrize(("problem", "status", "message", "system_message"), REFUSED)
def test_a_refusal_is_said_by_its_code(
    problem: Refused, status: int, message: str, system_message: str
) -> None:
    error = said(problem)

    assert (error["status"], error["code"]) == (status, problem.code)
    assert (error["message"], error["system_message"]) == (message, system_message)
    assert error["details"] == problem.details


def test_no_refusal_is_forgotten() -> None:
    assert {row[0].code for row in REFUSED} == REFUSALS.keys()


def test_an_envelope_is_whole() -> None:
    response = envelope(NoKey(), REQUEST, backend())

    assert response.content == {
        "success": False,
        "error": {
            "code": "AUTHENTICATION_REQUIRED",
            "message": "Please sign in to continue",
            "system_message": "No key and no token was sent",
            "type": "client_error",
            "status": 401,
            "details": {},
            "trace_id": "5f0c3b6e-9a1d-4a7e-8d2b-1f4c6e7a9b10",
            "timestamp": "2026-01-05T09:00:00Z",
        },
    }
    assert response.headers == {
        "Content-Type": "application/json; charset=utf-8",
        "WWW-Authenticate": "Bearer",
    }


@pytest.mark.parametrize(
    ("problem", "details"),
    [
        (Invalid((SHORT, MISSING)), {"field": "a.b", "value": 0}),
        (Invalid((MISSING, SHORT)), {"field": "a"}),
        (Invalid((WHOLE,)), {"field": "body"}),
        (TooManyRequests(1.2), {"retry_after": 2}),
        (NotFound("Transcription", "x"), {}),
    ],
)
def test_details_name_the_field_or_the_seconds(problem: Problem, details: dict[str, Any]) -> None:
    assert said(problem)["details"] == details


@pytest.mark.parametrize(
    ("problem", "headers"),
    [
        (WrongMethod("PUT", "/x", ("DELETE", "GET")), {"Allow": "DELETE, GET"}),
        (TooManyRequests(1.2), {"Retry-After": "2", "X-RateLimit-Retry-After": "2"}),
        (Unavailable(), {}),
        (Scripted(504, 1.2), {"Retry-After": "2"}),
        (Scripted(504), {}),
        (Unavailable(0.5), {"Retry-After": "1"}),
        (Broken(), {}),
        (Broken(("body a: é\nno", "b")), {}),
        (NotEmulated("diarize", "it comes later"), {}),
        (ExpiredKey("ApiKey"), {"WWW-Authenticate": "Bearer"}),
        (Forbidden(), {}),
    ],
)
def test_some_problems_carry_headers(problem: Problem, headers: dict[str, str]) -> None:
    response = envelope(problem, REQUEST, backend())

    assert response.headers == {"Content-Type": "application/json; charset=utf-8", **headers}


@pytest.mark.parametrize(("problem", "remaining"), [(NoKey(), "100"), (TooManyRequests(), "0")])
def test_every_answer_tells_its_id_and_the_limits(problem: Problem, remaining: str) -> None:
    behind = backend()

    response = finish(REQUEST, envelope(problem, REQUEST, behind), behind)

    ours = {key: value for key, value in response.headers.items() if key.startswith("X-R")}
    ours.pop("X-RateLimit-Retry-After", None)
    assert ours == {
        "X-Request-Id": "req_5f0c3b6e9a1d4a7e8d2b1f4c6e7a9b10",
        "X-RateLimit-Limit": "100",
        "X-RateLimit-Remaining": remaining,
        "X-RateLimit-Reset": "1767603660",  # 2026-01-05T09:01:00Z
    }
