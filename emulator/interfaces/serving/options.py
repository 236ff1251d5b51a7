"""Options: each flag of ``serve`` with its variable, its default and what it takes."""

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from msgspec import Struct

from emulator.core.scenario.schema.diagnostics import nearest_word

PREFIX = "SPEECH_EMULATOR_"
TRUTHS = {"1": True, "true": True, "yes": True, "on": True}
FALSEHOODS = {"0": False, "false": False, "no": False, "off": False, "": False}
UNITS = {"": 1, "B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9}
SIZE = r"(\d+)\s*([A-Z]*)"
GLOB = r"[\w.*?\[\]-]+|[\da-f:.]+"
HOST = r"[\w.-]+|[\da-f:.]+"
LEVELS = ("debug", "info", "warning", "error")


class BadOption(ValueError):
    """A flag or a variable with a value that it does not take; says which."""


class Option(Struct, frozen=True):
    name: str  # "log-format"
    takes: str  # for people: "N", "text|json"; empty: the flag stands alone
    read: Callable[[str], Any]
    default: str | None
    help: str

    @property
    def flag(self) -> str:
        return f"--{self.name}"

    @property
    def variable(self) -> str:
        return PREFIX + self.name.replace("-", "_").upper()

    @property
    def key(self) -> str:
        return self.name.replace("-", "_")

    def value(self, given: str | None, environment: Mapping[str, str]) -> Any:
        """What the flag says, else the variable, else the default. Raises BadOption."""
        for source, text in ((self.flag, given), (self.variable, environment.get(self.variable))):
            if text is not None:
                return self._read(source, text)
        return None if self.default is None else self.read(self.default)

    def _read(self, source: str, text: str) -> Any:
        try:
            return self.read(text)
        except ValueError as error:
            raise BadOption(f"{source}: {error}") from None


def text(given: str) -> str:
    if not given:
        raise ValueError("it is empty")
    return given


def integer(low: int, high: int) -> Callable[[str], int]:
    def read(given: str) -> int:
        if not re.fullmatch(r"\d{1,20}", given) or not low <= int(given) <= high:
            raise ValueError(f'"{given}" is no whole number from {low} to {high}')
        return int(given)

    return read


def one_of(*words: str) -> Callable[[str], str]:
    def read(given: str) -> str:
        if given not in words:
            near = nearest_word(given, words)
            hint = f'; did you mean "{near}"' if near else ""
            raise ValueError(f'"{given}" is none of: {", ".join(words)}{hint}')
        return given

    return read


def boolean(given: str) -> bool:
    known = {**TRUTHS, **FALSEHOODS}
    if given.lower() not in known:
        raise ValueError(f'"{given}" is neither yes nor no')
    return known[given.lower()]


def size(given: str) -> int:
    match = re.fullmatch(SIZE, given.strip())
    if not match or match[2] not in UNITS:
        raise ValueError(f'"{given}" is no size such as 200B, 5MB or 1GB')
    return int(match[1]) * UNITS[match[2]]


def url(given: str) -> str:
    parts = urlsplit(given)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
        raise ValueError(f'"{given}" is no http or https address')
    return given.rstrip("/")


def globs(given: str) -> tuple[str, ...]:
    hosts = tuple(one.strip().lower() for one in given.split(",") if one.strip())
    for host in hosts:
        if not re.fullmatch(GLOB, host):
            raise ValueError(f'"{host}" is no host such as hooks.example.com or *.example.com')
    return hosts


def rewrites(given: str) -> dict[str, str]:
    pairs = [one.strip().lower().partition("=") for one in given.split(",") if one.strip()]
    for host, _, other in pairs:
        if not (re.fullmatch(HOST, host) and re.fullmatch(HOST, other)):
            raise ValueError(f'"{given}" is not of the form HOST=HOST,... (no ports)')
    return {host: other for host, _, other in pairs}


strictness = one_of("fail", "warn", "off")

OPTIONS: tuple[Option, ...] = (
    Option(
        "host",
        "ADDRESS",
        text,
        "127.0.0.1",
        "the address to listen on; localhost and :: are IPv4 and IPv6",
    ),
    Option("port", "N", integer(0, 65535), "4788", "the port to listen on; 0 is any free one"),
    Option("scenario", "S", text, None, "a file, a built-in's name, or the YAML itself"),
    Option("seed", "N", integer(0, 2**63 - 1), None, "in the place of the scenario's seed"),
    Option("public-url", "URL", url, None, "what URLs in answers begin with, for all clients"),
    Option("trust-forwarded", "", boolean, "no", "believe X-Forwarded-Proto, -Host and -Prefix"),
    Option(
        "requests",
        "fail|warn|off",
        strictness,
        "fail",
        "requests that break the contract",
    ),
    Option(
        "answers",
        "fail|warn|off",
        strictness,
        "warn",
        "answers of ours that break the contract",
    ),
    Option(
        "engine", "fast|openapi-core", one_of("fast", "openapi-core"), "fast", "what checks both"
    ),
    Option("max-body", "SIZE", size, "1GB", "the largest body; more is 413"),
    Option("max-tenants", "N", integer(1, 10**6), "10000", "how many keys are kept at once"),
    Option("journal-bytes", "SIZE", size, "256MB", "memory for the journals of all keys"),
    Option("admin-token", "TOKEN", text, None, "what the admin API then wants from every client"),
    Option(
        "open-admin",
        "",
        boolean,
        "no",
        "without a token, let whoever reaches the server use the admin API",
    ),
    Option("webhook-allow", "GLOB,...", globs, "", "hosts elsewhere that webhooks may go to"),
    Option("webhook-rewrite", "A=B,...", rewrites, "", "connect to host B for webhooks to A"),
    Option("tls", "", boolean, "no", "serve https with a throw-away certificate authority"),
    Option("log-format", "text|json", one_of("text", "json"), "text", "how log lines look"),
    Option("log-level", "LEVEL", one_of(*LEVELS), "info", f"one of {', '.join(LEVELS)}"),
    Option("watch", "", boolean, "no", "read the scenario file again when it changes"),
    Option("ready-file", "FILE", text, None, "once ready, this file holds the base URL"),
)


# Other variables with our prefix: what leads a client to a server, and what our own tests read.
OTHERS = tuple(f"SPEECH_EMULATOR_{name}" for name in ("URL", "KEY", "FUZZ", "FRESH"))
# What Kubernetes and Docker's links set for a service that is called speech-emulator.
LINK = r"SPEECH_EMULATOR_(\w+_)?(SERVICE_(HOST|PORT)(_\w+)?|PORT_\d+_\w+|NAME|ENV_\w+)"
LINKED_VALUE = r"(tcp|udp|sctp)://.*"


def resolve_options(given: Mapping[str, Any], environment: Mapping[str, str]) -> dict[str, Any]:
    """Each option's value by its key. Raises BadOption for the first that is wrong."""
    own = {name: value for name, value in environment.items() if not is_link(name, value)}
    return {option.key: option.value(given.get(option.key), own) for option in OPTIONS}


def is_link(name: str, value: str) -> bool:
    return bool(re.fullmatch(LINK, name) or re.fullmatch(LINKED_VALUE, value))


def unknown_variables(environment: Mapping[str, str]) -> list[str]:
    """What to say of each variable with our prefix that nobody reads."""
    known = [*(option.variable for option in OPTIONS), *OTHERS]
    short = [name.removeprefix(PREFIX) for name in known]
    found = []
    for name, value in sorted(environment.items()):
        if name.startswith(PREFIX) and name not in known and not is_link(name, value):
            near = nearest_word(name.removeprefix(PREFIX), short)
            hint = f"; did you mean {PREFIX}{near}" if near else ""
            found.append(f"nobody reads the variable {name}{hint}")
    return found
