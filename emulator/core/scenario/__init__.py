"""Scenario: one story, as a value; what a YAML file says once it has been read and checked."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Any, Literal

from emulator.core.jobs import USUAL, Phase, Timeline
from emulator.core.transcripts import Script


class KeyState(StrEnum):
    """What a key is worth."""

    OK = "ok"
    EXPIRED = "expired"
    REVOKED = "revoked"
    FORBIDDEN = "forbidden"
    OUT_OF_QUOTA = "out_of_quota"


@dataclass(frozen=True, slots=True)
class ClockPlan:
    """Which clock a tenant gets; ``mode`` None: the one that the way of running it prefers."""

    mode: Literal["wall", "step", "manual"] | None = None
    speed: float = 1.0  # wall only
    step_seconds: float = 1.0  # step only
    start: datetime | None = None


@dataclass(frozen=True, slots=True)
class JobError:
    """What a failed job says of itself; None: what the provider usually says."""

    code: int | str | None = None
    message: str | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """Which jobs a rule is for: globs, all of which must match; None matches everything."""

    provider: str | None = None
    audio: str | None = None  # the URL, or the uploaded file's name
    locale: str | None = None  # the language as the client spelled it: "de-DE"
    key: str | None = None

    def fits(self, *, provider: str, audio: str, locale: str, key: str) -> bool:
        pairs = (
            (self.provider, provider),
            (self.audio, audio),
            (self.locale, locale),
            (self.key, key),
        )
        return all(glob is None or fnmatchcase(given, glob) for glob, given in pairs)


@dataclass(frozen=True, slots=True)
class Plan:
    """How one job goes."""

    timeline: Timeline = USUAL
    transcript: str | None = None  # the name of a script; None: generated from the audio
    error: JobError = JobError()
    facts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # provider -> its words

    def facts_of(self, provider: str) -> Mapping[str, Any]:
        return self.facts.get(provider, {})


@dataclass(frozen=True, slots=True)
class Rule:
    when: Match
    plan: Plan


@dataclass(frozen=True, slots=True)
class Existing:
    """Jobs that are there before the first request."""

    provider: str
    count: int = 1
    id: str | None = None  # only with a count of 1
    phase: Phase = Phase.COMPLETED
    age_seconds: tuple[float, float] = (3600.0, 3600.0)  # how long ago they were made: from, to
    transcript: str | None = None
    language: str | None = None
    languages: tuple[str, ...] = ()  # translations
    audio: str | None = None
    name: str | None = None

    def ages(self) -> Iterator[float]:
        """How many seconds ago each was made: the oldest first, at even distances."""
        newest, oldest = self.age_seconds
        gaps = max(self.count - 1, 1)
        return (oldest - (oldest - newest) * number / gaps for number in range(self.count))


@dataclass(frozen=True, slots=True)
class Scenario:
    title: str = "Nothing special"
    seed: int = 0
    clock: ClockPlan = ClockPlan()
    keys: Mapping[str, KeyState] = field(default_factory=dict)
    transcripts: Mapping[str, Script] = field(default_factory=dict)
    jobs: tuple[Rule, ...] = ()
    existing: tuple[Existing, ...] = ()

    def plan(self, *, provider: str, audio: str, locale: str, key: str) -> Plan:
        """How a new job goes: the first rule that matches, else as usual."""
        for rule in self.jobs:
            if rule.when.fits(provider=provider, audio=audio, locale=locale, key=key):
                return rule.plan
        return Plan()
