"""What a scenario says, in a few lines for its author."""

from collections import Counter
from collections.abc import Iterator

from emulator.core.base.escaping import escaped_line
from emulator.core.faults.limits import KeyLimit
from emulator.core.scenario.model import ClockSettings, Scenario
from emulator.core.scenario.schema.quantities import duration_text
from emulator.core.scenario.without_effect import settings_without_effect


def summary(scenario: Scenario) -> str:
    idle = (f"without effect: {what}" for what in settings_without_effect(scenario))
    return "\n".join(f"  {escaped_line(line)}" for line in (*lines(scenario), *idle))


def lines(scenario: Scenario) -> Iterator[str]:
    yield f"{scenario.title} (seed {scenario.seed}, {clock(scenario.clock)})"
    if scenario.keys:
        yield "keys: " + ", ".join(key(name, scenario) for name in scenario.keys)
    for name, script in scenario.transcripts.items():
        length = f"{len(script.lines)} lines" if script.lines else "made up"
        yield f"transcript {name}: {script.language}, {length}"
    if scenario.jobs:
        yield f"jobs: {count_text(len(scenario.jobs), 'rule')}"
    if scenario.faults:
        yield f"faults: {count_text(len(scenario.faults), 'rule')}"
    if scenario.webhooks:
        yield f"webhooks: {count_text(len(scenario.webhooks), 'rule')}"
    there: Counter[str] = Counter()
    for one in scenario.existing:
        there[one.provider] += one.count
    if there:
        yield "existing: " + ", ".join(f"{count} {name}" for name, count in there.items())


def key(name: str, scenario: Scenario) -> str:
    limit = scenario.limits.get(name, KeyLimit())
    said = [name, str(scenario.keys[name])]
    if limit.rate:
        said.append(f"{limit.rate.count}/{duration_text(limit.rate.period_seconds)}")
    if limit.concurrent_jobs is not None:
        said.append(f"with {count_text(limit.concurrent_jobs, 'job')} at once")
    return " ".join(said)


def clock(plan: ClockSettings) -> str:
    start = f" from {plan.start:%Y-%m-%dT%H:%M:%SZ}" if plan.start else ""
    ways = {
        "wall": f"wall clock at {plan.speed:g} times its speed",
        "step": f"a clock that steps {plan.step_seconds:g} s a request",
        "manual": "a clock that stands still",
        None: "the usual clock",
    }
    return ways[plan.mode] + start


def count_text(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
