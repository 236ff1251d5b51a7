"""The life of one request to the admin API, and whatever may be wrong with it."""

from typing import Any

import pytest

from emulator.application.addressing import IncomingRequest
from emulator.application.emulator import Emulator
from emulator.core.engine.finishing import Checking
from emulator.core.http.messages import json_response
from emulator.core.http.problems import Refused
from emulator.interfaces.admin import pipeline
from emulator.interfaces.admin.context import Access, AdminContext
from emulator.interfaces.admin.errors import REFUSALS, ROWS, envelope
from emulator.interfaces.admin.pipeline import answer
from emulator.interfaces.admin.routes import ACCEPTING_ANYTHING, OPERATIONS, UNLOCKED
from tests.interfaces.admin.bench import HERE, bench, refusal

BOMB = "a: &a [x, x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)}, *{chr(97 + n)}]\n" for n in range(24)
)


def test_every_operation_of_the_definition_is_there() -> None:
    documented = set(AdminContext(Emulator()).contract.operations)

    assert set(OPERATIONS) == documented
    assert set(OPERATIONS) > ACCEPTING_ANYTHING | UNLOCKED


def test_an_operations_function_has_its_name() -> None:
    for id, function in OPERATIONS.items():
        assert id.startswith(function.__name__)


@pytest.mark.parametrize(
    ("method", "path", "status", "code", "message"),
    [
        (
            "GET",
            "/_emulator/nothing",
            404,
            "unknown_path",
            "there is no /_emulator/nothing; /_emulator/docs/admin shows what there is",
        ),
        ("PUT", "/_emulator/health", 405, "wrong_method", "/_emulator/health takes GET, not PUT"),
        (
            "GET",
            "/_emulator/health?verbose=yes",
            422,
            "invalid_request",
            "the request is not as documented: query verbose: there is no such parameter",
        ),
        (
            "GET",
            f"{HERE}/journal?last=0",
            422,
            "invalid_request",
            "the request is not as documented: query last: 0 is less than the minimum of 1",
        ),
    ],
)
def test_what_is_not_documented_is_refused(
    method: str, path: str, status: int, code: str, message: str
) -> None:
    response = bench().admin.request(method, path)

    assert refusal(response) == (status, code, message)


def test_a_wrong_method_is_told_the_right_ones() -> None:
    response = bench().admin.put(HERE)

    assert response.headers["allow"] == "DELETE, GET"


@pytest.mark.parametrize(
    ("content", "media_type", "status", "code"),
    [
        (b"{", "application/json", 400, "malformed_body"),
        (b"\xff", "application/json", 400, "malformed_body"),
        (b"[" * 1000 + b"]" * 1000, "application/json", 400, "malformed_body"),
        (b"\xff", "application/yaml", 400, "malformed_body"),
        (b"{}", "text/html", 415, "wrong_content_type"),
        (b"{}", None, 415, "wrong_content_type"),
        (b"[]", "application/json", 422, "invalid_request"),
        (b"{}", "application/json", 422, "invalid_request"),
        (b'{"scenario": 7}', "application/json", 422, "invalid_request"),
        (b'{"scenario": "happy", "seed": 1}', "application/json", 422, "invalid_request"),
        (b"a: [", "application/yaml", 422, "bad_scenario"),
        (b"", "application/yaml", 422, "bad_scenario"),
        (BOMB.encode(), "application/yaml", 422, "bad_scenario"),
        (b"scenario: " + b"x" * 6_000_000, "application/yaml", 422, "bad_scenario"),
    ],
)
def test_a_body_that_is_wrong_is_refused_and_changes_nothing(
    content: bytes, media_type: str | None, status: int, code: str
) -> None:
    here = bench("scenario: Before\n")
    here.job()
    headers = {"content-type": media_type} if media_type else {}

    response = here.admin.put(f"{HERE}/scenario", content=content, headers=headers)

    assert refusal(response)[:2] == (status, code)
    assert here.ask("GET", "")[1]["scenario"] == "Before"
    assert here.ask("GET", "")[1]["jobs"] == 1


def test_a_body_with_a_content_encoding_is_refused() -> None:
    headers = {"content-type": "application/json", "content-encoding": "gzip"}

    response = bench().admin.put(f"{HERE}/scenario", content=b"{}", headers=headers)

    message = "the body is encoded (gzip); none is decoded here"
    assert refusal(response) == (415, "unsupported_content_encoding", message)


def test_several_errors_are_counted_and_all_told() -> None:
    response = bench().admin.post("/_emulator/tenants", json={"key": 1, "clock": "sun"})

    assert refusal(response)[2].endswith("(and 1 more)")
    assert len(response.json()["error"]["details"]["errors"]) == 2


@pytest.mark.parametrize(
    ("excess", "status", "code"),
    [("headers", 431, "headers_too_large"), ("body", 413, "too_large")],
)
def test_what_is_too_large_is_refused(excess: Any, status: int, code: str) -> None:
    headers = {"host": "localhost", "content-type": "application/json"}
    arrival = IncomingRequest("POST", "/_emulator/tenants", headers=headers, excess=excess)

    response = answer(AdminContext(Emulator()), arrival)

    assert response.status == status
    assert isinstance(response.content, dict)
    assert response.content["error"]["code"] == code


def test_without_a_socket_no_events_are_sent() -> None:
    response = bench().admin.get("/_emulator/events")

    assert refusal(response) == (
        501,
        "no_socket",
        "events are sent over HTTP; here there is no connection to send them on",
    )


def test_a_head_is_a_get() -> None:
    response = bench().admin.head("/_emulator/live")

    assert response.status_code == 200


def test_every_answer_has_a_date_and_is_asked_for_again() -> None:
    response = bench().admin.get("/_emulator/live")

    assert response.headers["date"].endswith(" GMT")
    assert response.headers["cache-control"] == "no-cache"


def broken(answers: Any) -> int:
    """The status of an answer of ours that leaves the contract."""
    desk = AdminContext(Emulator(checking=Checking("fail", answers)), Access(in_process=True))
    operation = desk.contract.operations["live"]
    request = pipeline.admin_request(desk, IncomingRequest("GET", "/_emulator/live"))
    return pipeline.finish_response(desk, operation, request, json_response(200, {})).status


@pytest.mark.parametrize(("answers", "status"), [("fail", 500), ("warn", 200), ("off", 200)])
def test_an_answer_of_ours_is_checked_as_the_providers_are(answers: Any, status: int) -> None:
    assert broken(answers) == status


@pytest.mark.parametrize("code", REFUSALS)
def test_every_refusal_is_a_sentence(code: str) -> None:
    names = {"key", "id", "name", "known", "first", "given", "allowed", "now", "why", "most"}
    names |= {"there", "origin", "host", "bound"}

    response = envelope(Refused(code, dict.fromkeys(names, "X")))

    assert isinstance(response.content, dict)
    assert response.content["error"]["code"] == code
    assert "{" not in response.content["error"]["message"]


def test_no_two_refusals_have_the_same_code() -> None:
    codes = [row.code for row in ROWS.values()] + list(REFUSALS)

    assert len(codes) == len(set(codes))
