"""Tenants: who is there; opened, given other scenarios, begun afresh, forgotten."""

from emulator.application.scenario_sources import scenario_in
from emulator.core.base.clock import iso_millis
from emulator.core.engine.tenant import Tenant
from emulator.core.http.messages import Json, Request, Response, json_response, to_json
from emulator.core.http.problems import Refused
from emulator.core.scenario.model import Scenario
from emulator.core.scenario.schema.diagnostics import ScenarioErrors
from emulator.interfaces.admin.context import DEFAULT, Desk, key_of
from emulator.interfaces.admin.operations.clock import clock
from emulator.interfaces.admin.scenario_errors import wrong


def list_tenants(request: Request, desk: Desk) -> Response:
    opened = desk.emulator.tenants.opened()
    return json_response(200, {"tenants": [in_short(one) for one in opened]})


def open_tenant(request: Request, desk: Desk) -> Response:
    """The scenario is read before anything is changed."""
    asked = request.content if isinstance(request.content, dict) else {}
    if asked.get("key") == DEFAULT:
        raise Refused("reserved_key", {"key": DEFAULT})
    scenario = given(asked["scenario"]) if "scenario" in asked else None
    tenants = desk.emulator.tenants
    with desk.emulator.lock:
        usual = key_of(asked["name"]) if "name" in asked else desk.new_key()
        key, mode = asked.get("key", usual), asked.get("clock")
        tenant = tenants.make(key, scenario or tenants.scenario, mode)
    tenant.prepare(desk.emulator.providers)
    with desk.emulator.lock:
        return json_response(201, in_full(tenants.admit(tenant), request, desk))


def get_tenant(request: Request, desk: Desk) -> Response:
    tenant = desk.prepared(request.text("key"))
    with desk.emulator.lock:
        return json_response(200, in_full(tenant, request, desk))


def close_tenant(request: Request, desk: Desk) -> Response:
    key = request.text("key")
    if not desk.emulator.tenants.close(key):
        raise Refused("unknown_tenant", {"key": key})
    return Response(204)


def replace_scenario(request: Request, desk: Desk) -> Response:
    """The scenario is read before anything is changed."""
    asked = request.content
    scenario = given(asked["scenario"] if isinstance(asked, dict) else asked)
    return restart(request, desk, scenario)


def restart(request: Request, desk: Desk, scenario: Scenario | None = None) -> Response:
    tenants = desk.emulator.tenants
    with desk.emulator.lock:
        tenant = desk.tenant(request.text("key"))
        fresh = tenants.make(tenant.key, scenario or tenant.scenario, tenant.clock_mode)
    fresh.prepare(desk.emulator.providers)
    with desk.emulator.lock:
        tenant = desk.tenant(request.text("key"))  # it may have been closed, or opened again
        tenants.renew(tenant, fresh)
        return json_response(200, in_full(tenant, request, desk))


def reset_tenant(request: Request, desk: Desk) -> Response:
    asked = request.content if isinstance(request.content, dict) else {}
    if not asked.get("journal"):
        return restart(request, desk)
    tenant = desk.prepared(request.text("key"))
    with desk.emulator.lock:
        tenant.journal.clear()
        return json_response(200, in_full(tenant, request, desk))


def export_tenant(request: Request, desk: Desk) -> Response:
    from emulator.core.engine.scenario_export import exported  # with YAML

    live = desk.prepared(request.text("key"))
    with desk.emulator.lock:
        tenant = live.snapshot()
    text = exported(tenant, desk.emulator.providers)
    return Response(200, text.encode(), {"Content-Type": "application/yaml; charset=utf-8"})


def given(source: Json) -> Scenario:
    """Raises Refused for a scenario that is wrong."""
    try:
        return scenario_in(source if isinstance(source, str) else to_json(source).decode())
    except ScenarioErrors as errors:
        raise wrong("bad_scenario", errors) from None


def in_short(tenant: Tenant) -> dict[str, Json]:
    return {
        "key": tenant.key,
        "scenario": tenant.scenario.title,
        "now": iso_millis(tenant.clock.now()),
        "exchanges": len(tenant.journal),
    }


def in_full(tenant: Tenant, request: Request, desk: Desk) -> dict[str, Json]:
    base = request.base_url
    return {
        "key": tenant.key or DEFAULT,
        "wrong_key": tenant.wrong_key,
        "account_id": tenant.account_id,
        "key_state": tenant.key_state,
        "scenario": tenant.scenario.title,
        "seed": tenant.scenario.seed,
        "clock": clock(tenant),
        "exchanges": len(tenant.journal),
        "jobs": sum(tenant.backend(one).store.job_count() for one in desk.emulator.providers),
        "urls": {one.name: f"{base}/{one.slug}" for one in desk.emulator.providers},
    }
