"""Why a request was refused, as its answer's header says it."""

from collections.abc import Mapping
from typing import Any

import pytest

from emulator.core.engine.finishing import NO_TRACE, Checking, record_exchange
from emulator.core.engine.refusals import REASON
from emulator.core.engine.tenants import Tenants
from emulator.core.http.messages import Request, Response
from emulator.core.http.problems import Problem
from emulator.core.provider.provider import Provider
from emulator.core.scenario.model import Scenario
from emulator.providers import PROVIDERS
from emulator.providers.azure_speech import AZURE_SPEECH
from emulator.providers.gladia import GLADIA
from tests.support.clients import Bench, bench
from tests.support.toy_provider import SAMPLES

PATH = "/v2/pre-recorded"
ORDER = {"audio_url": "https://example.com/a.wav"}
GOOD = (
    'a key is good when it begins with "test-", the scenario\'s keys name it or the admin API '
    "made it"
)
ACCOUNTS = """
keys:
  test-old: expired
  test-taken: revoked
  test-barred: forbidden
  test-poor: out_of_quota
  test-rated: {rate: 1/m}
  test-two: {concurrent_jobs: 2}
faults:
  - when: {key: test-fault}
    answer: {status: 429, retry_after: 3s}
"""


def reason(
    b: Bench, method: str, path: str, headers: Mapping[str, str] | None = None, **more: Any
) -> str:
    answer = b.http.request(method, path, headers=headers, **more)
    return str(answer.headers.get(REASON, ""))


def of_gladia(key: str | None = None, scenario: str = ACCOUNTS) -> Bench:
    return bench(GLADIA, scenario, key=key)


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda one: one.name)
@pytest.mark.parametrize("problem", SAMPLES, ids=lambda one: type(one).__name__)
def test_every_refusal_of_every_api_has_a_reason_of_one_line(
    provider: Provider, problem: Problem
) -> None:
    tenants = Tenants(Scenario(), clock_mode="manual")

    exchange = record_exchange(
        *(provider, None, Request("GET", "/v9/x"), Response(400), tenants.default, problem),
        *((), Checking(), NO_TRACE),
    )

    given = exchange.response.headers[REASON]
    assert given
    assert len(given) <= 1000
    assert given.isascii()
    assert given.isprintable()


def test_an_answer_that_is_no_refusal_has_none() -> None:
    b = of_gladia("test-a")

    assert [reason(b, "GET", PATH), reason(b, "POST", PATH, json=ORDER)] == ["", ""]


# Which key


@pytest.mark.parametrize(
    ("headers", "query", "said"),
    [
        ({}, {}, "nothing that looks like one"),
        ({"Authorization": "Bearer test-annabella"}, {}, "Authorization"),
        ({"X-API-Key": "test-annabella", "Cookie": "a=b"}, {}, "X-Api-Key"),
        ({}, {"token": "test-annabella", "limit": "1"}, "the query parameter token"),
        ({"x-gladia-key": " "}, {}, "x-gladia-key, and nothing in it"),
    ],
)
def test_no_key_is_where_it_was_looked_for_and_what_was_there(
    headers: dict[str, str], query: dict[str, str], said: str
) -> None:
    given = reason(of_gladia(), "GET", PATH, headers, params=query)

    assert given == (
        f"no key: Gladia v2 reads it from the header x-gladia-key; the request has {said}"
    )


def test_a_token_without_its_scheme_is_no_key() -> None:
    given = reason(
        bench(AZURE_SPEECH, key=None),
        "GET",
        "/speechtotext/v3.1/transcriptions",
        {"Authorization": "test-annabella"},
    )

    assert given == (
        "no key: Azure AI Speech, batch transcription v3.1 reads it from the header "
        "ocp-apim-subscription-key or Authorization: Bearer; the request has Authorization, which "
        'does not say "Bearer KEY"'
    )


def test_an_unknown_key_is_shown_as_its_first_six_characters() -> None:
    given = reason(of_gladia(), "GET", PATH, {"x-gladia-key": "abcdefghijk"})

    assert given == (
        f"the key 'abcdef...' is unknown: {GOOD}; it stands in the header x-gladia-key"
    )


def test_two_unknown_keys_are_both_named() -> None:
    headers = {"Ocp-Apim-Subscription-Key": "abcdefghijk", "Authorization": "Bearer lmnopqrstuv"}

    given = reason(
        bench(AZURE_SPEECH, key=None), "GET", "/speechtotext/v3.1/transcriptions", headers
    )

    assert given == (
        f"the key 'abcdef...' and 'lmnopq...' is unknown: {GOOD}; it stands in the header "
        "ocp-apim-subscription-key and Authorization: Bearer"
    )


def test_the_wrong_key_of_a_test_is_recognised() -> None:
    given = reason(of_gladia(), "GET", PATH, {"x-gladia-key": "wrong-test-annabella"})

    assert given == (
        "the key 'wrong-...' is unknown: it begins with \"wrong-\", as the wrong key of a test; "
        "it stands in the header x-gladia-key"
    )


@pytest.mark.parametrize(
    ("key", "status", "said"),
    [
        ("test-old", 401, "the key 'test-o...' is expired: the scenario says so"),
        ("test-taken", 401, "the key 'test-t...' is revoked: the scenario says so"),
        (
            "test-barred",
            403,
            "the key 'test-b...' is good, and forbidden to do this: the scenario says so",
        ),
        (
            "test-poor",
            403,
            "the key 'test-p...' has nothing left to spend: the scenario says so",
        ),
        (
            "test-fault",
            429,
            "the fault scenario-1 (line 10 of the scenario) answers in the operation's place: "
            "the key asks more often than it may; asked to come again after 3 s",
        ),
    ],
)
def test_what_the_scenario_refuses_is_said_to_be_its_doing(
    key: str, status: int, said: str
) -> None:
    answer = of_gladia(key).http.post(PATH, json=ORDER)

    assert (answer.status_code, answer.headers[REASON]) == (status, said)


def test_a_fault_that_answers_well_is_no_refusal() -> None:
    b = of_gladia("test-a", "faults: [{answer: 200}]")

    assert reason(b, "GET", PATH) == ""


# Which limit


def test_a_rate_that_is_used_up_is_named() -> None:
    b = of_gladia("test-rated")

    given = [reason(b, "GET", PATH) for _ in range(2)]

    assert given == [
        "",
        "the key asks more often than it may: its rate is 1 in 60 s, as the scenario's keys say; "
        "asked to come again after 60 s",
    ]


def test_a_job_too_many_is_counted() -> None:
    b = of_gladia("test-two")

    given = [reason(b, "POST", PATH, json=ORDER) for _ in range(3)]

    assert given == [
        "",
        "",
        "the key asks more often than it may: it may have 2 jobs at once, as the scenario's keys "
        "say; asked to come again after 3 s",
    ]


def test_one_job_at_once_is_one_job() -> None:
    b = of_gladia("test-one", "keys: {test-one: {concurrent_jobs: 1}}")

    given = [reason(b, "POST", PATH, json=ORDER) for _ in range(2)][1]

    assert "it may have 1 job at once" in given


def test_the_plan_of_an_account_is_a_limit_too() -> None:
    b = of_gladia("test-a", "jobs: [{gladia: {plan: free}}]")

    given = [reason(b, "POST", PATH, json=ORDER) for _ in range(4)]

    assert given[:3] == [""] * 3
    assert given[3].startswith(
        "the key asks more often than it may: the account's plan has room for 3 at once and 0 "
        "waiting; asked to come again after "
    )


# What is not there


def test_an_unknown_job_is_told_with_how_many_there_are() -> None:
    b = of_gladia("test-a")

    given = [reason(b, "GET", f"{PATH}/nope")]
    for _ in range(2):
        b.http.post(PATH, json=ORDER)
        given.append(reason(b, "GET", f"{PATH}/nope"))

    assert given == [
        "no transcription nope in this tenant: it has no transcriptions",
        "no transcription nope in this tenant: it has 1 transcription",
        "no transcription nope in this tenant: it has 2 transcriptions",
    ]


def test_a_job_that_was_deleted_is_told_as_such() -> None:
    b = of_gladia("test-a")
    id = b.http.post(PATH, json=ORDER).json()["id"]
    b.clock.advance(10)
    b.http.delete(f"{PATH}/{id}")

    given = reason(b, "GET", f"{PATH}/{id}")

    assert given == (
        f"no transcription {id} in this tenant: DELETE {PATH}/{id} deleted it at 09:00:10; "
        "it has no transcriptions"
    )


def test_a_job_of_another_kind_is_told_as_such() -> None:
    b = of_gladia("test-a")
    id = b.http.post(PATH, json=ORDER).json()["id"]

    given = reason(b, "GET", f"/v2/live/{id}")

    assert given == (
        f"no transcription {id} in this tenant: it was there and its time is over, or it is of "
        "another kind; it has 1 transcription"
    )


def test_what_is_no_record_is_not_counted() -> None:
    b = bench(AZURE_SPEECH)
    order = {"contentUrls": ["https://a.test/a.wav"], "locale": "en-US", "displayName": "a"}
    made = b.http.post("/speechtotext/v3.1/transcriptions", json=order).json()

    given = b.http.get(f"{made['self']}/files/6b1f0d5e-4a53-4c0e-9a52-2f7f5c1d9e10")

    assert given.headers[REASON] == ("no file 6b1f0d5e-4a53-4c0e-9a52-2f7f5c1d9e10 in this tenant")


# What the request asks


def test_an_unknown_path_is_told_with_the_nearest_ones() -> None:
    assert reason(of_gladia(), "GET", "/v2/pre-record") == (
        "no documented path is like this one: GET /v2/pre-record; the nearest are "
        "GET /v2/pre-recorded (PreRecordedController_getPreRecordedJobs_v2), "
        "POST /v2/pre-recorded (PreRecordedController_initPreRecordedJob_v2), "
        "POST /v2/upload (FileController_upload_v2)"
    )


@pytest.mark.parametrize("path", ["/q", "/v2/" + "a" * 600])
def test_a_path_like_no_other_has_none_that_is_near(path: str) -> None:
    assert reason(of_gladia(), "GET", path) == f"no documented path is like this one: GET {path}"


def test_no_key_is_in_a_reason() -> None:
    key = {"x-gladia-key": "test-annabella"}

    said = [
        reason(of_gladia(), "GET", path, key)
        for path in ("/v2/test-annabella", f"{PATH}/test-annabella", f"{PATH}?limit=test-annabella")
    ]

    assert all(said)
    assert "annabella" not in "".join(said)


def test_a_wrong_method_is_told_with_the_right_ones() -> None:
    assert reason(of_gladia(), "PUT", PATH) == (
        f"the path is documented, this method of it is not: {PATH} has GET, POST"
    )


def test_every_violation_is_told() -> None:
    b = of_gladia("test-a")

    given = reason(b, "POST", PATH, json={"audio_url": 3, "diarization": "x"})

    assert given == (
        "the request does not keep to the documentation: body audio_url: 3 is not of type "
        '"string"; body diarization: "x" is not of type "boolean"'
    )


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda one: one.name)
def test_no_reason_repeats_more_than_a_little_of_a_long_text(provider: Provider) -> None:
    long = "x" * 60_000
    b = bench(provider)
    b.http.post(f"/{long}")
    for path in ("/v2/pre-recorded", "/v1/projects", "/v1/audio/transcriptions", f"/v1/{long}"):
        b.http.post(path, content=b"x", headers={"content-type": f"a/{long}"})
    b.http.get(f"/v2/pre-recorded/{long}")

    said = [one for exchange in b.tenant.journal for one in (*exchange.why, *exchange.notes)]

    assert len(said) > 6
    assert max(map(len, said)) <= 1_003
