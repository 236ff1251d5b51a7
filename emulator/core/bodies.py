"""Bodies: bytes as they are, or in a temporary file where they are many."""

import io
import os
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from tempfile import mkstemp
from typing import Any, BinaryIO
from weakref import finalize

HELD_BYTES = 64 * 1024  # what is longer goes to a file
PIECE_BYTES = 256 * 1024  # of a file, at a time


class File:
    """A temporary file; it is deleted when nobody has it any more, or when the program ends."""

    def __init__(self, folder: Path | None) -> None:
        """Raises OSError where no file can be made: a disk that is full, or for reading only."""
        handle, self.path = mkstemp(prefix="speech-emulator-", dir=folder)
        self._writer = os.fdopen(handle, "wb")
        self.delete = finalize(self, delete, self.path, self._writer)

    def write(self, data: bytes | bytearray) -> None:
        self._writer.write(data)

    def close(self) -> None:
        """Nothing more is written; from now on it can be read."""
        self._writer.close()

    def read(self, start: int, size: int) -> bytes:
        with open(self.path, "rb") as reader:
            reader.seek(start)
            return reader.read(size)


def delete(path: str, writer: BinaryIO) -> None:
    writer.close()
    os.unlink(path)


class Stored:
    """A stretch of a file: it has a length, and its slices are bytes, as those of bytes are."""

    def __init__(self, file: File, start: int, size: int, digest: str | None = None) -> None:
        self._file, self._start, self._size = file, start, size
        self.digest = digest  # hex SHA-256; None: nobody has worked it out

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, place: slice) -> bytes:
        start, stop, step = place.indices(self._size)
        return self._file.read(self._start + start, max(stop - start, 0))[::step]

    def __bytes__(self) -> bytes:
        return self[:]


Content = bytes | Stored


def digest_of(content: Content) -> str | None:
    """Hex SHA-256; None: of a file that nobody has worked it out of while it came in."""
    return content.digest if isinstance(content, Stored) else sha256(content).hexdigest()


def pieces(content: Content) -> Iterator[bytes]:
    """All of it, and never much at a time; at least one piece."""
    for start in range(0, max(len(content), 1), PIECE_BYTES):
        yield content[start : start + PIECE_BYTES]


def opened(content: Content) -> BinaryIO:
    """For those who read files."""
    return io.BufferedReader(Window(content), PIECE_BYTES)


class Window(io.RawIOBase):
    """A content as an open file."""

    def __init__(self, content: Content) -> None:
        self._content = content
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: len(self._content)}[whence]
        self._at = max(base + offset, 0)
        return self._at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # any buffer, says the base
        found = self._content[self._at : self._at + len(buffer)]
        buffer[: len(found)] = found
        self._at += len(found)
        return len(found)


class Spool:
    """Takes bytes in, and gives back stretches of them once all are there.

    What goes to a file is ``hashed`` on the way, unless somebody else does that. The file is made
    in ``folder``; None: where the system has its temporary ones.
    """

    def __init__(self, folder: Path | None = None, *, hashed: bool = True) -> None:
        self.size = 0
        self._folder = folder
        self._held = bytearray()
        self._file: File | None = None
        self._may_have_file = True
        self._hashed = hashed
        self._hash: Any = None

    def write(self, data: bytes) -> None:
        self.size += len(data)
        if self._file:
            self._to_file(self._file, data)
            return
        self._held += data
        if len(self._held) > HELD_BYTES and self._may_have_file:
            self._spill()

    def end(self) -> None:
        """All are there."""
        if self._file:
            self._file.close()

    def discard(self) -> None:
        """Forget what has come, and leave no file behind."""
        if self._file:
            self._file.delete()
        self._held.clear()
        self._file = None

    def content(self) -> Content:
        """All of it."""
        return self.stretch(0, self.size, self._hash.hexdigest() if self._hash else None)

    def stretch(self, start: int, size: int, digest: str | None) -> Content:
        if self._file is None:
            return bytes(memoryview(self._held)[start : start + size])
        return Stored(self._file, start, size, digest)

    def _spill(self) -> None:
        try:
            self._file = File(self._folder)
        except OSError:  # a file system for reading only: there is nothing but memory
            self._may_have_file = False
            return
        self._hash = sha256() if self._hashed else None
        self._to_file(self._file, self._held)
        self._held.clear()

    def _to_file(self, file: File, data: bytes | bytearray) -> None:
        file.write(data)
        if self._hash:
            self._hash.update(data)


def spooled(content: Iterable[bytes], folder: Path | None = None) -> Content:
    spool = Spool(folder)
    for piece in content:
        spool.write(piece)
    spool.end()
    return spool.content()
