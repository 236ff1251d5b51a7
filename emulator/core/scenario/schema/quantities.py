"""Texts that say an amount: numbers, durations, sizes, instants; text -> value, or None."""

import re
from datetime import UTC, datetime

NUMBER = r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?"
INTEGER = r"-?(?:0|[1-9][0-9]*)"
_PART = r"(?:[0-9]+(?:\.[0-9]+)?{})?"
DURATION = rf"[0-9]+(?:\.[0-9]+)?|(?=[0-9]){''.join(map(_PART.format, 'dhms'))}(?:[0-9]+ms)?"
SIZE = r"[0-9]+(?:\.[0-9]+)? ?(?:B|kB|KB|MB|GB)?"
CHANCE = r"[0-9]+(?:\.[0-9]+)?%|0(?:\.[0-9]+)?|1(?:\.0+)?"
INSTANT = (
    r"(?:19[7-9][0-9]|2[01][0-9][0-9])-[0-9][0-9]-[0-9][0-9]"
    r"[T ][0-9][0-9]:[0-9][0-9](?::[0-9][0-9](?:\.[0-9]{1,6})?)?(?:Z|[+-][0-9][0-9]:[0-9][0-9])"
)

SECONDS = {"d": 86_400.0, "h": 3_600.0, "m": 60.0, "s": 1.0, "ms": 0.001}
BYTES = {"": 1, "B": 1, "kB": 1_000, "KB": 1_000, "MB": 1_000_000, "GB": 1_000_000_000}
LONGEST = 100  # characters of an amount; int() refuses some thousands, patterns take their time


def matches(text: str, pattern: str) -> bool:
    return len(text) <= LONGEST and re.fullmatch(pattern, text) is not None


def number(text: str) -> float | None:
    return float(text) if matches(text, NUMBER) else None


def whole(text: str) -> int | None:
    return int(text) if matches(text, INTEGER) else None


def duration(text: str, unit_seconds: float = 1.0) -> float | None:
    """In seconds: ``250ms``, ``1h30m``; a plain number counts ``unit_seconds``.

    One that goes back (``-5s``) is read too, so that its bounds can be told.
    """
    forward = text.removeprefix("-")
    if not matches(forward, DURATION):
        return None
    parts = re.findall(r"([0-9.]+)(ms|[dhms])", forward)
    seconds = sum(float(count) * SECONDS[unit] for count, unit in parts)
    seconds = round(seconds, 6) if parts else float(forward) * unit_seconds
    return seconds if forward == text else -seconds


def size(text: str) -> int | None:
    """In bytes: ``200B``, ``5MB`` (powers of ten); a plain number is bytes."""
    if not matches(text, SIZE):
        return None
    count = text.rstrip("kKMGB ")
    return round(float(count) * BYTES[text[len(count) :].strip()])


def chance(text: str) -> float | None:
    """From 0 to 1: ``5%``, ``0.05``."""
    if not matches(text, CHANCE):
        return None
    return float(text[:-1]) / 100 if text.endswith("%") else float(text)


def instant(text: str) -> datetime | None:
    """ISO 8601 with a zone, from 1970 to 2199; in UTC."""
    if not matches(text, INSTANT):
        return None
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except ValueError:  # the 30th of February
        return None


def duration_text(seconds: float) -> str:
    """In the largest unit that says it without a fraction: ``10h``, ``90s``, ``250ms``.

    What has none is said in seconds, to the microsecond; it is read again as it was.
    """
    microseconds = round(seconds * 1_000_000)
    for unit, size in SECONDS.items():
        count, rest = divmod(microseconds, round(size * 1_000_000))
        if microseconds and not rest:
            return f"{count}{unit}"
    return f"{microseconds / 1_000_000:.6f}".rstrip("0").rstrip(".") + "s"


def chance_text(share: float) -> str:
    """In decimals, as a chance is written: ``0.05``, and ``0.00001`` for 1e-05."""
    digits, _, exponent = repr(share).partition("e-")
    return "0." + "0" * (int(exponent) - 1) + digits.replace(".", "") if exponent else digits
