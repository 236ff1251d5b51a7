"""The fixtures, in the test runs of a project that is not ours."""

import ast
from pathlib import Path

import pytest

from emulator.faces import pytest_plugin

pytest_plugins = ["pytester"]

ARGUMENTS = ("-p", "no:cacheprovider", "-p", "no:xdist")


def test_each_test_has_a_key_and_a_state_of_its_own(pytester: pytest.Pytester) -> None:
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

    result = pytester.runpytest_inprocess(*ARGUMENTS)

    result.assert_outcomes(passed=3)


def test_the_marker_chooses_scenario_and_clock(pytester: pytest.Pytester) -> None:
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

    result = pytester.runpytest_inprocess(*ARGUMENTS)

    result.assert_outcomes(passed=1)


STRAY = """
    import httpx

    def test_stray(speech_emulator):
        headers = {"x-gladia-key": speech_emulator.key}
        httpx.get(speech_emulator.gladia.url + "/v2/nothing", headers=headers)
"""


def test_a_request_that_no_operation_knows_fails_the_test(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(STRAY)

    result = pytester.runpytest_inprocess(*ARGUMENTS)

    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(
        ["*the client asked for GET /v2/nothing, which gladia does not have*"]
    )


def test_a_path_of_nobody_fails_the_test_too(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import httpx

        def test_stray(speech_emulator):
            headers = {"x-gladia-key": speech_emulator.key}
            httpx.get(speech_emulator.url + "/nothing", headers=headers)
        """
    )

    result = pytester.runpytest_inprocess(*ARGUMENTS)

    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(
        ["*the client asked for GET /nothing, which any API does not have*"]
    )


@pytest.mark.parametrize(
    ("ini", "arguments"),
    [
        ("speech_emulator_strict = no", []),
        ("", ["--speech-emulator-strict", "no"]),
        ("speech_emulator_strict = yes", ["--speech-emulator-strict", "no"]),
    ],
)
def test_strictness_can_be_put_off(
    pytester: pytest.Pytester, ini: str, arguments: list[str]
) -> None:
    pytester.makepyfile(STRAY)
    pytester.makeini(f"[pytest]\n{ini}")

    result = pytester.runpytest_inprocess(*ARGUMENTS, *arguments)

    result.assert_outcomes(passed=1)


def test_the_marker_puts_strictness_off_for_one_test(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        STRAY.replace(
            "    def test_stray",
            "    import pytest\n\n"
            "    @pytest.mark.speech_emulator(strict=False)\n"
            "    def test_stray",
        )
    )

    result = pytester.runpytest_inprocess(*ARGUMENTS)

    result.assert_outcomes(passed=1)


def test_a_failed_test_shows_its_exchanges(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import httpx

        def test_it(speech_emulator):
            httpx.get(speech_emulator.gladia.url + "/v2/pre-recorded",
                      headers={"x-gladia-key": speech_emulator.gladia.wrong_key})
            assert False
        """
    )

    result = pytester.runpytest_inprocess(*ARGUMENTS)

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
        ("scenario='jbos: []'", '*<inline>:1:1: *did you mean "jobs"*'),
    ],
)
def test_a_wrong_marker_is_an_error_that_says_so(
    pytester: pytest.Pytester, marker: str, message: str
) -> None:
    pytester.makepyfile(
        f"""
        import pytest

        @pytest.mark.speech_emulator({marker})
        def test_it(speech_emulator):
            pass
        """
    )

    result = pytester.runpytest_inprocess(*ARGUMENTS)

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([message])


@pytest.mark.parametrize(
    ("ini", "message"),
    [
        ("speech_emulator_scenario = hapy", '*no scenario "hapy"; did you mean "happy"*'),
        ("speech_emulator_clock = sundial", '*clock "sundial" is none of: step, manual, wall*'),
        ("speech_emulator_strict = perhaps", '*"perhaps" is neither yes nor no*'),
    ],
)
def test_a_wrong_setting_is_said(pytester: pytest.Pytester, ini: str, message: str) -> None:
    pytester.makepyfile("def test_it(speech_emulator): pass")
    pytester.makeini(f"[pytest]\n{ini}")

    result = pytester.runpytest_inprocess(*ARGUMENTS)

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([message])


def test_the_same_test_has_the_same_key_every_time(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_k="def test_it(speech_emulator): assert speech_emulator.key == 'test-8ab2ab9922ea20b9'"
    )

    result = pytester.runpytest_inprocess(*ARGUMENTS)

    result.assert_outcomes(passed=1)


def test_a_project_that_uses_no_fixture_imports_nothing_of_ours(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import sys

        def test_it():
            ours = {name for name in sys.modules if name.startswith("emulator")}
            assert ours == {"emulator", "emulator.faces", "emulator.faces.pytest_plugin"}
            assert "starlette" not in sys.modules
        """
    )

    result = pytester.runpytest_subprocess(*ARGUMENTS, "-p", "no:hypothesispytest")

    result.assert_outcomes(passed=1)


def test_it_works_on_several_workers(pytester: pytest.Pytester) -> None:
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

    result = pytester.runpytest_subprocess("-p", "no:cacheprovider", "-n", "2")

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
