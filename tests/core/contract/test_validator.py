from typing import Any

import pytest

from emulator.core.contract.validator import SchemaValidator
from emulator.core.http.messages import Pairs, Request, Response, json_response, to_json
from emulator.core.http.problems import Violation
from emulator.providers.gladia import GLADIA
from tests.support.toy_provider import ANSWERS, JSON, TOY, toy_contract

UUID = "6b1f0d5e-4a53-4c0e-9a52-2f7f5c1d9e10"
UNKNOWN = "additionalProperties"
CONTRACT = TOY.contract


def judged(request: Request) -> tuple[Violation, ...]:
    """What is wrong with the request, once it has been read."""
    operation, in_path = CONTRACT.find(request)
    return CONTRACT.check_request(operation, CONTRACT.read(operation, request, in_path))


def listing(query: Pairs = (), headers: dict[str, str] | None = None) -> tuple[Violation, ...]:
    return judged(Request("GET", "/v1/notes", query, headers or {}))


def making(content: Any) -> tuple[Violation, ...]:
    return judged(Request("POST", "/v1/notes", headers=JSON, body=to_json(content)))


def answering(response: Response, operation: str = "answerBadly") -> tuple[Violation, ...]:
    return CONTRACT.check_response(
        CONTRACT.operations[operation], Request("GET", "/v1/answers/a"), response
    )


def test_what_is_right_has_no_violations() -> None:
    assert listing((("limit", "5"), ("tag", "red"), ("metadata[a]", "b"))) == ()
    assert making({"text": "a", "size": 0, "tags": [], "url": "http://a/b"}) == ()
    assert listing(headers={"x-trace": UUID, "x-depth": "9"}) == ()


def test_a_violation_says_where_what_and_why() -> None:
    assert listing((("limit", "101"),)) == (
        Violation(
            "query",
            ("limit",),
            "maximum",
            100,
            101,
            "101 is greater than the maximum of 100",
        ),
    )


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (("limit", "five"), (("limit",), "type", ["integer"], "five")),
        (("limit", "0"), (("limit",), "minimum", 1, 0)),
        (("limit", ""), (("limit",), "type", ["integer"], "")),
        (("weight", "1000"), (("weight",), "exclusiveMaximum", 1000, 1000.0)),
        (("weight", "1e999"), (("weight",), "type", ["number"], "1e999")),
        (("exact", "yes"), (("exact",), "type", ["boolean"], "yes")),
        (("since", "yesterday"), (("since",), "format", "date-time", "yesterday")),
        (("word", ""), (("word",), "minLength", 1, "")),
        (("tag", "pink"), (("tag", 0), "enum", ["red", "green", "blue"], "pink")),
        (("number", "one"), (("number", 0), "type", ["integer"], "one")),
        (("metadata[a]", "123456"), (("metadata", "a"), "maxLength", 5, "123456")),
    ],
)
def test_each_query_parameter_is_judged(query: tuple[str, str], found: tuple[Any, ...]) -> None:
    violations = listing((query,))

    assert [
        (violation.path, violation.keyword, violation.expected, violation.actual)
        for violation in violations
    ] == [found]
    assert [violation.place for violation in violations] == ["query"]


def test_headers_and_path_parameters_are_judged() -> None:
    headers = listing(headers={"x-trace": "1", "x-depth": "10"})
    in_path = judged(Request("GET", "/v1/shelves/a/row-10"))

    assert [(header.place, header.name, header.keyword) for header in (*headers, *in_path)] == [
        ("header", "X-Trace", "format"),
        ("header", "X-Depth", "maximum"),
        ("path", "row", "maximum"),
    ]


def test_a_required_parameter_that_is_missing_is_named() -> None:
    found = judged(Request("GET", "/_links/a/b", (("until", "1"),)))

    assert found == (
        Violation("query", ("signature",), "required", True, None, "signature is required"),
    )


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ({}, [(("text",), "required")]),
        ([], [((), "type")]),
        (None, [((), "type")]),
        ({"text": ""}, [(("text",), "minLength")]),
        ({"text": "a", "b": 1, "c": 2}, [(("b",), UNKNOWN), (("c",), UNKNOWN)]),
        ({"text": "a", "tags": ["red", "red"]}, [(("tags",), "uniqueItems")]),
        ({"text": "a", "tags": ["red", "pink"]}, [(("tags", 1), "enum")]),
        ({"text": "a", "url": "no url"}, [(("url",), "format")]),
        ({"text": "a", "size": 1.5}, [(("size",), "type")]),
        ({"text": 1, "size": -1}, [(("text",), "type"), (("size",), "minimum")]),
    ],
)  # fmt: skip
def test_each_mistake_in_a_body_is_found(content: Any, found: list[Any]) -> None:
    violations = making(content)

    assert sorted((violation.path, violation.keyword) for violation in violations) == sorted(found)
    assert {violation.place for violation in violations} == {"body"}


def test_a_body_that_may_be_left_out_is_judged_when_it_is_there() -> None:
    path = "/v1/notes/1:ping"
    loud = Request("POST", path, headers=JSON, body=b'{"loud": 1}')

    assert judged(Request("POST", path)) == ()
    assert [one.name for one in judged(loud)] == ["loud"]


def test_a_body_that_nobody_asked_for_is_not_judged() -> None:
    assert judged(Request("GET", "/v1/notes", headers=JSON, body=b"1")) == ()


def test_a_body_without_schema_is_not_judged() -> None:
    headers = {"content-type": "multipart/form-data; boundary=b"}

    assert judged(Request("POST", "/v1/blobs", headers=headers, body=b"--b--")) == ()


def test_a_number_of_any_size_is_judged() -> None:
    request = Request("POST", "/v1/notes", headers=JSON, body=b'{"text":"a","size":-9e40}')

    assert [one.keyword for one in judged(request)] == ["minimum"]


def test_a_body_as_deep_as_it_may_be_is_judged() -> None:
    deep = b'{"a":' * 199 + b"{}" + b"}" * 199
    body = b'{"text":1,"more":' + deep[5:-1] + b"}"

    assert [one.name for one in judged(Request("POST", "/v1/notes", headers=JSON, body=body))] == [
        "text"
    ]


def test_a_value_too_deep_for_the_engine_is_a_violation() -> None:
    deep: Any = []
    for _ in range(300):
        deep = [deep]
    request = Request("POST", "/v1/notes", headers=JSON, content={"text": deep})

    [violation] = CONTRACT.check_request(CONTRACT.operations["createNote"], request)

    assert (violation.place, violation.keyword, violation.message) == (
        "body",
        "depth",
        "it is nested too deeply",
    )


ANSWERS_FOUND: dict[str, list[tuple[str, str, str]]] = {
    "good": [],
    "good in other words": [],
    "good bytes": [],
    "good xml": [],
    "good nothing": [],
    "no header": [("header", "x-left", "required")],
    "bad header": [("header", "x-left", "type")],
    "negative header": [("header", "x-left", "minimum")],
    "missing property": [("body", "a", "required")],
    "more properties": [
        ("body", "b", "additionalProperties"),
        ("body", "c", "additionalProperties"),
    ],
    "wrong type": [("body", "a", "type")],
    "wrong top": [("body", "", "type")],
    "unknown status": [("status", "", "undocumented")],
    "unknown media": [("header", "content-type", "enum")],
    "no media": [("header", "content-type", "enum")],
    "no json": [("body", "", "json")],
    "no body": [("body", "", "json")],
    "body for nothing": [("body", "", "undocumented")],
    "two things": [("header", "x-left", "type"), ("body", "a", "type")],
}


def test_no_answer_of_the_toy_is_forgotten() -> None:
    assert set(ANSWERS_FOUND) == set(ANSWERS)


@pytest.mark.parametrize("kind", ANSWERS)
def test_each_mistake_in_an_answer_is_found(kind: str) -> None:
    violations = answering(ANSWERS[kind])

    assert [
        (violation.place, violation.name, violation.keyword) for violation in violations
    ] == ANSWERS_FOUND[kind]


def test_an_undocumented_status_is_named() -> None:
    assert answering(ANSWERS["unknown status"]) == (
        Violation("status", (), "undocumented", None, 202, "status 202 is not documented"),
    )


def test_a_304_has_no_body() -> None:
    assert answering(Response(304), "listNotes") == ()
    assert [one.message for one in answering(Response(304, b"12"), "listNotes")] == [
        "a body of 2 bytes is not documented"
    ]


def test_an_answer_may_be_documented_by_its_class_or_by_default() -> None:
    problem = {"problem": "a", "details": {}}

    assert answering(json_response(418, problem), "getNote") == ()
    assert answering(json_response(418, problem), "listNotes") == ()
    assert [one.name for one in answering(json_response(418, {"problem": "a"}), "getNote")] == [
        "details"
    ]


def test_a_schema_is_compiled_once() -> None:
    spec: dict[str, Any] = {"s": {"type": "integer"}}
    operation = toy_contract().operations["listNotes"]
    checks = SchemaValidator({**CONTRACT.spec, **spec})
    request = Request("GET", "/v1/notes", params={"limit": 0})

    first = checks.check_request(operation, request)

    assert first == checks.check_request(operation, request)
    assert len(first) == 1


def test_a_webhooks_body_is_judged_by_the_schema_of_its_name() -> None:
    good = {"event": "transcription.created", "payload": {"id": UUID}}

    assert GLADIA.contract.check_message("WebhookTranscriptionPayload", good) == ()
    assert GLADIA.contract.check_message("WebhookTranscriptionPayload", {**good, "event": "x"}) == (
        Violation(
            "body",
            ("event",),
            "enum",
            ["transcription.created", "transcription.success", "transcription.error"],
            "x",
            '"x" is not one of "transcription.created", "transcription.success" or '
            '"transcription.error"',
        ),
    )
