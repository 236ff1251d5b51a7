"""Faults: trouble that a scenario, or a test while it runs, asks for."""

from collections.abc import Callable
from copy import copy
from datetime import datetime, timedelta
from fnmatch import fnmatchcase

from msgspec import Struct
from msgspec.structs import replace

from emulator.core.base.ids import Ids
from emulator.core.faults.model import (
    UNANSWERED,
    Connection,
    Fault,
    FaultMatch,
    Moment,
    ScriptedAnswer,
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
    def is_instead(self) -> bool:
        """Whether it takes the operation's place."""
        return self.answer is not None or self.is_unanswered


class Miss(Struct, frozen=True):
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


OnMiss = Callable[[Miss], None]


def unsaid(miss: Miss) -> None:
    """Of what did not happen."""


class Rule(Struct):
    """A fault of one tenant's, with an id (``scenario-1``, ``added-3``) and its counts."""

    id: str
    fault: Fault
    seen: int = 0  # requests that all but ``call`` and ``chance`` match
    hits: int = 0  # requests that it happened to


class Faults:
    """One tenant's faults: those that were added, newest first, then the scenario's, in order."""

    def __init__(self, faults: tuple[Fault, ...], ids: Ids, started_at: datetime) -> None:
        self._rules = [
            Rule(f"scenario-{number}", fault) for number, fault in enumerate(faults, start=1)
        ]
        self._ids = ids
        self._started_at = started_at
        self._added = 0
        self._known: dict[RequestFacts, list[Rule]] = {}

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
        on_miss: OnMiss = unsaid,
    ) -> Effect | None:
        """What happens to the request, by the first rule that matches; None: nothing.

        Every rule counts the requests it is for, also those that an earlier rule took: its second
        call is the client's second one. ``on_miss`` hears of those that are for it and pass it by.
        """
        if not self._rules:
            return None
        facts = (provider, operation, request.method, request.path, key)
        for_it = [one for one in self._fitting(facts) if self._is_for(one.fault.when, job_ids, now)]
        for one in for_it:
            one.seen += 1
        for one in for_it:
            if self._strikes(one):
                return self._effect(one)
            on_miss(Miss(one.id, one.seen, one.fault.when, one.fault.line))
        return None

    def add(self, fault: Fault) -> str:
        """Add a rule, before all others; gives its id. Raises TooManyFaults."""
        if len(self._rules) >= MOST_RULES:
            raise TooManyFaults(f"there are {MOST_RULES} faults already; remove some first")
        self._added += 1
        self._rules.insert(0, Rule(f"added-{self._added}", fault))
        self._known.clear()
        return self._rules[0].id

    def remove(self, id: str) -> bool:
        """Whether there was a rule of that id."""
        left = [one for one in self._rules if one.id != id]
        found = len(left) < len(self._rules)
        self._rules = left
        self._known.clear()
        return found

    def clear(self) -> None:
        """Remove all, the scenario's too."""
        self._rules = []
        self._known.clear()

    def listing(self) -> tuple[Rule, ...]:
        """The rules, in the order in which they are asked."""
        return tuple(self._rules)

    def snapshot(self) -> "Faults":
        """The rules with their counts as they are now."""
        copied = copy(self)
        copied._rules = [replace(one) for one in self._rules]
        copied._known = {}
        return copied

    def _fitting(self, facts: RequestFacts) -> list[Rule]:
        """The rules whose globs fit; remembered, since clients ask for the same again and again."""
        found = self._known.get(facts)
        if found is None:
            if len(self._known) == MOST_REMEMBERED:
                self._known.clear()
            found = [one for one in self._rules if one.fault.when.fits(facts)]
            self._known[facts] = found
        return found

    def _is_for(self, when: FaultMatch, job_ids: tuple[str, ...], now: datetime) -> bool:
        return (
            (when.job is None or any(fnmatchcase(id, when.job) for id in job_ids))
            and (when.since is None or self._at(when.since) <= now)
            and (when.until is None or now < self._at(when.until))
        )

    def _at(self, moment: Moment) -> datetime:
        if isinstance(moment, datetime):
            return moment
        return self._started_at + timedelta(seconds=moment)

    def _strikes(self, rule: Rule) -> bool:
        when = rule.fault.when
        if when.call is not None and not when.call[0] <= rule.seen <= when.call[1]:
            return False
        return when.chance is None or self._draws(rule).number(0, 1) < when.chance

    def _effect(self, rule: Rule) -> Effect:
        sequence = rule.fault.sequence
        reaction = sequence[min(rule.hits, len(sequence) - 1)]
        rule.hits += 1
        delay = reaction.delay
        seconds = delay.draw(self._draws(rule, "delay")) if delay else 0.0
        return Effect(rule.id, reaction.answer, seconds, reaction.connection, rule.fault.line)

    def _draws(self, rule: Rule, *names: str) -> Ids:
        """Chance that depends on the rule and on how often it was met, and on no other draw."""
        return self._ids.derived("fault", rule.id, rule.seen, *names)
