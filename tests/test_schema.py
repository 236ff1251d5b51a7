"""The JSON Schema that ships beside the built-in scenarios."""

import json
from pathlib import Path

import jsonschema_rs
import pytest
import yaml

from emulator.application.scenario_sources import EVENTS, WORDS
from emulator.core.base.resources import data_folder, fixture_names, fixture_path
from emulator.core.scenario.loader import json_schema

SHIPPED = data_folder("fixtures") / "scenario.schema.json"


def test_the_shipped_schema_is_the_one_that_the_code_makes() -> None:
    made = json_schema(WORDS, EVENTS)

    shipped = json.loads(SHIPPED.read_text())

    assert shipped == made, "speech-emulator schema > fixtures/scenario.schema.json"


@pytest.mark.parametrize("name", fixture_names())
def test_every_built_in_scenario_keeps_to_the_schema_that_it_names(name: str) -> None:
    path = fixture_path(name)
    first, _, rest = path.read_text().partition("\n")

    named = Path(path.parent, first.partition("$schema=")[2])

    assert named.resolve() == SHIPPED.resolve()
    assert jsonschema_rs.is_valid(json.loads(SHIPPED.read_text()), as_json(rest))


def as_json(text: str) -> object:
    return json.loads(json.dumps(yaml.safe_load(text), default=str))
