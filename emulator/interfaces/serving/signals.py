"""Signals: those that stop a server in the foreground."""

import asyncio
import signal
from collections.abc import Callable

# A terminal that is closed sends SIGHUP; SIGBREAK is Ctrl-Break, and Windows' own.
NAMES = ("SIGTERM", "SIGINT", "SIGHUP", "SIGBREAK")
STOPPING = tuple(getattr(signal, name) for name in NAMES if hasattr(signal, name))


def on_stop(loop: asyncio.AbstractEventLoop, stop: Callable[[], None]) -> None:
    """Call ``stop`` in the loop when the process is told to end.

    A loop on Windows takes no signal handlers. There the handler is the process's; a loop that
    sleeps is woken by it.
    """
    for number in STOPPING:
        try:
            loop.add_signal_handler(number, stop)
        except NotImplementedError:
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop))
