"""One odd request, and how to write one down."""

import base64
import json
from collections.abc import Sequence
from typing import Any

from msgspec import Struct

KEY = "test-hostile"
KEYS = f"x-gladia-key: {KEY}\r\nOcp-Apim-Subscription-Key: {KEY}\r\nX-API-Key: {KEY}\r\n"
BOUNDARY = "frontier"
NONCE = base64.b64encode(b"sixteen bytes...").decode()


class Case(Struct, frozen=True):
    """What is sent, and the outcome.

    ``sent`` is latin-1; ``<<NAME>>`` in it stands for the path of something that the server has
    (see ``client.py``). ``expected`` is what ``outcome.py`` makes of that which comes back: each
    status, behind one of 400 or more the envelope of the answer, and whether the server hangs up.
    """

    name: str
    sent: str
    expected: str
    frames: bytes = b""  # of a websocket, sent once the handshake is over
    half_closes: bool = False  # the client says that it sends no more


def head(method: str, target: str, headers: str = "") -> str:
    return f"{method} {target} HTTP/1.1\r\nHost: a\r\n{KEYS}{headers}\r\n"


def get(target: str, headers: str = "") -> str:
    return head("GET", target, headers)


def with_body(method: str, target: str, body: str | bytes, headers: str) -> str:
    text = body.decode("latin-1") if isinstance(body, bytes) else utf8(body)
    return head(method, target, f"{headers}Content-Length: {len(text)}\r\n") + text


def utf8(text: str) -> str:
    """Its bytes in UTF-8, each of them a character."""
    return text.encode("utf-8", "surrogatepass").decode("latin-1")


def post_json(target: str, body: Any, method: str = "POST") -> str:
    """A body that is no text is written as JSON."""
    text = body if isinstance(body, str | bytes) else json.dumps(body)
    return with_body(method, target, text, "Content-Type: application/json\r\n")


def post_form(target: str, parts: str | bytes, boundary: str = BOUNDARY) -> str:
    kind = f"Content-Type: multipart/form-data; boundary={boundary}\r\n"
    return with_body("POST", target, parts, kind)


def part(name: str, content: str, more: str = "", headers: str = "") -> str:
    line = f'Content-Disposition: form-data; name="{name}"{more}'
    return f"--{BOUNDARY}\r\n{line}\r\n{headers}\r\n{content}\r\n"


END = f"--{BOUNDARY}--\r\n"


def cases(family: str, rows: Sequence[tuple[str, str, str]]) -> list[Case]:
    return [Case(f"{family}: {name}", sent, expected) for name, sent, expected in rows]


def handshake(target: str, *, without: str = "", more: str = "") -> str:
    """Of a websocket; ``without`` names the header that is left out."""
    lines = (
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        f"Sec-WebSocket-Key: {NONCE}",
    )
    kept = [line for line in lines if line.partition(":")[0] != without]
    return get(target, "".join(f"{one}\r\n" for one in kept) + more)


def frame(
    opcode: int, payload: bytes = b"", *, fin: bool = True, masked: bool = True, reserved: int = 0
) -> bytes:
    """A frame of a client (RFC 6455, 5.2); the mask is four zeros, which leave the payload as it is."""  # noqa: E501
    first = (0x80 if fin else 0) | reserved << 4 | opcode
    mask = 0x80 if masked else 0
    size = len(payload)
    if size < 126:
        length = bytes([mask | size])
    elif size < 1 << 16:
        length = bytes([mask | 126]) + size.to_bytes(2, "big")
    else:
        length = bytes([mask | 127]) + size.to_bytes(8, "big")
    return bytes([first]) + length + (bytes(4) if masked else b"") + payload
