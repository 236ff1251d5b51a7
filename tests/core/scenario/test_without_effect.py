"""What a scenario says to no effect is told, and nothing else is."""

import pytest

from emulator.application.scenario_sources import EVENTS, WORDS, load_source
from emulator.core.base.resources import fixture_names
from emulator.core.scenario.loader import load
from emulator.core.scenario.model import Scenario
from emulator.core.scenario.without_effect import settings_without_effect

STARTED = "clock: {start: 2026-01-05T09:00:00Z}\n"


def found(text: str) -> list[str]:
    return list(settings_without_effect(load(text, vocabularies=WORDS, events=EVENTS)))


@pytest.mark.parametrize("name", fixture_names())
def test_nothing_in_a_built_in_is_without_effect(name: str) -> None:
    assert list(settings_without_effect(load_source(name))) == []


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        "transcripts: {a: {language: en}}\njobs: [{transcript: a}]",
        "transcripts: {a: {language: en}}\nexisting: [{provider: gladia, transcript: a}]",
        "jobs: [{when: {key: 'test-*'}}]",
        "jobs: [{when: {key: test-ann}}]",
        "keys: {ann: ok}\njobs: [{when: {key: 'a*'}}]",
        "keys: {ann: {rate: 5/s}}",
        "faults: [{when: {method: GET}, sequence: [ok]}, {answer: 500}]",
        "faults: [{sequence: [ok, {answer: 500}]}]",
        STARTED + "faults: [{when: {until: 2026-01-05T09:00:01Z}, answer: 500}]",
        STARTED + "faults: [{when: {from: 1s, until: 2026-01-05T09:00:02Z}, answer: 500}]",
        "faults: [{when: {until: 1999-01-01T00:00:00Z}, answer: 500}]",
    ],
)
def test_what_has_an_effect_is_not_told(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "transcripts: {a: {language: en}}",
            'transcript "a": no job and no entry of existing has it',
        ),
        (
            "jobs:\n  - {when: {key: bob}}",
            'rule for jobs in line 2: no key that is known here is like "bob"',
        ),
        (
            "keys: {ann: ok}\nfaults:\n  - {when: {key: 'b*'}, answer: 500}",
            'fault in line 3: no key that is known here is like "b*"',
        ),
        (
            "keys: {ann: {state: revoked, rate: 5/s}}",
            'key "ann": its limits count nothing, since it is refused as revoked',
        ),
        (
            STARTED + "faults:\n  - {when: {until: 2026-01-05T09:00:00Z}, answer: 500}",
            "fault in line 3: it is over before it can begin",
        ),
        (
            STARTED + "faults:\n  - {when: {from: 3s, until: 2026-01-05T09:00:02Z}, answer: 500}",
            "fault in line 3: it is over before it can begin",
        ),
        (
            "faults:\n  - {sequence: [ok, {delay: 0s}]}",
            "fault in line 2: all goes as usual with it, and none stands behind it",
        ),
    ],
)
def test_what_has_no_effect_is_told_with_its_place(text: str, said: str) -> None:
    assert found(text) == [said]


def test_a_rule_without_a_line_is_told_too() -> None:
    fault = load("faults: [{when: {key: bob}, answer: 500}]").faults[0]
    made = Scenario(faults=(type(fault)(fault.when, fault.sequence),))

    assert list(settings_without_effect(made)) == ['fault: no key that is known here is like "bob"']
