"""Without a socket, for httpx and httpx2: answers, what is raised, and that nobody waits."""

import asyncio
import subprocess
import sys
from typing import Any

import httpx
import httpx2
import pytest

import emulator
from emulator.interfaces.serving.httpx_transport import Transport

PATH = "http://x/gladia/v2/pre-recorded"
KEY = {"x-gladia-key": "test-key"}

both = pytest.mark.parametrize("library", [httpx, httpx2], ids=lambda one: one.__name__)

RAISED = [
    ("connection: refuse", "ConnectError", "Connection refused"),
    ("connection: reset", "ReadError", "Connection reset by peer"),
    ("connection: garbage", "RemoteProtocolError", "illegal request line"),
    (
        "connection: {truncate: 5B}",
        "RemoteProtocolError",
        r"without sending complete message body \(received 5 bytes, expected \d+\)",
    ),
    (
        "connection: {truncate: 1MB}",
        "RemoteProtocolError",
        r"without sending complete message body \(received \d+ bytes, expected \d+\)",
    ),
    (
        "connection: {stall: 4s}",
        "RemoteProtocolError",
        "Server disconnected without sending a response.",
    ),
    ("connection: {stall: 1h}", "ReadTimeout", "timed out"),
    ("delay: 1h", "ReadTimeout", "timed out"),
    ("delay: 3s, connection: {stall: 3s}", "ReadTimeout", "timed out"),
]


def faulty(happens: str) -> Transport:
    return emulator.transport(f"faults: [{{{happens}}}]")


@pytest.mark.parametrize(("happens", "error", "said"), RAISED)
@both
def test_what_happens_is_raised(library: Any, happens: str, error: str, said: str) -> None:
    with (
        library.Client(transport=faulty(happens)) as client,
        pytest.raises(getattr(library, error), match=said),
    ):
        client.get(PATH, headers=KEY)


@pytest.mark.parametrize(("happens", "error", "said"), RAISED)
@both
def test_it_is_raised_where_things_are_awaited_too(
    library: Any, happens: str, error: str, said: str
) -> None:
    async def get() -> None:
        async with library.AsyncClient(transport=faulty(happens)) as client:
            await client.get(PATH, headers=KEY)

    with pytest.raises(getattr(library, error), match=said):
        asyncio.run(get())


@pytest.mark.parametrize("happens", ["delay: 4s", "connection: {drip: 1B/s}"])
@both
def test_what_a_client_would_sit_out_takes_no_time(library: Any, happens: str) -> None:
    with library.Client(transport=faulty(happens)) as client:
        answer = client.get(PATH, headers=KEY)

    assert answer.status_code == 200


@pytest.mark.parametrize("happens", ["delay: 1d", "connection: {drip: 10B/s}"])
@both
def test_a_client_without_a_limit_sits_everything_out(library: Any, happens: str) -> None:
    with library.Client(transport=faulty(happens), timeout=None) as client:
        answer = client.get(PATH, headers=KEY)

    assert answer.status_code == 200


@pytest.mark.parametrize(("drip", "patient"), [("2B/s", True), ("1B/s", False), ("1kB/s", True)])
@both
def test_what_drips_too_slowly_is_given_up(library: Any, drip: str, patient: bool) -> None:
    with library.Client(transport=faulty(f"connection: {{drip: {drip}}}"), timeout=0.7) as client:
        if patient:
            assert client.get(PATH, headers=KEY).status_code == 200
        else:
            with pytest.raises(library.ReadTimeout):
                client.get(PATH, headers=KEY)


@both
def test_a_truncated_answer_has_its_head(library: Any) -> None:
    with (
        library.Client(transport=faulty("connection: {truncate: 5B}")) as client,
        client.stream("GET", PATH, headers=KEY) as answer,
    ):
        assert answer.status_code == 200
        assert int(answer.headers["content-length"]) > 5


@both
def test_an_answer_without_a_body_cannot_be_truncated(library: Any) -> None:
    with library.Client(transport=faulty("connection: {truncate: 5B}")) as client:
        answer = client.head("http://x/gladia/health")

    assert (answer.status_code, answer.content) == (200, b"")


@both
def test_an_answer_is_one_of_the_clients_own_library(library: Any) -> None:
    with library.Client(transport=emulator.transport()) as client:
        provider = client.get(PATH, headers=KEY)
        admin = client.get("http://x/_emulator/version")

    assert (type(provider), type(admin)) == (library.Response, library.Response)
    assert (provider.status_code, admin.status_code) == (200, 200)


@both
def test_an_answer_that_is_awaited_is_one_of_the_clients_own_library(library: Any) -> None:
    async def get() -> list[Any]:
        async with library.AsyncClient(transport=emulator.transport()) as client:
            return [
                await client.get(PATH, headers=KEY),
                await client.get("http://x/_emulator/version"),
            ]

    provider, admin = asyncio.run(get())

    assert (type(provider), type(admin)) == (library.Response, library.Response)
    assert (provider.status_code, admin.status_code) == (200, 200)


@both
def test_a_truncated_answer_that_is_awaited_has_its_head(library: Any) -> None:
    async def get() -> list[int]:
        transport = faulty("connection: {truncate: 5B}")
        async with (
            library.AsyncClient(transport=transport) as client,
            client.stream("GET", PATH, headers=KEY) as answer,
        ):
            with pytest.raises(library.RemoteProtocolError, match="received 5 bytes"):
                await answer.aread()
            return [answer.status_code]

    assert asyncio.run(get()) == [200]


def test_one_transport_serves_clients_of_both_libraries() -> None:
    transport = faulty("when: {call: 2}, connection: reset")

    assert httpx.Client(transport=transport).get(PATH, headers=KEY).status_code == 200
    with pytest.raises(httpx2.ReadError):
        httpx2.Client(transport=transport).get(PATH, headers=KEY)

    transport.close()


@both
def test_a_request_of_a_class_of_ones_own_belongs_to_its_library(library: Any) -> None:
    class Traced(library.Request):  # type: ignore[misc]  # of one or the other
        pass

    with library.Client(transport=emulator.transport()) as client:
        answer = client.send(Traced("GET", PATH, headers=KEY))

    assert (type(answer), answer.status_code) == (library.Response, 200)


def test_a_transport_is_a_context_manager_of_its_own() -> None:
    async def entered() -> bool:
        made = emulator.transport()
        async with made as there:
            return there is made

    with emulator.transport() as transport:
        request = httpx2.Request("GET", PATH, headers=KEY)
        assert transport.handle_request(request).status_code == 200
    assert asyncio.run(entered())


PROGRAM = """
import sys
import emulator
import emulator.interfaces.cli.serve
from emulator.interfaces.testing.local_server import SpeechServer
emulator.transport()
with emulator.run():
    print(sorted({"httpx", "httpx2", "h11"} & set(sys.modules)))
"""


def test_no_client_library_is_imported_before_it_is_used() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=60
    )

    assert (done.stdout, done.stderr) == ("[]\n", "")
