"""answer(): the life of one request."""

from emulator.core.base.deferral import TakesLong, Unfinished
from emulator.core.contract import Operation
from emulator.core.engine.authentication import admitted, allowed, owner
from emulator.core.engine.fault_injection import fault_for, legible, struck
from emulator.core.engine.finishing import (
    NOWHERE,
    Checking,
    closed,
    defer,
    operated,
    problem_of,
    traced,
)
from emulator.core.engine.tenant import Tenant
from emulator.core.engine.tenants import Tenants
from emulator.core.engine.validation import prepared, tolerated
from emulator.core.faults.engine import Effect, Miss
from emulator.core.http.messages import Request
from emulator.core.http.problems import (
    HeadersTooLarge,
    NotEmulated,
    Problem,
)
from emulator.core.journal.exchange import Exchange
from emulator.core.provider.backend import Backend
from emulator.core.provider.provider import Provider


def answer(
    provider: Provider, request: Request, tenants: Tenants, checking: Checking
) -> Exchange | Unfinished:
    """The exchange; however long it takes, it happens at one moment of its tenant's clock.

    Unfinished where others would have to wait for it; nothing is finished where its tenant had to
    be prepared first.
    """
    tenant = owner(provider, request, tenants) or tenants.default
    if not tenant.is_prepared(provider):
        return Unfinished(lambda: tenant.prepare((provider,)), lambda _: None)
    try:
        return serve(provider, request, tenants, checking, tenants.hold(tenant))
    finally:
        tenants.release()


def serve(
    provider: Provider, request: Request, tenants: Tenants, checking: Checking, tenant: Tenant
) -> Exchange | Unfinished:
    """Find, admit, read, check, operate, check; what is refused is said in the provider's words."""
    operation: Operation | None = None
    problem: Problem | None = None
    fault: Effect | None = None
    notes: tuple[str, ...] = ()
    misses, reached = list[Miss](), False  # faults that passed the request by
    request = request.identified(tenant.next_id())
    try:
        fits(request)  # 431
        operation, in_path = provider.contract.find(request)  # 404, 405
        entitled = admitted(operation, request, in_path, tenants, tenant)  # 401
        if entitled is not tenant:  # whose signed link it is, the operation says
            tenant, request = tenants.hold(entitled), request.identified(entitled.next_id())
        backend = tenant.backend(provider)
        limit(operation, backend)  # 429
        fault = fault_for(operation, request, in_path, backend, tenant, misses)
        if fault and fault.is_instead:
            shown = legible(provider, operation, request, in_path)
            return struck(provider, operation, shown, tenant, fault)
        emulated(provider, operation)  # 501
        request = provider.contract.read(operation, request, in_path)  # 400, 413, 415
        request, asked = prepared(provider, operation, request)
        notes = asked.notes
        notes += tolerated(asked.breaches, checking)  # 400, 422
        allowed(provider, operation, tenant)  # 402, 403
        reached = True
        backend.trail.begin(request, backend.known_job)
        response = operated(provider, operation, request, backend, checking)
    except TakesLong:
        return defer(provider, operation, request, tenant, notes, checking, misses, fault)
    except (Problem, OSError) as error:
        problem = problem_of(error)
        response = provider.envelope(problem, request, tenant.backend(provider))
    course = traced(tenant.backend(provider), misses, reached=reached)
    return closed(
        provider, operation, request, response, tenant, problem, notes, checking, course, fault
    )


def limit(operation: Operation, backend: Backend) -> None:
    """Count the request. Raises TooManyRequests."""
    shows_key = bool(operation.security)
    backend.limits.request(backend.now(), backend.known_job, counted=shows_key)


def fits(request: Request) -> None:
    if request.excess == "headers":
        raise HeadersTooLarge


def emulated(provider: Provider, operation: Operation) -> None:
    if operation.id in provider.not_emulated:
        raise NotEmulated(operation.id, provider.not_emulated[operation.id])


def failed(provider: Provider, request: Request, tenant: Tenant, problem: Problem) -> Exchange:
    """The exchange of a request that broke the emulator itself."""
    tenant.clock.hold()
    try:
        response = provider.envelope(problem, request, tenant.backend(provider))
        return closed(provider, None, request, response, tenant, problem, (), Checking(), NOWHERE)
    finally:
        tenant.clock.release()
