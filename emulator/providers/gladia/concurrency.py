"""Accounts: what the plan of an account bears, in jobs at once or in minutes of a file."""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from emulator.core.faults.limits import waiting
from emulator.core.http.problems import TooManyRequests
from emulator.core.provider.backend import Backend
from emulator.core.scenario.model import JobError, Plan
from emulator.core.scenario.schema.types import Word
from emulator.core.speech.transcripts import Audio
from emulator.core.state.jobs import Job, Phase, Step, Timeline
from emulator.providers.gladia.records import Kind, Transcription


class Room(Struct, frozen=True):
    at_once: int
    queued: int = 0  # that wait until one of the others has ended


# Documentation, concurrency and rate limits. "enterprise" has what was agreed on: no limit here.
ROOMS: Mapping[tuple[str, Kind], Room] = {
    ("free", Kind.PRE_RECORDED): Room(3),
    ("free", Kind.LIVE): Room(1),
    ("paid", Kind.PRE_RECORDED): Room(25, queued=300),
    ("paid", Kind.LIVE): Room(30),
}
# Documentation, supported files: "enterprise" has more.
LONGEST_MS: Mapping[str, int] = {"enterprise": 255 * 60_000}
USUAL_LONGEST_MS = 135 * 60_000
TOO_LONG = JobError(400, "The audio is too long.")  # GUESS: told without a clear message
PLAN = Word(
    "The plan of the account: how many jobs it may have at once; left out: any number.",
    *("free", "paid", "enterprise"),
    noun="plan",
)


class Running(Struct, frozen=True):
    """The jobs of a kind that had not ended when the last of them was made."""

    id: str  # the kind
    jobs: tuple[str, ...]


def seated(plan: Plan, kind: Kind, backend: Backend) -> Plan:
    """The plan of a new job with the time that it has to wait. Raises TooManyRequests."""
    room = room_for(plan, kind)
    if room is None:
        return plan
    jobs, now = running(kind, backend), backend.now()
    if len(jobs) >= room.at_once + room.queued:
        limit = f"the account's plan has room for {room.at_once} at once and {room.queued} waiting"
        raise TooManyRequests(waiting(jobs, now), limit)
    return replace(plan, timeline=delayed(plan.timeline, jobs, room, now))


def measured(plan: Plan, audio: Audio) -> Plan:
    """The plan of a job, which fails if its file is too long; a scenario's words may be as long."""
    longest_ms = LONGEST_MS.get(plan.facts_of("gladia").get("plan", ""), USUAL_LONGEST_MS)
    if plan.transcript or (audio.duration_ms or 0) <= longest_ms:
        return plan
    timeline = tuple(failing(step) for step in plan.timeline)
    facts = {"gladia": {**plan.facts_of("gladia"), "error_code": TOO_LONG.code}}
    return replace(plan, timeline=timeline, error=TOO_LONG, facts={**plan.facts, **facts})


def failing(step: Step) -> Step:
    return replace(step, phase=Phase.FAILED) if step.phase is Phase.COMPLETED else step


def joined(record: Transcription, plan: Plan, backend: Backend) -> None:
    """Count the job, which is new."""
    if room_for(plan, record.kind):
        ids = tuple(one.id for one in running(record.kind, backend))
        backend.store.put(Running(record.kind, (*ids, record.id)))


def room_for(plan: Plan, kind: Kind) -> Room | None:
    """None: nothing is limited."""
    return ROOMS.get((plan.facts_of("gladia").get("plan", ""), kind))


def running(kind: Kind, backend: Backend) -> tuple[Job, ...]:
    known = backend.store.find(Running, kind)
    found = (backend.store.find(Transcription, id) for id in (known.jobs if known else ()))
    return tuple(one.job for one in found if one and not one.job.is_final(backend.now()))


def delayed(timeline: Timeline, jobs: tuple[Job, ...], room: Room, now: datetime) -> Timeline:
    """The timeline of a job that begins when there is room for it; some wait in vain."""
    if len(jobs) < room.at_once:
        return timeline
    ends = sorted(end for end in (one.final_at() for one in jobs) if end)
    to_end = len(jobs) - room.at_once + 1
    if len(ends) < to_end:
        return timeline[:1]
    seconds = (ends[to_end - 1] - now).total_seconds()
    first, *later = timeline
    return (first, *(replace(one, after_seconds=one.after_seconds + seconds) for one in later))
