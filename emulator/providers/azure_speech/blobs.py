"""The storage behind content links: how they are signed, checked, and what they lead to."""

from datetime import UTC, datetime, timedelta

from emulator.core.base.clock import iso_seconds
from emulator.core.http.messages import Json, Request
from emulator.core.http.problems import BadLink, NotFound
from emulator.core.http.signed_urls import sign, verify
from emulator.core.provider.backend import Backend
from emulator.core.state.response_cache import CachedBody
from emulator.providers.azure_speech import render, results
from emulator.providers.azure_speech.records import (
    BASIC_SPEAKERS,
    CONTAINER,
    File,
    Settings,
    Transcription,
)

USUAL_VALIDITY_SECONDS = 12 * 3600  # published
EARLIER = timedelta(minutes=5)  # documented links hold from five minutes before the request
SIGNED = ("sv", "st", "se", "sr", "sp")
SERVICE_VERSION = "2021-08-06"  # as documented links have it


def link(blob: str, validity_seconds: int, request: Request, backend: Backend) -> str:
    """A freshly signed URL of a blob.

    Shape: the documented content links. Each GET makes a new one.
    """
    now = backend.now()
    query = {
        "sv": SERVICE_VERSION,
        "st": iso_seconds(now - EARLIER),
        "se": iso_seconds(now + timedelta(seconds=validity_seconds)),
        "sr": "b",
        "sp": "rl",
    }
    path = blob_path(backend.account_id, blob)
    return request.url(path, {**query, "sig": sign(backend.secret, path, *query.values())})


def blob_path(resource: str, blob: str) -> str:
    return f"{CONTAINER}{resource}/TranscriptionData/{blob}"


def check_signature(request: Request, backend: Backend) -> None:
    """Raise BadLink unless the link was signed here and its time is not over."""
    path = blob_path(request.text("resource"), request.text("blob"))
    signed = tuple(request.text(name) for name in SIGNED)
    end = moment(request.text("se"))
    if end is None:
        raise BadLink(expired=False, path=path)
    verify(request.text("sig"), backend.secret, path, *signed, expires_at=end, now=backend.now())


def moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def find(blob: str, backend: Backend) -> tuple[Transcription, File]:
    """Whose file a blob is. Raises NotFound for one that is gone or was never there."""
    now = backend.now()
    record = backend.store.find(Transcription, blob.partition("_")[0])
    if record and not record.is_expired(now):
        for one in record.files_at(now):
            if one.blob == blob:
                return record, one
    raise NotFound("Blob", blob)


def stored_blob(record: Transcription, one: File, backend: Backend) -> CachedBody:
    """A file, byte for byte as the storage has it."""
    return backend.response_cache.body_of(
        record, ("file", one.blob), lambda: render.indented(content(record, one, backend))
    )


def content(record: Transcription, one: File, backend: Backend) -> Json:
    """What a file says; made when it is asked for, and always the same."""
    if one.recording is None:
        return results.report(record.recordings)
    end = record.job.final_at()
    assert end is not None  # only what has ended has files
    recording, order = one.recording, record.order
    transcript = backend.library.transcript(
        recording.audio,
        language=order.locale,
        script=recording.script,
        speakers=speakers(order.settings),
    )
    return results.result(transcript, recording, order, end)


def speakers(settings: Settings) -> int | None:
    """How many speakers to make up; None: nobody asked."""
    if not settings.diarization:
        return None
    wanted = settings.speakers
    fewest = wanted.fewest if wanted and wanted.fewest else 1
    most = wanted.most if wanted and wanted.most else max(fewest, BASIC_SPEAKERS)
    return min(max(fewest, BASIC_SPEAKERS), most)
