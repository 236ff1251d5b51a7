"""Sources: where a scenario comes from, and the words of the providers that it may use."""

from pathlib import Path
from typing import BinaryIO

from emulator.core.base.resources import fixture_names, fixture_path
from emulator.core.http.messages import Json, to_json
from emulator.core.scenario.files import is_yaml
from emulator.core.scenario.loader import load, read
from emulator.core.scenario.model import Scenario
from emulator.core.scenario.schema.diagnostics import ScenarioErrors, quote, sentence
from emulator.core.scenario.schema.nodes import MAX_BYTES
from emulator.providers import PROVIDERS

ScenarioSource = Scenario | str | Path | None

WORDS = {provider.name: provider.schema for provider in PROVIDERS}
EVENTS = {provider.name: provider.webhooks.events for provider in PROVIDERS}


def load_source(source: ScenarioSource) -> Scenario:
    """A path, a built-in's name, or the YAML itself. Raises ScenarioErrors."""
    if isinstance(source, Scenario):
        return source
    if source is None:
        return Scenario()
    return read(str(source), WORDS, EVENTS)


def load_builtin(text: str) -> Scenario:
    """A built-in's name, or the YAML itself, but never a path. Raises ScenarioErrors."""
    if text in fixture_names():
        built_in = fixture_path(text).read_bytes()
        return load(built_in, name=text, vocabularies=WORDS, events=EVENTS)
    if is_yaml(text):
        return load(text, name="scenario", vocabularies=WORDS, events=EVENTS)
    what = f"no scenario {quote(text)}"
    raise ScenarioErrors([sentence(what, given=text, allowed=fixture_names(), label="built in")])


def load_file(file: BinaryIO, *, name: str) -> Scenario:
    """What an open file says; ``name`` stands for it in what is wrong. Raises ScenarioErrors."""
    text = file.read(MAX_BYTES + 1)  # one more, so that the size can be judged
    return load(text, name=name, vocabularies=WORDS, events=EVENTS)


def load_part(name: str, value: Json) -> Scenario:
    """A scenario of nothing but one part, in the language's words. Raises ScenarioErrors."""
    text = to_json({name: value})
    return load(text, name=name, vocabularies=WORDS, events=EVENTS)
