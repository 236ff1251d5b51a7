"""A server as a process: started, waited for, weighed, stopped."""

import os
import signal
import socket
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from time import perf_counter, sleep

from bench.messages import HOST, Answer, Message, ask

PATIENCE_SECONDS = 30.0
POLL_SECONDS = 0.003
STOP_SECONDS = 5.0


class NotStarted(Exception):
    """It gave no valid answer in time; says where its complaints are."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def spawned(
    words: Sequence[str], folder: Path, environment: Mapping[str, str]
) -> Iterator["subprocess.Popen[bytes]"]:
    """In that folder, and in a process group of its own, so that its children end with it."""
    with (folder / "errors.log").open("wb") as errors:
        process = subprocess.Popen(
            words,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            env={**os.environ, **environment},
            start_new_session=True,
        )
    try:
        yield process
    finally:
        stop(process)


def stop(process: "subprocess.Popen[bytes]") -> None:
    for ending in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, ending)
            process.wait(STOP_SECONDS)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            continue


def wait_for(process: "subprocess.Popen[bytes]", port: int, message: Message) -> float:
    """The moment of the first valid answer. Raises NotStarted."""
    end = perf_counter() + PATIENCE_SECONDS
    while perf_counter() < end and process.poll() is None:
        answer = attempt(port, message)
        if answer and answer.status == 200:
            return perf_counter()
        sleep(POLL_SECONDS)
    raise NotStarted(f"no valid answer to {message.method} {message.path}")


def attempt(port: int, message: Message) -> Answer | None:
    try:
        return ask(port, message, timeout_seconds=5)
    except OSError:
        return None


def memory_mb(pid: int) -> float | None:
    """What the process and its children have in memory; None: the system does not tell."""
    if not Path("/proc/self/statm").exists():
        return None
    return sum(map(resident_bytes, family(pid))) / 1e6


def resident_bytes(pid: int) -> int:
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except OSError:  # it has just ended
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def cpu_seconds(pid: int) -> float | None:
    """The processor's time that the process and its children took; None: the system does not tell.

    Unlike the clock's, it does not grow with what else the machine does.
    """
    if not Path("/proc/self/stat").exists():
        return None
    return sum(map(ticks, family(pid))) / os.sysconf("SC_CLK_TCK")


def ticks(pid: int) -> int:
    """utime and stime; the program's name, which stands before them, may have blanks."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:  # it has just ended
        return 0
    return int(fields[11]) + int(fields[12])


def family(pid: int) -> Iterator[int]:
    yield pid
    for file in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):  # a thread that has just ended
            for child in file.read_text().split():
                yield from family(int(child))
