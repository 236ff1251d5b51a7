"""The pytest fixtures.

Whatever is heavy is imported when a fixture is first used: in a project where the plugin is merely
installed, a test run must not notice it.
"""

from collections.abc import Iterable, Iterator, Mapping
from os import environ
from typing import TYPE_CHECKING, Any, Protocol

import pytest

if TYPE_CHECKING:
    from emulator.interfaces.testing.local_server import SpeechServer
    from emulator.interfaces.testing.remote_server import RemoteServer
    from emulator.interfaces.testing.session import SpeechEmulator

MARKER = "speech_emulator(scenario=None, clock=None, strict=True): how this test's tenant behaves"
SETTINGS = {
    "scenario": "the scenario of every test: a file, a built-in's name, or YAML",
    "clock": "the clock of every test whose scenario names none: step, manual or wall",
    "strict": "whether a test fails for a request that no operation knows (yes or no)",
    "url": "an emulator that runs already: nothing is started (also SPEECH_EMULATOR_URL)",
}
COVERAGE = "show which documented answers the tests met: table, json or markdown"
FAIL_UNDER = "fail the run when the tests met less than N percent of the documented answers"
FORMATS = ("table", "json", "markdown")
SESSION_KEY = pytest.StashKey["SpeechEmulator"]()
COUNTS_KEY = pytest.StashKey[list[tuple[str, str, int, int]]]()
URL_VARIABLE = "SPEECH_EMULATOR_URL"
WORKERS_MET = "speech_emulator_met"  # where an xdist worker leaves what it met


class MetHolder(Protocol):
    """What xdist has for a worker that went down."""

    config: pytest.Config
    workeroutput: dict[str, Any]


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("speech-emulator")
    for name, says in SETTINGS.items():
        group.addoption(f"--speech-emulator-{name}", metavar=name.upper(), help=says)
        parser.addini(f"speech_emulator_{name}", says)
    group.addoption(
        "--speech-emulator-coverage", metavar="FORMAT", nargs="?", const="table", help=COVERAGE
    )
    group.addoption("--speech-emulator-fail-under", metavar="N", help=FAIL_UNDER)
    parser.addini("speech_emulator_coverage", COVERAGE)
    parser.addini("speech_emulator_fail_under", FAIL_UNDER)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", MARKER)
    config.stash[COUNTS_KEY] = []
    coverage_format(config)
    fail_under(config)
    if not hasattr(config, "workerinput"):  # of xdist; whoever started it has looked
        check_settings(config)


@pytest.fixture(scope="session")
def speech_emulator_server(
    request: pytest.FixtureRequest,
) -> "Iterator[SpeechServer | RemoteServer]":
    """A server for the whole session; ``open(name)`` gives a fresh tenant on it.

    Where the settings or SPEECH_EMULATOR_URL say that one is running, nothing is started.
    """
    with start_server(settings(request.config), environ) as server:
        yield server
    request.config.stash[COUNTS_KEY].extend(server.status_counts())


@pytest.fixture
def speech_emulator(
    request: pytest.FixtureRequest, speech_emulator_server: "Any"
) -> "Iterator[SpeechEmulator]":
    """A fresh tenant with a key of its own; the test fails if the client left the APIs."""
    from emulator.interfaces.testing.settings import BadMarker

    marker = request.node.get_closest_marker("speech_emulator")
    try:
        asked = speech_emulator_server.check_arguments(marker.args, marker.kwargs) if marker else {}
        speech, strict = speech_emulator_server.open(request.node.nodeid, **asked)
    except BadMarker as error:
        pytest.fail(f"speech_emulator: {error}", pytrace=False)
    request.node.stash[SESSION_KEY] = speech
    yield speech
    wrong = speech_emulator_server.close(speech, strict=strict)
    if wrong:
        pytest.fail(wrong, pytrace=False)


@pytest.hookimpl(hookwrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Iterator[None]:
    """Refuse wrong markers where they are found: once, and not in each test that has them."""
    outcome: Any = yield
    report = outcome.get_result()
    if report.passed:
        items = [one for one in report.result if isinstance(one, pytest.Item)]
        wrong = list(dict.fromkeys(marker_errors([collector, *items])))
        if wrong:
            report.outcome, report.longrepr, report.result = "failed", "\n".join(wrong), []


# With wrapper=True it would need pluggy 1.2; pytest 7.4 is content with an older one.
@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Show the exchanges of a test that failed."""
    outcome: Any = yield
    report = outcome.get_result()
    speech = item.stash.get(SESSION_KEY, None)
    if report.failed and speech is not None:
        report.sections.append(("Speech Emulator", report_of(speech)))


def marker_errors(nodes: Iterable[pytest.Item | pytest.Collector]) -> Iterator[str]:
    """What is wrong with the markers that stand at these nodes."""
    for marker in (one for node in nodes for one in node.own_markers):
        if marker.name == "speech_emulator":
            from emulator.interfaces.testing.settings import BadMarker, marker_arguments

            try:
                marker_arguments(marker.args, marker.kwargs)
            except BadMarker as error:
                yield f"@pytest.mark.speech_emulator: {error}"


def start_server(
    settings: Mapping[str, str], environment: Mapping[str, str]
) -> "SpeechServer | RemoteServer":
    """Raises BadMarker for settings that mean nothing."""
    url = settings["url"] or environment.get(URL_VARIABLE)
    if url:
        from emulator.interfaces.testing.remote_server import RemoteServer

        return RemoteServer(settings, url, environment.get("SPEECH_EMULATOR_ADMIN_TOKEN"))
    from emulator.interfaces.testing.local_server import SpeechServer

    return SpeechServer(settings)


def report_of(speech: "SpeechEmulator") -> str:
    from emulator.interfaces.testing import local_server as session
    from emulator.interfaces.testing import remote_server

    if isinstance(speech, remote_server.RemoteSession):
        return remote_server.session_report(speech, environ)
    return session.session_report(speech, environ)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: MetHolder) -> None:
    """What a worker of xdist's met; one that crashed has left nothing."""
    rows = getattr(node, "workeroutput", {}).get(WORKERS_MET, [])
    node.config.stash[COUNTS_KEY].extend(tuple(row) for row in rows)


def pytest_sessionfinish(session: pytest.Session) -> None:
    config = session.config
    output = getattr(config, "workeroutput", None)
    if output is not None:
        output[WORKERS_MET] = [list(row) for row in config.stash[COUNTS_KEY]]
    elif coverage_shortfall(config) and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(
    terminalreporter: "pytest.TerminalReporter", config: pytest.Config
) -> None:
    form = coverage_format(config)
    if form:
        from emulator.interfaces.testing.local_server import coverage_report

        terminalreporter.section("Speech Emulator: client coverage")
        rows = config.stash[COUNTS_KEY]
        terminalreporter.write_line(coverage_report(rows, form))
    said = coverage_shortfall(config)
    if said:
        terminalreporter.write_line(f"FAIL: {said}", red=True)


def coverage_shortfall(config: pytest.Config) -> str:
    """What to say of a client coverage that is too low; nothing: it is not, or nobody asked."""
    least = fail_under(config)
    if least is None or config.getoption("collectonly"):
        return ""
    from emulator.interfaces.testing.local_server import coverage_of

    rows = config.stash[COUNTS_KEY]
    percent = coverage_of(rows).percent
    low = f"the client coverage of {percent:g} % is below {least:g} %, which is asked for"
    return low if percent < least else ""


def coverage_format(config: pytest.Config) -> str:
    """How to show the coverage; empty: not at all."""
    given = configured(config, "coverage")
    if given and given not in FORMATS:
        hint = "write --speech-emulator-coverage=table"
        what = f'"{given}" is none of: {", ".join(FORMATS)}; {hint}'
        raise pytest.UsageError(f"{setting_source(config, 'coverage')}: {what}")
    return given


def fail_under(config: pytest.Config) -> float | None:
    given = configured(config, "fail_under")
    try:
        least = float(given) if given else None
    except ValueError:
        least = -1.0
    if least is not None and not 0 <= least <= 100:
        what = f'"{given}" is no number from 0 to 100'
        raise pytest.UsageError(f"{setting_source(config, 'fail_under')}: {what}")
    return least


def check_settings(config: pytest.Config) -> None:
    """Raises UsageError for the first that means nothing; nothing is imported where none is set."""
    given = settings(config)
    given["url"] = given["url"] or environ.get(URL_VARIABLE, "")
    if given["url"]:
        given["scenario"] = ""  # the server there knows which it has
    for name, value in given.items():
        if not value:
            continue
        from emulator.core.scenario.schema.diagnostics import ScenarioErrors
        from emulator.interfaces.testing.settings import check_setting

        try:
            check_setting(name, value)
        except (ValueError, ScenarioErrors) as error:
            raise pytest.UsageError(f"{setting_source(config, name)}: {error}") from None


def configured(config: pytest.Config, name: str) -> str:
    """What the command line says, else the ini file; empty: nothing."""
    given = config.getoption(option_name(name))
    return str(config.getini(f"speech_emulator_{name}") if given is None else given)


def setting_source(config: pytest.Config, name: str) -> str:
    """Where the value of a setting stands."""
    if config.getoption(option_name(name)) is not None:
        return option_name(name)
    in_file = f"speech_emulator_{name}"
    return f"{in_file} in {config.inipath}" if config.getini(in_file) else URL_VARIABLE


def option_name(name: str) -> str:
    return f"--speech-emulator-{name.replace('_', '-')}"


def settings(config: pytest.Config) -> dict[str, str]:
    return {name: configured(config, name) for name in SETTINGS}
