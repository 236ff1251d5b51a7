import asyncio
import socket
from collections.abc import Callable
from threading import Event, Thread
from time import perf_counter
from typing import Any

import httpx
import pytest

from emulator.application import Emulator
from emulator.faces.site import application
from emulator.faces.thread import ServerThread

PATH = "/_emulator/inbox/test-a/hook"


def ask(emulator: Emulator, *requests: tuple[str, str, bytes]) -> list[httpx.Response]:
    """The answers to these requests (method, path, body), one after the other."""

    async def asked() -> list[httpx.Response]:
        transport = httpx.ASGITransport(application(emulator))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:1") as http:
            return [
                await http.request(method, path, content=body) for method, path, body in requests
            ]

    return asyncio.run(asked())


def get(path: str = PATH) -> tuple[str, str, bytes]:
    return "GET", path, b""


def post(body: bytes = b"{}", path: str = PATH) -> tuple[str, str, bytes]:
    return "POST", path, body


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
    assert read.headers["cache-control"] == "no-store"


def test_an_inbox_can_be_emptied() -> None:
    _, emptied, read = ask(Emulator(), post(), ("DELETE", PATH, b""), get())

    assert emptied.status_code == 204
    assert read.json() == {"count": 0, "messages": []}


def test_the_address_says_how_to_answer() -> None:
    path = f"{PATH}?answers=500,503,200"

    answers = ask(Emulator(), *[post(path=path)] * 4)

    assert [one.status_code for one in answers] == [500, 503, 200, 200]


def test_inboxes_and_tenants_are_apart() -> None:
    others = ["/_emulator/inbox/test-a/other", "/_emulator/inbox/test-b/hook"]

    answers = ask(Emulator(), post(), *map(get, others))

    assert [one.json()["count"] for one in answers[1:]] == [0, 0]


@pytest.mark.parametrize(
    ("request_", "status", "error"),
    [
        (
            get("/_emulator/inbox/nobody/hook"),
            404,
            {
                "code": "unknown_tenant",
                "message": "no tenant has this key; one that begins with test- needs no "
                "introduction",
            },
        ),
        (
            post(bytes(1024 * 1024 + 1)),
            413,
            {"code": "too_large", "message": "an inbox keeps messages of up to 1,048,576 bytes"},
        ),
        (
            post(path=f"{PATH}?answers=200,x"),
            400,
            {
                "code": "bad_answers",
                "message": 'answers are statuses from 200 to 599, as in 500,500,200; not "200,x"',
            },
        ),
        (
            get(f"{PATH}?wait=soon"),
            400,
            {
                "code": "bad_wait",
                "message": 'wait is a duration of up to 60s, such as 5s; not "soon"',
            },
        ),
        (
            get(f"{PATH}?wait=2m"),
            400,
            {
                "code": "bad_wait",
                "message": 'wait is a duration of up to 60s, such as 5s; not "2m"',
            },
        ),
        (
            get(f"{PATH}?count=0"),
            400,
            {"code": "bad_count", "message": 'count is a number from 1 to 100; not "0"'},
        ),
        (
            get(f"{PATH}?count=many"),
            400,
            {"code": "bad_count", "message": 'count is a number from 1 to 100; not "many"'},
        ),
    ],
)
def test_what_cannot_be_done_is_said(
    request_: tuple[str, str, bytes], status: int, error: dict[str, str]
) -> None:
    (answer,) = ask(Emulator(), request_)

    assert (answer.status_code, answer.json()) == (status, {"error": error})


def test_a_tenant_does_not_have_too_many_inboxes() -> None:
    paths = [f"/_emulator/inbox/test-a/{number}" for number in range(101)]

    answers = ask(Emulator(), *map(get, paths))

    assert [one.status_code for one in answers] == [200] * 100 + [409]
    assert answers[-1].json()["error"]["code"] == "too_many_inboxes"


def test_a_body_of_the_largest_size_is_kept() -> None:
    sent, read = ask(Emulator(), post(bytes(1024 * 1024)), get())

    assert sent.status_code == 200
    assert read.json()["count"] == 1


def test_who_waits_gets_what_comes() -> None:
    emulator = Emulator()
    with ServerThread(application(emulator)) as server, httpx.Client() as http:
        url = f"http://127.0.0.1:{server.port}{PATH}"
        waiting = Reader(f"{url}?wait=10s&count=2")
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
    with ServerThread(application(emulator)) as server:
        with socket.create_connection(("127.0.0.1", server.port)) as client:
            client.sendall(f"GET {PATH}?wait=60s HTTP/1.1\r\nHost: a\r\n\r\n".encode())
            until(lambda: listeners(emulator) == 1)

        until(lambda: listeners(emulator) == 0)


def listeners(emulator: Emulator) -> int:
    tenant = emulator.tenants.of_key("test-a")
    assert tenant is not None
    return len(tenant.inboxes.named("hook")._listeners)


def until(so: Callable[[], bool]) -> None:
    """What a server does of itself cannot be awaited from outside."""
    deadline = perf_counter() + 10
    while not so():
        assert perf_counter() < deadline
        Event().wait(0.005)


class Reader:
    """A request that is under way."""

    def __init__(self, url: str) -> None:
        self._found: Any = None
        self._thread = Thread(target=self._read, args=(url,))
        self._thread.start()

    def _read(self, url: str) -> None:
        self._found = httpx.get(url, timeout=20).json()

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

        scope = {"type": "http", "method": "POST", "path": PATH}
        await application(emulator)(scope, receive, send)
        return sent

    assert asyncio.run(hangs_up()) == []
    assert ask(emulator, get())[0].json()["count"] == 0
