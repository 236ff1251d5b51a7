"""Lengths of time as this API writes them."""

from datetime import timedelta

import pytest

from emulator.providers.azure_speech.durations import iso_duration, ticks, time_span


@pytest.mark.parametrize(
    ("ms", "text"),
    [
        (0, "PT0S"),
        (10, "PT0.01S"),
        (400, "PT0.4S"),
        (2580, "PT2.58S"),
        (3000, "PT3S"),
        (60_000, "PT1M"),
        (61_500, "PT1M1.5S"),
        (3_600_000, "PT1H"),
        (43_200_000, "PT12H"),
        (86_400_000, "P1D"),
        (93_784_500, "P1DT2H3M4.5S"),
        (2_678_400_000, "P31D"),
    ],
)
def test_a_length_is_written_without_the_parts_that_are_zero(ms: int, text: str) -> None:
    assert iso_duration(ms) == text


def test_a_tick_is_a_hundred_nanoseconds() -> None:
    assert ticks(2580) == 25_800_000


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("PT30M", timedelta(minutes=30)),
        ("PT1H", timedelta(hours=1)),
        ("PT12H", timedelta(hours=12)),
        ("P1D", timedelta(days=1)),
        ("P1DT2H3M4.5S", timedelta(days=1, hours=2, minutes=3, seconds=4.5)),
        ("P1M", timedelta(days=30)),
        ("P1Y", timedelta(days=365)),
        ("PT0S", timedelta()),
        ("PT36H", timedelta(hours=36)),
    ],
)
def test_a_duration_is_read_as_dotnet_reads_a_time_span(text: str, span: timedelta) -> None:
    assert time_span(text) == span


@pytest.mark.parametrize(
    "text",
    [
        "",
        "P",
        "PT",
        "P1DT",
        "P1W",
        "-P1D",
        "+P1D",
        "pt1h",
        "1h",
        "00:30:00",
        "PT1.5H",
        "PT1S2M",
        "PT٣S",
        "PT1H ",
        "P9999999999999D",
        "P999999999999D",
    ],
)
def test_what_is_no_duration_is_none(text: str) -> None:
    assert time_span(text) is None
