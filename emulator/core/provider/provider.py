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
from emulator.core.provider.conversation import Conversation
from emulator.core.scenario.model import Existing
from emulator.core.scenario.provider_schema import Vocabulary
from emulator.core.state.jobs import Job
from emulator.core.webhooks.model import Message, Moment

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
