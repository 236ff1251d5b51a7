"""ASGI: what a server hands over becomes an arrival, and an answer what it takes."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from typing import Any
from urllib.parse import parse_qsl, quote, unquote

from emulator.application.addressing import IncomingRequest
from emulator.core.http.bodies import Content, FileSlice, MakeFile, chunks
from emulator.core.http.messages import Response
from emulator.core.http.multipart import BodyReader, ReceivedBody

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

MAX_HEADER_BYTES = 64 * 1024
LISTENING = "speech_emulator.listening"  # our own server has all its addresses there
SEGMENTS = "/:@!$&'()*+,;=-._~"  # RFC 3986, 3.3: what may stand in a path as it is


class ClientDisconnected(Exception):
    """The client went away before its request was complete."""


async def read_body(
    scope: Scope, receive: Receive, max_bytes: int, make_file: MakeFile
) -> ReceivedBody:
    """The whole body, or nothing of one that there is no room for; either is read to its end.

    A client that is still sending would not see the answer otherwise. Raises Gone.
    """
    types = [value for name, value in scope["headers"] if name == b"content-type"]
    intake = BodyReader(", ".join(value.decode("latin-1") for value in types), max_bytes, make_file)
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnected
        more = message.get("more_body", False)
        intake.write(message.get("body", b""))
    return intake.end()


def incoming_request(scope: Mapping[str, Any], body: ReceivedBody) -> IncomingRequest:
    headers = headers_by_name(scope["headers"])
    return IncomingRequest(
        method=scope["method"],
        path=path_below_mount(scope),
        mount=mount_of(scope),
        query=parse_query(scope["query_string"]),
        headers=headers or {},
        body=body.content,
        form=body.form,
        scheme=scope["scheme"],
        excess="headers" if headers is None else "body" if body.excess else "",
        storage_error=body.unstored,
    )


def headers_by_name(raw: Iterable[tuple[bytes, bytes]]) -> dict[str, str] | None:
    """The headers by name, the values of a repeated one in one list (RFC 9110, 5.3).

    None: there is more of them than the server takes, and no more than that has been looked at.
    """
    values: dict[str, list[str]] = {}
    size = 0
    for name, value in raw:
        size += len(name) + len(value)
        if size > MAX_HEADER_BYTES:
            return None
        values.setdefault(name.decode("latin-1"), []).append(value.decode("latin-1"))
    return {name: ", ".join(given) for name, given in values.items()}


def mount_of(scope: Mapping[str, Any]) -> str:
    """Where the application is mounted, as it stands in addresses; empty: nowhere."""
    root: str = scope.get("root_path", "")
    return quote(root.rstrip("/"), safe=SEGMENTS)


def path_below_mount(scope: Mapping[str, Any]) -> str:
    """The path below where the application is mounted.

    ASGI has the whole path in ``path``, with ``root_path`` in front; Starlette before 0.33 and
    servers before them leave it out, or leave out the part of a proxy that has taken it off.
    """
    path: str = scope["path"]
    root = scope.get("root_path", "").rstrip("/")
    if not root or unquote(scope.get("raw_path") or b"") == root + path:
        return path
    of_server: str | None = scope.get(
        "app_root_path"
    )  # of the application that Starlette mounts in
    below = path_after(root, path) or path_after(root.removeprefix(of_server or ""), path) or path
    # A server says the same for a proxy that has taken its prefix off and for one that has not.
    return below if of_server is not None else path_after(root, below) or below


def path_after(prefix: str, path: str) -> str | None:
    """The rest of the path; None: it does not begin with these segments."""
    rest = path.removeprefix(prefix)
    if not prefix or not path.startswith(prefix) or rest[:1] not in ("", "/"):
        return None
    return rest or "/"


def listening_addresses(scope: Mapping[str, Any]) -> tuple[str, ...]:
    """The addresses under which the server can be reached, as far as it tells.

    Our own says what each of its sockets is bound to. Another says which address this connection
    reached, or what stands for one: the path of a Unix socket, or a name. Empty: it says nothing.
    """
    own: list[str] | None = (scope.get("state") or {}).get(LISTENING)
    if own is not None:
        return tuple(own)
    reached: str | None = (scope.get("server") or (None,))[0]
    return () if reached is None else (reached,)


def parse_query(raw: bytes) -> tuple[tuple[str, str], ...]:
    """The pairs of a query string; bytes that are not UTF-8 become U+FFFD."""
    if not raw:
        return ()
    return tuple(parse_qsl(raw.decode("latin-1"), keep_blank_values=True, errors="replace"))


def response_start(response: Response) -> Message:
    """The answer's head, with the length of its body."""
    headers = [(k.encode("latin-1"), v.encode("latin-1")) for k, v in response.headers.items()]
    if response.status not in (204, 304):  # RFC 9110, 8.6
        headers.append((b"content-length", str(len(response.body)).encode()))
    return {"type": "http.response.start", "status": response.status, "headers": headers}


async def send_response(response: Response, body: Content, send: Send) -> None:
    """The answer with that body, which is empty where HEAD was asked."""
    await send(response_start(response))
    if isinstance(body, FileSlice):
        for piece in chunks(body):
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        body = b""
    await send({"type": "http.response.body", "body": body})
