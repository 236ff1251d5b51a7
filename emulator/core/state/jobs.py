"""A job is a value; its phase is a function of the clock."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from math import inf

from msgspec import Struct
from msgspec.structs import replace


class Phase(StrEnum):
    """A job's place in its life, in words no provider owns."""

    QUEUED = "queued"
    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"


FINAL = frozenset({Phase.COMPLETED, Phase.FAILED})


class Step(Struct, frozen=True):
    after_seconds: float  # since the job was made
    phase: Phase


Timeline = tuple[Step, ...]  # in order, the first at 0

USUAL: Timeline = (Step(0, Phase.QUEUED), Step(1, Phase.PROCESSING), Step(3, Phase.COMPLETED))
TIMELINES_TO: Mapping[Phase, tuple[Phase, ...]] = {
    Phase.QUEUED: (Phase.QUEUED,),
    Phase.PROCESSING: (Phase.QUEUED, Phase.PROCESSING),
    Phase.COMPLETED: (Phase.QUEUED, Phase.PROCESSING, Phase.COMPLETED),
    Phase.FAILED: (Phase.QUEUED, Phase.PROCESSING, Phase.FAILED),
}


def timeline_reaching(phase: Phase, age_seconds: float) -> Timeline:
    """The usual way to a phase, squeezed into the age of a job that stands there; it ends there."""
    if age_seconds >= USUAL[-1].after_seconds:
        return REACHED_TIMELINES[phase]
    return compressed_timeline(phase, age_seconds)


def compressed_timeline(phase: Phase, age_seconds: float) -> Timeline:
    steps = zip(USUAL, TIMELINES_TO[phase], strict=False)
    return tuple(Step(min(usual.after_seconds, age_seconds), one) for usual, one in steps)


# One timeline for all who had the time for the usual one, however many they are.
REACHED_TIMELINES: Mapping[Phase, Timeline] = {one: compressed_timeline(one, inf) for one in Phase}


# gc=False, as of all values that are there by the thousand: what is made of values only cannot lead
# back to itself, and the garbage collector need not look for that again and again.
class Job(Struct, frozen=True, gc=False):
    """What a client asked to have transcribed: when it was made, and how it goes."""

    id: str
    made_at: datetime
    timeline: Timeline = USUAL

    def step_at(self, now: datetime) -> Step:
        age_seconds = (now - self.made_at).total_seconds()
        for step in reversed(self.timeline):
            if step.after_seconds <= age_seconds:
                return step
        return self.timeline[0]

    def phase_at(self, now: datetime) -> Phase:
        return self.step_at(now).phase

    def changed_at(self, now: datetime) -> datetime:
        """When the job entered the phase that it is in."""
        return self.made_at + timeline_seconds(self.step_at(now).after_seconds)

    def phase_changes(self) -> tuple[tuple[int, Phase], ...]:
        """The phases, each with the age in microseconds at which it is entered."""
        return tuple((rounded_seconds(step.after_seconds), step.phase) for step in self.timeline)

    def entered_at(self, phase: Phase) -> datetime | None:
        """When the job enters that phase, in the past or to come; None: never."""
        for step in self.timeline:
            if step.phase == phase:
                return self.made_at + timeline_seconds(step.after_seconds)
        return None

    def final_at(self) -> datetime | None:
        """When the job ends, well or badly; None: it is stuck."""
        last = self.timeline[-1]
        return self.entered_at(last.phase) if last.phase in FINAL else None

    def is_final(self, now: datetime) -> bool:
        return self.phase_at(now) in FINAL


def timeline_seconds(seconds: float) -> timedelta:
    """No less than that: at the moment when a job enters a phase it is in that phase."""
    return timedelta(microseconds=rounded_seconds(seconds))


def rounded_seconds(seconds: float) -> int:
    """The least whole number of them that, in seconds, is no less."""
    count = round(seconds * 1_000_000)
    return count if count / 1_000_000 >= seconds else count + 1


def moved_to_phase(job: Job, phase: Phase, now: datetime) -> Job:
    """The job that enters a phase now, unless it is in it already, and then goes no further.

    What lies on the way keeps its time where it has been passed, and is passed now where not.
    """
    age_seconds = (now - job.made_at).total_seconds()
    passed = {step.phase: step.after_seconds for step in job.timeline}
    if job.phase_at(now) != phase:
        passed[phase] = age_seconds
    passed[Phase.QUEUED] = 0.0
    steps = (
        Step(min(passed.get(one, age_seconds), age_seconds), one) for one in TIMELINES_TO[phase]
    )
    return replace(job, timeline=tuple(steps))
