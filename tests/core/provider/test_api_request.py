from typing import Any

import pytest

from emulator.core.http.problems import Breach, Invalid, NotEmulated, Problem, Refused
from emulator.core.provider.api_request import asked
from emulator.core.scenario.schema.diagnostics import Problems, ScenarioErrors
from emulator.core.scenario.schema.types import BAD, Readable, Values
from emulator.core.scenario.schema.yaml_reader import parse
from tests.support.toy_provider import TOY


def read(text: str, word: Readable[Values]) -> Any:
    problems = Problems("<inline>")
    value = word.read(parse(text, problems), problems)
    if problems.found:
        raise problems.errors()
    return value


def test_a_request_is_read_as_json() -> None:
    word = asked("A note.", TOY.contract, "createNote")

    assert read("{text: a, tags: [red]}", word) == {"text": "a", "tags": ["red"]}


def test_what_is_usual_need_not_be_said() -> None:
    word = asked("A note.", TOY.contract, "createNote", usual={"text": "usual"})

    assert read("{tags: [red]}", word) == {"tags": ["red"]}


def test_a_request_that_breaks_the_contract_is_refused() -> None:
    word = asked("A note.", TOY.contract, "createNote")

    with pytest.raises(ScenarioErrors) as refusal:
        read("{tags: [red, x]}", word)

    assert refusal.value.problems == (
        '<inline>:1:1: the API refuses such a request: text: "text" is a required property',
        '<inline>:1:2: the API refuses such a request: tags.1: "x" is not one of "red", "green" or '
        '"blue"',
    )


def test_a_request_that_is_no_note_at_all_is_refused() -> None:
    empty = asked("Nothing.", TOY.contract, "createNote", usual={"text": "x" * 30})

    with pytest.raises(ScenarioErrors, match=r"text: .* is longer than 20 characters"):
        read("{}", empty)


def test_a_request_that_breaks_the_contract_has_no_value() -> None:
    problems = Problems("")

    value = asked("A note.", TOY.contract, "createNote").read(parse("a: 1", problems), problems)

    assert value is BAD


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        (Invalid((Breach("body", ("a",), "rule", message="no a"),)), "no a"),
        (NotEmulated("createNote", "not yet"), "not yet"),
        (Refused("closed"), "closed"),
        (Refused("closed", {"messages": ("It is closed.",)}), "It is closed."),
    ],
)
def test_what_no_schema_says_is_refused_too(problem: Problem, said: str) -> None:
    given: list[dict[str, Any]] = []

    def refuse(fields: dict[str, Any]) -> None:
        given.append(fields)
        raise problem

    word = asked("A note.", TOY.contract, "createNote", usual={"text": "b"}, refuse=refuse)

    with pytest.raises(ScenarioErrors, match=f"the API refuses such a request: {said}"):
        read("{tags: [red]}", word)
    assert given == [{"tags": ["red"]}]
