"""What is there before the first request: the words for it, and what they become."""

from collections.abc import Mapping

from emulator.core.scenario.clock_keys_transcripts import ID, ms
from emulator.core.scenario.job_rules import ERROR, TIMELINE
from emulator.core.scenario.model import Existing, JobError, Recorded
from emulator.core.scenario.phases import PhaseWord
from emulator.core.scenario.provider_schema import Vocabulary
from emulator.core.scenario.schema.diagnostics import Place, Problems, quoted
from emulator.core.scenario.schema.nodes import ListNode, MapNode, Node
from emulator.core.scenario.schema.types import (
    Checked,
    Duration,
    Language,
    ListOf,
    Range,
    Readable,
    Record,
    Schema,
    Text,
    Values,
    Whole,
    Word,
)
from emulator.core.state.jobs import Phase

Vocabularies = Mapping[str, Vocabulary]
PlacedExisting = tuple[Place, Existing]

RECORDING = Record(
    "One recording of the job.",
    {
        "audio": Text("Its URL or file name."),
        "digest": Text("What decides its words, not the URL.", pattern=ID, wanted="a digest"),
        "length": Duration("How long it is.", least=0.001),
        "channels": Whole("How many channels it has.", least=1, most=32),
        "transcript": Text("The name of a transcript."),
    },
)


def recorded(values: Values, node: Node, problems: Problems) -> Recorded:
    return Recorded(
        audio=values.get("audio"),
        digest=values.get("digest"),
        duration_ms=ms(values.get("length")),
        channels=values.get("channels"),
        transcript=values.get("transcript"),
    )


def existing(vocabularies: Vocabularies) -> Readable[tuple[Existing, ...]]:
    def one_entry(values: Values, node: Node, problems: Problems) -> PlacedExisting:
        assert isinstance(node, MapNode)  # values were read from it
        check_failure(node, problems)
        check_provider(values, node, problems, vocabularies)
        return node.place_of("id"), made(values)

    one = Checked(entry(vocabularies), one_entry, also=entry_schema(vocabularies))
    return Checked(ListOf("What is there before the first request.", one), own_ids)


def entry(vocabularies: Vocabularies) -> Record:
    words: Mapping[str, Readable[object]] = {
        "provider": Word("Whose jobs they are.", *vocabularies, noun="provider"),
        "count": Whole("How many.", least=1, most=1_000_000),
        "id": Text("The job's id.", pattern=ID, wanted="an id", form="ASCII, no blanks"),
        "phase": PhaseWord("The phase that they are in, and stay in."),
        "timeline": TIMELINE,
        "error": ERROR,
        "age": Range(
            "How long ago they were made; over a range they are spread.",
            Duration("How long ago."),
        ),
        "transcript": Text("The name of a transcript."),
        "language": Language("The language that was asked for."),
        "languages": ListOf("What it is translated into.", Language("A language."), least=1),
        "audio": Text("The recording's URL or file name."),
        "recordings": ListOf(
            "The recordings, where more is to be said of them.",
            Checked(RECORDING, recorded),
            least=1,
        ),
        "name": Text("The job's name, where the provider has one."),
    }
    return Record(
        "Some jobs that are there already, all alike.",
        {**words, **{name: one.existing for name, one in vocabularies.items()}},
        required=("provider",),
        excludes=(("phase", "timeline"), ("audio", "recordings"), ("transcript", "recordings")),
        only={"id": ("count", 1)},
    )


def made(values: Values) -> Existing:
    usual = Existing("")
    provider = values.get("provider", "")
    return Existing(
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
        facts=values.get(provider, {}),
    )


def check_failure(node: MapNode, problems: Problems) -> None:
    """By what stands there, as with the rules for new jobs."""
    timed, phase = node.get("timeline"), node.get("phase")
    fails = timed is not None and (not isinstance(timed, MapNode) or timed.get("failed"))
    fails = fails or getattr(phase, "text", None) == Phase.FAILED
    if node.get("error") is not None and not fails:
        what = '"error" needs jobs that fail: phase: failed, or timeline: {failed: 2s}'
        problems.add(node.place_of("error"), what)


def check_provider(
    values: Values, node: MapNode, problems: Problems, vocabularies: Vocabularies
) -> None:
    """An entry says nothing of other providers, and no more than its own can have."""
    provider = values.get("provider")
    if provider is None:
        return
    for name in vocabularies:
        if name != provider and node.get(name) is not None:
            what = f"{quoted(name)} in an entry that is for {quoted(provider)}"
            problems.add(node.place_of(name), what)
    for name in vocabularies[provider].without:
        if node.get(name) is not None:
            what = f"{quoted(name)} has no effect: no job of {quoted(provider)} has that"
            problems.add(node.place_of(name), what)
    recordings, most = node.get("recordings"), vocabularies[provider].recordings
    if isinstance(recordings, ListNode) and len(recordings.items) > most:
        what = f"{len(recordings.items)} recordings; a job of {quoted(provider)} has {most}"
        problems.add(recordings.place, what + ("" if most == 1 else " at most"))


def entry_schema(vocabularies: Vocabularies) -> Schema:
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


def own_ids(
    placed: tuple[PlacedExisting, ...], node: Node, problems: Problems
) -> tuple[Existing, ...]:
    """No two entries of a provider share an id."""
    first: dict[tuple[str, str], Place] = {}
    for place, one in placed:
        if one.id is None:
            continue
        owner = first.setdefault((one.provider, one.id), place)
        if owner != place:
            problems.add(place, f"the id {quoted(one.id)} stands twice; first in line {owner.line}")
    return tuple(one for _, one in placed)
