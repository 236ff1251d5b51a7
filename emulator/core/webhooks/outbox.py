"""What is owed to whom: the moments at which jobs are announced, and the deliveries that follow."""

from collections import deque
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from heapq import heapify, heappop, heappush

from msgspec.structs import replace

from emulator.core.base.clock import system_now
from emulator.core.base.ids import SeededRandom
from emulator.core.http.problems import NotFound, Violation
from emulator.core.webhooks.model import (
    Attempt,
    Delivery,
    DeliveryStatus,
    Message,
    PlannedEvent,
    Webhook,
)

Announce = Callable[[PlannedEvent], Iterable[tuple[Message, tuple[Violation, ...]]]]
# When; moments before deliveries; the order among equals; what; when the job's last moment is.
Entry = tuple[datetime, int, int, PlannedEvent | str, datetime]


def announce_nothing(moment: PlannedEvent) -> Iterable[tuple[Message, tuple[Violation, ...]]]:
    return ()


class Outbox:
    """A tenant's plans and deliveries, in the order of its clock; nothing looks for work in jobs.

    The first attempts for one job at one address are made in order, each when the one before has
    been answered; an attempt that is to be repeated holds nothing up. The ``most`` deliveries that
    ended last are kept, while their bodies are below ``most_bytes``.
    """

    def __init__(
        self,
        ids: SeededRandom | None = None,
        announce: Announce = announce_nothing,
        hooks: Iterable[Webhook] = (),
        *,
        most: int = 1000,
        most_bytes: int = 32 * 1024 * 1024,
        read_real: Callable[[], datetime] = system_now,
    ) -> None:
        self._ids = ids or SeededRandom("outbox")
        self._announce = announce
        self._webhooks = list(hooks)
        self._most, self._most_bytes = most, most_bytes
        self._read_real = read_real
        self._heap: list[Entry] = []
        self._planned = 0  # how many moments have been planned
        self._count = 0  # how many deliveries there have been
        self._log: dict[str, Delivery] = {}
        self._finished: deque[str] = deque()  # the ids of those that ended, the first one first
        self._finished_bytes = 0
        self._queues: dict[tuple[str, str], deque[str]] = {}  # busy ones, with those who wait

    def announce_with(self, announce: Announce) -> None:
        """Ask another one what is sent of a moment."""
        self._announce = announce

    @property
    def next_at(self) -> datetime | None:
        """When something is due; None: nothing ever is."""
        return self._heap[0][0] if self._heap else None

    @property
    def pending(self) -> int:
        """How many moments and deliveries are still to come."""
        return len(self._heap) + sum(len(waiting) + 1 for waiting in self._queues.values())

    @property
    def log(self) -> tuple[Delivery, ...]:
        """The deliveries, oldest first."""
        return tuple(self._log.values())

    def is_idle(self, now: datetime) -> bool:
        """Whether every attempt that is due has been made, and answered or given up."""
        is_due = self.next_at is not None and self.next_at <= now
        return not is_due and all(
            one.state is not DeliveryStatus.SENDING for one in self._log.values()
        )

    @property
    def webhooks(self) -> tuple[Webhook, ...]:
        return tuple(self._webhooks)

    def webhooks_of(self, provider: str) -> tuple[Webhook, ...]:
        """Those who are told of all jobs."""
        return tuple(
            webhook
            for webhook in self._webhooks
            if webhook.provider == provider and webhook.url is not None
        )

    def callback_of(self, provider: str) -> Webhook:
        """How the addresses that jobs name for themselves are served."""
        own = (
            webhook
            for webhook in self._webhooks
            if webhook.provider == provider and webhook.url is None
        )
        return next(own, Webhook(provider))

    def add(self, hook: Webhook) -> None:
        """Tell one more, of the jobs that are made from now on."""
        self._webhooks.append(hook)

    def plan(self, moments: Iterable[PlannedEvent]) -> None:
        """Announce these moments of one job when they come, or at once if they have passed."""
        known = tuple(moments)
        for one in known:
            self._planned += 1
            last = max(other.at for other in known)
            heappush(self._heap, (one.at, 0, self._planned, one, last))

    def replan(self, before: Iterable[PlannedEvent], after: Iterable[PlannedEvent]) -> None:
        """A job goes otherwise than was planned: keep what has been, forget what was to come."""
        old, new = set(before), tuple(after)
        pending = {what for _, _, _, what, _ in self._heap if what in old}
        self._heap = [entry for entry in self._heap if entry[3] not in pending]
        heapify(self._heap)
        self.plan(one for one in new if one in pending or one not in old)

    def due(self, now: datetime, *, live: bool = False) -> tuple[Delivery, ...]:
        """What is to be sent now, in the order of time.

        Each is sent as of the moment at which it was due, or of ``now`` where the clock is a
        ``live`` one; a body always tells what was so at its event's own moment.
        """
        found: list[Delivery] = []
        while self._heap and self._heap[0][0] <= now:
            _, _, _, what, last = heappop(self._heap)
            if isinstance(what, PlannedEvent):
                self._announce_due(what, last)
                continue
            delivery = self._prepare_to_send(self._log[what], now if live else None)
            if delivery:
                found.append(delivery)
        return tuple(found)

    def record_attempt(
        self, id: str, attempt: Attempt, ended_at: datetime | None = None
    ) -> Delivery:
        """Say what became of an attempt; the next one is planned if there is to be one."""
        delivery = self._log[id]
        for waiting in self._queues.pop(delivery.ordering_key):
            self._push(self._log[waiting])
        tried = (*delivery.attempts, attempt)
        retries = delivery.message.retry_seconds
        if attempt.is_successful or attempt.refused or len(tried) > len(retries):
            stand = DeliveryStatus.DELIVERED if attempt.is_successful else DeliveryStatus.FAILED
            return self._finish(replace(delivery, attempts=tried, state=stand))
        wait = timedelta(seconds=retries[len(tried) - 1])
        again_at = (ended_at or attempt.at) + wait
        delivery = replace(delivery, attempts=tried, state=DeliveryStatus.WAITING, due_at=again_at)
        self._log[id] = delivery
        self._push(delivery)
        return delivery

    def send_again(self, id: str, now: datetime) -> Delivery:
        """The same message once more, as a delivery of its own. Raises NotFound."""
        if id not in self._log:
            raise NotFound("Delivery", id)
        old = self._log[id]
        return self._add(old.provider, old.job, old.message, now, old.message_id, old.violations)

    def clear(self) -> None:
        """Forget the deliveries that ended."""
        while self._finished:
            self._evict()

    def _announce_due(self, moment: PlannedEvent, last: datetime) -> None:
        """The deliveries of a moment that has come."""
        for message, violations in self._announce(moment):
            hook = message.webhook
            at = last if hook.reversed else moment.at
            message_id = self._ids.child("message", self._count + 1).uuid()
            for _ in range(1 + hook.duplicates):
                draw = self._ids.child("delay", self._count + 1)
                due_at = at + timedelta(seconds=draw.number(*hook.delay_seconds))
                self._add(moment.provider, moment.job, message, due_at, message_id, violations)

    def _add(
        self,
        provider: str,
        job: str,
        message: Message,
        due_at: datetime,
        message_id: str,
        violations: tuple[Violation, ...],
    ) -> Delivery:
        self._count += 1
        id = self._ids.child("delivery", self._count).uuid()
        delivery = Delivery(
            id, self._count, message_id, provider, job, message, due_at, violations=violations
        )
        self._log[id] = delivery
        self._push(delivery)
        return delivery

    def _push(self, delivery: Delivery) -> None:
        order = -delivery.number if delivery.message.webhook.reversed else delivery.number
        heappush(self._heap, (delivery.due_at, 1, order, delivery.id, delivery.due_at))

    def _prepare_to_send(self, delivery: Delivery, now: datetime | None) -> Delivery | None:
        """The delivery on its way; None: it waits until its lane is free."""
        if delivery.ordering_key in self._queues:
            self._queues[delivery.ordering_key].append(delivery.id)
            return None
        self._queues[delivery.ordering_key] = deque()
        at = now or delivery.due_at
        message = delivery.message
        sealed_at = self._read_real() if message.webhook.real_timestamps else at
        sealed = message.body + b"\n" if message.webhook.wrong_signature else message.body
        headers = {**message.headers, **message.signer(delivery.message_id, sealed_at, sealed)}
        sending = replace(delivery, due_at=at, state=DeliveryStatus.SENDING, headers=headers)
        self._log[delivery.id] = sending
        return sending

    def _finish(self, delivery: Delivery) -> Delivery:
        self._log[delivery.id] = delivery
        self._finished.append(delivery.id)
        self._finished_bytes += len(delivery.message.body)
        while len(self._finished) > self._most or self._finished_bytes > self._most_bytes:
            self._evict()
        return delivery

    def _evict(self) -> None:
        """Forget the delivery that ended first."""
        self._finished_bytes -= len(self._log.pop(self._finished.popleft()).message.body)
