"""What the README says is run, where it says so, and its tables are the code's."""

import os
import re
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from shutil import copy, copytree, ignore_patterns, which

import pytest

from emulator.core.base.resources import fixture_names
from emulator.interfaces.serving.options import OPTIONS
from emulator.providers import PROVIDERS

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
COMMANDS = re.findall(r"```console\n(.*?)```", README, re.DOTALL)
PYTHON = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
SCENARIOS = re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)
PORT = "4788"
# What a clone has of what is built and installed.
SOURCES = ("emulator", "specs", "fixtures")
FILES = ("pyproject.toml", "hatch_build.py", "README.md", "LICENSE", "NOTICE")
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
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clone")
    for name in SOURCES:
        copytree(ROOT / name, folder / name, ignore=ignore_patterns("__pycache__"))
    for name in FILES:
        copy(ROOT / name, folder)
    return folder


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The variables of a user who has Python and curl, and nothing of ours on the PATH.

    What the package needs is lent by this suite's environment, so that nothing is downloaded; its
    commands are not on the PATH either.
    """
    path = os.pathsep.join([str(Path(sys.base_prefix) / "bin"), "/usr/bin", "/bin"])
    assert which("speech-emulator", path=path) is None
    return {
        "PATH": path,
        "HOME": str(tmp_path_factory.mktemp("home")),
        "PYTHONPATH": sysconfig.get_path("purelib"),
        "PIP_NO_INDEX": "1",
        "PIP_NO_DEPS": "1",
        "PIP_NO_BUILD_ISOLATION": "0",  # what pip wants to hear for "no isolation"
    }


@pytest.fixture(scope="module")
def installed(clone: Path, machine: dict[str, str]) -> dict[str, str]:
    """The variables after the commands under "Install", of which PATH is all that may change."""
    [block] = re.findall(r"```console\n(.*?)```", section("Install"), re.DOTALL)
    commands = [command for command, _ in steps(block)]

    result = subprocess.run(
        ["bash", "-eu"],
        input="\n".join([*commands, "echo", 'echo "$PATH"']),
        cwd=clone,
        env=machine,
        capture_output=True,
        text=True,
        timeout=300,
    )

    assert result.returncode == 0, result.stderr
    return machine | {"PATH": result.stdout.splitlines()[-1]}


@pytest.fixture(scope="module")
def port(installed: dict[str, str]) -> Iterator[str]:
    """A server as ``make serve`` runs it, but on a free port."""
    serve = ["speech-emulator", "serve", "--port", "0", "--scenario", "happy"]
    with subprocess.Popen(
        ["bash", "-c", 'exec "$@"', "bash", *serve],
        stdout=subprocess.PIPE,
        text=True,
        stderr=subprocess.DEVNULL,
        env=installed,
    ) as process:
        assert process.stdout
        line = process.stdout.readline()
        while line and not line.startswith("speech-emulator ready on "):
            line = process.stdout.readline()
        yield line.rstrip().rpartition(":")[2]
        process.terminate()


def test_the_install_commands_come_before_the_first_that_needs_them() -> None:
    before = README.split("\n## Install\n")[0]
    commands = [c for block in COMMANDS if block in before for c, _ in steps(block)]

    assert {command.split()[0] for command in commands} == {"make", "curl"}


def test_what_is_installed_is_of_the_clone(
    installed: dict[str, str], clone: Path, tmp_path: Path
) -> None:
    result = subprocess.run(
        [
            "bash",
            "-c",
            "command -v speech-emulator; python -c 'import emulator as e; print(e.__file__)'",
        ],
        cwd=tmp_path,
        env=installed,
        capture_output=True,
        text=True,
        timeout=60,
    )

    command, package = result.stdout.splitlines()
    assert command == str(clone / ".venv" / "bin" / "speech-emulator")
    assert package.startswith(str(clone / ".venv" / "lib"))


def test_every_curl_answers_what_the_readme_says(port: str, installed: dict[str, str]) -> None:
    blocks = [block for block in COMMANDS if block not in section("Install")]
    tried = [step for block in blocks for step in steps(block) if step[0] != "make serve"]
    script = "".join(f"{command}\necho; echo '=-='\n" for command, _ in tried)

    result = subprocess.run(
        ["bash", "-eu"],
        input=script.replace(PORT, port),
        capture_output=True,
        text=True,
        timeout=60,
        env=installed,
    )

    answers = result.stdout.replace(port, PORT).split("=-=\n")[:-1]
    assert [(command, steady(output)) for command, output in tried] == [
        (command, shortened(steady(answer), steady(output)))
        for (command, output), answer in zip(tried, answers, strict=True)
    ]


def test_curl_is_asked_for_nothing_that_old_ones_do_not_have() -> None:
    """Distributions of 2022 still have curl 7.81; --json came with 7.82."""
    assert not [command for block in COMMANDS for command, _ in steps(block) if "--json" in command]


def shortened(answer: str, expected: str) -> str:
    """The expected text, where the answer is like it with anything in the place of ``...``."""
    pattern = ".*".join(re.escape(piece) for piece in expected.split("..."))
    return expected if re.fullmatch(pattern, answer, re.DOTALL) else answer


@pytest.mark.parametrize("block", [one for one in PYTHON if "def test_" not in one])
def test_every_python_snippet_runs(block: str, tmp_path: Path, installed: dict[str, str]) -> None:
    (tmp_path / "snippet.py").write_text(block)

    result = subprocess.run(
        ["bash", "-c", "python snippet.py"],
        cwd=tmp_path,
        env=installed,
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert result.returncode == 0, result.stdout + result.stderr


PYTEST = "python -m pytest -q -p no:cacheprovider test_snippet.py"
WAYS: list[tuple[str, dict[str, str]]] = [
    (PYTEST, {}),
    (PYTEST, {"SPEECH_EMULATOR_URL": f"http://127.0.0.1:{PORT}"}),
    (f"speech-emulator exec -- {PYTEST}", {}),
]


@pytest.mark.parametrize("block", [one for one in PYTHON if "def test_" in one])
@pytest.mark.parametrize(("command", "variables"), WAYS, ids=["here", "elsewhere", "exec"])
def test_every_test_runs_wherever_the_emulator_does(
    command: str,
    variables: dict[str, str],
    block: str,
    port: str,
    tmp_path: Path,
    installed: dict[str, str],
) -> None:
    (tmp_path / "test_snippet.py").write_text(block)
    environment = {name: url.replace(PORT, port) for name, url in variables.items()}

    result = subprocess.run(
        ["bash", "-c", command],
        cwd=tmp_path,
        env=installed | environment,
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert result.returncode == 0, result.stdout + result.stderr
    assert "1 passed" in result.stdout


@pytest.mark.parametrize("block", SCENARIOS)
def test_every_scenario_is_good(block: str, tmp_path: Path, installed: dict[str, str]) -> None:
    (tmp_path / "scenario.yaml").write_text(block)

    result = subprocess.run(
        ["bash", "-c", "speech-emulator check scenario.yaml"],
        cwd=tmp_path,
        env=installed,
        capture_output=True,
        text=True,
        timeout=30,
    )

    assert result.returncode == 0, result.stderr


def test_every_command_of_make_is_there() -> None:
    makefile = (ROOT / "Makefile").read_text()
    named = set(re.findall(r"(?:`|^    |^\$ )make (\w+)", README, re.MULTILINE))

    assert named >= {"serve", "test", "check", "bench", "image"}
    assert all(re.search(rf"^{name}:", makefile, re.MULTILINE) for name in named)


def test_every_operation_that_answers_is_in_the_readme() -> None:
    named = set(re.findall(r"`(\w+)`", section("Operations")))

    assert named == {name for provider in PROVIDERS for name in provider.operations}


def test_every_option_is_in_the_readme() -> None:
    rows = re.findall(r"^\| `--(\S+?)( [^`]*)?` \| (.*?) \| (.*?) \|$", section("Options"), re.M)

    assert [
        (name, takes.strip(), default.strip("`"), says) for name, takes, default, says in rows
    ] == [
        (option.name, option.takes.replace("|", "\\|"), option.default or "", option.help)
        for option in OPTIONS
    ]


def test_every_built_in_scenario_is_in_the_readme() -> None:
    named = re.findall(r"^\| `([\w-]+)` \|", section("Scenarios"), re.MULTILINE)

    assert tuple(sorted(named)) == fixture_names()


def test_the_environment_is_named_after_the_options() -> None:
    named = set(re.findall(r"SPEECH_EMULATOR_[A-Z_]+", README))

    assert named <= {option.variable for option in OPTIONS} | {"SPEECH_EMULATOR_URL"}
    assert os.environ.get("SPEECH_EMULATOR_PORT") is None  # it would move the servers of this suite
