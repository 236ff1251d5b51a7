"""The list of odd requests, and how what comes back is read."""

from pathlib import Path

import pytest

from tests.hostile.__main__ import complaint, leftovers
from tests.hostile.case import Case, frame
from tests.hostile.corpus import CASES
from tests.hostile.outcome import close_code, outcome
from tests.hostile.server import MB, Held

OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"
PLAIN = (
    b"HTTP/1.1 400 Bad Request\r\ncontent-type: text/plain; charset=utf-8\r\n"
    b"content-length: 11\r\nconnection: close\r\n\r\nBad Request"
)
ADMIN = b'HTTP/1.1 404 Not Found\r\ncontent-length: 12\r\n\r\n{"error": 1}'
SWITCHED = b"HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\n\r\n"
ROOT = Path(__file__).parents[1]


def test_there_are_more_than_300_and_each_is_another_request() -> None:
    requests = {(case.sent, case.frames, case.half_closes) for case in CASES}

    assert len(CASES) >= 300
    assert len({case.name for case in CASES}) == len(CASES)
    assert len(requests) == len(CASES)


def test_no_case_expects_the_server_to_break() -> None:
    broken = [case.name for case in CASES if "500" in case.expected or "nothing" in case.expected]

    assert broken == []


@pytest.mark.parametrize(
    ("received", "closed", "expected"),
    [
        (b"", False, "nothing"),
        (b"", True, "closed"),
        (OK, False, "200"),
        (OK + OK[:-1], False, "200"),
        (OK + PLAIN, True, "200, 400 plain, closed"),
        (ADMIN, False, "404 admin"),
        (ADMIN.replace(b"{", b"["), False, "404 unreadable"),
        (SWITCHED, False, "101"),
        (SWITCHED + frame(8, b"\x03\xea", masked=False), True, "101, close 1002, closed"),
    ],
)
def test_what_comes_back_is_one_line(received: bytes, closed: bool, expected: str) -> None:
    assert outcome(received, closed=closed) == expected


def test_the_code_of_a_close_is_found_behind_other_frames() -> None:
    text = frame(1, b"a" * 200, masked=False)

    assert close_code(SWITCHED + text + frame(8, masked=False)) == 1005
    assert close_code(SWITCHED + text[:-1]) is None


def test_a_complaint_shows_the_request_and_both_outcomes() -> None:
    case = Case("odd: a", "GET / HTTP/1.1\r\n\r\n", "404 nobody")

    assert complaint(case, "closed") == (
        "case odd: a\n"
        "  request   'GET / HTTP/1.1\\r\\n\\r\\n' (18 bytes)\n"
        "  expected  404 nobody\n"
        "  got       closed"
    )


def test_what_a_server_keeps_is_complained_of() -> None:
    before = Held(resident=50 * MB, peak=50 * MB, descriptors=14, spools=0)
    after = Held(resident=300 * MB, peak=300 * MB, descriptors=19, spools=4)

    assert leftovers(before, before) == []
    assert leftovers(before, after) == [
        "memory: 300 MB are still resident",
        "descriptors: 19 are open, before 14",
        "spools: 4 are left",
    ]


def test_ci_sends_them_behind_the_fuzzing() -> None:
    lines = (ROOT / ".ci" / "run").read_text().splitlines()

    assert lines[lines.index("scripts/fuzz") + 1] == "scripts/hostile"
