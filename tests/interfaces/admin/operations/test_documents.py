"""Definitions and pages, over the admin API."""

import re

import pytest

from emulator.interfaces.admin.operations.documents import FILES
from tests.interfaces.admin.bench import bench, refusal

NAMES = ("aitronos", "azure_speech", "gladia", "phrase_studio", "admin")


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("gladia", "http://127.0.0.1:4788/gladia"),
        ("azure-speech", "http://127.0.0.1:4788/azure-speech"),
        ("phrase_studio", "http://127.0.0.1:4788/phrase-studio"),
        ("admin", "http://127.0.0.1:4788/_emulator"),
    ],
)
def test_a_definition_leads_to_this_server(name: str, address: str) -> None:
    spec = bench().admin.get(f"/_emulator/specs/{name}").json()

    assert spec["openapi"] == "3.1.0"
    assert spec["servers"] == [{"url": address}]
    assert not any(key.startswith("x-") for key in spec)


def test_what_is_not_emulated_is_marked_in_a_definition() -> None:
    spec = bench().admin.get("/_emulator/specs/aitronos").json()

    later = spec["paths"]["/v1/audio/diarize"]["post"]
    assert later["summary"] == "Not emulated: Who speaks when in an uploaded file"
    assert later["description"] == (
        "**Not emulated**, the answer is 501: the direct audio services come later."
    )
    assert later["responses"]["501"] == {
        "description": "The emulator does not have this operation; `X-Emulator-Reason` says so"
    }


def test_what_is_not_emulated_is_marked_by_its_id_without_a_summary() -> None:
    spec = bench().admin.get("/_emulator/specs/gladia").json()

    later = spec["paths"]["/audio/text/audio-transcription"]["post"]
    assert later["summary"] == "Not emulated: AudioToTextController_audioTranscription"


def test_what_is_emulated_is_not_marked() -> None:
    spec = bench().admin.get("/_emulator/specs/gladia").json()

    operation = spec["paths"]["/v2/upload"]["post"]
    assert operation["summary"] == "Hand over an audio or video file, or the URL of one"
    assert "501" not in operation["responses"]


def test_the_first_page_counts_the_operations_that_answer() -> None:
    text = bench().admin.get("/_emulator/docs").text

    assert "<span>8 of 17 operations at <code>http://127.0.0.1:4788/aitronos</code>" in text
    assert re.search(r"<span>\d+ operations at <code>http://127.0.0.1:4788/_emulator</code>", text)


@pytest.mark.parametrize("path", ["/_emulator/specs/x", "/_emulator/docs/x"])
def test_an_unknown_definition_is_not_found(path: str) -> None:
    response = bench().admin.get(path)

    assert refusal(response) == (
        404,
        "unknown_definition",
        'there is no definition "x"; there are: admin, aitronos, azure_speech, gladia, '
        "phrase_studio",
    )


@pytest.mark.parametrize("path", ["/_emulator", "/_emulator/"])
def test_the_top_leads_to_the_pages(path: str) -> None:
    response = bench().admin.get(path)

    assert response.status_code == 307
    assert response.headers["location"] == "http://127.0.0.1:4788/_emulator/docs"


@pytest.mark.parametrize("path", ["/_emulator/docs", "/_emulator/docs/"])
def test_the_first_page_leads_to_all_others(path: str) -> None:
    response = bench().admin.get(path)

    links = re.findall(r'href="http://127.0.0.1:4788/_emulator/docs/(\w+)"', response.text)
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert tuple(links) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_page_knows_its_definition_and_its_key(name: str) -> None:
    response = bench().admin.get(f"/_emulator/docs/{name}")

    key = "" if name == "admin" else "test-me"
    assert f'data-spec="http://127.0.0.1:4788/_emulator/specs/{name}"' in response.text
    assert f'data-key="{key}"' in response.text


@pytest.mark.parametrize("page", ["docs", "docs/gladia"])
def test_a_page_loads_nothing_from_elsewhere(page: str) -> None:
    response = bench().admin.get(f"/_emulator/{page}")

    loaded = re.findall(r'(?:src|href)="([^"]+)"', response.text)
    assert all(one.startswith("http://127.0.0.1:4788/_emulator/") for one in loaded)
    assert response.headers["content-security-policy"].startswith("default-src 'self';")


@pytest.mark.parametrize("name", FILES)
def test_the_files_of_the_pages_are_served_and_kept(name: str) -> None:
    admin = bench().admin

    first = admin.get(f"/_emulator/files/{name}")
    tag = first.headers["etag"]
    again = admin.get(f"/_emulator/files/{name}", headers={"if-none-match": tag})

    assert first.status_code == 200
    assert first.content
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("name", ["x", "index.html", "..%2findex.html"])
def test_no_other_file_is_served(name: str) -> None:
    response = bench().admin.get(f"/_emulator/files/{name}")

    assert response.status_code == 404
