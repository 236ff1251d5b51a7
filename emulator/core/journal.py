"""Journal: what was asked and answered."""

from collections import Counter, deque
from collections.abc import Iterator, Mapping
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from emulator.core.base.byte_budget import Retention
from emulator.core.faults.engine import Effect, Miss
from emulator.core.http.bodies import HELD_BYTES, Content, Stored, digest_of
from emulator.core.http.messages import Part, Request, Response
from emulator.core.http.problems import Breach, shortened
from emulator.core.scenario.model import Planned
from emulator.core.state.jobs import Job

MOST_PARSED = 4096  # bytes of JSON that are kept with its parsed value, which takes more
PARSED_TIMES = 6  # as much as its bytes; measured
OVERHEAD_BYTES = 6_000  # of an exchange, beside what it says; measured
# Of a part of a form, beside what it says; measured: 150 for a text, 610 for a file with Omitted.
PART_BYTES = 700
BYTES = "application/octet-stream"

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


# An exchange, its size, and its number in the retention; 0: there is none.
Entry = tuple[Exchange, int, int]


class Journal:
    """The last exchanges, bounded by their count and their bytes; what was met is counted.

    The ``retention`` bounds the memory that they take together with those of other journals; None:
    nothing does.
    """

    def __init__(
        self,
        *,
        most: int = 1000,
        most_bytes: int = 32 * 1024 * 1024,
        retention: Retention | None = None,
    ) -> None:
        self._kept: deque[Entry] = deque()
        self._most = most
        self._most_bytes = most_bytes
        self._retention = retention
        self._bytes = 0
        self._count = 0
        self.met: Met = Counter()

    @property
    def count(self) -> int:
        """How many there have been, those that were dropped among them."""
        return self._count

    def __iter__(self) -> Iterator[Exchange]:
        """The exchanges that are still kept, oldest first."""
        return iter([one for one, _, _ in self._kept])

    def __len__(self) -> int:
        return len(self._kept)

    def since(self, count: int) -> tuple[Exchange, ...]:
        """Those that are still kept of the exchanges after the first ``count``, oldest first."""
        return tuple(self)[-(self._count - count) :] if self._count > count else ()

    def find(self, id: str) -> Exchange | None:
        """The exchange whose answer carried that ``X-Emulator-Request-Id``; None: not kept."""
        kept = (one for one, _, _ in reversed(self._kept))
        return next((one for one in kept if one.request.id == id), None)

    def record(self, exchange: Exchange) -> Exchange:
        """Keep it, without its bodies if they alone are too much; and give it back whole."""
        kept, size, held = self._fitting(exchange)
        shared = self._retention
        number = shared.add(self, held) if shared else 0
        self._kept.append((kept, size, number))
        self._count += 1
        self._bytes += size
        self.met[met(exchange)] += 1
        self._enforce()
        return exchange

    def amend(self, exchange: Exchange) -> None:
        """Put an exchange of the same id in the place of the one that is kept, if it still is."""
        for place, (before, size_before, number) in enumerate(self._kept):
            if before.request.id == exchange.request.id:
                kept, size, held = self._fitting(exchange)
                if self._retention:
                    self._retention.resize(number, held)
                self._kept[place] = kept, size, number
                self._bytes += size - size_before
                self._enforce()
                return

    def drop_oldest(self) -> None:
        _, size, number = self._kept.popleft()
        self._bytes -= size
        if self._retention:
            self._retention.remove(number)

    def leave(self) -> None:
        """Share no bound any more; whoever still holds the journal can read it."""
        if self._retention:
            for _, _, number in self._kept:
                self._retention.remove(number)
        self._retention = None

    def clear(self) -> None:
        """Forget the exchanges; not how many there have been, nor what was met."""
        while self._kept:
            self.drop_oldest()

    def _fitting(self, exchange: Exchange) -> tuple[Exchange, int, int]:
        """The exchange as it is kept, its size, and what it takes in memory."""
        kept = light(exchange)
        size = kept.size
        held = footprint(kept, size)
        shared = self._retention
        if size > self._most_bytes or (shared and held > shared.most_bytes):
            kept = without_bodies(kept)
            size = kept.size
            held = footprint(kept, size)
        elif size > HELD_BYTES or kept.request.parts:
            kept = without_spools(kept)
        return kept, size, held

    def _enforce(self) -> None:
        while len(self._kept) > self._most or self._bytes > self._most_bytes:
            self.drop_oldest()
        shared = self._retention
        if shared and shared.held_bytes > shared.most_bytes:
            shared.enforce()


def met(exchange: Exchange) -> tuple[str, str, int]:
    return exchange.provider, exchange.operation or "", exchange.response.status


def light(exchange: Exchange) -> Exchange:
    """As the journal keeps it: recordings as size and digest, long JSON as its bytes alone."""
    request, of_request = light_request(exchange.request)
    response, of_response = light_response(exchange.response)
    if request is exchange.request and response is exchange.response:
        return exchange
    omitted = (*of_request, *of_response)
    return replace(exchange, request=request, response=response, omitted=omitted)


def light_request(request: Request) -> tuple[Request, tuple[Omitted, ...]]:
    if request.parts:
        return without_files(request)
    if request.body and is_recording(request.content_type):
        left_out = omitted("request", request.content_type, request.body)
        return replace(request, body=b"", form=None), (left_out,)
    if len(request.body) > MOST_PARSED and request.content is not None:
        return replace(request, content=None), ()
    return request, ()


def without_files(request: Request) -> tuple[Request, tuple[Omitted, ...]]:
    """A form without its files; and without the bytes that it came in."""
    files = tuple(
        omitted(part.name, part.content_type or "", part.content, part.filename)
        for part in request.parts
        if part.filename is not None
    )
    parts = tuple(
        part if part.filename is None else replace(part, content=b"") for part in request.parts
    )
    whole = Omitted("request", shortened(request.content_type), len(request.body))
    return replace(request, body=b"", form=None, parts=parts), (whole, *files)


def light_response(response: Response) -> tuple[Response, tuple[Omitted, ...]]:
    if not response.body:
        return response, ()
    media = (response.header("Content-Type") or "").partition(";")[0]
    if is_recording(media):
        return replace(response, body=b""), (omitted("response", media, response.body),)
    if len(response.body) > MOST_PARSED and response.content is not None:
        return replace(response, content=None), ()
    return response, ()


def is_recording(media: str) -> bool:
    """What may be audio: what says so, and a form that nobody has taken apart."""
    return media.startswith(("audio/", "video/", "multipart/")) or media == BYTES


def omitted(what: str, media_type: str, body: Content, file_name: str | None = None) -> Omitted:
    return Omitted(what, shortened(media_type), len(body), digest_of(body), file_name)


def without_spools(exchange: Exchange) -> Exchange:
    """With the bytes that temporary files have, which are gone with the request."""
    request, response = exchange.request, exchange.response
    contents = (request.body, response.body, *(one.content for one in request.parts))
    if not any(isinstance(one, Stored) for one in contents):
        return exchange
    try:
        parts = tuple(replace(one, content=bytes(one.content)) for one in request.parts)
        request = replace(request, body=bytes(request.body), parts=parts)
        response = replace(response, body=bytes(response.body))
    except OSError:
        return without_bodies(exchange)
    return replace(exchange, request=request, response=response)


def without_bodies(exchange: Exchange) -> Exchange:
    size = len(exchange.request.body) + len(exchange.response.body)
    size += sum(len(part.content) for part in exchange.request.parts)
    return replace(
        exchange,
        request=replace(exchange.request, body=b"", content=None, parts=()),
        response=replace(exchange.response, body=b"", content=None),
        notes=(*exchange.notes, f"bodies of {size} bytes were not kept"),
    )
