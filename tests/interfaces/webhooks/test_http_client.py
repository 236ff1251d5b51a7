"""One request at a time, against receivers that answer in every way."""

import asyncio
import json
import os
import ssl
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import httpx2
import pytest
import respx
import trustme
import vcr
from pytest_httpx import HTTPXMock

import emulator
from emulator.interfaces.webhooks.http_client import NoAnswer, send_request
from emulator.interfaces.webhooks.targets import Target, Unresolved
from tests.support.receivers import Receiver, free_port, raw_receiver, receiver

AUDIO = "https://files.example.com/board.mp3"


def target(url: str, host: str = "127.0.0.1", **given: Any) -> Target:
    return Target(url, host, url.split("/")[2].rpartition("@")[2], **given)


def send(url: str, headers: dict[str, str] | None = None, **given: Any) -> int:
    return asyncio.run(send_request(target(url, **given), "POST", headers or {}, b"{}"))


def test_a_request_says_what_every_client_says() -> None:
    with receiver(204) as box:
        status = send(f"{box.url}/a")

    assert status == 204
    (got,) = box.got
    assert (got.method, got.path, got.body) == ("POST", "/a", b"{}")
    assert got.headers == {
        "host": f"127.0.0.1:{box.port}",
        "accept": "*/*",
        "user-agent": f"speech-emulator/{emulator.__version__}",
        "content-length": "2",
        "connection": "close",
    }


def test_the_headers_that_are_given_win() -> None:
    with receiver() as box:
        send(box.url, {"user-agent": "Gladia", "X-Own": "ü"})

    (got,) = box.got
    assert got.headers == {
        "host": f"127.0.0.1:{box.port}",
        "accept": "*/*",
        "content-length": "2",
        "connection": "close",
        "user-agent": "Gladia",
        "x-own": "Ã¼",  # UTF-8, which the receiver reads as Latin-1
    }


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("", "/"),
        ("?a=b", "/?a=b"),
        ("/a%20b/c d/ü?q=1 2&r=%2F#fragment", "/a%20b/c%20d/%C3%BC?q=1%202&r=%2F"),
    ],
)
def test_a_path_goes_out_as_the_address_has_it(address: str, path: str) -> None:
    with receiver() as box:
        send(box.url + address)

    assert [one.path for one in box.got] == [path]


def test_a_login_in_the_address_becomes_basic_authorization() -> None:
    with receiver() as box:
        send(f"http://ann:p%40ss@127.0.0.1:{box.port}/")
        send(f"http://ann@127.0.0.1:{box.port}/")

    assert [(one.headers["host"], one.headers["authorization"]) for one in box.got] == [
        (f"127.0.0.1:{box.port}", "Basic YW5uOnBAc3M="),
        (f"127.0.0.1:{box.port}", "Basic YW5uOg=="),
    ]


def test_the_checked_address_is_connected_to_and_the_host_keeps_its_name() -> None:
    with receiver() as box:
        checked = ("127.0.0.1",)
        send(f"http://nobody.invalid:{box.port}/", host="nobody.invalid", addresses=checked)

    assert [one.headers["host"] for one in box.got] == [f"nobody.invalid:{box.port}"]


def test_the_next_address_is_tried_where_nobody_answers() -> None:
    with receiver() as box:
        both = ("127.0.0.9", "127.0.0.1")
        status = send(f"http://nobody.invalid:{box.port}/", host="nobody.invalid", addresses=both)

    assert status == 200


def test_a_host_that_was_not_checked_is_looked_up() -> None:
    with receiver() as box:
        assert send(f"http://localhost:{box.port}/", host="localhost") == 200
    with pytest.raises(Unresolved):
        send("http://nobody.invalid/", host="nobody.invalid")


def test_a_host_outside_ascii_is_named_as_dns_has_it() -> None:
    with receiver() as box:
        url = f"http://bücher.invalid:{box.port}/"
        send(url, host="bücher.invalid", addresses=("127.0.0.1",))
        with pytest.raises(NoAnswer, match="is no host name"):
            send(f"http://{'ü' * 70}.invalid:{box.port}/", addresses=("127.0.0.1",))

    assert [one.headers["host"] for one in box.got] == [f"xn--bcher-kva.invalid:{box.port}"]


def test_a_header_that_no_request_can_have_is_refused_before_anything_is_sent() -> None:
    with receiver() as box, pytest.raises(NoAnswer, match="Illegal header value"):
        send(box.url, {"X-Own": "a\nb"})

    assert box.got == []


HEAD = b"HTTP/1.1 200 OK\r\n"


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (HEAD + b"Content-Length: 3\r\n\r\nabc", 200),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", 200),
        (HEAD + b"\r\nuntil it is closed", 200),
        (b"HTTP/1.0 404 No\r\n\r\n", 404),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n", 503),
        (HEAD + b"Content-Length: 1000000\r\n\r\n" + bytes(70_000), 200),  # it is cut off
    ],
)
def test_the_status_is_read_however_an_answer_ends(answer: bytes, status: int) -> None:
    with raw_receiver(answer) as url:
        assert send(url) == status


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (b"", "Server disconnected without sending a response."),
        (b"HTTP/1.1 100 Continue\r\n\r\n", "Server disconnected without sending a response."),
        (b"nonsense\r\n\r\n", "illegal status line"),
        (HEAD + b"Content-Length: 10\r\n\r\nabc", "peer closed connection"),
        (HEAD + b"X: " + b"a" * 200_000, "Receive buffer too long"),
    ],
)
def test_what_is_no_answer_is_said(answer: bytes, said: str) -> None:
    with raw_receiver(answer) as url, pytest.raises(NoAnswer, match=said):
        send(url)


def secure(answer: bytes, use: Callable[[int, trustme.CA], Awaitable[int]]) -> tuple[int, str]:
    """The status, and the name that the client asked the server's certificate for."""
    authority, names = trustme.CA(), []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("receiver.test").configure_cert(context)
    context.sni_callback = lambda socket, name, context: names.append(str(name))

    async def reply(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"{}")
        writer.write(answer)
        writer.close()

    async def asked() -> int:
        server = await asyncio.start_server(reply, "127.0.0.1", 0, ssl=context)
        async with server:
            return await use(server.sockets[0].getsockname()[1], authority)

    return asyncio.run(asked()), ",".join(names)


def test_a_certificate_is_asked_for_the_name_and_not_for_the_address() -> None:
    async def use(port: int, authority: trustme.CA) -> int:
        trust = ssl.create_default_context()
        authority.configure_trust(trust)
        url = f"https://receiver.test:{port}/"
        there = target(url, host="receiver.test", addresses=("127.0.0.1",))
        return await send_request(there, "POST", {}, b"{}", trust)

    assert secure(HEAD + b"Content-Length: 0\r\n\r\n", use) == (200, "receiver.test")


def test_a_certificate_of_nobodys_is_refused() -> None:
    async def use(port: int, authority: trustme.CA) -> int:
        there = target(f"https://127.0.0.1:{port}/")
        with pytest.raises(NoAnswer, match="CERTIFICATE_VERIFY_FAILED"):
            await send_request(there, "POST", {}, b"{}", ssl.create_default_context())
        return 0

    assert secure(b"", use)[0] == 0


# What patches HTTP clients in the same process


def deliver(box: Receiver) -> list[int | None]:
    """The attempts at a webhook for the receiver, and one for an inbox; both arrive."""
    with emulator.run(clock="manual") as speech:
        inbox = speech.inbox("own")
        for url in (box.url, inbox.url):
            create(speech, url)
        speech.clock.advance("1h")
        box.wait()
        assert len(inbox.wait(timeout="30s")) == 1
        return [one.attempts[0].status for one in speech.webhooks.wait("30s")]


def create(speech: Any, url: str) -> None:
    """Through a client that nothing patches: it talks to the emulator in process."""
    from emulator.interfaces.serving.httpx_transport import Transport

    with httpx.Client(transport=Unclosed(Transport(speech.emulator))) as http:
        http.post(
            f"{speech.gladia.url}/v2/pre-recorded",
            json={"audio_url": AUDIO, "callback_url": url},
            headers={"x-gladia-key": speech.key},
        ).raise_for_status()


class Unclosed(httpx.BaseTransport):
    """A transport whose emulator goes on when the client is closed."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer: httpx.Response = self._inner.handle_request(request)
        return answer


@contextmanager
def patched_by_respx(folder: Path) -> Iterator[None]:
    with respx.mock(assert_all_called=False) as mock:
        yield
        assert len(mock.calls) == 0


@contextmanager
def patched_by_vcr(folder: Path) -> Iterator[None]:
    with vcr.use_cassette(str(folder / "cassette.yaml"), record_mode="all") as cassette:
        yield
        assert len(cassette) == 0


@pytest.mark.parametrize("patched", [patched_by_respx, patched_by_vcr])
def test_a_webhook_is_neither_caught_nor_recorded(patched: Any, tmp_path: Path) -> None:
    with receiver() as box, patched(tmp_path):
        assert deliver(box) == [200, 200]

    assert len(box.got) == 1


def test_a_webhook_is_not_caught_by_pytest_httpx(httpx_mock: HTTPXMock) -> None:
    with receiver() as box:
        assert deliver(box) == [200, 200]

    assert len(box.got) == 1
    assert httpx_mock.get_requests() == []


def test_those_that_patch_do_catch_what_a_client_library_sends(tmp_path: Path) -> None:
    with receiver() as box:
        with respx.mock() as mock:
            mock.post(box.url).respond(418)
            caught = httpx.post(box.url, timeout=60).status_code
        with vcr.use_cassette(str(tmp_path / "cassette.yaml"), record_mode="all") as cassette:
            httpx2.post(box.url, timeout=60)

    assert (caught, len(cassette), len(box.got)) == (418, 1, 1)


PROGRAM = """
import json, sys
import emulator
from emulator.client import Client
with emulator.run(clock="manual", webhook_rewrite={"receiver.test": "127.0.0.1"}) as speech:
    with Client(speech.url) as client:
        hook = {"provider": "gladia", "url": sys.argv[1]}
        client.tenant(speech.key).add_webhook(**hook)
        import httpx
        httpx.Client(trust_env=False).post(
            f"{speech.gladia.url}/v2/pre-recorded",
            json={"audio_url": "https://files.example.com/a.mp3"},
            headers={"x-gladia-key": speech.key},
        )
        speech.webhooks.wait("30s")
        found = client.tenant(speech.key).deliveries()
print(json.dumps([one.attempts[0].status for one in found]))
"""


def test_a_variable_that_names_a_proxy_is_not_obeyed() -> None:
    proxy = f"http://127.0.0.1:{free_port()}"
    names = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
    proxies = {**dict.fromkeys(names, proxy), **{name.lower(): proxy for name in names}}
    with receiver() as box:
        url = f"http://receiver.test:{box.port}/"
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, url],
            env={**os.environ, **proxies},
            capture_output=True,
            text=True,
            timeout=60,
        )

    assert done.stderr == ""
    assert json.loads(done.stdout) == [200]
    assert [one.headers["host"] for one in box.got] == [f"receiver.test:{box.port}"]
