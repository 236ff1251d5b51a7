"""Readiness: the files that say where a server is, once it takes requests.

One is asked for with ``--ready-file``. The other is for ``speech-emulator health``, which has to
find a server that was started in whatever way: a small record in the first folder of a list that
can be written to. Shared memory is among them, since containers have it where their file system is
for reading only.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import mkstemp

import msgspec
from msgspec import Struct

PREFIX, SUFFIX = "speech-emulator-", ".server.json"


class NoReadyFile(Exception):
    """The file that was asked for cannot be written; says why."""


class ServerRecord(Struct, frozen=True):
    """Where a server is, for clients of this machine."""

    url: str
    authority: str | None = None  # the file with the certificate of its authority


@contextmanager
def ready_file(name: str | None) -> Iterator[Callable[[str], None]]:
    """Gives what writes the base URL; the file is gone until then, and whole when it is there.

    Whether it can be written shows at once. Raises NoReadyFile, both then and later.
    """
    if name is None:
        yield lambda url: None
        return
    path = Path(name)
    draft = path.with_name(f".{path.name}.{os.getpid()}")

    def write(url: str) -> None:
        with refusals_named(name):
            draft.write_text(url + "\n")
            draft.replace(path)

    with refusals_named(name):
        path.unlink(missing_ok=True)
        draft.write_text("")
    try:
        yield write
    finally:
        draft.unlink(missing_ok=True)


@contextmanager
def refusals_named(name: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise NoReadyFile(f"--ready-file: {name} cannot be written: {error.strerror}") from None


def folders(environment: Mapping[str, str]) -> tuple[Path, ...]:
    """Where a record may be, the best first."""
    named = (environment.get(name) for name in ("TMPDIR", "TEMP", "TMP"))
    return Path(next(filter(None, named), "/tmp")), Path("/dev/shm")


@contextmanager
def keep_record(record: ServerRecord, places: Iterable[Path]) -> Iterator[None]:
    """Write the record; it goes with the server. Where nothing can be written there is none."""
    places = tuple(places)
    for path, old in find_records(places).items():
        if old.url == record.url:  # of one that was killed: the port is this server's now
            with suppress(OSError):
                path.unlink()
    made = write_record(record, places)
    try:
        yield
    finally:
        if made:
            made.unlink(missing_ok=True)


def write_record(record: ServerRecord, places: Iterable[Path]) -> Path | None:
    for place in places:
        try:
            handle, name = mkstemp(prefix=PREFIX, suffix=SUFFIX, dir=place)
            with open(handle, "wb") as file:
                file.write(msgspec.json.encode(record))
        except OSError:
            continue  # there is no such folder, or no room in it
        return Path(name)
    return None


def find_records(places: Iterable[Path]) -> dict[Path, ServerRecord]:
    """The records that can be read: other people's cannot."""
    records = {}
    for path in (path for place in places for path in sorted(place.glob(f"{PREFIX}*{SUFFIX}"))):
        try:
            records[path] = msgspec.json.decode(path.read_bytes(), type=ServerRecord)
        except (OSError, msgspec.MsgspecError):
            continue
    return records
