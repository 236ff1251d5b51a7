"""Tenants, over the admin API."""

from typing import Any

import pytest

from tests.interfaces.admin.bench import HERE, KEY, bench, refusal

BROKEN = "jobs:\n  - {wen: 1}\n"


def test_a_tenant_is_there_as_soon_as_its_key_would_be_let_in() -> None:
    here = bench("scenario: A story\nseed: 7\n")

    status, content = here.ask("GET", "")

    assert status == 200
    assert content == {
        "key": "test-ann",
        "wrong_key": "wrong-test-ann",
        "account_id": "92b3e5b8-f116-49cb-938a-da3b518421c1",
        "key_state": "ok",
        "scenario": "A story",
        "seed": 7,
        "clock": {
            "now": "2026-01-05T09:00:00.000Z",
            "mode": "manual",
            "speed": 1.0,
            "step_seconds": 0.0,
        },
        "exchanges": 0,
        "jobs": 0,
        "urls": {
            "aitronos": "http://127.0.0.1:4788/aitronos",
            "azure_speech": "http://127.0.0.1:4788/azure-speech",
            "gladia": "http://127.0.0.1:4788/gladia",
            "phrase_studio": "http://127.0.0.1:4788/phrase-studio",
        },
    }


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_a_key_that_nobody_knows_is_told_so(method: str) -> None:
    response = bench().admin.request(method, "/_emulator/tenants/nobody")

    assert refusal(response) == (
        404,
        "unknown_tenant",
        'nobody knows the key "nobody"; one that begins with test- opens by itself, any other is '
        "opened with POST /_emulator/tenants",
    )


def test_requests_of_nobody_are_the_default_tenants() -> None:
    here = bench()
    here.gladia.get("/v2/pre-recorded", headers={"x-gladia-key": "nobody"})

    found = here.admin.get("/_emulator/tenants/default").json()
    listed = here.admin.get("/_emulator/tenants").json()

    assert (found["key"], found["exchanges"]) == ("default", 1)
    assert listed == {"tenants": []}


def test_the_tenants_are_listed_the_least_recently_used_first() -> None:
    here = bench("scenario: A story\n")
    here.emulator.tenants.tenant_of_key("test-ben")
    here.job()
    here.emulator.tenants.tenant_of_key("test-ben")

    listed = here.admin.get("/_emulator/tenants").json()

    now = "2026-01-05T09:00:00.000Z"
    assert listed == {
        "tenants": [
            {"key": "test-ann", "scenario": "A story", "now": now, "exchanges": 1},
            {"key": "test-ben", "scenario": "A story", "now": now, "exchanges": 0},
        ]
    }


@pytest.mark.parametrize(
    ("asked", "scenario", "mode"),
    [
        (None, "The server's", "manual"),
        ({}, "The server's", "manual"),
        ({"clock": "step"}, "The server's", "step"),
        ({"scenario": "happy"}, "Everything works", "manual"),
        ({"scenario": "scenario: Mine\nclock: {speed: 2}\n"}, "Mine", "wall"),
        ({"scenario": "scenario: Mine\nclock: {speed: 2}\n", "clock": "step"}, "Mine", "wall"),
        ({"scenario": {"scenario": "Mine"}}, "Mine", "manual"),
    ],
)
def test_a_tenant_is_opened(asked: Any, scenario: str, mode: str) -> None:
    here = bench("scenario: The server's\n")

    response = here.admin.post("/_emulator/tenants", json=asked)

    content = response.json()
    assert response.status_code == 201
    assert (content["scenario"], content["clock"]["mode"]) == (scenario, mode)
    assert [tenant.key for tenant in here.emulator.tenants.open_tenants()] == [content["key"]]


def test_a_tenant_is_opened_under_any_key() -> None:
    here = bench()

    here.admin.post("/_emulator/tenants", json={"key": "anything"})
    answered = here.gladia.get("/v2/pre-recorded", headers={"x-gladia-key": "anything"})

    assert answered.status_code == 200


def test_the_same_name_makes_the_same_key_and_no_name_a_new_one() -> None:
    here = bench()

    keys = [
        here.admin.post("/_emulator/tenants", json=asked).json()["key"]
        for asked in ({"name": "a"}, {"name": "a"}, {"name": "b"}, {}, {})
    ]

    assert keys[0] == keys[1]
    assert len(set(keys)) == 4


def test_opening_a_key_again_begins_afresh() -> None:
    here = bench()
    here.job()

    opened = here.admin.post("/_emulator/tenants", json={"key": KEY}).json()

    assert (opened["exchanges"], opened["jobs"]) == (0, 0)


@pytest.mark.parametrize("key", ["", "a b", "a/b", "ä", 7, None, "x" * 501])
def test_a_key_that_no_client_could_send_is_refused(key: Any) -> None:
    here = bench()

    response = here.admin.post("/_emulator/tenants", json={"key": key})

    assert refusal(response)[:2] == (422, "invalid_request")
    assert here.emulator.tenants.open_tenants() == ()


def test_the_name_of_the_tenant_without_a_key_is_nobodys_key() -> None:
    here = bench()

    opened = here.admin.post("/_emulator/tenants", json={"key": "default"})
    asked = here.gladia.get("/v2/pre-recorded", headers={"x-gladia-key": "default"})
    own = here.admin.get("/_emulator/tenants/default").json()

    assert refusal(opened) == (
        422,
        "reserved_key",
        'the key "default" stands for the tenant of requests without a key, and cannot be opened',
    )
    assert asked.status_code == 401
    assert (own["key"], own["wrong_key"], own["exchanges"]) == ("default", "wrong-", 1)
    assert here.emulator.tenants.open_tenants() == ()


def test_a_tenant_is_forgotten() -> None:
    here = bench()
    here.job()

    closed = here.admin.delete(HERE)
    again = here.admin.delete(HERE)

    assert (closed.status_code, closed.content) == (204, b"")
    assert again.status_code == 404
    assert here.emulator.tenants.open_tenants() == ()


@pytest.mark.parametrize(
    "request_",
    [
        {"json": {"scenario": "scenario: Mine\n"}},
        {"json": {"scenario": {"scenario": "Mine"}}},
        {"content": b"scenario: Mine\n", "headers": {"content-type": "application/yaml"}},
    ],
)
def test_another_scenario_begins_afresh(request_: dict[str, Any]) -> None:
    here = bench()
    here.job()

    status, content = here.ask("PUT", "/scenario", **request_)

    assert (status, content["scenario"], content["jobs"]) == (200, "Mine", 0)


@pytest.mark.parametrize(
    ("method", "path", "asked"),
    [
        ("POST", "/_emulator/tenants", {"key": KEY, "scenario": BROKEN}),
        ("PUT", f"{HERE}/scenario", {"scenario": BROKEN}),
    ],
)
def test_a_broken_scenario_is_told_with_its_places_and_changes_nothing(
    method: str, path: str, asked: dict[str, str]
) -> None:
    here = bench("scenario: Before\n")
    here.job()

    response = here.admin.request(method, path, json=asked)

    said = 'scenario:2:6: unknown key "wen"; did you mean "when"'
    _, after = here.ask("GET", "")
    assert response.status_code == 422
    assert response.json()["error"]["code"] == "bad_scenario"
    assert response.json()["error"]["details"]["errors"][0].startswith(said)
    assert (after["scenario"], after["jobs"]) == ("Before", 1)


def test_a_scenario_is_no_path_of_the_server() -> None:
    response = bench().admin.put(f"{HERE}/scenario", json={"scenario": "/etc/hostname"})

    assert refusal(response)[:2] == (422, "bad_scenario")
    assert 'no scenario "/etc/hostname"; built in: ' in refusal(response)[2]


def test_a_reset_of_the_journal_leaves_the_rest() -> None:
    here = bench()
    here.job()

    status, content = here.ask("POST", "/reset", json={"journal": True})

    assert (status, content["exchanges"], content["jobs"]) == (200, 0, 1)


@pytest.mark.parametrize("asked", [None, {}, {"journal": False}])
def test_a_reset_begins_afresh(asked: Any) -> None:
    here = bench()
    here.job()
    here.ask("POST", "/clock", json={"advance": "1d"})

    status, content = here.ask("POST", "/reset", json=asked)

    assert (status, content["exchanges"], content["jobs"]) == (200, 0, 0)
    assert content["clock"]["now"] == "2026-01-05T09:00:00.000Z"


def test_a_tenant_is_exported_and_given_to_another() -> None:
    here = bench()
    id = here.job()

    exported = here.admin.get(f"{HERE}/export")
    yaml = {"content-type": "application/yaml"}
    here.admin.put("/_emulator/tenants/test-ben/scenario", content=exported.content, headers=yaml)
    jobs = here.admin.get("/_emulator/tenants/test-ben/jobs").json()["jobs"]

    assert exported.headers["content-type"] == "application/yaml; charset=utf-8"
    assert [job["id"] for job in jobs] == [id]
