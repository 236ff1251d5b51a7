"""What a scenario may say of live sessions, under ``gladia: {live: ...}``."""

from emulator.core.scenario.schema.diagnostics import Diagnostics
from emulator.core.scenario.schema.nodes import Node
from emulator.core.scenario.schema.scalars import INVALID, InvalidValue
from emulator.core.scenario.schema.types import (
    CheckedType,
    DurationType,
    IntegerType,
    ListType,
    ObjectType,
    StringType,
    Values,
    WordType,
)


def check_refusal(values: Values, node: Node, problems: Diagnostics) -> Values | InvalidValue:
    """Each thing that is said belongs to one that happens."""
    for name, owner in (("message", "error"), ("reason", "close")):
        if name in values and owner not in values:
            problems.add(node.place, f'"{name}" needs "{owner}"')
            return INVALID
    return values


def refusal(code: int, node: Node, problems: Diagnostics) -> int | InvalidValue:
    if 400 <= code <= 599 or 3000 <= code <= 4999:  # RFC 6455, 7.4.2
        return code
    what = "an HTTP status from 400 to 599 is wanted, or a close code from 3000 to 4999"
    problems.add(node.place, what)
    return INVALID


TROUBLE = CheckedType(
    ObjectType(
        "What goes wrong once so much audio has been heard; nothing more said: the line breaks.",
        {
            "after": DurationType("Of the session's audio."),
            "close": IntegerType(
                "The code that the connection is closed with.", least=1000, most=4999
            ),
            "reason": StringType("What is said with the code."),
            "error": StringType("The code of an error message, such as internal_error."),
            "message": StringType("What that message says."),
            "reject": StringType("Why the next piece of audio is not acknowledged."),
        },
        required=("after",),
        excludes=(("reject", "close"), ("reject", "error")),
    ),
    check_refusal,
    also={"dependentRequired": {"message": ["error"], "reason": ["close"]}},
)
REFUSE = CheckedType(
    IntegerType("Nobody gets in: the handshake's status, or the code of the close right after it."),
    refusal,
    also={"anyOf": [{"minimum": 400, "maximum": 599}, {"minimum": 3000, "maximum": 4999}]},
)
LIVE = ObjectType(
    "How a live session goes.",
    {
        "refuse": REFUSE,
        "troubles": ListType("What goes wrong on the way, each once.", TROUBLE, least=1),
        "idle": DurationType("After so long without audio the connection is closed; usually 30s."),
        "longest": DurationType("After so long the session ends by itself; usually 3h."),
        "answering_machine": WordType(
            "Who is said to have picked up, five seconds after the first word; usually human.",
            *("human", "machine", "off"),
            noun="answer",
        ),
        "post_processing": DurationType(
            "From the end of the recording to the results; usually 0s."
        ),
    },
)
