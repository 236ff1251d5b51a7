"""Websockets, on a real socket and on bare ASGI."""

import asyncio
import json
import logging
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from socket import SHUT_RDWR
from typing import Any

import httpx
import pytest
import uvicorn
from websockets.asyncio.client import connect as connect_async
from websockets.exceptions import (
    ConnectionClosed,
    ConnectionClosedError,
    InvalidMessage,
    InvalidStatus,
)
from websockets.sync.client import ClientConnection, connect

import emulator
from emulator.application.emulator import Emulator
from emulator.core.engine.tenant import Tenant
from emulator.core.scenario.loader import load
from emulator.core.webhooks.model import PlannedEvent
from emulator.interfaces.serving.asgi_app import root_app
from emulator.interfaces.serving.server import Server
from emulator.interfaces.testing.api import EmulatorSession, build_emulator
from emulator.interfaces.transports.http import HttpApp
from emulator.interfaces.transports.wire_faults import ConnectionAborted
from emulator.providers.gladia import GLADIA
from tests.support.receivers import until
from tests.support.sockets import echoing

SECOND = bytes(32_000)
STOP = '{"type": "stop_recording"}'
HEARD = '{"heard":""}'


@pytest.fixture
def speech() -> Iterator[EmulatorSession]:
    with emulator.run(clock="manual") as running:
        yield running


def begun(speech: EmulatorSession, **given: Any) -> Any:
    """A new session, as the answer to its init has it."""
    headers = {"x-gladia-key": speech.gladia.key}
    answer = httpx.post(f"{speech.gladia.url}/v2/live", headers=headers, json=given, timeout=60)
    assert answer.status_code == 201, answer.text
    return answer.json()


def all_of(socket: ClientConnection) -> list[Any]:
    """Every message until the server closes."""
    return [json.loads(message) for message in socket]


def status_of(speech: EmulatorSession, id: str) -> str:
    headers = {"x-gladia-key": speech.gladia.key}
    status: str = httpx.get(
        f"{speech.gladia.url}/v2/live/{id}", headers=headers, timeout=60
    ).json()["status"]
    return status


# A session on a socket


def test_words_come_while_the_audio_flows(speech: EmulatorSession) -> None:
    with connect(
        begun(speech, messages_config={"receive_acknowledgments": False})["url"]
    ) as socket:
        for _ in range(5):
            socket.send(SECOND)
        first = json.loads(socket.recv(timeout=60))
        socket.send(STOP)
        rest = all_of(socket)

    assert first["type"] == "speech_start"
    assert rest[-1]["type"] == "post_final_transcript"
    assert (socket.close_code, socket.close_reason) == (1000, "")


class Carrier:
    """Counts how often it was asked to deliver."""

    def __init__(self) -> None:
        self.asked = 0

    def send_due(self, tenant: Tenant) -> None:
        self.asked += 1

    def wait_idle(self, timeout_seconds: float = 10.0) -> bool:
        return True

    def forget_tenant(self, key: str) -> None: ...

    def close(self) -> None: ...


def test_the_end_of_a_connection_sends_what_has_come_due(speech: EmulatorSession) -> None:
    callback = {"audio_url": "https://example.com/a.wav", "callback_url": "http://127.0.0.1:9/"}
    url, key = speech.gladia.url, {"x-gladia-key": speech.gladia.key}
    assert (
        httpx.post(f"{url}/v2/pre-recorded", headers=key, json=callback, timeout=60).status_code
        == 201
    )
    with connect(begun(speech)["url"]) as socket:
        socket.send(SECOND)
        socket.recv(timeout=60)
        speech.emulator.webhook_sender = carrier = Carrier()

        socket.close()

    until(lambda: carrier.asked > 0)


def test_a_connection_that_breaks_is_taken_up_where_it_broke(speech: EmulatorSession) -> None:
    speech.emulator.tenants.reset(
        speech.tenant,
        load(
            "clock: {mode: manual}\njobs:\n  - gladia: {live: {troubles: [{after: 2s}]}}\n",
            vocabularies={"gladia": GLADIA.schema},
        ),
    )
    session = begun(speech)
    sent = [bytes([number]) * 16_000 for number in range(8)]
    acknowledged = 0

    with connect(session["url"]) as socket:
        with suppress(ConnectionClosedError):  # it may break while this is being sent
            for piece in sent:
                socket.send(piece)
        for message in closing(socket):
            acknowledged = byte_end(message, acknowledged)
    with connect(session["url"]) as socket:
        socket.send(b"".join(sent)[acknowledged:])
        socket.send(STOP)
        all_of(socket)

    assert acknowledged == 48_000
    file = httpx.get(
        f"{speech.gladia.url}/v2/live/{session['id']}/file",
        headers={"x-gladia-key": speech.gladia.key},
        timeout=60,
    )
    assert file.content[44:] == b"".join(sent)


def byte_end(message: Any, before: int) -> int:
    return int(message["data"]["byte_range"][1]) if message["type"] == "audio_chunk" else before


def test_a_message_of_more_than_a_mebibyte_is_closed_with_1009(speech: EmulatorSession) -> None:
    session = begun(speech)

    for _ in range(3):
        with connect(session["url"]) as socket:
            socket.send(bytes(1024 * 1024 + 1))
            with pytest.raises(ConnectionClosedError) as closed:
                socket.recv(timeout=60)
        assert closed.value.rcvd
        assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (1009, "message too big")
    until(lambda: status_of(speech, session["id"]) == "error")

    with pytest.raises(InvalidStatus) as refused:
        connect(session["url"])
    assert refused.value.response.status_code == 403


def test_moving_the_clock_reaches_a_client_that_is_silent(speech: EmulatorSession) -> None:
    with connect(begun(speech)["url"]) as socket:
        speech.clock.advance("29s")
        for _ in range(2):  # whatever the server had to say would have come before
            assert socket.ping().wait(60)
        with pytest.raises(TimeoutError):
            socket.recv(timeout=0)
        speech.clock.advance("1s")
        message = json.loads(socket.recv(timeout=60))
        with pytest.raises(ConnectionClosedError) as closed:
            socket.recv(timeout=60)

    assert message["data"]["code"] == "session_timeout"
    assert closed.value.rcvd
    assert closed.value.rcvd.code == 1011


def test_a_clock_that_moves_by_itself_needs_nobody() -> None:
    story = "clock: {mode: wall, speed: 100}\njobs:\n  - gladia: {live: {idle: 5s}}\n"
    with emulator.run(story) as speech, connect(begun(speech)["url"]) as socket:
        assert [one["type"] for one in closing(socket)] == ["error"]


def closing(socket: ClientConnection) -> Iterator[Any]:
    """Every message until the server closes, with whatever code."""
    try:
        yield from (json.loads(message) for message in socket)
    except ConnectionClosedError:
        return


def test_a_tenant_that_is_reset_hangs_up(speech: EmulatorSession) -> None:
    with connect(begun(speech)["url"]) as socket:
        with speech.emulator.lock:
            speech.emulator.tenants.reset(speech.tenant)
        with pytest.raises(ConnectionClosedError) as closed:
            socket.recv(timeout=60)

    assert closed.value.rcvd
    assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (1012, "the tenant began afresh")


def test_what_went_over_the_socket_stands_in_the_journal(speech: EmulatorSession) -> None:
    with connect(begun(speech)["url"]) as socket:
        socket.send(SECOND)
        socket.recv(timeout=60)
    until(lambda: bool(speech.journal[-1].notes))

    exchange = speech.journal[-1]
    assert (exchange.operation, exchange.response.status) == ("liveTranscription", 101)
    assert exchange.notes[0].startswith("1 messages (32000 bytes) came, ")
    assert exchange.notes[1] == "closed by the client with 1000"
    speech.verify(operation="liveTranscription", status=101)


def test_a_client_that_vanishes_leaves_nothing_behind(speech: EmulatorSession) -> None:
    session = begun(speech)

    with suppress(ConnectionClosed), connect(session["url"]) as socket:
        socket.send(SECOND)
        socket.recv(timeout=60)
        listening = len(speech.emulator.events)
        socket.socket.shutdown(SHUT_RDWR)
        socket.recv(timeout=60)
    until(lambda: bool(speech.journal[-1].notes))

    assert (listening, len(speech.emulator.events)) == (1, 0)
    assert speech.journal[-1].notes[1].startswith("closed by the client with 100")
    assert status_of(speech, session["id"]) == "processing"


async def exhausted(socket: Any) -> None:
    while True:
        await socket.recv()


def test_a_server_that_stops_hangs_up_and_leaves_no_task() -> None:
    async def scene() -> tuple[int | None, int, int]:
        speaking = build_emulator(clock="manual")
        server = Server(root_app(speaking), "127.0.0.1", 0)
        await server.start()
        init = {"x-gladia-key": "test-stop"}
        url = f"http://127.0.0.1:{server.port}/gladia/v2/live"
        async with httpx.AsyncClient(timeout=60) as http:
            session = (await http.post(url, headers=init, json={})).json()
        async with connect_async(session["url"]) as socket:
            await socket.send(SECOND)
            await socket.recv()
            await server.stop()
            with pytest.raises(ConnectionClosedError):
                await exhausted(socket)
        return socket.close_code, server.tasks, len(speaking.events)

    assert asyncio.run(scene()) == (1012, 0, 0)


# Who is not let in


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/gladia/v2/live?token=nonsense", 403, b'"message":"Forbidden"'),
        ("/gladia/v2/nothing", 404, b'"message":"Cannot GET /v2/nothing"'),
        ("/gladia/health", 200, b'{"health":"OK"}'),
        ("/nobody", 404, b"no provider documents the path"),
        ("/_emulator/live", 403, b""),
    ],
)
def test_a_handshake_that_fails_is_answered_as_a_request_would_be(
    speech: EmulatorSession, caplog: pytest.LogCaptureFixture, path: str, status: int, said: bytes
) -> None:
    with pytest.raises(InvalidStatus) as refused:
        connect(speech.url.replace("http", "ws") + path)

    response = refused.value.response
    assert response.status_code == status
    assert said in bytes(response.body or b"")
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


@pytest.mark.parametrize("happens", ["reset", "refuse"])
def test_a_fault_can_break_the_handshake(happens: str) -> None:
    story = f"faults:\n  - {{when: {{operation: liveTranscription}}, connection: {happens}}}\n"
    with emulator.run(story) as speech:
        url = begun(speech)["url"]
        with pytest.raises((ConnectionClosed, OSError, EOFError, InvalidMessage)):
            connect(url)


def test_a_fault_can_answer_the_handshake_after_a_while() -> None:
    story = "faults:\n  - when: {operation: liveTranscription}\n    answer: 503\n    delay: 10ms\n"
    with emulator.run(story) as speech:
        url = begun(speech)["url"]
        with pytest.raises(InvalidStatus) as refused:
            connect(url)

    assert refused.value.response.status_code == 503


# Any ASGI server


class Elsewhere:
    """A server that is not ours: what a door with the toy's echo is given, and what it sends."""

    def __init__(self, *incoming: Any, story: str = "", extensions: Any = None) -> None:
        self.log: list[str] = []
        self.emulator = Emulator(
            load(story or "{}"), providers=(echoing(self.log),), clock_mode="manual"
        )
        tenant = self.emulator.tenants.open("test-toy")
        self.door = HttpApp(self.emulator)
        self.scope = {
            "type": "websocket",
            "path": "/v1/echo",
            "query_string": f"account={tenant.account_id}".encode(),
            "headers": [(b"Host", b"a"), (b"X-Two", b"1"), (b"X-Two", b"2")],
            "extensions": extensions,
        }
        self.incoming = [{"type": "websocket.connect"}, *incoming]
        self.sent: list[Any] = []
        self.gone = False

    async def receive(self) -> Any:
        if self.incoming and (self.sent or self.incoming[0]["type"] != "websocket.receive"):
            return self.incoming.pop(0)
        await asyncio.Event().wait()  # for ever
        raise AssertionError

    async def send(self, message: Any) -> None:
        if self.gone:
            raise OSError
        self.sent.append(message)

    def serve(self) -> list[Any]:
        asyncio.run(self.door(self.scope, self.receive, self.send))
        return [
            one.get("text") or one.get("code") or one.get("status") or one["type"]
            for one in self.sent
        ]


def text(said: str) -> dict[str, Any]:
    return {"type": "websocket.receive", "text": said}


LEFT = {"type": "websocket.disconnect", "code": 1001}


def test_frames_of_both_kinds_go_in_and_texts_come_out() -> None:
    data = {"type": "websocket.receive", "bytes": b"123", "text": None}
    there = Elsewhere(text("a"), data, LEFT)

    assert there.serve() == [
        "websocket.accept",
        HEARD,
        '{"heard":"a"}',
        "{}",
        '{"heard":"3 bytes"}',
        "{}",
    ]
    assert there.log == ["opened", "closed with 1001"]
    assert len(there.emulator.events) == 0


def test_a_client_that_leaves_without_a_code_left_with_1006() -> None:
    there = Elsewhere({"type": "websocket.disconnect"})

    there.serve()

    assert there.log == ["opened", "closed with 1006"]


def test_each_frame_sends_what_has_come_due() -> None:
    def asked(*incoming: Any) -> int:
        there = Elsewhere(*incoming, LEFT)
        there.emulator.webhook_sender = carrier = Carrier()
        (tenant,) = there.emulator.tenants.open_tenants()
        later = tenant.clock.now() + timedelta(days=1)
        tenant.outbox.plan([PlannedEvent(later, "toy", "a-job", "done")])
        there.serve()
        return carrier.asked

    assert [asked(), asked(text("a")), asked(text("a"), text("b"))] == [3, 4, 5]


def test_a_close_has_its_code_and_at_most_123_bytes_of_reason() -> None:
    there = Elsewhere(text("bye"))
    wordy = Elsewhere(text("long"))

    assert there.serve()[-1] == 1000
    assert there.sent[-1]["reason"] == "Bye."
    assert there.log == ["opened", "closed with 1000"]
    assert wordy.serve()[-1] == 4000
    assert wordy.sent[-1]["reason"] == "é" * 61  # the half of one that is left is none


def test_another_servers_connection_breaks_when_the_application_does() -> None:
    there = Elsewhere(text("cut"))

    with pytest.raises(ConnectionAborted):
        there.serve()

    assert there.log == ["opened", "closed with 1006"]


class Held:
    """A connection of our own server, as far as hanging up needs one."""

    def __init__(self, *, can_write_eof: bool) -> None:
        self.transport = self
        self._can_write_eof = can_write_eof
        self.done: list[str] = []

    def can_write_eof(self) -> bool:
        return self._can_write_eof

    def write_eof(self) -> None:
        self.done.append("end")

    def close(self) -> None:
        self.done.append("close")


@pytest.mark.parametrize(
    ("plain", "done", "unread"), [(True, ["end", "close"], 0), (False, ["close"], 2)]
)
def test_what_is_still_coming_is_read_before_a_connection_is_closed(
    plain: bool, done: list[str], unread: int
) -> None:
    there = Elsewhere(text("cut"), text("unheard"), LEFT)
    held = Held(can_write_eof=plain)
    there.scope["state"] = {"speech_emulator": held}

    said = there.serve()

    assert (held.done, said[-1]) == (done, "{}")
    assert len(there.incoming) == unread
    assert there.log == ["opened", "closed with 1006"]


def test_a_client_that_is_gone_when_it_is_answered_is_let_go() -> None:
    there = Elsewhere()
    there.gone = True

    assert there.serve() == []
    assert there.log == ["closed with 1006"]


def test_a_server_that_cannot_answer_a_handshake_says_403() -> None:
    there = Elsewhere()
    there.scope["query_string"] = b""

    there.serve()

    assert there.sent == [{"type": "websocket.close", "code": 1000}]


def test_a_handshake_with_too_many_headers_is_431_in_the_providers_envelope() -> None:
    there = Elsewhere(extensions={"websocket.http.response": {}})
    there.emulator = Emulator(clock_mode="manual")
    there.door = HttpApp(there.emulator)
    there.scope |= {"path": "/gladia/v2/live", "headers": [(b"X-Two", b"")] * 300_000}

    assert there.serve() == [431, "websocket.http.response.body"]
    [exchange] = there.emulator.tenants.default.journal
    assert (exchange.refused, exchange.violations) == ("HeadersTooLarge", ())
    assert json.loads(there.sent[1]["body"])["statusCode"] == 431


def test_another_servers_handshake_breaks_when_the_application_does() -> None:
    there = Elsewhere(story="faults:\n  - connection: reset\n")

    with pytest.raises(ConnectionAborted):
        there.serve()

    assert (there.sent, there.log) == ([], [])


def test_a_client_that_leaves_during_a_delay_is_not_waited_for() -> None:
    there = Elsewhere(LEFT, story="faults:\n  - delay: 1h\n")

    assert there.serve() == []


def test_a_handshake_can_be_held_up() -> None:
    assert Elsewhere(text("bye"), story="faults:\n  - delay: 1ms\n").serve()[-1] == 1000


def test_a_bug_of_ours_closes_with_1011(caplog: pytest.LogCaptureFixture) -> None:
    there = Elsewhere(text("bug"))

    assert there.serve()[-1] == 1011
    assert "a websocket broke the emulator" in caplog.text


def test_a_bug_of_ours_in_the_handshake_is_500(caplog: pytest.LogCaptureFixture) -> None:
    there = Elsewhere(extensions={"websocket.http.response": {}})
    there.scope["query_string"] += b"&bug=1"

    assert there.serve() == [500, "websocket.http.response.body"]
    assert "broke the emulator" in caplog.text


def test_the_events_of_others_wake_nobody(speech: EmulatorSession) -> None:
    with connect(begun(speech)["url"]) as socket:
        httpx.get(
            f"{speech.gladia.url}/v2/live", headers={"x-gladia-key": "test-other"}, timeout=60
        )
        socket.send('{"type":"audio_chunk","data":{"chunk":""}}')
        message = json.loads(socket.recv(timeout=60))

    assert message["data"]["byte_range"] == [0, 0]


def test_uvicorn_serves_the_application_as_it_is() -> None:
    served = uvicorn.Server(
        uvicorn.Config(
            emulator.app(clock="manual"),
            port=0,
            ws="websockets-sansio",
            lifespan="off",
            log_config=None,
        )
    )
    running = threading.Thread(target=served.run)
    running.start()
    until(lambda: served.started)
    try:
        port = served.servers[0].sockets[0].getsockname()[1]
        url = f"http://127.0.0.1:{port}/v2/live"
        session = httpx.post(url, headers={"x-gladia-key": "test-app"}, json={}, timeout=60).json()
        with connect(session["url"]) as socket:
            socket.send(SECOND)
            socket.send(STOP)
            types = [one["type"] for one in all_of(socket)]
        with pytest.raises(InvalidStatus) as refused:
            connect(session["url"])
    finally:
        served.should_exit = True
        running.join()

    assert session["url"].startswith(f"ws://127.0.0.1:{port}/v2/live?token=")
    assert types[-1] == "post_final_transcript"
    assert refused.value.response.status_code == 403
