"""What a test can do with a tenant: the same in this process and elsewhere."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from inspect import Signature, getmembers, isfunction, signature
from socket import create_server
from typing import Any

import httpx2
import pytest
from msgspec.structs import replace

import emulator
from emulator.client import Client, Tenant
from emulator.client.values import ClockState, TenantState
from emulator.core.base.clock import BackInTime, TooFar
from emulator.core.faults.engine import MOST_RULES, TooManyFaults
from emulator.core.http.problems import NotFound, Violation
from emulator.core.inspection.verification import BadPattern
from emulator.core.journal.exchange import Exchange, RequestTrace
from emulator.core.scenario.model import ClockSettings, Scenario
from emulator.core.scenario.schema.diagnostics import ScenarioErrors
from emulator.core.webhooks.model import Delivery, Webhook, unsigned
from emulator.interfaces.control.clock import ClockControl
from emulator.interfaces.control.faults import FaultControl
from emulator.interfaces.control.webhooks import InboxControl, WebhookControl
from emulator.interfaces.testing.api import (
    EmulatorSession,
    NeverHappens,
    NoExchange,
    WaitTimedOut,
    open_session,
)
from emulator.interfaces.testing.remote_server import RemoteServer, RemoteSession
from emulator.interfaces.testing.remote_tenant import (
    RemoteClock,
    RemoteFaults,
    RemoteInbox,
    RemoteWebhooks,
    wait_slices,
)
from emulator.interfaces.testing.session import (
    SpeechEmulator,
    TenantClock,
    TenantFaults,
    TenantInbox,
    TenantWebhooks,
)

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
SETTINGS = {"scenario": "", "clock": "manual", "strict": "", "url": ""}
PAIRS: list[tuple[type, type, type]] = [
    (SpeechEmulator, EmulatorSession, RemoteSession),
    (TenantClock, ClockControl, RemoteClock),
    (TenantFaults, FaultControl, RemoteFaults),
    (TenantWebhooks, WebhookControl, RemoteWebhooks),
    (TenantInbox, InboxControl, RemoteInbox),
]
OBJECTS = {"emulator", "tenant"}  # they are what they are in each place


@pytest.fixture(scope="module")
def running() -> Iterator[EmulatorSession]:
    with emulator.run(clock="manual") as speech:
        yield speech


@pytest.fixture(scope="module")
def server(running: EmulatorSession) -> Iterator[RemoteServer]:
    with RemoteServer(SETTINGS, running.url, None) as opened:
        yield opened


def remote(server: RemoteServer, name: str, **marker: Any) -> RemoteSession:
    return server.open(name, **marker)[0]


def local(running: EmulatorSession, name: str, scenario: Any = None) -> EmulatorSession:
    return open_session(running.emulator, running.url, name, scenario, clock="manual")


Open = Callable[..., SpeechEmulator]


@pytest.fixture(params=["here", "elsewhere"])
def opened(request: pytest.FixtureRequest, running: EmulatorSession, server: RemoteServer) -> Open:
    """Opens a fresh tenant for this test; with a scenario, if one is given."""

    def open(scenario: Any = None) -> SpeechEmulator:
        if request.param == "here":
            return local(running, request.node.nodeid, scenario)
        return remote(server, request.node.nodeid, scenario=scenario)

    return open


def same(running: EmulatorSession, name: str) -> EmulatorSession:
    """The tenant that was opened elsewhere, as this process has it."""
    here = local(running, "nobody")
    tenant = running.emulator.tenants.tenant_of_key(name)
    assert tenant is not None
    return EmulatorSession(here.emulator, tenant, running.url)


def ask(speech: SpeechEmulator, path: str, method: str = "GET", **more: Any) -> httpx2.Response:
    headers = {"x-gladia-key": speech.gladia.key, **more.pop("headers", {})}
    return httpx2.request(method, speech.gladia.url + path, headers=headers, **more)


def job(speech: SpeechEmulator, **more: Any) -> str:
    json = {"audio_url": "https://media.test/a.wav", **more}
    return str(ask(speech, "/v2/pre-recorded", "POST", json=json).json()["id"])


def public(kind: type) -> dict[str, Signature | str]:
    """Each member with its signature; of a property, with what it gives."""
    found: dict[str, Signature | str] = {}
    for name, member in getmembers(kind):
        if name.startswith("_") or name in OBJECTS:
            continue
        if isfunction(member):
            of = signature(member)
            found[name] = of.replace(return_annotation=Signature.empty)
        else:
            found[name] = "value"
    return found


def attributes(value: object) -> set[str]:
    return {name for name in vars(value) if not name.startswith("_")} - OBJECTS


@pytest.mark.parametrize(("interface", "here", "elsewhere"), PAIRS)
def test_all_have_the_same_members_and_signatures(
    running: EmulatorSession, server: RemoteServer, interface: type, here: type, elsewhere: type
) -> None:
    far = remote(server, "members")
    values = {
        type(part): part
        for speech in (running, far)
        for part in (speech, speech.clock, speech.faults, speech.webhooks, speech.inbox("a"))
    }

    of_interface = {**public(interface), **dict.fromkeys(interface.__annotations__, "value")}
    of_here = {**public(here), **dict.fromkeys(attributes(values[here]), "value")}
    of_elsewhere = {**public(elsewhere), **dict.fromkeys(attributes(values[elsewhere]), "value")}

    assert of_here == of_elsewhere == of_interface


def test_a_tenant_of_either_kind_is_one(running: EmulatorSession, server: RemoteServer) -> None:
    both: list[SpeechEmulator] = [running, remote(server, "either")]  # for mypy

    assert [one.url for one in both] == [running.url, running.url]


# The same tenant, as both see it


SCENARIO = """
faults:
  - {when: {path: "*/slow", call: 1}, delay: 1ms}
  - {when: {path: "*/busy"}, answer: {status: 503, retry_after: 2s, body: {a: [1]}}}
  - {when: {path: "*/cut"}, connection: {truncate: 5B}}
  - {when: {path: "*/none", call: 5}, answer: 500}
webhooks:
  - {provider: gladia, url: "http://127.0.0.1:9/hook", events: [transcription.success]}
"""


def busy(
    server: RemoteServer, running: EmulatorSession, name: str
) -> tuple[EmulatorSession, RemoteSession]:
    """A tenant with exchanges of all kinds, opened elsewhere and looked at from both sides."""
    far = remote(server, name, scenario=SCENARIO)
    id = job(far, custom_metadata={"a": 1})
    ask(far, f"/v2/pre-recorded/{id}")
    ask(far, "/v2/pre-recorded?limit=5&status=queued&status=done")
    ask(far, "/v2/pre-recorded", headers={"x-gladia-key": far.gladia.wrong_key})
    ask(far, "/v2/nothing?token=geheim", headers={"x-token": "a secret"})
    ask(far, "/v2/pre-recorded", "POST", content=b"\xff\xfe", headers={"content-type": "a/b"})
    ask(far, "/v2/pre-recorded", "POST", json={"audio_url": 7})
    ask(far, "/v2/upload", "POST", files={"audio": ("a.wav", b"RIFF" * 9, "audio/wav")})
    for path in ("slow", "busy", "none"):
        ask(far, f"/v2/pre-recorded/{path}")
    with pytest.raises(httpx2.RemoteProtocolError):
        ask(far, "/v2/pre-recorded/cut")
    httpx2.get(f"{far.url}/nothing", headers={"x-gladia-key": far.key}, timeout=60)
    far.clock.until(id)
    far.webhooks.wait("60s")
    return same(running, far.key), far


def bare(exchange: Exchange) -> Exchange:
    """Without what stays where the emulator is."""
    return replace(
        exchange,
        request=replace(exchange.request, parsed_head=type(exchange.request.parsed_head)()),
        response=replace(exchange.response, cached_violations=None),
        trace=RequestTrace(),
    )


def sent(delivery: Delivery) -> Delivery:
    """Without what stays where the emulator is."""
    message = replace(
        delivery.message, webhook=Webhook(delivery.provider), signer=unsigned, schema=None
    )
    return replace(delivery, message=message)


def test_the_journal_has_the_same_values(server: RemoteServer, running: EmulatorSession) -> None:
    here, far = busy(server, running, "journal")

    assert far.journal == tuple(bare(one) for one in here.journal)
    assert [one.status for one in far.journal] == [
        *(201, 200, 200, 401, 404, 400, 400, 200),
        *(404, 503, 404, 404, 404),
    ]
    assert [(one.id, one.method, one.path) for one in far.journal] == [
        (one.id, one.method, one.path) for one in here.journal
    ]


def test_every_explanation_has_the_same_values(
    server: RemoteServer, running: EmulatorSession
) -> None:
    here, far = busy(server, running, "explain")

    for one in here.journal:
        wanted, got = here.explain(one.id), far.explain(one.id)
        assert str(got) == str(wanted)
        assert got.content() == wanted.content()
        assert replace(got, exchange=wanted.exchange) == wanted
        assert got.exchange == bare(wanted.exchange)
    assert str(far.explain()) == str(here.explain())


def test_the_rest_has_the_same_values(server: RemoteServer, running: EmulatorSession) -> None:
    here, far = busy(server, running, "rest")

    assert far.har() == here.har()
    assert far.coverage() == here.coverage()
    assert str(far.coverage()) == str(here.coverage())
    assert far.faults.rules == here.faults.rules
    assert far.clock.now == here.clock.now == START + timedelta(seconds=3)
    assert far.deliveries == tuple(sent(delivery) for delivery in here.deliveries)
    assert far.deliveries == far.webhooks.deliveries
    assert len(far.deliveries[0].attempts) == 1


def test_an_answer_that_leaves_the_contract_has_its_violations(
    server: RemoteServer, running: EmulatorSession
) -> None:
    far = remote(server, "violations")
    here = same(running, far.key)
    ask(far, "/v2/pre-recorded")
    [good] = here.journal
    violation = Violation("body", ("items", 0), "type", ["array"], "a", "it is wrong")
    here.tenant.journal.record(replace(good, violations=(violation,)))

    assert far.journal[1].violations == (violation,)


def test_an_inbox_has_the_same_messages(server: RemoteServer, running: EmulatorSession) -> None:
    far = remote(server, "inbox")
    here = same(running, far.key)
    [near_inbox, far_inbox] = [one.inbox("a/b", answers=[500, 201]) for one in (here, far)]
    for body in (b'{"a": 1}', b"\xff\xfe"):
        httpx2.post(f"{far_inbox.url}&b=c", content=body, timeout=60)

    found = far_inbox.wait(2, timeout="60s")

    assert far_inbox.url == near_inbox.url
    assert found == far_inbox.messages == near_inbox.messages
    assert [one.status for one in found] == [500, 201]
    assert [one.body for one in found] == [b'{"a": 1}', b"\xff\xfe"]


# What each of them does


def test_the_clock_is_moved(opened: Open) -> None:
    speech = opened()
    id = job(speech)

    moments = [
        speech.clock.now,
        speech.clock.advance("250ms"),
        speech.clock.advance(0.5),
        speech.clock.until(id, "processing"),
        speech.clock.until(id),
        speech.clock.until(id, "processing"),
        speech.clock.to(START + timedelta(hours=1)),
        speech.clock.turn(ClockSettings("step", step_seconds=5.0)),
    ]
    ask(speech, "/v2/pre-recorded")
    stepped = speech.clock.now
    speech.clock.turn(ClockSettings())
    ask(speech, "/v2/pre-recorded")

    seconds = [(moment - START).total_seconds() for moment in moments]
    assert seconds == [0, 0.25, 0.75, 1, 3, 3, 3600, 3600]
    assert stepped == START + timedelta(hours=1, seconds=5)
    assert speech.clock.now == stepped  # manual again, as it was opened
    assert speech.clock.turn(ClockSettings("wall", speed=0.001)) >= stepped


MOVES: list[tuple[type[Exception], str, Callable[[TenantClock, str], object]]] = [
    (BackInTime, "a clock cannot go back", lambda clock, id: clock.advance(-1)),
    (BackInTime, "a clock cannot go back", lambda clock, id: clock.to(START - timedelta(days=1))),
    (TooFar, "a clock ends with the year 8999", lambda clock, id: clock.advance(1e15)),
    (NeverHappens, "there is no job x|the tenant has no job x", lambda clock, id: clock.until("x")),
    (ValueError, "done", lambda clock, id: clock.until(id, "done")),
    (ValueError, '"soon" is no duration', lambda clock, id: clock.advance("soon")),
]


@pytest.mark.parametrize(("kind", "says", "move"), MOVES)
def test_a_move_that_cannot_be_is_refused(
    opened: Open, kind: type[Exception], says: str, move: Callable[[TenantClock, str], object]
) -> None:
    speech = opened()
    id = job(speech)

    with pytest.raises(kind, match=says):
        move(speech.clock, id)
    assert speech.clock.now == START


def test_what_never_happens_is_not_waited_for(opened: Open) -> None:
    speech = opened("jobs: [{timeline: {processing: 1s}}]")
    id = job(speech)

    with pytest.raises(NeverHappens, match=f"the job {id} is never completed"):
        speech.clock.until(id)


def test_faults_are_added_and_removed(opened: Open) -> None:
    speech = opened("faults: [{when: {call: 9}, answer: 418}]")
    first = speech.faults.add({"when": {"provider": "gladia"}, "answer": 503})
    second = speech.faults.add({"answer": 500})

    speech.faults.remove(second)
    status = ask(speech, "/v2/pre-recorded").status_code
    rules = speech.faults.rules
    speech.faults.clear()

    assert (first, second, status) == ("added-1", "added-2", 503)
    assert [(rule.id, rule.matches, rule.applied) for rule in rules] == [
        ("added-1", 1, 1),
        ("scenario-1", 1, 0),
    ]
    assert rules[0].fault.sequence[0].answer is not None
    assert rules[0].fault.sequence[0].answer.status == 503
    assert speech.faults.rules == ()


def test_a_fault_that_cannot_be_is_refused(opened: Open) -> None:
    speech = opened()
    with pytest.raises(ScenarioErrors, match='unknown key "anser"; did you mean "answer"'):
        speech.faults.add({"anser": 503})
    with pytest.raises(LookupError, match="no fault x"):
        speech.faults.remove("x")


def test_faults_end_somewhere(server: RemoteServer, running: EmulatorSession) -> None:
    far = remote(server, "many faults")
    here = same(running, far.key)
    for _ in range(MOST_RULES):
        here.tenant.faults.add(here.faults.rules[0].fault if here.faults.rules else made())

    for one in (here, far):
        with pytest.raises(TooManyFaults, match=str(MOST_RULES)):
            one.faults.add({"answer": 500})


def made() -> Any:
    from emulator.application.scenario_sources import load_part

    return load_part("faults", [{"answer": 500}]).faults[0]


def test_what_was_asked_is_verified(opened: Open) -> None:
    speech = opened()
    job(speech, diarization=True)
    ask(speech, "/v2/pre-recorded?limit=3", headers={"x-a": "b"})

    speech.verify(times=2)
    speech.verify(method="POST", path="/v2/pre-recorded", body={"diarization": True}, status=201)
    speech.verify(query={"limit": "3", "page": None}, headers={"x-a": "?"}, key=speech.key)
    speech.verify(provider="gladia", operation="*getPreRecordedJobs*", at_least=1, at_most=1)
    with pytest.raises(AssertionError, match=r"expected none of .*found 1 among 2"):
        speech.verify(status="2xx", method="POST", times=0)
    with pytest.raises(BadPattern, match='no operation "getTranscript"'):
        speech.verify(operation="getTranscript")
    with pytest.raises(BadPattern, match="times goes without at_least and at_most"):
        speech.verify(times=1, at_least=1)


def test_what_is_not_there_is_not_explained(opened: Open) -> None:
    speech = opened()

    with pytest.raises(NoExchange, match="the journal has no exchange yet"):
        speech.explain()
    with pytest.raises(NoExchange, match="journal has no exchange x"):
        speech.explain("x")


def test_webhooks_are_sent_answered_and_sent_again(opened: Open) -> None:
    speech = opened()
    inbox = speech.inbox("mine", answers=[500, 500, 200])
    speech.webhooks.add(
        "gladia",
        inbox.url,
        events=("transcription.success",),
        secret="geheim",
        real_timestamps=True,
    )
    id = job(speech)
    speech.clock.advance("1h")

    came = inbox.wait(3, timeout="60s")
    [delivery] = speech.webhooks.wait("60s")
    again = speech.webhooks.send_again(delivery.id)
    inbox.wait(4, timeout="60s")
    [body, *_] = inbox.bodies
    everything = speech.webhooks.wait(60)
    inbox.clear()

    assert [one.number for one in came] == [1, 2, 3]
    assert [attempt.status for attempt in delivery.attempts] == [500, 500, 200]
    assert again.message_id == delivery.message_id
    assert isinstance(body, dict)
    assert body["payload"]["id"] == id
    assert len(everything) == 2
    assert inbox.messages == inbox.wait(0) == ()


def test_a_webhook_that_cannot_be_is_refused(opened: Open) -> None:
    speech = opened()

    with pytest.raises(ValueError, match="gladi"):
        speech.webhooks.add("gladi", "http://127.0.0.1:9/")
    with pytest.raises(ValueError, match="done"):
        speech.webhooks.add("gladia", "http://127.0.0.1:9/", events=("done",))
    with pytest.raises(NotFound):
        speech.webhooks.send_again("x")


def test_what_does_not_come_is_said(opened: Open) -> None:
    speech = opened("webhooks: [{provider: gladia, url: 'http://127.0.0.1:9/'}]")
    inbox = speech.inbox("mine")
    speech.clock.until(job(speech))

    with pytest.raises(WaitTimedOut) as missing:
        inbox.wait(2, timeout="1ms")

    first, *others = str(missing.value).splitlines()
    assert first == (
        'the inbox "mine" has 0 of 2 messages after 0.001 s '
        "(the clock stands at 2026-01-05 09:00:03); deliveries:"
    )
    assert all(other.startswith("  transcription.") for other in others)


def test_attempts_that_nobody_answers_are_not_waited_for(opened: Open) -> None:
    speech = opened()
    with create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        speech.webhooks.add("gladia", url, events=("transcription.success",))
        speech.clock.until(job(speech))

        with pytest.raises(WaitTimedOut, match=r"after 0.001 s there are attempts that nobody has"):
            speech.webhooks.wait("1ms")

    assert speech.webhooks.wait("60s")[0].attempts[0].status is None  # it was hung up


def test_a_long_wait_is_several_requests() -> None:
    asked: list[str] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append(request.url.params["wait"])
        is_over = len(asked) == 3
        return httpx2.Response(200, json={"idle": is_over, "hooks": [], "deliveries": []})

    clock = ClockState(START, "manual", 1.0, 0.0)
    state = TenantState("test-a", "wrong", "", "ok", "", 0, clock, 0, 0, {})
    with Client(transport=httpx2.MockTransport(answer)) as client:
        found = RemoteWebhooks(Tenant(client, state)).wait("1m30s")

    assert (asked, found) == (["30.000s", "30.000s", "30.000s"], ())
    assert list(wait_slices(31)) == ["30.000s", "1.000s"]
    assert list(wait_slices(0)) == ["0.000s"]


def test_a_long_wait_for_messages_is_several_requests() -> None:
    asked: list[str] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append(request.url.params["wait"])
        message = {"number": 7, "at": START.isoformat(), "method": "POST"}
        sent = {**message, "headers": {}, "status": 200, "text": "a"}
        return httpx2.Response(200, json={"messages": [sent] if len(asked) == 2 else []})

    clock = ClockState(START, "manual", 1.0, 0.0)
    state = TenantState("test-a", "wrong", "", "ok", "", 0, clock, 0, 0, {})
    with Client(transport=httpx2.MockTransport(answer)) as client:
        tenant = Tenant(client, state)
        speech = RemoteSession(tenant, client.url, default=tenant)
        [message] = speech.inbox("mine").wait(7, timeout="50s")

    assert asked == ["30.000s", "20.000s"]
    assert (message.number, message.body) == (7, b"a")


def test_a_scenario_may_be_a_value(opened: Open) -> None:
    speech = opened(Scenario(title="Mine", seed=5))

    assert ask(speech, "/v2/pre-recorded").status_code == 200
