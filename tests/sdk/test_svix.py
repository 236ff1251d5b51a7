"""Webhooks of Gladia's accounts, judged by Svix's own library."""

from typing import Any

import httpx
import pytest
from svix.webhooks import Webhook, WebhookVerificationError

import emulator
from emulator.core.http.messages import parse_json
from emulator.interfaces.testing.api import EmulatorSession
from tests.support.receivers import Got, receiver

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # the one of Svix's own page
EVENTS = ("transcription.created", "transcription.success")


def create(speech: EmulatorSession, **options: Any) -> str:
    answer = httpx.post(
        f"{speech.gladia.url}/v2/pre-recorded",
        json={"audio_url": "https://media.test/a.mp3", **options},
        headers={"x-gladia-key": speech.gladia.key},
        timeout=60,
    )
    id: str = answer.json()["id"]
    return id


def told(**options: Any) -> tuple[str, list[Got]]:
    """A job that has ended, and what came of it to a webhook of its account."""
    with receiver(200) as at, emulator.run(clock="manual") as speech:
        speech.webhooks.add("gladia", at.url, secret=SECRET, **options)
        id = create(speech)
        speech.clock.until(id)
        return id, list(at.wait(len(EVENTS)))


def test_svix_finds_every_message_good_that_is_signed_as_of_now() -> None:
    id, got = told(real_timestamps=True)

    for message in got:
        Webhook(SECRET).verify(message.body, message.headers)
    assert [parse_json(one.body) for one in got] == [
        {"event": event, "payload": {"id": id}} for event in EVENTS
    ]


def test_svix_finds_a_message_good_where_the_clock_is_the_walls() -> None:
    with receiver(200) as at, emulator.run(clock="wall") as speech:
        speech.webhooks.add("gladia", at.url, secret=SECRET)
        create(speech)
        [message] = at.wait()

    Webhook(SECRET).verify(message.body, message.headers)


def test_svix_finds_a_message_too_old_whose_clock_stands_in_the_past() -> None:
    _, got = told()

    with pytest.raises(WebhookVerificationError, match="timestamp too old"):
        Webhook(SECRET).verify(got[0].body, got[0].headers)


@pytest.mark.parametrize("spoilt", ["secret", "body", "id"])
def test_svix_refuses_what_was_changed_on_the_way(spoilt: str) -> None:
    _, [message, *_] = told(real_timestamps=True)
    secret = "whsec_c2VjcmV0" if spoilt == "secret" else SECRET
    body = message.body.replace(b"created", b"deleted") if spoilt == "body" else message.body
    headers = {**message.headers, **({"svix-id": "msg_other"} if spoilt == "id" else {})}

    with pytest.raises(WebhookVerificationError, match="No matching signature found"):
        Webhook(secret).verify(body, headers)


def test_svix_refuses_what_a_scenario_has_signed_wrongly() -> None:
    with receiver(200) as at, emulator.run(wrong(at.url), clock="wall") as speech:
        create(speech)
        [message] = at.wait()

    with pytest.raises(WebhookVerificationError, match="No matching signature found"):
        Webhook(SECRET).verify(message.body, message.headers)


def wrong(url: str) -> str:
    hook = f"{{provider: gladia, url: '{url}', secret: {SECRET}, signature: wrong}}"
    return f"webhooks: [{hook}]"
