"""The client of the admin API."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest
import vcr

import emulator
from emulator.client import AdminError, AsyncClient, AsyncTenant, Client, Tenant
from emulator.client.values import (
    Attempt,
    Body,
    ClockState,
    Delivery,
    Event,
    Fault,
    Hook,
    Job,
    NearMiss,
    Step,
    TenantSummary,
    value_from,
)
from emulator.interfaces.testing.api import EmulatorSession

NINE = datetime(2026, 1, 5, 9, tzinfo=UTC)
UNAVAILABLE = {"answer": {"status": 503}}


@pytest.fixture(scope="module")
def speech() -> Iterator[EmulatorSession]:
    with emulator.run(clock="manual") as running:
        yield running


@pytest.fixture
def client(speech: EmulatorSession) -> Iterator[Client]:
    with Client(speech.url) as opened:
        yield opened


def new_job(speech: EmulatorSession, key: str) -> str:
    headers = {"x-gladia-key": key}
    json = {"audio_url": "https://media.test/a.wav"}
    made = httpx2.post(
        f"{speech.gladia.url}/v2/pre-recorded", json=json, headers=headers, timeout=60
    )
    return str(made.json()["id"])


def test_the_server_tells_of_itself(client: Client) -> None:
    assert client.version()["version"] == emulator.__version__
    assert client.health()["status"] == "ok"
    assert client.scenarios()["happy"] == "Everything works"
    assert client.coverage("table").endswith("of the documented answers\n")


def test_a_tenant_is_opened_and_forgotten(client: Client) -> None:
    with client.open(name="opened", scenario="happy", clock="manual") as tenant:
        listed = client.tenants()
        state = client.tenant(tenant.key).state

    assert TenantSummary(tenant.key, "Everything works", NINE, 0) in listed
    assert state.clock == ClockState(NINE, "manual", 1.0, 0.0)
    assert tenant.urls["gladia"] == f"{client.url}/gladia"
    assert tenant.key not in [one.key for one in client.tenants()]


def test_a_scenario_may_be_a_file_of_the_clients_or_an_object(
    client: Client, tmp_path: Path
) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("scenario: Mine\n")
    tenant = client.open(key="file", scenario=path)

    replaced = tenant.replace_scenario({"scenario": "An object"})

    assert replaced.scenario == "An object"
    assert "scenario: An object" in tenant.export()


def test_the_clock_is_moved(speech: EmulatorSession, client: Client) -> None:
    tenant = client.open(name="clock")
    id = new_job(speech, tenant.key)

    moments = [
        tenant.clock.now,
        tenant.clock.advance("250ms"),
        tenant.clock.until(id, "processing"),
        tenant.clock.until(id),
        tenant.clock.to(datetime(2026, 1, 5, 10, tzinfo=UTC)),
        tenant.clock.turn("step", step="5s"),
    ]

    assert [(moment - NINE).total_seconds() for moment in moments] == [0, 0.25, 1, 3, 3600, 3600]
    assert tenant.clock.state.step_seconds == 5


def test_jobs_are_listed_and_changed(speech: EmulatorSession, client: Client) -> None:
    tenant = client.open(name="jobs")
    id = new_job(speech, tenant.key)

    (listed,) = tenant.jobs(provider="gladia", phase="queued")
    tenant.change_job(id, timeline={"processing": "1s", "completed": "1h"})
    failed = tenant.change_job(id, phase="failed")

    assert listed == Job(
        id,
        "gladia",
        "Transcription",
        "queued",
        NINE,
        NINE,
        datetime(2026, 1, 5, 9, 0, 3, tzinfo=UTC),
        (Step("queued", 0), Step("processing", 1), Step("completed", 3)),
    )
    assert tenant.job(id) == failed
    assert (failed.phase, failed.final_at) == ("failed", NINE)


def test_the_jobs_of_all_pages_are_read(client: Client) -> None:
    tenant = client.open(scenario={"existing": [{"provider": "gladia", "count": 1001}]})

    jobs = tenant.jobs()

    assert len({job.id for job in jobs}) == len(jobs) == 1001


def test_the_journal_is_read_explained_and_emptied(speech: EmulatorSession, client: Client) -> None:
    tenant = client.open(name="journal")
    new_job(speech, tenant.key)

    (exchange,) = tenant.journal(provider="gladia", status=201, last=1)
    full = tenant.exchange(exchange.id)
    (whole,) = tenant.exchanges(status=201)
    explained = tenant.explain(exchange.id)
    entries = tenant.har()["log"]["entries"]
    covered = tenant.coverage()["providers"]["gladia"]["met"]
    tenant.empty_journal()

    assert (exchange.method, exchange.path, exchange.refused) == ("POST", "/v2/pre-recorded", None)
    assert full.request.body == Body(40, '{"audio_url":"https://media.test/a.wav"}')
    assert full.response.headers["X-Emulator-Request-Id"] == exchange.id
    assert (full.key, full.request.content) == (f"{tenant.key[:6]}...", None)
    assert (whole.key, whole.request.headers["x-gladia-key"]) == (tenant.key, tenant.key)
    assert whole.request.content == {"audio_url": "https://media.test/a.wav"}
    assert whole.request.body.data == b'{"audio_url":"https://media.test/a.wav"}'
    assert explained["status"] == 201
    assert (len(entries), covered) == (1, 1)
    assert tenant.journal() == ()


def test_what_was_asked_is_verified(speech: EmulatorSession, client: Client) -> None:
    tenant = client.open(name="verify")
    new_job(speech, tenant.key)

    tenant.verify(method="POST", times=1)
    verdict = tenant.verdict(status="4xx")
    with pytest.raises(AssertionError, match=r"expected at least 1 .*found 0 among 1") as failed:
        tenant.verify(status="4xx")

    assert (verdict.good, verdict.found, verdict.among) == (False, 0, 1)
    assert isinstance(verdict.nearest[0], NearMiss)
    assert verdict.nearest[0].misses[0].got == "201"
    assert str(failed.value) == verdict.text


def test_faults_are_added_and_taken_away(client: Client) -> None:
    tenant = client.open(name="faults")

    slow = {"when": {"provider": "gladia"}, "delay": "1s"}
    added = tenant.add_faults(slow, UNAVAILABLE)
    tenant.remove_fault(added[1].id)
    left = tenant.faults()
    tenant.clear_faults()

    assert [one.fault for one in added] == [slow, UNAVAILABLE]
    assert left == (Fault(added[0].id, 0, slow, 0, 1),)
    assert tenant.faults() == ()


def test_webhooks_are_sent_to_an_inbox(speech: EmulatorSession, client: Client) -> None:
    tenant = client.open(name="webhooks")
    inbox = tenant.inbox("mine")
    hook = tenant.add_webhook(provider="gladia", url=inbox.url, events=["transcription.success"])
    id = new_job(speech, tenant.key)
    tenant.clock.until(id)

    (message,) = inbox.wait(1)
    (first,) = tenant.deliveries()
    again = tenant.send_again(first.id)
    count = len(inbox.wait(2))
    inbox.clear()

    assert hook == Hook("gladia", inbox.url, ("transcription.success",))
    assert message.json["payload"]["id"] == id
    assert (message.method, message.number, message.status) == ("POST", 1, 200)
    assert isinstance(first, Delivery)
    assert all(isinstance(attempt, Attempt) for attempt in first.attempts)
    assert again.message_id == first.message_id
    assert count == 2
    assert inbox.messages == ()


def test_what_is_no_text_is_whole(speech: EmulatorSession, client: Client) -> None:
    tenant = client.open(name="no text")
    inbox = tenant.inbox("mine", answers=[418, 200])
    answers = [
        httpx2.post(inbox.url, content=data, timeout=60).status_code for data in (b"\xff", b"a")
    ]
    httpx2.post(
        f"{speech.gladia.url}/v2/pre-recorded",
        content=b"\xff",
        headers={"x-gladia-key": tenant.key, "content-type": "application/json"},
        timeout=60,
    )

    (first, second) = inbox.messages
    (exchange,) = tenant.exchanges()

    assert answers == [418, 200]
    assert [first.data, second.data] == [b"\xff", b"a"]
    assert exchange.request.body == Body(1, None, "/w==")
    assert exchange.request.body.data == b"\xff"


def test_deliveries_are_waited_for(speech: EmulatorSession, client: Client) -> None:
    tenant = client.open(name="waited for")
    hook = tenant.add_webhook(provider="gladia", url=tenant.inbox("mine").url)
    tenant.clock.until(new_job(speech, tenant.key))

    log = tenant.delivery_log("60s")

    assert (log.idle, log.hooks) == (True, (hook,))
    assert log.deliveries == tenant.deliveries()
    assert [delivery.number for delivery in log.deliveries] == [1, 2]


def test_a_tenant_begins_afresh(speech: EmulatorSession, client: Client) -> None:
    tenant = client.open(name="reset")
    new_job(speech, tenant.key)

    journal = tenant.reset(journal=True)
    everything = tenant.reset()

    assert (journal.exchanges, journal.jobs) == (0, 1)
    assert everything.jobs == 0


def test_what_happens_is_heard(speech: EmulatorSession, client: Client) -> None:
    tenant = client.open(name="events")

    with client.events(tenant.key) as events:
        hello = next(events)
        tenant.clock.advance(1)
        moved = next(events)

    assert hello == Event("hello", None, {})
    assert (moved.kind, moved.content["now"]) == ("clock", "2026-01-05T09:00:01.000Z")
    assert isinstance(moved.number, int)


def test_a_refusal_is_an_error_with_its_code(client: Client) -> None:
    with pytest.raises(AdminError, match="a clock cannot go back") as refused:
        client.open(name="refused").clock.advance(-1)

    assert (refused.value.status, refused.value.code) == (409, "back_in_time")
    assert refused.value.details == {"now": "2026-01-05T09:00:00.000Z"}


@pytest.mark.parametrize("body", [b"nothing", b"[]", b'{"error": "text"}', b'{"error": {}}'])
def test_what_is_no_admin_api_is_told(body: bytes) -> None:
    transport = httpx2.MockTransport(lambda request: httpx2.Response(404, content=body))

    with (
        Client("http://elsewhere.test", transport=transport) as client,
        pytest.raises(AdminError) as refused,
    ):
        client.version()

    said = "http://elsewhere.test/_emulator/version is no admin API: 404 Not Found"
    assert str(refused.value) == said
    assert refused.value.code == "unknown"


def test_events_may_be_refused_too() -> None:
    transport = httpx2.MockTransport(lambda request: httpx2.Response(401))

    with Client(transport=transport) as client, pytest.raises(AdminError), client.events():
        raise RuntimeError("nobody comes here")


@pytest.mark.parametrize(("token", "sent"), [(None, None), ("s3cret", "Bearer s3cret")])
def test_the_token_is_sent(token: str | None, sent: str | None) -> None:
    seen: list[str | None] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        seen.append(request.headers.get("authorization"))
        return httpx2.Response(200, json={})

    with Client(token=token, transport=httpx2.MockTransport(answer)) as client:
        client.version()

    assert seen == [sent]


def test_a_member_of_a_newer_server_is_passed_over() -> None:
    assert value_from(Body, {"size": 1, "text": "a", "more": 2}) == Body(1, "a")


# With an event loop


Steps = Callable[[AsyncClient, EmulatorSession], Coroutine[Any, Any, None]]


async def server_steps(client: AsyncClient, speech: EmulatorSession) -> None:
    assert (await client.version())["version"] == emulator.__version__
    assert (await client.health())["status"] == "ok"
    assert "happy" in await client.scenarios()
    assert "percent" in await client.coverage()


async def tenant_steps(client: AsyncClient, speech: EmulatorSession) -> None:
    async with await client.open(name="async tenant") as tenant:
        assert tenant.key in [one.key for one in await client.tenants()]
        assert (await (await client.tenant(tenant.key)).state()).exchanges == 0
        assert (await tenant.replace_scenario("happy")).scenario == "Everything works"
        assert "Everything works" in await tenant.export()
        assert (await tenant.reset(journal=True)).exchanges == 0
    assert tenant.key not in [one.key for one in await client.tenants()]


async def clock_steps(client: AsyncClient, speech: EmulatorSession) -> None:
    tenant = await client.open(name="async clock")
    id = new_job(speech, tenant.key)

    assert await tenant.clock.now() == NINE
    assert (await tenant.clock.advance(1)).second == 1
    assert (await tenant.clock.until(id)).second == 3
    assert (await tenant.clock.to(datetime(2026, 1, 5, 10, tzinfo=UTC))).hour == 10
    await tenant.clock.turn("step", step=2)
    assert (await tenant.clock.state()).step_seconds == 2


async def job_steps(client: AsyncClient, speech: EmulatorSession) -> None:
    tenant = await client.open(name="async jobs")
    id = new_job(speech, tenant.key)

    assert (await tenant.change_job(id, phase="failed")).phase == "failed"
    assert (await tenant.job(id)).phase == "failed"
    assert len(await tenant.jobs()) == 1
    await tenant.replace_scenario({"existing": [{"provider": "gladia", "count": 1001}]})
    assert len({one.id for one in await tenant.jobs()}) == 1001


async def journal_steps(client: AsyncClient, speech: EmulatorSession) -> None:
    tenant = await client.open(name="async journal")
    new_job(speech, tenant.key)

    (exchange,) = await tenant.journal(last=1)
    assert (await tenant.exchange(exchange.id)).status == 201
    assert [one.key for one in await tenant.exchanges()] == [tenant.key]
    assert (await tenant.explain(exchange.id))["status"] == 201
    assert len((await tenant.har())["log"]["entries"]) == 1
    assert "Gladia" in await tenant.coverage("markdown")
    await tenant.verify(status=201)
    with pytest.raises(AssertionError):
        await tenant.verify(status=404)
    await tenant.empty_journal()
    assert await tenant.journal() == ()


async def fault_steps(client: AsyncClient, speech: EmulatorSession) -> None:
    tenant = await client.open(name="async faults")

    (added,) = await tenant.add_faults(UNAVAILABLE)
    assert await tenant.faults() == (added,)
    await tenant.remove_fault(added.id)
    await tenant.clear_faults()
    assert await tenant.faults() == ()


async def webhook_steps(client: AsyncClient, speech: EmulatorSession) -> None:
    tenant = await client.open(name="async webhooks")
    inbox = tenant.inbox("mine", answers=[200])
    await tenant.add_webhook(provider="gladia", url=inbox.url)
    assert (await tenant.delivery_log()).idle
    new_job(speech, tenant.key)

    assert len(await inbox.wait(1)) == 1
    (delivery,) = await tenant.deliveries()
    await tenant.send_again(delivery.id)
    assert len(await inbox.wait(2)) == 2
    await inbox.clear()
    assert await inbox.messages() == ()


async def event_steps(client: AsyncClient, speech: EmulatorSession) -> None:
    tenant = await client.open(name="async events")

    async with client.events() as events:
        assert (await anext(events)).kind == "hello"
        await tenant.clock.advance(1)
        assert (await anext(events)).kind == "clock"


async def refused_steps(client: AsyncClient, speech: EmulatorSession) -> None:
    refused = httpx2.MockTransport(lambda request: httpx2.Response(401))
    async with AsyncClient(speech.url, token="x", transport=refused) as closed:
        with pytest.raises(AdminError):
            async with closed.events():
                raise RuntimeError("nobody comes here")


@pytest.mark.parametrize(
    "steps",
    [
        server_steps,
        tenant_steps,
        clock_steps,
        job_steps,
        journal_steps,
        fault_steps,
        webhook_steps,
        event_steps,
        refused_steps,
    ],
)
def test_the_same_with_an_event_loop(speech: EmulatorSession, steps: Steps) -> None:
    async def run() -> None:
        async with AsyncClient(speech.url) as client:
            await steps(client, speech)

    asyncio.run(run())


def test_both_clients_have_the_same_methods() -> None:
    def public(kind: type) -> set[str]:
        return {name for name in vars(kind) if not name.startswith("_")}

    assert public(Client) == public(AsyncClient)
    assert public(Tenant) == public(AsyncTenant)


STREAM = b'event: hello\ndata: {}\n\n: still here\n\nevent: tenant\nid: 7\ndata: {"a": 1}\n\n'
TOLD = [Event("hello", None, {}), Event("tenant", 7, {"a": 1})]


def streaming(request: httpx2.Request) -> httpx2.Response:
    return httpx2.Response(200, content=STREAM)


def test_events_end_with_the_server() -> None:
    transport = httpx2.MockTransport(streaming)

    async def heard_later() -> list[Event]:
        async with AsyncClient(transport=transport) as client, client.events() as events:
            return [event async for event in events]

    with Client(transport=transport) as client, client.events() as events:
        heard = list(events)

    assert heard == TOLD
    assert asyncio.run(heard_later()) == TOLD


def test_a_recorder_in_the_same_process_does_not_see_the_clients(tmp_path: Path) -> None:
    async def version(url: str) -> object:
        async with AsyncClient(url) as client:
            return await client.version()

    with (
        emulator.run() as speech,
        vcr.use_cassette(str(tmp_path / "cassette.yaml"), record_mode="all") as cassette,
    ):
        with Client(speech.url) as client:
            found = client.version(), asyncio.run(version(speech.url))
        httpx2.get(f"{speech.url}/_emulator/live", timeout=60)

    assert found[0] == found[1]
    assert [request.path for request in cassette.requests] == ["/_emulator/live"]
