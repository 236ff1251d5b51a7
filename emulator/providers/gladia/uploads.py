"""Files that clients hand over, or give the address of; what a job knows of its recording."""

from urllib.parse import unquote, urlsplit

from emulator.core.http.messages import Part, Request, Response, json_response
from emulator.core.http.problems import Invalid, Refused, Violation
from emulator.core.provider.backend import Backend
from emulator.core.speech.media import (
    audio_of_bytes,
    audio_of_url,
    extension_of,
    inspect_media,
    synthetic_size,
)
from emulator.core.speech.transcripts import Audio
from emulator.providers.gladia import render
from emulator.providers.gladia.records import File, Upload

MOST_CHANNELS = 2  # seen in a client's tests in September 2026; see errors.py for the words
UPLOADED = "/file/"
USUAL_NAME = "audio"  # GUESS: of a file that has none


def file_controller_upload_v2(request: Request, backend: Backend) -> Response:
    record = receive_upload(request, backend) if request.parts else linked_file(request, backend)
    if (record.audio.channels or 1) > MOST_CHANNELS:
        raise Refused("TooManyChannels", {"channels": record.audio.channels})
    backend.store.put(record)
    return json_response(200, render.upload(record, request))


def receive_upload(request: Request, backend: Backend) -> Upload:
    """The file of a multipart body, as its header says it is."""
    part = file_part(request)
    filename = named_by_client(part)
    media = inspect_media(part.content, filename)
    audio = probe(audio_of_bytes(part.content, filename), backend)
    return Upload(
        id=backend.ids.uuid(),
        filename=filename,
        extension=media.extension,
        size=len(part.content),
        audio=audio,
        content=part.content,
    )


def file_part(request: Request) -> Part:
    """Raises Invalid: the field is there and holds no file. GUESS: what is said of an empty one."""
    part = next((one for one in reversed(request.parts) if one.name == "audio"), None)
    assert part is not None  # the contract requires it
    if part.filename is None or not part.content:
        raise Invalid((Violation("body", ("audio",), "required", message="no file"),))
    return part


def named_by_client(part: Part) -> str:
    """GUESS: of a path, the last part, as Express's usual multipart reader has it."""
    return (part.filename or "").replace("\\", "/").rpartition("/")[2] or USUAL_NAME


def linked_file(request: Request, backend: Backend) -> Upload:
    """A file that the service would have fetched; nothing is fetched here."""
    url = request.fields["audio_url"]
    audio = probe(audio_of_url(url), backend)
    filename = filename_of(url)
    extension = extension_of(filename) or "wav"
    return Upload(
        id=backend.ids.uuid(),
        filename=filename,
        extension=extension,
        size=synthetic_size(extension, audio.duration_ms or 0),
        audio=audio,
        source=url,
    )


def uploaded_before(url: str, backend: Backend) -> Upload | None:
    """The upload that a job's URL names, whatever address the client knew us by."""
    _, found, id = urlsplit(url).path.rpartition(UPLOADED)
    return backend.store.find(Upload, id) if found else None


def probe(audio: Audio, backend: Backend) -> Audio:
    return recognized_audio(audio, backend, script=backend.plan_job(audio).transcript)


def recognized_audio(audio: Audio, backend: Backend, *, script: str | None) -> Audio:
    """The recording with its length and channels, as the service knows them that looked into it."""
    duration_ms = backend.library.duration_ms(audio, script=script)
    return Audio(audio.source, audio.digest, duration_ms, audio.channels or 1)


def file_of(upload: Upload | None, url: str, backend: Backend) -> File:
    if upload:
        return File(upload.id, upload.filename, upload.source)
    return File(backend.ids.uuid(), filename_of(url), url)


def filename_of(url: str) -> str:
    """The last part of the path."""
    return unquote(urlsplit(url).path.rstrip("/").rpartition("/")[2]) or USUAL_NAME
