"""Which websocket handshakes are refused for the size of their heads."""

from emulator.interfaces.transports.request_heads import Headers

# What the library for websockets reads of a handshake; of one with more it says nothing.
HANDSHAKE_LINE_BYTES = 8190
HANDSHAKE_HEADERS = 128


def handshake_refusal(target: bytes, headers: Headers) -> int | None:
    """The status for a handshake that the library for websockets does not read; None: it does."""
    if len(target) > HANDSHAKE_LINE_BYTES - len(b"GET  HTTP/1.1"):
        return 414
    if any(name in (b"content-length", b"transfer-encoding") for name, _ in headers):
        return 400
    longest = max(len(name) + len(b": ") + len(value) for name, value in headers)
    is_read = len(headers) <= HANDSHAKE_HEADERS and longest <= HANDSHAKE_LINE_BYTES
    return None if is_read else 431
