"""A tenant's faults, over the admin API."""

from typing import Any

import pytest

from emulator.core.faults.engine import MOST_RULES
from tests.interfaces.admin.bench import HERE, bench, refusal

SCENARIO = "faults: [{when: {operation: '*Upload*'}, answer: {status: 503}}]\n"


def test_the_scenarios_faults_are_listed() -> None:
    status, content = bench(SCENARIO).ask("GET", "/faults")

    assert status == 200
    assert content == {
        "faults": [
            {
                "id": "scenario-1",
                "hits": 0,
                "seen": 0,
                "line": 1,
                "fault": {"when": {"operation": "*Upload*"}, "answer": {"status": 503}},
            }
        ]
    }


def test_a_fault_is_added_and_happens() -> None:
    here = bench()

    status, content = here.ask("POST", "/faults", json={"answer": {"status": 503}})
    answered = here.gladia.get("/v2/pre-recorded")
    hits = [one["hits"] for one in here.ask("GET", "/faults")[1]["faults"]]
    fault = here.ask("GET", "/journal")[1]["exchanges"][0]["fault"]

    assert status == 201
    assert content["faults"] == [
        {"id": "added-1", "hits": 0, "seen": 0, "line": 1, "fault": {"answer": {"status": 503}}}
    ]
    assert (answered.status_code, hits, fault) == (503, [1], "added-1")


def test_several_are_added_in_their_order_before_those_that_are_there() -> None:
    here = bench(SCENARIO)

    here.ask(
        "POST",
        "/faults",
        json=[
            {"when": {"provider": "gladia"}, "answer": {"status": 500}},
            {"when": {"provider": "aitronos"}, "answer": {"status": 503}},
        ],
    )
    _, content = here.ask("GET", "/faults")

    assert [one["fault"]["answer"]["status"] for one in content["faults"]] == [500, 503, 503]
    assert content["faults"][2]["id"] == "scenario-1"


def test_a_fault_is_removed() -> None:
    here = bench(SCENARIO)

    removed = here.ask("DELETE", "/faults/scenario-1")
    again = here.admin.delete(f"{HERE}/faults/scenario-1")

    assert removed == (204, None)
    assert refusal(again) == (404, "unknown_fault", "the tenant has no fault scenario-1")


def test_all_faults_are_taken_away() -> None:
    here = bench(SCENARIO)
    here.ask("POST", "/faults", json={"answer": {"status": 503}})

    cleared = here.ask("DELETE", "/faults")

    assert cleared == (204, None)
    assert here.ask("GET", "/faults")[1] == {"faults": []}


def test_one_wrong_fault_and_none_is_added() -> None:
    here = bench()
    asked = [{"answer": {"status": 503}}, {"anser": {"status": 503}}]

    response = here.admin.post(f"{HERE}/faults", json=asked)

    told = "\n".join(response.json()["error"]["details"]["errors"])
    assert refusal(response)[:2] == (422, "bad_fault")
    assert 'unknown key "anser"; did you mean "answer"' in told
    assert here.ask("GET", "/faults")[1] == {"faults": []}


@pytest.mark.parametrize("asked", [[], [1], "x", None, [{}] * 101])
def test_what_is_no_fault_is_refused(asked: Any) -> None:
    response = bench().admin.post(f"{HERE}/faults", json=asked)

    assert response.status_code in (415, 422)


def test_there_are_only_so_many_faults() -> None:
    here = bench()
    some = [{"when": {"path": f"/v2/live/{n}"}, "answer": {"status": 503}} for n in range(100)]
    for _ in range(MOST_RULES // 100):
        here.ask("POST", "/faults", json=some)

    response = here.admin.post(f"{HERE}/faults", json={"answer": {"status": 503}})

    assert refusal(response) == (
        409,
        "too_many_faults",
        f"a tenant has {MOST_RULES} faults at most; it has {MOST_RULES} already",
    )
    assert len(here.ask("GET", "/faults")[1]["faults"]) == MOST_RULES
