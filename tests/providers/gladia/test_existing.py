"""What a scenario says is there, and a tenant's jobs said in a scenario's words."""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from emulator.core.http.messages import Request
from emulator.core.scenario.schema.diagnostics import ScenarioErrors
from emulator.providers.gladia import GLADIA
from emulator.providers.gladia.existing import omissions
from emulator.providers.gladia.live.socket import SOCKETS
from tests.support.clients import Bench, bench, exported, wav

LIST = "/v2/pre-recorded"
LIVE = "/v2/live"
STORY = """
transcripts: {standup: {language: en, lines: [{Ann: Hello.}]}}
jobs:
  - when: {audio: "*standup*"}
    transcript: standup
    timeline: {processing: 1s, failed: 1h}
    error: {code: 422, message: bad}
    gladia: {addons: {summarization: failed}}
  - when: {locale: de}
    timeline: {processing: 1s, completed: 10m}
"""


def listed(b: Bench) -> Any:
    return b.http.get(LIST, params={"limit": 100}).json()


def order(b: Bench, audio_url: str, **options: Any) -> str:
    made: str = b.http.post(LIST, json={"audio_url": audio_url, **options}).json()["id"]
    return made


def explored() -> Bench:
    b = bench(GLADIA, STORY + "existing: [{provider: gladia, count: 3, age: 1h..2d}]")
    order(b, "https://example.com/standup.wav", diarization=True, custom_metadata={"n": "1e3"})
    b.clock.advance(2.5)
    order(b, "https://example.com/b.wav", language_config={"languages": ["de"]})
    upload = b.http.post("/v2/upload", files={"audio": ("a b.wav", wav(3.21, channels=2))}).json()
    order(b, upload["audio_url"], translation=True,
          translation_config={"target_languages": ["fr"]})  # fmt: skip
    b.clock.advance(200.25)
    return b


@pytest.mark.parametrize("seconds", [0, 1, 400, 4000])
def test_an_exported_account_answers_the_same_list(seconds: float) -> None:
    before = explored()
    after = exported(before)

    before.clock.advance(seconds)
    after.clock.advance(seconds)

    assert listed(after) == listed(before)


def test_an_exported_account_is_exported_the_same() -> None:
    once = exported(explored())

    assert listed(exported(once)) == listed(once)


def session(b: Bench, *, stopped: bool = True) -> str:
    """A live session in which two seconds were sent."""
    made = b.http.post(LIVE, json={"custom_metadata": {"n": 1}}).json()
    query = tuple(parse_qsl(urlsplit(made["url"]).query))
    backend = b.tenant.backend(GLADIA)
    conversation = SOCKETS["liveTranscription"].open(Request("GET", LIVE, query), backend)
    conversation.opened()
    b.clock.advance(1)
    conversation.received(bytes(64_000))
    b.clock.advance(2.5)
    if stopped:
        conversation.received('{"type": "stop_recording"}')
    id: str = made["id"]
    return id


@pytest.mark.parametrize("stopped", [True, False])
def test_an_exported_session_is_shown_as_before(stopped: bool) -> None:
    before = bench(GLADIA)
    id = session(before, stopped=stopped)
    before.http.patch(f"{LIVE}/{id}", json={"note": "good"})

    after = exported(before)

    assert after.http.get(LIVE).json() == before.http.get(LIVE).json()
    shown = after.http.get(f"{LIVE}/{id}").json()
    assert shown == before.http.get(f"{LIVE}/{id}").json()
    assert shown["status"] == ("done" if stopped else "processing")
    assert shown["post_session_metadata"] == {"note": "good"}


def test_the_sound_of_an_exported_session_is_as_long_as_before() -> None:
    before = bench(GLADIA)
    path = f"{LIVE}/{session(before)}/file"

    assert exported(before).http.get(path).content == before.http.get(path).content


def test_what_an_export_leaves_out_is_said() -> None:
    b = bench(GLADIA)
    upload = b.http.post("/v2/upload", files={"audio": ("a.wav", wav(1))}).json()
    id = session(b, stopped=False)

    assert list(omissions(b.tenant.backend(GLADIA))) == [
        "uploaded files, their jobs are given silence: " + upload["audio_metadata"]["id"],
        f"the sound of live sessions, silence takes its place: {id}",
        f"the connections of live sessions that are still open: {id}",
    ]


def test_sessions_may_be_there_with_a_few_words() -> None:
    b = bench(
        GLADIA,
        "existing: [{provider: gladia, count: 2, age: 1m, language: de, languages: [fr], "
        "recordings: [{length: 1500ms}], gladia: {live: {}}}]",
    )

    first, second = b.http.get(LIVE).json()["items"]

    assert {first["kind"], second["kind"]} == {"live"}
    assert (first["status"], first["file"]["audio_duration"]) == ("done", 1.5)
    assert first["request_params"]["language_config"]["languages"] == ["de"]
    translation = first["request_params"]["realtime_processing"]["translation_config"]
    assert translation["target_languages"] == ["fr"]
    assert len(b.http.get(f"{LIVE}/{first['id']}/file").content) == 44 + 48_000


def test_a_failed_session_may_be_there() -> None:
    b = bench(
        GLADIA,
        "existing: [{provider: gladia, phase: failed, gladia: {live: {messages: ['{\"a\": 1}']}}},"
        " {provider: gladia, timeline: {}, gladia: {live: {}}}]",
    )

    stuck, failed = b.http.get(LIVE).json()["items"]

    assert (failed["status"], stuck["status"]) == ("error", "queued")
    assert exported(b).http.get(LIVE).json() == b.http.get(LIVE).json()


@pytest.mark.parametrize("message", ["nothing", "[1]"])
def test_a_message_that_is_no_json_object_is_refused(message: str) -> None:
    text = f"existing: [{{provider: gladia, gladia: {{live: {{messages: ['{message}']}}}}}}]"

    with pytest.raises(ScenarioErrors, match="a message is the text of a JSON object"):
        bench(GLADIA, text)


def test_a_new_job_is_none_of_those_that_an_export_names() -> None:
    after = exported(explored())
    known = {one["id"] for one in listed(after)["items"]}

    made = order(after, "https://example.com/standup.wav")

    assert made not in known
    assert len(listed(after)["items"]) == len(known) + 1


def test_what_a_rule_says_of_addons_may_be_otherwise_for_one_job() -> None:
    one_job = """
existing:
  - provider: gladia
    audio: https://example.com/standup.wav
    gladia: {addons: {}, request: {summarization: true}}
"""
    b = bench(GLADIA, STORY + one_job)

    [one] = listed(exported(b))["items"]

    assert one["result"]["summarization"]["success"] is True


def test_an_existing_job_has_asked_for_what_its_request_says() -> None:
    b = bench(
        GLADIA,
        "existing: [{provider: gladia, language: en, gladia: {request: {language_config: "
        "{languages: [de]}, custom_metadata: {team: sales}}}}]",
    )

    [one] = listed(b)["items"]

    assert one["request_params"]["language_config"]["languages"] == ["de"]
    assert one["custom_metadata"] == {"team": "sales"}


def test_an_existing_failure_has_a_code() -> None:
    b = bench(GLADIA, "existing: [{provider: gladia, phase: failed, error: {code: 422}}]")

    [one] = listed(exported(b))["items"]

    assert (one["status"], one["error_code"]) == ("error", 422)


def test_an_uploaded_file_has_no_source() -> None:
    b = bench(GLADIA, "existing: [{provider: gladia, audio: a b.wav}]")

    [one] = listed(b)["items"]

    assert (one["file"]["filename"], one["file"]["source"]) == ("a b.wav", None)
    assert listed(exported(b)) == listed(b)


@pytest.mark.parametrize(
    ("request_", "why"),
    [
        ("{diarizaton: 1}", "diarizaton"),
        ("{diarization: maybe}", "diarization"),
        ("{model: solaria-3}", "solaria-3"),
    ],
)
def test_a_request_that_the_api_refuses_is_refused_when_it_is_read(request_: str, why: str) -> None:
    text = f"existing: [{{provider: gladia, gladia: {{request: {request_}}}}}]"

    with pytest.raises(ScenarioErrors, match=f"the API refuses such a request: .*{why}"):
        bench(GLADIA, text)
