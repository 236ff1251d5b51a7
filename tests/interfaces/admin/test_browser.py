"""The pages, in a browser: each is opened, tries operations out, and shows the answers."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

import emulator
from emulator.interfaces.testing.api import EmulatorSession
from tests.support.browser import CHROMIUM, DRIVER, Browser, browser

pytestmark = pytest.mark.skipif(
    not (CHROMIUM and DRIVER),
    reason="needs a browser: apt-get install chromium chromium-driver",
)

# The page, an operation without parameters, and a word of its answer.
PAGES = [
    ("gladia", "PreRecordedController_getPreRecordedJobs_v2", '"items"'),
    ("azure_speech", "Transcriptions_List", '"values"'),
    ("aitronos", "list_transcriptions", '"transcriptions"'),
    ("phrase_studio", "listProjects", '"accountId"'),
    ("admin", "list_tenants", '"tenants"'),
]
# An operation with a body, which the page fills in, and the status that comes of it.
BODIES = [
    ("gladia", "FileController_upload_v2", 200),
    ("gladia", "PreRecordedController_initPreRecordedJob_v2", 201),
    ("gladia", "StreamingController_initStreamingSession_v2", 201),
    ("azure_speech", "Transcriptions_Create", 201),
    ("aitronos", "create_transcription", 201),
    ("phrase_studio", "createProject", 200),
    ("phrase_studio", "uploadProjectFiles", 404),  # nobody has the ticket
    ("admin", "open_tenant", 201),
    ("admin", "receive_by_put", 200),
]
SCHEMES = ("light", "dark")
LEAST_CONTRAST = 4.5  # WCAG 2.2, 1.4.3
CONTRAST = (Path(__file__).parent / "contrast.js").read_text()
READY = "const page = document.getElementById('page'); return page && page.dataset.ready"
OPERATION = "return document.querySelector(`[id$='-${arguments[0]}']`)?.id"
CELL = "return document.querySelector('.live-responses-table tbody .response-col_' + arguments[0])"
SHOWN = "return document.querySelector(arguments[0])?.innerText"
# Once a part of it is there, which comes last.
WHOLE = """
const text = document.querySelector(arguments[0])?.innerText
return text?.includes(arguments[1]) && text
"""
TEXT = f"{CELL}?.innerText"
LOADED = "return performance.getEntriesByType('resource').map((one) => one.name)"


@pytest.fixture(scope="module")
def speech() -> Iterator[EmulatorSession]:
    with emulator.run("busy-account") as running:
        yield running


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browser(tmp_path_factory.mktemp("browser")) as opened:
        yield opened


def expand(speech: EmulatorSession, page: Browser, name: str, operation: str) -> str:
    """The selector of the operation's block, which is opened."""
    page.open(f"{speech.url}/_emulator/docs/{name}")
    page.wait(READY)
    block = page.wait(OPERATION, operation)
    page.click(f"#{block} .opblock-summary-control")
    return f"#{block}"


@pytest.mark.parametrize(("name", "operation", "word"), PAGES)
def test_a_page_tries_an_operation_out(
    speech: EmulatorSession, page: Browser, name: str, operation: str, word: str
) -> None:
    block = expand(speech, page, name, operation)

    page.click(f"{block} .execute")
    status = page.wait(TEXT, "status")
    answer = page.wait(TEXT, "description")

    assert status.split()[0] == "200"
    assert word in answer
    assert page.errors() == []
    if name != "admin":  # the provider saw the key that the page fills in
        journal = httpx.get(
            f"{speech.url}/_emulator/tenants/test-me/journal?last=1", timeout=60
        ).json()
        assert journal["exchanges"][0]["operation"] == operation


def test_the_first_page_leads_to_the_others_and_loads_nothing_from_elsewhere(
    speech: EmulatorSession, page: Browser
) -> None:
    page.open(f"{speech.url}/_emulator/")

    page.click(".apis li:nth-child(3) a")
    page.wait(READY)

    loaded = page.run(LOADED)
    assert page.run("return document.title") == "Gladia speech API, as emulated"
    assert loaded
    assert all(one.startswith((speech.url, "data:")) for one in loaded)
    assert page.errors() == []


@pytest.mark.parametrize(("name", "operation", "expected"), BODIES)
def test_a_body_is_taken_as_the_page_fills_it_in(
    speech: EmulatorSession, page: Browser, name: str, operation: str, expected: int
) -> None:
    block = expand(speech, page, name, operation)

    page.click(f"{block} .execute")
    status = page.wait(TEXT, "status")

    assert status.split()[0] == str(expected), page.run(TEXT, "description")


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("name", "operation", "word"), PAGES)
def test_all_of_a_page_is_readable_in_light_and_dark(
    speech: EmulatorSession, page: Browser, name: str, operation: str, word: str, scheme: str
) -> None:
    page.prefer(scheme)
    block = expand(speech, page, name, operation)
    page.click(f"{block} .execute")
    page.wait(TEXT, "description")

    assert page.run(CONTRAST, ".live-responses-table pre", LEAST_CONTRAST) == []
    assert page.run(CONTRAST, "body", LEAST_CONTRAST) == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_first_page_is_readable_in_light_and_dark(
    speech: EmulatorSession, page: Browser, scheme: str
) -> None:
    page.prefer(scheme)

    page.open(f"{speech.url}/_emulator/docs")

    assert page.run(CONTRAST, "body", LEAST_CONTRAST) == []
    assert (
        page.run("return getComputedStyle(document.body).backgroundColor")
        == {
            "light": "rgb(255, 255, 255)",
            "dark": "rgb(28, 32, 34)",
        }[scheme]
    )


def test_a_page_follows_the_scheme_while_it_is_open(speech: EmulatorSession, page: Browser) -> None:
    page.prefer("light")
    page.open(f"{speech.url}/_emulator/docs/aitronos")
    page.wait(READY)
    light = page.run("return document.documentElement.className")

    page.prefer("dark")

    assert light == ""
    assert page.wait("return document.documentElement.className") == "dark-mode"


def test_events_without_end_are_not_tried_out(speech: EmulatorSession, page: Browser) -> None:
    block = expand(speech, page, "admin", "listen_to_events")

    text = page.wait(SHOWN, f"{block} .opblock-body")

    assert "listen with curl -N at this address of the server" in text
    assert page.run(SHOWN, f"{block} .try-out, {block} .execute") is None


def test_what_is_not_emulated_is_grey_and_says_so(speech: EmulatorSession, page: Browser) -> None:
    block = expand(speech, page, "aitronos", "diarize")

    text = page.wait(WHOLE, f".not-emulated {block}", "the answer is 501")

    assert "Not emulated: Who speaks when in an uploaded file" in text
    assert "Not emulated, the answer is 501: the direct audio services come later." in text
