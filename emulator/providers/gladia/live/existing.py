"""Live sessions that a scenario says are there, and what it has to say of those that are."""

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec.structs import replace

from emulator.core.base.ids import digest
from emulator.core.contract import Contract
from emulator.core.http.messages import Params, parse_json
from emulator.core.provider.api_request import api_request_type
from emulator.core.provider.backend import Backend
from emulator.core.scenario.model import JobPlan, SeedJobs
from emulator.core.scenario.schema.diagnostics import Diagnostics
from emulator.core.scenario.schema.nodes import Node
from emulator.core.scenario.schema.types import (
    INVALID,
    CheckedType,
    InvalidValue,
    JsonObjectType,
    ListType,
    ObjectType,
    SizeType,
    StringType,
)
from emulator.core.speech.transcripts import Audio
from emulator.core.state.jobs import FINAL, Phase
from emulator.providers.gladia import requests
from emulator.providers.gladia.live.operations import RECORDING
from emulator.providers.gladia.live.recording import SessionRecording
from emulator.providers.gladia.live.session import Session
from emulator.providers.gladia.pcm import pcm_format
from emulator.providers.gladia.records import File, Kind, Transcription
from emulator.providers.gladia.transcript import language_code
from emulator.providers.gladia.uploads import recognized_audio

CREATE = "StreamingController_initStreamingSession_v2"


def message_type(text: str, node: Node, problems: Diagnostics) -> str | InvalidValue:
    try:
        content = parse_json(text.encode())
    except ValueError:
        content = None
    if isinstance(content, dict):
        return text
    problems.add(node.place, "a message is the text of a JSON object, as it was sent")
    return INVALID


def live_words(contract: Contract) -> ObjectType:
    return ObjectType(
        "It is a live session; nobody can connect to it.",
        {
            "request": api_request_type(
                "What was asked for, as the API takes it.", contract, CREATE, refuse=requests.check
            ),
            "recorded": SizeType("How much audio was sent; it is silence now."),
            "messages": ListType(
                "The messages that the client was sent.",
                CheckedType(StringType("The text of one, which is JSON."), message_type),
            ),
            "post_session_metadata": JsonObjectType("What the client noted afterwards."),
        },
    )


def live_job(
    existing: SeedJobs, age_seconds: float, backend: Backend
) -> tuple[JobPlan, Session, Transcription]:
    """A session that nobody can connect to, its job, and how the scenario has such jobs go."""
    said: Mapping[str, Any] = existing.options["live"]
    id = existing.id or backend.ids.uuid()
    given = {**requested_fields(existing), **said.get("request", {})}
    metadata = given.pop("custom_metadata", None)
    (recording,) = existing.all_recordings
    usual = default_audio(id, given, recording.audio)
    plan = backend.plan_job(usual, locale=existing.language or "")
    script = recording.transcript or plan.transcript
    audio = recognized_audio(recording.apply_to(usual), backend, script=script)
    size = said.get("recorded", default_size(audio, given))
    record = Transcription(
        job=backend.existing_job(id, existing, age_seconds),
        kind=Kind.LIVE,
        request=given,
        custom_metadata=metadata,
        audio=replace(audio, duration_ms=pcm_format(given).ms(size)),
        file=File(existing.options.get("file", id), existing.name or f"{id}.wav", None),
        script=script,
        recording=SessionRecording(
            backend.make_file, messages=said.get("messages", ()), silence_bytes=size
        ),
        post_session_metadata=said.get("post_session_metadata"),
    )
    return plan, session_of(record), record


def default_audio(id: str, given: Params, source: str | None) -> Audio:
    """The recording of a session, without its length."""
    return Audio(source or RECORDING, digest(id), None, pcm_format(given).channels)


def default_size(audio: Audio, given: Params) -> int:
    """How many bytes of sound last as long as the recording."""
    sound = pcm_format(given)
    return (audio.duration_ms or 0) * sound.sample_rate // 1000 * sound.frame_bytes


def session_of(record: Transcription) -> Session:
    """What is left of a session that is over."""
    job, end = record.job, record.job.timeline[-1].phase
    return Session(
        id=job.id,
        made_at=job.made_at,
        pcm_format=pcm_format(record.request),
        ending=end if end in FINAL else None,
        started_at=job.entered_at(Phase.PROCESSING),
        stopped_at=job.final_at(),
        is_over=True,
    )


def requested_fields(existing: SeedJobs) -> dict[str, Any]:
    """What the words that all providers have ask for; the languages of a request come first."""
    given: dict[str, Any] = {}
    said = existing.options["live"].get("request", {})
    if existing.language and not requests.languages_of(said):
        given["language_config"] = {"languages": [language_code(existing.language)]}
    if existing.languages:
        targets = [language_code(language) for language in existing.languages]
        translation = {"translation": True, "translation_config": {"target_languages": targets}}
        given["realtime_processing"] = translation
    return given


def live_facts(record: Transcription) -> dict[str, Any]:
    """What a scenario has to say of a session."""
    assert record.recording is not None  # a live session has one
    request = dict(record.request)
    if record.custom_metadata is not None:
        request["custom_metadata"] = record.custom_metadata
    found = {
        "request": request,
        "recorded": record.recording.size,
        "messages": record.recording.messages(),
        "post_session_metadata": record.post_session_metadata,
    }
    return {name: value for name, value in found.items() if value not in ({}, [], None)}


def live_omissions(backend: Backend) -> Iterator[str]:
    """Of sessions: their sound, and their connections."""
    now = backend.now()
    found = [one for one in backend.store.oldest_first(Transcription) if one.recording]
    sounding = [one.id for one in found if one.recording and one.recording.audio_bytes]
    if sounding:
        yield f"the sound of live sessions, silence takes its place: {', '.join(sounding)}"
    sessions = (backend.store.find(Session, one.id) for one in found)
    still_open = [session.id for session in sessions if session and session.is_open(now)]
    if still_open:
        yield f"the connections of live sessions that are still open: {', '.join(still_open)}"
