"""Loops: event loops of the standard library whose time nobody can stop."""

import asyncio
import sys
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any


def unfrozen_event_loop() -> asyncio.AbstractEventLoop:
    """Its alarms ring though a test has frozen ``time.monotonic``, as freezegun does.

    uvloop has a clock of its own.
    """
    loop = asyncio.new_event_loop()
    loop.time = unfrozen_clock()  # type: ignore[method-assign]  # looked up on the loop each time
    return loop


def unfrozen_clock(
    source: Any = time, modules: Mapping[str, Any] = sys.modules
) -> Callable[[], float]:
    """The machine's monotonic clock in seconds, past whatever stands in for it."""
    if hasattr(source, "clock_gettime"):
        return partial(source.clock_gettime, source.CLOCK_MONOTONIC)
    freezer = modules.get("freezegun.api")  # Windows has no other name for the clock
    clock: Callable[[], float] = freezer.real_monotonic if freezer else source.monotonic
    return clock
