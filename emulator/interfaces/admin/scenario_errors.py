"""Refusals that several operations share."""

from emulator.core.http.problems import Refused
from emulator.core.scenario.schema.diagnostics import ScenarioErrors


def scenario_problem(code: str, errors: ScenarioErrors) -> Refused:
    """What the language of scenarios has to say of a text."""
    problems = str(errors).splitlines()
    return Refused(code, {"first": problems[0], "errors": problems})
