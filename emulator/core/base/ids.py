"""Ids: the only source of chance, seeded."""

import random
from collections.abc import Sequence
from functools import cached_property
from hashlib import sha256
from math import log
from typing import Protocol, TypeVar

Item = TypeVar("Item")
VARIANTS = dict(zip("0123456789abcdef", "89ab" * 4, strict=True))

DRAW_BYTES = 16  # of one id


class IdSource(Protocol):
    """What gives ids, one after the other."""

    def uuid(self) -> str: ...

    def hex(self, digits: int) -> str: ...


class SeededRandom:
    """A stream of draws that the names it was made with decide; the same names, the same draws."""

    def __init__(self, *names: object) -> None:
        self._names = names

    @cached_property
    def _random(self) -> random.Random:
        """Made for the first draw: it takes 2.5 kB, and most streams only lead to others.

        A text seed is hashed by the library itself, the same way on every platform and version.
        """
        return random.Random("\x1f".join(map(str, self._names)))

    def child(self, *names: object) -> "SeededRandom":
        """A stream of its own, which does not depend on what has been drawn from this one."""
        return SeededRandom(*self._names, *names)

    def uuid(self) -> str:
        """A UUID of version 4, in lower case."""
        return uuid_of(f"{self._random.getrandbits(128):032x}")

    def pregenerate(self, count: int) -> "PregeneratedIds":
        """As many ids at once as would have been drawn one after the other."""
        return PregeneratedIds(self._random.randbytes(count * DRAW_BYTES))

    def peek(self, count: int) -> "PregeneratedIds":
        """The ids that come next; nothing is drawn."""
        before = self._random.getstate()
        found = self.pregenerate(count)
        self._random.setstate(before)
        return found

    def nth(self, number: int) -> str:
        """One of a row of UUIDs, each decided by its number; a stream for each takes ten times."""
        return uuid_of(sha256(self._row + b"%d" % number).hexdigest())

    @cached_property
    def _row(self) -> bytes:
        """What all of the row have in common."""
        return "".join(f"{name}\x1f" for name in self._names).encode()

    def hex(self, digits: int) -> str:
        return f"{self._random.getrandbits(4 * digits):0{digits}x}"

    def integer(self, low: int, high: int) -> int:
        """Between ``low`` and ``high``, both included."""
        return self._random.randint(low, high)

    def number(self, low: float, high: float) -> float:
        return self._random.uniform(low, high)

    def lognormal(self, median: float, spread: float) -> float:
        """Around ``median``; ``spread`` is the standard deviation of the logarithm."""
        return self._random.lognormvariate(log(median), spread)

    def choice(self, items: Sequence[Item]) -> Item:
        return self._random.choice(items)

    def choices(self, items: Sequence[Item], count: int) -> list[Item]:
        """``count`` draws; more of them begin with the same ones."""
        return self._random.choices(items, k=count)

    def seed(self) -> int:
        """A seed for a borrowed source of chance."""
        return self._random.getrandbits(64)


class PregeneratedIds:
    """Ids that have been drawn already, 16 bytes each; they are given out in their order."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.taken = 0

    def __len__(self) -> int:
        return len(self._data) // DRAW_BYTES

    def uuid(self) -> str:
        return uuid_of(self.hex(32))

    def hex(self, digits: int) -> str:
        assert digits == 2 * DRAW_BYTES  # whoever wants another number draws by itself
        self.taken += 1
        return self.hex_at(self.taken - 1)

    def hex_at(self, place: int) -> str:
        """The hex digits of one; the draw's first byte is its least."""
        begin = place * DRAW_BYTES
        return self._data[begin : begin + DRAW_BYTES][::-1].hex()

    def part(self, begin: int, end: int) -> "PregeneratedIds":
        """Those from one place up to another, none of them given out."""
        return PregeneratedIds(self._data[begin * DRAW_BYTES : end * DRAW_BYTES])


def uuid_of(digits: str) -> str:
    """The UUID of version 4 that 32 hex digits make. RFC 9562, 5.4: a 4, two bits for a variant."""
    return (
        f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}"
        f"-{VARIANTS[digits[16]]}{digits[17:20]}-{digits[20:32]}"
    )


def digest(*parts: str | bytes) -> str:
    """Hex SHA-256 over the parts, each told apart from the next."""
    total = sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        total.update(len(data).to_bytes(8, "big") + data)
    return total.hexdigest()
