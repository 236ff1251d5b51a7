"""What the admin API answers, as values."""

from base64 import b64decode
from datetime import datetime
from typing import Any, TypeVar

from msgspec import Struct, convert, field

Value = TypeVar("Value")


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


class TenantSummary(Struct, frozen=True):
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


class JobPage(Struct, frozen=True):
    total: int  # of the jobs on all pages
    jobs: tuple[Job, ...]


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
    violations: tuple[str, ...]
    why: tuple[str, ...] = ()  # it was refused, in sentences; of an older server nothing


class Body(Struct, frozen=True):
    size: int
    text: str | None  # None: it is no text, or was not kept
    base64: str | None = None  # what is no text

    @property
    def data(self) -> bytes:
        """What was kept of it."""
        return b64decode(self.base64) if self.base64 else (self.text or "").encode()


class Part(Struct, frozen=True):
    """One part of a multipart body; of a file, the content is not kept."""

    name: str
    filename: str | None  # None: a plain form field
    content_type: str | None
    body: Body


class Violation(Struct, frozen=True):
    """One way in which a message leaves the contract."""

    place: str  # "path", "query", "header", "body" or "status"
    path: tuple[str | int, ...]
    keyword: str  # the JSON Schema keyword that was broken
    expected: Any  # its value in the schema
    actual: Any  # None where keys are masked
    message: str


class Effect(Struct, frozen=True):
    """What a fault did to one request."""

    rule: str  # its id
    answer: dict[str, Any] | None
    delay_seconds: float
    connection: dict[str, Any] | None
    line: int | None  # where it stands in the scenario


class OmittedBody(Struct, frozen=True):
    """A body, or a part of one, of which only this is kept."""

    what: str  # "request", "response", or the name of the part
    media_type: str
    size: int
    digest: str | None  # hex SHA-256
    file_name: str | None


class SentRequest(Struct, frozen=True):
    url: str
    headers: dict[str, str]
    body: Body
    base_url: str = ""
    query: tuple[tuple[str, str], ...] = ()
    params: dict[str, Any] = field(default_factory=dict)  # none where keys are masked
    content: Any = None  # the parsed body; None where keys are masked
    is_broken: bool = False  # it breaks the contract
    parts: tuple[Part, ...] = ()


class SentResponse(Struct, frozen=True):
    headers: dict[str, str]
    body: Body
    content: Any = None  # what a JSON body was made from; None where keys are masked


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
    violations: tuple[str, ...]
    request: SentRequest
    response: SentResponse
    why: tuple[str, ...] = ()  # it was refused, in sentences
    effect: Effect | None = None  # what the fault did
    contract_violations: tuple[Violation, ...] = ()
    omitted: tuple[OmittedBody, ...] = ()  # of the bodies


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
    hits: int  # how often it was chosen
    fault: dict[str, Any]  # as in a scenario
    seen: int = 0  # requests that all but its call and its chance match
    line: int | None = None  # where it stands in the scenario


class Attempt(Struct, frozen=True):
    at: datetime
    status: int | None
    error: str | None
    duration_ms: int
    refused: bool = False  # by the emulator's own rules: it was never sent


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
    number: int = 0  # counts the deliveries of the tenant, from 1
    message_headers: dict[str, str] = field(default_factory=dict)  # the same for all attempts
    retry_seconds: tuple[float, ...] = ()  # from the end of an attempt to the next one
    contract_violations: tuple[Violation, ...] = ()  # of the body
    content: Any = None  # what the body was made from


class DeliveryLog(Struct, frozen=True):
    """What was sent to whom, and whether anything is under way."""

    idle: bool  # every attempt that is due has been made, and answered or given up
    hooks: tuple[Hook, ...]
    deliveries: tuple[Delivery, ...]


class Message(Struct, frozen=True):
    """What an inbox has received."""

    number: int
    at: datetime
    method: str
    headers: dict[str, str]
    status: int
    text: str
    json: Any = None
    query: tuple[tuple[str, str], ...] = ()
    base64: str | None = None  # the body, if it is no text

    @property
    def data(self) -> bytes:
        """The body as it came."""
        return b64decode(self.base64) if self.base64 else self.text.encode()


class Event(Struct, frozen=True):
    kind: str  # "hello", "exchange", "fault", "delivery", "clock", "tenant" or "lost"
    number: int | None = None
    content: dict[str, Any] = field(default_factory=dict)


def value_from(kind: type[Value], content: dict[str, Any]) -> Value:
    """The value of that kind; members that it does not know come from a newer server."""
    return convert(content, kind)
