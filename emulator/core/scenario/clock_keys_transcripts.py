"""The parts of a scenario: clock, keys, transcripts; each a word, and what it becomes."""

import re

from msgspec import structs

from emulator.core.faults.limits import KeyLimit, Rate
from emulator.core.scenario.model import ClockSettings, KeyState
from emulator.core.scenario.schema import quantities
from emulator.core.scenario.schema.diagnostics import Diagnostics, Place, quote
from emulator.core.scenario.schema.nodes import MapNode, Node, ScalarNode
from emulator.core.scenario.schema.scalars import INVALID, InvalidValue, ParseError, whole_text
from emulator.core.scenario.schema.types import (
    CheckedType,
    DurationType,
    EnumType,
    InstantType,
    IntegerType,
    LanguageType,
    ListType,
    MapType,
    NumberType,
    ObjectType,
    ScalarType,
    StringType,
    UnionType,
    Values,
    WordType,
)
from emulator.core.speech.transcripts import Line, Script

DAY_SECONDS = 86_400.0
ID = r"[!-~]+"  # what stands in a header or a URL: no blanks, nothing beyond ASCII


def clock_plan(values: Values, node: Node, problems: Diagnostics) -> ClockSettings:
    """Where the mode is not said, ``step`` and ``speed`` say it."""
    usual = "step" if "step" in values else "wall" if "speed" in values else None
    plan = ClockSettings()
    return ClockSettings(
        mode=values.get("mode", usual),
        speed=values.get("speed", plan.speed),
        step_seconds=values.get("step", plan.step_seconds),
        start=values.get("start"),
    )


CLOCK = CheckedType(
    ObjectType(
        "Which clock moves the jobs.",
        {
            "mode": WordType(
                "wall: with real time. step: with each request. manual: when told.",
                "wall",
                "step",
                "manual",
                noun="mode",
            ),
            "speed": NumberType("How much faster than real time.", least=0.001, most=1_000_000),
            "step": DurationType("How far one request moves it.", least=0.001),
            "start": InstantType("Where it begins; the wall clock begins now."),
        },
        excludes=(("step", "speed"),),
        only={"step": ("mode", "step"), "speed": ("mode", "wall")},
    ),
    clock_plan,
)

RATE = rf"([1-9][0-9]{{0,8}})/((?:[0-9]+(?:\.[0-9]+)?)?(?:{'|'.join(quantities.SECONDS)}))"


def RateType(doc: str) -> ScalarType[Rate]:
    """``5/s``, ``100/m``, ``1000/h``, ``5/10s``"""

    def parse(node: ScalarNode) -> Rate:
        found = re.fullmatch(RATE, node.text)
        period = found[2] if found else ""
        seconds = quantities.duration(period if period[:1].isdigit() else f"1{period}")
        if not found or not seconds:
            what = f"{quote(node.text)} is not a rate"
            raise ParseError(what, allowed=["5/s, 100/m, 1000/h, 5/10s"])
        return Rate(int(found[1]), seconds)

    schema = {"type": "string", "pattern": whole_text(RATE)}
    return ScalarType(doc, "a rate", RATE, schema, parse)


def key_state_alone(
    state: KeyState, node: Node, problems: Diagnostics
) -> tuple[KeyState, KeyLimit | None]:
    return state, None


def key_with_limits(
    values: Values, node: Node, problems: Diagnostics
) -> tuple[KeyState, KeyLimit | None]:
    limit = KeyLimit(values.get("rate"), values.get("concurrent_jobs"))
    return values.get("state", KeyState.OK), None if limit == KeyLimit() else limit


Keys = dict[str, tuple[KeyState, KeyLimit | None]]

STATE = EnumType("The key's state.", KeyState, noun="state")
KEYS = MapType(
    "What each key is worth; those that begin with test- are good unless they stand here.",
    keys=StringType(
        "The key, as clients send it.",
        pattern=f"(?!default$){ID}",
        wanted="a key",
        form="ASCII, no blanks, not default",
    ),
    values=UnionType(
        "What the key is worth.",
        scalar=CheckedType(STATE, key_state_alone),
        mapping=CheckedType(
            ObjectType(
                "Its state, and how much may be asked with it of each provider.",
                {
                    "state": STATE,
                    "rate": RateType("Requests in a time that begins with the first of them."),
                    "concurrent_jobs": IntegerType("Jobs that are queued or processing at once."),
                },
            ),
            key_with_limits,
        ),
    ),
)


def text_line(says: str, node: Node, problems: Diagnostics) -> Values:
    """``Ann: Good morning.`` is short for ``Ann: {says: Good morning.}``."""
    return {"says": says}


def line(values: dict[str, Values], node: Node, problems: Diagnostics) -> tuple[Place, Line]:
    """With its place, for what its neighbours have to say about it."""
    speaker, said = next(iter(values.items()), ("", {}))
    made = Line(speaker, said.get("says", ""), ms(said.get("at")), ms(said.get("for")))
    return node.place, made


LINE = CheckedType(
    MapType(
        "One line: the speaker, and the words.",
        keys=StringType("The speaker.", wanted="a speaker's name"),
        values=UnionType(
            "The words, alone or with their times.",
            scalar=CheckedType(StringType("The words."), text_line),
            mapping=ObjectType(
                "The words and their times.",
                {
                    "says": StringType("The words."),
                    "at": DurationType("When it begins.", most=DAY_SECONDS),
                    "for": DurationType("How long it takes.", least=0.01, most=DAY_SECONDS),
                },
                required=("says",),
            ),
        ),
        size=1,
    ),
    line,
)


def check_order(
    placed: tuple[tuple[Place, Line], ...], node: Node, problems: Diagnostics
) -> tuple[Line, ...]:
    latest = 0
    for place, one in placed:
        at_ms = latest if one.start_ms is None else one.start_ms
        if at_ms < latest:
            what = (
                f"this line begins at {at_ms / 1000:g}s, before one above it ({latest / 1000:g}s)"
            )
            problems.add(place, what)
        latest = max(latest, at_ms)
    return tuple(one for _, one in placed)


def or_none(minutes: ScalarType[float]) -> ScalarType[float]:
    """No time at all is good, too, whatever the bounds are."""

    def parse(node: ScalarNode) -> float:
        return 0.0 if quantities.duration(node.text) == 0 else minutes.parse(node)

    schema = {"anyOf": [{"const": 0}, *minutes.schema["anyOf"]]}
    return structs.replace(minutes, schema=schema, parse=parse)


def script_duration(values: Values, node: Node, problems: Diagnostics) -> Values | InvalidValue:
    """Lines say themselves how long they take; a silence may be of any length."""
    if isinstance(node, MapNode) and values.get("lines") and "minutes" in values:
        later = max(node.place_of("lines"), node.place_of("minutes"))
        problems.add(later, '"lines" and "minutes" exclude each other')
        return INVALID
    return values


SCRIPT = CheckedType(
    ObjectType(
        "What is said in a recording: its lines, or how much to make up from the seed.",
        {
            "language": LanguageType("The language that is spoken."),
            "lines": CheckedType(
                ListType("What is said, in order; an empty list: nothing is.", LINE), check_order
            ),
            "speakers": IntegerType("How many people speak.", least=1, most=20),
            "minutes": or_none(
                DurationType(
                    "How long it is, in minutes or as a duration; 0: nothing is said.",
                    least=0.6,
                    most=36_000,
                    unit_seconds=60,
                )
            ),
        },
        required=("language",),
        excludes=(("lines", "speakers"),),
    ),
    script_duration,
    also={
        "allOf": [
            {
                "if": {"required": ["lines", "minutes"]},
                "then": {"properties": {"lines": {"maxItems": 0}}},
            }
        ]
    },
)


def scripts(values: dict[str, Values], node: Node, problems: Diagnostics) -> dict[str, Script]:
    usual = Script("", "")
    return {
        name: Script(
            name,
            language=said.get("language", usual.language),
            lines=said.get("lines", usual.lines),
            speakers=said.get("speakers", usual.speakers),
            duration_ms=ms(said.get("minutes")) or None,
            is_silent=said.get("lines") == () or said.get("minutes") == 0,
        )
        for name, said in values.items()
    }


TRANSCRIPTS = CheckedType(
    MapType(
        "What is said in recordings, by a name that jobs and existing use.",
        keys=StringType("The transcript's name."),
        values=SCRIPT,
    ),
    scripts,
)


def ms(seconds: float | None) -> int | None:
    return None if seconds is None else round(seconds * 1000)
