"""Backend: the state behind one provider of one tenant, which its operations work on."""

from datetime import datetime, timedelta

from msgspec import Struct, field
from msgspec.structs import replace

from emulator.core.base.clock import Clock
from emulator.core.base.deferral import LONG_MS, MANY, TakesLong
from emulator.core.base.ids import Source
from emulator.core.faults.limits import Limits
from emulator.core.http.bodies import MakeFile, SpoolFiles
from emulator.core.journal.request_observer import Trail
from emulator.core.scenario.model import Existing, Plan, Scenario
from emulator.core.speech.library import Library
from emulator.core.speech.transcripts import Audio
from emulator.core.state.jobs import Job, arrived
from emulator.core.state.response_cache import Renderings
from emulator.core.state.store import Store
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
