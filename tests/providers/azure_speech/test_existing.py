"""What a scenario says is there, and a tenant's transcriptions said in a scenario's words."""

from typing import Any

import pytest

from emulator.core.scenario.schema.diagnostics import ScenarioErrors
from emulator.core.state.jobs import Phase, moved_to_phase
from emulator.providers.azure_speech import AZURE_SPEECH
from emulator.providers.azure_speech.records import Transcription
from tests.support.clients import Bench, bench, exported

LIST = "/speechtotext/v3.1/transcriptions"
ENTITY = "https://x.example/speechtotext/v3.1/{}/5f5b6b4c-6f0a-4c0e-9a52-2f7f5c1d9e10"
STORY = """
jobs:
  - when: {audio: "*bad*"}
    timeline: {processing: 1s, failed: 2s}
    error: {code: InvalidUri, message: bad}
existing:
  - {provider: azure_speech, count: 2, age: 1h..2d, name: Old}
  - {provider: azure_speech, phase: failed, error: {code: Timeout, message: late}}
"""
EVERYTHING = {
    "contentUrls": ["https://e.com/a.wav", "https://e.com/bad.wav"],
    "description": "All of it",
    "customProperties": {"id": "1"},
    "project": {"self": ENTITY.format("projects")},
    "model": {"self": ENTITY.format("models")},
    "properties": {
        "diarizationEnabled": True,
        "diarization": {"speakers": {"minCount": 1, "maxCount": 3}},
        "wordLevelTimestampsEnabled": True,
        "displayFormWordLevelTimestampsEnabled": True,
        "channels": [0],
        "punctuationMode": "Dictated",
        "profanityFilterMode": "Tags",
        "timeToLive": "PT12H",
        "languageIdentification": {
            "candidateLocales": ["en-US", "de-DE"],
            "speechModelMapping": {"en-US": {"self": ENTITY.format("models")}},
        },
        "email": "ann@example.com",
    },
}
OTHERS: list[dict[str, Any]] = [
    {"contentUrls": ["https://e.com/bad.wav"]},
    {"contentContainerUrl": "https://e.com/calls?sig=1"},
    {"dataset": {"self": ENTITY.format("datasets")}},
    {"contentUrls": ["https://e.com/a.wav"], "properties": {"diarizationEnabled": True}},
]


def order(b: Bench, **asked: Any) -> None:
    reply = b.http.post(LIST, json={"locale": "en-US", "displayName": "New", **asked})
    assert reply.status_code == 201, reply.text


def explored() -> Bench:
    b = bench(AZURE_SPEECH, STORY)
    order(b, **EVERYTHING)
    b.clock.advance(2.5)
    for asked in OTHERS:
        order(b, **asked)
    return b


def seen(b: Bench) -> list[Any]:
    """The list, and the files of each transcription in it, with what is in them."""
    listed = b.http.get(LIST).json()
    files = [
        b.http.get(one["links"]["files"].removeprefix(b.url)).json() for one in listed["values"]
    ]
    links = [one["links"]["contentUrl"] for held in files for one in held["values"]]
    return [listed, files, [b.http.get(link).text for link in links]]


@pytest.mark.parametrize("seconds", [0, 1, 3600, 86_400])
def test_an_exported_account_answers_the_same(seconds: float) -> None:
    before = explored()
    after = exported(before)

    before.clock.advance(seconds)
    after.clock.advance(seconds)

    assert seen(after) == seen(before)


def test_what_has_expired_is_not_exported() -> None:
    before = explored()
    before.clock.advance(40 * 86_400)

    after = exported(before)

    assert [one["displayName"] for one in after.http.get(LIST).json()["values"]] == [
        one["displayName"] for one in before.http.get(LIST).json()["values"]
    ]


def one_of(text: str) -> Any:
    b = bench(AZURE_SPEECH, f"existing: [{{provider: azure_speech, {text}}}]")
    [one] = b.http.get(LIST).json()["values"]
    return one


def test_a_transcription_has_the_locale_of_its_model() -> None:
    model = one_of("language: de-DE")["model"]["self"]

    one = one_of(f"azure_speech: {{request: {{model: {{self: '{model}'}}}}}}")

    assert one["locale"] == "de-DE"


def test_some_of_its_recordings_may_have_failed() -> None:
    one = one_of("recordings: [{audio: a.wav}, {audio: b.wav}], azure_speech: {files: {1: failed}}")

    assert one["status"] == "Succeeded"


@pytest.mark.parametrize(
    ("request_", "why"),
    [
        ("{locale: xx-XX, displayName: a}", "custom culture identifier"),
        ("{properties: {channels: many}}", "channels"),
        ("{properties: {timeToLive: P40D}}", "31 days"),
        ("{properties: {destinationContainerUrl: 'https://e.com/c'}}", "not emulated yet"),
        ("{contentUrls: [nowhere]}", "absolute URIs"),
    ],
)
def test_a_request_that_the_api_refuses_is_refused_when_it_is_read(request_: str, why: str) -> None:
    with pytest.raises(ScenarioErrors, match=f"the API refuses such a request: .*{why}"):
        one_of(f"azure_speech: {{request: {request_}}}")


def test_a_container_takes_the_place_of_addresses() -> None:
    one = one_of(
        "audio: calls/1.wav, azure_speech: {request: {contentContainerUrl: 'https://e.c/d'}}"
    )

    assert one["status"] == "Succeeded"


def test_a_name_that_is_blank_is_exported() -> None:
    b = bench(AZURE_SPEECH)
    asked = {"contentUrls": ["https://e.com/a.wav"], "locale": "en-US", "displayName": "\u2028"}
    assert b.http.post(LIST, json=asked).status_code == 201

    assert exported(b).http.get(LIST).json() == b.http.get(LIST).json()


def test_one_that_fails_by_hand_says_why_and_is_exported() -> None:
    b = bench(
        AZURE_SPEECH,
        "existing: [{provider: azure_speech, id: 5f5b6b4c-6f0a-4c0e-9a52-2f7f5c1d9e10}]",
    )
    backend = b.tenant.backend(AZURE_SPEECH)
    [record] = backend.store.oldest_first(Transcription)

    AZURE_SPEECH.reschedule(
        record, moved_to_phase(record.job, Phase.FAILED, b.clock.now()), backend
    )

    [one] = b.http.get(LIST).json()["values"]
    assert (one["status"], one["properties"]["error"]["code"]) == ("Failed", "InvalidData")
    files = b.http.get(f"{LIST}/{record.id}/files").json()["values"]
    assert [file["kind"] for file in files] == ["TranscriptionReport"]
    assert exported(b).http.get(LIST).json() == b.http.get(LIST).json()
