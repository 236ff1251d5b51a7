"""A record becomes documented JSON."""

from datetime import timedelta
from typing import Any

import pytest

from emulator.core.http.messages import Request, Response
from emulator.core.http.problems import Broken
from emulator.core.state.jobs import Phase, Step
from emulator.providers.azure_speech import AZURE_SPEECH, render
from emulator.providers.azure_speech.records import Failure, Settings, Speakers
from tests.providers.azure_speech.making import (
    FILE_ID,
    ID,
    T0,
    recording,
    transcription,
    url,
)
from tests.support.clients import bench

END = T0 + timedelta(seconds=3)
SELF = f"https://speech.test/speechtotext/v3.1/transcriptions/{ID}"
MODELS = "https://speech.test/speechtotext/v3.1/models"
NEW: dict[str, Any] = {
    "self": SELF,
    "model": {"self": f"{MODELS}/base/6b1c1a0e-7d1f-4c1c-8f60-2f6f0f0c9d44"},
    "links": {"files": f"{SELF}/files"},
    "properties": {
        "diarizationEnabled": False,
        "wordLevelTimestampsEnabled": False,
        "displayFormWordLevelTimestampsEnabled": False,
        "channels": [0, 1],
        "punctuationMode": "DictatedAndAutomatic",
        "profanityFilterMode": "Masked",
    },
    "lastActionDateTime": "2026-01-05T09:00:00Z",
    "status": "NotStarted",
    "createdDateTime": "2026-01-05T09:00:00Z",
    "locale": "en-US",
    "displayName": "My Transcription",
}


def rendered(*given: Any, **changes: Any) -> Any:
    return render.transcription(transcription(*given, **changes), END, url)


def test_a_new_transcription_has_no_more_than_it_was_given() -> None:
    body = render.transcription(transcription(), T0, url)

    assert body == NEW
    assert isinstance(body, dict)
    assert list(body) == list(NEW)


def test_a_transcription_that_succeeded_says_how_long_it_is() -> None:
    heard = (recording(), recording(duration_ms=500), recording(failure=Failure("a", "b")))

    body = rendered(recordings=heard)

    assert body["status"] == "Succeeded"
    assert body["lastActionDateTime"] == "2026-01-05T09:00:03Z"
    assert body["properties"] == {**NEW["properties"], "duration": "PT4S"}


def test_a_failed_transcription_says_why_and_has_no_duration() -> None:
    failed = (Step(0, Phase.QUEUED), Step(2, Phase.FAILED))
    error = Failure("InvalidData", "The recordings URI contains invalid data.")

    body = rendered(timeline=failed, error=error)

    assert body["status"] == "Failed"
    assert body["properties"] == {
        **NEW["properties"],
        "error": {"code": "InvalidData", "message": "The recordings URI contains invalid data."},
    }


def test_everything_that_was_asked_for_comes_back() -> None:
    settings = Settings(
        diarization=True,
        speakers=Speakers(2, 5),
        words=True,
        display_words=True,
        channels=(1,),
        time_to_live=timedelta(hours=36),
        candidate_locales=("en-US", "de-DE"),
        model_paths=(("de-DE", "/speechtotext/v3.1/models/1"),),
    )

    body = rendered(
        settings,
        description="",
        custom_properties=(("team", "support"),),
        project_path="/speechtotext/v3.1/projects/2",
        dataset_path="/speechtotext/v3.1/datasets/3",
    )

    assert body == {
        **NEW,
        "project": {"self": "https://speech.test/speechtotext/v3.1/projects/2"},
        "dataset": {"self": "https://speech.test/speechtotext/v3.1/datasets/3"},
        "properties": {
            "diarizationEnabled": True,
            "wordLevelTimestampsEnabled": True,
            "displayFormWordLevelTimestampsEnabled": True,
            "channels": [1],
            "punctuationMode": "DictatedAndAutomatic",
            "profanityFilterMode": "Masked",
            "duration": "PT3S",
            "timeToLive": "P1DT12H",
            "diarization": {"speakers": {"minCount": 2, "maxCount": 5}},
            "languageIdentification": {
                "candidateLocales": ["en-US", "de-DE"],
                "speechModelMapping": {"de-DE": {"self": f"{MODELS}/1"}},
            },
        },
        "lastActionDateTime": "2026-01-05T09:00:03Z",
        "status": "Succeeded",
        "description": "",
        "customProperties": {"team": "support"},
    }


def test_candidates_may_come_without_models_and_speakers_without_bounds() -> None:
    settings = Settings(
        speakers=Speakers(None, None),
        candidate_locales=("en-US", "de-DE"),
        time_to_live=timedelta(),
    )

    found = rendered(settings)["properties"]

    assert found["languageIdentification"] == {"candidateLocales": ["en-US", "de-DE"]}
    assert found["diarization"] == {"speakers": {}}
    assert found["timeToLive"] == "PT0S"


@pytest.mark.parametrize(("seconds", "email"), [(0, "ann@example.com"), (3, None)])
def test_the_address_is_there_until_the_mail_is_sent(seconds: int, email: str | None) -> None:
    record = transcription(Settings(email="ann@example.com"))

    body: Any = render.transcription(record, T0 + timedelta(seconds=seconds), url)

    assert body["properties"].get("email") == email


@pytest.mark.parametrize(
    ("place", "name", "kind"),
    [(0, "contenturl_0.json", "Transcription"), (1, "report.json", "TranscriptionReport")],
)
def test_a_file_has_its_kind_and_the_end_of_its_transcription(
    place: int, name: str, kind: str
) -> None:
    record = transcription()
    one = record.files[place]

    body: Any = render.file(record, one, 3407, "https://storage.test/x", url)

    assert list(body) == ["self", "name", "kind", "properties", "createdDateTime", "links"]
    assert body == {
        "self": f"{SELF}/files/{one.id}",
        "name": name,
        "kind": kind,
        "properties": {"size": 3407},
        "createdDateTime": "2026-01-05T09:00:03Z",
        "links": {"contentUrl": "https://storage.test/x"},
    }
    assert record.files[0].id == FILE_ID


def test_the_last_page_of_a_list_has_no_link() -> None:
    assert render.listing(iter(["a"]), None) == {"values": ["a"]}


def test_a_page_before_the_last_links_to_the_next() -> None:
    assert render.listing([], "https://x") == {"values": [], "@nextLink": "https://x"}


def test_the_link_encodes_blanks_and_no_colons() -> None:
    query: dict[str, int | str | None] = {
        "skip": 2,
        "top": 2,
        "filter": "createdDateTime ge 2018-01-24T09:54:39Z and displayName ne 'a&b+c#ä'",
        "sasValidityInSeconds": None,
    }

    link = render.next_url("https://speech.test/transcriptions", query)

    assert link == (
        "https://speech.test/transcriptions?skip=2&top=2"
        "&filter=createdDateTime%20ge%202018-01-24T09:54:39Z%20and%20displayName%20ne%20"
        "'a%26b%2Bc%23%C3%A4'"
    )


def test_answers_are_indented_with_crlf_and_files_with_lf() -> None:
    content = {"a": [1.0], "b": "x\ny"}

    reply = render.json_reply(200, content, {"Retry-After": "1"})

    assert reply == Response(
        200,
        b'{\r\n  "a": [\r\n    1.0\r\n  ],\r\n  "b": "x\\ny"\r\n}',
        {"Content-Type": "application/json; charset=utf-8", "Retry-After": "1"},
        content,
    )
    assert render.indented(content) == b'{\n  "a": [\n    1.0\n  ],\n  "b": "x\\ny"\n}'


@pytest.mark.parametrize(
    ("base_url", "strict"),
    [
        ("https://westeurope.api.cognitive.microsoft.com", True),
        ("https://my.cognitiveservices.azure.com", True),
        ("https://localhost:4788/azure-speech", False),
        ("http://127.0.0.1:4788", False),
    ],
)
def test_strict_transport_is_asked_for_under_real_names_only(base_url: str, strict: bool) -> None:
    backend = bench(AZURE_SPEECH).tenant.backend(AZURE_SPEECH)
    request = Request("GET", "/speechtotext/v3.1/transcriptions", base_url=base_url, id=ID)

    headers = render.finish(request, Response(204), backend).headers

    common = {
        "Cache-Control": "no-store",
        "api-supported-versions": "3.0,3.1",
        "X-Content-Type-Options": "nosniff",
        "apim-request-id": ID,
    }
    more = {"Strict-Transport-Security": "max-age=31536000; includeSubDomains; preload"}
    assert headers == {**common, **(more if strict else {})}


def test_the_storage_has_headers_of_its_own() -> None:
    backend = bench(AZURE_SPEECH).tenant.backend(AZURE_SPEECH)
    request = Request("GET", "/Bestor-1/TranscriptionData/x", id=ID)

    headers = render.finish(request, AZURE_SPEECH.envelope(Broken(), request, backend), backend)

    assert headers.headers == {
        "Server": "Windows-Azure-Blob/1.0 Microsoft-HTTPAPI/2.0",
        "x-ms-version": "2021-08-06",
        "x-ms-request-id": ID,
        "Content-Type": "application/xml",
        "x-ms-error-code": "InternalError",
    }
