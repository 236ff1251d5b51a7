"""Provider: the plug; Backend: the state behind it."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from emulator.core.contract import Contract, Operation
from emulator.core.faults.limits import Rate
from emulator.core.http.messages import Request, Response
from emulator.core.http.problems import Problem
from emulator.core.provider.backend import Backend
from emulator.core.provider.conversation import WebSocketHandler
from emulator.core.scenario.model import SeedJobs
from emulator.core.scenario.provider_schema import ProviderSchema
from emulator.core.state.jobs import Job
from emulator.core.webhooks.model import Message, PlannedEvent

OperationFunction = Callable[[Request, Backend], Response]
Envelope = Callable[[Problem, Request, Backend], Response]


def store_retimed(record: Any, job: Job, backend: Backend) -> None:
    """The service whose records hold nothing that the job's timeline decides."""
    backend.store.put(replace(record, job=job))


def request_unchanged(operation: Operation, request: Request) -> Request:
    """The service that forgives nothing."""
    return request


def no_existing(backend: Backend) -> Iterable[SeedJobs]:
    """The service whose jobs cannot be written down."""
    return ()


def no_omissions(backend: Backend) -> Iterable[str]:
    """The service of which everything can be written down."""
    return ()


def response_unchanged(request: Request, response: Response, backend: Backend) -> Response:
    """The service that adds nothing to its answers."""
    return response


def no_events(record: Any, backend: Backend) -> tuple[PlannedEvent, ...]:
    """The service that tells nobody."""
    return ()


def no_messages(moment: PlannedEvent, backend: Backend) -> tuple[Message, ...]:
    """The service that tells nobody."""
    return ()


class Webhooks(Struct, frozen=True):
    """What an API tells of its jobs by itself.

    ``moments`` are those of one record, whenever they are; none where nobody listens. ``announce``
    gives what is sent when one of them has come.
    """

    events: tuple[str, ...] = ()  # what a hook may want to be told of
    planned_events: Callable[[Any, Backend], Iterable[PlannedEvent]] = no_events
    announce: Callable[[PlannedEvent, Backend], Iterable[Message]] = no_messages


class Socket(Struct, frozen=True):
    """What stands behind a websocket's address.

    ``account`` gives what of the address tells whose it is: an account's id, or how one begins.
    ``open`` raises a Problem for a client that may not come in.
    """

    account: Callable[[Request], str]
    open: Callable[[Request, Backend], WebSocketHandler]


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
    schema: ProviderSchema  # what a scenario may say under the provider's name
    make_existing: Callable[[SeedJobs, Backend], None]
    describe: Callable[[Backend], Iterable[SeedJobs]] = no_existing
    omissions: Callable[[Backend], Iterable[str]] = no_omissions
    prepare: Callable[[Operation, Request], Request] = request_unchanged
    spends: frozenset[str] = frozenset()
    finish: Callable[[Request, Response, Backend], Response] = response_unchanged
    retime: Callable[[Any, Job, Backend], None] = store_retimed
    webhooks: Webhooks = Webhooks()
    sockets: Mapping[str, Socket] = field(default_factory=dict)  # by operationId
    usual_rate: Rate | None = None  # of requests with one key, as answers tell of it

    @property
    def slug(self) -> str:
        return self.name.replace("_", "-")

    def reschedule(self, record: Any, job: Job, backend: Backend) -> None:
        """Give a record's job another timeline by hand; its webhooks follow."""
        before = tuple(self.webhooks.planned_events(record, backend))
        self.retime(record, job, backend)
        changed = backend.store.get(type(record), record.id)
        backend.outbox.replan(before, self.webhooks.planned_events(changed, backend))
