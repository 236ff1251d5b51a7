"""Faults as values: which requests one is for, and what it does to them."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from math import log

from msgspec import Struct, field

from emulator.core.base.globs import GlobsTest, compile_globs
from emulator.core.base.ids import SeededRandom
from emulator.core.http.messages import Json

P99_DEVIATIONS = 2.326347874  # of a normal distribution: 99 % lie below


class Kind(StrEnum):
    """What can happen to a connection, with the scenario language's words."""

    REFUSE = "refuse"  # closed without a byte
    RESET = "reset"  # TCP RST
    TRUNCATE = "truncate"  # so many bytes of the body, then closed
    DRIP = "drip"  # so many bytes a second
    STALL = "stall"  # held for so many seconds, then closed without a byte
    GARBAGE = "garbage"  # so many bytes that are no HTTP, then closed


UNANSWERED = frozenset({Kind.REFUSE, Kind.RESET, Kind.STALL, Kind.GARBAGE})


class Connection(Struct, frozen=True):
    kind: Kind
    amount: float = 0.0  # bytes, bytes a second, or seconds: see Kind


class ScriptedAnswer(Struct, frozen=True):
    """What is answered in the operation's place; without a body: in the provider's words."""

    status: int
    body: str | Json = None
    headers: Mapping[str, str] = field(default_factory=dict)
    retry_after_seconds: float | None = None


class Uniform(Struct, frozen=True):
    """A delay between the two, each as likely; the same twice: always that."""

    low_seconds: float
    high_seconds: float

    def draw(self, ids: SeededRandom) -> float:
        return ids.number(self.low_seconds, self.high_seconds)


class Lognormal(Struct, frozen=True):
    """A delay as networks have them: half are below the median, one in a hundred above p99."""

    median_seconds: float
    p99_seconds: float

    def draw(self, ids: SeededRandom) -> float:
        spread = log(self.p99_seconds / self.median_seconds) / P99_DEVIATIONS
        return ids.lognormal(self.median_seconds, spread)


Delay = Uniform | Lognormal


class Reaction(Struct, frozen=True):
    """What happens to one request; nothing said: it is answered as usual."""

    answer: ScriptedAnswer | None = None
    delay: Delay | None = None
    connection: Connection | None = None


TimeBound = float | datetime  # seconds after the tenant's start, or an instant


class FaultMatch(Struct, frozen=True, dict=True):
    """Which requests: globs, all of which must match; None matches everything."""

    provider: str | None = None
    operation: str | None = None
    method: str | None = None
    path: str | None = None  # below the provider's address, as requests name it
    job: str | None = None  # one of the ids in the path
    key: str | None = None
    call: tuple[int, int] | None = None  # which of these requests, from 1, both included
    chance: float | None = None
    since: TimeBound | None = None
    until: TimeBound | None = None  # not included

    @cached_property
    def fits(self) -> GlobsTest:
        """Asked with the RequestFacts."""
        return compile_globs(self.provider, self.operation, self.method, self.path, self.key)


class Fault(Struct, frozen=True):
    """``sequence``: what happens the first time, the second time, ...; the last one repeats."""

    when: FaultMatch
    sequence: tuple[Reaction, ...]
    line: int | None = None  # where it stands, for people
