"""Problems in Aitronos's words: an envelope with a code for programs and two sentences."""

from collections.abc import Callable, Mapping
from math import ceil
from typing import Any, NamedTuple

from emulator.core.base.clock import iso_seconds
from emulator.core.faults.limits import Rate
from emulator.core.http.messages import Request, Response, json_response
from emulator.core.http.problems import (
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


class Row(NamedTuple):
    """``message`` is for users; ``system_message`` for developers, with the problem's fields."""

    status: int
    code: str
    message: str
    system_message: str


EXPIRED_TOKEN = Row(401, "TOKEN_EXPIRED", "Your session has expired", "The token has expired")
INVALID_TOKEN = Row(401, "TOKEN_INVALID", "Your session is invalid", "The token is not accepted")

# Source of the 401 and 403 codes and user messages: the guide to errors. The guide shows a system
# message in one sample only, so that all of them are ours.
ROWS: Mapping[type[Problem], Row] = {
    # GUESS: codes for a path and a method that are not there are not published.
    NoOperation: Row(404, "NOT_FOUND", "Not found", "No operation at {method} {path}"),
    WrongMethod: Row(
        405, "METHOD_NOT_ALLOWED", "This method is not allowed", "{method} is not allowed on {path}"
    ),
    NoKey: Row(
        401, "AUTHENTICATION_REQUIRED", "Please sign in to continue", "No key and no token was sent"
    ),
    UnknownKey: Row(401, "INVALID_API_KEY", "Your API key is invalid", "The key is not known"),
    ExpiredKey: Row(401, "API_KEY_EXPIRED", "Your API key has expired", "The key has expired"),
    RevokedKey: Row(
        401, "API_KEY_DEACTIVATED", "Your API key has been deactivated", "The key was taken back"
    ),
    Forbidden: Row(
        403,
        "INSUFFICIENT_PERMISSIONS",
        "You don't have permission to perform this action",
        "The key may not do this",
    ),
    # GUESS: that jobs are paid for first is published, what an empty account gets is not.
    OutOfQuota: Row(
        402, "INSUFFICIENT_SYNAPSES", "You don't have enough synapses", "The balance is too low"
    ),
    # Source: the client's types of another operation; its message is a GUESS.
    TooManyRequests: Row(
        429, "RATE_LIMIT_EXCEEDED", "You are sending too many requests", "The limit is reached"
    ),
    # GUESS: after the pattern <THING>_NOT_FOUND of the client's types.
    NotFound: Row(
        404, "TRANSCRIPTION_NOT_FOUND", "The transcription was not found", "No transcription {id}"
    ),
    # Source: the guide to errors, and the client's types; the message is a GUESS.
    Invalid: Row(422, "VALIDATION_ERROR", "Please check what you sent", "{violations}"),
    # GUESS: a 400 for what cannot be read is published, its code is not.
    Malformed: Row(400, "INVALID_REQUEST", "The request is invalid", "Unreadable body: {reason}"),
    # GUESS: not published; RFC 9110, 15.5.16 and 15.5.14; RFC 6585, 5.
    WrongContentType: Row(
        415, "UNSUPPORTED_MEDIA_TYPE", "This content type is not supported", "Sent: {given!r}"
    ),
    UnsupportedContentEncoding: Row(
        415, "UNSUPPORTED_MEDIA_TYPE", "This content encoding is not supported", "Sent: {given!r}"
    ),
    TooLarge: Row(413, "PAYLOAD_TOO_LARGE", "The request is too large", "The body is too large"),
    HeadersTooLarge: Row(
        431, "REQUEST_HEADERS_TOO_LARGE", "The request is too large", "The headers are too large"
    ),
    # GUESS: a 409 is declared for the subtitles, without a code.
    WrongState: Row(
        409,
        "TRANSCRIPTION_NOT_READY",
        "The transcription is not ready",
        "Transcription {id} is {phase}",
    ),
    # GUESS: the code is published, for what is not; this API has no signed links yet.
    BadLink: Row(403, "ACCESS_DENIED", "Access denied", "The link is not valid"),
    # GUESS: only the 5xx statuses are published.
    Unavailable: Row(
        503, "SERVICE_UNAVAILABLE", "The service is not available", "The service cannot serve now"
    ),
    Broken: Row(500, "INTERNAL_ERROR", "Something went wrong", "The service failed"),
    NotEmulated: Row(501, "NOT_IMPLEMENTED", "This is not available", "{reason}"),
}

# What a bearer token is told instead. Source: the guide to errors.
TOKEN_ROWS: Mapping[type[Problem], Row] = {
    UnknownKey: INVALID_TOKEN,
    ExpiredKey: EXPIRED_TOKEN,
    RevokedKey: INVALID_TOKEN,
}
TOKEN_SCHEME = "BearerToken"  # the security scheme's name

UNKNOWN_FORMAT = "INVALID_FORMAT"

# What this API alone refuses; all but the first are at a scenario's command.
REFUSALS: Mapping[str, Row] = {
    # GUESS: a 400 is declared for the subtitles; the code is ours.
    UNKNOWN_FORMAT: Row(
        400, UNKNOWN_FORMAT, "This format is not supported", "{value!r} is not srt, vtt or txt"
    ),
    # GUESS: the status and that jobs are paid for first are published, the code is not.
    "INSUFFICIENT_SYNAPSES": ROWS[OutOfQuota],
    # Source: the guide to errors.
    "ORGANIZATION_ACCESS_DENIED": Row(
        403,
        "ORGANIZATION_ACCESS_DENIED",
        "You don't have access to this organization",
        "The caller is no member of {organization_id}",
    ),
    "NO_ORGANIZATION_MEMBERSHIP": Row(
        403,
        "NO_ORGANIZATION_MEMBERSHIP",
        "You are not a member of any organization",
        "The caller has no organization",
    ),
    "AMBIGUOUS_ORGANIZATION": Row(
        403,
        "AMBIGUOUS_ORGANIZATION",
        "Please specify which organization to use",
        "The caller has several organizations",
    ),
    "OPERATION_NOT_ALLOWED": Row(
        403,
        "OPERATION_NOT_ALLOWED",
        "This operation is not allowed",
        "The organization may not do this",
    ),
    # GUESS: a 502 is published, its code is not.
    "UPSTREAM_ERROR": Row(
        502, "UPSTREAM_ERROR", "The speech engine failed", "The speech engine did not take the job"
    ),
}
AT_COMMAND = tuple(code for code in REFUSALS if code != UNKNOWN_FORMAT)

USUAL_RATE = Rate(100, 60)  # the guide to rate limits: the standard plan


def envelope(problem: Problem, request: Request, backend: Backend) -> Response:
    """Source: the guide to errors; ``trace_id`` is a UUID."""
    row = find_row(problem)
    error: dict[str, Any] = {
        "code": row.code,
        "message": row.message,
        "system_message": row.system_message.format_map(message_arguments(problem)),
        "type": "client_error" if row.status < 500 else "server_error",
        "status": row.status,
        "details": details(problem),
        "trace_id": request.id,
        "timestamp": iso_seconds(backend.now()),
    }
    body = {"success": False, "error": error}
    return json_response(row.status, body, headers(problem, row))


def finish(request: Request, response: Response, backend: Backend) -> Response:
    """What every answer carries, by the guides to debugging and to rate limits.

    GUESS: a minute begins with its first request; what is told of a minute is told of other times.
    """
    usage = backend.limits.usage(backend.now())
    assert usage is not None  # this API has a usual rate
    remaining = 0 if response.status == 429 else usage.remaining
    ours = {
        "X-Request-Id": request_id(request),
        "X-RateLimit-Limit": str(usage.limit),
        "X-RateLimit-Remaining": str(remaining),
        "X-RateLimit-Reset": str(ceil(usage.resets_at.timestamp())),
    }
    return response.with_headers({**response.headers, **ours})


def request_id(request: Request) -> str:
    """GUESS: the prefix; no id of a request is published."""
    return f"req_{request.id.replace('-', '')}"


def find_row(problem: Problem) -> Row:
    if isinstance(problem, Refused):
        return REFUSALS[problem.code]
    if isinstance(problem, Scripted):
        # GUESS: the standard's phrase, in the manner of the published codes.
        code = problem.phrase.upper().replace(" ", "_")
        return Row(problem.status, code, problem.phrase, problem.phrase)
    token = getattr(problem, "scheme", "") == TOKEN_SCHEME
    return TOKEN_ROWS[type(problem)] if token else ROWS[type(problem)]


def message_arguments(problem: Problem) -> dict[str, Any]:
    """What the system message names."""
    if isinstance(problem, Invalid):
        return {"violations": "; ".join(sentence(violation) for violation in problem.violations)}
    return {**vars(problem), **(problem.details if isinstance(problem, Refused) else {})}


def sentence(violation: Violation) -> str:
    return f"{violation.name or violation.place}: {violation.message}"


def details(problem: Problem) -> dict[str, Any]:
    """Published: ``{"field", "value"}`` for a field, ``{"retry_after"}`` for the limit."""
    if isinstance(problem, TooManyRequests):
        return {"retry_after": ceil(problem.retry_after_seconds)}
    if isinstance(problem, Refused):
        return problem.details
    return field(problem.violations[0]) if isinstance(problem, Invalid) else {}


def field(violation: Violation) -> dict[str, Any]:
    """GUESS: of several violations the first; the value only where there is a short one."""
    found: dict[str, Any] = {"field": violation.name or violation.place}
    if violation.keyword != "required" and not isinstance(violation.actual, dict | list):
        found["value"] = violation.actual
    return found


DetailBuilder = Mapping[type[Problem], Callable[[Any], dict[str, str]]]


def wait_seconds(problem: TooManyRequests) -> dict[str, str]:
    seconds = str(ceil(problem.retry_after_seconds))
    return {"Retry-After": seconds, "X-RateLimit-Retry-After": seconds}


def retry_after(problem: Unavailable | Scripted) -> dict[str, str]:
    seconds = problem.retry_after_seconds
    return {} if seconds is None else {"Retry-After": str(ceil(seconds))}


DETAIL_BUILDERS: DetailBuilder = {
    WrongMethod: lambda problem: {"Allow": ", ".join(problem.allowed)},
    TooManyRequests: wait_seconds,
    Unavailable: retry_after,
    Scripted: retry_after,
}


def headers(problem: Problem, row: Row) -> dict[str, str]:
    # RFC 9110, 11.6.1: a 401 says how to authenticate.
    challenge = {"WWW-Authenticate": "Bearer"} if row.status == 401 else {}
    carried = DETAIL_BUILDERS.get(type(problem))
    return challenge | (carried(problem) if carried else {})
