"""The parts of a scenario: clock, keys, transcripts, existing; each a word, and what it becomes."""

from collections.abc import Collection

from emulator.core.jobs import Phase
from emulator.core.scenario import ClockPlan, Existing, KeyState
from emulator.core.scenario.errors import Place, Problems, quoted
from emulator.core.scenario.tree import MapNode, Node
from emulator.core.scenario.words import (
    Checked,
    Duration,
    Instant,
    Language,
    Later,
    ListOf,
    MapOf,
    Number,
    OneOf,
    Range,
    Record,
    Text,
    Union,
    Values,
    Whole,
    Word,
)
from emulator.core.transcripts import Line, Script

DAY_SECONDS = 86_400.0
ID = r"[!-~]+"  # what stands in a header or a URL: no blanks, nothing beyond ASCII


def clock_plan(values: Values, node: Node, problems: Problems) -> ClockPlan:
    """Where the mode is not said, ``step`` and ``speed`` say it."""
    usual = "step" if "step" in values else "wall" if "speed" in values else None
    plan = ClockPlan()
    return ClockPlan(
        mode=values.get("mode", usual),
        speed=values.get("speed", plan.speed),
        step_seconds=values.get("step", plan.step_seconds),
        start=values.get("start"),
    )


CLOCK = Checked(
    Record(
        "Which clock moves the jobs.",
        {
            "mode": Word(
                "wall: with real time. step: with each request. manual: when told.",
                "wall",
                "step",
                "manual",
                noun="mode",
            ),
            "speed": Number("How much faster than real time.", least=0.001, most=1_000_000),
            "step": Duration("How far one request moves it.", least=0.001),
            "start": Instant("Where it begins; the wall clock begins now."),
        },
        excludes=(("step", "speed"),),
        only={"step": ("mode", "step"), "speed": ("mode", "wall")},
    ),
    clock_plan,
)

KEYS = MapOf(
    "What each key is worth; those that begin with test- are good unless they stand here.",
    keys=Text("The key, as clients send it.", pattern=ID, wanted="a key", form="ASCII, no blanks"),
    values=Union(
        "What the key is worth.",
        scalar=OneOf("The key's state.", KeyState, noun="state"),
        mapping=Later("a limit on a key ({rate, concurrent_jobs})"),
    ),
)


def text_line(says: str, node: Node, problems: Problems) -> Values:
    """``Ann: Good morning.`` is short for ``Ann: {says: Good morning.}``."""
    return {"says": says}


def line(values: dict[str, Values], node: Node, problems: Problems) -> tuple[Place, Line]:
    """With its place, for what its neighbours have to say about it."""
    speaker, said = next(iter(values.items()), ("", {}))
    made = Line(speaker, said.get("says", ""), ms(said.get("at")), ms(said.get("for")))
    return node.place, made


LINE = Checked(
    MapOf(
        "One line: the speaker, and the words.",
        keys=Text("The speaker.", wanted="a speaker's name"),
        values=Union(
            "The words, alone or with their times.",
            scalar=Checked(Text("The words."), text_line),
            mapping=Record(
                "The words and their times.",
                {
                    "says": Text("The words."),
                    "at": Duration("When it begins.", most=DAY_SECONDS),
                    "for": Duration("How long it takes.", least=0.01, most=DAY_SECONDS),
                },
                required=("says",),
            ),
        ),
        size=1,
    ),
    line,
)


def in_order(
    placed: tuple[tuple[Place, Line], ...], node: Node, problems: Problems
) -> tuple[Line, ...]:
    latest = 0
    for place, one in placed:
        at_ms = latest if one.at_ms is None else one.at_ms
        if at_ms < latest:
            what = (
                f"this line begins at {at_ms / 1000:g}s, before one above it ({latest / 1000:g}s)"
            )
            problems.add(place, what)
        latest = max(latest, at_ms)
    return tuple(one for _, one in placed)


SCRIPT = Record(
    "What is said in a recording: its lines, or how much to make up from the seed.",
    {
        "language": Language("The language that is spoken."),
        "lines": Checked(ListOf("What is said, in order.", LINE, least=1), in_order),
        "speakers": Whole("How many people speak.", least=1, most=20),
        "minutes": Duration(
            "How long it is, in minutes or as a duration.",
            least=0.6,
            most=36_000,
            unit_seconds=60,
        ),
    },
    required=("language",),
    excludes=(("lines", "speakers"), ("lines", "minutes")),
)


def scripts(values: dict[str, Values], node: Node, problems: Problems) -> dict[str, Script]:
    usual = Script("", "")
    return {
        name: Script(
            name,
            language=said.get("language", usual.language),
            lines=said.get("lines", usual.lines),
            speakers=said.get("speakers", usual.speakers),
            duration_ms=ms(said.get("minutes")),
        )
        for name, said in values.items()
    }


TRANSCRIPTS = Checked(
    MapOf(
        "What is said in recordings, by a name that jobs and existing use.",
        keys=Text("The transcript's name."),
        values=SCRIPT,
    ),
    scripts,
)


def existing(providers: Collection[str]) -> ListOf[tuple[Place, Existing]]:
    return ListOf("What is there before the first request.", Checked(entry(providers), one_entry))


def entry(providers: Collection[str]) -> Record:
    return Record(
        "Some jobs that are there already, all alike.",
        {
            "provider": Word("Whose jobs they are.", *providers, noun="provider"),
            "count": Whole("How many.", least=1, most=100_000),
            "id": Text("The job's id.", pattern=ID, wanted="an id", form="ASCII, no blanks"),
            "phase": OneOf("The phase that they are in.", Phase, noun="phase"),
            "age": Range(
                "How long ago they were made; over a range they are spread.",
                Duration("How long ago."),
            ),
            "transcript": Text("The name of a transcript."),
            "language": Language("The language that was asked for."),
            "languages": ListOf("What it is translated into.", Language("A language."), least=1),
            "audio": Text("The recording's URL or file name."),
            "name": Text("The job's name, where the provider has one."),
        },
        required=("provider",),
        only={"id": ("count", 1)},
    )


def one_entry(values: Values, node: Node, problems: Problems) -> tuple[Place, Existing]:
    usual = Existing("")
    made = Existing(
        provider=values.get("provider", ""),
        count=values.get("count", usual.count),
        id=values.get("id"),
        phase=values.get("phase", usual.phase),
        age_seconds=values.get("age", usual.age_seconds),
        transcript=values.get("transcript"),
        language=values.get("language"),
        languages=values.get("languages", usual.languages),
        audio=values.get("audio"),
        name=values.get("name"),
    )
    assert isinstance(node, MapNode)  # values were read from it
    return node.place_of("id"), made


def own_ids(
    placed: tuple[tuple[Place, Existing], ...], node: Node, problems: Problems
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


def ms(seconds: float | None) -> int | None:
    return None if seconds is None else round(seconds * 1000)
