"""What the package costs a run of pytest that uses nothing of it: one test, only collected."""

import sys
from collections.abc import Mapping
from os import environ
from pathlib import Path
from tempfile import TemporaryDirectory

from msgspec import Struct

from bench.environments import REQUIRED, make_environment
from bench.fixture import processor_seconds, rounds

TEST = "def test_nothing(): pass\n"
# -S: what is installed here is not seen, but for what the environment has of it.
COLLECT = ("-S", "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider")
IGNORED = ("PYTEST", "COVERAGE", "COV_CORE", "PYTHON")  # how variables begin that change a run


class ForeignRound(Struct, frozen=True):
    """The processor's time in each environment, one after the other."""

    alone_ms: float  # pytest and nothing else
    anyio_ms: float  # with a plugin that comes with Starlette anyway
    package_ms: float

    @property
    def added_ms(self) -> float:
        return self.package_ms - self.anyio_ms


def foreign_rounds() -> list[ForeignRound]:
    with TemporaryDirectory() as name:
        alone, anyio, package = (Path(name, one) for one in ("alone", "anyio", "package"))
        make_environment(alone, ["pytest"], package=False)
        make_environment(anyio, ["pytest", "anyio"], package=False)
        make_environment(package, ["pytest", *REQUIRED], package=True)
        for one in (alone, anyio, package):
            collection_ms(one)  # the first run compiles what has not been
        return rounds(
            lambda: ForeignRound(collection_ms(alone), collection_ms(anyio), collection_ms(package))
        )


def collection_ms(environment: Path) -> float:
    with TemporaryDirectory() as folder:
        Path(folder, "test_nothing.py").write_text(TEST)
        command = [sys.executable, *COLLECT, "test_nothing.py"]
        return processor_seconds(command, folder, variables(environ, environment)) * 1000


def variables(shell: Mapping[str, str], environment: Path) -> dict[str, str]:
    """Those of the shell, without what would change the run."""
    kept = {name: value for name, value in shell.items() if not name.startswith(IGNORED)}
    return {**kept, "PYTHONPATH": str(environment)}
