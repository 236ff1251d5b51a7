"""Limits: how much one key has asked of one provider, and may."""

from collections.abc import Callable
from datetime import datetime, timedelta

from msgspec import Struct

from emulator.core.http.problems import TooManyRequests
from emulator.core.state.jobs import Job


class Rate(Struct, frozen=True):
    """So many requests in a time; the time begins with the first of them."""

    count: int
    period_seconds: float


class KeyLimit(Struct, frozen=True):
    """What a key may ask of each provider, on its tenant's clock; None: as much as it likes."""

    rate: Rate | None = None
    concurrent_jobs: int | None = None  # queued or processing at the same time


STUCK_SECONDS = 60.0  # what is said to wait for jobs that never end


class Usage(Struct, frozen=True):
    """How far a rate is used up, for the headers that tell of it."""

    limit: int
    remaining: int
    resets_at: datetime


class Limits:
    """Counts on the tenant's clock.

    ``usual`` is what the provider's own answers tell of where the scenario limits nothing; nobody
    is refused for it.
    """

    def __init__(self, limit: KeyLimit | None = None, usual: Rate | None = None) -> None:
        self._limit = limit or KeyLimit()
        self._usual = usual
        self._began_at: datetime | None = None  # when the first request of this window came
        self._count = 0
        self._jobs: set[str] = set()  # that were not at their end when last looked at

    @property
    def has_job_limit(self) -> bool:
        return self._limit.concurrent_jobs is not None

    def count_request(
        self, now: datetime, known: Callable[[str], Job | None], *, counted: bool = True
    ) -> None:
        """Count a request, unless it shows no key. Raises TooManyRequests for one too many.

        ``known`` gives the job that is there under an id.
        """
        if self._jobs:
            self._jobs = {id for id in self._jobs if is_open(known(id), now)}
        rate = self._limit.rate or self._usual
        if rate is None or not counted:
            return
        ends_at = self._window(rate, now)
        self._count += 1
        if self._limit.rate and self._count > rate.count:
            limit = f"{rate.count} in {rate.period_seconds:g} s, as the scenario's keys say"
            raise TooManyRequests((ends_at - now).total_seconds(), f"its rate is {limit}")

    def check_new_job(self, job: Job, now: datetime, known: Callable[[str], Job | None]) -> None:
        """Count a job that is to be made. Raises TooManyRequests for one too many."""
        most = self._limit.concurrent_jobs
        if most is None:
            return
        if len(self._jobs) >= most:
            ends = (known(id) for id in self._jobs)
            jobs = f"{most} job{'' if most == 1 else 's'}"
            limit = f"it may have {jobs} at once, as the scenario's keys say"
            raise TooManyRequests(seconds_until_free(tuple(filter(None, ends)), now), limit)
        self._jobs.add(job.id)

    def add_existing_job(self, job: Job, now: datetime) -> None:
        """Count a job that was there before; nobody is refused for it."""
        if self._limit.concurrent_jobs is not None and is_open(job, now):
            self._jobs.add(job.id)

    def usage(self, now: datetime) -> Usage | None:
        """Of the rate; None: nothing is counted. Where nobody is refused, one always remains."""
        rate = self._limit.rate or self._usual
        if rate is None:
            return None
        began_at, count = self._began_at or now, self._count
        if now >= began_at + timedelta(seconds=rate.period_seconds):
            began_at, count = now, 0
        least = 0 if self._limit.rate else 1
        resets_at = began_at + timedelta(seconds=rate.period_seconds)
        return Usage(rate.count, max(rate.count - count, least), resets_at)

    def _window(self, rate: Rate, now: datetime) -> datetime:
        """When the window of the moment ends; a new one begins where the last one has ended."""
        period = timedelta(seconds=rate.period_seconds)
        if self._began_at is None or now >= self._began_at + period:
            self._began_at, self._count = now, 0
        return self._began_at + period


def is_open(job: Job | None, now: datetime) -> bool:
    """Whether it is there, and not at its end."""
    return job is not None and not job.is_final(now)


def seconds_until_free(jobs: tuple[Job, ...], now: datetime) -> float:
    """How many seconds until the first of them ends."""
    ends = [end for end in (job.final_at() for job in jobs) if end is not None]
    return (min(ends) - now).total_seconds() if ends else STUCK_SECONDS
