import jsonschema_rs
import pytest

from emulator.core.scenario.loader import json_schema, load
from emulator.core.scenario.model import Scenario
from emulator.core.scenario.schema.diagnostics import ScenarioErrors
from emulator.core.webhooks.model import Secret, Webhook
from tests.core.scenario.samples import VOCABULARIES

EVENTS = {"gladia": ("job.made", "job.done"), "aitronos": ("ended",), "azure_speech": ()}
URL = "http://127.0.0.1:8000/hook"


def hooks(text: str) -> tuple[Webhook, ...]:
    scenario: Scenario = load(f"webhooks: {text}", events=EVENTS)
    return scenario.webhooks


def test_nobody_is_told_unless_the_scenario_says_so() -> None:
    assert load("seed: 1").webhooks == ()


def test_an_address_is_enough() -> None:
    assert hooks(f"[{{provider: gladia, url: '{URL}'}}]") == (Webhook("gladia", URL),)


def test_everything_that_can_be_said() -> None:
    text = f"""
  - provider: gladia
    url: {URL}
    events: [job.done]
    secret: whsec_c2VjcmV0
    duplicates: 2
    delay: 1s..1m
    order: reversed
    signature: wrong
    timestamps: real
"""

    assert hooks(text) == (
        Webhook(
            "gladia",
            URL,
            events=("job.done",),
            secret=Secret("whsec_c2VjcmV0"),
            duplicates=2,
            delay_seconds=(1.0, 60.0),
            reversed=True,
            wrong_signature=True,
            real_timestamps=True,
        ),
    )


def test_what_is_usual_can_be_said_too() -> None:
    text = (
        f"[{{provider: gladia, url: '{URL}', order: usual, signature: right, timestamps: clock}}]"
    )

    assert hooks(text) == (Webhook("gladia", URL),)


@pytest.mark.parametrize("url", [URL, "https://hooks.example.com", "inbox:my-hook_1.a~b"])
def test_an_address_is_a_url_or_an_inbox(url: str) -> None:
    assert hooks(f"[{{provider: gladia, url: '{url}'}}]") == (Webhook("gladia", url),)


def test_without_a_url_it_is_about_the_addresses_that_jobs_name() -> None:
    text = "[{provider: gladia, secret: s3cret}, {provider: aitronos, delay: 5s}]"

    assert hooks(text) == (
        Webhook("gladia", secret=Secret("s3cret")),
        Webhook("aitronos", delay_seconds=(5.0, 5.0)),
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{provider: gladia}", "1:11: a list is wanted, not a mapping"),
        ("[{url: 'inbox:a'}]", '1:12: "provider" is missing'),
        (
            "[{provider: azure_speech, url: 'inbox:a'}]",
            '1:23: unknown provider "azure_speech"; allowed: gladia, aitronos',
        ),
        (
            "[{provider: gladia, url: 'ftp://a/b'}]",
            '1:36: "ftp://a/b" is not an address; allowed: http://127.0.0.1:8000/hook, inbox:NAME',
        ),
        (
            "[{provider: gladia, url: 'inbox:a', events: [job.don]}]",
            '1:56: unknown event "job.don"; did you mean "job.done"; '
            "allowed: job.made, job.done, ended",
        ),
        (
            "[{provider: gladia, url: 'inbox:a', events: [ended]}]",
            '1:47: gladia has no event "ended"; allowed: job.made, job.done',
        ),
        (
            "[{provider: gladia, url: 'inbox:a', events: []}]",
            "1:55: 1 or more are wanted in this list",
        ),
        (
            "[{provider: gladia, events: [job.done]}]",
            '1:31: "events" needs a "url": an address that a job names for itself gets all of them',
        ),
        (
            "[{provider: gladia, url: 'inbox:a', signature: wrong}]",
            '1:47: "signature: wrong" needs a "secret": without one there is no signature',
        ),
        (
            "[{provider: gladia, url: 'inbox:a', timestamps: real}]",
            '1:47: "timestamps: real" needs a "secret": without one nothing is signed',
        ),
        (
            "[{provider: gladia, url: 'inbox:a', duplicates: 11}]",
            '1:59: "11" is out of bounds; allowed: 0..10',
        ),
        (
            "[{provider: gladia}, {provider: gladia, delay: 1s}]",
            "1:32: a second entry of gladia without a url; first in line 1",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_place(text: str, said: str) -> None:
    with pytest.raises(ScenarioErrors) as refusal:
        hooks(text)

    assert refusal.value.problems == (f"<inline>:{said}",)


def test_the_schema_takes_what_the_parser_takes() -> None:
    validator = jsonschema_rs.validator_for(json_schema(VOCABULARIES, EVENTS))

    assert validator.is_valid({"webhooks": [{"provider": "gladia", "url": URL}]})
    assert not validator.is_valid({"webhooks": [{"provider": "azure_speech", "url": URL}]})
    assert not validator.is_valid({"webhooks": [{"provider": "gladia", "url": "ftp://a/b"}]})
