"""The coverage of the client, in the test runs of a project that is not ours."""

import pytest

from emulator.core.inspection.coverage import FORMATS
from emulator.interfaces.testing import pytest_plugin

pytest_plugins = ["pytester"]

ALONE = ("-p", "no:cacheprovider", "-p", "no:xdist")
WORKERS = ("-p", "no:cacheprovider", "-n", "2")
ASKING = """
    import httpx
    import pytest

    @pytest.mark.parametrize("turn", [1, 2, 3, 4])
    def test_one(speech_emulator, turn):
        headers = {"x-gladia-key": speech_emulator.key}
        httpx.get(speech_emulator.gladia.url + "/v2/pre-recorded", headers=headers)
"""
CREATED = "  GET /v2/pre-recorded (PreRecordedController_getPreRecordedJobs_v2)"


def test_the_formats_are_those_that_there_are() -> None:
    assert set(pytest_plugin.FORMATS) == set(FORMATS)


@pytest.mark.parametrize(
    ("ini", "arguments", "line"),
    [
        ("", ["--speech-emulator-coverage"], "      200 x4; never *"),
        ("", ["--speech-emulator-coverage=markdown"], "| `GET /v2/pre-recorded` | 200 ×4 | *"),
        ("", ["--speech-emulator-coverage=json"], '            "200": 4,'),
        ("speech_emulator_coverage = table", [], "      200 x4; never *"),
    ],
)
def test_the_coverage_is_in_the_summary(
    pytester: pytest.Pytester, ini: str, arguments: list[str], line: str
) -> None:
    pytester.makepyfile(ASKING)
    pytester.makeini(f"[pytest]\n{ini}")

    result = pytester.runpytest_inprocess(*ALONE, *arguments)

    result.assert_outcomes(passed=4)
    result.stdout.fnmatch_lines(["*= Speech Emulator: client coverage =*", line])


def test_nothing_is_shown_when_nobody_asks(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(ASKING)

    result = pytester.runpytest_inprocess(*ALONE)

    result.stdout.no_fnmatch_line("*client coverage*")


def test_what_several_workers_met_is_summed(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(ASKING)

    result = pytester.runpytest_subprocess(*WORKERS, "--speech-emulator-coverage")

    result.assert_outcomes(passed=4)
    result.stdout.fnmatch_lines([CREATED, "      200 x4; never *"])


@pytest.mark.parametrize("how", [ALONE, WORKERS])
def test_too_little_coverage_fails_the_run(pytester: pytest.Pytester, how: tuple[str, ...]) -> None:
    pytester.makepyfile(ASKING)

    result = pytester.runpytest_subprocess(*how, "--speech-emulator-fail-under", "50")

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.assert_outcomes(passed=4)
    result.stdout.fnmatch_lines(
        ["FAIL: the client coverage of * % is below 50 %, which is asked for"]
    )


def test_enough_coverage_does_not(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(ASKING)
    pytester.makeini("[pytest]\nspeech_emulator_fail_under = 0.5")

    result = pytester.runpytest_inprocess(*ALONE)

    assert result.ret == pytest.ExitCode.OK


def test_a_run_that_only_collects_is_not_judged(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(ASKING)

    result = pytester.runpytest_inprocess(
        *ALONE, "--collect-only", "--speech-emulator-fail-under=50"
    )

    assert result.ret == pytest.ExitCode.OK


@pytest.mark.parametrize(
    ("argument", "message"),
    [
        (
            "--speech-emulator-coverage=pie",
            '*--speech-emulator-coverage: "pie" is none of: table, json, markdown; write*=table',
        ),
        (
            "--speech-emulator-fail-under=most",
            '*--speech-emulator-fail-under: "most" is no number from 0 to 100',
        ),
        (
            "--speech-emulator-fail-under=101",
            '*--speech-emulator-fail-under: "101" is no number from 0 to 100',
        ),
        (
            "--speech-emulator-fail-under=nan",
            '*--speech-emulator-fail-under: "nan" is no number from 0 to 100',
        ),
    ],
)
def test_an_option_that_means_nothing_is_said(
    pytester: pytest.Pytester, argument: str, message: str
) -> None:
    pytester.makepyfile(ASKING)

    result = pytester.runpytest_inprocess(*ALONE, argument)

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([message])
