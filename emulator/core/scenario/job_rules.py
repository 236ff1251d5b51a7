"""The rules by which new jobs go: which jobs, and how."""

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from itertools import product

from msgspec import Struct

from emulator.core.scenario.model import JobCondition, JobError, JobPlan, Rule
from emulator.core.scenario.phases import intended_phase
from emulator.core.scenario.provider_schema import ProviderSchema
from emulator.core.scenario.schema.diagnostics import Diagnostics, Place, quote
from emulator.core.scenario.schema.nodes import MapNode, Node
from emulator.core.scenario.schema.types import (
    CheckedType,
    DurationType,
    ErrorCodeType,
    GlobType,
    ListType,
    ObjectType,
    Schema,
    SchemaType,
    StringType,
    Values,
)
from emulator.core.state.jobs import USUAL, Phase, Step, Timeline

Globs = tuple[str | None, ...]


class LocatedRule(Struct, frozen=True):
    """A rule, where it stands, and whether it is sure which jobs it is for."""

    rule: Rule
    place: Place
    sure: bool


def timeline(values: Values, node: Node, problems: Diagnostics) -> Timeline:
    """A job begins in the queue, whether the author says so or not."""
    assert isinstance(node, MapNode)  # values were read from it
    begun_seconds = values.get(Phase.PROCESSING, 0.0)
    for end in (Phase.COMPLETED, Phase.FAILED):
        if values.get(end, begun_seconds) < begun_seconds:
            problems.add(node.place_of(end), f'{quote(end)} comes before "processing"')
    later = (Phase.PROCESSING, Phase.COMPLETED, Phase.FAILED)
    steps = (Step(values[phase], phase) for phase in later if phase in values)
    return (Step(0, Phase.QUEUED), *steps)


TIMELINE = CheckedType(
    ObjectType(
        "When a job enters each phase, since it was made; it stays in the last one.",
        {
            "queued": DurationType("A job is queued when it is made.", most=0),
            "processing": DurationType("When work on it begins."),
            "completed": DurationType("When it ends well."),
            "failed": DurationType("When it ends badly."),
        },
        excludes=(("completed", "failed"),),
        noun="phase",
        meant=intended_phase,
    ),
    timeline,
)

ERROR = ObjectType(
    "What the failed job says of itself, instead of what the provider usually says.",
    {
        "code": ErrorCodeType("The provider's error code."),
        "message": StringType("The provider's sentence."),
    },
)


def when(providers: Mapping[str, ObjectType]) -> ObjectType:
    return ObjectType(
        "Which jobs the rule is for: all of it must match; nothing said: every job.",
        {
            "provider": GlobType("Whose jobs.", among=providers, noun="provider"),
            "audio": GlobType("The recording's URL or file name."),
            "locale": GlobType("The language, as the client spells it."),
            "key": GlobType("The key that made it."),
        },
    )


def jobs(vocabularies: Mapping[str, ProviderSchema]) -> SchemaType[tuple[Rule, ...]]:
    providers = {name: one.jobs for name, one in vocabularies.items()}
    words: Mapping[str, SchemaType[object]] = {
        "when": when(providers),
        "timeline": TIMELINE,
        "error": ERROR,
        "transcript": StringType("The name of a transcript."),
    }
    record = ObjectType("How some jobs go.", {**words, **providers})

    def rule(values: Values, node: Node, problems: Diagnostics) -> LocatedRule:
        assert isinstance(node, MapNode)  # values were read from it
        check_error(node, problems)
        check_facts(values, node, problems, providers)
        return LocatedRule(
            Rule(
                JobCondition(**values.get("when", {})), plan_of(values, providers), node.place.line
            ),
            node.place,
            sure=known_keys(node, record) and whole(values.get("when"), node.get("when")),
        )

    one = CheckedType(record, rule, also=rule_schema(providers))
    return CheckedType(
        ListType("How new jobs go: the first rule that matches.", one), check_reachable
    )


def plan_of(values: Values, providers: Mapping[str, ObjectType]) -> JobPlan:
    return JobPlan(
        timeline=values.get("timeline", USUAL),
        transcript=values.get("transcript"),
        error=JobError(**values.get("error", {})),
        options={name: values[name] for name in providers if name in values},
    )


def known_keys(node: MapNode, record: ObjectType) -> bool:
    """No key is a slip of the pen; ``whn`` would leave the rule for every job."""
    return all(key.text in record.fields for key, _ in node.entries)


def whole(values: Values | None, node: Node | None) -> bool:
    """Everything that stands there was read; nothing at all is whole too."""
    if node is None:
        return True
    return values is not None and isinstance(node, MapNode) and len(values) == len(node.entries)


def check_error(node: MapNode, problems: Diagnostics) -> None:
    """By what stands there: a ``failed`` that could not be read is a ``failed``."""
    timed = node.get("timeline")
    fails = timed is not None and (not isinstance(timed, MapNode) or timed.get("failed"))
    if node.get("error") is not None and not fails:
        what = '"error" needs a timeline that fails: {failed: 2s}'
        problems.add(node.place_of("error"), what)


def check_facts(
    values: Values, node: MapNode, problems: Diagnostics, providers: Mapping[str, ObjectType]
) -> None:
    """A rule for one provider says nothing of another."""
    glob = values.get("when", {}).get("provider", "*")
    for name in providers:
        if node.get(name) is not None and not fnmatchcase(name, glob):
            what = f"{quote(name)} in a rule that is for {quote(glob)} only"
            problems.add(node.place_of(name), what)


def rule_schema(providers: Mapping[str, ObjectType]) -> Schema:
    """What a JSON Schema can say of the two checks."""
    fails = {"required": ["timeline"], "properties": {"timeline": {"required": ["failed"]}}}
    apart: list[Schema] = []
    for name in providers:
        others = {"enum": [other for other in providers if other != name]}
        said = {"required": ["provider"], "properties": {"provider": others}}
        given = {"required": ["when"], "properties": {"when": said}}
        apart.append({"if": given, "then": {"properties": {name: False}}})
    return {"dependentSchemas": {"error": fails}, "allOf": apart}


def check_reachable(
    placed: tuple[LocatedRule, ...], node: Node, problems: Diagnostics
) -> tuple[Rule, ...]:
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


def globs_of(match: JobCondition) -> Globs:
    """What ``*`` says is what None says."""
    given = (match.provider, match.audio, match.locale, match.key)
    return tuple(None if glob == "*" else glob for glob in given)


def wider_ones(globs: Globs) -> Iterator[Globs]:
    """The globs, and all that say less: each of them takes every job that these take."""
    return product(*({glob, None} for glob in globs))
