"""The report: findings as Markdown."""

from collections.abc import Iterable, Iterator, Sequence
from statistics import median

from bench.compare import Cell, Result
from bench.findings import Findings
from bench.fixture import MANY
from bench.growth import Grown
from bench.spread import Spread
from bench.targets import lines

UNITS = {"s", "ms", "KB"}  # that stand in a measure's name; the others are as said here
HEAD = """# Performance

Written by `make bench` on {day}. {machine}

Read the ratios: each round visits every server in turn, so what slows the machine slows all of
them. A figure is the median of the rounds, with the least and the most of them behind it.

{workloads}
"""
HOW = """## How it was measured

- Everything runs on one machine and talks over the loopback address. The load: {generator};
  kept-alive connections, each of which asks again once it has the whole answer (no pipelining),
  {seconds:g} s a load.
- Each server is started a few times; its last process is kept, asked **a** {requests:,} times over,
  and then visited once in each round for each workload and number of connections.
- *Start* is from the spawn of the process to its first valid answer; of the emulator, also to a
  first answer of each of its four providers. *Memory* is what the process and its children have
  resident.
- *Processor time* is what the server's processes took for one request. Unlike requests a second it
  does not change when the machine has other work; it says nothing of using several cores at once.
- The peers answer the same bytes as the emulator; those that work from a definition get one with
  the same three operations, and those bytes as examples. They log as little as they can be told to,
  the emulator warnings only.
- The growth curves ask the emulator inside a process, without a socket; each point has a process of
  its own. A *first* answer on speech is the median of several accounts that ask for it once.
- *A test's share of the fixture* is what pytest takes of the processor for one of {tests:,} empty
  tests that have it, less what it takes for one of as many that have none; both in every round.
- *A run of pytest that uses nothing of the package* collects one test, where pytest and what the
  package installs are all there is; the other, where pytest and anyio are, which comes with
  Starlette. Both, and pytest alone, are in every round; figures are processor time.
"""


def report(found: Findings, requests: int) -> str:
    parts = [
        HEAD.format(
            day=found.day.isoformat(),
            machine=machine(found),
            workloads="\n".join(f"- **{one}**: {title}" for one, title in found.titles.items()),
        ),
        section("What was to be reached", target_table(found)),
        *compared(found),
        *map(growth, found.grown),
        HOW.format(generator=found.generator, seconds=found.seconds, requests=requests, tests=MANY),
        servers(found),
    ]
    return "\n".join(parts)


def machine(found: Findings) -> str:
    on = found.machine
    busy = " Others were using it, too: compare by processor time." if on.is_busy else ""
    return (
        f"{on.cores} cores ({on.processor}), {on.system}, Python {on.python}; "
        f"load average before the run {on.load:.1f}.{busy}"
    )


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    body = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(row)} |\n" for row in body)


def section(title: str, text: str) -> str:
    return f"## {title}\n\n{text}"


def target_table(found: Findings) -> str:
    rows = ((line.what, line.wanted, line.reached, line.shown) for line in lines(found))
    return table(("what", "to reach", "reached", ""), rows)


def compared(found: Findings) -> Iterator[str]:
    cells = list(found.emulator.loads)
    for connections in sorted({cell[1] for cell in cells}, reverse=True):
        chosen = [cell for cell in cells if cell[1] == connections]
        many = "one connection" if connections == 1 else f"{connections} connections"
        yield section(f"Requests a second, {many}", rate_table(found, chosen))
        yield section(f"Latency and processor time, {many}", latency_table(found, chosen))
    yield section("Start and memory", weight_table(found))


def rate_table(found: Findings, cells: Sequence[Cell]) -> str:
    head = ["server", *(cell[0] for cell in cells)]
    head += [f"emulator beside it, {cell[0]}" for cell in cells]
    rows = (
        [
            result.server.title,
            *(spread([load.rate for load in result.loads.get(cell, [])]) for cell in cells),
            *(beside(found, result, cell) for cell in cells),
        ]
        for result in found.results
    )
    return table(head, rows)


def beside(found: Findings, one: Result, cell: Cell) -> str:
    times = found.faster(one.server.name, cell)
    if one is found.emulator or times is None:
        return "-"
    return f"{times.shown(2)} x"


def spread(values: Sequence[float], digits: int = 0) -> str:
    return Spread.of(values).shown(digits) if values else "-"


def latency_table(found: Findings, cells: Sequence[Cell]) -> str:
    head = ["server", *(f"{cell[0]}: p50 / p99, ms" for cell in cells)]
    head += [f"{cell[0]}: processor us a request" for cell in cells]
    rows = (
        [
            result.server.title,
            *(latency(result, cell) for cell in cells),
            *(middle(result.cpu_us.get(cell, [])) for cell in cells),
        ]
        for result in found.results
    )
    return table(head, rows)


def middle(values: Sequence[float]) -> str:
    return f"{median(values):,.0f}" if values else "-"


def latency(one: Result, cell: Cell) -> str:
    loads = one.loads.get(cell)
    if not loads:
        return "-"
    p50, p99 = median(load.p50_ms for load in loads), median(load.p99_ms for load in loads)
    return f"{p50:.2f} / {p99:.2f}"


def weight_table(found: Findings) -> str:
    head = (
        "server",
        "spawn to first valid answer, s",
        "processor s of that",
        "idle, MB",
        "after so many requests, MB",
    )
    rows = [weight(one) for one in (found.plain, *found.results)]
    if found.many:
        after = weighed(found.many[1], found.many[0])
        rows.append([f"{found.emulator.server.title}, another one", "-", "-", "-", after])
    return table(head, rows)


def weight(one: Result) -> list[str]:
    first = spread([start.first_seconds for start in one.starts], 2)
    if one.server.also:
        first += f"; all four {spread([start.ready_seconds for start in one.starts], 2)}"
    cpu = [start.cpu_seconds for start in one.starts if start.cpu_seconds is not None]
    idle = "-" if one.idle_mb is None else f"{one.idle_mb:.0f}"
    after = weighed(one.after_mb, one.after_requests)
    return [one.server.title, first, spread(cpu, 2), idle, after]


def weighed(megabytes: float | None, requests: int) -> str:
    return "-" if megabytes is None or not requests else f"{megabytes:.0f} ({requests:,})"


def growth(grown: Grown) -> str:
    numbers = sorted({*grown.points, *grown.missing})
    measures = dict.fromkeys(name for point in grown.points.values() for name in point)
    rows = [
        [unit(name), *(number_shown(grown.at(number, name)) for number in numbers)]
        for name in measures
    ]
    notes = "".join(f"\n{number:,}: {why}.\n" for number, why in grown.missing.items())
    head = [grown.curve.title, *(f"{number:,}" for number in numbers)]
    return section(f"Growth: {grown.curve.title}", table(head, rows) + notes)


def unit(measure: str) -> str:
    """What has no unit in its name is in microseconds."""
    named = measure.startswith("bytes ") or measure.rpartition(", ")[2] in UNITS or measure in UNITS
    return measure if named else f"{measure}, us"


def number_shown(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:,.0f}" if value >= 100 else f"{value:,.3g}"


def servers(found: Findings) -> str:
    rows = ((result.server.title, result.version, result.server.remark) for result in found.results)
    text = section("Servers", table(("server", "version", ""), rows))
    if found.left_out:
        text += f"\nLeft out: {', '.join(found.left_out)}; `make bench-peers` installs them.\n"
    return text
