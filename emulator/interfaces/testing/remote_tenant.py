"""A tenant of an emulator that runs elsewhere: its clock, faults, webhooks and inboxes."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from emulator.client import sync
from emulator.core.faults.engine import Rule
from emulator.core.http.messages import Json
from emulator.core.scenario.model import ClockSettings
from emulator.core.webhooks.inbox import ReceivedMessage
from emulator.core.webhooks.model import Delivery
from emulator.interfaces.control.clock import duration_seconds
from emulator.interfaces.control.webhooks import UNANSWERED, WaitTimedOut, wait_timed_out
from emulator.interfaces.testing.remote_values import (
    local_errors,
    to_delivery,
    to_message,
    to_rule,
)

LONGEST_WAIT = 30.0  # seconds that one request waits; the admin API has its own bound


class RemoteClock:
    """The time of a tenant elsewhere; ``usual_mode``: of a plan that names none."""

    def __init__(self, clock: sync.Clock, usual_mode: str) -> None:
        self._clock = clock
        self._usual_mode = usual_mode

    @property
    def now(self) -> datetime:
        return self._clock.now

    def advance(self, duration: str | float) -> datetime:
        """Move on by ``"10s"``, ``"5m"`` or a number of seconds; gives the new time."""
        with local_errors():
            return self._clock.advance(duration_seconds(duration))

    def to(self, moment: datetime) -> datetime:
        """Move on to an instant. Raises BackInTime for one that has passed."""
        with local_errors():
            return self._clock.to(moment)

    def until(self, job_id: str, phase: str = "completed") -> datetime:
        """Move on to the moment at which the job enters the phase; stays when it has done so.

        Raises NeverHappens when there is no such job, or its timeline has no such phase.
        """
        with local_errors():
            return self._clock.until(job_id, phase)

    def turn(self, plan: ClockSettings) -> datetime:
        """Go on from now as another kind of clock, or with another speed or step."""
        mode = plan.mode or self._usual_mode
        how = {"wall": {"speed": plan.speed}, "step": {"step": plan.step_seconds}}
        with local_errors():
            return self._clock.turn(mode, **how.get(mode, {}))


class RemoteFaults:
    """The faults of a tenant elsewhere."""

    def __init__(self, tenant: sync.Tenant) -> None:
        self._tenant = tenant

    @property
    def rules(self) -> tuple[Rule, ...]:
        """In the order in which they are asked, with their counts."""
        return tuple(to_rule(fault) for fault in self._tenant.faults())

    def add(self, fault: Mapping[str, Any]) -> str:
        """Add one before all others, as ``{"when": {"call": 2}, "answer": 503}``; gives its id.

        Raises ScenarioErrors for what the language does not know, and TooManyFaults.
        """
        with local_errors():
            [added] = self._tenant.add_faults(dict(fault))
        return added.id

    def remove(self, id: str) -> None:
        """Raises LookupError when there is no such fault."""
        with local_errors():
            self._tenant.remove_fault(id)

    def clear(self) -> None:
        """Remove all of them, the scenario's too."""
        self._tenant.clear_faults()


class RemoteWebhooks:
    """The webhooks of a tenant elsewhere."""

    def __init__(self, tenant: sync.Tenant) -> None:
        self._tenant = tenant

    @property
    def deliveries(self) -> tuple[Delivery, ...]:
        """What was sent, or is to be sent, with each attempt; oldest first."""
        return tuple(to_delivery(delivery) for delivery in self._tenant.deliveries())

    def add(
        self,
        provider: str,
        url: str,
        *,
        events: tuple[str, ...] = (),
        secret: str | None = None,
        real_timestamps: bool = False,
    ) -> None:
        """Tell an address of the jobs that are made from now on. Raises ValueError."""
        hook = {
            "provider": provider,
            "url": url,
            "events": list(events) or None,
            "secret": secret,
            "timestamps": "real" if real_timestamps else None,
        }
        with local_errors():
            self._tenant.add_webhook(**hook)

    def send_again(self, id: str) -> Delivery:
        """The same message once more, now. Raises NotFound for an unknown delivery."""
        with local_errors():
            return to_delivery(self._tenant.send_again(id))

    def wait(self, timeout: str | float = "10s") -> tuple[Delivery, ...]:
        """The deliveries, once every attempt that is due has been made. Raises NothingCame."""
        limit = duration_seconds(timeout)
        for wait in wait_slices(limit):
            log = self._tenant.delivery_log(wait)
            if log.idle:
                return tuple(to_delivery(delivery) for delivery in log.deliveries)
        raise WaitTimedOut(UNANSWERED.format(limit))


class RemoteInbox:
    """One inbox of a tenant elsewhere: an address to send to, and what has come."""

    def __init__(
        self,
        inbox: sync.Inbox,
        clock: RemoteClock,
        deliveries: Callable[[], tuple[Delivery, ...]],
    ) -> None:
        self._inbox = inbox
        self._clock = clock
        self._deliveries = deliveries
        self.name, self.url = inbox.name, inbox.url

    @property
    def messages(self) -> tuple[ReceivedMessage, ...]:
        """The last ones, oldest first."""
        return tuple(to_message(message) for message in self._inbox.messages)

    @property
    def bodies(self) -> list[Json]:
        """The messages' JSON. Raises ValueError where one is none."""
        return [message.json() for message in self.messages]

    def wait(self, count: int = 1, *, timeout: str | float = "5s") -> tuple[ReceivedMessage, ...]:
        """The messages, once there have been so many. Raises NothingCame."""
        limit, came = duration_seconds(timeout), 0
        for wait in wait_slices(limit):
            sent = self._inbox.wait(count, wait) if count > 0 else self._inbox.messages
            found = tuple(to_message(one) for one in sent)
            came = found[-1].number if found else 0
            if came >= count:
                return found
        raise WaitTimedOut(
            wait_timed_out(self.name, came, count, limit, self._clock.now, self._deliveries())
        )

    def clear(self) -> None:
        """Forget the messages, and begin to count again."""
        self._inbox.clear()


def wait_slices(limit_seconds: float) -> Iterator[str]:
    """A long wait as several that one request may take; at least one."""
    left = limit_seconds
    while True:
        yield f"{max(min(left, LONGEST_WAIT), 0.0):.3f}s"
        left -= LONGEST_WAIT
        if left <= 0:
            return
