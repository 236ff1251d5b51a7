"""A tenant's journal, over the admin API."""

from typing import Any

import pytest

from tests.interfaces.admin.bench import HERE, Bench, bench, refusal

JOBS = "https://media.test/a.wav"


def busy() -> tuple[Bench, str]:
    """A job, a look at it, and a look at none."""
    here = bench()
    id = here.job()
    here.gladia.get(f"/v2/pre-recorded/{id}")
    here.gladia.get("/v2/pre-recorded/nothing")
    return here, id


def test_what_was_asked_is_listed() -> None:
    here, _ = busy()

    status, content = here.ask("GET", "/journal")

    one = content["exchanges"][2]
    assert (status, content["count"]) == (200, 3)
    assert [each["status"] for each in content["exchanges"]] == [201, 200, 404]
    assert one == {
        "id": one["id"],
        "at": "2026-01-05T09:00:00.000Z",
        "provider": "gladia",
        "operation": "PreRecordedController_getPreRecordedJob_v2",
        "method": "GET",
        "path": "/v2/pre-recorded/nothing",
        "status": 404,
        "key": "test-a...",
        "refused": "NotFound",
        "why": ["no transcription nothing in this tenant", "it has 1 transcription"],
        "fault": None,
        "notes": [],
        "violations": [],
    }


@pytest.mark.parametrize(
    ("query", "statuses"),
    [
        ("?status=404", [404]),
        ("?operation=*getPreRecordedJob_*", [200, 404]),
        ("?provider=gladia&last=2", [200, 404]),
        ("?provider=azure-speech", []),
    ],
)
def test_the_list_can_be_narrowed(query: str, statuses: list[int]) -> None:
    here, _ = busy()

    _, content = here.ask("GET", f"/journal{query}")

    assert [one["status"] for one in content["exchanges"]] == statuses
    assert content["count"] == 3


def test_one_exchange_has_its_headers_and_bodies_and_no_key() -> None:
    here, _ = busy()
    id = here.ask("GET", "/journal?last=3")[1]["exchanges"][0]["id"]

    status, content = here.ask("GET", f"/journal/{id}")

    request = content["request"]
    assert status == 200
    assert request["url"] == "http://127.0.0.1:4788/gladia/v2/pre-recorded"
    assert request["headers"]["x-gladia-key"] == "test-a..."
    assert request["body"] == {
        "size": 40,
        "text": '{"audio_url":"https://media.test/a.wav"}',
        "base64": None,
    }
    assert content["response"]["headers"]["X-Emulator-Request-Id"] == id
    assert content["response"]["body"]["text"].startswith('{"id":')


def test_of_audio_the_size_is_told() -> None:
    here = bench()
    here.gladia.post("/v2/upload", files={"audio": ("a.wav", b"RIFF" * 100, "audio/wav")})
    id = here.ask("GET", "/journal")[1]["exchanges"][0]["id"]

    _, content = here.ask("GET", f"/journal/{id}")

    assert content["request"]["body"]["text"] is None
    assert content["request"]["body"]["size"] > 400


def test_what_is_no_text_is_shown_in_base64() -> None:
    here = bench()
    json = {"content-type": "application/json"}
    here.gladia.post("/v2/pre-recorded", content=b"\xff\xfe", headers=json)
    id = here.ask("GET", "/journal")[1]["exchanges"][0]["id"]

    _, content = here.ask("GET", f"/journal/{id}")

    assert content["request"]["body"] == {"size": 2, "text": None, "base64": "//4="}


def test_the_journal_is_an_http_archive() -> None:
    here, _ = busy()

    _, content = here.ask("GET", "/journal?format=har&last=1")

    assert content["log"]["version"] == "1.2"
    assert [one["response"]["status"] for one in content["log"]["entries"]] == [404]


def test_the_whole_journal_is_there_for_programs_that_compare_it() -> None:
    here = bench("faults: [{when: {path: '*slow*'}, delay: 1s}]")
    here.gladia.get("/v2/pre-recorded?limit=5")
    here.gladia.get("/v2/slow?key=secret")
    here.gladia.post("/v2/upload", files={"audio": ("a.wav", b"RIFF" * 100, "audio/wav")})

    status, content = here.ask("GET", "/journal?format=full")

    listed, stray, sent = content["exchanges"]
    assert (status, content["count"]) == (200, 3)
    assert listed["key"] == listed["request"]["headers"]["x-gladia-key"] == "test-ann"
    assert listed["request"]["query"] == [["limit", "5"]]
    assert listed["request"]["params"] == {"limit": 5}
    assert listed["request"]["base_url"] == "http://127.0.0.1:4788/gladia"
    assert (listed["effect"], listed["why"], listed["contract_violations"]) == (None, [], [])
    assert (stray["refused"], stray["request"]["query"]) == ("NoOperation", [["key", "secret"]])
    assert sent["request"]["parts"] == [
        {
            "name": "audio",
            "filename": "a.wav",
            "content_type": "audio/wav",
            "body": {"size": 0, "text": "", "base64": None},
        }
    ]
    assert sent["request"]["content"] == {"audio": "a.wav"}
    assert sent["omitted"][1] == {
        "what": "audio",
        "media_type": "audio/wav",
        "size": 400,
        "digest": "cc26c7241ed24a48a5284a74ef022c502abfa22df1a0632179143daf916073ec",
        "file_name": "a.wav",
    }


def test_what_a_fault_did_is_told() -> None:
    here = bench(
        "faults:\n"
        "  - {when: {call: 1}, delay: 250ms, answer: {status: 503, retry_after: 2s}}\n"
        "  - {connection: {truncate: 10B}}\n"
    )
    here.gladia.get("/v2/pre-recorded")

    _, content = here.ask("GET", "/journal?format=full")

    (exchange,) = content["exchanges"]
    assert exchange["fault"] == "scenario-1"
    assert exchange["effect"] == {
        "rule": "scenario-1",
        "answer": {"status": 503, "body": None, "headers": {}, "retry_after_seconds": 2.0},
        "delay_seconds": 0.25,
        "connection": None,
        "line": 2,
    }


def test_the_journal_is_emptied() -> None:
    here, _ = busy()

    status, content = here.ask("DELETE", "/journal")

    assert (status, content) == (204, None)
    assert here.ask("GET", "/journal")[1]["exchanges"] == []


def test_an_exchange_is_explained_for_programs_and_for_people() -> None:
    here, _ = busy()
    id = here.ask("GET", "/journal?status=404")[1]["exchanges"][0]["id"]

    _, content = here.ask("GET", f"/journal/{id}/explain")
    text = here.admin.get(f"{HERE}/journal/{id}/explain?format=text")

    assert (content["status"], content["refused"]) == (404, "NotFound")
    assert text.headers["content-type"] == "text/plain; charset=utf-8"
    assert text.text.startswith("GET /v2/pre-recorded/nothing (gladia) -> 404 NotFound\n")


@pytest.mark.parametrize("path", ["/journal/x", "/journal/x/explain"])
def test_an_unknown_exchange_is_not_found(path: str) -> None:
    response = bench().admin.get(f"{HERE}{path}")

    assert refusal(response) == (
        404,
        "unknown_exchange",
        "the tenant's journal has no exchange x, or no longer",
    )


@pytest.mark.parametrize(
    ("pattern", "good", "found"),
    [
        ({"status": "4xx"}, True, 1),
        ({"method": "GET", "times": 2}, True, 2),
        ({"status": 500, "at_most": 0}, True, 0),
        ({"body": {"audio_url": JOBS}}, True, 1),
        ({"status": 500}, False, 0),
        ({"at_least": 4}, False, 3),
    ],
)
def test_exchanges_are_counted(pattern: dict[str, Any], good: bool, found: int) -> None:
    here, _ = busy()

    status, content = here.ask("POST", "/verify", json=pattern)

    assert (status, content["good"], content["found"]) == (200, good, found)


@pytest.mark.parametrize(
    ("pattern", "code", "message"),
    [
        ({"operation": "getTranscript"}, "bad_pattern", 'no operation "getTranscript"'),
        ({"times": 1, "at_least": 1}, "bad_pattern", "times goes without at_least and at_most"),
    ],
)
def test_a_pattern_that_can_match_nothing_is_refused(
    pattern: dict[str, Any], code: str, message: str
) -> None:
    response = bench().admin.post(f"{HERE}/verify", json=pattern)

    assert refusal(response)[:2] == (422, code)
    assert refusal(response)[2].startswith(message)


@pytest.mark.parametrize("pattern", [{"staus": 1}, {"times": -1}, {"status": []}, [], 7])
def test_a_pattern_that_is_none_is_refused(pattern: Any) -> None:
    response = bench().admin.post(f"{HERE}/verify", json=pattern)

    assert refusal(response)[:2] == (422, "invalid_request")


@pytest.mark.parametrize(
    ("form", "media_type", "begins"),
    [
        ("json", "application/json; charset=utf-8", '{"percent":'),
        ("table", "text/plain; charset=utf-8", "Gladia v2: "),
        ("markdown", "text/markdown; charset=utf-8", "## Client coverage: "),
    ],
)
@pytest.mark.parametrize("path", [HERE, "/_emulator"])
def test_what_the_client_has_met_is_told(
    path: str, form: str, media_type: str, begins: str
) -> None:
    here, _ = busy()

    response = here.admin.get(f"{path}/coverage?format={form}")

    assert response.headers["content-type"] == media_type
    assert response.text.startswith(begins)


def test_the_coverage_of_all_outlives_a_tenant() -> None:
    here, _ = busy()
    here.admin.delete(HERE)

    everybody = here.admin.get("/_emulator/coverage").json()
    fresh = here.admin.get(f"{HERE}/coverage").json()

    assert everybody["providers"]["gladia"]["met"] == 3
    assert fresh["providers"]["gladia"]["met"] == 0


def test_the_list_of_an_unknown_provider_is_refused() -> None:
    status, content = bench().ask("GET", "/journal?provider=nobody")

    assert (status, content["error"]["code"], content["error"]["message"]) == (
        422,
        "unknown_provider",
        'there is no provider "nobody"; there are: aitronos, azure_speech, gladia, phrase_studio',
    )
