"""Projects that a scenario says are there, and the entries that say so of those that are."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import partial
from pathlib import PurePosixPath
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from emulator.core.base.ids import digest
from emulator.core.provider.api_request import api_request_type
from emulator.core.provider.backend import Backend
from emulator.core.provider.existing_records import put_existing
from emulator.core.scenario.job_rules import TIMELINE
from emulator.core.scenario.model import JobPlan, SeedJobs, SeedRecording
from emulator.core.scenario.schema.types import (
    BooleanType,
    DurationType,
    IntegerType,
    MapType,
    ObjectType,
    StringType,
    WordType,
)
from emulator.core.speech.transcripts import Audio
from emulator.core.state.jobs import Job, timeline_reaching
from emulator.providers.phrase_studio.records import (
    Choice,
    Project,
    Recording,
    Settings,
    step_ends,
)
from emulator.providers.phrase_studio.requests import CONTRACT, LANGUAGES, settings
from emulator.providers.phrase_studio.uploads import (
    STEPS,
    File,
    documented_language,
    linked_file,
    named_file,
    recording,
    spoken_language,
    with_account_details,
)

Facts = Mapping[str, Any]

CREATE = "uploadProjectFiles"
USUAL_NAME = "recording-{}.mp3"
USUAL: Mapping[str, Any] = {"sourceLanguage": "auto", "subtitleProfiles": []}

WORDS = ObjectType(
    "A project that is there already at Phrase Studio.",
    {
        "request": api_request_type(
            "The form that was sent, as the API takes it; what need not be there may be left out.",
            CONTRACT,
            CREATE,
            usual=USUAL,
            media="multipart/form-data",
            refuse=lambda given: settings({**USUAL, **given}),
        ),
        "team": StringType("The team that the project belongs to."),
        "archived": BooleanType("Whether the project is archived."),
        "waiting": BooleanType("Whether it still waits for its files: then it has no recordings."),
        "recordings": MapType(
            "What else there is to say of its recordings.",
            keys=IntegerType("The recording's place in the project, from 0.", most=99),
            values=ObjectType(
                "What belongs to one recording of a project.",
                {
                    "id": StringType("Its id."),
                    "age": DurationType("How long ago it was made."),
                    "timeline": TIMELINE,
                    "steps": STEPS,
                    "detected_language": WordType(
                        "What is heard where the source language is auto.",
                        *LANGUAGES,
                        noun="language",
                    ),
                    "name": StringType("Its name, where the address or file name is not it."),
                    "type": StringType("Its media type."),
                    "extension": StringType("The extension of its name."),
                    "not_ready_message": StringType("What the 404 says to who asks too early."),
                },
            ),
        ),
    },
)


class RecordingSeed(Struct, frozen=True):
    """One recording to be: its file, how it goes, and what the scenario says of it alone."""

    id: str
    age_seconds: float
    file: File
    plan: JobPlan
    own: Facts


def make_existing(existing: SeedJobs, backend: Backend) -> None:
    """Put projects, the oldest first.

    An ``id`` names the project and its first recording. Languages that the service does not know
    are left out. The rule for the audio adds its facts (``team``, ``archived`` ...), no timeline
    or steps.
    """
    put_existing(existing, partial(existing_record, existing), backend)


def existing_record(
    existing: SeedJobs, number: int, age_seconds: float, backend: Backend
) -> tuple[Project | Recording, ...]:
    project = existing_project(existing, number, age_seconds, backend)
    return project, *project.recordings


def existing_project(
    existing: SeedJobs, number: int, age_seconds: float, backend: Backend
) -> Project:
    project = Project(
        id=existing.id or backend.ids.uuid(),
        account_id=backend.account_id,
        name=existing_name(existing, number),
        made_at=backend.now() - timedelta(seconds=age_seconds),
    )
    if existing.options.get("waiting"):
        return project
    pieces = tuple(recording_seeds(existing, number, age_seconds, backend))
    wanted = existing_settings(existing, pieces[0].plan, backend)
    recordings = tuple(existing_recording(piece, wanted, project, backend) for piece in pieces)
    project = with_account_details(replace(project, recordings=recordings), pieces[0].plan, backend)
    said = {
        name: existing.options[name] for name in ("team", "archived") if name in existing.options
    }
    return replace(project, **said)


def existing_name(existing: SeedJobs, number: int) -> str:
    name = existing.name or "Project"
    return name if existing.count == 1 and existing.name else f"{name} {number}"


def recording_seeds(
    existing: SeedJobs, number: int, age_seconds: float, backend: Backend
) -> Iterator[RecordingSeed]:
    for index, said in enumerate(existing.all_recordings):
        own = existing.options.get("recordings", {}).get(index, {})
        file = existing_file(said.audio or USUAL_NAME.format(number), said, own)
        plan = backend.plan_job(file.audio, existing.language or "")
        age = own.get("age", age_seconds)
        timeline = (
            own.get("timeline") or existing.timeline or timeline_reaching(existing.phase, age)
        )
        plan = replace(plan, timeline=timeline, transcript=said.transcript or plan.transcript)
        id = own.get("id") or (None if index else existing.id) or backend.ids.uuid()
        yield RecordingSeed(id, age, file, plan, own)


def existing_file(source: str, said: SeedRecording, own: Facts) -> File:
    """An address, or the name that a file was uploaded under."""
    file = (
        linked_file(source)
        if "://" in source
        else named_file(PurePosixPath(source).name, Audio(source, digest(source)))
    )
    return File(
        audio=said.apply_to(file.audio),
        name=own.get("name", file.name),
        mime=own.get("type", file.mime),
        extension=own.get("extension", file.extension),
    )


def existing_settings(existing: SeedJobs, plan: JobPlan, backend: Backend) -> Settings:
    asked = Settings("auto", (Choice(backend.ids.uuid(), "auto"),))
    source = documented_language(existing.language or "") or spoken_language(asked, plan, backend)
    translations = tuple(filter(None, map(documented_language, existing.languages)))
    usual = replace(asked, source_language=source, translations=translations)
    request = existing.options.get("request")
    return settings({**fields(usual), **request}) if request else usual


def existing_recording(
    piece: RecordingSeed, wanted: Settings, project: Project, backend: Backend
) -> Recording:
    steps = piece.own.get("steps", {})

    def job_of(id: str, plan: JobPlan) -> Job:
        timed = SeedJobs(backend.provider, timeline=plan.timeline)
        return backend.existing_job(id, timed, piece.age_seconds)

    made = recording(piece.id, project.id, piece.file, wanted, piece.plan, steps, backend, job_of)
    return replace(
        made,
        language=piece.own.get("detected_language", made.language),
        not_ready_message=piece.own.get("not_ready_message", made.not_ready_message),
    )


def describe(backend: Backend) -> Iterator[SeedJobs]:
    """Tickets for uploads are left out: they are good for one request."""
    for project in backend.store.oldest_first(Project):
        yield describe_project(project, backend)


def describe_project(project: Project, backend: Backend) -> SeedJobs:
    age_seconds = (backend.now() - project.made_at).total_seconds()
    entry = SeedJobs(
        provider="phrase_studio",
        id=project.id,
        age_seconds=(age_seconds, age_seconds),
        name=project.name if project.name.strip() else None,
    )
    if project.settings is None:
        return replace(entry, options={"waiting": True})
    source = project.settings.source_language
    language = None if source == "auto" else source
    return replace(
        entry,
        timeline=project.recordings[0].job.timeline,
        language=language,
        recordings=tuple(describe_recording(one, backend) for one in project.recordings),
        options=facts(replace(entry, language=language), project, backend),
    )


def describe_recording(one: Recording, backend: Backend) -> SeedRecording:
    usual = existing_file(one.audio.source, SeedRecording(), {}).audio
    plain = backend.library.duration_ms(usual, script=one.script)
    length = one.audio.duration_ms or (None if one.duration_ms == plain else one.duration_ms)
    return SeedRecording.of(replace(one.audio, duration_ms=length), usual, one.script)


def facts(entry: SeedJobs, project: Project, backend: Backend) -> Facts:
    first = project.recordings[0]
    plan = backend.plan_job(first.audio, entry.language or "")
    told = with_account_details(replace(project, team=None, archived=False), plan, backend)
    found: dict[str, Any] = {"request": fields(first.settings)}
    if project.team != told.team and project.team:
        found["team"] = project.team
    if project.archived != told.archived:
        found["archived"] = project.archived
    found["recordings"] = {
        index: own_facts(one, first, entry, backend) for index, one in enumerate(project.recordings)
    }
    return found


def own_facts(one: Recording, first: Recording, entry: SeedJobs, backend: Backend) -> Facts:
    """What belongs to one recording and does not follow from the entry."""
    file = existing_file(one.audio.source, SeedRecording(), {})
    plan = replace(backend.plan_job(one.audio, entry.language or ""), transcript=one.script)
    age_seconds = (backend.now() - one.job.made_at).total_seconds()
    heard = spoken_language(one.settings, plan, backend)
    told = plan.options_of(backend.provider).get("not_ready_message")
    usual_steps = step_ends(tuple(one.settings.steps()), one.job.timeline, {})
    pairs: dict[str, tuple[Any, Any]] = {
        "id": (one.id, None),
        "age": (age_seconds, entry.age_seconds[0]),
        "timeline": (one.job.timeline, first.job.timeline),
        "steps": (dict(one.finished_after), usual_steps),
        "detected_language": (one.language, heard),
        "name": (one.name, file.name),
        "type": (one.mime, file.mime),
        "extension": (one.extension, file.extension),
        "not_ready_message": (one.not_ready_message, told),
    }
    return {name: is_so for name, (is_so, usual) in pairs.items() if is_so and is_so != usual}


def fields(asked: Settings) -> dict[str, Any]:
    """The form that asks for such settings."""
    found: dict[str, Any] = {
        "sourceLanguage": asked.source_language,
        "subtitleProfiles": choices_for(asked.subtitle_profiles, "subtitleProfileId"),
        "translationLanguages": list(asked.translations),
        "dubbingLanguages": list(asked.dubbings),
        "summary": asked.summary,
        "customAttributes": asked.custom_attributes,
        "insights": list(asked.insights),
        "safeCommunications": list(asked.safe_communications),
        "pronunciations": choices_for(asked.pronunciations, "pronunciationId"),
        "glossary": None if asked.glossary is None else dict(asked.glossary),
    }
    asking = {name: value for name, value in found.items() if value not in ([], False, None)}
    return {**asking, "subtitleProfiles": found["subtitleProfiles"]}


def choices_for(choices: tuple[Choice, ...], key: str) -> list[dict[str, str]]:
    return [{key: choice.id, "languageCode": choice.language} for choice in choices]
