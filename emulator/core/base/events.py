"""Events: what happens, for whoever listens at that moment."""

from collections.abc import Callable
from typing import Literal

from msgspec import Struct

Kind = Literal["exchange", "fault", "delivery", "clock", "tenant"]


class Event(Struct, frozen=True):
    number: int  # counts the events of one emulator that somebody listened to, from 1
    kind: Kind
    tenant: str  # its key
    subject: object  # the exchange (of a fault, too), the delivery, the moment, the change


Listener = Callable[[Event], None]


class Events:
    """Nothing is kept: what nobody listens to costs nothing."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []
        self._count = 0

    def __len__(self) -> int:
        """How many listen."""
        return len(self._listeners)

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call the listener, from whichever thread, until what is given back is called."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def publish(self, kind: Kind, tenant: str, subject: object) -> None:
        if not self._listeners:
            return
        self._count += 1
        event = Event(self._count, kind, tenant, subject)
        for listener in tuple(self._listeners):
            listener(event)
