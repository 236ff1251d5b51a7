"""How the cost grows: curves, each point of which is measured in a process of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct, field

from bench.servers import ROOT


class Curve(Struct, frozen=True):
    name: str  # as points.py calls it
    title: str
    points: tuple[int, ...]
    quick: tuple[int, ...]


CURVES = (
    Curve("jobs", "jobs in one account", (10**3, 10**4, 10**5, 10**6), (10**3, 10**4)),
    Curve("lists", "jobs with each provider", (10**3, 10**4), (10**3,)),
    Curve("clock", "jobs that a move of the clock ends", (10**3, 10**4, 10**5, 10**6), (10**3,)),
    Curve("tenants", "tenants", (10, 100, 1_000, 9_800), (10, 100)),
    Curve("journal", "exchanges in the journal, which keeps 1,000", (0, 1_000, 10_000), (0, 1_000)),
    Curve("rules", "rules for jobs, of which the last one matches", (1, 10, 100, 1_000), (1, 100)),
    Curve("minutes", "minutes of speech", (1, 10, 60, 600), (1, 60)),
)
LONGEST_SECONDS = 90.0  # of one point, unless told


class Grown(Struct, frozen=True):
    """The points of one curve; what is missing of them took too long."""

    curve: Curve
    points: Mapping[int, Mapping[str, float]] = field(default_factory=dict)
    missing: Mapping[int, str] = field(default_factory=dict)

    def at(self, number: int, what: str) -> float | None:
        return self.points.get(number, {}).get(what)


def grown(
    curves: Sequence[Curve], *, quick: bool, seconds: float, say: Callable[[str], None]
) -> list[Grown]:
    found = []
    for curve in curves:
        points: dict[int, Mapping[str, float]] = {}
        missing: dict[int, str] = {}
        for number in curve.quick if quick else curve.points:
            try:
                points[number] = point(curve.name, number, seconds)
                say(f"{curve.name} {number:,}: {points[number]}")
            except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as error:
                missing[number] = why(error, seconds)
                say(f"{curve.name} {number:,}: {missing[number]}")
        found.append(Grown(curve, points, missing))
    return found


def point(name: str, number: int, seconds: float) -> Mapping[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", "bench.points", name, str(number)],
        capture_output=True,
        text=True,
        check=True,
        timeout=seconds,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    found: Mapping[str, float] = json.loads(done.stdout)
    return found


def why(error: subprocess.TimeoutExpired | subprocess.CalledProcessError, seconds: float) -> str:
    if isinstance(error, subprocess.TimeoutExpired):
        return f"not within {seconds:g} s"
    return (error.stderr or "failed").strip().splitlines()[-1]
