"""What is remembered of a transcription, and what of its life has been seen."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from emulator.core.scenario.model import JobError
from emulator.core.speech.transcripts import Audio
from emulator.core.state.index import IndexSpec, LabelSchedule
from emulator.core.state.jobs import Job, Phase

NO_ERROR = JobError()
MODEL_KEY = "fvt-1"  # the model is published as FVT-1; GUESS: its key is in lower case


class Priority(StrEnum):
    """Published with the prices."""

    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


class Event(StrEnum):
    """Published as examples; there is no list."""

    COMPLETED = "transcription.completed"
    FAILED = "transcription.failed"


class Webhook(Struct, frozen=True, gc=False):
    """Where a client wants to hear of a job. It is kept; nothing is sent yet."""

    url: str
    events: tuple[Event, ...]


class TranscriptionOptions(Struct, frozen=True, gc=False):
    """What a client asked for."""

    organization_id: str
    audio: Audio
    language: str
    speakers: int | None = None  # None: nobody said how many
    redacted: tuple[str, ...] = ()  # the policies; empty: redaction is off
    priority: Priority = Priority.NORMAL
    webhook: Webhook | None = None


class Price(Struct, frozen=True, gc=False):
    consumed: int  # charged when the job is made
    currency: str


class Transcription(Struct, frozen=True, gc=False):
    """A job, and when the service last asked the speech engine how it goes.

    The service shows what it was told then: a client sees the job as it was at ``checked_at``.
    """

    id: str
    job: Job
    order: TranscriptionOptions
    duration_ms: int
    price: Price
    checked_at: datetime
    refresh_seconds: float
    script: str | None = None  # None: what is said is made from the audio's address
    error: JobError = NO_ERROR
    deleted_upstream: bool = True  # what its deletion will say

    @property
    def status(self) -> Phase:
        """The phases are spelled as the wire has them: queued, processing, completed, failed."""
        return self.job.phase_at(self.checked_at)

    @property
    def updated_at(self) -> datetime:
        """GUESS: when the job changed, not when the service heard of it."""
        return self.job.changed_at(self.checked_at)

    @property
    def is_over(self) -> bool:
        return self.job.is_final(self.checked_at)

    @property
    def is_completed(self) -> bool:
        return self.status == Phase.COMPLETED

    @property
    def refunded(self) -> int:
        """GUESS: the field is documented, its cause is not; a failed job costs nothing."""
        return self.price.consumed if self.status == Phase.FAILED else 0

    def is_stale(self, now: datetime) -> bool:
        """Whether a look at the job asks the speech engine first.

        Source: the operation's page; when queued or processing, and last asked more than ten
        seconds ago.
        """
        return not self.is_over and (now - self.checked_at).total_seconds() > self.refresh_seconds


def label_schedule(record: Transcription) -> LabelSchedule:
    """Its status, as it was last seen: time alone changes nothing."""
    return ((0, record.status),)


# GUESS: newest first.
BY_CREATION = IndexSpec(
    Transcription, made_at=lambda record: record.job.made_at, schedule=label_schedule
)
