"""Exchange: one request with its answer, and what is known of both."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from emulator.core.faults.engine import Effect, Miss
from emulator.core.http.messages import Part, Request, Response
from emulator.core.http.problems import Breach
from emulator.core.scenario.model import Planned
from emulator.core.state.jobs import Job

PARSED_TIMES = 6  # as much as its bytes; measured
OVERHEAD_BYTES = 6_000  # of an exchange, beside what it says; measured
# Of a part of a form, beside what it says; measured: 150 for a text, 610 for a file with Omitted.
PART_BYTES = 700
Met = Counter[tuple[str, str, int]]  # provider, operation or nothing, status -> how often


class Omitted(Struct, frozen=True):
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


class Course(Struct, frozen=True, gc=False):
    """What became of a request that was admitted."""

    carried_out: bool = False  # its operation was reached
    plans: tuple[Planned, ...] = ()  # what new jobs were like, and the rules that were found
    jobs: tuple[JobChange, ...] = ()
    misses: tuple[Miss, ...] = ()  # faults that are for such a request


class Exchange(Struct, frozen=True, gc=False):
    """One request with its answer; ``operation`` is None when no documented one was found."""

    provider: str
    request: Request
    response: Response
    at: datetime
    operation: str | None = None
    key: str | None = None  # the tenant's; None: the request belongs to none
    notes: tuple[str, ...] = ()  # what is worth knowing and no breach
    breaches: tuple[Breach, ...] = ()  # of the answer: our bugs
    refused: str | None = None  # the kind of problem that was answered
    why: tuple[str, ...] = ()  # it was refused, in sentences
    fault: Effect | None = None  # what a fault did to it
    course: Course = Course()
    omitted: tuple[Omitted, ...] = ()  # of its bodies

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
        size = asked.once("weight", lambda: weight_of_head(asked)) + weight(answered.headers)
        size += len(asked.body) + len(answered.body)
        for part in asked.parts:
            size += weight_of_part(part)
        if self.why or self.notes or self.breaches:
            size += sum(map(len, self.why)) + sum(map(len, self.notes))
            size += sum(map(weight_of_breach, self.breaches))
        return size


def weight_of_head(request: Request) -> int:
    query = sum(len(name) + len(value) for name, value in request.query)
    return len(request.path) + query + weight(request.headers)


def weight(headers: Mapping[str, str]) -> int:
    return len("".join(headers)) + len("".join(headers.values()))


def weight_of_part(part: Part) -> int:
    names = len(part.name) + len(part.filename or "") + len(part.content_type or "")
    return names + len(part.content)


def weight_of_breach(breach: Breach) -> int:
    return len(breach.name) + len(breach.message)


def footprint(exchange: Exchange, size: int) -> int:
    """About how many bytes of memory an exchange of that size takes."""
    asked, answered = exchange.request, exchange.response
    held = size + OVERHEAD_BYTES + PART_BYTES * len(asked.parts)
    if asked.content is not None:
        held += len(asked.body) * PARSED_TIMES
    if answered.content is not None:
        held += len(answered.body) * PARSED_TIMES
    return held


def met(exchange: Exchange) -> tuple[str, str, int]:
    return exchange.provider, exchange.operation or "", exchange.response.status
