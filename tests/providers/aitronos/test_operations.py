"""Aitronos's transcription jobs, over HTTP."""

from typing import Any
from unittest.mock import ANY

import httpx
import pytest

from emulator.providers.aitronos import AITRONOS
from emulator.providers.aitronos.errors import AT_COMMAND, REFUSALS
from emulator.providers.aitronos.operations import NOT_EMULATED, OPERATIONS
from emulator.providers.aitronos.records import Transcription, Webhook
from tests.providers.aitronos.jobs import BODY, ID, PATH, TALK, URL, completed, create, error, post
from tests.support.clients import Bench, bench

LIMITS = {
    "x-ratelimit-limit": "100",
    "x-ratelimit-remaining": "99",
    "x-ratelimit-reset": "1767603660",  # 2026-01-05T09:01:00Z
}
SCRIPTED = "{language: en, minutes: 2.5}"


def scenario(**facts: object) -> str:
    """Jobs of two and a half minutes, with Aitronos's own facts."""
    told = ", ".join(f"{name}: {value}" for name, value in facts.items())
    rule = f"transcript: long, aitronos: {{{told}}}"
    return f"transcripts: {{long: {SCRIPTED}}}\njobs: [{{{rule}}}]"


def options(**more: Any) -> dict[str, Any]:
    return {"transcription_options": BODY["transcription_options"] | more}


def redacting(*policies: str) -> dict[str, Any]:
    return {"privacy_settings": {"pii_redaction_enabled": True, "pii_policies": list(policies)}}


def metadata(answer: httpx.Response, **more: object) -> dict[str, object]:
    """What each answer says of itself; made from the request's id, the processing time varies."""
    return {
        "request_id": answer.headers["x-request-id"],
        "timestamp": answer.json()["metadata"]["timestamp"],
        "processing_time_ms": ANY,
        **more,
    }


def test_every_operation_is_emulated_or_refused_aloud() -> None:
    assert OPERATIONS.keys() | NOT_EMULATED.keys() == AITRONOS.contract.operations.keys()
    assert not OPERATIONS.keys() & NOT_EMULATED.keys()


@pytest.mark.parametrize("id", NOT_EMULATED)
def test_what_is_not_emulated_says_why(id: str) -> None:
    b = bench(AITRONOS)
    operation = AITRONOS.contract.operations[id]

    answer = b.http.request(operation.method, operation.path.replace("{transcription_id}", ID))

    assert error(answer) == (501, "NOT_IMPLEMENTED", {})
    assert answer.headers["x-emulator-reason"] == NOT_EMULATED[id]
    assert answer.json()["error"]["system_message"] == NOT_EMULATED[id]


@pytest.mark.parametrize("id", OPERATIONS)
@pytest.mark.parametrize("header", ["X-API-Key", "api-key", "Authorization"])
def test_each_operation_takes_a_key_in_three_headers(id: str, header: str) -> None:
    b = bench(AITRONOS, key=None)
    operation = AITRONOS.contract.operations[id]
    path = operation.path.replace("{transcription_id}", ID).replace("{format}", "srt")
    key = "Bearer test-key" if header == "Authorization" else "test-key"

    answer = b.http.request(operation.method, path, headers={header: key})

    assert answer.status_code not in (401, 403, 500)


@pytest.mark.parametrize("id", OPERATIONS)
def test_each_operation_wants_a_key(id: str) -> None:
    b = bench(AITRONOS, key=None)
    operation = AITRONOS.contract.operations[id]
    path = operation.path.replace("{transcription_id}", ID).replace("{format}", "srt")

    answer = b.http.request(operation.method, path)

    assert error(answer) == (401, "AUTHENTICATION_REQUIRED", {})
    assert answer.headers["www-authenticate"] == "Bearer"


KEYS = (
    "keys: {test-old: expired, test-gone: revoked, test-other: forbidden, test-poor: out_of_quota}"
)


@pytest.mark.parametrize(
    ("key", "status", "by_key", "by_token"),
    [
        ("nobodys", 401, "INVALID_API_KEY", "TOKEN_INVALID"),
        ("test-old", 401, "API_KEY_EXPIRED", "TOKEN_EXPIRED"),
        ("test-gone", 401, "API_KEY_DEACTIVATED", "TOKEN_INVALID"),
        ("test-other", 403, "INSUFFICIENT_PERMISSIONS", "INSUFFICIENT_PERMISSIONS"),
        ("test-poor", 402, "INSUFFICIENT_SYNAPSES", "INSUFFICIENT_SYNAPSES"),
    ],
)
def test_a_bad_key_is_refused_by_what_is_wrong_with_it(
    key: str, status: int, by_key: str, by_token: str
) -> None:
    b = bench(AITRONOS, KEYS, key=None)

    for headers, code in [
        ({"x-api-key": key}, by_key),
        ({"api-key": key}, by_key),
        ({"authorization": f"Bearer {key}"}, by_token),
    ]:
        answer = b.http.post(PATH, json=BODY, headers=headers)
        assert error(answer) == (status, code, {})


def test_an_account_without_synapses_may_read_and_delete() -> None:
    b = bench(
        AITRONOS,
        f"keys: {{test-key: out_of_quota}}\nexisting: [{{provider: aitronos, id: {ID}}}]",
    )
    job = f"{PATH}/{ID}"

    refused = post(b)
    read = [
        b.http.get(path)
        for path in (
            PATH,
            job,
            f"{job}/paragraphs",
            f"{job}/sentences",
            f"{job}/subtitles/srt",
            f"{job}/search?query=the",
        )
    ]
    deleted = b.http.delete(job)

    assert error(refused) == (402, "INSUFFICIENT_SYNAPSES", {})
    assert [one.status_code for one in (*read, deleted)] == [200] * 7


def test_only_what_costs_something_is_documented_to_be_refused_for_its_price() -> None:
    operations = AITRONOS.contract.operations.values()

    assert {operation.id for operation in operations if "402" in operation.responses} == {
        "create_transcription"
    }


def test_a_new_job_is_queued_and_paid_for() -> None:
    b = bench(AITRONOS, scenario())

    answer = post(b)

    id = answer.json()["data"]["transcription_id"]
    assert answer.status_code == 201
    assert len(id) == 38
    assert id.startswith("trans_")
    assert answer.json() == {
        "success": True,
        "data": {
            "transcription_id": id,
            "status": "queued",
            "model_key": "fvt-1",
            "audio_metadata": {"url": URL, "duration": None, "language": "en"},
            "timestamps": {
                "created_at": "2026-01-05T09:00:00Z",
                "updated_at": "2026-01-05T09:00:00Z",
                "completed_at": None,
                "processing_time_seconds": None,
            },
        },
        "billing": {"synapses_consumed": 360, "synapses_refunded": 0, "currency": "synapses"},
        "metadata": metadata(answer),
        "actions": {"self": {"href": f"{b.url}{PATH}/{id}", "method": "GET"}},
    }


def test_a_new_job_tells_the_limits_and_is_not_cached() -> None:
    answer = post(bench(AITRONOS))

    assert {name: answer.headers[name] for name in LIMITS} == LIMITS
    assert answer.headers["x-request-id"] == answer.json()["metadata"]["request_id"]
    assert "etag" not in answer.headers
    assert "cache-control" not in answer.headers


def test_two_jobs_have_two_ids() -> None:
    b = bench(AITRONOS)

    assert create(b) != create(b)


@pytest.mark.parametrize(
    ("facts", "more", "billing"),
    [
        ({}, {}, (360, "synapses")),
        ({}, {"priority": "high"}, (540, "synapses")),
        ({}, options(priority="urgent"), (720, "synapses")),
        ({"price_per_minute": 0.5}, {}, (2, "synapses")),
        ({"price_per_minute": 10, "currency": "CHF"}, {"priority": "normal"}, (30, "CHF")),
    ],
)
def test_the_price_follows_length_priority_and_scenario(
    facts: dict[str, object], more: dict[str, Any], billing: tuple[int, str]
) -> None:
    b = bench(AITRONOS, scenario(**facts))

    bill = post(b, **more).json()["billing"]

    assert (bill["synapses_consumed"], bill["currency"]) == billing


@pytest.mark.parametrize("code", AT_COMMAND)
def test_a_scenario_may_have_a_job_refused(code: str) -> None:
    b = bench(AITRONOS, scenario(refusal=code))

    answer = post(b)

    assert error(answer) == (REFUSALS[code].status, code, {"organization_id": "org_1"})
    assert b.http.get(PATH).json()["data"]["pagination"]["total_count"] == 0


def test_a_form_is_for_the_direct_service_which_comes_later() -> None:
    b = bench(AITRONOS)

    answer = b.http.post(
        PATH, files={"audio_file": ("a.wav", b"RIFF", "audio/wav")}, data={"language": "en"}
    )

    assert error(answer) == (501, "NOT_IMPLEMENTED", {})
    assert answer.headers["x-emulator-reason"] == "the direct service comes later; send JSON"


def test_an_unknown_policy_is_refused_aloud() -> None:
    answer = post(bench(AITRONOS), **redacting("religion"))

    assert error(answer) == (501, "NOT_IMPLEMENTED", {})
    assert answer.headers["x-emulator-reason"].startswith("PII policies not emulated: religion;")


INVALID: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"organization_id": None}, {"field": "organization_id", "value": None}),
    ({"organization_id": "acme"}, {"field": "organization_id", "value": "acme"}),
    ({"transcription_options": {}}, {"field": "transcription_options.audio_url"}),
    (
        {"transcription_options": {"audio_url": URL}},
        {"field": "transcription_options.language"},
    ),
    ({"transcription_options": [1]}, {"field": "transcription_options"}),
    (
        options(audio_url="http://media.example.com/call.mp3"),
        {"field": "transcription_options.audio_url", "value": "http://media.example.com/call.mp3"},
    ),
    (
        options(audio_url="call.mp3"),
        {"field": "transcription_options.audio_url", "value": "call.mp3"},
    ),
    (
        options(audio_url="https:///call.mp3"),
        {"field": "transcription_options.audio_url", "value": "https:///call.mp3"},
    ),
    (options(audio_url=7), {"field": "transcription_options.audio_url", "value": 7}),
    (options(language=""), {"field": "transcription_options.language", "value": ""}),
    (
        options(priority="whenever"),
        {"field": "transcription_options.priority", "value": "whenever"},
    ),
    ({"priority": "whenever"}, {"field": "priority", "value": "whenever"}),
    (
        {**options(priority="high"), "priority": "urgent"},
        {"field": "priority", "value": "urgent"},
    ),
    (
        {"speaker_analysis": {"speakers_expected_count": 0}},
        {"field": "speaker_analysis.speakers_expected_count", "value": 0},
    ),
    (
        {"speaker_analysis": {"speakers_expected_count": 11}},
        {"field": "speaker_analysis.speakers_expected_count", "value": 11},
    ),
    (
        {"speaker_analysis": {"diarization_enabled": "yes"}},
        {"field": "speaker_analysis.diarization_enabled", "value": "yes"},
    ),
    (
        {"intelligence_features": {"summarization_enabled": 1}},
        {"field": "intelligence_features.summarization_enabled", "value": 1},
    ),
    (
        {"privacy_settings": {"pii_policies": "ssn"}},
        {"field": "privacy_settings.pii_policies", "value": "ssn"},
    ),
    (
        {"privacy_settings": {"pii_policies": [""]}},
        {"field": "privacy_settings.pii_policies.0", "value": ""},
    ),
    ({"webhook": {"url": "nowhere"}}, {"field": "webhook.url", "value": "nowhere"}),
    (
        {"webhook": {"url": "https://h/x", "events": ["transcription.started"]}},
        {"field": "webhook.events.0", "value": "transcription.started"},
    ),
]


@pytest.mark.parametrize(("more", "details"), INVALID)
def test_a_wrong_field_is_named(more: dict[str, Any], details: dict[str, Any]) -> None:
    answer = post(bench(AITRONOS), **more)

    assert error(answer) == (422, "VALIDATION_ERROR", details)


@pytest.mark.parametrize("name", ["organization_id", "transcription_options"])
def test_a_missing_field_is_named(name: str) -> None:
    body = {key: value for key, value in BODY.items() if key != name}

    answer = bench(AITRONOS).http.post(PATH, json=body)

    assert error(answer) == (422, "VALIDATION_ERROR", {"field": name})


def test_a_body_that_is_no_object_is_named_as_a_whole() -> None:
    answer = bench(AITRONOS).http.post(PATH, json=[1])

    assert error(answer) == (422, "VALIDATION_ERROR", {"field": "body"})


@pytest.mark.parametrize("body", [b"{", b"", b'{"organization_id": "\xff"}', b"{'a': 1}"])
def test_broken_json_is_400(body: bytes) -> None:
    headers = {"content-type": "application/json"}

    answer = bench(AITRONOS).http.post(PATH, content=body, headers=headers)

    assert error(answer) == (400, "INVALID_REQUEST", {})


@pytest.mark.parametrize("media", ["text/plain", "application/xml", ""])
def test_another_content_type_is_415(media: str) -> None:
    headers = {"content-type": media}

    answer = bench(AITRONOS).http.post(PATH, content=b"{}", headers=headers)

    assert error(answer) == (415, "UNSUPPORTED_MEDIA_TYPE", {})


def test_unknown_fields_are_let_through() -> None:
    b = bench(AITRONOS)

    assert post(b, colour="red", **options(size=3)).status_code == 201


def test_a_webhook_is_kept_with_the_job() -> None:
    b = bench(AITRONOS)

    id = create(b, webhook={"url": "http://127.0.0.1:9/hook", "events": ["transcription.failed"]})

    kept = b.tenant.backend(AITRONOS).store.get(Transcription, id)
    assert kept.order.webhook == Webhook("http://127.0.0.1:9/hook", ("transcription.failed",))  # type: ignore[arg-type]  # an enum's word


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"])
def test_another_method_on_the_list_is_405(method: str) -> None:
    answer = bench(AITRONOS).http.request(method, PATH)

    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, POST"


def test_another_method_on_a_job_is_405() -> None:
    answer = bench(AITRONOS).http.post(f"{PATH}/{ID}", json={})

    assert error(answer) == (405, "METHOD_NOT_ALLOWED", {})
    assert answer.headers["allow"] == "DELETE, GET"


@pytest.mark.parametrize(
    "path", ["/v1/audio", "/v1/audio/transcribe/", "/V1/audio/transcribe", "/"]
)
def test_an_undocumented_path_is_404(path: str) -> None:
    answer = bench(AITRONOS).http.get(path)

    assert error(answer) == (404, "NOT_FOUND", {})
    uncounted = {**LIMITS, "x-ratelimit-remaining": "100"}
    assert {name: answer.headers[name] for name in LIMITS} == uncounted


def test_requests_are_counted_and_nobody_is_refused_for_them() -> None:
    b = bench(AITRONOS)

    left = [b.http.get(PATH).headers["x-ratelimit-remaining"] for _ in range(101)]
    b.clock.advance(60)
    later = b.http.get(PATH)

    assert left == [*(str(99 - number) for number in range(98)), "1", "1", "1"]
    assert later.headers["x-ratelimit-remaining"] == "99"
    assert later.headers["x-ratelimit-reset"] == "1767603720"  # 2026-01-05T09:02:00Z


def test_a_limit_that_the_scenario_sets_is_told_and_kept() -> None:
    b = bench(AITRONOS, "keys: {test-key: {rate: 2/10s}}")

    answers = [b.http.get(PATH) for _ in range(3)]

    told = [{name: answer.headers[name] for name in LIMITS} for answer in answers]
    reset = {"x-ratelimit-limit": "2", "x-ratelimit-reset": "1767603610"}
    assert told == [{**reset, "x-ratelimit-remaining": left} for left in ("1", "0", "0")]
    assert error(answers[2]) == (429, "RATE_LIMIT_EXCEEDED", {"retry_after": 10})
    assert answers[2].headers["retry-after"] == "10"


def test_an_empty_list_leads_to_itself() -> None:
    b = bench(AITRONOS)

    answer = b.http.get(PATH)

    assert answer.json() == {
        "success": True,
        "data": {
            "transcriptions": [],
            "pagination": {
                "total_count": 0,
                "returned_count": 0,
                "limit": 20,
                "has_more": False,
                "links": {
                    "first": f"{b.url}{PATH}?limit=20&offset=0",
                    "current": f"{b.url}{PATH}?limit=20&offset=0",
                    "next": None,
                    "previous": None,
                },
            },
        },
        "metadata": metadata(answer),
    }
    assert "etag" not in answer.headers


def test_a_list_begins_with_the_newest() -> None:
    b = bench(AITRONOS)
    first = create(b)
    b.clock.advance(1)
    second, third = create(b), create(b)

    found = b.http.get(PATH).json()["data"]["transcriptions"]

    assert [one["transcription_id"] for one in found] == [third, second, first]


def test_the_links_lead_through_all_pages_and_back() -> None:
    b = bench(AITRONOS)
    ids = [create(b) for _ in range(5)][::-1]
    pages: list[str] = []
    seen: list[str] = []

    url = f"{PATH}?status=queued&limit=2"
    while url:
        data = b.http.get(url).json()["data"]
        pages.append(data["pagination"]["links"]["current"])
        seen += [one["transcription_id"] for one in data["transcriptions"]]
        url = data["pagination"]["links"]["next"]

    assert seen == ids
    assert pages == [f"{b.url}{PATH}?status=queued&limit=2&offset={at}" for at in (0, 2, 4)]
    assert data["pagination"] == {
        "total_count": 5,
        "returned_count": 1,
        "limit": 2,
        "has_more": False,
        "links": {
            "first": f"{b.url}{PATH}?status=queued&limit=2&offset=0",
            "current": f"{b.url}{PATH}?status=queued&limit=2&offset=4",
            "next": None,
            "previous": f"{b.url}{PATH}?status=queued&limit=2&offset=2",
        },
    }


@pytest.mark.parametrize(
    ("status", "count"),
    [("queued", 1), ("processing", 0), ("completed", 1), ("failed", 0), ("cancelled", 0)],
)
def test_a_list_may_be_of_one_status(status: str, count: int) -> None:
    b = bench(AITRONOS)
    completed(b)
    create(b)

    data = b.http.get(PATH, params={"status": status}).json()["data"]

    assert [one["status"] for one in data["transcriptions"]] == [status] * count
    assert data["pagination"]["total_count"] == count


def test_a_list_shows_jobs_as_they_were_last_seen() -> None:
    b = bench(AITRONOS)
    create(b)
    b.clock.advance(100)

    first = b.http.get(PATH).json()["data"]["transcriptions"][0]

    assert first["status"] == "queued"


@pytest.mark.parametrize(
    ("query", "details"),
    [
        ("limit=0", {"field": "limit", "value": 0}),
        ("limit=101", {"field": "limit", "value": 101}),
        ("limit=", {"field": "limit", "value": ""}),
        ("limit=ten", {"field": "limit", "value": "ten"}),
        ("limit=1.5", {"field": "limit", "value": "1.5"}),
        ("limit=20&limit=0", {"field": "limit", "value": 0}),
        ("offset=-1", {"field": "offset", "value": -1}),
        ("offset=%ff", {"field": "offset", "value": "\ufffd"}),
        ("status=done", {"field": "status", "value": "done"}),
        ("status=", {"field": "status", "value": ""}),
    ],
)
def test_a_wrong_parameter_of_the_list_is_named(query: str, details: dict[str, Any]) -> None:
    answer = bench(AITRONOS).http.get(f"{PATH}?{query}")

    assert error(answer) == (422, "VALIDATION_ERROR", details)


def test_of_two_limits_the_last_one_counts() -> None:
    answer = bench(AITRONOS).http.get(f"{PATH}?limit=0&limit=7")

    assert answer.json()["data"]["pagination"]["limit"] == 7


def status_after(b: Bench, id: str, seconds: float) -> tuple[str, bool]:
    """What a look at the job shows so much later, and whether it asked the speech engine."""
    b.clock.advance(seconds)
    answer = b.http.get(f"{PATH}/{id}").json()
    return answer["data"]["status"], answer["metadata"]["upstream_refreshed"]


def test_a_look_renews_what_is_more_than_ten_seconds_old() -> None:
    b = bench(AITRONOS)
    id = create(b)

    assert status_after(b, id, 0) == ("queued", False)
    assert status_after(b, id, 10) == ("queued", False)
    assert status_after(b, id, 0.5) == ("completed", True)
    assert status_after(b, id, 100) == ("completed", False)


def test_the_ten_seconds_begin_again_with_each_renewal() -> None:
    b = bench(AITRONOS, "jobs: [{timeline: {processing: 5s, completed: 15s}}]")
    id = create(b)

    assert status_after(b, id, 11) == ("processing", True)
    assert status_after(b, id, 10) == ("processing", False)
    assert status_after(b, id, 1) == ("completed", True)


def test_a_scenario_may_renew_at_every_look() -> None:
    b = bench(AITRONOS, scenario(refresh_seconds=0))
    id = create(b)

    assert status_after(b, id, 0) == ("queued", False)
    assert status_after(b, id, 1) == ("processing", True)
    assert status_after(b, id, 1) == ("processing", True)
    assert status_after(b, id, 1) == ("completed", True)


def test_a_failed_job_says_why_and_is_paid_back() -> None:
    b = bench(
        AITRONOS,
        f"""
        transcripts: {{long: {SCRIPTED}}}
        jobs:
          - transcript: long
            timeline: {{failed: 2s}}
            error: {{code: 422, message: Unreadable}}
        """,
    )
    id = create(b)
    b.clock.advance(11)

    answer = b.http.get(f"{PATH}/{id}")

    assert answer.json() == {
        "success": True,
        "data": {
            "transcription_id": id,
            "status": "failed",
            "model_key": "fvt-1",
            "audio_metadata": {"url": URL, "duration": None, "language": "en"},
            "timestamps": {
                "created_at": "2026-01-05T09:00:00Z",
                "updated_at": "2026-01-05T09:00:02Z",
                "completed_at": None,
                "processing_time_seconds": None,
            },
            "error": {"code": "422", "message": "Unreadable"},
        },
        "billing": {"synapses_consumed": 360, "synapses_refunded": 360, "currency": "synapses"},
        "metadata": metadata(answer, upstream_refreshed=True),
        "actions": {"self": {"href": f"{b.url}{PATH}/{id}", "method": "GET"}},
    }
    assert answer.headers["cache-control"] == "public, max-age=86400"


def test_a_running_job_may_be_cached_for_five_seconds() -> None:
    b = bench(AITRONOS)

    answer = b.http.get(f"{PATH}/{create(b)}")

    assert answer.headers["cache-control"] == "public, max-age=5"
    assert answer.headers["last-modified"] == "Mon, 05 Jan 2026 09:00:00 GMT"


def test_the_entity_tag_holds_while_the_job_does_not_change() -> None:
    b = bench(AITRONOS)
    id = create(b)
    tags = []

    for seconds in (0, 9, 2, 50):
        b.clock.advance(seconds)
        tags.append(b.http.get(f"{PATH}/{id}").headers["etag"])

    assert tags[0] == tags[1]
    assert tags[1] != tags[2]
    assert tags[2] == tags[3]


def test_another_job_has_another_entity_tag() -> None:
    b = bench(AITRONOS)

    tags = {b.http.get(f"{PATH}/{create(b)}").headers["etag"] for _ in range(2)}

    assert len(tags) == 2


@pytest.mark.parametrize("shape", ["{}", "W/{}", '"a", {}', "*"])
def test_a_job_that_did_not_change_is_304(shape: str) -> None:
    b = bench(AITRONOS)
    id = completed(b)
    tag = b.http.get(f"{PATH}/{id}").headers["etag"]

    answer = b.http.get(f"{PATH}/{id}", headers={"If-None-Match": shape.format(tag)})

    assert answer.status_code == 304
    assert answer.content == b""
    assert "content-type" not in answer.headers
    assert answer.headers["etag"] == tag
    assert answer.headers["cache-control"] == "public, max-age=86400"
    assert answer.headers["last-modified"] == "Mon, 05 Jan 2026 09:00:03 GMT"
    assert answer.headers["x-ratelimit-limit"] == "100"
    assert answer.headers["x-request-id"].startswith("req_")


def test_an_entity_tag_without_its_quotes_does_not_match() -> None:
    b = bench(AITRONOS)
    id = completed(b)
    tag = b.http.get(f"{PATH}/{id}").headers["etag"].strip('"')

    answer = b.http.get(f"{PATH}/{id}", headers={"If-None-Match": tag})

    assert answer.status_code == 200


def test_polling_with_an_entity_tag_goes_on() -> None:
    b = bench(AITRONOS)
    id = create(b)
    headers = {"If-None-Match": b.http.get(f"{PATH}/{id}").headers["etag"]}

    assert b.http.get(f"{PATH}/{id}", headers=headers).status_code == 304
    b.clock.advance(11)
    answer = b.http.get(f"{PATH}/{id}", headers=headers)

    assert answer.status_code == 200
    assert answer.json()["data"]["status"] == "completed"


@pytest.mark.parametrize("since", ["Mon, 05 Jan 2026 09:00:03 GMT", "rubbish"])
def test_if_modified_since_changes_nothing(since: str) -> None:
    b = bench(AITRONOS)

    answer = b.http.get(f"{PATH}/{completed(b)}", headers={"If-Modified-Since": since})

    assert answer.status_code == 200


@pytest.mark.parametrize("id", [ID, "call", "trans_", "%ff", "..%2f..", "1"])
@pytest.mark.parametrize(
    ("method", "tail"),
    [
        ("GET", ""),
        ("DELETE", ""),
        ("GET", "/paragraphs"),
        ("GET", "/sentences"),
        ("GET", "/subtitles/srt"),
        ("GET", "/search?query=a"),
    ],
)
def test_an_unknown_job_is_404(id: str, method: str, tail: str) -> None:
    answer = bench(AITRONOS).http.request(method, f"{PATH}/{id}{tail}")

    assert answer.status_code == 404


def test_nobody_sees_the_jobs_of_another_key() -> None:
    b = bench(AITRONOS)
    id = create(b)

    answer = b.http.get(f"{PATH}/{id}", headers={"X-API-Key": "test-other"})

    assert error(answer) == (404, "TRANSCRIPTION_NOT_FOUND", {})


@pytest.mark.parametrize("upstream", [True, False])
def test_a_deleted_job_is_gone(upstream: bool) -> None:
    b = bench(AITRONOS, scenario(deleted_upstream=str(upstream).lower()))
    id = create(b)
    b.clock.advance(2)

    answer = b.http.delete(f"{PATH}/{id}")

    assert answer.status_code == 200
    assert answer.json() == {
        "success": True,
        "data": {
            "deleted": True,
            "transcription_id": id,
            "deleted_at": "2026-01-05T09:00:02Z",
            "deleted_upstream": upstream,
        },
        "metadata": metadata(answer),
    }
    assert b.http.get(f"{PATH}/{id}").status_code == 404
    assert error(b.http.delete(f"{PATH}/{id}")) == (404, "TRANSCRIPTION_NOT_FOUND", {})
    assert b.http.get(PATH).json()["data"]["transcriptions"] == []


def test_the_text_is_what_the_script_says() -> None:
    b = bench(AITRONOS, TALK)

    answer = b.http.get(f"{PATH}/{completed(b)}").json()

    assert answer["data"]["text"] == (
        "Good morning. Call 555-010-1234 now. Write to ben@example.com, please."
    )
    assert answer["data"]["audio_metadata"] == {"url": URL, "duration": 8.5, "language": "en"}


def test_redaction_masks_the_text_and_offers_the_redacted_audio() -> None:
    b = bench(AITRONOS, TALK)
    id = completed(b, **redacting("email", "phone_number"))

    answer = b.http.get(f"{PATH}/{id}").json()

    assert answer["data"]["text"] == (
        "Good morning. Call ###-###-#### now. Write to ###@#######.###, please."
    )
    assert answer["actions"]["redacted_audio"] == {
        "href": f"{b.url}{PATH}/{id}/redacted-audio",
        "method": "GET",
    }


def test_every_action_but_the_redacted_audio_can_be_followed() -> None:
    b = bench(AITRONOS, TALK)
    id = completed(b, **redacting("email"))

    actions = b.http.get(f"{PATH}/{id}").json()["actions"]
    found = {
        name: b.http.get(one["href"], params={"query": "a"}).status_code
        for name, one in actions.items()
    }

    assert found == {
        "get_paragraphs": 200,
        "get_sentences": 200,
        "get_subtitles_srt": 200,
        "get_subtitles_vtt": 200,
        "get_subtitles_txt": 200,
        "search": 200,
        "redacted_audio": 501,
    }


def test_addresses_are_on_the_address_that_the_client_used() -> None:
    b = bench(AITRONOS)

    answer = b.http.post(f"https://api.aitronos.com{PATH}", json=BODY).json()

    id = answer["data"]["transcription_id"]
    assert answer["actions"]["self"]["href"] == f"https://api.aitronos.com{PATH}/{id}"


@pytest.mark.parametrize("count", [1, 3, 10])
def test_the_expected_speakers_take_turns(count: int) -> None:
    b = bench(AITRONOS)
    id = completed(
        b, speaker_analysis={"diarization_enabled": True, "speakers_expected_count": count}
    )

    found = b.http.get(f"{PATH}/{id}/paragraphs").json()["data"]["paragraphs"]

    assert (len(found) == 1) == (count == 1)
    assert len(found) >= count
