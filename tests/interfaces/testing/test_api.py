"""The Python face: run, app, transport, and the hand on the clock."""

import asyncio
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

import emulator
from emulator.core.base.clock import BackInTime
from emulator.core.scenario.model import Scenario
from emulator.core.scenario.schema.diagnostics import ScenarioErrors
from emulator.interfaces.serving.server_thread import PatchedThreads, require_threads
from emulator.interfaces.testing.api import EmulatorSession, NeverHappens

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
AUDIO = {"audio_url": "https://media.test/a.wav"}


def make_job(speech: EmulatorSession) -> str:
    headers = {"x-gladia-key": speech.gladia.key}
    reply = httpx.post(
        f"{speech.gladia.url}/v2/pre-recorded", headers=headers, json=AUDIO, timeout=60
    )
    return str(reply.json()["id"])


def status(speech: EmulatorSession, job: str) -> str:
    headers = {"x-gladia-key": speech.gladia.key}
    reply = httpx.get(f"{speech.gladia.url}/v2/pre-recorded/{job}", headers=headers, timeout=60)
    return str(reply.json()["status"])


def test_a_client_over_a_socket_polls_until_it_is_done() -> None:
    with emulator.run() as speech:
        job = make_job(speech)

        seen = [status(speech, job) for _ in range(3)]

    assert seen == ["processing", "processing", "done"]


def test_the_clock_is_moved_by_hand() -> None:
    with emulator.run(clock="manual") as speech:
        job = make_job(speech)
        before = status(speech, job)

        now = speech.clock.advance("3s")
        after = status(speech, job)

    assert (before, after, now) == ("queued", "done", START + timedelta(seconds=3))


def test_the_clock_runs_until_a_job_is_where_it_is_wanted() -> None:
    with emulator.run(clock="manual") as speech:
        job = make_job(speech)

        first = speech.clock.until(job)
        again = speech.clock.until(job, "processing")

    assert first == again == START + timedelta(seconds=3)


@pytest.mark.parametrize(
    ("word", "suggested"),
    [
        ("done", '; did you mean "completed"'),
        ("Succeeded", '; did you mean "completed"'),
        ("NotStarted", '; did you mean "queued"'),
        ("in_progress", '; did you mean "processing"'),
        ("ERROR", '; did you mean "failed"'),
        ("complete", '; did you mean "completed"'),
        ("x", ""),
    ],
)
def test_a_word_that_is_no_phase_is_not_waited_for(word: str, suggested: str) -> None:
    with emulator.run(clock="manual") as speech:
        job = make_job(speech)

        with pytest.raises(ValueError, match="unknown phase") as raised:
            speech.clock.until(job, word)

    allowed = "; allowed: queued, processing, completed, failed"
    assert str(raised.value) == f'unknown phase "{word}"{suggested}{allowed}'


def test_what_never_happens_is_not_waited_for() -> None:
    with emulator.run("jobs: [{timeline: {processing: 1s}}]", clock="manual") as speech:
        job = make_job(speech)

        with pytest.raises(NeverHappens, match=f"the job {job} is never completed"):
            speech.clock.until(job)
        with pytest.raises(NeverHappens, match="there is no job x"):
            speech.clock.until("x")


def test_the_clock_goes_to_an_instant_and_never_back() -> None:
    with emulator.run(clock="manual") as speech:
        speech.clock.to(START + timedelta(days=31))

        with pytest.raises(BackInTime, match="a clock cannot go back 60 s"):
            speech.clock.to(START + timedelta(days=31, seconds=-60))
        now = speech.clock.now

    assert now == START + timedelta(days=31)


def test_a_duration_that_is_none_is_refused() -> None:
    with emulator.run() as speech, pytest.raises(ValueError, match='"soon" is no duration such as'):
        speech.clock.advance("soon")


def test_the_journal_has_what_was_asked_and_answered() -> None:
    with emulator.run() as speech:
        make_job(speech)
        httpx.get(
            f"{speech.gladia.url}/v2/pre-recorded",
            headers={"x-gladia-key": speech.gladia.wrong_key},
            timeout=60,
        )

    asked = [(one.operation, one.response.status, one.refused) for one in speech.journal]
    assert asked == [
        ("PreRecordedController_initPreRecordedJob_v2", 201, None),
        ("PreRecordedController_getPreRecordedJobs_v2", 401, "UnknownKey"),
    ]


def test_each_provider_has_its_address_and_the_one_key() -> None:
    with emulator.run() as speech:
        accounts = (speech.aitronos, speech.azure_speech, speech.gladia, speech.phrase_studio)

        urls = [account.url.removeprefix(speech.url) for account in accounts]
        keys = {account.key for account in accounts}

    assert urls == ["/aitronos", "/azure-speech", "/gladia", "/phrase-studio"]
    assert keys == {speech.key}


def test_two_emulators_in_one_process_never_meet() -> None:
    with emulator.run() as first, emulator.run() as second:
        job = make_job(first)

        answers = status(first, job), len(first.journal), len(second.journal)

    assert answers == ("processing", 2, 0)


def test_a_taken_port_is_an_os_error() -> None:
    with emulator.run() as speech:
        port = httpx.URL(speech.url).port
        assert port

        with pytest.raises(OSError, match="in use"), emulator.run(port=port):
            pass


@pytest.mark.parametrize("source", ["happy", Path("fixtures/happy.yaml"), Scenario()])
def test_a_scenario_is_a_name_a_path_or_a_value(source: str | Path | Scenario) -> None:
    with emulator.run(source) as speech:
        assert status(speech, make_job(speech)) == "processing"


def test_a_broken_scenario_starts_nothing() -> None:
    with pytest.raises(ScenarioErrors, match='did you mean "jobs"'), emulator.run("jbos: []"):
        pass


def test_an_answer_names_the_public_address() -> None:
    with emulator.run(public_url="https://speech.test") as speech:
        headers = {"x-gladia-key": speech.key}
        reply = httpx.post(
            f"{speech.gladia.url}/v2/pre-recorded", headers=headers, json=AUDIO, timeout=60
        )

    assert reply.json()["result_url"].startswith("https://speech.test/gladia/v2/pre-recorded/")


def test_a_transport_needs_no_socket() -> None:
    headers = {"x-gladia-key": "test-me"}

    with httpx.Client(transport=emulator.transport(), base_url="http://speech.test") as http:
        reply = http.get("/gladia/v2/pre-recorded?limit=1", headers=headers)

    assert reply.status_code == 200
    assert reply.json()["first"] == "http://speech.test/gladia/v2/pre-recorded?offset=0&limit=1"


def test_a_transport_serves_asynchronous_clients_too() -> None:
    async def ask() -> int:
        async with httpx.AsyncClient(transport=emulator.transport()) as http:
            return (await http.get("http://speech.test/gladia/health")).status_code

    assert asyncio.run(ask()) == 200


def test_the_application_is_for_any_server() -> None:
    async def ask() -> int:
        transport = httpx.ASGITransport(app=emulator.app("happy", max_body_bytes=10))
        async with httpx.AsyncClient(transport=transport) as http:
            headers = {"x-gladia-key": "test-me", "Content-Type": "application/json"}
            url = "http://speech.test/gladia/v2/pre-recorded"
            return (await http.post(url, headers=headers, content=b"x" * 11)).status_code

    assert asyncio.run(ask()) == 413


def test_what_the_package_lacks_is_said() -> None:
    with pytest.raises(AttributeError, match="module 'emulator' has no attribute 'walk'"):
        emulator.walk  # noqa: B018


def test_a_server_is_started_and_stopped_without_a_with() -> None:
    server = emulator.run(clock="manual")

    speech = server.start()
    seen = status(speech, make_job(speech))
    server.stop()
    server.stop()  # again: nothing happens

    assert seen == "queued"
    with pytest.raises(httpx.ConnectError):
        status(speech, "x")
    with pytest.raises(RuntimeError, match=r"starts once; emulator\.run\(\.\.\.\) makes another"):
        server.start()


def test_a_server_that_was_never_started_can_be_stopped() -> None:
    emulator.run().stop()


UNCLOSED = {
    "a context manager": "manager = emulator.run(); speech = manager.__enter__()",
    "start": "speech = emulator.run().start()",
    "a stack": "stack = contextlib.ExitStack(); speech = stack.enter_context(emulator.run())",
    "a generator": "steps = generator(emulator.run()); speech = next(steps)",
    "a transport": "steps = generator(transport); speech = next(steps)",
}


@pytest.mark.parametrize("kind", UNCLOSED)
def test_a_process_ends_though_nobody_closed(kind: str) -> None:
    lines = f"""
import contextlib, emulator, httpx
def generator(manager):
    with manager as speech:
        yield speech
transport = httpx.Client(transport=emulator.transport(clock="wall"), base_url="http://a.test")
{UNCLOSED[kind]}
url, key = ("/gladia", "test-a") if kind == "a transport" else (speech.gladia.url, speech.key)
client = speech if kind == "a transport" else httpx
job = {{"audio_url": "https://media.test/a.wav", "callback_url": "http://127.0.0.1:9/"}}
reply = client.post(url + "/v2/pre-recorded", headers={{"x-gladia-key": key}}, json=job)
print(reply.status_code)
"""
    result = subprocess.run(
        [sys.executable, "-c", f"kind = {kind!r}{lines}"],
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert (result.returncode, result.stdout, result.stderr) == (0, "201\n", "")


def test_a_child_of_a_process_that_serves_ends_too() -> None:
    lines = """
import os, emulator
server = emulator.run()
server.start()
if child := os.fork():
    print(os.waitpid(child, 0)[0] == child)
else:
    server.stop()
    os._exit(0)
"""
    result = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", lines], capture_output=True, text=True, timeout=60
    )

    assert (result.returncode, result.stdout) == (0, "True\n")


class Patches:
    """What a library that patches threads says of itself."""

    def __init__(self, answer: bool) -> None:
        self._answer = answer

    def is_module_patched(self, name: str) -> bool:
        return self._answer and name == "threading"

    def is_monkey_patched(self, name: str) -> bool:
        return self._answer and name == "thread"


@pytest.mark.parametrize(
    ("module", "remedy"),
    [
        ("gevent.monkey", r"gevent\.monkey\.patch_all\(thread=False\)"),
        ("eventlet.patcher", r"eventlet\.monkey_patch\(thread=False\)"),
    ],
)
def test_threads_that_a_library_has_patched_are_refused(module: str, remedy: str) -> None:
    require_threads({module: Patches(False)})

    with pytest.raises(PatchedThreads, match=f"has patched threading.*{remedy}"):
        require_threads({module: Patches(True)})
