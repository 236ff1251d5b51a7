"""The pages, in a browser: each is opened, tries one operation out, and shows the answer."""

from collections.abc import Iterator

import httpx
import pytest

import emulator
from emulator.faces.python import Speech
from tests.faces.admin.browser import CHROMIUM, DRIVER, Browser, browser

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
READY = "const page = document.getElementById('page'); return page && page.dataset.ready"
OPERATION = "return document.querySelector(`[id$='-${arguments[0]}']`)?.id"
CELL = "return document.querySelector('.live-responses-table tbody .response-col_' + arguments[0])"
TEXT = f"{CELL}?.innerText"
LOADED = "return performance.getEntriesByType('resource').map((one) => one.name)"


@pytest.fixture(scope="module")
def speech() -> Iterator[Speech]:
    with emulator.run("busy-account") as running:
        yield running


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browser(tmp_path_factory.mktemp("browser")) as opened:
        yield opened


@pytest.mark.parametrize(("name", "operation", "word"), PAGES)
def test_a_page_tries_an_operation_out(
    speech: Speech, page: Browser, name: str, operation: str, word: str
) -> None:
    page.open(f"{speech.url}/_emulator/docs/{name}")
    page.wait(READY)
    block = page.wait(OPERATION, operation)

    page.click(f"#{block} .opblock-summary-control")
    page.click(f"#{block} .execute")
    status = page.wait(TEXT, "status")
    answer = page.wait(TEXT, "description")

    assert status.split()[0] == "200"
    assert word in answer
    assert page.errors() == []
    if name != "admin":  # the provider saw the key that the page fills in
        journal = httpx.get(f"{speech.url}/_emulator/tenants/test-me/journal?last=1").json()
        assert journal["exchanges"][0]["operation"] == operation


def test_the_first_page_leads_to_the_others_and_loads_nothing_from_elsewhere(
    speech: Speech, page: Browser
) -> None:
    page.open(f"{speech.url}/_emulator/")

    page.click(".apis li:nth-child(3) a")
    page.wait(READY)

    loaded = page.run(LOADED)
    assert page.run("return document.title") == "Gladia speech API, as emulated"
    assert loaded
    assert all(one.startswith((speech.url, "data:")) for one in loaded)
    assert page.errors() == []
