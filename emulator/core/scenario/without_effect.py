"""What a scenario says to no effect; it may be meant for later, so that it is not refused."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from fnmatch import fnmatchcase

from emulator.core.faults.model import Fault, Reaction, TimeBound, Uniform
from emulator.core.scenario.model import KeyState, Scenario
from emulator.core.scenario.routes import can_meet
from emulator.core.scenario.schema.diagnostics import quote

OPEN_KEYS = "test-{name}"  # which are good without being named


def settings_without_effect(scenario: Scenario) -> Iterator[str]:
    """A sentence for each."""
    yield from unused_transcripts(scenario)
    yield from unknown_keys(scenario)
    yield from limits_of_bad_keys(scenario)
    yield from faults_without_effect(scenario)


def unused_transcripts(scenario: Scenario) -> Iterator[str]:
    used = {rule.plan.transcript for rule in scenario.jobs}
    used |= {
        recording.transcript for entry in scenario.existing for recording in entry.all_recordings
    }
    for name in scenario.transcripts:
        if name not in used:
            yield f"transcript {quote(name)}: no job and no entry of existing has it"


def unknown_keys(scenario: Scenario) -> Iterator[str]:
    wanted = [(f"rule for jobs{line(rule.line)}", rule.when.key) for rule in scenario.jobs]
    wanted += [(f"fault{line(fault.line)}", fault.when.key) for fault in scenario.faults]
    for what, glob in wanted:
        if glob is None or can_meet(glob, OPEN_KEYS):
            continue
        if not any(fnmatchcase(key, glob) for key in scenario.keys):
            yield f"{what}: no key that is known here is like {quote(glob)}"


def limits_of_bad_keys(scenario: Scenario) -> Iterator[str]:
    for key in scenario.limits:
        state = scenario.keys.get(key, KeyState.OK)
        if state is not KeyState.OK:
            yield f"key {quote(key)}: its limits count nothing, since it is refused as {state}"


def faults_without_effect(scenario: Scenario) -> Iterator[str]:
    for fault in scenario.faults:
        if is_over(fault, scenario.clock.start):
            yield f"fault{line(fault.line)}: it is over before it can begin"
    for fault in scenario.faults[-1:]:
        if all(map(is_unchanged, fault.sequence)):
            yield f"fault{line(fault.line)}: all goes as usual with it, and none stands behind it"


def is_over(fault: Fault, start: datetime | None) -> bool:
    """Whether its end comes before the start of the clock, or before its own beginning."""
    until, since = fault.when.until, fault.when.since
    if start is None or until is None:
        return False
    return instant(until, start) <= (start if since is None else instant(since, start))


def instant(moment: TimeBound, start: datetime) -> datetime:
    return moment if isinstance(moment, datetime) else start + timedelta(seconds=moment)


def is_unchanged(made: Reaction) -> bool:
    return made in (Reaction(), Reaction(delay=Uniform(0.0, 0.0)))


def line(number: int | None) -> str:
    return "" if number is None else f" in line {number}"
