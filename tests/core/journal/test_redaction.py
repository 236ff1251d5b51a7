from datetime import UTC, datetime

import pytest

from emulator.core.http.messages import Part, Request, Response
from emulator.core.http.problems import Violation
from emulator.core.journal.exchange import Exchange
from emulator.core.journal.redaction import is_secret, mask, redacted, redacted_head

T0 = datetime(2026, 1, 5, 9, tzinfo=UTC)
KEY = "test-annabella"


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        ("test-annabella", "test-a..."),
        ("Bearer test-annabella", "Bearer test-a..."),
        ("basic dXNlcjpwYXNz", "basic dXNlcj..."),
        ("abc", "abc..."),
        ("test-a...", "test-a..."),
    ],
)
def test_a_key_is_shown_as_its_first_six_characters(key: str, shown: str) -> None:
    assert mask(key) == shown


@pytest.mark.parametrize(
    "name",
    [
        "Authorization",
        "proxy-authorization",
        "X-API-Key",
        "api-key",
        "x-gladia-key",
        "Ocp-Apim-Subscription-Key",
        "subscriptionKey",
        "api_key",
        "cookie",
        "Set-Cookie",
        "set-cookie2",
        "token",
        "sig",
        "signature",
    ],
)
def test_a_name_that_tells_of_a_key_is_a_secrets(name: str) -> None:
    assert is_secret(name)


@pytest.mark.parametrize("name", ["accept", "content-type", "Idempotency-Key", "keyword", "limit"])
def test_other_names_are_nobodys_secret(name: str) -> None:
    assert not is_secret(name)


def test_a_key_is_masked_wherever_it_stands() -> None:
    exchange = Exchange(
        provider="toy",
        request=Request(
            "POST",
            f"/{KEY}/a",
            query=(("token", "s3cret-s3cret"), ("q", f"a {KEY} b"), ("limit", "3")),
            headers={"x-toy-key": KEY, "cookie": "a=1", "accept": "*/*"},
            body=f'{{"key":"{KEY}"}}'.encode(),
            params={"key": KEY},
            content={"key": KEY},
            parts=(Part("a", b"s3cret-s3cret"),),
        ),
        response=Response(
            200,
            f'{{"url":"http://h/?k={KEY}"}}'.encode(),
            {"Location": f"http://h/{KEY}"},
            {"url": KEY},
        ),
        at=T0,
        key=KEY,
        notes=(f"{KEY} is strange",),
        why=(f"no note {KEY}",),
        violations=(Violation("body", ("url",), "type", ["integer"], KEY, f"{KEY} is no number"),),
    )

    assert redacted(exchange) == Exchange(
        provider="toy",
        request=Request(
            "POST",
            "/test-a.../a",
            query=(("token", "s3cret..."), ("q", "a test-a... b"), ("limit", "3")),
            headers={"x-toy-key": "test-a...", "cookie": "a=1...", "accept": "*/*"},
            body=b'{"key":"test-a..."}',
            parts=(Part("a", b"s3cret..."),),
        ),
        response=Response(
            200, b'{"url":"http://h/?k=test-a..."}', {"Location": "http://h/test-a..."}
        ),
        at=T0,
        key="test-a...",
        notes=("test-a... is strange",),
        why=("no note test-a...",),
        violations=(
            Violation("body", ("url",), "type", ["integer"], None, "test-a... is no number"),
        ),
    )


def test_a_key_that_begins_like_another_is_masked_too() -> None:
    request = Request("GET", "/", headers={"api-key": f"{KEY}-two"}, body=f"{KEY}-two".encode())

    shown = redacted(Exchange("toy", request, Response(200), T0, key=KEY))

    assert shown.request.body == b"test-a..."


def test_a_bearers_token_is_looked_for_without_its_scheme() -> None:
    request = Request(
        "GET", "/", headers={"authorization": "Bearer s3cret-s3cret"}, body=b"s3cret-s3cret"
    )

    shown = redacted(Exchange("toy", request, Response(200), T0))

    assert shown.request.headers == {"authorization": "Bearer s3cret..."}
    assert shown.request.body == b"s3cret..."
    assert shown.key is None


def test_a_short_word_is_not_looked_for_in_bodies() -> None:
    request = Request("GET", "/", headers={"x-toy-key": "a"}, body=b"abracadabra")

    assert redacted(Exchange("toy", request, Response(200), T0)).request.body == b"abracadabra"


def test_of_a_token_nothing_but_blanks_is_taken_off() -> None:
    request = Request(
        "GET",
        "/s3cret-s3cret\xa0",
        headers={"authorization": "Bearer \ts3cret-s3cret\xa0 "},
    )

    shown = redacted(Exchange("toy", request, Response(200), T0))

    assert shown.request.path == "/s3cret..."


def test_a_log_shows_no_body_and_no_key() -> None:
    request = Request(
        "POST", f"/{KEY}", headers={"x-toy-key": KEY}, body=b"body", parts=(Part("a", b"part"),)
    )
    exchange = Exchange("toy", request, Response(404, b"body"), T0, refused="NotFound")

    shown = redacted_head(exchange)

    assert shown.request == Request("POST", "/test-a...", headers={"x-toy-key": "test-a..."})
    assert shown.response == Response(404)


@pytest.mark.parametrize(
    ("exchange", "path"),
    [
        (Exchange("toy", Request("GET", f"/{KEY}"), Response(200), T0, key=KEY), "/test-a..."),
        (Exchange("toy", Request("GET", f"/{KEY}"), Response(200), T0, key="test-b"), f"/{KEY}"),
        (
            Exchange("toy", Request("GET", "/a"), Response(200), T0, key=KEY, notes=(f"no {KEY}",)),
            "/a",
        ),
        (
            Exchange(
                *("toy", Request("GET", "/a"), Response(200), T0),
                key=KEY,
                violations=(Violation("body", (), "type", message=KEY),),
            ),
            "/a",
        ),
    ],
)
def test_a_log_shows_nothing_that_holds_the_tenants_key(exchange: Exchange, path: str) -> None:
    shown = redacted_head(exchange)

    assert shown.request.path == path
    assert KEY not in f"{shown.notes}{shown.violations}"


def test_what_a_log_shows_of_a_plain_exchange_is_the_exchange() -> None:
    exchange = Exchange("toy", Request("GET", "/a", body=b"a"), Response(200), T0, key=KEY)

    assert redacted_head(exchange) is exchange
