"""Rules for requests that there cannot be are refused, and say what was meant."""

import pytest

from emulator.application.scenario_sources import EVENTS, WORDS
from emulator.core.scenario.loader import load
from emulator.core.scenario.routes import Route, WantedRequest, can_meet, find_impossible
from emulator.core.scenario.schema.diagnostics import ScenarioErrors


def refused(when: str) -> list[str]:
    """What is said of a fault for such requests, without its line."""
    text = f"faults: [{{when: {{{when}}}, answer: 503}}]"
    with pytest.raises(ScenarioErrors) as errors:
        load(text, name="it", vocabularies=WORDS, events=EVENTS)
    return [problem.removeprefix("it:1:") for problem in errors.value.problems]


@pytest.mark.parametrize(
    ("glob", "template"),
    [
        ("*", "/v2"),
        ("/v2/*", "/v2/jobs/{id}"),
        ("/v2/jobs/abc", "/v2/jobs/{id}"),
        ("*/file", "/v2/{id}/file"),
        ("/v[12]/*", "/v2/{id}"),
        ("/v2/jobs/x?z", "/v2/jobs/{id}"),
        ("/v2/jobs/[!a]*", "/v2/jobs/{id}"),
        ("/jobs/a:ping", "/jobs/{id}:ping"),
        ("/a[", "/a["),
    ],
)
def test_a_glob_and_a_template_may_meet(glob: str, template: str) -> None:
    assert can_meet(glob, template)


@pytest.mark.parametrize(
    ("glob", "template"),
    [
        ("", "/v2"),
        ("v2", "/v2"),
        ("/v2/", "/v2"),
        ("/v2/jobs/", "/v2/jobs/{id}"),
        ("/v2/jobs/a/b", "/v2/jobs/{id}"),
        ("/v[!2]/*", "/v2/{id}"),
        ("/V2/*", "/v2/{id}"),
        ("/jobs/a:pong", "/jobs/{id}:ping"),
        ("/gladia/v2/*", "/v2/{id}"),
    ],
)
def test_a_glob_and_a_template_may_never_meet(glob: str, template: str) -> None:
    assert not can_meet(glob, template)


def test_a_service_may_forgive_letter_case_and_a_slash_at_the_end() -> None:
    strict = Route("a", "get", ("GET",), "/Jobs/{id}")
    lenient = Route("a", "get", ("GET",), "/Jobs/{id}", any_case=True, any_end=True)

    assert [strict.fits(glob) for glob in ("/Jobs/1", "/jobs/1", "/Jobs/1/")] == [
        True,
        False,
        False,
    ]
    assert all(lenient.fits(glob) for glob in ("/Jobs/1", "/jobs/1", "/JOBS/1/"))


def test_where_nobody_knows_the_requests_everything_is_possible() -> None:
    assert find_impossible(WantedRequest("x", "GET", "/nowhere", "job"), ()) is None


@pytest.mark.parametrize(
    "when",
    [
        "path: /v2/*",
        "path: '*'",
        "provider: gladia, path: /v2/pre-recorded/*/file, method: GET",
        "provider: azure_speech, path: '/SpeechToText/V3.1/Transcriptions/'",
        "provider: gladia, operation: liveTranscription, path: /v2/live",
        "operation: Transcriptions_Get, job: '5f*'",
    ],
)
def test_a_fault_for_requests_that_there_are_is_read(when: str) -> None:
    text = f"faults: [{{when: {{{when}}}, answer: 503}}]"

    assert len(load(text, vocabularies=WORDS, events=EVENTS).faults) == 1


@pytest.mark.parametrize(
    ("when", "said"),
    [
        (
            "path: /gladia/v2/pre-recorded/*",
            '18: a path has no prefix of ours: "/gladia/v2/pre-recorded/*"; did you mean '
            '"/v2/pre-recorded/*"',
        ),
        (
            "path: /azure_speech/speechtotext/*",
            '18: a path has no prefix of ours: "/azure_speech/speechtotext/*"; did you mean '
            '"/speechtotext/*"',
        ),
        (
            "path: v2/pre-recorded/*",
            '18: a path begins with a slash: "v2/pre-recorded/*"; did you mean '
            '"/v2/pre-recorded/*"',
        ),
        (
            "path: phrase-studio/v1/projects",
            '18: a path begins with a slash: "phrase-studio/v1/projects"; did you mean '
            '"/v1/projects"',
        ),
        (
            "operation: Transcriptions_List, path: /speechtotext/v3.1/transcriptions/x",
            '50: no documented path is like "/speechtotext/v3.1/transcriptions/x"; did you mean '
            '"/speechtotext/v3.1/transcriptions"; allowed: /speechtotext/v3.1/transcriptions',
        ),
        (
            "operation: Transcriptions_Get, method: POST",
            "49: Transcriptions_Get has no method POST; allowed: GET",
        ),
        (
            "path: /v2/pre-recorded, method: DELETE",
            "42: these operations have no method DELETE; allowed: GET, HEAD, POST",
        ),
        (
            "operation: Transcriptions_List, job: x",
            '50: no path of Transcriptions_List has an id in it, so that "x" is in none',
        ),
        (
            "path: /v2/pre-recorded, job: x",
            '42: no path of these operations has an id in it, so that "x" is in none',
        ),
    ],
)
def test_a_fault_for_no_request_is_refused(when: str, said: str) -> None:
    assert refused(when) == [said]


def test_a_path_that_is_nearly_documented_is_refused_with_those_that_are() -> None:
    [said] = refused("provider: aitronos, path: /v1/audio/transcribes")

    assert said.startswith(
        '38: no documented path is like "/v1/audio/transcribes"; did you mean '
        '"/v1/audio/transcribe"; allowed: /v1/audio/transcribe, '
        "/v1/audio/transcribe/{transcription_id}, "
    )


def test_a_path_of_another_provider_is_refused() -> None:
    [said] = refused("provider: azure_speech, path: /v2/*")

    assert said.startswith('42: no documented path is like "/v2/*"; ')


def test_an_operation_that_nobody_has_is_said_once() -> None:
    [said] = refused("operation: getRecording, path: /nowhere")

    assert 'unknown operation "getRecording"; did you mean' in said
