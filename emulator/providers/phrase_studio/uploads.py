"""Files and addresses become recordings, on upload and where a scenario says that they exist."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from msgspec import Struct
from msgspec.structs import replace

from emulator.core.http.messages import Part
from emulator.core.provider.backend import Backend
from emulator.core.scenario.model import Plan
from emulator.core.scenario.schema.types import Duration, MapOf, Text
from emulator.core.speech.media import audio_of_bytes, audio_of_url, extension_of, inspect, mime_of
from emulator.core.speech.transcripts import Audio, base
from emulator.core.state.jobs import Job
from emulator.providers.phrase_studio.records import (
    Project,
    Recording,
    Settings,
    finishing,
    lasting,
)
from emulator.providers.phrase_studio.requests import LANGUAGES, Form

STEPS = MapOf(
    "When single steps are finished; the last one completes the recording.",
    keys=Text(
        "A step, with its language.",
        pattern=r"transcription|summary|(translation|dubbing)\.[a-z0-9-]+",
        wanted="a step",
        form="transcription, translation.fr, dubbing.fr, summary",
    ),
    values=Duration("Since the upload."),
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


def upload(asked: Form, backend: Backend) -> tuple[Upload, str | None]:
    """What the rule for the first file says, and what a failed upload is told."""
    source = asked.urls[0] if asked.urls else asked.files[0].filename or ""
    plan = backend.plan(Audio(source, digest=""), str(asked.fields.get("sourceLanguage", "")))
    facts = plan.facts_of(backend.provider)
    return facts.get("upload", Upload.REDIRECT), facts.get("upload_message")


def steps(plan: Plan) -> Mapping[str, float]:
    """After how many seconds the scenario has some steps end, by their names."""
    found: Mapping[str, float] = plan.facts_of("phrase_studio").get("steps", {})
    return found


def filled(project: Project, settings: Settings, asked: Form, backend: Backend) -> Project:
    """The project with a recording for each address, or else for each file, in their order.

    Documented: where there are addresses, uploaded files are left aside.
    """
    files = [linked(url) for url in asked.urls] or [uploaded(part) for part in asked.files]
    plans = [backend.plan(file.audio, settings.source_language) for file in files]
    recordings = tuple(
        recording(
            backend.ids.uuid(), project.id, file, settings, plan, steps(plan), backend, backend.job
        )
        for file, plan in zip(files, plans, strict=True)
    )
    return attributed(replace(project, recordings=recordings), plans[0], backend)


def attributed(project: Project, plan: Plan, backend: Backend) -> Project:
    """The project with what a scenario says of its place in the account."""
    facts = plan.facts_of(backend.provider)
    return replace(project, team=facts.get("team"), archived=facts.get("archived", False))


def recording(
    id: str,
    project_id: str,
    file: File,
    settings: Settings,
    plan: Plan,
    given: Mapping[str, float],
    backend: Backend,
    job_of: Callable[[str, Plan], Job],
) -> Recording:
    """A recording; ``given`` says after how many seconds some of its steps end.

    ``job_of`` makes the job: a new one, or one that was there before.
    """
    finished_after = finishing(tuple(settings.steps()), plan.timeline, given)
    plan = replace(plan, timeline=lasting(plan.timeline, finished_after))
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
        language=spoken(settings, plan, backend),
        finished_after=finished_after,
        script=plan.transcript,
        not_ready_message=plan.facts_of(backend.provider).get("not_ready_message"),
    )


def spoken(settings: Settings, plan: Plan, backend: Backend) -> str:
    """The source language; what is heard is the scenario's word, its script's, or English."""
    if settings.source_language != "auto":
        return settings.source_language
    script = backend.scenario.transcripts.get(plan.transcript or "")
    heard = plan.facts_of(backend.provider).get("detected_language")
    return str(heard or known(script.language if script else "") or "en")


def known(language: str) -> str | None:
    """The documented code for a language; None: the service does not know it."""
    code = language.replace("_", "-").lower()
    return next((one for one in (code, base(code)) if one in LANGUAGES), None)


def uploaded(part: Part) -> File:
    name = part.filename or ""
    found = inspect(part.content, name)
    mime = part.content_type or ""
    # Many clients send application/octet-stream for whatever they upload.
    mime = mime if mime.startswith(("audio/", "video/")) else found.mime
    return File(audio_of_bytes(part.content, name), name, mime, found.extension)


def linked(url: str) -> File:
    """Addresses are never fetched: what is known comes from the address itself."""
    parts = urlsplit(url)
    name = PurePosixPath(unquote(parts.path)).name or parts.netloc
    return named(name, audio_of_url(url))


def named(name: str, audio: Audio) -> File:
    return File(audio, name, mime_of(name), extension_of(name))


def retime(changed: Recording, job: Job, backend: Backend) -> None:
    """Put the recording back with another job, and its steps with the job's new timeline."""
    finished_after = finishing(tuple(changed.settings.steps()), job.timeline, {})
    changed = replace(changed, job=job, finished_after=finished_after)
    project = backend.store.get(Project, changed.project_id)
    others = (changed if one.id == changed.id else one for one in project.recordings)
    backend.store.put(changed)
    backend.store.put(replace(project, recordings=tuple(others)))
