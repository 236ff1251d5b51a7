"""What the admin API answers, as values."""

from dataclasses import dataclass, field, fields, is_dataclass
from datetime import datetime
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

Made = TypeVar("Made")


class AdminError(Exception):
    """The admin API refused; ``code`` is a word for programs, the text a sentence for people."""

    def __init__(self, status: int, code: str, message: str, details: dict[str, Any]) -> None:
        super().__init__(message)
        self.status, self.code, self.details = status, code, details


@dataclass(frozen=True, slots=True)
class ClockState:
    now: datetime
    mode: str  # "wall", "step" or "manual"
    speed: float
    step_seconds: float


@dataclass(frozen=True, slots=True)
class TenantState:
    key: str
    wrong_key: str
    account_id: str
    key_state: str
    scenario: str  # its title
    seed: int
    clock: ClockState
    exchanges: int
    jobs: int
    urls: dict[str, str]  # provider -> where it is


@dataclass(frozen=True, slots=True)
class TenantInShort:
    key: str
    scenario: str
    now: datetime
    exchanges: int


@dataclass(frozen=True, slots=True)
class Step:
    phase: str
    after_seconds: float


@dataclass(frozen=True, slots=True)
class Job:
    id: str
    provider: str
    kind: str
    phase: str
    made_at: datetime
    changed_at: datetime
    final_at: datetime | None  # None: it is stuck
    timeline: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Exchange:
    id: str
    at: datetime
    provider: str | None
    operation: str | None
    method: str
    path: str
    status: int
    key: str | None  # its first six characters
    refused: str | None
    fault: str | None
    notes: tuple[str, ...]
    breaches: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Body:
    size: int
    text: str | None  # None: it is no text, or was not kept


@dataclass(frozen=True, slots=True)
class SentRequest:
    url: str
    headers: dict[str, str]
    body: Body


@dataclass(frozen=True, slots=True)
class SentResponse:
    headers: dict[str, str]
    body: Body


@dataclass(frozen=True, slots=True)
class FullExchange:
    id: str
    at: datetime
    provider: str | None
    operation: str | None
    method: str
    path: str
    status: int
    key: str | None
    refused: str | None
    fault: str | None
    notes: tuple[str, ...]
    breaches: tuple[str, ...]
    request: SentRequest
    response: SentResponse


@dataclass(frozen=True, slots=True)
class Difference:
    name: str
    expected: str
    got: str


@dataclass(frozen=True, slots=True)
class NearMiss:
    id: str
    misses: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    good: bool
    expected: str
    found: int
    among: int
    matching: tuple[str, ...]
    nearest: tuple[NearMiss, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Fault:
    id: str
    hits: int
    fault: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Attempt:
    at: datetime
    status: int | None
    error: str | None
    duration_ms: int


@dataclass(frozen=True, slots=True)
class Hook:
    provider: str
    url: str | None
    events: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Delivery:
    id: str
    message_id: str
    provider: str
    job: str
    event: str
    method: str
    url: str
    headers: dict[str, str]
    body: Body
    due_at: datetime
    state: str  # "waiting", "sending", "delivered" or "failed"
    attempts: tuple[Attempt, ...]


@dataclass(frozen=True, slots=True)
class Message:
    """What an inbox has received."""

    number: int
    at: datetime
    method: str
    headers: dict[str, str]
    status: int
    text: str
    json: Any = None


@dataclass(frozen=True, slots=True)
class Event:
    kind: str  # "hello", "exchange", "fault", "delivery", "clock", "tenant" or "lost"
    number: int | None = None
    content: dict[str, Any] = field(default_factory=dict)


def made(kind: type[Made], content: dict[str, Any]) -> Made:
    """The value of that kind; members that it does not know come from a newer server."""
    assert is_dataclass(kind)
    hints = get_type_hints(kind)
    known = {one.name for one in fields(kind)} & content.keys()
    return kind(**{name: value(hints[name], content[name]) for name in known})


def value(hint: Any, given: Any) -> Any:
    if given is None:
        return None
    if hint is datetime or datetime in get_args(hint):
        return datetime.fromisoformat(given)
    if get_origin(hint) is tuple:
        return tuple(value(get_args(hint)[0], one) for one in given)
    return made(hint, given) if is_dataclass(hint) and isinstance(hint, type) else given
