"""Dialogue: the life of one websocket, from its handshake to its close."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from msgspec.structs import replace

from emulator.core.contract import Operation
from emulator.core.engine import authentication, fault_injection, finishing
from emulator.core.engine.refusals import Refusal, why
from emulator.core.engine.tenant import Tenant
from emulator.core.engine.tenants import Tenants
from emulator.core.faults.engine import Effect, Miss
from emulator.core.http.messages import Request, Response
from emulator.core.http.problems import BadLink, Breach, HeadersTooLarge, Problem
from emulator.core.journal.exchange import Course, Exchange
from emulator.core.provider.backend import Backend
from emulator.core.provider.conversation import Close, Conversation, End, Frame, Reply
from emulator.core.provider.provider import Provider

T = TypeVar("T")

SWITCHING = 101
ABNORMAL = 1006  # RFC 6455, 7.1.5: the connection is gone without a close frame
AFRESH = Close(1012, "the tenant began afresh")  # IANA's registry: service restart
MOST_BREACHES = 20  # that are kept of one connection


class Dialogue:
    """One open connection: gives every frame to the conversation, and keeps count."""

    def __init__(
        self,
        provider: Provider,
        tenants: Tenants,
        tenant: Tenant,
        conversation: Conversation,
        exchange: Exchange,
    ) -> None:
        self.tenant = tenant
        self._provider = provider
        self._tenants = tenants
        self._backend = tenant.backend(provider)
        self._conversation = conversation
        self._exchange = exchange
        self._end: End | None = None
        self._heard, self._heard_bytes, self._said = 0, 0, 0
        self._breaches: list[Breach] = []

    def begin(self) -> Reply:
        return self._told(self._at_one_moment(self._conversation.opened))

    def received(self, frame: Frame) -> Reply:
        self._heard += 1
        self._heard_bytes += len(frame)
        if not self._is_current():
            return self._told(Reply(end=AFRESH))
        return self._told(self._at_one_moment(lambda: self._conversation.received(frame)))

    def woken(self) -> Reply:
        if not self._is_current():
            return self._told(Reply(end=AFRESH))
        return self._told(self._at_one_moment(self._conversation.woken))

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
            f"{self._heard} messages ({self._heard_bytes} bytes) came, {self._said} went",
            f"closed by {self._closer()} with {code}",
        )
        breaches = (*self._exchange.breaches, *self._breaches)
        self.tenant.journal.amend(replace(self._exchange, notes=notes, breaches=breaches))

    def _closer(self) -> str:
        return "the client" if self._end is None else "the emulator"

    def _at_one_moment(self, happen: Callable[[], T]) -> T:
        """Whatever a frame leads to, one look at the clock is enough for it."""
        self.tenant.clock.hold()
        try:
            return happen()
        finally:
            self.tenant.clock.release()

    def _is_current(self) -> bool:
        """Whether the tenant is still the one that it was."""
        held = self._tenants.holds(self.tenant)
        return held and self.tenant.backend(self._provider) is self._backend

    def _told(self, reply: Reply) -> Reply:
        self._said += len(reply.says)
        self._end = reply.end
        for one in reply.says:
            if one.schema and len(self._breaches) < MOST_BREACHES:
                self._breaches += self._provider.contract.check_message(one.schema, one.content)
        return reply


def connect(
    provider: Provider, request: Request, tenants: Tenants
) -> tuple[Exchange, Dialogue | None]:
    """The handshake, recorded; None: the client is not let in. Raises NoOperation."""
    operation, in_path = provider.contract.find_socket(request)
    owner = tenants.of_account(provider.sockets[operation.id].account(request))
    tenant = owner or authentication.owner(provider, request, tenants) or tenants.default
    tenant.clock.hold()
    try:
        return shake_hands(provider, operation, request, in_path, tenants, tenant, owner)
    finally:
        tenant.clock.release()


def shake_hands(
    provider: Provider,
    operation: Operation,
    request: Request,
    in_path: Mapping[str, str],
    tenants: Tenants,
    tenant: Tenant,
    owner: Tenant | None,
) -> tuple[Exchange, Dialogue | None]:
    """The handshake with a tenant; ``owner`` is the one that the address names, if any."""
    request = request.identified(tenant.next_id())
    backend = tenant.backend(provider)
    misses: list[Miss] = []
    if request.excess == "headers":
        return refused(provider, operation, request, tenant, HeadersTooLarge(), None, misses), None
    fault = fault_injection.fault_for(operation, request, in_path, backend, tenant, misses)
    if fault and fault.is_instead:
        return fault_injection.struck(provider, operation, request, tenant, fault), None
    try:
        if owner is None:
            raise BadLink(expired=False, path=request.path)
        conversation = provider.sockets[operation.id].open(request, backend)
    except Problem as problem:
        return refused(provider, operation, request, tenant, problem, fault, misses), None
    response = finishing.stamped(request, Response(SWITCHING), None, (), backend.now())
    exchange = recorded(provider, operation, request, response, tenant, fault, misses)
    return exchange, Dialogue(provider, tenants, tenant, conversation, exchange)


def refused(
    provider: Provider,
    operation: Operation,
    request: Request,
    tenant: Tenant,
    problem: Problem,
    fault: Effect | None,
    misses: list[Miss],
) -> Exchange:
    backend = tenant.backend(provider)
    response = provider.finish(request, provider.envelope(problem, request, backend), backend)
    because = why(Refusal(problem, provider, request, tenant, operation))
    stamped = finishing.stamped(request, response, problem, because, backend.now())
    return recorded(provider, operation, request, stamped, tenant, fault, misses, problem, because)


def recorded(
    provider: Provider,
    operation: Operation,
    request: Request,
    response: Response,
    tenant: Tenant,
    fault: Effect | None,
    misses: list[Miss],
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
        breaches=documented,
        refused=type(problem).__name__ if problem else None,
        why=because,
        fault=fault,
        course=Course(carried_out=problem is None, misses=tuple(misses[: finishing.MOST_MISSES])),
    )
    return tenant.journal.record(exchange)
