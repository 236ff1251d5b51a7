"""Log lines: for people, and for machines."""

import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from emulator.core.http.messages import Request, Response
from emulator.core.http.problems import Violation
from emulator.core.journal.exchange import Exchange
from emulator.interfaces.serving import logs

LOGGER = logging.getLogger("speech_emulator")


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    """The logger is the process's; what a test does to it is undone."""
    before = (LOGGER.handlers, LOGGER.level, LOGGER.propagate)
    yield
    LOGGER.handlers, LOGGER.level, LOGGER.propagate = before


def exchange() -> Exchange:
    return Exchange(
        provider="gladia",
        request=Request("GET", "/v2/live", id="e1"),
        response=Response(501),
        at=datetime(2026, 1, 5, tzinfo=UTC),
        operation="live",
        notes=("one",),
        refused="NotEmulated",
        why=("it is not emulated", "not yet"),
        violations=(Violation("body", ("a", 0), "type", message="bad"),),
    )


def test_text_lines_have_a_time_and_a_level(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure_logging("text", "info")

    LOGGER.info("hello %s", "you")
    LOGGER.debug("not shown")

    time, rest = capsys.readouterr().err.split(" ", 1)
    assert len(time) == 8
    assert rest == "INFO    hello you\n"


def test_json_lines_have_the_exchange(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure_logging("json", "debug")

    LOGGER.warning("answered", extra={"exchange": exchange()})

    line = json.loads(capsys.readouterr().err)
    del line["time"]
    assert line == {
        "level": "warning",
        "message": "answered",
        "provider": "gladia",
        "operation": "live",
        "method": "GET",
        "path": "/v2/live",
        "status": 501,
        "request_id": "e1",
        "refused": "NotEmulated",
        "why": ["it is not emulated", "not yet"],
        "fault": None,
        "notes": ["one"],
        "violations": ["body a.0: bad"],
    }


def test_json_lines_have_the_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure_logging("json", "error")

    try:
        raise KeyError("x")
    except KeyError:
        LOGGER.exception("broke")

    assert "KeyError: 'x'" in json.loads(capsys.readouterr().err)["traceback"]


LINES = """
import asyncio, logging, sys, threading, warnings
from emulator.interfaces.serving import logs
logs.configure_logging("json", "info")
logs.capture_root_logging("json")
logging.getLogger("asyncio").error("of a library")
logging.getLogger("asyncio").info("not shown")
warnings.warn("a warning")
class Broken:
    def __del__(self):
        raise ValueError("in a finalizer")
Broken()
def broken():
    raise ValueError("in a thread")
thread = threading.Thread(target=broken)
thread.start()
thread.join()
raise ValueError("\u4f60")
"""


def test_everything_on_standard_error_is_json() -> None:
    result = subprocess.run(
        [sys.executable, "-c", LINES], capture_output=True, text=True, timeout=60
    )

    lines = [json.loads(line) for line in result.stderr.splitlines()]
    assert [one["level"] for one in lines] == ["error", "warning", *["critical"] * 3]
    assert [one["message"] for one in lines if one["level"] != "warning"] == [
        "of a library",
        "nobody caught ValueError: in a finalizer",
        "nobody caught ValueError: in a thread",
        "nobody caught ValueError: \u4f60",
    ]
    assert "a warning" in lines[1]["message"]
    assert result.stderr.isascii()


def test_in_text_a_traceback_is_as_usual() -> None:
    lines = LINES.replace('"json"', '"text"')

    result = subprocess.run(
        [sys.executable, "-c", lines], capture_output=True, text=True, timeout=60
    )

    assert result.stderr.splitlines()[0][9:] == "ERROR   of a library"
    assert result.stderr.splitlines()[-1].startswith("ValueError: ")


def test_nothing_that_a_client_sends_begins_a_line_or_commands_the_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    logs.configure_logging("text", "info")

    LOGGER.info("gladia GET %s", "/a\n09:00:00 ERROR   forged\r\x1b[2J\x9b31m\u2028\u202e")

    _, line = capsys.readouterr().err.split(" ", 1)
    assert line == (
        r"INFO    gladia GET /a\n09:00:00 ERROR   forged\r\x1b[2J\x9b31m\u2028\u202e" + "\n"
    )


def test_several_lines_and_tracebacks_are_indented(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure_logging("text", "info")

    LOGGER.info("the file is broken:\n%s", "a: 1\nb: 2\x1b")
    try:
        raise ValueError("a\n09:00:00 ERROR   forged\x1b")
    except ValueError:
        LOGGER.exception("broke")

    lines = capsys.readouterr().err.splitlines()
    assert [line.partition(" ")[2] for line in (lines[0], lines[3])] == [
        "INFO    the file is broken:",
        "ERROR   broke",
    ]
    assert lines[1:3] == ["  a: 1", r"  b: 2\x1b"]
    assert lines[4] == "  Traceback (most recent call last):"
    assert lines[-2:] == ["  ValueError: a", r"  09:00:00 ERROR   forged\x1b"]


def test_json_lines_are_one_line_of_ascii_whatever_a_client_sends(
    capsys: pytest.CaptureFixture[str],
) -> None:
    logs.configure_logging("json", "info")

    LOGGER.info("%s", "/a\n\x1b\x9b\u2028\ud800")

    written = capsys.readouterr().err
    assert written.isascii()
    assert written.removesuffix("\n").isprintable()
    assert json.loads(written)["message"] == "/a\n\x1b\x9b\u2028\ud800"


def test_what_is_said_before_there_is_a_log_keeps_its_lines() -> None:
    assert logs.log_line("a.yaml: wrong\n\x1b[2J") == "a.yaml: wrong\n\\x1b[2J"
