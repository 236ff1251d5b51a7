"""The official Python SDK, over a socket: everything that it can do with recordings."""

import asyncio
import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from gladiaio_sdk import (
    GladiaClient,
    HttpError,
    HttpRetryOptions,
    PreRecordedV2Client,
    PreRecordedV2Timeouts,
)
from gladiaio_sdk.v2.prerecorded.generated_types import (
    PreRecordedV2DiarizationConfig,
    PreRecordedV2InitTranscriptionRequest,
    PreRecordedV2LanguageConfig,
)

import emulator
from emulator.interfaces.testing.api import EmulatorSession
from tests.support.clients import wav

URL = "https://media.test/standup.mp3"
NOBODY = "00000000-0000-0000-0000-000000000000"
AT_ONCE = HttpRetryOptions(delay=lambda attempt: 0)
IMPATIENT = PreRecordedV2Timeouts(get=0.3)
POLLING: dict[str, Any] = {"interval": 0.001, "timeout": 60}


@pytest.fixture
def speech() -> Iterator[EmulatorSession]:
    with emulator.run() as running:
        yield running


def gladia(speech: EmulatorSession, **options: Any) -> GladiaClient:
    given = {"api_key": speech.gladia.key, "api_url": speech.gladia.url, "http_retry": AT_ONCE}
    return GladiaClient(**{**given, **options})


@contextmanager
def recordings(speech: EmulatorSession, **options: Any) -> Iterator[PreRecordedV2Client]:
    """The synchronous client; the SDK itself never closes its connections."""
    client = gladia(speech, **options).pre_recorded()
    yield client
    client._http_client.close()


@pytest.fixture
def client(speech: EmulatorSession) -> Iterator[PreRecordedV2Client]:
    with recordings(speech) as opened:
        yield opened


def asked(speech: EmulatorSession) -> list[tuple[str, int]]:
    return [(one.operation or "", one.response.status) for one in speech.journal]


def test_a_recording_goes_all_its_way(
    speech: EmulatorSession, client: PreRecordedV2Client, tmp_path: Path
) -> None:
    path = tmp_path / "meeting.wav"
    path.write_bytes(wav(12, channels=2))
    uploaded = client.upload_file(path)
    created = client.create({"audio_url": uploaded.audio_url, "custom_metadata": {"user": "Ann"}})
    job = client.poll(created.id, **POLLING)
    listed = client.list({"status": ["done"], "custom_metadata": {"user": "Ann"}, "limit": 5})
    content = client.get_file(created.id)
    deleted = client.delete(created.id)

    metadata = uploaded.audio_metadata
    assert (metadata.filename, metadata.extension, metadata.size) == ("meeting.wav", "wav", 384044)
    assert (metadata.audio_duration, metadata.number_of_channels) == (12, 2)
    assert created.result_url == f"{speech.gladia.url}/v2/pre-recorded/{created.id}"
    assert (job.status, job.kind, job.file and job.file.id) == (
        "done",
        "pre-recorded",
        metadata.id,
    )
    assert job.result is not None
    assert job.result.transcription is not None
    assert job.result.transcription.full_transcript
    assert [item.id for item in listed.items] == [created.id]
    assert content == path.read_bytes()
    assert deleted is True
    with pytest.raises(HttpError) as caught:
        client.get(created.id)
    assert caught.value.status == 404
    assert asked(speech) == [
        ("FileController_upload_v2", 200),
        ("PreRecordedController_initPreRecordedJob_v2", 201),
        *[("PreRecordedController_getPreRecordedJob_v2", 200)] * (len(asked(speech)) - 6),
        ("PreRecordedController_getPreRecordedJobs_v2", 200),
        ("PreRecordedController_getAudio_v2", 200),
        ("PreRecordedController_deletePreRecordedJob_v2", 202),
        ("PreRecordedController_getPreRecordedJob_v2", 404),
    ]


def test_one_call_does_it_all(client: PreRecordedV2Client) -> None:
    options: dict[str, Any] = {"diarization": True, "translation": True}
    options |= {"translation_config": {"target_languages": ["fr", "de"]}}

    of_bytes = client.transcribe(io.BytesIO(wav(20)), {**options, "sentences": True}, **POLLING)
    of_url = client.create_and_poll(
        PreRecordedV2InitTranscriptionRequest(
            audio_url=URL,
            diarization=True,
            diarization_config=PreRecordedV2DiarizationConfig(number_of_speakers=2),
            language_config=PreRecordedV2LanguageConfig(languages=["en"]),
        ),
        **POLLING,
    )

    first: Any = of_bytes.result  # the SDK's types have None wherever an add-on may be missing
    second: Any = of_url.result
    assert [result.languages for result in first.translation.results] == [["fr"], ["de"]]
    assert of_bytes.file is not None
    assert of_bytes.file.filename == "audio"
    speakers = {utterance.speaker for utterance in second.transcription.utterances}
    assert speakers <= {0, 1}


def test_pages_lead_to_the_end(client: PreRecordedV2Client) -> None:
    made = [client.create({"audio_url": URL}).id for _ in range(5)]

    page = client.list({"limit": 2})
    found = [item.id for item in page.items]
    while page.next:
        page = client.list({"url": page.next})
        found += [item.id for item in page.items]

    assert found == made[::-1]


def test_a_job_that_fails_says_with_what() -> None:
    story = "jobs: [{timeline: {failed: 2s}, gladia: {error_code: 422}}]"
    with (
        emulator.run(story) as failing,
        recordings(failing) as client,
        pytest.raises(Exception, match=r"Pre-recorded job .* failed with error code: 422"),
    ):
        client.transcribe(URL, **POLLING)


def test_a_refusal_names_the_fields(client: PreRecordedV2Client) -> None:
    with pytest.raises(HttpError) as caught:
        client.create({"audio_url": "nowhere", "diarization": "yes"})

    refused = caught.value
    assert refused.status == 400
    assert refused.request_id is not None
    assert refused.request_id.startswith("G-")
    assert set(refused.invalid_parameters) == {"audio_url", "diarization"}
    assert set(refused.validation_errors or ()) == {
        "audio_url must be a URL address",
        "diarization must be a boolean value",
    }


@pytest.mark.parametrize("key", ["nobody", ""])
def test_a_key_that_nobody_has_is_401(speech: EmulatorSession, key: str) -> None:
    wrong = key or speech.gladia.wrong_key
    with recordings(speech, api_key=wrong) as client, pytest.raises(HttpError) as caught:
        client.list()

    assert (
        caught.value.status,
        str(caught.value.response_body).count("gladia user not found"),
    ) == (
        401,
        1,
    )


def test_an_unfinished_job_is_not_deleted(client: PreRecordedV2Client) -> None:
    created = client.create({"audio_url": URL})

    with pytest.raises(HttpError) as caught:
        client.delete(created.id)

    assert caught.value.status == 403


@pytest.mark.parametrize("status", [500, 503, 429, 408])
def test_what_passes_is_tried_again(
    speech: EmulatorSession, client: PreRecordedV2Client, status: int
) -> None:
    speech.faults.add({"when": {"call": 1}, "answer": status})
    created = client.create({"audio_url": URL})

    assert created.id
    assert [answered for _, answered in asked(speech)] == [status, 201]


def test_what_stays_is_an_error_after_the_second_time(
    speech: EmulatorSession, client: PreRecordedV2Client
) -> None:
    speech.faults.add({"when": {"call": "1..2"}, "answer": 503})
    with pytest.raises(HttpError) as caught:
        client.list()

    assert caught.value.status == 503
    assert [answered for _, answered in asked(speech)] == [503, 503]


def test_an_upload_is_sent_again_as_a_whole(
    speech: EmulatorSession, client: PreRecordedV2Client, tmp_path: Path
) -> None:
    path = tmp_path / "meeting.wav"
    path.write_bytes(wav(30))
    speech.faults.add({"when": {"call": 1}, "answer": 500})
    uploaded = client.upload_file(str(path))

    assert uploaded.audio_metadata.size == path.stat().st_size


def test_a_file_over_the_limit_is_refused_both_times() -> None:
    with (
        emulator.run(max_body_bytes=10_000) as small,
        recordings(small) as client,
        pytest.raises(HttpError) as caught,
    ):
        client.upload_file(io.BytesIO(wav(2)))

    assert caught.value.status == 413
    assert asked(small) == [("FileController_upload_v2", 413)] * 2


def test_a_connection_that_breaks_is_tried_again(
    speech: EmulatorSession, client: PreRecordedV2Client
) -> None:
    speech.faults.add({"when": {"call": 1}, "connection": "reset"})
    assert client.list().items == []


def test_an_answer_that_never_comes_is_a_timeout(speech: EmulatorSession) -> None:
    speech.faults.add({"when": {"call": 1}, "connection": {"stall": "1h"}})
    with (
        recordings(speech, prerecorded_timeouts=IMPATIENT) as client,
        pytest.raises(Exception, match="timed out") as caught,
    ):
        client.get(NOBODY)

    assert type(caught.value).__name__ == "TimeoutError"


def test_the_bare_address_will_do(speech: EmulatorSession) -> None:
    with recordings(speech, api_url=speech.url.replace("http", "ws", 1)) as client:
        created = client.create({"audio_url": URL})

    assert created.result_url == f"{speech.url}/v2/pre-recorded/{created.id}"


def test_the_asynchronous_client_does_the_same(speech: EmulatorSession, tmp_path: Path) -> None:
    path = tmp_path / "meeting.wav"
    path.write_bytes(wav(12))

    async def run() -> None:
        client = gladia(speech).pre_recorded_async()
        uploaded = await client.upload_file(path)
        created = await client.create({"audio_url": uploaded.audio_url})
        job = await client.poll(created.id, **POLLING)
        page = await client.list({"limit": 1})
        content = await client.get_file(created.id)
        again = await client.transcribe(path, {"summarization": True}, **POLLING)

        assert (job.status, [item.id for item in page.items]) == ("done", [created.id])
        assert content == path.read_bytes()
        assert again.result is not None
        assert again.result.summarization is not None
        assert again.result.summarization.success is True
        assert await client.delete(created.id) is True
        with pytest.raises(HttpError) as caught:
            await client.get_file(created.id)
        assert caught.value.status == 404
        await client._http_client.close()

    asyncio.run(run())


def test_the_asynchronous_client_tries_again(speech: EmulatorSession) -> None:
    speech.faults.add({"when": {"call": "1..2"}, "sequence": [{"answer": 503}, {"answer": 429}]})

    async def run() -> None:
        client = gladia(speech).pre_recorded_async()
        with pytest.raises(HttpError) as caught:
            await client.list()
        assert caught.value.status == 429
        assert (await client.list()).items == []
        await client._http_client.close()

    asyncio.run(run())
