"""The life of one websocket."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from emulator.core.engine.tenant import Tenant
from emulator.core.engine.tenants import Tenants
from emulator.core.engine.websocket_session import WebSocketSession, open_session
from emulator.core.http.messages import Request, parse_json
from emulator.core.http.problems import NoOperation
from emulator.core.inspection.coverage import measure_coverage
from emulator.core.inspection.explain import explain
from emulator.core.inspection.verification import Pattern, check_names
from emulator.core.journal.exchange import Exchange
from emulator.core.provider.conversation import Abort, Close, Reply, Send
from emulator.core.scenario.loader import load
from emulator.core.scenario.model import ClockSettings, Scenario
from tests.support.sockets import echoing
from tests.support.toy_provider import KEY, toy_tenants

HEARD_NOTHING = (Send({"heard": ""}, "Echo"),)


class Room:
    """A provider with one tenant, and what its socket's connections went through."""

    def __init__(self, scenario: Scenario | None = None) -> None:
        self.log: list[str] = []
        self.provider = echoing(self.log)
        self.tenants: Tenants = toy_tenants(scenario)
        self.tenant: Tenant = self.tenants.open("test-toy")

    def knock(self, **query: str) -> tuple[Exchange, WebSocketSession | None]:
        asked = {"account": self.tenant.account_id, **query}
        request = Request("GET", "/v1/echo", tuple(asked.items()))
        return open_session(self.provider, request, self.tenants)

    def enter(self) -> WebSocketSession:
        dialogue = self.knock()[1]
        assert dialogue is not None
        dialogue.open()
        return dialogue


def test_a_handshake_is_recorded_with_101() -> None:
    room = Room()

    exchange, dialogue = room.knock()

    assert dialogue is not None
    assert dialogue.open() == Reply(HEARD_NOTHING)
    assert (exchange.operation, exchange.response.status) == ("echo", 101)
    assert (exchange.key, exchange.violations, exchange.refused) == ("test-toy", (), None)
    assert exchange.response.headers["X-Emulator-Request-Id"] == exchange.request.id
    assert list(room.tenant.journal) == [exchange]


def test_the_beginning_of_an_accounts_id_is_enough() -> None:
    room = Room()

    exchange, dialogue = room.knock(account=room.tenant.account_id[:13])

    assert (exchange.response.status, dialogue is None) == (101, False)


@pytest.mark.parametrize("account", ["", "0000", "00000000-0000"])
def test_whose_it_is_must_be_known(account: str) -> None:
    room = Room()

    exchange, dialogue = room.knock(account=account)

    assert (dialogue, exchange.key, exchange.refused) == (None, None, "BadLink")
    assert exchange.response.status == 403
    assert parse_json(bytes(exchange.response.body)) == {
        "problem": "BadLink",
        "details": {"expired": False, "path": "/v1/echo"},
    }
    assert list(room.tenants.default.journal) == [exchange]
    assert exchange.response.headers["X-Emulator-Reason"] == (
        "the signed address is not good: it was altered, or is of another server"
    )


def test_an_account_that_only_begins_alike_is_nobodys() -> None:
    room = Room()

    exchange, _ = room.knock(account=room.tenant.account_id[:13] + "-nonsense")

    assert exchange.refused == "BadLink"


def test_a_refusal_goes_to_the_journal_of_the_key_that_is_shown() -> None:
    room = Room()
    request = Request("GET", "/v1/echo", headers=KEY)

    exchange, _ = open_session(room.provider, request, room.tenants)

    assert (exchange.key, exchange.refused) == ("test-toy", "BadLink")


def test_a_provider_can_refuse_in_its_own_words() -> None:
    exchange, dialogue = Room().knock(teapot="1")

    assert (dialogue, exchange.response.status, exchange.refused) == (None, 418, "Refused")
    assert exchange.response.headers["X-Toy"] == "toy_notes"
    assert exchange.response.headers["X-Emulator-Reason"].startswith("a refusal that this API")


def test_headers_that_are_too_large_are_refused_before_anything_else() -> None:
    room = Room(load("faults: [answer: 503]"))
    asked = (("account", room.tenant.account_id),)

    exchange, dialogue = open_session(
        room.provider, Request("GET", "/v1/echo", asked, excess="headers"), room.tenants
    )

    assert (dialogue, exchange.response.status, exchange.refused) == (None, 431, "HeadersTooLarge")
    assert [rule.applied for rule in room.tenant.faults.rules()] == [0]


def test_a_path_without_a_websocket_is_none() -> None:
    room = Room()

    with pytest.raises(NoOperation):
        open_session(room.provider, Request("GET", "/v1/notes"), room.tenants)


def test_frames_are_answered_and_counted() -> None:
    room = Room()
    dialogue = room.enter()

    first = dialogue.receive("hello")
    second = dialogue.receive(b"\0\0\0")
    dialogue.close(1001)

    assert first == Reply((Send({"heard": "hello"}, "Echo"), Send({})))
    assert second == Reply((Send({"heard": "3 bytes"}, "Echo"), Send({})))
    [exchange] = room.tenant.journal
    assert exchange.notes == ("2 messages (8 bytes) came, 5 went", "closed by the client with 1001")
    assert room.log == ["opened", "closed with 1001"]


@pytest.mark.parametrize(("text", "end"), [("bye", Close(1000, "Bye.")), ("cut", Abort())])
def test_who_ends_it_is_noted(text: str, end: Close | Abort) -> None:
    room = Room()
    dialogue = room.enter()

    reply = dialogue.receive(text)
    dialogue.close(1000)

    assert reply.close == end
    assert next(iter(room.tenant.journal)).notes[1] == "closed by the emulator with 1000"


def test_a_message_that_breaks_the_contract_is_noted() -> None:
    room = Room()
    dialogue = room.enter()

    for _ in range(30):
        dialogue.receive("nonsense")
    dialogue.close(1000)

    [exchange] = room.tenant.journal
    assert len(exchange.violations) == 20
    assert exchange.violations[0].keyword == "required"


def test_a_fault_can_answer_in_its_place() -> None:
    room = Room(load("faults:\n  - when: {operation: echo}\n    answer: {status: 503}\n"))

    exchange, dialogue = room.knock()

    assert (dialogue, exchange.response.status) == (None, 503)
    assert exchange.response.headers["X-Emulator-Reason"] == (
        "the fault scenario-1 (line 2 of the scenario) answers in the operation's place: "
        "the service cannot serve now"
    )
    assert room.log == []


def test_a_fault_can_hold_it_up() -> None:
    room = Room(load("faults:\n  - delay: 2s\n"))

    exchange, dialogue = room.knock()

    assert dialogue is not None
    assert exchange.fault
    assert exchange.fault.delay_seconds == 2


def test_something_happens_by_itself_when_its_time_has_come() -> None:
    room = Room()
    dialogue = room.enter()

    before = dialogue.wake()
    room.tenant.clock.advance(10)
    after = dialogue.wake()

    assert (before, after) == (Reply(), Reply((Send({"heard": "nothing"}, "Echo"),)))


def test_a_clock_that_stands_still_is_not_waited_for() -> None:
    assert Room().enter().wait_seconds() is None


def test_a_clock_that_goes_twice_as_fast_is_waited_for_half_as_long() -> None:
    room = Room(Scenario(clock=ClockSettings("wall", speed=2.0)))
    dialogue = room.enter()

    waiting = dialogue.wait_seconds()
    room.tenant.clock.advance(20)
    late = dialogue.wait_seconds()
    dialogue.wake()

    assert waiting is not None
    assert 4 < waiting <= 5
    assert (late, dialogue.wait_seconds()) == (0.0, None)


@pytest.mark.parametrize("change", ["reset", "close"])
def test_a_tenant_that_begins_afresh_ends_it(change: str) -> None:
    room = Room()
    dialogue = room.enter()
    afresh = Reply(close=Close(1012, "the tenant began afresh"))

    if change == "reset":
        room.tenants.reset(room.tenant)
    else:
        room.tenants.close(room.tenant.key)

    assert (dialogue.wake(), dialogue.receive("hello")) == (afresh, afresh)
    dialogue.close(1012)
    assert room.log == ["opened"]


def test_it_is_explained_covered_and_verified_as_requests_are() -> None:
    room = Room()
    dialogue = room.enter()
    dialogue.close(1000)
    [exchange] = room.tenant.journal

    told = explain(exchange, (room.provider,))
    covered = measure_coverage(room.tenant.journal.status_counts, (room.provider,))
    check_names(Pattern(operation="echo"), (room.provider,))

    assert told.operation == ("echo: GET /v1/echo",)
    assert {check.verdict for check in told.checks} == {"ok"}
    echo = next(
        operation for operation in covered.apis[0].operations if operation.operation.id == "echo"
    )
    assert echo.status_counts == {"101": 1, "403": 0}


def test_what_the_journal_has_dropped_is_not_amended() -> None:
    room = Room()
    dialogue = room.enter()

    room.tenant.journal.clear()
    dialogue.close(1000)

    assert list(room.tenant.journal) == []


def test_another_exchange_is_not_amended() -> None:
    room = Room()
    exchange, _ = room.knock()
    other = replace(exchange, request=replace(exchange.request, id="other"), notes=("x",))

    room.tenant.journal.amend(other)

    assert list(room.tenant.journal) == [exchange]
    assert room.tenant.clock.now() - exchange.at == timedelta()
