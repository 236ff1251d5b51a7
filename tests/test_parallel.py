"""Many clients at once: each gets what it would get alone, and none waits for another."""

import asyncio
import re
from collections import defaultdict
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import orjson
from msgspec import Struct, field

from emulator.application.emulator import Emulator
from emulator.application.scenario_sources import load_source
from emulator.core.base.events import Event
from emulator.core.engine.tenant import Tenant
from emulator.interfaces.serving.asgi_app import root_app
from emulator.interfaces.serving.server import Server
from emulator.interfaces.serving.server_thread import loop_maker
from emulator.interfaces.testing.api import build_emulator

CLIENTS = 200
STORY = """
seed: 7
clock: {mode: step, step: 4s, start: 2026-01-05T09:00:00Z}
transcripts: {short: {language: en, lines: [Ann: Good morning everyone.]}}
jobs: [{transcript: short}]
faults:
  - {when: {method: GET, path: /v2/pre-recorded/*, call: 2}, answer: {status: 503, retry_after: 1s}}
  - {when: {method: GET, path: /v2/pre-recorded, call: 1}, connection: {truncate: 99B}}
  - {when: {method: GET, path: /v2/pre-recorded, call: 2}, connection: reset}
  - {when: {method: GET, chance: 20%}, answer: 500}
  - {when: {chance: 50%}, delay: {median: 3ms, p99: 9ms}}
webhooks:
  - {provider: gladia, url: "inbox:hook", secret: s3cret}
"""
SCENARIO = load_source(STORY)
JOB = "/v2/pre-recorded"
RESET = b"reset"


class Got(Struct):
    """Everything that one client and its receivers got, byte for byte."""

    answers: list[bytes] = field(default_factory=list)
    callbacks: list[bytes] = field(default_factory=list)
    hooks: list[tuple[dict[str, str], bytes]] = field(default_factory=list)


class Receiver:
    """Of callbacks, by path; each one's first message is answered with 500."""

    def __init__(self) -> None:
        self.got: dict[str, list[bytes]] = defaultdict(list)
        self.port = 0

    async def serve(self) -> asyncio.Server:
        server = await asyncio.start_server(self._receive, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        return server

    async def _receive(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
        assert length
        body = await reader.readexactly(int(length[1]))
        messages = self.got[head.split()[1].decode()]
        messages.append(body)
        status = b"500 Not yet" if len(messages) == 1 else b"200 OK"
        writer.write(b"HTTP/1.1 " + status + b"\r\nContent-Length: 0\r\n\r\n")
        writer.close()


async def ask(port: int, key: str, method: str, path: str, body: bytes = b"") -> bytes:
    """All that comes back, head and body, until the server closes the connection or resets it."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(message(key, method, path, body, "Connection: close\r\n"))
    try:
        return await reader.read()
    except ConnectionResetError:
        return RESET
    finally:
        writer.close()


def message(key: str, method: str, path: str, body: bytes = b"", more: str = "") -> bytes:
    head = (
        f"{method} /gladia{path} HTTP/1.1\r\nHost: localhost\r\nx-gladia-key: {key}\r\n{more}"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def client(port: int, key: str, callback: str) -> list[bytes]:
    """One client's day: every answer that it gets."""
    job = {"audio_url": f"https://media.test/{key}.wav", "callback_url": callback}
    made = await ask(port, key, "POST", JOB, orjson.dumps(job))
    id = orjson.loads(made.partition(b"\r\n\r\n")[2])["id"]
    paths = [f"{JOB}/{id}", JOB, f"{JOB}/{id}", JOB]
    return [made, *[await ask(port, key, "GET", path) for path in paths]]


async def served(keys: list[str], receiver: Receiver) -> dict[str, Got]:
    """What these clients get at once, of a fresh server."""
    emulator = build_emulator(SCENARIO)
    server = Server(root_app(emulator), "127.0.0.1", 0)
    await server.start()
    receiver.got.clear()
    days = [client(server.port, key, f"http://127.0.0.1:{receiver.port}/{key}") for key in keys]
    answers = await asyncio.gather(*days)
    assert emulator.webhook_sender
    assert await asyncio.to_thread(emulator.webhook_sender.wait_idle)
    found = {
        key: Got(day, receiver.got[f"/{key}"], hooks(tenant_of(emulator, key)))
        for key, day in zip(keys, answers, strict=True)
    }
    assert len(emulator.tenants) == len(keys)
    await server.stop()
    await asyncio.to_thread(emulator.close)
    return found


def tenant_of(emulator: Emulator, key: str) -> Tenant:
    found = emulator.tenants.tenant_of_key(key)
    assert found
    return found


def hooks(tenant: Tenant) -> list[tuple[dict[str, str], bytes]]:
    return [(dict(one.headers), one.body) for one in tenant.inboxes.inbox("hook").messages]


def run(work: Coroutine[Any, Any, Any]) -> Any:
    with asyncio.Runner(loop_factory=loop_maker()) as runner:
        return runner.run(asyncio.wait_for(work, 60))


def test_two_hundred_clients_at_once_get_what_each_would_get_alone() -> None:
    keys = [f"test-client-{number}" for number in range(CLIENTS)]

    async def both() -> tuple[dict[str, Got], dict[str, Got]]:
        receiver = Receiver()
        async with await receiver.serve():
            together = await served(keys, receiver)
            alone = [await served([key], receiver) for key in keys[::8]]  # 25 ms each
        return together, {key: got for one in alone for key, got in one.items()}

    together, alone = run(both())

    assert {key: together[key] for key in alone} == alone
    starts = [[answer[:12] for answer in one.answers] for one in together.values()]
    assert {tuple(start[2:5:2]) for start in starts} == {(b"HTTP/1.1 200", RESET)}
    assert {start[3] for start in starts} == {b"HTTP/1.1 503"}
    assert 0 < sum(start[1] == b"HTTP/1.1 500" for start in starts) < CLIENTS
    assert {len(one.callbacks) for one in together.values()} == {2}
    events = [[orjson.loads(body)["event"] for _, body in one.hooks] for one in together.values()]
    assert events == [["transcription.created", "transcription.success"]] * CLIENTS


def test_one_that_hammers_delays_another_by_no_more_than_its_share() -> None:
    connections, requests = 4, 100

    async def asked() -> list[str]:
        emulator = build_emulator(clock="manual")
        server = Server(root_app(emulator), "127.0.0.1", 0)
        await server.start()
        order: list[str] = []
        quiet_one, quiet = await asyncio.open_connection("127.0.0.1", server.port)
        begun = asyncio.Event()

        def hear(event: Event) -> None:
            if event.kind == "exchange":
                order.append(event.tenant)
                begun.set()

        emulator.events.subscribe(hear)
        opened = [
            await asyncio.open_connection("127.0.0.1", server.port) for _ in range(connections)
        ]
        for _, loud in opened:
            loud.write(message("test-loud", "GET", JOB) * requests)  # all of them at once
        await begun.wait()
        order.append("sent")
        quiet.write(message("test-quiet", "GET", JOB))
        await quiet_one.readuntil(b"\r\n\r\n")
        for _, writer in [*opened, (quiet_one, quiet)]:
            writer.close()
        await server.stop()
        return order

    order = run(asked())

    before = order[order.index("sent") + 1 : order.index("test-quiet")]
    assert len(before) <= 3 * connections  # of four hundred that were there first


def test_a_long_scenario_is_read_without_holding_up_anybody() -> None:
    rule = "  - {when: {provider: gladia, path: /v2/*, call: 2..3}, answer: 503}\n"
    text = ("scenario: Long\nfaults:\n" + rule * 900).encode()

    async def asked() -> list[str]:
        app = root_app(build_emulator())
        order: list[str] = []

        def told(name: str) -> Callable[[Any], Awaitable[None]]:
            async def send(event: Any) -> None:
                if "status" in event:
                    order.append(f"{name} {event['status']}")

            return send

        def whole(body: bytes) -> Callable[[], Awaitable[Any]]:
            async def receive() -> Any:
                return {"type": "http.request", "body": body}

            return receive

        usual = {"type": "http", "query_string": b"", "scheme": "http", "server": None}
        kind = [(b"host", b"localhost"), (b"content-type", b"application/yaml")]
        path = "/_emulator/tenants/test-ann/scenario"
        long = {**usual, "method": "PUT", "path": path, "headers": kind}
        health: dict[str, Any] = {**usual, "method": "GET", "path": "/gladia/health", "headers": []}
        await asyncio.gather(
            app(long, whole(text), told("scenario")), app(health, whole(b""), told("health"))
        )
        return order

    assert run(asked()) == ["health 200", "scenario 200"]
