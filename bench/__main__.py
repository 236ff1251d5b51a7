"""make bench: the emulator beside its peers, and how its costs grow.

All load goes to servers on the loopback address that this program starts, and ends by itself.
"""

import argparse
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from msgspec.structs import replace

from bench import fixture, wrk
from bench import load as own
from bench.compare import LOADS, QUICK, Effort, compared, only_started, payload_of, running
from bench.findings import Findings, Machine
from bench.foreign import foreign_rounds
from bench.growth import CURVES, LONGEST_SECONDS, grown
from bench.payload import JOB, WORKLOADS
from bench.process import memory_mb
from bench.report import report
from bench.servers import EMULATOR, PEERS, PLAIN, ROOT, Server

FOLDER = ROOT / ".bench" / "run"  # the servers' files and their complaints
PAGE = ROOT / "docs" / "performance.md"
MILLION = 1_000_000
MILLION_SECONDS = 600.0
NAMES = [peer.name for peer in PEERS]


def parsed(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one round, no growth curves")
    parser.add_argument("--only", type=words(WORKLOADS), help="these workloads: a,b,c")
    parser.add_argument("--peers", type=words(NAMES), help=f"these peers: {','.join(NAMES)}")
    parser.add_argument("--rounds", type=int, help="how often each server is visited")
    parser.add_argument("--growth", action="store_true", help="the growth curves alone")
    parser.add_argument("--no-growth", action="store_true", help="all but the growth curves")
    parser.add_argument("--million", action="store_true", help="memory after 1,000,000 requests")
    parser.add_argument(
        "--longest",
        type=float,
        default=LONGEST_SECONDS,
        metavar="SECONDS",
        help="for a point of a curve (default %(default)g)",
    )
    parser.add_argument("--load", choices=LOADS, help="what makes the load (default: wrk if there)")
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the report there")
    return parser.parse_args(arguments)


class words:
    """Some of the known words, with commas between them."""

    def __init__(self, known: Iterable[str]) -> None:
        self._known = tuple(known)

    def __call__(self, text: str) -> tuple[str, ...]:
        given = tuple(filter(None, text.split(",")))
        for one in given:
            if one not in self._known:
                raise argparse.ArgumentTypeError(f"{one!r} is none of {', '.join(self._known)}")
        return given


def effort(given: argparse.Namespace) -> Effort:
    usual = QUICK if given.quick else Effort()
    return replace(
        usual,
        rounds=given.rounds or usual.rounds,
        workloads=() if given.growth else given.only or usual.workloads,
    )


def chosen(given: argparse.Namespace) -> list[Server]:
    """The peers that are wanted, installed or not."""
    if given.growth:
        return []
    return [peer for peer in PEERS if given.peers is None or peer.name in given.peers]


def main() -> None:
    given = parsed()
    machine = Machine.this()
    wanted, how = chosen(given), effort(given)
    which = given.load or ("wrk" if wrk.is_there() else "own")
    there = [one for one in wanted if not one.lacks]
    payload, results, lost = compared([EMULATOR, *there], FOLDER, how, which, say)
    all_of_it = given.growth or not (given.quick or given.no_growth)
    found = Findings(
        day=datetime.now(UTC).date(),
        machine=machine,
        generator=wrk.version() if which == "wrk" else "this program's own",
        seconds=how.seconds,
        payload=payload,
        results=results,
        plain=only_started(PLAIN, FOLDER, payload, how.starts),
        left_out=[f"{one.title} ({one.lacks})" for one in wanted if one.lacks] + lost,
        grown=grown(CURVES if all_of_it else (), quick=given.quick, seconds=given.longest, say=say),
        share_ms=fixture.share_ms() if all_of_it else (),
        foreign_rounds=foreign_rounds() if all_of_it else (),
        many=after_a_million() if given.million else None,
        titles=payload.titles(),
    )
    text = report(found, how.requests)
    print(text)
    partly = given.quick or given.only or given.peers or given.growth or given.no_growth
    target = given.write or (None if partly else PAGE)
    if target:
        target.write_text(text)
        say(f"written: {target}")


def after_a_million() -> tuple[int, float | None]:
    """How often a fresh emulator was asked, a million times if the time is enough; its memory."""
    payload = payload_of(FOLDER)
    with running(EMULATOR, FOLDER, payload) as run:
        message = EMULATOR.asks(payload)[JOB]
        done = own.load(run.port, message, connections=16, seconds=MILLION_SECONDS, most=MILLION)
        return done.requests, memory_mb(run.pid)


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
