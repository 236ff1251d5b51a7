"""What Gladia's upload takes, tells and refuses."""

from typing import Any

import pytest

from emulator.providers.gladia import GLADIA
from tests.providers.gladia.jobs import SCRIPTED, URL, upload
from tests.support.clients import bench, wav


def test_an_upload_tells_what_the_files_header_says() -> None:
    b = bench(GLADIA)

    answer = upload(b, wav(4.5, channels=2))

    id = answer.json()["audio_metadata"]["id"]
    assert answer.status_code == 200
    assert answer.json() == {
        "audio_url": f"{b.url}/file/{id}",
        "audio_metadata": {
            "id": id,
            "filename": "meeting.wav",
            "extension": "wav",
            "size": 144044,
            "audio_duration": 4.5,
            "number_of_channels": 2,
        },
    }


def test_an_upload_may_have_a_slash_at_its_end() -> None:
    b = bench(GLADIA)

    answer = b.http.post("/v2/upload/", files={"audio": ("a.wav", wav(1))})

    assert answer.status_code == 200


def test_an_upload_that_is_no_audio_gets_a_length_that_stays() -> None:
    first, second = bench(GLADIA), bench(GLADIA)

    one = upload(first, b"no audio at all", "notes.txt").json()["audio_metadata"]
    other = upload(second, b"no audio at all", "notes.txt").json()["audio_metadata"]

    assert one == other
    assert (one["extension"], one["size"], one["number_of_channels"]) == ("txt", 15, 1)
    assert 10 <= one["audio_duration"] <= 90


def test_an_upload_without_a_name_still_has_one() -> None:
    b = bench(GLADIA)
    part = b'--b\r\nContent-Disposition: form-data; name="audio"; filename=""\r\n\r\n' + wav(1)

    answer = b.http.post(
        "/v2/upload",
        headers={"content-type": "multipart/form-data; boundary=b"},
        content=part + b"\r\n--b--\r\n",
    )

    metadata = answer.json()["audio_metadata"]
    assert (metadata["filename"], metadata["extension"]) == ("audio", "wav")


def test_an_upload_has_at_most_two_channels() -> None:
    b = bench(GLADIA)

    answer = upload(b, wav(1, channels=3))

    assert answer.status_code == 400
    assert answer.json()["message"] == (
        "Failed to download or upload the input file with error: Unprocessable media: "
        '"Only mono and stereo supported, got 3 channels" '
    )
    assert "validation_errors" not in answer.json()


def test_an_uploads_folders_are_no_part_of_its_name() -> None:
    b = bench(GLADIA)

    metadata = upload(b, wav(1), "C:\\talks/day 1.wav").json()["audio_metadata"]

    assert (metadata["filename"], metadata["extension"]) == ("day 1.wav", "wav")


def test_the_last_file_of_a_form_counts() -> None:
    b = bench(GLADIA)

    answer = b.http.post(
        "/v2/upload", files=[("audio", ("a.wav", wav(1))), ("audio", ("b.wav", wav(2)))]
    )

    assert answer.json()["audio_metadata"]["filename"] == "b.wav"


def test_an_upload_that_is_long_is_known_by_its_header_too() -> None:
    b = bench(GLADIA)

    metadata = upload(b, wav(60)).json()["audio_metadata"]

    assert (metadata["size"], metadata["audio_duration"]) == (960_044, 60.0)


@pytest.mark.parametrize(
    ("headers", "body", "message"),
    [
        ({}, b"", "Content-Type is missing Multipart Boundary."),
        ({"content-type": "audio/wav"}, b"x", "Content-Type is missing Multipart Boundary."),
        (
            {"content-type": "multipart/form-data"},
            b"x",
            "Content-Type is missing Multipart Boundary.",
        ),
        (
            {"content-type": "multipart/form-data; boundary=b"},
            b"--b\r\nno end",
            "Unexpected end of form",
        ),
        ({"content-type": "application/json"}, b'{"audio', '"{"audio" is not valid JSON'),
        ({"content-type": "application/json"}, b"\xff", '"\ufffd" is not valid JSON'),
    ],
)
def test_an_upload_that_cannot_be_read_is_400(
    headers: dict[str, str], body: bytes, message: str
) -> None:
    b = bench(GLADIA)

    answer = b.http.post("/v2/upload", headers=headers, content=body)

    assert answer.status_code == 400
    assert answer.json()["message"] == message


@pytest.mark.parametrize(
    ("files", "errors"),
    [
        ({"audio": ("empty.wav", b"")}, ["audio must be a file"]),
        ({"audio": (None, b"text")}, ["audio must be a file"]),
        ({"file": ("a.wav", b"x")}, ["audio must be a file"]),
    ],
)
def test_an_upload_without_a_file_is_400(files: Any, errors: list[str]) -> None:
    b = bench(GLADIA)

    answer = b.http.post("/v2/upload", files=files)

    assert (answer.status_code, answer.json()["validation_errors"]) == (400, errors)


def test_an_upload_by_url_is_taken_and_not_fetched() -> None:
    b = bench(GLADIA, SCRIPTED)

    answer = b.http.post("/v2/upload", json={"audio_url": "https://example.com/talks/day%201.MP3"})

    id = answer.json()["audio_metadata"]["id"]
    assert answer.json() == {
        "audio_url": f"{b.url}/file/{id}",
        "audio_metadata": {
            "id": id,
            "filename": "day 1.MP3",
            "source": "https://example.com/talks/day%201.MP3",
            "extension": "mp3",
            "size": 3504,  # of the file that is given out
            "audio_duration": 3.5,
            "number_of_channels": 1,
        },
    }


def test_an_upload_by_url_without_a_name_still_has_one() -> None:
    b = bench(GLADIA)

    answer = b.http.post("/v2/upload", json={"audio_url": "https://example.com/"})

    metadata = answer.json()["audio_metadata"]
    assert (metadata["filename"], metadata["extension"]) == ("audio", "wav")


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({}, ["audio_url must be a URL address", "audio_url should not be empty"]),
        ({"audio_url": "nowhere"}, ["audio_url must be a URL address"]),
        ({"audio_url": URL, "name": "x"}, ["property name should not exist"]),
        ([], ["audio_url must be a URL address", "audio_url should not be empty"]),
    ],
)
def test_an_upload_by_url_is_checked(body: Any, errors: list[str]) -> None:
    b = bench(GLADIA)

    answer = b.http.post("/v2/upload", json=body)

    assert (answer.status_code, answer.json()["validation_errors"]) == (400, errors)
