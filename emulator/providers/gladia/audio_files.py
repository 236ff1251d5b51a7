"""Recordings, given out again byte for byte; what was never handed over is silence."""

from emulator.core.http.bodies import Content
from emulator.core.http.messages import Request, Response
from emulator.core.provider.backend import Backend
from emulator.core.speech.media import extension_of, synthetic_media
from emulator.core.speech.transcripts import Audio
from emulator.providers.gladia import pcm
from emulator.providers.gladia.records import Kind, Transcription, Upload, find_named

BYTES = {"Content-Type": "application/octet-stream"}  # published document, whatever the file is


def pre_recorded_controller_get_audio_v2(request: Request, backend: Backend) -> Response:
    return file_response(
        session_recording(find_named(request, backend, frozenset({Kind.PRE_RECORDED})), backend)
    )


def transcription_controller_get_audio_v2(request: Request, backend: Backend) -> Response:
    return file_response(session_recording(find_named(request, backend, frozenset(Kind)), backend))


def file_controller_get_file(request: Request, backend: Backend) -> Response:
    """GUESS: the address of an upload, for whoever has its account's key; documented nowhere."""
    upload = backend.store.get(Upload, request.text("id"))
    return file_response(uploaded_file(upload))


def file_response(content: Content) -> Response:
    return Response(200, content, BYTES)


def session_recording(record: Transcription, backend: Backend) -> Content:
    """GUESS: in every state of the job; seen of finished ones."""
    if record.kind is Kind.LIVE:
        return pcm.session_wav(record)
    upload = backend.store.find(Upload, record.file.id)
    return uploaded_file(upload) if upload else silent_file(record.file.filename, record.audio)


def uploaded_file(upload: Upload) -> Content:
    if upload.content is not None:
        return upload.content
    return silent_file(upload.filename, upload.audio)


def silent_file(filename: str, audio: Audio) -> Content:
    """As long as the recording is said to be, and of the same kind where that is WAV."""
    extension = extension_of(filename) or "wav"
    return synthetic_media(extension, audio.duration_ms or 0, audio.channels or 1)
