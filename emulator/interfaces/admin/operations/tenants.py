"""Tenants: who is there; opened, given other scenarios, begun afresh, forgotten."""

from emulator.application.scenario_sources import load_builtin
from emulator.core.base.clock import iso_millis
from emulator.core.engine.tenant import Tenant
from emulator.core.http.messages import Json, Request, Response, json_response, to_json
from emulator.core.http.problems import Refused
from emulator.core.scenario.model import Scenario
from emulator.core.scenario.schema.diagnostics import ScenarioErrors
from emulator.interfaces.admin.context import DEFAULT_TENANT, AdminContext, key_for
from emulator.interfaces.admin.operations.clock import clock
from emulator.interfaces.admin.scenario_errors import scenario_problem


def list_tenants(request: Request, desk: AdminContext) -> Response:
    opened = desk.emulator.tenants.open_tenants()
    return json_response(200, {"tenants": [summary(one) for one in opened]})


def open_tenant(request: Request, desk: AdminContext) -> Response:
    """The scenario is read before anything is changed."""
    asked = request.content if isinstance(request.content, dict) else {}
    if asked.get("key") == DEFAULT_TENANT:
        raise Refused("reserved_key", {"key": DEFAULT_TENANT})
    scenario = read_scenario(asked["scenario"]) if "scenario" in asked else None
    tenants = desk.emulator.tenants
    with desk.emulator.lock:
        usual = key_for(asked["name"]) if "name" in asked else desk.new_key()
        key, mode = asked.get("key", usual), asked.get("clock")
        tenant = tenants.build_tenant(key, scenario or tenants.scenario, mode)
    tenant.prepare(desk.emulator.providers)
    with desk.emulator.lock:
        return json_response(201, detail(tenants.add(tenant), request, desk))


def get_tenant(request: Request, desk: AdminContext) -> Response:
    tenant = desk.prepared_tenant(request.text("key"))
    with desk.emulator.lock:
        return json_response(200, detail(tenant, request, desk))


def close_tenant(request: Request, desk: AdminContext) -> Response:
    key = request.text("key")
    if not desk.emulator.tenants.close(key):
        raise Refused("unknown_tenant", {"key": key})
    return Response(204)


def replace_scenario(request: Request, desk: AdminContext) -> Response:
    """The scenario is read before anything is changed."""
    asked = request.content
    scenario = read_scenario(asked["scenario"] if isinstance(asked, dict) else asked)
    return restart(request, desk, scenario)


def restart(request: Request, desk: AdminContext, scenario: Scenario | None = None) -> Response:
    tenants = desk.emulator.tenants
    with desk.emulator.lock:
        tenant = desk.tenant(request.text("key"))
        fresh = tenants.build_tenant(tenant.key, scenario or tenant.scenario, tenant.clock_mode)
    fresh.prepare(desk.emulator.providers)
    with desk.emulator.lock:
        tenant = desk.tenant(request.text("key"))  # it may have been closed, or opened again
        tenants.renew(tenant, fresh)
        return json_response(200, detail(tenant, request, desk))


def reset_tenant(request: Request, desk: AdminContext) -> Response:
    asked = request.content if isinstance(request.content, dict) else {}
    if not asked.get("journal"):
        return restart(request, desk)
    tenant = desk.prepared_tenant(request.text("key"))
    with desk.emulator.lock:
        tenant.journal.clear()
        return json_response(200, detail(tenant, request, desk))


def export_tenant(request: Request, desk: AdminContext) -> Response:
    from emulator.core.engine.scenario_export import export_scenario  # with YAML

    live = desk.prepared_tenant(request.text("key"))
    with desk.emulator.lock:
        tenant = live.snapshot()
    text = export_scenario(tenant, desk.emulator.providers)
    return Response(200, text.encode(), {"Content-Type": "application/yaml; charset=utf-8"})


def read_scenario(source: Json) -> Scenario:
    """Raises Refused for a scenario that is wrong."""
    try:
        return load_builtin(source if isinstance(source, str) else to_json(source).decode())
    except ScenarioErrors as errors:
        raise scenario_problem("bad_scenario", errors) from None


def summary(tenant: Tenant) -> dict[str, Json]:
    return {
        "key": tenant.key,
        "scenario": tenant.scenario.title,
        "now": iso_millis(tenant.clock.now()),
        "exchanges": len(tenant.journal),
    }


def detail(tenant: Tenant, request: Request, desk: AdminContext) -> dict[str, Json]:
    base = request.base_url
    return {
        "key": tenant.key or DEFAULT_TENANT,
        "wrong_key": tenant.wrong_key,
        "account_id": tenant.account_id,
        "key_state": tenant.key_state,
        "scenario": tenant.scenario.title,
        "seed": tenant.scenario.seed,
        "clock": clock(tenant),
        "exchanges": len(tenant.journal),
        "jobs": sum(
            tenant.backend(provider).store.job_count() for provider in desk.emulator.providers
        ),
        "urls": {provider.name: f"{base}/{provider.slug}" for provider in desk.emulator.providers},
    }
