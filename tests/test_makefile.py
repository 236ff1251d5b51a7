"""make, on machines that lack something."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

MAKEFILE = Path(__file__).parents[1] / "Makefile"
# A Python as Debian has it without the package python3-venv, unless there is a file "whole".
PYTHON = f"""#!/bin/sh
case "$*" in
  *ensurepip*sys*) ;;
  *"import ensurepip"*) test -e whole || exit 1; exit 0 ;;
  "-m venv --clear .venv")
    rm -rf .venv; mkdir -p .venv/bin; touch .venv/bin/python .venv/bin/pip .venv/serve.stamp
    exit 0 ;;
esac
exec {sys.executable} "$@"
"""


# What a user may have set, and what a make that runs this test sets for those below it.
UNSET = ("HOST", "PORT", "MAKEFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "MFLAGS")


def make(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if name not in UNSET}
    return subprocess.run(
        ["make", "-f", str(MAKEFILE), *arguments],
        cwd=folder,
        env={**clean, **variables},
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """With the Python of a bare Debian, and the environment that it has left half made."""
    python = tmp_path / "python"
    python.write_text(PYTHON)
    python.chmod(0o755)
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "python").touch()
    return tmp_path


def test_a_python_without_venv_is_told_what_to_install(folder: Path) -> None:
    result = make(folder, ".venv/bin/pip", "PYTHON=./python")

    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert result.returncode == 2
    assert result.stderr.splitlines()[0] == (
        "this Python cannot make virtual environments; "
        f"on Debian and Ubuntu: apt install python{version}-venv, then make again"
    )


def test_a_half_made_environment_is_made_anew_once_the_package_is_there(folder: Path) -> None:
    first = make(folder, ".venv/bin/pip", "PYTHON=./python")
    (folder / "whole").touch()

    again = make(folder, ".venv/bin/pip", "PYTHON=./python")

    assert (first.returncode, again.returncode) == (2, 0)
    assert (folder / ".venv" / "bin" / "pip").exists()


@pytest.mark.parametrize(
    ("arguments", "variables", "flags"),
    [
        ((), {}, "--scenario 'happy'"),
        (("PORT=4999",), {}, "--scenario 'happy' --port '4999'"),
        (
            ("HOST=::1", "PORT=1", "SCENARIO=slow"),
            {},
            "--scenario 'slow' --host '::1' --port '1'",
        ),
        ((), {"PORT": "3000", "HOST": "box"}, "--scenario 'happy'"),
    ],
)
def test_make_serve_takes_where_and_what_to_serve(
    tmp_path: Path, arguments: tuple[str, ...], variables: dict[str, str], flags: str
) -> None:
    (tmp_path / "pyproject.toml").touch()

    result = make(tmp_path, "-n", "serve", *arguments, **variables)

    assert " ".join(result.stdout.splitlines()[-1].split()) == (
        f".venv/bin/speech-emulator serve {flags}"
    )
