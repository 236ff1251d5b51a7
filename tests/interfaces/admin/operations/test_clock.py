"""A tenant's clock, over the admin API."""

from typing import Any

import pytest

from emulator.core.base.clock import WallClock
from tests.interfaces.admin.bench import HERE, bench, refusal

NINE = "2026-01-05T09:00:00.000Z"


def test_the_clock_tells_what_it_is() -> None:
    here = bench("clock: {mode: step, step: 5s}\n")

    status, content = here.ask("GET", "/clock")

    assert status == 200
    assert content == {"now": NINE, "mode": "step", "speed": 1.0, "step_seconds": 5.0}


@pytest.mark.parametrize(
    ("asked", "now"),
    [
        ({"advance": "10s"}, "2026-01-05T09:00:10.000Z"),
        ({"advance": 0.25}, "2026-01-05T09:00:00.250Z"),
        ({"advance": 0}, NINE),
        ({"advance": "31d"}, "2026-02-05T09:00:00.000Z"),
        ({"to": "2026-01-05T11:00:00+01:00"}, "2026-01-05T10:00:00.000Z"),
        ({"to": "2026-01-05t11:00:00z"}, "2026-01-05T11:00:00.000Z"),
    ],
)
def test_the_clock_is_moved(asked: dict[str, Any], now: str) -> None:
    status, content = bench().ask("POST", "/clock", json=asked)

    assert (status, content["now"]) == (200, now)


def test_the_clock_is_moved_until_a_job_is_done_and_stays_when_it_is() -> None:
    here = bench()
    id = here.job()

    first = here.ask("POST", "/clock", json={"until": {"job": id, "phase": "processing"}})
    second = here.ask("POST", "/clock", json={"until": {"job": id}})
    third = here.ask("POST", "/clock", json={"until": {"job": id, "phase": "processing"}})

    assert [content["now"] for _, content in (first, second, third)] == [
        "2026-01-05T09:00:01.000Z",
        "2026-01-05T09:00:03.000Z",
        "2026-01-05T09:00:03.000Z",
    ]


def test_a_job_that_the_scenario_says_exists_can_be_waited_for() -> None:
    here = bench("existing: [{provider: gladia, id: a, phase: processing, age: 1h}]\n")

    found = here.admin.post(f"{HERE}/clock", json={"until": {"job": "a", "phase": "processing"}})

    assert found.json()["now"] == NINE


@pytest.mark.parametrize(
    ("asked", "clock"),
    [
        ({"mode": "manual"}, {"mode": "manual", "speed": 1.0, "step_seconds": 0.0}),
        ({"mode": "step"}, {"mode": "step", "speed": 1.0, "step_seconds": 1.0}),
        ({"mode": "step", "step": "1m"}, {"mode": "step", "speed": 1.0, "step_seconds": 60.0}),
    ],
)
def test_the_clock_is_changed_for_another_which_goes_on_from_now(
    asked: dict[str, Any], clock: dict[str, Any]
) -> None:
    here = bench()

    status, content = here.ask("POST", "/clock", json=asked)

    assert (status, content) == (200, {"now": NINE, **clock})


def test_a_wall_clock_goes_as_fast_as_it_is_told() -> None:
    here = bench()

    _, content = here.ask("POST", "/clock", json={"mode": "wall", "speed": 60})

    tenant = here.emulator.tenants.tenant_of_key("test-ann")
    assert tenant is not None
    assert (content["mode"], content["speed"]) == ("wall", 60)
    assert isinstance(tenant.clock.current, WallClock)
    assert content["now"] >= NINE


@pytest.mark.parametrize(
    ("asked", "status", "code", "message"),
    [
        ({"advance": -1}, 409, "back_in_time", f"a clock cannot go back: it is {NINE} already"),
        ({"advance": "-1s"}, 409, "back_in_time", f"a clock cannot go back: it is {NINE} already"),
        (
            {"to": "2025-01-01T00:00:00Z"},
            409,
            "back_in_time",
            f"a clock cannot go back: it is {NINE} already",
        ),
        ({"advance": 1e300}, 409, "too_far", "a clock ends with the year 8999"),
        (
            {"advance": "soon"},
            422,
            "bad_duration",
            'advance "soon" is no duration such as 250ms, 10s, 5m, 2h or 1d',
        ),
        (
            {"mode": "step", "step": 0},
            422,
            "bad_duration",
            'step "0" is no duration such as 250ms, 10s, 5m, 2h or 1d',
        ),
        (
            {"mode": "step", "step": 1e300},
            422,
            "bad_duration",
            'step "1e+300" is no duration such as 250ms, 10s, 5m, 2h or 1d',
        ),
        (
            {"to": "2026-12-31T23:59:60Z"},
            422,
            "bad_moment",
            'to "2026-12-31T23:59:60Z" is no moment of the years 1 to 9999',
        ),
        ({"until": {"job": "x"}}, 404, "unknown_job", "the tenant has no job x"),
    ],
)
def test_a_move_that_cannot_be_made_changes_nothing(
    asked: dict[str, Any], status: int, code: str, message: str
) -> None:
    here = bench()

    response = here.admin.post(f"{HERE}/clock", json=asked)

    assert refusal(response) == (status, code, message)
    assert here.ask("GET", "/clock")[1]["now"] == NINE


def test_a_phase_that_a_job_never_enters_is_not_waited_for() -> None:
    here = bench()
    id = here.job()

    response = here.admin.post(f"{HERE}/clock", json={"until": {"job": id, "phase": "failed"}})

    assert refusal(response) == (409, "never_happens", f"the job {id} is never failed")


@pytest.mark.parametrize(
    "asked",
    [
        {"advance": "1s", "to": "2027-01-01T00:00:00Z"},
        {"advance": "1s", "speed": 2},
        {"mode": "manual", "step": "1s"},
        {"mode": "wall", "step": "1s"},
        {"speed": 2},
    ],
)
def test_what_would_do_nothing_is_refused(asked: dict[str, Any]) -> None:
    response = bench().admin.post(f"{HERE}/clock", json=asked)

    assert refusal(response)[:2] == (422, "bad_choice")


@pytest.mark.parametrize(
    "asked", [{}, {"advance": None}, {"advance": []}, {"to": "noon"}, {"to": 5}, {"mode": "sun"}]
)
def test_what_is_not_documented_is_refused(asked: dict[str, Any]) -> None:
    response = bench().admin.post(f"{HERE}/clock", json=asked)

    assert refusal(response)[:2] == (422, "invalid_request")


@pytest.mark.parametrize(
    ("method", "path", "asked", "where"),
    [
        ("POST", "/clock", {"until": {"job": "x", "phase": "done"}}, "body until.phase"),
        ("PATCH", "/jobs/x", {"phase": "done"}, "body phase"),
        ("PATCH", "/jobs/x", {"timeline": {"done": "1s"}}, "body timeline.done"),
        ("GET", "/jobs?phase=done", None, "query phase"),
    ],
)
def test_an_apis_own_word_for_a_phase_is_refused_with_the_right_one(
    method: str, path: str, asked: Any, where: str
) -> None:
    response = bench().admin.request(method, f"{HERE}{path}", json=asked)

    assert refusal(response) == (
        422,
        "invalid_request",
        f'the request is not as documented: {where}: unknown word "done"; did you mean '
        '"completed"; allowed: queued, processing, completed, failed',
    )


def test_a_word_that_is_no_clocks_mode_is_refused_with_the_near_one() -> None:
    response = bench().admin.post(f"{HERE}/clock", json={"mode": "walls"})

    assert refusal(response) == (
        422,
        "invalid_request",
        'the request is not as documented: body mode: unknown word "walls"; did you mean "wall"; '
        "allowed: wall, step, manual",
    )
