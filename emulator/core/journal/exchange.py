"""Exchange: one request with its answer, and what is known of both."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from emulator.core.faults.engine import Effect, FaultMiss
from emulator.core.http.messages import Part, Request, Response
from emulator.core.http.problems import Violation
from emulator.core.scenario.model import RuleMatch
from emulator.core.state.jobs import Job

PARSED_TIMES = 6  # as much as its bytes; measured
OVERHEAD_BYTES = 6_000  # of an exchange, beside what it says; measured
# Of a part of a form, beside what it says; measured: 150 for a text, 610 for a file with Omitted.
PART_BYTES = 700
StatusCounts = Counter[tuple[str, str, int]]  # provider, operation or nothing, status -> how often


class OmittedBody(Struct, frozen=True):
    """A body, or a part of one, of which only this is kept."""

    what: str  # "request", "response", or the name of the part
    media_type: str
    size: int
    digest: str | None = None  # hex SHA-256; None: its parts have theirs, or nobody asked for it
    file_name: str | None = None


class JobChange(Struct, frozen=True, gc=False):
    """A job that a request was about; a timeline says where it stands at which moment."""

    id: str
    before: Job | None  # None: the request made it
    after: Job | None  # None: the request deleted it


class RequestTrace(Struct, frozen=True, gc=False):
    """What became of a request that was admitted."""

    reached_operation: bool = False  # its operation was reached
    plans: tuple[RuleMatch, ...] = ()  # what new jobs were like, and the rules that were found
    jobs: tuple[JobChange, ...] = ()
    misses: tuple[FaultMiss, ...] = ()  # faults that are for such a request


class Exchange(Struct, frozen=True, gc=False):
    """One request with its answer; ``operation`` is None when no documented one was found."""

    provider: str
    request: Request
    response: Response
    at: datetime
    operation: str | None = None
    key: str | None = None  # the tenant's; None: the request belongs to none
    notes: tuple[str, ...] = ()  # what is worth knowing and no violation
    violations: tuple[Violation, ...] = ()  # of the answer: our bugs
    refused: str | None = None  # the kind of problem that was answered
    why: tuple[str, ...] = ()  # it was refused, in sentences
    fault: Effect | None = None  # what a fault did to it
    trace: RequestTrace = RequestTrace()
    omitted: tuple[OmittedBody, ...] = ()  # of its bodies

    @property
    def id(self) -> str:
        """What the answer carried as ``X-Emulator-Request-Id``."""
        return self.request.id

    @property
    def method(self) -> str:
        return self.request.method

    @property
    def path(self) -> str:
        """Below the provider's prefix."""
        return self.request.path

    @property
    def status(self) -> int:
        """Of the answer; 0: none was sent."""
        return self.response.status

    @property
    def size(self) -> int:
        """The bytes of heads and bodies, and of what is said about them.

        A form stands there twice, whole and in parts.
        """
        asked, answered = self.request, self.response
        size = asked.cached("weight", lambda: head_bytes(asked)) + headers_bytes(answered.headers)
        size += len(asked.body) + len(answered.body)
        for part in asked.parts:
            size += part_bytes(part)
        if self.why or self.notes or self.violations:
            size += sum(map(len, self.why)) + sum(map(len, self.notes))
            size += sum(map(violation_bytes, self.violations))
        return size


def head_bytes(request: Request) -> int:
    query = sum(len(name) + len(value) for name, value in request.query)
    return len(request.path) + query + headers_bytes(request.headers)


def headers_bytes(headers: Mapping[str, str]) -> int:
    return len("".join(headers)) + len("".join(headers.values()))


def part_bytes(part: Part) -> int:
    names = len(part.name) + len(part.filename or "") + len(part.content_type or "")
    return names + len(part.content)


def violation_bytes(violation: Violation) -> int:
    return len(violation.name) + len(violation.message)


def exchange_bytes(exchange: Exchange, size: int) -> int:
    """About how many bytes of memory an exchange of that size takes."""
    asked, answered = exchange.request, exchange.response
    held = size + OVERHEAD_BYTES + PART_BYTES * len(asked.parts)
    if asked.content is not None:
        held += len(asked.body) * PARSED_TIMES
    if answered.content is not None:
        held += len(answered.body) * PARSED_TIMES
    return held


def count_key(exchange: Exchange) -> tuple[str, str, int]:
    return exchange.provider, exchange.operation or "", exchange.response.status
