"""What is remembered of a transcription: what was asked, how it goes, what its files are."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from emulator.core.speech.transcripts import Audio
from emulator.core.state.index import MICROSECOND, IndexSpec, LabelSchedule
from emulator.core.state.jobs import Job, Phase

API = "/speechtotext/v3.1"  # below which every URL of an entity is
CONTAINER = "/bestor-"  # how paths in the storage behind content links begin
BASIC_SPEAKERS = 2  # that diarization tells apart unless it is given a number of speakers


class State(StrEnum):
    """The published ``Status``."""

    NOT_STARTED = "NotStarted"
    RUNNING = "Running"
    SUCCEEDED = "Succeeded"
    FAILED = "Failed"


STATES: Mapping[Phase, State] = {
    Phase.QUEUED: State.NOT_STARTED,
    Phase.PROCESSING: State.RUNNING,
    Phase.COMPLETED: State.SUCCEEDED,
    Phase.FAILED: State.FAILED,
}


class PunctuationMode(StrEnum):
    NONE = "None"
    DICTATED = "Dictated"
    AUTOMATIC = "Automatic"
    DICTATED_AND_AUTOMATIC = "DictatedAndAutomatic"


class ProfanityFilterMode(StrEnum):
    NONE = "None"
    REMOVED = "Removed"
    TAGS = "Tags"
    MASKED = "Masked"


class FileKind(StrEnum):
    """The published kinds that a transcription can have."""

    TRANSCRIPTION = "Transcription"
    REPORT = "TranscriptionReport"


class Speakers(Struct, frozen=True, gc=False):
    """How many speakers to expect; None: not said."""

    fewest: int | None = None
    most: int | None = None


class Settings(Struct, frozen=True, gc=False):
    """How to transcribe; the defaults are the published ones."""

    diarization: bool = False
    speakers: Speakers | None = None  # None: basic diarization, which knows two speakers
    words: bool = False
    display_words: bool = False
    channels: tuple[int, ...] = (0, 1)
    punctuation: PunctuationMode = PunctuationMode.DICTATED_AND_AUTOMATIC
    profanity: ProfanityFilterMode = ProfanityFilterMode.MASKED
    time_to_live: timedelta | None = None  # None: not said; zero: for ever
    candidate_locales: tuple[str, ...] = ()  # of language identification
    model_paths: tuple[tuple[str, str], ...] | None = None  # by candidate locale
    email: str | None = None


class TranscriptionRequest(Struct, frozen=True, gc=False):
    """What a client asked for. References to other entities are paths on this API."""

    display_name: str
    locale: str
    model_path: str
    settings: Settings = Settings()
    content_urls: tuple[str, ...] = ()
    container_url: str | None = None
    dataset_path: str | None = None
    project_path: str | None = None
    description: str | None = None
    custom_properties: tuple[tuple[str, str], ...] | None = None


class Failure(Struct, frozen=True, gc=False):
    """Why a recording was not transcribed."""

    kind: str
    message: str


class Recording(Struct, frozen=True, gc=False):
    """One input of a transcription."""

    audio: Audio  # its source is what the result file calls so
    name: str  # of the result file
    duration_ms: int
    script: str | None = None  # which transcript the scenario wants
    failure: Failure | None = None


class File(Struct, frozen=True, gc=False):
    """One file of a transcription: a recording's result, or the report."""

    id: str
    name: str
    blob: str  # the name in the storage
    recording: Recording | None  # None: the report


class Transcription(Struct, frozen=True, gc=False):
    job: Job
    order: TranscriptionRequest
    recordings: tuple[Recording, ...]
    files: tuple[File, ...]  # results in the order of the inputs, then the report
    error: Failure | None = None  # what a failed job says of itself

    @property
    def id(self) -> str:
        return self.job.id

    @property
    def made_at(self) -> datetime:
        return self.job.made_at

    def state_at(self, now: datetime) -> State:
        return STATES[self.job.phase_at(now)]

    def files_at(self, now: datetime) -> tuple[File, ...]:
        """None before the end; a failed transcription has a report and no results."""
        return self.files if self.job.is_final(now) else ()

    def expires_at(self) -> datetime | None:
        """When it goes away by itself; None: it stays.

        The time to live counts from the end, good or bad, as the published document says; a
        documentation page lets it count from the creation.
        """
        end = self.job.final_at()
        return (
            end + self.order.settings.time_to_live
            if end and self.order.settings.time_to_live
            else None
        )

    def is_expired(self, now: datetime) -> bool:
        end = self.expires_at()
        return end is not None and end <= now


def label_schedule(record: Transcription) -> LabelSchedule:
    """Its state from when on; None: it has gone away."""
    stages = tuple((after, STATES[phase]) for after, phase in record.job.phase_changes())
    end = record.expires_at()
    return stages if end is None else (*stages, ((end - record.made_at) // MICROSECOND, None))


# GUESS: the oldest first, as base models are listed, then by id.
BY_CREATION = IndexSpec(
    Transcription,
    made_at=lambda record: record.made_at,
    schedule=label_schedule,
    newest_first=False,
    by_id=True,
)
