"""Intake: bodies as they come in, forms that are taken apart on the way."""

import errno
import os
import tracemalloc
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from emulator.core.http.bodies import IN_MEMORY_BYTES, File, FileSlice, SpoolFiles
from emulator.core.http.messages import Form, Part
from emulator.core.http.multipart import (
    MOST_HEAD_BYTES,
    MOST_HELD_BYTES,
    MOST_PARTS,
    BodyReader,
    ReceivedBody,
    parameters,
    parse_form,
    segments,
)

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
) -> ReceivedBody:
    files = SpoolFiles(folder, most_open=0) if folder else None
    intake = BodyReader(content_type, max_bytes, files)
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
    assert isinstance(file, FileSlice)
    assert isinstance(body.content, FileSlice)
    assert (bytes(file), file.digest) == (AUDIO, sha256(AUDIO).hexdigest())
    assert (bytes(body.content), body.content.digest) == (upload(AUDIO), None)
    assert len(os.listdir(tmp_path)) == 1


def test_the_first_byte_of_a_long_part_may_stand_at_the_end_of_a_piece() -> None:
    audio = b"\r" + b"y" * (IN_MEMORY_BYTES + 10)
    whole = upload(audio)
    begin = whole.index(b"\r\n\r\n\r") + 4

    intake = BodyReader(FORM)
    intake.write(whole[: begin + 1])
    intake.write(whole[begin + 1 :])
    form = intake.end().form

    assert form is not None
    assert bytes(form.parts[1].content) == audio


def test_a_bare_recording_has_its_digest_when_it_is_there() -> None:
    body = taken("audio/wav", AUDIO, 1_000)

    assert isinstance(body.content, FileSlice)
    assert (bytes(body.content), body.form) == (AUDIO, None)
    assert body.content.digest == sha256(AUDIO).hexdigest()


def test_a_body_over_the_limit_is_thrown_away(tmp_path: Path) -> None:
    body = taken(FORM, upload(AUDIO), 1_000, 100_000, tmp_path)

    assert body == ReceivedBody(excess=True)
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
    assert parse_form(content_type, body) == Form(error=error)


def full_disk() -> File:
    raise OSError(errno.ENOSPC, "No space left on device")


LARGE = upload(bytes(40_000_000))  # more than is held in memory where there is no file


@pytest.mark.parametrize("content_type", [FORM, "audio/wav"])
def test_a_body_that_there_is_no_room_for_says_why(content_type: str) -> None:
    intake = BodyReader(content_type, make_file=full_disk)
    for start in range(0, len(LARGE), 1_000_000):
        intake.write(LARGE[start : start + 1_000_000])

    assert intake.end() == ReceivedBody(unstored="No space left on device")


def test_a_body_that_there_is_no_room_for_may_be_too_large_as_well() -> None:
    intake = BodyReader("audio/wav", len(LARGE) - 1, full_disk)
    for start in range(0, len(LARGE), 1_000_000):
        intake.write(LARGE[start : start + 1_000_000])

    assert intake.end() == ReceivedBody(excess=True)


def test_a_form_that_there_is_no_room_for_is_no_form() -> None:
    with pytest.raises(OSError, match="No space left on device"):
        parse_form(FORM, LARGE, full_disk)


def of_parts(count: int, head: bytes = b"", content: bytes = b"") -> bytes:
    part = b'--b\r\nContent-Disposition: form-data; name="n"\r\n' + head + b"\r\n" + content
    return (part + b"\r\n") * count + b"--b--\r\n"


@pytest.mark.parametrize("step", [1_000, 10_000_000])
def test_a_form_has_so_many_parts_and_no_more(step: int) -> None:
    form = taken(FORM, of_parts(MOST_PARTS), step).form

    assert form == Form((Part("n", b""),) * MOST_PARTS)
    assert taken(FORM, of_parts(MOST_PARTS + 1), step).form == Form(
        error="the multipart body has more than 1000 parts"
    )


def test_millions_of_empty_parts_take_no_more_memory_than_the_first_thousand() -> None:
    whole = of_parts(200_000)  # 9 MB, and 74 MB as parts
    intake = BodyReader(FORM, make_file=SpoolFiles())
    tracemalloc.start()
    for start in range(0, len(whole), 65_536):
        intake.write(whole[start : start + 65_536])
    body = intake.end()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert body.form == Form(error="the multipart body has more than 1000 parts")
    assert peak < 2_000_000


@pytest.mark.parametrize("step", [1, 10_000_000])
def test_the_head_of_a_part_has_its_bound(step: int) -> None:
    line = b"X-More: " + b"x" * 2_000 + b"\r\n"

    fits, does_not = of_parts(1, line * 3), of_parts(1, line * 5)

    assert taken(FORM, fits, step).form == Form((Part("n", b""),))
    assert taken(FORM, does_not, step).form == Form(
        error=f"the head of a part is longer than {MOST_HEAD_BYTES} bytes"
    )


def test_the_heads_of_many_parts_may_be_longer_together() -> None:
    line = b"X-More: " + b"x" * 2_000 + b"\r\n"

    assert taken(FORM, of_parts(9, line), 1_000).form == Form((Part("n", b""),) * 9)


def test_of_many_parts_no_more_is_held_than_of_one_or_two(tmp_path: Path) -> None:
    content = b"x" * 60_000
    enough = MOST_HELD_BYTES // len(content)

    body = taken(FORM, of_parts(100, content=content), 65_536, folder=tmp_path)

    assert body.form is not None
    kinds = [type(part.content) for part in body.form.parts]
    assert kinds == [bytes] * enough + [FileSlice] * (100 - enough)
    assert {bytes(part.content) for part in body.form.parts} == {content}


@pytest.mark.parametrize(
    ("header", "given"),
    [
        ("", {}),
        ("form-data", {}),
        ("form-data;", {}),
        ("form-data; ;; name", {"name": ""}),
        ('form-data; NAME="a"; name = b ', {"name": "b"}),
        ('form-data; name="a;b"; filename="c;\\";d.wav"', {"name": "a;b", "filename": 'c;";d.wav'}),
        ('form-data; filename="C:\\a\\b.wav"', {"filename": "b.wav"}),
        ('form-data; filename="\\\\\\\\host\\a.wav"', {"filename": "a.wav"}),
        ("form-data; filename*=UTF-8''x; filename=y", {"filename": "y"}),
        ('form-data; name="never;closed; a=b', {"name": '"never;closed; a=b'}),
        ("form-data; =x", {"": "x"}),
    ],
)
def test_what_a_header_says_is_read_by_name(header: str, given: dict[str, str]) -> None:
    assert parameters(header) == given


class Weighed(str):
    """A text that counts the characters that are looked at, its pieces' too."""

    looked_at: list[int]

    def split(self, separator: Any = None, most: Any = -1) -> "list[Any]":
        self.looked_at.append(len(self))
        return [weighed(one, self.looked_at) for one in super().split(separator, most)]

    def count(self, *given: Any) -> int:
        self.looked_at.append(len(self))
        return super().count(*given)

    def find(self, *given: Any) -> int:
        self.looked_at.append(len(self))
        return super().find(*given)


def weighed(text: str, looked_at: list[int]) -> Weighed:
    made = Weighed(text)
    made.looked_at = looked_at
    return made


@pytest.mark.parametrize("inner", [";", "x;", '\\";', '";', 'a=";"'])
def test_each_character_of_a_header_is_looked_at_a_few_times(inner: str) -> None:
    header = 'form-data; filename="' + inner * 20_000 + '"'
    looked_at: list[int] = []

    found = list(segments(weighed(header, looked_at)))

    assert ";".join(found) == header
    assert sum(looked_at) <= 3 * len(header)
