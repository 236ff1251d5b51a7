"""A body as values."""

from typing import Any

import pytest

from emulator.core.http.problems import Invalid, NotEmulated, Violation
from emulator.providers.aitronos import requests
from emulator.providers.aitronos.records import Event, Priority, Webhook
from emulator.providers.aitronos.results import SHAPES
from tests.providers.aitronos.jobs import BODY, URL


def order(**more: Any) -> Any:
    return requests.transcription_options(BODY | more)


def test_a_plain_order_has_no_extras() -> None:
    one = order()

    assert (one.organization_id, one.audio.source, one.language) == ("org_1", URL, "en")
    assert (one.speakers, one.redacted, one.webhook) == (None, (), None)
    assert one.priority == Priority.NORMAL


def test_null_stands_for_what_is_not_given() -> None:
    nothing = dict.fromkeys(
        ("speaker_analysis", "privacy_settings", "intelligence_features", "webhook", "priority")
    )

    assert order(**nothing) == order()


@pytest.mark.parametrize(
    ("analysis", "speakers"),
    [
        ({"diarization_enabled": True, "speakers_expected_count": 4}, 4),
        ({"diarization_enabled": True}, None),
        ({"diarization_enabled": False, "speakers_expected_count": 4}, None),
        ({"speakers_expected_count": 4}, None),
    ],
)
def test_the_expected_speakers_count_with_diarization(
    analysis: dict[str, Any], speakers: int | None
) -> None:
    assert order(speaker_analysis=analysis).speakers == speakers


@pytest.mark.parametrize(
    ("settings", "policies"),
    [
        (
            {"pii_redaction_enabled": True, "pii_policies": ["ssn", "email", "ssn"]},
            ("ssn", "email"),
        ),
        ({"pii_redaction_enabled": True}, tuple(SHAPES)),
        ({"pii_redaction_enabled": True, "pii_policies": []}, tuple(SHAPES)),
        ({"pii_redaction_enabled": False, "pii_policies": ["email"]}, ()),
        ({"pii_policies": ["email"]}, ()),
    ],
)
def test_redaction_follows_the_policies_when_it_is_on(
    settings: dict[str, Any], policies: tuple[str, ...]
) -> None:
    assert order(privacy_settings=settings).redacted == policies


def test_a_policy_without_a_shape_is_refused_aloud() -> None:
    settings = {"pii_redaction_enabled": True, "pii_policies": ["email", "religion", "drug"]}

    with pytest.raises(NotEmulated) as caught:
        order(privacy_settings=settings)

    assert caught.value.operation_id == "create_transcription"
    assert caught.value.reason == (
        "PII policies not emulated: religion, drug; emulated: email, phone_number, ssn, "
        "credit_card_number, email_address, ip_address, us_social_security_number"
    )


@pytest.mark.parametrize("word", ["normal", "high", "urgent"])
def test_the_priority_is_taken_in_both_places(word: str) -> None:
    options = BODY["transcription_options"] | {"priority": word}

    assert order(priority=word).priority == word
    assert order(transcription_options=options).priority == word
    assert order(transcription_options=options, priority=word).priority == word


def test_two_priorities_are_refused() -> None:
    options = BODY["transcription_options"] | {"priority": "high"}

    with pytest.raises(Invalid) as caught:
        order(transcription_options=options, priority="urgent")

    text = "priority differs from transcription_options.priority"
    assert caught.value.violations == (
        Violation("body", ("priority",), "const", None, "urgent", text),
    )


@pytest.mark.parametrize(
    ("settings", "webhook"),
    [
        ({"url": "http://h/x"}, Webhook("http://h/x", (Event.COMPLETED, Event.FAILED))),
        (
            {"url": "http://h/x", "events": ["transcription.failed"]},
            Webhook("http://h/x", (Event.FAILED,)),
        ),
        ({"events": ["transcription.failed"]}, None),
        ({}, None),
    ],
)
def test_a_webhook_is_kept_with_its_events(
    settings: dict[str, Any], webhook: Webhook | None
) -> None:
    assert order(webhook=settings).webhook == webhook
