"""What is told of a job by itself: to the address in its request, and to the account's webhooks.

The two differ: a callback brings the whole result and has the job's id at the top, a webhook brings
the id alone, inside ``payload``.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from emulator.core.http.messages import Json, Params, to_json
from emulator.core.provider.backend import Backend
from emulator.core.provider.provider import Webhooks
from emulator.core.state.jobs import Phase
from emulator.core.webhooks.model import Message, PlannedEvent, Signer, Webhook, unsigned
from emulator.providers.gladia.records import Transcription
from emulator.providers.gladia.render import result

CREATED = "transcription.created"
SUCCESS = "transcription.success"
ERROR = "transcription.error"
EVENTS = (CREATED, SUCCESS, ERROR)  # published document: webhooks
ENDS: Mapping[Phase, str] = {Phase.COMPLETED: SUCCESS, Phase.FAILED: ERROR}

# Svix, "Retry schedule": after the first attempt; the service sends its webhooks through Svix.
# GUESS: callbacks, of which nothing is documented, are retried in the same way.
RETRY_SECONDS = (5.0, 300.0, 1800.0, 7200.0, 18_000.0, 36_000.0, 36_000.0)
CALLBACK_SCHEMAS = {
    SUCCESS: "CallbackTranscriptionSuccessPayload",
    ERROR: "CallbackTranscriptionErrorPayload",
}
WEBHOOK_SCHEMA = "WebhookTranscriptionPayload"
USUAL_ERROR = "The transcription failed"  # GUESS: no document has the sentence
JSON_TYPE = {"Content-Type": "application/json"}
SECRET_PREFIX = "whsec_"


class Callback(NamedTuple):
    method: str
    url: str


def callback_of(given: Params) -> Callback | None:
    """Where a job's result is sent; None: nowhere.

    GUESS: ``callback: false`` beats the deprecated ``callback_url``; the configuration does, too.
    """
    if given.get("callback") and "callback_config" in given:
        config = given["callback_config"]
        return Callback(config.get("method", "POST"), config["url"])
    if given.get("callback", True) and "callback_url" in given:
        return Callback("POST", given["callback_url"])
    return None


def planned_events(record: Transcription, backend: Backend) -> Iterator[PlannedEvent]:
    """None where nobody listens."""
    if not callback_of(record.request) and not backend.outbox.webhooks_of(backend.provider):
        return
    job = record.job
    yield PlannedEvent(job.made_at, backend.provider, job.id, CREATED)
    final_at = job.final_at()
    if final_at:
        yield PlannedEvent(final_at, backend.provider, job.id, ENDS[job.timeline[-1].phase])


def announce(moment: PlannedEvent, backend: Backend) -> Iterator[Message]:
    """Nothing of a job that is gone."""
    record = backend.store.find(Transcription, moment.job)
    if record is None:
        return
    callback = callback_of(record.request)
    if callback and moment.event in CALLBACK_SCHEMAS:
        yield callback_message(record, callback, moment, backend)
    for hook in backend.outbox.webhooks_of(backend.provider):
        if hook.wants(moment.event):
            yield webhook_message(record, hook, moment)


def callback_message(
    record: Transcription, callback: Callback, moment: PlannedEvent, backend: Backend
) -> Message:
    """GUESS: signed as webhooks are, if the scenario has a secret; no signature is documented."""
    hook = backend.outbox.callback_of(backend.provider)
    content = {
        "id": record.id,
        "event": moment.event,
        **outcome(record, moment, backend),
        "custom_metadata": record.custom_metadata,
    }
    return Message(
        url=callback.url,
        event=moment.event,
        body=to_json(content),
        webhook=hook,
        method=callback.method,
        headers={**JSON_TYPE, "User-Agent": "Gladia"},  # GUESS
        signer=svix_signer(hook.secret) if hook.secret else unsigned,
        retry_seconds=RETRY_SECONDS,
        content=content,
        schema=CALLBACK_SCHEMAS[moment.event],
    )


def outcome(record: Transcription, moment: PlannedEvent, backend: Backend) -> dict[str, Any]:
    if moment.event == SUCCESS:
        return {"payload": result(record, backend.library, moment.at)}
    message = record.error_message or USUAL_ERROR
    return {"error": {"code": record.error_code, "message": message}}


def webhook_message(record: Transcription, hook: Webhook, moment: PlannedEvent) -> Message:
    assert hook.url is not None  # it is one of those that are told of all jobs
    content: Json = {"event": moment.event, "payload": {"id": record.id}}
    return Message(
        url=hook.url,
        event=moment.event,
        body=to_json(content),
        webhook=hook,
        headers={**JSON_TYPE, "User-Agent": "Svix-Webhooks/1.70"},  # GUESS: the number
        signer=svix_signer(hook.secret),
        retry_seconds=RETRY_SECONDS,
        content=content,
        schema=WEBHOOK_SCHEMA,
    )


def svix_signer(secret: str | None) -> Signer:
    """The headers of Svix; without a secret there is no signature."""

    def seal(id: str, at: datetime, body: bytes) -> Mapping[str, str]:
        message_id = f"msg_{id.replace('-', '')[:27]}"
        timestamp = str(int(at.timestamp()))
        headers = {"svix-id": message_id, "svix-timestamp": timestamp}
        if secret is None:
            return headers
        return {**headers, "svix-signature": signature(secret, message_id, timestamp, body)}

    return seal


def signature(secret: str, message_id: str, timestamp: str, body: bytes) -> str:
    """Svix, "Verifying webhooks manually": HMAC-SHA256 over "<id>.<unix seconds>.<body>"."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    digest = hmac.new(signing_key(secret), signed, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"


def signing_key(secret: str) -> bytes:
    """``whsec_`` and base64, as Svix has it; what is no base64 is the key itself."""
    try:
        return base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
    except ValueError:  # also what is not ASCII
        return secret.encode()


WEBHOOKS = Webhooks(EVENTS, planned_events, announce)
