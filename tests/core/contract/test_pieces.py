"""Large values: the work for them grows with their size, what is said of them does not."""

from typing import Any

import pytest

from emulator.core.contract import Contract
from emulator.core.contract.openapi import SchemaRef, SpecReader
from emulator.core.contract.pieces import BATCH, Subschema, subschemas
from emulator.core.contract.validator import MOST_VALUES, SchemaValidator
from emulator.core.http.messages import Request, to_json
from emulator.core.http.problems import MOST_CHARACTERS, MOST_VIOLATIONS, Violation
from emulator.providers.gladia import GLADIA

MANY = 4 * MOST_VALUES
SPEC: dict[str, Any] = {
    "components": {
        "schemas": {
            "Flat": {
                "type": "object",
                "required": ["a", "b"],
                "properties": {"a": {"type": "integer"}, "b": {}},
                "additionalProperties": False,
            },
            "Words": {"type": "array", "maxItems": 3 * MANY, "items": {"enum": ["x", "y"]}},
            "Table": {
                "type": "object",
                "properties": {"~/": {"$ref": "#/components/schemas/Words"}},
                "additionalProperties": {"type": "array", "items": {"type": "string"}},
            },
            "Rows": {"type": "array", "items": {"$ref": "#/components/schemas/Words"}},
            "Both": {
                "allOf": [
                    {"type": "array", "items": {"type": "string"}},
                    {"$ref": "#/components/schemas/Words"},
                ]
            },
            "One": {
                "oneOf": [{"$ref": "#/components/schemas/Words"}, {"type": ["array", "boolean"]}],
            },
            "Any": {
                "anyOf": [{"$ref": "#/components/schemas/Words"}, {"type": "boolean"}],
                "maxItems": MANY,
            },
            "Text": {"type": "string"},
            "Names": {"type": "object", "propertyNames": {"maxLength": 5}, "maxProperties": MANY},
        }
    }
}


def judged(name: str, value: Any) -> list[tuple[str, str]]:
    """The place and the keyword of each violation."""
    return [(one.name, one.keyword) for one in SchemaValidator(SPEC).check_message(name, value)]


def numbered(count: int) -> dict[str, int]:
    return {f"x{i}": i for i in range(count)}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Words", ["x"] * MANY),
        ("Table", {"~/": ["x"] * MANY, "b": ["z"] * MANY}),
        ("Rows", [["x"]] * MANY),
        ("Both", ["x"] * MANY),
        ("Any", ["x"] * MANY),
        ("Names", numbered(MANY)),
    ],
)
def test_a_large_value_that_is_right_has_no_violations(name: str, value: Any) -> None:
    assert judged(name, value) == []


@pytest.mark.parametrize("count", [MOST_VIOLATIONS + 1, MANY])
def test_the_first_of_many_violations_are_found(count: int) -> None:
    expected = [(str(i), "enum") for i in range(MOST_VIOLATIONS)]

    assert judged("Words", ["z"] * count) == expected


@pytest.mark.parametrize("count", [MOST_VIOLATIONS + 1, MANY])
def test_the_first_of_many_unknown_names_are_found(count: int) -> None:
    expected = [(f"x{i}", "additionalProperties") for i in range(MOST_VIOLATIONS)]

    assert judged("Flat", {"a": 1, "b": [], **numbered(count)}) == expected


def test_what_a_large_object_misses_is_found_beside_its_unknown_names() -> None:
    found = judged("Flat", {"a": 1, **numbered(MANY)})

    assert ("b", "required") in found
    assert ("x0", "additionalProperties") in found


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("Words", ["x"] * MANY + ["z"], [(str(MANY), "enum")]),
        ("Words", ["x"] * 4 * MANY, [("", "maxItems")]),
        ("Table", {"~/": ["x"] * MANY + ["z"]}, [(f"~/.{MANY}", "enum")]),
        ("Table", {**{f"x{i}": [] for i in range(MANY)}, "b": [1]}, [("b.0", "type")]),
        ("Rows", [["x"]] * MANY + [["x"] * MANY + [1]], [(f"{MANY}.{MANY}", "enum")]),
        ("Both", ["x"] * MANY + [1], [(str(MANY), "type"), (str(MANY), "enum")]),
        ("One", ["x"] * MANY, [("", "oneOf")]),
        ("Any", ["z"] * MANY, [("", "anyOf")]),
        ("Any", ["x"] * (MANY + 1), [("", "maxItems")]),
        ("Text", ["x"] * MANY, [("", "type")]),
        ("Text", numbered(MANY), [("", "type")]),
        ("Names", numbered(MANY + 1), [("", "maxProperties")]),
        ("Names", {**numbered(MANY - 1), "toolong": 1}, [("", "propertyNames")]),
    ],
)
def test_what_is_wrong_in_a_large_value_is_found_wherever_it_is(
    name: str, value: Any, found: list[tuple[str, str]]
) -> None:
    assert judged(name, value) == found


def test_the_members_of_a_large_list_are_judged_in_batches() -> None:
    reader, words = SpecReader(SPEC), ["x"] * (2 * BATCH + 1)

    found = [*subschemas(reader, "/components/schemas/Words", words)]

    items = SchemaRef({"enum": ["x", "y"]}, "/components/schemas/Words/items")
    assert [len(one.values) for one in found] == [BATCH, BATCH, 1]
    assert found[2] == Subschema(items, [(2 * BATCH,)], ["x"])


@pytest.mark.parametrize("name", ["speech_language", "unknown", "vocabulary"])
def test_a_refusal_of_a_request_with_very_many_mistakes_is_short(name: str) -> None:
    contract: Contract = GLADIA.contract
    operation = contract.operations["PreRecordedController_initPreRecordedJob_v2"]
    mistakes: dict[str, Any] = {
        "speech_language": {"language_config": {"languages": ["x" * 2000] * MANY}},
        "unknown": {"x" * 2000 + str(i): 1 for i in range(MANY)},
        "vocabulary": {"custom_vocabulary_config": {"vocabulary": [1] * MANY}},
    }
    content = {"audio_url": "http://a/b", **mistakes[name]}
    headers = {"content-type": "application/json"}
    request = Request("POST", "/v2/pre-recorded", headers=headers, body=to_json(content))

    found = contract.check_request(operation, contract.read(operation, request, {}))

    assert len(found) == MOST_VIOLATIONS
    assert all(len(one.message) <= MOST_CHARACTERS + 3 for one in found)
    assert len(to_json([[one.name, one.message, one.actual] for one in found])) < 100_000


def test_a_violation_is_cut_to_what_is_worth_to_be_repeated() -> None:
    long = "a" * (MOST_CHARACTERS + 1)
    cut = "a" * MOST_CHARACTERS + "..."

    assert Violation("body", ("b", 0, long), "type", None, long, long) == Violation(
        "body", ("b", 0, cut), "type", None, cut, cut
    )


@pytest.mark.parametrize(
    ("actual", "shown"),
    [
        ([1] * MOST_CHARACTERS, [1] * MOST_CHARACTERS),
        ([1] * (MOST_CHARACTERS + 1), []),
        ({"a" * MOST_CHARACTERS: 1}, {}),
        ({"a": [["b" * MOST_CHARACTERS]]}, {}),
        ({"a": {"b": ["c"]}}, {"a": {"b": ["c"]}}),
        (7, 7),
        (None, None),
    ],
)
def test_a_large_actual_value_is_left_empty(actual: Any, shown: Any) -> None:
    assert Violation("body", (), "type", actual=actual).actual == shown
