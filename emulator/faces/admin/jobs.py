"""Jobs of a tenant with any provider: where they stand, and where they are put."""

from collections.abc import Iterable, Iterator
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from emulator.core.clock import iso_millis
from emulator.core.jobs import Job, Phase, put_into
from emulator.core.messages import Json, Request, Response, json_response
from emulator.core.problems import Refused
from emulator.core.provider import Backend, Provider
from emulator.core.scenario.errors import ScenarioErrors
from emulator.core.tenants import Tenant
from emulator.faces.admin.desk import Desk
from emulator.faces.admin.refusals import wrong
from emulator.faces.sources import part_of


class Known(Struct, frozen=True):
    """A record that is a job's, and where it is."""

    provider: Provider
    backend: Backend
    record: Any  # of the provider's own kind
    job: Job


def list_jobs(request: Request, desk: Desk) -> Response:
    tenant = desk.tenant(request.text("key"))
    provider = request.text("provider").replace("-", "_")
    phase = request.text("phase")
    now = tenant.clock.now()
    found = [
        one
        for one in known_jobs(tenant, desk)
        if provider in ("", one.provider.name) and phase in ("", one.job.phase_at(now))
    ]
    found.sort(key=lambda one: one.job.made_at)
    return json_response(200, {"jobs": [job(one) for one in found]})


def get_job(request: Request, desk: Desk) -> Response:
    return json_response(200, job(asked_for(request, desk)))


def change_job(request: Request, desk: Desk) -> Response:
    found = asked_for(request, desk)
    asked = request.fields
    if "phase" in asked:
        changed = put_into(found.job, Phase(asked["phase"]), found.backend.now())
    else:
        changed = replace(found.job, timeline=timeline(asked["timeline"]))
    found.provider.reschedule(found.record, changed, found.backend)
    desk.emulator.deliver(desk.tenant(request.text("key")))
    return json_response(200, job(asked_for(request, desk)))


def timeline(given: Json) -> tuple[Any, ...]:
    """Raises Refused for one that is wrong."""
    try:
        return part_of("jobs", [{"timeline": given}]).jobs[0].plan.timeline
    except ScenarioErrors as errors:
        raise wrong("bad_timeline", errors) from None


def asked_for(request: Request, desk: Desk) -> Known:
    return known(request.text("id"), desk.tenant(request.text("key")), desk)


def known(id: str, tenant: Tenant, desk: Desk) -> Known:
    """Raises Refused."""
    for provider in desk.emulator.providers:
        backend = tenant.backend(provider)
        for one in jobs_among(backend.store.with_id(id), provider, backend):
            return one
    raise Refused("unknown_job", {"id": id})


def known_jobs(tenant: Tenant, desk: Desk) -> Iterator[Known]:
    """What the scenario says exists is there as soon as somebody looks."""
    for provider in desk.emulator.providers:
        backend = tenant.backend(provider)
        yield from jobs_among(backend.store.everything(), provider, backend)


def jobs_among(records: Iterable[Any], provider: Provider, backend: Backend) -> Iterator[Known]:
    for record in records:
        found = getattr(record, "job", None)
        if isinstance(found, Job):
            yield Known(provider, backend, record, found)


def job(known: Known) -> dict[str, Json]:
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
