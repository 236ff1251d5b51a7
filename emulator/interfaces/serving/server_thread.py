"""A server in a thread of its own, for tests and other programs that have a main thread already."""

import asyncio
import atexit
import sys
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from threading import Thread
from types import TracebackType
from typing import Any

from emulator.interfaces.serving.server import Server
from emulator.interfaces.transports.event_loops import unfrozen_event_loop

# Libraries that patch threads: the module that knows, the question, its subject, and the remedy.
PATCHES: Mapping[str, tuple[str, str, str, str]] = {
    "gevent": (
        *("gevent.monkey", "is_module_patched", "threading"),
        "gevent.monkey.patch_all(thread=False)",
    ),
    "eventlet": (
        *("eventlet.patcher", "is_monkey_patched", "thread"),
        "eventlet.monkey_patch(thread=False)",
    ),
}


def loop_maker(
    find: Callable[[str], object] = find_spec,
) -> Callable[[], asyncio.AbstractEventLoop]:
    """uvloop's where there is one: it answers about a third more requests a second."""
    if find("uvloop") is None:
        return unfrozen_event_loop
    import uvloop

    maker: Callable[[], asyncio.AbstractEventLoop] = uvloop.new_event_loop
    return maker


class PatchedThreads(RuntimeError):
    """A library has replaced threads with something that shares one thread."""


def require_threads(modules: Mapping[str, Any] = sys.modules) -> None:
    """Raise PatchedThreads where a thread with an event loop would stop all others."""
    for library, (module, question, subject, remedy) in PATCHES.items():
        if module in modules and getattr(modules[module], question)(subject):
            raise PatchedThreads(
                f"{library} has patched threading, and a server in a thread would block the whole "
                f"process: leave threads alone with {remedy}, or run the server in a process of "
                "its own, with speech-emulator serve or speech-emulator exec -- COMMAND"
            )


class ServerThread:
    """Serves from ``start`` to ``stop``, or to the end of the process; a context manager of both.

    Raises PatchedThreads where gevent or eventlet has patched ``threading``.
    """

    def __init__(self, app: Any, *, host: str = "127.0.0.1", port: int = 0) -> None:
        require_threads()
        self._server = Server(app, host, port)
        self._loop = loop_maker()()
        self._thread = Thread(target=self._run, name="speech-emulator", daemon=True)

    @property
    def port(self) -> int:
        return self._server.port

    @property
    def url(self) -> str:
        return self._server.url

    @property
    def is_alive(self) -> bool:
        return self._thread.is_alive()

    def start(self) -> None:
        """Returns when connections are accepted. Raises OSError when they cannot be."""
        self._thread.start()
        try:
            self._wait(self._server.start())
        except OSError:
            self._end()
            raise
        # Before daemon threads are frozen: whoever would stop it later would wait for ever.
        atexit.register(self.stop)

    def stop(self) -> None:
        """Returns when the thread has ended; does nothing where it has (as in a fork's child)."""
        atexit.unregister(self.stop)
        if not self.is_alive:
            return
        self._wait(self._server.stop())
        self._wait(self._loop.shutdown_default_executor())  # who still reads a long scenario
        self._end()

    def __enter__(self) -> "ServerThread":
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()

    def _wait(self, work: Any) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def _end(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
