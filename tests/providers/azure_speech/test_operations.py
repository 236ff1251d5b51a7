"""The operations, as a client meets them."""

import httpx
import pytest

from emulator.providers.azure_speech import AZURE_SPEECH
from tests.providers.azure_speech.making import ID, NEW, NO_ENTITY, PATH, UNKNOWN, create
from tests.support.clients import bench

STUCK = "jobs: [{timeline: {processing: 1s}}]"


def listed(response: httpx.Response) -> list[str]:
    return [one["displayName"] for one in response.json()["values"]]


def test_a_new_transcription_is_told_with_its_location() -> None:
    b = bench(AZURE_SPEECH)

    response = b.http.post(
        PATH,
        json={
            "contentUrls": [
                "https://media.example.com/calls/0001.wav",
                "https://media.example.com/calls/0002.wav",
            ],
            "locale": "en-US",
            "displayName": "Nightly calls",
            "description": "two recordings",
            "customProperties": {"team": "support"},
            "properties": {"wordLevelTimestampsEnabled": True, "timeToLive": "PT12H"},
        },
    )

    self = response.headers["Location"]
    assert response.status_code == 201
    assert self.startswith(f"{b.url}{PATH}/")
    assert response.json() == {
        "self": self,
        "model": {
            "self": f"{b.url}/speechtotext/v3.1/models/base/3d6f9ced-cc80-41cb-89f8-1d20e246796a"
        },
        "links": {"files": f"{self}/files"},
        "properties": {
            "diarizationEnabled": False,
            "wordLevelTimestampsEnabled": True,
            "displayFormWordLevelTimestampsEnabled": False,
            "channels": [0, 1],
            "punctuationMode": "DictatedAndAutomatic",
            "profanityFilterMode": "Masked",
            "timeToLive": "PT12H",
        },
        "lastActionDateTime": "2026-01-05T09:00:00Z",
        "status": "NotStarted",
        "createdDateTime": "2026-01-05T09:00:00Z",
        "locale": "en-US",
        "displayName": "Nightly calls",
        "description": "two recordings",
        "customProperties": {"team": "support"},
    }


def test_every_answer_carries_the_headers_of_the_service() -> None:
    b = bench(AZURE_SPEECH)

    for response in (b.http.get(PATH), b.http.get(f"{PATH}/{UNKNOWN}"), b.http.get("/x")):
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["Content-Type"] == "application/json; charset=utf-8"
        assert response.headers["api-supported-versions"] == "3.0,3.1"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["apim-request-id"] == response.headers["X-Emulator-Request-Id"]
        assert "ETag" not in response.headers


def test_the_request_of_the_vendors_client_is_understood() -> None:
    b = bench(AZURE_SPEECH)
    body = b"""{
      "DisplayName": "x", "ContentUrls": ["https://media.example.com/a.wav"], "Locale": "en-US",
      "Model": null,
      "Properties": {"DiarizationEnabled": "True", "WordLevelTimestampsEnabled": "False",},
    }"""
    headers = {"Content-Type": "application/json; charset=utf-8"}

    response = b.http.post("/SpeechToText/v3.1/Transcriptions/", content=body, headers=headers)

    assert response.status_code == 201
    assert response.json()["properties"]["diarizationEnabled"] is True
    assert response.json()["properties"]["wordLevelTimestampsEnabled"] is False


@pytest.mark.parametrize(
    ("seconds", "status", "since", "retry_after"),
    [
        (0, "NotStarted", "2026-01-05T09:00:00Z", "1"),
        (1, "Running", "2026-01-05T09:00:01Z", "1"),
        (3, "Succeeded", "2026-01-05T09:00:03Z", None),
        (9, "Succeeded", "2026-01-05T09:00:03Z", None),
    ],
)
def test_a_transcription_goes_through_its_states(
    seconds: float, status: str, since: str, retry_after: str | None
) -> None:
    b = bench(AZURE_SPEECH)
    id = create(b)
    b.clock.advance(seconds)

    response = b.http.get(f"{PATH}/{id.upper()}")

    assert response.status_code == 200
    assert response.json()["status"] == status
    assert response.json()["createdDateTime"] == "2026-01-05T09:00:00Z"
    assert response.json()["lastActionDateTime"] == since
    assert response.headers.get("Retry-After") == retry_after
    assert ("duration" in response.json()["properties"]) is (status == "Succeeded")


def test_a_transcription_that_fails_says_why_and_has_a_report() -> None:
    b = bench(AZURE_SPEECH, "jobs: [{timeline: {processing: 1s, failed: 2s}}]")
    id = create(b)
    b.clock.advance(2)

    response = b.http.get(f"{PATH}/{id}")
    (file,) = b.http.get(f"{PATH}/{id}/files").json()["values"]

    assert response.json()["status"] == "Failed"
    assert response.json()["properties"]["error"] == {
        "code": "InvalidData",
        "message": "The recordings URI contains invalid data.",
    }
    assert b.http.get(file["links"]["contentUrl"]).json() == {
        "successfulTranscriptionsCount": 0,
        "failedTranscriptionsCount": 1,
        "details": [
            {
                "source": "https://media.example.com/calls/0001.wav",
                "status": "Failed",
                "errorMessage": "The audio format is invalid or cannot be detected.",
                "errorKind": "InvalidData",
            }
        ],
    }


@pytest.mark.parametrize("id", [UNKNOWN, "7", "not a uuid"])
@pytest.mark.parametrize("tail", ["", "/files", f"/files/{UNKNOWN}"])
def test_an_unknown_transcription_is_not_found(id: str, tail: str) -> None:
    response = bench(AZURE_SPEECH).http.get(f"{PATH}/{id}{tail}")

    assert (response.status_code, response.json()) == (404, NO_ENTITY)


def test_a_transcription_that_was_read_before_has_the_address_that_it_is_read_at() -> None:
    b = bench(AZURE_SPEECH)
    id = create(b)
    hosts = ["a.cognitiveservices.azure.com", "b.cognitiveservices.azure.com"]

    alone = [b.http.get(f"https://{host}{PATH}/{id}").json()["self"] for host in hosts]
    listed = [b.http.get(f"https://{host}{PATH}").json()["values"][0]["self"] for host in hosts]

    assert alone == listed == [f"https://{host}{PATH}/{id}" for host in hosts]


def test_another_tenant_does_not_see_a_transcription() -> None:
    b = bench(AZURE_SPEECH)
    id = create(b)

    response = b.http.get(f"{PATH}/{id}", headers={"Ocp-Apim-Subscription-Key": "test-other"})

    assert response.status_code == 404


@pytest.mark.parametrize(
    "headers",
    [
        {"Ocp-Apim-Subscription-Key": "", "Authorization": "Bearer test-key"},
        {"Ocp-Apim-Subscription-Key": "test-key"},
    ],
)
def test_a_key_or_a_token_admits(headers: dict[str, str]) -> None:
    b = bench(AZURE_SPEECH, key=None)

    assert b.http.get(PATH, headers=headers).status_code == 200


def test_no_key_and_unknown_ones_are_refused() -> None:
    b = bench(AZURE_SPEECH, key=None)

    answers = [
        b.http.get(PATH),
        b.http.get(PATH, headers={"Ocp-Apim-Subscription-Key": "wrong"}),
        b.http.get(PATH, headers={"Authorization": "Bearer wrong"}),
    ]

    assert [answer.status_code for answer in answers] == [401, 401, 401]
    assert [list(answer.json()) for answer in answers] == [
        ["error"],
        ["error"],
        ["statusCode", "message"],
    ]


def test_a_good_key_may_be_refused_for_its_account() -> None:
    b = bench(AZURE_SPEECH, "keys: {test-key: forbidden}")

    for response in (b.http.get(PATH), b.http.post(PATH, json=NEW)):
        assert (response.status_code, response.json()["code"]) == (403, "Forbidden")


def test_an_account_without_quota_starts_nothing_and_may_read_and_delete() -> None:
    b = bench(
        AZURE_SPEECH,
        f"keys: {{test-key: out_of_quota}}\nexisting: [{{provider: azure_speech, id: {ID}}}]",
    )

    refused = b.http.post(PATH, json=NEW)
    files = b.http.get(f"{PATH}/{ID}/files")
    read = [
        b.http.get(PATH),
        b.http.get(f"{PATH}/{ID}"),
        files,
        b.http.get(files.json()["values"][0]["self"]),
        b.http.get(files.json()["values"][0]["links"]["contentUrl"]),
    ]
    deleted = b.http.delete(f"{PATH}/{ID}")

    assert (refused.status_code, refused.json()["statusCode"]) == (403, 403)
    assert [one.status_code for one in read] == [200] * 5
    assert deleted.status_code == 204


@pytest.mark.parametrize(
    "name", ["destinationContainerUrl", "DestinationContainerURL", "destinationcontainerurl"]
)
def test_results_are_written_to_nobodys_storage(name: str) -> None:
    b = bench(AZURE_SPEECH)

    response = b.http.post(
        PATH, json={**NEW, "properties": {name: "https://storage.test/out?sig=1"}}
    )

    assert response.status_code == 501
    assert response.json()["code"] == "NotAllowed"
    assert response.headers["X-Emulator-Reason"] == (
        "properties.destinationContainerUrl is not emulated yet; without it, results are behind the"
        " links of the transcription's files"
    )
    assert listed(b.http.get(PATH)) == []


def test_whom_to_tell_is_forgotten_when_the_transcription_has_ended() -> None:
    b = bench(AZURE_SPEECH)
    id = create(b, properties={"email": "ann@example.com", "destinationContainerUrl": None})

    b.clock.advance(2)
    running = b.http.get(f"{PATH}/{id}").json()
    b.clock.advance(1)
    ended = b.http.get(f"{PATH}/{id}").json()

    assert (running["status"], running["properties"]["email"]) == ("Running", "ann@example.com")
    assert ended["status"] == "Succeeded"
    assert "email" not in ended["properties"]


@pytest.mark.parametrize("seconds", [0, 2])
def test_a_transcription_that_has_not_ended_cannot_be_deleted(seconds: float) -> None:
    b = bench(AZURE_SPEECH)
    id = create(b)
    b.clock.advance(seconds)

    response = b.http.delete(f"{PATH}/{id}")

    assert response.status_code == 409
    assert response.json() == {
        "code": "NotAllowed",
        "message": "The transcription task hasn't finished yet",
        "innerError": {
            "code": "DeleteNotAllowed",
            "message": "The transcription task hasn't finished yet",
        },
    }
    assert b.http.get(f"{PATH}/{id}").status_code == 200


def test_a_deleted_transcription_is_gone_with_its_results() -> None:
    b = bench(AZURE_SPEECH)
    id = create(b)
    b.clock.advance(3)
    link = b.http.get(f"{PATH}/{id}/files").json()["values"][0]["links"]["contentUrl"]

    response = b.http.delete(f"{PATH}/{id}")

    assert (response.status_code, response.content) == (204, b"")
    assert b.http.get(f"{PATH}/{id}").status_code == 404
    assert b.http.get(link).status_code == 404
    assert b.http.get(link).headers["x-ms-error-code"] == "BlobNotFound"


def test_deleting_what_never_was_is_fine() -> None:
    response = bench(AZURE_SPEECH).http.delete(f"{PATH}/{UNKNOWN}")

    assert (response.status_code, response.content) == (204, b"")


def test_a_transcription_goes_when_its_time_to_live_is_over() -> None:
    b = bench(AZURE_SPEECH)
    id = create(b, properties={"timeToLive": "PT30M"})
    b.clock.advance(1802)
    link = b.http.get(f"{PATH}/{id}/files").json()["values"][0]["links"]["contentUrl"]

    b.clock.advance(1)

    assert b.http.get(f"{PATH}/{id}").json() == NO_ENTITY
    assert b.http.get(PATH).json() == {"values": []}
    assert b.http.get(link).status_code == 404
    assert b.http.delete(f"{PATH}/{id}").status_code == 204


def test_a_list_is_paged_from_the_oldest_on() -> None:
    b = bench(AZURE_SPEECH)
    for name in "abcde":
        create(b, displayName=name)
        b.clock.advance(1)

    first = b.http.get(PATH, params={"top": 2})
    second = b.http.get(first.json()["@nextLink"])
    third = b.http.get(second.json()["@nextLink"])

    assert first.json()["@nextLink"] == f"{b.url}{PATH}?skip=2&top=2"
    assert [listed(one) for one in (first, second, third)] == [["a", "b"], ["c", "d"], ["e"]]
    assert "@nextLink" not in third.json()
    assert [one.headers.get("Retry-After") for one in (first, second, third)] == [None, "1", "1"]


def test_a_list_has_a_hundred_entities_if_nobody_says_otherwise() -> None:
    b = bench(AZURE_SPEECH, "existing: [{provider: azure_speech, count: 101}]")

    first = b.http.get(PATH).json()

    assert len(first["values"]) == 100
    assert first["@nextLink"] == f"{b.url}{PATH}?skip=100&top=100"


def test_a_page_after_the_last_is_empty() -> None:
    b = bench(AZURE_SPEECH)
    create(b)

    assert b.http.get(PATH, params={"skip": 7, "top": ""}).json() == {"values": []}


def test_a_list_is_filtered_and_the_link_keeps_the_filter() -> None:
    b = bench(AZURE_SPEECH)
    for name in ("calls", "calls", "talks"):
        create(b, displayName=name)
    b.clock.advance(1)
    create(b, displayName="calls", locale="de-DE", description="late")

    page = b.http.get(PATH, params={"filter": "displayName eq 'calls'", "top": 2})
    late = b.http.get(PATH, params={"filter": "createdDateTime gt 2026-01-05T09:00:00Z"})
    other = b.http.get(PATH, params={"filter": "locale eq 'de-DE' and description eq 'late'"})
    running = b.http.get(PATH, params={"filter": "status eq 'Running'"})
    moved = b.http.get(PATH, params={"filter": "lastActionDateTime ge 2026-01-05T09:00:01Z"})

    assert page.json()["@nextLink"] == (
        f"{b.url}{PATH}?skip=2&top=2&filter=displayName%20eq%20'calls'"
    )
    assert listed(b.http.get(page.json()["@nextLink"])) == ["calls"]
    assert [len(listed(one)) for one in (late, other, running, moved)] == [1, 1, 3, 4]


@pytest.mark.parametrize("id", sorted(AZURE_SPEECH.not_emulated))
def test_what_is_not_emulated_says_so(id: str) -> None:
    b = bench(AZURE_SPEECH)
    operation = AZURE_SPEECH.contract.operations[id]
    path = operation.path
    for name in ("id", "fileId", "logId", "locale"):
        path = path.replace(f"{{{name}}}", UNKNOWN)

    response = b.http.request(operation.method, path)

    assert response.status_code == 501
    assert response.headers["X-Emulator-Reason"] == AZURE_SPEECH.not_emulated[id]
    assert response.json()["code"] == "NotAllowed"


def test_every_documented_operation_is_emulated_or_said_not_to_be() -> None:
    published = set(AZURE_SPEECH.contract.operations)

    assert published == set(AZURE_SPEECH.operations) | set(AZURE_SPEECH.not_emulated)
    assert len(published - {"TranscriptionData_GetBlob", "issueToken"}) == 74
    assert not set(AZURE_SPEECH.operations) & set(AZURE_SPEECH.not_emulated)


def test_a_stuck_transcription_stays_where_it_is() -> None:
    b = bench(AZURE_SPEECH, STUCK)
    id = create(b, properties={"timeToLive": "PT1H"})
    b.clock.advance(40 * 86400)

    assert b.http.get(f"{PATH}/{id}").json()["status"] == "Running"
    assert b.http.delete(f"{PATH}/{id}").status_code == 409
