"""Settings of the pytest plugin, and arguments of its marker: which values they take."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from emulator.core.scenario.model import Scenario
from emulator.interfaces.serving.options import boolean
from emulator.interfaces.serving.options import url as http_url

CLOCKS = ("step", "manual", "wall")
ARGUMENTS = ("scenario", "clock", "strict")


class BadMarker(ValueError):
    """A setting, or an argument of the marker, that means nothing."""


def check_setting(name: str, given: str) -> None:
    """Raises ValueError, and ScenarioErrors, for a value that the setting does not take."""
    if name == "scenario":
        from emulator.application.scenario_sources import (
            load_source,  # with the words of all providers
        )

        load_source(given)
    else:
        CHECKS[name](given)


def marker_arguments(args: tuple[Any, ...], given: Mapping[str, Any]) -> dict[str, Any]:
    """The marker's arguments. Raises BadMarker for one that it does not take."""
    strange = sorted(set(given) - set(ARGUMENTS))
    if args or strange:
        what = f"unknown argument {strange[0]!r}" if strange else "its arguments have names"
        raise BadMarker(f"{what}; the marker takes scenario, clock and strict")
    chosen = {name: value for name, value in given.items() if value is not None}
    if not isinstance(chosen.get("scenario", ""), str | Path | Scenario):
        kind = type(chosen["scenario"]).__name__
        raise BadMarker(f"scenario is a text, a pathlib.Path or a Scenario, and no {kind}")
    if not isinstance(chosen.get("strict", True), bool):
        raise BadMarker(f"strict is True or False, and not {chosen['strict']!r}")
    clock_setting(chosen.get("clock", CLOCKS[0]))
    return chosen


def clock_setting(given: Any) -> str:
    if given not in CLOCKS:
        shown = f'"{given}"' if isinstance(given, str) else repr(given)
        raise BadMarker(f"clock {shown} is none of: {', '.join(CLOCKS)}")
    return str(given)


CHECKS = {"clock": clock_setting, "strict": boolean, "url": http_url}
