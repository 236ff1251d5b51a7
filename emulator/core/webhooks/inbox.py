"""Inbox: receives whatever is sent, for whoever has no server of their own."""

from collections import deque
from collections.abc import Callable, Mapping
from datetime import datetime

from msgspec import Struct, field

from emulator.core.http.messages import Json, Pairs, parse_json

MOST_INBOXES = 100  # of one tenant
MOST_MESSAGES = 100  # of one inbox
MOST_BYTES = 1024 * 1024  # of one message


class InboxFull(Exception):
    """The message, or the number of a tenant's inboxes, is more than is kept."""


class ReceivedMessage(Struct, frozen=True):
    """One message as it came in."""

    number: int  # counts the messages of its inbox, from 1
    at: datetime  # by the tenant's clock
    method: str
    headers: Mapping[str, str] = field(default_factory=dict)  # lower-case names
    query: Pairs = ()
    body: bytes = b""
    status: int = 200  # what was answered

    @property
    def text(self) -> str:
        return self.body.decode(errors="replace")

    def json(self) -> Json:
        """Raises ValueError for a body that is no JSON."""
        return parse_json(self.body)


class Inbox:
    """The last messages under one name."""

    def __init__(self) -> None:
        self._kept: deque[ReceivedMessage] = deque(maxlen=MOST_MESSAGES)
        self._count = 0
        self._listeners: list[Callable[[], None]] = []

    @property
    def count(self) -> int:
        """How many there have been, those that were dropped among them."""
        return self._count

    @property
    def messages(self) -> tuple[ReceivedMessage, ...]:
        """Those that are kept, oldest first."""
        return tuple(self._kept)

    def receive(
        self,
        at: datetime,
        method: str,
        headers: Mapping[str, str],
        query: Pairs,
        body: bytes,
        *,
        answers: tuple[int, ...] = (200,),
    ) -> ReceivedMessage:
        """Keep it. The n-th message gets the n-th of ``answers``, later ones the last of them."""
        if len(body) > MOST_BYTES:
            raise InboxFull(f"an inbox keeps messages of up to {MOST_BYTES:,} bytes")
        status = answers[min(self._count, len(answers) - 1)]
        self._count += 1
        message = ReceivedMessage(self._count, at, method, headers, query, body, status)
        self._kept.append(message)
        for listener in tuple(self._listeners):
            listener()
        return message

    def clear(self) -> None:
        """Forget the messages, and begin to count again."""
        self._kept.clear()
        self._count = 0

    def listen(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call the listener after each message, until what is given back is called."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)


class Inboxes:
    """A tenant's inboxes by name; one that is asked for is there."""

    def __init__(self) -> None:
        self._named: dict[str, Inbox] = {}

    def inbox(self, name: str) -> Inbox:
        """Raises InboxFull when there are too many."""
        if name not in self._named and len(self._named) >= MOST_INBOXES:
            raise InboxFull(f"a tenant has up to {MOST_INBOXES} inboxes")
        return self._named.setdefault(name, Inbox())
