"""Each built-in scenario, told by the clients that people use: the providers' own, or httpx."""

import gc
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from aitronos import Aitronos
from aitronos.types import TranscriptionOptions
from gladiaio_sdk import GladiaClient, HttpError

import emulator
from emulator.core.base.resources import fixture_names
from emulator.core.engine.tenant import ClockMode
from emulator.interfaces.testing.api import EmulatorSession

AZURE = "/speechtotext/v3.1/transcriptions"
AZURE_KEY = "Ocp-Apim-Subscription-Key"
MEDIA = "https://media.example.com"
# The providers' clients leave their sockets open.
pytestmark = pytest.mark.filterwarnings(
    "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)


@pytest.fixture(autouse=True)
def swept() -> Iterator[None]:
    """What the clients left open is collected with their own test."""
    yield
    gc.collect()


@contextmanager
def gladia(speech: EmulatorSession, key: str | None = None) -> Iterator[httpx.Client]:
    with httpx.Client(
        base_url=speech.gladia.url, headers={"x-gladia-key": key or speech.gladia.key}, timeout=60
    ) as http:
        yield http


def gladia_sdk(speech: EmulatorSession) -> Any:
    return GladiaClient(api_key=speech.gladia.key, api_url=speech.gladia.url).prerecorded()


def aitronos_sdk(speech: EmulatorSession, key: str | None = None) -> Any:
    account = speech.aitronos
    return Aitronos(base_url=account.url, api_key=key or account.key).audio


@contextmanager
def azure(speech: EmulatorSession, key: str | None = None) -> Iterator[httpx.Client]:
    account = speech.azure_speech
    with httpx.Client(
        base_url=account.url, headers={AZURE_KEY: key or account.key}, timeout=60
    ) as http:
        yield http


@contextmanager
def phrase(speech: EmulatorSession, key: str | None = None) -> Iterator[httpx.Client]:
    account = speech.phrase_studio
    headers = {"X-API-Key": key or account.key}
    with httpx.Client(
        base_url=account.url, headers=headers, follow_redirects=True, timeout=60
    ) as http:
        yield http


def azure_order(http: httpx.Client, *names: str) -> str:
    urls = [f"{MEDIA}/{name}" for name in names]
    asked = {"contentUrls": urls, "locale": "en-US", "displayName": "Story"}
    made: str = http.post(AZURE, json=asked).raise_for_status().json()["self"]
    return made


def phrase_order(http: httpx.Client, name: str) -> str:
    form = {"sourceLanguage": (None, "en"), "subtitleProfiles": (None, "[]"),
            "fileUrls": (None, f'["{MEDIA}/{name}"]')}  # fmt: skip
    reply = http.post("/v1/projects", params={"title": "Story"}, files=form)
    made: str = reply.raise_for_status().json()["id"]
    return made


def aitronos_order(audio: Any, name: str, language: str = "en") -> str:
    options = TranscriptionOptions(audio_url=f"{MEDIA}/{name}", language=language)
    made = audio.create_transcription(organization_id="org_1", transcription_options=options)
    id: str = made["data"]["transcription_id"]
    return id


def event(message: Any) -> str:
    found: str = message.json()["event"]
    return found


def told(name: str, clock: ClockMode) -> AbstractContextManager[EmulatorSession]:
    return emulator.run(name, clock=clock)


def test_happy_transcribes_at_once_what_each_client_sends() -> None:
    with told("happy", "step") as speech:
        done = gladia_sdk(speech).transcribe(f"{MEDIA}/standup.wav", interval=0.01)

        assert done.result.transcription.full_transcript.startswith("Good morning everyone.")

        audio = aitronos_sdk(speech)
        id = aitronos_order(audio, "standup.wav")
        speech.clock.advance("11s")
        assert audio.get_transcription(id)["data"]["text"].endswith("Then we can ship it today.")

        with azure(speech) as http:
            order = azure_order(http, "standup.wav")
            states = [http.get(order).json()["status"] for _ in range(4)]
        assert states == ["Running", "Running", "Succeeded", "Succeeded"]

        with phrase(speech) as http:
            project = phrase_order(http, "standup.wav")
            speech.clock.advance("3s")
            assert http.get(f"/v1/projects/{project}").json()["status"] == "COMPLETED"


def test_slow_works_for_twenty_minutes() -> None:
    with told("slow", "manual") as speech:
        sdk = gladia_sdk(speech)
        id = sdk.create({"audio_url": f"{MEDIA}/a.wav"}).id

        seen = [sdk.get(id).status]
        for step in ("30s", "20m", "1s"):
            speech.clock.advance(step)
            seen.append(sdk.get(id).status)

        assert seen == ["queued", "processing", "done", "done"]
        assert len(sdk.list().items) == 4


def test_stuck_never_ends() -> None:
    with told("stuck", "manual") as speech:
        sdk, audio = gladia_sdk(speech), aitronos_sdk(speech)
        queued = sdk.create({"audio_url": f"{MEDIA}/never-starts.wav"}).id
        worked_on = aitronos_order(audio, "never-ends.wav")
        good = sdk.create({"audio_url": f"{MEDIA}/good.wav"}).id

        speech.clock.advance("365d")

        assert sdk.get(queued).status == "queued"
        assert audio.get_transcription(worked_on)["data"]["status"] == "processing"
        assert sdk.get(good).status == "done"
        with pytest.raises(TimeoutError):
            sdk.poll(queued, interval=0.01, timeout=0.05)


def test_failures_fail_in_each_providers_way() -> None:
    with told("failures", "step") as speech:
        with pytest.raises(Exception, match="failed with error code: 500"):
            gladia_sdk(speech).transcribe(f"{MEDIA}/a.wav", interval=0.01)
        done = gladia_sdk(speech).transcribe(
            f"{MEDIA}/no-summary.wav", {"summarization": True}, interval=0.01
        )
        assert done.result.summarization.success is False

        audio = aitronos_sdk(speech)
        id = aitronos_order(audio, "a.wav")
        speech.clock.advance("11s")
        assert audio.get_transcription(id)["data"]["error"]["message"] == (
            "The audio could not be read."
        )

        with azure(speech) as http:
            bad, partly = azure_order(http, "a.wav"), azure_order(http, "partly.wav", "partly2.wav")
            speech.clock.advance("5s")
            failed, good = http.get(bad).json(), http.get(partly).json()
        assert failed["properties"]["error"]["code"] == "InvalidData"
        assert good["status"] == "Succeeded"

        with phrase(speech) as http:
            project = phrase_order(http, "a.wav")
            speech.clock.advance("5s")
            assert http.get(f"/v1/projects/{project}").json()["status"] == "FAILED"


REFUSALS = {  # what a list is answered with that key
    "test-good": {"gladia": 200, "azure": 200, "phrase": 200, "aitronos": 200},
    "test-expired": {"gladia": 401, "azure": 401, "phrase": 401, "aitronos": 401},
    "test-revoked": {"gladia": 401, "azure": 401, "phrase": 401, "aitronos": 401},
    "test-forbidden": {"gladia": 403, "azure": 403, "phrase": 403, "aitronos": 403},
    "test-out-of-quota": {"gladia": 200, "azure": 200, "phrase": 200, "aitronos": 200},
    "somebody": {"gladia": 401, "azure": 401, "phrase": 401, "aitronos": 401},
}


@pytest.mark.parametrize("key", REFUSALS)
def test_refusals_has_a_key_for_each_way_to_be_turned_away(key: str) -> None:
    with (
        told("refusals", "step") as speech,
        gladia(speech, key) as one,
        azure(speech, key) as two,
        phrase(speech, key) as three,
    ):
        found = {
            "gladia": one.get("/v2/pre-recorded").status_code,
            "azure": two.get(AZURE).status_code,
            "phrase": three.get("/v1/projects").status_code,
            "aitronos": httpx.get(
                f"{speech.aitronos.url}/v1/audio/transcribe", headers={"X-API-Key": key}, timeout=60
            ).status_code,
        }
        paid = one.post("/v2/pre-recorded", json={"audio_url": f"{MEDIA}/a.wav"}).status_code

    assert found == REFUSALS[key]
    assert (paid == 201) == (key == "test-good")


def test_flaky_lets_a_client_through_that_tries_again() -> None:
    met: Counter[str] = Counter()
    with told("flaky", "step") as speech, gladia(speech) as http:

        def persistently(method: str, path: str, **asked: Any) -> Any:
            for _ in range(20):
                try:
                    reply = http.request(method, path, **asked)
                except httpx.TransportError as error:
                    met[type(error).__name__] += 1
                    continue
                if reply.is_success:
                    return reply.json()
                met[str(reply.status_code)] += 1
            raise AssertionError("twenty times in a row")

        ids = [
            persistently("POST", "/v2/pre-recorded", json={"audio_url": f"{MEDIA}/{n}.wav"})["id"]
            for n in range(20)
        ]
        speech.clock.advance("10s")
        done = [persistently("GET", f"/v2/pre-recorded/{id}")["status"] for id in ids]

    assert done == ["done"] * 20
    assert met["503"] > 0
    assert met["500"] > 0
    assert met["ReadError"] > 0


def test_throttled_answers_429_until_the_window_is_over() -> None:
    with told("throttled", "manual") as speech, gladia(speech, "test-slow") as http:
        statuses = [http.get("/v2/pre-recorded").status_code for _ in range(6)]
        sdk = GladiaClient(api_key="test-slow", api_url=speech.gladia.url).prerecorded()
        with pytest.raises(HttpError):
            sdk.list()

    assert statuses == [200, 200, 200, 200, 200, 429]


def test_throttled_lets_a_busy_key_have_two_jobs_at_once() -> None:
    with told("throttled", "manual") as speech, azure(speech, "test-busy") as http:
        asked = {"contentUrls": [f"{MEDIA}/a.wav"], "locale": "en-US", "displayName": "Story"}
        statuses = [http.post(AZURE, json=asked).status_code for _ in range(3)]

    assert statuses == [201, 201, 429]


def test_the_busy_account_can_be_paged_through() -> None:
    with (
        told("busy-account", "manual") as speech,
        gladia(speech) as one,
        azure(speech) as two,
        phrase(speech) as three,
    ):
        counts = {
            "gladia": sum(len(page["items"]) for page in pages(one, "/v2/pre-recorded", "next")),
            "azure": sum(len(page["values"]) for page in pages(two, AZURE, "@nextLink")),
            "phrase": len(three.get("/v1/projects", params={"pageSize": 1000}).json()["data"]),
            "aitronos": aitronos_sdk(speech).list_transcriptions(limit=100)["data"]["pagination"][
                "total_count"
            ],
        }

    assert counts == {"gladia": 250, "azure": 230, "phrase": 120, "aitronos": 150}


def pages(http: httpx.Client, first: str, link: str) -> Iterator[Any]:
    url: str | None = first
    while url:
        page = http.get(url).raise_for_status().json()
        yield page
        url = page.get(link)


def test_multilingual_says_in_each_language_what_it_says_there() -> None:
    with told("multilingual", "step") as speech:
        sdk = gladia_sdk(speech)

        def said(name: str, language: str) -> str:
            options = {"language_config": {"languages": [language]}}
            done = sdk.transcribe(f"{MEDIA}/{name}", options, interval=0.01)
            return str(done.result.transcription.full_transcript)

        assert said("a.wav", "no") == "God morgen, alle sammen. God morgen. Skal vi begynne?"
        assert said("b.wav", "ja") == "おはようございます。会議を始めましょう。"

        berlin = sdk.list().items[-1].result.translation
        assert [result.languages for result in berlin.results] == [["fr"], ["ja"]]

        with phrase(speech) as http:
            [tokyo] = http.get("/v1/projects").json()["data"]
            recording = tokyo["firstRecordingId"]
            found = http.get(f"/v1/recordings/{recording}", params={"task": "translation"}).json()
        assert sorted(found) == ["de", "en"]


def test_a_long_recording_takes_its_time_and_comes_back_long() -> None:
    with told("long-recording", "manual") as speech:
        sdk = gladia_sdk(speech)
        id = sdk.create({"audio_url": f"{MEDIA}/conference.wav", "subtitles": True}).id
        speech.clock.advance("39m")
        early = sdk.get(id)

        speech.clock.advance("1m")

        # The SDK takes half a minute to read as much.
        headers = {"x-gladia-key": speech.gladia.key}
        url = f"{speech.gladia.url}/v2/pre-recorded/{id}"
        done = httpx.get(url, headers=headers, timeout=60).json()
        transcription = done["result"]["transcription"]
        assert (early.status, done["status"]) == ("processing", "done")
        assert done["file"]["audio_duration"] == 4 * 3600
        assert len(transcription["utterances"]) > 1000
        assert "\n03:5" in transcription["subtitles"][0]["subtitles"]


def test_webhooks_tells_every_receiver_in_its_way() -> None:
    with told("webhooks", "manual") as speech:
        sdk = gladia_sdk(speech)
        id = sdk.create({"audio_url": f"{MEDIA}/a.wav"}).id
        speech.clock.until(id)
        names = ("signed", "ends", "twice", "late", "reversed", "forged")
        for name in set(names) - {"late"}:
            assert speech.inbox(name).wait(1)
        speech.clock.advance("10m")
        events = {
            name: [event(one) for one in speech.inbox(name).wait(count)]
            for name, count in zip(names, (2, 1, 4, 2, 2, 2), strict=True)
        }

    created, success = "transcription.created", "transcription.success"
    assert events == {
        "signed": [created, success],
        "ends": [success],
        "twice": [created, created, success, success],
        "late": [created, success],
        "reversed": [success, created],
        "forged": [created, success],
    }


def test_every_link_has_expired_when_it_is_used() -> None:
    with told("expired-links", "step") as speech, azure(speech) as http:
        newest = http.get(AZURE).json()["values"][0]
        files = http.get(newest["links"]["files"]).json()["values"]
        late = [http.get(file["links"]["contentUrl"]).status_code for file in files]

        with phrase(speech) as other:
            [project] = other.get("/v1/projects").json()["data"]
            recording = f"/v1/recordings/{project['firstRecordingId']}"
            asked = {"task": "dubbing", "format": "mp3"}
            link = other.get(recording, params=asked).json()["fr"]
            dubbing = other.get(link).status_code

    assert late == [403, 403]
    assert dubbing == 403


def test_every_built_in_is_told() -> None:
    source = Path(__file__).read_text()

    assert [name for name in fixture_names() if f'told("{name}"' not in source] == []
