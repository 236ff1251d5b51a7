"""A tenant's clock: what time it is, and on."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from emulator.core.base.clock import BackInTime, iso_millis
from emulator.core.engine.tenant import Tenant, settings_of
from emulator.core.http.messages import Json, Request, Response, json_response
from emulator.core.http.problems import Refused
from emulator.core.scenario.model import ClockSettings
from emulator.core.scenario.schema.quantities import duration
from emulator.core.scenario.schema.scalars import MAX_SECONDS
from emulator.interfaces.admin.context import AdminContext
from emulator.interfaces.admin.operations.jobs import find_job
from emulator.interfaces.control.clock import ClockControl, NeverHappens

Move = Callable[[ClockControl, Mapping[str, Any]], object]


def get_clock(request: Request, desk: AdminContext) -> Response:
    return json_response(200, clock(desk.tenant(request.text("key"))))


def move_clock(request: Request, desk: AdminContext) -> Response:
    tenant = desk.tenant(request.text("key"))
    asked = request.fields
    move = MOVES[requested_move(asked)]
    if "until" in asked:
        find_job(asked["until"]["job"], tenant, desk)
    try:
        move(ClockControl(desk.emulator, tenant), asked)
    except BackInTime:
        raise Refused("back_in_time", {"now": iso_millis(tenant.clock.now())}) from None
    except OverflowError:
        raise Refused("too_far") from None
    except NeverHappens as error:
        raise Refused("never_happens", {"why": str(error)}) from None
    return json_response(200, clock(tenant))


def requested_move(asked: Mapping[str, Any]) -> str:
    """Which one of the moves it is, with nothing that would do nothing."""
    found = [name for name in MOVES if name in asked]
    with_it = {WITH_MODE.get(asked.get("mode", ""), "")}
    if len(found) != 1 or set(asked) - set(found) - with_it:
        raise Refused("bad_choice", {"allowed": "advance, to, until, mode (with speed or step)"})
    return found[0]


def advance_by(hand: ClockControl, asked: Mapping[str, Any]) -> None:
    hand.advance(seconds("advance", asked["advance"]))


def move_to(hand: ClockControl, asked: Mapping[str, Any]) -> None:
    hand.to(moment(asked["to"]))


def move_until(hand: ClockControl, asked: Mapping[str, Any]) -> None:
    wanted = asked["until"]
    hand.until(wanted["job"], wanted.get("phase", "completed"))


def change_mode(hand: ClockControl, asked: Mapping[str, Any]) -> None:
    step_seconds = seconds("step", asked.get("step", 1))
    if asked["mode"] == "step" and not 0 < step_seconds <= MAX_SECONDS:
        raise Refused("bad_duration", {"name": "step", "given": asked["step"]})
    hand.turn(ClockSettings(asked["mode"], asked.get("speed", 1), step_seconds))


WITH_MODE = {"wall": "speed", "step": "step"}
MOVES: Mapping[str, Move] = {
    "advance": advance_by,
    "to": move_to,
    "until": move_until,
    "mode": change_mode,
}


def seconds(name: str, given: str | float) -> float:
    """Raises Refused for what is no duration."""
    found = duration(given) if isinstance(given, str) else float(given)
    if found is None:
        raise Refused("bad_duration", {"name": name, "given": given})
    return found


def moment(given: str) -> datetime:
    """Raises Refused for what RFC 3339 allows and no calendar of ours has: leap seconds, year 0."""
    try:
        return datetime.fromisoformat(given.upper())
    except ValueError:
        raise Refused("bad_moment", {"given": given}) from None


def clock(tenant: Tenant) -> dict[str, Json]:
    plan = settings_of(tenant.clock)
    return {
        "now": iso_millis(tenant.clock.now()),
        "mode": plan.mode,
        "speed": plan.speed,
        "step_seconds": plan.step_seconds,
    }
