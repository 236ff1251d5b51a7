"""A real server under a limit on its memory; how much of everything it holds."""

import os
import re
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from msgspec import Struct

MB = 1_000_000
LIMIT = 1000 * MB
PATIENCE_SECONDS = 30.0
# What the ranges, the conditions and the websockets are about.
SCENARIO = """
existing:
  - {provider: gladia, id: 6b1f0d5e-4a53-4c0e-9a52-2f7f5c1d9e10, phase: completed, age: 1h}
  - {provider: azure_speech, id: 6b1f0d5e-4a53-4c0e-9a52-2f7f5c1d9e11, phase: completed, age: 1h}
  - {provider: phrase_studio, phase: completed, age: 1h, count: 3}
  - {provider: aitronos, phase: completed, age: 1h, count: 3}
"""


class NotStarted(Exception):
    """The server did not say in time that it is ready."""


class Held(Struct, frozen=True):
    """What a process has at one moment."""

    resident: int  # bytes
    peak: int  # bytes, of all the time
    descriptors: int
    spools: int  # files for what is too large to be kept in memory, those without a name included


class Server(Struct, frozen=True):
    port: int
    pid: int
    folder: Path  # for its temporary files
    log: Path

    def held(self) -> Held:
        status = Path(f"/proc/{self.pid}/status").read_text()
        sizes = {name: int(kb) * 1024 for name, kb in re.findall(r"(Vm\w+):\s+(\d+) kB", status)}
        links = list(links_in(Path(f"/proc/{self.pid}/fd")))
        open_files = sum(link.startswith(str(self.folder)) for link in links)
        return Held(
            resident=sizes["VmRSS"],
            peak=sizes["VmHWM"],
            descriptors=len(links),
            spools=open_files + sum(1 for one in self.folder.iterdir() if not is_note(one)),
        )


def is_note(file: Path) -> bool:
    """Whether a running server tells other commands in it where it is."""
    return file.name.endswith(".server.json")


def links_in(folder: Path) -> Iterator[str]:
    for one in folder.iterdir():
        with suppress(FileNotFoundError):  # it was closed meanwhile
            yield os.readlink(one)


def limit_memory() -> None:
    """Of the child, before it becomes the server.

    RLIMIT_DATA counts what a process may write to and nobody else sees, which is what would fill
    the machine. RLIMIT_AS counts addresses, too, that an allocator or a thread's stack only
    reserves, and cuts a Python process off that uses a tenth of them. A cgroup would count the same
    as RLIMIT_DATA, and more exactly, but wants rights that few CI machines give.
    """
    resource.setrlimit(resource.RLIMIT_DATA, (LIMIT, LIMIT))


@contextmanager
def running(folder: Path) -> Iterator[Server]:
    """``speech-emulator serve`` on a free port, with its log and its files in that folder."""
    temporary, log, ready = folder / "temporary", folder / "server.log", folder / "ready"
    temporary.mkdir()
    program = Path(sys.executable).parent / "speech-emulator"
    flags = ["--port", "0", "--ready-file", str(ready), "--scenario", SCENARIO]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [program, "serve", *flags, "--log-level", "warning"],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env={**os.environ, "TMPDIR": str(temporary)},
            preexec_fn=limit_memory,
        )
    try:
        url = wait_until_ready(process, ready)
        yield Server(int(url.rpartition(":")[2]), process.pid, temporary, log)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_until_ready(process: "subprocess.Popen[bytes]", ready: Path) -> str:
    """The URL of the server. Raises NotStarted."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end and process.poll() is None:
        if ready.exists() and (url := ready.read_text().strip()):
            return url
        time.sleep(0.02)
    raise NotStarted(f"exit code {process.poll()}")
