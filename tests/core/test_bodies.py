"""Bodies: bytes as they are, or in a temporary file."""

import gc
import io
import os
from hashlib import sha256
from pathlib import Path

from emulator.core.bodies import (
    HELD_BYTES,
    PIECE_BYTES,
    Spool,
    Stored,
    digest_of,
    opened,
    pieces,
    spooled,
)

LONG = bytes(range(256)) * 400  # 102,400 bytes


def test_what_is_short_stays_in_memory(tmp_path: Path) -> None:
    content = spooled([b"ab", b"cd"], tmp_path)

    assert content == b"abcd"
    assert digest_of(content) == sha256(b"abcd").hexdigest()
    assert os.listdir(tmp_path) == []


def test_what_is_long_is_in_a_file_and_reads_as_bytes_do(tmp_path: Path) -> None:
    content = spooled([LONG[:70_000], LONG[70_000:]], tmp_path)

    assert isinstance(content, Stored)
    assert len(os.listdir(tmp_path)) == 1
    assert len(content) == len(LONG)
    assert bytes(content) == LONG
    assert content[:3] == LONG[:3]
    assert content[100:200] == LONG[100:200]
    assert content[-5:] == LONG[-5:]
    assert content[200:100] == b""
    assert content[0:10:2] == LONG[0:10:2]
    assert digest_of(content) == sha256(LONG).hexdigest()


def test_the_file_goes_with_the_last_who_has_a_stretch_of_it(tmp_path: Path) -> None:
    spool = Spool(tmp_path, hashed=False)
    spool.write(LONG)
    spool.end()
    first, second = spool.stretch(0, 70_000, None), spool.stretch(70_000, 10, None)

    del spool, first
    gc.collect()
    assert bytes(second) == LONG[70_000:70_010]
    assert len(os.listdir(tmp_path)) == 1

    del second
    gc.collect()
    assert os.listdir(tmp_path) == []


def test_a_spool_that_is_discarded_leaves_nothing_behind(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool.write(LONG)

    spool.discard()

    assert os.listdir(tmp_path) == []


def test_a_spool_that_is_given_up_leaves_nothing_behind(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool.write(LONG)

    del spool
    gc.collect()

    assert os.listdir(tmp_path) == []


def test_where_no_file_can_be_made_there_is_memory(tmp_path: Path) -> None:
    tmp_path.rmdir()

    content = spooled([LONG, LONG], tmp_path)

    assert content == LONG + LONG


def test_pieces_are_the_whole_and_never_much() -> None:
    content = spooled([LONG] * 10)

    found = list(pieces(content))

    assert b"".join(found) == LONG * 10
    assert max(map(len, found)) == PIECE_BYTES
    assert list(pieces(b"")) == [b""]


def test_a_content_is_read_as_a_file_is() -> None:
    file = opened(spooled([LONG, LONG]))

    assert file.read(4) == LONG[:4]
    assert file.seek(-6, io.SEEK_END) == len(LONG) * 2 - 6
    assert file.read() == LONG[-6:]
    assert file.seek(1_000) == 1_000
    assert file.seek(10, io.SEEK_CUR) == 1_010
    assert file.read(5) == LONG[1_010:1_015]


def test_so_much_is_held_and_no_more() -> None:
    assert spooled([bytes(HELD_BYTES)]) == bytes(HELD_BYTES)
    assert isinstance(spooled([bytes(HELD_BYTES + 1)]), Stored)
