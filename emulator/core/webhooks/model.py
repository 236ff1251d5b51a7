"""Webhooks as values: registrations, messages, deliveries and their attempts."""

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum

from msgspec import Struct, field

from emulator.core.http.messages import EMPTY, Json
from emulator.core.http.problems import Violation

INBOX = "inbox:"  # what the address of a tenant's own inbox begins with


class Secret(str):
    """A text that stays out of logs and messages."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "Secret(...)"


class Webhook(Struct, frozen=True):
    """Who is told of an account's jobs, and what shall go wrong on the way."""

    provider: str
    url: str | None = None  # None: whatever address a job names for itself
    events: tuple[str, ...] = ()  # none: all
    secret: Secret | None = None
    duplicates: int = 0  # how many times more each message is sent
    delay_seconds: tuple[float, float] = (0.0, 0.0)  # drawn between the two
    reversed: bool = False  # the last event of a job first, all at the moment of the last
    wrong_signature: bool = False
    real_timestamps: bool = False  # signed as of the real time, not of the tenant's clock

    def wants(self, event: str) -> bool:
        return not self.events or event in self.events


class PlannedEvent(Struct, frozen=True):
    """When something happens to a job that somebody may want to know."""

    at: datetime
    provider: str
    job: str  # its id
    event: str  # in the provider's words


Signer = Callable[[str, datetime, bytes], Mapping[str, str]]


def unsigned(id: str, at: datetime, body: bytes) -> Mapping[str, str]:
    """No headers: the message carries no signature, nor anything else that an attempt decides."""
    return EMPTY


class Message(Struct, frozen=True):
    """What a provider sends of one event to one address."""

    url: str
    event: str
    body: bytes
    webhook: Webhook
    method: str = "POST"
    headers: Mapping[str, str] = field(default_factory=dict)
    signer: Signer = (
        unsigned  # the headers of an attempt: of the message's id, the moment, the body
    )
    retry_seconds: tuple[float, ...] = ()  # from the end of an attempt to the next one
    content: Json = None  # what the body was made from
    schema: str | None = None  # the name of its schema in the contract


class DeliveryStatus(StrEnum):
    """How far a delivery has come."""

    WAITING = "waiting"
    SENDING = "sending"
    DELIVERED = "delivered"
    FAILED = "failed"


FINAL_STATUSES = frozenset({DeliveryStatus.DELIVERED, DeliveryStatus.FAILED})


class Attempt(Struct, frozen=True):
    at: datetime  # by the tenant's clock
    status: int | None = None  # what was answered; None: nothing
    error: str = ""  # why nothing was
    duration_ms: int = 0  # of real time
    refused: bool = False  # by our own rules: it was never sent, and will not be

    @property
    def is_successful(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


class Delivery(Struct, frozen=True):
    """One message on its way to one address, with all attempts."""

    id: str
    number: int  # counts the deliveries of a tenant, from 1
    message_id: str  # the same for copies and for what is sent again
    provider: str
    job: str
    message: Message
    due_at: datetime  # when the next attempt is made, or the last one was
    state: DeliveryStatus = DeliveryStatus.WAITING
    headers: Mapping[str, str] = field(default_factory=dict)  # of the last attempt
    attempts: tuple[Attempt, ...] = ()
    violations: tuple[Violation, ...] = ()  # of the body: our bugs

    @property
    def ordering_key(self) -> tuple[str, str]:
        """Deliveries in one lane go one after another."""
        return self.job, self.message.url
