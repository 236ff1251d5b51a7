"""Trail: follows one request through its operation, for whoever asks later what became of it."""

from collections.abc import Callable

from emulator.core.http.messages import Request
from emulator.core.journal.exchange import Course, JobChange
from emulator.core.scenario.model import Planned
from emulator.core.state.jobs import Job

MOST = 20  # plans and jobs that are kept of one request; an Azure job may have a thousand files

WITHOUT_JOBS = Course(carried_out=True)

Known = Callable[[str], Job | None]  # the job that is there under an id


class Trail:
    """A backend's: its requests come one after the other, and each begins it anew."""

    def __init__(self) -> None:
        self._before: dict[str, Job | None] = {}  # by id; None: it was made by this request
        self._plans: list[Planned] = []

    def begin(self, request: Request, known: Known) -> None:
        """The operation is reached."""
        self._before = {}
        self._plans = []
        for value in request.params.values():  # which may name a job
            job = known(value) if isinstance(value, str) else None
            if job:
                self._before[job.id] = job

    def plan(self, planned: Planned) -> None:
        """This was asked of the scenario."""
        if len(self._plans) < MOST:
            self._plans.append(planned)

    def job(self, job: Job) -> None:
        """It is being made."""
        if len(self._before) < MOST:
            self._before.setdefault(job.id, None)

    def course(self, known: Known) -> Course:
        if not self._before and not self._plans:
            return WITHOUT_JOBS
        changes = [JobChange(id, before, known(id)) for id, before in self._before.items()]
        return Course(True, tuple(self._plans), tuple(changes))
