"""Waiting: for messages in an inbox, or for deliveries, before a request is answered."""

import asyncio
import threading
from collections.abc import Callable

from msgspec import Struct

from emulator.application.addressing import PREFIX, IncomingRequest
from emulator.core.engine.tenant import Tenant
from emulator.core.http.messages import Request, Response
from emulator.core.http.problems import Refused
from emulator.core.scenario.schema.quantities import duration
from emulator.core.webhooks.inbox import Inbox
from emulator.interfaces.admin.context import AdminContext
from emulator.interfaces.transports.asgi import Receive

INBOX = f"{PREFIX}/inbox/"
TENANT = f"{PREFIX}/tenants/"
LONGEST_WAIT = 60.0  # seconds

Stop = Callable[[], None]


class Wait(Struct, frozen=True):
    """``listen`` takes what is to be called whenever it may be over."""

    is_over: Callable[[], bool]
    listen: Callable[[Callable[[], None]], Stop]
    seconds: float

    def wait_blocking(self) -> None:
        """Returns when it is over, or when the time is."""
        enough = threading.Event()
        stop = self._listen(enough.set)
        enough.wait(self.seconds)
        stop()

    async def wait(self, receive: Receive) -> None:
        """Returns when it is over, when the time is, or when the client has gone."""
        loop = asyncio.get_running_loop()
        enough = asyncio.Event()
        stop = self._listen(lambda: loop.call_soon_threadsafe(enough.set))
        either = (
            asyncio.ensure_future(enough.wait()),
            asyncio.ensure_future(wait_disconnect(receive)),
        )
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


def requested_wait(desk: AdminContext, arrival: IncomingRequest, response: Response) -> Wait | None:
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
            inbox = desk.tenant(key).inboxes.inbox(name)
        found = wait_for_messages(inbox, int(asked.get("count", "1")), seconds)
    else:  # no other operation takes it
        key = arrival.path.removeprefix(TENANT).partition("/")[0]
        with desk.emulator.lock:
            found = wait_for_deliveries(desk, desk.tenant(key), seconds)
    return None if found.is_over() else found


def wait_for_messages(inbox: Inbox, count: int, seconds: float) -> Wait:
    """Until so many have come."""
    return Wait(lambda: inbox.count >= count, inbox.listen, seconds)


def wait_for_deliveries(desk: AdminContext, tenant: Tenant, seconds: float) -> Wait:
    """Until every attempt that is due has been made."""

    def is_over() -> bool:
        with desk.emulator.lock:
            return tenant.outbox.is_idle(tenant.clock.now())

    def listen(listener: Callable[[], None]) -> Stop:
        return desk.emulator.events.subscribe(lambda event: listener())

    return Wait(is_over, listen, seconds)


async def wait_disconnect(receive: Receive) -> None:
    """The request has been read to its end: what comes next is that the client goes away."""
    await receive()
