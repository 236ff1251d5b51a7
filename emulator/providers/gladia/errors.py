"""Problems in Gladia's words: one flat object for every error."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

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
    Violation,
    WrongContentType,
    WrongMethod,
    WrongState,
)
from emulator.core.provider.backend import Backend

# Seen in the service: on every answer, and what a preflight gets. Strict-Transport-Security is left
# out: it would bind a browser to TLS on the developer's own machine.
EVERYWHERE: Mapping[str, str] = {
    "access-control-allow-origin": "*",
    "access-control-expose-headers": (
        "x-gladia-request-id,traceparent,tracestate,x-request-id,x-correlation-id,X-Request-Id,"
        "X-Correlation-Id"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "strict-origin-when-cross-origin",
    "cross-origin-opener-policy": "same-origin",
    "x-xss-protection": "0",
}
PREFLIGHT: Mapping[str, str] = {
    "access-control-allow-methods": "GET,HEAD,PUT,PATCH,POST,DELETE",
    "vary": "Access-Control-Request-Headers",
}


class Row(NamedTuple):
    status: int
    message: str


ROWS: Mapping[type[Problem], Row] = {
    NoOperation: Row(404, "Cannot {method} {path}"),  # seen in the service
    WrongMethod: Row(404, "Cannot {method} {path}"),  # seen in the service: never 405
    NoKey: Row(401, "no gladia key provided"),  # seen in the service
    UnknownKey: Row(401, "gladia user not found"),  # seen in the service
    ExpiredKey: Row(401, "gladia key not found"),  # published document: UnauthorizedErrorResponse
    RevokedKey: Row(401, "gladia key not found"),  # published document: UnauthorizedErrorResponse
    Forbidden: Row(403, "Forbidden"),  # GUESS: NestJS's text; shape of ForbiddenErrorResponse
    OutOfQuota: Row(403, "Forbidden"),  # GUESS: as the others that may not
    TooManyRequests: Row(429, "Too Many Requests"),  # GUESS: documented without a text
    NotFound: Row(404, "Not found"),  # published document: NotFoundErrorResponse
    # Seen in clients' tests: the sentence before the list.
    Invalid: Row(400, "Invalid parameter(s). See validation_errors for more details."),
    Malformed: Row(400, '"{body}" is not valid JSON'),  # GUESS: the end of what V8 says
    # Published document: an upload of another content type. For other operations see as_express.
    WrongContentType: Row(400, "Content-Type is missing Multipart Boundary."),
    # GUESS: what Express says of an encoding that it does not know; it knows gzip, deflate and br.
    UnsupportedContentEncoding: Row(415, 'unsupported content encoding "{given}"'),
    TooLarge: Row(413, "payload too large"),  # published document: PayloadTooLargeErrorResponse
    HeadersTooLarge: Row(431, "Request Header Fields Too Large"),  # RFC 6585, 5
    WrongState: Row(403, "Invalid parameter"),  # published document: ForbiddenErrorResponse
    BadLink: Row(403, "Forbidden"),  # GUESS: this API has no signed links yet
    # Seen in a client's tests in September 2026; the blank at the end is theirs.
    Refused: Row(
        400,
        "Failed to download or upload the input file with error: Unprocessable media: "
        '"Only mono and stereo supported, got {channels} channels" ',
    ),
    Unavailable: Row(503, "Service Unavailable"),  # GUESS: documented nowhere
    Broken: Row(500, "Internal server error"),  # GUESS: NestJS's text
    Scripted: Row(500, "{phrase}"),  # GUESS: the standard's phrase; the status is the scenario's
    NotEmulated: Row(501, "Not emulated: {reason}"),  # ours
}
# What is said with a status that only a scripted fault leads to; else the standard's phrase.
# Published document: UnprocessableEntityErrorResponse.
STATUSES: Mapping[int, str] = {422: "Invalid parameter"}
BROKEN_FORM = "Unexpected end of form"  # GUESS: the text of Express's usual multipart reader
UPLOAD = "/v2/upload"
# What a body has to name that holds nothing; where no line is, only that it is an object.
NEEDED: Mapping[str, tuple[str, ...]] = {
    "/v2/upload": ("audio_url",),
    "/v2/pre-recorded": ("audio_url",),
    "/v2/transcription": ("audio_url",),
    "/v1/callbacks/large-language-model": ("request_id", "customer_id", "status", "data"),
}


def envelope(problem: Problem, request: Request, backend: Backend) -> Response:
    """Seen in the service: the members, and their order."""
    if request.method == "OPTIONS":
        return preflight(request)
    problem = express_error(problem, request)
    status = problem.status if isinstance(problem, Scripted) else ROWS[type(problem)].status
    body: dict[str, Any] = {
        "statusCode": status,
        "timestamp": iso_millis(backend.now()),
        "path": request.path,  # GUESS: without the query
        "message": message(problem, request),
        "request_id": f"G-{request.id[:8]}",
    }
    if isinstance(problem, Invalid):
        said = violation_sentences(problem.violations, request)
        body["validation_errors"] = list(dict.fromkeys(said))
    return json_response(status, body)  # seen in the service: no Retry-After


def finish(request: Request, response: Response, backend: Backend) -> Response:
    """The answer with the headers of every answer."""
    return response.with_headers({**response.headers, **EVERYWHERE})


def preflight(request: Request) -> Response:
    """Seen in the service: any path, without a key; the wanted headers come back."""
    asked = request.headers.get("access-control-request-headers")
    allowed = {"access-control-allow-headers": asked} if asked else {}
    return Response(204, b"", {**PREFLIGHT, **allowed})


def express_error(problem: Problem, request: Request) -> Problem:
    """GUESS: Express leaves an empty body, or one of another type, unread: nothing is in it."""
    empty = isinstance(problem, Malformed) and not problem.body
    if (empty or isinstance(problem, WrongContentType)) and not is_form(request):
        return Invalid((Violation("body", (), "type", ["object"]),))
    return problem


def is_form(request: Request) -> bool:
    """Whether the body was read as an upload's."""
    return route(request) == UPLOAD and request.content_type != "application/json"


def route(request: Request) -> str:
    """The path as the tables here have it."""
    return request.path.rstrip("/").lower()


def message(problem: Problem, request: Request) -> str:
    if isinstance(problem, Malformed) and is_form(request):
        whole = "boundary=" in request.headers["content-type"]
        return BROKEN_FORM if whole else ROWS[WrongContentType].message
    text = ROWS[type(problem)].message
    return (
        text.format(**MESSAGE_ARGUMENTS[type(problem)](problem))
        if type(problem) in MESSAGE_ARGUMENTS
        else text
    )


def route_message(problem: Any) -> dict[str, str]:
    return {"method": problem.method, "path": problem.path}


MESSAGE_ARGUMENTS: Mapping[type[Problem], Callable[[Any], dict[str, Any]]] = {
    NoOperation: route_message,
    WrongMethod: route_message,
    Malformed: lambda problem: {"body": problem.body[:30].decode(errors="replace")},
    UnsupportedContentEncoding: lambda problem: {"given": problem.given},
    Refused: lambda problem: problem.details,
    Scripted: lambda problem: {"phrase": STATUSES.get(problem.status, problem.phrase)},
    NotEmulated: lambda problem: {"reason": problem.reason},
}


def violation_sentences(violations: tuple[Violation, ...], request: Request) -> Iterator[str]:
    """Those of NestJS's class-validator. GUESS where a line below does not say "seen"."""
    for one in violations:
        for violation in (
            is_empty_request(request) if one.place == "body" and not one.path else (one,)
        ):
            yield SENTENCES[violation.keyword](violation)
            if is_empty(violation):
                yield f"{violation.name} should not be empty"


def is_empty_request(request: Request) -> tuple[Violation, ...]:
    """Express takes any JSON for a body; nothing of a list or a number is a member."""
    needed = NEEDED.get(route(request), ())
    missing = tuple(Violation("body", (name,), "required") for name in needed)
    return missing or (Violation("body", ("body",), "type", ["object"]),)


def is_empty(violation: Violation) -> bool:
    """GUESS: of a job's URL alone it is asked, too, whether there is anything at all."""
    absent = violation.keyword == "required" or violation.actual == ""
    return violation.path == ("audio_url",) and absent


def type_sentence(violation: Violation) -> str:
    expected = " or ".join(TYPES[one] for one in violation.expected)
    if isinstance(violation.path[-1], int):
        # Seen: "audio_to_llm_config.each value in prompts must be a string".
        return f"{array_sentence(violation)} must be {expected}"
    return f"{violation.name} must be {expected}"


def array_sentence(violation: Violation) -> str:
    *parents, name = violation.path[:-1]
    return dotted(parents, f"each value in {name}")


def enum_sentence(violation: Violation) -> str:
    values = ", ".join(map(str, violation.expected))
    if isinstance(violation.path[-1], int):
        # Seen: "language_config.languages must only contain the following values: af, am, ...".
        name = dotted(violation.path[:-2], str(violation.path[-2]))
        return f"{name} must only contain the following values: {values}"
    return f"{violation.name} must be one of the following values: {values}"


def required_sentence(violation: Violation) -> str:
    return required(dotted(violation.path[:-1], ""), str(violation.path[-1]))


def required(parents: str, name: str) -> str:
    """What the check of the field's type says of a field that is not there."""
    return f"{parents}{name} must be {REQUIRED.get(name, 'defined')}"


def unknown_property_sentence(violation: Violation) -> str:
    """Seen: unknown properties are refused, nested ones too."""
    return dotted(violation.path[:-1], f"property {violation.path[-1]} should not exist")


def dotted(parents: Any, last: str) -> str:
    return ".".join([*map(str, parents), last])


def alternatives_sentence(violation: Violation) -> str:
    """What has two published forms and is in neither."""
    name = next(str(step) for step in reversed(violation.path) if isinstance(step, str))
    return f"{violation.name} must be {EITHER[name]}"


TYPES: Mapping[str, str] = {
    "boolean": "a boolean value",
    "string": "a string",
    "integer": "an integer number",
    "number": "a number conforming to the specified constraints",
    "array": "an array",
    "object": "an object",
}
URL = "a URL address"
REQUIRED: Mapping[str, str] = {
    "audio_url": URL,
    "url": URL,
    "audio": "a file",
    "vocabulary": TYPES["array"],
    "target_languages": TYPES["array"],
    "prompts": TYPES["array"],
    "classes": TYPES["array"],
    "spelling_dictionary": TYPES["object"],
    "value": TYPES["string"],
    "request_id": TYPES["string"],
    "customer_id": TYPES["string"],
    "status": TYPES["string"],
    "data": f"{TYPES['array']} or {TYPES['object']}",
}
EITHER: Mapping[str, str] = {
    "custom_vocabulary": "a boolean value or an array",
    "vocabulary": "a string or an object with a value",
    "entity_types": "one or more of the supported entity types",
}
SENTENCES: Mapping[str, Callable[[Violation], str]] = {
    "type": type_sentence,
    "enum": enum_sentence,
    "required": required_sentence,
    "additionalProperties": unknown_property_sentence,
    "oneOf": alternatives_sentence,
    "format": lambda violation: f"{violation.name} must be {URL}",
    "pattern": lambda violation: f"{violation.name} must be {PATTERNS.get(violation.name, URL)}",
    "minimum": lambda violation: f"{violation.name} must not be less than {violation.expected}",
    "maximum": lambda violation: f"{violation.name} must not be greater than {violation.expected}",
    "maxLength": lambda violation: (
        f"{violation.name} must be shorter than or equal to {violation.expected} characters"
    ),
    "minItems": lambda violation: (
        f"{violation.name} must contain at least {violation.expected} elements"
    ),
    "repeated": lambda violation: (
        f"{violation.name} must be {PATTERNS.get(violation.name, TYPES['integer'])}"
    ),
    "rule": lambda violation: violation.message,
}
DAY = "a valid ISO 8601 date string"
PATTERNS: Mapping[str, str] = {
    "date": DAY,
    "before_date": DAY,
    "after_date": DAY,
    "request_id": "an id of a request, such as G-61124279",
}
