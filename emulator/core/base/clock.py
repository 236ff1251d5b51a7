"""The clocks: the only source of time."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache, partial
from time import gmtime
from typing import Protocol

START = datetime(2026, 1, 5, 9, tzinfo=UTC)  # where a clock that stands still begins, unless told
LAST = datetime(9000, 1, 1, tzinfo=UTC)  # the years that are left have room for what comes later
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class BackInTime(ValueError):
    """A clock was asked to go back."""


class TooFar(OverflowError):
    """A clock was asked to go beyond its last moment, or on by what is no number."""


class Clock(Protocol):
    """Always aware, always UTC; never goes back, and stands still at its last moment."""

    @property
    def speed(self) -> float:
        """How many seconds it moves by itself in a real one."""

    def now(self) -> datetime: ...

    def tick(self) -> None:
        """Say that one request has been answered."""

    def advance(self, seconds: float) -> None:
        """Move on; a negative number raises BackInTime, one that is too large TooFar."""


system_now: Callable[[], datetime] = partial(datetime.now, UTC)


class WallClock:
    """Moves with real time, ``speed`` times as fast; begins at ``start``, or now.

    ``read`` gives the real time, as the machine's clock has it. Where that is set forward, this one
    goes with it; where it is set back, this one goes on from where it was.
    """

    def __init__(
        self,
        *,
        speed: float = 1.0,
        start: datetime | None = None,
        read: Callable[[], datetime] = system_now,
    ) -> None:
        self.speed = speed
        self._read = read
        self._began = read()
        self._passed = timedelta(0)  # since then, when it was last looked at
        self._start = start or self._began

    def now(self) -> datetime:
        passed = self._read() - self._began
        if passed < self._passed:
            self._began -= self._passed - passed
            passed = self._passed
        self._passed = passed
        try:
            now = self._start + (passed if self.speed == 1 else passed * self.speed)
        except OverflowError:
            return LAST
        return now if now < LAST else LAST

    def tick(self) -> None:
        """Real time moves by itself."""

    def advance(self, seconds: float) -> None:
        self._start += moved_forward(self.now(), seconds)


class ManualClock:
    """Stands still until it is advanced, or moves ``step_seconds`` after each request."""

    def __init__(self, *, start: datetime | None = None, step_seconds: float = 0.0) -> None:
        self._now = start or START
        self.step_seconds = step_seconds

    @property
    def speed(self) -> float:
        return 0.0

    def now(self) -> datetime:
        return self._now

    def tick(self) -> None:
        if self.step_seconds:
            self._now += timedelta(seconds=min(self.step_seconds, room_until_last(self._now)))

    def advance(self, seconds: float) -> None:
        self._now += moved_forward(self._now, seconds)


class SwitchableClock:
    """A clock that can be changed for one of another kind while others use it.

    It can be held, too: all that happens on account of one request then happens at one moment.
    """

    def __init__(self, clock: Clock) -> None:
        self.current = clock
        self._held_at: datetime | None = None

    @property
    def speed(self) -> float:
        return self.current.speed

    def now(self) -> datetime:
        return self._held_at or self.current.now()

    def hold(self) -> None:
        """Let ``now`` give this moment until ``release``."""
        self._held_at = self.current.now()

    def release(self) -> None:
        self._held_at = None

    def with_held_time(self) -> "SwitchableClock":
        """The same clock, which gives this moment for ever; whoever holds it must not move it."""
        copy = SwitchableClock(self.current)
        copy._held_at = self.now()
        return copy

    def tick(self) -> None:
        self.current.tick()

    def advance(self, seconds: float) -> None:
        self.current.advance(seconds)


def moved_forward(now: datetime, seconds: float) -> timedelta:
    if seconds < 0:
        raise BackInTime(f"a clock cannot go back {-seconds:g} s")
    if not seconds <= room_until_last(now):  # true of NaN, too
        raise TooFar(f"a clock ends with the year {LAST.year - 1}: it cannot go on {seconds:g} s")
    return timedelta(seconds=seconds)


def room_until_last(now: datetime) -> float:
    """How many seconds there are before the last moment."""
    return (LAST - now).total_seconds()


def iso_seconds(moment: datetime) -> str:
    """``2026-01-05T09:00:00Z``"""
    return moment.replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def iso_millis(moment: datetime) -> str:
    """``2026-01-05T09:00:00.123Z``; what is below a millisecond is cut off."""
    return moment.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def http_date(moment: datetime) -> str:
    """IMF-fixdate (RFC 9110, 5.6.7): ``Mon, 05 Jan 2026 09:00:00 GMT``; not the locale's names."""
    return imf_fixdate(int(moment.timestamp() // 1))


@lru_cache(maxsize=16)
def imf_fixdate(seconds: int) -> str:
    """Every answer has one, and most of them come in one second."""
    at = gmtime(seconds)
    day, month = DAYS[at.tm_wday], MONTHS[at.tm_mon - 1]
    time = f"{at.tm_hour:02}:{at.tm_min:02}:{at.tm_sec:02}"
    return f"{day}, {at.tm_mday:02} {month} {at.tm_year:04} {time} GMT"
