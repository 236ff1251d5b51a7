"""Tenant: one key's clock, ids, scenario, backends and journal; Tenants: who is there."""

from collections import OrderedDict
from collections.abc import Callable
from typing import Literal

from emulator.core.clock import Clock, ManualClock, WallClock
from emulator.core.ids import Ids
from emulator.core.jobs import Job
from emulator.core.journal import Journal
from emulator.core.library import Library
from emulator.core.provider import Backend, Provider
from emulator.core.scenario import ClockPlan, KeyState, Scenario
from emulator.core.store import Store

OPEN_PREFIX = "test-"  # such a key needs no introduction
WRONG_PREFIX = "wrong-"
DEFAULT = ""  # the key of the tenant of requests that belong to none: no request can show it

ClockMode = Literal["wall", "step", "manual"]


def clock_of(plan: ClockPlan, usual: ClockMode) -> Clock:
    mode = plan.mode or usual
    if mode == "wall":
        return WallClock(speed=plan.speed, start=plan.start)
    return ManualClock(start=plan.start, step_seconds=plan.step_seconds if mode == "step" else 0.0)


class Tenant:
    """Everything that belongs to one key; what it does not use costs nothing."""

    def __init__(self, key: str, scenario: Scenario, clock: Clock) -> None:
        self.key = key
        self.scenario = scenario
        self.clock = clock
        self.journal = Journal()
        self.library = Library(Ids(scenario.seed), scenario.transcripts)
        self._ids = Ids(scenario.seed, key)
        self._backends: dict[str, Backend] = {}
        self.account_id = self._ids.derived("account").uuid()

    @property
    def wrong_key(self) -> str:
        """A key that is refused, and whose requests are this tenant's all the same."""
        return WRONG_PREFIX + self.key

    @property
    def is_default(self) -> bool:
        return self.key == DEFAULT

    @property
    def key_state(self) -> KeyState:
        return self.scenario.keys.get(self.key, KeyState.OK)

    def backend(self, provider: Provider) -> Backend:
        """The tenant's state with the provider; what the scenario says exists is made at once."""
        found = self._backends.get(provider.name)
        if found is None:
            found = self._backends[provider.name] = self._new(provider.name)
            for existing in self.scenario.existing:
                if existing.provider == provider.name:
                    provider.make_existing(existing, found)
        return found

    def job(self, id: str) -> Job | None:
        """The job of that id, with whichever provider it is; None: there is none."""
        for backend in self._backends.values():
            for record in backend.store.with_id(id):
                job = getattr(record, "job", None)
                if isinstance(job, Job):
                    return job
        return None

    def next_id(self) -> str:
        """The id of the next exchange: drawn from its number, so that it moves no other draw."""
        return self._ids.derived("exchange", self.journal.count).uuid()

    def _new(self, provider: str) -> Backend:
        return Backend(
            provider=provider,
            key=self.key,
            account_id=self.account_id,
            secret=f"{self.scenario.seed}:{self.key}",
            clock=self.clock,
            ids=self._ids.derived(provider),
            scenario=self.scenario,
            library=self.library,
            store=Store(),
        )


class Tenants:
    """The tenants that are open; the least recently used goes first when there are too many."""

    def __init__(
        self,
        scenario: Scenario,
        *,
        clock_mode: ClockMode = "wall",
        most: int = 10_000,
        on_drop: Callable[[str], None] = lambda key: None,
    ) -> None:
        self.scenario = scenario
        self._clock_mode: ClockMode = clock_mode
        self._most = most
        self._on_drop = on_drop
        self._open: OrderedDict[str, Tenant] = OrderedDict()
        self._accounts: dict[str, str] = {}  # account id -> key
        self.default = self._make(DEFAULT, scenario, None)

    def __len__(self) -> int:
        return len(self._open)

    def open(
        self, key: str, scenario: Scenario | None = None, *, clock_mode: ClockMode | None = None
    ) -> Tenant:
        """A fresh tenant for the key, in the place of any that it had."""
        self.close(key)
        tenant = self._make(key, scenario or self.scenario, clock_mode)
        self._open[key] = tenant
        self._accounts[tenant.account_id] = key
        if len(self._open) > self._most:
            oldest = next(iter(self._open))
            self.close(oldest)
            self._on_drop(oldest)
        return tenant

    def close(self, key: str) -> None:
        """Forget the tenant, if there is one."""
        tenant = self._open.pop(key, None)
        if tenant is not None:
            del self._accounts[tenant.account_id]

    def restart(self, scenario: Scenario) -> None:
        """Begin again with another scenario; every tenant is forgotten."""
        self._open.clear()
        self._accounts.clear()
        self.scenario = scenario
        self.default = self._make(DEFAULT, scenario, None)

    def of_key(self, key: str) -> Tenant | None:
        """The key's tenant, opened if need be; None: nobody knows the key."""
        if key in self._open:
            self._open.move_to_end(key)
            return self._open[key]
        return self.open(key) if self.welcomes(key) else None

    def of_account(self, account_id: str) -> Tenant | None:
        """Whose signed links carry that id; None: nobody's, or the tenant is gone."""
        key = self._accounts.get(account_id)
        return None if key is None else self.of_key(key)

    def behind(self, key: str) -> Tenant | None:
        """Whose requests carry the key, be it a good one or the wrong one made for a tenant."""
        return self.of_key(key) or self._open.get(key.removeprefix(WRONG_PREFIX))

    def welcomes(self, key: str) -> bool:
        return key.startswith(OPEN_PREFIX) or key in self.scenario.keys

    def _make(self, key: str, scenario: Scenario, clock_mode: ClockMode | None) -> Tenant:
        return Tenant(key, scenario, clock_of(scenario.clock, clock_mode or self._clock_mode))
