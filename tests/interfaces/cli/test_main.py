"""The command, as somebody types it."""

import gc
import io
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from emulator import __main__
from emulator.interfaces.cli import main
from tests.support.receivers import until

COMMAND = [sys.executable, "-m", "emulator"]


def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **variables}
    return subprocess.run(
        [*COMMAND, *arguments], capture_output=True, text=True, timeout=60, env=environment
    )


@contextmanager
def serving(*arguments: str, **variables: str) -> Iterator[tuple[list[str], subprocess.Popen[str]]]:
    """The start-up lines, and the process, which has said that it is ready."""
    process = subprocess.Popen(
        [*COMMAND, "serve", "--port", "0", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **variables},
    )
    assert process.stdout
    lines = []
    while line := process.stdout.readline():
        lines.append(line.rstrip("\n"))
        if line.startswith("speech-emulator ready on "):
            break
    try:
        yield lines, process
    finally:
        process.terminate()
        process.communicate(timeout=60)


def stopped_by(number: signal.Signals, *arguments: str) -> int:
    """The exit status of a Python that serves until then."""
    with subprocess.Popen([sys.executable, *arguments], stdout=subprocess.PIPE, text=True) as one:
        assert one.stdout
        while not one.stdout.readline().startswith("speech-emulator ready on "):
            assert one.poll() is None
        one.send_signal(number)
        return one.wait(timeout=60)


def url_of(lines: list[str]) -> str:
    return lines[-1].removeprefix("speech-emulator ready on ")


def test_serve_says_where_it_is_and_answers_there() -> None:
    with serving("--scenario", "happy") as (lines, _):
        base = url_of(lines)
        reply = httpx.get(
            f"{base}/gladia/v2/pre-recorded", headers={"x-gladia-key": "test-me"}, timeout=60
        )

    assert reply.status_code == 200
    assert lines[1:5] == [
        f"  Aitronos audio                             {base}/aitronos",
        f"  Azure AI Speech, batch transcription v3.1  {base}/azure-speech",
        f"  Gladia v2                                  {base}/gladia",
        f"  Phrase Studio                              {base}/phrase-studio",
    ]
    assert lines[5] == "  any key that begins with test- is good, for example test-me"


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT"])
def test_a_signal_ends_it_whatever_is_under_way(name: str) -> None:
    request = b"GET /gladia/health HTTP/1.1\r\nHost: a\r\n\r\n"
    with serving("--scenario", "faults: [{delay: 1h}]") as (lines, process):
        idle, busy = (socket.create_connection(("127.0.0.1", port_of(lines))) for _ in range(2))
        busy.sendall(request)
        process.send_signal(getattr(signal, name))
        status = process.wait(timeout=60)
        idle.close()
        busy.close()

    assert status == 0


def port_of(lines: list[str]) -> int:
    port = httpx.URL(url_of(lines)).port
    assert port
    return port


def test_a_taken_port_is_one_line_and_exit_1() -> None:
    with serving() as (lines, _):
        result = run("serve", "--port", str(port_of(lines)))

    assert result.returncode == 1
    assert result.stdout == ""
    assert result.stderr == (
        f"speech-emulator: 127.0.0.1 port {port_of(lines)} is taken; "
        "choose another with --port, or let --port 0 find one\n"
    )


def test_an_address_that_is_not_ours_is_one_line_and_exit_1() -> None:
    result = run("serve", "--host", "192.0.2.1", "--port", "0")

    assert result.returncode == 1
    assert result.stderr.startswith("speech-emulator: cannot listen on 192.0.2.1 port 0: ")
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("serve", "--port", "http"), '--port: "http" is no whole number from 0 to 65535'),
        (("serve", "--requests", "loud"), '--requests: "loud" is none of: fail, warn, off'),
        (("serve", "--log-format", "xml"), '--log-format: "xml" is none of: text, json'),
    ],
)
def test_a_wrong_value_stops_the_start_with_one_line(
    arguments: tuple[str, ...], message: str
) -> None:
    result = run(*arguments)

    assert result.returncode == 2
    assert result.stderr == f"speech-emulator serve: {message}\n"


def test_a_wrong_variable_stops_the_start_with_one_line() -> None:
    result = run("serve", SPEECH_EMULATOR_PORT="http")

    assert result.returncode == 2
    assert result.stderr == (
        'speech-emulator serve: SPEECH_EMULATOR_PORT: "http" is no whole number from 0 to 65535\n'
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "speech-emulator: the following arguments are required: COMMAND"),
        (
            ("serve", "--prot", "1"),
            "speech-emulator: unrecognized arguments: --prot 1; did you mean --port "
            "(see speech-emulator serve --help)",
        ),
        (
            ("serve", "--scen", "happy"),
            "speech-emulator: unrecognized arguments: --scen happy; did you mean --scenario "
            "(see speech-emulator serve --help)",
        ),
        (("schema", "--zzz"), "speech-emulator: unrecognized arguments: --zzz (see "),
        (("check",), "speech-emulator check: the following arguments are required: FILE"),
    ],
)
def test_a_command_that_is_none_is_one_line(
    arguments: tuple[str, ...], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        main.main(arguments)

    assert end.value.code == 2
    said = capsys.readouterr().err
    assert said.startswith(message)
    assert said.count("\n") == 1


def test_a_broken_scenario_stops_the_start_with_its_places(tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    path.write_text("seed: x\njbos: []\n")

    result = run("serve", "--port", "0", "--scenario", str(path))

    assert result.returncode == 1
    assert [line.split(": ")[0] for line in result.stderr.splitlines()] == [
        f"{path}:1:7",
        f"{path}:2:1",
    ]


@pytest.mark.parametrize(
    ("scenario", "message"),
    [
        ((), "there is no file to watch"),
        (("--scenario", "happy"), '"happy" is no file'),
        (("--scenario", "{seed: 7}"), '"{seed: 7}" is no file'),
    ],
)
def test_watch_without_a_file_is_refused(scenario: tuple[str, ...], message: str) -> None:
    result = run("serve", "--port", "0", "--watch", *scenario)

    assert result.returncode == 2
    assert result.stderr == (
        f"speech-emulator serve: --watch: {message}; name one with --scenario FILE\n"
    )


def test_a_variable_that_nobody_reads_is_warned_of() -> None:
    text = run("check", "happy", SPEECH_EMULATOR_PROT="1")
    lines = run("serve", "--port", "x", SPEECH_EMULATOR_PROT="1", SPEECH_EMULATOR_LOG_FORMAT="json")

    message = "nobody reads the variable SPEECH_EMULATOR_PROT; did you mean SPEECH_EMULATOR_PORT"
    assert (text.returncode, text.stderr) == (0, f"speech-emulator: {message}\n")
    said = [json.loads(line) for line in lines.stderr.splitlines()]
    assert [(one["level"], one["message"]) for one in said] == [
        ("warning", f"speech-emulator: {message}"),
        ("error", 'speech-emulator serve: --port: "x" is no whole number from 0 to 65535'),
    ]


@pytest.mark.parametrize(
    "arguments", [("--scenario", "hapy"), ("--host", "192.0.2.1"), ("--ready-file", "/no/x")]
)
def test_what_stops_the_start_is_a_log_line_of_json(arguments: tuple[str, ...]) -> None:
    result = run("serve", "--port", "0", "--log-format", "json", *arguments)

    [line] = result.stderr.splitlines()
    assert (result.returncode, json.loads(line)["level"]) == (1, "error")


@pytest.mark.parametrize("command", ["schema", "check happy", "env", "serve --port 0", "--help"])
def test_a_reader_that_has_gone_is_no_traceback(command: str) -> None:
    reading, writing = os.pipe()
    os.close(reading)

    result = subprocess.run(
        [*COMMAND, *command.split()],
        stdout=writing,
        stderr=subprocess.PIPE,
        timeout=60,
        env={**os.environ, "PYTHONUNBUFFERED": ""},  # with it, argparse passes over the closed pipe
    )
    os.close(writing)

    assert (result.returncode, result.stderr) == (141, b"")


def test_a_title_in_any_script_is_no_reason_to_stop() -> None:
    title = "\u4f60\u597d"
    with serving("--scenario", f"scenario: {title}", PYTHONIOENCODING="cp1252") as (lines, _):
        assert lines[0] == "Speech Emulator 0.1.0: \\u4f60\\u597d"


def test_a_standard_output_of_another_kind_is_left_as_it_is() -> None:
    text = io.StringIO()

    main.escape_unprintable(text)
    main.encode_as_scenarios(text)
    main.flush(text)
    main.flush(None)

    assert text.getvalue() == ""


def test_check_reads_standard_input() -> None:
    good = subprocess.run(
        [*COMMAND, "check", "-"], input=b"seed: 7", capture_output=True, timeout=60
    )
    bad = subprocess.run(
        [*COMMAND, "check", "-"], input=b"sede: 7", capture_output=True, timeout=60
    )

    assert (good.returncode, good.stdout.splitlines()[0]) == (0, b"standard input: ok")
    assert bad.returncode == 1
    assert bad.stderr.startswith(b'standard input:1:1: unknown key "sede"; did you mean "seed"')


def test_a_scenario_may_stand_in_a_variable() -> None:
    with serving(SPEECH_EMULATOR_SCENARIO="scenario: From a variable") as (lines, _):
        assert lines[0] == "Speech Emulator 0.1.0: From a variable"


def test_the_ready_file_holds_the_address(tmp_path: Path) -> None:
    path = tmp_path / "ready"
    path.write_text("of an earlier run")

    with serving("--ready-file", str(path)) as (lines, _):
        assert path.read_text() == url_of(lines) + "\n"


def test_a_ready_file_that_cannot_be_written_stops_the_start_with_one_line(tmp_path: Path) -> None:
    path = tmp_path / "no" / "ready"

    result = run("serve", "--port", "0", "--ready-file", str(path))

    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == (
        f"speech-emulator: --ready-file: {path} cannot be written: No such file or directory\n"
    )


def test_tls_is_served_with_an_authority_of_its_own() -> None:
    with serving("--tls") as (lines, _):
        authority = lines[-2].removeprefix("  certificate authority: ")
        import ssl

        trusting = ssl.create_default_context(cafile=authority)
        base = url_of(lines)
        with httpx.Client(verify=trusting, headers={"x-gladia-key": "test-me"}, timeout=60) as http:
            reply = http.get(f"{base}/gladia/v2/pre-recorded?limit=1")

    assert base.startswith("https://127.0.0.1:")
    assert reply.json()["first"] == f"{base}/gladia/v2/pre-recorded?offset=0&limit=1"


def test_a_changed_scenario_is_read_again_and_a_broken_one_is_not(tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    path.write_text("existing: [{provider: gladia}]")

    def jobs(base: str) -> int:
        headers = {"x-gladia-key": "test-me"}
        reply = httpx.get(f"{base}/gladia/v2/pre-recorded", headers=headers, timeout=60)
        return len(reply.json()["items"])

    with serving("--scenario", str(path), "--watch") as (lines, process):
        base = url_of(lines)
        before = jobs(base)
        path.write_text("existing: [{provider: gladia, count: 3}]")
        until(lambda: jobs(base) == 3)
        path.write_text("existing: nonsense, and longer than before, so that it is seen")
        assert process.stderr
        while "is broken, the old scenario stays:" not in process.stderr.readline():
            pass
        after = jobs(base)

    assert (before, after) == (1, 3)


def test_answers_can_be_checked_by_the_reference_engine() -> None:
    with serving("--engine", "openapi-core", "--answers", "fail") as (lines, _):
        headers = {"x-gladia-key": "test-me"}
        with httpx.Client(base_url=url_of(lines) + "/gladia", headers=headers, timeout=30) as http:
            good = http.post("/v2/pre-recorded", json={"audio_url": "https://media.test/a.wav"})
            bad = http.post("/v2/pre-recorded", json={"audio_url": 3})

    assert (good.status_code, bad.status_code) == (201, 400)


def test_the_seed_may_be_given_beside_a_scenario() -> None:
    def first_job(seed: str) -> str:
        with serving("--seed", seed) as (lines, _):
            headers = {"x-gladia-key": "test-me"}
            url = f"{url_of(lines)}/gladia/v2/pre-recorded"
            reply = httpx.post(
                url, headers=headers, json={"audio_url": "https://media.test/a"}, timeout=60
            )
            return str(reply.json()["id"])

    assert first_job("1") == first_job("1") != first_job("2")


def test_check_says_what_it_understood(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    path.write_text(
        "scenario: A story\nseed: 7\nclock: {mode: step, step: 2s, start: 2026-01-05T09:00:00Z}\n"
        "keys: {test-ann: ok, test-old: expired}\n"
        "transcripts:\n  board: {language: en, lines: [{Ann: Hello.}]}\n  long: {language: de}\n"
        "jobs: [{timeline: {failed: 1s}}]\nexisting: [{provider: gladia, count: 2}]\n"
    )

    with pytest.raises(SystemExit) as end:
        main.main(["check", str(path)])

    assert end.value.code == 0
    assert capsys.readouterr().out == (
        f"{path}: ok\n"
        "  A story (seed 7, a clock that steps 2 s a request from 2026-01-05T09:00:00Z)\n"
        "  keys: test-ann ok, test-old expired\n"
        "  transcript board: en, 1 lines\n"
        "  transcript long: de, made up\n"
        "  jobs: 1 rule\n"
        "  existing: 2 gladia\n"
        '  without effect: transcript "board": no job and no entry of existing has it\n'
        '  without effect: transcript "long": no job and no entry of existing has it\n'
    )


def test_check_says_all_that_is_wrong_and_exits_1(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "s.yaml"
    path.write_text("seed: x\njbos: []\n")

    with pytest.raises(SystemExit) as end:
        main.main(["check", str(path), "happy"])

    assert end.value.code == 1
    said = capsys.readouterr()
    assert said.out.startswith("happy: ok\n")
    assert said.err.startswith(f"{path}:1:7: ")
    assert f"{path}:2:1: " in said.err


def test_schema_is_json(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main.main(["schema"])

    assert end.value.code == 0
    assert json.loads(capsys.readouterr().out)["properties"].keys() >= {"seed", "clock", "jobs"}


def test_the_command_leaves_the_garbage_collector_on(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        __main__.main(["--version"])

    assert (end.value.code, capsys.readouterr().out) == (0, "speech-emulator 0.1.0\n")
    assert gc.isenabled()


def test_the_command_is_installed_under_its_name() -> None:
    command = Path(sys.executable).with_name("speech-emulator")

    result = subprocess.run([command, "--version"], capture_output=True, text=True, timeout=60)

    assert (result.returncode, result.stdout) == (0, "speech-emulator 0.1.0\n")
