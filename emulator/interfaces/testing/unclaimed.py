"""Unclaimed: the requests that show no good key, and so belong to no tenant."""

from emulator.application.emulator import Emulator
from emulator.core.engine.tenant import Tenant
from emulator.core.journal.exchange import Exchange


class UnclaimedRequests:
    """Those that have come since the tenant was opened, which is when this is made."""

    def __init__(self, emulator: Emulator, tenant: Tenant) -> None:
        self._emulator = emulator
        self._tenant = tenant
        self._own = tenant.journal
        self._journal = emulator.tenants.default.journal
        self._count = self._journal.count
        self._total = emulator.status_counts.total()

    def exchanges(self) -> tuple[Exchange, ...]:
        """Those that are kept, oldest first; of a journal that began afresh, all of them."""
        with self._emulator.lock:
            journal = self._emulator.tenants.default.journal
            return journal.since(self._count if journal is self._journal else 0)

    def others(self) -> int:
        """How many requests came with good keys of others; 0 when the tenant has begun afresh."""
        with self._emulator.lock:
            if self._tenant.journal is not self._own:
                return 0
            total = self._emulator.status_counts.total() - self._total
            return total - self._own.count - len(self.exchanges())
