"""KeyedLocks: threads that are about to make the same thing take turns, so that one makes it."""

from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from threading import Lock, RLock


class KeyedLocks:
    def __init__(self) -> None:
        self._changing = Lock()
        self._turns: dict[Hashable, tuple[RLock, int]] = {}  # with how many have it or wait for it

    @contextmanager
    def turn(self, key: Hashable) -> Iterator[None]:
        """Nobody else has the key's turn meanwhile."""
        with self._changing:
            lock, count = self._turns.get(key, (RLock(), 0))
            self._turns[key] = lock, count + 1
        try:
            with lock:
                yield
        finally:
            with self._changing:
                lock, count = self._turns.pop(key)
                if count > 1:
                    self._turns[key] = lock, count - 1
