"""What a scenario says of requests, judged by the contract where it is read."""

from collections.abc import Callable, Mapping
from typing import Any

from emulator.core.contract import Contract
from emulator.core.contract.openapi import BRACES
from emulator.core.http.messages import EMPTY, Request
from emulator.core.http.problems import Invalid, NotEmulated, Problem, Refused
from emulator.core.scenario.routes import Route
from emulator.core.scenario.schema.diagnostics import Diagnostics
from emulator.core.scenario.schema.nodes import MapNode, Node
from emulator.core.scenario.schema.types import (
    INVALID,
    CheckedType,
    InvalidValue,
    JsonObjectType,
    SchemaType,
    Values,
)

REFUSES = "the API refuses such a request"
RefuseFields = Callable[[dict[str, Any]], object]


def refuse_nothing(fields: dict[str, Any]) -> None:
    """The service that asks for no more than its schemas."""


def documented_routes(provider: str, contract: Contract) -> tuple[Route, ...]:
    """The requests that a provider documents, for the rules of a scenario."""
    habits = contract.parsing_rules
    return tuple(
        Route(
            provider=provider,
            operation=operation.id,
            methods=("GET", "HEAD")
            if operation.method == "GET" and habits.head == "as_get"
            else (operation.method,),
            path=operation.path,
            has_id=any(
                name != operation.tenant_parameter for name in BRACES.findall(operation.path)
            ),
            any_case=habits.path_case == "insensitive",
            any_end=habits.trailing_slash == "tolerated",
        )
        for operation in (*contract.operations.values(), *contract.sockets.values())
    )


def api_request_type(
    doc: str,
    contract: Contract,
    operation_id: str,
    *,
    usual: Mapping[str, Any] = EMPTY,
    media: str = "application/json",
    refuse: RefuseFields = refuse_nothing,
) -> SchemaType[Values]:
    """The body of a request to an operation.

    ``usual`` is what the scenario says elsewhere, or need not say; ``refuse`` is asked of the rest
    alone, and raises a Problem for what no schema says.
    """
    operation = contract.operations[operation_id]

    def check(values: Values, node: Node, problems: Diagnostics) -> Values | InvalidValue:
        assert isinstance(node, MapNode)  # values were read from it
        fields = {**usual, **values}
        request = Request("POST", "", headers={"content-type": media}, body=b"-", content=fields)
        found = contract.check_request(operation, request)
        violations = [one for one in found if one.place == "body"]
        for one in violations:
            place = node.place_of(str(one.path[0])) if one.path else node.place
            problems.add(place, f"{REFUSES}: {one.name}: {one.message}")
        for sentence in () if violations else find_refusals(values, refuse):
            problems.add(node.place, f"{REFUSES}: {sentence}")
        return INVALID if violations else values

    return CheckedType(JsonObjectType(doc), check)


def find_refusals(fields: dict[str, Any], refuse: RefuseFields) -> tuple[str, ...]:
    try:
        refuse(fields)
    except Problem as problem:
        return problem_sentences(problem)
    return ()


def problem_sentences(problem: Problem) -> tuple[str, ...]:
    """What a refusal says, in words no provider owns."""
    if isinstance(problem, Invalid):
        return tuple(violation.message for violation in problem.violations)
    if isinstance(problem, NotEmulated):
        return (problem.reason,)
    assert isinstance(problem, Refused)  # a body can be refused for nothing else
    messages: tuple[str, ...] = problem.details.get("messages", (problem.code,))
    return messages
