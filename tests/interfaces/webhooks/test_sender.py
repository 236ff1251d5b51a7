import os
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from emulator.application.addressing import UrlPolicy
from emulator.application.emulator import Emulator
from emulator.application.scenario_sources import load_source
from emulator.core.base.events import Event as Happening
from emulator.core.engine.tenant import Tenant
from emulator.core.webhooks.model import Attempt, Delivery, DeliveryStatus, Secret, Webhook
from emulator.interfaces.serving.asgi_app import root_app
from emulator.interfaces.serving.httpx_transport import Transport
from emulator.interfaces.serving.server_thread import ServerThread
from emulator.interfaces.webhooks.sender import WebhookSender
from emulator.interfaces.webhooks.targets import Target, TargetPolicy
from tests.support.receivers import free_port, postmen, raw_receiver, receiver, until

KEY = "test-key"
AUDIO = "https://files.example.com/board.mp3"
HOUR = "jobs:\n  - timeline: {processing: 1h, completed: 2h}\n"


class Office:
    """An emulator with a postman, and one client of Gladia's."""

    def __init__(self, scenario: Any = None, *, clock: Any = "manual", **options: Any) -> None:
        self.emulator = Emulator(scenario, clock_mode=clock)
        targets = options.pop("targets", None)
        self.postman = WebhookSender(self.emulator, targets, **options)
        self.emulator.webhook_sender = self.postman
        self.http = httpx.Client(
            transport=Transport(self.emulator),
            base_url="http://127.0.0.1:4788/gladia",
            headers={"x-gladia-key": KEY},
        )

    @property
    def tenant(self) -> Tenant:
        found = self.emulator.tenants.tenant_of_key(KEY)
        assert found is not None
        return found

    def create(self, url: str, **options: Any) -> str:
        given = {"audio_url": AUDIO, "callback_url": url, **options}
        answer = self.http.post("/v2/pre-recorded", json=given)
        assert answer.status_code == 201, answer.text
        id: str = answer.json()["id"]
        return id

    def advance(self, seconds: float) -> None:
        self.tenant.clock.advance(seconds)
        self.emulator.clock_moved(self.tenant)

    def settled(self) -> tuple[Delivery, ...]:
        assert self.postman.wait_idle()
        return self.tenant.outbox.log

    def attempts(self) -> list[Attempt]:
        """Of the only delivery."""
        (delivery,) = self.settled()
        return list(delivery.attempts)


@pytest.fixture
def office() -> Iterator[Office]:
    made = Office()
    yield made
    made.http.close()
    assert postmen() == []


def test_a_callback_arrives(office: Office) -> None:
    with receiver() as box:
        id = office.create(f"{box.url}/hook?a=b")
        office.advance(3)
        (got,) = box.wait()
        (delivery,) = office.settled()

    assert (got.method, got.path) == ("POST", "/hook?a=b")
    assert got.headers["host"] == f"127.0.0.1:{box.port}"
    assert got.headers["content-type"] == "application/json"
    assert got.body == delivery.message.body
    assert f'"id":"{id}"'.encode() in got.body
    assert delivery.state is DeliveryStatus.DELIVERED


def test_a_callback_may_be_put(office: Office) -> None:
    with receiver() as box:
        config = {"url": box.url, "method": "PUT"}
        office.create(box.url, callback=True, callback_config=config)
        office.advance(3)

        assert [one.method for one in box.wait()] == ["PUT"]


def test_nothing_is_started_before_something_is_due(office: Office) -> None:
    with receiver() as box:
        office.create(box.url)

        assert postmen() == []


def test_a_request_that_moves_the_clock_sends_what_is_due() -> None:
    office = Office(clock="step")
    with receiver() as box:
        id = office.create(box.url)
        for _ in range(2):
            office.http.get(f"/v2/pre-recorded/{id}")

        box.wait()
    office.http.close()


def test_a_receiver_that_recovers_gets_it_at_the_third_retry(office: Office) -> None:
    with receiver(500, 503, 500, 200) as box:
        office.create(box.url)
        office.advance(86_400)
        box.wait(4)
        tries = office.attempts()

    begun = tries[0].at
    assert [one.status for one in tries] == [500, 503, 500, 200]
    assert [(one.at - begun).total_seconds() for one in tries] == [0, 5, 305, 2105]
    assert len({got.body for got in box.got}) == 1


def test_a_retry_waits_for_the_clock(office: Office) -> None:
    with receiver(500, 200) as box:
        office.create(box.url)
        office.advance(3)
        box.wait()
        first = office.settled()
        office.advance(4.9)
        still = office.settled()
        office.advance(0.1)
        box.wait()
        last = office.settled()

    assert [len(one[0].attempts) for one in (first, still, last)] == [1, 1, 2]
    assert first[0].state is DeliveryStatus.WAITING
    assert last[0].state is DeliveryStatus.DELIVERED


def test_a_redirect_is_not_followed(office: Office) -> None:
    with receiver(302) as box:
        office.create(box.url)
        office.advance(3)
        tries = office.attempts()

    assert [one.status for one in tries] == [302]
    assert [one.path for one in box.got] == ["/"]


def test_a_receiver_that_refuses_is_noted(office: Office) -> None:
    port = free_port()
    office.create(f"http://127.0.0.1:{port}/")
    office.advance(3)

    (attempt,) = office.attempts()

    assert attempt.status is None
    assert attempt.error == f"no connection to 127.0.0.1, port {port}: Connection refused"
    assert not attempt.refused


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (b"", "Server disconnected without sending a response."),
        (b"nonsense\r\n\r\n", "illegal status line"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", "peer closed connection"),
    ],
)
def test_a_receiver_that_speaks_no_http_is_noted(office: Office, answer: bytes, error: str) -> None:
    with raw_receiver(answer) as url:
        office.create(url)
        office.advance(3)
        (attempt,) = office.attempts()

    assert attempt.status is None
    assert error in attempt.error


def test_a_receiver_that_resets_is_noted(office: Office) -> None:
    with raw_receiver(b"", resets=True) as url:
        office.create(url)
        office.advance(3)
        (attempt,) = office.attempts()

    assert attempt.error == "the connection broke: Connection reset by peer"


def test_an_answer_without_end_is_cut_off(office: Office) -> None:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunk = b"2000\r\n" + bytes(0x2000) + b"\r\n"
    with raw_receiver(head + chunk * 20) as url:
        office.create(url)
        office.advance(3)
        (attempt,) = office.attempts()

    assert attempt.status == 200


def test_a_slow_receiver_costs_nothing_but_its_own_delivery() -> None:
    office = Office(timeout_seconds=600)
    with receiver(slow=True) as slow, receiver() as quick:
        office.create(slow.url)
        office.create(quick.url)
        office.advance(3)
        slow.wait()
        until(lambda: office.tenant.outbox.log[1].state is DeliveryStatus.DELIVERED)
        answered = office.http.get("/v2/pre-recorded").status_code
        waiting, _ = office.tenant.outbox.log
        slow.going.set()
        late, _ = office.settled()

    assert answered == 200
    assert waiting.attempts == ()
    assert [attempt.status for attempt in late.attempts] == [200]
    office.http.close()


def test_a_receiver_that_does_not_answer_is_given_up() -> None:
    office = Office(timeout_seconds=0.01)
    with receiver(slow=True) as box:
        office.create(box.url)
        office.advance(3)
        (attempt,) = office.attempts()

    assert attempt.status is None
    assert attempt.error == "no answer within 0.01 s"
    office.http.close()


def test_a_receiver_is_not_overrun(office: Office) -> None:
    with receiver(slow=True) as slow, receiver() as quick:
        for _ in range(25):
            office.create(slow.url)
        office.create(quick.url)
        office.advance(3)
        slow.wait(20)
        quick.wait()
        held = len(slow.got)
        slow.going.set()
        slow.wait(5)
        deliveries = office.settled()

    assert held == 20
    assert {delivery.state for delivery in deliveries} == {DeliveryStatus.DELIVERED}


@pytest.mark.parametrize(
    ("url", "error"),
    [
        (
            "http://8.8.8.8/hook",
            "8.8.8.8 is outside this machine and its private networks (8.8.8.8); "
            "allow it with --webhook-allow 8.8.8.8",
        ),
        ("ftp://127.0.0.1/hook", "ftp://127.0.0.1/hook is no http or https address"),
    ],
)
def test_a_target_that_is_not_allowed_is_never_sent_to(
    office: Office, url: str, error: str, caplog: pytest.LogCaptureFixture
) -> None:
    office.create(url)
    office.advance(86_400)

    (delivery,) = office.settled()

    assert delivery.state is DeliveryStatus.FAILED
    assert [(attempt.error, attempt.refused) for attempt in delivery.attempts] == [(error, True)]
    assert caplog.messages == [f"webhook transcription.success POST {url} -> {error}"]


def test_a_host_that_cannot_be_found_is_tried_again(office: Office) -> None:
    office.create("http://nobody.invalid/")
    office.advance(3)

    (delivery,) = office.settled()

    assert delivery.state is DeliveryStatus.WAITING
    assert "nobody.invalid cannot be found" in delivery.attempts[0].error


def test_a_host_may_stand_for_another_and_keeps_its_name() -> None:
    office = Office(targets=TargetPolicy(rewrite={"receiver.test": "127.0.0.1"}))
    with receiver() as box:
        office.create(f"http://receiver.test:{box.port}/")
        office.advance(3)
        (got,) = box.wait()

    assert got.headers["host"] == f"receiver.test:{box.port}"
    office.http.close()


def test_https_is_checked(office: Office) -> None:
    with raw_receiver(b"nonsense") as url:
        for _ in range(2):
            office.create(url.replace("http:", "https:"))
        office.advance(3)
        errors = [one.attempts[0].error for one in office.settled()]

    assert ["SSL" in error or "TLS" in error for error in errors] == [True, True]


def test_an_address_with_a_control_character_is_noted(office: Office) -> None:
    office.tenant.outbox.add(Webhook("gladia", "http://127.0.0.1:1/\x01"))
    office.create(f"http://127.0.0.1:{free_port()}/")

    (delivery,) = office.settled()

    assert "non-printable" in delivery.attempts[0].error


def test_an_inbox_of_the_tenant_needs_no_socket(office: Office) -> None:
    office.tenant.outbox.add(Webhook("gladia", "inbox:hook", secret=Secret("s")))
    id = office.create(f"http://127.0.0.1:{free_port()}/")
    office.settled()

    (message,) = office.tenant.inboxes.inbox("hook").messages

    assert message.method == "POST"
    assert message.headers["content-type"] == "application/json"
    assert "svix-signature" in message.headers
    assert message.json() == {"event": "transcription.created", "payload": {"id": id}}


def test_an_inbox_at_an_own_address_needs_no_socket(office: Office) -> None:
    port = free_port()
    office.emulator.listening_at = frozenset({f"http://127.0.0.1:{port}"})
    office.create(f"http://127.0.0.1:{port}/_emulator/inbox/{KEY}/a%2Fb?answers=503,200")
    office.advance(60)

    tries = office.attempts()
    first, _ = messages = office.tenant.inboxes.inbox("a/b").messages

    assert [one.status for one in tries] == [503, 200]
    assert [message.status for message in messages] == [503, 200]
    assert first.method == "POST"
    assert first.query == (("answers", "503,200"),)
    assert first.headers == {
        "host": f"127.0.0.1:{port}",
        "accept": "*/*",
        "content-length": str(len(first.body)),
        "connection": "close",
        "content-type": "application/json",
        "user-agent": "Gladia",
    }


def test_an_inbox_at_the_public_address_needs_no_socket() -> None:
    office = Office(targets=TargetPolicy(allow=("speech.example.com",)))
    office.emulator.url_policy = UrlPolicy("https://speech.example.com/emulator/")
    office.create(f"https://speech.example.com/emulator/_emulator/inbox/{KEY}/hook")
    office.advance(3)

    (attempt,) = office.attempts()

    assert attempt.status == 200
    assert office.tenant.inboxes.inbox("hook").count == 1
    office.http.close()


def test_another_path_of_an_own_server_is_reached_over_http(office: Office) -> None:
    with receiver() as box:
        office.emulator.listening_at = frozenset({box.url})
        office.create(f"{box.url}/gladia/v2/upload")
        office.advance(3)

        assert [one.path for one in box.wait()] == ["/gladia/v2/upload"]


def test_a_server_is_an_own_one_while_it_runs() -> None:
    emulator = Emulator()

    with ServerThread(root_app(emulator)) as server:
        assert emulator.own_urls == {f"http://127.0.0.1:{server.port}"}

    assert emulator.own_urls == frozenset()


def test_an_inbox_too_many_is_refused(office: Office) -> None:
    for number in range(100):
        office.tenant.inboxes.inbox(str(number))
    office.tenant.outbox.add(Webhook("gladia", "inbox:hook"))
    office.create(f"http://127.0.0.1:{free_port()}/")

    (delivery,) = office.settled()

    assert [attempt.error for attempt in delivery.attempts] == ["a tenant has up to 100 inboxes"]


def test_every_attempt_is_told_to_those_who_listen(office: Office) -> None:
    told: list[Happening] = []
    office.emulator.events.subscribe(told.append)
    with receiver() as box:
        office.create(box.url)
        office.advance(3)
        (delivery,) = office.settled()

    assert [(one.tenant, one.subject) for one in told if one.kind == "delivery"] == [
        (KEY, delivery)
    ]


def test_a_wall_clock_sends_by_itself() -> None:
    office = Office(clock="wall")
    office.tenant.clock.advance(0)
    with receiver(500, 200) as box:
        hand: Any = office.tenant.clock
        hand.current.speed = 100.0
        office.create(box.url)
        box.wait(2)
        tries = office.attempts()

    assert [one.status for one in tries] == [500, 200]
    assert (tries[1].at - tries[0].at).total_seconds() >= 5
    office.http.close()
    assert postmen() == []


def test_a_wall_clock_that_is_moved_sends_at_once() -> None:
    office = Office(clock="wall")
    with receiver() as box:
        office.create(box.url)
        office.advance(3600)

        box.wait()
    office.http.close()


def test_the_thread_ends_when_nothing_is_left_to_send(office: Office) -> None:
    with receiver() as box:
        office.create(box.url)
        office.advance(3)
        office.settled()
        until(lambda: postmen() == [])

        office.create(box.url)
        office.advance(3)
        box.wait(2)


def test_a_tenant_that_is_gone_is_not_waited_for() -> None:
    office = Office(load_source(HOUR), clock="wall")
    with receiver() as box:
        office.create(box.url)
        office.emulator.tenants.close(KEY)
        until(lambda: postmen() == [])

        assert box.got == []
    office.http.close()


def test_a_tenant_that_goes_in_the_middle_is_not_tried_again(office: Office) -> None:
    with receiver(500, slow=True) as box:
        office.create(box.url)
        tenant = office.tenant
        office.advance(86_400)
        box.wait()
        office.emulator.tenants.close(KEY)
        box.going.set()
        assert office.postman.wait_idle()

    assert [len(one.attempts) for one in tenant.outbox.log] == [1]


def test_what_is_on_its_way_to_an_inbox_is_not_in_the_way_of_a_fresh_start(office: Office) -> None:
    tenant = office.tenant
    tenant.outbox.add(Webhook("gladia", "inbox:hook"))
    before, outbox = tenant.inboxes, tenant.outbox
    with office.emulator.lock:
        office.create(f"http://127.0.0.1:{free_port()}/")

        office.emulator.tenants.reset(tenant)

    assert office.postman.wait_idle()
    assert [len(one.attempts) for one in outbox.log] == [1]
    assert before.inbox("hook").count + tenant.inboxes.inbox("hook").count <= 1
    assert tenant.inboxes.inbox("hook").count == 0


def test_the_deliveries_of_others_go_on_when_a_tenant_goes(office: Office) -> None:
    with receiver(slow=True) as box:
        for key in (KEY, "test-other"):
            job = {"audio_url": AUDIO, "callback_url": box.url}
            office.http.post("/v2/pre-recorded", json=job, headers={"x-gladia-key": key})
        _, tenant = office.emulator.tenants.open_tenants()
        office.advance(3)
        tenant.clock.advance(3)
        office.emulator.clock_moved(tenant)
        box.wait(2)

        office.emulator.tenants.close("test-other")
        box.going.set()
        (mine,) = office.settled()
        (other,) = tenant.outbox.log

    assert [attempt.status for attempt in mine.attempts] == [200]
    assert [attempt.error for attempt in other.attempts] == ["the tenant was forgotten"]


def test_an_alarm_ends_with_its_tenant() -> None:
    office = Office(clock="wall")
    office.create(f"http://127.0.0.1:{free_port()}/")
    office.http.post("/v2/pre-recorded", json={}, headers={"x-gladia-key": "test-other"})
    assert postmen() != []

    office.emulator.tenants.close("test-other")
    office.emulator.tenants.close(KEY)

    until(lambda: postmen() == [])
    office.http.close()


def test_an_alarm_is_set_once_however_many_requests_come() -> None:
    office = Office(load_source(HOUR), clock="wall")
    office.create(f"http://127.0.0.1:{free_port()}/")
    round = office.postman._run
    assert round is not None
    before = dict(round.alarm_times)

    for _ in range(5):
        office.http.get("/v2/pre-recorded")

    assert round.alarm_times == before
    assert before.keys() == {KEY}
    office.http.close()


def test_an_alarm_is_set_anew_for_what_comes_earlier() -> None:
    office = Office(load_source(HOUR), clock="wall")
    office.create(f"http://127.0.0.1:{free_port()}/")
    round = office.postman._run
    assert round is not None
    before = round.alarm_times[KEY]
    until(lambda: not round.scheduled)

    hand: Any = office.tenant.clock
    hand.current.speed = 100.0
    office.http.get("/v2/pre-recorded")

    until(lambda: not round.scheduled)
    assert before - round.alarm_times[KEY] > 5
    assert len(round.alarms) == 1
    office.http.close()
    office.emulator.close()


def test_a_tenant_that_is_gone_has_nothing_collected(office: Office) -> None:
    office.create("http://127.0.0.1:9/")
    gone = office.tenant
    office.emulator.tenants.close(KEY)
    gone.clock.advance(3600)

    office.postman.send_due(gone)

    assert gone.outbox.next_at is not None
    assert postmen() == []


def test_what_is_closed_delivers_no_more() -> None:
    office = Office()
    with receiver() as box:
        office.create(box.url)
        office.emulator.close()

        office.advance(3600)

        assert postmen() == []
    assert [one.attempts for one in office.tenant.outbox.log] == []


def test_a_bug_of_ours_ends_the_delivery_and_nothing_else(caplog: pytest.LogCaptureFixture) -> None:
    class Astray(TargetPolicy, frozen=True):
        async def find(self, url: str) -> Target:
            raise RuntimeError("astray")

    office = Office(targets=Astray())
    office.create("http://127.0.0.1:1/")
    office.advance(3)

    (delivery,) = office.settled()

    assert delivery.attempts[0].error == "a bug of the emulator's: RuntimeError: astray"
    assert caplog.messages[0] == f"the webhook {delivery.id} broke the emulator"
    office.http.close()
    assert postmen() == []


def test_closing_gives_up_what_is_under_way_at_once() -> None:
    office = Office(load_source(HOUR), clock="wall", timeout_seconds=600)
    with receiver(slow=True) as box:
        office.create(box.url)
        office.create(box.url)
        office.advance(7200)
        box.wait(2)
        office.create(box.url)  # waits for the clock
        office.emulator.close()
        first, *_ = office.tenant.outbox.log

    assert postmen() == []
    assert [attempt.error for attempt in first.attempts] == ["the emulator was stopped"]
    assert office.postman.wait_idle(0)


def test_closing_a_postman_that_never_worked_does_nothing() -> None:
    office = Office()

    office.emulator.close()
    Emulator().close()

    assert postmen() == []


def test_to_wait_takes_no_longer_than_is_said() -> None:
    office = Office()
    with receiver(slow=True) as box:
        office.create(box.url)
        office.advance(3)
        box.wait()

        assert not office.postman.wait_idle(0.01)
        office.emulator.close()


def test_nothing_is_left_open_when_receivers_die() -> None:
    office = Office()
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(20):
        office.create(f"http://127.0.0.1:{free_port()}/")
    office.advance(86_400 * 2)
    deliveries = office.settled()
    office.http.close()

    assert {delivery.state for delivery in deliveries} == {DeliveryStatus.FAILED}
    assert {len(delivery.attempts) for delivery in deliveries} == {8}
    assert postmen() == []
    assert len(os.listdir("/proc/self/fd")) <= before
