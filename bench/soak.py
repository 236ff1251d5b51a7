"""The memory of a long-lived server: python -m bench.soak [-h].

So many requests over so many keys, to all four providers; then the keys are closed. Prints what is
resident before, on the way, after, and once the keys are gone.
"""

import argparse
import re
import socket
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from itertools import count, islice
from pathlib import Path
from time import perf_counter, sleep

from msgspec import Struct

from bench.messages import HOST, Message, ask
from bench.process import free_port, memory_mb, spawned, wait_for
from bench.servers import OURS

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
BATCH = 40  # requests that are sent before their answers are read
CHUNK_BYTES = 256 * 1024
LONGEST_SECONDS = 60.0  # without any answer
CREATE_EVERY = 25  # rounds of a key
STOPS = 4  # measurements on the way
REST_SECONDS = 3.0  # for a server to give back what it does not need
JOBS = 10  # that each key has with each provider from the start
UUID = "[0-9a-f]{8}-[0-9a-f-]{27}"
UNKNOWN = "00000000-0000-4000-8000-{:012}"
SCENARIO = f"""
scenario: What a server is soaked in
jobs: [{{phrase_studio: {{upload: direct}}}}]
existing:
  - {{provider: aitronos, count: {JOBS}, phase: completed, age: 1h..2h}}
  - {{provider: azure_speech, count: {JOBS}, phase: completed, age: 1h..2h}}
  - {{provider: gladia, count: {JOBS}, phase: completed, age: 1h..2h}}
  - {{provider: phrase_studio, count: {JOBS}, phase: completed, age: 1h..2h}}
"""
FORM = (
    '--b\r\nContent-Disposition: form-data; name="sourceLanguage"\r\n\r\nen\r\n'
    '--b\r\nContent-Disposition: form-data; name="subtitleProfiles"\r\n\r\n'
    '[{"subtitleProfileId": "3c1e7a90-2b4d-4c1f-9c0a-77d1f0a5b312", "languageCode": "en"}]\r\n'
    '--b\r\nContent-Disposition: form-data; name="files"; filename="NUMBER.mp3"\r\n'
    "Content-Type: audio/mpeg\r\n\r\nno audio NUMBER\r\n--b--\r\n"
)


class Api(Struct, frozen=True):
    """One provider's words for the same few requests."""

    path: str  # of its jobs
    header: str  # in which the key stands
    id: str  # a pattern of what a list has around the id of a job
    job: str  # the body of a new job, with places for its number
    kind: str = "application/json"

    def messages(self, key: str, number: int, ids: Sequence[str]) -> Iterator[Message]:
        """A page, a job, an unknown one, a body that is refused, and now and then a new job."""
        head = {self.header: key}
        typed = {**head, "Content-Type": self.kind}
        yield Message("GET", self.path, head)
        yield Message("GET", f"{self.path}/{ids[number % len(ids)]}", head)
        yield Message("GET", f"{self.path}/{UNKNOWN.format(number)}", head)
        yield Message("POST", self.path, typed, b'{"wrong": "%d"}' % number)
        if number % CREATE_EVERY == 0:
            yield Message(
                "POST", self.path, typed, self.job.replace("NUMBER", str(number)).encode()
            )

    def ids(self, port: int, key: str) -> list[str]:
        page = ask(port, Message("GET", self.path, {self.header: key})).body.decode()
        return list(dict.fromkeys(re.findall(self.id, page)))


APIS: Mapping[str, Api] = {
    "aitronos": Api(
        "/aitronos/v1/audio/transcribe",
        "X-API-Key",
        "trans_[0-9a-f]{32}",
        '{"organization_id": "org_1", "transcription_options":'
        ' {"audio_url": "https://media.example.com/NUMBER.mp3", "language": "en"}}',
    ),
    "azure_speech": Api(
        "/azure-speech/speechtotext/v3.1/transcriptions",
        "Ocp-Apim-Subscription-Key",
        f"/transcriptions/({UUID})",
        '{"contentUrls": ["https://media.example.com/NUMBER.wav"], "locale": "en-US",'
        ' "displayName": "NUMBER"}',
    ),
    "gladia": Api(
        "/gladia/v2/pre-recorded",
        "x-gladia-key",
        f'{{"id":"({UUID})","request_id"',
        '{"audio_url": "https://media.example.com/NUMBER.wav"}',
    ),
    "phrase_studio": Api(
        "/phrase-studio/v1/projects",
        "X-API-Key",
        f'{{"id":"({UUID})","accountId"',
        FORM,
        "multipart/form-data; boundary=b",
    ),
}
Jobs = Mapping[tuple[str, str], Sequence[str]]  # key, provider -> ids


class Level(Struct, frozen=True):
    """How much was resident after so many requests."""

    what: str
    resident_mb: float


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description=__doc__)
    parser.add_argument("--requests", type=int, default=300_000)
    parser.add_argument("--keys", type=int, default=40)
    parser.add_argument("flags", nargs="*", help="further flags of serve, after --")
    given = parser.parse_args(arguments)
    begin = perf_counter()
    for level in soaked(given.requests, given.keys, given.flags):
        print(f"{level.what}: {level.resident_mb:.0f} MB", flush=True)
    print(f"in {perf_counter() - begin:.0f} seconds")


def soaked(
    requests: int, keys: int, flags: Sequence[str] = (), rest_seconds: float = REST_SECONDS
) -> Iterator[Level]:
    port = free_port()
    words = [sys.executable, "-m", "emulator", "serve", "--port", str(port), "--log-level", "error"]
    words += ["--scenario", SCENARIO]
    with (
        tempfile.TemporaryDirectory() as folder,
        spawned([*words, *flags], Path(folder), OURS) as process,
    ):
        wait_for(process, port, Message("GET", "/_emulator/health"))
        names = [f"test-soak-{one}" for one in range(keys)]
        jobs = {(key, name): api.ids(port, key) for key in names for name, api in APIS.items()}
        wires = traffic(names, jobs)
        drive(port, islice(wires, BATCH))  # what the first requests load is no growth
        yield Level("before", memory_mb(process.pid) or 0.0)
        for stop in range(1, STOPS + 1):
            drive(port, islice(wires, requests // STOPS))
            yield Level(f"after {requests // STOPS * stop:,}", memory_mb(process.pid) or 0.0)
        for name in names:
            ask(port, Message("DELETE", f"/_emulator/tenants/{name}"))
        sleep(rest_seconds)
        yield Level("keys closed", memory_mb(process.pid) or 0.0)


def traffic(keys: Sequence[str], jobs: Jobs) -> Iterator[bytes]:
    for number in count():
        for key in keys:
            for name, api in APIS.items():
                for message in api.messages(key, number, jobs[key, name]):
                    yield message.wire


def drive(port: int, wires: Iterator[bytes]) -> None:
    """Send the requests over one connection, and read all answers. Raises OSError."""
    with socket.create_connection((HOST, port), timeout=LONGEST_SECONDS) as connection:
        while batch := list(islice(wires, BATCH)):
            connection.sendall(b"".join(batch))
            read(connection, len(batch))


def read(connection: socket.socket, left: int) -> None:
    """So many whole answers, each of a known length."""
    held = b""
    while left:
        end = held.find(b"\r\n\r\n")
        length = LENGTH.search(held, 0, end + 2) if end >= 0 else None
        whole = end + 4 + (int(length[1]) if length else 0)
        if end >= 0 and len(held) >= whole:
            held, left = held[whole:], left - 1
            continue
        chunk = connection.recv(CHUNK_BYTES)
        if not chunk:
            raise ConnectionError("the server hung up")
        held += chunk


if __name__ == "__main__":
    main()
