"""A test's share of the fixture: the time that pytest takes for empty tests with it and without."""

import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.servers import ROOT

MANY = 501
WITH, WITHOUT = "speech_emulator", ""
TEST = "def test_{number}({fixture}): pass\n"


def share_ms(rounds: int = 1) -> list[float]:
    """Milliseconds of the processor a test; the server's own start does not count."""
    return [(slope(WITH) - slope(WITHOUT)) * 1000 for _ in range(rounds)]


def slope(fixture: str) -> float:
    """Seconds that one more test takes."""
    return (cpu_seconds(MANY, fixture) - cpu_seconds(1, fixture)) / (MANY - 1)


def cpu_seconds(tests: int, fixture: str) -> float:
    with TemporaryDirectory() as folder:
        file = Path(folder, "test_empty.py")
        file.write_text("".join(TEST.format(number=n, fixture=fixture) for n in range(tests)))
        process = subprocess.Popen(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", file.name],
            cwd=folder,
            stdout=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        _, status, used = os.wait4(process.pid, 0)
    if status:
        raise RuntimeError(f"pytest ended with {os.waitstatus_to_exitcode(status)}")
    return used.ru_utime + used.ru_stime
