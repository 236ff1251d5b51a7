"""What a scenario says of requests, judged by the contract where it is read."""

from collections.abc import Callable, Mapping
from typing import Any

from emulator.core.contract import Contract
from emulator.core.contract.openapi import BRACES
from emulator.core.http.messages import NOTHING, Request
from emulator.core.http.problems import Invalid, NotEmulated, Problem, Refused
from emulator.core.scenario.routes import Route
from emulator.core.scenario.schema.diagnostics import Problems
from emulator.core.scenario.schema.nodes import MapNode, Node
from emulator.core.scenario.schema.types import BAD, Bad, Checked, Object, Readable, Values

REFUSES = "the API refuses such a request"
Refuse = Callable[[dict[str, Any]], object]


def refuse_nothing(fields: dict[str, Any]) -> None:
    """The service that asks for no more than its schemas."""


def routes(provider: str, contract: Contract) -> tuple[Route, ...]:
    """The requests that a provider documents, for the rules of a scenario."""
    habits = contract.habits
    return tuple(
        Route(
            provider=provider,
            operation=one.id,
            methods=("GET", "HEAD")
            if one.method == "GET" and habits.head == "as_get"
            else (one.method,),
            path=one.path,
            has_id=any(name != one.tenant_parameter for name in BRACES.findall(one.path)),
            any_case=habits.path_case == "insensitive",
            any_end=habits.trailing_slash == "tolerated",
        )
        for one in (*contract.operations.values(), *contract.sockets.values())
    )


def asked(
    doc: str,
    contract: Contract,
    operation_id: str,
    *,
    usual: Mapping[str, Any] = NOTHING,
    media: str = "application/json",
    refuse: Refuse = refuse_nothing,
) -> Readable[Values]:
    """The body of a request to an operation.

    ``usual`` is what the scenario says elsewhere, or need not say; ``refuse`` is asked of the rest
    alone, and raises a Problem for what no schema says.
    """
    operation = contract.operations[operation_id]

    def check(values: Values, node: Node, problems: Problems) -> Values | Bad:
        assert isinstance(node, MapNode)  # values were read from it
        fields = {**usual, **values}
        request = Request("POST", "", headers={"content-type": media}, body=b"-", content=fields)
        found = contract.check_request(operation, request)
        breaches = [one for one in found if one.place == "body"]
        for one in breaches:
            place = node.place_of(str(one.path[0])) if one.path else node.place
            problems.add(place, f"{REFUSES}: {one.name}: {one.message}")
        for sentence in () if breaches else refusals(values, refuse):
            problems.add(node.place, f"{REFUSES}: {sentence}")
        return BAD if breaches else values

    return Checked(Object(doc), check)


def refusals(fields: dict[str, Any], refuse: Refuse) -> tuple[str, ...]:
    try:
        refuse(fields)
    except Problem as problem:
        return sentences(problem)
    return ()


def sentences(problem: Problem) -> tuple[str, ...]:
    """What a refusal says, in words no provider owns."""
    if isinstance(problem, Invalid):
        return tuple(one.message for one in problem.breaches)
    if isinstance(problem, NotEmulated):
        return (problem.reason,)
    assert isinstance(problem, Refused)  # a body can be refused for nothing else
    messages: tuple[str, ...] = problem.details.get("messages", (problem.code,))
    return messages
