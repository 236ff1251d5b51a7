"""What a scenario says, in a few lines for its author."""

from collections import Counter
from collections.abc import Iterator

from emulator.core.base.escaping import line_of
from emulator.core.faults.limits import KeyLimit
from emulator.core.scenario.model import ClockPlan, Scenario
from emulator.core.scenario.schema.quantities import shown_duration
from emulator.core.scenario.without_effect import effectless


def summary(scenario: Scenario) -> str:
    idle = (f"without effect: {what}" for what in effectless(scenario))
    return "\n".join(f"  {line_of(line)}" for line in (*lines(scenario), *idle))


def lines(scenario: Scenario) -> Iterator[str]:
    yield f"{scenario.title} (seed {scenario.seed}, {clock(scenario.clock)})"
    if scenario.keys:
        yield "keys: " + ", ".join(key(name, scenario) for name in scenario.keys)
    for name, script in scenario.transcripts.items():
        length = f"{len(script.lines)} lines" if script.lines else "made up"
        yield f"transcript {name}: {script.language}, {length}"
    if scenario.jobs:
        yield f"jobs: {counted(len(scenario.jobs), 'rule')}"
    if scenario.faults:
        yield f"faults: {counted(len(scenario.faults), 'rule')}"
    if scenario.webhooks:
        yield f"webhooks: {counted(len(scenario.webhooks), 'rule')}"
    there: Counter[str] = Counter()
    for one in scenario.existing:
        there[one.provider] += one.count
    if there:
        yield "existing: " + ", ".join(f"{count} {name}" for name, count in there.items())


def key(name: str, scenario: Scenario) -> str:
    limit = scenario.limits.get(name, KeyLimit())
    said = [name, str(scenario.keys[name])]
    if limit.rate:
        said.append(f"{limit.rate.count}/{shown_duration(limit.rate.period_seconds)}")
    if limit.concurrent_jobs is not None:
        said.append(f"with {counted(limit.concurrent_jobs, 'job')} at once")
    return " ".join(said)


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
