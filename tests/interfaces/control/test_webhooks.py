"""The webhooks as a test of a client sees them."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

import emulator
from emulator.core.http.messages import parse_json
from emulator.core.http.problems import NotFound
from emulator.core.webhooks.model import Attempt, DeliveryStatus
from emulator.interfaces.control.webhooks import WebhookControl
from emulator.interfaces.testing.api import EmulatorSession, WaitTimedOut
from emulator.providers.gladia import GLADIA
from emulator.providers.gladia.webhooks import signature
from tests.support.clients import bench
from tests.support.receivers import postmen

AUDIO = "https://files.example.com/board.mp3"
SECRET = "whsec_c3BlZWNoLWVtdWxhdG9yLXNlY3JldA=="


@pytest.fixture
def speech() -> Iterator[EmulatorSession]:
    with emulator.run(clock="manual") as made:
        yield made
    assert postmen() == []


def create(speech: EmulatorSession, **options: Any) -> str:
    answer = httpx.post(
        f"{speech.gladia.url}/v2/pre-recorded",
        json={"audio_url": AUDIO, **options},
        headers={"x-gladia-key": speech.gladia.key},
        timeout=60,
    )
    id: str = answer.json()["id"]
    return id


def test_an_inbox_stands_in_for_a_server(speech: EmulatorSession) -> None:
    box = speech.inbox("hook")
    id = create(speech, callback=True, callback_config={"url": box.url})
    speech.clock.until(id)

    (message,) = box.wait()

    content: Any = message.json()
    assert content["id"] == id
    assert content["event"] == "transcription.success"
    assert box.bodies == [content]
    assert box.messages == (message,)


def test_an_inbox_may_answer_badly_at_first(speech: EmulatorSession) -> None:
    box = speech.inbox("hook", answers=[500, 500, 500, 200])
    create(speech, callback_url=box.url)
    speech.clock.advance("1h")

    box.wait(4)

    (delivery,) = speech.webhooks.wait()
    began = delivery.attempts[0].at
    assert [attempt.status for attempt in delivery.attempts] == [500, 500, 500, 200]
    assert delivery.attempts[3].at - began == timedelta(minutes=35, seconds=5)
    assert delivery.state is DeliveryStatus.DELIVERED


def test_a_wait_in_vain_says_what_there_was(speech: EmulatorSession) -> None:
    box = speech.inbox("hook")
    create(speech, callback_url=speech.inbox("other").url)
    speech.clock.advance(3)
    speech.webhooks.wait()

    with pytest.raises(WaitTimedOut) as lack:
        box.wait(2, timeout="10ms")

    assert str(lack.value) == (
        'the inbox "hook" has 0 of 2 messages after 0.01 s '
        "(the clock stands at 2026-01-05 09:00:03); deliveries:\n"
        f"  transcription.success to {speech.inbox('other').url}: delivered, 1 sent"
    )


def test_a_wait_for_nothing_says_that_nothing_was_sent(speech: EmulatorSession) -> None:
    with pytest.raises(WaitTimedOut, match=r"; nothing was sent$"):
        speech.inbox("hook").wait(timeout=0.01)


def test_an_inbox_can_be_emptied(speech: EmulatorSession) -> None:
    box = speech.inbox("hook")
    httpx.post(box.url, timeout=60)

    box.clear()

    assert box.messages == ()


def test_a_name_may_have_any_characters(speech: EmulatorSession) -> None:
    box = speech.inbox("my hook/ä?")

    httpx.post(box.url, content=b"1", timeout=60)

    assert [message.text for message in box.messages] == ["1"]


def test_a_webhook_can_be_added(speech: EmulatorSession) -> None:
    box = speech.inbox("hook")
    speech.webhooks.add("gladia", box.url, events=("transcription.success",), secret=SECRET)
    id = create(speech)
    speech.clock.until(id)

    (message,) = box.wait()

    assert message.json() == {"event": "transcription.success", "payload": {"id": id}}
    assert message.headers["svix-signature"] == signature(
        SECRET, message.headers["svix-id"], message.headers["svix-timestamp"], message.body
    )


def test_a_webhook_may_be_signed_as_of_the_real_time(speech: EmulatorSession) -> None:
    box = speech.inbox("hook")
    speech.webhooks.add("gladia", box.url, secret=SECRET, real_timestamps=True)
    create(speech)

    (message,) = box.wait()

    assert int(message.headers["svix-timestamp"]) != 1_767_603_600  # where the clock stands


@pytest.mark.parametrize(
    ("provider", "events", "said"),
    [
        ("azure_speech", (), "azure_speech tells of nothing; not of jobs"),
        ("nobody", (), "nobody tells of nothing; not of jobs"),
        (
            "gladia",
            ("done",),
            "gladia tells of transcription.created, transcription.success, transcription.error, "
            "live.start_session, live.start_recording, live.end_recording, live.end_session; "
            "not of done",
        ),
    ],
)
def test_what_is_never_told_cannot_be_asked_for(
    speech: EmulatorSession, provider: str, events: tuple[str, ...], said: str
) -> None:
    with pytest.raises(ValueError, match="tells of") as refusal:
        speech.webhooks.add(provider, "inbox:hook", events=events)

    assert str(refusal.value) == said


def test_a_delivery_can_be_sent_again(speech: EmulatorSession) -> None:
    box = speech.inbox("hook")
    create(speech, callback_url=box.url)
    speech.clock.advance(3)
    (first,) = speech.webhooks.wait()

    again = speech.webhooks.send_again(first.id)

    before, after = box.wait(2)
    assert before.body == after.body
    assert again.message_id == first.message_id
    assert [one.state for one in speech.webhooks.wait()] == [DeliveryStatus.DELIVERED] * 2


def test_an_unknown_delivery_cannot_be_sent_again(speech: EmulatorSession) -> None:
    with pytest.raises(NotFound):
        speech.webhooks.send_again("nobody")


def test_the_log_shows_each_attempt(speech: EmulatorSession) -> None:
    box = speech.inbox("hook", answers=[503])
    create(speech, callback_url=box.url)
    moment = speech.clock.advance(3)
    speech.webhooks.wait()

    (delivery,) = speech.deliveries

    (attempt,) = delivery.attempts
    assert attempt == Attempt(moment, 503, "", attempt.duration_ms)
    assert delivery.due_at == moment + timedelta(seconds=5)


def test_a_wait_that_takes_too_long_says_so(speech: EmulatorSession) -> None:
    speech.emulator.webhook_sender = Never()

    with pytest.raises(WaitTimedOut) as lack:
        speech.webhooks.wait("10ms")

    assert str(lack.value) == "after 0.01 s there are attempts that nobody has answered"


def test_without_a_postman_there_is_nothing_to_wait_for() -> None:
    b = bench(GLADIA)
    b.emulator.webhook_sender = None

    assert WebhookControl(b.emulator, b.tenant).wait() == ()


def test_the_story_of_webhooks() -> None:
    """fixtures/webhooks.yaml, from the receivers' side."""
    with emulator.run("webhooks", clock="manual") as speech:
        own = speech.inbox("own")
        id = create(speech, callback_url=own.url)
        speech.clock.advance(3)
        own.wait(2)
        speech.webhooks.wait()
        prompt = {name: events(speech, name) for name in INBOXES}
        speech.clock.advance("10m")
        speech.webhooks.wait()
        late = events(speech, "late")
        signed, forged = speech.inbox("signed").messages[0], speech.inbox("forged").messages[0]
        first, second = own.bodies

    assert prompt == {
        "signed": ["created", "success"],
        "ends": ["success"],
        "twice": ["created", "created", "success", "success"],
        "late": [],
        "reversed": ["success", "created"],
        "forged": ["created", "success"],
    }
    assert late == ["created", "success"]
    assert genuine(signed)
    assert not genuine(forged)
    assert first == second
    assert first is not None
    assert id in str(first)


def test_the_story_of_webhooks_has_a_sad_end() -> None:
    with emulator.run("webhooks", clock="manual") as speech:
        box = speech.inbox("own")
        id = create(speech, audio_url="https://files.example.com/broken.mp3", callback_url=box.url)
        speech.clock.advance(3)
        box.wait(2)
        speech.webhooks.wait()

        assert events(speech, "ends") == ["error"]
        assert box.bodies[0] == {
            "id": id,
            "event": "transcription.error",
            "error": {"code": 422, "message": "The recording is damaged."},
            "custom_metadata": None,
        }


INBOXES = ("signed", "ends", "twice", "late", "reversed", "forged")


def events(speech: EmulatorSession, name: str) -> list[str]:
    told: list[Any] = [parse_json(message.body) for message in speech.inbox(name).messages]
    return [one["event"].removeprefix("transcription.") for one in told]


def genuine(message: Any) -> bool:
    given: dict[str, str] = message.headers
    made = signature(SECRET, given["svix-id"], given["svix-timestamp"], message.body)
    return made == given["svix-signature"]


class Never:
    """A postman who is never done."""

    def send_due(self, tenant: Any) -> None:
        """Nothing is sent."""

    def wait_idle(self, timeout_seconds: float = 10.0) -> bool:
        return False

    def forget_tenant(self, key: str) -> None:
        """It holds nothing."""

    def close(self) -> None:
        """It has nothing to end."""
