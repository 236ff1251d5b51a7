"""SpeechServer: the server behind the pytest fixtures, and what it says of a test."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from os import environ
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

from emulator.application.emulator import Emulator
from emulator.core.base.escaping import escaped_line
from emulator.core.http.messages import EMPTY
from emulator.core.http.problems import NoOperation, WrongMethod
from emulator.core.inspection.coverage import FORMATS, Coverage, measure_coverage
from emulator.core.inspection.explain import nearest_operations
from emulator.core.journal.exchange import Exchange, StatusCounts
from emulator.core.scenario.schema.diagnostics import ScenarioErrors
from emulator.core.webhooks.model import Delivery
from emulator.interfaces.serving.asgi_app import root_app
from emulator.interfaces.serving.options import boolean
from emulator.interfaces.serving.proxies import exempt_host
from emulator.interfaces.serving.server_thread import ServerThread
from emulator.interfaces.testing.api import (
    EmulatorSession,
    build_emulator,
    open_session,
    unmatched_requests,
)
from emulator.interfaces.testing.report import ReportContext, entry, report
from emulator.interfaces.testing.session import SpeechEmulator
from emulator.interfaces.testing.settings import BadMarker, clock_setting, marker_arguments
from emulator.providers import PROVIDERS

HOST = "127.0.0.1"
CoverageRow = tuple[str, str, int, int]  # provider, operation or nothing, status, how often
UNMATCHED = (NoOperation.__name__, WrongMethod.__name__)


class SpeechServer:
    """One emulator on a free port for the whole session; a context manager."""

    def __init__(self, settings: Mapping[str, str]) -> None:
        try:
            self.strict = boolean(settings["strict"] or "yes")
            clock: Any = clock_setting(settings["clock"] or "step")
            self.emulator: Emulator = build_emulator(settings["scenario"] or None, clock=clock)
        except (ValueError, ScenarioErrors) as error:
            raise BadMarker(f"speech_emulator settings: {error}") from None
        self._thread = ServerThread(root_app(self.emulator))
        self._bypass = exempt_host(HOST, environ)  # a client behind a proxy is to find it

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self._thread.port}"

    def check_arguments(self, args: tuple[Any, ...], given: Mapping[str, Any]) -> dict[str, Any]:
        return marker_arguments(args, given)

    def open(
        self, name: str, *, scenario: Any = None, clock: Any = None, strict: bool | None = None
    ) -> tuple[EmulatorSession, bool]:
        """A fresh tenant, and whether to be strict with it. Raises BadMarker."""
        mode: Any = None if clock is None else clock_setting(clock)
        try:
            speech = open_session(self.emulator, self.url, name, scenario, clock=mode)
        except ScenarioErrors as errors:
            raise BadMarker(str(errors)) from None
        return speech, self.strict if strict is None else strict

    def close(self, speech: EmulatorSession, *, strict: bool) -> str:
        """Forget the tenant; what was wrong with its exchanges, or nothing."""
        lines = [line for one in speech.journal for line in client_errors(one, strict)]
        unclaimed = (line for one in speech.unclaimed for line in client_errors(one, strict))
        lines += [f"{line} (while this test ran, and without its key)" for line in unclaimed]
        lines += [line for delivery in speech.deliveries for line in emulator_errors(delivery)]
        wrong = "\n".join(map(escaped_line, lines))
        with self.emulator.lock:
            self.emulator.tenants.close(speech.key)
        return wrong

    def status_counts(self) -> list[CoverageRow]:
        """What all its tenants met, for the coverage of the client."""
        with self.emulator.lock:
            return [(*what, often) for what, often in self.emulator.status_counts.items()]

    def __enter__(self) -> "SpeechServer":
        self._thread.start()
        self._bypass.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bypass.__exit__(kind, error, trace)
        self._thread.stop()
        self.emulator.close()


def client_errors(exchange: Exchange, strict: bool) -> Iterator[str]:
    request = exchange.request
    if strict and exchange.refused in UNMATCHED:
        api = exchange.provider or "any API"
        near = nearest_operations(exchange, PROVIDERS)
        help = f"; the nearest are: {', '.join(near)}" if near else ""
        asked = f"{request.method} {request.path}"
        yield f"the client asked for {asked}, which {api} does not have{help}"
    for violation in exchange.violations:
        yield (
            f"a bug of the emulator's: its answer {exchange.response.status} to {request.method} "
            f"{request.path} leaves the contract: "
            f"{violation.place} {violation.name}: {violation.message}"
        )


def coverage_of(rows: Iterable[CoverageRow]) -> Coverage:
    met: StatusCounts = Counter()
    for provider, operation, status, often in rows:
        met[provider, operation, status] += often
    return measure_coverage(met, PROVIDERS)


def coverage_report(rows: Iterable[CoverageRow], form: str) -> str:
    return FORMATS[form](coverage_of(rows))


def emulator_errors(delivery: Delivery) -> Iterator[str]:
    for violation in delivery.violations:
        yield (
            f"a bug of the emulator's: the body of its {delivery.message.event} for the job "
            f"{delivery.job} leaves the contract: "
            f"{violation.place} {violation.name}: {violation.message}"
        )


def session_report(speech: SpeechEmulator, environment: Mapping[str, str] = EMPTY) -> str:
    """What a failed test is told of its requests."""
    own, unclaimed = (tuple(map(entry, some)) for some in (speech.journal, speech.unclaimed))
    others = unmatched_requests(speech) if isinstance(speech, EmulatorSession) else 0
    host = urlsplit(speech.url).hostname or ""
    return report(ReportContext(speech.key, host, speech.url, own, unclaimed, others), environment)
