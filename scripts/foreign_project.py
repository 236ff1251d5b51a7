"""Tests of a project that is not ours, run by whatever pytest is installed beside the plugin."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

TESTS = """
import httpx2
import pytest


def ask(speech, path="/v2/pre-recorded"):
    headers = {"x-gladia-key": speech.gladia.key}
    return httpx2.get(speech.gladia.url + path, headers=headers)


def test_plain():
    assert True


def test_fixture(speech_emulator):
    assert ask(speech_emulator).json()["items"] == []


@pytest.mark.speech_emulator(scenario="busy-account", clock="manual")
def test_marker(speech_emulator):
    before = speech_emulator.clock.now
    assert ask(speech_emulator).json()["items"] != []
    assert speech_emulator.clock.now == before


@pytest.mark.speech_emulator(strict=False)
def test_lenient(speech_emulator):
    assert ask(speech_emulator, "/v2/nothing").status_code == 404
"""
FAILING = """
from test_good import ask


def test_report(speech_emulator):
    ask(speech_emulator)
    assert False


def test_stray(speech_emulator):
    ask(speech_emulator, "/v2/nothing")
"""
INI = """
[pytest]
addopts = --strict-markers --strict-config -p no:cacheprovider
filterwarnings = error
speech_emulator_clock = step
speech_emulator_strict = yes
"""
SHOWN = "09:00:00 gladia        GET    /v2/pre-recorded -> 200"
STRAY = "the client asked for GET /v2/nothing, which gladia does not have"
MISSED = "FAIL: the client coverage of"
# Arguments of pytest -> the exit code, and what is said.
RUNS: Mapping[tuple[str, ...], tuple[int, tuple[str, ...]]] = {
    ("test_plain.py",): (0, ("1 passed",)),
    ("test_good.py",): (0, ("4 passed",)),
    ("test_bad.py",): (1, ("1 failed, 1 passed, 1 error", SHOWN, STRAY)),
    ("test_good.py", "-n", "2"): (0, ("4 passed",)),
    ("test_good.py", "--speech-emulator-coverage"): (0, ("4 passed", "client coverage: ")),
    ("test_good.py", "--speech-emulator-fail-under", "99"): (1, ("4 passed", MISSED)),
    ("test_good.py", "--speech-emulator-scenario", "busy-account"): (1, ("1 failed, 3 passed",)),
    ("--markers",): (0, ("@pytest.mark.speech_emulator(scenario=None, clock=None, strict=True)",)),
    ("--fixtures", "test_good.py"): (0, ("speech_emulator_server [session scope]",)),
    ("--help",): (0, ("--speech-emulator-scenario=SCENARIO", "speech_emulator_strict (string)")),
}


def lay_out(folder: Path) -> None:
    (folder / "test_plain.py").write_text("def test_plain():\n    assert True\n")
    (folder / "test_good.py").write_text(TESTS)
    (folder / "test_bad.py").write_text(FAILING)
    (folder / "pytest.ini").write_text(INI)


def failures(folder: Path) -> list[str]:
    """What did not come out as it should."""
    found = []
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("SPEECH_EMULATOR_")
    }
    for arguments, (status, texts) in RUNS.items():
        run = subprocess.run(
            [sys.executable, "-m", "pytest", *arguments],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
        )
        missing = [text for text in texts if text not in run.stdout]
        if run.returncode != status or missing:
            output = run.stdout + run.stderr
            found.append(f"pytest {' '.join(arguments)}: {run.returncode}, no {missing}\n{output}")
    return found


def main() -> int:
    version = subprocess.run(
        [sys.executable, "-c", "import pytest; print(pytest.__version__)"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    with tempfile.TemporaryDirectory() as folder:
        lay_out(Path(folder))
        found = failures(Path(folder))
    python = ".".join(map(str, sys.version_info[:2]))
    print(*found, sep="\n", end="\n" if found else "")
    print(f"pytest {version} on Python {python}: {len(RUNS)} runs, {len(found)} of them wrong")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
