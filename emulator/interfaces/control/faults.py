"""Trouble: a test's hand on the faults of its tenant."""

from collections.abc import Mapping
from typing import Any

from emulator.application.emulator import Emulator
from emulator.application.scenario_sources import load_part
from emulator.core.engine.tenant import Tenant
from emulator.core.faults.engine import Rule


class FaultControl:
    """The tenant's faults; each is said in the words of a scenario's ``faults``."""

    def __init__(self, emulator: Emulator, tenant: Tenant) -> None:
        self._emulator = emulator
        self._tenant = tenant

    @property
    def rules(self) -> tuple[Rule, ...]:
        """In the order in which they are asked, with their counts."""
        with self._emulator.lock:
            return self._tenant.faults.rules()

    def add(self, fault: Mapping[str, Any]) -> str:
        """Add one before all others, as ``{"when": {"call": 2}, "answer": 503}``; gives its id.

        Raises ScenarioErrors for what the language does not know, and TooManyFaults.
        """
        [made] = load_part("faults", [dict(fault)]).faults
        with self._emulator.lock:
            return self._tenant.faults.add(made)

    def remove(self, id: str) -> None:
        """Raises LookupError when there is no such fault."""
        with self._emulator.lock:
            if not self._tenant.faults.remove(id):
                raise LookupError(f"there is no fault {id}")

    def clear(self) -> None:
        """Remove all of them, the scenario's too."""
        with self._emulator.lock:
            self._tenant.faults.clear()
