"""KeyedLocks: threads that are about to make the same thing take turns, so that one makes it."""

from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from threading import Lock, RLock


class KeyedLocks:
    def __init__(self) -> None:
        self._lock = Lock()
        self._locks: dict[Hashable, tuple[RLock, int]] = {}  # with how many have it or wait for it

    @contextmanager
    def lock_for(self, key: Hashable) -> Iterator[None]:
        """Nobody else has the key's turn meanwhile."""
        with self._lock:
            lock, count = self._locks.get(key, (RLock(), 0))
            self._locks[key] = lock, count + 1
        try:
            with lock:
                yield
        finally:
            with self._lock:
                lock, count = self._locks.pop(key)
                if count > 1:
                    self._locks[key] = lock, count - 1
