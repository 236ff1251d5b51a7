"""Exporting: a running tenant as the text of a scenario, which can be loaded again."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial

from msgspec.structs import replace

from emulator.core.engine.snapshot import omissions, snapshot
from emulator.core.engine.tenant import Tenant
from emulator.core.provider.provider import Provider
from emulator.core.scenario.exporter import content, printable, written
from emulator.core.scenario.loader import load
from emulator.core.scenario.model import Existing, Scenario
from emulator.core.scenario.schema.diagnostics import ScenarioErrors

REPLACED = "characters that YAML does not have: U+FFFD stands in their place"
BATCH = 200  # jobs; far from the bounds of a file, and few to go through again

Problems = Callable[[Scenario], tuple[str, ...]]  # what is wrong with a scenario once it is written


def exported(tenant: Tenant, providers: Iterable[Provider]) -> str:
    """The tenant as YAML, with comments on what is not in it.

    The language has bounds, such as ten years of age, that a running tenant has not: a job that
    cannot be read again is left out, and named with the reason.
    """
    apis = tuple(providers)
    scenario = snapshot(tenant, apis)
    omitted = list(omissions(tenant, apis))
    problems = partial(problems_of, providers=apis)
    wrong = problems(scenario)
    if wrong:
        jobs, left_out = readable_jobs(scenario, problems)
        scenario = replace(scenario, existing=jobs)
        omitted += left_out
        omitted += [f"this file cannot be loaded as it stands: {one}" for one in problems(scenario)]
    said = content(scenario)
    return written(scenario, [*omitted, REPLACED] if printable(said) != said else omitted)


def problems_of(scenario: Scenario, providers: tuple[Provider, ...]) -> tuple[str, ...]:
    vocabularies = {one.name: one.words for one in providers}
    events = {one.name: one.webhooks.events for one in providers}
    try:
        load(written(scenario), name="export", vocabularies=vocabularies, events=events)
    except ScenarioErrors as errors:
        return errors.problems
    return ()


def readable_jobs(scenario: Scenario, problems: Problems) -> tuple[tuple[Existing, ...], list[str]]:
    """The jobs that are read again, and a sentence for each of the others."""
    good: list[Existing] = []
    left_out: list[str] = []
    for batch in batches(scenario.existing):
        if not problems(Scenario(transcripts=scenario.transcripts, existing=batch)):
            good += batch
            continue
        jobs, reasons = readable_one_by_one(scenario, batch, problems)
        good += jobs
        left_out += reasons
    return tuple(good), left_out


def batches(jobs: tuple[Existing, ...]) -> Iterator[tuple[Existing, ...]]:
    """Few enough to be read at once; most are faultless."""
    return (jobs[first : first + BATCH] for first in range(0, len(jobs), BATCH))


def readable_one_by_one(
    scenario: Scenario, jobs: tuple[Existing, ...], problems: Problems
) -> tuple[list[Existing], list[str]]:
    good: list[Existing] = []
    left_out: list[str] = []
    for one in jobs:
        wrong = problems(Scenario(transcripts=scenario.transcripts, existing=(one,)))
        if wrong:
            left_out.append(f"{one.provider} job {one.id}: {wrong[0].partition(': ')[2]}")
        else:
            good.append(one)
    return good, left_out
