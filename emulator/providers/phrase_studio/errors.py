"""Problems in the words of the Studio API; those of signed addresses in a storage's words."""

from collections.abc import Mapping
from math import ceil

from msgspec import Struct

from emulator.core.base.clock import iso_millis
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
    WrongContentType,
    WrongMethod,
    WrongState,
)
from emulator.core.provider.backend import Backend
from emulator.providers.phrase_studio.requests import CONTRACT


class Row(Struct, frozen=True):
    status: int
    message: str


# "published": the examples of the Studio API 1.0.0 document.
ROWS: Mapping[type[Problem], Row] = {
    NoOperation: Row(404, "Not Found"),  # GUESS: undocumented; the envelope of the other errors
    WrongMethod: Row(405, "Method Not Allowed"),  # GUESS: as above, with Allow (RFC 9110, 15.5.6)
    NoKey: Row(401, "Unauthorized"),  # published, every operation
    UnknownKey: Row(401, "Unauthorized"),  # published: "invalid API key"
    ExpiredKey: Row(401, "Unauthorized"),  # GUESS: tokens live four hours; said as for unknown ones
    RevokedKey: Row(401, "Unauthorized"),  # GUESS: as above
    Forbidden: Row(403, "Access denied"),  # published: listProjects and the recordings
    OutOfQuota: Row(403, "Access denied"),  # GUESS: quotas are not documented
    TooManyRequests: Row(429, "Too Many Requests"),  # GUESS: limits are said to be
    NotFound: Row(404, "Not Found"),  # GUESS: upload tickets are the emulator's own
    Invalid: Row(400, "Bad Request"),  # published: listProjects, getProjectDetails, ...
    Malformed: Row(400, "Malformed multipart payload"),  # published: createProject
    WrongContentType: Row(415, "Content-Type must be multipart/form-data"),  # published, as above
    UnsupportedContentEncoding: Row(415, "Unsupported Media Type"),  # GUESS: RFC 9110, 15.5.16
    TooLarge: Row(413, "File too large. Max size is 5GB per file"),  # published, as above
    HeadersTooLarge: Row(431, "Request Header Fields Too Large"),  # GUESS: RFC 6585, 5
    BadLink: Row(403, "Access Denied"),  # GUESS: see STORED
    WrongState: Row(409, "Conflict"),  # GUESS: every operation is allowed in every state
    Unavailable: Row(503, "Service Unavailable"),  # GUESS: published for createProject only
    Broken: Row(500, "Internal server error"),  # published, every operation
    NotEmulated: Row(501, "Not Implemented"),  # ours
}

RECORDS: Mapping[str, Row] = {
    "Project": Row(404, "Project not found"),  # published: getProjectDetails, deleteProject
    "Recording": Row(404, "Recording not found"),  # published: the recordings
}

REFUSALS: Mapping[str, Row] = {
    # published, createProject: the redirecting endpoint, then the upload service
    "no_files": Row(400, "There are no files"),
    "max_files": Row(400, "Maximum 5 files allowed"),
    "max_files_combined": Row(400, "Maximum 5 files allowed (uploads + fileUrls)"),
    "at_least_one": Row(400, "At least one file must be provided (file uploads or fileUrls)"),
    "upload_failed": Row(400, "Upload failed"),
    "not_started": Row(502, "Error calling start endpoint"),
    "not_configured": Row(503, "Single-shot upload URL is not configured"),
    # GUESS: the revision of October 2025 had a 404 of its own; only this text is published today
    "not_ready": Row(404, "Recording not found"),
}

HAS_RECORD: Mapping[tuple[str, type[Problem]], Row] = {
    # published, deleteProject: the 404 is for no access too; GUESS: reading goes the same way
    ("getProjectDetails", Forbidden): Row(404, "Project not found"),
    ("deleteProject", Forbidden): Row(404, "Project not found"),
    # published, createProject: fields that do not validate
    ("createProject", Invalid): Row(400, "Validation failed"),
    ("uploadProjectFiles", Invalid): Row(400, "Validation failed"),
    ("createProject", Unavailable): Row(503, "Single-shot upload URL is not configured"),
}

# An earlier revision (October 2025) had it; today its path is that of a project called "upload".
GONE = frozenset({("POST", "/v1/projects/upload")})

# GUESS: where the audio is kept is not published; codes and texts of a common object store.
STORED: Mapping[int, tuple[str, str]] = {
    403: ("AccessDenied", "Access Denied"),
    404: ("NoSuchKey", "The specified key does not exist."),
}
EXPIRED = "Request has expired"  # the same store's text, code as for any 403


def envelope(problem: Problem, request: Request, backend: Backend) -> Response:
    """``{success, statusCode, message, timestamp}``; XML where a signed address is refused."""
    if isinstance(problem, WrongMethod) and (problem.method, problem.path) in GONE:
        problem = NoOperation(problem.method, problem.path)
    here = operation_id(request)
    found = row(problem, here)
    if here == "downloadDubbing" and found.status in STORED:
        return storage_error(problem, found.status, request)
    content = {
        "success": False,
        "statusCode": found.status,
        "message": found.message,
        "timestamp": iso_millis(backend.now()),
    }
    return json_response(found.status, content, headers(problem))


def row(problem: Problem, here: str) -> Row:
    if isinstance(problem, Refused):
        found = REFUSALS[problem.code]
        return Row(found.status, str(problem.details.get("message") or found.message))
    if isinstance(problem, Scripted):
        return Row(problem.status, problem.phrase)  # GUESS: the standard's phrase
    if isinstance(problem, NotFound):
        return RECORDS.get(problem.kind, ROWS[NotFound])
    if isinstance(problem, Invalid) and all(
        violation.place != "body" for violation in problem.violations
    ):
        return ROWS[Invalid]  # a query or path value, whatever the operation
    if isinstance(problem, Unavailable) and problem.reasons:
        return ROWS[Unavailable]  # what this machine lacks is no setting of an account's
    return HAS_RECORD.get((here, type(problem)), ROWS[type(problem)])


def headers(problem: Problem) -> dict[str, str]:
    if isinstance(problem, WrongMethod):
        return {"Allow": ", ".join(problem.allowed)}
    waiting = TooManyRequests | Unavailable | Scripted
    if isinstance(problem, waiting) and problem.retry_after_seconds:
        return {"Retry-After": str(ceil(problem.retry_after_seconds))}
    return {}


def storage_error(problem: Problem, status: int, request: Request) -> Response:
    code, message = STORED[status]
    if isinstance(problem, BadLink) and problem.expired:
        message = EXPIRED
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<Error><Code>{code}</Code><Message>{message}</Message>"
        f"<RequestId>{request.id}</RequestId></Error>"
    )
    return Response(status, body.encode(), {"Content-Type": "application/xml"})


def operation_id(request: Request) -> str:
    """Which operation was asked for; empty: none."""
    try:
        return CONTRACT.find(request)[0].id
    except (NoOperation, WrongMethod):
        return ""
