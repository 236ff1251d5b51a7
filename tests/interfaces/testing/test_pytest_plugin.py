"""The fixtures, in the test runs of a project that is not ours."""

import ast
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import httpx
import pytest

import emulator
from emulator.interfaces.testing import pytest_plugin

pytest_plugins = ["pytester"]

ARGUMENTS = ("-p", "no:cacheprovider", "-p", "no:xdist")
WORKERS = ("-p", "no:cacheprovider", "-n", "2")
Arguments = tuple[str, ...]


@pytest.fixture(scope="module", autouse=True)
def elsewhere() -> Iterator[str]:
    """The address of an emulator that runs already.

    It is there before all runs: what one of them imports, and keeps in a library in C, is of no
    use to the next.
    """
    with emulator.run("scenario: Usual") as running:
        httpx.get(f"{running.url}/_emulator/live", timeout=60)
        yield running.url


@pytest.fixture(params=["here", "elsewhere"])
def arguments(request: pytest.FixtureRequest, elsewhere: str) -> Arguments:
    """Of a run whose emulator is its own, and of one whose emulator runs already."""
    if request.param == "here":
        return ARGUMENTS
    return (*ARGUMENTS, f"--speech-emulator-url={elsewhere}")


def test_each_test_has_a_key_and_a_state_of_its_own(
    pytester: pytest.Pytester, arguments: Arguments
) -> None:
    pytester.makepyfile(
        """
        import httpx
        import pytest

        def jobs(speech):
            headers = {"x-gladia-key": speech.gladia.key}
            httpx.post(speech.gladia.url + "/v2/pre-recorded", headers=headers,
                       json={"audio_url": "https://media.test/a.wav"}).raise_for_status()
            reply = httpx.get(speech.gladia.url + "/v2/pre-recorded", headers=headers)
            return [one["id"] for one in reply.json()["items"]]

        seen = []

        @pytest.mark.parametrize("turn", [1, 2])
        def test_one(speech_emulator, turn):
            found = jobs(speech_emulator)
            seen.extend(found)
            assert len(found) == 1

        def test_two():
            assert len(set(seen)) == 2
        """
    )

    result = pytester.runpytest_inprocess(*arguments)

    result.assert_outcomes(passed=3)


def test_the_marker_chooses_scenario_and_clock(
    pytester: pytest.Pytester, arguments: Arguments
) -> None:
    pytester.makepyfile(
        """
        import httpx
        import pytest

        @pytest.mark.speech_emulator(scenario="jobs: [{timeline: {failed: 2s}}]", clock="manual")
        def test_it(speech_emulator):
            url, headers = speech_emulator.gladia.url, {"x-gladia-key": speech_emulator.key}
            made = httpx.post(url + "/v2/pre-recorded", headers=headers,
                              json={"audio_url": "https://media.test/a.wav"}).json()
            before = httpx.get(made["result_url"], headers=headers).json()["status"]
            speech_emulator.clock.advance("2s")
            after = httpx.get(made["result_url"], headers=headers).json()["status"]
            assert (before, after) == ("queued", "error")
        """
    )

    result = pytester.runpytest_inprocess(*arguments)

    result.assert_outcomes(passed=1)


STRAY = """
    import httpx

    def test_stray(speech_emulator):
        headers = {"x-gladia-key": speech_emulator.key}
        httpx.get(speech_emulator.gladia.url + "/v2/nothing", headers=headers)
"""


def test_a_request_that_no_operation_knows_fails_the_test(
    pytester: pytest.Pytester, arguments: Arguments
) -> None:
    pytester.makepyfile(STRAY)

    result = pytester.runpytest_inprocess(*arguments)

    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(
        ["*the client asked for GET /v2/nothing, which gladia does not have*"]
    )


def test_a_path_of_nobody_fails_the_test_too(
    pytester: pytest.Pytester, arguments: Arguments
) -> None:
    pytester.makepyfile(
        """
        import httpx

        def test_stray(speech_emulator):
            headers = {"x-gladia-key": speech_emulator.key}
            httpx.get(speech_emulator.url + "/nothing", headers=headers)
        """
    )

    result = pytester.runpytest_inprocess(*arguments)

    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(
        ["*the client asked for GET /nothing, which any API does not have*"]
    )


@pytest.mark.parametrize(
    ("ini", "more"),
    [
        ("speech_emulator_strict = no", []),
        ("", ["--speech-emulator-strict", "no"]),
        ("speech_emulator_strict = yes", ["--speech-emulator-strict", "no"]),
    ],
)
def test_strictness_can_be_put_off(
    pytester: pytest.Pytester, arguments: Arguments, ini: str, more: list[str]
) -> None:
    pytester.makepyfile(STRAY)
    pytester.makeini(f"[pytest]\n{ini}")

    result = pytester.runpytest_inprocess(*arguments, *more)

    result.assert_outcomes(passed=1)


def test_the_marker_puts_strictness_off_for_one_test(
    pytester: pytest.Pytester, arguments: Arguments
) -> None:
    pytester.makepyfile(
        STRAY.replace(
            "    def test_stray",
            "    import pytest\n\n"
            "    @pytest.mark.speech_emulator(strict=False)\n"
            "    def test_stray",
        )
    )

    result = pytester.runpytest_inprocess(*arguments)

    result.assert_outcomes(passed=1)


def test_a_failed_test_shows_its_exchanges(pytester: pytest.Pytester, arguments: Arguments) -> None:
    pytester.makepyfile(
        """
        import httpx

        def test_it(speech_emulator):
            httpx.get(speech_emulator.gladia.url + "/v2/pre-recorded",
                      headers={"x-gladia-key": speech_emulator.gladia.wrong_key})
            assert False
        """
    )

    result = pytester.runpytest_inprocess(*arguments)

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ["*Speech Emulator*", "09:00:00 gladia        GET    /v2/pre-recorded -> 401 UnknownKey"]
    )


@pytest.mark.parametrize(
    ("marker", "message"),
    [
        ("scenari='slow'", "*unknown argument 'scenari'; the marker takes scenario, clock and*"),
        ("'slow'", "*its arguments have names; the marker takes scenario, clock and strict*"),
        ("clock='sundial'", '*clock "sundial" is none of: step, manual, wall*'),
        ("clock=7", "*clock 7 is none of: step, manual, wall*"),
        ("strict='no'", "*strict is True or False, and not 'no'*"),
        ("scenario=[]", "*scenario is a text, a pathlib.Path or a Scenario, and no list*"),
        ("scenario='jbos: []'", '*:1:1: *did you mean "jobs"*'),
    ],
)
def test_a_wrong_marker_is_an_error_that_says_so(
    pytester: pytest.Pytester, arguments: Arguments, marker: str, message: str
) -> None:
    pytester.makepyfile(
        f"""
        import pytest

        @pytest.mark.speech_emulator({marker})
        def test_it(speech_emulator):
            pass
        """
    )

    result = pytester.runpytest_inprocess(*arguments)

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([message])


@pytest.mark.parametrize(
    ("how", "status"),
    [(ARGUMENTS, pytest.ExitCode.INTERRUPTED), (WORKERS, pytest.ExitCode.TESTS_FAILED)],
)
def test_a_wrong_marker_of_many_tests_is_said_once(
    pytester: pytest.Pytester, how: Arguments, status: pytest.ExitCode
) -> None:
    pytester.makepyfile(
        """
        import pytest

        pytestmark = pytest.mark.speech_emulator(clock="fast")

        @pytest.mark.parametrize("turn", range(5))
        def test_one(speech_emulator, turn):
            pass

        @pytest.mark.parametrize("turn", range(5))
        @pytest.mark.speech_emulator(strict="no")
        def test_two(speech_emulator, turn):
            pass
        """
    )

    result = pytester.runpytest_subprocess(*how, "-rN")  # in CI, a summary says it all again

    assert result.ret == status
    result.assert_outcomes(errors=1)
    said = [line for line in result.outlines if line.startswith("@pytest.mark.speech_emulator: ")]
    assert said == [
        '@pytest.mark.speech_emulator: clock "fast" is none of: step, manual, wall',
        "@pytest.mark.speech_emulator: strict is True or False, and not 'no'",
    ]


def test_a_module_that_cannot_be_imported_is_none_of_ours(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("import pytest\n\nraise RuntimeError('its own fault')")

    result = pytester.runpytest_inprocess(*ARGUMENTS)

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["E   RuntimeError: its own fault"])


def test_a_wrong_marker_that_is_added_late_fails_its_test(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(
        """
        import pytest

        def pytest_collection_modifyitems(items):
            for one in items:
                one.add_marker(pytest.mark.speech_emulator(clock="fast"))
        """
    )
    pytester.makepyfile("def test_it(speech_emulator): pass")

    result = pytester.runpytest_inprocess(*ARGUMENTS)

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(['speech_emulator: clock "fast" is none of: step, manual, wall'])


WRONG_SETTINGS = [
    ("scenario", "hapy", 'no scenario "hapy"; did you mean "happy"*'),
    ("scenario", "jbos: []", '<inline>:1:1: unknown key "jbos"; did you mean "jobs"*'),
    ("clock", "sundial", 'clock "sundial" is none of: step, manual, wall'),
    ("strict", "perhaps", '"perhaps" is neither yes nor no'),
    ("url", "localhost:1", '"localhost:1" is no http or https address'),
    ("coverage", "pie", '"pie" is none of: table, json, markdown; *'),
    ("fail_under", "most", '"most" is no number from 0 to 100'),
]


@pytest.mark.parametrize(("name", "value", "message"), WRONG_SETTINGS)
@pytest.mark.parametrize("how", [ARGUMENTS, WORKERS])
def test_a_wrong_setting_stops_the_run_with_one_line(
    pytester: pytest.Pytester, how: Arguments, name: str, value: str, message: str
) -> None:
    pytester.makepyfile("def test_it(speech_emulator): pass")
    option = f"--speech-emulator-{name.replace('_', '-')}"

    result = pytester.runpytest_inprocess(*how, f"{option}={value}")

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    [line] = [line for line in result.errlines if line]
    assert fnmatch(line, f"ERROR: {option}: {message}".replace("[", "[[]"))


@pytest.mark.parametrize(("name", "value", "message"), WRONG_SETTINGS)
def test_a_wrong_setting_of_the_ini_file_stops_the_run_too(
    pytester: pytest.Pytester, name: str, value: str, message: str
) -> None:
    pytester.makepyfile("def test_it(): pass")
    path = pytester.makeini(f"[pytest]\nspeech_emulator_{name} = {value}")

    result = pytester.runpytest_inprocess(*ARGUMENTS)

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    [line] = [line for line in result.errlines if line]
    assert fnmatch(line, f"ERROR: speech_emulator_{name} in {path}: {message}")


def test_a_wrong_variable_stops_the_run_too(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPEECH_EMULATOR_URL", "localhost:1")
    pytester.makepyfile("def test_it(): pass")

    result = pytester.runpytest_inprocess(*ARGUMENTS)

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert [line for line in result.errlines if line] == [
        'ERROR: SPEECH_EMULATOR_URL: "localhost:1" is no http or https address'
    ]


def test_the_same_test_has_the_same_key_every_time(
    pytester: pytest.Pytester, arguments: Arguments
) -> None:
    pytester.makepyfile(
        test_k="def test_it(speech_emulator): assert speech_emulator.key == 'test-8ab2ab9922ea20b9'"
    )

    result = pytester.runpytest_inprocess(*arguments)

    result.assert_outcomes(passed=1)


def test_a_project_that_uses_no_fixture_imports_nothing_of_ours(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import sys

        def test_it():
            ours = {name for name in sys.modules if name.startswith("emulator")}
            packages = {"emulator", "emulator.interfaces", "emulator.interfaces.testing"}
            assert ours == {*packages, "emulator.interfaces.testing.pytest_plugin"}
            assert "starlette" not in sys.modules
        """
    )

    result = pytester.runpytest_subprocess(*ARGUMENTS, "-p", "no:hypothesispytest")

    result.assert_outcomes(passed=1)


@pytest.mark.parametrize("is_here", [True, False])
def test_it_works_on_several_workers(
    pytester: pytest.Pytester, elsewhere: str, is_here: bool
) -> None:
    pytester.makepyfile(
        """
        import httpx
        import pytest

        @pytest.mark.parametrize("turn", range(6))
        def test_one(speech_emulator, turn):
            headers = {"x-gladia-key": speech_emulator.key}
            reply = httpx.get(speech_emulator.gladia.url + "/v2/pre-recorded", headers=headers)
            assert reply.json()["items"] == []
        """
    )

    result = pytester.runpytest_subprocess(
        *WORKERS, *([] if is_here else [f"--speech-emulator-url={elsewhere}"])
    )

    result.assert_outcomes(passed=6)


# What pytest 7.4 has of what the plugin uses while it is imported; ``scripts/try-pytest`` tries it.
OLD_NAMES = {
    *("Collector", "Config", "ExitCode", "FixtureRequest", "Item", "Parser", "Session"),
    *("StashKey", "UsageError", "fail", "fixture", "hookimpl"),
}


def test_the_plugin_uses_nothing_that_the_oldest_pytest_lacks() -> None:
    tree = ast.parse(Path(pytest_plugin.__file__).read_text())
    used = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
    wrappers = [node.arg for node in ast.walk(tree) if isinstance(node, ast.keyword)]

    names = {one.attr for one in used if ast.unparse(one.value) == "pytest"}

    assert names <= OLD_NAMES
    assert "wrapper" not in wrappers  # pluggy 1.2
