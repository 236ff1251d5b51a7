"""Jobs of a tenant with any provider: where they stand, and where they are put."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from operator import attrgetter
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from emulator.application.scenario_sources import load_part
from emulator.core.base.clock import iso_millis
from emulator.core.engine.tenant import Tenant
from emulator.core.http.messages import Json, Request, Response, json_response
from emulator.core.http.pagination import paginate
from emulator.core.http.problems import Refused
from emulator.core.provider.backend import Backend
from emulator.core.provider.provider import Provider
from emulator.core.scenario.schema.diagnostics import ScenarioErrors
from emulator.core.state.index import Record
from emulator.core.state.jobs import Job, Phase, moved_to_phase
from emulator.interfaces.admin.context import AdminContext
from emulator.interfaces.admin.scenario_errors import scenario_problem

PAGE_SIZE = 1000  # jobs


class JobRecord(Struct, frozen=True):
    """A record that is a job's, and where it is."""

    provider: Provider
    backend: Backend
    record: Any  # of the provider's own kind
    job: Job


class JobReference(Struct, frozen=True, gc=False):
    """Where to find a job that may not have been made yet."""

    provider: Provider
    backend: Backend
    kind: type[Record]
    id: str
    made_at: datetime

    def resolve(self) -> JobRecord:
        record: Any = self.backend.store.get(self.kind, self.id)
        return JobRecord(self.provider, self.backend, record, record.job)


def list_jobs(request: Request, desk: AdminContext) -> Response:
    """A page of the jobs that there are now; without a phase, only those shown are made."""
    provider = desk.provider_name(request.text("provider"))
    live = desk.prepared_tenant(request.text("key"))
    with desk.emulator.lock:
        tenant = live.snapshot()
    phase = request.text("phase")
    apis = [one for one in desk.emulator.providers if provider in ("", one.name)]
    found = [reference for one in apis for reference in job_references(one, tenant)]
    if phase:
        now = tenant.clock.now()
        found = [one for one in found if one.resolve().job.phase_at(now) == phase]
    found.sort(key=attrgetter("made_at"))
    limit = request.integer("limit", PAGE_SIZE)
    shown = paginate(found, offset=request.integer("offset", 0), limit=limit)
    jobs: Json = [job(item.resolve()) for item in shown.items]
    with desk.emulator.lock:
        live.adopt(tenant)
    return json_response(200, {"total": shown.total, "jobs": jobs})


def job_references(provider: Provider, tenant: Tenant) -> Iterator[JobReference]:
    backend = tenant.backend(provider)
    for kind, id, made_at in backend.store.jobs():
        yield JobReference(provider, backend, kind, id, made_at)


def get_job(request: Request, desk: AdminContext) -> Response:
    return json_response(200, job(requested_job(request, desk)))


def change_job(request: Request, desk: AdminContext) -> Response:
    found = requested_job(request, desk)
    asked = request.fields
    if "phase" in asked:
        changed = moved_to_phase(found.job, Phase(asked["phase"]), found.backend.now())
    else:
        changed = replace(found.job, timeline=timeline(asked["timeline"]))
    found.provider.reschedule(found.record, changed, found.backend)
    desk.emulator.send_due_webhooks(desk.tenant(request.text("key")))
    return json_response(200, job(requested_job(request, desk)))


def timeline(given: Json) -> tuple[Any, ...]:
    """Raises Refused for one that is wrong."""
    try:
        return load_part("jobs", [{"timeline": given}]).jobs[0].plan.timeline
    except ScenarioErrors as errors:
        raise scenario_problem("bad_timeline", errors) from None


def requested_job(request: Request, desk: AdminContext) -> JobRecord:
    return find_job(request.text("id"), desk.tenant(request.text("key")), desk)


def find_job(id: str, tenant: Tenant, desk: AdminContext) -> JobRecord:
    """Raises Refused."""
    for provider in desk.emulator.providers:
        backend = tenant.backend(provider)
        for one in jobs_among(backend.store.records_with_id(id), provider, backend):
            return one
    raise Refused("unknown_job", {"id": id})


def jobs_among(records: Iterable[Any], provider: Provider, backend: Backend) -> Iterator[JobRecord]:
    for record in records:
        found = getattr(record, "job", None)
        if isinstance(found, Job):
            yield JobRecord(provider, backend, record, found)


def job(known: JobRecord) -> dict[str, Json]:
    one, now = known.job, known.backend.now()
    final_at = one.final_at()
    return {
        "id": one.id,
        "provider": known.provider.name,
        "kind": type(known.record).__name__,
        "phase": one.phase_at(now),
        "made_at": iso_millis(one.made_at),
        "changed_at": iso_millis(one.changed_at(now)),
        "final_at": iso_millis(final_at) if final_at else None,
        "timeline": [
            {"phase": step.phase, "after_seconds": step.after_seconds} for step in one.timeline
        ],
    }
