"""health: it finds the server of this machine, however that was started."""

import os
from pathlib import Path
from typing import Any

import pytest

import emulator
from emulator.interfaces.cli.health import default_url, report, servers
from emulator.interfaces.cli.readiness import ServerRecord, folders, keep_record
from emulator.interfaces.serving.options import BadOption
from emulator.interfaces.serving.server_thread import ServerThread
from tests.interfaces.cli.test_main import run, serving, url_of

NOWHERE = "http://127.0.0.1:9"


def variables(folder: Path) -> dict[str, str]:
    """Of a machine with no other server, and with proxies that lead nowhere."""
    proxies = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "ALL_PROXY"), NOWHERE)
    return {"TMPDIR": str(folder), **proxies}


@pytest.mark.parametrize(
    ("arguments", "scheme"), [((), "http"), (("--tls",), "https"), (("--host", "::"), "http")]
)
def test_it_finds_a_server_that_was_started_in_whatever_way(
    arguments: tuple[str, ...], scheme: str, tmp_path: Path
) -> None:
    with serving(*arguments, **variables(tmp_path)) as (lines, process):
        good = run("health", **variables(tmp_path))
        named = run("health", "--url", good.stdout.split()[1], **variables(tmp_path))
        process.terminate()
        process.wait(timeout=60)
        bad = run("health", **variables(tmp_path))

    port = url_of(lines).rpartition(":")[2]
    host = "[::1]" if arguments[1:] else "127.0.0.1"
    assert (good.returncode, good.stderr) == (0, "")
    assert good.stdout == named.stdout == f"ready: {scheme}://{host}:{port}\n"
    assert bad.returncode == 1
    assert bad.stderr.startswith("speech-emulator health: http://127.0.0.1:4788 is not ready: ")
    assert (bad.stdout, bad.stderr.count("\n")) == ("", 1)


def test_a_url_that_is_none_is_one_line_and_exit_2() -> None:
    result = run("health", "--url", "foo")

    assert result.returncode == 2
    assert result.stderr == ('speech-emulator health: --url: "foo" is no http or https address\n')


def test_an_argument_that_it_does_not_take_is_one_line() -> None:
    result = run("health", "--ulr", "foo")

    assert result.returncode == 2
    assert result.stderr == (
        "speech-emulator health: unrecognized arguments: --ulr foo; did you mean --url "
        "(see speech-emulator health --help)\n"
    )


@pytest.mark.parametrize(
    ("environment", "url"),
    [
        ({}, "http://127.0.0.1:4788"),
        ({"SPEECH_EMULATOR_HOST": "0.0.0.0", "SPEECH_EMULATOR_PORT": "5"}, "http://127.0.0.1:5"),
        ({"SPEECH_EMULATOR_HOST": "::", "SPEECH_EMULATOR_TLS": "1"}, "https://[::1]:4788"),
    ],
)
def test_without_a_record_it_asks_where_the_variables_say(
    environment: dict[str, str], url: str
) -> None:
    assert default_url(environment) == url


def test_a_url_is_asked_with_the_authority_of_its_record(tmp_path: Path) -> None:
    record = ServerRecord("https://127.0.0.1:5", "/somewhere/ca.pem")
    environment = {"TMPDIR": str(tmp_path)}

    with keep_record(record, [tmp_path]):
        known = servers("https://127.0.0.1:5/", environment)
        unknown = servers("https://127.0.0.1:6", environment)

    assert (known, unknown) == ((record,), (ServerRecord("https://127.0.0.1:6"),))
    with pytest.raises(BadOption, match="--url: "):
        servers("foo", environment)


def test_a_record_of_a_server_that_was_killed_says_nothing_of_another(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with emulator.run() as speech:
        status = report([ServerRecord(NOWHERE), ServerRecord(speech.url)])

    assert (status, capsys.readouterr().out) == (0, f"ready: {speech.url}\n")


def test_what_is_no_emulator_is_not_ready(capsys: pytest.CaptureFixture[str]) -> None:
    async def other(scope: object, receive: object, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"{}"})

    with ServerThread(other) as server:
        url = server.url
        status = report([ServerRecord(url)])

    assert status == 1
    assert capsys.readouterr().err == (
        f"speech-emulator health: {url} is not ready: it answers 200\n"
    )


def test_an_authority_that_is_not_trusted_is_not_ready(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving("--tls", TMPDIR=str(tmp_path)) as (lines, _):
        status = report([ServerRecord(url_of(lines))])

    assert status == 1
    assert "certificate verify failed" in capsys.readouterr().err


def test_records_are_in_the_first_folder_that_can_be_written_to(tmp_path: Path) -> None:
    record = ServerRecord("http://127.0.0.1:5")

    with keep_record(record, [tmp_path / "no", tmp_path]):
        names = os.listdir(tmp_path)
    with keep_record(record, [tmp_path / "no"]):
        pass

    assert len(names) == 1
    assert os.listdir(tmp_path) == []


def test_a_new_server_takes_the_place_of_a_record_of_its_port(tmp_path: Path) -> None:
    record = ServerRecord("http://127.0.0.1:5")
    (tmp_path / "speech-emulator-0.server.json").write_text('{"url": "http://127.0.0.1:5"}')
    (tmp_path / "speech-emulator-1.server.json").write_text('{"url": "http://127.0.0.1:6"}')
    (tmp_path / "speech-emulator-2.server.json").write_text("nonsense")

    with keep_record(record, [tmp_path]):
        left = set(os.listdir(tmp_path))

    assert "speech-emulator-0.server.json" not in left
    assert len(left) == 3


def test_shared_memory_is_where_nothing_else_can_be_written() -> None:
    assert folders({"TMPDIR": "/a", "TMP": "/b"}) == (Path("/a"), Path("/dev/shm"))
    assert folders({}) == (Path("/tmp"), Path("/dev/shm"))
