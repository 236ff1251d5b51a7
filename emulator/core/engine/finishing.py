"""Finishing: an operation's answer, dressed, checked and recorded; now, or when it is done."""

from datetime import datetime
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from emulator.core.base.clock import http_date
from emulator.core.base.deferral import Unfinished
from emulator.core.contract import Operation
from emulator.core.engine.refusals import REASON, Refusal, header, why
from emulator.core.engine.tenant import Tenant
from emulator.core.faults.engine import Effect, Miss
from emulator.core.http.conditional import conditional
from emulator.core.http.messages import Request, Response
from emulator.core.http.problems import Breach, Broken, NotEmulated, Problem, Unavailable
from emulator.core.journal.exchange import Course, Exchange
from emulator.core.provider.backend import Backend
from emulator.core.provider.provider import Provider

Strictness = Literal["fail", "warn", "off"]

# What code meets that reads a value which the contract rules out.
UNEXPECTED = (ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError)
MOST_MISSES = 20  # of faults that are kept of one request
NOWHERE = Course()  # of a request that reached no operation


class Checking(Struct, frozen=True):
    """How strict to be with requests that break the contract, and with our own answers."""

    requests: Strictness = "fail"
    answers: Strictness = "warn"


def operated(
    provider: Provider,
    operation: Operation,
    request: Request,
    backend: Backend,
    checking: Checking,
) -> Response:
    """Raises Broken where a request that breaks the contract breaks the operation, too."""
    try:
        return provider.operations[operation.id](request, backend)
    except UNEXPECTED as error:
        if not request.is_broken:
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


def traced(backend: Backend, misses: list[Miss], *, reached: bool) -> Course:
    """What became of the request, once it was admitted."""
    course = backend.trail.course(backend.known_job) if reached else NOWHERE
    return replace(course, misses=tuple(misses[:MOST_MISSES])) if misses else course


def defer(
    provider: Provider,
    operation: Operation | None,
    request: Request,
    tenant: Tenant,
    notes: tuple[str, ...],
    checking: Checking,
    misses: list[Miss],
    fault: Effect | None,
) -> Unfinished:
    """The exchange whose operation looks at the tenant as it is now, and takes its time."""
    assert operation  # which takes long
    tenant.reserve(request.id)
    then = tenant.snapshot()
    backend = then.backend(provider)

    def work() -> Exchange:
        problem: Problem | None = None
        backend.trail.begin(request, backend.known_job)
        try:
            response = operated(provider, operation, request, backend, checking)
        except (Problem, OSError) as error:
            problem = problem_of(error)
            response = provider.envelope(problem, request, backend)
        except BaseException:  # a bug of ours, which is answered under another id
            tenant.release(request.id)
            raise
        course = traced(backend, misses, reached=True)
        return finish_exchange(
            provider, operation, request, response, then, problem, notes, checking, course, fault
        )

    def finish(exchange: Exchange) -> Exchange:
        tenant.release(request.id)
        tenant.adopt(then)
        return then.journal.record(exchange)

    return Unfinished(work, finish)


def closed(
    provider: Provider,
    operation: Operation | None,
    request: Request,
    response: Response,
    tenant: Tenant,
    problem: Problem | None,
    notes: tuple[str, ...],
    checking: Checking,
    course: Course,
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
    course: Course,
    fault: Effect | None,
) -> Exchange:
    """Finish and check the answer; nothing is recorded."""
    backend = tenant.backend(provider)
    now = backend.now()
    response = conditional(request, provider.finish(request, response, backend))  # 304
    breaches = judged(provider, operation, request, response, problem, checking)
    if breaches and checking.answers == "fail":
        problem = Broken(tuple(f"{one.place} {one.name}: {one.message}" for one in breaches))
        response = provider.finish(request, provider.envelope(problem, request, backend), backend)
    because: tuple[str, ...] = ()
    if problem:
        because = why(Refusal(problem, provider, request, tenant, operation))
    return Exchange(
        provider=provider.name,
        request=request,
        response=stamped(request, response, problem, because, now),
        at=now,
        operation=operation.id if operation else None,
        key=None if tenant.is_default else tenant.key,
        notes=notes,
        breaches=breaches,
        refused=type(problem).__name__ if problem else None,
        why=because,
        fault=fault,
        course=course,
    )


def stamped(
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
        headers[REASON] = header(problem, because)
    return response.with_headers(headers)


def judged(
    provider: Provider,
    operation: Operation | None,
    request: Request,
    response: Response,
    problem: Problem | None,
    checking: Checking,
) -> tuple[Breach, ...]:
    """How the answer leaves the contract. A 501 of ours is no part of it."""
    if operation is None or checking.answers == "off" or isinstance(problem, NotEmulated):
        return ()
    return provider.contract.check_response(operation, request, response)
