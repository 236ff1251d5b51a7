"""Server: how one is started, what it is asked, and which version it is; and the list of them."""

import json
import sys
from collections.abc import Callable, Mapping
from importlib.metadata import version
from pathlib import Path
from shutil import which
from typing import Any

from msgspec import Struct, field

from bench import canned, dynamo
from bench.messages import Message
from bench.payload import JOB, LIST, READER, SCENARIO, Payload
from bench.process import free_port

ROOT = Path(__file__).parents[1]
INSTALLED = ROOT / ".bench" / "peers"  # by make bench-peers
NODE = INSTALLED / "node" / "node_modules"
PYTHON = INSTALLED / "python" / "bin"
PINNED = json.loads((Path(__file__).parent / "peers" / "package.json").read_text())["dependencies"]
OURS = {"PYTHONPATH": str(ROOT)}  # where bench and emulator are
PREFIX = "/gladia"
QUIET = ("--nologfile", "--loglevel", "warn")  # mountebank's words for it
OTHERS = (  # a first answer of each of the other three
    Message("GET", "/aitronos/v1/audio/transcribe", {"X-API-Key": "test-reader"}),
    Message("GET", "/phrase-studio/v1/projects", {"X-API-Key": "test-reader"}),
    Message(
        "GET",
        "/azure-speech/speechtotext/v3.1/transcriptions",
        {"Ocp-Apim-Subscription-Key": "test-reader"},
    ),
)


def nothing(port: int, payload: Payload) -> None:
    """Of servers that know all from their file."""


def emulated(payload: Payload) -> dict[str, Message]:
    return payload.messages(PREFIX)


class Server(Struct, frozen=True):
    name: str
    title: str
    command: Callable[[int, Path], list[str]]  # the port, and the file
    version: Callable[[], str]
    runs_on: str = ""  # the program that must be on the machine
    needs: tuple[Path, ...] = ()  # what make bench-peers installs
    file: Callable[[Payload, int], dict[str, Any]] | None = None
    at: str = "config.json"  # where in its folder the file is
    asks: Callable[[Payload], dict[str, Message]] = Payload.messages
    ready: Message | None = None  # asked first; None: the finished job
    also: tuple[Message, ...] = ()  # asked after that, while the start is timed
    fill: Callable[[int, Payload], None] = nothing
    environment: Mapping[str, str] = field(default_factory=dict)
    remark: str = ""

    @property
    def lacks(self) -> str:
        """What keeps it from running, or nothing."""
        if self.runs_on and not which(self.runs_on):
            return f"no {self.runs_on}"
        return "" if all(path.exists() for path in self.needs) else "not installed"

    def first(self, payload: Payload) -> Message:
        return self.ready or self.asks(payload)[JOB]

    def prepared(self, folder: Path, payload: Payload, port: int) -> Path:
        """Its file, written; the folder where it has none."""
        if self.file is None:
            return folder
        path = folder / self.at
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(self.file(payload, port)))
        return path


def npm(package: str) -> Callable[[], str]:
    def found() -> str:
        return str(json.loads((NODE / package / "package.json").read_text())["version"])

    return found


def pypi(package: str) -> Callable[[], str]:
    def found() -> str:
        folders = INSTALLED.glob(f"python/lib/python*/site-packages/{package}-*.dist-info")
        return next(folders).name.removesuffix(".dist-info").partition("-")[2]

    return found


def plain_command(port: int, file: Path) -> list[str]:
    words = ["serve", "--port", str(port), "--log-level", "warning"]
    return [sys.executable, "-m", "emulator", *words]


def emulator_command(port: int, file: Path) -> list[str]:
    return [*plain_command(port, file), "--scenario", SCENARIO]


def java_command(port: int, file: Path) -> list[str]:
    jar = NODE / "wiremock" / "build" / f"wiremock-standalone-{PINNED['wiremock']}.jar"
    folder = file.parent.parent  # of mappings/
    return ["java", "-jar", str(jar), "--port", str(port), "--root-dir", str(folder)]


def mountebank_command(port: int, file: Path) -> list[str]:
    words = ["start", "--configfile", str(file), "--port", str(free_port())]
    return ["node", str(NODE / "mountebank/bin/mb"), *words, "--pidfile", f"{file}.pid", *QUIET]


def node_command(script: str, *words: str) -> Callable[[int, Path], list[str]]:
    """``PORT`` and ``FILE`` among the words stand for what they say."""

    def made(port: int, file: Path) -> list[str]:
        known = {"PORT": str(port), "FILE": str(file)}
        return ["node", str(NODE / script), *(known.get(word, word) for word in words)]

    return made


def connexion_command(port: int, file: Path) -> list[str]:
    return [str(PYTHON / "connexion"), "run", str(file), "--mock", "all", "--port", str(port)]


EMULATOR = Server(
    "emulator",
    "Speech Emulator",
    emulator_command,
    lambda: version("speech-emulator"),
    asks=emulated,
    also=OTHERS,
    environment=OURS,
    remark="everything on: routing, keys, both checks, conditional requests, journal",
)
PLAIN = Server(  # only started
    "plain",
    "Speech Emulator without a scenario",
    plain_command,
    EMULATOR.version,
    ready=Message("GET", f"{PREFIX}{LIST}?limit=1", READER),
    also=OTHERS,
    environment=OURS,
)
BARE = Server(
    "starlette",
    "bare Starlette on uvicorn",
    lambda port, file: [sys.executable, "-m", "bench.bare", str(port), str(file)],
    lambda: f"{version('starlette')} on {version('uvicorn')}",
    file=canned.bare,
    environment=OURS,
    remark="constant bytes, nothing checked; uvloop, httptools",
)
PEERS = (
    BARE,
    Server(
        "prism",
        "Stoplight Prism",
        node_command(
            "@stoplight/prism-cli/dist/index.js", "mock", "FILE", "-p", "PORT", "-v", "warn"
        ),
        npm("@stoplight/prism-cli"),
        runs_on="node",
        needs=(NODE / "@stoplight/prism-cli",),
        file=canned.openapi,
        remark="checks requests and answers",
    ),
    Server(
        "connexion",
        "connexion, mock",
        connexion_command,
        pypi("connexion"),
        needs=(PYTHON / "connexion",),
        file=canned.openapi,
        remark="checks requests",
    ),
    Server(
        "mockoon",
        "Mockoon CLI",
        node_command(
            "@mockoon/cli/bin/run.js", "start", "-d", "FILE", "-p", "PORT", "-X", "--repair"
        ),
        npm("@mockoon/cli"),
        runs_on="node",
        needs=(NODE / "@mockoon/cli",),
        file=canned.mockoon,
        remark="canned answers",
    ),
    Server(
        "mountebank",
        "mountebank",
        mountebank_command,
        npm("mountebank"),
        runs_on="node",
        needs=(NODE / "mountebank",),
        file=canned.mountebank,
        remark="canned answers",
    ),
    Server(
        "wiremock",
        "WireMock",
        java_command,
        npm("wiremock"),
        runs_on="java",
        needs=(NODE / "wiremock",),
        file=canned.wiremock,
        at="mappings/config.json",
        remark="canned answers, journal",
    ),
    Server(
        "moto",
        "moto server",
        lambda port, file: [str(PYTHON / "moto_server"), "--port", str(port)],
        pypi("moto"),
        needs=(PYTHON / "moto_server",),
        asks=dynamo.messages,
        ready=dynamo.READY,
        fill=dynamo.fill,
        remark="another API: DynamoDB's GetItem, Query and PutItem with items of the same sizes",
    ),
)

__all__ = ["BARE", "EMULATOR", "PEERS", "PLAIN", "PREFIX", "ROOT", "Server"]
