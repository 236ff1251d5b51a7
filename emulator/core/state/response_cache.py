"""Renderings: what has been written of a record, kept while it is the same."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from datetime import datetime
from functools import cached_property
from threading import RLock

from msgspec import Struct

from emulator.core.base.byte_budget import Retention
from emulator.core.base.keyed_locks import KeyedLocks
from emulator.core.http.conditional import etag
from emulator.core.http.messages import Json, Verdicts, around_hole, to_json

COMPACT = (b"[", b",", b"]")
INDENTED = (b"[\r\n    ", b",\r\n    ", b"\r\n  ]")
OVERHEAD = 300  # bytes that a rendering takes beside its own
MOST_LISTS = 4  # that are remembered by what was asked


class Kept:
    """The bytes of one rendering; the same object, and the same bytes, while they are kept."""

    def __init__(self, body: bytes) -> None:
        self.body = body
        self.verdicts: Verdicts = {}

    @cached_property
    def tag(self) -> str:
        """The strong entity tag of the bytes."""
        return etag(self.body)


class Lasting(Struct, frozen=True):
    """What was answered, and how long it holds."""

    kept: Kept
    version: int  # of the store
    until: datetime  # not included


def indented_item(content: Json) -> bytes:
    """An item of an indented list, as deep as it stands there."""
    return to_json(content, indented=True).replace(b"\n", b"\n    ")


class Renderings:
    """Keeps the renderings that were used last, up to so many bytes.

    A record is known by its identity, since a change makes another value: nothing stale is given.
    The ``retention`` bounds them together with those of other tenants; None: nothing does.
    Threads may share it: two that want the same rendering do not both make it.
    """

    def __init__(
        self, most_bytes: int = 4 * 1024 * 1024, retention: Retention | None = None
    ) -> None:
        self._most_bytes = most_bytes
        self._retention = retention
        self._bytes = 0
        # With the record, and the number in the retention; 0: there is none.
        self._kept: OrderedDict[Hashable, tuple[object, Kept, int]] = OrderedDict()
        self._lists: dict[Hashable, Lasting] = {}
        # One lock for all that share the bound, since each may drop what another has.
        self._changing = retention.changing if retention else RLock()  # never held for long
        self._making = KeyedLocks()

    def of(self, record: object, variant: Hashable, make: Callable[[], bytes]) -> Kept:
        """The rendering of a record; ``variant`` is whatever else decides the bytes."""
        key = id(record), variant
        found = self._found(key)
        if found is not None:
            return found
        with self._making.turn(key):
            found = self._found(key)
            # The record is held with it, so that no other one can get its identity.
            return self._keep(key, record, make()) if found is None else found

    def has(self, record: object, variant: Hashable) -> bool:
        """Whether that rendering is kept."""
        return (id(record), variant) in self._kept

    def spliced(self, pieces: tuple[bytes, ...]) -> Kept:
        """The pieces in one; pieces that are kept ones are told apart without being read."""
        found = self._found(pieces)
        return self._keep(pieces, None, b"".join(pieces)) if found is None else found

    def lasting(
        self,
        question: Hashable,
        version: int,
        now: datetime,
        make: Callable[[], tuple[Kept, datetime]],
    ) -> Kept:
        """What was answered to that question, while it holds; ``make`` says until when it will.

        A client that polls a page gets the same one, without a look at its records. ``version`` is
        the store's, and ``now`` must not go back.
        """
        found = self._lists.get(question)
        if found is None or found.version != version or found.until <= now:
            kept, until = make()
            found = Lasting(kept, version, until)
            with self._changing:
                if len(self._lists) >= MOST_LISTS:
                    self._lists.clear()
                self._lists[question] = found
        return found.kept

    def listed(self, content: Json, items: Iterable[Kept], *, indented: bool = False) -> Kept:
        """The content with the list of those items in its HOLE.

        Where it is indented, the items are, too; they stand in a member of the outermost object.
        """
        before, after = around_hole(content, indented=indented)
        opening, comma, closing = INDENTED if indented else COMPACT
        pieces = [piece for one in items for piece in (comma, one.body)]
        if not pieces:
            return self.spliced((before, b"[]", after))
        return self.spliced((before, opening, *pieces[1:], closing, after))

    def drop_oldest(self) -> None:
        """Drop the rendering that was used longest ago."""
        with self._changing:
            _, (_, dropped, number) = self._kept.popitem(last=False)
            self._bytes -= len(dropped.body) + OVERHEAD
            if self._retention:
                self._retention.remove(number)
            for question, found in tuple(self._lists.items()):
                if found.kept is dropped:
                    del self._lists[question]

    def leave(self) -> None:
        """Share no bound any more, and keep nothing."""
        with self._changing:
            while self._kept:
                self.drop_oldest()
            self._lists.clear()
            self._retention = None

    def _found(self, key: Hashable) -> Kept | None:
        with self._changing:
            found = self._kept.get(key)
            if found is None:
                return None
            self._kept.move_to_end(key)
            return found[1]

    def _keep(self, key: Hashable, record: object, body: bytes) -> Kept:
        made, size = Kept(body), len(body) + OVERHEAD
        with self._changing:
            if key in self._kept:  # another thread was faster
                return self._kept[key][1]
            number = self._retention.add(self, size) if self._retention else 0
            self._kept[key] = record, made, number
            self._bytes += size
            while self._bytes > self._most_bytes and len(self._kept) > 1:
                self.drop_oldest()
            if self._retention:
                self._retention.enforce()
        return made
