"""Memory: what is free goes back to the system."""

import asyncio
from collections.abc import Callable

from emulator.core.tenants import Tenants

TRIM_SECONDS = 1.0  # between looks


def trim() -> None:
    """Have the C library give back the pages that it holds free; other systems' do so themselves.

    glibc keeps what was freed below something that is still in use, for good: see malloc_trim(3).
    """
    import ctypes  # a server that nobody has used does without

    give_back = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if give_back:
        give_back(0)


class Trimmer:
    """Trims after tenants have gone."""

    def __init__(self, tenants: Tenants, trim: Callable[[], None] = trim) -> None:
        self._tenants = tenants
        self._trim = trim
        self._seen = tenants.departures

    def check(self) -> None:
        if self._tenants.departures != self._seen:
            self._seen = self._tenants.departures
            self._trim()


async def trim_regularly(trimmer: Trimmer) -> None:
    while True:
        await asyncio.sleep(TRIM_SECONDS)
        await asyncio.to_thread(trimmer.check)
