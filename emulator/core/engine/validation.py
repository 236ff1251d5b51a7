"""Reads a request by its operation's definition, and judges it."""

from msgspec import Struct
from msgspec.structs import replace

from emulator.core.contract import Operation
from emulator.core.engine.finishing import Checking
from emulator.core.http.messages import Json, Params, Request
from emulator.core.http.problems import (
    MOST_BREACHES,
    Breach,
    Invalid,
    shortened,
)
from emulator.core.provider.provider import Provider


class Asked(Struct, frozen=True):
    """What an operation is asked to do, and what is to be said of that."""

    params: Params
    content: Json
    breaches: tuple[Breach, ...]
    notes: tuple[str, ...]


def prepared(provider: Provider, operation: Operation, request: Request) -> tuple[Request, Asked]:
    """The request as it is meant; where nothing follows its head, the head decides that."""

    def look() -> Asked:
        meant = provider.prepare(operation, request)
        breaches = provider.contract.check_request(operation, meant)
        strange = provider.contract.strange(operation, meant)[:MOST_BREACHES]
        notes = tuple(
            f"undocumented query parameter {shortened(name)!r} ignored" for name in strange
        )
        return Asked(meant.params, meant.content, breaches, notes)

    asked = look() if request.body or request.excess else request.once("asked", look)
    is_broken = bool(asked.breaches)
    return replace(request, params=asked.params, content=asked.content, is_broken=is_broken), asked


def tolerated(breaches: tuple[Breach, ...], checking: Checking) -> tuple[str, ...]:
    """Raise Invalid, or give what is worth a note."""
    if not breaches or checking.requests == "off":
        return ()
    if checking.requests == "fail":
        raise Invalid(breaches)
    return tuple(f"request: {one.place} {one.name}: {one.message}" for one in breaches)
