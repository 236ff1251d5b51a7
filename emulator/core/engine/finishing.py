"""Finishing: an operation's answer, dressed, checked and recorded; now, or when it is done."""

from datetime import datetime
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from emulator.core.base.clock import http_date
from emulator.core.base.deferral import Unfinished
from emulator.core.contract import Operation
from emulator.core.engine.refusals import REASON, Refusal, explain_refusal, reason_header
from emulator.core.engine.tenant import Tenant
from emulator.core.faults.engine import Effect, FaultMiss
from emulator.core.http.conditional import apply_conditions
from emulator.core.http.messages import Request, Response
from emulator.core.http.problems import Broken, NotEmulated, Problem, Unavailable, Violation
from emulator.core.journal.exchange import Exchange, RequestTrace
from emulator.core.provider.backend import Backend
from emulator.core.provider.provider import Provider

Strictness = Literal["fail", "warn", "off"]

# What code meets that reads a value which the contract rules out.
OPERATION_ERRORS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
)
MOST_MISSES = 20  # of faults that are kept of one request
NO_TRACE = RequestTrace()  # of a request that reached no operation


class Checking(Struct, frozen=True):
    """How strict to be with requests that break the contract, and with our own answers."""

    requests: Strictness = "fail"
    answers: Strictness = "warn"


def call_operation(
    provider: Provider,
    operation: Operation,
    request: Request,
    backend: Backend,
    checking: Checking,
) -> Response:
    """Raises Broken where a request that breaks the contract breaks the operation, too."""
    try:
        return provider.operations[operation.id](request, backend)
    except OPERATION_ERRORS as error:
        if not request.violates_contract:
            raise  # a bug of ours
        why = f"the request breaks the contract, and --requests {checking.requests} let it through"
        raise Broken((f"{type(error).__name__}: {error} ({why})",)) from error


def problem_of(error: Problem | OSError) -> Problem:
    """What was wrong, without the frames that it came from.

    They would hold the request, and its files, until the next collection. A file that cannot be
    written or read is no fault of the client's: 503, as each API says it. GUESS: nobody knows what
    the services say when a disk is full.
    """
    one: BaseException | None = error
    while one:
        one.__traceback__ = None
        one = one.__cause__ or one.__context__
    if isinstance(error, Problem):
        return error
    return Unavailable(reasons=(f"a file of this machine failed: {error.strerror or error}",))


def trace(backend: Backend, misses: list[FaultMiss], *, reached: bool) -> RequestTrace:
    """What became of the request, once it was admitted."""
    course = backend.observer.trace(backend.find_job) if reached else NO_TRACE
    return replace(course, misses=tuple(misses[:MOST_MISSES])) if misses else course


def defer(
    provider: Provider,
    operation: Operation | None,
    request: Request,
    tenant: Tenant,
    notes: tuple[str, ...],
    checking: Checking,
    misses: list[FaultMiss],
    fault: Effect | None,
) -> Unfinished:
    """The exchange whose operation looks at the tenant as it is now, and takes its time."""
    assert operation  # which takes long
    tenant.reserve(request.id)
    then = tenant.snapshot()
    backend = then.backend(provider)

    def work() -> Exchange:
        problem: Problem | None = None
        backend.observer.begin(request, backend.find_job)
        try:
            response = call_operation(provider, operation, request, backend, checking)
        except (Problem, OSError) as error:
            problem = problem_of(error)
            response = provider.envelope(problem, request, backend)
        except BaseException:  # a bug of ours, which is answered under another id
            tenant.release(request.id)
            raise
        course = trace(backend, misses, reached=True)
        return finish_exchange(
            provider, operation, request, response, then, problem, notes, checking, course, fault
        )

    def finish(exchange: Exchange) -> Exchange:
        tenant.release(request.id)
        tenant.adopt(then)
        return then.journal.record(exchange)

    return Unfinished(work, finish)


def record_exchange(
    provider: Provider,
    operation: Operation | None,
    request: Request,
    response: Response,
    tenant: Tenant,
    problem: Problem | None,
    notes: tuple[str, ...],
    checking: Checking,
    course: RequestTrace,
    fault: Effect | None = None,
) -> Exchange:
    """Finish, check and record the answer."""
    exchange = finish_exchange(
        provider, operation, request, response, tenant, problem, notes, checking, course, fault
    )
    return tenant.journal.record(exchange)


def finish_exchange(
    provider: Provider,
    operation: Operation | None,
    request: Request,
    response: Response,
    tenant: Tenant,
    problem: Problem | None,
    notes: tuple[str, ...],
    checking: Checking,
    course: RequestTrace,
    fault: Effect | None,
) -> Exchange:
    """Finish and check the answer; nothing is recorded."""
    backend = tenant.backend(provider)
    now = backend.now()
    response = apply_conditions(request, provider.finish(request, response, backend))  # 304
    violations = check_response(provider, operation, request, response, problem, checking)
    if violations and checking.answers == "fail":
        problem = Broken(violation_texts(violations))
        response = provider.finish(request, provider.envelope(problem, request, backend), backend)
    because: tuple[str, ...] = ()
    if problem:
        because = explain_refusal(Refusal(problem, provider, request, tenant, operation))
    return Exchange(
        provider=provider.name,
        request=request,
        response=add_headers(request, response, problem, because, now),
        at=now,
        operation=operation.id if operation else None,
        key=None if tenant.is_default else tenant.key,
        notes=notes,
        violations=violations,
        refused=type(problem).__name__ if problem else None,
        why=because,
        fault=fault,
        trace=course,
    )


def violation_texts(violations: tuple[Violation, ...]) -> tuple[str, ...]:
    """One line for each, for people."""
    return tuple(f"{each.place} {each.name}: {each.message}" for each in violations)


def add_headers(
    request: Request,
    response: Response,
    problem: Problem | None,
    because: tuple[str, ...],
    now: datetime,
) -> Response:
    """The answer with the headers that are ours, whoever the provider is."""
    headers = dict(response.headers)
    headers["Date"] = http_date(now)
    headers["X-Emulator-Request-Id"] = request.id
    if problem:
        headers[REASON] = reason_header(problem, because)
    return response.with_headers(headers)


def check_response(
    provider: Provider,
    operation: Operation | None,
    request: Request,
    response: Response,
    problem: Problem | None,
    checking: Checking,
) -> tuple[Violation, ...]:
    """How the answer leaves the contract. A 501 of ours is no part of it."""
    if operation is None or checking.answers == "off" or isinstance(problem, NotEmulated):
        return ()
    return provider.contract.check_response(operation, request, response)
