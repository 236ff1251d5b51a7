"""The values that an emulator in this process has, from what the admin API of another answers."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from msgspec import convert, to_builtins
from msgspec.structs import replace

from emulator.application.scenario_sources import load_part
from emulator.client import AdminError
from emulator.client import values as client
from emulator.core.base.clock import BackInTime, TooFar
from emulator.core.faults.engine import Effect, Rule, TooManyFaults
from emulator.core.http.messages import Part, Request, Response
from emulator.core.http.problems import NotFound, Violation
from emulator.core.inspection.explain import Check, Explanation
from emulator.core.inspection.verification import BadPattern
from emulator.core.journal.exchange import Exchange, OmittedBody
from emulator.core.scenario.schema.diagnostics import ScenarioErrors
from emulator.core.webhooks.inbox import ReceivedMessage
from emulator.core.webhooks.model import Attempt, Delivery, DeliveryStatus, Message, Webhook
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


def to_exchange(full: client.FullExchange) -> Exchange:
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
            violates_contract=asked.is_broken,
            parts=tuple(
                Part(part.name, part.body.data, part.filename, part.content_type)
                for part in asked.parts
            ),
        ),
        response=Response(full.status, answered.body.data, answered.headers, answered.content),
        at=full.at,
        operation=full.operation,
        key=full.key,
        notes=full.notes,
        violations=to_violations(full.contract_violations),
        refused=full.refused,
        why=full.why,
        fault=convert(to_builtins(full.effect), Effect | None),
        omitted=tuple(convert(to_builtins(one), OmittedBody) for one in full.omitted),
    )


def to_violations(found: tuple[client.Violation, ...]) -> tuple[Violation, ...]:
    return tuple(convert(to_builtins(one), Violation) for one in found)


def to_explanation(content: Mapping[str, Any], full: client.FullExchange) -> Explanation:
    """``full``: with its keys masked."""
    return Explanation(
        exchange=to_exchange(full),
        operation=tuple(content["operation"]["says"]),
        key=tuple(content["key"]),
        checks=convert(content["checks"], tuple[Check, ...]),
        rules=tuple(content["rules"]),
        fault=tuple(content["fault"]),
        jobs=tuple(content["jobs"]),
    )


def to_rule(fault: client.Fault) -> Rule:
    [made] = load_part("faults", [fault.fault]).faults
    return Rule(fault.id, replace(made, line=fault.line), fault.seen, fault.hits)


def to_message(message: client.Message) -> ReceivedMessage:
    return ReceivedMessage(
        message.number,
        message.at,
        message.method,
        message.headers,
        message.query,
        message.data,
        message.status,
    )


def to_delivery(one: client.Delivery) -> Delivery:
    data = one.body.data
    message = Message(
        one.url,
        one.event,
        data,
        Webhook(one.provider),
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
        DeliveryStatus(one.state),
        one.headers,
        tuple(to_attempt(attempt) for attempt in one.attempts),
        to_violations(one.contract_violations),
    )


def to_attempt(one: client.Attempt) -> Attempt:
    return Attempt(one.at, one.status, one.error or "", one.duration_ms, one.refused)
