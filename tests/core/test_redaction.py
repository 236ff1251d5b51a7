from datetime import UTC, datetime

import pytest

from emulator.core.journal import Exchange
from emulator.core.messages import Part, Request, Response
from emulator.core.problems import Breach
from emulator.core.redaction import is_secret, masked, redacted

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
    assert masked(key) == shown


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
        breaches=(Breach("body", ("url",), "type", ["integer"], KEY, f"{KEY} is no number"),),
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
        breaches=(Breach("body", ("url",), "type", ["integer"], None, "test-a... is no number"),),
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
