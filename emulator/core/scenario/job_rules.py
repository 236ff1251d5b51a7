"""The rules by which new jobs go: which jobs, and how."""

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from itertools import product

from msgspec import Struct

from emulator.core.scenario.model import JobError, Match, Plan, Rule
from emulator.core.scenario.phases import meant
from emulator.core.scenario.provider_schema import Vocabulary
from emulator.core.scenario.schema.diagnostics import Place, Problems, quoted
from emulator.core.scenario.schema.nodes import MapNode, Node
from emulator.core.scenario.schema.types import (
    Checked,
    Code,
    Duration,
    Glob,
    ListOf,
    Readable,
    Record,
    Schema,
    Text,
    Values,
)
from emulator.core.state.jobs import USUAL, Phase, Step, Timeline

Globs = tuple[str | None, ...]


class Placed(Struct, frozen=True):
    """A rule, where it stands, and whether it is sure which jobs it is for."""

    rule: Rule
    place: Place
    sure: bool


def timeline(values: Values, node: Node, problems: Problems) -> Timeline:
    """A job begins in the queue, whether the author says so or not."""
    assert isinstance(node, MapNode)  # values were read from it
    begun_seconds = values.get(Phase.PROCESSING, 0.0)
    for end in (Phase.COMPLETED, Phase.FAILED):
        if values.get(end, begun_seconds) < begun_seconds:
            problems.add(node.place_of(end), f'{quoted(end)} comes before "processing"')
    later = (Phase.PROCESSING, Phase.COMPLETED, Phase.FAILED)
    steps = (Step(values[phase], phase) for phase in later if phase in values)
    return (Step(0, Phase.QUEUED), *steps)


TIMELINE = Checked(
    Record(
        "When a job enters each phase, since it was made; it stays in the last one.",
        {
            "queued": Duration("A job is queued when it is made.", most=0),
            "processing": Duration("When work on it begins."),
            "completed": Duration("When it ends well."),
            "failed": Duration("When it ends badly."),
        },
        excludes=(("completed", "failed"),),
        noun="phase",
        meant=meant,
    ),
    timeline,
)

ERROR = Record(
    "What the failed job says of itself, instead of what the provider usually says.",
    {
        "code": Code("The provider's error code."),
        "message": Text("The provider's sentence."),
    },
)


def when(providers: Mapping[str, Record]) -> Record:
    return Record(
        "Which jobs the rule is for: all of it must match; nothing said: every job.",
        {
            "provider": Glob("Whose jobs.", among=providers, noun="provider"),
            "audio": Glob("The recording's URL or file name."),
            "locale": Glob("The language, as the client spells it."),
            "key": Glob("The key that made it."),
        },
    )


def jobs(vocabularies: Mapping[str, Vocabulary]) -> Readable[tuple[Rule, ...]]:
    providers = {name: one.jobs for name, one in vocabularies.items()}
    words: Mapping[str, Readable[object]] = {
        "when": when(providers),
        "timeline": TIMELINE,
        "error": ERROR,
        "transcript": Text("The name of a transcript."),
    }
    record = Record("How some jobs go.", {**words, **providers})

    def rule(values: Values, node: Node, problems: Problems) -> Placed:
        assert isinstance(node, MapNode)  # values were read from it
        check_error(node, problems)
        check_facts(values, node, problems, providers)
        return Placed(
            Rule(Match(**values.get("when", {})), plan_of(values, providers), node.place.line),
            node.place,
            sure=known(node, record) and whole(values.get("when"), node.get("when")),
        )

    one = Checked(record, rule, also=rule_schema(providers))
    return Checked(ListOf("How new jobs go: the first rule that matches.", one), reachable)


def plan_of(values: Values, providers: Mapping[str, Record]) -> Plan:
    return Plan(
        timeline=values.get("timeline", USUAL),
        transcript=values.get("transcript"),
        error=JobError(**values.get("error", {})),
        facts={name: values[name] for name in providers if name in values},
    )


def known(node: MapNode, record: Record) -> bool:
    """No key is a slip of the pen; ``whn`` would leave the rule for every job."""
    return all(key.text in record.fields for key, _ in node.entries)


def whole(values: Values | None, node: Node | None) -> bool:
    """Everything that stands there was read; nothing at all is whole too."""
    if node is None:
        return True
    return values is not None and isinstance(node, MapNode) and len(values) == len(node.entries)


def check_error(node: MapNode, problems: Problems) -> None:
    """By what stands there: a ``failed`` that could not be read is a ``failed``."""
    timed = node.get("timeline")
    fails = timed is not None and (not isinstance(timed, MapNode) or timed.get("failed"))
    if node.get("error") is not None and not fails:
        what = '"error" needs a timeline that fails: {failed: 2s}'
        problems.add(node.place_of("error"), what)


def check_facts(
    values: Values, node: MapNode, problems: Problems, providers: Mapping[str, Record]
) -> None:
    """A rule for one provider says nothing of another."""
    glob = values.get("when", {}).get("provider", "*")
    for name in providers:
        if node.get(name) is not None and not fnmatchcase(name, glob):
            what = f"{quoted(name)} in a rule that is for {quoted(glob)} only"
            problems.add(node.place_of(name), what)


def rule_schema(providers: Mapping[str, Record]) -> Schema:
    """What a JSON Schema can say of the two checks."""
    fails = {"required": ["timeline"], "properties": {"timeline": {"required": ["failed"]}}}
    apart: list[Schema] = []
    for name in providers:
        others = {"enum": [other for other in providers if other != name]}
        said = {"required": ["provider"], "properties": {"provider": others}}
        given = {"required": ["when"], "properties": {"when": said}}
        apart.append({"if": given, "then": {"properties": {name: False}}})
    return {"dependentSchemas": {"error": fails}, "allOf": apart}


def reachable(placed: tuple[Placed, ...], node: Node, problems: Problems) -> tuple[Rule, ...]:
    """No rule stands behind one that takes all of its jobs."""
    first: dict[Globs, Place] = {}
    for one in placed:
        if not one.sure:
            continue
        globs = globs_of(one.rule.when)
        owners = [first[wider] for wider in wider_ones(globs) if wider in first]
        if owners:
            what = f"this rule never matches: the one in line {min(owners).line} takes its jobs"
            problems.add(one.place, what)
        first.setdefault(globs, one.place)
    return tuple(one.rule for one in placed)


def globs_of(match: Match) -> Globs:
    """What ``*`` says is what None says."""
    given = (match.provider, match.audio, match.locale, match.key)
    return tuple(None if glob == "*" else glob for glob in given)


def wider_ones(globs: Globs) -> Iterator[Globs]:
    """The globs, and all that say less: each of them takes every job that these take."""
    return product(*({glob, None} for glob in globs))
