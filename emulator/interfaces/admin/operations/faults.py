"""A tenant's faults: the scenario's, and those that a test adds."""

from collections.abc import Iterable

from emulator.application.scenario_sources import part_of
from emulator.core.faults.engine import MOST_RULES, Rule
from emulator.core.http.messages import Json, Request, Response, json_response
from emulator.core.http.problems import Refused
from emulator.core.scenario.fault_rules import written
from emulator.core.scenario.schema.diagnostics import ScenarioErrors
from emulator.interfaces.admin.context import Desk
from emulator.interfaces.admin.scenario_errors import wrong


def list_faults(request: Request, desk: Desk) -> Response:
    return json_response(200, listing(desk.tenant(request.text("key")).faults.listing()))


def add_faults(request: Request, desk: Desk) -> Response:
    """All of them or none; in their order, before those that are there."""
    asked = request.content if isinstance(request.content, list) else [request.content]
    try:
        made = part_of("faults", asked).faults
    except ScenarioErrors as errors:
        raise wrong("bad_fault", errors) from None
    with desk.emulator.lock:
        faults = desk.tenant(request.text("key")).faults
        there = len(faults.listing())
        if there + len(made) > MOST_RULES:
            raise Refused("too_many_faults", {"most": MOST_RULES, "there": there})
        ids = {faults.add(fault) for fault in reversed(made)}
        return json_response(201, listing(one for one in faults.listing() if one.id in ids))


def clear_faults(request: Request, desk: Desk) -> Response:
    desk.tenant(request.text("key")).faults.clear()
    return Response(204)


def remove_fault(request: Request, desk: Desk) -> Response:
    id = request.text("id")
    if not desk.tenant(request.text("key")).faults.remove(id):
        raise Refused("unknown_fault", {"id": id})
    return Response(204)


def listing(rules: Iterable[Rule]) -> dict[str, Json]:
    return {
        "faults": [
            {
                "id": one.id,
                "hits": one.hits,
                "seen": one.seen,
                "line": one.fault.line,
                "fault": written(one.fault),
            }
            for one in rules
        ]
    }
