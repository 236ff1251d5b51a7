"""What the README says is run, and its tables are the code's."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from emulator.core.files import fixtures
from emulator.faces.options import OPTIONS
from emulator.providers import PROVIDERS

README = (Path(__file__).parents[1] / "README.md").read_text()
COMMANDS = re.findall(r"```console\n(.*?)```", README, re.DOTALL)
PYTHON = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
SCENARIOS = re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)
PORT = "4788"
# What differs from one run to the next: the day and hour, and the signatures over them.
MOMENTS = re.compile(r"\d{4}-\d\d-\d\dT\d\d(:|%3A)\d\d(:|%3A)\d\d(\.\d{3})?Z")
SIGNATURES = re.compile(r"(sig|signature)=[\w%+/=-]+")


def section(title: str) -> str:
    return README.split(f"\n## {title}\n")[1].split("\n## ")[0]


def steps(block: str) -> Iterator[tuple[str, str]]:
    """Each command of a block with the output that follows it."""
    for piece in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, _, output = piece.partition("\n")
        yield command, output


def steady(text: str) -> str:
    return SIGNATURES.sub("signature", MOMENTS.sub("moment", text)).strip()


@pytest.fixture(scope="module")
def port() -> Iterator[str]:
    """A server as ``make serve`` runs it, but on a free port."""
    serve = [sys.executable, "-m", "emulator", "serve", "--port", "0", "--scenario", "happy"]
    with subprocess.Popen(
        serve, stdout=subprocess.PIPE, text=True, stderr=subprocess.DEVNULL
    ) as process:
        assert process.stdout
        line = ""
        while not line.startswith("speech-emulator ready on "):
            line = process.stdout.readline()
        yield line.rstrip().rpartition(":")[2]
        process.terminate()


def test_every_curl_answers_what_the_readme_says(port: str) -> None:
    shown = [step for block in COMMANDS for step in steps(block)]
    tried = [(c, o) for c, o in shown if c != "make serve"]
    script = "".join(f"{command}\necho; echo '=-='\n" for command, _ in tried)

    result = subprocess.run(
        ["bash", "-eu"],
        input=script.replace(PORT, port),
        capture_output=True,
        text=True,
        timeout=60,
        env=os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
    )

    answers = result.stdout.replace(port, PORT).split("=-=\n")[:-1]
    assert [(command, steady(output)) for command, output in tried] == [
        (command, shortened(steady(answer), steady(output)))
        for (command, output), answer in zip(tried, answers, strict=True)
    ]


def shortened(answer: str, expected: str) -> str:
    """The expected text, where the answer is like it with anything in the place of ``...``."""
    pattern = ".*".join(re.escape(piece) for piece in expected.split("..."))
    return expected if re.fullmatch(pattern, answer, re.DOTALL) else answer


@pytest.mark.parametrize("block", [one for one in PYTHON if "def test_" not in one])
def test_every_python_snippet_runs(block: str, tmp_path: Path) -> None:
    (tmp_path / "snippet.py").write_text(block)

    result = subprocess.run(
        [sys.executable, "snippet.py"], cwd=tmp_path, capture_output=True, text=True, timeout=60
    )

    assert result.returncode == 0, result.stdout + result.stderr


PYTEST = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_snippet.py"]
EXEC = [sys.executable, "-m", "emulator", "exec", "--"]
WAYS: list[tuple[list[str], dict[str, str]]] = [
    (PYTEST, {}),
    (PYTEST, {"SPEECH_EMULATOR_URL": f"http://127.0.0.1:{PORT}"}),
    ([*EXEC, *PYTEST], {}),
]


@pytest.mark.parametrize("block", [one for one in PYTHON if "def test_" in one])
@pytest.mark.parametrize(("command", "variables"), WAYS, ids=["here", "elsewhere", "exec"])
def test_every_test_runs_wherever_the_emulator_does(
    command: list[str], variables: dict[str, str], block: str, port: str, tmp_path: Path
) -> None:
    (tmp_path / "test_snippet.py").write_text(block)
    environment = {name: url.replace(PORT, port) for name, url in variables.items()}

    result = subprocess.run(
        command,
        cwd=tmp_path,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert result.returncode == 0, result.stdout + result.stderr
    assert "1 passed" in result.stdout


@pytest.mark.parametrize("block", SCENARIOS)
def test_every_scenario_is_good(block: str, tmp_path: Path) -> None:
    (tmp_path / "scenario.yaml").write_text(block)

    result = subprocess.run(
        [sys.executable, "-m", "emulator", "check", "scenario.yaml"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=30,
    )

    assert result.returncode == 0, result.stderr


def test_every_command_of_make_is_there() -> None:
    makefile = (Path(__file__).parents[1] / "Makefile").read_text()
    named = set(re.findall(r"(?:`|^    |^\$ )make (\w+)", README, re.MULTILINE))

    assert named >= {"serve", "test", "check", "bench", "image"}
    assert all(re.search(rf"^{name}:", makefile, re.MULTILINE) for name in named)


def test_every_operation_that_answers_is_in_the_readme() -> None:
    named = set(re.findall(r"`(\w+)`", section("Operations")))

    assert named == {name for one in PROVIDERS for name in one.operations}


def test_every_option_is_in_the_readme() -> None:
    rows = re.findall(r"^\| `--(\S+?)( [^`]*)?` \| (.*?) \| (.*?) \|$", section("Options"), re.M)

    assert [
        (name, takes.strip(), default.strip("`"), says) for name, takes, default, says in rows
    ] == [(one.name, one.takes.replace("|", "\\|"), one.default or "", one.says) for one in OPTIONS]


def test_every_built_in_scenario_is_in_the_readme() -> None:
    named = re.findall(r"^\| `([\w-]+)` \|", section("Scenarios"), re.MULTILINE)

    assert tuple(sorted(named)) == fixtures()


def test_the_environment_is_named_after_the_options() -> None:
    named = set(re.findall(r"SPEECH_EMULATOR_[A-Z_]+", README))

    assert named <= {one.variable for one in OPTIONS} | {"SPEECH_EMULATOR_URL"}
    assert os.environ.get("SPEECH_EMULATOR_PORT") is None  # it would move the servers of this suite
