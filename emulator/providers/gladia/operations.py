"""One function an operationId, and the table of them."""

from collections.abc import Mapping
from datetime import datetime

from emulator.core.base.clock import LAST
from emulator.core.http.messages import JSON, Json, Request, Response, json_response, to_json
from emulator.core.http.pagination import paginate
from emulator.core.http.problems import WrongState
from emulator.core.provider.backend import Backend
from emulator.core.provider.provider import OperationFunction
from emulator.core.scenario.model import JobPlan
from emulator.core.speech.media import audio_of_url
from emulator.core.state.response_cache import CachedBody
from emulator.providers.gladia import concurrency, filters, render, requests
from emulator.providers.gladia.audio_files import (
    file_controller_get_file,
    pre_recorded_controller_get_audio_v2,
    transcription_controller_get_audio_v2,
)
from emulator.providers.gladia.records import BY_CREATION, Kind, Transcription, find_named
from emulator.providers.gladia.requests import Legacy
from emulator.providers.gladia.uploads import (
    file_controller_upload_v2,
    file_of,
    recognized_audio,
    uploaded_before,
)
from emulator.providers.gladia.v1 import (
    models_controller_list_v1,
    receive_large_language_model_callback,
)
from emulator.providers.gladia.webhooks import planned_events

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
    return create_job(request, backend)


def transcription_controller_init_pre_recorded_job_v2(
    request: Request, backend: Backend
) -> Response:
    return create_job(request, backend)


def create_job(request: Request, backend: Backend) -> Response:
    given = request.fields
    requests.check(given)
    upload = uploaded_before(given["audio_url"], backend)
    audio = upload.audio if upload else audio_of_url(given["audio_url"])
    languages = requests.languages_of(given)
    planned = backend.plan_job(audio, locale=languages[0] if languages else "")
    legacy = legacy_of(planned)
    if legacy is Legacy.REFUSED:
        requests.check_legacy(given)
    plan = concurrency.check_length(
        concurrency.queue_job(planned, Kind.PRE_RECORDED, backend), audio
    )
    record = Transcription(
        job=backend.new_job(backend.ids.uuid(), plan),
        kind=Kind.PRE_RECORDED,
        request={name: value for name, value in given.items() if name != "custom_metadata"},
        custom_metadata=given.get("custom_metadata"),
        audio=recognized_audio(audio, backend, script=plan.transcript),
        file=file_of(upload, given["audio_url"], backend),
        script=plan.transcript,
        error_code=error_code(plan),
        error_message=plan.error.message,
        failed_addons=failed_addons(plan),
        applies_legacy=legacy is Legacy.APPLIED,
    )
    if request.violates_contract:
        # What cannot be shown breaks here, not whoever reads the job later.
        to_json(render.job(record, backend.library, LAST))
    backend.store.put(record)
    concurrency.register_job(record, plan, backend)
    backend.outbox.plan(planned_events(record, backend))
    return json_response(201, render.created(record, request))


def failed_addons(plan: JobPlan) -> frozenset[str]:
    return frozenset(plan.options_of("gladia").get("addons", {}))


def legacy_of(plan: JobPlan) -> Legacy:
    return Legacy(plan.options_of("gladia").get("legacy_addons", Legacy.IGNORED))


def error_code(plan: JobPlan) -> int:
    """What the scenario says under our name, else what it says for all; GUESS: else 500."""
    facts = plan.options_of("gladia")
    told = facts.get("error_code", plan.error.code)
    return told if isinstance(told, int) and 400 <= told <= 599 else 500


def pre_recorded_controller_get_pre_recorded_jobs_v2(
    request: Request, backend: Backend
) -> Response:
    return list_jobs(request, backend, PRE_RECORDED)


def streaming_controller_get_streaming_jobs_v2(request: Request, backend: Backend) -> Response:
    return list_jobs(request, backend, LIVE)


def transcription_controller_list_v2(request: Request, backend: Backend) -> Response:
    return list_jobs(request, backend, requested_kinds(request))


def history_controller_get_list_v1(request: Request, backend: Backend) -> Response:
    """Published document: the parameters and the envelope of the older list."""
    return list_jobs(request, backend, requested_kinds(request))


def requested_kinds(request: Request) -> frozenset[Kind]:
    return frozenset(request.params.get("kind", BOTH))


def list_jobs(request: Request, backend: Backend, kinds: frozenset[Kind]) -> Response:
    now = backend.now()

    def read() -> tuple[CachedBody, datetime]:
        found = filters.matching_records(backend, request.params, kinds, now)
        shown = paginate(
            found,
            offset=request.integer("offset", 0),
            limit=request.integer("limit", USUAL_LIMIT),
        )
        given = tuple(filters.retained_query(request.query))
        backend.expect_work(speech_ms=render.uncached_speech_ms(shown.items, backend, now))
        recording = any(item.recording for item in shown.items)
        until = now if recording else backend.store.valid_until(BY_CREATION, now)
        return render.job_list(shown, given, request, backend), until

    question = (request.base_url, request.path, request.query)
    return cached_json(
        backend.response_cache.cached_list(question, backend.store.version, now, read)
    )


def pre_recorded_controller_get_pre_recorded_job_v2(request: Request, backend: Backend) -> Response:
    return get_job(request, backend, PRE_RECORDED)


def streaming_controller_get_streaming_job_v2(request: Request, backend: Backend) -> Response:
    return get_job(request, backend, LIVE)


def transcription_controller_get_transcript_v2(request: Request, backend: Backend) -> Response:
    return get_job(request, backend, BOTH)


def get_job(request: Request, backend: Backend, kinds: frozenset[Kind]) -> Response:
    record, now = find_named(request, backend, kinds), backend.now()
    backend.expect_work(speech_ms=render.uncached_speech_ms((record,), backend, now))
    return cached_json(*render.detail(record, backend, now))


def pre_recorded_controller_delete_pre_recorded_job_v2(
    request: Request, backend: Backend
) -> Response:
    return delete_job(request, backend, PRE_RECORDED)


def streaming_controller_delete_streaming_job_v2(request: Request, backend: Backend) -> Response:
    return delete_job(request, backend, LIVE)


def transcription_controller_delete_transcript_v2(request: Request, backend: Backend) -> Response:
    return delete_job(request, backend, BOTH)


def delete_job(request: Request, backend: Backend, kinds: frozenset[Kind]) -> Response:
    """Published document: 403 for what is "not in a deletable state"; clients' tests: not final."""
    record = find_named(request, backend, kinds)
    if not record.job.is_final(backend.now()):
        raise WrongState("Transcription", record.id, record.status_at(backend.now()))
    if record.recording:
        record.recording.discard()  # renderings may still have the record
    for one in tuple(
        backend.store.records_with_id(record.id)
    ):  # of a live session, more than the job
        backend.store.delete(one)
    return Response(202)


def cached_json(kept: CachedBody, content: Json = None) -> Response:
    """With a weak entity tag. GUESS: Express gives one to all JSON; seen on the document alone."""
    headers = {"Content-Type": JSON, "ETag": f"W/{kept.tag}"}
    return Response(200, kept.body, headers, content, kept.violations)


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
