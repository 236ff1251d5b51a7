"""A project, its recordings, and when each step of a recording is finished."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct, field
from msgspec.structs import replace

from emulator.core.speech.transcripts import Audio
from emulator.core.state.index import MICROSECOND, IndexSpec, LabelSchedule
from emulator.core.state.jobs import Job, Phase, Timeline


class Status(StrEnum):
    """Of a recording, and of a project; only a project is ever archived."""

    PENDING = "PENDING"
    IN_PROGRESS = "IN_PROGRESS"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    ARCHIVED = "ARCHIVED"


STATUSES: Mapping[Phase, Status] = {
    Phase.QUEUED: Status.PENDING,
    Phase.PROCESSING: Status.IN_PROGRESS,
    Phase.COMPLETED: Status.COMPLETED,
    Phase.FAILED: Status.FAILED,
}


class Task(StrEnum):
    """What a recording gives; the words of the query parameter ``task``."""

    TRANSCRIPTION = "transcription"
    TRANSLATION = "translation"
    DUBBING = "dubbing"


SUMMARY = "summary"  # the one step that gives nothing to read


class Choice(Struct, frozen=True, gc=False):
    """Something of the account that is used for one language."""

    id: str
    language: str


class Settings(Struct, frozen=True, gc=False):
    """What was asked of a project; the same for each of its recordings."""

    source_language: str  # "auto" where the service is to find out
    subtitle_profiles: tuple[Choice, ...]
    translations: tuple[str, ...] = ()
    dubbings: tuple[str, ...] = ()  # each of them a translation too
    summary: bool = False
    custom_attributes: bool = False
    insights: tuple[str, ...] = ()
    safe_communications: tuple[str, ...] = ()
    pronunciations: tuple[Choice, ...] = ()
    glossary: Mapping[str, str] | None = None  # "id", "content"

    def steps(self) -> Iterator[str]:
        """The names of the steps in the order in which they are done."""
        yield Task.TRANSCRIPTION
        for language in self.translations:
            yield step_name(Task.TRANSLATION, language)
            if language in self.dubbings:
                yield step_name(Task.DUBBING, language)
        if self.summary:
            yield SUMMARY


class Recording(Struct, frozen=True, gc=False):
    """One file of a project. ``finished_after`` has the seconds after which a step is done."""

    id: str
    project_id: str
    job: Job
    audio: Audio
    name: str
    mime: str
    extension: str
    duration_ms: int
    settings: Settings
    language: str  # what is spoken; the service finds it where the source language is "auto"
    finished_after: Mapping[str, float] = field(default_factory=dict)
    script: str | None = None
    not_ready_message: str | None = None

    def status_at(self, now: datetime) -> Status:
        return STATUSES[self.job.phase_at(now)]

    def finished(self, now: datetime) -> Mapping[str, datetime]:
        """When the steps that are done were done; a failure ends all work."""
        end = min(now, self.job.entered_at(Phase.FAILED) or now)
        moments = {name: self._moment(after) for name, after in self.finished_after.items()}
        return {name: moment for name, moment in moments.items() if moment <= end}

    def updated_at(self, now: datetime) -> datetime:
        return max([self.job.changed_at(now), *self.finished(now).values()])

    def is_ready(self, task: Task, language: str, now: datetime) -> bool:
        """Whether there is something to read. A failed recording gives nothing."""
        return self.status_at(now) != Status.FAILED and step_name(task, language) in self.finished(
            now
        )

    def languages(self, task: Task) -> tuple[str, ...]:
        """In which languages the task was asked for."""
        by_task: Mapping[Task, tuple[str, ...]] = {
            Task.TRANSCRIPTION: (self.language,),
            Task.TRANSLATION: self.settings.translations,
            Task.DUBBING: self.settings.dubbings,
        }
        return by_task[task]

    def _moment(self, after_seconds: float) -> datetime:
        return self.job.made_at + timedelta(seconds=after_seconds)


class Project(Struct, frozen=True, gc=False):
    """Without recordings until its files have arrived."""

    id: str
    account_id: str
    name: str
    made_at: datetime
    recordings: tuple[Recording, ...] = ()
    team: str | None = None  # None: the caller's own
    archived: bool = False

    @property
    def settings(self) -> Settings | None:
        return self.recordings[0].settings if self.recordings else None

    def status_at(self, now: datetime) -> Status:
        """GUESS: how the parts make the whole is not published."""
        if self.archived:
            return Status.ARCHIVED
        found = {recording.status_at(now) for recording in self.recordings}
        if Status.FAILED in found:
            return Status.FAILED
        if found <= {Status.PENDING}:
            return Status.PENDING
        return Status.COMPLETED if found == {Status.COMPLETED} else Status.IN_PROGRESS

    def updated_at(self, now: datetime) -> datetime:
        return max([self.made_at, *(recording.updated_at(now) for recording in self.recordings)])


def label_schedule(project: Project) -> LabelSchedule:
    """Whether it is the caller's own, and its status, whenever a recording enters a phase."""
    begins = (
        (recording.job, (recording.job.made_at - project.made_at) // MICROSECOND)
        for recording in project.recordings
    )
    ages = {begin + after for job, begin in begins for after, _ in job.phase_changes()}
    return tuple(
        (age, (project.team is None, project.status_at(project.made_at + age * MICROSECOND)))
        for age in sorted({0, *(age for age in ages if age > 0)})
    )


# GUESS: newest first.
BY_CREATION = IndexSpec(Project, made_at=lambda project: project.made_at, schedule=label_schedule)


class UploadTicket(Struct, frozen=True):
    """Lets one upload in."""

    id: str
    project_id: str


def step_name(task: Task, language: str) -> str:
    """``translation.fr``, as a scenario writes it; there is one transcription only."""
    return task if task is Task.TRANSCRIPTION else f"{task}.{language}"


def step_ends(
    names: tuple[str, ...], timeline: Timeline, given: Mapping[str, float]
) -> dict[str, float]:
    """After how many seconds each step is finished.

    GUESS: the steps share the time between processing and completed evenly. What is given counts,
    and what builds on a step is never earlier than it. A job that is never completed finishes only
    what is given.
    """
    begin, end = reached_after(timeline, Phase.PROCESSING), reached_after(timeline, Phase.COMPLETED)
    if end is None:
        return {name: given[name] for name in names if name in given}
    begin = begin or 0.0
    found: dict[str, float] = {}
    for number, name in enumerate(names, 1):
        usual = round(begin + (end - begin) * number / len(names), 6)
        earlier = (after for done, after in found.items() if depends_on(name, done))
        found[name] = given.get(name, max([usual, *earlier]))
    return found


def depends_on(name: str, other: str) -> bool:
    """Whether one step builds on another."""
    task, _, language = name.partition(".")
    return (
        task == SUMMARY
        or other == Task.TRANSCRIPTION
        or (task == Task.DUBBING and other == step_name(Task.TRANSLATION, language))
    )


def timeline_for(timeline: Timeline, finished_after: Mapping[str, float]) -> Timeline:
    """The timeline, completed when the last step is finished (documented order of the steps)."""
    begin = reached_after(timeline, Phase.PROCESSING) or 0.0
    last = max([begin, *finished_after.values()])
    return tuple(
        replace(one, after_seconds=last) if one.phase is Phase.COMPLETED else one
        for one in timeline
    )


def reached_after(timeline: Timeline, phase: Phase) -> float | None:
    """After how many seconds; None: never."""
    return next((one.after_seconds for one in timeline if one.phase is phase), None)
