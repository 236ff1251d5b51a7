"""What is there before the first request: the words for it, and what they become."""

from collections.abc import Mapping

from emulator.core.scenario.clock_keys_transcripts import ID, ms
from emulator.core.scenario.job_rules import ERROR, TIMELINE
from emulator.core.scenario.model import JobError, SeedJobs, SeedRecording
from emulator.core.scenario.phases import PhaseType
from emulator.core.scenario.provider_schema import ProviderSchema
from emulator.core.scenario.schema.diagnostics import Diagnostics, Place, quote
from emulator.core.scenario.schema.nodes import ListNode, MapNode, Node
from emulator.core.scenario.schema.types import (
    CheckedType,
    DurationType,
    IntegerType,
    LanguageType,
    ListType,
    ObjectType,
    RangeType,
    Schema,
    SchemaType,
    StringType,
    Values,
    WordType,
)
from emulator.core.state.jobs import Phase

ProviderSchemas = Mapping[str, ProviderSchema]
PlacedExisting = tuple[Place, SeedJobs]

RECORDING = ObjectType(
    "One recording of the job.",
    {
        "audio": StringType("Its URL or file name."),
        "digest": StringType("What decides its words, not the URL.", pattern=ID, wanted="a digest"),
        "length": DurationType("How long it is.", least=0.001),
        "channels": IntegerType("How many channels it has.", least=1, most=32),
        "transcript": StringType("The name of a transcript."),
    },
)


def seed_recording(values: Values, node: Node, problems: Diagnostics) -> SeedRecording:
    return SeedRecording(
        audio=values.get("audio"),
        digest=values.get("digest"),
        duration_ms=ms(values.get("length")),
        channels=values.get("channels"),
        transcript=values.get("transcript"),
    )


def seed_jobs(vocabularies: ProviderSchemas) -> SchemaType[tuple[SeedJobs, ...]]:
    def one_entry(values: Values, node: Node, problems: Diagnostics) -> PlacedExisting:
        assert isinstance(node, MapNode)  # values were read from it
        check_failure(node, problems)
        check_provider(values, node, problems, vocabularies)
        return node.place_of("id"), seed_of(values)

    one = CheckedType(seed_entry(vocabularies), one_entry, also=entry_schema(vocabularies))
    return CheckedType(ListType("What is there before the first request.", one), check_unique_ids)


def seed_entry(vocabularies: ProviderSchemas) -> ObjectType:
    words: Mapping[str, SchemaType[object]] = {
        "provider": WordType("Whose jobs they are.", *vocabularies, noun="provider"),
        "count": IntegerType("How many.", least=1, most=1_000_000),
        "id": StringType("The job's id.", pattern=ID, wanted="an id", form="ASCII, no blanks"),
        "phase": PhaseType("The phase that they are in, and stay in."),
        "timeline": TIMELINE,
        "error": ERROR,
        "age": RangeType(
            "How long ago they were made; over a range they are spread.",
            DurationType("How long ago."),
        ),
        "transcript": StringType("The name of a transcript."),
        "language": LanguageType("The language that was asked for."),
        "languages": ListType("What it is translated into.", LanguageType("A language."), least=1),
        "audio": StringType("The recording's URL or file name."),
        "recordings": ListType(
            "The recordings, where more is to be said of them.",
            CheckedType(RECORDING, seed_recording),
            least=1,
        ),
        "name": StringType("The job's name, where the provider has one."),
    }
    return ObjectType(
        "Some jobs that are there already, all alike.",
        {**words, **{name: one.existing for name, one in vocabularies.items()}},
        required=("provider",),
        excludes=(("phase", "timeline"), ("audio", "recordings"), ("transcript", "recordings")),
        only={"id": ("count", 1)},
    )


def seed_of(values: Values) -> SeedJobs:
    usual = SeedJobs("")
    provider = values.get("provider", "")
    return SeedJobs(
        provider=provider,
        count=values.get("count", usual.count),
        id=values.get("id"),
        phase=values.get("phase", usual.phase),
        timeline=values.get("timeline"),
        error=JobError(**values.get("error", {})),
        age_seconds=values.get("age", usual.age_seconds),
        transcript=values.get("transcript"),
        language=values.get("language"),
        languages=values.get("languages", usual.languages),
        audio=values.get("audio"),
        recordings=values.get("recordings", ()),
        name=values.get("name"),
        options=values.get(provider, {}),
    )


def check_failure(node: MapNode, problems: Diagnostics) -> None:
    """By what stands there, as with the rules for new jobs."""
    timed, phase = node.get("timeline"), node.get("phase")
    fails = timed is not None and (not isinstance(timed, MapNode) or timed.get("failed"))
    fails = fails or getattr(phase, "text", None) == Phase.FAILED
    if node.get("error") is not None and not fails:
        what = '"error" needs jobs that fail: phase: failed, or timeline: {failed: 2s}'
        problems.add(node.place_of("error"), what)


def check_provider(
    values: Values, node: MapNode, problems: Diagnostics, vocabularies: ProviderSchemas
) -> None:
    """An entry says nothing of other providers, and no more than its own can have."""
    provider = values.get("provider")
    if provider is None:
        return
    for name in vocabularies:
        if name != provider and node.get(name) is not None:
            what = f"{quote(name)} in an entry that is for {quote(provider)}"
            problems.add(node.place_of(name), what)
    for name in vocabularies[provider].without:
        if node.get(name) is not None:
            what = f"{quote(name)} has no effect: no job of {quote(provider)} has that"
            problems.add(node.place_of(name), what)
    recordings, most = node.get("recordings"), vocabularies[provider].recordings
    if isinstance(recordings, ListNode) and len(recordings.items) > most:
        what = f"{len(recordings.items)} recordings; a job of {quote(provider)} has {most}"
        problems.add(recordings.place, what + ("" if most == 1 else " at most"))


def entry_schema(vocabularies: ProviderSchemas) -> Schema:
    """What a JSON Schema can say of the two checks."""
    phase = {"required": ["phase"], "properties": {"phase": {"const": Phase.FAILED}}}
    timed = {"required": ["timeline"], "properties": {"timeline": {"required": ["failed"]}}}
    rules: list[Schema] = []
    for name, one in vocabularies.items():
        others = {other: False for other in (*vocabularies, *one.without) if other != name}
        given = {"required": ["provider"], "properties": {"provider": {"const": name}}}
        most = {"recordings": {"maxItems": one.recordings}}
        rules.append({"if": given, "then": {"properties": {**others, **most}}})
    return {"dependentSchemas": {"error": {"anyOf": [phase, timed]}}, "allOf": rules}


def check_unique_ids(
    placed: tuple[PlacedExisting, ...], node: Node, problems: Diagnostics
) -> tuple[SeedJobs, ...]:
    """No two entries of a provider share an id."""
    first: dict[tuple[str, str], Place] = {}
    for place, one in placed:
        if one.id is None:
            continue
        owner = first.setdefault((one.provider, one.id), place)
        if owner != place:
            problems.add(place, f"the id {quote(one.id)} stands twice; first in line {owner.line}")
    return tuple(one for _, one in placed)
