"""Ask a server every odd request; see ``scripts/hostile``."""

import json
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import quote

from tests.hostile.case import Case
from tests.hostile.client import ask, serves_others, try_case
from tests.hostile.corpus import CASES
from tests.hostile.crowd import Crowd
from tests.hostile.server import LIMIT, MB, Held, Server, running

MOST_RESIDENT = 150 * MB  # more than at the start, when all is over
LONGEST_SECONDS = 10.0  # of a case, on a machine that has other things to do
MOST_SPOOLS = 0  # files of requests whose tenants are gone
SETTLING_SECONDS = 5.0  # for connections that are closing
LONGEST_KEY = 500  # characters that the admin API takes
MOST_SHOWN = 300  # characters of a request
TRACEBACK = "Traceback (most recent call last)"


def main(wanted: str) -> int:
    chosen = [one for one in CASES if wanted in one.name]
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as server:
        serves_others(server.port)  # which makes what is made once
        before = server.held()
        crowd = Crowd.of(server.port)
        failures = [text for case in chosen for text in complaints(server, case)]
        failures += [f"crowd: {one}" for one in crowd.complaints()]
        failures += still_open(server.port)
        after = settled(server, before)
        failures += leftovers(before, after)
        if TRACEBACK in (log := server.log.read_text(errors="replace")):
            failures.append("the log has a traceback:\n" + log[log.index(TRACEBACK) :][:3000])
    for one in failures:
        print(one)
    wrong = sum(failure.startswith("case ") for failure in failures)
    print(
        f"{len(chosen)} cases and {crowd.size} silent clients in {time.monotonic() - began:.0f} s,"
        f" {len(chosen) - wrong} cases as written down;"
        f" peak {after.peak / MB:.0f} MB of {LIMIT / MB:.0f},"
        f" at the end {after.resident / MB:.0f} MB (at the start {before.resident / MB:.0f})"
    )
    return 1 if failures or not chosen else 0


def settled(server: Server, before: Held) -> Held:
    """What it holds once it holds no more than it should, or has had time enough for that."""
    end = time.monotonic() + SETTLING_SECONDS
    while leftovers(before, after := server.held()) and time.monotonic() < end:
        time.sleep(0.1)
    return after


def still_open(port: int) -> list[str]:
    """Closes the tenants that an address can name; a sentence for each that stays."""
    listed = ask(port, administer("GET", "/_emulator/tenants"))
    found = [load["key"] for load in json.loads(listed.body)["tenants"]] if listed else []
    keys = [one for one in found if "/" not in one and len(one) <= LONGEST_KEY]
    closed = {
        key: ask(port, administer("DELETE", f"/_emulator/tenants/{quote(key)}")) for key in keys
    }
    failures = [
        f"tenant {key}: {one}" for key, one in closed.items() if one is None or one.status != 204
    ]
    return failures if keys else ["tenants: there was none to close"]


def administer(method: str, target: str) -> str:
    return f"{method} {target} HTTP/1.1\r\nHost: localhost\r\n\r\n"


def complaints(server: Server, case: Case) -> Iterator[str]:
    """What is not as written down."""
    began = time.monotonic()
    got = try_case(server.port, case)
    if got != case.expected:
        yield complaint(case, got)
    if not serves_others(server.port):
        yield f"after {case.name}: the server no longer answers others"
    if time.monotonic() - began > LONGEST_SECONDS:
        yield f"after {case.name}: it took {time.monotonic() - began:.0f} s"


def complaint(case: Case, got: str) -> str:
    sent = case.sent if len(case.sent) <= MOST_SHOWN else f"{case.sent[:MOST_SHOWN]}..."
    frames = f"\n  frames    {case.frames[:40]!r}" if case.frames else ""
    return (
        f"case {case.name}\n  request   {sent!r} ({len(case.sent)} bytes){frames}\n"
        f"  expected  {case.expected}\n  got       {got}"
    )


def leftovers(before: Held, after: Held) -> Sequence[str]:
    """What a server still has that nobody needs any more."""
    found = []
    if after.resident - before.resident > MOST_RESIDENT:
        found.append(f"memory: {after.resident / MB:.0f} MB are still resident")
    if after.descriptors > before.descriptors + 2:  # connections that are closing
        found.append(f"descriptors: {after.descriptors} are open, before {before.descriptors}")
    if after.spools > MOST_SPOOLS:
        found.append(f"spools: {after.spools} are left")
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else ""))
