"""Memory: what is free goes back to the system."""

import asyncio
import sys
from collections.abc import Callable
from typing import Any

from emulator.core.engine.tenants import Tenants

TRIM_SECONDS = 1.0  # between looks


def c_library() -> Any:
    """The program's own; None: not one that holds anything back."""
    import ctypes  # a server that nobody has used does without

    return ctypes.CDLL(None) if sys.platform == "linux" else None


def trim(library: Callable[[], Any] = c_library) -> None:
    """Have the C library give back the pages that it holds free.

    glibc keeps what was freed below something that is still in use, for good: see malloc_trim(3).
    Other libraries have no such function.
    """
    give_back = getattr(library(), "malloc_trim", None)
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
