"""A page from elsewhere uses Gladia with ``fetch``, as its CORS headers promise."""

from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

import emulator
from emulator.interfaces.testing.api import EmulatorSession
from tests.support.browser import CHROMIUM, DRIVER, Browser, browser

pytestmark = pytest.mark.skipif(
    not (CHROMIUM and DRIVER),
    reason="needs a browser: apt-get install chromium chromium-driver",
)

# What a page's own script does with an answer; an error becomes its name.
FETCH = """
const [url, options] = arguments
return fetch(url, options).then(
  async (answer) => ({
    status: answer.status,
    text: await answer.text(),
    headers: Object.fromEntries(answer.headers),
  }),
  (error) => error.name
)
"""
UPLOAD = """
const [url, key, size] = arguments
const form = new FormData()
form.append('audio', new Blob([new Uint8Array(size).fill(7)]), 'seven.raw')
const headers = { 'x-gladia-key': key }
return fetch(url + '/v2/upload', { method: 'POST', headers, body: form })
  .then((answer) => answer.json())
  .then((made) => fetch(made.audio_url, { headers }))
  .then((answer) => answer.arrayBuffer())
  .then((bytes) => [bytes.byteLength, new Uint8Array(bytes).every((one) => one === 7)])
"""


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Nothing is written."""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A browser on a page of another origin."""
    folder = tmp_path_factory.mktemp("elsewhere")
    (folder / "index.html").write_text("<!doctype html><title>elsewhere</title>")
    handler = partial(Quiet, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as elsewhere:
        Thread(target=elsewhere.serve_forever, daemon=True).start()
        with browser(tmp_path_factory.mktemp("browser")) as opened:
            opened.open(f"http://127.0.0.1:{elsewhere.server_port}/")
            yield opened
        elsewhere.shutdown()


@pytest.fixture
def speech() -> Iterator[EmulatorSession]:
    with emulator.run() as running:
        yield running


def fetch(page: Browser, speech: EmulatorSession, path: str, **options: Any) -> Any:
    headers = {"x-gladia-key": speech.gladia.key, **options.pop("headers", {})}
    return page.run(FETCH, f"{speech.gladia.url}{path}", {"headers": headers, **options})


def test_a_page_creates_reads_and_deletes_a_job(page: Browser, speech: EmulatorSession) -> None:
    sent = {"method": "POST", "body": '{"audio_url": "https://media.test/a.mp3"}'}
    json = {"content-type": "application/json", "x-gladia-version": "page/1"}

    made = fetch(page, speech, "/v2/pre-recorded", headers=json, **sent)
    id = made["text"].split('"')[3]
    read = fetch(page, speech, f"/v2/pre-recorded/{id}")
    speech.clock.until(id)
    deleted = fetch(page, speech, f"/v2/pre-recorded/{id}", method="DELETE")

    assert (made["status"], read["status"], deleted["status"]) == (201, 200, 202)
    assert read["headers"]["content-type"] == "application/json; charset=utf-8"
    assert {
        (preflight.request.path, preflight.response.status) for preflight in preflights(speech)
    } == {
        ("/v2/pre-recorded", 204),
        (f"/v2/pre-recorded/{id}", 204),
    }


def preflights(speech: EmulatorSession) -> list[Any]:
    """They carry no key."""
    with speech.emulator.lock:
        return list(speech.emulator.tenants.default.journal)


def test_a_page_uploads_a_file_and_gets_it_back(page: Browser, speech: EmulatorSession) -> None:
    assert page.run(UPLOAD, speech.gladia.url, speech.gladia.key, 300_000) == [300_000, True]


@pytest.mark.parametrize(
    ("path", "options", "status", "message"),
    [
        ("/v2/pre-recorded", {"headers": {"x-gladia-key": "nobody"}}, 401, "gladia user not found"),
        ("/v2/nothing", {}, 404, "Cannot GET /v2/nothing"),
        ("/v2/transcription", {"method": "PUT"}, 404, "Cannot PUT /v2/transcription"),
        ("/v2/pre-recorded?limit=0", {}, 400, "Invalid parameter(s)."),
    ],
)
def test_a_page_reads_what_was_refused(
    page: Browser, speech: EmulatorSession, path: str, options: Any, status: int, message: str
) -> None:
    answer = fetch(page, speech, path, **options)

    assert answer["status"] == status
    assert message in answer["text"]


def test_a_page_sees_the_headers_that_are_exposed_and_no_others(
    page: Browser, speech: EmulatorSession
) -> None:
    fault = {"headers": {"x-request-id": "seen", "x-hidden": "never"}, "status": 503}
    speech.faults.add({"when": {"call": 1}, "answer": fault})

    answer = fetch(page, speech, "/v2/pre-recorded")

    assert answer["status"] == 503
    assert answer["headers"].get("x-request-id") == "seen"
    assert "x-hidden" not in answer["headers"]
    assert "x-emulator-request-id" not in answer["headers"]


def test_a_page_may_not_send_cookies(page: Browser, speech: EmulatorSession) -> None:
    assert fetch(page, speech, "/v2/pre-recorded", credentials="include") == "TypeError"
