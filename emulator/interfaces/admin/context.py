"""Desk: what the operations of the admin API work with."""

from collections.abc import Mapping
from functools import cached_property
from itertools import count

from msgspec import Struct, field

from emulator.application.emulator import Emulator
from emulator.application.scenario_sources import load_builtin
from emulator.core.base.ids import digest
from emulator.core.base.resources import fixture_names, spec_path
from emulator.core.contract import Contract
from emulator.core.engine.tenant import Tenant
from emulator.core.engine.tenants import RESERVED
from emulator.core.http.problems import Refused

DEFAULT_TENANT = RESERVED  # names the tenant of requests that belong to none


class Access(Struct, frozen=True):
    """Who may use the admin API."""

    bound: str | None = None  # the host that the server listens on, as it was given: a name of it
    token: str | None = None  # wanted of everybody, once it is set
    is_open: bool = False  # without a token, for whoever can reach it
    in_process: bool = False  # nobody else can: no page, no neighbour


class AdminContext(Struct, dict=True):
    emulator: Emulator
    access: Access = Access()
    _key_numbers: "count[int]" = field(default_factory=count)

    @cached_property
    def contract(self) -> Contract:
        """Read when it is first needed: many a server is never asked anything here."""
        return Contract.load(spec_path("admin"))

    @cached_property
    def titles(self) -> Mapping[str, str]:
        """Of the scenarios that are built in, by name; to read them all takes 0.1 s."""
        return {name: load_builtin(name).title for name in fixture_names()}

    def tenant(self, key: str) -> Tenant:
        """The tenant of that key, opened if the providers would let the key in."""
        tenants = self.emulator.tenants
        found = tenants.tenant_of_key(key) or (tenants.default if key == DEFAULT_TENANT else None)
        if found is None:
            raise Refused("unknown_tenant", {"key": key})
        return found

    def provider_name(self, given: str) -> str:
        """The provider's name, with underscores; empty: none is given. Raises Refused."""
        name = given.replace("-", "_")
        known = [provider.name for provider in self.emulator.providers]
        if name and name not in known:
            raise Refused("unknown_provider", {"given": given, "known": ", ".join(known)})
        return name

    def prepared_tenant(self, key: str) -> Tenant:
        """The tenant with all that its scenario says exists; needs the lock for a moment only."""
        with self.emulator.lock:
            found = self.tenant(key)
        found.prepare(self.emulator.providers)
        return found

    def new_key(self) -> str:
        """A key that nobody has."""
        keys = (f"test-{digest('new', str(number))[:16]}" for number in self._key_numbers)
        return next(key for key in keys if self.emulator.tenants.get(key) is None)


def key_for(name: str) -> str:
    """The same name makes the same key, and so the same bytes."""
    return f"test-{digest(name)[:16]}"
