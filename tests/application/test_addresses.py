"""No answer sends a client to a provider's real address, unless it came in under it."""

from collections.abc import Callable, Iterator

import httpx
import pytest

from emulator.core.contract.openapi import BRACES, Operation
from emulator.core.provider.provider import Provider
from emulator.providers import PROVIDERS
from emulator.providers.aitronos import AITRONOS
from emulator.providers.azure_speech import AZURE_SPEECH
from emulator.providers.gladia import GLADIA
from emulator.providers.phrase_studio import PHRASE_STUDIO
from tests.support.clients import KEY_HEADERS, Bench, bench, wav

REAL = ("gladia.io", "microsoft.com", "azure.com", "windows.net", "phrase.com", "aitronos.c")
# Documented word for word in the text of a 401: an audience, and no address of ours.
AUDIENCE = "https://cognitiveservices.azure.com"
AUDIO = "https://media.example.com/a.wav"
Ask = Callable[..., httpx.Response]


def gladia(ask: Ask) -> None:
    ask("GET", "/health")
    ask("GET", "/v1/models")
    ask("GET", "/v1/history")
    report = {"request_id": "G-0f4f3a1e", "customer_id": "1", "status": "done", "data": {}}
    ask("POST", "/v1/callbacks/large-language-model", json=report)
    upload = ask("POST", "/v2/upload", files={"audio": ("a.wav", wav(2.0))}).json()["audio_url"]
    ask("GET", upload)
    for family in ("pre-recorded", "transcription"):
        job = ask("POST", f"/v2/{family}", json={"audio_url": upload}).json()["id"]
        ask("GET", f"/v2/{family}/{job}")
        ask("GET", f"/v2/{family}")
        ask("GET", f"/v2/{family}/{job}/file")
        ask("DELETE", f"/v2/{family}/{job}")
    session = ask("POST", "/v2/live", json={}).json()["id"]
    ask("PATCH", f"/v2/live/{session}", json={"rating": 5})
    ask("GET", f"/v2/live/{session}")
    ask("GET", "/v2/live")


def azure_speech(ask: Ask) -> None:
    root = "/speechtotext/v3.1/transcriptions"
    order = {"contentUrls": [AUDIO], "locale": "en-US", "displayName": "x"}
    id = ask("POST", root, json=order).json()["self"].rpartition("/")[2]
    ask("GET", f"{root}/{id}")
    ask("GET", root)
    for file in ask("GET", f"{root}/{id}/files").json()["values"]:
        ask("GET", f"{root}/{id}/files/{file['self'].rpartition('/')[2]}")
        ask("GET", file["links"]["contentUrl"])
    ask("DELETE", f"{root}/{id}")


def phrase_studio(ask: Ask) -> None:
    form = {
        "sourceLanguage": "en",
        "subtitleProfiles": "[]",
        "translationLanguages": '["es"]',
        "dubbingLanguages": '["es"]',
    }
    files = {"files": ("a.wav", wav(2.0), "audio/wav")}
    waiting = ask("POST", "/v1/projects", data=form, files=files)
    id = ask("POST", waiting.headers["location"], data=form, files=files).json()["id"]
    recording = ask("GET", f"/v1/projects/{id}").json()["recordings"][0]["id"]
    ask("GET", "/v1/projects")
    ask("GET", f"/v1/recordings/{recording}/status")
    output = ask("GET", f"/v1/recordings/{recording}?task=dubbing&format=mp3").json()
    ask("GET", output["es"])
    ask("DELETE", f"/v1/projects/{id}")


def aitronos(ask: Ask) -> None:
    root = "/v1/audio/transcribe"
    order = {
        "organization_id": "org_1",
        "transcription_options": {"audio_url": AUDIO, "language": "en"},
    }
    id = ask("POST", root, json=order).json()["data"]["transcription_id"]
    ask("GET", f"{root}/{id}")
    ask("GET", root)
    ask("GET", f"{root}/{id}/paragraphs")
    ask("GET", f"{root}/{id}/sentences")
    ask("GET", f"{root}/{id}/subtitles/srt")
    ask("GET", f"{root}/{id}/search?query=a")
    ask("DELETE", f"{root}/{id}")


WALKS = [
    (AITRONOS, aitronos),
    (AZURE_SPEECH, azure_speech),
    (GLADIA, gladia),
    (PHRASE_STUDIO, phrase_studio),
]
# They want a session in which somebody has spoken; neither answer has an address.
SPOKEN = {"StreamingController_getAudio_v2", "StreamingController_deleteStreamingJob_v2"}
SCENARIO = "jobs: [{timeline: {completed: 0s}}]"


def told(reply: httpx.Response) -> str:
    """The answer as text: its headers and its body."""
    headers = "\n".join(f"{name}: {value}" for name, value in reply.headers.items())
    return f"{headers}\n{reply.content.decode('latin-1')}".replace(AUDIENCE, "")


def strangers(replies: list[httpx.Response]) -> list[str]:
    return [
        f"{reply.request.url}: {real}" for reply in replies for real in REAL if real in told(reply)
    ]


def walked(there: Bench, walk: Callable[[Ask], None]) -> list[httpx.Response]:
    """Every answer of a walk through the provider's operations."""
    replies: list[httpx.Response] = []

    def ask(method: str, path: str, **rest: object) -> httpx.Response:
        replies.append(there.http.request(method, path, **rest))  # type: ignore[arg-type]  # httpx's own options
        there.clock.advance(11)
        return replies[-1]

    walk(ask)
    return replies


@pytest.mark.parametrize(("provider", "walk"), WALKS, ids=lambda one: getattr(one, "name", ""))
def test_no_operation_names_a_real_host(provider: Provider, walk: Callable[[Ask], None]) -> None:
    there = bench(provider, SCENARIO)

    replies = walked(there, walk)

    met = {one.operation for one in there.tenant.journal}
    assert met == set(provider.operations) - SPOKEN
    assert [reply.status_code for reply in replies if reply.status_code >= 400] == []
    assert strangers(replies) == []


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda one: one.name)
@pytest.mark.parametrize("key", ["test-key", "nobody"])
def test_no_refusal_names_a_real_host(provider: Provider, key: str) -> None:
    there = bench(provider, SCENARIO)
    header = {KEY_HEADERS[provider.name]: key}

    replies = [
        there.http.request(operation.method, BRACES.sub("x", operation.path), headers=header)
        for operation in provider.contract.operations.values()
    ]

    assert strangers(replies) == []


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda one: one.name)
def test_what_is_not_emulated_says_so(provider: Provider) -> None:
    there = bench(provider, SCENARIO)

    answers = {
        one.id: there.http.request(one.method, path)
        for one, path in paths(provider)
        if one.id in provider.not_emulated
    }

    assert {id: reply.status_code for id, reply in answers.items()} == dict.fromkeys(
        provider.not_emulated, 501
    )
    assert {id: reply.headers["x-emulator-reason"] for id, reply in answers.items()} == dict(
        provider.not_emulated
    )


def paths(provider: Provider) -> Iterator[tuple[Operation, str]]:
    for operation in provider.contract.operations.values():
        yield operation, BRACES.sub("00000000-0000-4000-8000-000000000000", operation.path)


@pytest.mark.parametrize(("provider", "walk"), WALKS, ids=lambda one: getattr(one, "name", ""))
def test_who_comes_in_under_a_real_host_stays_there(
    provider: Provider, walk: Callable[[Ask], None]
) -> None:
    there = bench(provider, SCENARIO)
    host = provider.hosts[0].replace("*", "westeurope")
    there.http.base_url = httpx.URL(f"https://{host}")

    replies = walked(there, walk)

    assert [reply.status_code for reply in replies if reply.status_code >= 400] == []
    assert [reply for reply in replies if "127.0.0.1" in told(reply)] == []


@pytest.mark.parametrize(("provider", "walk"), WALKS, ids=lambda one: getattr(one, "name", ""))
def test_who_comes_in_by_a_bare_path_stays_there(
    provider: Provider, walk: Callable[[Ask], None]
) -> None:
    there = bench(provider, SCENARIO)
    there.http.base_url = httpx.URL("http://127.0.0.1:4788")

    replies = walked(there, walk)

    assert [reply.status_code for reply in replies if reply.status_code >= 400] == []
    assert [reply for reply in replies if f"/{provider.slug}/" in told(reply)] == []
