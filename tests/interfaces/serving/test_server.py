"""The server, on a real socket."""

import asyncio
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from threading import Barrier
from typing import Any

import httpx
import pytest

import emulator
from emulator.interfaces.serving import server_thread
from emulator.interfaces.serving.server import Server
from emulator.interfaces.serving.server_thread import ServerThread
from emulator.interfaces.testing.api import EmulatorSession


@pytest.fixture
def speech() -> Iterator[EmulatorSession]:
    with emulator.run() as running:
        yield running


def raw(speech: EmulatorSession, data: bytes, *, seconds: float = 60.0) -> bytes:
    """What comes back for those bytes, until the server hangs up or the answer is complete."""
    port = httpx.URL(speech.url).port
    assert port
    with closing(socket.create_connection(("127.0.0.1", port), timeout=seconds)) as connection:
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        received = b""
        while piece := connection.recv(65536):
            received += piece
    return received


def test_a_header_of_ten_megabytes_is_431_and_the_next_request_is_served(
    speech: EmulatorSession,
) -> None:
    huge = b"x" * 10_000_000

    reply = raw(speech, b"GET /gladia/v2/live HTTP/1.1\r\nHost: a\r\nX-Huge: " + huge + b"\r\n\r\n")
    after = httpx.get(f"{speech.gladia.url}/health", timeout=60)

    assert reply.startswith(b"HTTP/1.1 431 ")
    assert b'"statusCode":431' in reply
    assert after.status_code == 200


@pytest.mark.parametrize(
    "data",
    [
        b"\x00\x01\x02\x03\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET /gladia/health HTTP/9.9\r\n\r\n",
        b"GET / HTTP/1.1\r\nContent-Length: many\r\n\r\n",
    ],
)
def test_what_is_no_http_is_400_and_the_next_request_is_served(
    speech: EmulatorSession, data: bytes
) -> None:
    reply = raw(speech, data)
    after = httpx.get(f"{speech.gladia.url}/health", timeout=60)

    assert reply.startswith(b"HTTP/1.1 400 ")
    assert after.status_code == 200


def test_a_request_without_a_host_is_answered(speech: EmulatorSession) -> None:
    reply = raw(speech, b"GET /gladia/health HTTP/1.0\r\n\r\n")

    assert reply.startswith(b"HTTP/1.1 200 ")


def test_a_client_that_hangs_up_half_way_leaves_the_server_alive(speech: EmulatorSession) -> None:
    reply = raw(
        speech,
        b"POST /gladia/v2/pre-recorded HTTP/1.1\r\nHost: a\r\nContent-Length: 99\r\n\r\nhalf",
    )
    after = httpx.get(f"{speech.gladia.url}/health", timeout=60)

    assert reply == b""
    assert after.status_code == 200


def test_a_path_that_is_not_utf_8_is_answered(speech: EmulatorSession) -> None:
    reply = raw(speech, b"GET /gladia/v2/\xff\xfe HTTP/1.0\r\n\r\n")
    encoded = raw(speech, b"GET /gladia/v2/%ff%fe HTTP/1.0\r\n\r\n")

    assert reply.split(b" ")[1] in (b"400", b"404")
    assert encoded.startswith(b"HTTP/1.1 404 ")


async def answer(send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"done"})


def test_stopping_lets_an_answer_under_way_be_finished() -> None:
    async def scene() -> tuple[str, int]:
        arrived, going = asyncio.Event(), asyncio.Event()

        async def app(scope: Any, receive: Any, send: Any) -> None:
            arrived.set()
            await going.wait()
            await answer(send)

        server = Server(app, "127.0.0.1", 0, grace_seconds=600)
        await server.start()
        async with httpx.AsyncClient(timeout=60) as http:
            asked = asyncio.create_task(http.get(f"http://127.0.0.1:{server.port}/"))
            await arrived.wait()
            stopping = asyncio.create_task(server.stop())
            await asyncio.sleep(0)  # it has begun, and waits
            going.set()
            text = (await asked).text
            await asyncio.wait_for(stopping, 60)
        return text, server.tasks

    assert asyncio.run(scene()) == ("done", 0)


def test_stopping_ends_what_is_not_finished() -> None:
    arrived = Barrier(2)

    async def never(scope: Any, receive: Any, send: Any) -> None:
        await asyncio.to_thread(arrived.wait)
        await asyncio.sleep(3600)

    server = ServerThread(never)
    server.start()

    def ask() -> str:
        with pytest.raises(httpx.HTTPError) as error:
            httpx.get(f"http://127.0.0.1:{server.port}/", timeout=60)
        return type(error.value).__name__

    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(ask)
        idle = socket.create_connection(("127.0.0.1", server.port))
        arrived.wait()
        server.stop()

        seen = asked.result()
    idle.close()

    assert seen in ("RemoteProtocolError", "ReadError")  # an end of file, or a reset
    assert not server.is_alive


def test_a_loop_of_the_standard_library_serves_where_there_is_no_other() -> None:
    loop = server_thread.loop_maker(lambda name: None)()

    assert type(loop).__module__.startswith("asyncio")
    loop.close()
