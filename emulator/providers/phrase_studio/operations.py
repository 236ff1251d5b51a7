"""What each operation does."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from emulator.core.http import signed_urls
from emulator.core.http.messages import JSON, Request, Response, json_response, to_json
from emulator.core.http.pagination import paginate
from emulator.core.http.problems import (
    BadLink,
    Invalid,
    NotFound,
    Refused,
    TooManyRequests,
    Violation,
)
from emulator.core.provider.backend import Backend
from emulator.core.provider.provider import OperationFunction
from emulator.core.speech.media import silent_mp3
from emulator.core.speech.transcripts import Transcript
from emulator.providers.phrase_studio import render
from emulator.providers.phrase_studio.records import (
    BY_CREATION,
    Project,
    Recording,
    Settings,
    Status,
    Task,
    UploadTicket,
)
from emulator.providers.phrase_studio.requests import Form, check_settings, read_form, settings
from emulator.providers.phrase_studio.uploads import Upload, planned_upload, with_recordings

TITLE = "Untitled Project"  # documented default
PAGE_SIZE = 1000  # documented default
LINK_SECONDS = 3600  # GUESS: how long an audio address is good for


def list_projects(request: Request, backend: Backend) -> Response:
    """Projects of a team show only where they are asked for."""
    team, status = request.flag("teamProjects"), request.text("status", "ALL")

    def wanted(label: tuple[bool, Status]) -> bool:
        return (team or label[0]) and status in ("ALL", label[1])

    now = backend.now()
    found: Sequence[Project] = backend.store.select(BY_CREATION, now, wanted)
    words = request.text("search").casefold()
    if words:
        backend.expect_work(records=len(found))
        found = [one for one in found if words in one.name.casefold()]
    limit = request.integer("pageSize", PAGE_SIZE)
    offset = (request.integer("page", 1) - 1) * limit
    kept = render.listing(paginate(found, offset=offset, limit=limit), now, backend.response_cache)
    return Response(200, kept.body, {"Content-Type": JSON}, cached_violations=kept.violations)


def create_project(request: Request, backend: Backend) -> Response:
    """Documented: the project is there, empty; the files belong to the upload service."""
    asked = read_form(request.parts)
    way, _ = planned_upload(asked, backend)
    if way is Upload.NOT_CONFIGURED:
        raise Refused("not_configured")
    if way is Upload.DIRECT:
        return new_project(
            find_project(request, backend), check_settings(asked, request), asked, backend
        )
    waiting = find_project(request, backend)
    ticket = UploadTicket(backend.ids.hex(32), waiting.id)
    backend.store.put(waiting)
    backend.store.put(ticket)
    title = {name: request.params[name] for name in ("title",) if name in request.params}
    return Response(307, headers={"Location": request.url(f"/_upload/{ticket.id}", title)})


def find_project(request: Request, backend: Backend) -> Project:
    return Project(
        id=backend.ids.uuid(),
        account_id=backend.account_id,
        name=request.text("title", TITLE),
        made_at=backend.now(),
    )


def upload_project_files(request: Request, backend: Backend) -> Response:
    """The form is checked before the ticket is used up."""
    wanted = settings(request.fields)
    ticket = backend.store.get(UploadTicket, request.text("ticket"))
    backend.store.delete(ticket)
    waiting = backend.store.find(Project, ticket.project_id)
    if waiting is None:  # deleted meanwhile
        raise NotFound(UploadTicket.__name__, ticket.id)
    waiting = replace(waiting, name=request.text("title", TITLE))
    try:
        return new_project(waiting, wanted, read_form(request.parts), backend)
    except TooManyRequests:
        backend.store.put(ticket)  # to be used again when the client may
        raise


def new_project(waiting: Project, wanted: Settings, asked: Form, backend: Backend) -> Response:
    way, message = planned_upload(asked, backend)
    if way is Upload.FAILED:
        raise Refused("upload_failed", {"message": message})
    if way is Upload.NOT_STARTED:
        raise Refused("not_started")
    done = with_recordings(waiting, wanted, asked, backend)
    backend.store.put(done)
    for recording in done.recordings:
        backend.store.put(recording)
    return json_response(200, {"id": done.id})


def get_project_details(request: Request, backend: Backend) -> Response:
    found = backend.store.get(Project, request.text("id"))
    kept = render.cached_details(found, backend.now(), backend.response_cache)
    return Response(200, kept.body, {"Content-Type": JSON}, cached_violations=kept.violations)


def delete_project(request: Request, backend: Backend) -> Response:
    """In any state; recordings and results go too (documented)."""
    found = backend.store.get(Project, request.text("id"))
    for recording in found.recordings:
        backend.store.delete(recording)
    backend.store.delete(found)
    return Response(200)


def get_recording_status_unified(request: Request, backend: Backend) -> Response:
    found = backend.store.get(Recording, request.text("recordingId"))
    now = backend.now()
    if "language" not in request.params:
        show = render.status if request.flag("summary") else render.all_steps
        return json_response(200, show(found, now))
    if request.flag("summary"):  # documented to exclude each other; GUESS: the status
        raise refusal("summary", "excludes language")
    languages = (found.language, *found.settings.translations)
    language = requested_language(languages, request.text("language"))
    return json_response(200, render.steps(found, language, now))


def get_recording_output(request: Request, backend: Backend) -> Response:
    """GUESS: what is not ready is a 404 when one thing was asked for, and left out of a map.

    So the revision of October 2025 had it; the current document is silent.
    """
    found = backend.store.get(Recording, request.text("recordingId"))
    task, format = Task(request.text("task")), request.text("format", "srt")
    if format == "mp3" and task is not Task.DUBBING:
        raise refusal("format", "mp3 is for dubbings only")
    languages = found.languages(task)
    if "language" in request.params:
        languages = (requested_language(languages, request.text("language")),)
    ready = [language for language in languages if found.is_ready(task, language, backend.now())]
    if not ready and (task is Task.TRANSCRIPTION or "language" in request.params):
        raise Refused("not_ready", {"message": found.not_ready_message})
    if format == "mp3":
        return json_response(200, {one: signed_link(found, one, request, backend) for one in ready})
    backend.expect_work(speech_ms=found.duration_ms * len(ready))
    kept = backend.response_cache.body_of(
        found,
        (task, format, tuple(ready)),
        lambda: to_json({one: render_output(found, task, format, one, backend) for one in ready}),
    )
    return Response(200, kept.body, {"Content-Type": JSON}, cached_violations=kept.violations)


def render_output(
    found: Recording, task: Task, format: str, language: str, backend: Backend
) -> str:
    return render.subtitles(transcript(found, task, language, backend), format)


def transcript(found: Recording, task: Task, language: str, backend: Backend) -> Transcript:
    if task is Task.TRANSCRIPTION:
        return backend.library.transcript(found.audio, language=language, script=found.script)
    return backend.library.translation(
        found.audio, language, source_language=found.language, script=found.script
    )


def signed_link(found: Recording, language: str, request: Request, backend: Backend) -> str:
    """GUESS: an address that is its own permission for an hour."""
    path = f"/_dubbings/{backend.account_id}/{found.id}/{language}.mp3"
    expires = str(int((backend.now() + timedelta(seconds=LINK_SECONDS)).timestamp()))
    signed = signed_urls.sign(backend.secret, path, expires)
    return request.url(path, {"Expires": expires, "Signature": signed})


def download_dubbing(request: Request, backend: Backend) -> Response:
    expires = request.text("Expires")
    if not (expires.isascii() and expires.isdecimal() and len(expires) <= 10):
        raise BadLink(expired=False, path=request.path)
    signed_urls.verify(
        request.text("Signature"),
        backend.secret,
        request.path,
        expires,
        expires_at=datetime.fromtimestamp(int(expires), UTC),
        now=backend.now(),
    )
    found = backend.store.get(Recording, request.text("recordingId"))
    return Response(200, silent_mp3(found.duration_ms), {"Content-Type": "audio/mpeg"})


def requested_language(languages: tuple[str, ...], language: str) -> str:
    """The language as the recording spells it (GUESS: in any letter case). Raises Invalid."""
    if language.lower() not in languages:
        raise refusal("language", f"{language} is none of {', '.join(languages)}")
    return language.lower()


def refusal(name: str, why: str) -> Invalid:
    return Invalid((Violation("query", (name,), "x-emulator", message=f"{name}: {why}"),))


OPERATIONS: Mapping[str, OperationFunction] = {
    "listProjects": list_projects,
    "createProject": create_project,
    "uploadProjectFiles": upload_project_files,
    "getProjectDetails": get_project_details,
    "deleteProject": delete_project,
    "getRecordingStatusUnified": get_recording_status_unified,
    "getRecordingOutput": get_recording_output,
    "downloadDubbing": download_dubbing,
}

NOT_EMULATED: Mapping[str, str] = {
    "getSubtitle": "reading a subtitle track word by word comes with a later release",
    "updateSubtitle": "replacing a subtitle track comes with a later release",
    "getSubtitleProfiles": "the account's lists come with a later release",
    "getPronunciations": "the account's lists come with a later release",
    "getGlossaries": "the account's lists come with a later release",
    "getInsights": "the account's lists come with a later release",
    "getSafeCommunications": "the account's lists come with a later release",
}
