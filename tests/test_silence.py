"""A recording in which nothing is said, as each API tells of it."""

from typing import Any

import pytest

from emulator.providers import PROVIDERS
from emulator.providers.aitronos import AITRONOS
from emulator.providers.azure_speech import AZURE_SPEECH
from emulator.providers.gladia import GLADIA
from emulator.providers.phrase_studio import PHRASE_STUDIO
from tests.providers.gladia.live.test_socket import SECOND, STOP, talk
from tests.providers.phrase_studio.build import FIELDS, FILES, form
from tests.support.clients import Bench, bench, exported, wav

AUDIO = "https://files.example.com/nobody.mp3"
SILENCES = ("lines: []", "minutes: 0", "minutes: 0s, lines: []", "lines: [], minutes: 1")
EACH = pytest.mark.parametrize("said", SILENCES)


def scenario(said: str, facts: str = "") -> str:
    return (
        f"transcripts: {{silence: {{language: en, {said}}}}}\n"
        f"jobs: [{{transcript: silence{facts}}}]\n"
    )


@EACH
def test_gladia_hears_no_utterance(said: str) -> None:
    b = bench(GLADIA, scenario(said))
    given: dict[str, Any] = {
        "subtitles": True,
        "subtitles_config": {"formats": ["srt", "vtt"]},
        "sentences": True,
        "diarization": True,
        "translation": True,
        "translation_config": {"target_languages": ["fr"]},
        "summarization": True,
        "named_entity_recognition": True,
        "sentiment_analysis": True,
        "pii_redaction": True,
        "punctuation_enhanced": True,
    }
    made = b.http.post("/v2/pre-recorded", json={"audio_url": AUDIO, **given}).json()
    b.clock.advance(3)

    job = b.http.get(f"/v2/pre-recorded/{made['id']}").json()

    result = job["result"]
    heard = {"languages": [], "utterances": [], "full_transcript": ""}
    captions = [
        {"format": "srt", "subtitles": ""},
        {"format": "vtt", "subtitles": "WEBVTT\n"},
    ]
    assert job["status"] == "done"
    assert result["transcription"].items() >= {**heard, "subtitles": captions}.items()
    assert result["translation"]["results"][0].items() >= heard.items()
    for name in ("summarization", "named_entity_recognition", "sentiment_analysis", "sentences"):
        assert (result[name]["success"], result[name]["is_empty"]) == (True, True), name
    assert result["metadata"]["audio_duration"] > 0
    assert ("minutes: 1" not in said) or result["metadata"]["audio_duration"] == 60.0


def test_a_live_session_with_gladia_hears_no_utterance() -> None:
    b = bench(GLADIA, scenario("lines: []"))
    given = {
        "messages_config": {"receive_partial_transcripts": True},
        "realtime_processing": {
            "translation": True,
            "translation_config": {"target_languages": ["fr"]},
        },
    }

    _, messages, _ = talk(b, *[SECOND] * 8, STOP, **given)

    *acks, stopped, transcript, final = messages
    assert {ack["type"] for ack in acks} == {"audio_chunk"}
    assert stopped["data"] == {"recording_duration": 8.0, "recording_left_to_process": 0.0}
    assert transcript["data"] == {"languages": [], "utterances": [], "full_transcript": ""}
    assert final["data"]["metadata"]["audio_duration"] == 8.0


@EACH
def test_azure_recognizes_no_phrase(said: str) -> None:
    b = bench(AZURE_SPEECH, scenario(said))
    asked = {
        "displayName": "a",
        "locale": "en-US",
        "contentUrls": [AUDIO],
        "properties": {"wordLevelTimestampsEnabled": True, "diarizationEnabled": True},
    }
    made = b.http.post("/speechtotext/v3.1/transcriptions", json=asked).json()
    b.clock.advance(3)

    shown = b.http.get(made["self"]).json()
    files = b.http.get(f"{made['self']}/files").json()["values"]
    found = next(file for file in files if file["kind"] == "Transcription")
    result = b.http.get(found["links"]["contentUrl"]).json()

    assert shown["status"] == "Succeeded"
    assert (result["combinedRecognizedPhrases"], result["recognizedPhrases"]) == ([], [])
    assert result["durationInTicks"] > 0
    assert ("minutes: 1" not in said) or result["duration"] == "PT1M"


@EACH
def test_aitronos_completes_with_an_empty_text(said: str) -> None:
    b = bench(AITRONOS, scenario(said))
    asked = {
        "organization_id": "org_a",
        "transcription_options": {"audio_url": AUDIO, "language": "en"},
    }
    made = b.http.post("/v1/audio/transcribe", json=asked).json()
    path = f"/v1/audio/transcribe/{made['data']['transcription_id']}"
    b.clock.advance(10)
    b.http.get(path)
    b.clock.advance(10)

    data = b.http.get(path).json()["data"]

    assert (data["status"], data["text"]) == ("completed", "")
    assert data["audio_metadata"]["duration"] > 0
    assert b.http.get(f"{path}/paragraphs").json()["data"]["paragraphs"] == []
    assert b.http.get(f"{path}/sentences").json()["data"]["sentences"] == []
    assert b.http.get(f"{path}/search?query=a").json()["data"]["matches"] == []
    captions = [b.http.get(f"{path}/subtitles/{one}") for one in ("srt", "vtt", "txt")]
    assert [(caption.status_code, caption.text) for caption in captions] == [
        (200, ""),
        (200, "WEBVTT\n"),
        (200, ""),
    ]


@EACH
def test_phrase_studio_writes_captions_without_a_line(said: str) -> None:
    b = bench(PHRASE_STUDIO, scenario(said, ", phrase_studio: {upload: direct}"))
    fields = {**FIELDS, "translationLanguages": ["es"], "dubbingLanguages": ["es"]}
    made = b.http.post("/v1/projects", files=form(fields, FILES)).json()
    b.clock.advance(3)

    project = b.http.get(f"/v1/projects/{made['id']}").json()

    path = f"/v1/recordings/{project['recordings'][0]['id']}"
    assert (project["status"], project["duration"] > 0) == ("COMPLETED", True)
    assert b.http.get(path, params={"task": "transcription"}).json() == {"en": ""}
    vtt = {"task": "translation", "format": "vtt"}
    assert b.http.get(path, params=vtt).json() == {"es": "WEBVTT\n"}
    dubbed = b.http.get(path, params={"task": "dubbing", "format": "mp3"}).json()
    assert b.http.get(dubbed["es"]).headers["content-type"] == "audio/mpeg"


def test_an_uploaded_file_is_as_long_as_it_is_whoever_is_silent_in_it() -> None:
    b = bench(GLADIA, scenario("lines: [], minutes: 5"))
    sent = b.http.post("/v2/upload", files={"audio": ("a.wav", wav(2), "audio/wav")}).json()

    made = b.http.post("/v2/pre-recorded", json={"audio_url": sent["audio_url"]}).json()

    job = b.http.get(f"/v2/pre-recorded/{made['id']}").json()
    assert job["file"]["audio_duration"] == 2.0


@EACH
@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda one: one.name)
def test_a_silence_is_exported_as_one(said: str, provider: Any) -> None:
    there = f"existing: [{{provider: {provider.name}, transcript: silence}}]\n"
    b: Bench = bench(provider, scenario(said) + there)

    again = exported(b)

    assert again.tenant.scenario.transcripts == b.tenant.scenario.transcripts
    assert again.tenant.scenario.transcripts["silence"].is_silent
