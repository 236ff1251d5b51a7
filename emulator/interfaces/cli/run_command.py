"""Launch: a command with a server of its own, and the variables that lead its clients there."""

import os
import shlex
import signal
import subprocess
from collections.abc import Mapping, Sequence
from types import FrameType
from typing import Any
from urllib.parse import urlsplit

from emulator.core.base.ids import digest
from emulator.interfaces.admin.context import Access
from emulator.interfaces.cli.serve import build_emulator
from emulator.interfaces.serving import logs
from emulator.interfaces.serving.asgi_app import root_app
from emulator.interfaces.serving.options import BadOption, url
from emulator.interfaces.serving.proxies import exempting_variables
from emulator.interfaces.serving.server_thread import ServerThread

KEY = "test-me"
URL = "http://127.0.0.1:4788"
# What an SDK reads (Gladia's both do), else what the code of a client usually calls them.
NAMES: Mapping[str, tuple[tuple[str, str], ...]] = {
    "gladia": (("GLADIA_API_URL", "GLADIA_API_KEY"),),
    "azure-speech": (
        ("AZURE_SPEECH_ENDPOINT", "AZURE_SPEECH_KEY"),
        ("SPEECH_ENDPOINT", "SPEECH_KEY"),
    ),
    "phrase-studio": (("PHRASE_STUDIO_API_URL", "PHRASE_STUDIO_API_KEY"),),
    "aitronos": (("AITRONOS_API_URL", "AITRONOS_API_KEY"),),
}
OPTIONS = (  # of serve, that a command's own server takes too
    "host",
    "scenario",
    "seed",
    "requests",
    "answers",
    "engine",
    "max_body",
    "max_tenants",
    "journal_bytes",
    "webhook_allow",
    "webhook_rewrite",
    "log_format",
    "log_level",
)
SIGNALS = ("SIGTERM", "SIGHUP", "SIGINT", "SIGUSR1", "SIGUSR2")  # not every system has them all
FORWARDED = tuple(getattr(signal, name) for name in SIGNALS if hasattr(signal, name))
NOT_FOUND, NOT_EXECUTABLE, BY_SIGNAL = 127, 126, 128  # exit codes, as shells have them


class CommandNotRun(Exception):
    """The command cannot be run; ``status`` says why, as a shell would."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


def environment_variables(base: str, key: str, environment: Mapping[str, str]) -> dict[str, str]:
    """Where each API is, and the key for it; and no proxy on the way."""
    found = {"SPEECH_EMULATOR_URL": base, "SPEECH_EMULATOR_KEY": key}
    for slug, pairs in NAMES.items():
        for url_name, key_name in pairs:
            found |= {url_name: f"{base}/{slug}", key_name: key}
    return found | exempting_variables(urlsplit(base).hostname or "", environment)


def export_lines(found: Mapping[str, str]) -> str:
    """For ``eval`` in a shell."""
    return "\n".join(f"export {name}={shlex.quote(value)}" for name, value in found.items())


def run_command(
    command: Sequence[str],
    settings: Mapping[str, Any],
    environment: Mapping[str, str],
    *,
    terminal: bool,
) -> int:
    """Serve on a free port as long as the command runs; gives its exit code.

    Raises NoCommand, ScenarioErrors, NoWordLists, and OSError when the address is not this
    machine's. With a ``terminal`` the command hears of Ctrl-C by itself.
    """
    logs.configure_logging(settings["log_format"], settings["log_level"])
    emulator = build_emulator({**settings, "public_url": None, "trust_forwarded": False})
    access = Access(settings["host"], settings["admin_token"], settings["open_admin"])
    app = root_app(emulator, max_body_bytes=settings["max_body"], access=access)
    try:
        with ServerThread(app, host=settings["host"]) as server:
            base = server.url
            # The same command has the same key, and so gets the same bytes.
            key = f"test-{digest(*map(os.fsencode, command))[:16]}"
            own = environment_variables(base, key, environment)
            return Child(terminal=terminal).run(command, {**environment, **own})
    finally:
        emulator.close()


class Child:
    """A process that gets the signals that its parent gets; from a terminal it has them itself."""

    def __init__(self, *, terminal: bool) -> None:
        self._terminal = terminal
        self._process: subprocess.Popen[bytes] | None = None
        self._early: list[int] = []

    def run(self, command: Sequence[str], environment: Mapping[str, str]) -> int:
        """Its exit code, 128 and more after a signal. Raises NoCommand."""
        # Handlers, and none of them "ignore": that would be inherited.
        kept = {number: signal.signal(number, self.on_signal) for number in FORWARDED}
        try:
            status = self._start(command, environment).wait()
        finally:
            for number, handler in kept.items():
                signal.signal(number, handler)
        return status if status >= 0 else BY_SIGNAL - status

    def on_signal(self, number: int, frame: FrameType | None = None) -> None:
        if number == signal.SIGINT and self._terminal:
            return
        if self._process is None:
            self._early.append(number)
        else:
            self._process.send_signal(number)

    def _start(
        self, command: Sequence[str], environment: Mapping[str, str]
    ) -> "subprocess.Popen[bytes]":
        try:
            self._process = subprocess.Popen(command, env=environment)
        except FileNotFoundError:
            raise CommandNotRun(f"{command[0]}: there is no such command", NOT_FOUND) from None
        except OSError as error:
            raise CommandNotRun(f"{command[0]}: {error.strerror}", NOT_EXECUTABLE) from None
        for number in self._early:
            self._process.send_signal(number)
        return self._process


def server_url(given: str | None, environment: Mapping[str, str]) -> str:
    """The running server that is meant: the flag's, the variable's, else the usual one.

    Raises BadOption.
    """
    variable = "SPEECH_EMULATOR_URL"
    for source, text in (("--url", given), (variable, environment.get(variable) or None)):
        if text is not None:
            try:
                return url(text)
            except ValueError as error:
                raise BadOption(f"{source}: {error}") from None
    return URL
