"""Sources: where a scenario comes from, and the words of the providers that it may use."""

from pathlib import Path
from typing import BinaryIO

from emulator.core.base.resources import fixture, fixtures
from emulator.core.http.messages import Json, to_json
from emulator.core.scenario.files import is_yaml
from emulator.core.scenario.loader import load, read
from emulator.core.scenario.model import Scenario
from emulator.core.scenario.schema.diagnostics import ScenarioErrors, quoted, sentence
from emulator.core.scenario.schema.nodes import MAX_BYTES
from emulator.providers import PROVIDERS

ScenarioSource = Scenario | str | Path | None

WORDS = {one.name: one.words for one in PROVIDERS}
EVENTS = {one.name: one.webhooks.events for one in PROVIDERS}


def scenario_of(source: ScenarioSource) -> Scenario:
    """A path, a built-in's name, or the YAML itself. Raises ScenarioErrors."""
    if isinstance(source, Scenario):
        return source
    if source is None:
        return Scenario()
    return read(str(source), WORDS, EVENTS)


def scenario_in(text: str) -> Scenario:
    """A built-in's name, or the YAML itself, but never a path. Raises ScenarioErrors."""
    if text in fixtures():
        built_in = fixture(text).read_bytes()
        return load(built_in, name=text, vocabularies=WORDS, events=EVENTS)
    if is_yaml(text):
        return load(text, name="scenario", vocabularies=WORDS, events=EVENTS)
    what = f"no scenario {quoted(text)}"
    raise ScenarioErrors([sentence(what, given=text, allowed=fixtures(), label="built in")])


def scenario_from(file: BinaryIO, *, name: str) -> Scenario:
    """What an open file says; ``name`` stands for it in what is wrong. Raises ScenarioErrors."""
    text = file.read(MAX_BYTES + 1)  # one more, so that the size can be judged
    return load(text, name=name, vocabularies=WORDS, events=EVENTS)


def part_of(name: str, value: Json) -> Scenario:
    """A scenario of nothing but one part, in the language's words. Raises ScenarioErrors."""
    text = to_json({name: value})
    return load(text, name=name, vocabularies=WORDS, events=EVENTS)
