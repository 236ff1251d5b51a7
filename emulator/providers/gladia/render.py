"""Records as the documented JSON."""

from collections.abc import Iterable
from datetime import datetime
from itertools import pairwise
from typing import Any

from emulator.core.base.clock import iso_millis
from emulator.core.http.messages import PLACEHOLDER, Json, Pairs, Request, to_json
from emulator.core.http.pagination import Page
from emulator.core.provider.backend import Backend
from emulator.core.speech.captions import build_captions, srt, vtt
from emulator.core.speech.library import TranscriptLibrary
from emulator.core.speech.transcripts import (
    SPACELESS,
    Segment,
    Transcript,
    base_language,
    separator,
)
from emulator.core.state.response_cache import CachedBody
from emulator.providers.gladia.addons import ADDONS, AddonInput, addon, addons, failed_addon
from emulator.providers.gladia.live.requests import live_params
from emulator.providers.gladia.recognition import recognize_job
from emulator.providers.gladia.records import Kind, Status, Transcription, Upload
from emulator.providers.gladia.requests import JobOptions, Subtitles, request_params
from emulator.providers.gladia.transcript import RecognitionResult, languages

PARAMS = {Kind.PRE_RECORDED: request_params, Kind.LIVE: live_params}
CAPTIONS = {"srt": srt, "vtt": vtt}
ADDON_NAMES = (*ADDONS, "translation", "sentences", "diarization")  # what a scenario can let fail


def upload(record: Upload, request: Request) -> dict[str, Any]:
    """Recorded: without ``source`` unless a URL was given."""
    metadata: dict[str, Any] = {"id": record.id, "filename": record.filename}
    if record.source is not None:
        metadata["source"] = record.source
    metadata |= {
        "extension": record.extension,
        "size": record.size,
        "audio_duration": (record.audio.duration_ms or 0) / 1000,
        "number_of_channels": record.audio.channels or 1,
    }
    return {"audio_url": request.url(f"/file/{record.id}"), "audio_metadata": metadata}


def created(record: Transcription, request: Request) -> dict[str, Any]:
    """``result_url`` is below the path that was called.

    Recorded for /v2/pre-recorded; the published document shows /v2/transcription.
    """
    return {"id": record.id, "result_url": request.url(f"{request.path.rstrip('/')}/{record.id}")}


def job_list(
    page: Page[Transcription], filters: Pairs, request: Request, backend: Backend
) -> CachedBody:
    """Published document: filters first, then offset, then limit."""

    def url(offset: int) -> str:
        pairs = (*filters, ("offset", str(offset)), ("limit", str(page.limit)))
        return request.url(request.path.rstrip("/"), pairs)

    content = {
        "first": url(0),
        "current": url(page.offset),
        "next": None if page.next_offset is None else url(page.next_offset),
        "items": PLACEHOLDER,
    }
    now = backend.now()
    return backend.response_cache.list_body(
        content, (cached_job(item, backend, now) for item in page.items)
    )


def cached_job(record: Transcription, backend: Backend, now: datetime) -> CachedBody:
    """A job at that moment; it is written anew when it has changed."""
    return backend.response_cache.body_of(
        record, variant(record, now), lambda: to_json(job(record, backend.library, now))
    )


def uncached_speech_ms(records: Iterable[Transcription], backend: Backend, now: datetime) -> int:
    """How much speech of these jobs is still to be written down."""
    return sum(
        record.audio.duration_ms or 0
        for record in records
        if record.status_at(now) is Status.DONE
        and not backend.response_cache.has(record, variant(record, now))
    )


def variant(record: Transcription, now: datetime) -> float | tuple[float, ...]:
    """What decides how a job is written, beside the record; the tape of a live session grows."""
    step, tape = record.job.step_at(now).after_seconds, record.recording
    return (step, tape.audio_bytes, tape.message_count) if tape else step


def job(record: Transcription, library: TranscriptLibrary, now: datetime) -> dict[str, Any]:
    """A job at that moment; recorded: the order and the nulls."""
    status = record.status_at(now)
    final = record.job.is_final(now)
    return {
        "id": record.id,
        "request_id": f"G-{record.id[:8]}",
        "version": 2,
        "status": status,
        "created_at": iso_millis(record.job.made_at),
        "completed_at": iso_millis(record.job.changed_at(now)) if final else None,
        "custom_metadata": record.custom_metadata,
        "error_code": record.error_code if status is Status.ERROR else None,
        "kind": record.kind,
        "file": file(record),
        "request_params": PARAMS[record.kind](record.request),
        "result": result(record, library, now) if status is Status.DONE else None,
    }


def detail(record: Transcription, backend: Backend, now: datetime) -> tuple[CachedBody, Json]:
    """A job that was asked for alone, and the value that it was written from, if that was just now.

    Recorded: in lists nothing is told of the client's notes.
    """
    notes = record.post_session_metadata
    seen = variant(record, now)
    fresh: list[Json] = []

    def written() -> bytes:
        content = job(record, backend.library, now)
        if notes is not None:
            content["post_session_metadata"] = notes
        fresh.append(content)
        return to_json(content)

    kept = backend.response_cache.body_of(
        record, seen if notes is None else ("alone", seen), written
    )
    return kept, fresh[0] if fresh else None


def file(record: Transcription) -> dict[str, Any]:
    return {
        "id": record.file.id,
        "filename": record.file.filename,
        "source": record.file.source,
        "audio_duration": (record.audio.duration_ms or 0) / 1000,
        "number_of_channels": record.audio.channels or 1,
    }


def result(record: Transcription, library: TranscriptLibrary, now: datetime) -> dict[str, Any]:
    wish, said = recognize_job(record, library)
    told: dict[str, Any] = {
        "metadata": metadata(record, now),
        "transcription": transcription(said.transcript, wish, record.failed_addons),
    }
    if wish.translation:
        told["translation"] = translation(said, wish, record.failed_addons)
    told |= addons(AddonInput(wish, said), record.failed_addons)
    if "sentences" in wish.addons:
        told["sentences"] = sentences(said.transcript, wish, record.failed_addons)
    if wish.diarization and "diarization" in record.failed_addons:
        told["diarization"] = failed_addon()  # published document: only when it failed
    if record.recording:
        told["messages"] = record.recording.messages()
    return told


def metadata(record: Transcription, now: datetime) -> dict[str, Any]:
    """Published document: each distinct channel is billed. Recorded: the time from order to end."""
    channels = record.audio.channels or 1
    duration = (record.audio.duration_ms or 0) / 1000
    taken = record.job.changed_at(now) - record.job.made_at
    return {
        "audio_duration": duration,
        "number_of_distinct_channels": channels,
        "billing_time": round(duration * channels, 3),
        "transcription_time": round(taken.total_seconds(), 3),
    }


def transcription(
    transcript: Transcript, wish: JobOptions, failed: frozenset[str]
) -> dict[str, Any]:
    """A transcript, or a translation of it, with the sentences and subtitles that are wanted."""
    diarized = wish.diarization and "diarization" not in failed
    shown = list(utterances(transcript.utterances, diarized=diarized, live=wish.live))
    told: dict[str, Any] = {
        "languages": languages(transcript),
        "utterances": shown,
        "full_transcript": "".join(word["word"] for one in shown for word in one["words"]).lstrip(),
    }
    if "sentences" in wish.addons:
        told["sentences"] = [sentences(transcript, wish, failed)]
    if wish.subtitles:
        told["subtitles"] = subtitles(transcript, wish.subtitles)
    return told


def translation(
    said: RecognitionResult, wish: JobOptions, failed: frozenset[str]
) -> dict[str, Any]:
    if "translation" in failed:
        return failed_addon()
    results = [
        {"error": None, **transcription(one, wish, failed)} for one in said.translations.values()
    ]
    return addon(results, sum(len(one.utterances) for one in said.translations.values()))


def utterances(
    stretches: Iterable[Segment], *, diarized: bool, live: bool = False
) -> Iterable[dict[str, Any]]:
    """Recorded: in live sessions the texts, too, begin with a blank."""
    before = ""  # the word before; of a live utterance it is not known
    for stretch in stretches:
        lead = leading_space(stretch) if live else leading_blank(stretch, before)
        told: dict[str, Any] = {
            "text": (lead if live else "") + stretch.text,
            "language": stretch.language,
            "start": stretch.start_ms / 1000,
            "end": stretch.end_ms / 1000,
            "confidence": stretch.confidence,
            "channel": stretch.channel,
        }
        if diarized:
            told["speaker"] = stretch.speaker
        yield {**told, "words": words(stretch, lead)}
        before = stretch.words[-1].text


def words(stretch: Segment, lead: str) -> list[dict[str, Any]]:
    """Joined as they stand they are the text, after ``lead``.

    Recorded: all words but the first of the file begin with a blank.
    """
    texts = [word.text for word in stretch.words]
    gaps = (separator(left, right, stretch.language) for left, right in pairwise(texts))
    return [
        {
            "word": space + one.text,
            "start": one.start_ms / 1000,
            "end": one.end_ms / 1000,
            "confidence": one.confidence,
        }
        for space, one in zip((lead, *gaps), stretch.words, strict=True)
    ]


def leading_blank(stretch: Segment, before: str) -> str:
    """What its first word begins with; nothing where no word is ``before`` it."""
    return separator(before, stretch.words[0].text, stretch.language) if before else ""


def leading_space(stretch: Segment) -> str:
    return "" if base_language(stretch.language) in SPACELESS else " "


def sentences(transcript: Transcript, wish: JobOptions, failed: frozenset[str]) -> dict[str, Any]:
    if "sentences" in failed:
        return failed_addon()
    diarized = wish.diarization and "diarization" not in failed
    results = [
        {"sentence": utterance.pop("text"), **utterance}
        for utterance in utterances(transcript.sentences(), diarized=diarized)
    ]
    return addon(results, len(results))


def subtitles(transcript: Transcript, wish: Subtitles) -> list[dict[str, Any]]:
    captions = build_captions(transcript, wish.limits)
    return [{"format": one, "subtitles": CAPTIONS[one](captions)} for one in wish.formats]
