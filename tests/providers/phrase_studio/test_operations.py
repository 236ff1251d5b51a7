"""Each operation, called as a client calls it."""

from urllib.parse import parse_qs, urlsplit

import httpx
import miniaudio
import pytest

from emulator.application.addressing import IncomingRequest
from emulator.interfaces.serving.httpx_transport import Transport
from tests.providers.phrase_studio.build import (
    FIELDS,
    FILES,
    NOBODY,
    PROFILE,
    PROJECT,
    RECORDING,
    STORY,
    create,
    form,
    made,
    refused,
    studio,
)
from tests.support.clients import wav

EXISTING = f"""
transcripts:
  hello:
    language: en
    lines:
      - Ann: {{says: Hello everyone., at: 1s, for: 3s}}
existing:
  - {{provider: phrase_studio, id: {PROJECT}, transcript: hello, languages: [es, fr]}}
"""

PAGES = """
jobs:
  - when: {audio: old.mp3}
    phrase_studio: {archived: true}
  - when: {audio: team.mp3}
    phrase_studio: {team: Marketing}
existing:
  - {provider: phrase_studio, name: Old, audio: old.mp3, age: 5h}
  - {provider: phrase_studio, name: Ours, audio: team.mp3, age: 1m}
  - {provider: phrase_studio, name: Queued, phase: queued, age: 4h}
  - {provider: phrase_studio, name: Running, phase: processing, age: 3h}
  - {provider: phrase_studio, name: Done, phase: completed, age: 2h}
  - {provider: phrase_studio, name: Broken, phase: failed, age: 1h}
"""

LINES = "00:00:01,000 --> 00:00:04,000"
HELLO = f"1\n{LINES}\nHello everyone.\n"


def names(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [one["name"] for one in answer.json()["data"]]


# Making a project


def test_making_a_project_redirects_to_an_upload_of_ones_own() -> None:
    b = studio()

    answer = b.http.post("/v1/projects", params={"title": "Böard & Co"}, files=form(FIELDS, FILES))

    assert (answer.status_code, answer.content) == (307, b"")
    location = urlsplit(answer.headers["location"])
    assert f"{location.scheme}://{location.netloc}" == "http://127.0.0.1:4788"
    assert location.path.startswith("/phrase-studio/_upload/")
    assert parse_qs(location.query) == {"title": ["Böard & Co"]}


def test_the_redirect_stays_on_the_address_that_the_client_used() -> None:
    b = studio()

    answer = b.http.post(
        "http://studio.test:9/v1/projects", files=form(FIELDS, FILES), follow_redirects=False
    )

    assert answer.headers["location"].startswith("http://studio.test:9/_upload/")
    assert urlsplit(answer.headers["location"]).query == ""


def test_the_project_is_there_before_its_files() -> None:
    b = studio()

    b.http.post("/v1/projects", params={"title": "Weekly sync"}, files=form(FIELDS, FILES))

    (project,) = b.http.get("/v1/projects").json()["data"]
    assert project == {
        "id": project["id"],
        "accountId": b.tenant.account_id,
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


def test_following_the_redirect_fills_the_project() -> None:
    b = studio()

    answer = create(b, title="Weekly sync")

    details = b.http.get(f"/v1/projects/{answer.json()['id']}").json()
    assert answer.json() == {"id": details["id"]}
    assert (details["name"], details["fileCount"]) == ("Weekly sync", 1)
    assert [detail["name"] for detail in details["recordings"]] == ["talk.mp3"]


def test_a_project_without_a_title_is_untitled() -> None:
    b = studio()

    create(b)

    assert names(b.http.get("/v1/projects")) == ["Untitled Project"]


def test_a_ticket_takes_one_upload() -> None:
    b = studio()
    ticket = b.http.post("/v1/projects", files=form(FIELDS, FILES)).headers["location"]

    first = b.http.post(ticket, files=form(FIELDS, FILES))
    second = b.http.post(ticket, files=form(FIELDS, FILES))

    assert first.status_code == 200
    assert refused(second) == (404, "Not Found")


def test_an_unknown_ticket_is_404() -> None:
    b = studio()

    answer = b.http.post("/_upload/none", files=form(FIELDS, FILES))

    assert refused(answer) == (404, "Not Found")


def test_somebody_elses_ticket_is_404() -> None:
    b = studio()
    ticket = b.http.post("/v1/projects", files=form(FIELDS, FILES)).headers["location"]

    answer = b.http.post(ticket, files=form(FIELDS, FILES), headers={"X-API-Key": "test-somebody"})

    assert refused(answer) == (404, "Not Found")


def test_the_ticket_of_a_deleted_project_is_404() -> None:
    b = studio()
    ticket = b.http.post("/v1/projects", files=form(FIELDS, FILES)).headers["location"]
    (waiting,) = b.http.get("/v1/projects").json()["data"]
    b.http.delete(f"/v1/projects/{waiting['id']}")

    answer = b.http.post(ticket, files=form(FIELDS, FILES))

    assert refused(answer) == (404, "Not Found")


def test_a_refused_upload_leaves_the_ticket_good() -> None:
    b = studio()
    ticket = b.http.post("/v1/projects", files=form(FIELDS, FILES)).headers["location"]

    first = b.http.post(ticket, files=form({"sourceLanguage": "en"}, FILES))
    second = b.http.post(ticket, files=form(FIELDS, FILES))

    assert refused(first) == (400, "Validation failed")
    assert second.status_code == 200


def test_the_upload_wants_a_key_too() -> None:
    b = studio()
    ticket = b.http.post("/v1/projects", files=form(FIELDS, FILES)).headers["location"]
    stranger = httpx.Client(transport=Transport(b.emulator))

    answer = stranger.post(ticket, files=form(FIELDS, FILES))

    assert refused(answer) == (401, "Unauthorized")


def test_addresses_are_redirected_like_files() -> None:
    b = studio()
    fields = {**FIELDS, "fileUrls": "https://example.com/a/talk.mp4?x=1"}

    redirect = b.http.post("/v1/projects", files=form(fields))
    answer = b.http.post(redirect.headers["location"], files=form(fields))

    details = b.http.get(f"/v1/projects/{answer.json()['id']}").json()
    assert redirect.status_code == 307
    assert [(detail["name"], detail["type"]) for detail in details["recordings"]] == [
        ("talk.mp4", "video/mp4")
    ]


def test_files_are_left_aside_where_there_are_addresses() -> None:
    b = studio()
    fields = {**FIELDS, "fileUrls": ["https://example.com/1.mp3", "https://example.com/2.mov"]}

    answer = create(b, fields)

    details = b.http.get(f"/v1/projects/{answer.json()['id']}").json()
    assert [detail["name"] for detail in details["recordings"]] == ["1.mp3", "2.mov"]
    assert (details["fileCount"], details["mediaType"]) == (2, "AUDIO_VIDEO")


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("not_started", (502, "Error calling start endpoint")),
        ("failed", (400, "Upload failed")),
        (
            "failed, upload_message: File duration cannot exceed 180 minutes.",
            (400, "File duration cannot exceed 180 minutes."),
        ),
        ("not_configured", (503, "Single-shot upload URL is not configured")),
    ],
)
def test_an_upload_goes_wrong_as_the_scenario_says(word: str, expected: tuple[int, str]) -> None:
    b = studio(f"jobs: [{{phrase_studio: {{upload: {word}}}}}]")

    answer = create(b)

    assert refused(answer) == expected


def test_a_direct_upload_needs_no_redirect() -> None:
    b = studio("jobs: [{phrase_studio: {upload: direct}}]")

    answer = b.http.post("/v1/projects", params={"title": "A"}, files=form(FIELDS, FILES))

    assert answer.status_code == 200
    assert names(b.http.get("/v1/projects")) == ["A"]


@pytest.mark.parametrize(
    ("fields", "files", "message"),
    [
        ({"sourceLanguage": "en"}, 1, "Validation failed"),
        (FIELDS, 6, "Maximum 5 files allowed"),
        (FIELDS, 0, "There are no files"),
        (
            {**FIELDS, "fileUrls": ["https://example.com/1.mp3"]},
            5,
            "Maximum 5 files allowed (uploads + fileUrls)",
        ),
    ],
)
def test_a_direct_upload_is_checked_like_any(
    fields: dict[str, str], files: int, message: str
) -> None:
    b = studio("jobs: [{phrase_studio: {upload: direct}}]")

    answer = b.http.post("/v1/projects", files=form(fields, FILES * files))

    assert refused(answer) == (400, message)
    assert names(b.http.get("/v1/projects")) == []


def test_a_project_without_files_is_refused_at_once() -> None:
    b = studio()

    answer = b.http.post("/v1/projects", files=form({**FIELDS, "fileUrls": "[]"}))

    assert refused(answer) == (400, "There are no files")
    *_, exchange = b.tenant.journal
    assert [part.name for part in exchange.request.parts] == [*FIELDS, "fileUrls"]


@pytest.mark.parametrize("upload", ["redirect", "direct"])
@pytest.mark.parametrize(
    "text",
    ["null", "5", "true", "no address", "[null]", "[{}]", "[[]]", '[{"url": "https://a.test/b"}]'],
)
def test_addresses_that_are_none_are_refused_at_once(text: str, upload: str) -> None:
    b = studio(f"jobs: [{{phrase_studio: {{upload: {upload}}}}}]")

    answer = b.http.post("/v1/projects", files=form({**FIELDS, "fileUrls": text}))

    assert refused(answer) == (400, "Validation failed")
    assert names(b.http.get("/v1/projects")) == []


@pytest.mark.parametrize(
    ("fields", "files", "message"),
    [
        (FIELDS, 0, "At least one file must be provided (file uploads or fileUrls)"),
        (FIELDS, 6, "Maximum 5 files allowed"),
        (
            {"fileUrls": [f"https://example.com/{n}.mp3" for n in range(6)]},
            0,
            "Maximum 5 files allowed (uploads + fileUrls)",
        ),
        ({"fileUrls": "no address"}, 0, "Validation failed"),
        ({**FIELDS, "sourceLanguage": "xx"}, 1, "Validation failed"),
    ],
)
def test_the_upload_service_counts_before_it_checks_fields(
    fields: dict[str, object], files: int, message: str
) -> None:
    b = studio()

    answer = b.http.post("/_upload/any", files=form(fields, FILES * files))

    assert refused(answer) == (400, message)


@pytest.mark.parametrize("path", ["/v1/projects", "/_upload/any"])
@pytest.mark.parametrize(
    ("content_type", "body", "expected"),
    [
        ("application/json", b"{}", (415, "Content-Type must be multipart/form-data")),
        ("", b"", (415, "Content-Type must be multipart/form-data")),
        ("multipart/form-data", b"--x", (400, "Malformed multipart payload")),
        ("multipart/form-data; boundary=x", b"hello", (400, "Malformed multipart payload")),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\ncontent-disposition: form-data; name="a"\r\n\r\nhalf a pa',
            (400, "Malformed multipart payload"),
        ),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\ncontent-disposition: form-data; name="summary"\r\n\r\n\xff\r\n--x--\r\n',
            (400, "Malformed multipart payload"),
        ),
    ],
)
def test_a_body_that_is_no_form_is_refused(
    path: str, content_type: str, body: bytes, expected: tuple[int, str]
) -> None:
    b = studio()

    answer = b.http.post(path, content=body, headers={"Content-Type": content_type})

    assert refused(answer) == expected


@pytest.mark.parametrize("path", ["/v1/projects", "/_upload/any"])
def test_a_body_over_the_limit_is_413(path: str) -> None:
    b = studio()
    headers = {"x-api-key": "test-key", "content-type": "multipart/form-data; boundary=x"}

    exchange = b.emulator.answer(
        IncomingRequest("POST", f"/phrase-studio{path}", headers=headers, excess="body")
    )

    assert exchange.response.content == {
        "success": False,
        "statusCode": 413,
        "message": "File too large. Max size is 5GB per file",
        "timestamp": "2026-01-05T09:00:00.000Z",
    }


# Projects


def test_the_list_is_newest_first_without_the_teams() -> None:
    b = studio(PAGES)

    answer = b.http.get("/v1/projects")

    assert names(answer) == ["Broken", "Done", "Running", "Queued", "Old"]
    assert answer.json()["pagination"] == {
        "page": 1,
        "pageSize": 1000,
        "total": 5,
        "totalPages": 1,
    }


def test_the_list_has_the_teams_projects_when_asked() -> None:
    b = studio(PAGES)

    answer = b.http.get("/v1/projects", params={"teamProjects": "true"})

    assert names(answer) == ["Ours", "Broken", "Done", "Running", "Queued", "Old"]
    assert answer.json()["data"][0]["owner"] == "Marketing"


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("ALL", ["Broken", "Done", "Running", "Queued", "Old"]),
        ("ARCHIVED", ["Old"]),
        ("PENDING", ["Queued"]),
        ("IN_PROGRESS", ["Running"]),
        ("COMPLETED", ["Done"]),
        ("FAILED", ["Broken"]),
    ],
)
def test_the_list_keeps_one_status(status: str, expected: list[str]) -> None:
    b = studio(PAGES)

    answer = b.http.get("/v1/projects", params={"status": status})

    assert names(answer) == expected


@pytest.mark.parametrize(
    ("search", "expected"),
    [("RO", ["Broken"]), ("ue", ["Queued"]), ("", ["Broken", "Done", "Running", "Queued", "Old"])],
)
def test_the_list_searches_names(search: str, expected: list[str]) -> None:
    b = studio(PAGES)

    answer = b.http.get("/v1/projects", params={"search": search})

    assert names(answer) == expected


@pytest.mark.parametrize(
    ("page", "expected"), [("1", ["Broken", "Done"]), ("3", ["Old"]), ("4", [])]
)
def test_the_list_is_paged(page: str, expected: list[str]) -> None:
    b = studio(PAGES)

    answer = b.http.get("/v1/projects", params={"page": page, "pageSize": "2"})

    assert names(answer) == expected
    assert answer.json()["pagination"] == {
        "page": int(page),
        "pageSize": 2,
        "total": 5,
        "totalPages": 3,
    }


@pytest.mark.parametrize(
    "query",
    [
        "page=0",
        "page=",
        "page=one",
        "page=1.5",
        "page=1&page=2",
        "pageSize=0",
        "pageSize=1001",
        "status=completed",
        "status=",
        "teamProjects=1",
        "teamProjects=TRUE",
    ],
)
def test_a_list_query_that_is_wrong_is_400(query: str) -> None:
    b = studio(PAGES)

    answer = b.http.get(f"/v1/projects?{query}")

    assert refused(answer) == (400, "Bad Request")


def test_details_show_what_was_asked_for() -> None:
    b = studio(STORY)
    fields = {
        **FIELDS,
        "translationLanguages": '["es", "fr"]',
        "dubbingLanguages": "es",
        "summary": "TRUE",
        "customAttributes": "true",
        "insights": f'["{NOBODY}"]',
        "safeCommunications": NOBODY,
        "pronunciations": f'{{"pronunciationId": "{NOBODY}", "languageCode": "es"}}',
        "glossary": f'{{"id": "{NOBODY}", "content": "Acme\\nWidget 9"}}',
    }
    id = create(b, fields, [("x", ("sync.wav", wav(11.65), "audio/wav"))]).json()["id"]
    b.clock.advance(1.5)

    details = b.http.get(f"/v1/projects/{id}").json()

    first = details["firstRecordingId"]
    assert details == {
        "id": id,
        "accountId": b.tenant.account_id,
        "name": "Untitled Project",
        "archived": False,
        "firstRecordingId": first,
        "sourceLanguage": "en",
        "subtitleProfileId": PROFILE,
        "mediaType": "AUDIO",
        "duration": 11.7,
        "fileCount": 1,
        "owner": "Test User",
        "status": "IN_PROGRESS",
        "recordingTypes": ["TRANSCRIPTION", "TRANSLATION", "DUBBING", "SUMMARY"],
        "createdAt": "2026-01-05T09:00:00.000Z",
        "updatedAt": "2026-01-05T09:00:01.400Z",
        "recordings": [
            {
                "id": first,
                "projectId": id,
                "name": "sync.wav",
                "type": "audio/wav",
                "extension": "wav",
                "sourceLanguage": "en",
                "translationLanguages": ["es", "fr"],
                "dubbingLanguages": ["es"],
                "summaryEnabled": True,
                "customAttributesEnabled": True,
                "sourceDuration": 11.65,
                "duration": 11.7,
                "createdAt": "2026-01-05T09:00:00.000Z",
                "updatedAt": "2026-01-05T09:00:01.400Z",
                "insightsEnabled": True,
                "safeCommunicationsEnabled": True,
            }
        ],
        "glossary": {"id": NOBODY, "additionalItems": "Acme\nWidget 9"},
        "pronunciations": [
            {"id": NOBODY, "name": "Pronunciation 11111111", "languageCode": "es", "items": []}
        ],
        "safeCommunications": [{"id": NOBODY, "name": "Safe communication 11111111"}],
        "insights": [{"id": NOBODY, "name": "Insight 11111111"}],
    }


def test_details_before_the_upload_have_no_recordings() -> None:
    b = studio()
    b.http.post("/v1/projects", files=form(FIELDS, FILES))
    (waiting,) = b.http.get("/v1/projects").json()["data"]

    details = b.http.get(f"/v1/projects/{waiting['id']}").json()

    assert details == {
        **waiting,
        "recordings": [],
        "pronunciations": [],
        "safeCommunications": [],
        "insights": [],
    }


def test_deleting_a_project_takes_everything_with_it() -> None:
    b = studio(EXISTING)

    answer = b.http.delete(f"/v1/projects/{PROJECT}")

    assert (answer.status_code, answer.content) == (200, b"")
    assert refused(b.http.get(f"/v1/projects/{PROJECT}")) == (404, "Project not found")
    assert refused(b.http.get(f"/v1/recordings/{PROJECT}/status")) == (404, "Recording not found")
    assert refused(b.http.get(f"/v1/recordings/{PROJECT}?task=transcription")) == (
        404,
        "Recording not found",
    )
    assert refused(b.http.delete(f"/v1/projects/{PROJECT}")) == (404, "Project not found")


@pytest.mark.parametrize("method", ["GET", "DELETE"])
@pytest.mark.parametrize(
    ("id", "expected"),
    [
        (NOBODY, (404, "Project not found")),
        ("01jzmvc20cjq5hj5saa96ttp2x", (404, "Project not found")),
        ("01jzmvc20cjq5hj5saa96ttp2l", (400, "Bad Request")),
        ("42", (400, "Bad Request")),
        ("%FF", (400, "Bad Request")),
    ],
)
def test_a_project_id_is_known_or_valid_or_neither(
    method: str, id: str, expected: tuple[int, str]
) -> None:
    b = studio()

    answer = b.http.request(method, f"/v1/projects/{id}")

    assert refused(answer) == expected


# Status of a recording


def test_the_status_in_one_word_follows_the_timeline() -> None:
    b = studio()
    _, id = made(b)

    words = []
    for _ in range(4):
        words.append(b.http.get(f"/v1/recordings/{id}/status?summary=true").json())
        b.clock.advance(1)

    assert words == [
        {"status": "PENDING"},
        {"status": "IN_PROGRESS"},
        {"status": "IN_PROGRESS"},
        {"status": "COMPLETED"},
    ]


def test_the_status_by_language_names_finished_steps_only() -> None:
    b = studio("jobs: [{timeline: {processing: 0s, completed: 4s}}]")
    _, id = made(b, translationLanguages="es", dubbingLanguages="es", summary="true")

    maps = []
    for _ in range(5):
        maps.append(b.http.get(f"/v1/recordings/{id}/status").json())
        b.clock.advance(1)

    assert maps == [
        {},
        {"en": {"transcription": True}, "es": {"transcription": True}},
        {
            "en": {"transcription": True},
            "es": {"transcription": True, "translation": True},
        },
        {
            "en": {"transcription": True},
            "es": {"transcription": True, "translation": True, "dubbing": True},
        },
        {
            "en": {"transcription": True, "summary": True},
            "es": {"transcription": True, "translation": True, "dubbing": True, "summary": True},
        },
    ]


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("es", {"transcription": True, "translation": True}),
        ("ES", {"transcription": True, "translation": True}),
        ("en", {"transcription": True}),
    ],
)
def test_the_status_of_one_language_is_its_steps(language: str, expected: dict[str, bool]) -> None:
    b = studio(EXISTING)

    answer = b.http.get(
        f"/v1/recordings/{PROJECT}/status", params={"language": language, "summary": "false"}
    )

    assert answer.json() == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (f"{PROJECT}/status?summary=true&language=es", (400, "Bad Request")),
        (f"{PROJECT}/status?language=de", (400, "Bad Request")),
        (f"{PROJECT}/status?language=", (400, "Bad Request")),
        (f"{PROJECT}/status?summary=yes", (400, "Bad Request")),
        (f"{PROJECT}/status?summary=", (400, "Bad Request")),
        (f"{PROJECT}/status?summary=true&summary=true", (400, "Bad Request")),
        ("nobody/status", (400, "Bad Request")),
        (f"{RECORDING}/status", (404, "Recording not found")),
    ],
)
def test_a_status_that_cannot_be_given_is_refused(path: str, expected: tuple[int, str]) -> None:
    b = studio(EXISTING)

    answer = b.http.get(f"/v1/recordings/{path}")

    assert refused(answer) == expected


def test_one_late_translation_delays_the_recording() -> None:
    b = studio("jobs: [{phrase_studio: {steps: {translation.fr: 9s}}}]")
    _, id = made(b, translationLanguages='["es", "fr"]')
    b.clock.advance(3)

    early = b.http.get(f"/v1/recordings/{id}/status").json()
    word = b.http.get(f"/v1/recordings/{id}/status?summary=true").json()
    b.clock.advance(6)
    late = b.http.get(f"/v1/recordings/{id}/status?summary=true").json()

    assert early == {
        "en": {"transcription": True},
        "es": {"transcription": True, "translation": True},
        "fr": {"transcription": True},
    }
    assert (word, late) == ({"status": "IN_PROGRESS"}, {"status": "COMPLETED"})


# Output of a recording


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("task=transcription", {"en": HELLO}),
        ("task=TRANSCRIPTION&format=srt&language=EN", {"en": HELLO}),
        (
            "task=transcription&format=vtt",
            {"en": "WEBVTT\n\n00:00:01.000 --> 00:00:04.000\nHello everyone.\n"},
        ),
        ("task=dubbing", {}),
        ("task=dubbing&format=mp3", {}),
    ],
)
def test_the_output_is_a_map_by_language(query: str, expected: dict[str, str]) -> None:
    b = studio(EXISTING)

    answer = b.http.get(f"/v1/recordings/{PROJECT}?{query}")

    assert answer.json() == expected


@pytest.mark.parametrize("task", ["Translation", "dubbing"])
@pytest.mark.parametrize(
    ("format", "head"),
    [("srt", f"1\n{LINES}\n"), ("vtt", "WEBVTT\n\n00:00:01.000 --> 00:00:04.000\n")],
)
def test_translations_and_dubbings_come_together_or_alone(
    task: str, format: str, head: str
) -> None:
    b = studio()
    _, id = made(b, translationLanguages='["es", "fr"]', dubbingLanguages='["es", "fr"]')
    b.clock.advance(3)

    both = b.http.get(f"/v1/recordings/{id}", params={"task": task, "format": format}).json()
    one = b.http.get(
        f"/v1/recordings/{id}", params={"task": task, "format": format, "language": "FR"}
    ).json()

    assert list(both) == ["es", "fr"]
    assert both["es"] != both["fr"]
    assert all(text.startswith(head) for text in both.values())
    assert one == {"fr": both["fr"]}


def test_a_dubbing_is_an_address_of_audio_that_needs_no_key() -> None:
    b = studio()
    _, id = made(b, translationLanguages='["es", "fr"]', dubbingLanguages='["es", "fr"]')
    b.clock.advance(3)
    stranger = httpx.Client(transport=Transport(b.emulator))

    urls = b.http.get(f"/v1/recordings/{id}?task=dubbing&format=mp3").json()
    audio = stranger.get(urls["es"])

    assert list(urls) == ["es", "fr"]
    assert urls["es"].startswith(f"{b.url}/_dubbings/{b.tenant.account_id}/{id}/es.mp3?Expires=")
    assert (audio.status_code, audio.headers["content-type"]) == (200, "audio/mpeg")
    sound = miniaudio.mp3_get_info(audio.content)
    assert sound.duration == pytest.approx(4, abs=0.05)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("es.mp3", "fr.mp3"),
        ("Signature=", "Signature=A"),
        ("Expires=", "Expires=9"),
        ("Expires=", "Expires=-"),
        ("Expires=", "Expires=1234567890"),
        ("&Signature", "&Other"),
        ("?Expires", "?Other"),
        ("/_dubbings/", f"/_dubbings/{NOBODY}/x/es.mp3?"),
    ],
)
def test_an_altered_address_of_audio_is_refused_by_the_storage(old: str, new: str) -> None:
    b = studio()
    _, id = made(b, translationLanguages='["es", "fr"]', dubbingLanguages="es")
    b.clock.advance(3)
    url = b.http.get(f"/v1/recordings/{id}?task=dubbing&format=mp3").json()["es"]

    answer = b.http.get(url.replace(old, new))

    assert (answer.status_code, answer.headers["content-type"]) == (403, "application/xml")
    assert answer.text == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        "<Error><Code>AccessDenied</Code><Message>Access Denied</Message>"
        f"<RequestId>{answer.headers['x-emulator-request-id']}</RequestId></Error>"
    )


def test_an_address_of_audio_ends_after_an_hour() -> None:
    b = studio()
    _, id = made(b, translationLanguages="es", dubbingLanguages="es")
    b.clock.advance(3)
    url = b.http.get(f"/v1/recordings/{id}?task=dubbing&format=mp3").json()["es"]

    b.clock.advance(3599)
    early = b.http.get(url)
    b.clock.advance(1)
    late = b.http.get(url)

    assert early.status_code == 200
    assert (late.status_code, "<Message>Request has expired</Message>" in late.text) == (403, True)


def test_the_audio_of_a_deleted_project_is_gone() -> None:
    b = studio()
    project, id = made(b, translationLanguages="es", dubbingLanguages="es")
    b.clock.advance(3)
    url = b.http.get(f"/v1/recordings/{id}?task=dubbing&format=mp3").json()["es"]
    b.http.delete(f"/v1/projects/{project}")

    answer = b.http.get(url)

    assert (answer.status_code, "<Code>NoSuchKey</Code>" in answer.text) == (404, True)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("task=transcription", (404, "Recording not found")),
        ("task=transcription&language=en", (404, "Recording not found")),
        ("task=translation&language=es", (404, "Recording not found")),
        ("task=dubbing&language=es", (404, "Recording not found")),
        ("task=dubbing&language=es&format=mp3", (404, "Recording not found")),
        ("task=translation", {}),
        ("task=dubbing", {}),
        ("task=dubbing&format=mp3", {}),
    ],
)
@pytest.mark.parametrize("timeline", ["{}", "{failed: 1s}"])
def test_an_output_that_is_not_ready_is_404_alone_and_left_out_of_a_map(
    timeline: str, query: str, expected: object
) -> None:
    b = studio(f"jobs: [{{timeline: {timeline}}}]")
    _, id = made(b, translationLanguages="es", dubbingLanguages="es")
    b.clock.advance(60)

    answer = b.http.get(f"/v1/recordings/{id}?{query}")

    found = answer.json() if answer.status_code == 200 else refused(answer)
    assert found == expected


def test_the_message_of_what_is_not_ready_is_the_scenarios() -> None:
    b = studio("jobs: [{phrase_studio: {not_ready_message: Transcription not available}}]")
    _, id = made(b)

    answer = b.http.get(f"/v1/recordings/{id}?task=transcription")

    assert refused(answer) == (404, "Transcription not available")


@pytest.mark.parametrize(
    "query",
    [
        "",
        "task=",
        "task=summary",
        "task=transcription&task=dubbing",
        "task=transcription&format=txt",
        "task=transcription&format=SRT",
        "task=transcription&format=mp3",
        "task=translation&format=mp3",
        "task=transcription&language=es",
        "task=transcription&language=",
        "task=translation&language=en",
        "task=translation&language=de",
        "task=dubbing&language=es",
    ],
)
def test_an_output_that_cannot_be_is_400(query: str) -> None:
    b = studio(EXISTING)

    answer = b.http.get(f"/v1/recordings/{PROJECT}?{query}")

    assert refused(answer) == (400, "Bad Request")


@pytest.mark.parametrize(
    ("scenario", "language"),
    [
        ("jobs: [{phrase_studio: {detected_language: de}}]", "de"),
        (STORY.replace("language: en", "language: pt-BR"), "pt-br"),
        (STORY.replace("language: en", "language: de-DE"), "de"),
        ("seed: 1", "en"),
    ],
)
def test_the_language_of_an_auto_source_is_heard(scenario: str, language: str) -> None:
    b = studio(scenario)
    _, id = made(b, sourceLanguage="auto")
    b.clock.advance(3)

    output = b.http.get(f"/v1/recordings/{id}?task=transcription").json()
    status = b.http.get(f"/v1/recordings/{id}/status").json()

    assert (list(output), status) == ([language], {language: {"transcription": True}})


# Keys, and what is not there


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/projects"),
        ("POST", "/v1/projects"),
        ("POST", "/_upload/any"),
        ("GET", f"/v1/projects/{NOBODY}"),
        ("DELETE", f"/v1/projects/{NOBODY}"),
        ("GET", f"/v1/recordings/{NOBODY}/status"),
        ("GET", f"/v1/recordings/{NOBODY}"),
        ("GET", "/v1/glossaries"),
    ],
)
@pytest.mark.parametrize("key", [None, "", "nobody", "test-old", "test-lost"])
def test_a_key_that_is_missing_or_no_good_is_401(method: str, path: str, key: str | None) -> None:
    b = studio("keys: {test-old: expired, test-lost: revoked}", key=None)
    headers = {} if key is None else {"X-API-Key": key}

    answer = b.http.request(method, path, headers=headers)

    assert refused(answer) == (401, "Unauthorized")


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/v1/projects", (403, "Access denied")),
        ("GET", f"/v1/projects/{NOBODY}", (404, "Project not found")),
        ("DELETE", f"/v1/projects/{NOBODY}", (404, "Project not found")),
        ("GET", f"/v1/recordings/{NOBODY}/status", (403, "Access denied")),
        ("GET", f"/v1/recordings/{NOBODY}?task=dubbing", (403, "Access denied")),
        ("GET", f"/v1/recordings/{NOBODY}?task=none", (400, "Bad Request")),
    ],
)
def test_a_key_without_access_is_refused_after_the_request_is_checked(
    method: str, path: str, expected: tuple[int, str]
) -> None:
    b = studio("keys: {test-key: forbidden}")

    answer = b.http.request(method, path)

    assert refused(answer) == expected


@pytest.mark.parametrize("path", ["/v1/projects", "/_upload/any"])
@pytest.mark.parametrize("state", ["forbidden", "out_of_quota"])
def test_a_key_without_access_makes_no_project(state: str, path: str) -> None:
    b = studio(f"keys: {{test-key: {state}}}")

    answer = b.http.post(path, files=form(FIELDS, FILES))

    assert refused(answer) == (403, "Access denied")


def test_an_account_with_nothing_left_may_read_and_delete() -> None:
    b = studio(f"keys: {{test-key: out_of_quota}}\n{EXISTING}")

    read = [
        b.http.get(path)
        for path in (
            "/v1/projects",
            f"/v1/projects/{PROJECT}",
            f"/v1/recordings/{PROJECT}/status",
            f"/v1/recordings/{PROJECT}?task=transcription",
        )
    ]
    deleted = b.http.delete(f"/v1/projects/{PROJECT}")

    assert [one.status_code for one in (*read, deleted)] == [200] * 5


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", f"/v1/projects/{NOBODY}/recordings/{NOBODY}/subtitles"),
        ("PUT", f"/v1/projects/{NOBODY}/recordings/{NOBODY}/subtitles"),
        ("GET", "/v1/subtitle-profiles"),
        ("GET", "/v1/pronunciations"),
        ("GET", "/v1/glossaries"),
        ("GET", "/v1/insights"),
        ("GET", "/v1/safe-communications"),
    ],
)
def test_what_comes_later_is_501_with_the_reason(method: str, path: str) -> None:
    b = studio()

    answer = b.http.request(method, path)

    assert refused(answer) == (501, "Not Implemented")
    assert answer.headers["x-emulator-reason"].endswith("with a later release")


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/v1/nothing", (404, "Not Found")),
        ("GET", "/v1/projects/", (404, "Not Found")),
        ("POST", "/v1/projects/upload", (404, "Not Found")),  # gone since October 2025
        ("GET", "/v1/projects/x/status", (404, "Not Found")),  # gone too
        ("PATCH", "/v1/projects", (405, "Method Not Allowed")),
    ],
)
def test_an_unknown_path_or_method_is_said_in_the_same_envelope(
    method: str, path: str, expected: tuple[int, str]
) -> None:
    b = studio()

    answer = b.http.request(method, path)

    assert refused(answer) == expected


def test_head_is_no_method_of_this_api() -> None:
    b = studio()

    answer = b.http.head("/v1/projects")

    assert (answer.status_code, answer.content) == (405, b"")


def test_everything_that_is_documented_is_emulated_or_refused_aloud() -> None:
    b = studio()

    served = set(b.provider.operations) | set(b.provider.not_emulated)

    assert served == set(b.provider.contract.operations)


def test_the_same_scenario_and_requests_give_the_same_bytes() -> None:
    answers = []
    for _ in range(2):
        b = studio()
        _, id = made(b, translationLanguages="es", dubbingLanguages="es")
        b.clock.advance(3)
        answers.append(b.http.get(f"/v1/recordings/{id}?task=dubbing&format=mp3").content)

    assert answers[0] == answers[1]


def test_the_profiles_may_be_an_empty_list() -> None:
    b = studio()

    id, _ = made(b, subtitleProfiles="[]")

    assert "subtitleProfileId" not in b.http.get(f"/v1/projects/{id}").json()
