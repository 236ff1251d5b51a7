"""What is remembered of uploads and jobs, with the states as the wire spells them."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from emulator.core.http.bodies import Content
from emulator.core.http.messages import Params, Request
from emulator.core.http.problems import NotFound
from emulator.core.provider.backend import Backend
from emulator.core.speech.transcripts import Audio
from emulator.core.state.index import IndexSpec, LabelSchedule
from emulator.core.state.jobs import Job, Phase
from emulator.providers.gladia.live.recording import SessionRecording


class Status(StrEnum):
    """Published document: PreRecordedResponse, status."""

    QUEUED = "queued"
    PROCESSING = "processing"
    DONE = "done"
    ERROR = "error"


STATUS: Mapping[Phase, Status] = {
    Phase.QUEUED: Status.QUEUED,
    Phase.PROCESSING: Status.PROCESSING,
    Phase.COMPLETED: Status.DONE,
    Phase.FAILED: Status.ERROR,
}


class Kind(StrEnum):
    """Published document: PreRecordedResponse and StreamingResponse, kind."""

    PRE_RECORDED = "pre-recorded"
    LIVE = "live"


class Upload(Struct, frozen=True, gc=False):
    """A file that a client handed over, or had fetched from ``source``."""

    id: str
    filename: str
    extension: str  # no dot
    size: int  # bytes
    audio: Audio  # its duration and channels are known
    source: str | None = None
    content: Content | None = None  # None: nobody handed it over, and nothing was fetched


class File(Struct, frozen=True, gc=False):
    """The recording of a job, as the job shows it."""

    id: str
    filename: str
    source: str | None  # None: it was uploaded


class SessionToken(Struct, frozen=True):
    """What lets a client in to a live session."""

    id: str  # the token
    session: str


class Transcription(Struct, frozen=True, gc=False):
    """One job of either kind; ``given`` is the request as it came, without its metadata."""

    job: Job
    kind: Kind
    request: Params
    custom_metadata: Params | None
    audio: Audio  # its duration and channels are known
    file: File
    script: str | None = None  # the scenario's transcript; None: made up from the audio
    error_code: int = 500  # shown when the job fails
    error_message: str | None = None  # told to its callback alone; None: the usual one
    failed_addons: frozenset[str] = frozenset()
    recording: SessionRecording | None = None  # of a live session
    applies_legacy: bool = False  # switches that are no longer published still work
    post_session_metadata: Params | None = None  # what the client noted after a live session

    @property
    def id(self) -> str:
        return self.job.id

    def status_at(self, now: datetime) -> Status:
        return STATUS[self.job.phase_at(now)]


def find_named(request: Request, backend: Backend, kinds: frozenset[Kind]) -> Transcription:
    """The job that the path names. Raises NotFound for one of another kind, too."""
    record = backend.store.get(Transcription, request.text("id"))
    if record.kind not in kinds:
        raise NotFound("Transcription", record.id)
    return record


def label_schedule(record: Transcription) -> LabelSchedule:
    """Its kind and its status, from when on."""
    return tuple(
        (after, (record.kind, STATUS[phase])) for after, phase in record.job.phase_changes()
    )


BY_CREATION = IndexSpec(
    Transcription, made_at=lambda record: record.job.made_at, schedule=label_schedule
)
