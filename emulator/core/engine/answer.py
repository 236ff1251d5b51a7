"""answer(): the life of one request."""

from emulator.core.base.deferral import TakesLong, Unfinished
from emulator.core.contract import Operation
from emulator.core.engine.authentication import authenticate, authorize, tenant_of
from emulator.core.engine.fault_injection import apply_fault, fault_for, parse_leniently
from emulator.core.engine.finishing import (
    NO_TRACE,
    Checking,
    call_operation,
    defer,
    problem_of,
    record_exchange,
    trace,
)
from emulator.core.engine.tenant import Tenant
from emulator.core.engine.tenants import Tenants
from emulator.core.engine.validation import enforce, parse_and_validate
from emulator.core.faults.engine import Effect, FaultMiss
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
    tenant = tenant_of(provider, request, tenants) or tenants.default
    if not tenant.is_prepared(provider):
        return Unfinished(lambda: tenant.prepare((provider,)), lambda _: None)
    try:
        return serve(provider, request, tenants, checking, tenants.hold_clock(tenant))
    finally:
        tenants.release_clocks()


def serve(
    provider: Provider, request: Request, tenants: Tenants, checking: Checking, tenant: Tenant
) -> Exchange | Unfinished:
    """Find, admit, read, check, operate, check; what is refused is said in the provider's words."""
    operation: Operation | None = None
    problem: Problem | None = None
    fault: Effect | None = None
    notes: tuple[str, ...] = ()
    misses, reached = list[FaultMiss](), False  # faults that passed the request by
    request = request.with_id(tenant.next_id())
    try:
        check_size(request)  # 431
        operation, in_path = provider.contract.find(request)  # 404, 405
        entitled = authenticate(operation, request, in_path, tenants, tenant)  # 401
        if entitled is not tenant:  # whose signed link it is, the operation says
            tenant, request = tenants.hold_clock(entitled), request.with_id(entitled.next_id())
        backend = tenant.backend(provider)
        count_request(operation, backend)  # 429
        fault = fault_for(operation, request, in_path, backend, tenant, misses)
        if fault and fault.replaces_operation:
            shown = parse_leniently(provider, operation, request, in_path)
            return apply_fault(provider, operation, shown, tenant, fault)
        check_emulated(provider, operation)  # 501
        request = provider.contract.read(operation, request, in_path)  # 400, 413, 415
        request, asked = parse_and_validate(provider, operation, request)
        notes = asked.notes
        notes += enforce(asked.violations, checking)  # 400, 422
        authorize(provider, operation, tenant)  # 402, 403
        reached = True
        backend.observer.begin(request, backend.find_job)
        response = call_operation(provider, operation, request, backend, checking)
    except TakesLong:
        return defer(provider, operation, request, tenant, notes, checking, misses, fault)
    except (Problem, OSError) as error:
        problem = problem_of(error)
        response = provider.envelope(problem, request, tenant.backend(provider))
    course = trace(tenant.backend(provider), misses, reached=reached)
    return record_exchange(
        provider, operation, request, response, tenant, problem, notes, checking, course, fault
    )


def count_request(operation: Operation, backend: Backend) -> None:
    """Count the request. Raises TooManyRequests."""
    shows_key = bool(operation.security)
    backend.limits.count_request(backend.now(), backend.find_job, counted=shows_key)


def check_size(request: Request) -> None:
    if request.excess == "headers":
        raise HeadersTooLarge


def check_emulated(provider: Provider, operation: Operation) -> None:
    if operation.id in provider.not_emulated:
        raise NotEmulated(operation.id, provider.not_emulated[operation.id])


def answer_internal_error(
    provider: Provider, request: Request, tenant: Tenant, problem: Problem
) -> Exchange:
    """The exchange of a request that broke the emulator itself."""
    tenant.clock.hold()
    try:
        response = provider.envelope(problem, request, tenant.backend(provider))
        return record_exchange(
            provider, None, request, response, tenant, problem, (), Checking(), NO_TRACE
        )
    finally:
        tenant.clock.release()
