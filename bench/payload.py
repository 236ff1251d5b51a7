"""Payload: the three workloads, and the bytes with which every server answers them."""

import json
from collections.abc import Iterator, Mapping

from msgspec import Struct

from bench.messages import Message, ask

JOB, PAGE, CREATE = "a", "b", "c"
WORKLOADS: Mapping[str, str] = {
    JOB: "one finished job, {:.1f} KB",
    PAGE: "a page of 20 such jobs, {:.0f} KB",
    CREATE: "create, body of {:.1f} KB",
}
SCENARIO = """
scenario: What is measured
transcripts:
  talk: {language: en, speakers: 2, minutes: 25s}
existing:
  - {provider: gladia, count: 20, phase: completed, age: 1h..2h, transcript: talk}
"""
LIST = "/v2/pre-recorded"
READER = {"x-gladia-key": "test-reader"}
WRITER = {"x-gladia-key": "test-writer"}  # an account of its own: pages stay what they are
NEW_JOB = {"audio_url": "https://media.example.com/a.wav", "custom_metadata": {"note": "x" * 940}}


class Payload(Struct, frozen=True):
    job_path: str
    job: bytes
    page: bytes
    created: bytes
    asked: bytes  # the body of a create

    def messages(self, prefix: str = "") -> dict[str, Message]:
        """What is asked of a server that has the API below that prefix."""
        return {
            JOB: Message("GET", prefix + self.job_path, READER),
            PAGE: Message("GET", f"{prefix}{LIST}?limit=20", READER),
            CREATE: create(prefix, self.asked),
        }

    def answers(self) -> Iterator[tuple[str, str, int, bytes]]:
        """Method, path, status and body, for servers that answer what they are told to."""
        yield "GET", self.job_path, 200, self.job
        yield "GET", LIST, 200, self.page
        yield "POST", LIST, 201, self.created

    def titles(self) -> dict[str, str]:
        bodies = {JOB: self.job, PAGE: self.page, CREATE: self.asked}
        return {one: WORKLOADS[one].format(len(body) / 1000) for one, body in bodies.items()}


def create(prefix: str, body: bytes) -> Message:
    headers = {**WRITER, "Content-Type": "application/json"}
    return Message("POST", prefix + LIST, headers, body)


def taken(port: int, prefix: str) -> Payload:
    """From an emulator that runs SCENARIO."""
    asked = json.dumps(NEW_JOB).encode()
    page = ask(port, Message("GET", f"{prefix}{LIST}?limit=20", READER)).body
    path = f"{LIST}/{json.loads(page)['items'][0]['id']}"
    job = ask(port, Message("GET", prefix + path, READER)).body
    created = ask(port, create(prefix, asked)).body
    return Payload(path, job, page, created, asked)
