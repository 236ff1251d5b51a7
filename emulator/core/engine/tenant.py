"""Tenant: everything that belongs to one API key."""

from collections.abc import Iterable, Iterator
from copy import copy
from threading import Lock
from typing import Literal
from weakref import proxy

from msgspec.structs import replace

from emulator.core.base.byte_budget import ByteBudget
from emulator.core.base.clock import Clock, ManualClock, SwitchableClock, WallClock
from emulator.core.base.deferral import LONG_RECORDS
from emulator.core.base.ids import SeededRandom
from emulator.core.faults.engine import Faults
from emulator.core.faults.limits import Limits
from emulator.core.http.bodies import MakeFile, SpoolFiles
from emulator.core.http.problems import Violation
from emulator.core.journal.journal import Journal
from emulator.core.provider.backend import Backend
from emulator.core.provider.keys import WRONG_PREFIX
from emulator.core.provider.provider import Provider
from emulator.core.scenario.model import ClockSettings, KeyState, Scenario
from emulator.core.speech.library import TranscriptLibrary
from emulator.core.state.jobs import Job
from emulator.core.state.response_cache import ResponseCache
from emulator.core.state.store import Store
from emulator.core.webhooks.inbox import Inboxes
from emulator.core.webhooks.model import Message, PlannedEvent
from emulator.core.webhooks.outbox import Announce, Outbox

DEFAULT = ""  # the key of the tenant of requests that belong to none: no request can show it
ClockMode = Literal["wall", "step", "manual"]


def build_clock(plan: ClockSettings, usual: ClockMode) -> Clock:
    mode = plan.mode or usual
    if mode == "wall":
        return WallClock(speed=plan.speed, start=plan.start)
    return ManualClock(start=plan.start, step_seconds=plan.step_seconds if mode == "step" else 0.0)


def settings_of(clock: SwitchableClock) -> ClockSettings:
    """Which clock it is now; it says nothing of the time."""
    hand = clock.current
    if isinstance(hand, WallClock):
        return ClockSettings("wall", speed=hand.speed)
    assert isinstance(hand, ManualClock)  # there is no third one
    mode: ClockMode = "step" if hand.step_seconds else "manual"
    return ClockSettings(mode, step_seconds=hand.step_seconds)


class Tenant:
    """Everything that belongs to one key; what it does not use costs nothing."""

    def __init__(
        self,
        key: str,
        scenario: Scenario,
        clock: Clock,
        *,
        clock_mode: ClockMode = "wall",
        journals: ByteBudget | None = None,
        renderings: ByteBudget | None = None,
        make_file: MakeFile | None = None,
    ) -> None:
        """``journals``, ``renderings`` and ``make_file`` are what it shares with other tenants."""
        self.key = key
        self._make_file = make_file or SpoolFiles()
        self._journals, self._renderings = journals, renderings
        self.is_default = key == DEFAULT
        self.clock_mode: ClockMode = clock_mode  # of scenarios that name none
        self.begin(scenario, clock)

    def begin(self, scenario: Scenario, clock: Clock) -> None:
        """Begin afresh: whoever holds the tenant holds the fresh one."""
        self.scenario = scenario
        self.key_state = scenario.keys.get(self.key, KeyState.OK)
        self.clock = SwitchableClock(clock)
        self.began_at = clock.now()
        self.journal = Journal(retention=self._journals)
        self.library = TranscriptLibrary(SeededRandom(scenario.seed), scenario.transcripts)
        self._ids = SeededRandom(scenario.seed, self.key)
        self._exchange_ids = self._ids.child("exchange")
        self._backends: dict[str, Backend] = {}
        self._providers: dict[str, Provider] = {}
        self._preparing = Lock()
        self._reserved: set[str] = set()  # the ids of exchanges that are not finished
        self.outbox = Outbox(self._ids, self._announcer(), scenario.webhooks)
        self.inboxes = Inboxes()
        self.faults = Faults(scenario.faults, self._ids, self.clock.now())
        self.account_id = self._ids.child("account").uuid()

    def leave(self) -> None:
        """Share nothing with other tenants any more."""
        self.journal.release()
        for backend in self._backends.values():
            backend.response_cache.release()

    @property
    def wrong_key(self) -> str:
        """A key that is refused, and whose requests are this tenant's all the same."""
        return WRONG_PREFIX + self.key

    def backend(self, provider: Provider) -> Backend:
        """The tenant's state with the provider; what the scenario says exists is made at once."""
        found = self._backends.get(provider.name)
        return self._prepare_provider(provider) if found is None else found

    def is_prepared(self, provider: Provider) -> bool:
        """Whether its backend is there, or would be soon."""
        if provider.name in self._backends:
            return True
        entries = self.scenario.existing
        return (
            sum(entry.count for entry in entries if entry.provider == provider.name) <= LONG_RECORDS
        )

    def prepare(self, providers: Iterable[Provider]) -> None:
        """Make what the scenario says exists; others may go on with the tenant meanwhile.

        A second thread that comes to do the same waits for the first.
        """
        with self._preparing:
            for provider in providers:
                self.backend(provider)

    def _prepare_provider(self, provider: Provider) -> Backend:
        """A tenant that begins afresh meanwhile does not get what was made for the old one."""
        backends, providers, scenario = self._backends, self._providers, self.scenario
        # Ages count from the tenant's start, however late its first request comes.
        made, start = self._new_backend(provider), ManualClock(start=self.began_at)
        begun = replace(made, clock=start)
        for existing in scenario.existing:
            if existing.provider == provider.name:
                provider.make_existing(existing, begun)
        providers[provider.name] = provider
        return backends.setdefault(provider.name, made)

    def snapshot(self) -> "Tenant":
        """The tenant as it is now, for whoever needs more time with it than others should wait.

        It shares the journal and what is kept to save time; nothing else of it changes.
        """
        copied = copy(self)
        copied.clock = self.clock.with_held_time()
        copied.faults = self.faults.snapshot()
        found = self._backends.items()
        copied._backends = {name: one.snapshot(copied.clock) for name, one in found}
        copied._providers = self._providers.copy()
        return copied

    def adopt(self, snapshot: "Tenant") -> None:
        """Keep what was made in a snapshot, as far as it still holds."""
        if snapshot.journal is self.journal:  # it did not begin afresh
            for name, backend in self._backends.items():
                if name in snapshot._backends:
                    backend.store.adopt(snapshot._backends[name].store)

    def become(self, fresh: "Tenant") -> None:
        """Go on as another tenant that was made for the same key."""
        vars(self).update(vars(fresh))
        self.outbox.announce_with(self._announcer())

    def job(self, id: str) -> Job | None:
        """The job of that id, with whichever provider it is; None: there is none."""
        found = (backend.find_job(id) for backend in self._backends.values())
        return next(filter(None, found), None)

    def next_id(self) -> str:
        """The id of the next exchange: drawn from its number, so that it moves no other draw."""
        return self._exchange_ids.nth(self.journal.count + len(self._reserved))

    def reserve(self, id: str) -> None:
        """Give the id to no other exchange until ``release``: this one is recorded later."""
        self._reserved.add(id)

    def release(self, id: str) -> None:
        self._reserved.discard(id)

    def _announcer(self) -> Announce:
        """The outbox must not hold the tenant: all of it goes with the last who holds it."""
        this = proxy(self)
        return lambda one: this._announce(one)

    def _announce(self, moment: PlannedEvent) -> Iterator[tuple[Message, tuple[Violation, ...]]]:
        """What the provider sends of it, and how that leaves the contract."""
        provider, backend = self._providers[moment.provider], self._backends[moment.provider]
        for message in provider.webhooks.announce(moment, backend):
            schema, content = message.schema, message.content
            violations = provider.contract.check_message(schema, content) if schema else ()
            yield replace(message, content=None), violations  # the body says it all

    def _provider_named(self, provider: str) -> Iterator[str]:
        """The ids that the scenario names: what is drawn beside them is none of them."""
        for one in self.scenario.existing:
            if one.provider == provider and one.id:
                yield one.id

    def _new_backend(self, provider: Provider) -> Backend:
        return Backend(
            provider=provider.name,
            key=self.key,
            account_id=self.account_id,
            secret=f"{self.scenario.seed}:{self.key}",
            clock=self.clock,
            ids=self._ids.child(provider.name, *self._provider_named(provider.name)),
            scenario=self.scenario,
            library=self.library,
            store=Store(),
            response_cache=ResponseCache(retention=self._renderings),
            outbox=self.outbox,
            limits=Limits(self.scenario.limits.get(self.key), provider.usual_rate),
            make_file=self._make_file,
        )
