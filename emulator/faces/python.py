"""The Python face: an emulator to run, to mount, or to talk to without a socket."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from starlette.applications import Starlette

from emulator.application import Addressing, Emulator
from emulator.core.answer import Checking, Strictness
from emulator.core.clock import BackInTime
from emulator.core.ids import digest
from emulator.core.jobs import Job, Phase
from emulator.core.journal import Exchange
from emulator.core.scenario import Scenario
from emulator.core.scenario.amounts import duration
from emulator.core.scenario.language import read
from emulator.core.tenants import ClockMode, Tenant
from emulator.faces.http import MAX_BODY_BYTES, application
from emulator.faces.thread import ServerThread
from emulator.faces.transport import Transport
from emulator.providers import PROVIDERS

ScenarioSource = Scenario | str | Path | None


class NeverHappens(LookupError):
    """A job was waited for that does not exist, or that never enters the phase."""


def scenario_of(source: ScenarioSource) -> Scenario:
    """A path, a built-in's name, or the YAML itself. Raises ScenarioErrors."""
    if isinstance(source, Scenario):
        return source
    if source is None:
        return Scenario()
    return read(str(source), {one.name: one.words for one in PROVIDERS})


def make(
    scenario: ScenarioSource = None,
    *,
    clock: ClockMode = "step",
    requests: Strictness = "fail",
    answers: Strictness = "fail",
    public_url: str | None = None,
    trust_forwarded: bool = False,
) -> Emulator:
    return Emulator(
        scenario_of(scenario),
        clock_mode=clock,
        checking=Checking(requests, answers),
        addressing=Addressing(public_url, trust_forwarded),
    )


def app(
    scenario: ScenarioSource = None, *, max_body_bytes: int = MAX_BODY_BYTES, **options: Any
) -> Starlette:
    """The Starlette application: to mount, or for any ASGI server. Options as for ``run``."""
    return application(make(scenario, **options), max_body_bytes=max_body_bytes)


def transport(scenario: ScenarioSource = None, **options: Any) -> Transport:
    """For ``httpx.Client(transport=...)`` and ``httpx.AsyncClient``. Options as for ``run``."""
    return Transport(make(scenario, **options))


@dataclass(frozen=True, slots=True)
class Account:
    """Where one provider is, and the key to use there."""

    url: str  # with the path prefix; no slash at the end
    key: str
    wrong_key: str  # is refused; its requests stand in this tenant's journal all the same


class Hand:
    """A hand on the tenant's clock."""

    def __init__(self, emulator: Emulator, tenant: Tenant) -> None:
        self._emulator = emulator
        self._tenant = tenant

    @property
    def now(self) -> datetime:
        return self._tenant.clock.now()

    def advance(self, duration: str | float) -> datetime:
        """Move on by ``"10s"``, ``"5m"`` or a number of seconds; gives the new time."""
        with self._emulator.lock:
            self._tenant.clock.advance(seconds(duration))
            return self.now

    def to(self, moment: datetime) -> datetime:
        """Move on to an instant. Raises BackInTime for one that has passed."""
        return self.advance((moment - self.now).total_seconds())

    def until(self, job_id: str, phase: str = "completed") -> datetime:
        """Move on to the moment at which the job enters the phase; stays when it has done so.

        Raises NeverHappens when there is no such job, or its timeline has no such phase.
        """
        with self._emulator.lock:
            moment = self._job(job_id).entered_at(Phase(phase))
            if moment is None:
                raise NeverHappens(f"the job {job_id} is never {phase}")
            return self.to(max(moment, self.now))

    def _job(self, job_id: str) -> Job:
        found = self._tenant.job(job_id)
        if found is None:
            raise NeverHappens(f"there is no job {job_id}")
        return found


def seconds(given: str | float) -> float:
    """A number of seconds, or a duration such as ``1h30m``. Raises ValueError for anything else."""
    found = duration(given) if isinstance(given, str) else float(given)
    if found is None:
        raise ValueError(f'"{given}" is no duration such as 250ms, 10s, 5m, 2h or 1d')
    return found


class Speech:
    """One tenant of a running emulator: its addresses, its clock, its journal."""

    def __init__(self, emulator: Emulator, tenant: Tenant, url: str) -> None:
        self.emulator = emulator
        self.tenant = tenant
        self.url = url
        self.key = tenant.key
        self.clock = Hand(emulator, tenant)

    @property
    def aitronos(self) -> Account:
        return self._account("aitronos")

    @property
    def azure_speech(self) -> Account:
        return self._account("azure-speech")

    @property
    def gladia(self) -> Account:
        return self._account("gladia")

    @property
    def phrase_studio(self) -> Account:
        return self._account("phrase-studio")

    @property
    def journal(self) -> tuple[Exchange, ...]:
        """What this tenant's key asked, and what it got; oldest first."""
        with self.emulator.lock:
            return tuple(self.tenant.journal)

    def _account(self, slug: str) -> Account:
        return Account(f"{self.url}/{slug}", self.key, self.tenant.wrong_key)


def join(
    emulator: Emulator,
    url: str,
    name: str,
    scenario: ScenarioSource = None,
    *,
    clock: ClockMode | None = None,
) -> Speech:
    """A fresh tenant; the same ``name`` makes the same key, and so the same bytes."""
    with emulator.lock:
        chosen = scenario_of(scenario) if scenario is not None else None
        key = f"test-{digest(name)[:16]}"
        return Speech(emulator, emulator.tenants.open(key, chosen, clock_mode=clock), url)


@contextmanager
def run(
    scenario: ScenarioSource = None,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    max_body_bytes: int = MAX_BODY_BYTES,
    **options: Any,
) -> Iterator[Speech]:
    """A server in a thread, and a tenant on it.

    ``clock``: "step" (default), "manual" or "wall", where the scenario names none; ``requests`` and
    ``answers``: "fail" (default), "warn" or "off"; ``public_url``; ``trust_forwarded``. Raises
    ScenarioErrors, and OSError when the port is taken.
    """
    emulator = make(scenario, **options)
    served = application(emulator, max_body_bytes=max_body_bytes)
    with ServerThread(served, host=host, port=port) as server:
        yield join(emulator, f"http://{host}:{server.port}", "run")


__all__ = [
    "Account",
    "BackInTime",
    "Hand",
    "NeverHappens",
    "Speech",
    "app",
    "run",
    "transport",
]
