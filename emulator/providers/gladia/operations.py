"""One function an operationId, and the table of them."""

from collections.abc import Mapping
from urllib.parse import unquote, urlsplit

from emulator.core.media import audio_of_bytes, audio_of_url, extension_of, inspect
from emulator.core.messages import JSON, Part, Request, Response, json_response
from emulator.core.paging import page
from emulator.core.problems import Breach, Invalid, NotFound, Refused
from emulator.core.provider import Backend, OperationFunction
from emulator.core.renderings import Kept
from emulator.core.scenario import Plan
from emulator.core.transcripts import Audio
from emulator.providers.gladia import filters, render, requests
from emulator.providers.gladia.records import File, Kind, Transcription, Upload
from emulator.providers.gladia.webhooks import moments

MOST_CHANNELS = 2  # seen in a client's tests in September 2026; see errors.py for the words
USUAL_LIMIT = 20  # published document
UPLOADED = "/file/"
PRE_RECORDED = frozenset({Kind.PRE_RECORDED})


def health(request: Request, backend: Backend) -> Response:
    """Seen in the service: without a key, and in no document."""
    return json_response(200, {"health": "OK"})


def file_controller_upload_v2(request: Request, backend: Backend) -> Response:
    record = uploaded(request, backend) if request.parts else linked(request, backend)
    if (record.audio.channels or 1) > MOST_CHANNELS:
        raise Refused("TooManyChannels", {"channels": record.audio.channels})
    backend.store.put(record)
    return json_response(200, render.upload(record, request))


def uploaded(request: Request, backend: Backend) -> Upload:
    """The file of a multipart body, as its header says it is."""
    part = file_part(request)
    filename = part.filename or "audio"
    media = inspect(part.content, filename)
    audio = looked_into(audio_of_bytes(part.content, filename), backend)
    id = backend.ids.uuid()
    return Upload(id, filename, media.extension, len(part.content), audio)


def file_part(request: Request) -> Part:
    """Raises Invalid: the field is there and holds no file. GUESS: what is said of an empty one."""
    part = next((one for one in reversed(request.parts) if one.name == "audio"), None)
    assert part is not None  # the contract requires it
    if part.filename is None or not part.content:
        raise Invalid((Breach("body", ("audio",), "required", message="no file"),))
    return part


def linked(request: Request, backend: Backend) -> Upload:
    """A file that the service would have fetched; nothing is fetched here."""
    url = request.fields["audio_url"]
    audio = looked_into(audio_of_url(url), backend)
    filename = filename_of(url)
    extension = extension_of(filename) or "wav"
    size = (audio.duration_ms or 0) * 16  # bytes; as of MP3 with 128 kbit/s
    return Upload(backend.ids.uuid(), filename, extension, size, audio, source=url)


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
    plan = backend.plan(audio, locale=languages[0] if languages else "")
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
    )
    backend.store.put(record)
    backend.outbox.plan(moments(record, backend))
    return json_response(201, render.created(record, request))


def uploaded_before(url: str, backend: Backend) -> Upload | None:
    """The upload that a job's URL names, whatever address the client knew us by."""
    _, found, id = urlsplit(url).path.rpartition(UPLOADED)
    return backend.store.find(Upload, id) if found else None


def looked_into(audio: Audio, backend: Backend) -> Audio:
    return known(audio, backend, script=backend.plan(audio).transcript)


def known(audio: Audio, backend: Backend, *, script: str | None) -> Audio:
    """The recording with its length and channels, as the service knows them that looked into it."""
    duration_ms = backend.library.duration_ms(audio, script=script)
    return Audio(audio.source, audio.digest, duration_ms, audio.channels or 1)


def file_of(upload: Upload | None, url: str, backend: Backend) -> File:
    if upload:
        return File(upload.id, upload.filename, upload.source)
    return File(backend.ids.uuid(), filename_of(url), url)


def filename_of(url: str) -> str:
    """The last part of the path; GUESS: "audio" where the path ends with a slash."""
    return unquote(urlsplit(url).path.rstrip("/").rpartition("/")[2]) or "audio"


def failed_addons(plan: Plan) -> frozenset[str]:
    return frozenset(plan.facts_of("gladia").get("addons", {}))


def error_code(plan: Plan) -> int:
    """What the scenario says under our name, else what it says for all; GUESS: else 500."""
    facts = plan.facts_of("gladia")
    told = facts.get("error_code", plan.error.code)
    return told if isinstance(told, int) and 400 <= told <= 599 else 500


def pre_recorded_controller_get_pre_recorded_jobs_v2(
    request: Request, backend: Backend
) -> Response:
    return listing(request, backend, PRE_RECORDED)


def transcription_controller_list_v2(request: Request, backend: Backend) -> Response:
    return listing(request, backend, frozenset(request.params.get("kind", tuple(Kind))))


def listing(request: Request, backend: Backend, kinds: frozenset[Kind]) -> Response:
    found = filters.shown(backend.store, request.params, kinds, backend.now())
    shown = page(
        found,
        offset=request.integer("offset", 0),
        limit=request.integer("limit", USUAL_LIMIT),
    )
    kept = tuple(filters.kept(request.query))
    return as_json(render.listing(shown, kept, request, backend))


def pre_recorded_controller_get_pre_recorded_job_v2(request: Request, backend: Backend) -> Response:
    return read(request, backend, PRE_RECORDED)


def transcription_controller_get_transcript_v2(request: Request, backend: Backend) -> Response:
    return read(request, backend, frozenset(Kind))


def read(request: Request, backend: Backend, kinds: frozenset[Kind]) -> Response:
    record = backend.store.get(Transcription, request.text("id"))
    if record.kind not in kinds:
        raise NotFound("Transcription", record.id)
    return as_json(render.kept(record, backend, backend.now()))


def as_json(kept: Kept) -> Response:
    """With a weak entity tag. GUESS: Express gives one to all JSON; seen on the document alone."""
    headers = {"Content-Type": JSON, "ETag": f"W/{kept.tag}"}
    return Response(200, kept.body, headers, verdicts=kept.verdicts)


OPERATIONS: Mapping[str, OperationFunction] = {
    "health": health,
    "FileController_upload_v2": file_controller_upload_v2,
    "PreRecordedController_initPreRecordedJob_v2": pre_recorded_controller_init_pre_recorded_job_v2,
    "PreRecordedController_getPreRecordedJobs_v2": pre_recorded_controller_get_pre_recorded_jobs_v2,
    "PreRecordedController_getPreRecordedJob_v2": pre_recorded_controller_get_pre_recorded_job_v2,
    "TranscriptionController_initPreRecordedJob_v2": (
        transcription_controller_init_pre_recorded_job_v2
    ),
    "TranscriptionController_list_v2": transcription_controller_list_v2,
    "TranscriptionController_getTranscript_v2": transcription_controller_get_transcript_v2,
}

DELETIONS = "deleting jobs is not emulated yet"
FILES = "the recordings of jobs are not given out yet"
LIVE = "live sessions are not emulated yet"
FIRST_VERSION = "the first API version is not emulated"

NOT_EMULATED: Mapping[str, str] = {
    "PreRecordedController_deletePreRecordedJob_v2": DELETIONS,
    "PreRecordedController_getAudio_v2": FILES,
    "TranscriptionController_deleteTranscript_v2": DELETIONS,
    "TranscriptionController_getAudio_v2": FILES,
    "StreamingController_initStreamingSession_v2": LIVE,
    "StreamingController_getStreamingJobs_v2": LIVE,
    "StreamingController_getStreamingJob_v2": LIVE,
    "StreamingController_patchRequestParams_v2": LIVE,
    "StreamingController_deleteStreamingJob_v2": LIVE,
    "StreamingController_getAudio_v2": LIVE,
    "HistoryController_getList_v1": FIRST_VERSION,
    "ModelsController_list_v1": FIRST_VERSION,
    "receive_large_language_model_callback": FIRST_VERSION,
    "AudioToTextController_audioTranscription": FIRST_VERSION,
    "VideoToTextController_videoTranscription": FIRST_VERSION,
}
