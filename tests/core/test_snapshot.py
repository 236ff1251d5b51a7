from datetime import UTC, datetime

import pytest

from emulator.core.clock import WallClock
from emulator.core.scenario import ClockPlan, KeyState, Scenario
from emulator.core.scenario.language import load
from emulator.core.snapshot import snapshot
from emulator.core.tenants import Tenant, Tenants
from emulator.faces.sources import EVENTS, WORDS
from emulator.providers import PROVIDERS

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
STORY = """
seed: 7
keys: {ann: ok, bob: expired}
transcripts: {ruled: {language: en}, named: {language: de}, spare: {language: fr}}
jobs: [{when: {audio: "*a*"}, transcript: ruled}]
existing: [{provider: gladia, transcript: named}]
"""


def tenant(text: str, key: str = "test-ann") -> Tenant:
    scenario = load(text, vocabularies=WORDS, events=EVENTS)
    return Tenants(scenario, clock_mode="manual").open(key)


def test_it_keeps_the_seed_the_keys_and_the_rules() -> None:
    ann = tenant(STORY)

    found = snapshot(ann, PROVIDERS)

    assert found.seed == 7
    assert found.keys == {"ann": KeyState.OK, "bob": KeyState.EXPIRED}
    assert found.jobs == ann.scenario.jobs


def test_it_keeps_the_transcripts_that_are_used() -> None:
    assert list(snapshot(tenant(STORY), PROVIDERS).transcripts) == ["ruled", "named"]


def test_it_begins_where_the_tenant_stands() -> None:
    ann = tenant("clock: {step: 2s, start: 2026-01-05T11:00:00Z}")
    ann.clock.advance(3600)

    assert snapshot(ann, PROVIDERS).clock == ClockPlan("step", step_seconds=2.0, start=NOON)


def test_a_wall_clock_goes_on_from_now() -> None:
    ann = Tenant("test-ann", Scenario(), WallClock(speed=60, read=lambda: NOON))

    assert snapshot(ann, PROVIDERS).clock == ClockPlan("wall", speed=60, start=NOON)


@pytest.mark.parametrize(
    ("key", "keys"), [("test-ann", {}), ("", {}), ("made-by-hand", {"made-by-hand": KeyState.OK})]
)
def test_a_key_that_nobody_would_know_is_made_known(key: str, keys: dict[str, KeyState]) -> None:
    tenants = Tenants(Scenario(), clock_mode="manual")
    ann = tenants.open(key) if key else tenants.default

    assert snapshot(ann, PROVIDERS).keys == keys


def test_faults_count_from_the_new_start() -> None:
    ann = tenant("""
faults:
  - {when: {from: 10s, until: 1m}, answer: 500}
  - {when: {until: 2026-01-05T12:00:00Z}, answer: 503}
""")
    ann.clock.advance(30)

    first, second = (fault.when for fault in snapshot(ann, PROVIDERS).faults)

    assert (first.since, first.until) == (0.0, 30.0)
    assert (second.since, second.until) == (None, NOON)


def test_ages_count_from_the_start_however_late_the_first_request_comes() -> None:
    ann = tenant("existing: [{provider: gladia, age: 1h}]")
    ann.clock.advance(600)

    [one] = snapshot(ann, PROVIDERS).existing

    assert one.age_seconds == (4200.0, 4200.0)
