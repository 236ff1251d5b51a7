"""What has been seen of a job."""

from datetime import timedelta

import pytest

from emulator.core.state.jobs import Phase
from tests.providers.aitronos.jobs import T0, record, steps

FAILS = steps((0, Phase.QUEUED), (1, Phase.PROCESSING), (2, Phase.FAILED))


@pytest.mark.parametrize(
    ("after", "status"),
    [(0, "queued"), (1, "processing"), (2.9, "processing"), (3, "completed"), (99, "completed")],
)
def test_the_status_is_that_of_the_last_check(after: float, status: str) -> None:
    assert record(after=after).status == status


@pytest.mark.parametrize(
    ("checked", "now", "stale"), [(0, 10, False), (0, 10.001, True), (2, 12, False), (3, 99, False)]
)
def test_a_look_asks_again_after_more_than_ten_seconds_while_the_job_runs(
    checked: float, now: float, stale: bool
) -> None:
    assert record(after=checked).is_stale(T0 + timedelta(seconds=now)) is stale


def test_a_scenario_may_set_another_age() -> None:
    one = record(refresh_seconds=0)

    assert one.is_stale(T0 + timedelta(seconds=0.001))
    assert not one.is_stale(T0)


@pytest.mark.parametrize(("after", "refunded"), [(0, 0), (1, 0), (2, 120)])
def test_a_failure_gives_everything_back(after: float, refunded: int) -> None:
    assert record(after=after, timeline=FAILS).refunded == refunded


def test_a_job_was_updated_when_it_changed() -> None:
    assert record(after=50).updated_at == T0 + timedelta(seconds=3)
