"""Journal: what was asked and answered."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from emulator.core.messages import Request, Response
from emulator.core.problems import Breach


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request with its answer; ``operation`` is None when no documented one was found."""

    provider: str
    request: Request
    response: Response
    at: datetime
    operation: str | None = None
    key: str | None = None  # the tenant's; None: the request belongs to none
    notes: tuple[str, ...] = ()  # what is worth knowing and no breach
    breaches: tuple[Breach, ...] = ()  # of the answer: our bugs
    refused: str | None = None  # the kind of problem that was answered

    @property
    def size(self) -> int:
        """The bytes of its bodies; an upload stands there twice, whole and in parts."""
        parts = sum(len(part.content) for part in self.request.parts)
        return len(self.request.body) + parts + len(self.response.body)


class Journal:
    """The last exchanges, bounded by their count and by the bytes of their bodies."""

    def __init__(self, *, most: int = 1000, most_bytes: int = 32 * 1024 * 1024) -> None:
        self._kept: deque[Exchange] = deque()
        self._most = most
        self._most_bytes = most_bytes
        self._bytes = 0
        self._count = 0

    @property
    def count(self) -> int:
        """How many there have been, those that were dropped among them."""
        return self._count

    def __iter__(self) -> Iterator[Exchange]:
        """The exchanges that are still kept, oldest first."""
        return iter(tuple(self._kept))

    def __len__(self) -> int:
        return len(self._kept)

    def record(self, exchange: Exchange) -> Exchange:
        """Keep it, without its bodies if they alone are too much; and give it back whole."""
        kept = exchange if exchange.size <= self._most_bytes else without_bodies(exchange)
        self._kept.append(kept)
        self._count += 1
        self._bytes += kept.size
        while len(self._kept) > self._most or self._bytes > self._most_bytes:
            self._bytes -= self._kept.popleft().size
        return exchange


def without_bodies(exchange: Exchange) -> Exchange:
    return replace(
        exchange,
        request=replace(exchange.request, body=b"", content=None, parts=()),
        response=replace(exchange.response, body=b"", content=None),
        notes=(*exchange.notes, f"bodies of {exchange.size} bytes were not kept"),
    )
