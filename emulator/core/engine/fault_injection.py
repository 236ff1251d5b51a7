"""Which fault a request meets, and what it does to the answer."""

from collections.abc import Mapping

from emulator.core.base.clock import http_date
from emulator.core.contract import Operation
from emulator.core.contract.security import credentials
from emulator.core.engine.refusals import REASON, Refusal, explain_refusal, reason_header
from emulator.core.engine.scripted_answers import FIRST_ERROR, scripted_answer
from emulator.core.engine.tenant import Tenant
from emulator.core.faults.engine import Effect, FaultMiss
from emulator.core.http.messages import Request, Response
from emulator.core.http.problems import (
    Problem,
)
from emulator.core.journal.exchange import Exchange
from emulator.core.provider.backend import Backend
from emulator.core.provider.provider import Provider


def fault_for(
    operation: Operation,
    request: Request,
    in_path: Mapping[str, str],
    backend: Backend,
    tenant: Tenant,
    misses: list[FaultMiss],
) -> Effect | None:
    """What a fault does to the request; None: nothing."""
    if not tenant.faults:
        return None
    ids = tuple(value for name, value in in_path.items() if name != operation.tenant_parameter)
    return tenant.faults.choose(
        backend.provider, operation.id, request, ids, tenant.key, backend.now(), misses.append
    )


def parse_leniently(
    provider: Provider, operation: Operation, request: Request, in_path: Mapping[str, str]
) -> Request:
    """The request with its parameters and its content, as far as it can be read."""
    try:
        return provider.contract.read(operation, request, in_path)
    except Problem:
        return request


def apply_fault(
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
        problem, response = scripted_answer(provider, request, backend, fault.answer, scheme)
        because = explain_refusal(Refusal(problem, provider, request, tenant, operation, fault))
        ours = {"Date": http_date(backend.now()), **response.headers}
        if response.status >= FIRST_ERROR:
            ours[REASON] = reason_header(problem, because)
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
