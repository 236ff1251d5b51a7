"""Filters: which jobs a list shows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from emulator.core.contract import Operation
from emulator.core.messages import Json, Pairs, Params, Request, parsed_json, to_json
from emulator.core.problems import Breach, Invalid
from emulator.providers.gladia.records import Kind, Status, Transcription

METADATA = "custom_metadata"
PAGING = frozenset({"offset", "limit"})


def prepare(operation: Operation, request: Request) -> Request:
    """The request with the metadata filter in one spelling, whichever of the two it came in.

    Seen in both SDKs: ``custom_metadata[user]=Ann``. Documentation:
    ``custom_metadata={"user":"Ann"}``.
    """
    if METADATA not in {one.name for one in operation.parameters}:
        return request
    others = {name: value for name, value in request.params.items() if name != METADATA}
    wanted = metadata(request.query)
    return replace(request, params=others if wanted is None else {**others, METADATA: wanted})


def metadata(query: Pairs) -> Json:
    """The entries that are looked for; None: no filter; a text: it cannot be read."""
    written = [value for name, value in query if name == METADATA and value]
    if written:
        return parsed(written[-1])
    entries: dict[str, Any] = {}
    for name, value in query:
        if name.startswith(f"{METADATA}[") and value:
            put(entries, name.removeprefix(f"{METADATA}[").rstrip("]").split("]["), value)
    return entries or None


def parsed(text: str) -> Json:
    try:
        return parsed_json(text.encode())
    except ValueError:
        return text


def put(entries: dict[str, Any], path: list[str], value: str) -> None:
    """``a[b]=c`` as {"a": {"b": "c"}}; the last one wins where two disagree."""
    *parents, last = path
    for step in parents:
        inside = entries.get(step)
        if not isinstance(inside, dict):
            inside = entries[step] = {}
        entries = inside
    entries[last] = value


@dataclass(frozen=True, slots=True)
class Window:
    """When jobs were made; None: no matter."""

    day: datetime | None  # any moment of it
    after: datetime | None
    before: datetime | None

    def has(self, made_at: datetime) -> bool:
        """GUESS: a job of the very moment, as it is shown, is neither before nor after it."""
        made_at = made_at.replace(microsecond=made_at.microsecond // 1000 * 1000)
        return (
            (self.day is None or made_at.date() == self.day.date())
            and (self.after is None or made_at > self.after)
            and (self.before is None or made_at < self.before)
        )


def shown(
    records: Iterable[Transcription], params: Params, kinds: frozenset[Kind], now: datetime
) -> list[Transcription]:
    """The jobs that pass every filter. Seen in a capture: newest first. Raises Invalid."""
    window = Window(
        moment("date", params), moment("after_date", params), moment("before_date", params)
    )
    states = params.get("status", tuple(Status))
    wanted = params.get(METADATA, {})
    passed = [
        one
        for one in records
        if one.kind in kinds
        and window.has(one.job.made_at)
        and one.status_at(now) in states
        and holds(one.custom_metadata or {}, wanted)
    ]
    return sorted(passed, key=lambda one: one.job.made_at, reverse=True)


def moment(name: str, params: Params) -> datetime | None:
    """GUESS: a moment without a zone is UTC, a day is its midnight. Raises Invalid: no such day."""
    if name not in params:
        return None
    try:
        found = datetime.fromisoformat(params[name])
        return found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        breach = Breach("query", (name,), "pattern", actual=params[name], message="no such day")
        raise Invalid((breach,)) from None


def holds(given: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Whether the job's metadata have all the entries; others do not matter."""
    return all(name in given and same(given[name], value) for name, value in wanted.items())


def same(given: Json, wanted: Json) -> bool:
    """Documentation: a number that is stored is found by its digits."""
    if isinstance(given, dict) and isinstance(wanted, dict):
        return holds(given, wanted)
    return given == wanted or text(given) == text(wanted)


def text(value: Json) -> str:
    return value if isinstance(value, str) else to_json(value).decode()


def kept(query: Pairs) -> list[tuple[str, str]]:
    """The filters of a list as the client wrote them, for the links to its pages."""
    return [(name, value) for name, value in query if value and name not in PAGING]
