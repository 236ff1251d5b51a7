"""Exporting: a running tenant as the text of a scenario, which can be loaded again."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial

from msgspec.structs import replace

from emulator.core.engine.snapshot import snapshot_omissions, snapshot_scenario
from emulator.core.engine.tenant import Tenant
from emulator.core.provider.provider import Provider
from emulator.core.scenario.exporter import content, printable_text, to_yaml
from emulator.core.scenario.loader import load
from emulator.core.scenario.model import Scenario, SeedJobs
from emulator.core.scenario.schema.diagnostics import ScenarioErrors

REPLACED = "characters that YAML does not have: U+FFFD stands in their place"
BATCH = 200  # jobs; far from the bounds of a file, and few to go through again

Problems = Callable[[Scenario], tuple[str, ...]]  # what is wrong with a scenario once it is written


def export_scenario(tenant: Tenant, providers: Iterable[Provider]) -> str:
    """The tenant as YAML, with comments on what is not in it.

    The language has bounds, such as ten years of age, that a running tenant has not: a job that
    cannot be read again is left out, and named with the reason.
    """
    apis = tuple(providers)
    scenario = snapshot_scenario(tenant, apis)
    omitted = list(snapshot_omissions(tenant, apis))
    problems = partial(find_problems, providers=apis)
    wrong = problems(scenario)
    if wrong:
        jobs, left_out = loadable_jobs(scenario, problems)
        scenario = replace(scenario, existing=jobs)
        omitted += left_out
        omitted += [
            f"this file cannot be loaded as it stands: {problem}" for problem in problems(scenario)
        ]
    said = content(scenario)
    return to_yaml(scenario, [*omitted, REPLACED] if printable_text(said) != said else omitted)


def find_problems(scenario: Scenario, providers: tuple[Provider, ...]) -> tuple[str, ...]:
    vocabularies = {provider.name: provider.schema for provider in providers}
    events = {provider.name: provider.webhooks.events for provider in providers}
    try:
        load(to_yaml(scenario), name="export", vocabularies=vocabularies, events=events)
    except ScenarioErrors as errors:
        return errors.problems
    return ()


def loadable_jobs(scenario: Scenario, problems: Problems) -> tuple[tuple[SeedJobs, ...], list[str]]:
    """The jobs that are read again, and a sentence for each of the others."""
    good: list[SeedJobs] = []
    left_out: list[str] = []
    for batch in batches(scenario.existing):
        if not problems(Scenario(transcripts=scenario.transcripts, existing=batch)):
            good += batch
            continue
        jobs, reasons = loadable_one_by_one(scenario, batch, problems)
        good += jobs
        left_out += reasons
    return tuple(good), left_out


def batches(jobs: tuple[SeedJobs, ...]) -> Iterator[tuple[SeedJobs, ...]]:
    """Few enough to be read at once; most are faultless."""
    return (jobs[first : first + BATCH] for first in range(0, len(jobs), BATCH))


def loadable_one_by_one(
    scenario: Scenario, jobs: tuple[SeedJobs, ...], problems: Problems
) -> tuple[list[SeedJobs], list[str]]:
    good: list[SeedJobs] = []
    left_out: list[str] = []
    for job in jobs:
        wrong = problems(Scenario(transcripts=scenario.transcripts, existing=(job,)))
        if wrong:
            left_out.append(f"{job.provider} job {job.id}: {wrong[0].partition(': ')[2]}")
        else:
            good.append(job)
    return good, left_out
