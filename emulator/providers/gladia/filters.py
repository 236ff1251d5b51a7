"""Filters: which jobs a list shows."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from emulator.core.contract import Operation
from emulator.core.contract.request_reader import DEEPEST, depth
from emulator.core.http.messages import Json, Pairs, Params, Request, parse_json, to_json
from emulator.core.http.problems import Invalid, Violation
from emulator.core.provider.backend import Backend
from emulator.core.state.index import FIRST, LAST
from emulator.providers.gladia.records import BY_CREATION, Kind, Status, Transcription

METADATA = "custom_metadata"
PAGING = frozenset({"offset", "limit"})
MILLISECOND = timedelta(milliseconds=1)
STATUSES = tuple(Status)  # an enumeration takes ten times as long to go through


def prepare(operation: Operation, request: Request) -> Request:
    """The request with the metadata filter in one spelling, whichever of the two it came in.

    Seen in both SDKs: ``custom_metadata[user]=Ann``. Documentation:
    ``custom_metadata={"user":"Ann"}``.
    """
    is_named = any(name.startswith(METADATA) for name, _ in request.query)
    if not is_named or METADATA not in {parameter.name for parameter in operation.parameters}:
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
            path = name.removeprefix(f"{METADATA}[").rstrip("]").split("][")
            if len(path) > DEEPEST:
                return value
            put_nested(entries, path, value)
    return entries or None


def parsed(text: str) -> Json:
    try:
        content = parse_json(text.encode())
    except ValueError:
        return text
    return text if depth(content) > DEEPEST else content


def put_nested(entries: dict[str, Any], path: list[str], value: str) -> None:
    """``a[b]=c`` as {"a": {"b": "c"}}; the last one wins where two disagree."""
    *parents, last = path
    for step in parents:
        inside = entries.get(step)
        if not isinstance(inside, dict):
            inside = entries[step] = {}
        entries = inside
    entries[last] = value


class TimeRange(Struct, frozen=True):
    """When jobs were made: from a moment on, up to another, which is not included."""

    since: datetime = FIRST
    until: datetime = LAST

    def intersection(self, other: "TimeRange") -> "TimeRange":
        return TimeRange(max(self.since, other.since), min(self.until, other.until))


def time_range(params: Params) -> TimeRange:
    """GUESS: a job of the very moment, as it is shown, is neither before nor after it."""
    found = TimeRange()
    day, after = moment("date", params), moment("after_date", params)
    before = moment("before_date", params)
    if day:
        midnight = day.replace(hour=0, minute=0, second=0, microsecond=0)
        found = found.intersection(TimeRange(midnight, later(midnight, timedelta(days=1))))
    if after:
        found = found.intersection(TimeRange(since=later(millisecond(after), MILLISECOND)))
    if before:
        shown = millisecond(before)
        found = found.intersection(
            TimeRange(until=before if before == shown else later(shown, MILLISECOND))
        )
    return found


def millisecond(at: datetime) -> datetime:
    """The moment as it is shown: what is below a millisecond is cut off."""
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def later(at: datetime, by: timedelta) -> datetime:
    try:
        return at + by
    except OverflowError:
        return LAST


def matching_records(
    backend: Backend, params: Params, kinds: frozenset[Kind], now: datetime
) -> Sequence[Transcription]:
    """The jobs that pass every filter. Seen in a capture: newest first. Raises Invalid."""
    made = time_range(params)
    labels = {(kind, status) for kind in kinds for status in params.get("status", STATUSES)}
    found = backend.store.select(
        BY_CREATION, now, labels.__contains__, since=made.since, until=made.until
    )
    wanted = params.get(METADATA)
    if not wanted:
        return found
    backend.expect_work(records=len(found))
    return [one for one in found if contains(one.custom_metadata or {}, wanted)]


def moment(name: str, params: Params) -> datetime | None:
    """GUESS: a moment without a zone is UTC, a day is its midnight. Raises Invalid: no such day."""
    if name not in params:
        return None
    try:
        found = datetime.fromisoformat(params[name])
        return found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        violation = Violation(
            "query", (name,), "pattern", actual=params[name], message="no such day"
        )
        raise Invalid((violation,)) from None


def contains(given: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Whether the job's metadata have all the entries; others do not matter."""
    return all(name in given and equals(given[name], value) for name, value in wanted.items())


def equals(given: Json, wanted: Json) -> bool:
    """Documentation: a number that is stored is found by its digits."""
    if isinstance(given, dict) and isinstance(wanted, dict):
        return contains(given, wanted)
    return given == wanted or text(given) == text(wanted)


def text(value: Json) -> str:
    return value if isinstance(value, str) else to_json(value).decode()


def retained_query(query: Pairs) -> list[tuple[str, str]]:
    """The filters of a list as the client wrote them, for the links to its pages."""
    return [(name, value) for name, value in query if value and name not in PAGING]
