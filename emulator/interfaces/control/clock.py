"""Hand: a hand on a tenant's clock."""

from datetime import datetime

from msgspec.structs import replace

from emulator.application.emulator import Emulator
from emulator.core.engine.tenant import Tenant, build_clock
from emulator.core.scenario.model import ClockSettings
from emulator.core.scenario.phases import phase_of
from emulator.core.scenario.schema.quantities import duration
from emulator.core.state.jobs import Job


class NeverHappens(LookupError):
    """A job was waited for that does not exist, or that never enters the phase."""


class ClockControl:
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
            self._tenant.clock.advance(duration_seconds(duration))
            self._emulator.clock_moved(self._tenant)
            return self.now

    def to(self, moment: datetime) -> datetime:
        """Move on to an instant. Raises BackInTime for one that has passed."""
        return self.advance((moment - self.now).total_seconds())

    def until(self, job_id: str, phase: str = "completed") -> datetime:
        """Move on to the moment at which the job enters the phase; stays when it has done so.

        Raises UnknownPhase for a word that is no phase, and NeverHappens when there is no such job,
        or its timeline has no such phase.
        """
        wanted = phase_of(phase)
        with self._emulator.lock:
            moment = self._job(job_id).entered_at(wanted)
            if moment is None:
                raise NeverHappens(f"the job {job_id} is never {phase}")
            now = self.now
            return self.to(moment) if moment > now else now

    def turn(self, plan: ClockSettings) -> datetime:
        """Go on from now as another kind of clock, or with another speed or step."""
        with self._emulator.lock:
            clock = self._tenant.clock
            clock.current = build_clock(replace(plan, start=clock.now()), self._tenant.clock_mode)
            self._emulator.clock_moved(self._tenant)
            return self.now

    def _job(self, job_id: str) -> Job:
        found = self._tenant.job(job_id)
        if found is None:
            raise NeverHappens(f"there is no job {job_id}")
        return found


def duration_seconds(given: str | float) -> float:
    """A number of seconds, or a duration such as ``1h30m``. Raises ValueError for anything else."""
    found = duration(given) if isinstance(given, str) else float(given)
    if found is None:
        raise ValueError(f'"{given}" is no duration such as 250ms, 10s, 5m, 2h or 1d')
    return found
