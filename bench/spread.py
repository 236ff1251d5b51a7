"""Medians and how far the single values lie from them."""

from collections.abc import Sequence
from statistics import median

from msgspec import Struct


class Spread(Struct, frozen=True):
    """The middle of some values, and the least and the most of them."""

    median: float
    least: float
    most: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "Spread":
        return cls(median(values), min(values), max(values))

    def shown(self, digits: int = 0) -> str:
        """``1,234 (1,100..1,300)``"""
        middle, least, most = (f"{one:,.{digits}f}" for one in (self.median, self.least, self.most))
        return middle if least == most else f"{middle} ({least}..{most})"


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> Spread:
    """How many times as much ours are, round by round: what slows a round slows both."""
    return Spread.of([mine / other for mine, other in zip(ours, theirs, strict=True) if other])


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which that share of them lies, the nearest of those that there are."""
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]
