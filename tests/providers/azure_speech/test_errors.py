"""Every problem in this API's words."""

from typing import Any

import pytest

from emulator.core.http.messages import Request, Response
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
from emulator.providers.azure_speech import AZURE_SPEECH
from tests.support.clients import bench

BAD_KEY = {
    "error": {
        "code": "401",
        "message": (
            "Access denied due to invalid subscription key or wrong API endpoint. Make sure to"
            " provide a valid key for an active subscription and use a correct regional API"
            " endpoint for your resource."
        ),
    }
}
BAD_TOKEN = {
    "statusCode": 401,
    "message": (
        "Unauthorized. Access token is missing, invalid, audience is incorrect"
        " (https://cognitiveservices.azure.com), or have expired."
    ),
}
NO_ENTITY = {"code": "NotFound", "message": "The specified entity cannot be found."}
NO_ROUTE = {"error": {"code": "404", "message": "Resource not found"}}


def service(code: str, message: str, inner: str) -> dict[str, Any]:
    return {"code": code, "message": message, "innerError": {"code": inner, "message": message}}


def violation(place: Any, *path: str | int, keyword: str = "enum") -> Violation:
    return Violation(place, path, keyword)


ROWS: list[tuple[Problem, int, Any]] = [
    (NoOperation("GET", "/x"), 404, NO_ROUTE),
    (WrongMethod("PUT", "/x", ("GET",)), 404, NO_ROUTE),
    (NoKey(), 401, BAD_KEY),
    (UnknownKey("api_key"), 401, BAD_KEY),
    (ExpiredKey("api_key"), 401, BAD_KEY),
    (RevokedKey("api_key"), 401, BAD_KEY),
    (UnknownKey("token"), 401, BAD_TOKEN),
    (ExpiredKey("token"), 401, BAD_TOKEN),
    (RevokedKey("token"), 401, BAD_TOKEN),
    (
        Forbidden(),
        403,
        {"code": "Forbidden", "message": "No permission to access this resource."},
    ),
    (
        OutOfQuota(),
        403,
        {
            "statusCode": 403,
            "message": "Out of call volume quota. Quota will be replenished in 22.14:18:12.",
        },
    ),
    (
        TooManyRequests(1.5),
        429,
        {
            "error": {
                "code": "429",
                "message": (
                    "Requests to the Speech to text REST API v3.1 Operation under Azure AI Speech"
                    " have exceeded call rate limit of your current S0 pricing tier. Please retry"
                    " after 2 seconds."
                ),
            }
        },
    ),
    (NotFound("Transcription", "x"), 404, NO_ENTITY),
    (BadLink(expired=True), 404, NO_ENTITY),
    (
        WrongState("Transcription", "x", "queued"),
        409,
        service("NotAllowed", "The transcription task hasn't finished yet", "DeleteNotAllowed"),
    ),
    (
        TooLarge(),
        413,
        {"code": "InvalidRequest", "message": "The request body is too large."},
    ),
    (
        HeadersTooLarge(),
        431,
        {"error": {"code": "431", "message": "Request Header Fields Too Large"}},
    ),
    (
        Scripted(502),
        502,
        {"code": "BadGateway", "message": "Bad Gateway."},
    ),
    (
        Unavailable(),
        503,
        {
            "code": "ServiceUnavailable",
            "message": "The service is currently unavailable. Please try again later.",
        },
    ),
    (
        Broken(("a\nb",)),
        500,
        {"code": "InternalServerError", "message": "An internal server error occurred."},
    ),
    (
        NotEmulated("Models_Create", "models are not emulated"),
        501,
        {
            "code": "NotAllowed",
            "message": "This is documented, and not emulated yet.",
        },
    ),
    (
        Refused("InvalidLocale", {"messages": ("One.", "Two.")}),
        400,
        service("InvalidRequest", "One. OR Two.", "InvalidLocale"),
    ),
    (
        Malformed("empty", b""),
        400,
        service("InvalidRequest", "A non-empty request body is required.", "EmptyRequest"),
    ),
    (
        Malformed("unexpected character: line 1 column 1 (char 0)", b"contentUrls=x"),
        400,
        {
            "code": "InvalidPayload",
            "message": (
                "Unexpected character encountered while parsing value: c. Path '', line 0,"
                " position 0."
            ),
        },
    ),
    (
        Malformed("unexpected character: line 2 column 3 (char 5)", b'{\n  x": 1}'),
        400,
        {
            "code": "InvalidPayload",
            "message": (
                "Unexpected character encountered while parsing value: \". Path '', line 2,"
                " position 2."
            ),
        },
    ),
    (
        Malformed("unexpected end of data: line 1 column 2 (char 1)", b"{"),
        400,
        {
            "code": "InvalidPayload",
            "message": "Unexpected end when reading JSON. Path '', line 1, position 1.",
        },
    ),
    (
        Malformed("'utf-8' codec can't decode byte", b"\xff"),
        400,
        {
            "code": "InvalidPayload",
            "message": (
                "Unexpected character encountered while parsing value: \ufffd. Path '', line 0,"
                " position 0."
            ),
        },
    ),
    (Invalid((violation("path", "id"), violation("query", "top"))), 404, NO_ENTITY),
    *[
        (
            Invalid((violation("query", name), violation("query", name))),
            400,
            service(
                "InvalidRequest", f"The value of the query parameter {name} is not supported.", code
            ),
        )
        for name, code in {
            "skip": "UnsupportedPagination",
            "top": "UnsupportedPagination",
            "filter": "UnsupportedFilter",
            "sasValidityInSeconds": "InvalidSasValidityDuration",
            "other": "InvalidParameterValue",
        }.items()
    ],
    (
        Invalid(
            (
                violation("body", "customProperties", "retryCount", keyword="type"),
                violation("body", "displayName", keyword="required"),
                violation("body", "contentUrls", 2, keyword="type"),
                violation("body", keyword="type"),
            )
        ),
        400,
        {
            "code": "InvalidPayload",
            "message": (
                "$.customProperties.retryCount: The supplied value is invalid."
                " OR $.contentUrls[2]: The supplied value is invalid."
                " OR $: The supplied value is invalid."
            ),
        },
    ),
    (
        Invalid((violation("body", "contentUrls", keyword="maxItems"),)),
        400,
        service(
            "InvalidRequest",
            "At most 1000 contentUrls are allowed.",
            "ExceededNumberOfRecordingsUris",
        ),
    ),
    (
        Invalid(
            (
                violation("body", "displayName", keyword="required"),
                violation("body", "properties", "punctuationMode"),
                violation("body", "displayName", keyword="minLength"),
            )
        ),
        400,
        service(
            "InvalidRequest",
            "A valid value is required for transcription.displayName."
            " OR A valid value is required for transcription.properties.punctuationMode.",
            "InvalidPayload",
        ),
    ),
]


def enveloped(
    problem: Problem, path: str = "/speechtotext/v3.1/transcriptions", **more: Any
) -> Response:
    backend = bench(AZURE_SPEECH).tenant.backend(AZURE_SPEECH)
    request = Request("GET", path, id="6326f699-6d0c-4807-a980-bb6cb940f677", **more)
    return AZURE_SPEECH.envelope(problem, request, backend)


@pytest.mark.parametrize(("problem", "status", "body"), ROWS)
def test_each_problem_is_said_in_the_words_of_the_service(
    problem: Problem, status: int, body: Any
) -> None:
    response = enveloped(problem)

    assert (response.status, response.content) == (status, body)
    assert response.header("content-type") == "application/json; charset=utf-8"


@pytest.mark.parametrize(
    "problem",
    [WrongContentType("audio/wav", ("application/json",)), UnsupportedContentEncoding("gzip")],
)
def test_another_media_type_or_an_encoding_is_answered_without_a_body(problem: Problem) -> None:
    response = enveloped(problem)

    assert response == Response(
        415, b"", {"Cache-Control": "public, max-age=5", "Vary": "Accept-Encoding"}
    )


def test_no_problem_is_forgotten() -> None:
    walked = {type(row[0]) for row in ROWS} | {WrongContentType, UnsupportedContentEncoding}

    assert walked == set(PROBLEMS)


@pytest.mark.parametrize(
    ("problem", "name", "value"),
    [
        (TooManyRequests(1.5), "Retry-After", "2"),
        (Unavailable(10), "Retry-After", "10"),
        (Unavailable(), "Retry-After", None),
        (Scripted(504, 3), "Retry-After", "3"),
        (Broken(("a\nb", "ü")), "Retry-After", None),
    ],
)
def test_a_header_says_when_to_come_again(problem: Problem, name: str, value: str | None) -> None:
    assert enveloped(problem).header(name) == value


MESSAGE = (
    "RequestId:6326f699-6d0c-4807-a980-bb6cb940f677\nTime:2026-01-05T09:00:00.0000000Z</Message>"
)


@pytest.mark.parametrize(
    ("problem", "status", "code", "message"),
    [
        (NotFound("Blob", "x"), 404, "BlobNotFound", "The specified blob does not exist."),
        (
            NoOperation("GET", "/x"),
            404,
            "ResourceNotFound",
            "The specified resource does not exist.",
        ),
        (
            WrongMethod("PUT", "/x", ("GET",)),
            405,
            "UnsupportedHttpVerb",
            "The resource doesn't support specified Http Verb.",
        ),
        (
            Invalid((violation("query", "sig"),)),
            400,
            "InvalidQueryParameterValue",
            "Value for one of the query parameters specified in the request URI is invalid.",
        ),
        (
            HeadersTooLarge(),
            431,
            "InvalidHeaderValue",
            "The value for one of the HTTP headers is not in the correct format.",
        ),
        *[
            (
                problem,
                403,
                "AuthorizationFailure",
                "This request is not authorized to perform this operation.",
            )
            for problem in (Forbidden(), OutOfQuota())
        ],
        *[
            (problem, problem.status, code, f"{problem.phrase}.")
            for problem, code in (
                (Scripted(429), "TooManyRequests"),
                (Scripted(502, 1), "BadGateway"),
            )
        ],
        *[
            (problem, 503, "ServerBusy", "The server is busy.")
            for problem in (TooManyRequests(), Unavailable())
        ],
        *[
            (
                problem,
                500,
                "InternalError",
                "The server encountered an internal error. Please retry the request.",
            )
            for problem in (Broken(), NoKey(), NotEmulated("x", "y"))
        ],
    ],
)
def test_the_storage_answers_in_xml(problem: Problem, status: int, code: str, message: str) -> None:
    response = enveloped(problem, "/bestor-1/TranscriptionData/x")

    assert (response.status, response.header("x-ms-error-code")) == (status, code)
    assert response.header("content-type") == "application/xml"
    assert bytes(response.body).decode() == (
        '<?xml version="1.0" encoding="utf-8"?>'
        f"<Error><Code>{code}</Code><Message>{message}\n{MESSAGE}</Error>"
    )


@pytest.mark.parametrize(
    ("query", "detail"),
    [
        (
            {"st": "2026-01-04T08:55:00Z", "se": "2026-01-05T09:00:00Z"},
            "Signature not valid in the specified time frame: Start [Sun, 04 Jan 2026 08:55:00 GMT]"
            " - Expiry [Mon, 05 Jan 2026 09:00:00 GMT] - Current [Mon, 05 Jan 2026 09:00:00 GMT]",
        ),
        (
            {"st": "2026-01-04T08:55:00Z", "se": "2026-01-05T09:00:01Z"},
            "Signature did not match.",
        ),
        (
            {"se": "2026-01-05T09:00:01Z"},
            "Signed expiry time [Mon, 05 Jan 2026 09:00:01 GMT] must be after signed start time"
            " [Mon, 05 Jan 2026 09:00:00 GMT]",
        ),
        ({"se": "<soon>"}, "se is mandatory. Cannot be empty"),
        ({}, "se is mandatory. Cannot be empty"),
    ],
)
def test_a_bad_link_is_told_what_is_wrong_with_it(query: dict[str, str], detail: str) -> None:
    response = enveloped(
        BadLink(expired=False), "/Bestor-1/TranscriptionData/x", query=tuple(query.items())
    )

    assert response.status == 403
    assert response.header("x-ms-error-code") == "AuthenticationFailed"
    assert bytes(response.body).decode() == (
        '<?xml version="1.0" encoding="utf-8"?><Error><Code>AuthenticationFailed</Code><Message>'
        "Server failed to authenticate the request. Make sure the value of Authorization header is"
        f" formed correctly including the signature.\n{MESSAGE}"
        f"<AuthenticationErrorDetail>{detail}</AuthenticationErrorDetail></Error>"
    )
