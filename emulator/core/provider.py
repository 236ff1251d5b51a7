"""Provider: the plug; Backend: the state behind it."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from emulator.core.base.clock import Clock
from emulator.core.base.deferral import LONG_MS, MANY, TakesLong
from emulator.core.base.ids import Source
from emulator.core.contract import Contract, Operation
from emulator.core.faults.limits import Limits, Rate
from emulator.core.http.bodies import MakeFile, SpoolFiles
from emulator.core.http.messages import Request, Response
from emulator.core.http.problems import Problem
from emulator.core.journal.request_observer import Trail
from emulator.core.scenario.model import Existing, Plan, Scenario
from emulator.core.scenario.provider_schema import Vocabulary
from emulator.core.sockets import Conversation
from emulator.core.speech.library import Library
from emulator.core.speech.transcripts import Audio
from emulator.core.state.jobs import Job, arrived
from emulator.core.state.response_cache import Renderings
from emulator.core.state.store import Store
from emulator.core.webhooks.model import Message, Moment
from emulator.core.webhooks.outbox import Outbox


class Backend(Struct, frozen=True):
    """What one tenant has with one provider."""

    provider: str
    key: str
    account_id: str  # a UUID: the tenant's name in URLs that carry no key
    secret: str  # signs those URLs
    clock: Clock
    ids: Source
    scenario: Scenario
    library: Library
    store: Store
    renderings: Renderings = field(default_factory=Renderings)
    outbox: Outbox = field(default_factory=Outbox)  # the tenant's
    limits: Limits = field(default_factory=Limits)
    trail: Trail = field(default_factory=Trail)
    make_file: MakeFile = field(default_factory=SpoolFiles)  # of what is too long for memory

    def now(self) -> datetime:
        return self.clock.now()

    def snapshot(self, clock: Clock) -> "Backend":
        """The state as it is now; only what is kept to save time is shared."""
        return replace(self, clock=clock, store=self.store.snapshot(), trail=Trail())

    def expect(self, *, records: int = 0, speech_ms: int = 0) -> None:
        """Say how much an operation has to go through; before it changes anything.

        Raises TakesLong where that is so much that it has to be done on a snapshot.
        """
        if (records > MANY or speech_ms > LONG_MS) and not self.store.is_snapshot:
            raise TakesLong

    def plan(self, audio: Audio, locale: str = "") -> Plan:
        """How a job on this recording goes, as the scenario has it."""
        planned = self.scenario.planned(
            provider=self.provider, audio=audio.source, locale=locale, key=self.key
        )
        self.trail.plan(planned)
        return planned.plan

    def job(self, id: str, plan: Plan) -> Job:
        """A job that is made now and goes as planned. Raises TooManyRequests."""
        job = Job(id, self.now(), plan.timeline)
        self.limits.new_job(job, self.now(), self.known_job)
        self.trail.job(job)
        return job

    def existing_job(self, id: str, existing: Existing, age_seconds: float) -> Job:
        """A job that was made before: it stays in its phase, or goes by its own timeline."""
        made_at = self.now() - timedelta(seconds=age_seconds)
        job = Job(id, made_at, existing.timeline or arrived(existing.phase, age_seconds))
        self.limits.old_job(job, self.now())
        return job

    def known_job(self, id: str) -> Job | None:
        """The job that is there under the id; None: there is none."""
        for record in self.store.with_id(id):
            job = getattr(record, "job", None)
            if isinstance(job, Job):
                return job
        return None


OperationFunction = Callable[[Request, Backend], Response]
Envelope = Callable[[Problem, Request, Backend], Response]


def put_back(record: Any, job: Job, backend: Backend) -> None:
    """The service whose records hold nothing that the job's timeline decides."""
    backend.store.put(replace(record, job=job))


def as_it_is(operation: Operation, request: Request) -> Request:
    """The service that forgives nothing."""
    return request


def nothing_there(backend: Backend) -> Iterable[Existing]:
    """The service whose jobs cannot be written down."""
    return ()


def nothing_left_out(backend: Backend) -> Iterable[str]:
    """The service of which everything can be written down."""
    return ()


def nothing_more(request: Request, response: Response, backend: Backend) -> Response:
    """The service that adds nothing to its answers."""
    return response


def never(record: Any, backend: Backend) -> tuple[Moment, ...]:
    """The service that tells nobody."""
    return ()


def nothing_to_say(moment: Moment, backend: Backend) -> tuple[Message, ...]:
    """The service that tells nobody."""
    return ()


class Webhooks(Struct, frozen=True):
    """What an API tells of its jobs by itself.

    ``moments`` are those of one record, whenever they are; none where nobody listens. ``announce``
    gives what is sent when one of them has come.
    """

    events: tuple[str, ...] = ()  # what a hook may want to be told of
    moments: Callable[[Any, Backend], Iterable[Moment]] = never
    announce: Callable[[Moment, Backend], Iterable[Message]] = nothing_to_say


class Socket(Struct, frozen=True):
    """What stands behind a websocket's address.

    ``account`` gives what of the address tells whose it is: an account's id, or how one begins.
    ``open`` raises a Problem for a client that may not come in.
    """

    account: Callable[[Request], str]
    open: Callable[[Request, Backend], Conversation]


class Provider(Struct, frozen=True):
    """Everything that makes one API: its contract, and the functions behind it.

    ``prepare`` turns what the real service forgives (other spellings, strings for booleans) into
    what the contract asks for, after reading and before checking; what it makes of the parameters
    it makes of the head alone. ``finish`` adds what every answer carries. ``make_existing`` puts a
    scenario's ``existing`` records into a new tenant's store; it is called once for each entry,
    with ``clock.now()`` standing at the tenant's start; ``describe`` is its inverse: entries for
    all jobs that are there, in order; ``omissions`` says what these leave out. ``spends`` names the
    operations that an account out of quota is refused; none: all of them. ``retime`` puts a record
    back whose job was given another timeline by hand.
    """

    name: str  # "phrase_studio"; in URLs "phrase-studio"
    title: str
    hosts: tuple[str, ...]  # the real ones, as globs
    contract: Contract
    operations: Mapping[str, OperationFunction]
    not_emulated: Mapping[str, str]  # operationId -> the reason; answered 501
    envelope: Envelope
    words: Vocabulary  # what a scenario may say under the provider's name
    make_existing: Callable[[Existing, Backend], None]
    describe: Callable[[Backend], Iterable[Existing]] = nothing_there
    omissions: Callable[[Backend], Iterable[str]] = nothing_left_out
    prepare: Callable[[Operation, Request], Request] = as_it_is
    spends: frozenset[str] = frozenset()
    finish: Callable[[Request, Response, Backend], Response] = nothing_more
    retime: Callable[[Any, Job, Backend], None] = put_back
    webhooks: Webhooks = Webhooks()
    sockets: Mapping[str, Socket] = field(default_factory=dict)  # by operationId
    usual_rate: Rate | None = None  # of requests with one key, as answers tell of it

    @property
    def slug(self) -> str:
        return self.name.replace("_", "-")

    def reschedule(self, record: Any, job: Job, backend: Backend) -> None:
        """Give a record's job another timeline by hand; its webhooks follow."""
        before = tuple(self.webhooks.moments(record, backend))
        self.retime(record, job, backend)
        changed = backend.store.get(type(record), record.id)
        backend.outbox.replan(before, self.webhooks.moments(changed, backend))
