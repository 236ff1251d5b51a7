"""Recordings come back as they were handed over."""

import gc
import io
import wave
from typing import Any
from weakref import ref

import pytest

from emulator.providers.gladia import GLADIA
from emulator.providers.gladia.records import Upload
from tests.providers.gladia.jobs import create, upload
from tests.support.clients import Bench, bench, wav

SHORT, LONG = wav(0.5), wav(30)  # in memory, and in a file
NOBODY = "00000000-0000-0000-0000-000000000000"
BY_NAME = """
existing:
  - {provider: gladia, id: 0f4f3a1e-6a77-4f2b-9b0e-7b6b0d5c9e21, audio: standup.wav}
"""


def transcribed(b: Bench, content: bytes, filename: str = "meeting.wav") -> tuple[str, str]:
    """The id of the upload, and of a job on it."""
    made = upload(b, content, filename).json()
    return made["audio_metadata"]["id"], create(b, audio_url=made["audio_url"])


def read(b: Bench, path: str) -> Any:
    return b.http.get(path)


@pytest.mark.parametrize("content", [SHORT, LONG, b"no audio at all"], ids=["short", "long", "no"])
@pytest.mark.parametrize("path", ["/v2/pre-recorded/{}/file", "/v2/transcription/{}/file"])
def test_a_jobs_recording_is_what_was_uploaded(content: bytes, path: str) -> None:
    b = bench(GLADIA)
    _, job = transcribed(b, content)

    answer = read(b, path.format(job))

    assert answer.status_code == 200
    assert answer.content == content
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["access-control-allow-origin"] == "*"


def test_the_address_of_an_upload_leads_to_it() -> None:
    b = bench(GLADIA)
    url = upload(b, LONG).json()["audio_url"]

    answer = read(b, url)

    assert (answer.status_code, answer.content) == (200, LONG)


@pytest.mark.parametrize("after_seconds", [0, 1, 3])
def test_a_recording_is_there_in_every_state(after_seconds: float) -> None:
    b = bench(GLADIA)
    _, job = transcribed(b, SHORT)
    b.clock.advance(after_seconds)

    assert read(b, f"/v2/pre-recorded/{job}/file").content == SHORT


def test_an_upload_outlives_the_job_on_it() -> None:
    b = bench(GLADIA)
    file, job = transcribed(b, LONG)
    b.clock.advance(3)

    assert b.http.delete(f"/v2/pre-recorded/{job}").status_code == 202
    assert read(b, f"/v2/pre-recorded/{job}/file").status_code == 404
    assert read(b, f"/file/{file}").content == LONG


def test_a_file_that_was_never_handed_over_is_silence_of_its_length() -> None:
    b = bench(GLADIA)
    url = "https://files.example.com/a.wav"
    made = b.http.post("/v2/upload", json={"audio_url": url}).json()["audio_metadata"]
    job = create(b, audio_url=url)

    by_job = read(b, f"/v2/pre-recorded/{job}/file").content
    by_upload = read(b, f"/file/{made['id']}").content

    assert by_job == by_upload
    assert len(by_upload) == made["size"]
    with wave.open(io.BytesIO(by_upload)) as file:
        assert file.getnframes() / file.getframerate() == made["audio_duration"]


def test_silence_is_mp3_where_the_address_does_not_say_wav() -> None:
    b = bench(GLADIA)
    made = b.http.post("/v2/upload", json={"audio_url": "https://a.test/talk.mp4"}).json()

    content = read(b, made["audio_url"]).content

    assert content[:2] == b"\xff\xf3"
    assert len(content) == made["audio_metadata"]["size"]


def test_a_job_that_a_scenario_says_was_uploaded_has_a_recording_too() -> None:
    b = bench(GLADIA, BY_NAME)

    answer = read(b, "/v2/pre-recorded/0f4f3a1e-6a77-4f2b-9b0e-7b6b0d5c9e21/file")

    assert (answer.status_code, answer.content[:4]) == (200, b"RIFF")


@pytest.mark.parametrize(
    "path",
    [f"/v2/pre-recorded/{NOBODY}/file", f"/v2/transcription/{NOBODY}/file", f"/file/{NOBODY}"],
)
def test_what_is_not_there_is_404(path: str) -> None:
    b = bench(GLADIA)

    answer = read(b, path)

    assert (answer.status_code, answer.json()["message"]) == (404, "Not found")


def test_an_upload_is_its_accounts_own() -> None:
    mine = bench(GLADIA)
    url = upload(mine, SHORT).json()["audio_url"]

    assert mine.http.get(url, headers={"x-gladia-key": "test-other"}).status_code == 404
    assert mine.http.get(url, headers={"x-gladia-key": "nobody"}).status_code == 401


def test_the_journal_keeps_no_audio() -> None:
    b = bench(GLADIA)
    _, job = transcribed(b, LONG)
    read(b, f"/v2/pre-recorded/{job}/file")

    sent, _, given = b.tenant.journal

    assert (sent.request.body, sent.request.parts[0].content, given.response.body) == (
        b"",
        b"",
        b"",
    )
    assert [(one.what, one.size) for one in sent.omitted] == [
        ("request", sent.omitted[0].size),
        ("audio", len(LONG)),
    ]
    assert given.omitted[0].size == len(LONG)
    assert given.omitted[0].digest == sent.omitted[1].digest


@pytest.mark.parametrize("how", ["closed", "reset"])
def test_a_recording_goes_with_its_account(how: str) -> None:
    b = bench(GLADIA)
    upload(b, LONG)
    [record] = b.tenant.backend(GLADIA).store.oldest_first(Upload)
    content = ref(record.content)
    del record

    if how == "closed":
        b.emulator.tenants.close(b.tenant.key)
        b = bench(GLADIA)
    else:
        b.emulator.tenants.reset(b.tenant)
    gc.collect()

    assert content() is None
