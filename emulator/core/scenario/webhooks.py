"""The webhooks of a scenario: who is told of jobs, and what goes wrong on the way."""

from collections.abc import Mapping

from emulator.core.scenario.schema.diagnostics import Diagnostics, Place, quote
from emulator.core.scenario.schema.nodes import MapNode, Node
from emulator.core.scenario.schema.types import (
    CheckedType,
    DurationType,
    IntegerType,
    ListType,
    ObjectType,
    RangeType,
    SchemaType,
    StringType,
    Values,
    WordType,
)
from emulator.core.webhooks.model import Secret, Webhook

Events = Mapping[str, tuple[str, ...]]  # provider -> what it tells of

ADDRESS = r"https?://[^\s/]\S*|inbox:[\w.~-]+"
ADDRESSES = "http://127.0.0.1:8000/hook, inbox:NAME"
DAY_SECONDS = 86_400.0


def webhooks(events: Events) -> SchemaType[tuple[Webhook, ...]]:
    telling = {provider: words for provider, words in events.items() if words}

    def hook(values: Values, node: Node, problems: Diagnostics) -> tuple[Place, Webhook]:
        assert isinstance(node, MapNode)  # values were read from it
        check(values, node, problems, telling)
        return node.place, webhook_of(values)

    one = CheckedType(record(telling), hook)
    return CheckedType(ListType("Who is told of jobs without asking.", one), check_unique_callback)


def record(events: Events) -> ObjectType:
    words = dict.fromkeys(word for known in events.values() for word in known)
    return ObjectType(
        "One address that is told; without a url: those that jobs name for themselves.",
        {
            "provider": WordType("Whose jobs they are.", *events, noun="provider"),
            "url": StringType(
                "Where messages are sent; inbox:NAME is an inbox of the key itself.",
                pattern=ADDRESS,
                wanted="an address",
                form=ADDRESSES,
            ),
            "events": ListType(
                "What is told; left out: everything.",
                WordType("An event.", *words, noun="event"),
                least=1,
            ),
            "secret": StringType("What messages are signed with; left out: they are not signed."),
            "duplicates": IntegerType("How many times more each message is sent.", most=10),
            "delay": RangeType(
                "How much later than usual; over a range it is drawn.",
                DurationType("How much later.", most=DAY_SECONDS),
            ),
            "order": WordType(
                "reversed: all of a job's messages at its end, the last one first.",
                "usual",
                "reversed",
            ),
            "signature": WordType("wrong: no message is signed rightly.", "right", "wrong"),
            "timestamps": WordType(
                "real: signed as of the real time, for clients that check it against theirs.",
                "clock",
                "real",
            ),
        },
        required=("provider",),
    )


def check(values: Values, node: MapNode, problems: Diagnostics, events: Events) -> None:
    if node.get("url") is None and node.get("events") is not None:
        what = '"events" needs a "url": an address that a job names for itself gets all of them'
        problems.add(node.place_of("events"), what)
    if values.get("signature") == "wrong" and node.get("secret") is None:
        what = '"signature: wrong" needs a "secret": without one there is no signature'
        problems.add(node.place_of("signature"), what)
    if values.get("timestamps") == "real" and node.get("secret") is None:
        what = '"timestamps: real" needs a "secret": without one nothing is signed'
        problems.add(node.place_of("timestamps"), what)
    if "provider" not in values:
        return
    provider: str = values["provider"]
    for event in values.get("events", ()):
        if event not in events[provider]:
            what = f"{provider} has no event {quote(event)}"
            problems.add(node.place_of("events"), what, given=event, allowed=events[provider])


def webhook_of(values: Values) -> Webhook:
    return Webhook(
        provider=values.get("provider", ""),
        url=values.get("url"),
        events=values.get("events", ()),
        secret=Secret(values["secret"]) if "secret" in values else None,
        duplicates=values.get("duplicates", 0),
        delay_seconds=values.get("delay", (0.0, 0.0)),
        reversed=values.get("order") == "reversed",
        wrong_signature=values.get("signature") == "wrong",
        real_timestamps=values.get("timestamps") == "real",
    )


def check_unique_callback(
    placed: tuple[tuple[Place, Webhook], ...], node: Node, problems: Diagnostics
) -> tuple[Webhook, ...]:
    """One entry at most says how the addresses that jobs name for themselves are served."""
    first: dict[str, Place] = {}
    for place, one in placed:
        if one.url is None and one.provider:
            owner = first.setdefault(one.provider, place)
            if owner != place:
                what = f"a second entry of {one.provider} without a url; first in line {owner.line}"
                problems.add(place, what)
    return tuple(one for _, one in placed)
