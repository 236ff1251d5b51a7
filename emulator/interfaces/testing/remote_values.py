"""The values that an emulator in this process has, from what the admin API of another answers."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from msgspec import convert, to_builtins
from msgspec.structs import replace

from emulator.application.scenario_sources import part_of
from emulator.client import AdminError
from emulator.client import values as client
from emulator.core.base.clock import BackInTime, TooFar
from emulator.core.faults.engine import Effect, Rule, TooManyFaults
from emulator.core.http.messages import Part, Request, Response
from emulator.core.http.problems import Breach, NotFound
from emulator.core.inspection.explain import Check, Explanation
from emulator.core.inspection.verification import BadPattern
from emulator.core.journal.exchange import Exchange, Omitted
from emulator.core.scenario.schema.diagnostics import ScenarioErrors
from emulator.core.webhooks.inbox import Received
from emulator.core.webhooks.model import Attempt, Delivery, Hook, Message, Stand
from emulator.interfaces.control.clock import NeverHappens
from emulator.interfaces.testing.session import NoExchange

# What an emulator in this process raises, by the code with which another one refuses.
ERRORS: Mapping[str, type[Exception]] = {
    "back_in_time": BackInTime,
    "bad_duration": ValueError,
    "bad_moment": ValueError,
    "bad_pattern": BadPattern,
    "bad_webhook": ValueError,
    "invalid_request": ValueError,
    "never_happens": NeverHappens,
    "too_far": TooFar,
    "too_many_faults": TooManyFaults,
    "unknown_exchange": NoExchange,
    "unknown_fault": LookupError,
    "unknown_job": NeverHappens,
}


@contextmanager
def local_errors() -> Iterator[None]:
    """Refusals become the exceptions that an emulator in this process raises."""
    __tracebackhide__ = True
    try:
        yield
    except AdminError as error:
        raise local_error(error) from None


def local_error(error: AdminError) -> Exception:
    if error.code == "bad_fault":
        return ScenarioErrors(error.details["errors"])
    if error.code == "unknown_delivery":
        return NotFound("Delivery", error.details["id"])
    return ERRORS[error.code](str(error)) if error.code in ERRORS else error


def exchange_of(full: client.FullExchange) -> Exchange:
    asked, answered = full.request, full.response
    return Exchange(
        provider=full.provider or "",
        request=Request(
            full.method,
            full.path,
            asked.query,
            asked.headers,
            asked.body.data,
            asked.base_url,
            full.id,
            params=asked.params,
            content=asked.content,
            is_broken=asked.is_broken,
            parts=tuple(
                Part(one.name, one.body.data, one.filename, one.content_type) for one in asked.parts
            ),
        ),
        response=Response(full.status, answered.body.data, answered.headers, answered.content),
        at=full.at,
        operation=full.operation,
        key=full.key,
        notes=full.notes,
        breaches=breaches_of(full.contract_breaches),
        refused=full.refused,
        why=full.why,
        fault=convert(to_builtins(full.effect), Effect | None),
        omitted=tuple(convert(to_builtins(one), Omitted) for one in full.omitted),
    )


def breaches_of(found: tuple[client.Breach, ...]) -> tuple[Breach, ...]:
    return tuple(convert(to_builtins(one), Breach) for one in found)


def explanation_of(content: Mapping[str, Any], full: client.FullExchange) -> Explanation:
    """``full``: with its keys masked."""
    return Explanation(
        exchange=exchange_of(full),
        operation=tuple(content["operation"]["says"]),
        key=tuple(content["key"]),
        checks=convert(content["checks"], tuple[Check, ...]),
        rules=tuple(content["rules"]),
        fault=tuple(content["fault"]),
        jobs=tuple(content["jobs"]),
    )


def rule_of(fault: client.Fault) -> Rule:
    [made] = part_of("faults", [fault.fault]).faults
    return Rule(fault.id, replace(made, line=fault.line), fault.seen, fault.hits)


def received_of(message: client.Message) -> Received:
    return Received(
        message.number,
        message.at,
        message.method,
        message.headers,
        message.query,
        message.data,
        message.status,
    )


def delivery_of(one: client.Delivery) -> Delivery:
    data = one.body.data
    message = Message(
        one.url,
        one.event,
        data,
        Hook(one.provider),
        one.method,
        one.message_headers,
        retry_seconds=one.retry_seconds,
        content=one.content,
    )
    return Delivery(
        one.id,
        one.number,
        one.message_id,
        one.provider,
        one.job,
        message,
        one.due_at,
        Stand(one.state),
        one.headers,
        tuple(attempt_of(attempt) for attempt in one.attempts),
        breaches_of(one.contract_breaches),
    )


def attempt_of(one: client.Attempt) -> Attempt:
    return Attempt(one.at, one.status, one.error or "", one.duration_ms, one.refused)
