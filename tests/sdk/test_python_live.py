"""The official Python SDK's live sessions, over a socket: its threads, tasks and reconnects."""

import asyncio
import io
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event
from typing import Any

import pytest
from gladiaio_sdk import GladiaClient, HttpError, WebSocketRetryOptions
from gladiaio_sdk.v2.live.client import LiveV2Client
from gladiaio_sdk.v2.live.session import LiveV2Session
from gladiaio_sdk.v2.live.types import LiveV2ConnectSessionOptions

import emulator
from emulator.interfaces.testing.api import EmulatorSession

# The SDK holds its connections itself, which the newest websockets library frowns on.
pytestmark = pytest.mark.filterwarnings("ignore:connect.. must be used:DeprecationWarning")

STORY = """
clock: {mode: manual}
transcripts:
  call:
    language: en
    lines:
      - Ann: {says: Hello there., at: 0.5s, for: 1s}
      - Ben: {says: Goodbye., at: 2s, for: 1s}
jobs:
  - transcript: call
"""
PIECE = bytes(3_200)  # 100 ms
EVERYTHING = {
    "messages_config": {"receive_partial_transcripts": True, "receive_lifecycle_events": True},
    "realtime_processing": {
        "translation": True,
        "translation_config": {"target_languages": ["fr"]},
        "named_entity_recognition": True,
        "sentiment_analysis": True,
    },
    "post_processing": {"summarization": True},
    "custom_metadata": {"call": 7},
}
AT_ONCE = WebSocketRetryOptions(delay=lambda attempt: 0)


@contextmanager
def live(story: str = STORY, **options: Any) -> Iterator[tuple[EmulatorSession, LiveV2Client]]:
    with emulator.run(story) as speech:
        client = sdk(speech, **options).live_v2()
        yield speech, client
        client._http_client.close()


def sdk(speech: EmulatorSession, **options: Any) -> GladiaClient:
    given: dict[str, Any] = {
        "api_key": speech.gladia.key,
        "api_url": speech.gladia.url,
        "ws_retry": AT_ONCE,
    }
    return GladiaClient(**{**given, **options})


class Heard:
    """What a session's listeners are told."""

    def __init__(self, session: Any) -> None:
        self.session = session
        self.messages: list[Any] = []
        self.connections = 0
        self.ends: list[tuple[int, str | None]] = []
        self.is_over = Event()
        session.on("message", self.messages.append)
        session.on("connected", self._connected)
        session.on("ended", self._ended)

    def _connected(self, message: Any) -> None:
        self.connections += 1

    def _ended(self, message: Any) -> None:
        self.ends.append((message.code, message.reason))
        self.is_over.set()

    @property
    def types(self) -> list[str]:
        return [message.type for message in self.messages]

    @property
    def finals(self) -> list[str]:
        return [
            message.data.utterance.text
            for message in self.messages
            if message.type == "transcript" and message.data.is_final
        ]


def spoken(session: LiveV2Session, pieces: int, *, piece: bytes = PIECE) -> Heard:
    """The whole of a session in which so many pieces are sent."""
    heard = Heard(session)
    assert session.wait_until_ready(60)
    for _ in range(pieces):
        session.send_audio(piece)
    session.stop_recording()
    assert heard.is_over.wait(60)
    return heard


def test_a_session_goes_all_its_way() -> None:
    with live() as (speech, client):
        session = client.start_session(EVERYTHING)
        heard = spoken(session, 35)
        id = session.session_id or ""
        job = client.get(id)
        listed = client.list({"status": ["done"], "custom_metadata": {"call": 7}})
        content = client.get_file(id)
        deleted = client.delete(id)
        with pytest.raises(HttpError) as gone:
            client.get(id)
        asked = [(one.operation, one.response.status) for one in speech.journal]
        violations = [violation for exchange in speech.journal for violation in exchange.violations]

    assert heard.ends == [(1000, "")]
    assert heard.finals == [" Hello there.", " Goodbye."]
    assert set(heard.types) >= {
        "start_recording",
        "speech_start",
        "speech_end",
        "translation",
        "named_entity_recognition",
        "sentiment_analysis",
        "post_transcript",
        "post_summarization",
    }
    assert heard.types[-2:] == ["post_final_transcript", "end_session"]
    assert (job.status, job.kind, job.custom_metadata) == ("done", "live", {"call": 7})
    assert job.result
    assert job.result.transcription
    assert job.result.transcription.full_transcript == "Hello there. Goodbye."
    assert [item.id for item in listed.items] == [id]
    with wave.open(io.BytesIO(content)) as file:
        assert (file.getframerate(), file.getnframes()) == (16_000, 56_000)
    assert deleted is True
    assert gone.value.status == 404
    assert violations == []
    assert asked == [
        ("StreamingController_initStreamingSession_v2", 201),
        ("liveTranscription", 101),
        ("StreamingController_getStreamingJob_v2", 200),
        ("StreamingController_getStreamingJobs_v2", 200),
        ("StreamingController_getAudio_v2", 200),
        ("StreamingController_deleteStreamingJob_v2", 202),
        ("StreamingController_getStreamingJob_v2", 404),
    ]


@pytest.mark.parametrize(
    "trouble", ["{after: 1s}", "{after: 1s, close: 4500}", "{after: 1s, close: 1011}"]
)
def test_what_was_not_acknowledged_is_sent_again(trouble: str) -> None:
    story = f"{STORY}    gladia: {{live: {{troubles: [{trouble}]}}}}\n"
    with live(story) as (_, client):
        session = client.start_session({})
        heard = Heard(session)
        assert session.wait_until_ready(60)
        for number in range(35):
            session.send_audio(bytes([number]) * 3_200)
        wait_for(heard, "audio_chunk", end=35 * 3_200)
        session.stop_recording()
        assert heard.is_over.wait(60)
        content = client.get_file(session.session_id or "")

    assert heard.connections == 2
    assert heard.finals == [" Hello there.", " Goodbye."]
    assert content[44:] == b"".join(bytes([number]) * 3_200 for number in range(35))


def wait_for(heard: Heard, kind: str, *, end: int) -> None:
    """Until so many bytes have been acknowledged."""
    done = Event()

    def look(message: Any) -> None:
        if message.type == kind and message.data.byte_range[1] >= end:
            done.set()

    heard.session.on("message", look)
    for message in tuple(heard.messages):
        look(message)
    assert done.wait(60)


def test_a_code_of_the_4400s_ends_the_session() -> None:
    story = (
        f"{STORY}    gladia: {{live: {{troubles: [{{after: 1s, close: 4403, reason: No.}}]}}}}\n"
    )
    with live(story) as (_, client):
        session = client.start_session({})
        heard = Heard(session)
        assert session.wait_until_ready(60)
        for _ in range(12):
            session.send_audio(PIECE)
        assert heard.is_over.wait(60)
        job = client.get(session.session_id or "")

    assert heard.ends == [(4403, "No.")]
    assert (job.status, job.error_code) == ("error", 500)


def test_an_existing_session_can_be_connected_to() -> None:
    with live() as (_, client):
        first = client.start_session({})
        heard = Heard(first)
        assert first.wait_until_ready(60)
        begun = first._init_session_response
        assert begun
        second = client.connect_session(LiveV2ConnectSessionOptions(id=begun.id, url=begun.url))
        taken_over = spoken(second, 35)
        assert heard.is_over.wait(60)

    assert heard.ends == [(4409, "the session goes on over another connection")]
    assert taken_over.ends == [(1000, "")]


def test_a_bad_key_ends_a_session_before_it_begins(capfd: pytest.CaptureFixture[str]) -> None:
    with emulator.run(STORY) as speech:
        client = sdk(speech, api_key=speech.gladia.wrong_key).live_v2_async()

        async def scene() -> tuple[list[tuple[int, str | None]], Any]:
            session = client.start_session({})
            heard = Heard(session)
            errors: list[Exception] = []
            session.on("error", errors.append)
            while not heard.is_over.is_set():
                await asyncio.sleep(0.005)
            with pytest.raises(HttpError):
                await session.get_session_id()
            await client._http_client.close()
            return heard.ends, errors[0]

        ends, error = asyncio.run(scene())

    assert ends == [(1006, "Couldn't start a new session")]
    assert error.status == 401


def test_the_asynchronous_client_does_the_same() -> None:
    with emulator.run(STORY) as speech:
        client = sdk(speech, region="us-west").live_v2_async()

        async def scene() -> tuple[Heard, Any, bytes]:
            session = client.start_session(EVERYTHING)
            heard = Heard(session)
            while not heard.connections:
                await asyncio.sleep(0.005)
            for _ in range(35):
                session.send_audio(PIECE)
            await asyncio.sleep(0)
            session.stop_recording()
            while not heard.is_over.is_set():
                await asyncio.sleep(0.005)
            id = session.session_id or ""
            job, content = await client.get(id), await client.get_file(id)
            await client.delete(id)
            await client._http_client.close()
            return heard, job, content

        heard, job, content = asyncio.run(scene())

    assert heard.ends == [(1000, "")]
    assert heard.finals == [" Hello there.", " Goodbye."]
    assert job.result.transcription.full_transcript == "Hello there. Goodbye."
    assert content[44:] == PIECE * 35
    assert dict(speech.journal[0].request.query) == {"region": "us-west"}
