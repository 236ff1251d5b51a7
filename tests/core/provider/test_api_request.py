from typing import Any

import pytest

from emulator.core.http.problems import Invalid, NotEmulated, Problem, Refused, Violation
from emulator.core.provider.api_request import api_request_type
from emulator.core.scenario.schema.diagnostics import Diagnostics, ScenarioErrors
from emulator.core.scenario.schema.types import INVALID, SchemaType, Values
from emulator.core.scenario.schema.yaml_reader import parse
from tests.support.toy_provider import TOY


def read(text: str, word: SchemaType[Values]) -> Any:
    problems = Diagnostics("<inline>")
    value = word.read(parse(text, problems), problems)
    if problems.diagnostics:
        raise problems.errors()
    return value


def test_a_request_is_read_as_json() -> None:
    word = api_request_type("A note.", TOY.contract, "createNote")

    assert read("{text: a, tags: [red]}", word) == {"text": "a", "tags": ["red"]}


def test_what_is_usual_need_not_be_said() -> None:
    word = api_request_type("A note.", TOY.contract, "createNote", usual={"text": "usual"})

    assert read("{tags: [red]}", word) == {"tags": ["red"]}


def test_a_request_that_breaks_the_contract_is_refused() -> None:
    word = api_request_type("A note.", TOY.contract, "createNote")

    with pytest.raises(ScenarioErrors) as refusal:
        read("{tags: [red, x]}", word)

    assert refusal.value.problems == (
        '<inline>:1:1: the API refuses such a request: text: "text" is a required property',
        '<inline>:1:2: the API refuses such a request: tags.1: "x" is not one of "red", "green" or '
        '"blue"',
    )


def test_a_request_that_is_no_note_at_all_is_refused() -> None:
    empty = api_request_type("Nothing.", TOY.contract, "createNote", usual={"text": "x" * 30})

    with pytest.raises(ScenarioErrors, match=r"text: .* is longer than 20 characters"):
        read("{}", empty)


def test_a_request_that_breaks_the_contract_has_no_value() -> None:
    problems = Diagnostics("")

    value = api_request_type("A note.", TOY.contract, "createNote").read(
        parse("a: 1", problems), problems
    )

    assert value is INVALID


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        (Invalid((Violation("body", ("a",), "rule", message="no a"),)), "no a"),
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

    word = api_request_type(
        "A note.", TOY.contract, "createNote", usual={"text": "b"}, refuse=refuse
    )

    with pytest.raises(ScenarioErrors, match=f"the API refuses such a request: {said}"):
        read("{tags: [red]}", word)
    assert given == [{"tags": ["red"]}]
