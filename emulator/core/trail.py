"""Trail: follows one request through its operation, for whoever asks later what became of it."""

from collections.abc import Iterator
from dataclasses import replace

from emulator.core.faults import Miss
from emulator.core.jobs import Job
from emulator.core.journal import Course, JobChange
from emulator.core.messages import Request
from emulator.core.provider import Backend
from emulator.core.scenario import Planned

MOST = 20  # plans, jobs and faults that are kept; an Azure job may have a thousand files


class Trail:
    """Begins with nothing; says nothing before the operation is reached."""

    def __init__(self) -> None:
        self._followed = False
        self._before: dict[str, Job | None] = {}  # by id; None: it was made by this request
        self._plans: list[Planned] = []
        self._misses: list[Miss] = []

    def follow(self, request: Request, backend: Backend) -> Backend:
        """The same backend, which tells of what the operation does with it."""
        self._followed = True
        self._before = {job.id: job for job in named(request, backend)}
        return replace(backend, on_plan=self._plan, on_job=self._job)

    def course(self, backend: Backend) -> Course:
        changes = (
            JobChange(id, before, backend.known_job(id)) for id, before in self._before.items()
        )
        return Course(self._followed, tuple(self._plans), tuple(changes), tuple(self._misses))

    def miss(self, miss: Miss) -> None:
        """A fault passed the request by."""
        if len(self._misses) < MOST:
            self._misses.append(miss)

    def _plan(self, planned: Planned) -> None:
        if len(self._plans) < MOST:
            self._plans.append(planned)

    def _job(self, job: Job) -> None:
        if len(self._before) < MOST:
            self._before.setdefault(job.id, None)


def named(request: Request, backend: Backend) -> Iterator[Job]:
    """The jobs that the request names in its path or its query."""
    for value in request.params.values():
        job = backend.known_job(value) if isinstance(value, str) else None
        if job:
            yield job
