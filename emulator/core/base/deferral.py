"""Deferral: the part of an exchange for which nobody else has to wait."""

from collections.abc import Callable
from typing import Any

from msgspec import Struct

LONG_RECORDS = 2000  # records: whoever has to look at more of them works on a snapshot
LONG_SPEECH_MS = 600_000  # of speech: to write down more of it takes longer than others should wait


class TakesLong(Exception):
    """An operation has more to do than others should wait for; it has changed nothing so far."""


class Unfinished(Struct, frozen=True):
    """An exchange that has been begun.

    ``work`` needs no lock, since it looks at nothing that changes. ``finish`` takes its result, and
    the lock; it gives the exchange, or what is left of it.
    """

    work: Callable[[], Any]
    finish: Callable[[Any], Any]
