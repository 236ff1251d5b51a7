"""Journal: what was asked and answered."""

from collections import Counter, deque
from collections.abc import Iterator

from emulator.core.base.byte_budget import ByteBudget
from emulator.core.http.bodies import IN_MEMORY_BYTES
from emulator.core.journal.exchange import Exchange, StatusCounts, count_key, exchange_bytes
from emulator.core.journal.retention import trimmed, without_bodies, without_spools

# An exchange, its size, and its number in the retention; 0: there is none.
Entry = tuple[Exchange, int, int]


class Journal:
    """The last exchanges, bounded by their count and their bytes; what was met is counted.

    The ``retention`` bounds the memory that they take together with those of other journals; None:
    nothing does.
    """

    def __init__(
        self,
        *,
        most: int = 1000,
        most_bytes: int = 32 * 1024 * 1024,
        retention: ByteBudget | None = None,
    ) -> None:
        self._exchanges: deque[Entry] = deque()
        self._most = most
        self._most_bytes = most_bytes
        self._retention = retention
        self._bytes = 0
        self._count = 0
        self.status_counts: StatusCounts = Counter()

    @property
    def count(self) -> int:
        """How many there have been, those that were dropped among them."""
        return self._count

    def __iter__(self) -> Iterator[Exchange]:
        """The exchanges that are still kept, oldest first."""
        return iter([one for one, _, _ in self._exchanges])

    def __len__(self) -> int:
        return len(self._exchanges)

    def since(self, count: int) -> tuple[Exchange, ...]:
        """Those that are still kept of the exchanges after the first ``count``, oldest first."""
        return tuple(self)[-(self._count - count) :] if self._count > count else ()

    def find(self, id: str) -> Exchange | None:
        """The exchange whose answer carried that ``X-Emulator-Request-Id``; None: not kept."""
        kept = (one for one, _, _ in reversed(self._exchanges))
        return next((one for one in kept if one.request.id == id), None)

    def record(self, exchange: Exchange) -> Exchange:
        """Keep it, without its bodies if they alone are too much; and give it back whole."""
        kept, size, held = self._within_budget(exchange)
        shared = self._retention
        number = shared.add(self, held) if shared else 0
        self._exchanges.append((kept, size, number))
        self._count += 1
        self._bytes += size
        self.status_counts[count_key(exchange)] += 1
        self._enforce()
        return exchange

    def amend(self, exchange: Exchange) -> None:
        """Put an exchange of the same id in the place of the one that is kept, if it still is."""
        for place, (before, size_before, number) in enumerate(self._exchanges):
            if before.request.id == exchange.request.id:
                kept, size, held = self._within_budget(exchange)
                if self._retention:
                    self._retention.resize(number, held)
                self._exchanges[place] = kept, size, number
                self._bytes += size - size_before
                self._enforce()
                return

    def drop_oldest(self) -> None:
        _, size, number = self._exchanges.popleft()
        self._bytes -= size
        if self._retention:
            self._retention.remove(number)

    def release(self) -> None:
        """Share no bound any more; whoever still holds the journal can read it."""
        if self._retention:
            for _, _, number in self._exchanges:
                self._retention.remove(number)
        self._retention = None

    def clear(self) -> None:
        """Forget the exchanges; not how many there have been, nor what was met."""
        while self._exchanges:
            self.drop_oldest()

    def _within_budget(self, exchange: Exchange) -> tuple[Exchange, int, int]:
        """The exchange as it is kept, its size, and what it takes in memory."""
        kept = trimmed(exchange)
        size = kept.size
        held = exchange_bytes(kept, size)
        shared = self._retention
        if size > self._most_bytes or (shared and held > shared.most_bytes):
            kept = without_bodies(kept)
            size = kept.size
            held = exchange_bytes(kept, size)
        elif size > IN_MEMORY_BYTES or kept.request.parts:
            kept = without_spools(kept)
        return kept, size, held

    def _enforce(self) -> None:
        while len(self._exchanges) > self._most or self._bytes > self._most_bytes:
            self.drop_oldest()
        shared = self._retention
        if shared and shared.held_bytes > shared.most_bytes:
            shared.enforce()
