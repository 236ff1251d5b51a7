"""Jobs that a scenario says are there, and the entries that say so of jobs that are."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from msgspec.structs import replace

from emulator.core.contract import Contract
from emulator.core.provider.api_request import api_request_type
from emulator.core.provider.backend import Backend
from emulator.core.provider.existing_records import put_existing
from emulator.core.scenario.model import JobPlan, SeedJobs, SeedRecording
from emulator.core.scenario.schema.types import (
    IntegerType,
    MapType,
    ObjectType,
    StringType,
    WordType,
)
from emulator.core.speech.media import audio_of_url
from emulator.providers.gladia import concurrency, requests
from emulator.providers.gladia.live.existing import (
    default_audio,
    live_facts,
    live_job,
    live_omissions,
    live_words,
)
from emulator.providers.gladia.live.session import Session
from emulator.providers.gladia.operations import error_code, failed_addons, legacy_of
from emulator.providers.gladia.records import File, Kind, Transcription, Upload
from emulator.providers.gladia.render import ADDON_NAMES
from emulator.providers.gladia.requests import Legacy
from emulator.providers.gladia.transcript import language_code
from emulator.providers.gladia.uploads import filename_of, recognized_audio

CREATE = "PreRecordedController_initPreRecordedJob_v2"
USUAL_URL = "https://files.example.com/recording-{}.mp3"
UPLOADED = "https://files.example.com/file/{}"
ADDONS = MapType(
    "Which add-ons of a job that is done failed.",
    keys=WordType("The add-on.", *ADDON_NAMES, noun="add-on"),
    values=WordType("Its end.", "failed"),
)
LEGACY = WordType(
    "What becomes of moderation, chapterization, name_consistency, display_mode and "
    "structured_data_extraction, which are published no more; usually ignored.",
    *Legacy,
    noun="way",
)
ERROR_CODE = IntegerType("The error_code of a job that fails.", least=400, most=599)


def words(contract: Contract) -> ObjectType:
    return ObjectType(
        "A job that is there already at Gladia.",
        {
            "request": api_request_type(
                "What was asked for, as the API takes it; the audio_url need not be there.",
                contract,
                CREATE,
                usual={"audio_url": USUAL_URL.format(1)},
                refuse=requests.check,
            ),
            "file": StringType("The id of its file."),
            "addons": ADDONS,
            "error_code": ERROR_CODE,
            "live": live_words(contract),
        },
        excludes=(("request", "live"),),
    )


def make_existing(existing: SeedJobs, backend: Backend) -> None:
    """Jobs that a scenario says are there, the oldest first.

    ``languages`` become a translation's targets; ``name`` is the file's, as jobs have none. A
    recording that has no address, but a name, was uploaded.
    """
    put_existing(existing, partial(existing_record, existing), backend)


def existing_record(
    existing: SeedJobs, number: int, age_seconds: float, backend: Backend
) -> tuple[Session | Transcription, ...]:
    sessions: tuple[Session, ...] = ()
    if "live" in existing.options:
        plan, session, record = live_job(existing, age_seconds, backend)
        sessions = (session,)
    else:
        plan, record = recorded_job(existing, number, age_seconds, backend)
    record = with_endings(record, existing, plan)
    concurrency.register_job(record, plan, backend)
    return (*sessions, record)


def with_endings(record: Transcription, existing: SeedJobs, plan: JobPlan) -> Transcription:
    """What the entry does not say, the rule for jobs on such a recording does."""
    facts = existing.options
    return replace(
        record,
        error_code=facts.get("error_code") or existing_error(existing, plan),
        error_message=existing.error.message or plan.error.message,
        failed_addons=frozenset(facts["addons"]) if "addons" in facts else failed_addons(plan),
        applies_legacy=legacy_of(plan) is Legacy.APPLIED,
    )


def recorded_job(
    existing: SeedJobs, number: int, age_seconds: float, backend: Backend
) -> tuple[JobPlan, Transcription]:
    facts, (said,) = existing.options, existing.all_recordings
    source = said.audio or USUAL_URL.format(number)
    plan = backend.plan_job(audio_of_url(source), locale=existing.language or "")
    script = said.transcript or plan.transcript
    file = existing_file(existing, source, backend)
    url = file.source or UPLOADED.format(file.id)
    given = {**existing_request(existing, url), **facts.get("request", {})}
    metadata = given.pop("custom_metadata", None)
    record = Transcription(
        job=backend.existing_job(existing.id or backend.ids.uuid(), existing, age_seconds),
        kind=Kind.PRE_RECORDED,
        request=given,
        custom_metadata=metadata,
        audio=recognized_audio(said.apply_to(audio_of_url(source)), backend, script=script),
        file=file,
        script=script,
    )
    return plan, record


def existing_file(existing: SeedJobs, source: str, backend: Backend) -> File:
    id = existing.options.get("file") or backend.ids.uuid()
    name = existing.name or filename_of(source)
    return File(id, name, source if "://" in source else None)


def existing_error(existing: SeedJobs, plan: JobPlan) -> int:
    return error_code(plan if existing.error.code is None else JobPlan(error=existing.error))


def existing_request(existing: SeedJobs, url: str) -> dict[str, Any]:
    """What the words that all providers have ask for; the languages of a request come first."""
    given: dict[str, Any] = {"audio_url": url}
    if existing.language and not requests.languages_of(existing.options.get("request", {})):
        given["language_config"] = {"languages": [language_code(existing.language)]}
    if existing.languages:
        targets = [language_code(language) for language in existing.languages]
        given |= {"translation": True, "translation_config": {"target_languages": targets}}
    return given


def describe(backend: Backend) -> Iterator[SeedJobs]:
    for record in backend.store.oldest_first(Transcription):
        yield describe_record(record, backend)


def omissions(backend: Backend) -> Iterator[str]:
    uploads = [one.id for one in backend.store.oldest_first(Upload)]
    if uploads:
        yield f"uploaded files, their jobs are given silence: {', '.join(uploads)}"
    yield from live_omissions(backend)


def describe_record(record: Transcription, backend: Backend) -> SeedJobs:
    url = record.audio.source
    languages = requests.languages_of(record.request)
    language = languages[0] if languages else None
    plan = backend.plan_job(audio_of_url(url), locale=language or "")
    age_seconds = (backend.now() - record.job.made_at).total_seconds()
    return SeedJobs(
        provider="gladia",
        id=record.id,
        timeline=record.job.timeline,
        age_seconds=(age_seconds, age_seconds),
        language=language,
        recordings=(describe_recording(record, backend),),
        name=None if record.file.filename == usual_name(record) else record.file.filename,
        options=facts(record, plan),
    )


def usual_name(record: Transcription) -> str:
    if record.kind is Kind.LIVE:
        return f"{record.id}.wav"
    return filename_of(record.audio.source)


def describe_recording(record: Transcription, backend: Backend) -> SeedRecording:
    """What does not follow from the address; the length of a session follows from its sound."""
    if record.kind is Kind.LIVE:
        usual = default_audio(record.id, record.request, record.audio.source)
        return SeedRecording.of(replace(record.audio, duration_ms=None), usual, record.script)
    usual = recognized_audio(audio_of_url(record.audio.source), backend, script=record.script)
    return SeedRecording.of(record.audio, usual, record.script)


def facts(record: Transcription, plan: JobPlan) -> Mapping[str, Any]:
    asked_for = (
        {"live": live_facts(record)} if record.kind is Kind.LIVE else requested_fields(record)
    )
    return {**asked_for, "file": record.file.id, **endings(record, plan)}


def requested_fields(record: Transcription) -> dict[str, Any]:
    request = dict(record.request)
    if request["audio_url"] in (record.audio.source, UPLOADED.format(record.file.id)):
        del request["audio_url"]
    if record.custom_metadata is not None:
        request["custom_metadata"] = record.custom_metadata
    return {"request": request} if request else {}


def endings(record: Transcription, plan: JobPlan) -> dict[str, Any]:
    """What the rule for such a job does not say of its end."""
    found: dict[str, Any] = {}
    if record.failed_addons != failed_addons(plan):
        found["addons"] = dict.fromkeys(sorted(record.failed_addons), "failed")
    if record.error_code != error_code(plan):
        found["error_code"] = record.error_code
    return found
