"""The pytest fixtures.

Whatever is heavy is imported when a fixture is first used: in a project where the plugin is merely
installed, a test run must not notice it.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from emulator.faces.python import Speech
    from emulator.faces.session import SpeechServer

MARKER = "speech_emulator(scenario=None, clock=None, strict=True): how this test's tenant behaves"
SETTINGS = {
    "scenario": "the scenario of every test: a file, a built-in's name, or YAML",
    "clock": "the clock of every test whose scenario names none: step, manual or wall",
    "strict": "whether a test fails for a request that no operation knows (yes or no)",
}
SPEECH = pytest.StashKey["Speech"]()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("speech-emulator")
    for name, says in SETTINGS.items():
        group.addoption(f"--speech-emulator-{name}", metavar=name.upper(), help=says)
        parser.addini(f"speech_emulator_{name}", says)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", MARKER)


@pytest.fixture(scope="session")
def speech_emulator_server(request: pytest.FixtureRequest) -> "Iterator[SpeechServer]":
    """A server for the whole session; ``open(name)`` gives a fresh tenant on it."""
    from emulator.faces.session import BadMarker, SpeechServer

    try:
        server = SpeechServer(settings(request.config))
    except BadMarker as error:
        raise pytest.UsageError(str(error)) from None
    with server:
        yield server


@pytest.fixture
def speech_emulator(
    request: pytest.FixtureRequest, speech_emulator_server: "SpeechServer"
) -> "Iterator[Speech]":
    """A fresh tenant with a key of its own; the test fails if the client left the APIs."""
    from emulator.faces.session import BadMarker

    marker = request.node.get_closest_marker("speech_emulator")
    try:
        asked = speech_emulator_server.asked(marker.args, marker.kwargs) if marker else {}
        speech, strict = speech_emulator_server.open(request.node.nodeid, **asked)
    except BadMarker as error:
        pytest.fail(f"speech_emulator: {error}", pytrace=False)
    request.node.stash[SPEECH] = speech
    yield speech
    wrong = speech_emulator_server.close(speech, strict=strict)
    if wrong:
        pytest.fail(wrong, pytrace=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    """Show the exchanges of a test that failed."""
    report = yield
    speech = item.stash.get(SPEECH, None)
    if report.failed and speech is not None:
        from emulator.faces.session import story

        report.sections.append(("Speech Emulator", story(speech)))
    return report


def settings(config: pytest.Config) -> dict[str, str]:
    """What the command line says, else the ini file."""
    given = {name: config.getoption(f"--speech-emulator-{name}") for name in SETTINGS}
    return {
        name: str(config.getini(f"speech_emulator_{name}") if value is None else value)
        for name, value in given.items()
    }
