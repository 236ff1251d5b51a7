"""What a scenario says, in a few lines for its author."""

from collections import Counter
from collections.abc import Iterator

from emulator.core.scenario import ClockPlan, Scenario


def summary(scenario: Scenario) -> str:
    return "\n".join(f"  {line}" for line in lines(scenario))


def lines(scenario: Scenario) -> Iterator[str]:
    yield f"{scenario.title} (seed {scenario.seed}, {clock(scenario.clock)})"
    if scenario.keys:
        yield "keys: " + ", ".join(f"{key} {state}" for key, state in scenario.keys.items())
    for name, script in scenario.transcripts.items():
        length = f"{len(script.lines)} lines" if script.lines else "made up"
        yield f"transcript {name}: {script.language}, {length}"
    if scenario.jobs:
        yield f"jobs: {counted(len(scenario.jobs), 'rule')}"
    there: Counter[str] = Counter()
    for one in scenario.existing:
        there[one.provider] += one.count
    if there:
        yield "existing: " + ", ".join(f"{count} {name}" for name, count in there.items())


def clock(plan: ClockPlan) -> str:
    start = f" from {plan.start:%Y-%m-%dT%H:%M:%SZ}" if plan.start else ""
    ways = {
        "wall": f"wall clock at {plan.speed:g} times its speed",
        "step": f"a clock that steps {plan.step_seconds:g} s a request",
        "manual": "a clock that stands still",
        None: "the usual clock",
    }
    return ways[plan.mode] + start


def counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
