"""What takes long is done on a snapshot, while others are answered; and the answer is the same."""

import asyncio
import json
from threading import Event, Thread
from typing import Any

import pytest
from msgspec.structs import replace

from emulator.application.addressing import IncomingRequest
from emulator.application.emulator import Emulator
from emulator.client import Client
from emulator.core.base.deferral import LONG_RECORDS, Unfinished
from emulator.core.base.keyed_locks import KeyedLocks
from emulator.core.engine.finishing import Checking, defer
from emulator.core.http.messages import Request, Response
from emulator.core.http.problems import NotFound
from emulator.core.journal.exchange import Exchange
from emulator.core.provider.backend import Backend
from emulator.core.scenario.loader import load
from emulator.interfaces.admin.app import AdminApp
from emulator.interfaces.admin.context import Access, AdminContext
from emulator.interfaces.serving.asgi_app import root_app
from emulator.interfaces.serving.httpx_transport import Transport
from emulator.interfaces.serving.server_thread import ServerThread
from emulator.interfaces.transports.http import HttpApp
from emulator.interfaces.transports.workers import Workers
from emulator.providers import PROVIDERS
from emulator.providers.gladia import GLADIA as GLADIA_API
from tests.interfaces.transports.test_protocol import told

AITRONOS_ORDER = b"""{"organization_id": "org_1", "transcription_options":
  {"audio_url": "https://example.com/standup.wav", "language": "en"}}"""
AZURE = "/azure-speech/speechtotext/v3.1/transcriptions"
GLADIA = "/gladia/v2/pre-recorded"
MANY_JOBS = f"""
clock: {{mode: manual}}
existing:
  - {{provider: azure_speech, count: {LONG_RECORDS + 1}, age: 1d..30d, name: Standup}}
  - {{provider: gladia, count: {LONG_RECORDS + 1}, age: 1d..30d}}
  - {{provider: phrase_studio, count: {LONG_RECORDS + 1}, age: 1d..30d}}
"""
LONG_SPEECH = """
clock: {mode: manual}
existing:
  - provider: gladia
    id: 11111111-1111-4111-8111-111111111111
    age: 1d
    recordings: [{length: 11m}]
"""


def many_jobs(text: str = MANY_JOBS) -> Emulator:
    words = {provider.name: provider.schema for provider in PROVIDERS}
    return Emulator(load(text, name="many", vocabularies=words, events={}))


def asking(path: str, key: str = "test-ann", **query: str) -> IncomingRequest:
    headers = {"ocp-apim-subscription-key": key, "x-gladia-key": key}
    return IncomingRequest("GET", path, tuple(query.items()), headers)


def begun(emulator: Emulator, arrival: IncomingRequest) -> Unfinished:
    """What is left of a request that takes long, once its tenant is there."""
    emulator.answer(asking(f"{AZURE}/none"))
    emulator.answer(asking(f"{GLADIA}/none"))
    found = emulator.begin(arrival)
    assert isinstance(found, Unfinished)
    return found


def test_a_tenant_with_many_jobs_is_made_without_the_lock() -> None:
    emulator = many_jobs()

    found = emulator.begin(asking(AZURE, top="1"))

    assert isinstance(found, Unfinished)
    tenant = emulator.tenants.get("test-ann")
    assert tenant is not None
    assert len(tenant.journal) == 0  # nothing is recorded before it is there


@pytest.mark.parametrize(
    ("path", "query", "number"),
    [
        (AZURE, {"filter": "displayName eq 'x'"}, 0),
        (AZURE, {"filter": "displayName eq 'Standup'", "top": "3"}, 3),
        (GLADIA, {"custom_metadata": '{"user":"Ann"}'}, 0),
    ],
)
def test_a_list_with_a_filter_is_gone_through_while_others_are_answered(
    path: str, query: dict[str, str], number: int
) -> None:
    emulator = many_jobs()
    unfinished = begun(emulator, asking(path, **query))

    other = emulator.begin(asking("/gladia/v2/pre-recorded/none", "test-bob"))
    other = other if isinstance(other, Exchange) else other.finish(other.work())
    done = unfinished.finish(unfinished.work())

    assert isinstance(other, Exchange)
    assert other.response.status in (400, 404)
    assert done.response.status == 200
    content = done.response.body
    listed = json.loads(bytes(content))
    assert len(listed["values"] if path == AZURE else listed["items"]) == number
    again = emulator.answer(asking(path, **query))
    assert again.response.body == content


def test_ids_are_unique_though_a_request_is_finished_later() -> None:
    emulator = many_jobs()
    unfinished = begun(emulator, asking(AZURE, filter="displayName eq 'x'"))

    between = emulator.answer(asking(AZURE + "/none"))
    done = unfinished.finish(unfinished.work())
    after = emulator.answer(asking(AZURE + "/none"))

    tenant = emulator.tenants.get("test-ann")
    assert tenant is not None
    ids = [one.request.id for one in tenant.journal][2:]
    assert ids == [between.request.id, done.request.id, after.request.id]
    assert len(set(ids)) == 3


def test_a_list_shows_what_there_was_when_it_was_asked_for() -> None:
    emulator = many_jobs()
    first = emulator.answer(asking(AZURE, top="1"))
    id = bytes(first.response.body).partition(b"transcriptions/")[2][:36].decode()
    unfinished = begun(emulator, asking(AZURE, filter="displayName eq 'Standup'", top="1"))

    gone = emulator.answer(replaced(asking(f"{AZURE}/{id}"), "DELETE"))
    done = unfinished.finish(unfinished.work())

    assert gone.response.status == 204
    assert id.encode() in done.response.body
    assert emulator.answer(asking(f"{AZURE}/{id}")).response.status == 404  # it stays away


def test_what_was_made_for_a_tenant_that_began_afresh_is_not_kept() -> None:
    emulator = many_jobs()
    unfinished = begun(emulator, asking(AZURE, filter="displayName eq 'x'"))
    tenant = emulator.tenants.get("test-ann")
    assert tenant is not None

    emulator.tenants.reset(tenant)
    done = unfinished.finish(unfinished.work())

    assert done.response.status == 200
    assert len(tenant.journal) == 0


def test_a_provider_that_is_first_asked_meanwhile_goes_on_as_it_is() -> None:
    emulator = many_jobs()
    unfinished = begun(emulator, asking(AZURE, filter="displayName eq 'x'"))

    created = emulator.answer(
        IncomingRequest(
            "POST",
            "/aitronos/v1/audio/transcribe",
            headers={"authorization": "Bearer test-ann", "content-type": "application/json"},
            body=AITRONOS_ORDER,
        )
    )
    unfinished.finish(unfinished.work())

    assert created.response.status == 201
    tenant = emulator.tenants.get("test-ann")
    assert tenant is not None
    assert tenant.job(json.loads(bytes(created.response.body))["data"]["transcription_id"])


@pytest.mark.parametrize("path", [AZURE, "/_emulator/tenants/test-ann/export"])
def test_a_server_that_stops_leaves_long_work_without_an_answer(path: str) -> None:
    assert asyncio.run(answers_when_cancelled(path)) == []


async def answers_when_cancelled(path: str) -> list[Any]:
    held, sent = Event(), list[Any]()
    emulator, workers = many_jobs(), Workers(most=1)
    emulator.tenants.open("test-ann")
    workers.start(lambda: held.wait(60))  # nobody else has a turn meanwhile
    app: Any = HttpApp(emulator, workers=workers)
    if path != AZURE:
        app = AdminApp(AdminContext(emulator, Access(in_process=True)), emulator.make_file, workers)
    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "scheme": "http",
        "query_string": b"",
        "headers": [(b"host", b"localhost"), (b"ocp-apim-subscription-key", b"test-ann")],
    }

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(part: Any) -> None:
        sent.append(part)

    task = asyncio.ensure_future(app(scope, receive, send))
    while not workers.waiting:
        await asyncio.sleep(0)
    task.cancel()
    await task
    held.set()
    return sent


def test_a_refusal_that_took_long_is_the_providers_own() -> None:
    emulator = many_jobs()
    tenant = emulator.tenants.default
    request = Request("GET", "/v2/pre-recorded", id=tenant.next_id())
    operation, _ = GLADIA_API.contract.find(request)

    def refuse(request: Request, backend: Backend) -> Response:
        raise NotFound("Job", "a")

    refusing = replace(GLADIA_API, operations={operation.id: refuse})
    unfinished = defer(refusing, operation, request, tenant, (), Checking(), [], None)

    done = unfinished.finish(unfinished.work())

    assert (done.refused, done.response.status) == ("NotFound", 404)
    assert [*tenant.journal] == [done]


def replaced(arrival: IncomingRequest, method: str) -> IncomingRequest:
    return IncomingRequest(method, arrival.path, arrival.query, arrival.headers)


def test_long_speech_is_written_down_while_others_are_answered() -> None:
    emulator = many_jobs(LONG_SPEECH)
    path = f"{GLADIA}/11111111-1111-4111-8111-111111111111"

    unfinished = emulator.begin(asking(path))
    other = emulator.begin(asking(path, "test-bob"))

    assert isinstance(unfinished, Unfinished)
    assert isinstance(other, Unfinished)
    assert unfinished.finish(unfinished.work()).response.status == 200
    assert other.finish(other.work()).response.status == 200


def test_one_thread_makes_what_two_want_at_once() -> None:
    turns, made = KeyedLocks(), list[str]()
    entered, go_on = Event(), Event()

    def make(name: str) -> None:
        with turns.lock_for("speech"):
            if not made:
                entered.set()
                go_on.wait(30)
                made.append(name)

    first, second = (Thread(target=make, args=(name,)) for name in ("first", "second"))
    first.start()
    assert entered.wait(30)
    second.start()
    go_on.set()
    first.join(30)
    second.join(30)

    assert made == ["first"]


def test_work_in_a_thread_gives_what_it_raises_and_waits_for_its_turn() -> None:
    asyncio.run(work_in_turn())


async def work_in_turn() -> None:
    workers, held = Workers(most=1), Event()

    first = workers.start(lambda: held.wait(30))
    second = workers.start(lambda: 1 // 0)
    held.set()

    assert await first
    with pytest.raises(ZeroDivisionError):
        await second


def test_the_client_reads_all_pages_of_jobs() -> None:
    emulator = many_jobs()
    client = Client("http://emulator", transport=Transport(emulator))

    jobs = client.tenant("test-ann").jobs(provider="azure_speech")

    assert len({job.id for job in jobs}) == LONG_RECORDS + 1
    assert list(jobs) == sorted(jobs, key=lambda one: one.made_at)
    assert client.tenant("test-ann").jobs(provider="gladia", phase="failed") == ()


def test_a_head_without_end_is_refused_in_the_words_of_the_provider() -> None:
    head = f"GET {GLADIA} HTTP/1.1\r\nHost: a\r\nX-A: ".encode() + b"a" * 1_000_000

    with ServerThread(root_app(many_jobs())) as server:
        received = told(server, head)

    assert received.startswith(b"HTTP/1.1 431 ")
    assert b'"statusCode":431' in received
    assert b"x-emulator-request-id: " in received


def test_a_bug_in_long_work_leaves_no_id_taken() -> None:
    tenant = Emulator(clock_mode="manual").tenants.default
    request = Request("GET", "/v2/pre-recorded", id=tenant.next_id())
    operation, _ = GLADIA_API.contract.find(request)
    broken = replace(GLADIA_API, operations={operation.id: lambda request, backend: 1 / 0})

    unfinished = defer(broken, operation, request, tenant, (), Checking(), [], None)
    meanwhile = tenant.next_id()
    with pytest.raises(ZeroDivisionError):
        unfinished.work()

    assert meanwhile != request.id
    assert tenant.next_id() == request.id
