"""The webhooks of a scenario: who is told of jobs, and what goes wrong on the way."""

from collections.abc import Mapping

from emulator.core.scenario.schema.diagnostics import Place, Problems, quoted
from emulator.core.scenario.schema.nodes import MapNode, Node
from emulator.core.scenario.schema.types import (
    Checked,
    Duration,
    ListOf,
    Range,
    Readable,
    Record,
    Text,
    Values,
    Whole,
    Word,
)
from emulator.core.webhooks.model import Hook, Secret

Events = Mapping[str, tuple[str, ...]]  # provider -> what it tells of

ADDRESS = r"https?://[^\s/]\S*|inbox:[\w.~-]+"
ADDRESSES = "http://127.0.0.1:8000/hook, inbox:NAME"
DAY_SECONDS = 86_400.0


def webhooks(events: Events) -> Readable[tuple[Hook, ...]]:
    telling = {provider: words for provider, words in events.items() if words}

    def hook(values: Values, node: Node, problems: Problems) -> tuple[Place, Hook]:
        assert isinstance(node, MapNode)  # values were read from it
        check(values, node, problems, telling)
        return node.place, hook_of(values)

    one = Checked(record(telling), hook)
    return Checked(ListOf("Who is told of jobs without asking.", one), told_apart)


def record(events: Events) -> Record:
    words = dict.fromkeys(word for known in events.values() for word in known)
    return Record(
        "One address that is told; without a url: those that jobs name for themselves.",
        {
            "provider": Word("Whose jobs they are.", *events, noun="provider"),
            "url": Text(
                "Where messages are sent; inbox:NAME is an inbox of the key itself.",
                pattern=ADDRESS,
                wanted="an address",
                form=ADDRESSES,
            ),
            "events": ListOf(
                "What is told; left out: everything.",
                Word("An event.", *words, noun="event"),
                least=1,
            ),
            "secret": Text("What messages are signed with; left out: they are not signed."),
            "duplicates": Whole("How many times more each message is sent.", most=10),
            "delay": Range(
                "How much later than usual; over a range it is drawn.",
                Duration("How much later.", most=DAY_SECONDS),
            ),
            "order": Word(
                "reversed: all of a job's messages at its end, the last one first.",
                "usual",
                "reversed",
            ),
            "signature": Word("wrong: no message is signed rightly.", "right", "wrong"),
            "timestamps": Word(
                "real: signed as of the real time, for clients that check it against theirs.",
                "clock",
                "real",
            ),
        },
        required=("provider",),
    )


def check(values: Values, node: MapNode, problems: Problems, events: Events) -> None:
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
            what = f"{provider} has no event {quoted(event)}"
            problems.add(node.place_of("events"), what, given=event, allowed=events[provider])


def hook_of(values: Values) -> Hook:
    return Hook(
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


def told_apart(
    placed: tuple[tuple[Place, Hook], ...], node: Node, problems: Problems
) -> tuple[Hook, ...]:
    """One entry at most says how the addresses that jobs name for themselves are served."""
    first: dict[str, Place] = {}
    for place, one in placed:
        if one.url is None and one.provider:
            owner = first.setdefault(one.provider, place)
            if owner != place:
                what = f"a second entry of {one.provider} without a url; first in line {owner.line}"
                problems.add(place, what)
    return tuple(one for _, one in placed)
