"""One function an operationId, and the table of them."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from msgspec.structs import replace

from emulator.core.base.clock import http_date
from emulator.core.http.conditional import etag
from emulator.core.http.messages import (
    JSON,
    PLACEHOLDER,
    Json,
    Request,
    Response,
    json_response,
    to_json,
)
from emulator.core.http.pagination import Page, paginate
from emulator.core.http.problems import Invalid, NotEmulated, Refused, Violation, WrongState
from emulator.core.provider.backend import Backend
from emulator.core.provider.provider import OperationFunction
from emulator.core.speech import captions
from emulator.core.speech.transcripts import Segment, Transcript
from emulator.core.state.jobs import Phase
from emulator.providers.aitronos import render, requests, results
from emulator.providers.aitronos.errors import UNKNOWN_FORMAT, request_id
from emulator.providers.aitronos.planning import new_transcription
from emulator.providers.aitronos.records import BY_CREATION, Transcription

MOST_WORDS = 5  # published with the search
SLICE_ALL = 10**9  # no limit: everything


def create_transcription(request: Request, backend: Backend) -> Response:
    """Charge, then queue. The address is not fetched; any organization is the caller's own."""
    if request.content_type == "multipart/form-data":
        raise NotEmulated("create_transcription", "the direct service comes later; send JSON")
    order = requests.transcription_options(request.fields)
    plan = backend.plan_job(order.audio, order.language)
    refusal = plan.options_of(backend.provider).get("refusal")
    if refusal:
        raise Refused(refusal, {"organization_id": order.organization_id})
    id = f"trans_{backend.ids.hex(32)}"
    record = new_transcription(order, plan, backend.new_job(id, plan), backend)
    backend.store.put(record)
    now = backend.now()
    body = render.envelope(
        render.transcription(record, None),
        billing=render.billing(record),
        metadata=render.metadata(request_id(request), now),
        actions=render.actions(record, request.url(f"{request.path}/{id}")),
    )
    # GUESS: the success status is not published.
    return json_response(201, body)


def list_transcriptions(request: Request, backend: Backend) -> Response:
    """As the jobs were last seen. GUESS: a list asks the speech engine nothing."""
    status, now = request.params.get("status"), backend.now()
    shown = backend.store.select(BY_CREATION, now, lambda label: status in (None, label))
    found = paginate(shown, offset=request.integer("offset", 0), limit=request.integer("limit", 20))
    links = {
        "first": page_url(request, found, 0),
        "current": page_url(request, found, found.offset),
        "next": page_url(request, found, found.next_offset),
        "previous": page_url(request, found, found.previous_offset),
    }
    data = {
        "transcriptions": PLACEHOLDER,
        "pagination": render.pagination(found, links),
    }
    metadata = render.metadata(request_id(request), now)
    kept = backend.response_cache.list_body(
        render.envelope(data, metadata=metadata),
        (render.cached_summary(item, backend.response_cache) for item in found.items),
    )
    return Response(200, kept.body, {"Content-Type": JSON}, cached_violations=kept.violations)


def get_transcription(request: Request, backend: Backend) -> Response:
    """The one look at a job that is remembered: the service keeps what the speech engine said.

    It asks before it compares entity tags, so that polling with If-None-Match goes on, too.
    """
    now = backend.now()
    record = job_of(request, backend)
    refreshed = record.is_stale(now)
    if refreshed:
        record = replace(record, checked_at=now)
    if record.is_completed:
        backend.expect_work(speech_ms=record.duration_ms)
    if refreshed:
        backend.store.put(record)
    said = results.transcript(record, backend.library).text if record.is_completed else None
    data = render.transcription(record, said)
    billing = render.billing(record)
    actions = render.actions(record, request.url(request.path))
    metadata = render.metadata(request_id(request), now) | {"upstream_refreshed": refreshed}
    body = render.envelope(data, billing=billing, metadata=metadata, actions=actions)
    # Not over the metadata, which is new in each answer.
    return json_response(200, body, with_cache_control(record, [data, billing, list(actions)]))


def delete_transcription(request: Request, backend: Backend) -> Response:
    """GUESS: in any state, without a refund; what the service keeps of the job, no client sees."""
    record = job_of(request, backend)
    backend.store.delete(record)
    data = render.deletion(record, backend.now())
    metadata = render.metadata(request_id(request), backend.now())
    return json_response(200, render.envelope(data, metadata=metadata))


def get_paragraphs(request: Request, backend: Backend) -> Response:
    return page_of_parts("paragraphs", Transcript.paragraphs, request, backend)


def get_sentences(request: Request, backend: Backend) -> Response:
    return page_of_parts("sentences", Transcript.sentences, request, backend)


def get_subtitles(request: Request, backend: Backend) -> Response:
    record = job_of(request, backend)
    format = request.text("format")
    if format not in FORMATS:
        raise Refused(UNKNOWN_FORMAT, {"field": "format", "value": format})
    media, written = FORMATS[format]
    limits = captions.CaptionLimits(
        max_line_chars=request.integer("max_chars_per_line", 42),
        max_lines=request.integer("max_lines", 2),
        max_caption_chars=request.integer("chars_per_caption", 0) or None,
    )
    text = written(captions.build_captions(transcript_of(record, backend), limits))
    headers = with_cache_control(record, text) | render.redaction(record)
    return Response(200, text.encode(), {"Content-Type": f"{media}; charset=utf-8", **headers})


def search_transcript(request: Request, backend: Backend) -> Response:
    """Published: of a completed job or a running one. GUESS: a running one has no words yet."""
    record = job_of(request, backend)
    query = request.text("query")
    if len(query.split()) > MOST_WORDS:
        text = f"has more than {MOST_WORDS} words"
        raise Invalid((Violation("query", ("query",), "maxWords", MOST_WORDS, query, text),))
    running = record.status == Phase.PROCESSING
    found = () if running else tuple(results.find_matches(transcript_of(record, backend), query))
    data = {
        "transcription_id": record.id,
        "query": query,
        "matches": [render.match(one) for one in found],
        "total_count": len(found),
    }
    metadata = render.metadata(request_id(request), backend.now()) | {"upstream_latency_ms": 0}
    return json_response(200, render.envelope(data, metadata=metadata))


def job_of(request: Request, backend: Backend) -> Transcription:
    """Raises NotFound; GUESS: also for ids that cannot be."""
    return backend.store.get(Transcription, request.text("transcription_id"))


def transcript_of(record: Transcription, backend: Backend) -> Transcript:
    """Raises WrongState. Published: results of completed jobs only, as the job was last seen."""
    if not record.is_completed:
        raise WrongState(Transcription.__name__, record.id, record.status)
    backend.expect_work(speech_ms=record.duration_ms)
    return results.transcript(record, backend.library)


def page_of_parts(
    kind: str,
    parts: Callable[[Transcript], tuple[Segment, ...]],
    request: Request,
    backend: Backend,
) -> Response:
    """Paragraphs or sentences, all of them when no limit is given."""
    record = job_of(request, backend)
    everything = parts(transcript_of(record, backend))
    limit = request.integer("limit", SLICE_ALL)
    found = paginate(everything, offset=request.integer("offset", 0), limit=limit)
    data = {
        "transcription_id": record.id,
        "audio_duration_seconds": record.duration_ms / 1000,
        kind: [render.span(item) for item in found.items],
    }
    url = request.url(request.path.rpartition("/")[0])
    others = {name: path for name, path in render.RESULTS.items() if path != kind}
    actions = render.links_of(others, url) | neighbour_links(request, found)
    # GUESS: nothing is asked of the speech engine for what is known already.
    upstream = {"upstream_latency_ms": 0, "retry_attempts": 0, "cache_hit": True}
    counts = {"total_count": found.total, "returned_count": len(found.items)}
    metadata = render.metadata(request_id(request), backend.now()) | upstream | counts
    body = render.envelope(data, metadata=metadata, actions=actions)
    headers = with_cache_control(record, [data, found.offset, found.limit]) | render.redaction(
        record
    )
    return json_response(200, body, headers)


def neighbour_links(request: Request, found: Page[Segment]) -> render.Object:
    """The next and the previous slice, where there is one."""
    places = {"next": found.next_offset, "previous": found.previous_offset}
    urls = {name: page_url(request, found, offset) for name, offset in places.items()}
    return {name: render.action(url) for name, url in urls.items() if url}


def page_url(request: Request, found: Page[Any], offset: int | None) -> str | None:
    """The same list from another place on; None: there is no such place."""
    if offset is None:
        return None
    kept = [("status", request.params["status"])] if "status" in request.params else []
    limit = [("limit", str(found.limit))] if found.limit != SLICE_ALL else []
    return request.url(request.path, (*kept, *limit, ("offset", str(offset))))


def with_cache_control(record: Transcription, content: Json) -> dict[str, str]:
    """What a cache needs. Published: public, although the answer is one customer's."""
    return {
        "ETag": etag(to_json(content)),
        "Last-Modified": http_date(record.updated_at),
        "Cache-Control": render.cache_control(record),
    }


# Published: the media types, and that txt has no times. GUESS: the limits hold for its lines, too.
FORMATS: Mapping[str, tuple[str, Callable[[Iterable[captions.Caption]], str]]] = {
    "srt": ("text/plain", captions.srt),
    "vtt": ("text/vtt", captions.vtt),
    "txt": ("text/plain", captions.without_markup),
}

OPERATIONS: Mapping[str, OperationFunction] = {
    "create_transcription": create_transcription,
    "list_transcriptions": list_transcriptions,
    "get_transcription": get_transcription,
    "delete_transcription": delete_transcription,
    "get_paragraphs": get_paragraphs,
    "get_sentences": get_sentences,
    "get_subtitles": get_subtitles,
    "search_transcript": search_transcript,
}

DIRECT = "the direct audio services come later"
NOT_EMULATED: Mapping[str, str] = {
    "get_redacted_audio": "redacted audio comes later",
    "upload_audio_file": "the service declares this operation and answers 501",
    "diarize": DIRECT,
    "detect_emotion": DIRECT,
    "identify_speaker": DIRECT,
    "synthesize": DIRECT,
    "synthesize_stream": DIRECT,
    "segment_topics": DIRECT,
    "list_models": DIRECT,
}
