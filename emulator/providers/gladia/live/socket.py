"""The websocket of live sessions: frames to the session, and what comes of it to all who listen."""

from collections.abc import Iterator
from datetime import datetime
from functools import cached_property, partial
from typing import Any

from msgspec.structs import replace

from emulator.core.http.messages import Json, Request, to_json
from emulator.core.http.problems import BadLink, Scripted
from emulator.core.provider.backend import Backend
from emulator.core.provider.conversation import Close, Frame, Reply, Say
from emulator.core.provider.provider import Socket
from emulator.core.speech.transcripts import Transcript
from emulator.core.state.jobs import Job
from emulator.providers.gladia import render
from emulator.providers.gladia.live import session as live
from emulator.providers.gladia.live.messages import Note
from emulator.providers.gladia.live.requests import callbacks_wanted, messages_wanted
from emulator.providers.gladia.live.session import Session, Stage, Turn
from emulator.providers.gladia.live.webhooks import called_back, replan
from emulator.providers.gladia.recognition import heard, score, wish_of
from emulator.providers.gladia.records import Ticket, Transcription

TOKEN = "token"
GONE = Close(4404, "the session has been deleted")  # GUESS: final, as no such session is
OTHER = Close(live.TAKEN_OVER, "the session goes on over another connection")
# Published document: the names of the messages' schemas.
SCHEMAS = {
    "start_session": "StartSessionMessage",
    "start_recording": "StartRecordingMessage",
    "audio_chunk": "AudioChunkAckMessage",
    "speech_start": "SpeechStartMessage",
    "speech_end": "SpeechEndMessage",
    "speech_turn_end": "SpeechTurnEndMessage",
    "answering_machine": "AnsweringMachineMessage",
    "transcript": "TranscriptMessage",
    "translation": "TranslationMessage",
    "named_entity_recognition": "NamedEntityRecognitionMessage",
    "sentiment_analysis": "SentimentAnalysisMessage",
    "stop_recording": "StopRecordingAckMessage",
    "end_recording": "EndRecordingMessage",
    "post_transcript": "PostTranscriptMessage",
    "post_summarization": "PostSummarizationMessage",
    "post_chapterization": "PostChapterizationMessage",
    "post_final_transcript": "PostFinalTranscriptMessage",
    "end_session": "EndSessionMessage",
    "error": "LiveErrorMessage",
}


def account(request: Request) -> str:
    """The token begins as the account's id does."""
    return token_of(request)[:13]


def token_of(request: Request) -> str:
    return next((value for name, value in request.query if name == TOKEN), "")


def enter(request: Request, backend: Backend) -> "LiveConversation":
    """Raises BadLink: nobody knows the token, or its session is over. Seen: 403 for both."""
    ticket = backend.store.find(Ticket, token_of(request))
    id = ticket.session if ticket else ""
    session = backend.store.find(Session, id)
    record = backend.store.find(Transcription, id)
    if session is None or record is None or not session.is_open(backend.now()):
        raise BadLink(expired=session is not None, path=request.path)
    refuse = session.going.refuse
    if refuse is not None and refuse < live.NORMAL:
        raise Scripted(refuse)
    return LiveConversation(record, backend)


class LiveConversation:
    """One connection of a session; a session may have several, one after another."""

    def __init__(self, record: Transcription, backend: Backend) -> None:
        self._id = record.id
        self._given = record.given
        self._backend = backend
        self._number = 0  # of this connection

    def opened(self) -> Reply:
        session = self._session
        assert session is not None  # it has just been found
        turn = live.opened(session, self._backend.now())
        self._number = turn.session.connection
        return self._play(session, turn)

    def received(self, frame: Frame) -> Reply:
        session = self._session
        if session is None or session.connection != self._number:
            return lost(session)
        return self._play(session, live.received(session, frame, self._stage, self._backend.now()))

    def woken(self) -> Reply:
        session = self._session
        if session is None or session.connection != self._number:
            return lost(session)
        return self._play(session, live.woken(session, self._stage, self._backend.now()))

    def wakes_at(self) -> datetime | None:
        session = self._session
        return None if session is None else live.wakes_at(session)

    def closed(self, code: int) -> None:
        """The next connection may be there already."""
        session = self._session
        if session is not None:
            after = live.closed(session, code, self._backend.now())
            self._play(session, Turn(after))

    @property
    def _session(self) -> Session | None:
        """As it stands; None: its job has been deleted."""
        if self._backend.store.find(Transcription, self._id) is None:
            return None
        return self._backend.store.find(Session, self._id)

    @cached_property
    def _stage(self) -> Stage:
        record = self._backend.store.get(Transcription, self._id)
        session = self._backend.store.get(Session, self._id)
        return Stage(
            score=score(record, self._backend.library),
            wish=wish_of(record),
            failed_addons=record.failed_addons,
            made_up=record.script is None,
            answered_by=session.going.answered_by,
            outcome=partial(outcome, self._id, self._backend),  # no cycle: its files go with it
        )

    def _play(self, before: Session, turn: Turn) -> Reply:
        """Remember what has become of the session, and give every message to those who want it."""
        if turn.session == before and not turn.notes and turn.end is None:
            return Reply()
        try:
            return self._recorded(before, turn)
        except OSError as error:
            return self._unstored(before, error.strerror or str(error))

    def _unstored(self, before: Session, reason: str) -> Reply:
        """The session fails where there is no room for it. GUESS: the words."""
        now = self._backend.now()
        turn = live.unstored(before, reason, now)
        record = brought_up(self._backend.store.get(Transcription, self._id), turn.session)
        assert record.tape is not None  # a live session has one
        record.tape.discard()
        self._backend.store.put(turn.session)
        self._backend.store.put(record)
        replan(before, turn.session, self._backend)
        wanted = messages_wanted(record.given)
        told = (
            Say(note.content(self._id, now), SCHEMAS[note.type])
            for note in turn.notes
            if note.flag in wanted
        )
        return Reply(tuple(told), turn.end)

    def _recorded(self, before: Session, turn: Turn) -> Reply:
        """Raises OSError."""
        store = self._backend.store
        store.put(turn.session)
        record = brought_up(store.get(Transcription, self._id), turn.session)
        store.put(record)
        assert record.tape is not None  # a live session has one
        record.tape.record(turn.audio)
        replan(before, turn.session, self._backend)
        says = tuple(self._said(turn.notes, record))
        return Reply(says, turn.end)

    def _said(self, notes: tuple[Note, ...], record: Transcription) -> Iterator[Say]:
        assert record.tape is not None  # a live session has one
        now = self._backend.now()
        callbacks, messages = callbacks_wanted(record.given), messages_wanted(record.given)
        for note in notes:
            content: Json = note.content(self._id, now)
            is_called_back, is_sent = note.flag in callbacks, note.flag in messages
            body = to_json(content) if is_called_back or is_sent else b""
            if is_called_back:
                called_back(record, body, self._backend)
            if is_sent:
                record.tape.add_message(body)
                yield Say(content, SCHEMAS[note.type], body)


def outcome(
    id: str, backend: Backend, session: Session, now: datetime
) -> tuple[dict[str, Any], Transcript]:
    """Published document: as the job's result, without the messages."""
    record = brought_up(backend.store.get(Transcription, id), session)
    library = backend.library
    result = render.result(replace(record, tape=None), library, now)
    return result, heard(record, library)[1].transcript


def lost(session: Session | None) -> Reply:
    """The session is not this connection's any more."""
    return Reply(end=GONE if session is None else OTHER)


def brought_up(record: Transcription, session: Session) -> Transcription:
    """The job, as far as its session has come."""
    return replace(
        record,
        job=Job(record.id, record.job.made_at, live.timeline(session)),
        audio=replace(record.audio, duration_ms=session.heard_ms),
    )


SOCKETS = {"liveTranscription": Socket(account, enter)}
