"""Loops whose time nobody can stop."""

import subprocess
import sys
from types import SimpleNamespace

import pytest

from emulator.interfaces.transports.event_loops import unfrozen_clock

FROZEN = """
import sys
sys.modules["uvloop"] = None  # as if it were not installed
import httpx
from freezegun import freeze_time
{before}
with freeze_time("2026-01-01"):
    import emulator
    with emulator.run("faults: [{{when: {{provider: gladia}}, delay: 50ms}}]") as speech:
        reply = httpx.get(speech.gladia.url + "/health", timeout=None)
print(reply.status_code)
"""


@pytest.mark.parametrize("before", ["import emulator.interfaces.testing.api", ""])
def test_a_delay_ends_though_a_test_has_frozen_time(before: str) -> None:
    result = subprocess.run(
        [sys.executable, "-c", FROZEN.format(before=before)],
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert (result.stdout, result.stderr) == ("200\n", "")


def test_where_there_is_no_other_name_for_the_clock_the_frozen_one_is_passed_over() -> None:
    windows = SimpleNamespace(monotonic=lambda: 1.0)
    freezer = SimpleNamespace(real_monotonic=lambda: 2.0)

    thawed, frozen = (
        unfrozen_clock(windows, {}),
        unfrozen_clock(windows, {"freezegun.api": freezer}),
    )

    assert (thawed(), frozen()) == (1.0, 2.0)
