"""Records as the JSON that is documented."""

import pytest

from emulator.core.http.messages import parse_json
from emulator.core.http.pagination import paginate
from emulator.core.speech.transcripts import Segment, Transcript, Word
from emulator.core.state.response_cache import ResponseCache
from emulator.providers.phrase_studio import render
from tests.providers.phrase_studio.build import (
    ACCOUNT,
    NOBODY,
    PROFILE,
    PROJECT,
    RECORDING,
    at,
    project,
    recording,
    settings,
)

BARE = {
    "id": PROJECT,
    "accountId": ACCOUNT,
    "name": "Weekly sync",
    "archived": False,
    "duration": 0,
    "fileCount": 0,
    "owner": "Test User",
    "status": "PENDING",
    "recordingTypes": [],
    "createdAt": "2026-01-05T09:00:00.000Z",
    "updatedAt": "2026-01-05T09:00:00.000Z",
}


def test_a_project_before_its_files_says_nothing_of_them() -> None:
    body = render.project(project(), at(1))

    assert body == BARE


def test_a_project_adds_its_recordings_up() -> None:
    one = project(recording(), recording(id=NOBODY), team="Marketing")

    body = render.project(one, at(1))

    assert body == {
        "id": PROJECT,
        "accountId": ACCOUNT,
        "name": "Weekly sync",
        "archived": False,
        "firstRecordingId": RECORDING,
        "sourceLanguage": "en",
        "subtitleProfileId": PROFILE,
        "mediaType": "AUDIO",
        "duration": 84.2,
        "fileCount": 2,
        "owner": "Marketing",
        "status": "IN_PROGRESS",
        "recordingTypes": ["TRANSCRIPTION"],
        "createdAt": "2026-01-05T09:00:00.000Z",
        "updatedAt": "2026-01-05T09:00:01.000Z",
    }


def test_the_documented_details_of_a_project_are_ours() -> None:
    one = project(recording(settings(translations=("es",))))

    body = render.details(one, at(2.5))

    assert body == {
        "id": PROJECT,
        "accountId": ACCOUNT,
        "name": "Weekly sync",
        "archived": False,
        "firstRecordingId": RECORDING,
        "sourceLanguage": "en",
        "subtitleProfileId": PROFILE,
        "mediaType": "AUDIO",
        "duration": 42.1,
        "fileCount": 1,
        "owner": "Test User",
        "status": "IN_PROGRESS",
        "recordingTypes": ["TRANSCRIPTION", "TRANSLATION"],
        "createdAt": "2026-01-05T09:00:00.000Z",
        "updatedAt": "2026-01-05T09:00:02.000Z",
        "recordings": [
            {
                "id": RECORDING,
                "projectId": PROJECT,
                "name": "sync.wav",
                "type": "audio/wav",
                "extension": "wav",
                "sourceLanguage": "en",
                "translationLanguages": ["es"],
                "dubbingLanguages": [],
                "summaryEnabled": False,
                "customAttributesEnabled": False,
                "sourceDuration": 42.04,
                "duration": 42.1,
                "createdAt": "2026-01-05T09:00:00.000Z",
                "updatedAt": "2026-01-05T09:00:02.000Z",
                "insightsEnabled": False,
                "safeCommunicationsEnabled": False,
            }
        ],
        "pronunciations": [],
        "safeCommunications": [],
        "insights": [],
    }


@pytest.mark.parametrize(
    ("mimes", "expected"),
    [
        (["audio/wav", "audio/mpeg"], "AUDIO"),
        (["video/mp4"], "VIDEO"),
        (["audio/wav", "video/mp4"], "AUDIO_VIDEO"),
        (["application/octet-stream"], "AUDIO"),
    ],
)
def test_the_media_type_comes_from_the_files(mimes: list[str], expected: str) -> None:
    one = project(*(recording(mime=mime) for mime in mimes))

    assert render.project(one, at(0))["mediaType"] == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, {}),
        ({"id": NOBODY}, {"id": NOBODY}),
        ({"domain": "general"}, {"name": "general"}),
        ({"content": "Acme\nWidget 9"}, {"additionalItems": "Acme\nWidget 9"}),
    ],
)
def test_a_glossary_is_shown_as_it_was_given(
    given: dict[str, str], expected: dict[str, str]
) -> None:
    body = render.attachments(settings(glossary=given))

    assert body == {
        "glossary": expected,
        "pronunciations": [],
        "safeCommunications": [],
        "insights": [],
    }


def test_an_empty_list_has_no_pages() -> None:
    kept = render.listing(paginate((), offset=0, limit=1000), at(0), ResponseCache())

    assert parse_json(kept.body) == {
        "data": [],
        "pagination": {"page": 1, "pageSize": 1000, "total": 0, "totalPages": 0},
    }


def test_a_later_page_says_which_one_it_is() -> None:
    everything = [project(id=str(number)) for number in range(5)]

    kept = render.listing(paginate(everything, offset=4, limit=2), at(0), ResponseCache())

    assert parse_json(kept.body) == {
        "data": [{**BARE, "id": "4"}],
        "pagination": {"page": 3, "pageSize": 2, "total": 5, "totalPages": 3},
    }


def test_srt_numbers_its_cues_and_vtt_does_not() -> None:
    words = (
        Word("Hola", 0, 1_000, 0.9),
        Word("a", 1_000, 1_500, 0.9),
        Word("todos.", 1_500, 2_400, 0.9),
    )
    others = (Word("Empezamos.", 60_000, 3_661_001, 0.9),)
    spoken = (Segment(words, 0, 0, "es"), Segment(others, 1, 0, "es"))
    transcript = Transcript("es", ("Ann", "Ben"), spoken, 3_662_000)

    srt, vtt = render.subtitles(transcript, "srt"), render.subtitles(transcript, "vtt")

    assert srt == (
        "1\n00:00:00,000 --> 00:00:02,400\nHola a todos.\n\n"
        "2\n00:01:00,000 --> 00:01:07,000\nEmpezamos.\n"
    )
    assert vtt == (
        "WEBVTT\n\n00:00:00.000 --> 00:00:02.400\nHola a todos.\n\n"
        "00:01:00.000 --> 00:01:07.000\nEmpezamos.\n"
    )
