from datetime import UTC, datetime

import pytest

from emulator.core.scenario.schema import quantities


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("250ms", 0.25),
        ("1s", 1),
        ("1.5s", 1.5),
        ("5m", 300),
        ("2h", 7200),
        ("1d", 86400),
        ("1h30m", 5400),
        ("1d2h3m4s5ms", 93784.005),
        ("7", 7),
        ("0.5", 0.5),
        ("-5", -5),
        ("-1m", -60),
        ("", None),
        ("-", None),
        ("--1", None),
        ("1 s", None),
        ("1.s", None),
        ("1m1h", None),
        ("1s1s", None),
        ("1:30", None),
        ("1e3", None),
        ("１s", None),
        ("1s\n", None),
        ("1" * 101, None),
    ],
)
def test_durations_are_seconds(text: str, seconds: float | None) -> None:
    assert quantities.duration(text) == seconds


def test_a_plain_duration_counts_its_unit() -> None:
    assert quantities.duration("1.5", 60) == 90
    assert quantities.duration("90s", 60) == 90


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0),
        ("-7", -7),
        ("1.25", 1.25),
        ("1e3", 1000),
        ("1.5E-1", 0.15),
        (".5", None),
        (".inf", None),
        ("nan", None),
        ("1_000", None),
    ],
)
def test_numbers_are_written_plainly(text: str, value: float | None) -> None:
    assert quantities.number(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [("0", 0), ("42", 42), ("-1", -1), ("010", None), ("0x10", None), ("1.0", None), ("٣", None)],
)
def test_whole_numbers_are_decimal(text: str, value: int | None) -> None:
    assert quantities.whole(text) == value


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("200B", 200),
        ("200", 200),
        ("5MB", 5_000_000),
        ("1.5 kB", 1500),
        ("1KB", 1000),
        ("2GB", 2_000_000_000),
        ("5 TB", None),
        ("-1B", None),
    ],
)
def test_sizes_are_bytes(text: str, count: int | None) -> None:
    assert quantities.size(text) == count


@pytest.mark.parametrize(
    ("text", "share"), [("5%", 0.05), ("0.05", 0.05), ("1", 1), ("1.5", None), ("half", None)]
)
def test_chances_are_shares(text: str, share: float | None) -> None:
    assert quantities.chance(text) == share


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-05T09:00:00Z", datetime(2026, 1, 5, 9, tzinfo=UTC)),
        ("2026-01-05 09:00Z", datetime(2026, 1, 5, 9, tzinfo=UTC)),
        ("2026-01-05T09:00:00.25+02:00", datetime(2026, 1, 5, 7, 0, 0, 250_000, tzinfo=UTC)),
        ("1970-01-01T00:00:00+14:00", datetime(1969, 12, 31, 10, tzinfo=UTC)),
        ("2026-01-05T09:00:00", None),
        ("2026-01-05", None),
        ("2026-02-30T09:00:00Z", None),
        ("2026-01-05T25:00:00Z", None),
        ("2026-01-05T09:00:00+25:00", None),
        ("1969-12-31T00:00:00Z", None),
        ("2200-01-01T00:00:00Z", None),
    ],
)
def test_instants_have_a_zone_and_come_in_utc(text: str, moment: datetime | None) -> None:
    assert quantities.instant(text) == moment


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0s"),
        (0.25, "250ms"),
        (90, "90s"),
        (5400, "90m"),
        (36000, "10h"),
        (315_360_000, "3650d"),
    ],
)
def test_durations_are_shown_in_one_unit(seconds: float, text: str) -> None:
    assert quantities.duration_text(seconds) == text


@pytest.mark.parametrize("microseconds", [1, 16_666_667, 12_916_667, 90_000_000, 10**13 + 1])
def test_a_duration_that_is_shown_is_read_again_as_it_was(microseconds: int) -> None:
    seconds = microseconds / 1_000_000

    assert quantities.duration(quantities.duration_text(seconds)) == seconds


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.05, "0.05"), (1.0, "1.0"), (1e-05, "0.00001"), (1.25e-09, "0.00000000125")],
)
def test_a_chance_that_is_shown_is_read_again_as_it_was(share: float, text: str) -> None:
    assert quantities.chance_text(share) == text
    assert quantities.chance(text) == share
