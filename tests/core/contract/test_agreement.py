"""The fast engine against openapi-core: the same verdict on the same messages."""

from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct, field

from emulator.core.base.resources import spec_path
from emulator.core.contract import Contract
from emulator.core.contract.reference_validator import MOST_VALUES, OpenApiCoreValidator
from emulator.core.http.messages import Pairs, Request, Response, json_response, to_json
from emulator.core.http.problems import MOST_VIOLATIONS, Violation
from tests.support.toy_provider import ANSWERS, TOY_YAML

ID = "6b1f0d5e-4a53-4c0e-9a52-2f7f5c1d9e10"
NOW = "2026-01-05T09:00:00Z"
JSON = "application/json"
MULTIPART = "multipart/form-data; boundary=b"
FORM = (
    b'--b\r\nContent-Disposition: form-data; name="%b"%b\r\n\r\n%b\r\n'
    b'--b\r\nContent-Disposition: form-data; name="%b"%b\r\n\r\n%b\r\n--b--\r\n'
)


class Ask(Struct, frozen=True):
    """A request. ``body`` is JSON unless it is bytes."""

    api: str
    line: str
    body: Any = None
    query: Pairs = ()
    headers: dict[str, str] = field(default_factory=dict)
    media: str = JSON

    def request(self) -> Request:
        method, _, path = self.line.partition(" ")
        body = self.body if isinstance(self.body, bytes) else to_json(self.body)
        body = b"" if self.body is None else body
        return Request(method, path, self.query, {"content-type": self.media, **self.headers}, body)


class Reply(Struct, frozen=True):
    """An answer to an operation."""

    api: str
    operation: str
    response: Response


@cache
def contract(api: str) -> Contract:
    return Contract.load(TOY_YAML if api == "toy" else spec_path(api))


@cache
def reference(api: str) -> OpenApiCoreValidator:
    return OpenApiCoreValidator(contract(api).spec)


def found(case: Ask | Reply) -> list[tuple[Violation, ...]]:
    """What the fast engine, and what the reference, finds."""
    ours, theirs = contract(case.api), contract(case.api).with_validator(reference(case.api))
    if isinstance(case, Reply):
        asked, operation = Request("GET", "/"), ours.operations[case.operation]
        return [one.check_response(operation, asked, case.response) for one in (ours, theirs)]
    request = case.request()
    operation, in_path = ours.find(request)
    request = ours.read(operation, request, in_path)
    return [one.check_request(operation, request) for one in (ours, theirs)]


def verdicts(case: Ask | Reply) -> tuple[bool, bool]:
    """Whether the fast engine, and whether the reference, finds nothing wrong."""
    ours, theirs = found(case)
    return not ours, not theirs


def form(name: str, value: str, other: str = "x", more: str = "1", file: str = "") -> bytes:
    """Two parts, the first of them perhaps a file."""
    head = f'; filename="{file}"\r\nContent-Type: audio/wav' if file else ""
    return FORM % (*(text.encode() for text in (name, head, value, other, "", more)),)


def without(content: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in content.items() if key != name}


LIST, MAKE, UPLOAD = "GET /v1/notes", "POST /v1/notes", "POST /v1/files"
GLADIA, AZURE = "POST /v2/pre-recorded", "POST /speechtotext/v3.1/transcriptions"
AITRONOS = "POST /v1/audio/transcribe"
AUDIO = {"audio_url": "http://files.example/a.wav"}
NOBODY = {"minCount": 0}
CREATE = {"displayName": "A", "locale": "en-US", "contentUrls": ["http://files.example/a.wav"]}
OPTIONS = {"audio_url": "https://files.example/a.wav", "language": "en"}
ORDER = {"organization_id": "org_1", "transcription_options": OPTIONS}

GOOD: tuple[Ask, ...] = (
    Ask("toy", LIST),
    Ask("toy", LIST, query=(("limit", "5"), ("weight", "1.5"), ("exact", "true"), ("since", NOW))),
    Ask("toy", LIST, query=(("weight", "-1e3"), ("exact", "false"), ("limit", "+7"))),
    Ask("toy", LIST, query=(("tag", "red"), ("tag", "blue"), ("number", "1"), ("number", "2"))),
    Ask("toy", LIST, query=(("metadata[a]", "b"), ("metadata[c d]", "&="))),
    Ask("toy", LIST, headers={"x-trace": ID, "x-depth": "-3", "x-else": "ä"}),
    Ask("toy", LIST, query=(("other", "1"), ("word", "ä&b=c/d"))),
    Ask("toy", LIST, b"{"),
    Ask("toy", "GET /v1/shelves/a b%/row-9"),
    Ask("toy", "POST /v1/notes/ä?:ping"),
    Ask("toy", "POST /v1/notes/1:ping", {"loud": False}),
    Ask("toy", "POST /v1/notes/1:ping", b"null"),
    Ask("toy", MAKE, {"text": "ä", "tags": ["red"], "url": "http://a/b?c#d", "size": 0}),
    Ask("toy", MAKE, {"text": "a", "size": 3.0}, media="application/merge-patch+json"),
    Ask("toy", MAKE, {"text": "a" * 20, "more": {"a": [None, {"b": 1e300}]}}),
    Ask("toy", UPLOAD, form("file", "\0\1", "count", "7", file="a.wav"), media=MULTIPART),
    Ask("toy", UPLOAD, form("file", "", "label", "true", file="ä.wav"), media=MULTIPART),
    Ask("toy", "POST /v1/blobs", form("a", "1"), media=MULTIPART),
    Ask("gladia", GLADIA, AUDIO),
    Ask("gladia", GLADIA, {**AUDIO, "custom_vocabulary": ["a", {"value": "b", "intensity": 1}]}),
    Ask("gladia", GLADIA, {**AUDIO, "pii_redaction_config": {"entity_types": ["GDPR"]}}),
    Ask("gladia", GLADIA, {**AUDIO, "translation_config": {"target_languages": ["fr", "de"]}}),
    Ask("gladia", "GET /v2/pre-recorded", query=(("status", "done"), ("status", "queued"))),
    Ask("gladia", "GET /v2/pre-recorded", query=(("custom_metadata[user]", "Ann"),)),
    Ask("gladia", f"GET /v2/pre-recorded/{ID}"),
    Ask("gladia", "POST /v2/upload", form("audio", "RIFF", file="a.wav"), media=MULTIPART),
    Ask("gladia", "POST /v2/upload", AUDIO),
    Ask("azure_speech", AZURE, CREATE),
    Ask("azure_speech", AZURE, {**CREATE, "customProperties": {"a" * 64: "b" * 256}}),
    Ask("azure_speech", AZURE, {**CREATE, "properties": {"channels": [0], "other": 1}}),
    Ask("azure_speech", "GET /speechtotext/v3.1/transcriptions", query=(("top", "100"),)),
    Ask("azure_speech", f"GET /speechtotext/v3.1/transcriptions/{ID}/files/{ID}"),
    Ask("phrase_studio", "GET /v1/projects", query=(("page", "1"), ("teamProjects", "true"))),
    Ask("phrase_studio", f"GET /v1/recordings/{ID}", query=(("task", "dubbing"),)),
    Ask("phrase_studio", f"GET /v1/recordings/{ID}/status", query=(("summary", "false"),)),
    Ask("phrase_studio", "POST /v1/projects", form("sourceLanguage", "en"), media=MULTIPART),
    Ask("aitronos", AITRONOS, ORDER),
    Ask("aitronos", AITRONOS, {**ORDER, "priority": None, "webhook": {"url": None}}),
    Ask("aitronos", AITRONOS, {**ORDER, "speaker_analysis": {"speakers_expected_count": 10}}),
    Ask("aitronos", "GET /v1/audio/transcribe", query=(("limit", "100"), ("offset", "0"))),
    Ask("aitronos", "GET /v1/audio/transcribe/trans_1/paragraphs", query=(("limit", "5"),)),
)  # fmt: skip

BAD: tuple[Ask, ...] = (
    Ask("toy", LIST, query=(("limit", "0"),)),
    Ask("toy", LIST, query=(("limit", "101"),)),
    Ask("toy", LIST, query=(("limit", "five"),)),
    Ask("toy", LIST, query=(("limit", "5.5"),)),
    Ask("toy", LIST, query=(("limit", "9" * 30),)),
    Ask("toy", LIST, query=(("limit", ""),)),
    Ask("toy", LIST, query=(("weight", "1000"),)),
    Ask("toy", LIST, query=(("weight", "heavy"),)),
    Ask("toy", LIST, query=(("exact", "maybe"),)),
    Ask("toy", LIST, query=(("since", "yesterday"),)),
    Ask("toy", LIST, query=(("since", "2026-02-30T00:00:00Z"),)),
    Ask("toy", LIST, query=(("word", ""),)),
    Ask("toy", LIST, query=(("tag", "pink"),)),
    Ask("toy", LIST, query=(("tag", "red"), ("tag", ""))),
    Ask("toy", LIST, query=(("tag", "red"),) * 4),
    Ask("toy", LIST, query=(("number", "1"), ("number", "one"))),
    Ask("toy", LIST, query=(("metadata[a]", "too long"),)),
    Ask("toy", LIST, headers={"x-trace": "1"}),
    Ask("toy", LIST, headers={"x-depth": "10"}),
    Ask("toy", LIST, headers={"x-depth": "deep"}),
    Ask("toy", "GET /v1/shelves/a/row-10"),
    Ask("toy", "GET /v1/shelves/a/row-b"),
    Ask("toy", "GET /v1/notes/1"),
    Ask("toy", "GET /_links/a/b", query=(("until", "1"),)),
    Ask("toy", "POST /v1/notes/1:ping", {"loud": "very"}),
    Ask("toy", "POST /v1/notes/1:ping", []),
    Ask("toy", MAKE, {}),
    Ask("toy", MAKE, []),
    Ask("toy", MAKE, b"null"),
    Ask("toy", MAKE, {"text": ""}),
    Ask("toy", MAKE, {"text": "a" * 21}),
    Ask("toy", MAKE, {"text": 1}),
    Ask("toy", MAKE, {"text": "a", "other": 1}),
    Ask("toy", MAKE, {"text": "a", "tags": "red"}),
    Ask("toy", MAKE, {"text": "a", "tags": ["red", "red"]}),
    Ask("toy", MAKE, {"text": "a", "url": "a b"}),
    Ask("toy", MAKE, {"text": "a", "url": "/relative"}),
    Ask("toy", MAKE, {"text": "a", "size": True}),
    Ask("toy", MAKE, {"text": "a", "size": 0.5}),
    Ask("toy", UPLOAD, form("other", "1"), media=MULTIPART),
    Ask("toy", UPLOAD, form("file", "a", "count", "-1", file="a"), media=MULTIPART),
    Ask("toy", UPLOAD, form("file", "a", "count", "many", file="a"), media=MULTIPART),
    Ask("toy", UPLOAD, form("file", "a", "label", "too long", file="a"), media=MULTIPART),
    Ask("gladia", GLADIA, {}),
    Ask("gladia", GLADIA, {"audio_url": "file:///a.wav"}),
    Ask("gladia", GLADIA, {"audio_url": "no url"}),
    Ask("gladia", GLADIA, {**AUDIO, "unknown": 1}),
    Ask("gladia", GLADIA, {**AUDIO, "translation_config": {}}),
    Ask("gladia", GLADIA, {**AUDIO, "language_config": {"languages": ["xx"]}}),
    Ask("gladia", GLADIA, {**AUDIO, "subtitles_config": {"maximum_rows_per_caption": 6}}),
    Ask("gladia", GLADIA, {**AUDIO, "custom_vocabulary": [{"intensity": 1}]}),
    Ask("gladia", "GET /v2/pre-recorded", query=(("status", "finished"),)),
    Ask("gladia", "GET /v2/pre-recorded", query=(("offset", "-1"),)),
    Ask("azure_speech", AZURE, without(CREATE, "displayName")),
    Ask("azure_speech", AZURE, {**CREATE, "locale": ""}),
    Ask("azure_speech", AZURE, {**CREATE, "contentUrls": []}),
    Ask("azure_speech", AZURE, {**CREATE, "contentUrls": "http://a"}),
    Ask("azure_speech", AZURE, {**CREATE, "model": {}}),
    Ask("azure_speech", AZURE, {**CREATE, "customProperties": {"a" * 65: "b"}}),
    Ask("azure_speech", AZURE, {**CREATE, "customProperties": {str(i): "" for i in range(11)}}),
    Ask("azure_speech", AZURE, {**CREATE, "properties": {"punctuationMode": "some"}}),
    Ask("azure_speech", AZURE, {**CREATE, "properties": {"destinationContainerUrl": "a b"}}),
    Ask("azure_speech", AZURE, {**CREATE, "properties": {"diarization": {"speakers": NOBODY}}}),
    Ask("azure_speech", "GET /speechtotext/v3.1/transcriptions", query=(("top", "101"),)),
    Ask("azure_speech", "GET /speechtotext/v3.1/transcriptions/1"),
    Ask("phrase_studio", "GET /v1/projects", query=(("pageSize", "1001"),)),
    Ask("phrase_studio", "GET /v1/projects", query=(("teamProjects", "maybe"),)),
    Ask("phrase_studio", f"GET /v1/recordings/{ID}"),
    Ask("phrase_studio", f"GET /v1/recordings/{ID}", query=(("task", "summary"),)),
    Ask("phrase_studio", "POST /_upload/1", form("sourceLanguage", "xx"), media=MULTIPART),
    Ask("aitronos", AITRONOS, {}),
    Ask("aitronos", AITRONOS, {**ORDER, "organization_id": "1"}),
    Ask("aitronos", AITRONOS, {**ORDER, "transcription_options": without(OPTIONS, "language")}),
    Ask("aitronos", AITRONOS, {**ORDER, "transcription_options": {**OPTIONS, "language": "e"}}),
    Ask("aitronos", AITRONOS, {**ORDER, "speaker_analysis": {"speakers_expected_count": 11}}),
    Ask("aitronos", AITRONOS, {**ORDER, "webhook": {"events": ["other"]}}),
    Ask("aitronos", "GET /v1/audio/transcribe", query=(("limit", "101"),)),
)  # fmt: skip

PROPERTIES = {
    "diarizationEnabled": False,
    "wordLevelTimestampsEnabled": False,
    "displayFormWordLevelTimestampsEnabled": False,
    "channels": [0],
    "punctuationMode": "Automatic",
    "profanityFilterMode": "Masked",
}
TRANSCRIPTION = {
    "self": "http://a/b",
    "model": {"self": "http://a/c"},
    "links": {"files": "http://a/d"},
    "properties": PROPERTIES,
    "lastActionDateTime": NOW,
    "status": "Running",
    "createdDateTime": NOW,
    "locale": "en-US",
    "displayName": "A",
}
AZURE_HEADERS = {"apim-request-id": ID, "api-supported-versions": "a"}
REFUSAL = {
    "statusCode": 404,
    "timestamp": "2026-01-05T09:00:00.000Z",
    "path": "/v2",
    "message": "",
    "request_id": "G-0123abcd",
}
CORS = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "a"}
CREATED = {"id": ID, "result_url": "http://a/b"}
PAGE = {"data": [], "pagination": {"page": 1, "pageSize": 1, "total": 0, "totalPages": 0}}


def azure(content: Any, **headers: str) -> Reply:
    return Reply(
        "azure_speech",
        "Transcriptions_Get",
        json_response(200, content, {**AZURE_HEADERS, **headers}),
    )


def gladia(status: int, content: Any, operation: str = "getPreRecordedJob_v2") -> Reply:
    response = json_response(status, content, CORS)
    return Reply("gladia", f"PreRecordedController_{operation}", response)


def phrase(operation: str, content: Any) -> Reply:
    return Reply("phrase_studio", operation, json_response(200, content))


GOOD_REPLIES: tuple[Reply, ...] = (
    *(Reply("toy", "answerBadly", ANSWERS[kind]) for kind in ANSWERS if kind.startswith("good")),
    Reply("toy", "listNotes", Response(304, headers={"ETag": '"a"'})),
    Reply("toy", "getNote", json_response(404, {"problem": "a", "details": {}})),
    azure(TRANSCRIPTION),
    azure({**TRANSCRIPTION, "description": ""}, **{"retry-after": "10"}),
    Reply("azure_speech", "Transcriptions_Create", Response(415)),
    Reply("azure_speech", "Transcriptions_Delete", Response(204, headers=AZURE_HEADERS)),
    gladia(404, REFUSAL),
    gladia(201, CREATED, "initPreRecordedJob_v2"),
    phrase("listProjects", PAGE),
    phrase("getRecordingStatusUnified", {}),
    phrase("getRecordingStatusUnified", {"de": {"dubbing": True}}),
    phrase("getRecordingOutput", {"de": "WEBVTT\n", "fr": ""}),
    Reply("phrase_studio", "deleteProject", Response(200)),
)  # fmt: skip

BAD_REPLIES: tuple[Reply, ...] = (
    *(
        Reply("toy", "answerBadly", ANSWERS[kind])
        for kind in ANSWERS
        if not kind.startswith("good") and kind != "body for nothing"  # see FORGIVING
    ),
    Reply("toy", "listNotes", json_response(200, {"notes": [], "asked": {}})),
    Reply("toy", "getNote", json_response(404, {"problem": "a"})),
    Reply("toy", "getNote", json_response(302, {"problem": "a", "details": {}})),
    Reply("toy", "createNote", json_response(201, {}, {"Location": "/relative"})),
    azure(without(TRANSCRIPTION, "locale")),
    azure({**TRANSCRIPTION, "other": 1}),
    azure({**TRANSCRIPTION, "status": "Done"}),
    azure({**TRANSCRIPTION, "createdDateTime": "2026-01-05T09:00:00.000Z"}),
    azure({**TRANSCRIPTION, "self": "/b"}),
    azure({**TRANSCRIPTION, "properties": {**PROPERTIES, "duration": "3s"}}),
    azure(TRANSCRIPTION, **{"retry-after": "soon"}),
    azure(TRANSCRIPTION, **{"apim-request-id": "1"}),
    Reply("azure_speech", "Transcriptions_Get", json_response(200, TRANSCRIPTION)),
    gladia(404, {**REFUSAL, "request_id": "G-1"}),
    gladia(404, without(REFUSAL, "path")),
    gladia(418, REFUSAL),
    gladia(201, {**CREATED, "id": "1"}, "initPreRecordedJob_v2"),
    phrase("listProjects", {**PAGE, "data": [{}]}),
    phrase("getRecordingStatusUnified", {"de": {"dubbing": False}}),
    phrase("getRecordingStatusUnified", {"xx": {}}),
    phrase("getRecordingOutput", {"de": "1"}),
)  # fmt: skip


FORGIVING = (  # what the reference lets pass, because it reads texts as Python does
    Ask("toy", LIST, query=(("exact", "yes"),)),  # strtobool
    Ask("toy", LIST, query=(("exact", "1"),)),
    Ask("toy", LIST, query=(("exact", "TRUE"),)),
    Ask("toy", LIST, query=(("limit", " 5"),)),  # int()
    Ask("toy", LIST, query=(("limit", "1_0"),)),
    Ask("toy", LIST, query=(("limit", "٣"),)),
    Ask("toy", LIST, query=(("weight", "nan"),)),  # float()
    Ask("toy", LIST, query=(("weight", "-inf"),)),
    Ask("toy", LIST, query=(("weight", "-1e999"),)),
    Ask("gladia", "GET /v2/pre-recorded", query=(("limit", "9" * 20),)),  # over 64 bits
    # It does not look at a body where none is documented.
    Reply("toy", "answerBadly", ANSWERS["body for nothing"]),
)
UNFORGIVING = (  # what the reference refuses
    # OpenAPI 3.1, 4.8.12: an empty value wants allowEmptyValue, which is deprecated. It is a text.
    Ask("phrase_studio", "GET /v1/projects", query=(("search", ""),)),
    # RFC 3339, 5.6 has both; Python's datetime has neither.
    Ask("toy", LIST, query=(("since", "2026-06-30T23:59:60Z"),)),
    Ask("toy", LIST, query=(("since", "0000-01-05T09:00:00Z"),)),
)
IN_OTHER_WORDS = (
    Ask("toy", LIST, query=(("limit", "9" * 30),)),  # a number at last, and over the maximum
    Ask("toy", LIST, query=(("word", ""),)),  # see above
    Ask("toy", LIST, query=(("number", "1"), ("number", "one"))),  # the list is wrong as a whole
    Ask("azure_speech", AZURE, {**CREATE, "customProperties": {"a" * 65: "b"}}),  # maxLength
    *(Reply("toy", "answerBadly", ANSWERS[kind]) for kind in ("no json", "no body")),
    *(Reply("toy", "answerBadly", ANSWERS[kind]) for kind in ("unknown media", "no media")),
    Reply("toy", "answerBadly", ANSWERS["unknown status"]),
    Reply("toy", "getNote", json_response(302, {"problem": "a", "details": {}})),
    gladia(418, REFUSAL),
)  # fmt: skip


def name(case: Ask | Reply) -> str:
    return f"{case.api}-{case.line if isinstance(case, Ask) else case.operation}"


@pytest.mark.parametrize("case", [*GOOD, *GOOD_REPLIES], ids=name)
def test_both_find_nothing_wrong(case: Ask | Reply) -> None:
    assert verdicts(case) == (True, True)


@pytest.mark.parametrize("case", [*BAD, *BAD_REPLIES], ids=name)
def test_both_find_something_wrong(case: Ask | Reply) -> None:
    assert verdicts(case) == (False, False)


@pytest.mark.parametrize("case", FORGIVING, ids=name)
def test_only_the_fast_engine_finds_something_wrong(case: Ask | Reply) -> None:
    assert verdicts(case) == (False, True)


@pytest.mark.parametrize("case", UNFORGIVING, ids=name)
def test_only_the_reference_finds_something_wrong(case: Ask) -> None:
    assert verdicts(case) == (True, False)


@pytest.mark.parametrize(
    "case", [one for one in (*BAD, *BAD_REPLIES) if one not in IN_OTHER_WORDS], ids=name
)
def test_both_say_what_is_wrong_in_the_same_words(case: Ask | Reply) -> None:
    ours, theirs = (
        sorted(
            (violation.place, violation.name.lower(), violation.keyword) for violation in violations
        )
        for violations in found(case)
    )

    assert ours == theirs


TEXTS = st.sampled_from(["", "a", "a" * 20, "a" * 21, "red", "pink", "http://a", "a b", "é"])
ANY: st.SearchStrategy[Any] = (
    TEXTS | st.none() | st.booleans() | st.integers(-2, 2) | st.just(0.5) | st.just([])
)
NOTES = st.fixed_dictionaries(
    {},
    optional={
        "text": TEXTS | ANY,
        "tags": st.lists(TEXTS | ANY, max_size=3) | ANY,
        "url": TEXTS | ANY,
        "size": ANY,
        "more": st.dictionaries(TEXTS, ANY, max_size=2) | ANY,
        "else": ANY,
    },
)


@given(NOTES)
def test_both_judge_any_note_alike(note: dict[str, Any]) -> None:
    ours, theirs = verdicts(Ask("toy", MAKE, note))

    assert ours == theirs


def test_a_request_with_very_many_values_is_judged_by_the_fast_engine() -> None:
    body = {"audio_url": "http://a/b", "language_config": {"languages": ["x"] * MOST_VALUES}}

    ours, theirs = found(Ask("gladia", "POST /v2/pre-recorded", body))

    assert theirs == ours
    assert len(ours) == MOST_VIOLATIONS


def test_the_reference_lists_the_first_of_many_violations() -> None:
    body = {"audio_url": "http://a/b", "language_config": {"languages": ["x"] * 1000}}
    wrong = json_response(200, {"items": [1] * 1000})

    asked, answered = (
        found(Ask("gladia", "POST /v2/pre-recorded", body)),
        found(Reply("gladia", "PreRecordedController_getPreRecordedJobs_v2", wrong)),
    )

    assert [len(one) for one in asked] == [MOST_VIOLATIONS] * 2
    assert [len(one) for one in answered] == [MOST_VIOLATIONS] * 2
