from itertools import pairwise
from typing import Any

import pytest

from emulator.core.http.messages import parse_json
from emulator.core.state.jobs import Job, Phase, Step
from emulator.core.webhooks.model import Attempt, Delivery
from emulator.providers.gladia import GLADIA
from emulator.providers.gladia.records import Transcription
from emulator.providers.gladia.webhooks import callback_of, signature, signing_key
from tests.providers.gladia.jobs import SCRIPTED, T0, create, job
from tests.support.clients import Bench, bench

CALLED = "http://127.0.0.1:8000/called"
TOLD = "http://127.0.0.1:8000/told"
HOOKED = f"webhooks: [{{provider: gladia, url: '{TOLD}'}}]"
FAILING = "jobs: [{timeline: {failed: 2s}, error: {code: 422, message: Damaged.}}]"


def quiet(scenario: str = "{}") -> Bench:
    """Nothing is really sent."""
    b = bench(GLADIA, scenario)
    b.emulator.webhook_sender = None
    return b


def sent(b: Bench) -> list[Delivery]:
    """What is due until now. Nothing of these jobs waits for another."""
    found: list[Delivery] = []
    while due := b.tenant.outbox.due(b.clock.now()):
        for one in due:
            found.append(one)
            b.tenant.outbox.record_attempt(one.id, Attempt(one.due_at, 200))
    return found


def content(delivery: Delivery) -> Any:
    return parse_json(delivery.message.body)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, None),
        ({"callback": True, "callback_config": {"url": CALLED}}, ("POST", CALLED)),
        ({"callback": True, "callback_config": {"url": CALLED, "method": "PUT"}}, ("PUT", CALLED)),
        ({"callback_config": {"url": CALLED}}, None),
        ({"callback": False, "callback_config": {"url": CALLED}}, None),
        ({"callback_url": CALLED}, ("POST", CALLED)),
        ({"callback": True, "callback_url": CALLED}, ("POST", CALLED)),
        ({"callback": False, "callback_url": CALLED}, None),
        (
            {"callback": True, "callback_config": {"url": CALLED}, "callback_url": TOLD},
            ("POST", CALLED),
        ),
        ({"callback": True}, None),
    ],
)
def test_a_job_names_the_address_of_its_callback(given: Any, expected: Any) -> None:
    assert callback_of(given) == expected


def test_nothing_is_planned_where_nobody_listens() -> None:
    b = quiet()

    create(b)

    assert b.tenant.outbox.next_at is None


def test_a_callback_brings_the_whole_result_when_the_job_ends() -> None:
    b = quiet(SCRIPTED)
    id = create(b, callback_url=CALLED, custom_metadata={"user": "Ann"})
    b.clock.advance(2.9)
    early = sent(b)
    b.clock.advance(0.1)

    (delivery,) = sent(b)

    assert early == []
    assert (delivery.message.method, delivery.message.url) == ("POST", CALLED)
    assert delivery.headers == {"Content-Type": "application/json", "User-Agent": "Gladia"}
    assert delivery.violations == ()
    assert content(delivery) == {
        "id": id,
        "event": "transcription.success",
        "payload": job(b, id)["result"],
        "custom_metadata": {"user": "Ann"},
    }


def test_a_callback_may_be_put() -> None:
    b = quiet()
    create(b, callback=True, callback_config={"url": CALLED, "method": "PUT"})
    b.clock.advance(3)

    (delivery,) = sent(b)

    assert delivery.message.method == "PUT"


def test_a_callback_tells_of_failure() -> None:
    b = quiet(FAILING)
    id = create(b, callback_url=CALLED)
    b.clock.advance(2)

    (delivery,) = sent(b)

    assert delivery.violations == ()
    assert content(delivery) == {
        "id": id,
        "event": "transcription.error",
        "error": {"code": 422, "message": "Damaged."},
        "custom_metadata": None,
    }


def test_a_failure_without_words_has_the_usual_ones() -> None:
    b = quiet("jobs: [{timeline: {failed: 2s}}]")
    create(b, callback_url=CALLED)
    b.clock.advance(2)

    (delivery,) = sent(b)

    assert content(delivery)["error"] == {"code": 500, "message": "The transcription failed"}


def test_a_callback_tells_what_was_so_when_the_job_ended() -> None:
    b = quiet()
    create(b, callback_url=CALLED)
    b.clock.advance(86_400)

    (delivery,) = sent(b)

    assert content(delivery)["payload"]["metadata"]["transcription_time"] == 3.0


def test_a_job_that_is_stuck_calls_nobody() -> None:
    b = quiet("jobs: [{timeline: {processing: 1s}}]")
    create(b, callback_url=CALLED)
    b.clock.advance(86_400)

    assert sent(b) == []


def test_a_webhook_is_told_of_every_event_with_the_id_alone() -> None:
    b = quiet(HOOKED)
    id = create(b)
    b.clock.advance(3)

    first, second = sent(b)

    assert (first.message.method, first.message.url) == ("POST", TOLD)
    assert content(first) == {"event": "transcription.created", "payload": {"id": id}}
    assert content(second) == {"event": "transcription.success", "payload": {"id": id}}
    assert first.violations == second.violations == ()


def test_a_webhook_is_told_of_failure() -> None:
    b = quiet(f"{HOOKED}\n{FAILING}")
    create(b)
    b.clock.advance(3)

    assert [one.message.event for one in sent(b)] == [
        "transcription.created",
        "transcription.error",
    ]


def test_a_webhook_is_told_of_what_it_wants() -> None:
    b = bench(
        GLADIA,
        f"webhooks: [{{provider: gladia, url: '{TOLD}', events: [transcription.success]}}]",
    )
    create(b)
    b.clock.advance(3)

    assert [one.message.event for one in sent(b)] == ["transcription.success"]


def test_a_job_may_be_told_both_ways() -> None:
    b = quiet(HOOKED)
    create(b, callback_url=CALLED)
    b.clock.advance(3)

    assert [(one.message.event, one.message.url) for one in sent(b)] == [
        ("transcription.created", TOLD),
        ("transcription.success", CALLED),
        ("transcription.success", TOLD),
    ]


def test_nothing_is_told_of_a_job_that_is_gone() -> None:
    b = quiet(HOOKED)
    id = create(b, callback_url=CALLED)
    store = b.tenant.backend(GLADIA).store
    store.delete(store.get(Transcription, id))
    b.clock.advance(3)

    assert sent(b) == []


def test_a_webhook_carries_the_headers_of_svix() -> None:
    b = quiet(f"webhooks: [{{provider: gladia, url: '{TOLD}', secret: whsec_c2VjcmV0}}]")
    create(b)

    (delivery,) = sent(b)

    id = delivery.headers["svix-id"]
    assert delivery.headers == {
        "Content-Type": "application/json",
        "User-Agent": "Svix-Webhooks/1.70",
        "svix-id": id,
        "svix-timestamp": "1767603600",
        "svix-signature": signature("whsec_c2VjcmV0", id, "1767603600", delivery.message.body),
    }
    assert id.startswith("msg_")
    assert len(id) == 31


def test_without_a_secret_there_is_no_signature() -> None:
    b = quiet(HOOKED)
    create(b)

    (delivery,) = sent(b)

    assert "svix-id" in delivery.headers
    assert "svix-signature" not in delivery.headers


def test_a_callback_is_signed_if_the_scenario_has_a_secret_for_it() -> None:
    b = quiet("webhooks: [{provider: gladia, secret: whsec_c2VjcmV0}]")
    create(b, callback_url=CALLED)
    b.clock.advance(3)

    (delivery,) = sent(b)

    assert delivery.headers["svix-signature"] == signature(
        "whsec_c2VjcmV0", delivery.headers["svix-id"], "1767603603", delivery.message.body
    )


def test_the_signature_is_the_one_that_the_page_of_svix_works_out() -> None:
    """Svix, "Verifying webhooks manually": the example."""
    body = b'{"event_type":"ping","data":{"success":true}}'

    made = signature("whsec_plJ3nmyCDGBKInavdOK15jsl", "msg_loFOjxBNrRLzqYUf", "1731705121", body)

    assert made == "v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0="


@pytest.mark.parametrize(
    ("secret", "key"),
    [
        ("whsec_c2VjcmV0", b"secret"),
        ("c2VjcmV0", b"secret"),
        ("s3cret!", b"s3cret!"),
        ("naïve", "naïve".encode()),
    ],
)
def test_a_secret_is_base64_or_itself(secret: str, key: bytes) -> None:
    assert signing_key(secret) == key


def test_a_failed_message_is_tried_again_at_the_times_of_svix() -> None:
    b = quiet()
    create(b, callback_url=CALLED)
    outbox = b.tenant.outbox
    b.clock.advance(10**6)
    tries = []

    while due := outbox.due(b.clock.now()):
        tries += [one.due_at for one in due]
        settled = outbox.record_attempt(due[0].id, Attempt(due[0].due_at, 500))

    waits = [(later - sooner).total_seconds() for sooner, later in pairwise(tries)]
    assert waits == [5, 300, 1800, 7200, 18_000, 36_000, 36_000]
    assert settled.state == "failed"


def test_a_job_that_is_given_another_timeline_is_announced_by_it() -> None:
    b = quiet()
    id = create(b, callback_url=CALLED)
    backend = b.tenant.backend(GLADIA)
    record = backend.store.get(Transcription, id)
    failing = Job(id, T0, (Step(0, Phase.QUEUED), Step(1, Phase.FAILED)))

    GLADIA.reschedule(record, failing, backend)
    b.clock.advance(3)

    assert [one.message.event for one in sent(b)] == ["transcription.error"]
