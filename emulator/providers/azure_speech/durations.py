"""Lengths of time as this API writes them: ISO 8601 durations and ticks."""

import re
from datetime import timedelta

TICKS_A_MILLISECOND = 10_000  # a tick is 100 ns

# Years and months are counted as .NET counts them when it reads a duration as a time span.
DAYS = {"years": 365, "months": 30, "days": 1}

ISO = (
    r"P(?=.)(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<days>\d+)D)?"
    r"(?:T(?=\d)(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?"
)
MOST_DIGITS = 12  # of a number in a duration; more is no length of time that anybody means


def ticks(ms: int) -> int:
    return ms * TICKS_A_MILLISECOND


def iso_duration(ms: int) -> str:
    """``PT2.58S``, ``PT1H0.5S``, ``P1DT2H``: parts that are zero are left out; none: ``PT0S``."""
    if 0 < ms < 60_000:
        return f"PT{ms / 1000:g}S"  # six digits are enough for a minute's milliseconds
    minutes, rest_ms = divmod(ms, 60_000)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    named = ((hours, "H"), (minutes, "M"), (rest_ms / 1000, "S"))
    date = f"{days}D" if days else ""
    time = "".join(f"{number:g}{unit}" for number, unit in named if number)
    return f"P{date}T{time}" if time else f"P{date or 'T0S'}"


def time_span(text: str) -> timedelta | None:
    """What an ISO 8601 duration means; None: it is none, or has weeks or a sign."""
    match = re.fullmatch(ISO, text, re.ASCII)
    if match is None or any(len(number) > MOST_DIGITS for number in re.findall(r"\d+", text)):
        return None
    parts = {name: float(number or 0) for name, number in match.groupdict().items()}
    days = sum(parts[name] * count for name, count in DAYS.items())
    try:
        return timedelta(
            days=days, hours=parts["hours"], minutes=parts["minutes"], seconds=parts["seconds"]
        )
    except OverflowError:
        return None
