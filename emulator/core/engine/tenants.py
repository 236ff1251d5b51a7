"""Tenant: one key's clock, ids, scenario, backends and journal; Tenants: who is there."""

from collections import OrderedDict
from collections.abc import Callable
from typing import Literal

from emulator.core.base.byte_budget import MOST_BYTES, ByteBudget
from emulator.core.base.clock import SwitchableClock
from emulator.core.engine.tenant import DEFAULT, ClockMode, Tenant, build_clock
from emulator.core.http.bodies import MakeFile, SpoolFiles
from emulator.core.provider.keys import ACCOUNT_DIGITS, OPEN_PREFIX, WRONG_PREFIX
from emulator.core.scenario.model import Scenario

GOOD_KEYS = (
    f'a key is good when it begins with "{OPEN_PREFIX}", the scenario\'s keys name it or the admin '
    "API made it"
)
RESERVED = "default"  # stands for that tenant where a key is wanted: nobody's key
MOST_RENDERING_BYTES = 64_000_000  # of all tenants; what was dropped is written again

Change = Literal["opened", "reset", "closed", "dropped"]  # dropped: there were too many
OnChange = Callable[[Change, str], None]  # told the key


def ignore_change(change: Change, key: str) -> None:
    """Of tenants that come and go without a word."""


class Tenants:
    """The tenants that are open; the least recently used goes first when there are too many."""

    def __init__(
        self,
        scenario: Scenario,
        *,
        clock_mode: ClockMode = "wall",
        most: int = 10_000,
        journal_bytes: int = MOST_BYTES,
        on_change: OnChange = ignore_change,
        make_file: MakeFile | None = None,
    ) -> None:
        """``journal_bytes`` is what all journals together may take in memory."""
        self.scenario = scenario
        self._make_file = make_file or SpoolFiles()
        self._journals = ByteBudget(journal_bytes)
        self._renderings = ByteBudget(MOST_RENDERING_BYTES)
        self.departures = 0  # of tenants that were closed, or began afresh
        self._clock_mode: ClockMode = clock_mode
        self._most = most
        self._on_change = on_change
        self._open: OrderedDict[str, Tenant] = OrderedDict()
        self._accounts: dict[str, str] = {}  # the beginning of the account's id -> key
        self._held_tenants: list[SwitchableClock] = []
        self.default = self.build_tenant(DEFAULT, scenario, None)

    def hold_clock(self, tenant: Tenant) -> Tenant:
        """The tenant, whose clock stands still until ``release``."""
        tenant.clock.hold()
        self._held_tenants.append(tenant.clock)
        return tenant

    def release_clocks(self) -> None:
        """Let all clocks that are held go on."""
        while self._held_tenants:
            self._held_tenants.pop().release()

    def __len__(self) -> int:
        return len(self._open)

    def open(
        self, key: str, scenario: Scenario | None = None, *, clock_mode: ClockMode | None = None
    ) -> Tenant:
        """A fresh tenant for the key, in the place of any that it had."""
        return self.add(self.build_tenant(key, scenario or self.scenario, clock_mode))

    def add(self, tenant: Tenant) -> Tenant:
        """Open a tenant that was made before, in the place of any that its key had."""
        key = tenant.key
        self.close(key)
        self._open[key] = tenant
        self._accounts[tenant.account_id[:ACCOUNT_DIGITS]] = key
        self._on_change("opened", key)
        if len(self._open) > self._most:
            self.close(next(iter(self._open)), "dropped")
        return tenant

    def close(self, key: str, change: Change = "closed") -> bool:
        """Forget the tenant; whether there was one."""
        tenant = self._open.pop(key, None)
        if tenant is None:
            return False
        del self._accounts[tenant.account_id[:ACCOUNT_DIGITS]]
        self._release_state(tenant)
        self._on_change(change, key)
        return True

    def reset(self, tenant: Tenant, scenario: Scenario | None = None) -> None:
        """Let the tenant begin afresh in place, with another scenario if one is given."""
        self.renew(
            tenant, self.build_tenant(tenant.key, scenario or tenant.scenario, tenant.clock_mode)
        )

    def renew(self, tenant: Tenant, fresh: Tenant) -> None:
        """Let the tenant go on in place as a fresh one that was made for its key."""
        self._accounts.pop(tenant.account_id[:ACCOUNT_DIGITS], None)  # the default one has none
        self._release_state(tenant)
        tenant.become(fresh)
        if not tenant.is_default:
            self._accounts[tenant.account_id[:ACCOUNT_DIGITS]] = tenant.key
        self._on_change("reset", tenant.key)

    def open_tenants(self) -> tuple[Tenant, ...]:
        """The tenants that are open, the least recently used first."""
        return tuple(self._open.values())

    def get(self, key: str) -> Tenant | None:
        """The key's tenant if it is open; it counts as no use of it."""
        return self.default if key == DEFAULT else self._open.get(key)

    def has(self, tenant: Tenant) -> bool:
        """Whether it is still there."""
        return self.get(tenant.key) is tenant

    def restart(self, scenario: Scenario) -> None:
        """Begin again with another scenario; every tenant is forgotten."""
        for key in tuple(self._open):
            self.close(key)
        self.scenario = scenario
        self._release_state(self.default)
        self.default = self.build_tenant(DEFAULT, scenario, None)
        self._on_change("reset", DEFAULT)

    def tenant_of_key(self, key: str) -> Tenant | None:
        """The key's tenant, opened if need be; None: nobody knows the key."""
        if key in self._open:
            self._open.move_to_end(key)
            return self._open[key]
        return self.open(key) if self.accepts_key(key) else None

    def tenant_of_account(self, account_id: str) -> Tenant | None:
        """Whose signed links carry that id; None: nobody's, or the tenant is gone.

        The id may be cut off after its first ``ACCOUNT_DIGITS``, where it is a part of a token.
        """
        key = self._accounts.get(account_id[:ACCOUNT_DIGITS])
        tenant = None if key is None else self.tenant_of_key(key)
        return tenant if tenant and tenant.account_id.startswith(account_id) else None

    def tenant_behind(self, key: str) -> Tenant | None:
        """Whose requests carry the key, be it a good one or the wrong one made for a tenant."""
        return self.tenant_of_key(key) or self._open.get(key.removeprefix(WRONG_PREFIX))

    def accepts_key(self, key: str) -> bool:
        return key.startswith(OPEN_PREFIX) or (key in self.scenario.keys and key != RESERVED)

    def build_tenant(
        self, key: str, scenario: Scenario, clock_mode: ClockMode | None = None
    ) -> Tenant:
        """A tenant that nobody can reach yet."""
        mode = clock_mode or self._clock_mode
        clock = build_clock(scenario.clock, mode)
        return Tenant(
            key,
            scenario,
            clock,
            clock_mode=mode,
            journals=self._journals,
            renderings=self._renderings,
            make_file=self._make_file,
        )

    def _release_state(self, tenant: Tenant) -> None:
        """What it has counts no more; its journal can still be read."""
        tenant.leave()
        self.departures += 1
