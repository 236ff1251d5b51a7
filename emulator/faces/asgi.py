"""ASGI: what a server hands over becomes an arrival, and an answer what it takes."""

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any
from urllib.parse import parse_qsl

from emulator.application import Arrival
from emulator.core.bodies import Content, Stored, pieces
from emulator.core.intake import Body, Intake
from emulator.core.messages import Response

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

MAX_HEADER_BYTES = 64 * 1024


class Gone(Exception):
    """The client went away before its request was complete."""


async def body_of(scope: Scope, receive: Receive, max_bytes: int) -> Body:
    """The whole body, or nothing of one that is too large; either is read to its end.

    A client that is still sending would not see the answer otherwise. Raises Gone, and OSError
    where there is no room for it.
    """
    types = [value for name, value in scope["headers"] if name == b"content-type"]
    intake = Intake(", ".join(value.decode("latin-1") for value in types), max_bytes)
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Gone
        more = message.get("more_body", False)
        intake.write(message.get("body", b""))
    return intake.end()


def arrival(scope: Mapping[str, Any], body: Body) -> Arrival:
    raw: list[tuple[bytes, bytes]] = scope["headers"]
    headers: dict[str, str] = {}
    size = 0
    for name, value in raw:
        key, text = name.decode("latin-1"), value.decode("latin-1")
        headers[key] = f"{headers[key]}, {text}" if key in headers else text
        size += len(name) + len(value)
    too_many = size > MAX_HEADER_BYTES
    if too_many:
        headers.clear()
    return Arrival(
        method=scope["method"],
        path=scope["path"],
        query=query(scope["query_string"]),
        headers=headers,
        body=body.content,
        form=body.form,
        scheme=scope["scheme"],
        excess="headers" if too_many else "body" if body.excess else "",
    )


def query(raw: bytes) -> tuple[tuple[str, str], ...]:
    """The pairs of a query string; bytes that are not UTF-8 become U+FFFD."""
    if not raw:
        return ()
    return tuple(parse_qsl(raw.decode("latin-1"), keep_blank_values=True, errors="replace"))


def start_of(response: Response) -> Message:
    """The answer's head, with the length of its body."""
    headers = [(k.encode("latin-1"), v.encode("latin-1")) for k, v in response.headers.items()]
    if response.status not in (204, 304):  # RFC 9110, 8.6
        headers.append((b"content-length", str(len(response.body)).encode()))
    return {"type": "http.response.start", "status": response.status, "headers": headers}


async def reply(response: Response, body: Content, send: Send) -> None:
    """The answer with that body, which is empty where HEAD was asked."""
    await send(start_of(response))
    if isinstance(body, Stored):
        for piece in pieces(body):
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        body = b""
    await send({"type": "http.response.body", "body": body})
