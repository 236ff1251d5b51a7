"""Backend: the state behind one provider of one tenant, which its operations work on."""

from datetime import datetime, timedelta

from msgspec import Struct, field
from msgspec.structs import replace

from emulator.core.base.clock import Clock
from emulator.core.base.deferral import LONG_RECORDS, LONG_SPEECH_MS, TakesLong
from emulator.core.base.ids import IdSource
from emulator.core.faults.limits import Limits
from emulator.core.http.bodies import MakeFile, SpoolFiles
from emulator.core.journal.request_observer import RequestObserver
from emulator.core.scenario.model import JobPlan, Scenario, SeedJobs
from emulator.core.speech.library import TranscriptLibrary
from emulator.core.speech.transcripts import Audio
from emulator.core.state.jobs import Job, timeline_reaching
from emulator.core.state.response_cache import ResponseCache
from emulator.core.state.store import Store
from emulator.core.webhooks.outbox import Outbox


class Backend(Struct, frozen=True):
    """What one tenant has with one provider."""

    provider: str
    key: str
    account_id: str  # a UUID: the tenant's name in URLs that carry no key
    secret: str  # signs those URLs
    clock: Clock
    ids: IdSource
    scenario: Scenario
    library: TranscriptLibrary
    store: Store
    response_cache: ResponseCache = field(default_factory=ResponseCache)
    outbox: Outbox = field(default_factory=Outbox)  # the tenant's
    limits: Limits = field(default_factory=Limits)
    observer: RequestObserver = field(default_factory=RequestObserver)
    make_file: MakeFile = field(default_factory=SpoolFiles)  # of what is too long for memory

    def now(self) -> datetime:
        return self.clock.now()

    def snapshot(self, clock: Clock) -> "Backend":
        """The state as it is now; only what is kept to save time is shared."""
        return replace(self, clock=clock, store=self.store.snapshot(), observer=RequestObserver())

    def expect_work(self, *, records: int = 0, speech_ms: int = 0) -> None:
        """Say how much an operation has to go through; before it changes anything.

        Raises TakesLong where that is so much that it has to be done on a snapshot.
        """
        if (records > LONG_RECORDS or speech_ms > LONG_SPEECH_MS) and not self.store.is_snapshot:
            raise TakesLong

    def plan_job(self, audio: Audio, locale: str = "") -> JobPlan:
        """How a job on this recording goes, as the scenario has it."""
        planned = self.scenario.match_job(
            provider=self.provider, audio=audio.source, locale=locale, key=self.key
        )
        self.observer.observe_plan(planned)
        return planned.plan

    def new_job(self, id: str, plan: JobPlan) -> Job:
        """A job that is made now and goes as planned. Raises TooManyRequests."""
        job = Job(id, self.now(), plan.timeline)
        self.limits.check_new_job(job, self.now(), self.find_job)
        self.observer.observe_job(job)
        return job

    def existing_job(self, id: str, existing: SeedJobs, age_seconds: float) -> Job:
        """A job that was made before: it stays in its phase, or goes by its own timeline."""
        made_at = self.now() - timedelta(seconds=age_seconds)
        job = Job(id, made_at, existing.timeline or timeline_reaching(existing.phase, age_seconds))
        self.limits.add_existing_job(job, self.now())
        return job

    def find_job(self, id: str) -> Job | None:
        """The job that is there under the id; None: there is none."""
        for record in self.store.records_with_id(id):
            job = getattr(record, "job", None)
            if isinstance(job, Job):
                return job
        return None
