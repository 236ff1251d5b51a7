"""A live session to talk to, for tests: no socket, no emulator."""

from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec.structs import replace

from emulator.core.base.ids import SeededRandom
from emulator.core.provider.conversation import Frame
from emulator.core.speech.library import TranscriptLibrary
from emulator.core.speech.transcripts import Audio, Line, Script
from emulator.core.state.jobs import Job
from emulator.providers.gladia.live import session as live
from emulator.providers.gladia.live.messages import OutgoingMessage
from emulator.providers.gladia.live.recording import SessionRecording
from emulator.providers.gladia.live.requests import live_options
from emulator.providers.gladia.live.session import Session, SessionContext, Transition
from emulator.providers.gladia.recognition import build_schedule, recognize_job
from emulator.providers.gladia.records import File, Kind, Transcription
from emulator.providers.gladia.render import result

T0 = datetime(2026, 1, 5, 9, tzinfo=UTC)
ID = "5d8f1f0c-6f0a-4c0f-8f5e-0e3b6a2f7c11"
SECOND = bytes(32_000)  # of the usual sound
# Words of known times: "Hello" 500..720, "there." 760..1000; "Goodbye." 2000..3000.
LINES = (
    Line("Ann", "Hello there.", start_ms=500, duration_ms=500),
    Line("Ben", "Goodbye.", start_ms=2000, duration_ms=1000),
)
LIBRARY = TranscriptLibrary(SeededRandom(0), {"said": Script("said", "en", LINES)})


def record(*, script: str | None = "said", channels: int = 1, **given: Any) -> Transcription:
    return Transcription(
        job=Job(ID, T0),
        kind=Kind.LIVE,
        request=given,
        custom_metadata=None,
        audio=Audio("live", "d1", 0, channels),
        file=File(ID, f"{ID}.wav", None),
        script=script,
        applies_legacy=True,
        recording=SessionRecording(),
    )


def stage(*, failed: frozenset[str] = frozenset(), **given: Any) -> SessionContext:
    one = record(**given)

    def outcome(session: Session, now: datetime) -> Any:
        ended = replace(one, audio=replace(one.audio, duration_ms=session.heard_ms), recording=None)
        return result(ended, LIBRARY, now), recognize_job(ended, LIBRARY)[1].transcript

    return SessionContext(
        build_schedule(one, LIBRARY), live_options(given), failed, False, "human", outcome
    )


def at(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


def session(**facts: Any) -> Session:
    """One that a client is connected to."""
    return live.open_session(Session(ID, T0, **facts), T0).session


def hear(
    session: Session, *frames: Frame, on: SessionContext | None = None, now: datetime = T0
) -> Transition:
    """All the frames, one after another; what is said is put together."""
    on = on or stage()
    turn = Transition(session)
    notes: tuple[OutgoingMessage, ...] = ()
    audio = b""
    for frame in frames:
        turn = live.receive_frame(turn.session, frame, on, now)
        notes += turn.notes
        audio += turn.audio
    return Transition(turn.session, notes, turn.close, audio)


def said(turn: Transition) -> list[Any]:
    """Type and contents of each message, in short."""
    return [(note.type, note.rest) for note in turn.notes]


def types(turn: Transition) -> list[str]:
    return [note.type for note in turn.notes]
