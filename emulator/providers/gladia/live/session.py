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

from emulator.core.http.messages import Json, parsed_json
from emulator.core.provider.conversation import Close, Cut, End, Frame
from emulator.core.speech.transcripts import Transcript
from emulator.core.state.jobs import Phase, Step, Timeline
from emulator.providers.gladia.live import messages
from emulator.providers.gladia.live.messages import Note
from emulator.providers.gladia.live.requests import AS_USUAL, Going, Trouble
from emulator.providers.gladia.live.schedule import Cue, Score, Sign
from emulator.providers.gladia.pcm import USUAL, Sound, header_size
from emulator.providers.gladia.requests import Wanted

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
ORDERS = "audio_chunk, stop_recording"


class Session(Struct, frozen=True):
    """Everything that is remembered of one session between two frames."""

    id: str
    made_at: datetime
    sound: Sound = USUAL
    going: Going = AS_USUAL
    ending: Phase | None = Phase.COMPLETED  # of its job; None: post-processing never ends
    why: str = BROKEN  # it fails
    received: int = 0  # bytes that were acknowledged, over all connections
    begin: bytes = b""  # of the stream, until it is known whether it is a header
    header: int | None = None  # bytes of a WAV header in the stream; None: not known yet
    said_ms: int = -1  # up to where the audio has been answered
    troubled: int = 0  # troubles that have happened
    connection: int = 0  # counts them
    oversized: int = 0
    heard_at: datetime | None = None  # when the line was last used
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
        return self.sound.ms(self.samples)

    @property
    def seconds(self) -> float:
        return self.sound.seconds(self.samples)

    @property
    def ends_at(self) -> datetime:
        """When it ends, whatever the client does."""
        return self.made_at + timedelta(seconds=self.going.longest_seconds)

    @property
    def done_at(self) -> datetime | None:
        """When its results are there; None: nobody knows yet."""
        if self.stopped_at is None or self.ending is None:
            return None
        return self.stopped_at + timedelta(seconds=self.going.post_seconds)

    def is_open(self, now: datetime) -> bool:
        """Whether a client may come back to it."""
        if self.is_over:
            return False
        if self.stopped_at is None:
            return now < self.ends_at
        return self.done_at is None or now < self.done_at


class Stage(Struct, frozen=True):
    """What a session needs to know of its job."""

    score: Score
    wish: Wanted
    failed_addons: frozenset[str]
    made_up: bool
    answered_by: str | None
    outcome: Callable[[Session, datetime], tuple[dict[str, Any], Transcript]]

    def notes(self, cues: Iterable[Cue]) -> Iterator[Note]:
        for cue in cues:
            if cue.sign is not Sign.ANSWERED:
                yield from messages.cued(cue, self.wish, self.failed_addons, made_up=self.made_up)
            elif self.answered_by is not None:
                yield messages.answered(cue, self.answered_by)


class Turn(Struct, frozen=True):
    """What comes of one event: the next session, what is said, and whether that is the end."""

    session: Session
    notes: tuple[Note, ...] = ()
    end: End | None = None
    audio: bytes = b""  # that belongs to the recording


def opened(session: Session, now: datetime) -> Turn:
    """A client has come. One that is there already has to go: its line may be dead."""
    session = replace(session, connection=session.connection + 1, heard_at=now)
    refuse = session.going.refuse
    if refuse is not None:
        return ended(session, Close(refuse, "refused by the scenario"), now)
    return Turn(session)


def received(session: Session, frame: Frame, stage: Stage, now: datetime) -> Turn:
    session = replace(session, heard_at=now)
    size = len(frame) if isinstance(frame, bytes) else len(frame.encode())
    if size > MOST_FRAME_BYTES:
        return Turn(session, end=Close(TOO_BIG, "message too big"))
    if isinstance(frame, bytes):
        return audio(session, frame, stage, now)
    return order(session, frame, stage, now)


def order(session: Session, text: str, stage: Stage, now: datetime) -> Turn:
    """A frame of JSON."""
    try:
        content = parsed_json(text.encode())
    except ValueError:
        return confused(session, "the message is not JSON")
    kind = content.get("type") if isinstance(content, dict) else None
    if kind == "stop_recording":
        return stop(session, stage, now)
    if kind != "audio_chunk":
        return confused(session, f"the type must be one of the following values: {ORDERS}")
    data = chunk_of(content, session.sound)
    if isinstance(data, Bad):
        return Turn(session, (messages.rejected("audio_chunk", data.why),))
    return audio(session, data, stage, now)


def confused(session: Session, why: str) -> Turn:
    return Turn(session, (messages.error("invalid_message", why),))


def chunk_of(content: Any, sound: Sound) -> "bytes | Bad":
    """AsyncAPI document: base64, and complete sample frames; an empty one keeps the line alive."""
    data = content.get("data")
    chunk = data.get("chunk") if isinstance(data, dict) else None
    if not isinstance(chunk, str):
        return Bad("data.chunk must be a string")
    try:
        found = b64decode(chunk, validate=True)
    except ValueError:
        return Bad("data.chunk must be base64 encoded")
    if len(found) % sound.frame_bytes and header_size(found) == 0:
        return Bad(f"data.chunk must hold complete sample frames of {sound.frame_bytes} bytes")
    return found


class Bad(Struct, frozen=True):
    """A piece of audio that cannot be taken."""

    why: str


def audio(session: Session, data: bytes, stage: Stage, now: datetime) -> Turn:
    """Acknowledge it, and tell what has been heard with it."""
    if session.stopped_at is not None:
        return Turn(session, (messages.rejected("audio_chunk", AFTER_STOP),))
    after = taken(session, data, now)
    trouble = next(iter(session.going.troubles[session.troubled :]), None)
    if trouble and after.heard_ms >= trouble.after_ms:
        return in_trouble(session, trouble, data, stage, now)
    first = after.started_at is not None and session.started_at is None
    notes = [messages.lifecycle("start_recording")] if first else []
    notes.append(messages.acknowledged("audio_chunk", ranges(session, after)))
    notes += stage.notes(stage.score.between(session.said_ms, after.heard_ms))
    recorded = kept(session, after, data)
    return Turn(replace(after, said_ms=after.heard_ms), tuple(notes), audio=recorded)


def taken(session: Session, data: bytes, now: datetime) -> Session:
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


def kept(before: Session, after: Session, data: bytes) -> bytes:
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


def in_trouble(
    session: Session, trouble: Trouble, data: bytes, stage: Stage, now: datetime
) -> Turn:
    """What the scenario lets go wrong; audio that comes with the break of a line is not heard."""
    session = replace(session, troubled=session.troubled + 1)
    if trouble.reject is not None:
        return Turn(session, (messages.rejected("audio_chunk", trouble.reject),))
    notes: tuple[Note, ...] = ()
    if trouble.error is not None:
        notes = (messages.error(trouble.error, trouble.message),)
    if trouble.close is not None:
        return ended(session, Close(trouble.close, trouble.reason), now, notes)
    if trouble.error is None:
        return Turn(session, end=Cut())
    after = audio(session, data, stage, now)
    return replace(after, notes=notes + after.notes)


def ended(session: Session, end: Close, now: datetime, notes: tuple[Note, ...] = ()) -> Turn:
    """Closed with a code; one that clients do not come back after ends the session."""
    if end.code in FINAL_CODES:
        session = replace(session, is_over=True, lost_at=now)
    return Turn(session, notes, end)


def unstored(session: Session, reason: str, now: datetime) -> Turn:
    """There is no room for what is sent. GUESS: the code, and what is said with it."""
    note = messages.error("internal_error", UNSTORED.format(reason))
    return ended(session, Close(FAILED, BROKEN), now, (note,))


def stop(session: Session, stage: Stage, now: datetime) -> Turn:
    """The recording is over: the last words, and then the results."""
    if session.stopped_at is not None:
        return Turn(session, (messages.rejected("stop_recording", STOPPED),))
    data: Json = {"recording_duration": session.seconds, "recording_left_to_process": 0.0}
    asked = messages.acknowledged("stop_recording", data)
    return stopped(replace(session, stopped_at=now), (asked,), stage, now)


def stopped(session: Session, notes: tuple[Note, ...], stage: Stage, now: datetime) -> Turn:
    last = stage.notes(stage.score.unfinished(session.said_ms))
    recorded = messages.lifecycle("end_recording", recording_duration=session.seconds)
    turn = Turn(session, (*notes, *last, recorded))
    if session.done_at is None or now < session.done_at:
        return turn
    results = done(session, stage, now)
    return replace(results, notes=turn.notes + results.notes)


def done(session: Session, stage: Stage, now: datetime) -> Turn:
    """Post-processing is over, and with it the session."""
    session = replace(session, is_over=True)
    if session.ending is Phase.FAILED:
        note = messages.error("internal_error", session.why)
        return Turn(session, (note,), Close(FAILED, session.why))
    result, transcript = stage.outcome(session, now)
    notes = messages.results(result, transcript, stage.wish)
    return Turn(session, (*notes, messages.lifecycle("end_session")), Close(NORMAL))


def wakes_at(session: Session) -> datetime | None:
    """When something happens by itself; None: nothing does."""
    if session.is_over:
        return None
    if session.stopped_at is not None:
        return session.done_at
    return min(session.ends_at, idle_at(session))


def idle_at(session: Session) -> datetime:
    return (session.heard_at or session.made_at) + timedelta(seconds=session.going.idle_seconds)


def woken(session: Session, stage: Stage, now: datetime) -> Turn:
    """Time has passed."""
    if session.is_over:
        return Turn(session)
    if session.stopped_at is not None:
        due = session.done_at is not None and now >= session.done_at
        return done(session, stage, now) if due else Turn(session)
    if now >= session.ends_at:
        note = messages.error("session_timeout", TOO_LONG.format(session.going.longest_seconds))
        stopped_at = max(session.ends_at, session.started_at or session.ends_at)
        return stopped(replace(session, stopped_at=stopped_at), (note,), stage, now)
    if now >= idle_at(session):
        why = IDLE.format(session.going.idle_seconds)
        return Turn(session, (messages.error("session_timeout", why),), Close(TRY_LATER, why))
    return Turn(session)


def closed(session: Session, code: int, now: datetime) -> Session:
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
        longest = session.going.longest_seconds + session.going.post_seconds
        steps.append(Step(longest, session.ending))
    return tuple(steps)


def age(session: Session, at: datetime) -> float:
    return (at - session.made_at).total_seconds()
