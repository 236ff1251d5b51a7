"""Projects, recordings and what comes out of them, as documented JSON."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import chain

from emulator.core.base.clock import iso_millis
from emulator.core.http.messages import PLACEHOLDER, Json, to_json
from emulator.core.http.pagination import Page
from emulator.core.speech.captions import CaptionLimits, build_captions, srt, vtt
from emulator.core.speech.transcripts import Transcript
from emulator.core.state.response_cache import CachedBody, ResponseCache
from emulator.providers.phrase_studio.records import (
    SUMMARY,
    Project,
    Recording,
    Settings,
    Status,
    Task,
    step_name,
)

OWNER = "Test User"  # GUESS: the name of whoever the key belongs to

# GUESS: the lines of a usual subtitle profile; the account's own profiles do not count yet.
LIMITS = CaptionLimits(max_line_chars=42, max_lines=2, max_ms=7_000)

Object = dict[str, Json]


def listing(page: Page[Project], now: datetime, renderings: ResponseCache) -> CachedBody:
    content: Object = {
        "data": PLACEHOLDER,
        "pagination": {
            "page": page.offset // page.limit + 1,
            "pageSize": page.limit,
            "total": page.total,
            "totalPages": page.count,
        },
    }
    return renderings.list_body(
        content, (cached_project(item, now, renderings) for item in page.items)
    )


def cached_project(one: Project, now: datetime, renderings: ResponseCache) -> CachedBody:
    """A project at that moment; it is written anew when it has changed."""
    return renderings.body_of(one, one.updated_at(now), lambda: to_json(project(one, now)))


def project(one: Project, now: datetime) -> Object:
    return {
        "id": one.id,
        "accountId": one.account_id,
        "name": one.name,
        "archived": one.archived,
        **(media(one, one.settings) if one.settings else {}),
        "duration": round(sum(seconds(recording) for recording in one.recordings), 1),
        "fileCount": len(one.recordings),
        "owner": one.team or OWNER,
        "status": one.status_at(now),
        "recordingTypes": list(types(one.settings)) if one.settings else [],
        "createdAt": iso_millis(one.made_at),
        "updatedAt": iso_millis(one.updated_at(now)),
    }


def media(one: Project, settings: Settings) -> Object:
    """What is known once the files have arrived."""
    profile = next((choice.id for choice in settings.subtitle_profiles), None)
    return {
        "firstRecordingId": one.recordings[0].id,
        "sourceLanguage": settings.source_language,
        # GUESS: the first of the profiles that were asked for
        **({"subtitleProfileId": profile} if profile else {}),
        "mediaType": media_type(one),
    }


def media_type(one: Project) -> str:
    """GUESS: what is no video counts as audio."""
    video = {recording.mime.startswith("video/") for recording in one.recordings}
    if video == {True, False}:
        return "AUDIO_VIDEO"
    return "VIDEO" if video == {True} else "AUDIO"


def types(settings: Settings) -> Iterator[str]:
    yield "TRANSCRIPTION"
    if settings.translations:
        yield "TRANSLATION"
    if settings.dubbings:
        yield "DUBBING"
    if settings.summary:
        yield "SUMMARY"


def cached_details(one: Project, now: datetime, renderings: ResponseCache) -> CachedBody:
    return renderings.body_of(
        one, ("details", one.updated_at(now)), lambda: to_json(details(one, now))
    )


def details(one: Project, now: datetime) -> Object:
    return {
        **project(one, now),
        "recordings": [recording(each, now) for each in one.recordings],
        **(attachments(one.settings) if one.settings else NOTHING_ATTACHED),
    }


def recording(one: Recording, now: datetime) -> Object:
    return {
        "id": one.id,
        "projectId": one.project_id,
        "name": one.name,
        "type": one.mime,
        "extension": one.extension,
        "sourceLanguage": one.settings.source_language,
        "translationLanguages": list(one.settings.translations),
        "dubbingLanguages": list(one.settings.dubbings),
        "summaryEnabled": one.settings.summary,
        "customAttributesEnabled": one.settings.custom_attributes,
        "sourceDuration": one.duration_ms / 1000,
        "duration": seconds(one),
        "createdAt": iso_millis(one.job.made_at),
        "updatedAt": iso_millis(one.updated_at(now)),
        "insightsEnabled": bool(one.settings.insights),
        "safeCommunicationsEnabled": bool(one.settings.safe_communications),
    }


def seconds(one: Recording) -> float:
    """GUESS: up to the next tenth, as 11.65 and 11.7 of the published sample suggest."""
    return -(-one.duration_ms // 100) / 10


NOTHING_ATTACHED: Object = {"pronunciations": [], "safeCommunications": [], "insights": []}


def attachments(settings: Settings) -> Object:
    """What was named when the project was made.

    GUESS: the account's lists are not emulated yet, so that names are made up and sets are empty.
    """
    found: Object = {
        "pronunciations": [
            {
                "id": pronunciation.id,
                "name": f"Pronunciation {pronunciation.id[:8]}",
                "languageCode": pronunciation.language,
                "items": [],
            }
            for pronunciation in settings.pronunciations
        ],
        "safeCommunications": [
            {"id": id, "name": f"Safe communication {id[:8]}"}
            for id in settings.safe_communications
        ],
        "insights": [{"id": id, "name": f"Insight {id[:8]}"} for id in settings.insights],
    }
    if settings.glossary is None:
        return found
    return {"glossary": glossary(settings.glossary), **found}


# What may be sent of a glossary, and what that is called in answers. GUESS: which is which, but for
# the id; "domain" stands in an older published sample only.
GLOSSARY: Mapping[str, str] = {"id": "id", "domain": "name", "content": "additionalItems"}


def glossary(given: Mapping[str, str]) -> Object:
    return {name: given[sent] for sent, name in GLOSSARY.items() if sent in given}


def status(one: Recording, now: datetime) -> Object:
    found: Status = one.status_at(now)
    return {"status": found}


def all_steps(one: Recording, now: datetime) -> Object:
    """The languages in which something is finished, be it the transcription alone (GUESS)."""
    languages = dict.fromkeys((one.language, *one.settings.translations))
    found = {language: steps(one, language, now) for language in languages}
    return {language: done for language, done in found.items() if done}


def steps(one: Recording, language: str, now: datetime) -> Object:
    """What of a language is finished; what is not is not named (published).

    The transcription and the summary stand with every language, as in the published sample.
    """
    finished = one.finished(now)
    names = chain(((task, step_name(task, language)) for task in Task), ((SUMMARY, SUMMARY),))
    return {str(shown): True for shown, name in names if name in finished}


def subtitles(transcript: Transcript, format: str) -> str:
    """Numbered cues in SRT, cues without numbers in WebVTT, as in the published samples."""
    write = vtt if format == "vtt" else srt
    return write(build_captions(transcript, LIMITS))
