"""Problems in this API's words: the service's, the gateway's, and blob storage's in XML."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from html import escape
from math import ceil

from msgspec import Struct

from emulator.core.base.clock import http_date
from emulator.core.http.messages import Json, Request, Response
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
    shorten_text,
)
from emulator.core.provider.backend import Backend
from emulator.providers.azure_speech.blobs import moment
from emulator.providers.azure_speech.records import CONTAINER
from emulator.providers.azure_speech.render import json_reply


class Row(Struct, frozen=True):
    status: int
    body: Json


def service(status: int, code: str, message: str, inner: str | None = None) -> Row:
    """The published ``Error``; the message is said twice (seen)."""
    body: dict[str, Json] = {"code": code, "message": message}
    if inner:
        body["innerError"] = {"code": inner, "message": message}
    return Row(status, body)


def gateway(status: int, message: str) -> Row:
    """The gateway in front of the service: the status as a string (seen)."""
    return Row(status, {"error": {"code": str(status), "message": message}})


def legacy_error(status: int, message: str) -> Row:
    """The gateway as sister services show it (seen there)."""
    return Row(status, {"statusCode": status, "message": message})


BAD_KEY = gateway(  # seen
    401,
    "Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a"
    " valid key for an active subscription and use a correct regional API endpoint for your"
    " resource.",
)
BAD_TOKEN = legacy_error(  # seen with sister services; GUESS: here too
    401,
    "Unauthorized. Access token is missing, invalid, audience is incorrect"
    " (https://cognitiveservices.azure.com), or have expired.",
)
NO_ROUTE = gateway(404, "Resource not found")  # seen with sister services
NO_ENTITY = service(404, "NotFound", "The specified entity cannot be found.")  # GUESS: the message
BY_TOKEN = "token"  # the scheme's name in the contract

ROWS: Mapping[type[Problem], Row] = {
    NoOperation: NO_ROUTE,
    WrongMethod: NO_ROUTE,  # GUESS: the gateway knows no such operation
    NoKey: BAD_KEY,  # GUESS: which of the two families answers
    UnknownKey: BAD_KEY,
    ExpiredKey: BAD_KEY,
    RevokedKey: BAD_KEY,
    Forbidden: service(403, "Forbidden", "No permission to access this resource."),  # seen, v2
    OutOfQuota: legacy_error(  # seen with sister services
        403, "Out of call volume quota. Quota will be replenished in 22.14:18:12."
    ),
    NotFound: NO_ENTITY,
    WrongState: service(  # the inner code and its message were seen; GUESS: status, outer code
        409, "NotAllowed", "The transcription task hasn't finished yet", "DeleteNotAllowed"
    ),
    BadLink: NO_ENTITY,  # never outside the storage
    TooLarge: service(413, "InvalidRequest", "The request body is too large."),  # GUESS
    HeadersTooLarge: gateway(431, "Request Header Fields Too Large"),  # GUESS
    Unavailable: service(  # the code is published; GUESS: the message
        503, "ServiceUnavailable", "The service is currently unavailable. Please try again later."
    ),
    Broken: service(  # the code is published; GUESS: the message
        500, "InternalServerError", "An internal server error occurred."
    ),
    NotEmulated: service(  # ours
        501, "NotAllowed", "This is documented, and not emulated yet."
    ),
}
TOKEN_ROWS: Mapping[type[Problem], Row] = {
    UnknownKey: BAD_TOKEN,
    ExpiredKey: BAD_TOKEN,
    RevokedKey: BAD_TOKEN,
}

# The inner codes are published; GUESS: that they are for these parameters.
QUERY_CODES = {
    "skip": "UnsupportedPagination",
    "top": "UnsupportedPagination",
    "filter": "UnsupportedFilter",
    "sasValidityInSeconds": "InvalidSasValidityDuration",
}
PLACE = r"line (\d+) column (\d+) \(char (\d+)\)"


def envelope(problem: Problem, request: Request, backend: Backend) -> Response:
    if request.path.lower().startswith(CONTAINER):
        return storage_reply(problem, request, backend)
    if isinstance(problem, WrongContentType | UnsupportedContentEncoding):
        # Seen: no body, and caching headers of its own. GUESS: of an encoding as of a media type.
        headers = {"Cache-Control": "public, max-age=5", "Vary": "Accept-Encoding"}
        return Response(415, headers=headers)
    row = find_row(problem)
    return json_reply(row.status, row.body, extra_headers(problem))


def find_row(problem: Problem) -> Row:
    if isinstance(problem, Invalid):
        return invalid_request(problem.violations)
    if isinstance(problem, Malformed):
        return malformed_request(problem)
    if isinstance(problem, Refused):
        return refusal(problem.code, problem.details["messages"])
    if isinstance(problem, TooManyRequests):
        return too_many_requests(ceil(problem.retry_after_seconds))
    if isinstance(problem, Scripted):
        # GUESS: the standard's phrase, in the manner of the published codes.
        return service(problem.status, problem.phrase.replace(" ", ""), f"{problem.phrase}.")
    if getattr(problem, "scheme", None) == BY_TOKEN:
        return TOKEN_ROWS[type(problem)]
    return ROWS[type(problem)]


def extra_headers(problem: Problem) -> dict[str, str]:
    seconds = getattr(problem, "retry_after_seconds", None)
    return {} if seconds is None else {"Retry-After": str(ceil(seconds))}


def refusal(code: str, messages: Iterable[str]) -> Row:
    """Several things that are wrong are joined by OR (seen)."""
    return service(400, "InvalidRequest", " OR ".join(map(shorten_text, messages)), code)


def too_many_requests(seconds: int) -> Row:
    """GUESS: the gateway's words with a sister service, and the name of this one."""
    text = "Requests to the Speech to text REST API v3.1 Operation under Azure AI Speech have"
    text += " exceeded call rate limit of your current S0 pricing tier."
    return gateway(429, f"{text} Please retry after {seconds} seconds.")


def malformed_request(problem: Malformed) -> Row:
    """A body that is no JSON. The sentence about characters was seen, with its outer code alone."""
    if not problem.body:
        text = "A non-empty request body is required."  # GUESS: the code is published
        return service(400, "InvalidRequest", text, "EmptyRequest")
    place = re.search(PLACE, problem.reason)
    line, column, at = map(int, place.groups()) if place else (0, 0, 0)
    text = problem.body.decode(errors="replace")
    where = f"Path '', line {line if at else 0}, position {column - 1 if at else 0}."
    if at >= len(text):
        return service(400, "InvalidPayload", f"Unexpected end when reading JSON. {where}")
    found = f"Unexpected character encountered while parsing value: {text[at]}."
    return service(400, "InvalidPayload", f"{found} {where}")


def invalid_request(violations: tuple[Violation, ...]) -> Row:
    if any(violation.place == "path" for violation in violations):
        return NO_ENTITY  # GUESS: an id that is no UUID is an unknown one
    if any(violation.place == "query" for violation in violations):
        names = sorted(
            {str(violation.path[0]) for violation in violations if violation.place == "query"}
        )
        codes = [QUERY_CODES.get(name, "InvalidParameterValue") for name in names]
        messages = [f"The value of the query parameter {name} is not supported." for name in names]
        return refusal(codes[0], messages)
    wrong_types = [violation for violation in violations if violation.keyword == "type"]
    if wrong_types:
        # Seen since January 2025: the outer code alone, and where it is.
        messages = [f"{json_path(type_)}: The supplied value is invalid." for type_ in wrong_types]
        return service(400, "InvalidPayload", " OR ".join(dict.fromkeys(messages)))
    if any(
        violation.keyword == "maxItems" and violation.path == ("contentUrls",)
        for violation in violations
    ):
        text = "At most 1000 contentUrls are allowed."  # GUESS: the code is published
        return refusal("ExceededNumberOfRecordingsUris", (text,))
    # Seen for a missing dataset; GUESS: the same words for whatever else a schema refuses.
    messages = [
        f"A valid value is required for transcription.{violation.name}." for violation in violations
    ]
    return refusal("InvalidPayload", dict.fromkeys(messages))


def json_path(violation: Violation) -> str:
    """``$.contentUrls[0]``"""
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in violation.path)
    return "$" + "".join(steps)


class StorageRow(Struct, frozen=True):
    status: int
    code: str
    message: str


BAD_SIGNATURE = StorageRow(  # seen
    403,
    "AuthenticationFailed",
    "Server failed to authenticate the request. Make sure the value of Authorization header is"
    " formed correctly including the signature.",
)
NOT_AUTHORIZED = StorageRow(
    403, "AuthorizationFailure", "This request is not authorized to perform this operation."
)
BUSY = StorageRow(503, "ServerBusy", "The server is busy.")
FAILED = StorageRow(
    500, "InternalError", "The server encountered an internal error. Please retry the request."
)
# Source of what was not seen: the storage service's page of error codes. GUESS: which is for what.
STORAGE_ROWS: Mapping[type[Problem], StorageRow] = {
    BadLink: BAD_SIGNATURE,
    NotFound: StorageRow(404, "BlobNotFound", "The specified blob does not exist."),  # seen
    Forbidden: NOT_AUTHORIZED,
    OutOfQuota: NOT_AUTHORIZED,
    NoOperation: StorageRow(404, "ResourceNotFound", "The specified resource does not exist."),
    WrongMethod: StorageRow(
        405, "UnsupportedHttpVerb", "The resource doesn't support specified Http Verb."
    ),
    Invalid: StorageRow(
        400,
        "InvalidQueryParameterValue",
        "Value for one of the query parameters specified in the request URI is invalid.",
    ),
    HeadersTooLarge: StorageRow(
        431,
        "InvalidHeaderValue",
        "The value for one of the HTTP headers is not in the correct format.",
    ),
    TooManyRequests: BUSY,
    Unavailable: BUSY,
}


def storage_reply(problem: Problem, request: Request, backend: Backend) -> Response:
    """XML, with the code in a header too (seen). What storage has no row for is its own failure."""
    row, now = storage_row(problem), backend.now()
    lines = (row.message, f"RequestId:{request.id}", f"Time:{now:%Y-%m-%dT%H:%M:%S.%f}0Z")
    text = escape("\n".join(lines), quote=False)
    detail = link_detail(request, now) if isinstance(problem, BadLink) else ""
    body = (
        '<?xml version="1.0" encoding="utf-8"?>'
        f"<Error><Code>{row.code}</Code><Message>{text}</Message>{detail}</Error>"
    )
    headers = {"Content-Type": "application/xml", "x-ms-error-code": row.code}
    return Response(row.status, body.encode(), {**headers, **extra_headers(problem)})


def storage_row(problem: Problem) -> StorageRow:
    if isinstance(problem, Scripted):
        code = problem.phrase.replace(" ", "")  # GUESS: as the service itself would say it
        return StorageRow(problem.status, code, f"{problem.phrase}.")
    return STORAGE_ROWS.get(type(problem), FAILED)


def link_detail(request: Request, now: datetime) -> str:
    """Why a link is not good. The two sentences about times were seen; GUESS: the others."""
    given = dict(request.query)
    start, end = moment(given.get("st", "")), moment(given.get("se", ""))
    if end is None:
        text = "se is mandatory. Cannot be empty"
    elif start is None:
        text = f"Signed expiry time [{http_date(end)}] must be after signed start time"
        text += f" [{http_date(now)}]"
    elif now < end:
        text = "Signature did not match."
    else:
        times = f"Start [{http_date(start)}] - Expiry [{http_date(end)}]"
        text = f"Signature not valid in the specified time frame: {times}"
        text += f" - Current [{http_date(now)}]"
    return f"<AuthenticationErrorDetail>{escape(text, quote=False)}</AuthenticationErrorDetail>"
