"""answer(): the life of one request to the admin API."""

import logging

from msgspec.structs import replace

from emulator.application.addressing import PREFIX, Arrival
from emulator.core.base.clock import http_date, real
from emulator.core.contract import Operation
from emulator.core.http.conditional import conditional
from emulator.core.http.messages import Request, Response
from emulator.core.http.problems import Breach, Broken, HeadersTooLarge, Invalid, Problem
from emulator.core.scenario.phases import meant
from emulator.core.scenario.schema.diagnostics import quoted, sentence
from emulator.core.state.jobs import Phase
from emulator.interfaces.admin import access_control
from emulator.interfaces.admin.context import Desk
from emulator.interfaces.admin.errors import envelope
from emulator.interfaces.admin.operations import inboxes
from emulator.interfaces.admin.routes import LENGTHY, OPERATIONS, RECEIVING, UNLOCKED

log = logging.getLogger("speech_emulator")

FOR_PROBES = ("live", "ready")  # asked by whatever keeps the server running, under any name


def answer(desk: Desk, arrival: Arrival, addresses: tuple[str, ...] = ()) -> Response:
    """Find, admit, read, check, operate, check. ``addresses``: the server's; see ``guard``."""
    operation: Operation | None = None
    request = asked(desk, arrival)
    try:
        if arrival.excess == "headers":
            raise HeadersTooLarge
        operation, in_path = found(desk, request, arrival)
        access_control.entitled(operation, request, desk.access, addresses)
        request = desk.contract.read(operation, request, in_path)
        check(desk, operation, request)
        response = operated(desk, operation, request)
    except Problem as problem:
        response = envelope(problem)
    return finished(desk, operation, request, response)


def is_lengthy(desk: Desk, arrival: Arrival) -> bool:
    """Whether the answer may take longer than others should wait."""
    try:
        return desk.contract.find(asked(desk, arrival))[0].id in LENGTHY
    except Problem:
        return False


def asked(desk: Desk, arrival: Arrival) -> Request:
    return Request(
        method=arrival.method,
        path=inboxes.one_segment(arrival.path).removeprefix(PREFIX) or "/",
        query=arrival.query,
        headers=arrival.headers,
        body=arrival.body,
        form=arrival.form,
        base_url=desk.emulator.base_url(arrival),
        excess=arrival.excess,
        unstored=arrival.unstored,
    )


def found(desk: Desk, request: Request, arrival: Arrival) -> tuple[Operation, dict[str, str]]:
    """The operation; asked by a page from elsewhere, nothing but whether the server lives."""
    try:
        operation, in_path = desk.contract.find(request)
    except Problem:
        access_control.same_site(arrival, desk)
        raise
    if operation.id not in FOR_PROBES:
        access_control.same_site(arrival, desk)
    return operation, dict(in_path)


def check(desk: Desk, operation: Operation, request: Request) -> None:
    """Raises Invalid; for what nobody documents, too: it would do nothing."""
    strange = (
        Breach("query", (name,), "undocumented", None, None, "there is no such parameter")
        for name in desk.contract.strange(operation, request)
    )
    unknown = () if operation.id in RECEIVING else tuple(strange)
    breaches = (*map(helped, desk.contract.check_request(operation, request)), *unknown)
    if breaches:
        raise Invalid(breaches)


def helped(breach: Breach) -> Breach:
    """Of a word that is none of those that are wanted: all of them, and the one that was meant."""
    given, allowed = breach.actual, breach.expected
    if breach.keyword == "additionalProperties" and breach.path[-2:-1] == ("timeline",):
        given, allowed = breach.path[-1], [one.value for one in Phase]
    elif breach.keyword != "enum" or not isinstance(given, str):
        return breach
    words = [one for one in allowed if isinstance(one, str)]
    what = f"unknown word {quoted(str(given))}"
    near = meant(str(given))
    suggested = near if near in words else str(given)
    return replace(breach, message=sentence(what, given=suggested, allowed=words))


def operated(desk: Desk, operation: Operation, request: Request) -> Response:
    if operation.id in UNLOCKED:
        return OPERATIONS[operation.id](request, desk)
    with desk.emulator.lock:
        return OPERATIONS[operation.id](request, desk)


def finished(
    desk: Desk, operation: Operation | None, request: Request, response: Response
) -> Response:
    breaches = judged(desk, operation, request, response)
    for one in breaches:
        name = operation.id if operation else ""  # the path has a tenant's key
        log.warning("%s leaves the contract: %s %s", name, one.name, one.message)
    if breaches and desk.emulator.checking.answers == "fail":
        response = envelope(Broken(tuple(f"{one.name}: {one.message}" for one in breaches)))
    response = conditional(request, response)
    ours = {"Date": http_date(real()), "Cache-Control": "no-cache"}
    return replace(response, headers={**response.headers, **ours})


def judged(
    desk: Desk, operation: Operation | None, request: Request, response: Response
) -> tuple[Breach, ...]:
    if operation is None or desk.emulator.checking.answers == "off":
        return ()
    return desk.contract.check_response(operation, request, response)
