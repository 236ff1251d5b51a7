"""Webhooks in Python: what a tenant is told of, what became of it, and its inboxes."""

from collections.abc import Iterable
from datetime import datetime
from threading import Event
from urllib.parse import quote

from emulator.application.emulator import Emulator
from emulator.core.base.escaping import escaped_line
from emulator.core.engine.tenant import Tenant
from emulator.core.http.messages import Json
from emulator.core.webhooks.inbox import Inbox, ReceivedMessage
from emulator.core.webhooks.model import Delivery, Secret, Webhook
from emulator.interfaces.control.clock import duration_seconds

UNANSWERED = "after {:g} s there are attempts that nobody has answered"


class WaitTimedOut(AssertionError):
    """What was waited for did not come; says what did."""


class WebhookControl:
    """The webhooks of one tenant."""

    def __init__(self, emulator: Emulator, tenant: Tenant) -> None:
        self._emulator = emulator
        self._tenant = tenant

    @property
    def deliveries(self) -> tuple[Delivery, ...]:
        """What was sent, or is to be sent, with each attempt; oldest first."""
        with self._emulator.lock:
            return self._tenant.outbox.log

    def add(
        self,
        provider: str,
        url: str,
        *,
        events: tuple[str, ...] = (),
        secret: str | None = None,
        real_timestamps: bool = False,
    ) -> None:
        """Tell an address of the jobs that are made from now on; as in a scenario."""
        known = {one.name: one.webhooks.events for one in self._emulator.providers}
        words = known.get(provider, ())
        strange = [event for event in events if event not in words]
        if not words or strange:
            told = ", ".join(words) or "nothing"
            raise ValueError(f"{provider} tells of {told}; not of {', '.join(strange) or 'jobs'}")
        hook = Webhook(
            provider,
            url,
            tuple(events),
            None if secret is None else Secret(secret),
            real_timestamps=real_timestamps,
        )
        with self._emulator.lock:
            self._tenant.outbox.add(hook)

    def send_again(self, id: str) -> Delivery:
        """The same message once more, now. Raises NotFound for an unknown delivery."""
        with self._emulator.lock:
            again = self._tenant.outbox.send_again(id, self._tenant.clock.now())
            self._emulator.send_due_webhooks(self._tenant)
            return again

    def wait(self, timeout: str | float = "10s") -> tuple[Delivery, ...]:
        """The deliveries, once every attempt that is due has been made. Raises NothingCame."""
        limit = duration_seconds(timeout)
        if self._emulator.webhook_sender and not self._emulator.webhook_sender.wait_idle(limit):
            raise WaitTimedOut(UNANSWERED.format(limit))
        return self.deliveries


class InboxControl:
    """One inbox of a tenant: an address to send to, and what has come."""

    def __init__(
        self, emulator: Emulator, tenant: Tenant, base_url: str, name: str, answers: tuple[int, ...]
    ) -> None:
        self._emulator = emulator
        self._tenant = tenant
        self.name = name
        query = f"?answers={','.join(map(str, answers))}" if answers else ""
        place = f"{quote(tenant.key, safe='')}/{quote(name, safe='')}"
        self.url = f"{base_url}/_emulator/inbox/{place}{query}"

    @property
    def messages(self) -> tuple[ReceivedMessage, ...]:
        """The last ones, oldest first."""
        with self._emulator.lock:
            return self._inbox.messages

    @property
    def bodies(self) -> list[Json]:
        """The messages' JSON. Raises ValueError where one is none."""
        return [message.json() for message in self.messages]

    def wait(self, count: int = 1, *, timeout: str | float = "5s") -> tuple[ReceivedMessage, ...]:
        """The messages, once there have been so many. Raises NothingCame."""
        limit = duration_seconds(timeout)
        came = Event()
        with self._emulator.lock:
            inbox = self._inbox
            stop = inbox.listen(lambda: came.set() if inbox.count >= count else None)
            missing = inbox.count < count
        try:
            if missing and not came.wait(limit):
                raise WaitTimedOut(self._timed_out(inbox, count, limit))
        finally:
            stop()
        return self.messages

    def clear(self) -> None:
        """Forget the messages, and begin to count again."""
        with self._emulator.lock:
            self._inbox.clear()

    @property
    def _inbox(self) -> Inbox:
        return self._tenant.inboxes.inbox(self.name)

    def _timed_out(self, inbox: Inbox, count: int, limit: float) -> str:
        """What is missing, and where it may be."""
        with self._emulator.lock:
            now, sent = self._tenant.clock.now(), self._tenant.outbox.log
            return wait_timed_out(self.name, inbox.count, count, limit, now, sent)


def wait_timed_out(
    inbox: str,
    found: int,
    wanted: int,
    limit_seconds: float,
    now: datetime,
    deliveries: Iterable[Delivery],
) -> str:
    """What an inbox is short of, and where it may be."""
    lines = [
        f"  {delivery.message.event} to {delivery.message.url}: {delivery.state}, "
        f"{len(delivery.attempts)} sent"
        for delivery in deliveries
    ]
    told = "\n".join(["deliveries:", *map(escaped_line, lines)]) if lines else "nothing was sent"
    return (
        f'the inbox "{inbox}" has {found} of {wanted} messages after {limit_seconds:g} s '
        f"(the clock stands at {now:%Y-%m-%d %H:%M:%S}); {told}"
    )
