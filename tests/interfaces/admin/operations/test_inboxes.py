"""Inboxes over HTTP."""

import asyncio
import gzip
import socket
from base64 import b64decode
from collections.abc import Mapping
from threading import Thread
from typing import Any

import httpx
import pytest

from emulator.application.emulator import Emulator
from emulator.core.engine.finishing import Checking
from emulator.core.http.messages import EMPTY
from emulator.interfaces.admin.context import Access
from emulator.interfaces.serving.asgi_app import root_app
from emulator.interfaces.serving.httpx_transport import Transport
from emulator.interfaces.serving.server_thread import ServerThread
from tests.interfaces.admin.bench import bench, refusal
from tests.support.receivers import until

PATH = "/_emulator/inbox/test-a/hook"


def ask(
    emulator: Emulator,
    *requests: tuple[str, str, bytes],
    headers: Mapping[str, str] = EMPTY,
    access: Access = Access(),  # noqa: B008 - a frozen value
) -> list[httpx.Response]:
    """The answers to these requests (method, path, body), one after the other."""

    async def asked() -> list[httpx.Response]:
        transport = httpx.ASGITransport(root_app(emulator, access=access))
        async with httpx.AsyncClient(
            transport=transport, base_url="http://127.0.0.1:1", headers=headers
        ) as http:
            return [
                await http.request(method, path, content=body) for method, path, body in requests
            ]

    return asyncio.run(asked())


def get(path: str = PATH) -> tuple[str, str, bytes]:
    return "GET", path, b""


def post(body: bytes = b"{}", path: str = PATH) -> tuple[str, str, bytes]:
    return "POST", path, body


def test_what_is_no_text_is_kept_in_base64() -> None:
    _, read = ask(Emulator(clock_mode="manual"), ("POST", PATH, b"\xff\xfe"), get())

    (message,) = read.json()["messages"]
    assert (message["text"], message["base64"]) == ("\ufffd\ufffd", "//4=")


def test_what_is_compressed_is_kept_as_it_comes() -> None:
    sent = gzip.compress(b"{}")

    taken, read = ask(
        Emulator(clock_mode="manual"), post(sent), get(), headers={"Content-Encoding": "gzip"}
    )

    (message,) = read.json()["messages"]
    assert (taken.status_code, b64decode(message["base64"])) == (200, sent)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
def test_anything_that_is_sent_is_kept(method: str) -> None:
    emulator = Emulator(clock_mode="manual")

    sent, read = ask(emulator, (method, f"{PATH}?a=b&a=c", b'{"c": 1}'), get())

    assert (sent.status_code, sent.content) == (200, b"")
    (message,) = read.json()["messages"]
    headers = message.pop("headers")
    assert headers["content-length"] == "8"
    assert message == {
        "number": 1,
        "at": "2026-01-05T09:00:00.000Z",
        "method": method,
        "query": [["a", "b"], ["a", "c"]],
        "status": 200,
        "text": '{"c": 1}',
        "base64": None,
        "json": {"c": 1},
    }


def test_what_is_no_json_is_shown_as_text() -> None:
    _, read = ask(Emulator(), post(b"<xml/>"), get())

    (message,) = read.json()["messages"]
    assert message["text"] == "<xml/>"
    assert "json" not in message


def test_an_empty_inbox_can_be_read() -> None:
    (read,) = ask(Emulator(), get())

    assert read.status_code == 200
    assert read.json() == {"count": 0, "messages": []}
    assert read.headers["cache-control"] == "no-cache"


def test_an_inbox_can_be_emptied() -> None:
    _, emptied, read = ask(Emulator(), post(), ("DELETE", PATH, b""), get())

    assert emptied.status_code == 204
    assert read.json() == {"count": 0, "messages": []}


def test_the_address_says_how_to_answer() -> None:
    path = f"{PATH}?answers=500,503,200"

    answers = ask(Emulator(), *[post(path=path)] * 4)

    assert [answer.status_code for answer in answers] == [500, 503, 200, 200]


def test_inboxes_and_tenants_are_apart() -> None:
    others = ["/_emulator/inbox/test-a/other", "/_emulator/inbox/test-b/hook"]

    answers = ask(Emulator(), post(), *map(get, others))

    assert [answer.json()["count"] for answer in answers[1:]] == [0, 0]


@pytest.mark.parametrize(
    ("request_", "status", "code", "message"),
    [
        (
            get("/_emulator/inbox/nobody/hook"),
            404,
            "unknown_tenant",
            'nobody knows the key "nobody"; one that begins with test- opens by itself, any other '
            "is opened with POST /_emulator/tenants",
        ),
        (
            post(bytes(1024 * 1024 + 1)),
            413,
            "message_too_large",
            "an inbox keeps messages of up to 1,048,576 bytes",
        ),
        (
            post(path=f"{PATH}?answers=200,x"),
            422,
            "invalid_request",
            'the request is not as documented: query answers: "200,x" does not match '
            '"^[2-5][0-9]{2}(,[2-5][0-9]{2})*$"',
        ),
        (
            get(f"{PATH}?wait=soon"),
            422,
            "bad_duration",
            'wait "soon" is no duration such as 250ms, 10s, 5m, 2h or 1d',
        ),
        (
            get(f"{PATH}?wait=2m"),
            422,
            "wait_too_long",
            "an inbox is waited on for 60s at most, not for 2m",
        ),
        (
            get(f"{PATH}?count=0"),
            422,
            "invalid_request",
            "the request is not as documented: query count: 0 is less than the minimum of 1",
        ),
        (
            get(f"{PATH}?how=fast"),
            422,
            "invalid_request",
            "the request is not as documented: query how: there is no such parameter",
        ),
    ],
)
def test_what_cannot_be_done_is_said(
    request_: tuple[str, str, bytes], status: int, code: str, message: str
) -> None:
    (answer,) = ask(Emulator(), request_)

    assert refusal(answer) == (status, code, message)


@pytest.mark.parametrize(
    ("body", "media"),
    [(b"{", "application/json"), (b"\xff", "text/plain"), (b"x", "multipart/form-data"), (b"", "")],
)
def test_what_is_sent_need_not_be_what_it_says_it_is(body: bytes, media: str) -> None:
    sent, read = ask(Emulator(), post(body), get(), headers={"content-type": media})

    assert (sent.status_code, read.json()["count"]) == (200, 1)


@pytest.mark.parametrize(("status", "said"), [(204, None), (302, None), (404, "as_asked")])
def test_an_answer_that_was_asked_for_is_a_documented_one(status: int, said: str | None) -> None:
    emulator = Emulator(checking=Checking("fail", "fail"))

    (answer,) = ask(emulator, post(path=f"{PATH}?answers={status}"))

    assert answer.status_code == status
    assert (answer.json()["error"]["code"] if answer.content else None) == said


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
@pytest.mark.parametrize(
    ("headers", "code"),
    [({"origin": "http://evil.test"}, "foreign_origin"), ({"host": "evil.test"}, "foreign_host")],
)
def test_a_page_from_elsewhere_can_neither_read_nor_send(
    method: str, headers: dict[str, str], code: str
) -> None:
    emulator = Emulator()

    (refused,) = ask(emulator, (method, PATH, b""), headers=headers)

    assert refusal(refused)[:2] == (403, code)
    assert len(emulator.tenants) == 0


def test_who_sends_needs_no_token_but_who_reads_does() -> None:
    access = Access("0.0.0.0", "s3cret")
    token = {"authorization": "Bearer s3cret"}
    emulator = Emulator()

    sent, read, emptied = ask(emulator, post(), get(), ("DELETE", PATH, b""), access=access)
    (entitled,) = ask(emulator, get(), access=access, headers=token)

    assert sent.status_code == 200
    assert [refusal(one)[:2] for one in (read, emptied)] == [(401, "no_token")] * 2
    assert entitled.json()["count"] == 1


def test_a_tenant_does_not_have_too_many_inboxes() -> None:
    paths = [f"/_emulator/inbox/test-a/{number}" for number in range(101)]

    answers = ask(Emulator(), *map(get, paths))

    assert [answer.status_code for answer in answers] == [200] * 100 + [409]
    assert answers[-1].json()["error"]["code"] == "too_many_inboxes"


def test_a_body_of_the_largest_size_is_kept() -> None:
    sent, read = ask(Emulator(), post(bytes(1024 * 1024)), get())

    assert sent.status_code == 200
    assert read.json()["count"] == 1


def test_who_waits_gets_what_comes() -> None:
    emulator = Emulator()
    with ServerThread(root_app(emulator)) as server, httpx.Client(timeout=60) as http:
        url = f"http://127.0.0.1:{server.port}{PATH}"
        waiting = Reader(f"{url}?wait=60s&count=2")
        until(lambda: listeners(emulator) == 1)

        http.post(url, content=b"1")
        http.post(url, content=b"2")
        read = waiting.answer()

    assert [one["text"] for one in read["messages"]] == ["1", "2"]
    assert listeners(emulator) == 0


def test_what_has_come_already_is_not_waited_for() -> None:
    _, read = ask(Emulator(), post(), get(f"{PATH}?wait=30s"))

    assert read.json()["count"] == 1


def test_who_waits_too_long_gets_what_there_is() -> None:
    emulator = Emulator()

    (read,) = ask(emulator, get(f"{PATH}?wait=10ms"))

    assert read.json() == {"count": 0, "messages": []}
    assert listeners(emulator) == 0


def test_who_goes_away_is_forgotten() -> None:
    emulator = Emulator()
    with ServerThread(root_app(emulator)) as server:
        with socket.create_connection(("127.0.0.1", server.port)) as client:
            client.sendall(f"GET {PATH}?wait=60s HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            until(lambda: listeners(emulator) == 1)

        until(lambda: listeners(emulator) == 0)


def test_without_a_socket_there_are_inboxes_too() -> None:
    b = bench("webhooks: [{provider: gladia, url: 'inbox:hook'}]\n")
    b.job()

    read = b.admin.get("/_emulator/inbox/test-ann/hook?wait=60s&count=1")
    none = b.admin.get("/_emulator/inbox/test-ann/other?wait=1ms")

    assert [one["json"]["event"] for one in read.json()["messages"]] == ["transcription.created"]
    assert none.json() == {"count": 0, "messages": []}


def test_without_a_socket_who_awaits_gets_what_comes() -> None:
    emulator = Emulator()

    async def told() -> list[Any]:
        transport = Transport(emulator)
        async with httpx.AsyncClient(transport=transport, base_url="http://x") as http:
            late = http.get(f"{PATH}?wait=1ms")
            early = asyncio.create_task(http.get(f"{PATH}?wait=60s"))
            await asyncio.sleep(0)
            answers = [await late]
            await http.post(PATH, content=b"1")
            return [answer.json()["count"] for answer in (*answers, await early)]

    assert asyncio.run(told()) == [0, 1]
    assert listeners(emulator) == 0


def listeners(emulator: Emulator) -> int:
    tenant = emulator.tenants.tenant_of_key("test-a")
    assert tenant is not None
    return len(tenant.inboxes.inbox("hook")._listeners)


class Reader:
    """A request that is under way."""

    def __init__(self, url: str) -> None:
        self._found: Any = None
        self._thread = Thread(target=self._read, args=(url,))
        self._thread.start()

    def _read(self, url: str) -> None:
        self._found = httpx.get(url, timeout=60).json()

    def answer(self) -> Any:
        self._thread.join()
        return self._found


def test_a_method_that_no_inbox_has_is_answered_by_the_admin_api() -> None:
    (reply,) = ask(Emulator(), ("OPTIONS", PATH, b""))

    assert "error" in reply.json()


def test_one_who_hangs_up_while_sending_leaves_nothing_in_the_inbox() -> None:
    emulator = Emulator()

    async def hangs_up() -> list[Any]:
        sent: list[Any] = []

        async def receive() -> dict[str, str]:
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            sent.append(message)

        scope = {"type": "http", "method": "POST", "path": PATH, "headers": []}
        await root_app(emulator)(scope, receive, send)
        return sent

    assert asyncio.run(hangs_up()) == []
    assert ask(emulator, get())[0].json()["count"] == 0
