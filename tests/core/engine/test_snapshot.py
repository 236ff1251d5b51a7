from datetime import UTC, datetime

import pytest

from emulator.application.scenario_sources import EVENTS, WORDS
from emulator.core.base.clock import WallClock
from emulator.core.engine.snapshot import snapshot_omissions, snapshot_scenario
from emulator.core.engine.tenant import Tenant
from emulator.core.engine.tenants import Tenants
from emulator.core.faults.model import Fault, FaultMatch
from emulator.core.http.messages import Request
from emulator.core.scenario.loader import load
from emulator.core.scenario.model import ClockSettings, KeyState, Scenario
from emulator.core.webhooks.model import PlannedEvent
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

    found = snapshot_scenario(ann, PROVIDERS)

    assert found.seed == 7
    assert found.keys == {"ann": KeyState.OK, "bob": KeyState.EXPIRED}
    assert found.jobs == ann.scenario.jobs


def test_it_keeps_the_transcripts_that_are_used() -> None:
    assert list(snapshot_scenario(tenant(STORY), PROVIDERS).transcripts) == ["ruled", "named"]


def test_it_begins_where_the_tenant_stands() -> None:
    ann = tenant("clock: {step: 2s, start: 2026-01-05T11:00:00Z}")
    ann.clock.advance(3600)

    assert snapshot_scenario(ann, PROVIDERS).clock == ClockSettings(
        "step", step_seconds=2.0, start=NOON
    )


def test_a_wall_clock_goes_on_from_now() -> None:
    ann = Tenant("test-ann", Scenario(), WallClock(speed=60, read=lambda: NOON))

    assert snapshot_scenario(ann, PROVIDERS).clock == ClockSettings("wall", speed=60, start=NOON)


@pytest.mark.parametrize(
    ("key", "keys"), [("test-ann", {}), ("", {}), ("made-by-hand", {"made-by-hand": KeyState.OK})]
)
def test_a_key_that_nobody_would_know_is_made_known(key: str, keys: dict[str, KeyState]) -> None:
    tenants = Tenants(Scenario(), clock_mode="manual")
    ann = tenants.open(key) if key else tenants.default

    assert snapshot_scenario(ann, PROVIDERS).keys == keys


def test_faults_count_from_the_new_start() -> None:
    ann = tenant("""
faults:
  - {when: {from: 10s, until: 1m}, answer: 500}
  - {when: {until: 2026-01-05T12:00:00Z}, answer: 503}
""")
    ann.clock.advance(30)

    first, second = (fault.when for fault in snapshot_scenario(ann, PROVIDERS).faults)

    assert (first.since, first.until) == (0.0, 30.0)
    assert (second.since, second.until) == (None, NOON)


def test_ages_count_from_the_start_however_late_the_first_request_comes() -> None:
    ann = tenant("existing: [{provider: gladia, age: 1h}]")
    ann.clock.advance(600)

    [one] = snapshot_scenario(ann, PROVIDERS).existing

    assert one.age_seconds == (4200.0, 4200.0)


def ask(ann: Tenant, times: int) -> None:
    for _ in range(times):
        ann.faults.choose("gladia", "health", Request("GET", "/"), (), ann.key, ann.clock.now())


def whens(ann: Tenant) -> list[FaultMatch]:
    return [fault.when for fault in snapshot_scenario(ann, PROVIDERS).faults]


def test_calls_that_have_been_are_counted() -> None:
    ann = tenant("""
faults:
  - {when: {call: 2..5}, delay: 0s}
  - {when: {call: 7..}, delay: 0s}
  - {when: {call: 1..3}, delay: 0s}
""")

    ask(ann, 3)

    assert [when.call for when in whens(ann)] == [(1, 2), (4, 10**9)]
    assert list(snapshot_omissions(ann, PROVIDERS)) == [
        "faults that can happen no more: scenario-3"
    ]


def test_a_sequence_goes_on_where_it_was() -> None:
    ann = tenant("faults: [{sequence: [ok, {answer: 500}, {answer: 503}]}]")

    ask(ann, 1)
    [once] = snapshot_scenario(ann, PROVIDERS).faults
    ask(ann, 9)
    [last] = snapshot_scenario(ann, PROVIDERS).faults

    assert [one.answer and one.answer.status for one in once.sequence] == [500, 503]
    assert [one.answer and one.answer.status for one in last.sequence] == [503]


def test_a_fault_that_is_over_is_left_out() -> None:
    ann = tenant("faults: [{when: {until: 10s}, answer: 500}, {when: {from: 10s}, answer: 503}]")
    ann.clock.advance(10)

    assert whens(ann) == [FaultMatch(since=0.0)]
    assert list(snapshot_omissions(ann, PROVIDERS)) == [
        "faults that can happen no more: scenario-1"
    ]


def test_a_fault_behind_one_that_takes_its_requests_is_left_out() -> None:
    ann = tenant("faults: [{when: {provider: gladia}, answer: 500}]")
    ann.faults.add(Fault(FaultMatch(), ()))

    assert whens(ann) == [FaultMatch()]
    assert list(snapshot_omissions(ann, PROVIDERS)) == [
        "faults that can happen no more: scenario-1"
    ]


def test_what_begins_afresh_is_said() -> None:
    ann = tenant("""
keys: {test-ann: {rate: 5/s}}
faults: [{when: {chance: 5%}, answer: 500}]
""")
    ann.outbox.plan([PlannedEvent(NOON, "gladia", "a", "b")])

    assert list(snapshot_omissions(ann, PROVIDERS)) == [
        "which requests a fault with a chance has met: its draws begin afresh",
        "how much of its rate a key has used: the counts begin afresh",
        "webhook deliveries that are still to come: 1",
    ]
