"""Renderings: what has been written of a record, kept while it is the same."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from datetime import datetime
from functools import cached_property
from threading import RLock

from msgspec import Struct

from emulator.core.base.byte_budget import ByteBudget
from emulator.core.base.keyed_locks import KeyedLocks
from emulator.core.http.conditional import etag
from emulator.core.http.messages import CachedViolations, Json, split_at_placeholder, to_json

COMPACT = (b"[", b",", b"]")
INDENTED = (b"[\r\n    ", b",\r\n    ", b"\r\n  ]")
ENTRY_OVERHEAD = 300  # bytes that a rendering takes beside its own
MOST_LISTS = 4  # that are remembered by what was asked


class CachedBody:
    """The bytes of one rendering; the same object, and the same bytes, while they are kept."""

    def __init__(self, body: bytes) -> None:
        self.body = body
        self.violations: CachedViolations = {}

    @cached_property
    def tag(self) -> str:
        """The strong entity tag of the bytes."""
        return etag(self.body)


class CachedList(Struct, frozen=True):
    """What was answered, and how long it holds."""

    cached: CachedBody
    version: int  # of the store
    valid_until: datetime  # not included


def indented_item(content: Json) -> bytes:
    """An item of an indented list, as deep as it stands there."""
    return to_json(content, indented=True).replace(b"\n", b"\n    ")


class ResponseCache:
    """Keeps the renderings that were used last, up to so many bytes.

    A record is known by its identity, since a change makes another value: nothing stale is given.
    The ``retention`` bounds them together with those of other tenants; None: nothing does.
    Threads may share it: two that want the same rendering do not both make it.
    """

    def __init__(
        self, most_bytes: int = 4 * 1024 * 1024, retention: ByteBudget | None = None
    ) -> None:
        self._most_bytes = most_bytes
        self._retention = retention
        self._bytes = 0
        # With the record, and the number in the retention; 0: there is none.
        self._bodies: OrderedDict[Hashable, tuple[object, CachedBody, int]] = OrderedDict()
        self._lists: dict[Hashable, CachedList] = {}
        # One lock for all that share the bound, since each may drop what another has.
        self._lock = retention.lock if retention else RLock()  # never held for long
        self._making_locks = KeyedLocks()

    def body_of(self, record: object, variant: Hashable, make: Callable[[], bytes]) -> CachedBody:
        """The rendering of a record; ``variant`` is whatever else decides the bytes."""
        key = id(record), variant
        found = self._cached(key)
        if found is not None:
            return found
        with self._making_locks.lock_for(key):
            found = self._cached(key)
            # The record is held with it, so that no other one can get its identity.
            return self._cache(key, record, make()) if found is None else found

    def has(self, record: object, variant: Hashable) -> bool:
        """Whether that rendering is kept."""
        return (id(record), variant) in self._bodies

    def join(self, pieces: tuple[bytes, ...]) -> CachedBody:
        """The pieces in one; pieces that are kept ones are told apart without being read."""
        found = self._cached(pieces)
        return self._cache(pieces, None, b"".join(pieces)) if found is None else found

    def cached_list(
        self,
        question: Hashable,
        version: int,
        now: datetime,
        make: Callable[[], tuple[CachedBody, datetime]],
    ) -> CachedBody:
        """What was answered to that question, while it holds; ``make`` says until when it will.

        A client that polls a page gets the same one, without a look at its records. ``version`` is
        the store's, and ``now`` must not go back.
        """
        found = self._lists.get(question)
        if found is None or found.version != version or found.valid_until <= now:
            kept, until = make()
            found = CachedList(kept, version, until)
            with self._lock:
                if len(self._lists) >= MOST_LISTS:
                    self._lists.clear()
                self._lists[question] = found
        return found.cached

    def list_body(
        self, content: Json, items: Iterable[CachedBody], *, indented: bool = False
    ) -> CachedBody:
        """The content with the list of those items in its HOLE.

        Where it is indented, the items are, too; they stand in a member of the outermost object.
        """
        before, after = split_at_placeholder(content, indented=indented)
        opening, comma, closing = INDENTED if indented else COMPACT
        pieces = [piece for item in items for piece in (comma, item.body)]
        if not pieces:
            return self.join((before, b"[]", after))
        return self.join((before, opening, *pieces[1:], closing, after))

    def drop_oldest(self) -> None:
        """Drop the rendering that was used longest ago."""
        with self._lock:
            _, (_, dropped, number) = self._bodies.popitem(last=False)
            self._bytes -= len(dropped.body) + ENTRY_OVERHEAD
            if self._retention:
                self._retention.remove(number)
            for question, found in tuple(self._lists.items()):
                if found.cached is dropped:
                    del self._lists[question]

    def release(self) -> None:
        """Share no bound any more, and keep nothing."""
        with self._lock:
            while self._bodies:
                self.drop_oldest()
            self._lists.clear()
            self._retention = None

    def _cached(self, key: Hashable) -> CachedBody | None:
        with self._lock:
            found = self._bodies.get(key)
            if found is None:
                return None
            self._bodies.move_to_end(key)
            return found[1]

    def _cache(self, key: Hashable, record: object, body: bytes) -> CachedBody:
        made, size = CachedBody(body), len(body) + ENTRY_OVERHEAD
        with self._lock:
            if key in self._bodies:  # another thread was faster
                return self._bodies[key][1]
            number = self._retention.add(self, size) if self._retention else 0
            self._bodies[key] = record, made, number
            self._bytes += size
            while self._bytes > self._most_bytes and len(self._bodies) > 1:
                self.drop_oldest()
            if self._retention:
                self._retention.enforce()
        return made
