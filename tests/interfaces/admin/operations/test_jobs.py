"""A tenant's jobs, over the admin API."""

from typing import Any

import pytest

from tests.interfaces.admin.bench import HERE, bench, refusal

BUSY = """
existing:
  - {provider: gladia, id: g, age: 1h}
  - {provider: phrase_studio, id: 6b1f0d5e-4a53-4c0e-9a52-2f7f5c1d9e10, age: 2h, phase: processing}
  - {provider: azure_speech, id: 6b1f0d5e-4a53-4c0e-9a52-2f7f5c1d9e11, age: 3h}
  - {provider: aitronos, id: trans_00000000000000000000000000000000, age: 4h, phase: failed}
"""


def test_the_jobs_of_all_providers_are_listed_oldest_first() -> None:
    here = bench(BUSY)

    status, content = here.ask("GET", "/jobs")

    assert status == 200
    assert [(one["provider"], one["kind"], one["phase"]) for one in content["jobs"]] == [
        ("aitronos", "Transcription", "failed"),
        ("azure_speech", "Transcription", "completed"),
        ("phrase_studio", "Recording", "processing"),
        ("gladia", "Transcription", "completed"),
    ]


@pytest.mark.parametrize(
    ("query", "providers"),
    [
        ("?provider=gladia", ["gladia"]),
        ("?provider=phrase-studio", ["phrase_studio"]),
        ("?phase=completed", ["azure_speech", "gladia"]),
        ("?phase=queued", []),
    ],
)
def test_the_list_can_be_narrowed(query: str, providers: list[str]) -> None:
    _, content = bench(BUSY).ask("GET", f"/jobs{query}")

    assert [one["provider"] for one in content["jobs"]] == providers


@pytest.mark.parametrize(
    ("query", "total", "providers"),
    [
        ("?limit=3", 4, ["aitronos", "azure_speech", "phrase_studio"]),
        ("?limit=3&offset=3", 4, ["gladia"]),
        ("?offset=4", 4, []),
        ("?phase=completed&offset=1", 2, ["gladia"]),
    ],
)
def test_a_page_of_the_list_tells_how_many_jobs_there_are(
    query: str, total: int, providers: list[str]
) -> None:
    _, content = bench(BUSY).ask("GET", f"/jobs{query}")

    assert content["total"] == total
    assert [one["provider"] for one in content["jobs"]] == providers


def test_a_page_has_at_most_a_thousand_jobs() -> None:
    here = bench("existing: [{provider: gladia, count: 1001, age: 1h..2h}]")

    status, content = here.ask("GET", "/jobs")

    assert (status, content["total"], len(content["jobs"])) == (200, 1001, 1000)
    assert here.ask("GET", "/jobs?limit=1001")[0] == 422


def test_a_job_tells_how_it_goes() -> None:
    here = bench("jobs: [{timeline: {processing: 2s}}]\n")
    id = here.job()

    status, content = here.ask("GET", f"/jobs/{id}")

    assert status == 200
    assert content == {
        "id": id,
        "provider": "gladia",
        "kind": "Transcription",
        "phase": "queued",
        "made_at": "2026-01-05T09:00:00.000Z",
        "changed_at": "2026-01-05T09:00:00.000Z",
        "final_at": None,
        "timeline": [
            {"phase": "queued", "after_seconds": 0},
            {"phase": "processing", "after_seconds": 2.0},
        ],
    }


@pytest.mark.parametrize(
    ("phase", "status"),
    [
        ("queued", "queued"),
        ("processing", "processing"),
        ("completed", "done"),
        ("failed", "error"),
    ],
)
def test_a_job_is_put_into_a_phase_and_stays_there(phase: str, status: str) -> None:
    here = bench()
    id = here.job()

    changed = here.ask("PATCH", f"/jobs/{id}", json={"phase": phase})
    here.ask("POST", "/clock", json={"advance": "1d"})
    later = here.gladia.get(f"/v2/pre-recorded/{id}").json()["status"]

    assert (changed[0], changed[1]["phase"]) == (200, phase)
    assert later == status


def test_a_job_is_given_another_timeline() -> None:
    here = bench()
    id = here.job()

    status, content = here.ask(
        "PATCH", f"/jobs/{id}", json={"timeline": {"processing": "1s", "completed": "1h"}}
    )

    assert (status, content["final_at"]) == (200, "2026-01-05T10:00:00.000Z")


@pytest.mark.parametrize(
    "id",
    [
        "g",
        "6b1f0d5e-4a53-4c0e-9a52-2f7f5c1d9e10",
        "6b1f0d5e-4a53-4c0e-9a52-2f7f5c1d9e11",
        "trans_00000000000000000000000000000000",
    ],
)
def test_the_jobs_of_every_provider_can_be_changed(id: str) -> None:
    here = bench(BUSY)

    completed = here.ask("PATCH", f"/jobs/{id}", json={"phase": "completed"})
    listed = here.ask("GET", "/jobs")[1]["jobs"]

    assert completed[0] == 200
    assert [one["phase"] for one in listed if one["id"] == id] == ["completed"]


@pytest.mark.parametrize("method", ["GET", "PATCH"])
def test_an_unknown_job_is_not_found(method: str) -> None:
    asked: dict[str, Any] = {"json": {"phase": "failed"}} if method == "PATCH" else {}

    response = bench().admin.request(method, f"{HERE}/jobs/x", **asked)

    assert refusal(response) == (404, "unknown_job", "the tenant has no job x")


def test_a_broken_timeline_changes_nothing() -> None:
    here = bench()
    id = here.job()
    wrong = {"timeline": {"completed": "soon", "failed": "1s"}}

    response = here.admin.patch(f"{HERE}/jobs/{id}", json=wrong)

    assert refusal(response)[:2] == (422, "bad_timeline")
    assert len(response.json()["error"]["details"]["errors"]) == 2
    assert len(here.ask("GET", f"/jobs/{id}")[1]["timeline"]) == 3


@pytest.mark.parametrize(
    "asked", [{}, {"phase": "done"}, {"phase": "failed", "timeline": {"failed": 1}}]
)
def test_what_is_not_documented_is_refused(asked: dict[str, Any]) -> None:
    here = bench()
    id = here.job()

    response = here.admin.patch(f"{HERE}/jobs/{id}", json=asked)

    assert refusal(response)[:2] == (422, "invalid_request")


def test_the_list_of_an_unknown_provider_is_refused() -> None:
    status, content = bench().ask("GET", "/jobs?provider=nobody")

    assert (status, content["error"]["code"], content["error"]["message"]) == (
        422,
        "unknown_provider",
        'there is no provider "nobody"; there are: aitronos, azure_speech, gladia, phrase_studio',
    )
