"""answer(): the life of one request."""

from collections.abc import Callable, Mapping

from msgspec import Struct
from msgspec.structs import replace

from emulator.core.base.clock import http_date
from emulator.core.base.deferral import TakesLong, Unfinished
from emulator.core.contract import Operation
from emulator.core.contract.security import Credential, credentials
from emulator.core.faults.engine import Effect, Miss
from emulator.core.finishing import (
    NOWHERE,
    Checking,
    closed,
    defer,
    operated,
    problem_of,
    traced,
)
from emulator.core.http.messages import Json, Params, Request, Response
from emulator.core.http.problems import (
    MOST_BREACHES,
    BadLink,
    Breach,
    ExpiredKey,
    Forbidden,
    HeadersTooLarge,
    Invalid,
    NoKey,
    NotEmulated,
    OutOfQuota,
    Problem,
    RevokedKey,
    UnknownKey,
    shortened,
)
from emulator.core.journal.exchange import Exchange
from emulator.core.provider.backend import Backend
from emulator.core.provider.provider import Provider
from emulator.core.refusals import REASON, Refusal, header, why
from emulator.core.scenario.model import KeyState
from emulator.core.scripted import FIRST_ERROR, scripted
from emulator.core.tenants import Tenant, Tenants

KeyProblems = Mapping[KeyState, Callable[[Credential], Problem]]

KEY_PROBLEMS: KeyProblems = {
    KeyState.EXPIRED: lambda shown: ExpiredKey(shown.scheme),
    KeyState.REVOKED: lambda shown: RevokedKey(shown.scheme),
}
ACCOUNT_PROBLEMS: KeyProblems = {
    KeyState.FORBIDDEN: lambda _: Forbidden(),
    KeyState.OUT_OF_QUOTA: lambda _: OutOfQuota(),
}


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


def fault_for(
    operation: Operation,
    request: Request,
    in_path: Mapping[str, str],
    backend: Backend,
    tenant: Tenant,
    misses: list[Miss],
) -> Effect | None:
    """What a fault does to the request; None: nothing."""
    if not tenant.faults:
        return None
    ids = tuple(value for name, value in in_path.items() if name != operation.tenant_parameter)
    return tenant.faults.choose(
        backend.provider, operation.id, request, ids, tenant.key, backend.now(), misses.append
    )


def legible(
    provider: Provider, operation: Operation, request: Request, in_path: Mapping[str, str]
) -> Request:
    """The request with its parameters and its content, as far as it can be read."""
    try:
        return provider.contract.read(operation, request, in_path)
    except Problem:
        return request


def struck(
    provider: Provider,
    operation: Operation,
    request: Request,
    tenant: Tenant,
    fault: Effect,
) -> Exchange:
    """The exchange whose operation a fault takes the place of; no contract holds for it."""
    problem, response = None, Response(0)  # no answer at all
    because: tuple[str, ...] = ()
    if fault.answer and not fault.is_unanswered:
        backend = tenant.backend(provider)
        shown = credentials(operation.schemes, request)
        scheme = shown[0].scheme if shown else ""
        problem, response = scripted(provider, request, backend, fault.answer, scheme)
        because = why(Refusal(problem, provider, request, tenant, operation, fault))
        ours = {"Date": http_date(backend.now()), **response.headers}
        if response.status >= FIRST_ERROR:
            ours[REASON] = header(problem, because)
        response = response.with_headers({**ours, "X-Emulator-Request-Id": request.id})
    exchange = Exchange(
        provider=provider.name,
        request=request,
        response=response,
        at=tenant.clock.now(),
        operation=operation.id,
        key=None if tenant.is_default else tenant.key,
        refused=type(problem).__name__ if problem else None,
        why=because,
        fault=fault,
    )
    return tenant.journal.record(exchange)


def owner(provider: Provider, request: Request, tenants: Tenants) -> Tenant | None:
    """Whose key the request shows, whatever the operation; None: nobody's."""
    schemes = provider.contract.schemes
    for shown in request.once("shown", lambda: credentials(schemes, request)):
        tenant = tenants.behind(shown.key)
        if tenant:
            return tenant
    return None


def fits(request: Request) -> None:
    if request.excess == "headers":
        raise HeadersTooLarge


def admitted(
    operation: Operation,
    request: Request,
    in_path: Mapping[str, str],
    tenants: Tenants,
    known: Tenant,
) -> Tenant:
    """The tenant whose key, or whose signed link, the request carries.

    Where no key is asked for, it is the one that is ``known`` all the same.
    """
    if operation.tenant_parameter:
        tenant = tenants.of_account(in_path[operation.tenant_parameter])
        if tenant is None:
            raise BadLink(expired=False, path=request.path)
        return tenant
    if not operation.security:
        return known
    given = request.once("given", lambda: credentials(operation.schemes, request))
    if not given and () in operation.security:
        return known
    if not given:
        raise NoKey
    for shown in given:
        tenant = tenants.of_key(shown.key)
        if tenant:
            refuse(KEY_PROBLEMS, tenant, shown)
            return tenant
    raise UnknownKey(given[0].scheme)


def refuse(problems: KeyProblems, tenant: Tenant, shown: Credential) -> None:
    if tenant.key_state is not KeyState.OK and tenant.key_state in problems:
        raise problems[tenant.key_state](shown)


def allowed(provider: Provider, operation: Operation, tenant: Tenant) -> None:
    """Raise what a good key is refused for; asked last, as a service that authorizes late would."""
    if tenant.key_state is KeyState.OK or not operation.security:
        return
    costs_nothing = provider.spends and operation.id not in provider.spends
    if tenant.key_state is not KeyState.OUT_OF_QUOTA or not costs_nothing:
        refuse(ACCOUNT_PROBLEMS, tenant, Credential("", tenant.key))


def emulated(provider: Provider, operation: Operation) -> None:
    if operation.id in provider.not_emulated:
        raise NotEmulated(operation.id, provider.not_emulated[operation.id])


class Asked(Struct, frozen=True):
    """What an operation is asked to do, and what is to be said of that."""

    params: Params
    content: Json
    breaches: tuple[Breach, ...]
    notes: tuple[str, ...]


def prepared(provider: Provider, operation: Operation, request: Request) -> tuple[Request, Asked]:
    """The request as it is meant; where nothing follows its head, the head decides that."""

    def look() -> Asked:
        meant = provider.prepare(operation, request)
        breaches = provider.contract.check_request(operation, meant)
        strange = provider.contract.strange(operation, meant)[:MOST_BREACHES]
        notes = tuple(
            f"undocumented query parameter {shortened(name)!r} ignored" for name in strange
        )
        return Asked(meant.params, meant.content, breaches, notes)

    asked = look() if request.body or request.excess else request.once("asked", look)
    is_broken = bool(asked.breaches)
    return replace(request, params=asked.params, content=asked.content, is_broken=is_broken), asked


def tolerated(breaches: tuple[Breach, ...], checking: Checking) -> tuple[str, ...]:
    """Raise Invalid, or give what is worth a note."""
    if not breaches or checking.requests == "off":
        return ()
    if checking.requests == "fail":
        raise Invalid(breaches)
    return tuple(f"request: {one.place} {one.name}: {one.message}" for one in breaches)


def failed(provider: Provider, request: Request, tenant: Tenant, problem: Problem) -> Exchange:
    """The exchange of a request that broke the emulator itself."""
    tenant.clock.hold()
    try:
        response = provider.envelope(problem, request, tenant.backend(provider))
        return closed(provider, None, request, response, tenant, problem, (), Checking(), NOWHERE)
    finally:
        tenant.clock.release()
