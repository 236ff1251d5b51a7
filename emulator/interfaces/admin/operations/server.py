"""The emulator as a whole: whether it is there, who it is, what is built in."""

from emulator.application.scenario_sources import EVENTS, WORDS
from emulator.core.base.resources import fixture_names, fixture_path
from emulator.core.base.version import __version__
from emulator.core.http.messages import Json, Request, Response, json_response
from emulator.core.http.problems import Refused
from emulator.core.scenario.loader import json_schema
from emulator.interfaces.admin.context import AdminContext


def live(request: Request, desk: AdminContext) -> Response:
    return json_response(200, {"status": "live"})


def ready(request: Request, desk: AdminContext) -> Response:
    """Whatever is seeded is seeded before the socket is bound: who can ask finds it ready."""
    return json_response(200, {"status": "ready"})


def health(request: Request, desk: AdminContext) -> Response:
    emulator = desk.emulator
    content: Json = {
        "status": "ok",
        "tenants": len(emulator.tenants),
        "listeners": len(emulator.events),
    }
    return json_response(200, content)


def version(request: Request, desk: AdminContext) -> Response:
    providers = [provider.name for provider in desk.emulator.providers]
    return json_response(200, {"version": __version__, "providers": providers})


def list_scenarios(request: Request, desk: AdminContext) -> Response:
    found: Json = [{"name": name, "title": title} for name, title in desk.titles.items()]
    return json_response(200, {"scenarios": found})


def get_scenario(request: Request, desk: AdminContext) -> Response:
    name = request.text("name")
    if name not in fixture_names():
        raise Refused("unknown_scenario", {"name": name, "known": ", ".join(fixture_names())})
    text = fixture_path(name).read_bytes()
    return Response(200, text, {"Content-Type": "application/yaml; charset=utf-8"})


def get_schema(request: Request, desk: AdminContext) -> Response:
    schema = json_schema(WORDS, EVENTS)
    return json_response(200, schema, content_type="application/schema+json")
