"""The faults of a scenario: which requests, and what happens to them."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from fnmatch import fnmatchcase
from itertools import product

from msgspec import Struct
from msgspec.structs import replace

from emulator.core.faults.model import Fault, FaultMatch, Reaction
from emulator.core.faults.model import TimeBound as When
from emulator.core.scenario.fault_effects import REACTION, STEP, reaction, reaction_to_yaml
from emulator.core.scenario.job_rules import known_keys, whole
from emulator.core.scenario.provider_schema import ProviderSchema
from emulator.core.scenario.routes import WantedRequest, find_impossible
from emulator.core.scenario.schema import quantities
from emulator.core.scenario.schema.diagnostics import Diagnostics, Place, quote
from emulator.core.scenario.schema.nodes import MapNode, Node, ScalarNode
from emulator.core.scenario.schema.scalars import (
    INSTANTS,
    MAX_SECONDS,
    SCALARS,
    ParseError,
    check_bounds,
    whole_text,
)
from emulator.core.scenario.schema.types import (
    ChanceType,
    CheckedType,
    GlobType,
    ListType,
    ObjectType,
    ScalarType,
    SchemaType,
    Values,
    WordType,
)

Globs = tuple[str | None, ...]
Operations = Mapping[str, Iterable[str]]  # provider -> its operationIds

MOST_CALLS = 10**9
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
CALL = r"[1-9][0-9]{0,8}"


def CallsType(doc: str) -> ScalarType[tuple[int, int]]:
    """``2``, ``2..3``, or ``2..`` for all from the second on."""
    pattern = rf"{CALL}(?:\.\.(?:{CALL})?)?"

    def parse(node: ScalarNode) -> tuple[int, int]:
        if not re.fullmatch(pattern, node.text):
            raise ParseError(f"{quote(node.text)} is no number of calls", allowed=["2, 2..3, 2.."])
        first, dots, last = node.text.partition("..")
        low, high = int(first), int(last or (MOST_CALLS if dots else first))
        if high < low:
            turned = quote(f"{last}..{first}")
            raise ParseError(f"{quote(node.text)} goes from more to less; did you mean {turned}")
        return low, high

    schema = {"type": SCALARS, "pattern": whole_text(pattern)}
    return ScalarType(doc, "a number of calls", pattern, schema, parse)


def TimeBoundType(doc: str) -> ScalarType[When]:
    """A duration since the key was first used, or an instant."""

    def parse(node: ScalarNode) -> When:
        instant, seconds = quantities.instant(node.text), quantities.duration(node.text)
        if instant is not None:
            return instant
        form = f"5m since the start, or {INSTANTS}"
        return check_bounds(
            seconds,
            node,
            "a moment",
            0.0,
            MAX_SECONDS,
            form=form,
            shown=quantities.duration_text,
        )

    pattern = f"{quantities.DURATION}|{quantities.INSTANT}"
    texts = {"type": "string", "pattern": whole_text(pattern)}
    schema = {"anyOf": [{"type": "number", "minimum": 0, "maximum": MAX_SECONDS}, texts]}
    return ScalarType(doc, "a moment", pattern, schema, parse)


def when(operations: Operations) -> ObjectType:
    ids = [id for named in operations.values() for id in named]
    operation = GlobType("The operation, by its operationId.")
    return ObjectType(
        "Which requests: all of it must match; nothing said: every request.",
        {
            "provider": GlobType("Whose operation.", among=operations, noun="provider"),
            "operation": replace(operation, schema=GlobType(operation.doc, among=ids).schema),
            "method": WordType("The HTTP method.", *METHODS, noun="method"),
            "path": GlobType("The path, below the provider's address."),
            "job": GlobType("An id in the path."),
            "key": GlobType("The key that is used."),
            "call": CallsType("Which of these requests, by their number."),
            "chance": ChanceType("How many of them, drawn from the seed."),
            "from": TimeBoundType("From when on."),
            "until": TimeBoundType("Until when."),
        },
    )


def match_of(said: Values) -> FaultMatch:
    given = {name: value for name, value in said.items() if name != "from"}
    return FaultMatch(since=said.get("from"), **given)


class LocatedFault(Struct, frozen=True):
    """A fault, where it stands, and whether it is sure which requests it is for."""

    fault: Fault
    place: Place
    sure: bool


def located_fault(vocabularies: Mapping[str, ProviderSchema]) -> SchemaType[LocatedFault]:
    operations = {name: one.operations for name, one in vocabularies.items()}
    record = ObjectType(
        "Some requests, and what happens to them.",
        {
            "when": when(operations),
            **REACTION,
            "sequence": ListType(
                "What happens the first time, the second time, ...; the last one repeats.",
                STEP,
                least=1,
            ),
        },
        excludes=tuple(("sequence", name) for name in REACTION),
    )

    def fault(values: Values, node: Node, problems: Diagnostics) -> LocatedFault:
        assert isinstance(node, MapNode)  # values were read from it
        sequence = values.get("sequence")
        if node.get("sequence") is None:
            sequence = (reaction(values, node, problems),)
        said, asked = values.get("when", {}), node.get("when")
        sure = known_keys(node, record) and whole(values.get("when"), asked)
        match = match_of(said)
        if asked is not None and sure:
            check_sense(match, asked, problems, operations)
            check_requests(match, asked, problems, vocabularies)
        return LocatedFault(
            Fault(match, sequence or (Reaction(),), node.place.line), node.place, sure
        )

    return CheckedType(record, fault)


def check_sense(
    match: FaultMatch, node: Node, problems: Diagnostics, operations: Operations
) -> None:
    """Nothing in it contradicts another thing in it."""
    assert isinstance(node, MapNode)  # a match was read from it
    if match.chance == 0:
        problems.add(node.place_of("chance"), "a chance of 0 never comes")
    if is_over(match):
        problems.add(node.place_of("until"), '"until" comes before "from"')
    given, ids = match.operation or "*", operations_of(match.provider or "*", operations)
    if ids and not any(fnmatchcase(id, given) for id in ids):
        what = f"unknown operation {quote(given)}"
        problems.add(node.place_of("operation"), what, given=given, allowed=ids)


def check_requests(
    match: FaultMatch, node: Node, problems: Diagnostics, vocabularies: Mapping[str, ProviderSchema]
) -> None:
    """There is a documented request that it is for."""
    assert isinstance(node, MapNode)  # a match was read from it
    owners = [one for name, one in vocabularies.items() if fnmatchcase(name, match.provider or "*")]
    known = all(owner.routes for owner in owners)
    routes = [route for owner in owners for route in owner.routes if known]
    wish = WantedRequest(match.operation, match.method, match.path, match.job)
    wrong = find_impossible(wish, routes)
    if wrong and wrong.key != "operation":
        place = node.place_of(wrong.key)
        problems.add(place, wrong.what, given=wrong.given, allowed=wrong.allowed)


def is_over(match: FaultMatch) -> bool:
    """Whether it ends before it begins; a duration and an instant cannot be compared yet."""
    since, until = match.since, match.until
    if isinstance(since, float) and isinstance(until, float):
        return until <= since
    if isinstance(since, datetime) and isinstance(until, datetime):
        return until <= since
    return until == 0.0


def operations_of(provider: str, operations: Operations) -> tuple[str, ...]:
    """Of all providers that the glob matches; none: nobody knows them."""
    return tuple(
        id for name, ids in operations.items() if fnmatchcase(name, provider) for id in ids
    )


def faults(vocabularies: Mapping[str, ProviderSchema]) -> SchemaType[tuple[Fault, ...]]:
    doc = "What goes wrong, by the first rule that matches a request."
    return CheckedType(ListType(doc, located_fault(vocabularies)), reachable)


def reachable(
    placed: tuple[LocatedFault, ...], node: Node, problems: Diagnostics
) -> tuple[Fault, ...]:
    """No rule stands behind one that takes all of its requests."""
    sure = [one for one in placed if one.sure]
    for number, owner in shadowed([one.fault.when for one in sure]).items():
        line = sure[owner].place.line
        what = f"this fault never happens: the one in line {line} takes its requests"
        problems.add(sure[number].place, what)
    return tuple(one.fault for one in placed)


def shadowed(matches: Sequence[FaultMatch]) -> dict[int, int]:
    """The places of those that never match, each with the first one that takes its requests."""
    takes_all: dict[Globs, int] = {}
    found: dict[int, int] = {}
    for number, match in enumerate(matches):
        globs = globs_of(match)
        owners = [takes_all[wider] for wider in wider_ones(globs) if wider in takes_all]
        if owners:
            found[number] = min(owners)
        if always(match):
            takes_all.setdefault(globs, number)
    return found


def globs_of(match: FaultMatch) -> Globs:
    """What ``*`` says is what None says."""
    given = (match.provider, match.operation, match.method, match.path, match.key)
    # A job that is "*" still wants one in the path.
    return (match.job, *(None if glob == "*" else glob for glob in given))


def wider_ones(globs: Globs) -> Iterator[Globs]:
    """The globs, and all that say less: each of them takes every request that these take."""
    return product(*({glob, None} for glob in globs))


def always(match: FaultMatch) -> bool:
    """Whether it is for each of the requests that its globs match."""
    limits = (match.call, match.since, match.until)
    return all(limit is None for limit in limits) and match.chance in (None, 1.0)


def fault_to_yaml(fault: Fault) -> Values:
    """The fault in the language's words; reading it gives the fault again."""
    when = match_to_yaml(fault.when)
    steps = [reaction_to_yaml(one) for one in fault.sequence]
    happens: Values = {"sequence": [step or "ok" for step in steps]}
    if len(steps) == 1 and steps[0]:
        happens = steps[0]
    return ({"when": when} if when else {}) | happens


def match_to_yaml(match: FaultMatch) -> Values:
    said = {
        "provider": match.provider,
        "operation": match.operation,
        "method": match.method,
        "path": match.path,
        "job": match.job,
        "key": match.key,
        "call": match.call and calls_to_yaml(*match.call),
        "chance": None if match.chance is None else chance_to_yaml(match.chance),
        "from": time_to_yaml(match.since),
        "until": time_to_yaml(match.until),
    }
    return {name: value for name, value in said.items() if value is not None}


def chance_to_yaml(share: float) -> float | str:
    """A number, unless YAML's writer would give it an exponent."""
    plain = quantities.chance_text(share)
    return share if plain == repr(share) else plain


def calls_to_yaml(low: int, high: int) -> int | str:
    if low == high:
        return low
    return f"{low}.." if high == MOST_CALLS else f"{low}..{high}"


def time_to_yaml(moment: When | None) -> str | None:
    if moment is None:
        return None
    return moment.isoformat() if isinstance(moment, datetime) else quantities.duration_text(moment)
