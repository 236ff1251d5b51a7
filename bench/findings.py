"""Findings: everything that one run saw, and what it was seen on."""

import os
import platform
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path

from msgspec import Struct, field

from bench.compare import Cell, Result
from bench.foreign import ForeignRound
from bench.growth import Grown
from bench.payload import Payload
from bench.servers import BARE, EMULATOR
from bench.spread import Spread, ratio


class Machine(Struct, frozen=True):
    cores: int
    processor: str
    python: str
    system: str
    load: float  # of the last minute, before the run

    @property
    def is_busy(self) -> bool:
        return self.load > self.cores / 2

    @classmethod
    def this(cls) -> "Machine":
        usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 0
        return cls(
            cores=usable or os.cpu_count() or 1,
            processor=processor(),
            python=platform.python_version(),
            system=f"{platform.system()} {platform.machine()}",
            load=os.getloadavg()[0],
        )


def processor() -> str:
    """Its name, where the system tells."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, "") or platform.processor() or "unknown"


class Findings(Struct, frozen=True):
    day: date
    machine: Machine
    generator: str
    seconds: float  # of one load
    payload: Payload
    results: Sequence[Result]
    plain: Result  # the emulator without a scenario, only started
    left_out: Sequence[str] = ()  # peers that are not installed
    grown: Sequence[Grown] = ()
    share_ms: Sequence[float] = ()  # of the fixture, a test
    foreign_rounds: Sequence[ForeignRound] = ()
    many: tuple[int, float | None] | None = None  # so many requests, and the memory after them
    titles: Mapping[str, str] = field(default_factory=dict)

    @property
    def emulator(self) -> Result:
        return self.results[0]

    @property
    def peers(self) -> Sequence[Result]:
        return [
            result
            for result in self.results
            if result.server.name not in (EMULATOR.name, BARE.name)
        ]

    def of(self, name: str) -> Result | None:
        return next((result for result in self.results if result.server.name == name), None)

    def curve(self, name: str) -> Grown | None:
        return next((one for one in self.grown if one.curve.name == name), None)

    def faster(self, name: str, cell: Cell) -> Spread | None:
        """How many times the requests a second of that server; None: not measured."""
        return self._times(name, cell, lambda one: [load.rate for load in one.loads.get(cell, [])])

    def cheaper(self, name: str, cell: Cell) -> Spread | None:
        """How many times the requests of that server in a second of the processor."""
        return self._times(
            name, cell, lambda one: [1 / us for us in one.cpu_us.get(cell, []) if us]
        )

    def _times(
        self, name: str, cell: Cell, rates: Callable[[Result], list[float]]
    ) -> Spread | None:
        other = self.of(name)
        theirs = rates(other) if other else []
        ours = rates(self.emulator)
        return ratio(ours, theirs) if theirs and len(ours) == len(theirs) else None
