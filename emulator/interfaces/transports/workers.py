"""Workers: threads for what takes long, so that an event loop goes on meanwhile."""

import asyncio
from collections import deque
from collections.abc import Callable
from functools import partial
from threading import Lock, Thread
from typing import TypeVar

from emulator.interfaces.transports.asgi import ClientDisconnected

Result = TypeVar("Result")

MOST_WORKERS = 4  # each takes its share of the processor from the event loop


class Workers:
    """A few threads at most, each of which ends when there is nothing left to do.

    They are daemons: a process that is told to end does not wait for them.
    """

    def __init__(self, most: int = MOST_WORKERS) -> None:
        self._most = most
        self._lock = Lock()
        self._running = 0
        self._waiting: deque[Callable[[], None]] = deque()

    @property
    def waiting(self) -> int:
        """How many pieces of work wait for their turn."""
        return len(self._waiting)

    def start(self, work: Callable[[], Result]) -> "asyncio.Future[Result]":
        """What the work gives, or raises, once it is done; to be called in an event loop."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Result] = loop.create_future()

        def task() -> None:
            try:
                settle = partial(future.set_result, work())
            except BaseException as error:
                settle = partial(future.set_exception, error)
            settle_future(loop, future, settle)

        self._start(task)
        return future

    async def run(self, work: Callable[[], Result]) -> Result:
        """What the work gives, or raises. Raises Gone where the server stops before it is done."""
        try:
            return await self.start(work)
        except asyncio.CancelledError:
            raise ClientDisconnected from None

    def _start(self, task: Callable[[], None]) -> None:
        with self._lock:
            if self._running == self._most:
                self._waiting.append(task)
                return
            self._running += 1
        Thread(target=self._work, args=(task,), name="speech-emulator-work", daemon=True).start()

    def _work(self, task: Callable[[], None] | None) -> None:
        while task:
            task()
            with self._lock:
                task = self._waiting.popleft() if self._waiting else None
                if task is None:
                    self._running -= 1


def settle_future(
    loop: asyncio.AbstractEventLoop, future: "asyncio.Future[Result]", settle: Callable[[], None]
) -> None:
    """Settle the future in its loop, unless nobody waits for it any more."""

    def settle_if_wanted() -> None:
        if not future.done():
            settle()

    try:
        loop.call_soon_threadsafe(settle_if_wanted)
    except RuntimeError:  # the loop is closed: its server has been stopped meanwhile
        return
