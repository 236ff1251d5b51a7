"""What a scenario says, for its author."""

from emulator.core.scenario import Scenario
from emulator.faces.summary import summary


def test_a_scenario_that_says_nothing_is_one_line() -> None:
    assert summary(Scenario()) == "  Nothing special (seed 0, the usual clock)"
