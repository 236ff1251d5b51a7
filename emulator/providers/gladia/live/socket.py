"""The websocket of live sessions: frames to the session, and what comes of it to all who listen."""

from collections.abc import Iterator
from datetime import datetime
from functools import cached_property, partial
from typing import Any

from msgspec.structs import replace

from emulator.core.http.messages import Json, Request, to_json
from emulator.core.http.problems import BadLink, Scripted
from emulator.core.provider.backend import Backend
from emulator.core.provider.conversation import Close, Frame, Reply, Send
from emulator.core.provider.provider import Socket
from emulator.core.speech.transcripts import Transcript
from emulator.core.state.jobs import Job
from emulator.providers.gladia import render
from emulator.providers.gladia.live import session as live
from emulator.providers.gladia.live.messages import OutgoingMessage
from emulator.providers.gladia.live.requests import wanted_callbacks, wanted_messages
from emulator.providers.gladia.live.session import Session, SessionContext, Transition
from emulator.providers.gladia.live.webhooks import callback_message, replan
from emulator.providers.gladia.recognition import build_schedule, options_of, recognize_job
from emulator.providers.gladia.records import SessionToken, Transcription

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


def account_of(request: Request) -> str:
    """The token begins as the account's id does."""
    return token_of(request)[:13]


def token_of(request: Request) -> str:
    return next((value for name, value in request.query if name == TOKEN), "")


def open_conversation(request: Request, backend: Backend) -> "LiveConversation":
    """Raises BadLink: nobody knows the token, or its session is over. Seen: 403 for both."""
    ticket = backend.store.find(SessionToken, token_of(request))
    id = ticket.session if ticket else ""
    session = backend.store.find(Session, id)
    record = backend.store.find(Transcription, id)
    if session is None or record is None or not session.is_open(backend.now()):
        raise BadLink(expired=session is not None, path=request.path)
    refuse = session.behaviour.refuse
    if refuse is not None and refuse < live.NORMAL:
        raise Scripted(refuse)
    return LiveConversation(record, backend)


class LiveConversation:
    """One connection of a session; a session may have several, one after another."""

    def __init__(self, record: Transcription, backend: Backend) -> None:
        self._id = record.id
        self._request = record.request
        self._backend = backend
        self._number = 0  # of this connection

    def opened(self) -> Reply:
        session = self._session
        assert session is not None  # it has just been found
        turn = live.open_session(session, self._backend.now())
        self._number = turn.session.connection
        return self._apply(session, turn)

    def received(self, frame: Frame) -> Reply:
        session = self._session
        if session is None or session.connection != self._number:
            return lost_session(session)
        return self._apply(
            session, live.receive_frame(session, frame, self._stage, self._backend.now())
        )

    def woken(self) -> Reply:
        session = self._session
        if session is None or session.connection != self._number:
            return lost_session(session)
        return self._apply(session, live.wake(session, self._stage, self._backend.now()))

    def wakes_at(self) -> datetime | None:
        session = self._session
        return None if session is None else live.wakes_at(session)

    def closed(self, code: int) -> None:
        """The next connection may be there already."""
        session = self._session
        if session is not None:
            after = live.connection_closed(session, code, self._backend.now())
            self._apply(session, Transition(after))

    @property
    def _session(self) -> Session | None:
        """As it stands; None: its job has been deleted."""
        if self._backend.store.find(Transcription, self._id) is None:
            return None
        return self._backend.store.find(Session, self._id)

    @cached_property
    def _stage(self) -> SessionContext:
        record = self._backend.store.get(Transcription, self._id)
        session = self._backend.store.get(Session, self._id)
        return SessionContext(
            schedule=build_schedule(record, self._backend.library),
            options=options_of(record),
            failed_addons=record.failed_addons,
            synthetic=record.script is None,
            answered_by=session.behaviour.answered_by,
            outcome=partial(outcome, self._id, self._backend),  # no cycle: its files go with it
        )

    def _apply(self, before: Session, turn: Transition) -> Reply:
        """Remember what has become of the session, and give every message to those who want it."""
        if turn.session == before and not turn.notes and turn.close is None:
            return Reply()
        try:
            return self._record(before, turn)
        except OSError as error:
            return self._unstored(before, error.strerror or str(error))

    def _unstored(self, before: Session, reason: str) -> Reply:
        """The session fails where there is no room for it. GUESS: the words."""
        now = self._backend.now()
        turn = live.storage_failed(before, reason, now)
        record = brought_forward(self._backend.store.get(Transcription, self._id), turn.session)
        assert record.recording is not None  # a live session has one
        record.recording.discard()
        self._backend.store.put(turn.session)
        self._backend.store.put(record)
        replan(before, turn.session, self._backend)
        wanted = wanted_messages(record.request)
        told = (
            Send(note.content(self._id, now), SCHEMAS[note.type])
            for note in turn.notes
            if note.flag in wanted
        )
        return Reply(tuple(told), turn.close)

    def _record(self, before: Session, turn: Transition) -> Reply:
        """Raises OSError."""
        store = self._backend.store
        store.put(turn.session)
        record = brought_forward(store.get(Transcription, self._id), turn.session)
        store.put(record)
        assert record.recording is not None  # a live session has one
        record.recording.record(turn.audio)
        replan(before, turn.session, self._backend)
        says = tuple(self._messages(turn.notes, record))
        return Reply(says, turn.close)

    def _messages(
        self, notes: tuple[OutgoingMessage, ...], record: Transcription
    ) -> Iterator[Send]:
        assert record.recording is not None  # a live session has one
        now = self._backend.now()
        callbacks, messages = wanted_callbacks(record.request), wanted_messages(record.request)
        for note in notes:
            content: Json = note.content(self._id, now)
            is_called_back, is_sent = note.flag in callbacks, note.flag in messages
            body = to_json(content) if is_called_back or is_sent else b""
            if is_called_back:
                callback_message(record, body, self._backend)
            if is_sent:
                record.recording.add_message(body)
                yield Send(content, SCHEMAS[note.type], body)


def outcome(
    id: str, backend: Backend, session: Session, now: datetime
) -> tuple[dict[str, Any], Transcript]:
    """Published document: as the job's result, without the messages."""
    record = brought_forward(backend.store.get(Transcription, id), session)
    library = backend.library
    result = render.result(replace(record, recording=None), library, now)
    return result, recognize_job(record, library)[1].transcript


def lost_session(session: Session | None) -> Reply:
    """The session is not this connection's any more."""
    return Reply(close=GONE if session is None else OTHER)


def brought_forward(record: Transcription, session: Session) -> Transcription:
    """The job, as far as its session has come."""
    return replace(
        record,
        job=Job(record.id, record.job.made_at, live.timeline(session)),
        audio=replace(record.audio, duration_ms=session.heard_ms),
    )


SOCKETS = {"liveTranscription": Socket(account_of, open_conversation)}
