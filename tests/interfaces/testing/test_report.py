"""What a failed test is told of the requests that came, and of those that did not."""

from datetime import UTC, datetime

import pytest

from emulator.core.http.messages import Request, Response
from emulator.core.journal.exchange import Exchange
from emulator.interfaces.testing.report import MOST, ReportContext, entry, report

URL = "http://127.0.0.1:4711"
T0 = datetime(2026, 1, 5, 9, tzinfo=UTC)
ELSEWHERE = (
    "  the client's base URL: it begins with http://127.0.0.1:4711, as speech_emulator.gladia.url "
    "and those of the other APIs do\n"
    "  the client's key: it is speech_emulator.key"
)
GOOD = Exchange("gladia", Request("GET", "/v2/pre-recorded"), Response(200), T0)
REFUSED = Exchange(
    *("", Request("POST", "/v2/x", headers={"x-gladia-key": "secret-secret"}), Response(404), T0),
    refused="NoOperation",
    why=("no documented path is like this one", "POST /v2/secret-secret"),
)


def told(
    own: tuple[Exchange, ...] = (),
    unclaimed: tuple[Exchange, ...] = (),
    others: int = 0,
    environment: dict[str, str] | None = None,
) -> str:
    entries = tuple(map(entry, own)), tuple(map(entry, unclaimed))
    asked = ReportContext("test-annabella", "127.0.0.1", URL, *entries, others)
    return report(asked, environment or {})


def test_an_exchange_is_a_line_and_its_reason_another() -> None:
    assert told((GOOD, REFUSED)) == (
        "09:00:00 gladia        GET    /v2/pre-recorded -> 200\n"
        "09:00:00 -             POST   /v2/x -> 404 NoOperation\n"
        "         no documented path is like this one: POST /v2/secret..."
    )


def test_where_nothing_came_it_says_what_to_look_at() -> None:
    assert told() == (
        "no request reached this test's key test-a...; no requests came without a good key\n"
        + ELSEWHERE
    )


def test_what_came_without_a_key_is_shown() -> None:
    assert told(unclaimed=(REFUSED,), others=2) == (
        "no request reached this test's key test-a...; 1 request came without a good key, "
        f"2 requests came with the keys of others\n{ELSEWHERE}\n"
        "requests without this test's key that came meanwhile:\n"
        "09:00:00 -             POST   /v2/x -> 404 NoOperation\n"
        "         no documented path is like this one: POST /v2/secret..."
    )


def test_what_came_without_a_key_is_shown_beside_what_came_with_it() -> None:
    lines = told((GOOD,), (REFUSED,)).splitlines()

    assert lines[:2] == [
        "09:00:00 gladia        GET    /v2/pre-recorded -> 200",
        "requests without this test's key that came meanwhile:",
    ]


def test_of_many_without_a_key_the_last_are_shown() -> None:
    lines = told((GOOD,), (REFUSED,) * (MOST + 5)).splitlines()

    assert len(lines) == 2 + 2 * MOST


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"HTTP_PROXY": "http://ann:secret@proxy.test"}, "HTTP_PROXY is set"),
        ({"ALL_PROXY": "a", "http_proxy": "b"}, "ALL_PROXY, http_proxy are set"),
    ],
)
def test_a_proxy_on_the_way_is_named_without_its_password(
    environment: dict[str, str], said: str
) -> None:
    assert told(environment=environment).splitlines()[-1] == (
        f"  the proxy: {said}, and NO_PROXY does not name 127.0.0.1: clients that read these ask "
        "the proxy, and not the emulator"
    )
    assert "proxy" not in told((GOOD,), environment=environment)


def test_a_path_begins_no_line_of_the_report() -> None:
    hostile = Exchange("gladia", Request("GET", "/a\n\x1b[2J"), Response(404), T0)

    assert told((hostile,)) == r"09:00:00 gladia        GET    /a\n\x1b[2J -> 404"
