"""Provider: the plug; Backend: the state behind it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from emulator.core.clock import Clock
from emulator.core.contract import Contract, Operation
from emulator.core.ids import Ids
from emulator.core.jobs import Job, Phase, arrived
from emulator.core.library import Library
from emulator.core.messages import Request, Response
from emulator.core.problems import Problem
from emulator.core.scenario import Existing, Plan, Scenario
from emulator.core.scenario.words import Record
from emulator.core.store import Store
from emulator.core.transcripts import Audio


@dataclass(frozen=True, slots=True)
class Backend:
    """What one tenant has with one provider."""

    provider: str
    key: str
    account_id: str  # a UUID: the tenant's name in URLs that carry no key
    secret: str  # signs those URLs
    clock: Clock
    ids: Ids
    scenario: Scenario
    library: Library
    store: Store

    def now(self) -> datetime:
        return self.clock.now()

    def plan(self, audio: Audio, locale: str = "") -> Plan:
        """How a job on this recording goes, as the scenario has it."""
        return self.scenario.plan(
            provider=self.provider, audio=audio.source, locale=locale, key=self.key
        )

    def job(self, id: str, plan: Plan) -> Job:
        """A job that is made now and goes as planned."""
        return Job(id, self.now(), plan.timeline)

    def existing_job(self, id: str, phase: Phase, age_seconds: float) -> Job:
        """A job that was made before, has come to a phase, and stays there."""
        made_at = self.now() - timedelta(seconds=age_seconds)
        return Job(id, made_at, arrived(phase, age_seconds))


OperationFunction = Callable[[Request, Backend], Response]
Envelope = Callable[[Problem, Request, Backend], Response]


def as_it_is(operation: Operation, request: Request) -> Request:
    """The service that forgives nothing."""
    return request


def nothing_more(request: Request, response: Response, backend: Backend) -> Response:
    """The service that adds nothing to its answers."""
    return response


@dataclass(frozen=True, slots=True)
class Provider:
    """Everything that makes one API: its contract, and the functions behind it.

    ``prepare`` turns what the real service forgives (other spellings, strings for booleans) into
    what the contract asks for, after reading and before checking. ``finish`` adds what every answer
    carries. ``make_existing`` puts a scenario's ``existing`` records into a new tenant's store; it
    is called once for each entry, with ``clock.now()`` standing at the tenant's start. ``spends``
    names the operations that an account out of quota is refused; none: all of them.
    """

    name: str  # "phrase_studio"; in URLs "phrase-studio"
    title: str
    hosts: tuple[str, ...]  # the real ones, as globs
    contract: Contract
    operations: Mapping[str, OperationFunction]
    not_emulated: Mapping[str, str]  # operationId -> the reason; answered 501
    envelope: Envelope
    words: Record  # what a scenario's job rule may say under the provider's name
    make_existing: Callable[[Existing, Backend], None]
    prepare: Callable[[Operation, Request], Request] = as_it_is
    spends: frozenset[str] = frozenset()
    finish: Callable[[Request, Response, Backend], Response] = nothing_more

    @property
    def slug(self) -> str:
        return self.name.replace("_", "-")
