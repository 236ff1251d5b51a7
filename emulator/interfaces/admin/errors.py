"""Problem -> the admin API's error envelope."""

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct

from emulator.application.addressing import PREFIX
from emulator.core.http.messages import Response, json_response
from emulator.core.http.problems import (
    Broken,
    HeadersTooLarge,
    Invalid,
    Malformed,
    NoKey,
    NoOperation,
    Problem,
    Refused,
    TooLarge,
    Unavailable,
    UnknownKey,
    UnsupportedContentEncoding,
    Violation,
    WrongContentType,
    WrongMethod,
)

MOST_ERRORS = 100


class Row(Struct, frozen=True):
    status: int
    code: str
    message: Callable[[Any], str]
    details: Callable[[Any], dict[str, Any]] = lambda problem: {}
    headers: Callable[[Any], Mapping[str, str]] = lambda problem: {}


def violation_text(violation: Violation) -> dict[str, Any]:
    return {"place": violation.place, "name": violation.name, "message": violation.message}


def violation_list(problem: Invalid) -> str:
    first, *more = problem.violations
    where = f"{first.place} {first.name}".rstrip()
    others = f" (and {len(more)} more)" if more else ""
    return f"the request is not as documented: {where}: {first.message}{others}"


BEARER: Mapping[str, str] = {"WWW-Authenticate": 'Bearer realm="Speech Emulator"'}
TOKEN = "Authorization: Bearer, with what SPEECH_EMULATOR_ADMIN_TOKEN was when the server started"

ROWS: Mapping[type[Problem], Row] = {
    NoOperation: Row(
        404,
        "unknown_path",
        lambda one: f"there is no {PREFIX}{one.path}; {PREFIX}/docs/admin shows what there is",
    ),
    WrongMethod: Row(
        405,
        "wrong_method",
        lambda one: f"{PREFIX}{one.path} takes {', '.join(one.allowed)}, not {one.method}",
        headers=lambda one: {"Allow": ", ".join(one.allowed)},
    ),
    NoKey: Row(401, "no_token", lambda one: f"it wants {TOKEN}", headers=lambda one: BEARER),
    UnknownKey: Row(
        401,
        "wrong_token",
        lambda one: f"the token is wrong; it wants {TOKEN}",
        headers=lambda _: BEARER,
    ),
    Invalid: Row(
        422,
        "invalid_request",
        violation_list,
        lambda one: {
            "errors": [violation_text(violation) for violation in one.violations[:MOST_ERRORS]]
        },
    ),
    Malformed: Row(400, "malformed_body", lambda one: f"the body cannot be read: {one.reason}"),
    WrongContentType: Row(
        415,
        "wrong_content_type",
        lambda one: f"the body is {one.given or 'of no type'}; taken: {', '.join(one.allowed)}",
    ),
    UnsupportedContentEncoding: Row(
        415,
        "unsupported_content_encoding",
        lambda one: f"the body is encoded ({one.given}); none is decoded here",
    ),
    TooLarge: Row(413, "too_large", lambda one: "the body is larger than 8 MB"),
    HeadersTooLarge: Row(431, "headers_too_large", lambda one: "the headers are too large"),
    Unavailable: Row(
        503,
        "unavailable",
        lambda one: f"the server cannot serve now: {'; '.join(one.reasons)}",
    ),
    Broken: Row(
        500,
        "broken",
        lambda one: "a bug of the emulator's; its log says more",
        lambda one: {"reasons": list(one.reasons)},
    ),
}


class RefusalText(Struct, frozen=True):
    status: int
    message: str  # with the details in braces


REFUSALS: Mapping[str, RefusalText] = {
    "unknown_tenant": RefusalText(
        404,
        'nobody knows the key "{key}"; one that begins with test- opens by itself, any other is '
        "opened with POST /_emulator/tenants",
    ),
    "reserved_key": RefusalText(
        422, 'the key "{key}" stands for the tenant of requests without a key, and cannot be opened'
    ),
    "unknown_job": RefusalText(404, "the tenant has no job {id}"),
    "unknown_exchange": RefusalText(404, "the tenant's journal has no exchange {id}, or no longer"),
    "unknown_fault": RefusalText(404, "the tenant has no fault {id}"),
    "unknown_delivery": RefusalText(404, "the tenant has no delivery {id}"),
    "unknown_definition": RefusalText(404, 'there is no definition "{name}"; there are: {known}'),
    "unknown_scenario": RefusalText(404, 'no scenario "{name}" is built in; there are: {known}'),
    "unknown_provider": RefusalText(422, 'there is no provider "{given}"; there are: {known}'),
    "unknown_file": RefusalText(404, 'there is no file "{name}"'),
    "bad_scenario": RefusalText(422, "the scenario is wrong: {first}"),
    "bad_timeline": RefusalText(422, "the timeline is wrong: {first}"),
    "bad_fault": RefusalText(422, "the fault is wrong: {first}"),
    "bad_webhook": RefusalText(422, "the webhook is wrong: {first}"),
    "bad_pattern": RefusalText(422, "{why}"),
    "bad_duration": RefusalText(
        422, '{name} "{given}" is no duration such as 250ms, 10s, 5m, 2h or 1d'
    ),
    "bad_choice": RefusalText(
        422, "say one of {allowed}, and nothing with it that belongs to another"
    ),
    "back_in_time": RefusalText(409, "a clock cannot go back: it is {now} already"),
    "bad_moment": RefusalText(422, 'to "{given}" is no moment of the years 1 to 9999'),
    "too_far": RefusalText(409, "a clock ends with the year 8999"),
    "never_happens": RefusalText(409, "{why}"),
    "too_many_faults": RefusalText(
        409, "a tenant has {most} faults at most; it has {there} already"
    ),
    "foreign_origin": RefusalText(
        403, "a page from {origin} may not use the emulator: only pages of its own may"
    ),
    "foreign_host": RefusalText(
        403,
        "the host name {host} is not known to lead here, and might be a foreign page's; use the "
        "address, or start the server with --public-url",
    ),
    "no_socket": RefusalText(
        501, "events are sent over HTTP; here there is no connection to send them on"
    ),
    "too_many_inboxes": RefusalText(409, "{why}"),
    "message_too_large": RefusalText(413, "{why}"),
    "wait_too_long": RefusalText(422, "an inbox is waited on for {most} at most, not for {given}"),
    "closed": RefusalText(
        403,
        "the server listens on {bound}, so the admin API is closed: set "
        "SPEECH_EMULATOR_ADMIN_TOKEN, or open it to everybody with --open-admin",
    ),
}


def envelope(problem: Problem) -> Response:
    if isinstance(problem, Refused):
        refusal = REFUSALS[problem.code]
        message = refusal.message.format_map(problem.details)
        return error(refusal.status, problem.code, message, problem.details, {})
    row = ROWS[type(problem)]
    return error(
        row.status, row.code, row.message(problem), row.details(problem), row.headers(problem)
    )


def error(
    status: int, code: str, message: str, details: dict[str, Any], headers: Mapping[str, str]
) -> Response:
    content = {"error": {"code": code, "message": message, "details": details}}
    return json_response(status, content, headers)
