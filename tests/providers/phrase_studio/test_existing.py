"""What a scenario says is there, and a tenant's projects said in a scenario's words."""

from typing import Any

import pytest

from emulator.core.scenario.schema.diagnostics import ScenarioErrors
from emulator.providers.phrase_studio import PHRASE_STUDIO
from tests.support.clients import Bench, bench, exported, wav

LIST = "/v1/projects"
STORY = """
transcripts: {french: {language: fr}}
jobs:
  - when: {audio: "*late*"}
    timeline: {processing: 1s, completed: 10m}
    phrase_studio:
      {team: Marketing, archived: true, steps: {translation.fr: 5s}, not_ready_message: Wait}
  - when: {audio: "*french*"}
    transcript: french
existing:
  - {provider: phrase_studio, count: 2, age: 1h..2d, languages: [fr]}
  - {provider: phrase_studio, phase: failed, error: {code: X, message: y}}
  - {provider: phrase_studio, phrase_studio: {team: Sales, archived: true}}
"""
FORM = {"sourceLanguage": "auto", "subtitleProfiles": "[]"}
ID = "5f5b6b4c-6f0a-4c0e-9a52-2f7f5c1d9e10"
EVERYTHING = {
    **FORM,
    "sourceLanguage": "en",
    "translationLanguages": '["fr","de"]',
    "dubbingLanguages": '["fr"]',
    "summary": "true",
    "customAttributes": "true",
    "insights": f'["{ID}"]',
    "safeCommunications": f'["{ID}"]',
    "pronunciations": f'[{{"pronunciationId":"{ID}","languageCode":"en"}}]',
    "glossary": f'{{"id":"{ID}"}}',
}


def upload(b: Bench, title: str, form: dict[str, str], *files: tuple[str, bytes, str]) -> None:
    parts = [("files", file) for file in files]
    reply = b.http.post(LIST, params={"title": title}, data=form, files=parts)
    assert reply.status_code == 307, reply.text
    b.clock.advance(1.5)
    reply = b.http.post(reply.headers["location"], data=form, files=parts)
    assert reply.status_code == 200, reply.text


def explored() -> Bench:
    b = bench(PHRASE_STUDIO, STORY)
    late = ("late x.mp3", b"abc", "audio/mpeg")
    movie = ("a/y.mov", wav(2), "application/octet-stream")
    upload(b, "Two files", FORM, movie, late)
    upload(b, "Late", FORM | {"translationLanguages": '["fr"]'}, late)
    upload(b, "Everything", EVERYTHING, ("b.wav", wav(1), "audio/wav"))
    upload(b, " ", FORM, ("french.wav", wav(1), "audio/wav"))
    b.http.post(LIST, params={"title": "Waiting"}, data=FORM, files=[("files", late)])
    b.clock.advance(1)
    return b


def seen(b: Bench) -> list[Any]:
    """The list, each project in it, and how far their recordings are."""
    listed = b.http.get(LIST, params={"teamProjects": "true"}).json()
    projects = [b.http.get(f"{LIST}/{one['id']}").json() for one in listed["data"]]
    ids = [one["id"] for project in projects for one in project["recordings"]]
    states = [b.http.get(f"/v1/recordings/{id}/status").json() for id in ids]
    outputs = [b.http.get(f"/v1/recordings/{id}?task=transcription").text for id in ids]
    return [listed, projects, states, outputs]


@pytest.mark.parametrize("seconds", [0, 3, 60, 3600])
def test_an_exported_account_answers_the_same(seconds: float) -> None:
    before = explored()
    after = exported(before)

    before.clock.advance(seconds)
    after.clock.advance(seconds)

    assert without_blank_names(seen(after)) == without_blank_names(seen(before))


def without_blank_names(found: list[Any]) -> list[Any]:
    """A name of nothing but blanks cannot be said in a scenario."""
    for one in (*found[0]["data"], *found[1]):
        if one["name"] in (" ", "Project 1"):
            one["name"] = ""
    return found


def only(text: str) -> Any:
    b = bench(PHRASE_STUDIO, f"existing: [{{provider: phrase_studio, {text}}}]")
    [one] = b.http.get(LIST, params={"teamProjects": "true"}).json()["data"]
    return b.http.get(f"{LIST}/{one['id']}").json()


def test_a_project_may_be_a_teams_and_archived() -> None:
    one = only("name: Campaign, phrase_studio: {team: Marketing, archived: true}")

    assert (one["name"], one["owner"], one["archived"]) == ("Campaign", "Marketing", True)


def test_a_project_may_wait_for_its_files() -> None:
    one = only("phrase_studio: {waiting: true}")

    assert (one["status"], one["recordings"]) == ("PENDING", [])


def test_a_project_has_recordings_of_their_own_kinds() -> None:
    one = only(
        "recordings: [{audio: a.wav}, {audio: 'https://e.com/b.mov'}], phrase_studio: {recordings: "
        "{0: {name: First, type: audio/x, extension: x}, 1: {age: 2h, timeline: {failed: 1s}}}}"
    )

    first, second = one["recordings"]
    assert (first["name"], first["type"], first["extension"]) == ("First", "audio/x", "x")
    assert (second["name"], second["createdAt"]) == ("b.mov", "2026-01-05T07:00:00.000Z")
    assert one["status"] == "FAILED"


@pytest.mark.parametrize(
    ("request_", "why"),
    [
        ("{sourceLanguage: klingon}", "sourceLanguage"),
        ("{dubbingLanguages: [fr]}", "is not among the translation languages"),
    ],
)
def test_a_request_that_the_api_refuses_is_refused_when_it_is_read(request_: str, why: str) -> None:
    with pytest.raises(ScenarioErrors, match=f"the API refuses such a request: .*{why}"):
        only(f"phrase_studio: {{request: {request_}}}")


def test_as_many_recordings_may_be_at_work_as_the_scenario_says() -> None:
    b = bench(
        PHRASE_STUDIO,
        "keys: {test-key: {concurrent_jobs: 1}}\n"
        "existing: [{provider: phrase_studio, count: 3, phase: processing}]",
    )

    assert len(b.http.get(LIST).json()["data"]) == 3
    upload_one = b.http.post(LIST, params={"title": "A"}, data=FORM, follow_redirects=True,
                             files=[("files", ("a.wav", wav(1), "audio/wav"))])  # fmt: skip
    assert upload_one.status_code == 429
