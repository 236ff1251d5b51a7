"""answer(): the life of one request to the admin API."""

import logging

from msgspec.structs import replace

from emulator.application.addressing import PREFIX, IncomingRequest
from emulator.core.base.clock import http_date, system_now
from emulator.core.contract import Operation
from emulator.core.http.conditional import apply_conditions
from emulator.core.http.messages import Request, Response
from emulator.core.http.problems import Broken, HeadersTooLarge, Invalid, Problem, Violation
from emulator.core.scenario.phases import intended_phase
from emulator.core.scenario.schema.diagnostics import quote, sentence
from emulator.core.state.jobs import Phase
from emulator.interfaces.admin import access_control
from emulator.interfaces.admin.context import AdminContext
from emulator.interfaces.admin.errors import envelope
from emulator.interfaces.admin.operations import inboxes
from emulator.interfaces.admin.routes import ACCEPTING_ANYTHING, LONG_RUNNING, OPERATIONS, UNLOCKED

log = logging.getLogger("speech_emulator")

PROBES = ("live", "ready")  # asked by whatever keeps the server running, under any name


def answer(
    desk: AdminContext, arrival: IncomingRequest, addresses: tuple[str, ...] = ()
) -> Response:
    """Find, admit, read, check, operate, check. ``addresses``: the server's; see ``guard``."""
    operation: Operation | None = None
    request = admin_request(desk, arrival)
    try:
        if arrival.excess == "headers":
            raise HeadersTooLarge
        operation, in_path = find_operation(desk, request, arrival)
        access_control.authorize(operation, request, desk.access, addresses)
        request = desk.contract.read(operation, request, in_path)
        check_request(desk, operation, request)
        response = call_operation(desk, operation, request)
    except Problem as problem:
        response = envelope(problem)
    return finish_response(desk, operation, request, response)


def takes_long(desk: AdminContext, arrival: IncomingRequest) -> bool:
    """Whether the answer may take longer than others should wait."""
    try:
        return desk.contract.find(admin_request(desk, arrival))[0].id in LONG_RUNNING
    except Problem:
        return False


def admin_request(desk: AdminContext, arrival: IncomingRequest) -> Request:
    return Request(
        method=arrival.method,
        path=inboxes.with_encoded_name(arrival.path).removeprefix(PREFIX) or "/",
        query=arrival.query,
        headers=arrival.headers,
        body=arrival.body,
        form=arrival.form,
        base_url=desk.emulator.base_url(arrival),
        excess=arrival.excess,
        storage_error=arrival.storage_error,
    )


def find_operation(
    desk: AdminContext, request: Request, arrival: IncomingRequest
) -> tuple[Operation, dict[str, str]]:
    """The operation; asked by a page from elsewhere, nothing but whether the server lives."""
    try:
        operation, in_path = desk.contract.find(request)
    except Problem:
        access_control.check_origin(arrival, desk)
        raise
    if operation.id not in PROBES:
        access_control.check_origin(arrival, desk)
    return operation, dict(in_path)


def check_request(desk: AdminContext, operation: Operation, request: Request) -> None:
    """Raises Invalid; for what nobody documents, too: it would do nothing."""
    strange = (
        Violation("query", (name,), "undocumented", None, None, "there is no such parameter")
        for name in desk.contract.undocumented_parameters(operation, request)
    )
    unknown = () if operation.id in ACCEPTING_ANYTHING else tuple(strange)
    violations = (*map(with_suggestion, desk.contract.check_request(operation, request)), *unknown)
    if violations:
        raise Invalid(violations)


def with_suggestion(violation: Violation) -> Violation:
    """Of a word that is none of those that are wanted: all of them, and the one that was meant."""
    given, allowed = violation.actual, violation.expected
    if violation.keyword == "additionalProperties" and violation.path[-2:-1] == ("timeline",):
        given, allowed = violation.path[-1], [one.value for one in Phase]
    elif violation.keyword != "enum" or not isinstance(given, str):
        return violation
    words = [one for one in allowed if isinstance(one, str)]
    what = f"unknown word {quote(str(given))}"
    near = intended_phase(str(given))
    suggested = near if near in words else str(given)
    return replace(violation, message=sentence(what, given=suggested, allowed=words))


def call_operation(desk: AdminContext, operation: Operation, request: Request) -> Response:
    if operation.id in UNLOCKED:
        return OPERATIONS[operation.id](request, desk)
    with desk.emulator.lock:
        return OPERATIONS[operation.id](request, desk)


def finish_response(
    desk: AdminContext, operation: Operation | None, request: Request, response: Response
) -> Response:
    violations = check_response(desk, operation, request, response)
    for one in violations:
        name = operation.id if operation else ""  # the path has a tenant's key
        log.warning("%s leaves the contract: %s %s", name, one.name, one.message)
    if violations and desk.emulator.checking.answers == "fail":
        response = envelope(
            Broken(tuple(f"{violation.name}: {violation.message}" for violation in violations))
        )
    response = apply_conditions(request, response)
    ours = {"Date": http_date(system_now()), "Cache-Control": "no-cache"}
    return replace(response, headers={**response.headers, **ours})


def check_response(
    desk: AdminContext, operation: Operation | None, request: Request, response: Response
) -> tuple[Violation, ...]:
    if operation is None or desk.emulator.checking.answers == "off":
        return ()
    return desk.contract.check_response(operation, request, response)
