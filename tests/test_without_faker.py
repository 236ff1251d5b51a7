"""The package where Faker is not installed: with the word lists of its build, and without them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench.environments import REQUIRED, make_environment
from emulator.core.base.resources import PACKAGE
from hatch_build import write_words

SAY = """
import sys
from emulator.core.base.ids import SeededRandom
from emulator.core.speech.generator import generate_transcript

print(generate_transcript(SeededRandom(7), language="en", speakers=2, duration_ms=5_000).text)
print("faker" in sys.modules)
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """With all that it requires, and nothing that was built."""
    make_environment(tmp_path, REQUIRED, package=False)
    for name in ("emulator", "specs", "fixtures"):
        (tmp_path / name).symlink_to(PACKAGE.parent / name)
    return tmp_path


def python(checkout: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """With -S, what is installed for these tests is not seen."""
    return subprocess.run(
        [sys.executable, "-S", *words],
        cwd=checkout,
        env={**os.environ, "PYTHONPATH": str(checkout)},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_what_the_build_made_is_all_that_speech_needs(checkout: Path) -> None:
    write_words(checkout / "words")

    said = python(checkout, "-c", SAY)

    assert (said.stdout, said.stderr) == (
        "She mission or successful foreign future can learn upon produce book? Budget.\nFalse\n",
        "",
    )


@pytest.mark.parametrize("words", [("serve", "--port", "0"), ("exec", "--", "true")])
def test_a_checkout_that_was_not_built_does_not_start(
    checkout: Path, words: tuple[str, ...]
) -> None:
    said = python(checkout, "-m", "emulator", *words)

    assert (said.returncode, said.stderr) == (
        1,
        "there are no word lists: install this checkout, which builds them (pip install -e .), or "
        "Faker, from which they are taken (pip install 'speech-emulator[faker]')\n",
    )
