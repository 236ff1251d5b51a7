"""Signals that stop a server, also where a loop takes none."""

import asyncio
import os
import signal
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

from emulator.interfaces.serving.signals import STOPPING, on_stop
from tests.interfaces.cli.test_main import stopped_by

Handler = Callable[[int, FrameType | None], Any] | int | signal.Handlers | None


class NoHandlers(asyncio.SelectorEventLoop):
    """A loop as on Windows."""

    def add_signal_handler(self, sig: int, callback: object, *args: object) -> None:
        raise NotImplementedError


@pytest.mark.parametrize("make_loop", [asyncio.SelectorEventLoop, NoHandlers])
@pytest.mark.parametrize("number", STOPPING)
def test_a_signal_wakes_a_loop_of_any_kind(
    make_loop: Callable[[], asyncio.AbstractEventLoop], number: signal.Signals
) -> None:
    async def until_stopped() -> bool:
        stopped = asyncio.Event()
        loop = asyncio.get_running_loop()
        on_stop(loop, stopped.set)
        loop.call_soon(os.kill, os.getpid(), number)
        return await asyncio.wait_for(stopped.wait(), 30)

    before: list[Handler] = [signal.getsignal(one) for one in STOPPING]
    try:
        with asyncio.Runner(loop_factory=make_loop) as runner:
            stopped = runner.run(until_stopped())
    finally:
        for one, handler in zip(STOPPING, before, strict=True):
            signal.signal(one, handler)

    assert stopped


SERVE = """
from emulator.interfaces.serving.options import resolve_options
from emulator.interfaces.cli.serve import run_server
from tests.interfaces.serving.test_signals import NoHandlers
run_server(resolve_options({"port": "0"}, {}), NoHandlers)
"""


def test_serve_starts_and_stops_with_a_loop_that_takes_no_handlers() -> None:
    assert stopped_by(signal.SIGTERM, "-c", SERVE) == 0
