"""The scenario language: its one definition, and reading by it."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from emulator.core.base.resources import fixture_names, fixture_path
from emulator.core.scenario.clock_keys_transcripts import CLOCK, KEYS, TRANSCRIPTS, Keys
from emulator.core.scenario.existing_jobs import seed_jobs
from emulator.core.scenario.fault_rules import faults
from emulator.core.scenario.files import content, is_there, is_yaml, not_found
from emulator.core.scenario.job_rules import jobs
from emulator.core.scenario.model import Scenario
from emulator.core.scenario.provider_schema import ProviderSchema
from emulator.core.scenario.schema.diagnostics import Diagnostics, ScenarioErrors, quote
from emulator.core.scenario.schema.nodes import ListNode, MapNode, Node, ScalarNode
from emulator.core.scenario.schema.types import (
    CheckedType,
    IntegerType,
    ObjectType,
    Schema,
    SchemaType,
    StringType,
    Values,
)
from emulator.core.scenario.webhooks import Events, webhooks

__all__ = ["ScenarioErrors", "json_schema", "language", "load", "read"]

NONE: Mapping[str, ProviderSchema] = MappingProxyType({})
SILENCE: Events = MappingProxyType({})
SCHEMA_ID = "urn:speech-emulator:scenario"


def language(
    vocabularies: Mapping[str, ProviderSchema], events: Events = SILENCE
) -> SchemaType[Scenario]:
    """The whole language.

    ``vocabularies``: provider -> what a job rule may say of it; ``events``: provider -> what it
    tells of by itself.
    """
    record = ObjectType(
        "A scenario of the Speech Emulator: one story.",
        {
            "scenario": StringType("The story in one line."),
            "seed": IntegerType("Same seed, same requests: same bytes."),
            "clock": CLOCK,
            "keys": KEYS,
            "transcripts": TRANSCRIPTS,
            "jobs": jobs(vocabularies),
            "existing": seed_jobs(vocabularies),
            "faults": faults(vocabularies),
            "webhooks": webhooks(events),
        },
    )
    return CheckedType(record, scenario)


def scenario(values: Values, node: Node, problems: Diagnostics) -> Scenario:
    check_names(node, problems)
    usual = Scenario()
    keys: Keys = values.get("keys", {})
    return Scenario(
        title=values.get("scenario", usual.title),
        seed=values.get("seed", usual.seed),
        clock=values.get("clock", usual.clock),
        keys={key: state for key, (state, _) in keys.items()},
        limits={key: limit for key, (_, limit) in keys.items() if limit},
        transcripts=values.get("transcripts", usual.transcripts),
        jobs=values.get("jobs", usual.jobs),
        existing=values.get("existing", usual.existing),
        faults=values.get("faults", usual.faults),
        webhooks=values.get("webhooks", usual.webhooks),
    )


def check_names(root: Node, problems: Diagnostics) -> None:
    """Each transcript that is named is there."""
    assert isinstance(root, MapNode)  # it was read as one
    defined = root.get("transcripts")
    entries = defined.entries if isinstance(defined, MapNode) else ()
    names = {key.text: None for key, _ in entries}
    entries_of = (entry for part in ("jobs", "existing") for entry in mappings(root.get(part)))
    for entry in entries_of:
        for one in (entry, *mappings(entry.get("recordings"))):
            named = one.get("transcript")
            if isinstance(named, ScalarNode) and not named.nothing and named.text not in names:
                what = f"a transcript nobody defines: {quote(named.text)}"
                problems.add(named.place, what, given=named.text, allowed=names)


def mappings(node: Node | None) -> Iterator[MapNode]:
    """Those in a list, if it is one."""
    items = node.items if isinstance(node, ListNode) else ()
    return (item for item in items if isinstance(item, MapNode))


def json_schema(vocabularies: Mapping[str, ProviderSchema], events: Events = SILENCE) -> Schema:
    """Of draft 2020-12, for editors; what compares two places is left to ``load``."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_ID,
        "title": "Speech Emulator scenario",
        **language(vocabularies, events).json_schema(),
    }


def load(
    text: str | bytes,
    *,
    name: str = "<inline>",
    vocabularies: Mapping[str, ProviderSchema] = NONE,
    events: Events = SILENCE,
) -> Scenario:
    """Raises ScenarioErrors with everything that is wrong; ``name`` stands for the file in them."""
    from emulator.core.scenario.schema.yaml_reader import (
        parse,  # with YAML: many a server needs neither
    )

    problems = Diagnostics(name)
    made = language(vocabularies, events).read(parse(text, problems), problems)
    if problems.diagnostics:
        raise problems.errors()
    assert isinstance(made, Scenario)  # BAD comes with a problem
    return made


def read(
    source: str, vocabularies: Mapping[str, ProviderSchema] = NONE, events: Events = SILENCE
) -> Scenario:
    """A path, a built-in's name, or the YAML itself, in this order. Raises ScenarioErrors."""
    if is_there(source):
        return load(content(Path(source)), name=source, vocabularies=vocabularies, events=events)
    if source in fixture_names():
        path = fixture_path(source)
        return load(content(path), name=str(path), vocabularies=vocabularies, events=events)
    if is_yaml(source):
        return load(source, vocabularies=vocabularies, events=events)
    raise not_found(source)
