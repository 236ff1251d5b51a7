"""The HTTP face, through ASGI without a socket."""

import asyncio
import logging
from collections.abc import AsyncIterator
from itertools import repeat
from operator import length_hint
from typing import Any

import httpx
import pytest
from msgspec.structs import replace

from emulator.application.emulator import Emulator
from emulator.core.engine.finishing import Checking
from emulator.core.http.messages import Request, Response
from emulator.core.provider.backend import Backend
from emulator.interfaces.serving.asgi_app import root_app
from emulator.interfaces.serving.logs import JsonFormatter
from emulator.interfaces.transports.asgi import MAX_HEADER_BYTES, headers_by_name
from emulator.interfaces.transports.http import HttpApp
from emulator.providers import PROVIDERS
from emulator.providers.gladia import GLADIA

KEY = {"x-gladia-key": "test-http"}


def emulator() -> Emulator:
    return Emulator(clock_mode="manual", checking=Checking("fail", "fail"))


def send(
    app: Any, method: str, path: str, *, raise_app_exceptions: bool = True, **rest: Any
) -> httpx.Response:
    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=raise_app_exceptions)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:4788") as http:
            return await http.request(method, path, **rest)

    return asyncio.run(ask())


def test_an_answer_has_its_length_its_date_and_its_number() -> None:
    app = root_app(emulator())

    reply = send(app, "GET", "/gladia/v2/pre-recorded", headers=KEY)

    assert reply.status_code == 200
    assert reply.headers["content-length"] == str(len(reply.content))
    assert reply.headers["date"] == "Mon, 05 Jan 2026 09:00:00 GMT"
    assert len(reply.headers["x-emulator-request-id"]) == 36


@pytest.mark.parametrize("path", ["/gladia/v2/a%0Ab", "/a%0Ab", "/_emulator/tenants/a%0Ab"])
def test_a_path_with_a_line_break_in_it_is_answered_by_us(path: str) -> None:
    app = root_app(emulator())

    reply = send(app, "GET", path, headers=KEY)

    assert reply.status_code == 404
    assert reply.headers["content-type"].startswith("application/json")


def test_head_has_the_length_and_no_body() -> None:
    app = root_app(emulator())

    reply = send(app, "HEAD", "/gladia/health")

    assert reply.status_code == 200
    assert reply.content == b""
    assert reply.headers["content-length"] == "15"


def test_204_has_no_length() -> None:
    app = root_app(emulator())

    reply = send(app, "OPTIONS", "/gladia/v2/pre-recorded", headers={"Origin": "http://a.test"})

    assert reply.status_code == 204
    assert "content-length" not in reply.headers


def test_a_body_that_comes_in_pieces_is_put_together() -> None:
    app = root_app(emulator())

    async def pieces() -> AsyncIterator[bytes]:
        yield b'{"audio_url": '
        yield b'"https://media.test/a.wav"}'

    headers = {**KEY, "Content-Type": "application/json"}
    reply = send(app, "POST", "/gladia/v2/pre-recorded", headers=headers, content=pieces())

    assert reply.status_code == 201


def test_a_body_over_the_limit_is_refused_in_the_providers_words() -> None:
    app = root_app(emulator(), max_body_bytes=10)

    headers = {**KEY, "Content-Type": "application/json"}
    reply = send(app, "POST", "/gladia/v2/pre-recorded", headers=headers, content=b"x" * 11)

    assert reply.status_code == 413
    assert reply.json()["message"] == "payload too large"


def test_a_body_at_the_limit_is_taken() -> None:
    body = b'{"audio_url": "https://media.test/a.wav"}'
    app = root_app(emulator(), max_body_bytes=len(body))

    headers = {**KEY, "Content-Type": "application/json"}
    reply = send(app, "POST", "/gladia/v2/pre-recorded", headers=headers, content=body)

    assert reply.status_code == 201


def test_a_huge_header_is_431_in_the_providers_envelope() -> None:
    app = root_app(emulator())

    headers = {**KEY, "X-Huge": "x" * MAX_HEADER_BYTES}
    reply = send(app, "GET", "/gladia/v2/pre-recorded", headers=headers)

    assert reply.status_code == 431
    assert reply.json()["statusCode"] == 431


def test_the_values_of_a_repeated_header_are_one_list() -> None:
    raw = [(b"a", b"1"), (b"b", b""), (b"a", b""), (b"a", b"\xe4, 2")]

    assert headers_by_name(raw) == {"a": "1, , \xe4, 2", "b": ""}


def test_of_too_many_headers_no_more_is_read_than_the_server_takes() -> None:
    at_limit = repeat((b"a", b""), MAX_HEADER_BYTES)
    beyond = repeat((b"a", b""), MAX_HEADER_BYTES + 300_000)

    taken = headers_by_name(at_limit)
    refused = headers_by_name(beyond)

    assert taken == {"a": ", " * (MAX_HEADER_BYTES - 1)}
    assert refused is None
    assert length_hint(beyond) == 300_000 - 1


def test_a_query_that_is_not_utf_8_is_answered() -> None:
    app = root_app(emulator())

    reply = send(app, "GET", "/gladia/v2/pre-recorded?status=%ff%fe", headers=KEY)

    assert reply.status_code == 400
    assert reply.json()["statusCode"] == 400


def test_a_repeated_header_is_joined() -> None:
    app = root_app(emulator())

    headers = [("x-gladia-key", "test-a"), ("x-gladia-key", "test-b")]
    reply = send(app, "GET", "/gladia/v2/pre-recorded", headers=headers)

    # RFC 9110, 5.3: the same as one header "test-a, test-b"; such a key opens its own tenant.
    assert reply.status_code == 200


def test_a_bug_of_ours_is_the_providers_500_and_the_next_request_is_served(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def bug(request: Request, backend: Backend) -> Response:
        raise ZeroDivisionError("a bug")

    name = "PreRecordedController_getPreRecordedJobs_v2"
    broken = replace(GLADIA, operations={**GLADIA.operations, name: bug})
    app = root_app(Emulator(providers=(broken,), clock_mode="manual"))

    reply = send(app, "GET", "/gladia/v2/pre-recorded", headers=KEY)
    after = send(app, "GET", "/gladia/health")

    assert reply.status_code == 500
    assert reply.json()["statusCode"] == 500
    assert reply.headers["x-emulator-reason"] == "ZeroDivisionError: a bug"
    assert "GET /gladia/v2/pre-recorded broke the emulator" in caplog.text
    assert after.status_code == 200


def test_the_log_says_why_a_request_was_refused(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "speech_emulator")
    app = root_app(emulator())

    send(app, "GET", "/gladia/v2/pre-recorded", headers=KEY)
    send(app, "GET", "/gladia/v2/pre-recorded", headers={"x-gladia-key": "secret-secret"})
    send(app, "GET", "/q\u00e4")

    assert [
        record.getMessage() for record in caplog.records if record.name == "speech_emulator"
    ] == [
        "gladia GET /v2/pre-recorded -> 200",
        "gladia GET /v2/pre-recorded -> 401: the key 'secret...' is unknown: a key is good when it "
        'begins with "test-", the scenario\'s keys name it or the admin API made it; it stands in '
        "the header x-gladia-key",
        "- GET /q\u00e4 -> 404: no documented path is like this one: GET /q?",
    ]


@pytest.mark.parametrize("key", ["test-annabella", "secret-secret"])
@pytest.mark.parametrize("path", ["/gladia/v2/pre-recorded/{}", "/gladia/{}", "/{}"])
def test_the_log_shows_no_key_that_stands_in_a_path(
    path: str, key: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "speech_emulator")
    app = root_app(emulator())

    send(app, "GET", path.format(key), headers={"x-gladia-key": key})

    [record] = [one for one in caplog.records if one.name == "speech_emulator"]
    assert f"{key[:6]}..." in record.getMessage()
    assert key not in JsonFormatter().format(record)


def test_a_path_of_nobody_names_what_is_near() -> None:
    app = root_app(emulator())

    reply = send(app, "GET", "/v2/pre-recordings", headers=KEY)

    assert reply.status_code == 404
    assert reply.json() == {
        "error": "no provider documents the path /v2/pre-recordings",
        "nearest": [
            "/gladia/v2/pre-recorded",
            "/gladia/v2/pre-recorded/{id}",
            "/gladia/v2/pre-recorded/{id}/file",
        ],
        "providers": {
            provider.slug: f"http://127.0.0.1:4788/{provider.slug}" for provider in PROVIDERS
        },
    }


def test_a_client_that_goes_away_gets_no_answer() -> None:
    sent: list[Any] = []
    messages: list[dict[str, Any]] = [
        {"type": "http.request", "body": b"half", "more_body": True},
        {"type": "http.disconnect"},
    ]

    async def receive() -> dict[str, Any]:
        return messages.pop(0)

    async def note(message: Any) -> None:
        sent.append(message)

    asyncio.run(HttpApp(emulator())({"type": "http", "headers": []}, receive, note))

    assert sent == []


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("/_emulator/live", {"status": "live"}),
        ("/_emulator/ready", {"status": "ready"}),
        ("/_emulator/health", {"status": "ok", "tenants": 0, "listeners": 0}),
        (
            "/_emulator/version",
            {
                "version": "0.1.0",
                "providers": ["aitronos", "azure_speech", "gladia", "phrase_studio"],
            },
        ),
    ],
)
def test_the_emulator_says_how_it_is(path: str, content: object) -> None:
    app = root_app(emulator())

    reply = send(app, "GET", path)

    assert (reply.status_code, reply.json()) == (200, content)


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_an_unknown_path_of_the_emulators_own_is_a_json_404(method: str) -> None:
    app = root_app(emulator())

    reply = send(app, method, "/_emulator/nothing")

    assert reply.status_code == 404
    assert reply.json() == {
        "error": {
            "code": "unknown_path",
            "message": "there is no /_emulator/nothing; /_emulator/docs/admin shows what there is",
            "details": {},
        }
    }
