"""Jobs that a scenario says are there, and the entries that say so of jobs that are."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from msgspec.structs import replace

from emulator.core.contract import Contract
from emulator.core.provider.api_request import asked
from emulator.core.provider.backend import Backend
from emulator.core.provider.existing_records import put_existing
from emulator.core.scenario.model import Existing, JobError, Recorded
from emulator.core.scenario.schema.scalars import is_language
from emulator.core.scenario.schema.types import Duration, Flag, Record, Text, Whole
from emulator.core.speech.media import audio_of_url
from emulator.providers.aitronos import requests
from emulator.providers.aitronos.planning import ORGANIZATION, transcription
from emulator.providers.aitronos.records import Order, Price, Priority, Transcription

CREATE = "create_transcription"
LANGUAGE = "en"
USUAL_URL = "https://media.example.com/recording-{}.mp3"


def words(contract: Contract) -> Record:
    return Record(
        "A job that is there already at Aitronos.",
        {
            "request": asked(
                "What was asked for, as the API takes it; what need not be there may be left out.",
                contract,
                CREATE,
                usual=body(USUAL_URL.format(1), LANGUAGE),
                refuse=lambda given: completed(given, body(USUAL_URL.format(1), LANGUAGE)),
            ),
            "synapses_consumed": Whole("What it has cost."),
            "currency": Text("What that is in."),
            "refresh_seconds": Duration("How old a state may be before a look at it renews it."),
            "checked": Duration("How long ago its state was last renewed."),
            "deleted_upstream": Flag("Whether the speech engine's copy goes when it is deleted."),
        },
    )


def body(url: str, language: str) -> dict[str, Any]:
    options = {"audio_url": url, "language": language}
    return {"organization_id": ORGANIZATION, "transcription_options": options}


def make_existing(existing: Existing, backend: Backend) -> None:
    """The jobs that a scenario says are there, oldest first, each seen as it stands now.

    An id begins with ``trans_``, as the contract has it.
    """
    put_existing(existing, partial(existing_one, existing), backend)


def existing_one(
    existing: Existing, number: int, age_seconds: float, backend: Backend
) -> tuple[Transcription]:
    facts, (said,) = existing.facts, existing.recorded
    order = existing_order(existing, said.address(USUAL_URL.format(number)))
    order = replace(order, audio=said.known(order.audio))
    plan = backend.plan(order.audio, order.language)
    plan = replace(plan, transcript=said.transcript or plan.transcript)
    if existing.error != JobError():
        plan = replace(plan, error=existing.error)
    job = backend.existing_job(existing.id or f"trans_{backend.ids.hex(32)}", existing, age_seconds)
    made = transcription(order, plan, job, backend)
    price = Price(
        facts.get("synapses_consumed", made.price.consumed),
        facts.get("currency", made.price.currency),
    )
    made = replace(
        made,
        price=price,
        checked_at=backend.now() - timedelta(seconds=facts.get("checked", 0.0)),
        refresh_seconds=facts.get("refresh_seconds", made.refresh_seconds),
        deleted_upstream=facts.get("deleted_upstream", made.deleted_upstream),
    )
    return (made,)


def existing_order(existing: Existing, url: str) -> Order:
    usual = body(url, existing.language or LANGUAGE)
    return completed(existing.facts.get("request", {}), usual)


def completed(given: Mapping[str, Any], usual: Mapping[str, Any]) -> Order:
    """The request with what it leaves out. Raises what the API would."""
    options = {**usual["transcription_options"], **given.get("transcription_options", {})}
    return requests.order({**usual, **given, "transcription_options": options})


def describe(backend: Backend) -> Iterator[Existing]:
    for record in backend.store.oldest_first(Transcription):
        yield described(record, backend)


def described(record: Transcription, backend: Backend) -> Existing:
    order = record.order
    age_seconds = (backend.now() - record.job.made_at).total_seconds()
    usual = audio_of_url(order.audio.source)
    return Existing(
        provider="aitronos",
        id=record.id,
        timeline=record.job.timeline,
        error=record.error,
        age_seconds=(age_seconds, age_seconds),
        language=order.language if is_language(order.language) else None,
        recordings=(Recorded.of(order.audio, usual, record.script),),
        facts=facts(record, backend),
    )


def facts(record: Transcription, backend: Backend) -> Mapping[str, Any]:
    """What the rule for such a job does not say."""
    plan = backend.plan(record.order.audio, record.order.language)
    plan = replace(plan, transcript=record.script)
    usual = transcription(record.order, plan, record.job, backend)
    pairs = {
        "synapses_consumed": (record.price.consumed, usual.price.consumed),
        "currency": (record.price.currency, usual.price.currency),
        "refresh_seconds": (record.refresh_seconds, usual.refresh_seconds),
        "deleted_upstream": (record.deleted_upstream, usual.deleted_upstream),
        "checked": ((backend.now() - record.checked_at).total_seconds(), 0.0),
    }
    found = {name: is_so for name, (is_so, would_be) in pairs.items() if is_so != would_be}
    request = asked_for(record.order)
    options = odd_options(record.order)
    request = {**request, "transcription_options": options} if options else request
    return {"request": request, **found} if request else found


def odd_options(order: Order) -> dict[str, Any]:
    """What the API takes for a language, and a scenario's own words do not."""
    if is_language(order.language):
        return {}
    return {"audio_url": order.audio.source, "language": order.language}


def asked_for(order: Order) -> Mapping[str, Any]:
    """The request, without what the words that all providers have say."""
    found: dict[str, Any] = {}
    if order.organization_id != ORGANIZATION:
        found["organization_id"] = order.organization_id
    if order.speakers is not None:
        found["speaker_analysis"] = {
            "diarization_enabled": True,
            "speakers_expected_count": order.speakers,
        }
    if order.redacted:
        policies = list(order.redacted)
        found["privacy_settings"] = {"pii_redaction_enabled": True, "pii_policies": policies}
    if order.priority is not Priority.NORMAL:
        found["priority"] = order.priority
    if order.webhook:
        found["webhook"] = {"url": order.webhook.url, "events": list(order.webhook.events)}
    return found
