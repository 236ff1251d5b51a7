"""The operations, one function each, and the table of them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from emulator.core.base.clock import http_date
from emulator.core.http.messages import EMPTY, JSON, Json, Request, Response
from emulator.core.http.pagination import Page, paginate
from emulator.core.http.problems import NotFound, WrongState
from emulator.core.provider.backend import Backend
from emulator.core.provider.provider import OperationFunction
from emulator.providers.azure_speech import blobs, filters, planning, render, requests
from emulator.providers.azure_speech.records import (
    BY_CREATION,
    File,
    FileKind,
    State,
    Transcription,
)

Item = TypeVar("Item")

USUAL_TOP = 100  # documented links write it out
# GUESS: the least that can be said; no real value was seen.
RETRY_AFTER = {"Retry-After": "1"}

STATES = frozenset(State)
FILE_KINDS = frozenset(
    {
        "DatasetReport",
        "Audio",
        "LanguageData",
        "PronunciationData",
        "AcousticDataArchive",
        "AcousticDataTranscriptionV2",
        "Transcription",
        "TranscriptionReport",
        "EvaluationDetails",
        "ModelReport",
    }
)
TRANSCRIPTION_FILTERS: filters.Properties = {
    "displayName": str,
    "description": str,
    "createdDateTime": datetime,
    "lastActionDateTime": datetime,
    "status": STATES,
    "locale": str,
}
FILE_FILTERS: filters.Properties = {
    "name": str,
    "createdDateTime": datetime,
    "kind": FILE_KINDS,
}


def transcriptions_create(request: Request, backend: Backend) -> Response:
    record = planning.new_transcription(requests.transcription_request(request.fields), backend)
    backend.store.put(record)
    content = render.transcription(record, backend.now(), request.url)
    return render.json_reply(201, content, {"Location": request.url(render.path(record))})


def transcriptions_list(request: Request, backend: Backend) -> Response:
    now = backend.now()
    shown = page_of(find_transcription(request, backend, now), request)
    kept = render.cached_page(
        (render.cached_summary(item, backend, now, request) for item in shown.items),
        next_url(request, render.TRANSCRIPTIONS, shown),
        backend.response_cache,
    )
    headers = {"Content-Type": JSON, **retry_after(*shown.items, now=now)}
    return Response(200, kept.body, headers, cached_violations=kept.violations)


def transcriptions_get(request: Request, backend: Backend) -> Response:
    now, record = backend.now(), get_transcription(request, backend)
    kept = render.cached_detail(record, backend, now, request)
    headers = {"Content-Type": JSON, **retry_after(record, now=now)}
    return Response(200, kept.body, headers, cached_violations=kept.violations)


def transcriptions_delete(request: Request, backend: Backend) -> Response:
    """Published: 204 also for one that never was; seen: one that has not ended stays."""
    record, now = find(request.text("id"), backend), backend.now()
    if record is None:
        return Response(204)
    if not record.job.is_final(now):
        raise WrongState("Transcription", record.id, record.job.phase_at(now))
    backend.store.delete(record)
    return Response(204)


def transcriptions_list_files(request: Request, backend: Backend) -> Response:
    """GUESS: no files before the end."""
    now, record = backend.now(), get_transcription(request, backend)
    wanted = requested_filter(request, FILE_FILTERS)
    if record.job.is_final(now):
        backend.expect_work(speech_ms=sum(recording.duration_ms for recording in record.recordings))
    shown = page_of(
        [one for one in record.files_at(now) if wanted(file_values(record, one))], request
    )
    content = render.listing(
        (file_content(record, item, request, backend) for item in shown.items),
        next_url(request, f"{render.path(record)}/files", shown),
    )
    return render.json_reply(200, content, retry_after(record, now=now))


def transcriptions_get_file(request: Request, backend: Backend) -> Response:
    record, id = get_transcription(request, backend), request.text("fileId")
    for one in record.files_at(backend.now()):
        if one.id == id:
            backend.expect_work(speech_ms=one.recording.duration_ms if one.recording else 0)
            return render.json_reply(200, file_content(record, one, request, backend))
    raise NotFound("File", id)


def transcription_data_get_blob(request: Request, backend: Backend) -> Response:
    """The content behind a signed link: indented JSON with LF, as its documented size tells."""
    blobs.check_signature(request, backend)
    record, one = blobs.find(request.text("blob"), backend)
    backend.expect_work(speech_ms=one.recording.duration_ms if one.recording else 0)
    kept = blobs.stored_blob(record, one, backend)
    end = record.job.final_at()
    assert end is not None  # only what has ended has files
    headers = {
        "Content-Type": "application/json",
        "ETag": kept.tag,
        "Last-Modified": http_date(end),
    }
    return Response(200, kept.body, headers, cached_violations=kept.violations)


OPERATIONS: Mapping[str, OperationFunction] = {
    "Transcriptions_Create": transcriptions_create,
    "Transcriptions_List": transcriptions_list,
    "Transcriptions_Get": transcriptions_get,
    "Transcriptions_Delete": transcriptions_delete,
    "Transcriptions_ListFiles": transcriptions_list_files,
    "Transcriptions_GetFile": transcriptions_get_file,
    "TranscriptionData_GetBlob": transcription_data_get_blob,
}

DATASETS = "datasets for training are not emulated"
ENDPOINTS = "deployed custom endpoints and their logs are not emulated"
EVALUATIONS = "evaluations of custom models are not emulated"
MODELS = "models are not emulated yet; a transcription may name any"
PROJECTS = "projects are not emulated yet; a transcription may name any"
WEB_HOOKS = "web hooks are not emulated yet"
REST = "not emulated yet"
TOKENS = "tokens are not made yet; any known key is taken as a bearer token"

NOT_EMULATED: Mapping[str, str] = {
    "Datasets_CommitBlocks": DATASETS,
    "Datasets_Create": DATASETS,
    "Datasets_Delete": DATASETS,
    "Datasets_Get": DATASETS,
    "Datasets_GetBlocks": DATASETS,
    "Datasets_GetFile": DATASETS,
    "Datasets_List": DATASETS,
    "Datasets_ListFiles": DATASETS,
    "Datasets_ListSupportedLocales": DATASETS,
    "Datasets_Update": DATASETS,
    "Datasets_Upload": DATASETS,
    "Datasets_UploadBlock": DATASETS,
    "Endpoints_Create": ENDPOINTS,
    "Endpoints_Delete": ENDPOINTS,
    "Endpoints_DeleteBaseModelLog": ENDPOINTS,
    "Endpoints_DeleteBaseModelLogs": ENDPOINTS,
    "Endpoints_DeleteLog": ENDPOINTS,
    "Endpoints_DeleteLogs": ENDPOINTS,
    "Endpoints_Get": ENDPOINTS,
    "Endpoints_GetBaseModelLog": ENDPOINTS,
    "Endpoints_GetLog": ENDPOINTS,
    "Endpoints_List": ENDPOINTS,
    "Endpoints_ListBaseModelLogs": ENDPOINTS,
    "Endpoints_ListLogs": ENDPOINTS,
    "Endpoints_ListSupportedLocales": ENDPOINTS,
    "Endpoints_Update": ENDPOINTS,
    "Evaluations_Create": EVALUATIONS,
    "Evaluations_Delete": EVALUATIONS,
    "Evaluations_Get": EVALUATIONS,
    "Evaluations_GetFile": EVALUATIONS,
    "Evaluations_List": EVALUATIONS,
    "Evaluations_ListFiles": EVALUATIONS,
    "Evaluations_ListSupportedLocales": EVALUATIONS,
    "Evaluations_Update": EVALUATIONS,
    "Models_CopyTo": MODELS,
    "Models_Create": MODELS,
    "Models_Delete": MODELS,
    "Models_GetBaseModel": MODELS,
    "Models_GetBaseModelManifest": MODELS,
    "Models_GetCustomModel": MODELS,
    "Models_GetCustomModelManifest": MODELS,
    "Models_GetFile": MODELS,
    "Models_ListBaseModels": MODELS,
    "Models_ListCustomModels": MODELS,
    "Models_ListFiles": MODELS,
    "Models_ListSupportedLocales": MODELS,
    "Models_Update": MODELS,
    "Projects_Create": PROJECTS,
    "Projects_Delete": PROJECTS,
    "Projects_Get": PROJECTS,
    "Projects_List": PROJECTS,
    "Projects_ListDatasets": PROJECTS,
    "Projects_ListEndpoints": PROJECTS,
    "Projects_ListEvaluations": PROJECTS,
    "Projects_ListModels": PROJECTS,
    "Projects_ListSupportedLocales": PROJECTS,
    "Projects_ListTranscriptions": PROJECTS,
    "Projects_Update": PROJECTS,
    "ServiceHealth_Get": REST,
    "Transcriptions_ListSupportedLocales": REST,
    "Transcriptions_Update": REST,
    "WebHooks_Create": WEB_HOOKS,
    "WebHooks_Delete": WEB_HOOKS,
    "WebHooks_Get": WEB_HOOKS,
    "WebHooks_List": WEB_HOOKS,
    "WebHooks_Ping": WEB_HOOKS,
    "WebHooks_Test": WEB_HOOKS,
    "WebHooks_Update": WEB_HOOKS,
    "issueToken": TOKENS,
}


def find(id: str, backend: Backend) -> Transcription | None:
    """The transcription, unless its time to live is over."""
    record = backend.store.find(Transcription, id)
    return None if record is None or record.is_expired(backend.now()) else record


def get_transcription(request: Request, backend: Backend) -> Transcription:
    record = find(request.text("id"), backend)
    if record is None:
        raise NotFound("Transcription", request.text("id"))
    return record


def find_transcription(
    request: Request, backend: Backend, now: datetime
) -> Sequence[Transcription]:
    """Those that are there and pass the filter; they are gone through where it is not exact."""
    wanted = requested_filter(request, TRANSCRIPTION_FILTERS)
    reach = wanted.range
    near = backend.store.select(
        BY_CREATION, now, reach.states.__contains__, since=reach.since, until=reach.until
    )
    if reach.exact:
        return near
    backend.expect_work(records=len(near))
    return [one for one in near if wanted(filter_values(one, now))]


def requested_filter(request: Request, properties: filters.Properties) -> filters.Filter:
    text = request.text("filter")
    return filters.parse(text, properties) if text else filters.EVERYTHING


def filter_values(record: Transcription, now: datetime) -> filters.Values:
    """Moments without what is below a second, which nobody is shown."""
    return {
        "displayName": record.order.display_name,
        "description": record.order.description,
        "createdDateTime": record.made_at.replace(microsecond=0),
        "lastActionDateTime": record.job.changed_at(now).replace(microsecond=0),
        "status": record.state_at(now),
        "locale": record.order.locale,
    }


def file_values(record: Transcription, one: File) -> filters.Values:
    end = record.job.final_at()
    assert end is not None  # only what has ended has files
    return {
        "name": one.name,
        "createdDateTime": end.replace(microsecond=0),
        "kind": FileKind.REPORT if one.recording is None else FileKind.TRANSCRIPTION,
    }


def file_content(record: Transcription, one: File, request: Request, backend: Backend) -> Json:
    size = len(blobs.stored_blob(record, one, backend).body)
    seconds = request.integer("sasValidityInSeconds", blobs.USUAL_VALIDITY_SECONDS)
    url = blobs.link(one.blob, seconds, request, backend)
    return render.file(record, one, size, url, request.url)


def page_of(found: Sequence[Item], request: Request) -> Page[Item]:
    return paginate(
        found, offset=request.integer("skip", 0), limit=request.integer("top", USUAL_TOP)
    )


def next_url(request: Request, path: str, shown: Page[Item]) -> str | None:
    """Where the next page is, with what the request said of the list; None on the last one."""
    if shown.next_offset is None:
        return None
    query = {
        "skip": shown.next_offset,
        "top": shown.limit,
        "filter": request.params.get("filter"),
        "sasValidityInSeconds": request.params.get("sasValidityInSeconds"),
    }
    return render.next_url(request.url(path), query)


def retry_after(*records: Transcription, now: datetime) -> Mapping[str, str]:
    """GUESS: while anything that is shown has not ended."""
    return EMPTY if all(record.job.is_final(now) for record in records) else RETRY_AFTER
