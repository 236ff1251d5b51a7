"""The admin API on a socket, and beside the providers."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import httpx
import pytest

import emulator
from emulator.core.http.bodies import SpoolFiles
from emulator.interfaces.admin.app import MAX_BODY_BYTES, AdminApp
from emulator.interfaces.admin.context import AdminContext
from emulator.interfaces.serving.server_thread import ServerThread
from emulator.interfaces.testing.api import EmulatorSession, build_emulator
from emulator.interfaces.transports.asgi import listening_addresses
from tests.interfaces.admin.bench import refusal


@pytest.fixture
def speech() -> Iterator[EmulatorSession]:
    with emulator.run() as running:
        yield running


@pytest.mark.parametrize("path", ["/_emulator/nothing", "/_emulator/v2/pre-recorded"])
def test_the_whole_prefix_is_reserved(speech: EmulatorSession, path: str) -> None:
    assert refusal(httpx.get(speech.url + path, timeout=60))[:2] == (404, "unknown_path")


def test_the_prefix_itself_leads_to_the_pages(speech: EmulatorSession) -> None:
    response = httpx.get(f"{speech.url}/_emulator", follow_redirects=True, timeout=60)

    assert response.url == f"{speech.url}/_emulator/docs"
    assert response.status_code == 200


def test_what_only_begins_like_it_is_no_part_of_it(speech: EmulatorSession) -> None:
    response = httpx.get(f"{speech.url}/_emulators", timeout=60)

    assert "nearest" in response.json()


@pytest.mark.parametrize(
    "path",
    [
        "/%5femulator/tenants",
        "/_emulator%2ftenants",
        "/_emulator/../_emulator/tenants",
        "/_emulator/%2e%2e/tenants",
        "http://127.0.0.1/_emulator/tenants",
    ],
)
def test_the_guard_stands_on_every_way_to_the_prefix(speech: EmulatorSession, path: str) -> None:
    assert b'"foreign_origin"' in foreign_page(speech, path)


def test_the_host_of_an_absolute_target_is_guarded_too(speech: EmulatorSession) -> None:
    assert b'"foreign_host"' in foreign_page(speech, "http://evil.test/_emulator/tenants")


@pytest.mark.parametrize(
    "path",
    [
        "//_emulator/tenants",
        "/./_emulator/tenants",
        "/x/../_emulator/tenants",
        "/gladia/../_emulator/tenants",
        "/gladia/_emulator/tenants",
        "/_EMULATOR/tenants",
        "/_emulator;a/tenants",
        "/_emulator\\tenants",
    ],
)
def test_a_path_that_only_looks_like_the_prefix_is_a_providers_or_nobodys(
    speech: EmulatorSession, path: str
) -> None:
    answer = foreign_page(speech, path)

    assert answer.startswith(b"HTTP/1.1 404 ")
    assert b'"foreign_origin"' not in answer
    assert b'"tenants":' not in answer


def foreign_page(speech: EmulatorSession, path: str) -> bytes:
    """The answer to a page from elsewhere, for the path as it stands here."""
    url = httpx.URL(speech.url)
    assert url.port
    head = f"GET {path} HTTP/1.1\r\nHost: {url.host}:{url.port}\r\n"
    rest = "Origin: http://evil.test\r\nConnection: close\r\n\r\n"
    with closing(socket.create_connection((url.host, url.port), timeout=30)) as connection:
        connection.sendall((head + rest).encode())
        return b"".join(iter(lambda: connection.recv(65536), b""))


def test_a_tenant_that_is_changed_over_http_is_the_one_in_python(speech: EmulatorSession) -> None:
    before = speech.clock.now

    httpx.post(
        f"{speech.url}/_emulator/tenants/{speech.key}/clock", json={"advance": "1h"}, timeout=60
    )
    httpx.post(f"{speech.url}/_emulator/tenants/{speech.key}/reset", timeout=60)

    assert speech.clock.now == before


def test_a_head_has_no_body(speech: EmulatorSession) -> None:
    response = httpx.head(f"{speech.url}/_emulator/docs", timeout=60)

    assert (response.status_code, response.content) == (200, b"")
    assert int(response.headers["content-length"]) > 100


def test_a_head_of_the_events_ends(speech: EmulatorSession) -> None:
    response = httpx.head(f"{speech.url}/_emulator/events", timeout=60)

    assert response.headers["content-type"] == "text/event-stream; charset=utf-8"


def test_a_body_that_is_too_large_is_refused(speech: EmulatorSession) -> None:
    response = httpx.put(
        f"{speech.url}/_emulator/tenants/test-a/scenario",
        content=b"x" * (MAX_BODY_BYTES + 1),
        headers={"content-type": "application/yaml"},
        timeout=60,
    )

    assert refusal(response) == (413, "too_large", "the body is larger than 8 MB")


@pytest.mark.parametrize("host", ["0.0.0.0", "0", "0x0"])
def test_a_server_that_is_bound_elsewhere_is_closed_however_its_host_is_spelled(host: str) -> None:
    with emulator.run(host=host) as speech:
        closed = httpx.get(f"{speech.url}/_emulator/tenants", timeout=60)
        live = httpx.get(f"{speech.url}/_emulator/live", timeout=60)

    assert refusal(closed)[:2] == (403, "closed")
    assert live.status_code == 200


def test_a_server_that_stops_is_no_more_open_than_before() -> None:
    scopes: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        scopes.append(scope)
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body"})

    with ServerThread(app, host="0.0.0.0") as server:
        httpx.get(server.url, timeout=60)

    assert listening_addresses(scopes[0]) == ("0.0.0.0",)


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])
@pytest.mark.parametrize("path", ["/tenants", "/events", "/inbox/test-a/b"])
def test_a_server_with_a_token_wants_it_whatever_it_listens_on(host: str, path: str) -> None:
    with emulator.run(host=host, admin_token="s3cret", open_admin=True) as speech:
        asked = httpx.get(f"{speech.url}/_emulator{path}", timeout=60)
        received = httpx.post(
            f"{speech.url}/_emulator/inbox/test-a/b", content=b"a webhook", timeout=60
        )

    assert refusal(asked)[:2] == (401, "no_token")
    assert received.status_code == 200


@pytest.mark.parametrize(
    ("server", "status"),
    [
        (None, 200),
        (("/run/emulator.sock", None), 200),
        (("127.0.0.1", 80), 200),
        (("10.0.0.7", 80), 403),
        (("*", 80), 403),
    ],
)
def test_in_another_server_the_address_that_a_connection_reached_counts(
    server: Any, status: int
) -> None:
    app = emulator.app("happy")

    sent = asyncio.run(ask(app, server=server, path="/_emulator/tenants", state={}))

    assert sent[0]["status"] == status


@pytest.mark.parametrize("options", [{"admin_token": "s3cret"}, {"open_admin": True}])
def test_a_server_that_is_bound_elsewhere_can_be_opened(options: Any) -> None:
    with emulator.run(host="0.0.0.0", **options) as speech:
        url = speech.url.replace("0.0.0.0", "127.0.0.1")
        token = {"authorization": "Bearer s3cret"}

        response = httpx.get(f"{url}/_emulator/tenants", headers=token, timeout=60)

    assert response.status_code == 200


async def ask(app: Any, **scope: Any) -> list[Any]:
    """What an ASGI server is told to send."""
    sent: list[Any] = []

    async def receive() -> Any:
        return scope.pop("message", {"type": "http.request"})

    async def send(message: Any) -> None:
        sent.append(message)

    usual = {"type": "http", "method": "GET", "query_string": b"", "headers": [], "scheme": "http"}
    await app({**usual, "server": None, **scope}, receive, send)
    return sent


@pytest.mark.parametrize("server", [None, ("/run/emulator.sock", None)])
def test_an_application_on_a_unix_socket_is_open(server: Any) -> None:
    app = emulator.app()

    sent = asyncio.run(ask(app, path="/_emulator/tenants", server=server))

    assert sent[0]["status"] == 200


def test_an_application_that_is_reached_from_elsewhere_is_closed() -> None:
    app = emulator.app()

    sent = asyncio.run(ask(app, path="/_emulator/tenants", server=("10.0.0.7", 80)))

    assert sent[0]["status"] == 403


def test_a_client_that_goes_away_half_way_is_answered_nothing() -> None:
    app = emulator.app()

    sent = asyncio.run(ask(app, path="/_emulator/live", message={"type": "http.disconnect"}))

    assert sent == []


def test_a_bug_of_ours_is_a_500_and_not_a_hang_up() -> None:
    made = build_emulator()
    door = AdminApp(AdminContext(made), SpoolFiles())
    made.providers = None  # type: ignore[assignment]  # what no program does

    sent = asyncio.run(ask(door, path="/_emulator/version"))

    assert sent[0]["status"] == 500
    assert b'"code":"broken"' in sent[1]["body"]
    assert b"TypeError" in sent[1]["body"]


def test_a_server_stops_under_a_listener() -> None:
    with emulator.run() as speech:
        port = httpx.URL(speech.url).port
        assert port
        with closing(socket.create_connection(("127.0.0.1", port))) as listener:
            listener.sendall(b"GET /_emulator/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
            received = listener.recv(65536)
            while b"event: hello" not in received:
                received += listener.recv(65536)
            assert len(speech.emulator.events) == 1

    assert len(speech.emulator.events) == 0
