from datetime import UTC, datetime, timedelta

import pytest

from emulator.core.faults.limits import KeyLimit, Limits, Rate, Usage
from emulator.core.http.problems import TooManyRequests
from emulator.core.state.jobs import Job, Phase, Step

T0 = datetime(2026, 1, 5, 9, tzinfo=UTC)
STUCK = (Step(0, Phase.QUEUED),)


class Bench:
    """Limits, a clock, and the jobs that are there."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.now = T0
        self.jobs: dict[str, Job] = {}

    def ask(self) -> float:
        """How long the request has to wait; 0: it is served."""
        try:
            self.limits.count_request(self.now, self.jobs.get)
        except TooManyRequests as refusal:
            return refusal.retry_after_seconds
        return 0

    def make(self, id: str, job: Job | None = None) -> float:
        """The same of a request that makes a job."""
        self.limits.count_request(self.now, self.jobs.get)
        made = job or Job(id, self.now)
        try:
            self.limits.check_new_job(made, self.now, self.jobs.get)
        except TooManyRequests as refusal:
            return refusal.retry_after_seconds
        self.jobs[id] = made
        return 0

    def wait(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def rated(count: int, period_seconds: float) -> Bench:
    return Bench(Limits(KeyLimit(Rate(count, period_seconds))))


def at_once(count: int) -> Bench:
    return Bench(Limits(KeyLimit(concurrent_jobs=count)))


def test_nobody_is_refused_where_nothing_is_limited() -> None:
    b = Bench(Limits())

    assert [b.ask() for _ in range(1000)] == [0] * 1000
    assert [b.make(str(number)) for number in range(100)] == [0] * 100
    assert b.limits.usage(T0) is None


def test_a_request_too_many_is_told_when_the_time_is_over() -> None:
    b = rated(3, 10)

    waits = [b.ask() for _ in range(3)]
    b.wait(4)

    assert waits == [0, 0, 0]
    assert b.ask() == 6


def test_the_time_begins_with_the_first_request_after_the_last_one() -> None:
    b = rated(1, 10)
    b.ask()
    b.wait(25)

    first = b.ask()
    b.wait(9)
    second = b.ask()
    b.wait(1)

    assert (first, second, b.ask()) == (0, 1, 0)


def test_usage_says_what_is_left_and_changes_nothing() -> None:
    b = rated(2, 10)

    seen = [b.limits.usage(b.now)]
    b.ask()
    b.wait(4)
    seen += [b.limits.usage(b.now), b.limits.usage(b.now)]
    b.ask()
    b.ask()
    seen.append(b.limits.usage(b.now))
    b.wait(6)
    seen.append(b.limits.usage(b.now))

    ends = T0 + timedelta(seconds=10)
    assert seen == [
        Usage(2, 2, ends),
        Usage(2, 1, ends),
        Usage(2, 1, ends),
        Usage(2, 0, ends),
        Usage(2, 2, T0 + timedelta(seconds=20)),
    ]


def test_a_usual_rate_is_counted_and_refuses_nobody() -> None:
    b = Bench(Limits(None, usual=Rate(2, 60)))

    waits = [b.ask() for _ in range(5)]

    assert waits == [0] * 5
    assert b.limits.usage(T0) == Usage(2, 1, T0 + timedelta(seconds=60))


def test_a_limit_goes_before_the_usual_rate() -> None:
    b = Bench(Limits(KeyLimit(Rate(1, 5)), usual=Rate(100, 60)))
    b.ask()

    assert b.ask() == 5
    assert b.limits.usage(T0) == Usage(1, 0, T0 + timedelta(seconds=5))


def test_a_job_too_many_is_told_when_the_first_one_ends() -> None:
    b = at_once(2)
    b.make("a")
    b.wait(1)
    b.make("b")

    assert b.make("c") == 2
    b.wait(2)
    assert b.make("c") == 0
    assert b.make("d") == 1


def test_a_job_that_was_deleted_makes_room() -> None:
    b = at_once(1)
    b.make("a")
    del b.jobs["a"]

    assert b.make("b") == 0


def test_a_job_that_was_refused_takes_no_room() -> None:
    b = at_once(1)
    b.make("a")
    b.make("b")
    del b.jobs["a"]

    assert b.make("c") == 0


def test_two_jobs_of_one_request_are_counted_both() -> None:
    b = at_once(1)
    b.limits.check_new_job(Job("a", T0), T0, b.jobs.get)

    with pytest.raises(TooManyRequests) as refusal:
        b.limits.check_new_job(Job("b", T0), T0, b.jobs.get)

    assert refusal.value.retry_after_seconds == 60  # the first one is not there yet


def test_for_jobs_that_never_end_a_minute_is_said() -> None:
    b = at_once(1)
    b.make("a", Job("a", T0, STUCK))

    assert b.make("b") == 60


def test_no_job_at_all_can_be_allowed() -> None:
    assert at_once(0).make("a") == 60


def test_jobs_that_were_there_take_room_and_are_not_refused() -> None:
    b = at_once(1)
    b.jobs = {id: Job(id, T0, STUCK) for id in ("a", "b")}
    for job in b.jobs.values():
        b.limits.add_existing_job(job, T0)

    assert b.make("c") == 60


@pytest.mark.parametrize("limits", [Limits(), Limits(KeyLimit(concurrent_jobs=1))])
def test_jobs_that_had_ended_take_none(limits: Limits) -> None:
    b = Bench(limits)
    b.jobs["a"] = Job("a", T0, (Step(0, Phase.FAILED),))
    limits.add_existing_job(b.jobs["a"], T0)

    assert b.make("c") == 0
