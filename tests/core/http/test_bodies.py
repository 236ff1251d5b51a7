"""Bodies: bytes as they are, or in a temporary file."""

import errno
import gc
import io
import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from threading import Thread

import pytest

from emulator.core.http.bodies import (
    CHUNK_BYTES,
    IN_MEMORY_BYTES,
    MOST_IN_MEMORY,
    File,
    FileSlice,
    NamedFile,
    Spool,
    SpooledEntries,
    SpoolFiles,
    chunks,
    digest_of,
    join_contents,
    open_content,
    read_all,
    spool_content,
    write_all,
    zeros,
)

LONG = bytes(range(256)) * 400  # 102,400 bytes


def named(folder: Path) -> SpoolFiles:
    """Files that can be seen."""
    return SpoolFiles(folder, most_open=0)


class FullDisk:
    """A disk that takes so many bytes, and no more; counts the files that are there."""

    def __init__(self, room: int) -> None:
        self.room = room
        self.there = 0

    def __call__(self) -> File:
        self.there += 1
        return FileOnFullDisk(self)


class FileOnFullDisk:
    def __init__(self, disk: FullDisk) -> None:
        self._disk = disk

    def write(self, data: bytes | bytearray) -> None:
        self._disk.room -= len(data)
        if self._disk.room < 0:
            raise OSError(errno.ENOSPC, "No space left on device")

    def read(self, start: int, size: int) -> bytes:
        raise OSError(errno.EIO, "Input/output error")

    def delete(self) -> None:
        self._disk.there -= 1


def test_what_is_short_stays_in_memory(tmp_path: Path) -> None:
    content = spool_content([b"ab", b"cd"], named(tmp_path))

    assert content == b"abcd"
    assert digest_of(content) == sha256(b"abcd").hexdigest()
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("most_open", [0, 1], ids=["with a name", "without one"])
def test_what_is_long_is_in_a_file_and_reads_as_bytes_do(tmp_path: Path, most_open: int) -> None:
    content = spool_content(
        [LONG[:70_000], LONG[70_000:]], SpoolFiles(tmp_path, most_open=most_open)
    )

    assert isinstance(content, FileSlice)
    assert len(os.listdir(tmp_path)) == 1 - most_open
    assert len(content) == len(LONG)
    assert bytes(content) == LONG
    assert content[:3] == LONG[:3]
    assert content[100:200] == LONG[100:200]
    assert content[-5:] == LONG[-5:]
    assert content[200:100] == b""
    assert content[0:10:2] == LONG[0:10:2]
    assert digest_of(content) == sha256(LONG).hexdigest()


def test_the_file_goes_with_the_last_who_has_a_stretch_of_it(tmp_path: Path) -> None:
    spool = Spool(named(tmp_path), hashed=False)
    spool.write(LONG)
    first, second = spool.slice(0, 70_000, None), spool.slice(70_000, 10, None)

    del spool, first
    gc.collect()
    assert bytes(second) == LONG[70_000:70_010]
    assert len(os.listdir(tmp_path)) == 1

    del second
    gc.collect()
    assert os.listdir(tmp_path) == []


def test_a_spool_that_is_discarded_leaves_nothing_behind(tmp_path: Path) -> None:
    spool = Spool(named(tmp_path))
    spool.write(LONG)

    spool.discard()

    assert os.listdir(tmp_path) == []


def test_a_spool_that_is_given_up_leaves_nothing_behind(tmp_path: Path) -> None:
    spool = Spool(named(tmp_path))
    spool.write(LONG)

    del spool
    gc.collect()

    assert os.listdir(tmp_path) == []


def test_where_no_file_can_be_made_there_is_memory(tmp_path: Path) -> None:
    tmp_path.rmdir()

    content = spool_content([LONG, LONG], SpoolFiles(tmp_path))

    assert content == LONG + LONG


def test_where_no_file_can_be_made_memory_has_its_bound(tmp_path: Path) -> None:
    tmp_path.rmdir()
    spool = Spool(SpoolFiles(tmp_path))
    spool.write(bytes(MOST_IN_MEMORY))

    with pytest.raises(FileNotFoundError):
        spool.write(b"1")

    assert spool.slice(0, 1, None) == b""


@pytest.mark.parametrize("room", [0, IN_MEMORY_BYTES, len(LONG), len(LONG) * 3 - 1])
def test_a_disk_that_is_full_leaves_nothing_behind_at_any_write(room: int) -> None:
    disk = FullDisk(room)

    with pytest.raises(OSError, match="No space left on device"):
        spool_content([LONG] * 3, disk)

    assert disk.there == 0


def test_so_many_files_stay_open_and_further_ones_have_names(tmp_path: Path) -> None:
    files = SpoolFiles(tmp_path, most_open=2)
    descriptors = len(os.listdir("/proc/self/fd"))

    held = [spool_content([LONG], files) for _ in range(1_000)]

    assert len(os.listdir("/proc/self/fd")) == descriptors + 2
    assert len(os.listdir(tmp_path)) == 998
    assert [bytes(one) == LONG for one in held[:3]] == [True] * 3

    del held[0]
    more = spool_content([LONG], files)
    assert len(os.listdir(tmp_path)) == 998
    assert bytes(more) == LONG


def test_a_file_without_a_name_is_closed_when_it_is_deleted(tmp_path: Path) -> None:
    descriptors = len(os.listdir("/proc/self/fd"))
    spool = Spool(SpoolFiles(tmp_path, most_open=1))
    spool.write(LONG)
    assert len(os.listdir("/proc/self/fd")) == descriptors + 1

    spool.discard()

    assert len(os.listdir("/proc/self/fd")) == descriptors


def test_a_program_that_is_killed_leaves_nothing_behind(tmp_path: Path) -> None:
    program = (
        "import os, signal, sys; from pathlib import Path\n"
        "from emulator.core.http.bodies import SpoolFiles, spool_content\n"
        "held = spool_content([bytes(100_000)] * 2, SpoolFiles(Path(sys.argv[1])))\n"
        "assert bytes(held) == bytes(200_000)\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )

    ended = subprocess.run([sys.executable, "-c", program, str(tmp_path)], timeout=60)

    assert ended.returncode == -9
    assert os.listdir(tmp_path) == []


def test_any_number_of_threads_read_one_file_without_each_others_places(tmp_path: Path) -> None:
    content = spool_content([bytes([n]) * 1_000 for n in range(200)], SpoolFiles(tmp_path))
    wrong: list[int] = []

    def read(first: int) -> None:
        for n in range(first, 200, 4):
            if content[n * 1_000 : (n + 1) * 1_000] != bytes([n]) * 1_000:
                wrong.append(n)

    threads = [Thread(target=read, args=(first,)) for first in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert wrong == []


def test_what_is_written_and_read_in_parts_is_whole() -> None:
    written = bytearray()

    def write_two(data: memoryview) -> int:
        written.extend(data[:2])
        return len(data[:2])

    write_all(write_two, b"abcde")

    assert written == b"abcde"
    assert read_all(lambda size, at: bytes(written[at : at + min(size, 2)]), 1, 3) == b"bcd"
    assert read_all(lambda size, at: bytes(written[at : at + min(size, 2)]), 3, 9) == b"de"


def test_a_named_file_goes_when_it_is_deleted(tmp_path: Path) -> None:
    file = NamedFile(tmp_path)
    file.write(b"abc")
    file.write(b"def")
    assert file.read(2, 9) == b"cdef"

    file.delete()

    assert os.listdir(tmp_path) == []


def test_pieces_are_the_whole_and_never_much() -> None:
    content = spool_content([LONG] * 10)

    found = list(chunks(content))

    assert b"".join(found) == LONG * 10
    assert max(map(len, found)) == CHUNK_BYTES
    assert list(chunks(b"")) == [b""]


def test_a_content_is_read_as_a_file_is() -> None:
    file = open_content(spool_content([LONG, LONG]))

    assert file.read(4) == LONG[:4]
    assert file.seek(-6, io.SEEK_END) == len(LONG) * 2 - 6
    assert file.read() == LONG[-6:]
    assert file.seek(1_000) == 1_000
    assert file.seek(10, io.SEEK_CUR) == 1_010
    assert file.read(5) == LONG[1_010:1_015]


def test_so_much_is_held_and_no_more() -> None:
    assert spool_content([bytes(IN_MEMORY_BYTES)]) == bytes(IN_MEMORY_BYTES)
    assert isinstance(spool_content([bytes(IN_MEMORY_BYTES + 1)]), FileSlice)


def test_contents_one_after_another_are_one(tmp_path: Path) -> None:
    files = named(tmp_path)
    parts = (
        b"head",
        spool_content([LONG], files),
        b"",
        b"tail",
        spool_content([LONG], files),
        b"!",
    )
    whole = b"head" + LONG + b"tail" + LONG + b"!"

    content = join_contents(*parts)

    assert isinstance(content, FileSlice)
    assert len(content) == len(whole)
    assert bytes(content) == whole
    for start in (0, 3, 4, 5, len(LONG) + 3, len(LONG) + 9, len(whole) - 1, len(whole)):
        for size in (0, 1, 3, 6, len(LONG) + 8):
            assert content[start : start + size] == whole[start : start + size]


def test_short_contents_one_after_another_are_bytes() -> None:
    assert join_contents(b"ab", b"", b"cd") == b"abcd"
    assert join_contents() == b""


def test_one_content_alone_is_itself() -> None:
    content = spool_content([LONG])

    assert join_contents(b"", content) is content


def test_many_zeros_take_no_memory() -> None:
    content = zeros(10**12)

    assert isinstance(content, FileSlice)
    assert content[5:8] == content[-3:] == bytes(3)
    assert zeros(3) == bytes(3)


@pytest.mark.parametrize("size", [10, 1_000])
def test_entries_are_read_by_number_and_in_order(size: int, tmp_path: Path) -> None:
    entries = SpooledEntries(named(tmp_path))
    written = [bytes([n]) * (size + n) for n in range(200)]

    for one in written:
        entries.append(one)

    assert len(entries) == 200
    assert list(entries) == written
    assert [entries[n] for n in (0, 1, 77, 199)] == [written[n] for n in (0, 1, 77, 199)]
    assert len(os.listdir(tmp_path)) == (size == 1_000)


def test_no_entries_are_none() -> None:
    assert list(SpooledEntries()) == []
