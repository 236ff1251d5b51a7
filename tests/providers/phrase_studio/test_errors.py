"""Each problem in the provider's words."""

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
from emulator.providers.phrase_studio import PHRASE_STUDIO
from emulator.providers.phrase_studio.errors import HAS_RECORD, RECORDS, REFUSALS, envelope
from tests.providers.phrase_studio.build import NOBODY, studio

QUERY = Violation("query", ("page",), "minimum")
BODY = Violation("body", ("summary",), "type")

PLAIN: list[tuple[Problem, int, str]] = [
    (NoOperation("GET", "/nothing"), 404, "Not Found"),
    (WrongMethod("PATCH", "/v1/projects", ("GET", "POST")), 405, "Method Not Allowed"),
    (NoKey(), 401, "Unauthorized"),
    (UnknownKey(), 401, "Unauthorized"),
    (ExpiredKey(), 401, "Unauthorized"),
    (RevokedKey(), 401, "Unauthorized"),
    (Forbidden(), 403, "Access denied"),
    (OutOfQuota(), 403, "Access denied"),
    (TooManyRequests(1.5), 429, "Too Many Requests"),
    (NotFound("Ticket", "x"), 404, "Not Found"),
    (NotFound("Project", "x"), 404, "Project not found"),
    (NotFound("Recording", "x"), 404, "Recording not found"),
    (Invalid((QUERY,)), 400, "Bad Request"),
    (Invalid((BODY,)), 400, "Bad Request"),
    (Malformed("half"), 400, "Malformed multipart payload"),
    (WrongContentType("text/plain", ()), 415, "Content-Type must be multipart/form-data"),
    (UnsupportedContentEncoding("gzip"), 415, "Unsupported Media Type"),
    (TooLarge(), 413, "File too large. Max size is 5GB per file"),
    (HeadersTooLarge(), 431, "Request Header Fields Too Large"),
    (BadLink(expired=True), 403, "Access Denied"),
    (WrongState("Recording", "x", "queued"), 409, "Conflict"),
    (Refused("no_files"), 400, "There are no files"),
    (Refused("max_files"), 400, "Maximum 5 files allowed"),
    (Refused("max_files_combined"), 400, "Maximum 5 files allowed (uploads + fileUrls)"),
    (
        Refused("at_least_one"),
        400,
        "At least one file must be provided (file uploads or fileUrls)",
    ),
    (Refused("upload_failed"), 400, "Upload failed"),
    (Refused("not_started"), 502, "Error calling start endpoint"),
    (Refused("not_configured"), 503, "Single-shot upload URL is not configured"),
    (Refused("not_ready"), 404, "Recording not found"),
    (Refused("not_ready", {"message": "Not available"}), 404, "Not available"),
    (Unavailable(), 503, "Service Unavailable"),
    (Broken(), 500, "Internal server error"),
    (Scripted(502, 1.0), 502, "Bad Gateway"),
    (NotEmulated("getInsights", "later"), 501, "Not Implemented"),
]

PLACED: list[tuple[str, str, Problem, int, str]] = [
    ("GET", f"/v1/projects/{NOBODY}", Forbidden(), 404, "Project not found"),
    ("DELETE", f"/v1/projects/{NOBODY}", Forbidden(), 404, "Project not found"),
    ("POST", "/v1/projects", Invalid((BODY,)), 400, "Validation failed"),
    ("POST", "/v1/projects", Invalid((QUERY, BODY)), 400, "Validation failed"),
    ("POST", "/v1/projects", Invalid((QUERY,)), 400, "Bad Request"),
    ("POST", "/_upload/x", Invalid((BODY,)), 400, "Validation failed"),
    ("POST", "/v1/projects", Unavailable(), 503, "Single-shot upload URL is not configured"),
    ("POST", "/v1/projects", Unavailable(reasons=("full",)), 503, "Service Unavailable"),
]


@pytest.mark.parametrize(("problem", "status", "message"), PLAIN)
def test_each_problem_is_said_in_the_providers_words(
    problem: Problem, status: int, message: str
) -> None:
    b = studio("seed: 1")

    answer = envelope(problem, Request("GET", "/v1/projects"), b.tenant.backend(PHRASE_STUDIO))

    assert answer.status == status
    assert answer.header("content-type") == "application/json; charset=utf-8"
    assert answer.content == {
        "success": False,
        "statusCode": status,
        "message": message,
        "timestamp": "2026-01-05T09:00:00.000Z",
    }


def test_no_problem_is_forgotten() -> None:
    kinds = {type(problem) for problem, _, _ in PLAIN}
    codes = {problem.code for problem, _, _ in PLAIN if isinstance(problem, Refused)}
    records = {problem.kind for problem, _, _ in PLAIN if isinstance(problem, NotFound)}

    assert kinds == set(PROBLEMS)
    assert codes == set(REFUSALS)
    assert records == {"Ticket", *RECORDS}


@pytest.mark.parametrize(("method", "path", "problem", "status", "message"), PLACED)
def test_some_operations_have_words_of_their_own(
    method: str, path: str, problem: Problem, status: int, message: str
) -> None:
    b = studio("seed: 1")

    answer = envelope(problem, Request(method, path), b.tenant.backend(PHRASE_STUDIO))

    assert answer.content == {
        "success": False,
        "statusCode": status,
        "message": message,
        "timestamp": "2026-01-05T09:00:00.000Z",
    }


def test_no_operations_own_words_are_forgotten() -> None:
    contract = PHRASE_STUDIO.contract
    found = {
        (contract.find(Request(method, path))[0].id, type(problem))
        for method, path, problem, _, _ in PLACED
    }

    assert found == set(HAS_RECORD)


@pytest.mark.parametrize(
    ("problem", "headers"),
    [
        (WrongMethod("PUT", "/v1/projects", ("GET", "POST")), {"Allow": "GET, POST"}),
        (TooManyRequests(1.5), {"Retry-After": "2"}),
        (Unavailable(30), {"Retry-After": "30"}),
        (Unavailable(), {}),
        (Scripted(502, 1.2), {"Retry-After": "2"}),
        (Scripted(502), {}),
        (NotEmulated("getInsights", "comes later"), {}),
        (Broken(("one\nthing", "ünd")), {}),
        (Broken(), {}),
    ],
)
def test_some_problems_bring_a_header(problem: Problem, headers: dict[str, str]) -> None:
    b = studio("seed: 1")

    answer = envelope(problem, Request("GET", "/v1/projects"), b.tenant.backend(PHRASE_STUDIO))

    assert answer.headers == {"Content-Type": "application/json; charset=utf-8", **headers}


@pytest.mark.parametrize(
    ("problem", "status", "code", "message"),
    [
        (BadLink(expired=False), 403, "AccessDenied", "Access Denied"),
        (BadLink(expired=True), 403, "AccessDenied", "Request has expired"),
        (Forbidden(), 403, "AccessDenied", "Access Denied"),
        (Scripted(403), 403, "AccessDenied", "Access Denied"),
        (NotFound("Recording", "x"), 404, "NoSuchKey", "The specified key does not exist."),
    ],
)
def test_the_storage_of_audio_has_another_envelope(
    problem: Problem, status: int, code: str, message: str
) -> None:
    b = studio("seed: 1")
    request = Request("GET", "/_dubbings/a/b/es.mp3", id="42")

    answer = envelope(problem, request, b.tenant.backend(PHRASE_STUDIO))

    assert (answer.status, answer.headers) == (status, {"Content-Type": "application/xml"})
    assert bytes(answer.body).decode() == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<Error><Code>{code}</Code><Message>{message}</Message><RequestId>42</RequestId></Error>"
    )


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/projects"),
        ("POST", "/v1/projects"),
        ("POST", "/_upload/x"),
        ("GET", f"/v1/projects/{NOBODY}"),
        ("DELETE", f"/v1/projects/{NOBODY}"),
        ("GET", f"/v1/recordings/{NOBODY}/status"),
        ("GET", f"/v1/recordings/{NOBODY}"),
        ("GET", "/_dubbings/a/b/es.mp3"),
    ],
)
def test_a_bug_of_ours_is_the_documented_500_everywhere(method: str, path: str) -> None:
    b = studio("seed: 1")

    exchange = b.emulator.internal_error(IncomingRequest(method, f"/phrase-studio{path}"), "a bug")

    assert exchange.response.content == {
        "success": False,
        "statusCode": 500,
        "message": "Internal server error",
        "timestamp": "2026-01-05T09:00:00.000Z",
    }
    assert exchange.response.header("x-emulator-reason") == "a bug"
