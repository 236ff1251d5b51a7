from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.core.base.clock import (
    LAST,
    BackInTime,
    Clock,
    ManualClock,
    SwitchableClock,
    TooFar,
    WallClock,
    http_date,
    iso_millis,
    iso_seconds,
)

T0 = datetime(2026, 1, 5, 9, tzinfo=UTC)
NOON = datetime(2030, 6, 1, 12, tzinfo=UTC)


class Watch:
    """Real time that a test turns."""

    def __init__(self) -> None:
        self.moment = T0

    def read(self) -> datetime:
        return self.moment

    def wait(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


def test_a_manual_clock_stands_still_at_its_start() -> None:
    clock = ManualClock()

    clock.tick()

    assert clock.now() == T0


def test_a_manual_clock_moves_as_it_is_told() -> None:
    clock = ManualClock(start=NOON)

    clock.advance(1.5)
    clock.advance(0)

    assert clock.now() == datetime(2030, 6, 1, 12, 0, 1, 500_000, tzinfo=UTC)


def test_a_step_clock_moves_with_every_tick() -> None:
    clock = ManualClock(step_seconds=2)

    clock.tick()
    clock.tick()

    assert clock.now() == T0 + timedelta(seconds=4)


def test_a_wall_clock_begins_now() -> None:
    before = datetime.now(UTC)

    clock = WallClock()

    assert before <= clock.now() <= datetime.now(UTC)


def test_a_wall_clock_moves_with_real_time() -> None:
    watch = Watch()
    clock = WallClock(read=watch.read)

    watch.wait(10)
    clock.tick()

    assert clock.now() == T0 + timedelta(seconds=10)


def test_a_wall_clock_may_begin_elsewhere_and_run_faster() -> None:
    watch = Watch()
    clock = WallClock(speed=60, start=NOON, read=watch.read)

    watch.wait(2)

    assert clock.now() == NOON + timedelta(minutes=2)


def test_a_wall_clock_jumps_ahead_and_runs_on() -> None:
    watch = Watch()
    clock = WallClock(speed=2, read=watch.read)

    clock.advance(100)
    watch.wait(1)

    assert clock.now() == T0 + timedelta(seconds=102)


@pytest.mark.parametrize("clock", [ManualClock(), WallClock()])
def test_no_clock_goes_back(clock: Clock) -> None:
    with pytest.raises(BackInTime, match=r"^a clock cannot go back 0\.5 s$"):
        clock.advance(-0.5)


@pytest.mark.parametrize("clock", [ManualClock(start=NOON), WallClock(start=NOON)])
@pytest.mark.parametrize(
    ("seconds", "said"), [(1e300, r"1e\+300"), (float("inf"), "inf"), (float("nan"), "nan")]
)
def test_no_clock_goes_beyond_its_last_moment(clock: Clock, seconds: float, said: str) -> None:
    with pytest.raises(
        TooFar, match=f"^a clock ends with the year 8999: it cannot go on {said} s$"
    ):
        clock.advance(seconds)

    assert clock.now() < LAST


def test_a_clock_may_go_on_to_its_last_moment() -> None:
    clock = ManualClock(start=NOON)

    clock.advance((LAST - NOON).total_seconds())

    assert clock.now() == datetime(9000, 1, 1, tzinfo=UTC)


def test_a_step_clock_stands_still_at_its_last_moment() -> None:
    clock = ManualClock(start=NOON, step_seconds=1e300)

    clock.tick()
    clock.tick()

    assert clock.now() == LAST


@pytest.mark.parametrize("speed", [1e6, 1e300])
def test_a_fast_clock_stands_still_at_its_last_moment(speed: float) -> None:
    watch = Watch()
    clock = WallClock(read=watch.read, speed=speed)

    watch.wait(86_400 * 365)

    assert clock.now() == LAST


@given(st.lists(st.floats(0, 1e6)))
def test_a_clock_that_is_advanced_never_goes_back(steps: list[float]) -> None:
    clock = ManualClock(step_seconds=0.1)
    seen = [clock.now()]

    for step in steps:
        clock.advance(step)
        clock.tick()
        seen.append(clock.now())

    assert seen == sorted(seen)
    assert all(moment.tzinfo is UTC for moment in seen)


def test_moments_are_written_down() -> None:
    moment = datetime(2026, 12, 9, 1, 2, 3, 45_999, tzinfo=UTC)

    assert iso_seconds(moment) == "2026-12-09T01:02:03Z"
    assert iso_millis(moment) == "2026-12-09T01:02:03.045Z"
    assert http_date(moment) == "Wed, 09 Dec 2026 01:02:03 GMT"


def test_a_date_is_that_of_the_second_that_has_begun() -> None:
    moment = datetime(2026, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)

    assert http_date(moment) == "Thu, 31 Dec 2026 23:59:59 GMT"


def test_a_whole_second_has_its_milliseconds_too() -> None:
    assert iso_millis(T0) == "2026-01-05T09:00:00.000Z"


def test_days_and_months_have_their_english_names() -> None:
    days = [http_date(T0 + timedelta(days=day))[:3] for day in range(7)]
    months = [http_date(datetime(2026, month, 1, tzinfo=UTC))[8:11] for month in range(1, 13)]

    assert " ".join(days) == "Mon Tue Wed Thu Fri Sat Sun"
    assert " ".join(months) == "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"


def test_a_clock_says_how_fast_it_moves_by_itself() -> None:
    assert ManualClock(step_seconds=5).speed == 0.0
    assert WallClock(speed=3).speed == 3.0
    assert SwitchableClock(WallClock(speed=3)).speed == 3.0


def test_a_dial_goes_on_as_another_clock_for_those_who_hold_it() -> None:
    watch = Watch()
    dial: Clock = SwitchableClock(ManualClock(start=NOON, step_seconds=1))
    dial.tick()
    dial.advance(9)
    before, speed = dial.now(), dial.speed

    assert isinstance(dial, SwitchableClock)
    dial.current = WallClock(speed=60, start=dial.now(), read=watch.read)
    watch.moment += timedelta(seconds=1)

    assert (before, speed) == (NOON + timedelta(seconds=10), 0)
    assert (dial.now(), dial.speed) == (NOON + timedelta(seconds=70), 60)


def test_a_clock_that_is_held_stands_still_and_then_catches_up() -> None:
    moments = iter(T0 + timedelta(seconds=n) for n in range(9))
    dial = SwitchableClock(WallClock(read=lambda: next(moments)))

    dial.hold()
    held = dial.now(), dial.now()
    dial.release()

    assert held == (T0 + timedelta(seconds=1),) * 2
    assert dial.now() == T0 + timedelta(seconds=2)


def test_a_wall_clock_never_goes_back() -> None:
    watch = Watch()
    clock = WallClock(read=watch.read, speed=2)
    watch.wait(10)
    before = clock.now()

    watch.wait(-3600)  # the machine's clock is set
    set_back = clock.now()
    watch.wait(5)
    later = clock.now()
    watch.wait(7200)

    assert before == set_back == T0 + timedelta(seconds=20)
    assert later == T0 + timedelta(seconds=30)
    assert clock.now() == T0 + timedelta(seconds=30 + 14400)
