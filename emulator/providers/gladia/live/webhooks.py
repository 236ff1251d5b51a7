"""What is told of a live session by itself: to the account's webhooks, and to its own callback."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta

from msgspec.structs import replace

from emulator.core.http.messages import Json, json_fragment, parse_json, to_json
from emulator.core.provider.backend import Backend
from emulator.core.provider.provider import Webhooks
from emulator.core.webhooks.model import Message, PlannedEvent, unsigned
from emulator.providers.gladia import webhooks
from emulator.providers.gladia.live.session import Session
from emulator.providers.gladia.records import Kind, Transcription
from emulator.providers.gladia.webhooks import (
    EVENTS,
    JSON_TYPE,
    RETRY_SECONDS,
    svix_signer,
    webhook_message,
)

START_SESSION = "live.start_session"
START_RECORDING = "live.start_recording"
END_RECORDING = "live.end_recording"
END_SESSION = "live.end_session"
LIVE_EVENTS = (START_SESSION, START_RECORDING, END_RECORDING, END_SESSION)
MESSAGE = "live.message "  # and its number: a moment of the callback's
SCHEMA = "WebhookLivePayload"
CALLBACK_SCHEMA = "CallbackLivePayload"


def live_moments(session: Session, backend: Backend) -> Iterator[PlannedEvent]:
    """Of the account's webhooks, if there are any. What nobody stops ends by itself."""
    if not backend.outbox.webhooks_of(backend.provider):
        return
    post = timedelta(seconds=session.behaviour.post_seconds)
    stopped_at = session.stopped_at or (session.ending and session.ends_at)
    yield PlannedEvent(session.made_at, backend.provider, session.id, START_SESSION)
    if session.started_at:
        yield PlannedEvent(session.started_at, backend.provider, session.id, START_RECORDING)
    if stopped_at and session.started_at and session.lost_at is None:
        yield PlannedEvent(stopped_at, backend.provider, session.id, END_RECORDING)
    ended_at = session.lost_at or (session.ending and stopped_at and stopped_at + post)
    if ended_at:
        yield PlannedEvent(ended_at, backend.provider, session.id, END_SESSION)


def replan(before: Session, after: Session, backend: Backend) -> None:
    old, new = tuple(live_moments(before, backend)), tuple(live_moments(after, backend))
    if old != new:
        backend.outbox.replan(old, new)


def callback_message(record: Transcription, body: bytes, backend: Backend) -> None:
    """Plan one message for the callback's address, now. Raises OSError."""
    assert record.recording is not None  # a live session has one
    number = record.recording.add_callback(body)
    moment = PlannedEvent(backend.now(), backend.provider, record.id, f"{MESSAGE}{number}")
    backend.outbox.plan((moment,))


def planned_events(record: Transcription, backend: Backend) -> Iterator[PlannedEvent]:
    """Of a job of either kind."""
    if record.kind is not Kind.LIVE:
        yield from webhooks.planned_events(record, backend)
        return
    yield from live_moments(backend.store.get(Session, record.id), backend)


def announce(moment: PlannedEvent, backend: Backend) -> Iterator[Message]:
    """Nothing of a session that is gone."""
    if not moment.event.startswith("live."):
        yield from webhooks.announce(moment, backend)
        return
    record = backend.store.find(Transcription, moment.job)
    if record is None:
        return
    if moment.event.startswith(MESSAGE):
        yield from message_of(record, int(moment.event.removeprefix(MESSAGE)), backend)
        return
    for hook in backend.outbox.webhooks_of(backend.provider):
        if hook.wants(moment.event):
            yield replace(webhook_message(record, hook, moment), schema=SCHEMA)


def message_of(record: Transcription, number: int, backend: Backend) -> Iterator[Message]:
    """Published document: one POST for each message. GUESS: sealed as other callbacks are.

    Nothing of a message that is gone, or cannot be read.
    """
    assert record.recording is not None  # a live session has one
    with suppress(OSError):
        body = record.recording.callback(number)
        if body is not None:
            yield callback_of(record, body, backend)


def callback_of(record: Transcription, written: bytes, backend: Backend) -> Message:
    payload = parse_json(written)
    assert isinstance(payload, dict)  # a message is one
    hook = backend.outbox.callback_of(backend.provider)
    event = f"live.{payload['type']}"
    content: dict[str, Json] = {"id": record.id, "event": event, "payload": payload}
    return Message(
        url=record.request["callback_config"]["url"],
        event=event,
        body=to_json({**content, "payload": json_fragment(written)}),
        webhook=hook,
        headers={**JSON_TYPE, "User-Agent": "Gladia"},  # GUESS
        signer=svix_signer(hook.secret) if hook.secret else unsigned,
        retry_seconds=RETRY_SECONDS,
        content=content,
        schema=CALLBACK_SCHEMA,
    )


WEBHOOKS = Webhooks((*EVENTS, *LIVE_EVENTS), planned_events, announce)
