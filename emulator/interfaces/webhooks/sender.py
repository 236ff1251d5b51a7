"""Postman: sends what is due, in a thread that lives while there is something to send."""

import asyncio
import logging
import ssl
import sys
from datetime import datetime
from math import inf
from threading import Condition, Thread
from weakref import WeakValueDictionary

from msgspec import Struct, field

from emulator.application.emulator import Emulator
from emulator.core.base.clock import Clock
from emulator.core.engine.tenant import Tenant
from emulator.core.webhooks.inbox import Inboxes, InboxFull
from emulator.core.webhooks.model import INBOX, Attempt, Delivery
from emulator.core.webhooks.outbox import Outbox
from emulator.interfaces.transports.event_loops import unfrozen_event_loop
from emulator.interfaces.webhooks.http_client import NoAnswer, send_request
from emulator.interfaces.webhooks.own_inboxes import deliver_to_inbox, inbox_path
from emulator.interfaces.webhooks.targets import BadTarget, Target, TargetPolicy, Unresolved

TIMEOUT_SECONDS = 15.0  # Svix, "Retry schedule": how long a receiver may take
MOST_CONCURRENT = 20  # connections to one receiver; a slow one holds up nobody else
TIMER_TOLERANCE_SECONDS = 0.001  # by which an alarm may be late
LONGEST_WAIT = 3600.0  # seconds; after them the clock is asked again

log = logging.getLogger("speech_emulator")


class SendContext(Struct, frozen=True):
    """One life of a tenant, of which its next one, after a reset, hears nothing."""

    tenant: Tenant
    outbox: Outbox
    inboxes: Inboxes
    clock: Clock


class SenderRun(Struct):
    """One life of the thread."""

    loop: asyncio.AbstractEventLoop = field(default_factory=unfrozen_event_loop)
    over: asyncio.Event = field(default_factory=asyncio.Event)
    tasks: dict[asyncio.Task[Attempt], SendContext] = field(default_factory=dict)
    scheduled: int = 0  # alarms that are about to be set
    alarms: dict[str, asyncio.TimerHandle] = field(default_factory=dict)  # tenant's key -> next
    alarm_times: dict[str, float] = field(default_factory=dict)  # by the loop's clock; of the same
    slots: WeakValueDictionary[str, asyncio.Semaphore] = field(default_factory=WeakValueDictionary)
    trust: ssl.SSLContext | None = None


class WebhookSender:
    """Serves the tenants of one emulator.

    ``collect`` is to be called whenever something may have come due: after each request and after
    each move of a clock. A clock that moves by itself is watched from then on.
    """

    def __init__(
        self,
        emulator: Emulator,
        targets: TargetPolicy | None = None,
        *,
        timeout_seconds: float = TIMEOUT_SECONDS,
    ) -> None:
        self._emulator = emulator
        self._targets = targets or TargetPolicy()
        self._timeout_seconds = timeout_seconds
        self._idle = Condition(emulator.lock)
        self._in_flight = 0
        self._run: SenderRun | None = None
        self._thread: Thread | None = None
        self._is_closed = False

    def send_due(self, tenant: Tenant) -> None:
        with self._emulator.lock:
            outbox, clock = tenant.outbox, tenant.clock
            if self._is_closed or outbox.next_at is None:
                return
            if not self._emulator.tenants.has(tenant):
                return
            sender = SendContext(tenant, outbox, tenant.inboxes, clock)
            for delivery in outbox.due(clock.now(), live=clock.speed > 0):
                self._in_flight += 1
                self._start(sender, delivery)
            if clock.speed and outbox.next_at is not None:
                self._watch(tenant, outbox.next_at)

    def wait_idle(self, timeout_seconds: float = 10.0) -> bool:
        """Wait until nothing is under way; False when that took too long."""
        with self._idle:
            return self._idle.wait_for(lambda: self._in_flight == 0, timeout_seconds)

    def forget_tenant(self, key: str) -> None:
        """The tenant is gone, or begins afresh: what is under way for it is given up."""
        with self._emulator.lock:
            if self._run:
                self._run.loop.call_soon_threadsafe(self._give_up, self._run, key)

    def close(self) -> None:
        """Stop at once, for good; what is under way is given up. Not to be called with the lock."""
        with self._emulator.lock:
            self._is_closed = True
            round, thread, self._run = self._run, self._thread, None
            if round:
                round.loop.call_soon_threadsafe(round.over.set)
        if thread and not sys.is_finalizing():  # its thread is frozen then
            thread.join()

    def _start(self, sender: SendContext, delivery: Delivery) -> None:
        round = self._is_running()

        def done(task: asyncio.Task[Attempt]) -> None:
            del round.tasks[task]
            self._settle(sender, delivery, attempt_outcome(task, delivery, round))
            self._end_if_idle(round)

        def begin() -> None:
            task = round.loop.create_task(self._attempt(round, sender, delivery))
            round.tasks[task] = sender
            task.add_done_callback(done)

        round.loop.call_soon_threadsafe(begin)

    def _watch(self, tenant: Tenant, next_at: datetime) -> None:
        """Collect again at that time of the tenant's clock, unless its alarm rings before."""
        round, key = self._is_running(), tenant.key
        wait = (next_at - tenant.clock.now()).total_seconds() / tenant.clock.speed
        wait_seconds = min(max(wait, 0.0), LONGEST_WAIT)
        rings_at = round.loop.time() + wait_seconds
        if round.alarm_times.get(key, inf) <= rings_at + TIMER_TOLERANCE_SECONDS:
            return  # to wind it anew for each request would double the time that one takes
        round.alarm_times[key] = rings_at
        round.scheduled += 1

        def ring() -> None:
            with self._emulator.lock:
                round.alarms.pop(key, None)
                round.alarm_times.pop(key, None)
            self.send_due(tenant)
            self._end_if_idle(round)

        def wind() -> None:
            if key in round.alarms:
                round.alarms[key].cancel()
            round.alarms[key] = round.loop.call_later(wait_seconds, ring)
            with self._emulator.lock:
                round.scheduled -= 1

        round.loop.call_soon_threadsafe(wind)

    def _is_running(self) -> SenderRun:
        """The thread's life, begun if need be; the lock is held."""
        if self._run is None:
            self._run = round = SenderRun()
            self._thread = Thread(
                target=run_sender,
                args=(round, self._thread),
                name="speech-emulator-postman",
                daemon=True,
            )
            self._thread.start()
        return self._run

    def _end_if_idle(self, round: SenderRun) -> None:
        with self._emulator.lock:
            busy = self._in_flight or round.alarms or round.scheduled
            if self._run is round and not busy:
                self._run = None
                round.over.set()

    def _give_up(self, round: SenderRun, key: str) -> None:
        with self._emulator.lock:
            round.alarm_times.pop(key, None)
            alarm = round.alarms.pop(key, None)
            if alarm:
                alarm.cancel()
            left = [
                task
                for task, sender in round.tasks.items()
                if sender.tenant.key == key and not self._is_current(sender)
            ]
        for task in left:
            task.cancel()
        self._end_if_idle(round)

    def _is_current(self, sender: SendContext) -> bool:
        tenant = sender.tenant
        return sender.outbox is tenant.outbox and self._emulator.tenants.has(tenant)

    def _settle(self, sender: SendContext, delivery: Delivery, attempt: Attempt) -> None:
        with self._idle:
            clock = sender.clock
            ended_at = clock.now() if clock.speed else None
            settled = sender.outbox.record_attempt(delivery.id, attempt, ended_at)
            self._in_flight -= 1
            log_attempt(settled, attempt)
            if self._is_current(sender):
                self._emulator.events.publish("delivery", sender.tenant.key, settled)
                if self._run:
                    self.send_due(sender.tenant)
            self._idle.notify_all()

    async def _attempt(self, round: SenderRun, sender: SendContext, delivery: Delivery) -> Attempt:
        """What became of it, whatever the receiver does."""
        began = round.loop.time()
        status: int | None = None
        error = ""
        refused = False
        try:
            status = await self._send(round, sender, delivery)
        except BadTarget as reason:
            error, refused = str(reason), True
        except TimeoutError:
            error = f"no answer within {self._timeout_seconds:g} s"
        except (Unresolved, NoAnswer) as reason:
            error = str(reason)
        duration_ms = int((round.loop.time() - began) * 1000)
        return Attempt(delivery.due_at, status, error, duration_ms, refused)

    async def _send(self, round: SenderRun, sender: SendContext, delivery: Delivery) -> int:
        """The status of the answer. Raises BadTarget, Unresolved, TimeoutError and NoAnswer."""
        url = delivery.message.url
        if url.startswith(INBOX):
            return self._put_into_inbox(sender, url.removeprefix(INBOX), delivery)
        async with asyncio.timeout(self._timeout_seconds):
            target = await self._targets.find(url)
        message = delivery.message
        place = inbox_path(target.url, self._emulator.own_urls)
        if place:
            return deliver_to_inbox(
                self._emulator, target, place, message.method, delivery.headers, message.body
            )
        slot = round.slots.setdefault(target.name, asyncio.Semaphore(MOST_CONCURRENT))
        async with slot, asyncio.timeout(self._timeout_seconds):
            trust = trust_for(round, target)
            return await send_request(target, message.method, delivery.headers, message.body, trust)

    def _put_into_inbox(self, sender: SendContext, name: str, delivery: Delivery) -> int:
        """Into the tenant's own inbox, without a socket."""
        message = delivery.message
        headers = {name.lower(): value for name, value in delivery.headers.items()}
        with self._emulator.lock:
            try:
                inbox = sender.inboxes.inbox(name)
                return inbox.receive(
                    sender.clock.now(), message.method, headers, (), message.body
                ).status
            except InboxFull as error:
                raise BadTarget(str(error)) from None


def run_sender(round: SenderRun, before: Thread | None) -> None:
    """The thread: first its predecessor ends, so that to wait for one is to wait for all."""
    if before:
        before.join()
    with asyncio.Runner(loop_factory=lambda: round.loop) as runner:
        runner.run(until_over(round))


def attempt_outcome(task: asyncio.Task[Attempt], delivery: Delivery, round: SenderRun) -> Attempt:
    if task.cancelled():
        why = "the emulator was stopped" if round.over.is_set() else "the tenant was forgotten"
        return Attempt(delivery.due_at, error=why)
    bug = task.exception()
    if bug is None:
        return task.result()
    # One that is not settled would be waited for until the end of the program.
    log.error("the webhook %s broke the emulator", delivery.id, exc_info=bug)
    return Attempt(delivery.due_at, error=f"a bug of the emulator's: {type(bug).__name__}: {bug}")


async def until_over(round: SenderRun) -> None:
    await round.over.wait()
    for alarm in round.alarms.values():
        alarm.cancel()
    left = list(round.tasks)
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)


def trust_for(round: SenderRun, target: Target) -> ssl.SSLContext | None:
    """What the machine trusts; it takes 20 ms to read, and is for https alone."""
    if not target.url.startswith("https:"):
        return None
    if round.trust is None:
        round.trust = ssl.create_default_context()
    return round.trust


def log_attempt(delivery: Delivery, attempt: Attempt) -> None:
    """One line for each attempt; louder when it was our rules that refused it."""
    log.log(
        logging.WARNING if attempt.refused else logging.INFO,
        "webhook %s %s %s -> %s",
        delivery.message.event,
        delivery.message.method,
        delivery.message.url,
        attempt.error if attempt.status is None else attempt.status,
    )
