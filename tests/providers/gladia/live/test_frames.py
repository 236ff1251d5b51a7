"""Whatever a client of a live session sends, the session answers or ends; nothing breaks."""

from collections.abc import Iterator

import httpx
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

import emulator
from emulator.core.provider.conversation import Frame
from emulator.providers.gladia import GLADIA
from tests.providers.gladia.live.test_socket import SECOND, init, join
from tests.support.clients import bench
from tests.support.enumeration import TEXTS, Enumeration
from tests.support.fuzzing import Schema, dumped

MESSAGE: Schema = {  # what a client may send as text
    "type": "object",
    "required": ["type"],
    "properties": {
        "type": {"type": "string"},
        "data": {"type": "object", "properties": {"chunk": {"type": "string"}}},
    },
}
EVERYTHING = {  # so that every message has something to be made from
    "realtime_processing": {
        "named_entity_recognition": True,
        "sentiment_analysis": True,
        "translation": True,
        "translation_config": {"target_languages": ["fr"]},
    },
    "messages_config": {"receive_lifecycle_events": True, "receive_partial_transcripts": True},
}
INTERNAL_ERROR = 1011  # RFC 6455, 7.4.1


def frames() -> Iterator[Frame]:
    """A value of each type in each place of each message, texts that are no JSON, odd sizes."""
    enumeration = Enumeration(GLADIA.contract)
    for kind in ("audio_chunk", "stop_recording"):
        valid = {"type": kind, "data": {"chunk": "AAAA"}}
        yield from (dumped(one) for one in enumeration.altered(MESSAGE, valid))
    yield from TEXTS
    yield from (bytes(size) for size in (0, 1, 2, 3, 43, 44, 45, 1024 * 1024 + 1))


def test_every_frame_is_answered_in_the_messages_that_are_documented() -> None:
    b = bench(GLADIA)
    dialogue = join(b, init(b, **EVERYTHING)["url"])
    sent = 0

    for frame in frames():
        reply = dialogue.receive(frame)
        sent += 1
        if reply.close:
            dialogue.close(1000)
            dialogue = join(b, init(b, **EVERYTHING)["url"])
            dialogue.receive(SECOND)
    dialogue.close(1000)

    sockets = [one for one in b.tenant.journal if one.operation == "liveTranscription"]
    assert sent > 100
    assert [socket.violations for socket in sockets if socket.violations] == []


def test_no_frame_breaks_the_server() -> None:
    codes = set()

    with emulator.run() as speech:
        for frame in [*frames()][::7]:
            headers = {"x-gladia-key": speech.gladia.key}
            begun = httpx.post(
                f"{speech.gladia.url}/v2/live", headers=headers, json={}, timeout=60
            ).json()
            with connect(begun["url"]) as socket:
                try:
                    socket.send(frame)
                    socket.send('{"type": "stop_recording"}')
                    for _ in socket:
                        pass
                    codes.add(socket.protocol.close_code)
                except ConnectionClosed as closed:
                    codes.add(closed.rcvd.code if closed.rcvd else None)

    assert 1000 in codes
    assert INTERNAL_ERROR not in codes
    assert None not in codes
