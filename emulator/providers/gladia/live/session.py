"""A live session is a value: what it hears gives what it says, and the session that follows.

No socket, no waiting: the audio's own time decides which words have been said, ``now`` is for
stamps, for silences on the line, and for the end that comes by itself.
"""

from base64 import b64decode
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from emulator.core.http.messages import Json, parse_json
from emulator.core.provider.conversation import Abort, Close, End, Frame
from emulator.core.speech.transcripts import Transcript
from emulator.core.state.jobs import Phase, Step, Timeline
from emulator.providers.gladia.live import messages
from emulator.providers.gladia.live.messages import OutgoingMessage
from emulator.providers.gladia.live.requests import DEFAULT_BEHAVIOUR, LiveBehaviour, LiveFault
from emulator.providers.gladia.live.schedule import MessageKind, MessageSchedule, ScheduledMessage
from emulator.providers.gladia.pcm import USUAL, PcmFormat, header_size
from emulator.providers.gladia.requests import JobOptions

MOST_FRAME_BYTES = 1024 * 1024  # seen: larger ones end in 1009
MOST_OVERSIZED = 3  # GUESS: after so many the URL is refused; seen: "after repeated failures"
NORMAL = 1000
TOO_BIG = 1009
TRY_LATER = 1011  # GUESS: what an idle connection is closed with; clients come back after it
TAKEN_OVER = 4409  # GUESS: clients do not come back after 4400..4499
FAILED = 4400  # GUESS: so does a session that failed
FINAL_CODES = range(4400, 4500)  # seen in clients: they end the session

AFTER_STOP = "audio is not accepted after stop_recording"  # GUESS, as all sentences here
STOPPED = "the recording has been stopped already"
IDLE = "no audio was received for {:g} seconds"
TOO_LONG = "the session has lasted for {:g} seconds"
BROKEN = "the session failed"
UNSTORED = "the session could not be stored: {}"
MESSAGE_TYPES = "audio_chunk, stop_recording"


class Session(Struct, frozen=True):
    """Everything that is remembered of one session between two frames."""

    id: str
    made_at: datetime
    pcm_format: PcmFormat = USUAL
    behaviour: LiveBehaviour = DEFAULT_BEHAVIOUR
    ending: Phase | None = Phase.COMPLETED  # of its job; None: post-processing never ends
    why: str = BROKEN  # it fails
    received: int = 0  # bytes that were acknowledged, over all connections
    begin: bytes = b""  # of the stream, until it is known whether it is a header
    header: int | None = None  # bytes of a WAV header in the stream; None: not known yet
    announced_ms: int = -1  # up to where the audio has been answered
    fault_applied: int = 0  # troubles that have happened
    connection: int = 0  # counts them
    oversized: int = 0
    last_audio_at: datetime | None = None  # when the line was last used
    started_at: datetime | None = None  # the recording
    stopped_at: datetime | None = None
    lost_at: datetime | None = None  # it failed
    is_over: bool = False

    @property
    def samples(self) -> int:
        """Bytes of audio, without a header."""
        return self.received - (len(self.begin) if self.header is None else self.header)

    @property
    def heard_ms(self) -> int:
        return self.pcm_format.ms(self.samples)

    @property
    def seconds(self) -> float:
        return self.pcm_format.seconds(self.samples)

    @property
    def ends_at(self) -> datetime:
        """When it ends, whatever the client does."""
        return self.made_at + timedelta(seconds=self.behaviour.longest_seconds)

    @property
    def done_at(self) -> datetime | None:
        """When its results are there; None: nobody knows yet."""
        if self.stopped_at is None or self.ending is None:
            return None
        return self.stopped_at + timedelta(seconds=self.behaviour.post_seconds)

    def is_open(self, now: datetime) -> bool:
        """Whether a client may come back to it."""
        if self.is_over:
            return False
        if self.stopped_at is None:
            return now < self.ends_at
        return self.done_at is None or now < self.done_at


class SessionContext(Struct, frozen=True):
    """What a session needs to know of its job."""

    schedule: MessageSchedule
    options: JobOptions
    failed_addons: frozenset[str]
    synthetic: bool
    answered_by: str | None
    outcome: Callable[[Session, datetime], tuple[dict[str, Any], Transcript]]

    def notes(self, cues: Iterable[ScheduledMessage]) -> Iterator[OutgoingMessage]:
        for cue in cues:
            if cue.kind is not MessageKind.ANSWERED:
                yield from messages.scheduled_messages(
                    cue, self.options, self.failed_addons, made_up=self.synthetic
                )
            elif self.answered_by is not None:
                yield messages.answer_message(cue, self.answered_by)


class Transition(Struct, frozen=True):
    """What comes of one event: the next session, what is said, and whether that is the end."""

    session: Session
    notes: tuple[OutgoingMessage, ...] = ()
    close: End | None = None
    audio: bytes = b""  # that belongs to the recording


def open_session(session: Session, now: datetime) -> Transition:
    """A client has come. One that is there already has to go: its line may be dead."""
    session = replace(session, connection=session.connection + 1, last_audio_at=now)
    refuse = session.behaviour.refuse
    if refuse is not None:
        return end_session(session, Close(refuse, "refused by the scenario"), now)
    return Transition(session)


def receive_frame(
    session: Session, frame: Frame, stage: SessionContext, now: datetime
) -> Transition:
    session = replace(session, last_audio_at=now)
    size = len(frame) if isinstance(frame, bytes) else len(frame.encode())
    if size > MOST_FRAME_BYTES:
        return Transition(session, close=Close(TOO_BIG, "message too big"))
    if isinstance(frame, bytes):
        return receive_audio(session, frame, stage, now)
    return handle_message(session, frame, stage, now)


def handle_message(session: Session, text: str, stage: SessionContext, now: datetime) -> Transition:
    """A frame of JSON."""
    try:
        content = parse_json(text.encode())
    except ValueError:
        return reject_message(session, "the message is not JSON")
    kind = content.get("type") if isinstance(content, dict) else None
    if kind == "stop_recording":
        return stop_session(session, stage, now)
    if kind != "audio_chunk":
        return reject_message(
            session, f"the type must be one of the following values: {MESSAGE_TYPES}"
        )
    data = chunk_of(content, session.pcm_format)
    if isinstance(data, BadChunk):
        return Transition(session, (messages.rejection("audio_chunk", data.why),))
    return receive_audio(session, data, stage, now)


def reject_message(session: Session, why: str) -> Transition:
    return Transition(session, (messages.error("invalid_message", why),))


def chunk_of(content: Any, sound: PcmFormat) -> "bytes | BadChunk":
    """AsyncAPI document: base64, and complete sample frames; an empty one keeps the line alive."""
    data = content.get("data")
    chunk = data.get("chunk") if isinstance(data, dict) else None
    if not isinstance(chunk, str):
        return BadChunk("data.chunk must be a string")
    try:
        found = b64decode(chunk, validate=True)
    except ValueError:
        return BadChunk("data.chunk must be base64 encoded")
    if len(found) % sound.frame_bytes and header_size(found) == 0:
        return BadChunk(f"data.chunk must hold complete sample frames of {sound.frame_bytes} bytes")
    return found


class BadChunk(Struct, frozen=True):
    """A piece of audio that cannot be taken."""

    why: str


def receive_audio(
    session: Session, data: bytes, stage: SessionContext, now: datetime
) -> Transition:
    """Acknowledge it, and tell what has been heard with it."""
    if session.stopped_at is not None:
        return Transition(session, (messages.rejection("audio_chunk", AFTER_STOP),))
    after = with_samples(session, data, now)
    trouble = next(iter(session.behaviour.faults[session.fault_applied :]), None)
    if trouble and after.heard_ms >= trouble.after_ms:
        return apply_fault(session, trouble, data, stage, now)
    first = after.started_at is not None and session.started_at is None
    notes = [messages.lifecycle("start_recording")] if first else []
    notes.append(messages.acknowledgment("audio_chunk", ranges(session, after)))
    notes += stage.notes(stage.schedule.between(session.announced_ms, after.heard_ms))
    recorded = retained_samples(session, after, data)
    return Transition(replace(after, announced_ms=after.heard_ms), tuple(notes), audio=recorded)


def with_samples(session: Session, data: bytes, now: datetime) -> Session:
    """GUESS: the recording starts with the first byte, not with an empty piece."""
    known = session.header is not None
    begin = b"" if known else session.begin + data
    header = session.header if known else header_size(begin)
    return replace(
        session,
        received=session.received + len(data),
        begin=begin if header is None else b"",
        header=header,
        started_at=session.started_at or (now if data else None),
    )


def retained_samples(before: Session, after: Session, data: bytes) -> bytes:
    """What of it belongs into the recording: no header, and nothing that may be one."""
    if before.header is not None:
        return data
    return b"" if after.header is None else (before.begin + data)[after.header :]


def ranges(before: Session, after: Session) -> dict[str, Json]:
    """Seen in clients: the bytes of the whole session, and the end is not included."""
    return {
        "byte_range": [before.received, after.received],
        "time_range": [before.seconds, after.seconds],
    }


def apply_fault(
    session: Session, trouble: LiveFault, data: bytes, stage: SessionContext, now: datetime
) -> Transition:
    """What the scenario lets go wrong; audio that comes with the break of a line is not heard."""
    session = replace(session, fault_applied=session.fault_applied + 1)
    if trouble.reject is not None:
        return Transition(session, (messages.rejection("audio_chunk", trouble.reject),))
    notes: tuple[OutgoingMessage, ...] = ()
    if trouble.error is not None:
        notes = (messages.error(trouble.error, trouble.message),)
    if trouble.close is not None:
        return end_session(session, Close(trouble.close, trouble.reason), now, notes)
    if trouble.error is None:
        return Transition(session, close=Abort())
    after = receive_audio(session, data, stage, now)
    return replace(after, notes=notes + after.notes)


def end_session(
    session: Session, end: Close, now: datetime, notes: tuple[OutgoingMessage, ...] = ()
) -> Transition:
    """Closed with a code; one that clients do not come back after ends the session."""
    if end.code in FINAL_CODES:
        session = replace(session, is_over=True, lost_at=now)
    return Transition(session, notes, end)


def storage_failed(session: Session, reason: str, now: datetime) -> Transition:
    """There is no room for what is sent. GUESS: the code, and what is said with it."""
    note = messages.error("internal_error", UNSTORED.format(reason))
    return end_session(session, Close(FAILED, BROKEN), now, (note,))


def stop_session(session: Session, stage: SessionContext, now: datetime) -> Transition:
    """The recording is over: the last words, and then the results."""
    if session.stopped_at is not None:
        return Transition(session, (messages.rejection("stop_recording", STOPPED),))
    data: Json = {"recording_duration": session.seconds, "recording_left_to_process": 0.0}
    asked = messages.acknowledgment("stop_recording", data)
    return session_stopped(replace(session, stopped_at=now), (asked,), stage, now)


def session_stopped(
    session: Session, notes: tuple[OutgoingMessage, ...], stage: SessionContext, now: datetime
) -> Transition:
    last = stage.notes(stage.schedule.unfinished(session.announced_ms))
    recorded = messages.lifecycle("end_recording", recording_duration=session.seconds)
    turn = Transition(session, (*notes, *last, recorded))
    if session.done_at is None or now < session.done_at:
        return turn
    results = session_done(session, stage, now)
    return replace(results, notes=turn.notes + results.notes)


def session_done(session: Session, stage: SessionContext, now: datetime) -> Transition:
    """Post-processing is over, and with it the session."""
    session = replace(session, is_over=True)
    if session.ending is Phase.FAILED:
        note = messages.error("internal_error", session.why)
        return Transition(session, (note,), Close(FAILED, session.why))
    result, transcript = stage.outcome(session, now)
    notes = messages.results(result, transcript, stage.options)
    return Transition(session, (*notes, messages.lifecycle("end_session")), Close(NORMAL))


def wakes_at(session: Session) -> datetime | None:
    """When something happens by itself; None: nothing does."""
    if session.is_over:
        return None
    if session.stopped_at is not None:
        return session.done_at
    return min(session.ends_at, idle_at(session))


def idle_at(session: Session) -> datetime:
    return (session.last_audio_at or session.made_at) + timedelta(
        seconds=session.behaviour.idle_seconds
    )


def wake(session: Session, stage: SessionContext, now: datetime) -> Transition:
    """Time has passed."""
    if session.is_over:
        return Transition(session)
    if session.stopped_at is not None:
        due = session.done_at is not None and now >= session.done_at
        return session_done(session, stage, now) if due else Transition(session)
    if now >= session.ends_at:
        note = messages.error("session_timeout", TOO_LONG.format(session.behaviour.longest_seconds))
        stopped_at = max(session.ends_at, session.started_at or session.ends_at)
        return session_stopped(replace(session, stopped_at=stopped_at), (note,), stage, now)
    if now >= idle_at(session):
        why = IDLE.format(session.behaviour.idle_seconds)
        return Transition(session, (messages.error("session_timeout", why),), Close(TRY_LATER, why))
    return Transition(session)


def connection_closed(session: Session, code: int, now: datetime) -> Session:
    """The line is closed, by whichever side."""
    if code != TOO_BIG or session.is_over:
        return session
    session = replace(session, oversized=session.oversized + 1)
    if session.oversized < MOST_OVERSIZED:
        return session
    return replace(session, is_over=True, lost_at=now)


def timeline(session: Session) -> Timeline:
    """How its job goes. GUESS: one that nobody stops ends by itself after the longest time."""
    steps = [Step(0, Phase.QUEUED)]
    if session.started_at:
        steps.append(Step(age(session, session.started_at), Phase.PROCESSING))
    if session.lost_at:
        steps.append(Step(age(session, session.lost_at), Phase.FAILED))
    elif session.stopped_at:
        if not session.started_at:
            steps.append(Step(age(session, session.stopped_at), Phase.PROCESSING))
        if session.done_at and session.ending:
            steps.append(Step(age(session, session.done_at), session.ending))
    elif session.ending:
        longest = session.behaviour.longest_seconds + session.behaviour.post_seconds
        steps.append(Step(longest, session.ending))
    return tuple(steps)


def age(session: Session, at: datetime) -> float:
    return (at - session.made_at).total_seconds()
