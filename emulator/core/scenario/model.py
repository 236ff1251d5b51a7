"""Scenario: one story, as a value; what a YAML file says once it has been read and checked."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import Any, Literal
from urllib.parse import quote

from msgspec import Struct, field

from emulator.core.base.globs import GlobsTest, compile_globs
from emulator.core.faults.limits import KeyLimit
from emulator.core.faults.model import Fault
from emulator.core.speech.transcripts import Audio, Script
from emulator.core.state.jobs import USUAL, Phase, Timeline
from emulator.core.webhooks.model import Webhook

JobFacts = tuple[str, str, str, str]  # provider, audio, locale, key
MOST_REMEMBERED = 256  # kinds of jobs, of which it is known which rule is for them
NAMED_URL = "https://media.example.com/"  # where a recording is of which only the name is told


class KeyState(StrEnum):
    """What a key is worth."""

    OK = "ok"
    EXPIRED = "expired"
    REVOKED = "revoked"
    FORBIDDEN = "forbidden"
    OUT_OF_QUOTA = "out_of_quota"


class ClockSettings(Struct, frozen=True):
    """Which clock a tenant gets; ``mode`` None: the one that the way of running it prefers."""

    mode: Literal["wall", "step", "manual"] | None = None
    speed: float = 1.0  # wall only
    step_seconds: float = 1.0  # step only
    start: datetime | None = None


class JobError(Struct, frozen=True):
    """What a failed job says of itself; None: what the provider usually says."""

    code: int | str | None = None
    message: str | None = None


class JobCondition(Struct, frozen=True, dict=True):
    """Which jobs a rule is for: globs, all of which must match; None matches everything."""

    provider: str | None = None
    audio: str | None = None  # the URL, or the uploaded file's name
    locale: str | None = None  # the language as the client spelled it: "de-DE"
    key: str | None = None

    @cached_property
    def matches(self) -> GlobsTest:
        """Asked with the JobFacts."""
        return compile_globs(self.provider, self.audio, self.locale, self.key)


class JobPlan(Struct, frozen=True):
    """How one job goes."""

    timeline: Timeline = USUAL
    transcript: str | None = None  # the name of a script; None: generated from the audio
    error: JobError = JobError()
    options: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # provider -> its words

    def options_of(self, provider: str) -> Mapping[str, Any]:
        return self.options.get(provider, {})


class Rule(Struct, frozen=True):
    when: JobCondition
    plan: JobPlan
    line: int | None = None  # where it stands, for people


class RuleMatch(Struct, frozen=True, gc=False):
    """What a new job was like, the rule that was found for it, and all that there were."""

    provider: str
    audio: str
    locale: str
    key: str
    rules: tuple[Rule, ...]
    rule: Rule | None  # None: none matched, so the job goes as usual

    @property
    def plan(self) -> JobPlan:
        return self.rule.plan if self.rule else JobPlan()


class SeedRecording(Struct, frozen=True):
    """What is said of one recording of a job that is there; the rest is as usual."""

    audio: str | None = None  # its URL or file name
    digest: str | None = None
    duration_ms: int | None = None
    channels: int | None = None
    transcript: str | None = None

    @classmethod
    def of(cls, audio: Audio, usual: Audio, transcript: str | None) -> "SeedRecording":
        """What has to be said of a recording that would be the ``usual`` one else."""
        return cls(
            audio=audio.source,
            digest=None if audio.digest == usual.digest else audio.digest,
            duration_ms=None if audio.duration_ms == usual.duration_ms else audio.duration_ms,
            channels=None if audio.channels == usual.channels else audio.channels,
            transcript=transcript,
        )

    def address(self, usual: str) -> str:
        """Its URL; what has a name alone is given one."""
        if self.audio is None:
            return usual
        return self.audio if "://" in self.audio else NAMED_URL + quote(self.audio)

    def apply_to(self, audio: Audio) -> Audio:
        """The recording, with what is said of it."""
        return Audio(
            audio.source,
            self.digest or audio.digest,
            self.duration_ms or audio.duration_ms,
            self.channels or audio.channels,
        )


class SeedJobs(Struct, frozen=True):
    """Jobs that are there before the first request."""

    provider: str
    count: int = 1
    id: str | None = None  # only with a count of 1
    phase: Phase = Phase.COMPLETED
    timeline: Timeline | None = None  # since each was made; None: it came to the phase, and stays
    error: JobError = JobError()
    age_seconds: tuple[float, float] = (3600.0, 3600.0)  # how long ago they were made: from, to
    transcript: str | None = None
    language: str | None = None
    languages: tuple[str, ...] = ()  # translations
    audio: str | None = None
    recordings: tuple[SeedRecording, ...] = ()  # in the place of audio and transcript
    name: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)  # the provider's own words

    @property
    def fails(self) -> bool:
        """Whether the jobs have failed, or will."""
        last = self.timeline[-1].phase if self.timeline else self.phase
        return last == Phase.FAILED

    @property
    def all_recordings(self) -> tuple[SeedRecording, ...]:
        """Its recordings: one, unless more is said."""
        return self.recordings or (SeedRecording(self.audio, transcript=self.transcript),)

    def ages(self) -> Iterator[float]:
        """How many seconds ago each was made: the oldest first, at even distances."""
        return map(self.age, range(self.count))

    def age(self, number: int) -> float:
        """Of one of them, from 0."""
        newest, oldest = self.age_seconds
        return oldest - (oldest - newest) * number / max(self.count - 1, 1)


class Scenario(Struct, frozen=True, dict=True):
    title: str = "Nothing special"
    seed: int = 0
    clock: ClockSettings = ClockSettings()
    keys: Mapping[str, KeyState] = field(default_factory=dict)
    limits: Mapping[str, KeyLimit] = field(default_factory=dict)  # by key
    transcripts: Mapping[str, Script] = field(default_factory=dict)
    jobs: tuple[Rule, ...] = ()
    existing: tuple[SeedJobs, ...] = ()
    faults: tuple[Fault, ...] = ()
    webhooks: tuple[Webhook, ...] = ()

    def match_job(self, *, provider: str, audio: str, locale: str, key: str) -> RuleMatch:
        """How a new job goes: the first rule that matches, else as usual."""
        facts = (provider, audio, locale, key)
        return RuleMatch(*facts, self.jobs, self._first_rule(facts))

    @cached_property
    def _first_rule(self) -> Callable[[JobFacts], Rule | None]:
        """Remembers what it found last: clients ask for the same recordings again and again."""
        rules = self.jobs  # not the scenario itself, which holds what is given here

        def first(facts: JobFacts) -> Rule | None:
            return next((rule for rule in rules if rule.when.matches(facts)), None)

        return lru_cache(MOST_REMEMBERED)(first)
