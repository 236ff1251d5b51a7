"""Jobs that a scenario says are there, and the entries that say so of jobs that are."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from msgspec.structs import replace

from emulator.core.contract import Contract
from emulator.core.provider.api_request import asked
from emulator.core.provider.backend import Backend
from emulator.core.provider.existing_records import put_existing
from emulator.core.scenario.model import Existing, Plan, Recorded
from emulator.core.scenario.schema.types import MapOf, Record, Text, Whole, Word
from emulator.core.speech.media import audio_of_url
from emulator.providers.gladia import concurrency, requests
from emulator.providers.gladia.live.existing import (
    live_facts,
    live_job,
    live_omissions,
    live_words,
    usual_audio,
)
from emulator.providers.gladia.live.session import Session
from emulator.providers.gladia.operations import error_code, failed_addons, legacy_of
from emulator.providers.gladia.records import File, Kind, Transcription, Upload
from emulator.providers.gladia.render import ADDON_NAMES
from emulator.providers.gladia.requests import Legacy
from emulator.providers.gladia.transcript import code
from emulator.providers.gladia.uploads import filename_of, known

CREATE = "PreRecordedController_initPreRecordedJob_v2"
USUAL_URL = "https://files.example.com/recording-{}.mp3"
UPLOADED = "https://files.example.com/file/{}"
ADDONS = MapOf(
    "Which add-ons of a job that is done failed.",
    keys=Word("The add-on.", *ADDON_NAMES, noun="add-on"),
    values=Word("Its end.", "failed"),
)
LEGACY = Word(
    "What becomes of moderation, chapterization, name_consistency, display_mode and "
    "structured_data_extraction, which are published no more; usually ignored.",
    *Legacy,
    noun="way",
)
ERROR_CODE = Whole("The error_code of a job that fails.", least=400, most=599)


def words(contract: Contract) -> Record:
    return Record(
        "A job that is there already at Gladia.",
        {
            "request": asked(
                "What was asked for, as the API takes it; the audio_url need not be there.",
                contract,
                CREATE,
                usual={"audio_url": USUAL_URL.format(1)},
                refuse=requests.check,
            ),
            "file": Text("The id of its file."),
            "addons": ADDONS,
            "error_code": ERROR_CODE,
            "live": live_words(contract),
        },
        excludes=(("request", "live"),),
    )


def make_existing(existing: Existing, backend: Backend) -> None:
    """Jobs that a scenario says are there, the oldest first.

    ``languages`` become a translation's targets; ``name`` is the file's, as jobs have none. A
    recording that has no address, but a name, was uploaded.
    """
    put_existing(existing, partial(existing_one, existing), backend)


def existing_one(
    existing: Existing, number: int, age_seconds: float, backend: Backend
) -> tuple[Session | Transcription, ...]:
    sessions: tuple[Session, ...] = ()
    if "live" in existing.facts:
        plan, session, record = live_job(existing, age_seconds, backend)
        sessions = (session,)
    else:
        plan, record = recorded_job(existing, number, age_seconds, backend)
    record = with_ends(record, existing, plan)
    concurrency.joined(record, plan, backend)
    return (*sessions, record)


def with_ends(record: Transcription, existing: Existing, plan: Plan) -> Transcription:
    """What the entry does not say, the rule for jobs on such a recording does."""
    facts = existing.facts
    return replace(
        record,
        error_code=facts.get("error_code") or existing_error(existing, plan),
        error_message=existing.error.message or plan.error.message,
        failed_addons=frozenset(facts["addons"]) if "addons" in facts else failed_addons(plan),
        applies_legacy=legacy_of(plan) is Legacy.APPLIED,
    )


def recorded_job(
    existing: Existing, number: int, age_seconds: float, backend: Backend
) -> tuple[Plan, Transcription]:
    facts, (said,) = existing.facts, existing.recorded
    source = said.audio or USUAL_URL.format(number)
    plan = backend.plan(audio_of_url(source), locale=existing.language or "")
    script = said.transcript or plan.transcript
    file = existing_file(existing, source, backend)
    url = file.source or UPLOADED.format(file.id)
    given = {**existing_request(existing, url), **facts.get("request", {})}
    metadata = given.pop("custom_metadata", None)
    record = Transcription(
        job=backend.existing_job(existing.id or backend.ids.uuid(), existing, age_seconds),
        kind=Kind.PRE_RECORDED,
        given=given,
        custom_metadata=metadata,
        audio=known(said.known(audio_of_url(source)), backend, script=script),
        file=file,
        script=script,
    )
    return plan, record


def existing_file(existing: Existing, source: str, backend: Backend) -> File:
    id = existing.facts.get("file") or backend.ids.uuid()
    name = existing.name or filename_of(source)
    return File(id, name, source if "://" in source else None)


def existing_error(existing: Existing, plan: Plan) -> int:
    return error_code(plan if existing.error.code is None else Plan(error=existing.error))


def existing_request(existing: Existing, url: str) -> dict[str, Any]:
    """What the words that all providers have ask for; the languages of a request come first."""
    given: dict[str, Any] = {"audio_url": url}
    if existing.language and not requests.languages_of(existing.facts.get("request", {})):
        given["language_config"] = {"languages": [code(existing.language)]}
    if existing.languages:
        targets = [code(one) for one in existing.languages]
        given |= {"translation": True, "translation_config": {"target_languages": targets}}
    return given


def describe(backend: Backend) -> Iterator[Existing]:
    for record in backend.store.oldest_first(Transcription):
        yield described(record, backend)


def omissions(backend: Backend) -> Iterator[str]:
    uploads = [one.id for one in backend.store.oldest_first(Upload)]
    if uploads:
        yield f"uploaded files, their jobs are given silence: {', '.join(uploads)}"
    yield from live_omissions(backend)


def described(record: Transcription, backend: Backend) -> Existing:
    url = record.audio.source
    languages = requests.languages_of(record.given)
    language = languages[0] if languages else None
    plan = backend.plan(audio_of_url(url), locale=language or "")
    age_seconds = (backend.now() - record.job.made_at).total_seconds()
    return Existing(
        provider="gladia",
        id=record.id,
        timeline=record.job.timeline,
        age_seconds=(age_seconds, age_seconds),
        language=language,
        recordings=(recorded(record, backend),),
        name=None if record.file.filename == usual_name(record) else record.file.filename,
        facts=facts(record, plan),
    )


def usual_name(record: Transcription) -> str:
    if record.kind is Kind.LIVE:
        return f"{record.id}.wav"
    return filename_of(record.audio.source)


def recorded(record: Transcription, backend: Backend) -> Recorded:
    """What does not follow from the address; the length of a session follows from its sound."""
    if record.kind is Kind.LIVE:
        usual = usual_audio(record.id, record.given, record.audio.source)
        return Recorded.of(replace(record.audio, duration_ms=None), usual, record.script)
    usual = known(audio_of_url(record.audio.source), backend, script=record.script)
    return Recorded.of(record.audio, usual, record.script)


def facts(record: Transcription, plan: Plan) -> Mapping[str, Any]:
    asked_for = {"live": live_facts(record)} if record.kind is Kind.LIVE else request_of(record)
    return {**asked_for, "file": record.file.id, **ends(record, plan)}


def request_of(record: Transcription) -> dict[str, Any]:
    request = dict(record.given)
    if request["audio_url"] in (record.audio.source, UPLOADED.format(record.file.id)):
        del request["audio_url"]
    if record.custom_metadata is not None:
        request["custom_metadata"] = record.custom_metadata
    return {"request": request} if request else {}


def ends(record: Transcription, plan: Plan) -> dict[str, Any]:
    """What the rule for such a job does not say of its end."""
    found: dict[str, Any] = {}
    if record.failed_addons != failed_addons(plan):
        found["addons"] = dict.fromkeys(sorted(record.failed_addons), "failed")
    if record.error_code != error_code(plan):
        found["error_code"] = record.error_code
    return found
