"""make bench: start, memory and requests a second, medians of several rounds, as a table.

The load goes to a server that this program starts on the loopback address, and ends by itself.
"""

import asyncio
import json
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from urllib.parse import urlsplit

ROUNDS = 5
SECONDS = 1.0
KEY = "x-gladia-key: test-bench"
SCENARIO = (
    "{scenario: Bench, clock: {mode: manual}, "
    "existing: [{provider: gladia, count: 20, phase: completed, age: 1h..2h}]}"
)
CREATE = json.dumps(
    {"audio_url": "https://media.test/a.wav", "custom_metadata": {"note": "x" * 900}}
).encode()


@contextmanager
def server() -> Iterator[tuple[str, int, float]]:
    """The base URL, the process, and the seconds from spawn to the ready line."""
    begin = perf_counter()
    arguments = ["serve", "--port", "0", "--log-level", "error", "--scenario", SCENARIO]
    process = subprocess.Popen(
        [sys.executable, "-m", "emulator", *arguments], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    line = ""
    while not line.startswith("speech-emulator ready on "):
        line = process.stdout.readline()
    try:
        yield line.split()[-1], process.pid, perf_counter() - begin
    finally:
        process.terminate()
        process.wait()


def memory_mb(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def request(method: str, path: str, body: bytes = b"") -> bytes:
    head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{KEY}\r\n"
    if body:
        head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    return f"{head}\r\n".encode() + body


async def ask(base: str, message: bytes) -> bytes:
    parts = urlsplit(base)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    answer = await exchange(reader, writer, message)
    writer.close()
    return answer


async def exchange(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, message: bytes
) -> bytes:
    writer.write(message)
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
    return await reader.readexactly(length)


async def load(base: str, message: bytes, connections: int) -> float:
    """Requests a second over that many kept-alive connections."""
    parts = urlsplit(base)
    end = perf_counter() + SECONDS

    async def one() -> int:
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        done = 0
        while perf_counter() < end:
            await exchange(reader, writer, message)
            done += 1
        writer.close()
        return done

    begin = perf_counter()
    counts = await asyncio.gather(*(one() for _ in range(connections)))
    return sum(counts) / (perf_counter() - begin)


def first_answer() -> tuple[float, float, float]:
    """Seconds from spawn to the ready line and to the first answer, and the memory when idle."""
    begin = perf_counter()
    with server() as (base, pid, ready):
        asyncio.run(ask(base, request("GET", "/gladia/v2/pre-recorded?limit=1")))
        return ready, perf_counter() - begin, memory_mb(pid)


def workloads(base: str) -> dict[str, bytes]:
    listing = asyncio.run(ask(base, request("GET", "/gladia/v2/pre-recorded?limit=1")))
    job = json.loads(listing)["items"][0]["id"]
    return {
        "one finished job": request("GET", f"/gladia/v2/pre-recorded/{job}"),
        "a page of 20": request("GET", "/gladia/v2/pre-recorded?limit=20"),
        "create, 1 KB": request("POST", "/gladia/v2/pre-recorded", CREATE),
    }


def main() -> None:
    starts = [first_answer() for _ in range(ROUNDS)]
    rows = zip(("ready, s", "first answer, s", "idle, MB"), zip(*starts, strict=True), strict=True)
    print("| what | median | least | most |\n|---|---|---|---|")
    for name, values in rows:
        print(f"| {name} | {line(values, 2)} |")
    with server() as (base, pid, _):
        messages = workloads(base)
        for connections in (1, 16):
            for name, message in messages.items():
                rates = [asyncio.run(load(base, message, connections)) for _ in range(ROUNDS)]
                print(f"| {name}, {connections} connections, requests/s | {line(rates, 0)} |")
        print(f"| after that load, MB | {memory_mb(pid):.0f} | | |")


def line(values: list[float] | tuple[float, ...], digits: int) -> str:
    shown = (statistics.median(values), min(values), max(values))
    return " | ".join(f"{value:.{digits}f}" for value in shown)


if __name__ == "__main__":
    main()
