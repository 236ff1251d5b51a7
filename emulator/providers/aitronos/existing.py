"""Jobs that a scenario says are there, and the entries that say so of jobs that are."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from msgspec.structs import replace

from emulator.core.contract import Contract
from emulator.core.provider.api_request import api_request_type
from emulator.core.provider.backend import Backend
from emulator.core.provider.existing_records import put_existing
from emulator.core.scenario.model import JobError, SeedJobs, SeedRecording
from emulator.core.scenario.schema.scalars import is_language
from emulator.core.scenario.schema.types import (
    BooleanType,
    DurationType,
    IntegerType,
    ObjectType,
    StringType,
)
from emulator.core.speech.media import audio_of_url
from emulator.providers.aitronos import requests
from emulator.providers.aitronos.planning import ORGANIZATION, new_transcription
from emulator.providers.aitronos.records import Price, Priority, Transcription, TranscriptionOptions

CREATE = "create_transcription"
LANGUAGE = "en"
USUAL_URL = "https://media.example.com/recording-{}.mp3"


def words(contract: Contract) -> ObjectType:
    return ObjectType(
        "A job that is there already at Aitronos.",
        {
            "request": api_request_type(
                "What was asked for, as the API takes it; what need not be there may be left out.",
                contract,
                CREATE,
                usual=request_body(USUAL_URL.format(1), LANGUAGE),
                refuse=lambda given: with_defaults(
                    given, request_body(USUAL_URL.format(1), LANGUAGE)
                ),
            ),
            "synapses_consumed": IntegerType("What it has cost."),
            "currency": StringType("What that is in."),
            "refresh_seconds": DurationType(
                "How old a state may be before a look at it renews it."
            ),
            "checked": DurationType("How long ago its state was last renewed."),
            "deleted_upstream": BooleanType(
                "Whether the speech engine's copy goes when it is deleted."
            ),
        },
    )


def request_body(url: str, language: str) -> dict[str, Any]:
    options = {"audio_url": url, "language": language}
    return {"organization_id": ORGANIZATION, "transcription_options": options}


def make_existing(existing: SeedJobs, backend: Backend) -> None:
    """The jobs that a scenario says are there, oldest first, each seen as it stands now.

    An id begins with ``trans_``, as the contract has it.
    """
    put_existing(existing, partial(existing_record, existing), backend)


def existing_record(
    existing: SeedJobs, number: int, age_seconds: float, backend: Backend
) -> tuple[Transcription]:
    facts, (said,) = existing.options, existing.all_recordings
    order = existing_order(existing, said.address(USUAL_URL.format(number)))
    order = replace(order, audio=said.apply_to(order.audio))
    plan = backend.plan_job(order.audio, order.language)
    plan = replace(plan, transcript=said.transcript or plan.transcript)
    if existing.error != JobError():
        plan = replace(plan, error=existing.error)
    job = backend.existing_job(existing.id or f"trans_{backend.ids.hex(32)}", existing, age_seconds)
    made = new_transcription(order, plan, job, backend)
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


def existing_order(existing: SeedJobs, url: str) -> TranscriptionOptions:
    usual = request_body(url, existing.language or LANGUAGE)
    return with_defaults(existing.options.get("request", {}), usual)


def with_defaults(given: Mapping[str, Any], usual: Mapping[str, Any]) -> TranscriptionOptions:
    """The request with what it leaves out. Raises what the API would."""
    options = {**usual["transcription_options"], **given.get("transcription_options", {})}
    return requests.transcription_options({**usual, **given, "transcription_options": options})


def describe(backend: Backend) -> Iterator[SeedJobs]:
    for record in backend.store.oldest_first(Transcription):
        yield describe_record(record, backend)


def describe_record(record: Transcription, backend: Backend) -> SeedJobs:
    order = record.order
    age_seconds = (backend.now() - record.job.made_at).total_seconds()
    usual = audio_of_url(order.audio.source)
    return SeedJobs(
        provider="aitronos",
        id=record.id,
        timeline=record.job.timeline,
        error=record.error,
        age_seconds=(age_seconds, age_seconds),
        language=order.language if is_language(order.language) else None,
        recordings=(SeedRecording.of(order.audio, usual, record.script),),
        options=facts(record, backend),
    )


def facts(record: Transcription, backend: Backend) -> Mapping[str, Any]:
    """What the rule for such a job does not say."""
    plan = backend.plan_job(record.order.audio, record.order.language)
    plan = replace(plan, transcript=record.script)
    usual = new_transcription(record.order, plan, record.job, backend)
    pairs = {
        "synapses_consumed": (record.price.consumed, usual.price.consumed),
        "currency": (record.price.currency, usual.price.currency),
        "refresh_seconds": (record.refresh_seconds, usual.refresh_seconds),
        "deleted_upstream": (record.deleted_upstream, usual.deleted_upstream),
        "checked": ((backend.now() - record.checked_at).total_seconds(), 0.0),
    }
    found = {name: is_so for name, (is_so, would_be) in pairs.items() if is_so != would_be}
    request = requested_fields(record.order)
    options = unusual_options(record.order)
    request = {**request, "transcription_options": options} if options else request
    return {"request": request, **found} if request else found


def unusual_options(order: TranscriptionOptions) -> dict[str, Any]:
    """What the API takes for a language, and a scenario's own words do not."""
    if is_language(order.language):
        return {}
    return {"audio_url": order.audio.source, "language": order.language}


def requested_fields(order: TranscriptionOptions) -> Mapping[str, Any]:
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
