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
from emulator.core.scenario.schema.diagnostics import Problems, quoted
from emulator.core.scenario.schema.nodes import MapNode, Node, ScalarNode, described, plain
from emulator.core.scenario.schema.scalars import bounded, whole_text
from emulator.core.scenario.schema.types import (
    BAD,
    Bad,
    Checked,
    Duration,
    MapOf,
    Range,
    Readable,
    Record,
    Scalar,
    Schema,
    Size,
    Text,
    Union,
    Values,
    Whole,
    Word,
)

DAY_SECONDS = 86_400.0
FRAMING = ("content-length", "transfer-encoding", "connection")  # what a connection fault is for
TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"  # RFC 9110, 5.6.2
FIELD = r"[\t -~\u00a0-\u00ff]*"  # RFC 9110, 5.5
GARBAGE_BYTES = 64


def Speed(doc: str) -> Scalar[int]:
    """``100B/s``: bytes a second."""
    size = Size(doc, least=1)

    def parse(node: ScalarNode) -> int:
        count = quantities.size(node.text.removesuffix("/s"))
        return bounded(count, node, "a speed", 1, 10**12, form="100B/s, 5kB/s")

    pattern = rf"(?:{quantities.SIZE})(?:/s)?"
    texts = {"type": "string", "pattern": whole_text(pattern)}
    schema = {"anyOf": [{"type": "integer", "minimum": 1}, texts]}
    return Scalar(size.doc, "a speed", pattern, schema, parse)


class Body(Struct, frozen=True):
    """Any JSON, or a text that is sent as it stands."""

    doc: str

    def read(self, node: Node, problems: Problems) -> Json | Bad:
        if isinstance(node, ScalarNode) and node.nothing:
            what = f'a body is wanted, not {described(node)}; an empty one is ""'
            problems.add(node.place, what)
            return BAD
        return plain(node)

    def json_schema(self) -> Schema:
        return {"description": self.doc, "not": {"type": "null"}}


def status(code: int, node: Node, problems: Problems) -> ScriptedAnswer:
    return ScriptedAnswer(code)


def answer(values: Values, node: Node, problems: Problems) -> ScriptedAnswer | Bad:
    assert isinstance(node, MapNode)  # values were read from it
    headers = node.get("headers")
    for name, _ in headers.entries if isinstance(headers, MapNode) else ():
        if name.text.lower() in FRAMING:
            what = f'{quoted(name.text)} is the connection\'s; see "connection: {{truncate: 200B}}"'
            problems.add(name.place, what)
    if "status" not in values:
        return BAD
    if values["status"] in BODILESS and values.get("body") not in (None, ""):
        problems.add(node.place_of("body"), f"an answer {values['status']} has no body")
    return ScriptedAnswer(
        values["status"], values.get("body"), values.get("headers", {}), values.get("retry_after")
    )


BODILESS = (204, 205, 304)  # RFC 9110, 15.3.5, 15.3.6 and 15.4.5
STATUS = Whole("The HTTP status.", least=200, most=599)
ANSWER: Readable[ScriptedAnswer] = Union(
    "What is answered instead; the operation is not carried out.",
    scalar=Checked(STATUS, status),
    mapping=Checked(
        Record(
            "The status, and what else the answer says.",
            {
                "status": STATUS,
                "body": Body("The body; without one the provider's own error, from 400 on."),
                "headers": MapOf(
                    "More headers; they go before those that are usual.",
                    keys=Text("The name.", pattern=TOKEN, wanted="a header's name"),
                    values=Text("The value.", pattern=FIELD, wanted="a header's value"),
                ),
                "retry_after": Duration("The header Retry-After, in whole seconds."),
            },
            required=("status",),
        ),
        answer,
    ),
)


def between(span: tuple[float, float], node: Node, problems: Problems) -> Delay:
    return Uniform(*span)


def spread(values: Values, node: Node, problems: Problems) -> Delay | Bad:
    median, p99 = values.get("median"), values.get("p99")
    if median is None or p99 is None:
        return BAD
    if p99 < median:
        assert isinstance(node, MapNode)  # values were read from it
        problems.add(node.place_of("p99"), '"p99" is less than the median')
    return Lognormal(median, p99)


DELAY: Readable[Delay] = Union(
    "How much later the answer comes, in real time.",
    scalar=Checked(
        Range("So long, or between the two.", Duration("So long.", most=DAY_SECONDS)), between
    ),
    mapping=Checked(
        Record(
            "As networks are: half of the answers within the median, 99 of 100 within p99.",
            {
                "median": Duration("The median.", least=0.001, most=DAY_SECONDS),
                "p99": Duration("The 99th percentile.", least=0.001, most=DAY_SECONDS),
            },
            required=("median", "p99"),
        ),
        spread,
    ),
)


def bare(word: str, node: Node, problems: Problems) -> Connection:
    return Connection(Kind(word), GARBAGE_BYTES if word == Kind.GARBAGE else 0)


def one_kind(values: Values, node: Node, problems: Problems) -> Connection | Bad:
    assert isinstance(node, MapNode)  # values were read from it
    if len(node.entries) != 1:
        problems.add(node.place, f"1 key is wanted here, not {len(node.entries)}")
    if len(values) != 1:
        return BAD
    [(kind, amount)] = values.items()
    return Connection(Kind(kind), amount)


CONNECTION: Readable[Connection] = Union(
    "What happens to the connection.",
    scalar=Checked(
        Word(
            "refuse: closed without a byte. reset: a TCP reset. garbage: bytes that are no HTTP.",
            Kind.REFUSE.value,
            Kind.RESET.value,
            Kind.GARBAGE.value,
            noun="connection fault",
        ),
        bare,
    ),
    mapping=Checked(
        Record(
            "One of these.",
            {
                "truncate": Size("So many bytes of the body, then the connection is closed."),
                "drip": Speed("The body comes at that speed."),
                "stall": Duration(
                    "Held so long, then closed without a byte.", least=0.001, most=DAY_SECONDS
                ),
                "garbage": Size("So many bytes that are no HTTP.", least=1, most=1_000_000),
            },
            noun="connection fault",
        ),
        one_kind,
        also={"minProperties": 1, "maxProperties": 1},
    ),
)
REACTION: Mapping[str, Readable[object]] = {
    "answer": ANSWER,
    "delay": DELAY,
    "connection": CONNECTION,
}


def reaction(values: Values, node: Node, problems: Problems) -> Reaction:
    assert isinstance(node, MapNode)  # values were read from it
    if not any(node.get(name) for name in REACTION):
        what = "nothing happens here; one of these is wanted"
        problems.add(node.place, what, allowed=REACTION)
    made = Reaction(values.get("answer"), values.get("delay"), values.get("connection"))
    if made.answer and made.connection and made.connection.kind in UNANSWERED:
        what = f'"answer" is never seen: {quoted(made.connection.kind)} lets none through'
        problems.add(node.place_of("answer"), what)
    return made


def nothing(word: str, node: Node, problems: Problems) -> Reaction:
    return Reaction()


STEP: Readable[Reaction] = Union(
    "What happens to one request.",
    scalar=Checked(Word("It is answered as usual.", "ok", noun="step"), nothing),
    mapping=Checked(Record("What happens.", REACTION), reaction),
)


def reaction_written(made: Reaction) -> Values:
    """In the language's words; nothing: it is answered as usual."""
    said: Values = {}
    if made.answer:
        said["answer"] = answer_written(made.answer)
    if made.delay:
        said["delay"] = delay_written(made.delay)
    if made.connection:
        said["connection"] = connection_written(made.connection)
    return said


def answer_written(made: ScriptedAnswer) -> Values:
    seconds = made.retry_after_seconds
    said = {
        "status": made.status,
        "body": made.body,
        "headers": dict(made.headers) or None,
        "retry_after": None if seconds is None else quantities.shown_duration(seconds),
    }
    return {name: value for name, value in said.items() if value is not None}


def delay_written(made: Delay) -> str | Values:
    shown = quantities.shown_duration
    if isinstance(made, Lognormal):
        return {"median": shown(made.median_seconds), "p99": shown(made.p99_seconds)}
    low, high = shown(made.low_seconds), shown(made.high_seconds)
    return low if low == high else f"{low}..{high}"


def connection_written(made: Connection) -> str | Values:
    units = {Kind.TRUNCATE: "B", Kind.GARBAGE: "B", Kind.DRIP: "B/s"}
    if made.kind is Kind.STALL:
        return {made.kind.value: quantities.shown_duration(made.amount)}
    if made.kind in units:
        return {made.kind.value: f"{made.amount:.0f}{units[made.kind]}"}
    return made.kind.value
