"""What the admin API answers, as values."""

from datetime import datetime
from typing import Any, TypeVar

from msgspec import Struct, convert, field

Made = TypeVar("Made")


class AdminError(Exception):
    """The admin API refused; ``code`` is a word for programs, the text a sentence for people."""

    def __init__(self, status: int, code: str, message: str, details: dict[str, Any]) -> None:
        super().__init__(message)
        self.status, self.code, self.details = status, code, details


class ClockState(Struct, frozen=True):
    now: datetime
    mode: str  # "wall", "step" or "manual"
    speed: float
    step_seconds: float


class TenantState(Struct, frozen=True):
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


class TenantInShort(Struct, frozen=True):
    key: str
    scenario: str
    now: datetime
    exchanges: int


class Step(Struct, frozen=True):
    phase: str
    after_seconds: float


class Job(Struct, frozen=True):
    id: str
    provider: str
    kind: str
    phase: str
    made_at: datetime
    changed_at: datetime
    final_at: datetime | None  # None: it is stuck
    timeline: tuple[Step, ...]


class Exchange(Struct, frozen=True):
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


class Body(Struct, frozen=True):
    size: int
    text: str | None  # None: it is no text, or was not kept


class SentRequest(Struct, frozen=True):
    url: str
    headers: dict[str, str]
    body: Body


class SentResponse(Struct, frozen=True):
    headers: dict[str, str]
    body: Body


class FullExchange(Struct, frozen=True):
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


class Difference(Struct, frozen=True):
    name: str
    expected: str
    got: str


class NearMiss(Struct, frozen=True):
    id: str
    misses: tuple[Difference, ...]


class Verdict(Struct, frozen=True):
    good: bool
    expected: str
    found: int
    among: int
    matching: tuple[str, ...]
    nearest: tuple[NearMiss, ...]
    text: str


class Fault(Struct, frozen=True):
    id: str
    hits: int
    fault: dict[str, Any]


class Attempt(Struct, frozen=True):
    at: datetime
    status: int | None
    error: str | None
    duration_ms: int


class Hook(Struct, frozen=True):
    provider: str
    url: str | None
    events: tuple[str, ...]


class Delivery(Struct, frozen=True):
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


class Message(Struct, frozen=True):
    """What an inbox has received."""

    number: int
    at: datetime
    method: str
    headers: dict[str, str]
    status: int
    text: str
    json: Any = None


class Event(Struct, frozen=True):
    kind: str  # "hello", "exchange", "fault", "delivery", "clock", "tenant" or "lost"
    number: int | None = None
    content: dict[str, Any] = field(default_factory=dict)


def made(kind: type[Made], content: dict[str, Any]) -> Made:
    """The value of that kind; members that it does not know come from a newer server."""
    return convert(content, kind)
