"""The storage behind content links."""

from datetime import timedelta

import pytest

from emulator.core.http.messages import Request
from emulator.core.http.problems import BadLink, NotFound
from emulator.core.provider.backend import Backend
from emulator.providers.azure_speech import AZURE_SPEECH, blobs
from emulator.providers.azure_speech.records import Settings, Speakers
from tests.providers.azure_speech.making import ID, recording, transcription
from tests.support.clients import Bench, bench

BLOB = f"{ID}_0_0.json"


def state() -> tuple[Bench, Backend]:
    found = bench(AZURE_SPEECH)
    return found, found.tenant.backend(AZURE_SPEECH)


def followed(link: str, backend: Backend) -> Request:
    path, _, query = link.partition("?")
    pairs = dict(pair.split("=", 1) for pair in query.split("&"))
    undone = {name: unquoted(value) for name, value in pairs.items()}
    resource = path.split("/")[3].removeprefix("bestor-")
    blob = path.rpartition("/")[2]
    params = {**undone, "resource": resource, "blob": blob}
    return Request("GET", path, query=tuple(undone.items()), params=params)


def unquoted(text: str) -> str:
    return text.replace("%3A", ":").replace("%2F", "/").replace("%2B", "+").replace("%3D", "=")


def test_a_link_looks_like_a_documented_one() -> None:
    _, backend = state()
    request = Request("GET", "/", base_url="https://speech.test")

    link = blobs.link(BLOB, 12 * 3600, request, backend)

    assert link.startswith(
        f"https://speech.test/bestor-{backend.account_id}/TranscriptionData/{BLOB}"
        "?sv=2021-08-06&st=2026-01-05T08%3A55%3A00Z&se=2026-01-05T21%3A00%3A00Z&sr=b&sp=rl&sig="
    )


def test_each_moment_has_another_link() -> None:
    found, backend = state()
    request = Request("GET", "/", base_url="https://speech.test")
    first = blobs.link(BLOB, 60, request, backend)
    found.clock.advance(1)

    second = blobs.link(BLOB, 60, request, backend)

    assert first != second
    blobs.check_signature(followed(first, backend), backend)
    blobs.check_signature(followed(second, backend), backend)


@pytest.mark.parametrize(("seconds", "expired"), [(59, False), (60, True)])
def test_a_link_holds_for_as_long_as_it_was_asked_to(seconds: int, expired: bool) -> None:
    found, backend = state()
    request = followed(
        blobs.link(BLOB, 60, Request("GET", "/", base_url="https://speech.test"), backend), backend
    )
    found.clock.advance(seconds)

    try:
        blobs.check_signature(request, backend)
        refused = False
    except BadLink as problem:
        refused = problem.expired

    assert refused is expired


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("sv", "2022-08-06"),
        ("st", "2026-01-05T08:00:00Z"),
        ("se", "2026-01-06T08:00:00Z"),
        ("se", "2026-01-06"),
        ("se", "tomorrow"),
        ("se", ""),
        ("sr", "c"),
        ("sp", "rwd"),
        ("sig", "ä"),
        ("blob", f"{ID}_report.json"),
    ],
)
def test_a_link_that_was_altered_is_no_good(name: str, value: str) -> None:
    _, backend = state()
    link = blobs.link(BLOB, 60, Request("GET", "/", base_url="https://speech.test"), backend)
    good = followed(link, backend)
    altered = Request("GET", good.path, params={**good.params, name: value})

    with pytest.raises(BadLink) as refusal:
        blobs.check_signature(altered, backend)

    assert not refusal.value.expired


def test_a_moment_without_a_zone_is_in_utc() -> None:
    moment = blobs.moment("2026-01-05T09:00:00")

    assert moment is not None
    assert moment == blobs.moment("2026-01-05T09:00:00Z")


@pytest.mark.parametrize(
    ("blob", "seconds"),
    [
        (BLOB, 2),
        (BLOB, 3 + 60),
        (f"{ID}_1_0.json", 3),
        ("nothing", 3),
        ("827712a5-f942-4997-91c3-7c6cde35600b_0_0.json", 3),
    ],
)
def test_a_blob_that_is_not_there_is_not_found(blob: str, seconds: int) -> None:
    found, backend = state()
    backend.store.put(transcription(Settings(time_to_live=timedelta(minutes=1))))
    found.clock.advance(seconds)

    with pytest.raises(NotFound):
        blobs.find(blob, backend)


def test_a_blob_is_found_from_the_end_of_its_transcription_on() -> None:
    found, backend = state()
    record = transcription()
    backend.store.put(record)
    found.clock.advance(3)

    assert blobs.find(BLOB, backend) == (record, record.files[0])


@pytest.mark.parametrize(
    ("settings", "count"),
    [
        (Settings(), None),
        (Settings(speakers=Speakers(3, 5)), None),
        (Settings(diarization=True), 2),
        (Settings(diarization=True, speakers=Speakers()), 2),
        (Settings(diarization=True, speakers=Speakers(3, 5)), 3),
        (Settings(diarization=True, speakers=Speakers(1, 5)), 2),
        (Settings(diarization=True, speakers=Speakers(1, 1)), 1),
        (Settings(diarization=True, speakers=Speakers(4, None)), 4),
        (Settings(diarization=True, speakers=Speakers(None, 1)), 1),
    ],
)
def test_as_many_speakers_are_made_up_as_were_asked_for(
    settings: Settings, count: int | None
) -> None:
    assert blobs.speakers(settings) == count


def test_the_content_of_a_file_is_always_the_same() -> None:
    _, backend = state()
    record = transcription()

    first, report = (blobs.content(record, file, backend) for file in record.files)

    assert first == blobs.content(record, record.files[0], backend)
    assert isinstance(first, dict)
    assert first["source"] == recording().audio.source
    assert first["timestamp"] == "2026-01-05T09:00:03Z"
    assert report == {
        "successfulTranscriptionsCount": 1,
        "failedTranscriptionsCount": 0,
        "details": [{"source": "https://media.example.com/a.wav", "status": "Succeeded"}],
    }
