"""A tenant's inboxes: receivers of webhooks for those who have no server of their own."""

from contextlib import suppress
from urllib.parse import quote, unquote

from emulator.application.addressing import PREFIX
from emulator.core.base.clock import iso_millis
from emulator.core.engine.tenant import Tenant
from emulator.core.http.messages import Json, Request, Response, json_response
from emulator.core.http.problems import Refused
from emulator.core.webhooks.inbox import Inbox, InboxFull, ReceivedMessage
from emulator.interfaces.admin.context import AdminContext
from emulator.interfaces.admin.errors import error
from emulator.interfaces.admin.exchanges import body
from emulator.interfaces.admin.waiting import waited_seconds

INBOX_PATH = f"{PREFIX}/inbox/"
FIRST_ERROR = 400


def receive(request: Request, desk: AdminContext) -> Response:
    """Whatever it is; the address itself says how to answer: ``?answers=500,500,200``."""
    tenant, inbox = find_inbox(request, desk)
    statuses = tuple(map(int, request.text("answers", "200").split(",")))
    at, data = tenant.clock.now(), bytes(request.body)
    try:
        message = inbox.receive(
            at, request.method, request.headers, request.query, data, answers=statuses
        )
    except InboxFull as full:
        raise Refused("message_too_large", {"why": str(full)}) from None
    if message.status < FIRST_ERROR:
        return Response(message.status)
    return error(message.status, "as_asked", "the address asks for this answer", {}, {})


def read_inbox(request: Request, desk: AdminContext) -> Response:
    """What there is at the moment; see ``waiting``."""
    waited_seconds(request)
    _, inbox = find_inbox(request, desk)
    messages: Json = [message_content(message) for message in inbox.messages]
    return json_response(200, {"count": inbox.count, "messages": messages})


def empty_inbox(request: Request, desk: AdminContext) -> Response:
    find_inbox(request, desk)[1].clear()
    return Response(204)


def with_encoded_name(path: str) -> str:
    """The path with the name of the inbox encoded: a slash in it divides nothing."""
    if not path.startswith(INBOX_PATH):
        return path
    key, slash, name = path.removeprefix(INBOX_PATH).partition("/")
    return f"{INBOX_PATH}{key}{slash}{quote(name, safe='')}"


def find_inbox(request: Request, desk: AdminContext) -> tuple[Tenant, Inbox]:
    tenant = desk.tenant(request.text("key"))
    try:
        return tenant, tenant.inboxes.inbox(unquote(request.text("name")))
    except InboxFull as full:
        raise Refused("too_many_inboxes", {"why": str(full)}) from None


def message_content(message: ReceivedMessage) -> dict[str, Json]:
    """``json`` is there when the body is some, ``text`` in any case."""
    content: dict[str, Json] = {
        "number": message.number,
        "at": iso_millis(message.at),
        "method": message.method,
        "headers": dict(message.headers),
        "query": [list(pair) for pair in message.query],
        "status": message.status,
        **body_content(message.body),
    }
    with suppress(ValueError):
        content["json"] = message.json()
    return content


def body_content(data: bytes) -> dict[str, Json]:
    """``text`` in any case; ``base64`` where it does not say it all."""
    found = body(data, None)
    return {"text": data.decode(errors="replace"), "base64": found["base64"]}
