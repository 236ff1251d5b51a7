from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from emulator.core.http.problems import NotFound, Violation
from emulator.core.webhooks.model import (
    Attempt,
    Delivery,
    DeliveryStatus,
    Message,
    PlannedEvent,
    Secret,
    Webhook,
    unsigned,
)
from emulator.core.webhooks.outbox import Announce, Outbox

T0 = datetime(2026, 1, 5, 9, tzinfo=UTC)
DAY = T0 + timedelta(days=1)
URL = "http://127.0.0.1:8000/hook"


def after(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


def moment(event: str, seconds: float = 0, *, job: str = "a") -> PlannedEvent:
    return PlannedEvent(after(seconds), "toy", job, event)


def seal(id: str, at: datetime, body: bytes) -> Mapping[str, str]:
    return {"Sealed": f"{at:%H:%M:%S} {body.decode()}"}


def telling(*hooks: Webhook, retry_seconds: tuple[float, ...] = ()) -> Announce:
    """Each hook is told of everything; the body is the event and its moment."""

    def announce(one: PlannedEvent) -> Iterable[tuple[Message, tuple[Violation, ...]]]:
        for hook in hooks:
            body = f"{one.job} {one.event} {one.at:%H:%M:%S}".encode()
            url = hook.url or URL
            yield (
                Message(url, one.event, body, hook, signer=seal, retry_seconds=retry_seconds),
                (),
            )

    return announce


def outbox(*hooks: Webhook, retry_seconds: tuple[float, ...] = (), most: int = 1000) -> Outbox:
    announce = telling(*(hooks or (Webhook("toy", URL),)), retry_seconds=retry_seconds)
    return Outbox(announce=announce, most=most, read_real=lambda: DAY)


def bodies(deliveries: Iterable[Delivery]) -> list[str]:
    return [delivery.message.body.decode() for delivery in deliveries]


def good(delivery: Delivery) -> Attempt:
    return Attempt(delivery.due_at, 200)


def bad(delivery: Delivery) -> Attempt:
    return Attempt(delivery.due_at, 500)


def drained(box: Outbox, now: datetime) -> list[str]:
    """Everything that is sent until nothing is due any more; all of it arrives."""
    sent: list[str] = []
    due = box.due(now)
    while due:
        sent += bodies(due)
        for one in due:
            box.record_attempt(one.id, good(one))
        due = box.due(now)
    return sent


def test_nothing_is_due_before_its_moment() -> None:
    box = outbox()
    box.plan([moment("done", 3)])

    early, late = box.due(after(2.9)), box.due(after(3))

    assert early == ()
    assert bodies(late) == ["a done 09:00:03"]


def test_a_clock_that_leaps_finds_everything_in_order_and_as_it_was() -> None:
    box = outbox()
    box.plan([moment("done", 3, job="a")])
    box.plan([moment("done", 2, job="b"), moment("made", 0, job="b")])

    assert drained(box, DAY) == ["b made 09:00:00", "a done 09:00:03", "b done 09:00:02"]
    assert box.next_at is None


def test_jobs_that_nobody_is_told_of_cost_nothing() -> None:
    box = Outbox()
    box.plan([moment("done", 3)])

    assert box.due(DAY) == ()
    assert box.log == ()


def test_the_next_moment_is_known() -> None:
    box = outbox()
    empty = box.next_at
    box.plan([moment("done", 3)])

    assert empty is None
    assert box.next_at == after(3)


def test_an_answer_of_2xx_ends_a_delivery() -> None:
    box = outbox(retry_seconds=(5,))
    box.plan([moment("done")])
    (sent,) = box.due(T0)

    settled = box.record_attempt(sent.id, Attempt(T0, 204))

    assert sent.state is DeliveryStatus.SENDING
    assert settled.state is DeliveryStatus.DELIVERED
    assert settled.attempts == (Attempt(T0, 204),)
    assert box.log == (settled,)
    assert box.next_at is None


@pytest.mark.parametrize(
    "attempt",
    [Attempt(T0, 500), Attempt(T0, 302), Attempt(T0, 199), Attempt(T0, error="no answer")],
)
def test_anything_else_is_tried_again(attempt: Attempt) -> None:
    box = outbox(retry_seconds=(5,))
    box.plan([moment("done")])
    (sent,) = box.due(T0)

    settled = box.record_attempt(sent.id, attempt)

    assert settled.state is DeliveryStatus.WAITING
    assert settled.due_at == after(5)


def test_retries_follow_the_schedule_and_end_with_it() -> None:
    box = outbox(retry_seconds=(5, 300))
    box.plan([moment("done")])
    times = []

    for _ in range(3):
        (sent,) = box.due(DAY)
        times.append(sent.due_at)
        settled = box.record_attempt(sent.id, bad(sent))

    assert times == [after(0), after(5), after(305)]
    assert settled.state is DeliveryStatus.FAILED
    assert box.due(DAY) == ()


def test_each_attempt_is_sealed_as_of_its_own_moment() -> None:
    box = outbox(retry_seconds=(5,))
    box.plan([moment("done")])
    (first,) = box.due(DAY)
    box.record_attempt(first.id, bad(first))

    (second,) = box.due(DAY)

    assert first.headers == {"Sealed": "09:00:00 a done 09:00:00"}
    assert second.headers == {"Sealed": "09:00:05 a done 09:00:00"}
    assert first.message_id == second.message_id


def test_what_our_rules_refuse_is_not_tried_again() -> None:
    box = outbox(retry_seconds=(5,))
    box.plan([moment("done")])
    (sent,) = box.due(T0)

    settled = box.record_attempt(sent.id, Attempt(T0, error="not allowed", refused=True))

    assert settled.state is DeliveryStatus.FAILED
    assert box.next_at is None


def test_a_clock_that_moves_by_itself_sends_as_of_now() -> None:
    box = outbox(retry_seconds=(5,))
    box.plan([moment("done")])

    (sent,) = box.due(after(2), live=True)
    settled = box.record_attempt(sent.id, bad(sent), after(10))

    assert sent.due_at == after(2)
    assert settled.due_at == after(15)


def test_a_second_message_of_a_job_waits_for_the_answer_to_the_first() -> None:
    box = outbox()
    box.plan([moment("made"), moment("done", 3)])

    first = box.due(DAY)
    nothing = box.due(DAY)
    box.record_attempt(first[0].id, good(first[0]))
    second = box.due(DAY)

    assert bodies(first) == ["a made 09:00:00"]
    assert nothing == ()
    assert bodies(second) == ["a done 09:00:03"]


def test_what_is_still_to_come_is_counted() -> None:
    box = outbox()
    box.plan([moment("made"), moment("done", 3)])

    planned = box.pending
    (first,) = box.due(DAY)
    sending_and_waiting = box.pending
    box.record_attempt(first.id, good(first))
    (second,) = box.due(DAY)
    box.record_attempt(second.id, good(second))

    assert (planned, sending_and_waiting, box.pending) == (2, 2, 0)


def test_a_message_that_is_to_be_repeated_holds_nothing_up() -> None:
    box = outbox(retry_seconds=(3600,))
    box.plan([moment("made"), moment("done", 3)])
    (first,) = box.due(after(3))

    box.record_attempt(first.id, bad(first))

    assert bodies(box.due(after(3))) == ["a done 09:00:03"]


def test_other_jobs_and_other_addresses_do_not_wait() -> None:
    box = outbox(Webhook("toy", URL), Webhook("toy", "http://127.0.0.1:8001/"))
    box.plan([moment("done", job="a")])
    box.plan([moment("done", job="b")])

    assert bodies(box.due(T0)) == [
        "a done 09:00:00",
        "a done 09:00:00",
        "b done 09:00:00",
        "b done 09:00:00",
    ]


def test_a_duplicate_is_the_same_message_in_a_delivery_of_its_own() -> None:
    box = outbox(Webhook("toy", URL, duplicates=1))
    box.plan([moment("done")])

    sent = drained(box, T0)

    first, second = box.log
    assert sent == ["a done 09:00:00", "a done 09:00:00"]
    assert first.message_id == second.message_id
    assert first.id != second.id


def test_a_delay_is_added() -> None:
    box = outbox(Webhook("toy", URL, delay_seconds=(60, 60)))
    box.plan([moment("done", 3)])

    assert box.due(after(62.9)) == ()
    assert bodies(box.due(after(63))) == ["a done 09:00:03"]


def test_a_delay_over_a_range_is_drawn_from_the_seed() -> None:
    def due_at() -> datetime | None:
        box = outbox(Webhook("toy", URL, delay_seconds=(10, 1000)))
        box.plan([moment("done")])
        box.due(T0)
        return box.next_at

    drawn = due_at()

    assert drawn == due_at()
    assert drawn is not None
    assert after(10) < drawn < after(1000)


def test_in_reversed_order_the_last_event_comes_first() -> None:
    box = outbox(Webhook("toy", URL, reversed=True))
    box.plan([moment("made"), moment("begun", 1), moment("done", 3)])

    assert drained(box, after(2.9)) == []
    assert drained(box, after(3)) == ["a done 09:00:03", "a begun 09:00:01", "a made 09:00:00"]


def test_a_wrong_signature_is_one_of_other_bytes() -> None:
    box = outbox(Webhook("toy", URL, wrong_signature=True))
    box.plan([moment("done")])

    (sent,) = box.due(T0)

    assert sent.headers == {"Sealed": "09:00:00 a done 09:00:00\n"}
    assert sent.message.body == b"a done 09:00:00"


def test_a_message_may_be_sealed_as_of_the_real_time() -> None:
    box = Outbox(announce=telling(Webhook("toy", URL, real_timestamps=True)), read_real=lambda: DAY)
    box.plan([moment("done", 3)])

    (sent,) = box.due(after(3))

    assert sent.headers == {"Sealed": f"{DAY:%H:%M:%S} a done 09:00:03"}
    assert sent.due_at == after(3)


def test_a_message_may_have_no_seal() -> None:
    assert unsigned("id", T0, b"body") == {}


def test_what_is_sent_again_is_the_same_message_now() -> None:
    box = outbox(retry_seconds=(5,))
    box.plan([moment("done")])
    (sent,) = box.due(T0)
    box.record_attempt(sent.id, good(sent))

    again = box.send_again(sent.id, after(100))

    assert again.id != sent.id
    assert again.message_id == sent.message_id
    assert again.due_at == after(100)
    assert bodies(box.due(after(100))) == ["a done 09:00:00"]
    assert [one.state for one in box.log] == [DeliveryStatus.DELIVERED, DeliveryStatus.SENDING]


def test_an_unknown_delivery_cannot_be_sent_again() -> None:
    with pytest.raises(NotFound):
        outbox().send_again("nobody", T0)


def test_only_the_last_deliveries_are_kept() -> None:
    box = outbox(most=2)
    for job in "abc":
        box.plan([moment("done", job=job)])

    drained(box, T0)

    assert bodies(box.log) == ["b done 09:00:00", "c done 09:00:00"]


def test_what_is_kept_is_bounded_by_bytes() -> None:
    box = Outbox(announce=telling(Webhook("toy", URL)), most_bytes=40)
    for job in "abc":
        box.plan([moment("done", job=job)])

    drained(box, T0)

    assert bodies(box.log) == ["b done 09:00:00", "c done 09:00:00"]


def test_what_is_still_owed_is_never_dropped() -> None:
    box = outbox(most=0, retry_seconds=(5,))
    box.plan([moment("done")])
    (sent,) = box.due(T0)

    box.record_attempt(sent.id, bad(sent))

    assert len(box.log) == 1


def test_deliveries_that_ended_can_be_forgotten() -> None:
    box = outbox()
    box.plan([moment("done", job="a")])
    box.plan([moment("done", job="b")])
    first, second = box.due(T0)
    box.record_attempt(first.id, good(first))

    box.clear()

    assert box.log == (second,)


def test_a_job_that_goes_otherwise_is_announced_otherwise() -> None:
    box = outbox()
    before = [moment("made"), moment("done", 3)]
    box.plan(before)
    drained(box, after(1))

    box.replan(before, [moment("made"), moment("failed", 5)])

    assert drained(box, DAY) == ["a failed 09:00:05"]


def test_what_stays_as_it_was_is_announced_once() -> None:
    box = outbox()
    before = [moment("made"), moment("done", 3)]
    box.plan(before)
    drained(box, after(1))

    box.replan(before, before)

    assert drained(box, DAY) == ["a done 09:00:03"]


def test_a_new_plan_leaves_deliveries_and_other_jobs_alone() -> None:
    box = outbox(retry_seconds=(5,))
    before = [moment("made")]
    box.plan(before)
    box.plan([moment("made", 1, job="b")])
    (sent,) = box.due(T0)
    box.record_attempt(sent.id, bad(sent))

    box.replan(before, [])

    assert drained(box, DAY) == ["b made 09:00:01", "a made 09:00:00"]


def test_a_hook_of_one_provider_is_not_told_of_another() -> None:
    hook, own = Webhook("toy", URL), Webhook("toy", secret=Secret("s3cret"))
    box = Outbox(hooks=[hook, own])

    assert box.webhooks_of("toy") == (hook,)
    assert box.webhooks_of("other") == ()
    assert box.callback_of("toy") == own
    assert box.callback_of("other") == Webhook("other")


def test_a_hook_can_be_added() -> None:
    box = Outbox()

    box.add(Webhook("toy", URL))

    assert box.webhooks == box.webhooks_of("toy") == (Webhook("toy", URL),)


@pytest.mark.parametrize(("events", "wanted"), [((), True), (("done",), True), (("x",), False)])
def test_a_hook_wants_what_it_names_or_everything(events: tuple[str, ...], wanted: bool) -> None:
    assert Webhook("toy", URL, events).wants("done") is wanted


def test_a_secret_is_not_shown() -> None:
    assert "s3cret" not in repr(Webhook("toy", URL, secret=Secret("s3cret")))


def test_violations_of_a_body_stand_in_the_delivery() -> None:
    violation = Violation("body", ("id",), "required", message="id is required")
    message = Message(URL, "done", b"{}", Webhook("toy", URL))
    box = Outbox(announce=lambda one: [(message, (violation,))])
    box.plan([moment("done")])

    (sent,) = box.due(T0)

    assert sent.violations == (violation,)
    assert box.send_again(sent.id, T0).violations == (violation,)


def test_the_same_plans_make_the_same_ids() -> None:
    def ids() -> list[str]:
        box = outbox()
        box.plan([moment("made"), moment("done", 3)])
        box.due(DAY)
        return [part for one in box.log for part in (one.id, one.message_id)]

    assert ids() == ids()
    assert len(set(ids())) == 4


def test_a_delivery_is_a_value() -> None:
    box = outbox()
    box.plan([moment("done")])
    (sent,) = box.due(T0)

    box.record_attempt(sent.id, good(sent))

    assert replace(sent, state=DeliveryStatus.DELIVERED, attempts=(Attempt(T0, 200),)) == box.log[0]
