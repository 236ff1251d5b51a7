"""The operations of live sessions that recordings do not share, one function an operationId."""

from collections.abc import Mapping

from msgspec.structs import replace

from emulator.core.base.clock import iso_millis
from emulator.core.base.ids import digest
from emulator.core.http.messages import Params, Request, Response, json_response, to_json
from emulator.core.http.problems import Invalid, TooLarge, Violation
from emulator.core.provider.backend import Backend
from emulator.core.provider.keys import ACCOUNT_DIGITS
from emulator.core.provider.provider import OperationFunction
from emulator.core.scenario.model import JobPlan
from emulator.core.speech.transcripts import Audio
from emulator.core.state.jobs import FINAL, Phase
from emulator.providers.gladia import concurrency, requests
from emulator.providers.gladia.audio_files import file_response
from emulator.providers.gladia.live import session as live
from emulator.providers.gladia.live.messages import lifecycle
from emulator.providers.gladia.live.recording import SessionRecording
from emulator.providers.gladia.live.requests import live_behaviour, wanted_callbacks
from emulator.providers.gladia.live.session import Session
from emulator.providers.gladia.live.socket import TOKEN
from emulator.providers.gladia.live.webhooks import callback_message, live_moments
from emulator.providers.gladia.operations import error_code, failed_addons, legacy_of
from emulator.providers.gladia.pcm import pcm_format, session_wav
from emulator.providers.gladia.records import File, Kind, SessionToken, Transcription, find_named
from emulator.providers.gladia.requests import Legacy

LIVE = frozenset({Kind.LIVE})
RECORDING = "live"  # what a scenario's rules know the recording of a session as
MOST_METADATA_BYTES = 100_000  # published document: "no longer that 100kb"


def streaming_controller_init_streaming_session_v2(request: Request, backend: Backend) -> Response:
    """The region is where the service listens; here it is the same place for all."""
    given = request.content if isinstance(request.content, dict) else {}
    requests.check(given)
    session, record = begin_session(given, backend)
    token = backend.account_id[:ACCOUNT_DIGITS] + backend.ids.uuid()[ACCOUNT_DIGITS:]
    backend.store.put(session)
    backend.store.put(record)
    backend.store.put(SessionToken(token, session.id))
    backend.outbox.plan(live_moments(session, backend))
    note = lifecycle("start_session")
    if note.flag in wanted_callbacks(given):
        callback_message(record, to_json(note.content(session.id, session.made_at)), backend)
    socket_url = request.url("/v2/live", {TOKEN: token}).replace("http", "ws", 1)
    made_at = iso_millis(session.made_at)
    return json_response(201, {"id": session.id, "created_at": made_at, "url": socket_url})


def begin_session(given: Params, backend: Backend) -> tuple[Session, Transcription]:
    """A session in which nothing has been said yet, and its job. Raises TooManyRequests."""
    languages = requests.languages_of(given)
    id = backend.ids.uuid()
    sound = pcm_format(given)
    audio = Audio(RECORDING, digest(id), 0, sound.channels)
    planned = backend.plan_job(audio, locale=languages[0] if languages else "")
    legacy = legacy_of(planned)
    if legacy is Legacy.REFUSED:
        requests.check_legacy(given)
    plan = concurrency.queue_job(planned, Kind.LIVE, backend)
    session = Session(
        id=id,
        made_at=backend.now(),
        pcm_format=sound,
        behaviour=live_behaviour(plan),
        ending=planned_ending(plan),
        why=plan.error.message or live.BROKEN,
    )
    record = Transcription(
        job=backend.new_job(id, replace(plan, timeline=live.timeline(session))),
        kind=Kind.LIVE,
        request={name: value for name, value in given.items() if name != "custom_metadata"},
        custom_metadata=given.get("custom_metadata"),
        audio=audio,
        file=File(id, f"{id}.wav", None),  # recorded
        script=plan.transcript,
        error_code=error_code(plan),
        error_message=plan.error.message,
        failed_addons=failed_addons(plan),
        applies_legacy=legacy is Legacy.APPLIED,
        recording=SessionRecording(backend.make_file),
    )
    concurrency.register_job(record, plan, backend)
    return session, record


def planned_ending(plan: JobPlan) -> Phase | None:
    """How the rule's timeline ends; its times are the client's, who starts and stops."""
    last = plan.timeline[-1].phase
    return last if last in FINAL else None


def streaming_controller_patch_request_params_v2(request: Request, backend: Backend) -> Response:
    """Published document: a JSON object of at most 100 kB. GUESS: what else is said of it."""
    record = find_named(request, backend, LIVE)
    metadata = request.content
    if not isinstance(metadata, dict):
        message = "post_session_metadata must be an object"
        raise Invalid((Violation("body", ("post_session_metadata",), "rule", message=message),))
    if len(to_json(metadata)) > MOST_METADATA_BYTES:
        raise TooLarge
    backend.store.put(replace(record, post_session_metadata=metadata))
    return Response(204)


def streaming_controller_get_audio_v2(request: Request, backend: Backend) -> Response:
    """GUESS: there is a file as soon as something has been recorded."""
    return file_response(session_wav(find_named(request, backend, LIVE)))


LIVE_OPERATIONS: Mapping[str, OperationFunction] = {
    "StreamingController_initStreamingSession_v2": streaming_controller_init_streaming_session_v2,
    "StreamingController_patchRequestParams_v2": streaming_controller_patch_request_params_v2,
    "StreamingController_getAudio_v2": streaming_controller_get_audio_v2,
}
