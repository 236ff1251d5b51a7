"""Trail: follows one request through its operation, for whoever asks later what became of it."""

from collections.abc import Callable

from emulator.core.http.messages import Request
from emulator.core.journal.exchange import JobChange, RequestTrace
from emulator.core.scenario.model import RuleMatch
from emulator.core.state.jobs import Job

MOST_OBSERVED = (
    20  # plans and jobs that are kept of one request; an Azure job may have a thousand files
)

TRACE_WITHOUT_JOBS = RequestTrace(reached_operation=True)

FindJob = Callable[[str], Job | None]  # the job that is there under an id


class RequestObserver:
    """A backend's: its requests come one after the other, and each begins it anew."""

    def __init__(self) -> None:
        self._before: dict[str, Job | None] = {}  # by id; None: it was made by this request
        self._plans: list[RuleMatch] = []

    def begin(self, request: Request, known: FindJob) -> None:
        """The operation is reached."""
        self._before = {}
        self._plans = []
        for value in request.params.values():  # which may name a job
            job = known(value) if isinstance(value, str) else None
            if job:
                self._before[job.id] = job

    def observe_plan(self, planned: RuleMatch) -> None:
        """This was asked of the scenario."""
        if len(self._plans) < MOST_OBSERVED:
            self._plans.append(planned)

    def observe_job(self, job: Job) -> None:
        """It is being made."""
        if len(self._before) < MOST_OBSERVED:
            self._before.setdefault(job.id, None)

    def trace(self, known: FindJob) -> RequestTrace:
        if not self._before and not self._plans:
            return TRACE_WITHOUT_JOBS
        changes = [JobChange(id, before, known(id)) for id, before in self._before.items()]
        return RequestTrace(True, tuple(self._plans), tuple(changes))
