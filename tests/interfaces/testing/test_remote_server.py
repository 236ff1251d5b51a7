"""The fixtures on an emulator that runs elsewhere."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

import emulator
from emulator.client import Client
from emulator.core.base.ids import digest
from emulator.core.http.messages import Request, Response
from emulator.core.http.problems import Violation
from emulator.core.journal.exchange import Exchange
from emulator.interfaces.testing.api import EmulatorSession
from emulator.interfaces.testing.local_server import SpeechServer
from emulator.interfaces.testing.pytest_plugin import start_server
from emulator.interfaces.testing.remote_server import RemoteServer, RemoteSession, session_report
from emulator.interfaces.testing.settings import BadMarker

pytest_plugins = ["pytester"]

ARGUMENTS = ("-p", "no:cacheprovider", "-p", "no:xdist")
SETTINGS = {"scenario": "", "clock": "", "strict": "", "url": ""}
NOBODY = "http://127.0.0.1:9"  # the discard port: nothing listens there


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[EmulatorSession]:
    with emulator.run("happy") as running:
        yield running


@pytest.fixture
def server(elsewhere: EmulatorSession) -> Iterator[RemoteServer]:
    with RemoteServer(SETTINGS, elsewhere.url, None) as opened:
        yield opened


def entries_of(har: Any) -> list[Any]:
    return list(har["log"]["entries"])


def get(speech: RemoteSession, path: str) -> httpx.Response:
    return httpx.get(
        speech.gladia.url + path, headers={"x-gladia-key": speech.gladia.key}, timeout=60
    )


def test_where_one_runs_already_nothing_is_started(elsewhere: EmulatorSession) -> None:
    by_setting = start_server({**SETTINGS, "url": elsewhere.url}, {})
    by_variable = start_server(SETTINGS, {"SPEECH_EMULATOR_URL": elsewhere.url})
    local = start_server(SETTINGS, {})

    assert isinstance(by_setting, RemoteServer)
    assert isinstance(by_variable, RemoteServer)
    assert by_setting.url == by_variable.url == elsewhere.url
    assert isinstance(local, SpeechServer)


def test_a_tenant_is_opened_there_with_the_key_that_it_has_here(server: RemoteServer) -> None:
    speech, strict = server.open("tests/test_a.py::test_b")

    accounts = [speech.aitronos, speech.azure_speech, speech.gladia, speech.phrase_studio]
    assert strict
    assert speech.key == f"test-{digest('tests/test_a.py::test_b')[:16]}"
    assert {account.key for account in accounts} == {speech.key}
    assert {account.wrong_key for account in accounts} == {f"wrong-{speech.key}"}
    assert [account.url.removeprefix(server.url) for account in accounts] == [
        "/aitronos",
        "/azure-speech",
        "/gladia",
        "/phrase-studio",
    ]
    assert speech.tenant.clock.state.mode == "step"
    assert speech.tenant.state.scenario == "Everything works"


def test_a_scenario_is_read_here(server: RemoteServer, tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("scenario: Mine\n")

    by_path, _ = server.open("a", scenario=str(path), clock="manual", strict=False)
    by_name, _ = server.open("b", scenario="slow")

    assert by_path.tenant.state.scenario == "Mine"
    assert by_path.tenant.clock.state.mode == "manual"
    assert by_name.tenant.state.scenario == "Twenty minutes of work on each job"


@pytest.mark.parametrize(
    ("settings", "url", "said"),
    [
        ({"strict": "perhaps"}, NOBODY, '"perhaps" is neither yes nor no'),
        ({"clock": "sun"}, NOBODY, 'clock "sun" is none of: step, manual, wall'),
        ({}, "localhost:1", '"localhost:1" is no http or https address'),
    ],
)
def test_settings_that_mean_nothing_are_told(settings: dict[str, str], url: str, said: str) -> None:
    with pytest.raises(BadMarker, match=said):
        RemoteServer({**SETTINGS, **settings}, url, None)


def test_a_scenario_that_is_wrong_is_told_with_its_places(server: RemoteServer) -> None:
    with pytest.raises(BadMarker, match='scenario:1:1: unknown key "seeed"'):
        server.open("a", scenario="seeed: 1\n")


def test_an_emulator_that_is_not_there_is_told() -> None:
    with (
        RemoteServer(SETTINGS, NOBODY, None) as server,
        pytest.raises(BadMarker, match=f"no emulator answers at {NOBODY}: "),
    ):
        server.open("a")


def test_a_request_without_a_key_is_explained_and_a_new_journal_is_read_whole() -> None:
    with emulator.run() as elsewhere, RemoteServer(SETTINGS, elsewhere.url, None) as server:
        httpx.get(f"{server.url}/gladia/v2/before", timeout=60)
        speech, _ = server.open("a")
        httpx.get(f"{server.url}/gladia/v2/pre-recorded", timeout=60)
        [one] = speech.unclaimed
        explained = str(speech.explain(one.id))
        elsewhere.emulator.tenants.reset(elsewhere.emulator.tenants.default)
        none = speech.unclaimed
        server.close(speech, strict=True)

    assert (one.refused, one.why[0]) == ("NoKey", "no key")
    assert explained.startswith("GET /v2/pre-recorded (gladia) -> 401 NoKey\n")
    assert none == speech.unclaimed == ()


def test_an_emulator_that_has_gone_is_told_of_a_failed_test() -> None:
    with emulator.run() as elsewhere:
        server = RemoteServer(SETTINGS, elsewhere.url, None)
        speech, _ = server.open("a")

    said = session_report(speech)

    assert said.startswith(f"the emulator at {elsewhere.url} does not tell what came: ")


@pytest.mark.parametrize("strict", [True, False])
def test_a_stray_request_is_complained_of_where_the_test_is_strict(
    server: RemoteServer, strict: bool
) -> None:
    speech, _ = server.open("a")
    get(speech, "/v2/pre-record")

    said = server.close(speech, strict=strict)

    assert (
        said.startswith("the client asked for GET /v2/pre-record, which gladia does not") is strict
    )
    assert bool(said) is strict


def test_what_was_seen_can_be_told_when_the_tenant_is_gone(server: RemoteServer) -> None:
    speech, _ = server.open("a")
    get(speech, "/v2/pre-recorded")
    get(speech, "/v2/pre-recorded/x")
    (first, second) = speech.journal
    speech.verify(times=2)
    explained, entries = str(speech.explain(first.id)), entries_of(speech.har())
    name, deliveries = speech.inbox("mine").name, speech.deliveries

    wrong = server.close(speech, strict=True)

    assert wrong == ""
    assert session_report(speech).splitlines()[0].endswith(" GET    /v2/pre-recorded -> 200")
    assert session_report(speech).splitlines()[1].endswith(" -> 404 NotFound")
    assert explained.startswith("GET /v2/pre-recorded (gladia) -> 200")
    assert (len(entries), name, deliveries) == (2, "mine", ())
    with Client(server.url) as client:
        assert speech.key not in [tenant.key for tenant in client.tenants()]
    assert second.refused == "NotFound"


def test_what_all_tenants_met_is_counted(server: RemoteServer) -> None:
    for name in ("a", "b"):
        speech, _ = server.open(name)
        get(speech, "/v2/pre-recorded")
        server.close(speech, strict=True)

    assert server.status_counts() == [
        ("gladia", "PreRecordedController_getPreRecordedJobs_v2", 200, 2)
    ]


def test_a_bug_of_the_emulators_there_is_told(
    elsewhere: EmulatorSession, server: RemoteServer
) -> None:
    speech, _ = server.open("a")
    tenant = elsewhere.emulator.tenants.tenant_of_key(speech.key)
    assert tenant is not None
    violation = Violation("body", ("a", "b"), "type", message="it is wrong")
    request = Request("GET", "/v2/live", id="1")
    at = tenant.clock.now()
    tenant.journal.record(Exchange("gladia", request, Response(200), at, violations=(violation,)))

    said = server.close(speech, strict=False)

    assert said == (
        "a bug of the emulator's: its answer 200 to GET /v2/live leaves the contract: "
        "body a.b: it is wrong"
    )


def test_a_projects_tests_run_there(elsewhere: EmulatorSession, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import httpx
        import pytest

        def ask(speech, path):
            headers = {"x-gladia-key": speech.gladia.key}
            return httpx.get(speech.gladia.url + path, headers=headers).status_code

        @pytest.mark.speech_emulator(clock="manual")
        def test_good(speech_emulator):
            assert ask(speech_emulator, "/v2/pre-recorded") == 200
            assert speech_emulator.clock.advance("1m").minute == 1

        def test_bad(speech_emulator):
            assert ask(speech_emulator, "/v2/pre-recorded") == 404

        def test_stray(speech_emulator):
            assert ask(speech_emulator, "/v2/pre-record") == 404
        """
    )

    result = pytester.runpytest_inprocess(*ARGUMENTS, f"--speech-emulator-url={elsewhere.url}")

    result.assert_outcomes(passed=2, failed=1, errors=1)
    result.stdout.fnmatch_lines(["*GET    /v2/pre-recorded -> 200*"])
    result.stdout.fnmatch_lines(["*the client asked for GET /v2/pre-record, which gladia*"])
