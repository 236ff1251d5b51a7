"""The emulator as a whole, over the admin API."""

import emulator
from emulator.core.base.resources import fixture_names
from tests.interfaces.admin.bench import bench, refusal


def test_it_lives_is_ready_and_tells_how_much_there_is() -> None:
    here = bench()
    here.job()

    live = here.admin.get("/_emulator/live").json()
    ready = here.admin.get("/_emulator/ready").json()
    health = here.admin.get("/_emulator/health").json()

    assert live == {"status": "live"}
    assert ready == {"status": "ready"}
    assert health == {"status": "ok", "tenants": 1, "listeners": 0}


def test_it_tells_who_it_is() -> None:
    content = bench().admin.get("/_emulator/version").json()

    assert content == {
        "version": emulator.__version__,
        "providers": ["aitronos", "azure_speech", "gladia", "phrase_studio"],
    }


def test_the_built_in_scenarios_are_listed_and_shown() -> None:
    admin = bench().admin

    listed = admin.get("/_emulator/scenarios").json()["scenarios"]
    shown = admin.get("/_emulator/scenarios/happy")

    assert [one["name"] for one in listed] == list(fixture_names())
    assert {"name": "happy", "title": "Everything works"} in listed
    assert shown.headers["content-type"] == "application/yaml; charset=utf-8"
    assert "scenario: Everything works" in shown.text


def test_a_scenario_that_is_not_built_in_is_not_found() -> None:
    response = bench().admin.get("/_emulator/scenarios/hapy")

    assert refusal(response)[:2] == (404, "unknown_scenario")
    assert refusal(response)[2].startswith(
        'no scenario "hapy" is built in; there are: busy-account'
    )


def test_the_schema_of_scenarios_is_shown() -> None:
    response = bench().admin.get("/_emulator/schema")

    assert response.headers["content-type"] == "application/schema+json"
    assert response.json()["title"] == "Speech Emulator scenario"
    assert "faults" in response.json()["properties"]
