"""The first mistakes, as a project's test run shows them."""

import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

import emulator
from emulator.interfaces.testing.local_server import SpeechServer

pytest_plugins = ["pytester"]

ARGUMENTS = ("-p", "no:cacheprovider", "-p", "no:xdist")
SETTINGS = {"scenario": "", "clock": "", "strict": "", "url": ""}
NO_KEY = """
    import httpx

    def test_it(speech_emulator):
        url = speech_emulator.gladia.url + "/v2/pre-recorded"
        assert httpx.get(url, headers={"Authorization": "Bearer x"}).status_code == %s
"""
UNKNOWN_PATH = """
    import httpx

    def test_it(speech_emulator):
        assert httpx.get(speech_emulator.gladia.url + "/v2/nothing").status_code == 404
"""
MEANWHILE = "requests without this test's key that came meanwhile:"


def test_a_failed_test_shows_the_request_without_a_key_and_why_it_was_refused(
    pytester: pytest.Pytester,
) -> None:
    pytester.makepyfile(NO_KEY % 200)

    result = pytester.runpytest_inprocess(*ARGUMENTS)

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "no request reached this test's key test-*...; 1 request came without a good key",
            "  the client's base URL: it begins with http://127.0.0.1:*",
            "  the client's key: it is speech_emulator.key",
            MEANWHILE,
            "??:??:?? gladia        GET    /v2/pre-recorded -> 401 NoKey",
            "         no key: Gladia v2 reads it from the header x-gladia-key; the request has "
            "Authorization",
        ]
    )


def test_a_request_without_a_key_fails_no_test_by_itself(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(NO_KEY % 401)

    result = pytester.runpytest_inprocess(*ARGUMENTS)

    result.assert_outcomes(passed=1)


def test_an_unknown_path_without_a_key_fails_a_strict_test(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(UNKNOWN_PATH)

    result = pytester.runpytest_inprocess(*ARGUMENTS)

    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(
        [
            "*the client asked for GET /v2/nothing, which gladia does not have; the nearest are*"
            "(while this test ran, and without its key)"
        ]
    )


def test_an_unknown_path_without_a_key_is_let_be_where_the_test_is_not_strict(
    pytester: pytest.Pytester,
) -> None:
    pytester.makepyfile(UNKNOWN_PATH)

    result = pytester.runpytest_inprocess(*ARGUMENTS, "--speech-emulator-strict=no")

    result.assert_outcomes(passed=1)


def test_what_came_before_a_test_does_not_count_for_it(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import httpx
        import pytest

        @pytest.fixture
        def early(speech_emulator_server):
            httpx.get(speech_emulator_server.url + "/gladia/v2/nothing")

        def test_it(early, speech_emulator):
            assert speech_emulator.unclaimed == ()
        """
    )

    result = pytester.runpytest_inprocess(*ARGUMENTS)

    result.assert_outcomes(passed=1)


def test_a_test_that_ran_at_the_same_time_counts_it_too() -> None:
    with SpeechServer(SETTINGS) as server:
        one, _ = server.open("one")
        other, _ = server.open("other")
        httpx.get(f"{server.url}/gladia/v2/nothing", timeout=60)
        said = [server.close(speech, strict=True) for speech in (one, other)]
        later, _ = server.open("later")
        said.append(server.close(later, strict=True))

    assert ["asked for GET /v2/nothing" in one for one in said] == [True, True, False]


def test_a_failed_test_that_asked_nothing_says_so(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_it(speech_emulator): assert False")

    result = pytester.runpytest_inprocess(*ARGUMENTS)

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ["no request reached this test's key test-*...; no requests came without a good key"]
    )


def test_the_keys_of_others_are_counted(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import httpx

        def test_it(speech_emulator):
            httpx.get(speech_emulator.gladia.url + "/v2/live", headers={"x-gladia-key": "test-me"})
            assert False
        """
    )

    result = pytester.runpytest_inprocess(*ARGUMENTS)

    result.stdout.fnmatch_lines(["no request reached*, 1 request came with the keys of others"])


# Behind a proxy


def run(path: Path, source: str, **variables: str) -> str:
    """A test run of its own, with these variables and no other proxy; what it says."""
    (path / "test_client.py").write_text(source)
    environment = {
        name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")
    }
    result = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_client.py"],
        cwd=path,
        env=environment | variables,
        capture_output=True,
        text=True,
        timeout=60,
    )
    return result.stdout


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "all_proxy"])
def test_a_client_finds_the_emulator_past_a_proxy(tmp_path: Path, variable: str) -> None:
    source = (
        "import os, httpx\n"
        "def test_it(speech_emulator):\n"
        "    assert httpx.get(speech_emulator.gladia.url + '/health').status_code == 200\n"
        "    assert os.environ['NO_PROXY'] == '127.0.0.1'\n"
    )

    said = run(tmp_path, source, **{variable: "http://127.0.0.1:9"})

    assert "1 passed" in said


def test_a_proxy_that_the_test_sets_is_named_in_its_report(tmp_path: Path) -> None:
    source = (
        "import httpx\n"
        "def test_it(speech_emulator, monkeypatch):\n"
        "    monkeypatch.setenv('HTTP_PROXY', 'http://127.0.0.1:9')\n"
        "    httpx.get(speech_emulator.gladia.url + '/health')\n"
    )

    said = run(tmp_path, source)

    assert "httpx.ConnectError" in said
    assert "no request reached this test's key test-" in said
    assert "the proxy: HTTP_PROXY is set, and NO_PROXY does not name 127.0.0.1: " in said


def test_the_environment_is_as_it_was_after_the_run(tmp_path: Path) -> None:
    source = (
        "import os, pytest\n"
        "@pytest.fixture(scope='session', autouse=True)\n"
        "def as_it_was():\n"
        "    yield\n"
        "    assert 'NO_PROXY' not in os.environ and 'no_proxy' not in os.environ\n"
        "def test_it(speech_emulator): assert 'NO_PROXY' in os.environ\n"
    )

    said = run(tmp_path, source, HTTP_PROXY="http://127.0.0.1:9")

    assert "1 passed" in said
    assert "error" not in said


# On an emulator that runs elsewhere, and that others use, too


def test_elsewhere_a_request_without_a_key_is_shown_and_fails_nothing(
    pytester: pytest.Pytester,
) -> None:
    pytester.makepyfile(
        """
        import httpx

        def test_good(speech_emulator):
            assert httpx.get(speech_emulator.gladia.url + "/v2/nothing").status_code == 404

        def test_bad(speech_emulator):
            assert httpx.get(speech_emulator.gladia.url + "/v2/pre-recorded").status_code == 200
        """
    )

    with emulator.run("happy") as elsewhere:
        result = pytester.runpytest_inprocess(*ARGUMENTS, f"--speech-emulator-url={elsewhere.url}")

    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(
        [
            "no request reached this test's key test-*...; 1 request came without a good key",
            MEANWHILE,
            "??:??:?? gladia        GET    /v2/pre-recorded -> 401 NoKey",
            "         no key: Gladia v2 reads it from the header x-gladia-key; *",
        ]
    )
