"""Faults without a socket: what httpx raises, and that nobody waits."""

import asyncio

import httpx
import pytest

import emulator
from emulator.faces.transport import Transport

PATH = "http://x/gladia/v2/pre-recorded"
KEY = {"x-gladia-key": "test-key"}

RAISED = [
    ("connection: refuse", httpx.ConnectError, "Connection refused"),
    ("connection: reset", httpx.ReadError, "Connection reset by peer"),
    ("connection: garbage", httpx.RemoteProtocolError, "illegal request line"),
    (
        "connection: {truncate: 5B}",
        httpx.RemoteProtocolError,
        r"without sending complete message body \(received 5 bytes, expected \d+\)",
    ),
    (
        "connection: {truncate: 1MB}",
        httpx.RemoteProtocolError,
        r"without sending complete message body \(received \d+ bytes, expected \d+\)",
    ),
    (
        "connection: {stall: 4s}",
        httpx.RemoteProtocolError,
        "Server disconnected without sending a response.",
    ),
    ("connection: {stall: 1h}", httpx.ReadTimeout, "timed out"),
    ("delay: 1h", httpx.ReadTimeout, "timed out"),
    ("delay: 3s, connection: {stall: 3s}", httpx.ReadTimeout, "timed out"),
]


def faulty(happens: str) -> Transport:
    return emulator.transport(f"faults: [{{{happens}}}]")


@pytest.mark.parametrize(("happens", "error", "said"), RAISED)
def test_what_happens_is_raised(happens: str, error: type[Exception], said: str) -> None:
    with httpx.Client(transport=faulty(happens)) as client, pytest.raises(error, match=said):
        client.get(PATH, headers=KEY)


@pytest.mark.parametrize(("happens", "error", "said"), RAISED)
def test_it_is_raised_where_things_are_awaited_too(
    happens: str, error: type[Exception], said: str
) -> None:
    async def get() -> None:
        async with httpx.AsyncClient(transport=faulty(happens)) as client:
            await client.get(PATH, headers=KEY)

    with pytest.raises(error, match=said):
        asyncio.run(get())


@pytest.mark.parametrize("happens", ["delay: 4s", "connection: {drip: 1B/s}"])
def test_what_a_client_would_sit_out_takes_no_time(happens: str) -> None:
    with httpx.Client(transport=faulty(happens)) as client:
        answer = client.get(PATH, headers=KEY)

    assert answer.status_code == 200


@pytest.mark.parametrize("happens", ["delay: 1d", "connection: {drip: 10B/s}"])
def test_a_client_without_a_limit_sits_everything_out(happens: str) -> None:
    with httpx.Client(transport=faulty(happens), timeout=None) as client:
        answer = client.get(PATH, headers=KEY)

    assert answer.status_code == 200


@pytest.mark.parametrize(("drip", "patient"), [("2B/s", True), ("1B/s", False), ("1kB/s", True)])
def test_what_drips_too_slowly_is_given_up(drip: str, patient: bool) -> None:
    with httpx.Client(transport=faulty(f"connection: {{drip: {drip}}}"), timeout=0.7) as client:
        if patient:
            assert client.get(PATH, headers=KEY).status_code == 200
        else:
            with pytest.raises(httpx.ReadTimeout):
                client.get(PATH, headers=KEY)


def test_a_truncated_answer_has_its_head() -> None:
    with (
        httpx.Client(transport=faulty("connection: {truncate: 5B}")) as client,
        client.stream("GET", PATH, headers=KEY) as answer,
    ):
        assert answer.status_code == 200
        assert int(answer.headers["content-length"]) > 5


def test_an_answer_without_a_body_cannot_be_truncated() -> None:
    with httpx.Client(transport=faulty("connection: {truncate: 5B}")) as client:
        answer = client.head("http://x/gladia/health")

    assert (answer.status_code, answer.content) == (200, b"")
