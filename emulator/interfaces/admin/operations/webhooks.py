"""A tenant's webhooks: who is told, what was sent, and once more."""

from emulator.application.scenario_sources import load_part
from emulator.core.base.clock import iso_millis
from emulator.core.http.messages import Json, Request, Response, json_response
from emulator.core.http.problems import NotFound, Refused
from emulator.core.scenario.schema.diagnostics import ScenarioErrors
from emulator.core.webhooks.model import Attempt, Delivery, Webhook
from emulator.interfaces.admin.context import AdminContext
from emulator.interfaces.admin.exchanges import body, violation_content
from emulator.interfaces.admin.scenario_errors import scenario_problem
from emulator.interfaces.admin.waiting import waited_seconds


def list_deliveries(request: Request, desk: AdminContext) -> Response:
    """What there is at the moment; see ``waiting``."""
    waited_seconds(request)
    tenant = desk.tenant(request.text("key"))
    outbox = tenant.outbox
    content = {
        "idle": outbox.is_idle(tenant.clock.now()),
        "hooks": [hook(webhook) for webhook in outbox.webhooks],
        "deliveries": [delivery(one) for one in outbox.log],
    }
    return json_response(200, content)


def add_webhook(request: Request, desk: AdminContext) -> Response:
    try:
        (made,) = load_part("webhooks", [request.content]).webhooks
    except ScenarioErrors as errors:
        raise scenario_problem("bad_webhook", errors) from None
    with desk.emulator.lock:
        desk.tenant(request.text("key")).outbox.add(made)
    return json_response(201, hook(made))


def clear_deliveries(request: Request, desk: AdminContext) -> Response:
    desk.tenant(request.text("key")).outbox.clear()
    return Response(204)


def send_delivery_again(request: Request, desk: AdminContext) -> Response:
    tenant, id = desk.tenant(request.text("key")), request.text("id")
    try:
        again = tenant.outbox.send_again(id, tenant.clock.now())
    except NotFound:
        raise Refused("unknown_delivery", {"id": id}) from None
    desk.emulator.send_due_webhooks(tenant)
    return json_response(202, delivery(again))


def hook(one: Webhook) -> dict[str, Json]:
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
        "state": one.state,
        "number": one.number,
        "message_headers": dict(message.headers),
        "content": message.content,
        "retry_seconds": list(message.retry_seconds),
        "contract_violations": [violation_content(found) for found in one.violations],
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
