"""What a fault does, in a scenario's words: answers, delays, broken connections."""

from collections.abc import Mapping

from msgspec import Struct

from emulator.core.faults.model import (
    UNANSWERED,
    Connection,
    Delay,
    Kind,
    Lognormal,
    Reaction,
    ScriptedAnswer,
    Uniform,
)
from emulator.core.http.messages import Json
from emulator.core.scenario.schema import quantities
from emulator.core.scenario.schema.diagnostics import Diagnostics, quote
from emulator.core.scenario.schema.nodes import MapNode, Node, ScalarNode, describe_node, plain
from emulator.core.scenario.schema.scalars import check_bounds, whole_text
from emulator.core.scenario.schema.types import (
    INVALID,
    CheckedType,
    DurationType,
    IntegerType,
    InvalidValue,
    MapType,
    ObjectType,
    RangeType,
    ScalarType,
    Schema,
    SchemaType,
    SizeType,
    StringType,
    UnionType,
    Values,
    WordType,
)

DAY_SECONDS = 86_400.0
FRAMING = ("content-length", "transfer-encoding", "connection")  # what a connection fault is for
TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"  # RFC 9110, 5.6.2
FIELD = r"[\t -~\u00a0-\u00ff]*"  # RFC 9110, 5.5
GARBAGE_BYTES = 64


def Speed(doc: str) -> ScalarType[int]:
    """``100B/s``: bytes a second."""
    size = SizeType(doc, least=1)

    def parse(node: ScalarNode) -> int:
        count = quantities.size(node.text.removesuffix("/s"))
        return check_bounds(count, node, "a speed", 1, 10**12, form="100B/s, 5kB/s")

    pattern = rf"(?:{quantities.SIZE})(?:/s)?"
    texts = {"type": "string", "pattern": whole_text(pattern)}
    schema = {"anyOf": [{"type": "integer", "minimum": 1}, texts]}
    return ScalarType(size.doc, "a speed", pattern, schema, parse)


class Body(Struct, frozen=True):
    """Any JSON, or a text that is sent as it stands."""

    doc: str

    def read(self, node: Node, problems: Diagnostics) -> Json | InvalidValue:
        if isinstance(node, ScalarNode) and node.nothing:
            what = f'a body is wanted, not {describe_node(node)}; an empty one is ""'
            problems.add(node.place, what)
            return INVALID
        return plain(node)

    def json_schema(self) -> Schema:
        return {"description": self.doc, "not": {"type": "null"}}


def status(code: int, node: Node, problems: Diagnostics) -> ScriptedAnswer:
    return ScriptedAnswer(code)


def answer(values: Values, node: Node, problems: Diagnostics) -> ScriptedAnswer | InvalidValue:
    assert isinstance(node, MapNode)  # values were read from it
    headers = node.get("headers")
    for name, _ in headers.entries if isinstance(headers, MapNode) else ():
        if name.text.lower() in FRAMING:
            what = f'{quote(name.text)} is the connection\'s; see "connection: {{truncate: 200B}}"'
            problems.add(name.place, what)
    if "status" not in values:
        return INVALID
    if values["status"] in BODILESS and values.get("body") not in (None, ""):
        problems.add(node.place_of("body"), f"an answer {values['status']} has no body")
    return ScriptedAnswer(
        values["status"], values.get("body"), values.get("headers", {}), values.get("retry_after")
    )


BODILESS = (204, 205, 304)  # RFC 9110, 15.3.5, 15.3.6 and 15.4.5
STATUS = IntegerType("The HTTP status.", least=200, most=599)
ANSWER: SchemaType[ScriptedAnswer] = UnionType(
    "What is answered instead; the operation is not carried out.",
    scalar=CheckedType(STATUS, status),
    mapping=CheckedType(
        ObjectType(
            "The status, and what else the answer says.",
            {
                "status": STATUS,
                "body": Body("The body; without one the provider's own error, from 400 on."),
                "headers": MapType(
                    "More headers; they go before those that are usual.",
                    keys=StringType("The name.", pattern=TOKEN, wanted="a header's name"),
                    values=StringType("The value.", pattern=FIELD, wanted="a header's value"),
                ),
                "retry_after": DurationType("The header Retry-After, in whole seconds."),
            },
            required=("status",),
        ),
        answer,
    ),
)


def between(span: tuple[float, float], node: Node, problems: Diagnostics) -> Delay:
    return Uniform(*span)


def spread(values: Values, node: Node, problems: Diagnostics) -> Delay | InvalidValue:
    median, p99 = values.get("median"), values.get("p99")
    if median is None or p99 is None:
        return INVALID
    if p99 < median:
        assert isinstance(node, MapNode)  # values were read from it
        problems.add(node.place_of("p99"), '"p99" is less than the median')
    return Lognormal(median, p99)


DELAY: SchemaType[Delay] = UnionType(
    "How much later the answer comes, in real time.",
    scalar=CheckedType(
        RangeType("So long, or between the two.", DurationType("So long.", most=DAY_SECONDS)),
        between,
    ),
    mapping=CheckedType(
        ObjectType(
            "As networks are: half of the answers within the median, 99 of 100 within p99.",
            {
                "median": DurationType("The median.", least=0.001, most=DAY_SECONDS),
                "p99": DurationType("The 99th percentile.", least=0.001, most=DAY_SECONDS),
            },
            required=("median", "p99"),
        ),
        spread,
    ),
)


def single_word(word: str, node: Node, problems: Diagnostics) -> Connection:
    return Connection(Kind(word), GARBAGE_BYTES if word == Kind.GARBAGE else 0)


def one_kind(values: Values, node: Node, problems: Diagnostics) -> Connection | InvalidValue:
    assert isinstance(node, MapNode)  # values were read from it
    if len(node.entries) != 1:
        problems.add(node.place, f"1 key is wanted here, not {len(node.entries)}")
    if len(values) != 1:
        return INVALID
    [(kind, amount)] = values.items()
    return Connection(Kind(kind), amount)


CONNECTION: SchemaType[Connection] = UnionType(
    "What happens to the connection.",
    scalar=CheckedType(
        WordType(
            "refuse: closed without a byte. reset: a TCP reset. garbage: bytes that are no HTTP.",
            Kind.REFUSE.value,
            Kind.RESET.value,
            Kind.GARBAGE.value,
            noun="connection fault",
        ),
        single_word,
    ),
    mapping=CheckedType(
        ObjectType(
            "One of these.",
            {
                "truncate": SizeType("So many bytes of the body, then the connection is closed."),
                "drip": Speed("The body comes at that speed."),
                "stall": DurationType(
                    "Held so long, then closed without a byte.", least=0.001, most=DAY_SECONDS
                ),
                "garbage": SizeType("So many bytes that are no HTTP.", least=1, most=1_000_000),
            },
            noun="connection fault",
        ),
        one_kind,
        also={"minProperties": 1, "maxProperties": 1},
    ),
)
REACTION: Mapping[str, SchemaType[object]] = {
    "answer": ANSWER,
    "delay": DELAY,
    "connection": CONNECTION,
}


def reaction(values: Values, node: Node, problems: Diagnostics) -> Reaction:
    assert isinstance(node, MapNode)  # values were read from it
    if not any(node.get(name) for name in REACTION):
        what = "nothing happens here; one of these is wanted"
        problems.add(node.place, what, allowed=REACTION)
    made = Reaction(values.get("answer"), values.get("delay"), values.get("connection"))
    if made.answer and made.connection and made.connection.kind in UNANSWERED:
        what = f'"answer" is never seen: {quote(made.connection.kind)} lets none through'
        problems.add(node.place_of("answer"), what)
    return made


def empty_word(word: str, node: Node, problems: Diagnostics) -> Reaction:
    return Reaction()


STEP: SchemaType[Reaction] = UnionType(
    "What happens to one request.",
    scalar=CheckedType(WordType("It is answered as usual.", "ok", noun="step"), empty_word),
    mapping=CheckedType(ObjectType("What happens.", REACTION), reaction),
)


def reaction_to_yaml(made: Reaction) -> Values:
    """In the language's words; nothing: it is answered as usual."""
    said: Values = {}
    if made.answer:
        said["answer"] = answer_to_yaml(made.answer)
    if made.delay:
        said["delay"] = delay_to_yaml(made.delay)
    if made.connection:
        said["connection"] = connection_to_yaml(made.connection)
    return said


def answer_to_yaml(made: ScriptedAnswer) -> Values:
    seconds = made.retry_after_seconds
    said = {
        "status": made.status,
        "body": made.body,
        "headers": dict(made.headers) or None,
        "retry_after": None if seconds is None else quantities.duration_text(seconds),
    }
    return {name: value for name, value in said.items() if value is not None}


def delay_to_yaml(made: Delay) -> str | Values:
    shown = quantities.duration_text
    if isinstance(made, Lognormal):
        return {"median": shown(made.median_seconds), "p99": shown(made.p99_seconds)}
    low, high = shown(made.low_seconds), shown(made.high_seconds)
    return low if low == high else f"{low}..{high}"


def connection_to_yaml(made: Connection) -> str | Values:
    units = {Kind.TRUNCATE: "B", Kind.GARBAGE: "B", Kind.DRIP: "B/s"}
    if made.kind is Kind.STALL:
        return {made.kind.value: quantities.duration_text(made.amount)}
    if made.kind in units:
        return {made.kind.value: f"{made.amount:.0f}{units[made.kind]}"}
    return made.kind.value
