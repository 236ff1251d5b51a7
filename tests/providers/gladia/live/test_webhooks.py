"""What is told of live sessions by itself."""

from typing import Any

import pytest

from emulator.core.http.messages import parse_json
from emulator.core.webhooks.model import Delivery
from emulator.providers.gladia import GLADIA
from emulator.providers.gladia.records import Transcription
from tests.providers.gladia.jobs import SCRIPTED
from tests.providers.gladia.live.test_socket import SECOND, STOP, init, join, rule, talk
from tests.support.clients import Bench, bench

HOOKED = f"{SCRIPTED}webhooks:\n  - {{provider: gladia, url: 'http://127.0.0.1:9/hook'}}\n"
ADDRESS = "http://127.0.0.1:9/live"


def deliveries(b: Bench) -> list[Delivery]:
    """Those that have been due by now, sent or not, in order."""
    b.tenant.outbox.due(b.clock.now())
    assert {one.violations for one in b.tenant.outbox.log} <= {()}
    return list(b.tenant.outbox.log)


def bodies(b: Bench) -> list[Any]:
    return [parse_json(delivery.message.body) for delivery in deliveries(b)]


def events(b: Bench) -> list[str]:
    return [body["event"] for body in bodies(b)]


def callback(**flags: bool) -> dict[str, Any]:
    return {"callback": True, "callback_config": {"url": ADDRESS, **flags}}


def test_the_account_is_told_of_the_four_steps_of_a_session() -> None:
    b = bench(GLADIA, HOOKED)
    begun = init(b)
    dialogue = join(b, begun["url"])

    first = bodies(b)
    dialogue.receive(SECOND)
    second = events(b)
    dialogue.receive(STOP)
    third = events(b)

    assert first == [{"event": "live.start_session", "payload": {"id": begun["id"]}}]
    assert second == ["live.start_session", "live.start_recording"]
    assert third == [*second, "live.end_recording", "live.end_session"]


def test_a_session_that_nobody_stops_is_told_of_when_it_ends() -> None:
    b = bench(GLADIA, HOOKED)
    join(b, init(b)["url"]).receive(SECOND)
    begun = events(b)

    b.clock.advance(3 * 3600)

    assert begun == ["live.start_session", "live.start_recording"]
    assert events(b) == [*begun, "live.end_recording", "live.end_session"]


def test_a_session_that_is_lost_ends_without_an_end_of_its_recording() -> None:
    scenario = rule("{troubles: [{after: 1s, close: 4401}]}", HOOKED.removeprefix(SCRIPTED))
    b = bench(GLADIA, scenario)

    join(b, init(b)["url"]).receive(SECOND)

    assert events(b) == ["live.start_session", "live.end_session"]


def test_a_session_in_which_nothing_was_recorded_has_no_recording() -> None:
    b = bench(GLADIA, HOOKED)

    join(b, init(b)["url"]).receive(STOP)

    assert events(b) == ["live.start_session", "live.end_session"]


def test_a_stuck_session_is_told_of_no_end() -> None:
    b = bench(
        GLADIA,
        "jobs:\n  - when: {audio: live}\n    timeline: {processing: 1s}\n"
        + HOOKED.removeprefix(SCRIPTED),
    )
    dialogue = join(b, init(b)["url"])
    dialogue.receive(SECOND)
    b.clock.advance(4 * 3600)

    before = events(b)
    dialogue.receive(STOP)

    assert before == ["live.start_session", "live.start_recording"]
    assert events(b) == [*before, "live.end_recording"]


def test_a_hook_for_some_events_gets_those() -> None:
    only = HOOKED.replace("/hook'", "/hook', events: [live.end_session]")
    b = bench(GLADIA, only)

    join(b, init(b)["url"]).receive(STOP)

    assert events(b) == ["live.end_session"]


def test_a_callback_gets_each_message_that_its_own_flags_ask_for() -> None:
    b = bench(GLADIA, SCRIPTED)
    begun = init(b, **callback())
    dialogue = join(b, begun["url"])
    for _ in range(4):
        dialogue.receive(SECOND)
    dialogue.receive(STOP)

    told = bodies(b)

    assert [one["event"] for one in told] == [
        "live.start_session",
        "live.start_recording",
        "live.transcript",
        "live.transcript",
        "live.end_recording",
        "live.post_transcript",
        "live.post_final_transcript",
        "live.end_session",
    ]
    assert told[0] == {
        "id": begun["id"],
        "event": "live.start_session",
        "payload": {
            "session_id": begun["id"],
            "created_at": "2026-01-05T09:00:00.000Z",
            "type": "start_session",
        },
    }
    assert told[2]["payload"]["data"]["utterance"]["text"] == " Hello."


def test_a_callback_can_ask_for_more_and_for_less() -> None:
    b = bench(GLADIA, SCRIPTED)
    flags = callback(receive_lifecycle_events=False, receive_acknowledgments=True)
    dialogue = join(b, init(b, **flags)["url"])

    dialogue.receive(SECOND)

    assert events(b) == ["live.audio_chunk"]


@pytest.mark.parametrize("secret", ["", ", secret: whsec_MDEyMw=="])
def test_a_callback_is_signed_where_the_scenario_has_a_secret(secret: str) -> None:
    b = bench(GLADIA, f"{SCRIPTED}webhooks:\n  - {{provider: gladia{secret}}}\n")
    init(b, **callback())

    [delivery] = deliveries(b)

    assert (delivery.message.url, delivery.message.event) == (ADDRESS, "live.start_session")
    signed = delivery.message.signer("m1", delivery.due_at, b"{}")
    assert ("svix-signature" in signed) is bool(secret)


def test_nothing_is_told_of_a_session_that_is_gone() -> None:
    b = bench(GLADIA, HOOKED)
    begun = init(b, **callback())
    backend = b.tenant.backend(GLADIA)
    before = events(b)
    join(b, begun["url"]).receive(SECOND)

    backend.store.delete(backend.store.get(Transcription, begun["id"]))

    assert before == ["live.start_session", "live.start_session"]
    assert events(b) == before


def test_a_session_whose_job_is_moved_by_hand_keeps_its_moments() -> None:
    b = bench(GLADIA, HOOKED)
    begun = init(b)
    backend = b.tenant.backend(GLADIA)
    record = backend.store.get(Transcription, begun["id"])

    GLADIA.reschedule(record, record.job, backend)

    assert events(b) == ["live.start_session"]


def test_jobs_on_recordings_are_told_of_as_before() -> None:
    b = bench(GLADIA, HOOKED)
    made = b.http.post("/v2/pre-recorded", json={"audio_url": "https://files.example.com/a.mp3"})
    backend = b.tenant.backend(GLADIA)
    record = backend.store.get(Transcription, made.json()["id"])
    GLADIA.reschedule(record, record.job, backend)
    b.clock.advance(3)

    assert events(b) == ["transcription.created", "transcription.success"]


def test_a_callback_is_told_who_answered() -> None:
    b = bench(GLADIA, SCRIPTED)

    talk(b, *[SECOND] * 6, STOP, **callback(receive_speech_events=True))

    assert "live.answering_machine" in events(b)
    assert [delivery.violations for delivery in deliveries(b) if delivery.violations] == []
