"""Projects that a scenario says are there, and the entries that say so of those that are."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import partial
from pathlib import PurePosixPath
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from emulator.core.base.ids import digest
from emulator.core.provider.api_request import asked
from emulator.core.provider.backend import Backend
from emulator.core.provider.existing_records import put_existing
from emulator.core.scenario.job_rules import TIMELINE
from emulator.core.scenario.model import Existing, Plan, Recorded
from emulator.core.scenario.schema.types import Duration, Flag, MapOf, Record, Text, Whole, Word
from emulator.core.speech.transcripts import Audio
from emulator.core.state.jobs import Job, arrived
from emulator.providers.phrase_studio.records import (
    Choice,
    Project,
    Recording,
    Settings,
    finishing,
)
from emulator.providers.phrase_studio.requests import CONTRACT, LANGUAGES, settings
from emulator.providers.phrase_studio.uploads import (
    STEPS,
    File,
    attributed,
    known,
    linked,
    named,
    recording,
    spoken,
)

Facts = Mapping[str, Any]

CREATE = "uploadProjectFiles"
USUAL_NAME = "recording-{}.mp3"
USUAL: Mapping[str, Any] = {"sourceLanguage": "auto", "subtitleProfiles": []}

WORDS = Record(
    "A project that is there already at Phrase Studio.",
    {
        "request": asked(
            "The form that was sent, as the API takes it; what need not be there may be left out.",
            CONTRACT,
            CREATE,
            usual=USUAL,
            media="multipart/form-data",
            refuse=lambda given: settings({**USUAL, **given}),
        ),
        "team": Text("The team that the project belongs to."),
        "archived": Flag("Whether the project is archived."),
        "waiting": Flag("Whether it still waits for its files: then it has no recordings."),
        "recordings": MapOf(
            "What else there is to say of its recordings.",
            keys=Whole("The recording's place in the project, from 0.", most=99),
            values=Record(
                "What belongs to one recording of a project.",
                {
                    "id": Text("Its id."),
                    "age": Duration("How long ago it was made."),
                    "timeline": TIMELINE,
                    "steps": STEPS,
                    "detected_language": Word(
                        "What is heard where the source language is auto.",
                        *LANGUAGES,
                        noun="language",
                    ),
                    "name": Text("Its name, where the address or file name is not it."),
                    "type": Text("Its media type."),
                    "extension": Text("The extension of its name."),
                    "not_ready_message": Text("What the 404 says to who asks too early."),
                },
            ),
        ),
    },
)


class Piece(Struct, frozen=True):
    """One recording to be: its file, how it goes, and what the scenario says of it alone."""

    id: str
    age_seconds: float
    file: File
    plan: Plan
    own: Facts


def make_existing(existing: Existing, backend: Backend) -> None:
    """Put projects, the oldest first.

    An ``id`` names the project and its first recording. Languages that the service does not know
    are left out. The rule for the audio adds its facts (``team``, ``archived`` ...), no timeline
    or steps.
    """
    put_existing(existing, partial(existing_one, existing), backend)


def existing_one(
    existing: Existing, number: int, age_seconds: float, backend: Backend
) -> tuple[Project | Recording, ...]:
    project = existing_project(existing, number, age_seconds, backend)
    return project, *project.recordings


def existing_project(
    existing: Existing, number: int, age_seconds: float, backend: Backend
) -> Project:
    project = Project(
        id=existing.id or backend.ids.uuid(),
        account_id=backend.account_id,
        name=existing_name(existing, number),
        made_at=backend.now() - timedelta(seconds=age_seconds),
    )
    if existing.facts.get("waiting"):
        return project
    pieces = tuple(pieces_of(existing, number, age_seconds, backend))
    wanted = existing_settings(existing, pieces[0].plan, backend)
    recordings = tuple(existing_recording(one, wanted, project, backend) for one in pieces)
    project = attributed(replace(project, recordings=recordings), pieces[0].plan, backend)
    said = {name: existing.facts[name] for name in ("team", "archived") if name in existing.facts}
    return replace(project, **said)


def existing_name(existing: Existing, number: int) -> str:
    name = existing.name or "Project"
    return name if existing.count == 1 and existing.name else f"{name} {number}"


def pieces_of(
    existing: Existing, number: int, age_seconds: float, backend: Backend
) -> Iterator[Piece]:
    for index, said in enumerate(existing.recorded):
        own = existing.facts.get("recordings", {}).get(index, {})
        file = existing_file(said.audio or USUAL_NAME.format(number), said, own)
        plan = backend.plan(file.audio, existing.language or "")
        age = own.get("age", age_seconds)
        timeline = own.get("timeline") or existing.timeline or arrived(existing.phase, age)
        plan = replace(plan, timeline=timeline, transcript=said.transcript or plan.transcript)
        id = own.get("id") or (None if index else existing.id) or backend.ids.uuid()
        yield Piece(id, age, file, plan, own)


def existing_file(source: str, said: Recorded, own: Facts) -> File:
    """An address, or the name that a file was uploaded under."""
    file = (
        linked(source)
        if "://" in source
        else named(PurePosixPath(source).name, Audio(source, digest(source)))
    )
    return File(
        audio=said.known(file.audio),
        name=own.get("name", file.name),
        mime=own.get("type", file.mime),
        extension=own.get("extension", file.extension),
    )


def existing_settings(existing: Existing, plan: Plan, backend: Backend) -> Settings:
    asked = Settings("auto", (Choice(backend.ids.uuid(), "auto"),))
    source = known(existing.language or "") or spoken(asked, plan, backend)
    translations = tuple(filter(None, map(known, existing.languages)))
    usual = replace(asked, source_language=source, translations=translations)
    request = existing.facts.get("request")
    return settings({**fields(usual), **request}) if request else usual


def existing_recording(
    piece: Piece, wanted: Settings, project: Project, backend: Backend
) -> Recording:
    steps = piece.own.get("steps", {})

    def job_of(id: str, plan: Plan) -> Job:
        timed = Existing(backend.provider, timeline=plan.timeline)
        return backend.existing_job(id, timed, piece.age_seconds)

    made = recording(piece.id, project.id, piece.file, wanted, piece.plan, steps, backend, job_of)
    return replace(
        made,
        language=piece.own.get("detected_language", made.language),
        not_ready_message=piece.own.get("not_ready_message", made.not_ready_message),
    )


def describe(backend: Backend) -> Iterator[Existing]:
    """Tickets for uploads are left out: they are good for one request."""
    for project in backend.store.oldest_first(Project):
        yield described(project, backend)


def described(project: Project, backend: Backend) -> Existing:
    age_seconds = (backend.now() - project.made_at).total_seconds()
    entry = Existing(
        provider="phrase_studio",
        id=project.id,
        age_seconds=(age_seconds, age_seconds),
        name=project.name if project.name.strip() else None,
    )
    if project.settings is None:
        return replace(entry, facts={"waiting": True})
    source = project.settings.source_language
    language = None if source == "auto" else source
    return replace(
        entry,
        timeline=project.recordings[0].job.timeline,
        language=language,
        recordings=tuple(recorded(one, backend) for one in project.recordings),
        facts=facts(replace(entry, language=language), project, backend),
    )


def recorded(one: Recording, backend: Backend) -> Recorded:
    usual = existing_file(one.audio.source, Recorded(), {}).audio
    plain = backend.library.duration_ms(usual, script=one.script)
    length = one.audio.duration_ms or (None if one.duration_ms == plain else one.duration_ms)
    return Recorded.of(replace(one.audio, duration_ms=length), usual, one.script)


def facts(entry: Existing, project: Project, backend: Backend) -> Facts:
    first = project.recordings[0]
    plan = backend.plan(first.audio, entry.language or "")
    told = attributed(replace(project, team=None, archived=False), plan, backend)
    found: dict[str, Any] = {"request": fields(first.settings)}
    if project.team != told.team and project.team:
        found["team"] = project.team
    if project.archived != told.archived:
        found["archived"] = project.archived
    found["recordings"] = {
        index: own_facts(one, first, entry, backend) for index, one in enumerate(project.recordings)
    }
    return found


def own_facts(one: Recording, first: Recording, entry: Existing, backend: Backend) -> Facts:
    """What belongs to one recording and does not follow from the entry."""
    file = existing_file(one.audio.source, Recorded(), {})
    plan = replace(backend.plan(one.audio, entry.language or ""), transcript=one.script)
    age_seconds = (backend.now() - one.job.made_at).total_seconds()
    heard = spoken(one.settings, plan, backend)
    told = plan.facts_of(backend.provider).get("not_ready_message")
    usual_steps = finishing(tuple(one.settings.steps()), one.job.timeline, {})
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
        "subtitleProfiles": chosen(asked.subtitle_profiles, "subtitleProfileId"),
        "translationLanguages": list(asked.translations),
        "dubbingLanguages": list(asked.dubbings),
        "summary": asked.summary,
        "customAttributes": asked.custom_attributes,
        "insights": list(asked.insights),
        "safeCommunications": list(asked.safe_communications),
        "pronunciations": chosen(asked.pronunciations, "pronunciationId"),
        "glossary": None if asked.glossary is None else dict(asked.glossary),
    }
    asking = {name: value for name, value in found.items() if value not in ([], False, None)}
    return {**asking, "subtitleProfiles": found["subtitleProfiles"]}


def chosen(choices: tuple[Choice, ...], key: str) -> list[dict[str, str]]:
    return [{key: one.id, "languageCode": one.language} for one in choices]
