"""The commands beside serve and check, as somebody types them."""

import json
import logging
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

import emulator
from emulator.application.scenario_sources import load_source
from emulator.core.scenario.model import KeyState
from emulator.core.scenario.without_effect import settings_without_effect
from emulator.core.state.jobs import USUAL
from emulator.interfaces.cli import main as cli
from emulator.interfaces.testing.api import EmulatorSession
from tests.interfaces.cli.test_main import run

ASK = "import os; print(os.environ['SPEECH_EMULATOR_URL'])"


LOGGER = logging.getLogger("speech_emulator")


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    """The logger is the process's; what a command does to it is undone."""
    before = (LOGGER.handlers, LOGGER.level, LOGGER.propagate)
    yield
    LOGGER.handlers, LOGGER.level, LOGGER.propagate = before


@pytest.fixture
def speech() -> Iterator[EmulatorSession]:
    with emulator.run("happy", clock="manual") as speech:
        yield speech


def main(*arguments: str) -> int:
    with pytest.raises(SystemExit) as end:
        cli.main(arguments)
    assert isinstance(end.value.code, int)
    return end.value.code


def test_exec_runs_a_command_with_a_server() -> None:
    result = run("exec", "--scenario", "happy", "--", sys.executable, "-c", ASK)

    assert result.returncode == 0
    assert result.stdout.startswith("http://127.0.0.1:")
    assert result.stderr == ""


def test_exec_hands_its_own_signals_on() -> None:
    told = "import signal, sys; signal.signal(15, lambda *a: sys.exit(42));"
    command = [sys.executable, "-c", f"{told} print('up', flush=True); signal.pause()"]
    with subprocess.Popen(
        [sys.executable, "-m", "emulator", "exec", "--", *command], stdout=subprocess.PIPE
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == b"up\n"

        process.send_signal(signal.SIGTERM)

        assert process.wait(timeout=60) == 42


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["nowhere/nothing"], 127, "exec: nowhere/nothing: there is no such command"),
        (["--requests", "loud", "x"], 2, 'exec: --requests: "loud" is none of: fail, warn, off'),
        (["--scenario", "hapy", "x"], 1, 'no scenario "hapy"; did you mean "happy"'),
        (["--host", "192.0.2.1", "x"], 1, "exec: cannot listen on 192.0.2.1 port 0"),
        (["--port", "1", "x"], 2, "unrecognized arguments: --port"),
        ([], 2, "the following arguments are required: COMMAND"),
    ],
)
def test_exec_says_in_one_line_what_it_cannot_do(
    arguments: list[str], status: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main("exec", *arguments) == status

    assert said in capsys.readouterr().err


@pytest.mark.parametrize("command", ["env", "export", "coverage"])
def test_a_url_that_is_none_is_one_line_and_exit_2(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(command, "--url", "foo") == 2

    said = capsys.readouterr().err
    assert said.endswith('--url: "foo" is no http or https address\n')
    assert said.count("\n") == 1


def test_health_asks_the_server(
    speech: EmulatorSession, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main("health", "--url", speech.url) == 0

    assert capsys.readouterr().out == f"ready: {speech.url}\n"


def test_export_is_utf_8_whatever_the_terminal_has() -> None:
    scenario = "scenario: \u4f60\u597d"
    with emulator.run(scenario) as speech:
        arguments = ("export", "--url", speech.url, "--key", speech.key)
        result = subprocess.run(
            [sys.executable, "-m", "emulator", *arguments],
            capture_output=True,
            env={**os.environ, "PYTHONIOENCODING": "cp1252"},
            timeout=60,
        )

    assert load_source(result.stdout.decode()).title == "\u4f60\u597d"


def test_env_is_for_a_shell_to_evaluate() -> None:
    shell = f'eval "$({sys.executable} -m emulator env --url http://a:1 --key "a b")"'

    result = subprocess.run(
        ["bash", "-ec", f'{shell}; echo "$GLADIA_API_URL $GLADIA_API_KEY"'],
        capture_output=True,
        text=True,
        timeout=30,
    )

    assert result.stdout == "http://a:1/gladia a b\n"


def test_init_writes_a_scenario_that_is_good(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "mine.yaml"

    assert main("init", str(path)) == 0

    schema = tmp_path / "scenario.schema.json"
    assert capsys.readouterr().out == (
        f"wrote {path} and {schema}; try: speech-emulator serve --scenario {path}\n"
    )
    assert load_source(path).title == "My first scenario"
    assert json.loads(schema.read_text())["title"] == "Speech Emulator scenario"


def test_init_says_every_part_of_the_language(tmp_path: Path) -> None:
    main("init", str(tmp_path / "a.yaml"))
    text = (tmp_path / "a.yaml").read_text()

    parts = json.loads((tmp_path / "scenario.schema.json").read_text())["properties"]

    assert [part for part in parts if f"\n{part}:" not in text] == []


def test_a_beginners_first_run_meets_no_trouble(tmp_path: Path) -> None:
    main("init", str(tmp_path / "a.yaml"))

    made = load_source(tmp_path / "a.yaml")

    assert made.faults == ()
    assert set(made.keys.values()) == {KeyState.OK}
    assert made.limits == {}
    assert {rule.plan.timeline for rule in made.jobs} == {USUAL}
    assert list(settings_without_effect(made)) == []


def test_what_init_leaves_behind_a_hash_is_good(tmp_path: Path) -> None:
    main("init", str(tmp_path / "a.yaml"))
    text = (tmp_path / "a.yaml").read_text()

    made = load_source(re.sub("^  # ", "  ", text, flags=re.MULTILINE).replace("[] # nothing", "#"))

    assert len(made.faults) == 1
    assert [rule.plan.timeline[-1].phase for rule in made.jobs][2:] == ["failed", "completed"]
    assert made.keys["test-old"] == KeyState.EXPIRED


def test_init_overwrites_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, schema = tmp_path / "mine.yaml", tmp_path / "scenario.schema.json"
    path.write_text("mine")
    schema.write_text("own")

    again, other = main("init", str(path)), main("init", str(tmp_path / "other.yaml"))

    assert (again, other) == (1, 0)
    assert (path.read_text(), schema.read_text()) == ("mine", "own")
    said = capsys.readouterr()
    assert said.err == f"speech-emulator init: {path} is there already\n"
    assert "schema" not in said.out


def test_init_says_where_it_cannot_write(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "no" / "mine.yaml"

    assert main("init", str(path)) == 1

    assert capsys.readouterr().err == (f"speech-emulator init: {path}: No such file or directory\n")


def test_export_prints_a_scenario_that_can_be_served_again(
    speech: EmulatorSession, capsys: pytest.CaptureFixture[str]
) -> None:
    headers = {"x-gladia-key": speech.gladia.key}
    url = f"{speech.gladia.url}/v2/pre-recorded"
    httpx.post(
        url, headers=headers, json={"audio_url": "https://example.com/standup.wav"}, timeout=60
    )

    assert main("export", "--url", speech.url, "--key", speech.key) == 0

    [one] = load_source(capsys.readouterr().out).existing
    assert one.id == httpx.get(url, headers=headers, timeout=60).json()["items"][0]["id"]


def test_coverage_says_what_was_met(
    speech: EmulatorSession, capsys: pytest.CaptureFixture[str]
) -> None:
    httpx.get(f"{speech.gladia.url}/health", timeout=60)
    headers = {"x-gladia-key": speech.gladia.key}
    httpx.get(f"{speech.gladia.url}/v2/pre-recorded", headers=headers, timeout=60)

    everybody = main("coverage", "--url", speech.url)
    table = capsys.readouterr().out
    one_key = main("coverage", "--url", speech.url, "--key", speech.key, "--format", "json")
    found = json.loads(capsys.readouterr().out)

    assert (everybody, one_key) == (0, 0)
    assert "GET /v2/pre-recorded" in table
    assert 0 < found["percent"] < 5


def test_coverage_fails_below_what_is_wanted(
    speech: EmulatorSession, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main("coverage", "--url", speech.url, "--format", "markdown", "--fail-under", "5") == 1

    assert capsys.readouterr().err == "coverage is 0 %, below 5 %\n"


def test_a_server_that_is_not_there_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main("export", "--url", "http://127.0.0.1:9") == 1

    said = capsys.readouterr().err
    assert said.startswith("speech-emulator: no server at http://127.0.0.1:9: ")
    assert said.count("\n") == 1


def test_a_key_that_nobody_knows_is_one_line(
    speech: EmulatorSession, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main("export", "--url", speech.url, "--key", "nobody") == 1

    assert 'nobody knows the key "nobody"' in capsys.readouterr().err


def test_the_server_may_stand_in_a_variable(speech: EmulatorSession) -> None:
    variables = {"SPEECH_EMULATOR_URL": speech.url, "PATH": os.environ["PATH"]}

    result = run("coverage", "--format", "json", **variables)

    assert json.loads(result.stdout)["percent"] == 0
