"""Scripted answers, as each provider says them."""

import httpx
import pytest

from emulator.core.provider.provider import Provider
from emulator.providers import PROVIDERS
from emulator.providers.aitronos import AITRONOS
from emulator.providers.gladia import GLADIA
from emulator.providers.phrase_studio import PHRASE_STUDIO
from tests.support.clients import Bench, bench

LISTS = {
    "aitronos": "/v1/audio/transcribe",
    "azure_speech": "/speechtotext/v3.1/transcriptions",
    "gladia": "/v2/pre-recorded",
    "phrase_studio": "/v1/projects",
}
SAID = {
    "aitronos": {
        401: "INVALID_API_KEY",
        403: "INSUFFICIENT_PERMISSIONS",
        404: "TRANSCRIPTION_NOT_FOUND",
        418: "I'M_A_TEAPOT",
        429: "RATE_LIMIT_EXCEEDED",
        500: "INTERNAL_ERROR",
        503: "SERVICE_UNAVAILABLE",
    },
    "azure_speech": {
        401: "401",
        403: "Forbidden",
        404: "NotFound",
        418: "I'maTeapot",
        429: "429",
        500: "InternalServerError",
        503: "ServiceUnavailable",
    },
    "gladia": {
        401: "gladia user not found",
        403: "Forbidden",
        404: "Not found",
        418: "I'm a Teapot",
        429: "Too Many Requests",
        500: "Internal server error",
        503: "Service Unavailable",
    },
    "phrase_studio": {
        401: "Unauthorized",
        403: "Access denied",
        404: "Not Found",
        418: "I'm a Teapot",
        429: "Too Many Requests",
        500: "Internal server error",
        503: "Service Unavailable",
    },
}
CASES = [
    (provider, status, said)
    for provider in PROVIDERS
    for status, said in SAID[provider.name].items()
]


def asked(provider: Provider, answer: str) -> httpx.Response:
    return benched(provider, answer).http.get(LISTS[provider.name])


def benched(provider: Provider, answer: str) -> Bench:
    return bench(provider, f"faults: [answer: {answer}]")


def word(answer: httpx.Response) -> str:
    """What tells an answer of this provider's from others of the same status."""
    body = answer.json()
    found = body.get("error", body)
    return str(found.get("code") or found["message"])


@pytest.mark.parametrize(("provider", "status", "said"), CASES)
def test_a_status_is_said_in_the_providers_words(
    provider: Provider, status: int, said: str
) -> None:
    answer = asked(provider, str(status))

    assert (answer.status_code, word(answer)) == (status, said)


def test_no_provider_is_forgotten() -> None:
    assert set(SAID) == {provider.name for provider in PROVIDERS}


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda one: one.name)
@pytest.mark.parametrize("status", [400, 402, 409, 413, 425, 501, 599])
def test_whatever_status_is_asked_for_is_the_one_that_comes(
    provider: Provider, status: int
) -> None:
    b = benched(provider, str(status))

    answer = b.http.get(LISTS[provider.name])

    assert answer.status_code == status
    assert answer.json()
    [exchange] = b.tenant.journal
    assert (exchange.violations, exchange.trace.reached_operation) == ((), False)
    assert exchange.fault is not None
    assert exchange.fault.rule == "scenario-1"


def test_an_operation_that_says_a_status_its_own_way_says_the_one_that_is_asked_for() -> None:
    b = benched(PHRASE_STUDIO, "403")

    answer = b.http.get("/v1/projects/11111111-1111-4111-8111-111111111111")

    assert (answer.status_code, word(answer)) == (403, "Forbidden")


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda one: one.name)
@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_a_time_to_wait_is_told_whoever_the_provider_is(provider: Provider, status: int) -> None:
    answer = asked(provider, f"{{status: {status}, retry_after: 1.2s}}")

    assert answer.headers["retry-after"] == "2"


def test_without_one_a_provider_tells_it_as_usual() -> None:
    usual = {
        provider.name: asked(provider, "429").headers.get("retry-after") for provider in PROVIDERS
    }

    assert usual == {"aitronos": "1", "azure_speech": "1", "gladia": None, "phrase_studio": "1"}


@pytest.mark.parametrize(
    ("answer", "body", "content_type"),
    [
        ("{status: 502, body: <html>bad</html>}", "<html>bad</html>", "text/plain; charset=utf-8"),
        ("{status: 200, body: ''}", "", "text/plain; charset=utf-8"),
        ("{status: 200, body: {a: 1}}", '{"a":1}', "application/json; charset=utf-8"),
        ("{status: 200, body: [1]}", "[1]", "application/json; charset=utf-8"),
        (
            "{status: 502, body: <p>, headers: {content-type: text/html}}",
            "<p>",
            "text/html",
        ),
        ("204", "", None),
        ("200", "", None),
        ("{status: 302, headers: {Location: /x}}", "", None),
    ],
)
def test_a_body_is_sent_as_it_stands(answer: str, body: str, content_type: str | None) -> None:
    given = asked(GLADIA, answer)

    assert given.text == body
    assert given.headers.get("content-type") == content_type


def test_headers_go_before_the_providers_and_ours() -> None:
    headers = "{x-ratelimit-remaining: '7', Date: yesterday, X-New: 'yes'}"

    given = asked(AITRONOS, f"{{status: 503, headers: {headers}}}")

    assert given.headers.get_list("x-ratelimit-remaining") == ["7"]
    assert given.headers.get_list("date") == ["yesterday"]
    assert given.headers["x-new"] == "yes"
    assert given.headers["x-ratelimit-limit"] == "100"
    assert len(given.headers["x-emulator-request-id"]) == 36


def test_a_bad_token_is_said_in_other_words_than_a_bad_key() -> None:
    b = bench(AITRONOS, "faults: [answer: 401]", key=None)

    answer = b.http.get(LISTS["aitronos"], headers={"Authorization": "Bearer test-key"})

    assert word(answer) == "TOKEN_INVALID"


def test_a_link_that_carries_no_key_can_fail_too() -> None:
    b = bench(GLADIA, "faults: [{when: {path: /health}, answer: 401}]")

    answer = b.http.get("/health", headers={"x-gladia-key": ""})

    assert (answer.status_code, word(answer)) == (401, "gladia user not found")
