"""A tenant's faults: the scenario's, and those that a test adds."""

from collections.abc import Iterable

from emulator.application.scenario_sources import load_part
from emulator.core.faults.engine import MOST_RULES, Rule
from emulator.core.http.messages import Json, Request, Response, json_response
from emulator.core.http.problems import Refused
from emulator.core.scenario.fault_rules import fault_to_yaml
from emulator.core.scenario.schema.diagnostics import ScenarioErrors
from emulator.interfaces.admin.context import AdminContext
from emulator.interfaces.admin.scenario_errors import scenario_problem


def list_faults(request: Request, desk: AdminContext) -> Response:
    return json_response(200, rule_list(desk.tenant(request.text("key")).faults.rules()))


def add_faults(request: Request, desk: AdminContext) -> Response:
    """All of them or none; in their order, before those that are there."""
    asked = request.content if isinstance(request.content, list) else [request.content]
    try:
        made = load_part("faults", asked).faults
    except ScenarioErrors as errors:
        raise scenario_problem("bad_fault", errors) from None
    with desk.emulator.lock:
        faults = desk.tenant(request.text("key")).faults
        there = len(faults.rules())
        if there + len(made) > MOST_RULES:
            raise Refused("too_many_faults", {"most": MOST_RULES, "there": there})
        ids = {faults.add(fault) for fault in reversed(made)}
        return json_response(201, rule_list(rule for rule in faults.rules() if rule.id in ids))


def clear_faults(request: Request, desk: AdminContext) -> Response:
    desk.tenant(request.text("key")).faults.clear()
    return Response(204)


def remove_fault(request: Request, desk: AdminContext) -> Response:
    id = request.text("id")
    if not desk.tenant(request.text("key")).faults.remove(id):
        raise Refused("unknown_fault", {"id": id})
    return Response(204)


def rule_list(rules: Iterable[Rule]) -> dict[str, Json]:
    return {
        "faults": [
            {
                "id": rule.id,
                "hits": rule.applied,
                "seen": rule.matches,
                "line": rule.fault.line,
                "fault": fault_to_yaml(rule.fault),
            }
            for rule in rules
        ]
    }
