"""Events over HTTP, as they happen."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import orjson

from emulator.application.addressing import IncomingRequest
from emulator.application.emulator import Emulator
from emulator.application.scenario_sources import load_source
from emulator.core.engine.finishing import Checking
from emulator.core.webhooks.model import Attempt
from emulator.interfaces.admin.context import AdminContext
from emulator.interfaces.admin.event_stream import MOST_WAITING, stream
from emulator.interfaces.control.clock import ClockControl
from emulator.interfaces.serving.asgi_app import root_app

Told = list[tuple[str, dict[str, Any]]]
KEY = {"x-gladia-key": "test-ann"}


class Listener:
    """What a listener was sent, piece by piece."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []
        self.leave = asyncio.Event()

    async def send(self, message: Any) -> None:
        self.pieces.append(message.get("body", b""))

    async def receive(self) -> dict[str, Any]:
        await self.leave.wait()
        return {"type": "http.disconnect"}

    @property
    def told(self) -> Told:
        lines = b"".join(self.pieces).decode().splitlines()
        kinds = [line.removeprefix("event: ") for line in lines if line.startswith("event: ")]
        data = [orjson.loads(line[6:]) for line in lines if line.startswith("data: ")]
        return list(zip(kinds, data, strict=True))

    async def until(self, count: int) -> Told:
        while len(self.told) < count:
            await asyncio.sleep(0)
        return self.told


@asynccontextmanager
async def listening(emulator: Emulator, tenant: str = "") -> AsyncIterator[Listener]:
    """When the listener has gone, nothing of it is left."""
    tasks, listeners = len(asyncio.all_tasks()), len(emulator.events)
    listener = Listener()
    task = asyncio.create_task(
        stream(AdminContext(emulator), tenant, listener.receive, listener.send)
    )
    await listener.until(1)
    yield listener
    listener.leave.set()
    await task
    assert len(emulator.events) == listeners
    assert len(asyncio.all_tasks()) == tasks


def made(scenario: str | None = None) -> Emulator:
    return Emulator(load_source(scenario), clock_mode="manual", checking=Checking("fail", "fail"))


def ask(emulator: Emulator, key: str = "test-ann") -> str:
    arrival = IncomingRequest("GET", "/gladia/v2/pre-recorded", headers={"x-gladia-key": key})
    return emulator.answer(arrival).request.id


def run(test: Callable[[], Awaitable[None]]) -> None:
    async def bounded() -> None:
        await asyncio.wait_for(test(), 60)

    asyncio.run(bounded())


def test_what_happens_is_told() -> None:
    async def told() -> None:
        emulator = made()
        async with listening(emulator) as listener:
            id = ask(emulator)
            tenant = emulator.tenants.open_tenants()[0]
            ClockControl(emulator, tenant).advance("10s")
            emulator.tenants.close("test-ann")

            found = await listener.until(5)

            assert [kind for kind, _ in found] == ["hello", "tenant", "exchange", "clock", "tenant"]
            assert found[0] == ("hello", {})
            assert found[1][1] == {"tenant": "test-ann", "change": "opened"}
            assert (found[2][1]["id"], found[2][1]["key"]) == (id, "test-a...")
            assert found[3][1] == {"tenant": "test-ann", "now": "2026-01-05T09:00:10.000Z"}
            assert found[4][1] == {"tenant": "test-ann", "change": "closed"}

    run(told)


def test_a_fault_is_told_with_its_exchange() -> None:
    async def told() -> None:
        emulator = made("faults: [{answer: {status: 503}}]\n")
        async with listening(emulator) as listener:
            id = ask(emulator)

            found = await listener.until(4)

            assert found[3] == (
                "fault",
                {
                    "tenant": "test-ann",
                    "fault": "scenario-1",
                    "exchange": id,
                    "status": 503,
                    "delay_seconds": 0.0,
                    "connection": None,
                },
            )

    run(told)


def test_a_broken_connection_is_told_as_the_fault_that_it_is() -> None:
    async def told() -> None:
        emulator = made("faults: [{connection: reset}]\n")
        async with listening(emulator) as listener:
            ask(emulator)

            found = await listener.until(4)

            assert (found[3][1]["status"], found[3][1]["connection"]) == (0, "reset")

    run(told)


def test_a_delivery_is_told() -> None:
    async def told() -> None:
        emulator = made("webhooks: [{provider: gladia, url: 'http://127.0.0.1:9/'}]\n")
        arrival = IncomingRequest(
            "POST",
            "/gladia/v2/pre-recorded",
            headers={**KEY, "content-type": "application/json"},
            body=b'{"audio_url": "https://media.test/a.wav"}',
        )
        emulator.answer(arrival)
        tenant = emulator.tenants.open_tenants()[0]
        now = tenant.clock.now()
        due = tenant.outbox.due(now)[0]
        async with listening(emulator) as listener:
            emulator.events.publish(
                "delivery", "test-ann", tenant.outbox.record_attempt(due.id, Attempt(now))
            )

            found = await listener.until(2)

            assert found[1][0] == "delivery"
            assert found[1][1]["event"] == "transcription.created"
            assert found[1][1]["attempts"][0]["status"] is None

    run(told)


def test_a_listener_may_ask_for_one_tenant_alone() -> None:
    async def told() -> None:
        emulator = made()
        async with listening(emulator, "test-ben") as ben, listening(emulator, "default") as nobody:
            ask(emulator)
            ask(emulator, "test-ben")
            ask(emulator, "nobody")

            assert [one["tenant"] for _, one in (await ben.until(3))[1:]] == ["test-ben"] * 2
            assert [one["tenant"] for _, one in (await nobody.until(2))[1:]] == ["default"]

    run(told)


def test_a_listener_that_is_too_slow_learns_how_much_it_missed() -> None:
    async def told() -> None:
        emulator = made()
        async with listening(emulator) as listener:
            for _ in range(MOST_WAITING + 2):
                emulator.events.publish("tenant", "a", "opened")

            found = await listener.until(MOST_WAITING + 2)

            assert found[1] == ("lost", {"events": 2})
            assert len(found) == MOST_WAITING + 2

    run(told)


def test_a_silent_stream_shows_that_it_is_alive() -> None:
    async def told() -> None:
        listener = Listener()
        desk = AdminContext(made())
        task = asyncio.create_task(
            stream(desk, "", listener.receive, listener.send, alive_seconds=0.001)
        )
        while b": still here\n\n" not in listener.pieces:
            await asyncio.sleep(0.001)
        listener.leave.set()
        await task

    run(told)


def test_the_numbers_of_events_go_up() -> None:
    async def told() -> None:
        emulator = made()
        async with listening(emulator) as listener:
            ask(emulator)
            await listener.until(3)

            text = b"".join(listener.pieces).decode()
            assert [line for line in text.splitlines() if line.startswith("id: ")] == [
                "id: 1",
                "id: 2",
            ]

    run(told)


def test_a_server_sends_the_head_at_once_and_ends_when_the_client_goes() -> None:
    async def told() -> None:
        emulator = made()
        app = root_app(emulator)
        sent: list[Any] = []
        leave = asyncio.Event()
        asked = iter([{"type": "http.request"}])

        async def receive() -> Any:
            for message in asked:
                return message
            await leave.wait()
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            sent.append(message)

        scope = {
            "type": "http",
            "method": "GET",
            "path": "/_emulator/events",
            "query_string": b"tenant=test-ann",
            "headers": [(b"host", b"localhost")],
            "scheme": "http",
            "server": ("127.0.0.1", 80),
        }
        task = asyncio.create_task(app(scope, receive, send))
        while len(sent) < 2:
            await asyncio.sleep(0)
        leave.set()
        await task

        names = [name for name, _ in sent[0]["headers"]]
        assert sent[0]["status"] == 200
        assert b"content-length" not in [name.lower() for name in names]
        assert sent[1]["body"] == b"event: hello\ndata: {}\n\n"
        assert len(emulator.events) == 0

    run(told)
