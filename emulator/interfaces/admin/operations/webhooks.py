"""A tenant's webhooks: who is told, what was sent, and once more."""

from emulator.application.scenario_sources import part_of
from emulator.core.base.clock import iso_millis
from emulator.core.http.messages import Json, Request, Response, json_response
from emulator.core.http.problems import NotFound, Refused
from emulator.core.scenario.schema.diagnostics import ScenarioErrors
from emulator.core.webhooks.model import Attempt, Delivery, Hook
from emulator.interfaces.admin.context import Desk
from emulator.interfaces.admin.exchanges import body, breach
from emulator.interfaces.admin.scenario_errors import wrong
from emulator.interfaces.admin.waiting import waited_seconds


def list_deliveries(request: Request, desk: Desk) -> Response:
    """What there is at the moment; see ``waiting``."""
    waited_seconds(request)
    tenant = desk.tenant(request.text("key"))
    outbox = tenant.outbox
    content = {
        "idle": outbox.is_idle(tenant.clock.now()),
        "hooks": [hook(one) for one in outbox.hooks],
        "deliveries": [delivery(one) for one in outbox.log],
    }
    return json_response(200, content)


def add_webhook(request: Request, desk: Desk) -> Response:
    try:
        (made,) = part_of("webhooks", [request.content]).webhooks
    except ScenarioErrors as errors:
        raise wrong("bad_webhook", errors) from None
    with desk.emulator.lock:
        desk.tenant(request.text("key")).outbox.add(made)
    return json_response(201, hook(made))


def clear_deliveries(request: Request, desk: Desk) -> Response:
    desk.tenant(request.text("key")).outbox.clear()
    return Response(204)


def send_delivery_again(request: Request, desk: Desk) -> Response:
    tenant, id = desk.tenant(request.text("key")), request.text("id")
    try:
        again = tenant.outbox.send_again(id, tenant.clock.now())
    except NotFound:
        raise Refused("unknown_delivery", {"id": id}) from None
    desk.emulator.deliver(tenant)
    return json_response(202, delivery(again))


def hook(one: Hook) -> dict[str, Json]:
    return {"provider": one.provider, "url": one.url, "events": list(one.events)}


def delivery(one: Delivery) -> dict[str, Json]:
    message = one.message
    return {
        "id": one.id,
        "message_id": one.message_id,
        "provider": one.provider,
        "job": one.job,
        "event": message.event,
        "method": message.method,
        "url": message.url,
        "headers": dict(one.headers),
        "body": body(message.body, None),
        "due_at": iso_millis(one.due_at),
        "state": one.stand,
        "number": one.number,
        "message_headers": dict(message.headers),
        "content": message.content,
        "retry_seconds": list(message.retry_seconds),
        "contract_breaches": [breach(found) for found in one.breaches],
        "attempts": [attempt(made) for made in one.attempts],
    }


def attempt(made: Attempt) -> dict[str, Json]:
    return {
        "at": iso_millis(made.at),
        "status": made.status,
        "error": made.error or None,
        "duration_ms": made.duration_ms,
        "refused": made.refused,
    }
