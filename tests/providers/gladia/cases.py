"""A request for each operation and each status that Gladia's definition gives it."""

from collections.abc import Callable, Mapping
from typing import Any, Literal

from msgspec import Struct, field
from msgspec.structs import replace

from emulator.application.addressing import IncomingRequest
from emulator.core.journal.exchange import Exchange
from emulator.core.state.jobs import Phase, Step
from emulator.providers.gladia import GLADIA
from emulator.providers.gladia.live.recording import SessionRecording
from emulator.providers.gladia.records import Kind, Upload
from tests.providers.gladia.jobs import URL, record
from tests.support.clients import Bench, bench, wav

FINISHED, WAITING = record("finished"), record("waiting", timeline=(Step(0, Phase.QUEUED),))
SESSION = replace(record("session", kind=Kind.LIVE), recording=SessionRecording(silence_bytes=2))
OPEN = record("open", kind=Kind.LIVE, timeline=(Step(0, Phase.QUEUED),))
FILE = Upload("6b0f6f0a-3f0e-4b57-9f7a-2f5d6c1f9a11", "a.wav", "wav", 9, FINISHED.audio)
NOBODY = "00000000-0000-0000-0000-000000000000"
LATER_SECONDS = 60.0  # when the finished ones are so


class Ask(Struct, frozen=True):
    method: str
    path: str
    sent: Mapping[str, Any] = field(default_factory=dict)  # as httpx takes it


def get(path: str) -> Ask:
    return Ask("GET", path)


def delete(path: str) -> Ask:
    return Ask("DELETE", path)


def post(path: str, content: Any) -> Ask:
    return Ask("POST", path, {"json": content})


CALLED_BACK = {"request_id": "G-61124279", "customer_id": "c1", "status": "done", "data": {"a": 1}}
UPLOAD = Ask("POST", "/v2/upload", {"files": {"audio": ("a.wav", wav(1), "audio/wav")}})

# The status of each operation that all goes well with, and what is asked for it.
GOOD: Mapping[str, tuple[int, Ask]] = {
    "health": (200, get("/health")),
    "FileController_upload_v2": (200, UPLOAD),
    "PreRecordedController_getPreRecordedJobs_v2": (200, get("/v2/pre-recorded")),
    "PreRecordedController_initPreRecordedJob_v2": (
        201,
        post("/v2/pre-recorded", {"audio_url": URL}),
    ),
    "PreRecordedController_getPreRecordedJob_v2": (200, get(f"/v2/pre-recorded/{FINISHED.id}")),
    "PreRecordedController_deletePreRecordedJob_v2": (
        202,
        delete(f"/v2/pre-recorded/{FINISHED.id}"),
    ),
    "TranscriptionController_list_v2": (200, get("/v2/transcription")),
    "TranscriptionController_initPreRecordedJob_v2": (
        201,
        post("/v2/transcription", {"audio_url": URL}),
    ),
    "TranscriptionController_getTranscript_v2": (200, get(f"/v2/transcription/{FINISHED.id}")),
    "TranscriptionController_deleteTranscript_v2": (202, delete(f"/v2/transcription/{SESSION.id}")),
    "StreamingController_getStreamingJobs_v2": (200, get("/v2/live")),
    "StreamingController_getStreamingJob_v2": (200, get(f"/v2/live/{SESSION.id}")),
    "StreamingController_deleteStreamingJob_v2": (202, delete(f"/v2/live/{SESSION.id}")),
    "StreamingController_initStreamingSession_v2": (201, post("/v2/live", {})),
    "StreamingController_patchRequestParams_v2": (
        204,
        Ask("PATCH", f"/v2/live/{SESSION.id}", {"json": {"seen": "a gap"}}),
    ),
    "PreRecordedController_getAudio_v2": (200, get(f"/v2/pre-recorded/{FINISHED.id}/file")),
    "TranscriptionController_getAudio_v2": (200, get(f"/v2/transcription/{SESSION.id}/file")),
    "StreamingController_getAudio_v2": (200, get(f"/v2/live/{SESSION.id}/file")),
    "FileController_getFile": (200, get(f"/file/{FILE.id}")),
    "HistoryController_getList_v1": (200, get("/v1/history")),
    "ModelsController_list_v1": (200, get("/v1/models")),
    "receive_large_language_model_callback": (
        204,
        post("/v1/callbacks/large-language-model", CALLED_BACK),
    ),
}

# What only some operations say, with the sentence that is said.
INVALID = "Invalid parameter(s). See validation_errors for more details."
OWN: tuple[tuple[str, int, Ask, str], ...] = (
    ("FileController_upload_v2", 400, post("/v2/upload", {}), INVALID),
    (
        "FileController_upload_v2",
        400,
        Ask("POST", "/v2/upload", {"content": b"RIFF"}),
        "Content-Type is missing Multipart Boundary.",
    ),
    (
        "PreRecordedController_getPreRecordedJobs_v2",
        400,
        get("/v2/pre-recorded?limit=0"),
        INVALID,
    ),
    (
        "PreRecordedController_initPreRecordedJob_v2",
        400,
        post("/v2/pre-recorded", {"audio_url": URL, "diarization": 1}),
        INVALID,
    ),
    (
        "PreRecordedController_getPreRecordedJob_v2",
        404,
        get(f"/v2/pre-recorded/{NOBODY}"),
        "Not found",
    ),
    (
        "PreRecordedController_getPreRecordedJob_v2",
        404,
        get(f"/v2/pre-recorded/{SESSION.id}"),
        "Not found",
    ),
    (
        "PreRecordedController_deletePreRecordedJob_v2",
        403,
        delete(f"/v2/pre-recorded/{WAITING.id}"),
        "Invalid parameter",
    ),
    (
        "PreRecordedController_deletePreRecordedJob_v2",
        404,
        delete(f"/v2/pre-recorded/{NOBODY}"),
        "Not found",
    ),
    ("TranscriptionController_list_v2", 400, get("/v2/transcription?kind=video"), INVALID),
    (
        "TranscriptionController_initPreRecordedJob_v2",
        400,
        post("/v2/transcription", {"audio_url": ""}),
        INVALID,
    ),
    (
        "TranscriptionController_getTranscript_v2",
        404,
        get(f"/v2/transcription/{NOBODY}"),
        "Not found",
    ),
    (
        "TranscriptionController_deleteTranscript_v2",
        403,
        delete(f"/v2/transcription/{OPEN.id}"),
        "Invalid parameter",
    ),
    (
        "TranscriptionController_deleteTranscript_v2",
        404,
        delete(f"/v2/transcription/{NOBODY}"),
        "Not found",
    ),
    ("StreamingController_getStreamingJobs_v2", 400, get("/v2/live?offset=-1"), INVALID),
    ("StreamingController_getStreamingJob_v2", 404, get(f"/v2/live/{FINISHED.id}"), "Not found"),
    (
        "StreamingController_deleteStreamingJob_v2",
        403,
        delete(f"/v2/live/{OPEN.id}"),
        "Invalid parameter",
    ),
    (
        "StreamingController_deleteStreamingJob_v2",
        404,
        delete(f"/v2/live/{FINISHED.id}"),
        "Not found",
    ),
    (
        "StreamingController_initStreamingSession_v2",
        400,
        post("/v2/live", {"region": "eu-west"}),
        INVALID,
    ),
    (
        "StreamingController_initStreamingSession_v2",
        400,
        Ask("POST", "/v2/live?region=asia", {"json": {}}),
        INVALID,
    ),
    (
        "StreamingController_patchRequestParams_v2",
        400,
        Ask("PATCH", f"/v2/live/{SESSION.id}", {"json": []}),
        INVALID,
    ),
    (
        "StreamingController_patchRequestParams_v2",
        404,
        Ask("PATCH", f"/v2/live/{FINISHED.id}", {"json": {}}),
        "Not found",
    ),
    (
        "StreamingController_patchRequestParams_v2",
        413,
        Ask("PATCH", f"/v2/live/{SESSION.id}", {"json": {"a": "x" * 100_000}}),
        "payload too large",
    ),
    (
        "PreRecordedController_getAudio_v2",
        404,
        get(f"/v2/pre-recorded/{SESSION.id}/file"),
        "Not found",
    ),
    (
        "TranscriptionController_getAudio_v2",
        404,
        get(f"/v2/transcription/{NOBODY}/file"),
        "Not found",
    ),
    ("StreamingController_getAudio_v2", 404, get(f"/v2/live/{FINISHED.id}/file"), "Not found"),
    ("FileController_getFile", 404, get(f"/file/{NOBODY}"), "Not found"),
    ("HistoryController_getList_v1", 400, get("/v1/history?status=finished"), INVALID),
    (
        "receive_large_language_model_callback",
        400,
        post("/v1/callbacks/large-language-model", {**CALLED_BACK, "customer_id": "c" * 101}),
        INVALID,
    ),
)


def full(scenario: str = "{}", *, key: str | None = "test-key") -> Bench:
    """An account with a finished job of each kind and one that has not ended."""
    b = bench(GLADIA, scenario, key=key)
    b.clock.advance(LATER_SECONDS)
    store = b.tenant.backend(GLADIA).store
    for one in (FINISHED, WAITING, SESSION, OPEN):
        store.put(one)
    store.put(FILE)
    return b


def answered(
    b: Bench,
    ask: Ask,
    headers: Mapping[str, str] | None = None,
    excess: Literal["", "headers", "body"] = "",
) -> Exchange:
    sent = {**ask.sent, "headers": {**ask.sent.get("headers", {}), **(headers or {})}}
    request = b.http.build_request(ask.method, ask.path, **sent)
    return b.emulator.answer(
        IncomingRequest(
            request.method,
            request.url.path,
            tuple(request.url.params.multi_items()),
            {name.lower(): value for name, value in request.headers.items()},
            request.read(),
            excess=excess,
        )
    )


def again(ask: Ask) -> Exchange:
    b = full()
    tag = answered(b, ask).response.header("etag")
    assert tag
    return answered(b, ask, {"If-None-Match": tag})


def too_often(ask: Ask) -> Exchange:
    b = full("keys: {test-key: {rate: 1/h}}\n")
    answered(b, get("/v2/pre-recorded"))
    return answered(b, ask)


def faulty(status: int) -> Callable[[Ask], Exchange]:
    return lambda ask: answered(full(f"faults: [{{answer: {status}}}]\n"), ask)


# What every operation says in the same way, with the sentence that is said.
COMMON: Mapping[int, tuple[Callable[[Ask], Exchange], str]] = {
    304: (again, ""),
    401: (lambda ask: answered(full(key=None), ask), "no gladia key provided"),
    403: (lambda ask: answered(full("keys: {test-key: forbidden}\n"), ask), "Forbidden"),
    413: (lambda ask: answered(full(), ask, excess="body"), "payload too large"),
    415: (
        lambda ask: answered(full(), ask, {"content-encoding": "br"}),
        'unsupported content encoding "br"',
    ),
    422: (faulty(422), "Invalid parameter"),
    429: (too_often, "Too Many Requests"),
    431: (lambda ask: answered(full(), ask, excess="headers"), "Request Header Fields Too Large"),
    500: (faulty(500), "Internal server error"),
    503: (faulty(503), "Service Unavailable"),
}
