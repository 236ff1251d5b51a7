"""How many jobs the plan of an account bears at once."""

from datetime import timedelta

import pytest

from emulator.core.scenario.model import JobPlan
from emulator.core.speech.transcripts import Audio
from emulator.core.state.jobs import USUAL, Job, Phase, Step
from emulator.providers.gladia import GLADIA
from emulator.providers.gladia.concurrency import (
    CONCURRENCY_LIMITS,
    ConcurrencyLimit,
    RunningJobs,
    check_length,
    delayed_timeline,
    queue_job,
)
from emulator.providers.gladia.records import Kind, Upload
from tests.providers.gladia.jobs import ID, T0, URL, create, job, record
from tests.support.clients import Bench, bench


def on(plan: str, rule: str = "") -> str:
    return f"jobs:\n  - gladia: {{plan: {plan}}}\n{rule}"


def statuses(b: Bench, *ids: str) -> list[str]:
    return [job(b, id)["status"] for id in ids]


def one_more(b: Bench) -> tuple[int, str]:
    answer = b.http.post("/v2/pre-recorded", json={"audio_url": URL})
    return answer.status_code, answer.json().get("message", "")


def test_the_plans_are_the_published_ones() -> None:
    assert {
        (plan, kind.value): (one.at_once, one.queued)
        for (plan, kind), one in CONCURRENCY_LIMITS.items()
    } == {
        ("free", "pre-recorded"): (3, 0),
        ("free", "live"): (1, 0),
        ("paid", "pre-recorded"): (25, 300),
        ("paid", "live"): (30, 0),
    }


def test_a_free_account_has_three_jobs_at_once() -> None:
    b = bench(GLADIA, on("free"))

    made = [create(b) for _ in range(3)]
    refused = one_more(b)
    b.clock.advance(3)

    assert refused == (429, "Too Many Requests")
    assert statuses(b, *made) == ["done"] * 3
    assert one_more(b)[0] == 201


def test_a_paid_account_has_three_hundred_jobs_that_wait_for_twenty_five() -> None:
    b = bench(GLADIA, on("paid"))
    store = b.tenant.backend(GLADIA).store
    open = [record(str(i), timeline=(Step(0, Phase.QUEUED),)) for i in range(324)]
    for one in open:
        store.put(one)
    store.put(RunningJobs(Kind.PRE_RECORDED, tuple(one.id for one in open)))

    last = create(b)

    assert one_more(b) == (429, "Too Many Requests")
    assert statuses(b, last) == ["queued"]


def test_a_job_of_a_paid_account_waits_for_its_turn() -> None:
    b = bench(GLADIA, on("paid"))

    *_, last, waiting = (create(b) for _ in range(26))
    seen = []
    for _ in range(4):
        seen.append(statuses(b, last, waiting))
        b.clock.advance(1.5)

    assert seen == [
        ["queued", "queued"],
        ["processing", "queued"],
        ["done", "queued"],
        ["done", "processing"],
    ]


@pytest.mark.parametrize("scenario", [on("enterprise"), ""])
def test_an_enterprise_has_any_number_of_jobs(scenario: str) -> None:
    b = bench(GLADIA, scenario or "seed: 1\n")

    assert {one_more(b)[0] for _ in range(30)} == {201}


def test_the_plan_may_be_another_for_each_key() -> None:
    b = bench(
        GLADIA,
        "jobs:\n  - when: {key: test-free}\n    gladia: {plan: free}\n",
    )
    free = {"x-gladia-key": "test-free"}

    answers = [
        b.http.post("/v2/pre-recorded", json={"audio_url": URL}, headers=headers).status_code
        for headers in (free, free, free, free, {})
    ]

    assert answers == [201, 201, 201, 429, 201]


def test_jobs_that_were_there_before_are_counted() -> None:
    existing = "existing:\n  - {provider: gladia, count: 3, phase: processing}\n"
    b = bench(GLADIA, on("free", existing))

    assert one_more(b)[0] == 429


def test_a_job_that_is_gone_takes_no_room() -> None:
    b = bench(GLADIA, on("free"))
    ids = [create(b) for _ in range(3)]
    b.clock.advance(3)
    gone = {b.http.delete(f"/v2/pre-recorded/{id}").status_code for id in ids}

    assert gone == {202}
    assert one_more(b)[0] == 201


@pytest.mark.parametrize(
    ("plan", "minutes", "ends"),
    [
        ("free", 135, Phase.COMPLETED),
        ("paid", 136, Phase.FAILED),
        ("enterprise", 255, Phase.COMPLETED),
        ("enterprise", 256, Phase.FAILED),
    ],
)
def test_a_plan_bears_files_of_a_length(plan: str, minutes: int, ends: Phase) -> None:
    audio = Audio("long.wav", "d1", duration_ms=minutes * 60_000)

    found = check_length(JobPlan(options={"gladia": {"plan": plan}}), audio)

    assert found.timeline[-1].phase is ends


def test_what_a_scenario_writes_may_be_of_any_length() -> None:
    written = JobPlan(transcript="board")

    assert check_length(written, Audio("long.wav", "d1", duration_ms=600 * 60_000)) == written


def test_a_file_that_is_too_long_is_a_job_that_fails() -> None:
    b = bench(GLADIA)
    audio = Audio("long.wav", "d1", duration_ms=136 * 60_000, channels=1)
    b.tenant.backend(GLADIA).store.put(Upload(ID, "long.wav", "wav", 9, audio))

    id = create(b, audio_url=f"https://api.gladia.io/file/{ID}")
    b.clock.advance(3)

    shown = job(b, id)
    assert (shown["status"], shown["error_code"], shown["result"]) == ("error", 400, None)


def test_live_sessions_have_a_room_of_their_own() -> None:
    b = bench(GLADIA)
    backend = b.tenant.backend(GLADIA)
    plan = JobPlan(options={"gladia": {"plan": "free"}})

    assert queue_job(plan, Kind.LIVE, backend) == plan


def test_a_job_waits_until_enough_of_the_others_have_ended() -> None:
    soon = Job("a", T0, (Step(0, Phase.QUEUED), Step(5, Phase.COMPLETED)))
    later = Job("b", T0, (Step(0, Phase.QUEUED), Step(9, Phase.FAILED)))
    now = T0 + timedelta(seconds=1)

    assert delayed_timeline(USUAL, (soon,), ConcurrencyLimit(2), now) == USUAL
    assert delayed_timeline(USUAL, (soon, later), ConcurrencyLimit(2, 9), now) == (
        Step(0, Phase.QUEUED),
        Step(5, Phase.PROCESSING),
        Step(7, Phase.COMPLETED),
    )
    assert delayed_timeline(USUAL, (soon, later), ConcurrencyLimit(1, 9), now)[1] == Step(
        9, Phase.PROCESSING
    )


def test_a_job_waits_in_vain_for_one_that_is_stuck() -> None:
    stuck = Job("a", T0, (Step(0, Phase.QUEUED),))

    assert delayed_timeline(USUAL, (stuck,), ConcurrencyLimit(1, 9), T0) == (Step(0, Phase.QUEUED),)
