"""Files and addresses become recordings, on upload and where a scenario says that they exist."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from msgspec import Struct
from msgspec.structs import replace

from emulator.core.http.messages import Part
from emulator.core.provider.backend import Backend
from emulator.core.scenario.model import JobPlan
from emulator.core.scenario.schema.types import DurationType, MapType, StringType
from emulator.core.speech.media import (
    audio_of_bytes,
    audio_of_url,
    extension_of,
    inspect_media,
    mime_of,
)
from emulator.core.speech.transcripts import Audio, base_language
from emulator.core.state.jobs import Job
from emulator.providers.phrase_studio.records import (
    Project,
    Recording,
    Settings,
    step_ends,
    timeline_for,
)
from emulator.providers.phrase_studio.requests import LANGUAGES, Form

STEPS = MapType(
    "When single steps are finished; the last one completes the recording.",
    keys=StringType(
        "A step, with its language.",
        pattern=r"transcription|summary|(translation|dubbing)\.[a-z0-9-]+",
        wanted="a step",
        form="transcription, translation.fr, dubbing.fr, summary",
    ),
    values=DurationType("Since the upload."),
)


class Upload(StrEnum):
    """How a scenario lets uploads go."""

    REDIRECT = "redirect"  # 307 to the upload service: what the documentation shows
    DIRECT = "direct"  # 200 from the API itself, which is documented too
    NOT_CONFIGURED = "not_configured"  # 503
    NOT_STARTED = "not_started"  # 502: the files arrive, work on them does not begin
    FAILED = "failed"  # 400, "Upload failed" or the scenario's words


class File(Struct, frozen=True):
    audio: Audio
    name: str
    mime: str
    extension: str  # no dot


def planned_upload(asked: Form, backend: Backend) -> tuple[Upload, str | None]:
    """What the rule for the first file says, and what a failed upload is told."""
    source = asked.urls[0] if asked.urls else asked.files[0].filename or ""
    plan = backend.plan_job(Audio(source, digest=""), str(asked.fields.get("sourceLanguage", "")))
    facts = plan.options_of(backend.provider)
    return facts.get("upload", Upload.REDIRECT), facts.get("upload_message")


def steps(plan: JobPlan) -> Mapping[str, float]:
    """After how many seconds the scenario has some steps end, by their names."""
    found: Mapping[str, float] = plan.options_of("phrase_studio").get("steps", {})
    return found


def with_recordings(project: Project, settings: Settings, asked: Form, backend: Backend) -> Project:
    """The project with a recording for each address, or else for each file, in their order.

    Documented: where there are addresses, uploaded files are left aside.
    """
    files = [linked_file(url) for url in asked.urls] or [
        uploaded_file(part) for part in asked.files
    ]
    plans = [backend.plan_job(file.audio, settings.source_language) for file in files]
    recordings = tuple(
        recording(
            backend.ids.uuid(),
            project.id,
            file,
            settings,
            plan,
            steps(plan),
            backend,
            backend.new_job,
        )
        for file, plan in zip(files, plans, strict=True)
    )
    return with_account_details(replace(project, recordings=recordings), plans[0], backend)


def with_account_details(project: Project, plan: JobPlan, backend: Backend) -> Project:
    """The project with what a scenario says of its place in the account."""
    facts = plan.options_of(backend.provider)
    return replace(project, team=facts.get("team"), archived=facts.get("archived", False))


def recording(
    id: str,
    project_id: str,
    file: File,
    settings: Settings,
    plan: JobPlan,
    given: Mapping[str, float],
    backend: Backend,
    job_of: Callable[[str, JobPlan], Job],
) -> Recording:
    """A recording; ``given`` says after how many seconds some of its steps end.

    ``job_of`` makes the job: a new one, or one that was there before.
    """
    finished_after = step_ends(tuple(settings.steps()), plan.timeline, given)
    plan = replace(plan, timeline=timeline_for(plan.timeline, finished_after))
    return Recording(
        id=id,
        project_id=project_id,
        job=job_of(id, plan),
        audio=file.audio,
        name=file.name,
        mime=file.mime,
        extension=file.extension,
        duration_ms=backend.library.duration_ms(file.audio, script=plan.transcript),
        settings=settings,
        language=spoken_language(settings, plan, backend),
        finished_after=finished_after,
        script=plan.transcript,
        not_ready_message=plan.options_of(backend.provider).get("not_ready_message"),
    )


def spoken_language(settings: Settings, plan: JobPlan, backend: Backend) -> str:
    """The source language; what is heard is the scenario's word, its script's, or English."""
    if settings.source_language != "auto":
        return settings.source_language
    script = backend.scenario.transcripts.get(plan.transcript or "")
    heard = plan.options_of(backend.provider).get("detected_language")
    return str(heard or documented_language(script.language if script else "") or "en")


def documented_language(language: str) -> str | None:
    """The documented code for a language; None: the service does not know it."""
    code = language.replace("_", "-").lower()
    return next((one for one in (code, base_language(code)) if one in LANGUAGES), None)


def uploaded_file(part: Part) -> File:
    name = part.filename or ""
    found = inspect_media(part.content, name)
    mime = part.content_type or ""
    # Many clients send application/octet-stream for whatever they upload.
    mime = mime if mime.startswith(("audio/", "video/")) else found.mime
    return File(audio_of_bytes(part.content, name), name, mime, found.extension)


def linked_file(url: str) -> File:
    """Addresses are never fetched: what is known comes from the address itself."""
    parts = urlsplit(url)
    name = PurePosixPath(unquote(parts.path)).name or parts.netloc
    return named_file(name, audio_of_url(url))


def named_file(name: str, audio: Audio) -> File:
    return File(audio, name, mime_of(name), extension_of(name))


def retime(changed: Recording, job: Job, backend: Backend) -> None:
    """Put the recording back with another job, and its steps with the job's new timeline."""
    finished_after = step_ends(tuple(changed.settings.steps()), job.timeline, {})
    changed = replace(changed, job=job, finished_after=finished_after)
    project = backend.store.get(Project, changed.project_id)
    others = (changed if one.id == changed.id else one for one in project.recordings)
    backend.store.put(changed)
    backend.store.put(replace(project, recordings=tuple(others)))
