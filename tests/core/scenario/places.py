"""Scenarios without their lines, since two that say the same may be laid out differently."""

from msgspec.structs import replace

from emulator.core.scenario.model import Scenario


def unplaced(scenario: Scenario) -> Scenario:
    """The scenario, wherever its rules stood."""
    return replace(
        scenario,
        jobs=tuple(replace(job, line=None) for job in scenario.jobs),
        faults=tuple(replace(fault, line=None) for fault in scenario.faults),
    )
