"""What docs/scenarios.md says is what the language says, and each of its examples is run."""

import re
from pathlib import Path

import pytest

from emulator.application.emulator import Emulator
from emulator.application.scenario_sources import EVENTS, WORDS, load_source
from emulator.core.scenario.loader import language
from emulator.core.scenario.schema.reference_page import page
from emulator.interfaces.cli.scenario_summary import summary
from emulator.providers import PROVIDERS

DOCS = Path(__file__).parents[1] / "docs"
TEMPLATE = (DOCS / "scenarios.in.md").read_text()
EXAMPLES = re.findall(r"```yaml\n(.*?)```", TEMPLATE, re.DOTALL)


def test_the_page_is_made_from_the_definition() -> None:
    assert (DOCS / "scenarios.md").read_text() == page(TEMPLATE, language(WORDS, EVENTS)), (
        "run scripts/docs"
    )


def test_the_page_has_a_table_for_each_part() -> None:
    parts = {*re.findall(r"<!-- keys: (\w+) -->", TEMPLATE), "scenario", "seed"}

    assert parts == set(language(WORDS, EVENTS).json_schema()["properties"])


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda text: text.splitlines()[0][10:])
def test_every_example_runs(example: str) -> None:
    scenario = load_source(example)
    emulator = Emulator(scenario, clock_mode="manual")

    made = [emulator.tenants.open("test-docs").backend(provider).provider for provider in PROVIDERS]

    assert made == [provider.name for provider in PROVIDERS]
    assert scenario.title in summary(scenario)


def test_the_example_of_a_mistake_is_what_is_said() -> None:
    [shown] = re.findall(r"^    story\.yaml:(.*)$", TEMPLATE, re.MULTILINE)

    with pytest.raises(Exception, match="unknown phase") as refusal:
        load_source("scenario: x\njobs:\n  - timeline:\n      finished: 2s\n")

    assert shown.partition(": ")[2] == str(refusal.value).partition(": ")[2]
