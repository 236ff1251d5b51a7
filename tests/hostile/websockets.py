"""Handshakes and frames that no client should send."""

from tests.hostile.case import NONCE, Case, cases, frame, handshake, head, with_body
from tests.hostile.protocol import GOOD

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
LIVE = "<<LIVE>>"
UPGRADE = f"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: {NONCE}\r\n"

HANDSHAKES = [
    ("without Connection", handshake(LIVE, without="Connection"), "200"),
    ("without Upgrade", handshake(LIVE, without="Upgrade"), "200"),
    ("without a version", handshake(LIVE, without="Sec-WebSocket-Version"), "400 text, closed"),
    ("without a key", handshake(LIVE, without="Sec-WebSocket-Key"), "400 text, closed"),
    (
        "of version 8",
        head("GET", LIVE, UPGRADE + "Sec-WebSocket-Version: 8\r\n"),
        "400 text, closed",
    ),
    (
        "of version tea",
        head("GET", LIVE, UPGRADE + "Sec-WebSocket-Version: tea\r\n"),
        "400 text, closed",
    ),
    ("with a short key", handshake(LIVE).replace(NONCE, "YQ=="), "400 text, closed"),
    ("with a key that is no base64", handshake(LIVE).replace(NONCE, "!!!"), "400 text, closed"),
    ("with two keys", handshake(LIVE, more=f"Sec-WebSocket-Key: {NONCE}\r\n"), "400 text, closed"),
    ("by POST", handshake(LIVE).replace("GET", "POST"), "201"),
    ("of HTTP/1.0", handshake(LIVE).replace("HTTP/1.1", "HTTP/1.0"), "200, closed"),
    (
        "with a body",
        with_body("GET", LIVE, "hello", UPGRADE + "Sec-WebSocket-Version: 13\r\n"),
        "400 plain, closed",
    ),
    ("without a token", handshake("/gladia/v2/live"), "403 gladia, closed"),
    ("with a token of nobody", handshake("/gladia/v2/live?token=nobody"), "403 gladia, closed"),
    ("with a token of nonsense", handshake("/gladia/v2/live?token=%ff%00"), "403 gladia, closed"),
    (
        "with a token of 50 kB",
        handshake(f"/gladia/v2/live?token={'a' * 50_000}"),
        "414 plain, closed",
    ),
    ("with two tokens", handshake(f"{LIVE}&token=a"), "101"),
    ("where there is none", handshake("/gladia/health"), "200, closed"),
    ("where there is nothing", handshake("/nothing"), "404 nobody, closed"),
    (
        "with extensions of nonsense",
        handshake(LIVE, more="Sec-WebSocket-Extensions: ;;=,\r\n"),
        "400 text, closed",
    ),
    (
        "with 1,000 extensions",
        handshake(LIVE, more=f"Sec-WebSocket-Extensions: {', '.join(['a'] * 1000)}\r\n"),
        "101",
    ),
    (
        "with a window of 99 bits",
        handshake(
            LIVE, more="Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits=99\r\n"
        ),
        "101",
    ),
    (
        "with protocols of nonsense",
        handshake(LIVE, more="Sec-WebSocket-Protocol: ,,\r\n"),
        "400 text, closed",
    ),
    ("from another page", handshake(LIVE, more="Origin: https://evil.test\r\n"), "101"),
    (
        "with a head of 200 kB",
        handshake(LIVE, more=f"X-A: {'a' * 1000}\r\n" * 200),
        "431 plain, closed",
    ),
]

FRAMES: dict[str, tuple[bytes, str]] = {
    "no mask": (frame(TEXT, b"{}", masked=False), "101, close 1002, closed"),
    "a reserved bit": (frame(TEXT, b"{}", reserved=4), "101, close 1002, closed"),
    "an unknown opcode": (frame(3, b"a"), "101, close 1002, closed"),
    "an unknown control opcode": (frame(11, b"a"), "101, close 1002, closed"),
    "a text that is no UTF-8": (frame(TEXT, b"\xff"), "101, close 1007, closed"),
    "a text with a surrogate": (frame(TEXT, b"\xed\xa0\x80"), "101, close 1007, closed"),
    "half a letter in two frames": (
        frame(TEXT, b"\xc3", fin=False) + frame(0, b""),
        "101, close 1007, closed",
    ),
    "a ping in two frames": (frame(PING, b"a", fin=False), "101, close 1002, closed"),
    "a ping of 126 bytes": (frame(PING, b"a" * 126), "101, close 1002, closed"),
    "1,000 pings": (
        frame(PING, b"a") * 1000 + frame(CLOSE, b"\x03\xe8"),
        "101, close 1000, closed",
    ),
    "a pong that nobody asked for": (
        frame(PONG) + frame(CLOSE, b"\x03\xe8"),
        "101, close 1000, closed",
    ),
    "more of nothing": (frame(0, b"a"), "101, close 1002, closed"),
    "a new text in the middle of one": (
        frame(TEXT, b"a", fin=False) + frame(TEXT, b"b"),
        "101, close 1002, closed",
    ),
    "a length of 63 bits": (b"\x82\xff\x7f" + b"\xff" * 7 + bytes(4), "101, close 1009, closed"),
    "a length of 64 bits": (b"\x82\xff" + b"\xff" * 8 + bytes(4), "101, close 1009, closed"),
    "a length that is longer than it must be": (
        b"\x82\xfe\x00\x01" + bytes(4) + b"a" + frame(CLOSE, b"\x03\xe8"),
        "101, close 1000, closed",
    ),
    "a message of 17 MB by its word": (
        b"\x82\xff" + (17 << 20).to_bytes(8, "big") + bytes(4),
        "101, close 1009, closed",
    ),
    "a message of 20 MB in pieces": (
        frame(BINARY, b"a", fin=False) + frame(0, bytes(4 << 20), fin=False) * 5,
        "101, close 1009, closed",
    ),
    "10,000 empty pieces": (
        frame(TEXT, b"", fin=False) + frame(0, b"", fin=False) * 10_000 + frame(0, b"{}"),
        "101",
    ),
    "a close of one byte": (frame(CLOSE, b"\x03"), "101, close 1002, closed"),
    "a close without a code": (frame(CLOSE), "101, close 1005, closed"),
    "a close of code 999": (frame(CLOSE, b"\x03\xe7"), "101, close 1002, closed"),
    "a close of code 1005": (frame(CLOSE, b"\x03\xed"), "101, close 1002, closed"),
    "a close of code 5000": (frame(CLOSE, b"\x13\x88"), "101, close 1002, closed"),
    "a close whose reason is no UTF-8": (frame(CLOSE, b"\x03\xe8\xff"), "101, close 1007, closed"),
    "a close of 126 bytes": (frame(CLOSE, b"\x03\xe8" + b"a" * 124), "101, close 1002, closed"),
    "a close, then more": (
        frame(CLOSE, b"\x03\xe8") + frame(TEXT, b"{}") * 100,
        "101, close 1000, closed",
    ),
    "no JSON": (frame(TEXT, b"hello"), "101"),
    "JSON of nothing": (frame(TEXT, b""), "101"),
    "a list": (frame(TEXT, b"[]"), "101"),
    "an unknown type": (frame(TEXT, b'{"type": "tea"}'), "101"),
    "a type that is a list": (frame(TEXT, b'{"type": []}'), "101"),
    "100,000 levels": (frame(TEXT, b"[" * 100_000), "101"),
    "audio that is no base64": (
        frame(TEXT, b'{"type": "audio_chunk", "data": {"chunk": "!!!"}}'),
        "101",
    ),
    "audio of no data": (frame(TEXT, b'{"type": "audio_chunk"}'), "101"),
    "audio of an odd number of bytes": (
        frame(BINARY, b"a" * 4001) + frame(CLOSE, b"\x03\xe8"),
        "101, close 1000, closed",
    ),
    "empty audio a thousand times": (
        frame(BINARY) * 1000 + frame(CLOSE, b"\x03\xe8"),
        "101, close 1000, closed",
    ),
    "audio after the end": (
        frame(TEXT, b'{"type": "stop_recording"}')
        + frame(BINARY, b"aa")
        + frame(CLOSE, b"\x03\xe8"),
        "101, close 1000, closed",
    ),
    "a request in the place of frames": ((GOOD + "\r\n").encode(), "101, close 1002, closed"),
}

CASES = [
    *cases("handshake", HANDSHAKES),
    *(
        Case(f"frames: {name}", handshake(LIVE), expected, frames=frames)
        for name, (frames, expected) in FRAMES.items()
    ),
]
