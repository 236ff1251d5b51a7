"""Each operation with each status of Gladia's definition, and what it says then."""

import re
from typing import Any

import pytest
from msgspec.structs import replace

from emulator.core.journal.exchange import Exchange
from emulator.providers.gladia import GLADIA
from tests.providers.gladia.cases import COMMON, FINISHED, GOOD, INVALID, OWN, Ask, answered, full

ROWS = [
    (operation.id, int(status))
    for operation in GLADIA.contract.operations.values()
    if operation.id not in GLADIA.not_emulated
    for status in GLADIA.contract.spec["paths"][operation.path][operation.method.lower()][
        "responses"
    ]
]
LOCKED = [id for id in GOOD if GLADIA.contract.operations[id].security]
METHODS = {
    path: {
        operation.method
        for operation in GLADIA.contract.operations.values()
        if operation.path == path
    }
    for path in {operation.path for operation in GLADIA.contract.operations.values()}
}
ELSEWHERE = [
    (method, path.replace("{id}", FINISHED.id))
    for path, known in sorted(METHODS.items())
    for method in ("GET", "POST", "PUT", "PATCH", "DELETE")
    if method not in known
]
SHARED = [(id, status) for id, status in ROWS if status in COMMON]


def violations(exchange: Exchange, id: str) -> object:
    """How the answer leaves the definition of the operation."""
    operation = GLADIA.contract.operations[id]
    return GLADIA.contract.check_response(operation, exchange.request, exchange.response)


def error(exchange: Exchange) -> Any:
    """What the answer says; nothing for one without a body."""
    body = exchange.response.content
    if not isinstance(body, dict):
        return None
    assert re.fullmatch(r"G-[0-9a-f]{8}", body["request_id"])
    assert ("validation_errors" in body) == (body["message"] == INVALID)
    assert list(body)[:4] == ["statusCode", "timestamp", "path", "message"]
    return body["statusCode"], body["path"], body["message"]


def said(status: int, ask: Ask, message: str) -> Any:
    return (status, ask.path.partition("?")[0], message) if message else None


@pytest.mark.parametrize("id", GOOD)
def test_an_operation_that_goes_well_answers_as_documented(id: str) -> None:
    status, ask = GOOD[id]

    exchange = answered(full(), ask)

    assert (exchange.operation, exchange.response.status) == (id, status)
    assert violations(exchange, id) == ()


@pytest.mark.parametrize(("id", "status", "ask", "message"), OWN)
def test_an_operation_refuses_as_documented(id: str, status: int, ask: Ask, message: str) -> None:
    exchange = answered(full(), ask)

    assert (exchange.operation, exchange.response.status) == (id, status)
    assert error(exchange) == said(status, ask, message)
    assert violations(exchange, id) == ()


@pytest.mark.parametrize(("id", "status"), SHARED)
def test_all_operations_say_the_same_of_what_is_no_fault_of_theirs(id: str, status: int) -> None:
    make, message = COMMON[status]
    ask = GOOD[id][1]

    exchange = make(ask)

    assert exchange.response.status == status
    assert error(exchange) == said(status, ask, message)
    assert violations(exchange, id) == ()


@pytest.mark.parametrize("id", GOOD)
def test_an_address_may_end_in_a_slash(id: str) -> None:
    status, ask = GOOD[id]

    exchange = answered(full(), replace(ask, path=f"{ask.path}/"))

    assert (exchange.operation, exchange.response.status) == (id, status)


@pytest.mark.parametrize(("method", "path"), ELSEWHERE)
@pytest.mark.parametrize("key", ["test-key", None])
def test_a_method_that_an_address_does_not_have_is_404(
    method: str, path: str, key: str | None
) -> None:
    exchange = answered(full(key=key), Ask(method, path))

    assert exchange.response.status == 404
    assert error(exchange) == (404, path, f"Cannot {method} {path}")


@pytest.mark.parametrize("id", LOCKED)
def test_the_key_comes_before_everything_that_is_sent(id: str) -> None:
    ask = GOOD[id][1]
    broken = replace(ask, sent={"content": b"{", "headers": {"content-type": "text/x"}})
    wrong = replace(broken, path=f"{ask.path}?limit=0&status=finished")

    missing = answered(full(key=None), wrong)
    unknown = answered(full(key=None), wrong, {"x-gladia-key": "nobody"})

    assert error(missing) == (401, ask.path, "no gladia key provided")
    assert error(unknown) == (401, ask.path, "gladia user not found")


def test_every_operation_and_status_has_its_row() -> None:
    cases = {(id, status) for id, (status, _) in GOOD.items()}
    cases |= {(id, status) for id, status, _, _ in OWN} | set(SHARED)

    assert cases == set(ROWS)
