"""Dialogue: the life of one websocket, from its handshake to its close."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from msgspec.structs import replace

from emulator.core.contract import Operation
from emulator.core.engine import authentication, fault_injection, finishing
from emulator.core.engine.refusals import Refusal, explain_refusal
from emulator.core.engine.tenant import Tenant
from emulator.core.engine.tenants import Tenants
from emulator.core.faults.engine import Effect, FaultMiss
from emulator.core.http.messages import Request, Response
from emulator.core.http.problems import BadLink, HeadersTooLarge, Problem, Violation
from emulator.core.journal.exchange import Exchange, RequestTrace
from emulator.core.provider.backend import Backend
from emulator.core.provider.conversation import Close, End, Frame, Reply, WebSocketHandler
from emulator.core.provider.provider import Provider

T = TypeVar("T")

SWITCHING = 101
ABNORMAL_CLOSURE = 1006  # RFC 6455, 7.1.5: the connection is gone without a close frame
TENANT_RESET = Close(1012, "the tenant began afresh")  # IANA's registry: service restart
MOST_VIOLATIONS = 20  # that are kept of one connection


class WebSocketSession:
    """One open connection: gives every frame to the conversation, and keeps count."""

    def __init__(
        self,
        provider: Provider,
        tenants: Tenants,
        tenant: Tenant,
        conversation: WebSocketHandler,
        exchange: Exchange,
    ) -> None:
        self.tenant = tenant
        self._provider = provider
        self._tenants = tenants
        self._backend = tenant.backend(provider)
        self._conversation = conversation
        self._exchange = exchange
        self._close_sent: End | None = None
        self._received, self._received_bytes, self._sent_count = 0, 0, 0
        self._violations: list[Violation] = []

    def open(self) -> Reply:
        return self._sent(self._at_one_moment(self._conversation.opened))

    def receive(self, frame: Frame) -> Reply:
        self._received += 1
        self._received_bytes += len(frame)
        if not self._is_current():
            return self._sent(Reply(close=TENANT_RESET))
        return self._sent(self._at_one_moment(lambda: self._conversation.received(frame)))

    def wake(self) -> Reply:
        if not self._is_current():
            return self._sent(Reply(close=TENANT_RESET))
        return self._sent(self._at_one_moment(self._conversation.woken))

    def wait_seconds(self) -> float | None:
        """Of real time, until something happens by itself; None: somebody has to do something."""
        clock = self.tenant.clock
        at = self._conversation.wakes_at()
        if at is None or not clock.speed:
            return None
        return max((at - clock.now()).total_seconds(), 0.0) / clock.speed

    def close(self, code: int) -> None:
        """The connection is gone; what has gone over it is noted with its handshake."""
        if self._is_current():
            self._at_one_moment(lambda: self._conversation.closed(code))
        notes = (
            f"{self._received} messages ({self._received_bytes} bytes) came, "
            f"{self._sent_count} went",
            f"closed by {self._closed_by()} with {code}",
        )
        violations = (*self._exchange.violations, *self._violations)
        self.tenant.journal.amend(replace(self._exchange, notes=notes, violations=violations))

    def _closed_by(self) -> str:
        return "the client" if self._close_sent is None else "the emulator"

    def _at_one_moment(self, happen: Callable[[], T]) -> T:
        """Whatever a frame leads to, one look at the clock is enough for it."""
        self.tenant.clock.hold()
        try:
            return happen()
        finally:
            self.tenant.clock.release()

    def _is_current(self) -> bool:
        """Whether the tenant is still the one that it was."""
        held = self._tenants.has(self.tenant)
        return held and self.tenant.backend(self._provider) is self._backend

    def _sent(self, reply: Reply) -> Reply:
        self._sent_count += len(reply.messages)
        self._close_sent = reply.close
        for message in reply.messages:
            if message.schema and len(self._violations) < MOST_VIOLATIONS:
                self._violations += self._provider.contract.check_message(
                    message.schema, message.content
                )
        return reply


def open_session(
    provider: Provider, request: Request, tenants: Tenants
) -> tuple[Exchange, WebSocketSession | None]:
    """The handshake, recorded; None: the client is not let in. Raises NoOperation."""
    operation, in_path = provider.contract.find_socket(request)
    owner = tenants.tenant_of_account(provider.sockets[operation.id].account(request))
    tenant = owner or authentication.tenant_of(provider, request, tenants) or tenants.default
    tenant.clock.hold()
    try:
        return handshake(provider, operation, request, in_path, tenants, tenant, owner)
    finally:
        tenant.clock.release()


def handshake(
    provider: Provider,
    operation: Operation,
    request: Request,
    in_path: Mapping[str, str],
    tenants: Tenants,
    tenant: Tenant,
    owner: Tenant | None,
) -> tuple[Exchange, WebSocketSession | None]:
    """The handshake with a tenant; ``owner`` is the one that the address names, if any."""
    request = request.with_id(tenant.next_id())
    backend = tenant.backend(provider)
    misses: list[FaultMiss] = []
    if request.excess == "headers":
        return refuse_handshake(
            provider, operation, request, tenant, HeadersTooLarge(), None, misses
        ), None
    fault = fault_injection.fault_for(operation, request, in_path, backend, tenant, misses)
    if fault and fault.replaces_operation:
        return fault_injection.apply_fault(provider, operation, request, tenant, fault), None
    try:
        if owner is None:
            raise BadLink(expired=False, path=request.path)
        conversation = provider.sockets[operation.id].open(request, backend)
    except Problem as problem:
        return refuse_handshake(provider, operation, request, tenant, problem, fault, misses), None
    response = finishing.add_headers(request, Response(SWITCHING), None, (), backend.now())
    exchange = record_handshake(provider, operation, request, response, tenant, fault, misses)
    return exchange, WebSocketSession(provider, tenants, tenant, conversation, exchange)


def refuse_handshake(
    provider: Provider,
    operation: Operation,
    request: Request,
    tenant: Tenant,
    problem: Problem,
    fault: Effect | None,
    misses: list[FaultMiss],
) -> Exchange:
    backend = tenant.backend(provider)
    response = provider.finish(request, provider.envelope(problem, request, backend), backend)
    because = explain_refusal(Refusal(problem, provider, request, tenant, operation))
    stamped = finishing.add_headers(request, response, problem, because, backend.now())
    return record_handshake(
        provider, operation, request, stamped, tenant, fault, misses, problem, because
    )


def record_handshake(
    provider: Provider,
    operation: Operation,
    request: Request,
    response: Response,
    tenant: Tenant,
    fault: Effect | None,
    misses: list[FaultMiss],
    problem: Problem | None = None,
    because: tuple[str, ...] = (),
) -> Exchange:
    backend: Backend = tenant.backend(provider)
    documented = provider.contract.check_response(operation, request, response)
    exchange = Exchange(
        provider=provider.name,
        request=request,
        response=response,
        at=backend.now(),
        operation=operation.id,
        key=None if tenant.is_default else tenant.key,
        violations=documented,
        refused=type(problem).__name__ if problem else None,
        why=because,
        fault=fault,
        trace=RequestTrace(
            reached_operation=problem is None, misses=tuple(misses[: finishing.MOST_MISSES])
        ),
    )
    return tenant.journal.record(exchange)
