"""Reads a request by its operation's definition, and judges it."""

from msgspec import Struct
from msgspec.structs import replace

from emulator.core.contract import Operation
from emulator.core.engine.finishing import Checking
from emulator.core.http.messages import Json, Params, Request
from emulator.core.http.problems import (
    MOST_VIOLATIONS,
    Invalid,
    Violation,
    shorten_text,
)
from emulator.core.provider.provider import Provider


class ParsedRequest(Struct, frozen=True):
    """What an operation is asked to do, and what is to be said of that."""

    params: Params
    content: Json
    violations: tuple[Violation, ...]
    notes: tuple[str, ...]


def parse_and_validate(
    provider: Provider, operation: Operation, request: Request
) -> tuple[Request, ParsedRequest]:
    """The request as it is meant; where nothing follows its head, the head decides that."""

    def look() -> ParsedRequest:
        meant = provider.prepare(operation, request)
        violations = provider.contract.check_request(operation, meant)
        strange = provider.contract.undocumented_parameters(operation, meant)[:MOST_VIOLATIONS]
        notes = tuple(
            f"undocumented query parameter {shorten_text(name)!r} ignored" for name in strange
        )
        return ParsedRequest(meant.params, meant.content, violations, notes)

    asked = look() if request.body or request.excess else request.cached("asked", look)
    is_broken = bool(asked.violations)
    return replace(
        request, params=asked.params, content=asked.content, violates_contract=is_broken
    ), asked


def enforce(violations: tuple[Violation, ...], checking: Checking) -> tuple[str, ...]:
    """Raise Invalid, or give what is worth a note."""
    if not violations or checking.requests == "off":
        return ()
    if checking.requests == "fail":
        raise Invalid(violations)
    return tuple(
        f"request: {violation.place} {violation.name}: {violation.message}"
        for violation in violations
    )
