"""Accounts: what the plan of an account bears, in jobs at once or in minutes of a file."""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from emulator.core.faults.limits import seconds_until_free
from emulator.core.http.problems import TooManyRequests
from emulator.core.provider.backend import Backend
from emulator.core.scenario.model import JobError, JobPlan
from emulator.core.scenario.schema.types import WordType
from emulator.core.speech.transcripts import Audio
from emulator.core.state.jobs import Job, Phase, Step, Timeline
from emulator.providers.gladia.records import Kind, Transcription


class ConcurrencyLimit(Struct, frozen=True):
    at_once: int
    queued: int = 0  # that wait until one of the others has ended


# Documentation, concurrency and rate limits. "enterprise" has what was agreed on: no limit here.
CONCURRENCY_LIMITS: Mapping[tuple[str, Kind], ConcurrencyLimit] = {
    ("free", Kind.PRE_RECORDED): ConcurrencyLimit(3),
    ("free", Kind.LIVE): ConcurrencyLimit(1),
    ("paid", Kind.PRE_RECORDED): ConcurrencyLimit(25, queued=300),
    ("paid", Kind.LIVE): ConcurrencyLimit(30),
}
# Documentation, supported files: "enterprise" has more.
LONGEST_MS: Mapping[str, int] = {"enterprise": 255 * 60_000}
USUAL_LONGEST_MS = 135 * 60_000
TOO_LONG = JobError(400, "The audio is too long.")  # GUESS: told without a clear message
PLAN = WordType(
    "The plan of the account: how many jobs it may have at once; left out: any number.",
    *("free", "paid", "enterprise"),
    noun="plan",
)


class RunningJobs(Struct, frozen=True):
    """The jobs of a kind that had not ended when the last of them was made."""

    id: str  # the kind
    jobs: tuple[str, ...]


def queue_job(plan: JobPlan, kind: Kind, backend: Backend) -> JobPlan:
    """The plan of a new job with the time that it has to wait. Raises TooManyRequests."""
    room = concurrency_limit(plan, kind)
    if room is None:
        return plan
    jobs, now = running(kind, backend), backend.now()
    if len(jobs) >= room.at_once + room.queued:
        limit = f"the account's plan has room for {room.at_once} at once and {room.queued} waiting"
        raise TooManyRequests(seconds_until_free(jobs, now), limit)
    return replace(plan, timeline=delayed_timeline(plan.timeline, jobs, room, now))


def check_length(plan: JobPlan, audio: Audio) -> JobPlan:
    """The plan of a job, which fails if its file is too long; a scenario's words may be as long."""
    longest_ms = LONGEST_MS.get(plan.options_of("gladia").get("plan", ""), USUAL_LONGEST_MS)
    if plan.transcript or (audio.duration_ms or 0) <= longest_ms:
        return plan
    timeline = tuple(failing(step) for step in plan.timeline)
    facts = {"gladia": {**plan.options_of("gladia"), "error_code": TOO_LONG.code}}
    return replace(plan, timeline=timeline, error=TOO_LONG, options={**plan.options, **facts})


def failing(step: Step) -> Step:
    return replace(step, phase=Phase.FAILED) if step.phase is Phase.COMPLETED else step


def register_job(record: Transcription, plan: JobPlan, backend: Backend) -> None:
    """Count the job, which is new."""
    if concurrency_limit(plan, record.kind):
        ids = tuple(one.id for one in running(record.kind, backend))
        backend.store.put(RunningJobs(record.kind, (*ids, record.id)))


def concurrency_limit(plan: JobPlan, kind: Kind) -> ConcurrencyLimit | None:
    """None: nothing is limited."""
    return CONCURRENCY_LIMITS.get((plan.options_of("gladia").get("plan", ""), kind))


def running(kind: Kind, backend: Backend) -> tuple[Job, ...]:
    known = backend.store.find(RunningJobs, kind)
    found = (backend.store.find(Transcription, id) for id in (known.jobs if known else ()))
    return tuple(one.job for one in found if one and not one.job.is_final(backend.now()))


def delayed_timeline(
    timeline: Timeline, jobs: tuple[Job, ...], room: ConcurrencyLimit, now: datetime
) -> Timeline:
    """The timeline of a job that begins when there is room for it; some wait in vain."""
    if len(jobs) < room.at_once:
        return timeline
    ends = sorted(end for end in (job.final_at() for job in jobs) if end)
    to_end = len(jobs) - room.at_once + 1
    if len(ends) < to_end:
        return timeline[:1]
    seconds = (ends[to_end - 1] - now).total_seconds()
    first, *later = timeline
    return (first, *(replace(one, after_seconds=one.after_seconds + seconds) for one in later))
