"""A command and its server, from inside of the process that runs both."""

import logging
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import enumerate as threads
from typing import Any

import pytest

from emulator.interfaces.cli.run_command import (
    Child,
    CommandNotRun,
    environment_variables,
    export_lines,
    run_command,
    server_url,
)
from emulator.interfaces.serving.options import BadOption, resolve_options

ASK = """
import os, sys, httpx
url, key = os.environ["GLADIA_API_URL"], os.environ["GLADIA_API_KEY"]
reply = httpx.get(url + "/v2/pre-recorded", headers={"x-gladia-key": key})
sys.exit(reply.status_code - 190)
"""


LOGGER = logging.getLogger("speech_emulator")


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    """The logger is the process's; what a command does to it is undone."""
    before = (LOGGER.handlers, LOGGER.level, LOGGER.propagate)
    yield
    LOGGER.handlers, LOGGER.level, LOGGER.propagate = before


def settings(**given: str) -> dict[str, Any]:
    return resolve_options({"log_level": "error", **given}, {})


def run(*command: str, **given: str) -> int:
    return run_command(command, settings(**given), os.environ, terminal=False)


def test_the_variables_lead_to_each_api() -> None:
    found = environment_variables("http://127.0.0.1:5000", "test-ann", {"NO_PROXY": "intranet"})

    assert found == {
        "SPEECH_EMULATOR_URL": "http://127.0.0.1:5000",
        "SPEECH_EMULATOR_KEY": "test-ann",
        "GLADIA_API_URL": "http://127.0.0.1:5000/gladia",
        "GLADIA_API_KEY": "test-ann",
        "AZURE_SPEECH_ENDPOINT": "http://127.0.0.1:5000/azure-speech",
        "AZURE_SPEECH_KEY": "test-ann",
        "SPEECH_ENDPOINT": "http://127.0.0.1:5000/azure-speech",
        "SPEECH_KEY": "test-ann",
        "PHRASE_STUDIO_API_URL": "http://127.0.0.1:5000/phrase-studio",
        "PHRASE_STUDIO_API_KEY": "test-ann",
        "AITRONOS_API_URL": "http://127.0.0.1:5000/aitronos",
        "AITRONOS_API_KEY": "test-ann",
        "NO_PROXY": "intranet,127.0.0.1",
        "no_proxy": "intranet,127.0.0.1",
    }


def test_what_a_shell_evaluates_is_quoted() -> None:
    assert (
        export_lines({"A": "plain", "B": "it's; rm"}) == "export A=plain\nexport B='it'\"'\"'s; rm'"
    )


@pytest.mark.parametrize(
    ("given", "environment", "url"),
    [
        ("http://a:1/", {"SPEECH_EMULATOR_URL": "http://b:2"}, "http://a:1"),
        (None, {"SPEECH_EMULATOR_URL": "http://b:2"}, "http://b:2"),
        (None, {}, "http://127.0.0.1:4788"),
    ],
)
def test_a_flag_beats_the_variable(
    given: str | None, environment: dict[str, str], url: str
) -> None:
    assert server_url(given, environment) == url


@pytest.mark.parametrize(
    ("given", "environment", "message"),
    [
        ("foo", {}, '--url: "foo" is no http or https address'),
        ("", {}, '--url: "" is no http or https address'),
        (
            None,
            {"SPEECH_EMULATOR_URL": "b"},
            'SPEECH_EMULATOR_URL: "b" is no http or https address',
        ),
    ],
)
def test_a_url_that_is_none_is_named(
    given: str | None, environment: dict[str, str], message: str
) -> None:
    with pytest.raises(BadOption) as refusal:
        server_url(given, environment)

    assert str(refusal.value) == message


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0", "::"])
def test_a_command_finds_a_server_of_its_own_and_gives_its_exit_code(host: str) -> None:
    assert run(sys.executable, "-c", ASK, host=host) == 10
    assert [thread.name for thread in threads() if thread.name == "speech-emulator"] == []


@pytest.mark.parametrize(("token", "status"), [("s3cret", 200), ("", 401)])
def test_a_commands_server_wants_the_token_that_is_set(token: str, status: int) -> None:
    ask = (
        "import os, sys, urllib.request, urllib.error\n"
        "url = os.environ['SPEECH_EMULATOR_URL'] + '/_emulator/tenants'\n"
        f"headers = {{'authorization': 'Bearer {token}'}}\n"
        "try:\n"
        "    urllib.request.urlopen(urllib.request.Request(url, headers=headers))\n"
        "except urllib.error.HTTPError as error:\n"
        "    sys.exit(error.code - 300)"
    )

    exit_code = run(sys.executable, "-c", ask, admin_token="s3cret")

    assert exit_code == (0 if status == 200 else 101)


def test_the_same_command_has_the_same_key(tmp_path: Path) -> None:
    write = "import os, pathlib; pathlib.Path(os.environ['OUT']).open('a').write(os.environ['K'])"
    write = write.replace("'K'", "'SPEECH_EMULATOR_KEY'")
    environment = {**os.environ, "OUT": str(tmp_path / "keys")}

    for _ in range(2):
        command = (sys.executable, "-c", write)
        run_command(command, settings(), environment, terminal=False)

    written = (tmp_path / "keys").read_text()
    assert written.startswith("test-")
    assert written[: len(written) // 2] * 2 == written


def test_a_command_that_a_signal_ended_exits_as_a_shell_says() -> None:
    assert run(sys.executable, "-c", "import os; os.kill(os.getpid(), 9)") == 137


def test_a_command_that_there_is_not_is_127() -> None:
    with pytest.raises(CommandNotRun, match="nowhere/nothing: there is no such command") as refusal:
        run("nowhere/nothing")

    assert refusal.value.status == 127
    assert [thread.name for thread in threads() if thread.name == "speech-emulator"] == []


def test_a_command_that_cannot_be_run_is_126(tmp_path: Path) -> None:
    with pytest.raises(CommandNotRun, match="Permission denied") as refusal:
        run(str(tmp_path))

    assert refusal.value.status == 126


SLEEPER = "import signal; signal.signal(signal.SIGUSR1, lambda *a: exit(42)); signal.pause()"


def test_a_signal_that_came_before_the_command_reaches_it() -> None:
    child = Child(terminal=False)
    child.on_signal(signal.SIGTERM)

    assert child.run([sys.executable, "-c", SLEEPER], os.environ) == 128 + signal.SIGTERM


def test_a_signal_reaches_the_command_and_its_handlers_are_put_back() -> None:
    before = signal.getsignal(signal.SIGUSR1)
    child = Child(terminal=False)

    status = child.run([sys.executable, "-c", telling()], os.environ)

    assert status == 42
    assert signal.getsignal(signal.SIGUSR1) is before


def telling() -> str:
    """A command that sends its parent a signal, once it is ready to get it back."""
    ready, pause = SLEEPER.rsplit(";", 1)
    return f"{ready}; import os; os.kill(os.getppid(), signal.SIGUSR1);{pause}"


def test_from_a_terminal_the_command_has_ctrl_c_from_there() -> None:
    child = Child(terminal=True)
    child.on_signal(signal.SIGINT)

    assert child.run([sys.executable, "-c", "exit(3)"], os.environ) == 3
