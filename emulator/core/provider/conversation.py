"""Sockets: what goes over a websocket, and who answers there; no connection, no waiting."""

from datetime import datetime
from typing import Protocol

from msgspec import Struct

from emulator.core.http.messages import Json, to_json

Frame = str | bytes  # one message of the client's: text, or anything


class Close(Struct, frozen=True):
    """Close the connection, with a code (RFC 6455, 7.4) and at most 123 bytes of reason."""

    code: int
    reason: str = ""


class Abort(Struct, frozen=True):
    """Break the connection off, without a word."""


End = Close | Abort


class Send(Struct, frozen=True):
    """One message to the client: JSON, in a text frame."""

    content: Json
    schema: str | None = None  # its name in the contract; None: nobody has published one
    body: bytes | None = None  # the JSON, where it has been written already

    @property
    def text(self) -> str:
        return (to_json(self.content) if self.body is None else self.body).decode()


class Reply(Struct, frozen=True):
    """What is sent, and whether that was the last of it."""

    messages: tuple[Send, ...] = ()
    close: End | None = None


class WebSocketHandler(Protocol):
    """One open connection, as its provider sees it."""

    def opened(self) -> Reply: ...

    def received(self, frame: Frame) -> Reply: ...

    def wakes_at(self) -> datetime | None:
        """When something happens by itself, on the tenant's clock; None: nothing does."""

    def woken(self) -> Reply:
        """Time has passed, or something else has happened to the tenant."""

    def closed(self, code: int) -> None:
        """The connection is gone, with the code that it was closed with; 1006: without any."""
