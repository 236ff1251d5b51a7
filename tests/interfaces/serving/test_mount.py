"""Mounted below a path: every address that is answered works when it is followed."""

import asyncio
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.routing import Mount
from websockets.sync.client import connect

import emulator
from emulator.application.addressing import IncomingRequest, UrlPolicy
from emulator.application.emulator import Emulator
from emulator.client import AsyncClient, Client
from emulator.interfaces.serving.server_thread import ServerThread
from emulator.interfaces.transports.asgi import mount_of, path_below_mount
from tests.application.test_addresses import WALKS
from tests.support.clients import KEY_HEADERS

SCENARIO = """
clock: {mode: step, step: 11s}
jobs: [{timeline: {completed: 0s}}]
"""
KEY = "test-mount"
PREFIX: dict[str, Any] = {"path": "/api", "raw_path": b"/api"}
ADDRESS = re.compile(r"https?://127\.0\.0\.1:[^\"'\s<>\\]+")


@contextmanager
def in_starlette() -> Iterator[str]:
    mounted = emulator.app(SCENARIO, answers="fail")
    with ServerThread(Starlette(routes=[Mount("/speech", mounted)])) as server:
        yield f"http://127.0.0.1:{server.port}/speech"


@contextmanager
def in_fastapi() -> Iterator[str]:
    app = FastAPI()
    app.mount("/speech", emulator.app(SCENARIO, answers="fail"))
    with ServerThread(app) as server:
        yield f"http://127.0.0.1:{server.port}/speech"


@contextmanager
def in_fastapi_behind_a_proxy() -> Iterator[str]:
    """The proxy takes its own prefix off, which the application was told."""
    app = FastAPI()
    app.root_path = "/api"
    app.mount("/speech", emulator.app(SCENARIO, answers="fail"))

    async def proxy(scope: Any, receive: Any, send: Any) -> None:
        below = {name: scope[name].removeprefix(one) for name, one in PREFIX.items()}
        await app({**scope, **below}, receive, send)

    with ServerThread(proxy) as server:
        yield f"http://127.0.0.1:{server.port}/api/speech"


@contextmanager
def under_a_providers_name() -> Iterator[str]:
    mounted = emulator.app(SCENARIO, answers="fail")
    with ServerThread(Starlette(routes=[Mount("/gladia", mounted)])) as server:
        yield f"http://127.0.0.1:{server.port}/gladia"


@contextmanager
def under_uvicorn() -> Iterator[str]:
    """Its command line, without the proxy that takes the prefix off."""
    options = ["--factory", "emulator:app", "--root-path", "/speech", "--port", "0"]
    with subprocess.Popen(
        [sys.executable, "-m", "uvicorn", *options], stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr
        lines = iter(process.stderr.readline, "")
        found = next(filter(None, (ADDRESS.search(line) for line in lines)))
        yield f"{found[0]}/speech"
        process.terminate()
        process.stderr.read()


SERVERS = [
    in_starlette,
    in_fastapi,
    in_fastapi_behind_a_proxy,
    under_a_providers_name,
    under_uvicorn,
]


@pytest.fixture(scope="module", params=SERVERS, ids=lambda one: one.__name__)
def base(request: pytest.FixtureRequest) -> Iterator[str]:
    with request.param() as url:
        yield url


@pytest.mark.parametrize(("provider", "walk"), WALKS, ids=lambda one: getattr(one, "name", ""))
def test_the_addresses_of_every_provider_lead_back(
    base: str, provider: Any, walk: Callable[[Any], None]
) -> None:
    name = KEY_HEADERS[provider.name]
    with (
        Client(base) as admin,
        admin.open(key=KEY, scenario=SCENARIO),
        httpx.Client(base_url=f"{base}/{provider.slug}", headers={name: KEY}, timeout=30) as http,
    ):
        statuses: list[int] = []
        followed: dict[str, int] = {}

        def ask(method: str, path: str, **rest: Any) -> httpx.Response:
            reply = http.request(method, path, **rest)
            statuses.append(reply.status_code)
            if "json" in reply.headers.get("content-type", ""):
                for url in ADDRESS.findall(reply.text):
                    followed[url] = http.get(url).status_code
            return reply

        walk(ask)

    assert [one for one in statuses if one >= 400] == []
    assert [url for url in followed if not url.startswith(f"{base}/{provider.slug}/")] == []
    assert {url: status for url, status in followed.items() if status != expected(url)} == {}
    assert followed


def expected(url: str) -> int:
    """What an address answers that is followed as it is: a search asks for words."""
    return 422 if url.endswith("/search") else 501 if "/models/base/" in url else 200


def test_a_live_session_is_held_below_the_mount(base: str) -> None:
    headers = {"x-gladia-key": KEY}
    order = {"encoding": "wav/pcm", "sample_rate": 16000}
    made = httpx.post(f"{base}/gladia/v2/live", json=order, headers=headers, timeout=30).json()

    with connect(made["url"]) as socket:
        socket.send(bytes(3200))
        socket.send(json.dumps({"type": "stop_recording"}))
        types = [json.loads(one)["type"] for one in socket]

    assert made["url"].startswith(base.replace("http:", "ws:") + "/gladia/v2/live?")
    assert types[-1] == "post_final_transcript"


def test_the_admin_api_works_below_the_mount(base: str) -> None:
    with Client(base) as client, client.open(key="test-admin", clock="manual") as tenant:
        with client.events("test-admin") as events:
            hello = next(events)
            tenant.clock.advance("1s")
            moved = next(events)
        inbox = tenant.inbox("hook")
        order = {"audio_url": "https://example.com/a.wav", "callback_url": inbox.url}
        url, headers = tenant.urls["gladia"], {"x-gladia-key": tenant.key}
        httpx.post(f"{url}/v2/pre-recorded", json=order, headers=headers, timeout=30)
        tenant.clock.advance("1h")
        messages = inbox.wait(1, "30s")

    assert (hello.kind, moved.kind) == ("hello", "clock")
    assert url == f"{base}/gladia"
    assert len(messages) == 1


def test_the_pages_lead_to_each_other_below_the_mount(base: str) -> None:
    with httpx.Client(follow_redirects=True, timeout=30) as http:
        start = http.get(f"{base}/_emulator/")
        links = re.findall(r'(?:href|src)="([^"]+)"', start.text)
        definitions = [url for url in links if "/docs/" in url]
        pages = [http.get(url) for url in definitions]
        parts = {
            url: http.get(url).status_code
            for page in (start, *pages)
            for url in re.findall(r'(?:href|src|data-spec)="([^"#]+)"', page.text)
        }
        spec = http.get(f"{base}/_emulator/specs/gladia").json()

    assert str(start.url) == f"{base}/_emulator/docs"
    assert [page.status_code for page in pages] == [200] * 5
    assert {url: status for url, status in parts.items() if status != 200} == {}
    assert [url for url in parts if not url.startswith(f"{base}/_emulator/")] == []
    assert spec["servers"] == [{"url": f"{base}/gladia"}]


def test_a_path_that_nobody_has_is_answered_with_addresses_below_the_mount(base: str) -> None:
    answer = httpx.get(f"{base}/nobody", timeout=30)

    assert answer.status_code == 404
    assert answer.json()["providers"] == {
        "aitronos": f"{base}/aitronos",
        "azure-speech": f"{base}/azure-speech",
        "gladia": f"{base}/gladia",
        "phrase-studio": f"{base}/phrase-studio",
    }


@pytest.mark.parametrize(
    ("served", "path"), [(under_uvicorn, "/gladia"), (in_fastapi_behind_a_proxy, "/speech/gladia")]
)
def test_addresses_lead_to_the_proxy_that_takes_the_prefix_off(served: Any, path: str) -> None:
    with served() as base:
        origin = base.removesuffix("/speech").removesuffix("/api")
        answer = httpx.get(
            f"{origin}{path}/v2/pre-recorded", headers={"x-gladia-key": KEY}, timeout=30
        )

    assert answer.json()["first"].startswith(f"{base}/gladia/v2/pre-recorded?")


def test_the_asynchronous_client_reaches_a_mounted_application() -> None:
    async def version() -> str:
        async with AsyncClient(url) as client:
            found: str = (await client.version())["version"]
            return found

    with in_starlette() as url:
        assert asyncio.run(version()) == emulator.__version__


FULL = "/speech/gladia/v2"
PATHS = [
    # ASGI: the path has the mount in front (uvicorn since 0.26, Starlette since 0.33).
    ({"path": FULL, "root_path": "/speech"}, "/gladia/v2"),
    ({"path": FULL, "root_path": "/speech", "raw_path": FULL.encode()}, "/gladia/v2"),
    ({"path": FULL, "root_path": "/speech/"}, "/gladia/v2"),
    ({"path": "/speech", "root_path": "/speech"}, "/"),
    ({"path": "/speech/", "root_path": "/speech"}, "/"),
    ({"path": "/a b/gladia", "root_path": "/a b", "raw_path": b"/a%20b/gladia"}, "/gladia"),
    # Before: the path begins below it.
    ({"path": "/gladia/v2", "root_path": "/speech", "raw_path": FULL.encode()}, "/gladia/v2"),
    ({"path": "/gladia/v2", "root_path": "/speech", "raw_path": b"/gladia/v2"}, "/gladia/v2"),
    ({"path": "/gladia/v2", "root_path": "/speech"}, "/gladia/v2"),
    (
        {"path": "/gladia/v2", "root_path": "/gladia", "raw_path": b"/gladia/gladia/v2"},
        "/gladia/v2",
    ),
    # Only whole segments are a mount.
    ({"path": "/speechless/v2", "root_path": "/speech"}, "/speechless/v2"),
    # A proxy that leaves the prefix where it is, before a server that adds it.
    ({"path": "/speech" + FULL, "root_path": "/speech"}, "/gladia/v2"),
    # Mounted in an application that has a root path itself, which is in the path or is not.
    ({"path": "/api" + FULL, "root_path": "/api/speech", "app_root_path": "/api"}, "/gladia/v2"),
    ({"path": FULL, "root_path": "/api/speech", "app_root_path": "/api"}, "/gladia/v2"),
    # What is mounted by Starlette is below one mount, and the rest is the client's.
    (
        {"path": "/gladia/gladia/v2", "root_path": "/gladia", "app_root_path": ""},
        "/gladia/v2",
    ),
    ({"path": "/gladia/v2"}, "/gladia/v2"),
    ({"path": "/gladia/v2", "root_path": ""}, "/gladia/v2"),
]


@pytest.mark.parametrize(("scope", "path"), PATHS)
def test_the_path_below_a_mount_is_found_in_either_convention(
    scope: dict[str, Any], path: str
) -> None:
    assert path_below_mount(scope) == path


@pytest.mark.parametrize(
    ("root", "mount"),
    [("/speech", "/speech"), ("/speech/", "/speech"), ("", ""), ("/a b/ü", "/a%20b/%C3%BC")],
)
def test_a_mount_is_encoded_as_addresses_have_it(root: str, mount: str) -> None:
    assert mount_of({"root_path": root}) == mount


@pytest.mark.parametrize(
    ("addressing", "prefix", "base"),
    [
        (UrlPolicy(), "/api", "http://speech.test/speech"),
        (UrlPolicy(trust_forwarded=True), "", "http://speech.test/speech"),
        (UrlPolicy(trust_forwarded=True), "/api", "http://speech.test/api/speech"),
        # A server that was told the same prefix has it in its root path already.
        (UrlPolicy(trust_forwarded=True), "/speech", "http://speech.test/speech"),
        (UrlPolicy(trust_forwarded=True), "/spee", "http://speech.test/spee/speech"),
        (UrlPolicy(public_url="https://a.test/b/"), "/api", "https://a.test/b"),
    ],
)
def test_addresses_have_the_mount_behind_a_proxys_prefix(
    addressing: UrlPolicy, prefix: str, base: str
) -> None:
    headers = {"host": "speech.test", "x-forwarded-prefix": prefix}
    arrival = IncomingRequest("GET", "/gladia/health", headers=headers, mount="/speech")

    assert Emulator(addressing=addressing).base_url(arrival) == base
