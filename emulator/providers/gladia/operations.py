"""One function an operationId, and the table of them."""

from collections.abc import Mapping
from datetime import datetime

from emulator.core.base.clock import LAST
from emulator.core.http.messages import JSON, Json, Request, Response, json_response, to_json
from emulator.core.http.pagination import page
from emulator.core.http.problems import WrongState
from emulator.core.provider.backend import Backend
from emulator.core.provider.provider import OperationFunction
from emulator.core.scenario.model import Plan
from emulator.core.speech.media import audio_of_url
from emulator.core.state.response_cache import Kept
from emulator.providers.gladia import concurrency, filters, render, requests
from emulator.providers.gladia.audio_files import (
    file_controller_get_file,
    pre_recorded_controller_get_audio_v2,
    transcription_controller_get_audio_v2,
)
from emulator.providers.gladia.records import LISTING, Kind, Transcription, named
from emulator.providers.gladia.requests import Legacy
from emulator.providers.gladia.uploads import (
    file_controller_upload_v2,
    file_of,
    known,
    uploaded_before,
)
from emulator.providers.gladia.v1 import (
    models_controller_list_v1,
    receive_large_language_model_callback,
)
from emulator.providers.gladia.webhooks import moments

USUAL_LIMIT = 20  # published document
PRE_RECORDED = frozenset({Kind.PRE_RECORDED})
LIVE = frozenset({Kind.LIVE})
BOTH = frozenset(Kind)


def health(request: Request, backend: Backend) -> Response:
    """Seen in the service: without a key, and in no document."""
    return json_response(200, {"health": "OK"})


def pre_recorded_controller_init_pre_recorded_job_v2(
    request: Request, backend: Backend
) -> Response:
    return create(request, backend)


def transcription_controller_init_pre_recorded_job_v2(
    request: Request, backend: Backend
) -> Response:
    return create(request, backend)


def create(request: Request, backend: Backend) -> Response:
    given = request.fields
    requests.check(given)
    upload = uploaded_before(given["audio_url"], backend)
    audio = upload.audio if upload else audio_of_url(given["audio_url"])
    languages = requests.languages_of(given)
    planned = backend.plan(audio, locale=languages[0] if languages else "")
    legacy = legacy_of(planned)
    if legacy is Legacy.REFUSED:
        requests.check_legacy(given)
    plan = concurrency.measured(concurrency.seated(planned, Kind.PRE_RECORDED, backend), audio)
    record = Transcription(
        job=backend.job(backend.ids.uuid(), plan),
        kind=Kind.PRE_RECORDED,
        given={name: value for name, value in given.items() if name != "custom_metadata"},
        custom_metadata=given.get("custom_metadata"),
        audio=known(audio, backend, script=plan.transcript),
        file=file_of(upload, given["audio_url"], backend),
        script=plan.transcript,
        error_code=error_code(plan),
        error_message=plan.error.message,
        failed_addons=failed_addons(plan),
        applies_legacy=legacy is Legacy.APPLIED,
    )
    if request.is_broken:
        # What cannot be shown breaks here, not whoever reads the job later.
        to_json(render.job(record, backend.library, LAST))
    backend.store.put(record)
    concurrency.joined(record, plan, backend)
    backend.outbox.plan(moments(record, backend))
    return json_response(201, render.created(record, request))


def failed_addons(plan: Plan) -> frozenset[str]:
    return frozenset(plan.facts_of("gladia").get("addons", {}))


def legacy_of(plan: Plan) -> Legacy:
    return Legacy(plan.facts_of("gladia").get("legacy_addons", Legacy.IGNORED))


def error_code(plan: Plan) -> int:
    """What the scenario says under our name, else what it says for all; GUESS: else 500."""
    facts = plan.facts_of("gladia")
    told = facts.get("error_code", plan.error.code)
    return told if isinstance(told, int) and 400 <= told <= 599 else 500


def pre_recorded_controller_get_pre_recorded_jobs_v2(
    request: Request, backend: Backend
) -> Response:
    return listing(request, backend, PRE_RECORDED)


def streaming_controller_get_streaming_jobs_v2(request: Request, backend: Backend) -> Response:
    return listing(request, backend, LIVE)


def transcription_controller_list_v2(request: Request, backend: Backend) -> Response:
    return listing(request, backend, kinds(request))


def history_controller_get_list_v1(request: Request, backend: Backend) -> Response:
    """Published document: the parameters and the envelope of the older list."""
    return listing(request, backend, kinds(request))


def kinds(request: Request) -> frozenset[Kind]:
    return frozenset(request.params.get("kind", BOTH))


def listing(request: Request, backend: Backend, kinds: frozenset[Kind]) -> Response:
    now = backend.now()

    def read() -> tuple[Kept, datetime]:
        found = filters.shown(backend, request.params, kinds, now)
        shown = page(
            found,
            offset=request.integer("offset", 0),
            limit=request.integer("limit", USUAL_LIMIT),
        )
        given = tuple(filters.kept(request.query))
        backend.expect(speech_ms=render.unwritten_ms(shown.items, backend, now))
        recording = any(one.tape for one in shown.items)
        until = now if recording else backend.store.settled_until(LISTING, now)
        return render.listing(shown, given, request, backend), until

    question = (request.base_url, request.path, request.query)
    return as_json(backend.renderings.lasting(question, backend.store.version, now, read))


def pre_recorded_controller_get_pre_recorded_job_v2(request: Request, backend: Backend) -> Response:
    return read(request, backend, PRE_RECORDED)


def streaming_controller_get_streaming_job_v2(request: Request, backend: Backend) -> Response:
    return read(request, backend, LIVE)


def transcription_controller_get_transcript_v2(request: Request, backend: Backend) -> Response:
    return read(request, backend, BOTH)


def read(request: Request, backend: Backend, kinds: frozenset[Kind]) -> Response:
    record, now = named(request, backend, kinds), backend.now()
    backend.expect(speech_ms=render.unwritten_ms((record,), backend, now))
    return as_json(*render.detail(record, backend, now))


def pre_recorded_controller_delete_pre_recorded_job_v2(
    request: Request, backend: Backend
) -> Response:
    return remove(request, backend, PRE_RECORDED)


def streaming_controller_delete_streaming_job_v2(request: Request, backend: Backend) -> Response:
    return remove(request, backend, LIVE)


def transcription_controller_delete_transcript_v2(request: Request, backend: Backend) -> Response:
    return remove(request, backend, BOTH)


def remove(request: Request, backend: Backend, kinds: frozenset[Kind]) -> Response:
    """Published document: 403 for what is "not in a deletable state"; clients' tests: not final."""
    record = named(request, backend, kinds)
    if not record.job.is_final(backend.now()):
        raise WrongState("Transcription", record.id, record.status_at(backend.now()))
    if record.tape:
        record.tape.discard()  # renderings may still have the record
    for one in tuple(backend.store.with_id(record.id)):  # of a live session, more than the job
        backend.store.delete(one)
    return Response(202)


def as_json(kept: Kept, content: Json = None) -> Response:
    """With a weak entity tag. GUESS: Express gives one to all JSON; seen on the document alone."""
    headers = {"Content-Type": JSON, "ETag": f"W/{kept.tag}"}
    return Response(200, kept.body, headers, content, kept.verdicts)


OPERATIONS: Mapping[str, OperationFunction] = {
    "health": health,
    "FileController_upload_v2": file_controller_upload_v2,
    "FileController_getFile": file_controller_get_file,
    "PreRecordedController_getAudio_v2": pre_recorded_controller_get_audio_v2,
    "TranscriptionController_getAudio_v2": transcription_controller_get_audio_v2,
    "PreRecordedController_initPreRecordedJob_v2": pre_recorded_controller_init_pre_recorded_job_v2,
    "PreRecordedController_getPreRecordedJobs_v2": pre_recorded_controller_get_pre_recorded_jobs_v2,
    "PreRecordedController_getPreRecordedJob_v2": pre_recorded_controller_get_pre_recorded_job_v2,
    "PreRecordedController_deletePreRecordedJob_v2": (
        pre_recorded_controller_delete_pre_recorded_job_v2
    ),
    "TranscriptionController_initPreRecordedJob_v2": (
        transcription_controller_init_pre_recorded_job_v2
    ),
    "TranscriptionController_list_v2": transcription_controller_list_v2,
    "TranscriptionController_getTranscript_v2": transcription_controller_get_transcript_v2,
    "TranscriptionController_deleteTranscript_v2": transcription_controller_delete_transcript_v2,
    "StreamingController_getStreamingJobs_v2": streaming_controller_get_streaming_jobs_v2,
    "StreamingController_getStreamingJob_v2": streaming_controller_get_streaming_job_v2,
    "StreamingController_deleteStreamingJob_v2": streaming_controller_delete_streaming_job_v2,
    "HistoryController_getList_v1": history_controller_get_list_v1,
    "ModelsController_list_v1": models_controller_list_v1,
    "receive_large_language_model_callback": receive_large_language_model_callback,
}

FIRST_VERSION = "no published page says what the first API version answers"

NOT_EMULATED: Mapping[str, str] = {
    "AudioToTextController_audioTranscription": FIRST_VERSION,
    "VideoToTextController_videoTranscription": FIRST_VERSION,
}
