"""What a scenario says, for its author."""

from emulator.core.scenario.loader import load
from emulator.core.scenario.model import Scenario
from emulator.interfaces.cli.scenario_summary import summary


def test_a_scenario_that_says_nothing_is_one_line() -> None:
    assert summary(Scenario()) == "  Nothing special (seed 0, the usual clock)"


def test_limits_and_faults_are_told() -> None:
    scenario = load("""
keys:
  test-slow: {rate: 100/m}
  test-busy: {rate: 5/s, concurrent_jobs: 2, state: expired}
  test-none: {concurrent_jobs: 1}
  test-free: ok
faults: [{when: {call: 1}, answer: 500}, answer: 503]
""")

    assert summary(scenario).splitlines()[1:] == [
        "  keys: test-slow ok 100/1m, test-busy expired 5/1s with 2 jobs at once, "
        "test-none ok with 1 job at once, test-free ok",
        "  faults: 2 rules",
        '  without effect: key "test-busy": its limits count nothing, since it is refused as '
        "expired",
    ]


def test_a_title_is_one_line_whatever_it_has() -> None:
    assert summary(Scenario(title="a\n\x1b[2J")) == r"  a\n\x1b[2J (seed 0, the usual clock)"
