"""What becomes of files and addresses, sent or existing."""

from typing import Any

import pytest

from emulator.core.http.messages import Part
from emulator.core.scenario.schema.diagnostics import ScenarioErrors
from emulator.core.state.jobs import Phase, moved_to_phase
from emulator.providers.phrase_studio.records import Project, Recording, Status
from emulator.providers.phrase_studio.uploads import documented_language, linked_file, uploaded_file
from tests.providers.phrase_studio.build import NOBODY, PROJECT, made, studio
from tests.support.clients import Bench, wav


def existing(scenario: str) -> list[dict[str, Any]]:
    """The details of the projects that are there, newest first."""
    b = studio(scenario)
    projects = b.http.get("/v1/projects", params={"teamProjects": "true"}).json()["data"]
    return [b.http.get(f"/v1/projects/{project['id']}").json() for project in projects]


def kept(b: Bench, id: str) -> Recording:
    return b.tenant.backend(b.provider).store.get(Recording, id)


@pytest.mark.parametrize(
    ("filename", "content", "content_type", "expected"),
    [
        ("talk.mp3", b"?", "audio/mpeg", ("talk.mp3", "audio/mpeg", "mp3")),
        ("talk.mp3", b"?", "audio/x-mp3", ("talk.mp3", "audio/x-mp3", "mp3")),
        ("talk.MOV", b"?", "application/octet-stream", ("talk.MOV", "video/quicktime", "mov")),
        ("talk.m4a", b"?", None, ("talk.m4a", "audio/mp4", "m4a")),
        ("talk", b"?", None, ("talk", "application/octet-stream", "")),
        ("talk.bin", wav(0.1), "text/plain", ("talk.bin", "audio/wav", "wav")),
    ],
)
def test_a_file_is_what_it_says_or_what_it_looks_like(
    filename: str, content: bytes, content_type: str | None, expected: tuple[str, str, str]
) -> None:
    file = uploaded_file(Part("files", content, filename, content_type))

    assert (file.name, file.mime, file.extension) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.test/b/talk.mp4?x=1", ("talk.mp4", "video/mp4", "mp4")),
        ("https://a.test/b%20c/my%20talk.WAV", ("my talk.WAV", "audio/wav", "wav")),
        ("https://a.test/", ("a.test", "application/octet-stream", "test")),
        ("https://a.test/stream", ("stream", "application/octet-stream", "")),
    ],
)
def test_an_address_is_named_by_its_path(url: str, expected: tuple[str, str, str]) -> None:
    file = linked_file(url)

    assert (file.name, file.mime, file.extension) == expected
    assert file.audio.source == url


def test_an_uploaded_file_has_its_own_length() -> None:
    b = studio("seed: 1")

    _, id = made(b, files=[("files", ("sync.wav", wav(11.65), "audio/wav"))])

    assert kept(b, id).duration_ms == 11_650


def test_each_file_goes_by_its_own_rule() -> None:
    b = studio("jobs: [{when: {audio: bad.mp3}, timeline: {failed: 1s}}]")
    files = [("files", (name, name.encode())) for name in ("good.mp3", "bad.mp3")]
    id, _ = made(b, files=files)
    b.clock.advance(3)

    project = b.http.get(f"/v1/projects/{id}").json()

    words = [
        b.http.get(f"/v1/recordings/{one['id']}/status?summary=true").json()["status"]
        for one in project["recordings"]
    ]
    assert (project["status"], words) == ("FAILED", ["COMPLETED", "FAILED"])


def test_a_rule_may_put_a_project_into_a_team_or_the_archive() -> None:
    b = studio("jobs: [{phrase_studio: {team: Marketing, archived: true}}]")

    id, _ = made(b)

    details = b.http.get(f"/v1/projects/{id}").json()
    assert (details["owner"], details["archived"], details["status"]) == (
        "Marketing",
        True,
        "ARCHIVED",
    )


def test_existing_projects_are_numbered_and_of_the_ages_that_are_asked_for() -> None:
    found = existing("existing: [{provider: phrase_studio, count: 3, age: 1h..3h}]")

    assert [(one["name"], one["createdAt"]) for one in found] == [
        ("Project 3", "2026-01-05T08:00:00.000Z"),
        ("Project 2", "2026-01-05T07:00:00.000Z"),
        ("Project 1", "2026-01-05T06:00:00.000Z"),
    ]
    assert len({one["id"] for one in found}) == 3
    assert found[0]["recordings"][0]["name"] == "recording-3.mp3"


def test_an_existing_project_is_as_the_scenario_says() -> None:
    (found,) = existing(
        f"existing: [{{provider: phrase_studio, id: {PROJECT}, name: Sync, language: de_AT,"
        " languages: [ES, pt-BR, xx], audio: a/b.mov, phase: processing}]"
    )

    (recording,) = found["recordings"]
    assert (found["id"], found["name"], found["status"]) == (PROJECT, "Sync", "IN_PROGRESS")
    assert (recording["id"], recording["name"], recording["type"]) == (
        PROJECT,
        "b.mov",
        "video/quicktime",
    )
    assert (recording["sourceLanguage"], recording["translationLanguages"]) == (
        "de",
        ["es", "pt-br"],
    )


@pytest.mark.parametrize(
    ("count", "expected"), [(1, ["Sync"]), (2, ["Sync 2", "Sync 1"])], ids=["one", "two"]
)
def test_existing_projects_of_one_name_are_told_apart(count: int, expected: list[str]) -> None:
    found = existing(f"existing: [{{provider: phrase_studio, name: Sync, count: {count}}}]")

    assert sorted(one["name"] for one in found) == sorted(expected)


def test_an_existing_project_speaks_its_transcripts_language() -> None:
    (found,) = existing(
        """
        transcripts: {board: {language: fr, lines: [Ann: Bonjour.]}}
        existing: [{provider: phrase_studio, transcript: board}]
        """
    )

    assert found["sourceLanguage"] == "fr"


@pytest.mark.parametrize(
    ("phase", "status", "steps"),
    [
        ("queued", "PENDING", {}),
        ("processing", "IN_PROGRESS", {}),
        ("completed", "COMPLETED", {"en": {"transcription": True}}),
        ("failed", "FAILED", {}),
    ],
)
def test_an_existing_recording_stays_in_its_phase(
    phase: str, status: str, steps: dict[str, object]
) -> None:
    b = studio(f"existing: [{{provider: phrase_studio, id: {NOBODY}, phase: {phase}, age: 1s}}]")
    b.clock.advance(3600)

    word = b.http.get(f"/v1/recordings/{NOBODY}/status?summary=true").json()
    found = b.http.get(f"/v1/recordings/{NOBODY}/status").json()

    assert (word, found) == ({"status": status}, steps)


@pytest.mark.parametrize(
    ("language", "expected"),
    [("en", "en"), ("EN_us", "en-us"), ("de-AT", "de"), ("xx", None), ("", None)],
)
def test_a_language_is_taken_for_the_nearest_documented_one(
    language: str, expected: str | None
) -> None:
    assert documented_language(language) == expected


@pytest.mark.parametrize(
    "facts",
    [
        "{steps: {translation: 9s}}",
        "{steps: {review.fr: 9s}}",
        "{steps: {summary: soon}}",
        "{detected_language: klingon}",
        "{upload: quickly}",
        "{archived: maybe}",
        "{colour: blue}",
    ],
)
def test_what_a_scenario_cannot_say_is_an_error(facts: str) -> None:
    with pytest.raises(ScenarioErrors):
        studio(f"jobs: [{{phrase_studio: {facts}}}]")


def test_a_recording_that_is_given_another_timeline_finishes_its_steps_with_it() -> None:
    b = studio("existing: [{provider: phrase_studio, id: a, phase: processing, languages: [fr]}]")
    recording = kept(b, "a")
    now = b.clock.now()

    b.provider.reschedule(
        recording, moved_to_phase(recording.job, Phase.COMPLETED, now), b.tenant.backend(b.provider)
    )

    changed = kept(b, "a")
    project = b.tenant.backend(b.provider).store.get(Project, "a")
    assert changed.job.phase_at(now) == Phase.COMPLETED
    assert set(changed.finished(now)) == {"transcription", "translation.fr"}
    assert project.status_at(now) == Status.COMPLETED
