"""Records as documented JSON."""

from datetime import datetime
from typing import Any

from emulator.core.base.clock import iso_seconds
from emulator.core.http.messages import to_json
from emulator.core.http.pagination import Page
from emulator.core.speech.transcripts import Segment
from emulator.core.state.jobs import Phase
from emulator.core.state.response_cache import CachedBody, ResponseCache
from emulator.providers.aitronos.records import MODEL_KEY, Transcription

Object = dict[str, Any]

# The names are published; one action is not shown. GUESS: {"href", "method"}.
SUBTITLES = {
    "get_subtitles_srt": "subtitles/srt",
    "get_subtitles_vtt": "subtitles/vtt",
    "get_subtitles_txt": "subtitles/txt",
}
RESULTS = {"get_paragraphs": "paragraphs", "get_sentences": "sentences", **SUBTITLES}

# GUESS: why a job failed is not published.
FAILURE_CODE = "TRANSCRIPTION_FAILED"
FAILURE_MESSAGE = "The audio could not be transcribed"

RUNNING_CACHE = "public, max-age=5"  # published with the operation, as is the next
FINAL_CACHE = "public, max-age=86400"


def envelope(data: Object, **more: Object) -> Object:
    return {"success": True, "data": data, **more}


def transcription(record: Transcription, text: str | None) -> Object:
    """``text`` is what is said, None until the job is completed.

    The page promises the text and lists no field for it. GUESS: ``text``; for a failure ``error``.
    """
    data: Object = {
        "transcription_id": record.id,
        "status": record.status,
        "model_key": MODEL_KEY,
        "audio_metadata": {
            "url": record.order.audio.source,
            "duration": duration(record),
            "language": record.order.language,
        },
        "timestamps": timestamps(record),
    }
    if text is not None:
        data["text"] = text
    if record.status == Phase.FAILED:
        data["error"] = failure(record)
    return data


def timestamps(record: Transcription) -> Object:
    """GUESS: a failed job was never completed; the time of a job counts from its making."""
    done = record.updated_at if record.is_completed else None
    spent = (done - record.job.made_at).total_seconds() if done else None
    return {
        "created_at": iso_seconds(record.job.made_at),
        "updated_at": iso_seconds(record.updated_at),
        "completed_at": completed_at(record),
        "processing_time_seconds": None if spent is None else round(spent, 3),
    }


def failure(record: Transcription) -> Object:
    code, message = record.error.code, record.error.message
    return {
        "code": FAILURE_CODE if code is None else str(code),
        "message": FAILURE_MESSAGE if message is None else message,
    }


def summary(record: Transcription) -> Object:
    """The job in a list."""
    return {
        "transcription_id": record.id,
        "status": record.status,
        "model_key": MODEL_KEY,
        "synapses_consumed": record.price.consumed,
        "audio_duration_seconds": duration(record),
        "created_at": iso_seconds(record.job.made_at),
        "completed_at": completed_at(record),
    }


def cached_summary(record: Transcription, renderings: ResponseCache) -> CachedBody:
    return renderings.body_of(record, "summary", lambda: to_json(summary(record)))


def duration(record: Transcription) -> float | None:
    """In seconds. GUESS: known once the job is completed."""
    return record.duration_ms / 1000 if record.is_completed else None


def completed_at(record: Transcription) -> str | None:
    return iso_seconds(record.updated_at) if record.is_completed else None


def billing(record: Transcription) -> Object:
    return {
        "synapses_consumed": record.price.consumed,
        "synapses_refunded": record.refunded,
        "currency": record.price.currency,
    }


def pagination(page: Page[Transcription], links: Object) -> Object:
    """No offset: none is documented."""
    return {
        "total_count": page.total,
        "returned_count": len(page.items),
        "limit": page.limit,
        "has_more": page.next_offset is not None,
        "links": links,
    }


def deletion(record: Transcription, now: datetime) -> Object:
    return {
        "deleted": True,
        "transcription_id": record.id,
        "deleted_at": iso_seconds(now),
        "deleted_upstream": record.deleted_upstream,
    }


def metadata(request_id: str, now: datetime) -> Object:
    """The time that the service took is made from the id: the same request, the same number."""
    return {
        "request_id": request_id,
        "timestamp": iso_seconds(now),
        "processing_time_ms": 5 + sum(request_id.encode()) % 40,
    }


def actions(record: Transcription, url: str) -> Object:
    """What can be asked next; ``url`` is the job's own. GUESS: of a running job, itself only."""
    if not record.is_completed:
        return {"self": action(url)}
    redacted = {"redacted_audio": "redacted-audio"} if record.order.redacted else {}
    return links_of({**RESULTS, "search": "search", **redacted}, url)


def links_of(paths: dict[str, str], url: str) -> Object:
    return {name: action(f"{url}/{path}") for name, path in paths.items()}


def action(href: str) -> Object:
    return {"href": href, "method": "GET"}


def span(one: Segment) -> Object:
    """A sentence, a paragraph or a phrase; times in seconds."""
    return {"text": one.text, "start": one.start_ms / 1000, "end": one.end_ms / 1000}


def match(one: Segment) -> Object:
    return {**span(one), "confidence": one.confidence}


def redaction(record: Transcription) -> dict[str, str]:
    """The names of these headers are published, their values are not. GUESS: true, and a list."""
    policies = record.order.redacted
    return {"X-PII-Redacted": "true", "X-PII-Policies": ",".join(policies)} if policies else {}


def cache_control(record: Transcription) -> str:
    return FINAL_CACHE if record.is_over else RUNNING_CACHE
