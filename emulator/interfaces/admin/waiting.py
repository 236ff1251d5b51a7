"""Waiting: for messages in an inbox, or for deliveries, before a request is answered."""

import asyncio
import threading
from collections.abc import Callable

from msgspec import Struct

from emulator.application.addressing import PREFIX, Arrival
from emulator.core.engine.tenant import Tenant
from emulator.core.http.messages import Request, Response
from emulator.core.http.problems import Refused
from emulator.core.scenario.schema.quantities import duration
from emulator.core.webhooks.inbox import Inbox
from emulator.interfaces.admin.context import Desk
from emulator.interfaces.transports.asgi import Receive

INBOX = f"{PREFIX}/inbox/"
TENANT = f"{PREFIX}/tenants/"
LONGEST_WAIT = 60.0  # seconds

Stop = Callable[[], None]


class Waiting(Struct, frozen=True):
    """``listen`` takes what is to be called whenever it may be over."""

    is_over: Callable[[], bool]
    listen: Callable[[Callable[[], None]], Stop]
    seconds: float

    def block(self) -> None:
        """Returns when it is over, or when the time is."""
        enough = threading.Event()
        stop = self._listen(enough.set)
        enough.wait(self.seconds)
        stop()

    async def over(self, receive: Receive) -> None:
        """Returns when it is over, when the time is, or when the client has gone."""
        loop = asyncio.get_running_loop()
        enough = asyncio.Event()
        stop = self._listen(lambda: loop.call_soon_threadsafe(enough.set))
        either = asyncio.ensure_future(enough.wait()), asyncio.ensure_future(gone(receive))
        try:
            await asyncio.wait(either, timeout=self.seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stop()
            for one in either:
                one.cancel()

    def _listen(self, enough: Callable[[], object]) -> Stop:
        def listener() -> None:
            if self.is_over():
                enough()

        stop = self.listen(listener)
        listener()  # it may have been over in between
        return stop


def waited_seconds(request: Request) -> float:
    """Raises Refused for what is no duration, below zero, or longer than anybody may wait."""
    given = request.text("wait", "0s")
    seconds = duration(given)
    if seconds is None or seconds < 0:
        raise Refused("bad_duration", {"name": "wait", "given": given})
    if seconds > LONGEST_WAIT:
        raise Refused("wait_too_long", {"given": given, "most": f"{LONGEST_WAIT:g}s"})
    return seconds


def waiting(desk: Desk, arrival: Arrival, response: Response) -> Waiting | None:
    """What the client wants to wait for; ``response``: what there was till now."""
    asked = dict(arrival.query)
    if arrival.method != "GET" or response.status != 200 or "wait" not in asked:
        return None
    seconds = duration(asked["wait"])
    if not seconds:
        return None
    if arrival.path.startswith(INBOX):
        key, _, name = arrival.path.removeprefix(INBOX).partition("/")
        with desk.emulator.lock:
            inbox = desk.tenant(key).inboxes.named(name)
        found = for_messages(inbox, int(asked.get("count", "1")), seconds)
    else:  # no other operation takes it
        key = arrival.path.removeprefix(TENANT).partition("/")[0]
        with desk.emulator.lock:
            found = for_deliveries(desk, desk.tenant(key), seconds)
    return None if found.is_over() else found


def for_messages(inbox: Inbox, count: int, seconds: float) -> Waiting:
    """Until so many have come."""
    return Waiting(lambda: inbox.count >= count, inbox.listen, seconds)


def for_deliveries(desk: Desk, tenant: Tenant, seconds: float) -> Waiting:
    """Until every attempt that is due has been made."""

    def is_over() -> bool:
        with desk.emulator.lock:
            return tenant.outbox.is_idle(tenant.clock.now())

    def listen(listener: Callable[[], None]) -> Stop:
        return desk.emulator.events.listen(lambda event: listener())

    return Waiting(is_over, listen, seconds)


async def gone(receive: Receive) -> None:
    """The request has been read to its end: what comes next is that the client goes away."""
    await receive()
