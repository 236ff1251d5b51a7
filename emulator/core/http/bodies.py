"""Bodies: bytes as they are, or in a temporary file where they are many."""

import io
import os
from array import array
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryFile, mkstemp
from typing import Any, BinaryIO, Protocol
from weakref import WeakSet, finalize

IN_MEMORY_BYTES = 64 * 1024  # what is longer goes to a file
CHUNK_BYTES = 256 * 1024  # of a file, at a time
MOST_IN_MEMORY = 32 * 1024 * 1024  # bytes of one body, where no file can be made
MOST_OPEN = (
    64 if hasattr(os, "pread") else 0
)  # files at a time; a process may have few, 256 on macOS
PREFIX = "speech-emulator-"


class ReadableSource(Protocol):
    """Where bytes are read from."""

    def read(self, start: int, size: int) -> bytes:
        """So many bytes from there on, or as many as there are; any number of threads may read."""


class File(ReadableSource, Protocol):
    """A temporary file; it is deleted when nobody has it any more."""

    def write(self, data: bytes | bytearray) -> None:
        """Add to its end. Raises OSError: a disk that is full, say."""

    def delete(self) -> object:
        """Delete it now; nobody reads it any more."""


class UnlinkedFile:
    """Has no name, and stays open: the system deletes it when the program ends, however it ends."""

    def __init__(self, folder: Path | None) -> None:
        """Raises OSError where no file can be made: a folder for reading only, say."""
        self._file = TemporaryFile(buffering=0, prefix=PREFIX, dir=folder)  # noqa: SIM115 - closed below
        self.delete = finalize(self, self._file.close)

    def write(self, data: bytes | bytearray) -> None:
        write_all(partial(os.write, self._file.fileno()), data)

    def read(self, start: int, size: int) -> bytes:
        return read_all(partial(os.pread, self._file.fileno()), start, size)


class NamedFile:
    """Is open only while it is written or read: there may be any number of them."""

    def __init__(self, folder: Path | None) -> None:
        """Raises OSError where no file can be made: a folder for reading only, say."""
        handle, self.path = mkstemp(prefix=PREFIX, dir=folder)
        os.close(handle)
        self.delete = finalize(self, os.unlink, self.path)

    def write(self, data: bytes | bytearray) -> None:
        with open(self.path, "ab", buffering=0) as writer:
            write_all(writer.write, data)

    def read(self, start: int, size: int) -> bytes:
        with open(self.path, "rb") as reader:
            reader.seek(start)
            return reader.read(size)


def write_all(write: Callable[[memoryview], int], data: bytes | bytearray) -> None:
    """A system may take less than it is given at a time."""
    left = memoryview(data)
    while left:
        left = left[write(left) :]


def read_all(read: Callable[[int, int], bytes], start: int, size: int) -> bytes:
    """A system may give less than it is asked for at a time."""
    found = read(size, start)
    while len(found) < size and (more := read(size - len(found), start + len(found))):
        found += more
    return found


class SpoolFiles:
    """Makes temporary files; so many have no name and stay open, further ones have names."""

    def __init__(self, folder: Path | None = None, *, most_open: int = MOST_OPEN) -> None:
        """None: the folder where the system has its temporary files."""
        self._folder = folder
        self._most_open = most_open
        self._open: WeakSet[UnlinkedFile] = WeakSet()

    def __call__(self) -> File:
        """A new file. Raises OSError where none can be made."""
        if len(self._open) >= self._most_open:
            return NamedFile(self._folder)
        made = UnlinkedFile(self._folder)
        self._open.add(made)
        return made


MakeFile = Callable[[], File]


class FileSlice:
    """A stretch of a file: it has a length, and its slices are bytes, as those of bytes are."""

    def __init__(
        self, file: ReadableSource, start: int, size: int, digest: str | None = None
    ) -> None:
        self._file, self._start, self._size = file, start, size
        self.digest = digest  # hex SHA-256; None: nobody has worked it out

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, place: slice) -> bytes:
        start, stop, step = place.indices(self._size)
        return self._file.read(self._start + start, max(stop - start, 0))[::step]

    def __bytes__(self) -> bytes:
        return self[:]


Content = bytes | FileSlice


class Zeros:
    """A source of zeros without end."""

    def read(self, start: int, size: int) -> bytes:
        return bytes(size)


class JoinedContent:
    """Contents one after another, as one source."""

    def __init__(self, contents: tuple[Content, ...]) -> None:
        self._contents = contents

    def read(self, start: int, size: int) -> bytes:
        found = []
        for content in self._contents:
            if size > 0 and start < len(content):
                found.append(content[start : start + size])
                size -= len(found[-1])
            start = max(start - len(content), 0)
        return b"".join(found)


def zeros(size: int) -> Content:
    return FileSlice(Zeros(), 0, size) if size > IN_MEMORY_BYTES else bytes(size)


def join_contents(*contents: Content) -> Content:
    """One content of several; nothing of a long one is read."""
    some = tuple(content for content in contents if content)
    if len(some) == 1:
        return some[0]
    size = sum(map(len, some))
    whole = FileSlice(JoinedContent(some), 0, size)
    return whole if size > IN_MEMORY_BYTES else bytes(whole)


def digest_of(content: Content) -> str | None:
    """Hex SHA-256; None: of a file that nobody has worked it out of while it came in."""
    return content.digest if isinstance(content, FileSlice) else sha256(content).hexdigest()


def chunks(content: Content) -> Iterator[bytes]:
    """All of it, and never much at a time; at least one piece."""
    for start in range(0, max(len(content), 1), CHUNK_BYTES):
        yield content[start : start + CHUNK_BYTES]


def open_content(content: Content) -> BinaryIO:
    """For those who read files."""
    return io.BufferedReader(ContentFile(content), CHUNK_BYTES)


class ContentFile(io.RawIOBase):
    """A content as an open file."""

    def __init__(self, content: Content) -> None:
        self._content = content
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: len(self._content)}[
            whence
        ]
        self._position = max(base + offset, 0)
        return self._position

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # any buffer, says the base
        found = self._content[self._position : self._position + len(buffer)]
        buffer[: len(found)] = found
        self._position += len(found)
        return len(found)


class Spool:
    """Takes bytes in, and gives back stretches of them once all are there.

    What goes to a file is ``hashed`` on the way, unless somebody else does that.
    """

    def __init__(self, make_file: MakeFile | None = None, *, hashed: bool = True) -> None:
        self.size = 0
        self._make_file = make_file or SpoolFiles()
        self._in_memory = bytearray()
        self._file: File | None = None
        self._file_failed: OSError | None = None  # why there is none
        self._hashed_bytes = hashed
        self._hash: Any = None

    def write(self, data: bytes) -> None:
        """Raises OSError where there is no room for it; nothing is left then."""
        self.size += len(data)
        try:
            self._write(data)
        except OSError:
            self.discard()
            raise

    def discard(self) -> None:
        """Forget what has come, and leave no file behind."""
        if self._file:
            self._file.delete()
        self._in_memory.clear()
        self._file = None

    def content(self) -> Content:
        """All of it."""
        return self.slice(0, self.size, self._hash.hexdigest() if self._hash else None)

    def slice(self, start: int, size: int, digest: str | None) -> Content:
        if self._file is None:
            return bytes(memoryview(self._in_memory)[start : start + size])
        return FileSlice(self._file, start, size, digest)

    def _write(self, data: bytes) -> None:
        if self._file:
            self._to_file(self._file, data)
            return
        self._in_memory += data
        if len(self._in_memory) > IN_MEMORY_BYTES and self._file_failed is None:
            self._spill()
        if self._file_failed and len(self._in_memory) > MOST_IN_MEMORY:
            raise self._file_failed

    def _spill(self) -> None:
        try:
            self._file = self._make_file()
        except OSError as error:  # a file system for reading only: there is nothing but memory
            self._file_failed = error.with_traceback(None)
            return
        self._hash = sha256() if self._hashed_bytes else None
        self._to_file(self._file, self._in_memory)
        self._in_memory.clear()

    def _to_file(self, file: File, data: bytes | bytearray) -> None:
        file.write(data)
        if self._hash:
            self._hash.update(data)


def spool_content(content: Iterable[bytes], make_file: MakeFile | None = None) -> Content:
    """Raises OSError where there is no room for it."""
    spool = Spool(make_file)
    for piece in content:
        spool.write(piece)
    return spool.content()


class SpooledEntries:
    """Short contents in one spool, read by their number, from 0."""

    def __init__(self, make_file: MakeFile | None = None) -> None:
        self._spool = Spool(make_file, hashed=False)
        self._ends = array("Q")

    def __len__(self) -> int:
        return len(self._ends)

    def __getitem__(self, number: int) -> bytes:
        start = self._ends[number - 1] if number else 0
        return bytes(self._spool.slice(start, self._ends[number] - start, None))

    def __iter__(self) -> Iterator[bytes]:
        reader, start = open_content(self._spool.content()), 0
        for end in self._ends[:]:
            yield reader.read(end - start)
            start = end

    def append(self, content: bytes) -> None:
        """Raises OSError where there is no room for it."""
        self._spool.write(content)
        self._ends.append(self._spool.size)
