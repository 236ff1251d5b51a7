"""Intake: bodies as they come in, forms that are taken apart on the way."""

import errno
import os
from hashlib import sha256
from pathlib import Path

import pytest

from emulator.core.bodies import HELD_BYTES, File, SpoolFiles, Stored
from emulator.core.intake import Body, Intake, form_of
from emulator.core.messages import Form, Part

FORM = "multipart/form-data; boundary=b"
AUDIO = b"\r\n--c" * 5 + b"\r\n-" + bytes(range(256)) * 500  # nearly a boundary, and again


def upload(audio: bytes) -> bytes:
    return (
        b'--b\r\nContent-Disposition: form-data; name="title"\r\n\r\nMeeting\r\n'
        b'--b\r\nContent-Disposition: form-data; name="audio"; filename="a.wav"\r\n'
        b"Content-Type: audio/wav\r\n\r\n" + audio + b"\r\n--b--\r\n"
    )


def taken(
    content_type: str,
    body: bytes,
    step: int,
    max_bytes: float = float("inf"),
    folder: Path | None = None,
) -> Body:
    files = SpoolFiles(folder, most_open=0) if folder else None
    intake = Intake(content_type, max_bytes, files)
    for start in range(0, len(body), step):
        intake.write(body[start : start + step])
    return intake.end()


@pytest.mark.parametrize("step", [1, 2, 3, 5, 7, 1_000, 65_536, 10_000_000])
def test_a_form_is_the_same_in_whatever_pieces_it_comes(step: int) -> None:
    audio = b"x" + AUDIO[:200] if step < 10 else AUDIO

    form = taken(FORM, upload(audio), step).form

    assert form is not None
    title, file = form.parts
    assert title == Part("title", b"Meeting")
    assert bytes(file.content) == audio
    assert (file.name, file.filename, file.content_type) == ("audio", "a.wav", "audio/wav")


def test_a_long_file_of_a_form_is_a_stretch_of_the_bodys_own_file(tmp_path: Path) -> None:
    body = taken(FORM, upload(AUDIO), 4_000, folder=tmp_path)

    assert body.form is not None
    file = body.form.parts[1].content
    assert isinstance(file, Stored)
    assert isinstance(body.content, Stored)
    assert (bytes(file), file.digest) == (AUDIO, sha256(AUDIO).hexdigest())
    assert (bytes(body.content), body.content.digest) == (upload(AUDIO), None)
    assert len(os.listdir(tmp_path)) == 1


def test_the_first_byte_of_a_long_part_may_stand_at_the_end_of_a_piece() -> None:
    audio = b"\r" + b"y" * (HELD_BYTES + 10)
    whole = upload(audio)
    begin = whole.index(b"\r\n\r\n\r") + 4

    intake = Intake(FORM)
    intake.write(whole[: begin + 1])
    intake.write(whole[begin + 1 :])
    form = intake.end().form

    assert form is not None
    assert bytes(form.parts[1].content) == audio


def test_a_bare_recording_has_its_digest_when_it_is_there() -> None:
    body = taken("audio/wav", AUDIO, 1_000)

    assert isinstance(body.content, Stored)
    assert (bytes(body.content), body.form) == (AUDIO, None)
    assert body.content.digest == sha256(AUDIO).hexdigest()


def test_a_body_over_the_limit_is_thrown_away(tmp_path: Path) -> None:
    body = taken(FORM, upload(AUDIO), 1_000, 100_000, tmp_path)

    assert body == Body(excess=True)
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(
    ("content_type", "body", "error"),
    [
        ("multipart/form-data", b"x", "the multipart boundary is missing"),
        (FORM, b"nothing of it", "Expected boundary character 45, got 110 at index 2"),
        (FORM, upload(b"1")[:-6], "the multipart body ends before its last boundary"),
        (FORM, b"--b\r\nContent-Disposition: form-data\r\n\r\n\r\n--b--\r\n", "a part has no name"),
    ],
)
def test_what_is_no_form_says_why(content_type: str, body: bytes, error: str) -> None:
    assert taken(content_type, body, 9).form == Form(error=error)
    assert form_of(content_type, body) == Form(error=error)


def full_disk() -> File:
    raise OSError(errno.ENOSPC, "No space left on device")


LARGE = upload(bytes(40_000_000))  # more than is held in memory where there is no file


@pytest.mark.parametrize("content_type", [FORM, "audio/wav"])
def test_a_body_that_there_is_no_room_for_says_why(content_type: str) -> None:
    intake = Intake(content_type, make_file=full_disk)
    for start in range(0, len(LARGE), 1_000_000):
        intake.write(LARGE[start : start + 1_000_000])

    assert intake.end() == Body(unstored="No space left on device")


def test_a_body_that_there_is_no_room_for_may_be_too_large_as_well() -> None:
    intake = Intake("audio/wav", len(LARGE) - 1, full_disk)
    for start in range(0, len(LARGE), 1_000_000):
        intake.write(LARGE[start : start + 1_000_000])

    assert intake.end() == Body(excess=True)


def test_a_form_that_there_is_no_room_for_is_no_form() -> None:
    with pytest.raises(OSError, match="No space left on device"):
        form_of(FORM, LARGE, full_disk)
