"""What a scenario says is there, and a tenant's jobs said in a scenario's words."""

from typing import Any

import pytest

from emulator.core.scenario.schema.diagnostics import ScenarioErrors
from emulator.providers.aitronos import AITRONOS
from tests.support.clients import Bench, bench, exported

LIST = "/v1/audio/transcribe"
STORY = """
jobs:
  - when: {audio: "*dear*"}
    timeline: {processing: 1s, failed: 2s}
    error: {code: TOO_DEAR, message: bad}
    aitronos: {price_per_minute: 500, currency: coins, refresh_seconds: 60, deleted_upstream: false}
existing:
  - {provider: aitronos, count: 2, age: 1h..2d}
  - {provider: aitronos, phase: failed, error: {code: X, message: y}}
"""
EVERYTHING = {
    "organization_id": "org_1",
    "transcription_options": {"audio_url": "https://e.com/a.mp3", "language": "de"},
    "priority": "high",
    "speaker_analysis": {"diarization_enabled": True, "speakers_expected_count": 3},
    "privacy_settings": {"pii_redaction_enabled": True, "pii_policies": ["email_address"]},
    "webhook": {"url": "https://e.com/hook", "events": ["transcription.completed"]},
}
DEAR = {
    "organization_id": "org_1",
    "transcription_options": {"audio_url": "https://e.com/dear.mp3", "language": "en"},
}


def order(b: Bench, asked: dict[str, Any]) -> str:
    reply = b.http.post(LIST, json=asked)
    assert reply.status_code == 201, reply.text
    made: str = reply.json()["data"]["transcription_id"]
    return made


def explored() -> Bench:
    b = bench(AITRONOS, STORY)
    order(b, EVERYTHING)
    b.clock.advance(2.5)
    order(b, DEAR)
    return b


def seen(b: Bench) -> list[Any]:
    """The list, and each of its jobs, without what is new in each answer."""
    listed = b.http.get(LIST).json()["data"]
    ids = [one["transcription_id"] for one in listed["transcriptions"]]
    jobs = [b.http.get(f"{LIST}/{id}").json() for id in ids]
    return [listed, [(job["data"], job["billing"], job["actions"]) for job in jobs]]


@pytest.mark.parametrize("seconds", [0, 8, 30, 3600])
def test_an_exported_account_answers_the_same(seconds: float) -> None:
    before = explored()
    after = exported(before)

    before.clock.advance(seconds)
    after.clock.advance(seconds)

    assert seen(after) == seen(before)


def test_what_a_rule_said_of_a_job_stays_with_it() -> None:
    dear = exported(explored()).tenant.scenario.existing[-1]

    assert dear.options == {"request": {"organization_id": "org_1"}}


def test_a_job_costs_what_the_scenario_says() -> None:
    b = bench(
        AITRONOS,
        "existing: [{provider: aitronos, audio: a b.mp3, aitronos: {synapses_consumed: 7, "
        "currency: coins, checked: 5s, refresh_seconds: 60, deleted_upstream: false}}]",
    )

    [[listed, [(data, billing, _)]], again] = seen(b), seen(exported(b))

    assert (billing["synapses_consumed"], billing["currency"]) == (7, "coins")
    assert data["audio_metadata"]["url"] == "https://media.example.com/a%20b.mp3"
    assert again[0] == listed


@pytest.mark.parametrize(
    ("request_", "why"),
    [
        ("{speaker_analysis: 1}", "speaker_analysis"),
        ("{privacy_settings: {pii_redaction_enabled: true, pii_policies: [x]}}", "not emulated: x"),
        ("{priority: high, transcription_options: {audio_url: 'https://e.c/d', language: en, "
         "priority: low}}", "priority"),
    ],
)  # fmt: skip
def test_a_request_that_the_api_refuses_is_refused_when_it_is_read(request_: str, why: str) -> None:
    text = f"existing: [{{provider: aitronos, aitronos: {{request: {request_}}}}}]"

    with pytest.raises(ScenarioErrors, match=f"the API refuses such a request: .*{why}"):
        bench(AITRONOS, text)


@pytest.mark.parametrize("language", ["auto", "English", "de-DE"])
def test_any_language_that_the_api_takes_is_exported(language: str) -> None:
    b = bench(AITRONOS)
    options = {"audio_url": "https://e.com/a", "language": language}
    order(b, {**DEAR, "transcription_options": options})

    after = exported(b)

    [one] = b.http.get(LIST).json()["data"]["transcriptions"]
    assert after.http.get(LIST).json()["data"]["transcriptions"] == [one]
