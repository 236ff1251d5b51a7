"""What the session's server says of a test."""

from datetime import UTC, datetime

import httpx
import pytest

from emulator.core.http.messages import Request, Response
from emulator.core.http.problems import Violation
from emulator.core.journal.exchange import Exchange
from emulator.core.webhooks.model import Delivery, Message, Webhook
from emulator.interfaces.serving.httpx_transport import Transport
from emulator.interfaces.testing.api import build_emulator, open_session
from emulator.interfaces.testing.local_server import (
    SpeechServer,
    client_errors,
    emulator_errors,
    session_report,
)
from emulator.interfaces.testing.settings import BadMarker


def exchange(*, refused: str | None = None, violations: tuple[Violation, ...] = ()) -> Exchange:
    return Exchange(
        provider="gladia",
        request=Request("GET", "/v2/live"),
        response=Response(200),
        at=datetime(2026, 1, 5, tzinfo=UTC),
        violations=violations,
        refused=refused,
    )


def test_a_good_exchange_is_nothing_to_complain_of() -> None:
    assert list(client_errors(exchange(), strict=True)) == []


def test_a_refusal_that_is_part_of_the_api_is_none_either() -> None:
    assert list(client_errors(exchange(refused="Invalid"), strict=True)) == []


def test_a_wrong_method_is_the_clients_mistake() -> None:
    said = list(client_errors(exchange(refused="WrongMethod"), strict=True))

    assert said == [
        "the client asked for GET /v2/live, which gladia does not have; the nearest are: "
        "GET /v2/live (StreamingController_getStreamingJobs_v2), "
        "POST /v2/live (StreamingController_initStreamingSession_v2), "
        "GET /v2/live/{id} (StreamingController_getStreamingJob_v2)"
    ]


def test_a_wrong_method_is_left_alone_when_asked() -> None:
    assert list(client_errors(exchange(refused="WrongMethod"), strict=False)) == []


def test_an_answer_that_leaves_the_contract_is_our_bug_however_strict() -> None:
    violation = Violation("body", ("items",), "type", message="3 is not of type 'array'")

    said = list(client_errors(exchange(violations=(violation,)), strict=False))

    assert said == [
        "a bug of the emulator's: its answer 200 to GET /v2/live leaves the contract: "
        "body items: 3 is not of type 'array'"
    ]


def test_a_story_is_told_without_keys_and_with_its_faults() -> None:
    scenario = "faults: [{when: {provider: gladia}, answer: {status: 503}}]"
    speech = open_session(build_emulator(scenario), "http://127.0.0.1:4788", "story")
    headers = {"x-gladia-key": speech.key}
    with httpx.Client(transport=Transport(speech.emulator), headers=headers) as http:
        http.get(f"{speech.gladia.url}/v2/pre-recorded/{speech.key}")

    assert session_report(speech) == (
        "09:00:00 gladia        GET    /v2/pre-recorded/test-2... -> 503 Unavailable "
        "fault scenario-1\n"
        "         the fault scenario-1 (line 1 of the scenario) answers in the operation's place: "
        "the service cannot serve now"
    )


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"strict": "perhaps"}, '"perhaps" is neither yes nor no'),
        ({"clock": "sun"}, 'clock "sun" is none of: step, manual, wall'),
        ({"scenario": "jbos: []"}, '<inline>:1:1: unknown key "jbos"'),
    ],
)
def test_settings_that_mean_nothing_are_refused(settings: dict[str, str], says: str) -> None:
    usual = {"scenario": "", "clock": "", "strict": ""}

    with pytest.raises(BadMarker, match=says):
        SpeechServer({**usual, **settings})


def test_a_webhook_that_leaves_the_contract_is_our_bug() -> None:
    violation = Violation("body", ("id",), "required", message="id is required")
    message = Message("http://127.0.0.1:1/", "transcription.success", b"{}", Webhook("gladia"))
    sent = Delivery(
        "d",
        1,
        "m",
        "gladia",
        "j",
        message,
        datetime(2026, 1, 5, tzinfo=UTC),
        violations=(violation,),
    )

    assert list(emulator_errors(sent)) == [
        "a bug of the emulator's: the body of its transcription.success for the job j leaves the "
        "contract: body id: id is required"
    ]
