"""Transcriptions that a scenario says are there, and the entries that say so of those that are."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from msgspec.structs import replace

from emulator.core.contract import Contract
from emulator.core.provider.api_request import api_request_type
from emulator.core.provider.backend import Backend
from emulator.core.provider.existing_records import put_existing
from emulator.core.scenario.model import SeedJobs, SeedRecording
from emulator.core.scenario.schema.types import ListType, ObjectType, StringType
from emulator.core.speech.media import audio_of_url
from emulator.core.speech.transcripts import Audio
from emulator.providers.azure_speech import requests
from emulator.providers.azure_speech.durations import iso_duration
from emulator.providers.azure_speech.locales import (
    base_model_path,
    locale_for,
    locale_of_base_model,
)
from emulator.providers.azure_speech.planning import FILES, assemble, failure_of, planned_failure
from emulator.providers.azure_speech.records import (
    Recording,
    Settings,
    Transcription,
    TranscriptionRequest,
)

CREATE = "Transcriptions_Create"
USUAL_URL = "https://media.example.com/recording-{}.wav"
HOST = "https://speech.example.com"  # of references to other entities; only their paths count
LOCALE = "en-US"
USUAL = Settings()


def words(contract: Contract) -> ObjectType:
    return ObjectType(
        "A transcription that is there already at Azure AI Speech.",
        {
            "request": api_request_type(
                "What was asked for, as the API takes it; what need not be there may be left out.",
                contract,
                CREATE,
                usual=with_defaults({}, [USUAL_URL.format(1)], "Transcription 1", LOCALE),
                refuse=refuse_fields,
            ),
            "files": FILES,
            "file_ids": ListType(
                "The ids of its files: the results in the order of the recordings, the report.",
                StringType("A file's id."),
                least=1,
            ),
        },
    )


def refuse_fields(given: Mapping[str, Any]) -> None:
    """Raise what the API would."""
    urls = given.get("contentUrls", [USUAL_URL.format(1)])
    requests.transcription_request(with_defaults(given, urls, "Transcription 1", LOCALE))


def with_defaults(
    given: Mapping[str, Any], urls: list[str], name: str, locale: str
) -> dict[str, Any]:
    """The request with what it leaves out; its model comes before the locale that is usual."""
    of_model = locale_of_base_model(requests.reference(given, "model") or "")
    source = {} if {"contentContainerUrl", "dataset"} & given.keys() else {"contentUrls": urls}
    return {**source, "displayName": name, "locale": of_model or locale, **given}


def make_existing(existing: SeedJobs, backend: Backend) -> None:
    """Put what is there before the first request into the store, the oldest first.

    An ``id`` that is no UUID is never found, since the contract wants one.
    """
    put_existing(existing, partial(existing_record, existing), backend)


def existing_record(
    existing: SeedJobs, number: int, age_seconds: float, backend: Backend
) -> tuple[Transcription]:
    id = existing.id.lower() if existing.id else backend.ids.uuid()
    job = backend.existing_job(id, existing, age_seconds)
    order = existing_order(existing, number, backend)
    recordings = tuple(existing_recordings(existing, order, number, backend))
    made = assemble(job, order, recordings, backend)
    ids = existing.options.get("file_ids", ())
    named = [replace(file, id=id) for file, id in zip(made.files, ids, strict=False)]
    return (replace(made, files=(*named, *made.files[len(named) :])),)


def existing_order(existing: SeedJobs, number: int, backend: Backend) -> TranscriptionRequest:
    name = existing.all_recordings[0].transcript
    script = name and backend.scenario.transcripts[name]
    language = existing.language or (script.language if script else "en")
    urls = [recording.address(USUAL_URL.format(number)) for recording in existing.all_recordings]
    title = existing.name or f"Transcription {number}"
    given = existing.options.get("request", {})
    return requests.transcription_request(with_defaults(given, urls, title, locale_for(language)))


def existing_recordings(
    existing: SeedJobs, order: TranscriptionRequest, number: int, backend: Backend
) -> Iterator[Recording]:
    ends = existing.options.get("files", {})
    for index, said in enumerate(existing.all_recordings):
        named = said.audio if said.audio and not order.content_urls else None
        audio = said.apply_to(audio_of_url(named or said.address(USUAL_URL.format(number))))
        duration_ms = backend.library.duration_ms(audio, script=said.transcript)
        failure = failure_of(ends[index]["failed"]) if index in ends else None
        if existing.fails and failure is None:
            failure = planned_failure(existing.error)
        name = f"contenturl_{index}.json" if order.content_urls else f"{audio.source}.json"
        yield Recording(audio, name, duration_ms, said.transcript, failure)


def describe(backend: Backend) -> Iterator[SeedJobs]:
    """Those that are past their time to live are not there."""
    now = backend.now()
    for record in backend.store.oldest_first(Transcription):
        if not record.is_expired(now):
            yield describe_record(record, backend)


def describe_record(record: Transcription, backend: Backend) -> SeedJobs:
    age_seconds = (backend.now() - record.made_at).total_seconds()
    return SeedJobs(
        provider="azure_speech",
        id=record.id,
        timeline=record.job.timeline,
        age_seconds=(age_seconds, age_seconds),
        language=record.order.locale,
        recordings=tuple(describe_recording(recording, backend) for recording in record.recordings),
        name=record.order.display_name if record.order.display_name.strip() else None,
        options=facts(record),
    )


def describe_recording(one: Recording, backend: Backend) -> SeedRecording:
    """With its length where that does not follow from its address."""
    usual = audio_of_url(one.audio.source)
    plain = backend.library.duration_ms(usual, script=one.script)
    known = one.audio.duration_ms or (None if one.duration_ms == plain else one.duration_ms)
    return SeedRecording.of(replace(one.audio, duration_ms=known), usual, one.script)


def facts(record: Transcription) -> Mapping[str, Any]:
    request = requested_fields(record.order, [recording.audio for recording in record.recordings])
    failures = {
        index: {"failed": {"kind": one.failure.kind, "message": one.failure.message}}
        for index, one in enumerate(record.recordings)
        if one.failure
    }
    ids = [file.id for file in record.files]
    found = {"request": request, "files": failures, "file_ids": ids}
    return {name: value for name, value in found.items() if value}


def requested_fields(order: TranscriptionRequest, audios: list[Audio]) -> dict[str, Any]:
    """The request, without what the words that all providers have say."""
    model = None if order.model_path == base_model_path(order.locale) else order.model_path
    urls = list(order.content_urls)
    found = {
        "displayName": None if order.display_name.strip() else order.display_name,
        "contentUrls": None if urls == [audio.source for audio in audios] else urls or None,
        "contentContainerUrl": order.container_url,
        "dataset": entity_reference(order.dataset_path),
        "model": entity_reference(model),
        "project": entity_reference(order.project_path),
        "description": order.description,
        "customProperties": order.custom_properties and dict(order.custom_properties),
        "properties": properties(order.settings) or None,
    }
    return present_members(found)


def properties(settings: Settings) -> dict[str, Any]:
    """The settings that are not as usual."""
    speakers, kept = settings.speakers, settings.time_to_live
    pairs: dict[str, tuple[Any, Any]] = {
        "diarizationEnabled": (settings.diarization, USUAL.diarization),
        "wordLevelTimestampsEnabled": (settings.words, USUAL.words),
        "displayFormWordLevelTimestampsEnabled": (settings.display_words, USUAL.display_words),
        "channels": (list(settings.channels), list(USUAL.channels)),
        "punctuationMode": (settings.punctuation, USUAL.punctuation),
        "profanityFilterMode": (settings.profanity, USUAL.profanity),
        "email": (settings.email, None),
    }
    found = {name: is_so for name, (is_so, usual) in pairs.items() if is_so != usual}
    if kept is not None:
        found["timeToLive"] = iso_duration(round(kept.total_seconds() * 1000))
    if speakers is not None:
        counts = present_members({"minCount": speakers.fewest, "maxCount": speakers.most})
        found["diarization"] = {"speakers": counts}
    if settings.candidate_locales:
        found["languageIdentification"] = languages(settings)
    return found


def languages(settings: Settings) -> dict[str, Any]:
    models = settings.model_paths
    mapping = None if models is None else {name: entity_reference(path) for name, path in models}
    found = {"candidateLocales": list(settings.candidate_locales), "speechModelMapping": mapping}
    return present_members(found)


def entity_reference(path: str | None) -> dict[str, str] | None:
    return {"self": HOST + path} if path else None


def present_members(members: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}
