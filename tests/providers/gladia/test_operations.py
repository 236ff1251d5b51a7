"""Gladia's operations, over HTTP."""

from typing import Any

import pytest

from emulator.core.engine.finishing import Checking
from emulator.providers.gladia import GLADIA
from emulator.providers.gladia.operations import NOT_EMULATED
from tests.providers.gladia.jobs import ID, SCRIPTED, URL, create, done, job, upload
from tests.support.clients import bench, wav

SWITCHES = {
    "model": "solaria-1",
    "sentences": False,
    "subtitles": False,
    "moderation": False,
    "diarization": False,
    "translation": False,
    "audio_to_llm": False,
    "display_mode": False,
    "pii_redaction": False,
    "summarization": False,
    "audio_enhancer": False,
    "chapterization": False,
    "custom_spelling": False,
    "detect_language": True,
    "language_config": {"languages": []},
    "name_consistency": False,
    "sentiment_analysis": False,
    "diarization_enhanced": False,
    "punctuation_enhanced": False,
    "enable_code_switching": False,
    "named_entity_recognition": False,
    "accurate_words_timestamps": False,
    "skip_channel_deduplication": False,
    "structured_data_extraction": False,
}


def test_every_operation_is_emulated_or_refused_aloud() -> None:
    emulated = GLADIA.operations.keys()

    assert emulated | NOT_EMULATED.keys() == GLADIA.contract.operations.keys()
    assert not emulated & NOT_EMULATED.keys()


@pytest.mark.parametrize("id", NOT_EMULATED)
def test_what_is_not_emulated_says_why(id: str) -> None:
    b = bench(GLADIA)
    operation = GLADIA.contract.operations[id]

    answer = b.http.request(operation.method, operation.path.replace("{id}", ID))

    assert answer.status_code == 501
    assert answer.json()["message"] == f"Not emulated: {NOT_EMULATED[id]}"
    assert answer.headers["x-emulator-reason"] == NOT_EMULATED[id]


def test_health_needs_no_key() -> None:
    b = bench(GLADIA, key=None)

    answer = b.http.get("/health")

    assert (answer.status_code, answer.json()) == (200, {"health": "OK"})


@pytest.mark.parametrize("family", ["pre-recorded", "transcription"])
def test_a_new_job_is_named_with_its_address(family: str) -> None:
    b = bench(GLADIA)

    answer = b.http.post(f"/v2/{family}/", json={"audio_url": URL})

    id = answer.json()["id"]
    assert answer.status_code == 201
    assert answer.json() == {"id": id, "result_url": f"{b.url}/v2/{family}/{id}"}
    assert b.http.get(answer.json()["result_url"]).json()["id"] == id


def test_a_job_goes_from_queued_to_done() -> None:
    b = bench(GLADIA)
    id = create(b)

    seen = []
    for _ in range(4):
        seen.append(job(b, id))
        b.clock.advance(1)

    assert [one["status"] for one in seen] == ["queued", "processing", "processing", "done"]
    assert [one["completed_at"] for one in seen] == [None] * 3 + ["2026-01-05T09:00:03.000Z"]
    assert [one["result"] is None for one in seen] == [True, True, True, False]


@pytest.mark.parametrize("family", ["pre-recorded", "transcription"])
def test_a_job_that_is_done_tells_everything(family: str) -> None:
    b = bench(GLADIA, SCRIPTED)
    id = create(b)
    b.clock.advance(3)

    answer = b.http.get(f"/v2/{family}/{id}")

    body = answer.json()
    first, second = body["result"]["transcription"]["utterances"]
    sure, surer = first["confidence"], second["confidence"]
    assert body == {
        "id": id,
        "request_id": f"G-{id[:8]}",
        "version": 2,
        "status": "done",
        "created_at": "2026-01-05T09:00:00.000Z",
        "completed_at": "2026-01-05T09:00:03.000Z",
        "custom_metadata": None,
        "error_code": None,
        "kind": "pre-recorded",
        "file": {
            "id": body["file"]["id"],
            "filename": "board.mp3",
            "source": "https://files.example.com/board.mp3",
            "audio_duration": 3.5,
            "number_of_channels": 1,
        },
        "request_params": {"audio_url": "https://files.example.com/board.mp3", **SWITCHES},
        "result": {
            "metadata": {
                "audio_duration": 3.5,
                "number_of_distinct_channels": 1,
                "billing_time": 3.5,
                "transcription_time": 3.0,
            },
            "transcription": {
                "languages": ["en"],
                "utterances": [
                    {
                        "text": "Hello.",
                        "language": "en",
                        "start": 0.5,
                        "end": 2.0,
                        "confidence": sure,
                        "channel": 0,
                        "words": [{"word": "Hello.", "start": 0.5, "end": 2.0, "confidence": sure}],
                    },
                    {
                        "text": "Goodbye.",
                        "language": "en",
                        "start": 2.5,
                        "end": 3.5,
                        "confidence": surer,
                        "channel": 0,
                        "words": [
                            {"word": " Goodbye.", "start": 2.5, "end": 3.5, "confidence": surer}
                        ],
                    },
                ],
                "full_transcript": "Hello. Goodbye.",
            },
        },
    }


def test_a_job_on_an_upload_shows_the_uploaded_file() -> None:
    b = bench(GLADIA)
    given = upload(b, wav(12, channels=2)).json()

    result = done(b, audio_url=given["audio_url"])

    (shown,) = b.http.get("/v2/pre-recorded").json()["items"]
    assert shown["file"] == {
        "id": given["audio_metadata"]["id"],
        "filename": "meeting.wav",
        "source": None,
        "audio_duration": 12.0,
        "number_of_channels": 2,
    }
    assert result["metadata"]["billing_time"] == 24.0
    assert {one["channel"] for one in result["transcription"]["utterances"]} == {0, 1}


def test_a_job_on_an_upload_that_nobody_knows_takes_it_for_any_url() -> None:
    b = bench(GLADIA)

    id = create(b, audio_url=f"https://api.gladia.io/file/{ID}")

    assert job(b, id)["file"]["source"] == f"https://api.gladia.io/file/{ID}"


def test_the_same_recording_is_heard_the_same_by_every_job() -> None:
    b = bench(GLADIA)

    assert done(b) == done(b)


def test_a_request_comes_back_without_its_metadata() -> None:
    b = bench(GLADIA)
    given = {
        "callback": True,
        "callback_config": {"url": "https://example.com/hook", "method": "PUT"},
        "callback_url": "https://example.com/old",
        "punctuation_enhanced": True,
        "context_prompt": "A meeting",
        "language": "en",
        "diarization": True,
        "diarization_config": {"enhanced": True},
        "language_config": {"code_switching": False},
    }

    id = create(b, **given, custom_metadata={"user": "Ann", "n": 5})

    shown = job(b, id)
    assert shown["custom_metadata"] == {"user": "Ann", "n": 5}
    assert shown["request_params"] == {
        "audio_url": URL,
        **SWITCHES,
        **given,
        "language_config": {"languages": [], "code_switching": False},
        "diarization_enhanced": True,
    }


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ("", 500),
        (", error: {code: 422, message: Unprocessable media}", 422),
        (", error: {code: 200}", 500),
        (", error: {code: TooLong}", 500),
        (", gladia: {error_code: 415}", 415),
        (", gladia: {error_code: 415}, error: {code: 422}", 415),
    ],
)
def test_a_job_that_fails_carries_a_code(rule: str, code: int) -> None:
    b = bench(GLADIA, f"jobs:\n  - {{timeline: {{failed: 2s}}{rule}}}\n")
    id = create(b)

    b.clock.advance(2)

    shown = job(b, id)
    assert shown["status"] == "error"
    assert shown["error_code"] == code
    assert shown["completed_at"] == "2026-01-05T09:00:02.000Z"
    assert shown["result"] is None
    assert shown["file"]["filename"] == "board.mp3"


@pytest.mark.parametrize("family", ["pre-recorded", "transcription"])
@pytest.mark.parametrize("id", [ID, "no-uuid", "%FF"])
def test_a_job_that_is_not_there_is_404(family: str, id: str) -> None:
    b = bench(GLADIA)

    answer = b.http.get(f"/v2/{family}/{id}")

    assert (answer.status_code, answer.json()["message"]) == (404, "Not found")


@pytest.mark.parametrize("family", ["pre-recorded", "transcription"])
def test_a_job_can_be_deleted_once_it_has_ended(family: str) -> None:
    b = bench(GLADIA)
    id = create(b)
    address = f"/v2/{family}/{id}"

    early = [b.http.delete(address).status_code]
    b.clock.advance(1)
    early.append(b.http.delete(address).status_code)
    b.clock.advance(2)
    gone = b.http.delete(address)

    assert early == [403, 403]
    assert (gone.status_code, gone.content) == (202, b"")
    assert "content-type" not in gone.headers
    after = [b.http.get(address), b.http.get(f"{address}/file"), b.http.delete(address)]
    assert [one.status_code for one in after] == [404, 404, 404]


def test_a_job_that_failed_can_be_deleted() -> None:
    b = bench(GLADIA, "jobs: [{timeline: {failed: 1s}}]")
    id = create(b)
    b.clock.advance(1)

    assert b.http.delete(f"/v2/pre-recorded/{id}").status_code == 202


def test_a_refused_deletion_says_why_to_the_journal() -> None:
    b = bench(GLADIA)

    answer = b.http.delete(f"/v2/pre-recorded/{create(b)}")

    body = answer.json()
    assert (answer.status_code, body["message"]) == (403, "Invalid parameter")
    assert list(b.tenant.journal)[-1].refused == "WrongState"


def test_what_is_deleted_is_that_job_and_no_other() -> None:
    b = bench(GLADIA)
    kept, gone = create(b), create(b)
    b.clock.advance(3)

    b.http.delete(f"/v2/transcription/{gone}", headers={"X-Gladia-Key": "test-other"})
    b.http.delete(f"/v2/transcription/{gone}")

    assert [one["id"] for one in b.http.get("/v2/pre-recorded").json()["items"]] == [kept]


def test_another_keys_job_is_not_there() -> None:
    b = bench(GLADIA)
    id = create(b)

    answer = b.http.get(f"/v2/pre-recorded/{id}", headers={"X-Gladia-Key": "test-other"})

    assert answer.status_code == 404


def test_a_job_that_the_client_has_is_304() -> None:
    b = bench(GLADIA)
    id = create(b)
    tag = b.http.get(f"/v2/pre-recorded/{id}").headers["etag"]

    answer = b.http.get(f"/v2/pre-recorded/{id}", headers={"If-None-Match": tag})

    assert tag.startswith('W/"')
    assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", tag)


def test_existing_jobs_are_spread_over_their_ages_newest_first() -> None:
    b = bench(
        GLADIA, "existing:\n  - {provider: gladia, count: 3, phase: completed, age: 1h..3h}\n"
    )

    items = b.http.get("/v2/pre-recorded").json()["items"]

    assert [item["created_at"] for item in items] == [
        "2026-01-05T08:00:00.000Z",
        "2026-01-05T07:00:00.000Z",
        "2026-01-05T06:00:00.000Z",
    ]
    assert [item["completed_at"] for item in items] == [
        "2026-01-05T08:00:03.000Z",
        "2026-01-05T07:00:03.000Z",
        "2026-01-05T06:00:03.000Z",
    ]
    assert [item["file"]["filename"] for item in items] == [
        "recording-3.mp3",
        "recording-2.mp3",
        "recording-1.mp3",
    ]


@pytest.mark.parametrize(
    ("phase", "age", "status"),
    [
        ("queued", "1h", "queued"),
        ("processing", "1h", "processing"),
        ("completed", "1h", "done"),
        ("completed", "500ms", "done"),
        ("failed", "1h", "error"),
    ],
)
def test_an_existing_job_stands_in_its_phase(phase: str, age: str, status: str) -> None:
    b = bench(GLADIA, f"existing:\n  - {{provider: gladia, phase: {phase}, age: {age}}}\n")

    (item,) = b.http.get("/v2/transcription").json()["items"]

    assert item["status"] == status


def test_an_existing_job_is_as_the_scenario_describes_it() -> None:
    b = bench(
        GLADIA,
        SCRIPTED
        + "    gladia: {addons: {translation: failed}}\n"
        + "existing:\n"
        + f"  - {{provider: gladia, id: {ID}, transcript: board, language: en-GB,\n"
        + "     languages: [es, fr-FR], name: board.wav, audio: 'https://example.com/b.mp3'}\n",
    )

    shown = job(b, ID)

    assert shown["file"]["filename"] == "board.wav"
    assert shown["request_params"]["audio_url"] == "https://example.com/b.mp3"
    assert shown["request_params"]["language_config"] == {"languages": ["en"]}
    assert shown["request_params"]["translation_config"] == {"target_languages": ["es", "fr"]}
    assert shown["result"]["transcription"]["full_transcript"] == "Hello. Goodbye."
    assert shown["result"]["translation"]["success"] is False


@pytest.mark.parametrize(
    "broken",
    [
        {"translation": True, "translation_config": None},
        {"audio_to_llm": True, "audio_to_llm_config": {"prompts": 1}},
        {"audio_to_llm": True, "audio_to_llm_config": {"prompts": [1]}},
        {"custom_spelling": True, "custom_spelling_config": {}},
    ],
)
def test_a_job_that_cannot_be_read_is_not_made(broken: dict[str, Any]) -> None:
    b = bench(GLADIA)
    b.emulator.checking = Checking(requests="off", answers="fail")

    made = b.http.post("/v2/pre-recorded", json={"audio_url": URL, **broken})

    assert made.status_code == 500
    assert "the request breaks the contract" in made.headers["x-emulator-reason"]
    assert b.http.get("/v2/pre-recorded").json()["items"] == []
