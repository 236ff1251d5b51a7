"""SpeechServer: the server behind the pytest fixtures, and what it says of a test."""

from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import Any

from emulator.application import Emulator
from emulator.core.journal import Exchange
from emulator.core.problems import NoOperation, WrongMethod
from emulator.core.scenario.errors import ScenarioErrors
from emulator.faces.http import application
from emulator.faces.options import switch
from emulator.faces.python import Speech, join, make
from emulator.faces.thread import ServerThread

CLOCKS = ("step", "manual", "wall")
STRAY = (NoOperation.__name__, WrongMethod.__name__)


class BadMarker(ValueError):
    """A setting, or an argument of the marker, that means nothing."""


class SpeechServer:
    """One emulator on a free port for the whole session; a context manager."""

    def __init__(self, settings: Mapping[str, str]) -> None:
        try:
            self.strict = switch(settings["strict"] or "yes")
            clock: Any = checked_clock(settings["clock"] or "step")
            self.emulator: Emulator = make(settings["scenario"] or None, clock=clock)
        except (ValueError, ScenarioErrors) as error:
            raise BadMarker(f"speech_emulator settings: {error}") from None
        self._thread = ServerThread(application(self.emulator))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._thread.port}"

    def asked(self, args: tuple[Any, ...], given: Mapping[str, Any]) -> dict[str, Any]:
        """The marker's arguments. Raises BadMarker for one that it does not take."""
        strange = sorted(set(given) - {"scenario", "clock", "strict"})
        if args or strange:
            what = f"unknown argument {strange[0]!r}" if strange else "its arguments have names"
            raise BadMarker(f"{what}; the marker takes scenario, clock and strict")
        return dict(given)

    def open(
        self, name: str, *, scenario: Any = None, clock: Any = None, strict: bool | None = None
    ) -> tuple[Speech, bool]:
        """A fresh tenant, and whether to be strict with it. Raises BadMarker."""
        mode: Any = None if clock is None else checked_clock(clock)
        try:
            speech = join(self.emulator, self.url, name, scenario, clock=mode)
        except ScenarioErrors as errors:
            raise BadMarker(str(errors)) from None
        return speech, self.strict if strict is None else strict

    def close(self, speech: Speech, *, strict: bool) -> str:
        """Forget the tenant; what was wrong with its exchanges, or nothing."""
        wrong = "\n".join(line for one in speech.journal for line in complaints(one, strict))
        with self.emulator.lock:
            self.emulator.tenants.close(speech.key)
        return wrong

    def __enter__(self) -> "SpeechServer":
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._thread.stop()


def checked_clock(given: str) -> str:
    if given not in CLOCKS:
        raise BadMarker(f'clock "{given}" is none of: {", ".join(CLOCKS)}')
    return given


def complaints(exchange: Exchange, strict: bool) -> Iterator[str]:
    request = exchange.request
    if strict and exchange.refused in STRAY:
        api = exchange.provider or "any API"
        yield f"the client asked for {request.method} {request.path}, which {api} does not have"
    for one in exchange.breaches:
        yield (
            f"a bug of the emulator's: its answer {exchange.response.status} to {request.method} "
            f"{request.path} leaves the contract: {one.place} {one.name}: {one.message}"
        )


def story(speech: Speech) -> str:
    """The exchanges of one tenant, one a line."""
    return "\n".join(
        f"{one.at:%H:%M:%S} {one.provider or '-':13} {one.request.method:6} {one.request.path}"
        f" -> {one.response.status}{' ' + one.refused if one.refused else ''}"
        for one in speech.journal
    )
