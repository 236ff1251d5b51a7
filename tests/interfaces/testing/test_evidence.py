"""The Python face: explain, verify, the archive and the coverage of what was asked."""

import json

import httpx
import pytest

import emulator
from emulator.core.inspection.verification import BadPattern
from emulator.interfaces.serving.httpx_transport import Transport
from emulator.interfaces.testing.api import (
    EmulatorSession,
    NoExchange,
    build_emulator,
    open_session,
)

AUDIO = {"audio_url": "https://media.test/a.wav"}
CREATE = "PreRecordedController_initPreRecordedJob_v2"


@pytest.fixture
def speech() -> EmulatorSession:
    return open_session(build_emulator(), "http://127.0.0.1:4788", "evidence")


def post(speech: EmulatorSession, content: dict[str, str]) -> httpx.Response:
    with httpx.Client(transport=Transport(speech.emulator)) as http:
        return http.post(
            f"{speech.gladia.url}/v2/pre-recorded",
            headers={"x-gladia-key": speech.gladia.key},
            json=content,
        )


def test_the_last_exchange_is_explained_or_the_one_that_is_named(speech: EmulatorSession) -> None:
    first = post(speech, AUDIO)
    post(speech, {"audio_url": "a.wav"})

    named = str(speech.explain(first.headers["x-emulator-request-id"]))
    last = str(speech.explain())

    assert named.startswith("POST /v2/pre-recorded (gladia) -> 201\n")
    assert "FAILED  as documented" in last
    assert 'body audio_url: "a.wav" is not a "uri"' in last


@pytest.mark.parametrize(
    ("id", "message"),
    [
        (None, "the journal has no exchange yet; it has 0"),
        ("x", "the journal has no exchange x; it has 0"),
    ],
)
def test_an_exchange_that_is_not_there_is_not_explained(
    speech: EmulatorSession, id: str | None, message: str
) -> None:
    with pytest.raises(NoExchange, match=message):
        speech.explain(id)


def test_what_was_asked_is_verified(speech: EmulatorSession) -> None:
    post(speech, AUDIO)

    speech.verify(provider="gladia", operation=CREATE, status=201, body=AUDIO, times=1)
    speech.verify(method="DELETE", times=0)


def test_what_was_not_asked_fails_with_the_nearest_misses(speech: EmulatorSession) -> None:
    post(speech, AUDIO)

    with pytest.raises(AssertionError) as caught:
        speech.verify(operation=CREATE, body={"audio_url": "https://media.test/b.wav"})

    assert str(caught.value) == (
        "expected at least 1 of the exchanges like this, found 0 among 1:\n"
        f"  operation  {CREATE}\n"
        '  body       {"audio_url":"https://media.test/b.wav"}\n'
        "the nearest misses:\n"
        f"  1. 09:00:00 gladia {CREATE}: POST /v2/pre-recorded -> 201\n"
        '     body.audio_url  expected "https://media.test/b.wav", got "https://media.test/a.wav"'
    )


def test_a_name_that_no_api_has_is_not_verified(speech: EmulatorSession) -> None:
    with pytest.raises(BadPattern, match='no provider "gladai"; did you mean: gladia'):
        speech.verify(provider="gladai", times=0)


def test_the_journal_is_an_archive(speech: EmulatorSession) -> None:
    post(speech, AUDIO)

    archive = json.loads(json.dumps(speech.har()))

    assert archive["log"]["creator"] == {
        "name": "Speech Emulator",
        "version": emulator.__version__,
    }
    assert [one["request"]["url"] for one in archive["log"]["entries"]] == [
        "http://127.0.0.1:4788/gladia/v2/pre-recorded"
    ]


def test_the_coverage_is_the_tenants(speech: EmulatorSession) -> None:
    other = open_session(speech.emulator, speech.url, "other")

    post(speech, AUDIO)
    post(other, {"audio_url": "a.wav"})

    gladia = {one.provider.name: one for one in speech.coverage().apis}["gladia"]
    assert (gladia.met, gladia.called) == (1, 1)
    assert speech.emulator.status_counts == {("gladia", CREATE, 201): 1, ("gladia", CREATE, 400): 1}
