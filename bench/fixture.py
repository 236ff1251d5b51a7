"""A test's share of the fixture: the time that pytest takes for empty tests with it and without."""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TypeVar

from bench.servers import ROOT

MANY = 2001
WITH, WITHOUT = "speech_emulator", ""
TEST = "def test_{number}({fixture}): pass\n"
# Other plugins that happen to be installed take seconds to load, and each of them its own.
ALONE = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONPATH": str(ROOT)}
PYTEST = (
    "-m",
    "pytest",
    "-q",
    "-p",
    "no:cacheprovider",
    "-p",
    "emulator.interfaces.testing.pytest_plugin",
)
LEAST, MOST, ENOUGH_SECONDS = 3, 9, 30.0  # rounds, and how long they may take


Measured = TypeVar("Measured")


def share_ms() -> list[float]:
    """Milliseconds of the processor a test, round by round; the server's start does not count."""
    return rounds(lambda: (slope(WITH) - slope(WITHOUT)) * 1000)


def rounds(
    measure: Callable[[], Measured], *, clock: Callable[[], float] = perf_counter
) -> list[Measured]:
    """As many as there is time for: none is begun that would not be over by then."""
    begin = clock()
    found: list[Measured] = []
    while len(found) < LEAST or (
        len(found) < MOST and (clock() - begin) * (len(found) + 1) / len(found) <= ENOUGH_SECONDS
    ):
        found.append(measure())
    return found


def slope(fixture: str) -> float:
    """Seconds that one more test takes."""
    return (cpu_seconds(MANY, fixture) - cpu_seconds(1, fixture)) / (MANY - 1)


def cpu_seconds(tests: int, fixture: str) -> float:
    with TemporaryDirectory() as folder:
        file = Path(folder, "test_empty.py")
        file.write_text("".join(TEST.format(number=n, fixture=fixture) for n in range(tests)))
        command = [sys.executable, *PYTEST, file.name]
        return processor_seconds(command, folder, {**os.environ, **ALONE})


def processor_seconds(command: Sequence[str], folder: str, environment: Mapping[str, str]) -> float:
    """What a run of pytest takes of the processor. RuntimeError: it did not end well."""
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, env=environment)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"pytest ended with {process.returncode}")
    return used.ru_utime + used.ru_stime
