"""The built-in scenarios: each is one short story that loads, and that its schema accepts."""

from collections import Counter

import jsonschema_rs
import pytest

from emulator.core.base.resources import fixture_names, fixture_path
from emulator.core.scenario.loader import json_schema, read
from emulator.core.scenario.model import KeyState, Scenario
from emulator.core.scenario.schema.diagnostics import Diagnostics
from emulator.core.scenario.schema.yaml_reader import parse
from emulator.core.state.jobs import Phase
from emulator.core.webhooks.model import Webhook
from emulator.providers import PROVIDERS
from tests.core.scenario.samples import as_json

VOCABULARIES = {provider.name: provider.schema for provider in PROVIDERS}
EVENTS = {provider.name: provider.webhooks.events for provider in PROVIDERS}


def story(name: str) -> Scenario:
    return read(name, VOCABULARIES, EVENTS)


@pytest.mark.parametrize("name", fixture_names())
def test_a_built_in_is_a_short_story_with_its_schema_named(name: str) -> None:
    lines = fixture_path(name).read_text().splitlines()

    assert lines[0] == "# yaml-language-server: $schema=./scenario.schema.json"
    assert lines[1].startswith("# ")
    assert 10 <= len(lines) <= 30
    assert story(name).title != Scenario().title


@pytest.mark.parametrize("name", fixture_names())
def test_the_schema_accepts_a_built_in(name: str) -> None:
    validator = jsonschema_rs.validator_for(json_schema(VOCABULARIES, EVENTS))

    given = as_json(parse(fixture_path(name).read_bytes(), Diagnostics(name)))

    assert list(validator.iter_errors(given)) == []


def test_happy_lets_every_job_end_well() -> None:
    assert [rule.plan.timeline[-1].phase for rule in story("happy").jobs] == [Phase.COMPLETED]


def test_slow_works_for_twenty_minutes() -> None:
    for rule in story("slow").jobs:
        _, begun, done = rule.plan.timeline
        assert done.after_seconds - begun.after_seconds == 20 * 60


def test_stuck_has_jobs_in_the_queue_and_jobs_in_work_for_ever() -> None:
    ends = [rule.plan.timeline[-1].phase for rule in story("stuck").jobs]

    assert ends == [Phase.QUEUED, Phase.PROCESSING]


def test_failures_has_a_failure_for_each_provider() -> None:
    failing = [
        rule.when.provider
        for rule in story("failures").jobs
        if rule.plan.timeline[-1].phase == Phase.FAILED
    ]

    assert set(failing) == {None, "gladia", "azure_speech", "phrase_studio", "aitronos"}


def test_refusals_has_a_key_in_each_state() -> None:
    keys = story("refusals").keys

    assert set(keys.values()) == set(KeyState)
    assert keys["test-expired"] == KeyState.EXPIRED
    assert keys["test-revoked"] == KeyState.REVOKED
    assert keys["test-forbidden"] == KeyState.FORBIDDEN
    assert keys["test-out-of-quota"] == KeyState.OUT_OF_QUOTA


def test_the_busy_account_has_hundreds_of_jobs_in_all_phases() -> None:
    existing = story("busy-account").existing
    counts = Counter[str]()
    for one in existing:
        counts[one.provider] += one.count

    assert counts == {"gladia": 250, "azure_speech": 230, "phrase_studio": 120, "aitronos": 150}
    assert {one.phase for one in existing} == set(Phase)


def test_webhooks_has_every_trouble_and_one_receiver_without() -> None:
    signed, ends, twice, late, reversed_, forged, own = story("webhooks").webhooks

    assert signed == Webhook("gladia", "inbox:signed", secret=signed.secret)
    assert ends.events == ("transcription.success", "transcription.error")
    assert (twice.duplicates, late.delay_seconds) == (1, (600.0, 600.0))
    assert reversed_.reversed
    assert forged.wrong_signature
    assert own.url is None
