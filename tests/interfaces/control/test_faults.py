"""A test's hand on the faults of its tenant."""

from collections.abc import Iterator

import httpx
import pytest

import emulator
from emulator.core.scenario.schema.diagnostics import ScenarioErrors
from emulator.interfaces.testing.api import EmulatorSession


@pytest.fixture
def speech() -> Iterator[EmulatorSession]:
    with emulator.run("faults: [{when: {call: 1}, answer: 500}]") as running:
        yield running


def ask(speech: EmulatorSession) -> int:
    headers = {"x-gladia-key": speech.gladia.key}
    return httpx.get(
        f"{speech.gladia.url}/v2/pre-recorded", headers=headers, timeout=60
    ).status_code


def test_a_fault_is_added_counted_and_removed(speech: EmulatorSession) -> None:
    id = speech.faults.add({"when": {"provider": "gladia"}, "answer": 503})

    assert ask(speech) == 503
    assert [(rule.id, rule.applied) for rule in speech.faults.rules] == [
        ("added-1", 1),
        ("scenario-1", 0),
    ]
    speech.faults.remove(id)
    assert ask(speech) == 200


def test_all_faults_can_be_removed(speech: EmulatorSession) -> None:
    speech.faults.clear()

    assert speech.faults.rules == ()
    assert ask(speech) == 200


def test_what_is_not_there_cannot_be_removed(speech: EmulatorSession) -> None:
    with pytest.raises(LookupError, match="there is no fault added-1"):
        speech.faults.remove("added-1")


def test_what_the_language_does_not_know_is_refused(speech: EmulatorSession) -> None:
    with pytest.raises(ScenarioErrors, match='did you mean "answer"'):
        speech.faults.add({"answr": 503})

    assert len(speech.faults.rules) == 1
