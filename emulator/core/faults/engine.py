"""Faults: trouble that a scenario, or a test while it runs, asks for."""

from collections.abc import Callable
from copy import copy
from datetime import datetime, timedelta
from fnmatch import fnmatchcase

from msgspec import Struct
from msgspec.structs import replace

from emulator.core.base.ids import SeededRandom
from emulator.core.faults.model import (
    UNANSWERED,
    Connection,
    Fault,
    FaultMatch,
    ScriptedAnswer,
    TimeBound,
)
from emulator.core.http.messages import Request

RequestFacts = tuple[str, str, str, str, str]  # provider, operation, method, path, key
MOST_RULES = 1000  # each request of the tenant is held against all of them
MOST_REMEMBERED = 100  # kinds of requests, of which it is known which rules are for them


class TooManyFaults(ValueError):
    """A tenant has as many rules as it may have."""


class Effect(Struct, frozen=True):
    """What a fault does to one request."""

    rule: str  # its id
    answer: ScriptedAnswer | None = None
    delay_seconds: float = 0.0
    connection: Connection | None = None
    line: int | None = None  # where the rule stands, for people

    @property
    def is_unanswered(self) -> bool:
        """Whether the client gets no answer at all; the operation is not carried out."""
        return self.connection is not None and self.connection.kind in UNANSWERED

    @property
    def replaces_operation(self) -> bool:
        """Whether it takes the operation's place."""
        return self.answer is not None or self.is_unanswered


class FaultMiss(Struct, frozen=True):
    """A fault that is for such a request, and yet did not happen to it."""

    rule: str  # its id
    call: int  # which of these requests it was
    when: FaultMatch
    line: int | None = None  # where the rule stands, for people

    @property
    def why(self) -> str:
        wanted = self.when.call
        if wanted and not wanted[0] <= self.call <= wanted[1]:
            calls = f"{wanted[0]}" if wanted[0] == wanted[1] else f"{wanted[0]}..{wanted[1]}"
            return f"it is for call {calls}, and this was call {self.call}"
        return f"its chance of {(self.when.chance or 0) * 100:g} % did not come up"


OnMiss = Callable[[FaultMiss], None]


def ignore_miss(miss: FaultMiss) -> None:
    """Of what did not happen."""


class Rule(Struct):
    """A fault of one tenant's, with an id (``scenario-1``, ``added-3``) and its counts."""

    id: str
    fault: Fault
    matches: int = 0  # requests that all but ``call`` and ``chance`` match
    applied: int = 0  # requests that it happened to


class Faults:
    """One tenant's faults: those that were added, newest first, then the scenario's, in order."""

    def __init__(self, faults: tuple[Fault, ...], ids: SeededRandom, started_at: datetime) -> None:
        self._rules = [
            Rule(f"scenario-{number}", fault) for number, fault in enumerate(faults, start=1)
        ]
        self._ids = ids
        self._started_at = started_at
        self._added = 0
        self._matching_by_facts: dict[RequestFacts, list[Rule]] = {}

    def __len__(self) -> int:
        return len(self._rules)

    def choose(
        self,
        provider: str,
        operation: str,
        request: Request,
        job_ids: tuple[str, ...],
        key: str,
        now: datetime,
        on_miss: OnMiss = ignore_miss,
    ) -> Effect | None:
        """What happens to the request, by the first rule that matches; None: nothing.

        Every rule counts the requests it is for, also those that an earlier rule took: its second
        call is the client's second one. ``on_miss`` hears of those that are for it and pass it by.
        """
        if not self._rules:
            return None
        facts = (provider, operation, request.method, request.path, key)
        for_it = [
            rule
            for rule in self._matching_rules(facts)
            if self._applies_to(rule.fault.when, job_ids, now)
        ]
        for one in for_it:
            one.matches += 1
        for one in for_it:
            if self._is_due(one):
                return self._effect(one)
            on_miss(FaultMiss(one.id, one.matches, one.fault.when, one.fault.line))
        return None

    def add(self, fault: Fault) -> str:
        """Add a rule, before all others; gives its id. Raises TooManyFaults."""
        if len(self._rules) >= MOST_RULES:
            raise TooManyFaults(f"there are {MOST_RULES} faults already; remove some first")
        self._added += 1
        self._rules.insert(0, Rule(f"added-{self._added}", fault))
        self._matching_by_facts.clear()
        return self._rules[0].id

    def remove(self, id: str) -> bool:
        """Whether there was a rule of that id."""
        left = [rule for rule in self._rules if rule.id != id]
        found = len(left) < len(self._rules)
        self._rules = left
        self._matching_by_facts.clear()
        return found

    def clear(self) -> None:
        """Remove all, the scenario's too."""
        self._rules = []
        self._matching_by_facts.clear()

    def rules(self) -> tuple[Rule, ...]:
        """The rules, in the order in which they are asked."""
        return tuple(self._rules)

    def snapshot(self) -> "Faults":
        """The rules with their counts as they are now."""
        copied = copy(self)
        copied._rules = [replace(rule) for rule in self._rules]
        copied._matching_by_facts = {}
        return copied

    def _matching_rules(self, facts: RequestFacts) -> list[Rule]:
        """The rules whose globs fit; remembered, since clients ask for the same again and again."""
        found = self._matching_by_facts.get(facts)
        if found is None:
            if len(self._matching_by_facts) == MOST_REMEMBERED:
                self._matching_by_facts.clear()
            found = [rule for rule in self._rules if rule.fault.when.fits(facts)]
            self._matching_by_facts[facts] = found
        return found

    def _applies_to(self, when: FaultMatch, job_ids: tuple[str, ...], now: datetime) -> bool:
        return (
            (when.job is None or any(fnmatchcase(id, when.job) for id in job_ids))
            and (when.since is None or self._resolve_time(when.since) <= now)
            and (when.until is None or now < self._resolve_time(when.until))
        )

    def _resolve_time(self, moment: TimeBound) -> datetime:
        if isinstance(moment, datetime):
            return moment
        return self._started_at + timedelta(seconds=moment)

    def _is_due(self, rule: Rule) -> bool:
        when = rule.fault.when
        if when.call is not None and not when.call[0] <= rule.matches <= when.call[1]:
            return False
        return when.chance is None or self._wins_draw(rule).number(0, 1) < when.chance

    def _effect(self, rule: Rule) -> Effect:
        sequence = rule.fault.sequence
        reaction = sequence[min(rule.applied, len(sequence) - 1)]
        rule.applied += 1
        delay = reaction.delay
        seconds = delay.draw(self._wins_draw(rule, "delay")) if delay else 0.0
        return Effect(rule.id, reaction.answer, seconds, reaction.connection, rule.fault.line)

    def _wins_draw(self, rule: Rule, *names: str) -> SeededRandom:
        """Chance that depends on the rule and on how often it was met, and on no other draw."""
        return self._ids.child("fault", rule.id, rule.matches, *names)
