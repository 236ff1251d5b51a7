"""What was to be reached, and what was: a line each."""

from collections.abc import Iterator, Sequence
from statistics import median

from msgspec import Struct
from msgspec.structs import replace

from bench.findings import Findings
from bench.foreign import ForeignRound
from bench.payload import CREATE, JOB, PAGE
from bench.spread import Spread

SIXTEEN = 16
JOURNAL_MB = 33.6  # 32 MiB
FOREIGN_MS = 20
TIMES: dict[str, tuple[tuple[str, float], ...]] = {
    JOB: (("prism", 8), ("wiremock", 2), ("starlette", 0.7)),
    PAGE: (("prism", 14), ("wiremock", 2), ("starlette", 0.6)),
    CREATE: (("prism", 5), ("wiremock", 1), ("starlette", 0.5)),
}
STRETCH = {JOB: 3.0, PAGE: 1.0, CREATE: 3.0}  # of the bare Starlette


class Line(Struct, frozen=True):
    what: str
    wanted: str
    reached: str
    good: bool | None  # None: not measured

    @property
    def shown(self) -> str:
        return {True: "yes", False: "**no**", None: "-"}[self.good]


def lines(found: Findings) -> Iterator[Line]:
    for workload, wanted in TIMES.items():
        for name, least in wanted:
            yield faster(found, workload, name, least)
    for workload, least in STRETCH.items():
        yield faster(found, workload, "starlette", least, "stretch: ")
    for workload in TIMES:
        yield tail(found, workload)
        yield tail_of_others(found, workload)
    yield from of_start(found)
    yield from of_growth(found)


def faster(found: Findings, workload: str, name: str, least: float, mark: str = "") -> Line:
    times = found.faster(name, (workload, SIXTEEN))
    cheaper = found.cheaper(name, (workload, SIXTEEN))
    shown = f"{times.shown(2)} x" if times else "not measured"
    if cheaper:
        shown += f"; by processor time {cheaper.median:.2f} x"
    what = f"{mark}{workload}: requests/s beside {name}"
    return Line(what, f">= {least:g} x", shown, times.median >= least if times else None)


def tail(found: Findings, workload: str) -> Line:
    loads = found.emulator.loads.get((workload, SIXTEEN), [])
    what = f"{workload}: p99 beside p50"
    if not loads:
        return Line(what, "<= 3 x", "not measured", None)
    times = median(load.p99_ms for load in loads) / median(load.p50_ms for load in loads)
    return Line(what, "<= 3 x", f"{times:.2f} x", times <= 3)


def tail_of_others(found: Findings, workload: str) -> Line:
    cell = (workload, SIXTEEN)
    what = f"{workload}: p99 below every peer's"
    tails = {
        one.server.name: median(load.p99_ms for load in one.loads[cell])
        for one in (found.emulator, *found.peers)
        if cell in one.loads
    }
    ours = tails.pop(found.emulator.server.name, None)
    if ours is None or not tails:
        return Line(what, "the least", "not measured", None)
    name = min(tails, key=lambda one: tails[one])
    return Line(
        what, "the least", f"{ours:.1f} ms; {name} {tails[name]:.1f} ms", ours < tails[name]
    )


def of_start(found: Findings) -> Iterator[Line]:
    ours = found.emulator
    starts = [start.ready_seconds * 1000 for start in found.plain.starts]
    yield at_most("spawn to the first valid answers of all four providers", "ms", 300, starts)
    yield at_most("memory, idle", "MB", 60, present(found.plain.idle_mb), digits=1)
    for requests, megabytes in ((ours.after_requests, ours.after_mb), found.many or (10**6, None)):
        more = [] if megabytes is None else [megabytes - (ours.idle_mb or 0)]
        what = f"memory above that after {requests:,} requests"
        yield at_most(what, "MB", JOURNAL_MB, more, digits=1)
    yield at_most("a test's share of the fixture", "ms", 1, found.share_ms, digits=2)
    yield foreign_cost(found.foreign_rounds)


def foreign_cost(measured: Sequence[ForeignRound]) -> Line:
    what = "a run of pytest that uses nothing of the package, beside one with anyio's plugin"
    line = at_most(what, "ms more", FOREIGN_MS, [one.added_ms for one in measured])
    if not measured:
        return line
    alone = median(one.alone_ms for one in measured)
    anyio = median(one.anyio_ms for one in measured)
    return replace(line, reached=f"{line.reached} than {anyio:.0f} ms; pytest alone {alone:.0f} ms")


def of_growth(found: Findings) -> Iterator[Line]:
    opening = point(found, "tenants", 1_000, "opening")
    yield at_most("opening a tenant", "us", 200, opening)
    for what in ("first page", "page anywhere", "by status", "by dates"):
        small, large = (point(found, "jobs", n, what) for n in (10**3, 10**6))
        times = [large[0] / small[0]] if small and large else []
        yield at_most(f"list, {what}: 1,000,000 jobs beside 1,000", "x", 3, times, digits=2)
    moved = point(found, "clock", 10**6, "advance, s")
    listed = point(found, "clock", 10**6, "the page after it, s")
    both = [a + b for a, b in zip(moved, listed, strict=True)]
    yield at_most("moving the clock over 1,000,000 transitions", "s", 2, both, digits=2)
    yield at_most("memory of a job", "bytes", 600, point(found, "jobs", 10**6, "bytes a job"))
    yield at_most(
        "an hour of speech, first render", "ms", 30, point(found, "minutes", 60, "first, ms")
    )


def point(found: Findings, curve: str, number: int, what: str) -> list[float]:
    grown = found.curve(curve)
    return present(grown.at(number, what) if grown else None)


def present(value: float | None) -> list[float]:
    return [] if value is None else [value]


def at_most(what: str, unit: str, most: float, values: Sequence[float], *, digits: int = 0) -> Line:
    wanted = f"<= {most:g} {unit}"
    if not values:
        return Line(what, wanted, "not measured", None)
    spread = Spread.of(values)
    return Line(what, wanted, f"{spread.shown(digits)} {unit}", spread.median <= most)
