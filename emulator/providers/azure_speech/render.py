"""A record becomes documented JSON, in the member order of documented answers."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from urllib.parse import quote, urlsplit

from emulator.core.base.clock import iso_seconds
from emulator.core.http.messages import EMPTY, PLACEHOLDER, Json, Request, Response, to_json
from emulator.core.provider.backend import Backend
from emulator.core.state.response_cache import CachedBody, ResponseCache, indented_item
from emulator.providers.azure_speech.durations import iso_duration
from emulator.providers.azure_speech.records import (
    API,
    CONTAINER,
    File,
    FileKind,
    Settings,
    State,
    Transcription,
)

SERVICE_HEADERS = {  # seen on real answers; GUESS: the versions, which were 2.0 and 3.0 then
    "Cache-Control": "no-store",
    "api-supported-versions": "3.0,3.1",
    "X-Content-Type-Options": "nosniff",
}
STORAGE_HEADERS = {
    "Server": "Windows-Azure-Blob/1.0 Microsoft-HTTPAPI/2.0",
    "x-ms-version": "2021-08-06",
}
REAL_HOSTS = (".microsoft.com", ".azure.com")
STRICT_TRANSPORT = "max-age=31536000; includeSubDomains; preload"

Url = Callable[[str], str]  # a path of ours -> an URL on the client's address
UNENCODED = ":()'"  # in a filter in a link
TRANSCRIPTIONS = f"{API}/transcriptions"


def json_reply(status: int, content: Json, headers: Mapping[str, str] = EMPTY) -> Response:
    """JSON as the service writes it: indented, with CRLF at the ends of lines (seen)."""
    kind = {"Content-Type": "application/json; charset=utf-8"}
    return Response(status, to_json(content, indented=True), {**kind, **headers}, content)


def indented(content: Json) -> bytes:
    """JSON as the storage has it: a documented size is that of two blanks and LF."""
    return to_json(content, indented=True).replace(b"\r\n", b"\n")


def finish(request: Request, response: Response, backend: Backend) -> Response:
    """What every answer carries, unless it has its own."""
    if request.path.lower().startswith(CONTAINER):
        common = {**STORAGE_HEADERS, "x-ms-request-id": request.id}
    else:
        common = {**SERVICE_HEADERS, "apim-request-id": request.id}
        # Only under a real name: a browser would keep the rule for its developer's own host.
        if (urlsplit(request.base_url).hostname or "").endswith(REAL_HOSTS):
            common["Strict-Transport-Security"] = STRICT_TRANSPORT
    return response.with_headers({**common, **response.headers})


def path(record: Transcription) -> str:
    return f"{TRANSCRIPTIONS}/{record.id}"


def transcription(record: Transcription, now: datetime, url: Url) -> Json:
    order = record.order
    return present_members(
        {
            "self": url(path(record)),
            "model": {"self": url(order.model_path)},
            "project": entity_reference(order.project_path, url),
            "dataset": entity_reference(order.dataset_path, url),
            "links": {"files": url(f"{path(record)}/files")},
            "properties": properties(record, now, url),
            "lastActionDateTime": iso_seconds(record.job.changed_at(now)),
            "status": record.state_at(now),
            "createdDateTime": iso_seconds(record.made_at),
            "locale": order.locale,
            "displayName": order.display_name,
            "description": order.description,
            "customProperties": None
            if order.custom_properties is None
            else dict(order.custom_properties),
        }
    )


def properties(record: Transcription, now: datetime, url: Url) -> Json:
    settings, state = record.order.settings, record.state_at(now)
    error = record.error if state == State.FAILED else None
    kept = settings.time_to_live
    return present_members(
        {
            "diarizationEnabled": settings.diarization,
            "wordLevelTimestampsEnabled": settings.words,
            "displayFormWordLevelTimestampsEnabled": settings.display_words,
            "channels": list(settings.channels),
            "punctuationMode": settings.punctuation,
            "profanityFilterMode": settings.profanity,
            "duration": total_duration(record) if state == State.SUCCEEDED else None,
            "timeToLive": None if kept is None else iso_duration(int(kept.total_seconds() * 1000)),
            "diarization": diarization(settings),
            "languageIdentification": languages(settings, url),
            # The address goes when the mail is sent, which is at the end.
            "email": None if record.job.is_final(now) else settings.email,
            "error": None if error is None else {"code": error.kind, "message": error.message},
        }
    )


def total_duration(record: Transcription) -> str:
    """How long the transcribed recordings are together.

    GUESS: whole seconds, rounded up; documented answers have PT3S, beside 2.58 s, and PT42S.
    """
    total_ms = sum(
        recording.duration_ms for recording in record.recordings if recording.failure is None
    )
    return iso_duration(-(-total_ms // 1000) * 1000)


def diarization(settings: Settings) -> Json:
    if settings.speakers is None:
        return None
    counts: dict[str, Json] = {
        "minCount": settings.speakers.fewest,
        "maxCount": settings.speakers.most,
    }
    return {"speakers": present_members(counts)}


def languages(settings: Settings, url: Url) -> Json:
    if not settings.candidate_locales:
        return None
    mapping = settings.model_paths
    models = None if mapping is None else {name: {"self": url(model)} for name, model in mapping}
    locales = list(settings.candidate_locales)
    return present_members({"candidateLocales": locales, "speechModelMapping": models})


def entity_reference(path: str | None, url: Url) -> Json:
    return path and {"self": url(path)}


def file(record: Transcription, one: File, size: int, content_url: str, url: Url) -> Json:
    """``size`` is in bytes. A file is there from the end of its transcription on."""
    end = record.job.final_at()
    assert end is not None  # a transcription that never ends has no files
    return {
        "self": url(f"{path(record)}/files/{one.id}"),
        "name": one.name,
        "kind": FileKind.REPORT if one.recording is None else FileKind.TRANSCRIPTION,
        "properties": {"size": size},
        "createdDateTime": iso_seconds(end),
        "links": {"contentUrl": content_url},
    }


def listing(values: Iterable[Json], next_url: str | None) -> Json:
    """GUESS: the last page has no link; the published text says null, its examples leave it out."""
    return present_members({"values": list(values), "@nextLink": next_url})


def cached_page(
    items: Iterable[CachedBody], next_url: str | None, renderings: ResponseCache
) -> CachedBody:
    content = present_members({"values": PLACEHOLDER, "@nextLink": next_url})
    return renderings.list_body(content, items, indented=True)


def cached_summary(
    record: Transcription, backend: Backend, now: datetime, request: Request
) -> CachedBody:
    """An item of a list; it is written anew when it has changed, or for another address."""
    return backend.response_cache.body_of(
        record,
        ("item", request.base_url, record.job.step_at(now).after_seconds),
        lambda: indented_item(transcription(record, now, request.url)),
    )


def cached_detail(
    record: Transcription, backend: Backend, now: datetime, request: Request
) -> CachedBody:
    """As ``kept``, for an answer of its own."""
    return backend.response_cache.body_of(
        record,
        ("whole", request.base_url, record.job.step_at(now).after_seconds),
        lambda: to_json(transcription(record, now, request.url), indented=True),
    )


def next_url(base_url: str, query: Mapping[str, int | str | None]) -> str:
    """The link to the next page; blanks are encoded and colons are not, as in documented links."""
    given = ((name, value) for name, value in query.items() if value is not None)
    return f"{base_url}?" + "&".join(
        f"{name}={quote(str(value), UNENCODED)}" for name, value in given
    )


def present_members(members: dict[str, Json]) -> dict[str, Json]:
    """The members that are there; None: left out."""
    return {name: value for name, value in members.items() if value is not None}
