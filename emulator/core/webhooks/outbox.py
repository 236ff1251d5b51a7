"""What is owed to whom: the moments at which jobs are announced, and the deliveries that follow."""

from collections import deque
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from heapq import heapify, heappop, heappush

from msgspec.structs import replace

from emulator.core.base.clock import real
from emulator.core.base.ids import Ids
from emulator.core.http.problems import Breach, NotFound
from emulator.core.webhooks.model import Attempt, Delivery, Hook, Message, Moment, Stand

Announce = Callable[[Moment], Iterable[tuple[Message, tuple[Breach, ...]]]]
# When; moments before deliveries; the order among equals; what; when the job's last moment is.
Entry = tuple[datetime, int, int, Moment | str, datetime]


def silent(moment: Moment) -> Iterable[tuple[Message, tuple[Breach, ...]]]:
    return ()


class Outbox:
    """A tenant's plans and deliveries, in the order of its clock; nothing looks for work in jobs.

    The first attempts for one job at one address are made in order, each when the one before has
    been answered; an attempt that is to be repeated holds nothing up. The ``most`` deliveries that
    ended last are kept, while their bodies are below ``most_bytes``.
    """

    def __init__(
        self,
        ids: Ids | None = None,
        announce: Announce = silent,
        hooks: Iterable[Hook] = (),
        *,
        most: int = 1000,
        most_bytes: int = 32 * 1024 * 1024,
        read_real: Callable[[], datetime] = real,
    ) -> None:
        self._ids = ids or Ids("outbox")
        self._announce = announce
        self._hooks = list(hooks)
        self._most, self._most_bytes = most, most_bytes
        self._read_real = read_real
        self._heap: list[Entry] = []
        self._planned = 0  # how many moments have been planned
        self._count = 0  # how many deliveries there have been
        self._log: dict[str, Delivery] = {}
        self._ended: deque[str] = deque()  # the ids of those that ended, the first one first
        self._ended_bytes = 0
        self._lanes: dict[tuple[str, str], deque[str]] = {}  # busy ones, with those who wait

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
        return len(self._heap) + sum(len(waiting) + 1 for waiting in self._lanes.values())

    @property
    def log(self) -> tuple[Delivery, ...]:
        """The deliveries, oldest first."""
        return tuple(self._log.values())

    def is_idle(self, now: datetime) -> bool:
        """Whether every attempt that is due has been made, and answered or given up."""
        is_due = self.next_at is not None and self.next_at <= now
        return not is_due and all(one.stand is not Stand.SENDING for one in self._log.values())

    @property
    def hooks(self) -> tuple[Hook, ...]:
        return tuple(self._hooks)

    def hooks_of(self, provider: str) -> tuple[Hook, ...]:
        """Those who are told of all jobs."""
        return tuple(one for one in self._hooks if one.provider == provider and one.url is not None)

    def callback_of(self, provider: str) -> Hook:
        """How the addresses that jobs name for themselves are served."""
        own = (one for one in self._hooks if one.provider == provider and one.url is None)
        return next(own, Hook(provider))

    def add(self, hook: Hook) -> None:
        """Tell one more, of the jobs that are made from now on."""
        self._hooks.append(hook)

    def plan(self, moments: Iterable[Moment]) -> None:
        """Announce these moments of one job when they come, or at once if they have passed."""
        known = tuple(moments)
        for one in known:
            self._planned += 1
            last = max(other.at for other in known)
            heappush(self._heap, (one.at, 0, self._planned, one, last))

    def replan(self, before: Iterable[Moment], after: Iterable[Moment]) -> None:
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
            if isinstance(what, Moment):
                self._open(what, last)
                continue
            delivery = self._departing(self._log[what], now if live else None)
            if delivery:
                found.append(delivery)
        return tuple(found)

    def settle(self, id: str, attempt: Attempt, ended_at: datetime | None = None) -> Delivery:
        """Say what became of an attempt; the next one is planned if there is to be one."""
        delivery = self._log[id]
        for waiting in self._lanes.pop(delivery.lane):
            self._push(self._log[waiting])
        tried = (*delivery.attempts, attempt)
        retries = delivery.message.retry_seconds
        if attempt.is_good or attempt.refused or len(tried) > len(retries):
            stand = Stand.DELIVERED if attempt.is_good else Stand.FAILED
            return self._end(replace(delivery, attempts=tried, stand=stand))
        wait = timedelta(seconds=retries[len(tried) - 1])
        again_at = (ended_at or attempt.at) + wait
        delivery = replace(delivery, attempts=tried, stand=Stand.WAITING, due_at=again_at)
        self._log[id] = delivery
        self._push(delivery)
        return delivery

    def send_again(self, id: str, now: datetime) -> Delivery:
        """The same message once more, as a delivery of its own. Raises NotFound."""
        if id not in self._log:
            raise NotFound("Delivery", id)
        old = self._log[id]
        return self._add(old.provider, old.job, old.message, now, old.message_id, old.breaches)

    def clear(self) -> None:
        """Forget the deliveries that ended."""
        while self._ended:
            self._drop()

    def _open(self, moment: Moment, last: datetime) -> None:
        """The deliveries of a moment that has come."""
        for message, breaches in self._announce(moment):
            hook = message.hook
            at = last if hook.reversed else moment.at
            message_id = self._ids.derived("message", self._count + 1).uuid()
            for _ in range(1 + hook.duplicates):
                draw = self._ids.derived("delay", self._count + 1)
                due_at = at + timedelta(seconds=draw.number(*hook.delay_seconds))
                self._add(moment.provider, moment.job, message, due_at, message_id, breaches)

    def _add(
        self,
        provider: str,
        job: str,
        message: Message,
        due_at: datetime,
        message_id: str,
        breaches: tuple[Breach, ...],
    ) -> Delivery:
        self._count += 1
        id = self._ids.derived("delivery", self._count).uuid()
        delivery = Delivery(
            id, self._count, message_id, provider, job, message, due_at, breaches=breaches
        )
        self._log[id] = delivery
        self._push(delivery)
        return delivery

    def _push(self, delivery: Delivery) -> None:
        order = -delivery.number if delivery.message.hook.reversed else delivery.number
        heappush(self._heap, (delivery.due_at, 1, order, delivery.id, delivery.due_at))

    def _departing(self, delivery: Delivery, now: datetime | None) -> Delivery | None:
        """The delivery on its way; None: it waits until its lane is free."""
        if delivery.lane in self._lanes:
            self._lanes[delivery.lane].append(delivery.id)
            return None
        self._lanes[delivery.lane] = deque()
        at = now or delivery.due_at
        message = delivery.message
        sealed_at = self._read_real() if message.hook.real_timestamps else at
        sealed = message.body + b"\n" if message.hook.wrong_signature else message.body
        headers = {**message.headers, **message.seal(delivery.message_id, sealed_at, sealed)}
        sending = replace(delivery, due_at=at, stand=Stand.SENDING, headers=headers)
        self._log[delivery.id] = sending
        return sending

    def _end(self, delivery: Delivery) -> Delivery:
        self._log[delivery.id] = delivery
        self._ended.append(delivery.id)
        self._ended_bytes += len(delivery.message.body)
        while len(self._ended) > self._most or self._ended_bytes > self._most_bytes:
            self._drop()
        return delivery

    def _drop(self) -> None:
        """Forget the delivery that ended first."""
        self._ended_bytes -= len(self._log.pop(self._ended.popleft()).message.body)
