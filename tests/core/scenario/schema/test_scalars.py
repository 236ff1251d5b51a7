from datetime import UTC, datetime
from enum import StrEnum

import jsonschema_rs
import pytest

from emulator.core.scenario.schema.diagnostics import Diagnostics, Place
from emulator.core.scenario.schema.nodes import ListNode, ScalarNode
from emulator.core.scenario.schema.scalars import (
    INVALID,
    BooleanType,
    ChanceType,
    DurationType,
    EnumType,
    ErrorCodeType,
    GlobType,
    InstantType,
    IntegerType,
    InvalidValue,
    LanguageType,
    NumberType,
    RangeType,
    ScalarType,
    SizeType,
    StringType,
    WordType,
    choice_of,
)
from emulator.core.scenario.schema.types import SchemaType
from tests.core.scenario.samples import as_json

HERE = Place(1, 1)


class Colour(StrEnum):
    RED = "red"
    GREEN = "green"


GOOD = [
    (StringType("A text."), "no", "no"),
    (StringType("A text."), "12", "12"),
    (StringType("A text.", pattern="[a-z]+|[0-9]+"), "abc", "abc"),
    (LanguageType("A language."), "no", "no"),
    (LanguageType("A language."), "zh-Hans-CN", "zh-Hans-CN"),
    (GlobType("A glob."), "*/a.wav", "*/a.wav"),
    (GlobType("A glob.", among=["gladia", "aitronos"]), "g*", "g*"),
    (GlobType("A glob.", among=["gladia", "aitronos"]), "gladia", "gladia"),
    (choice_of("One.", {"one": 1, "two": 2}), "two", 2),
    (WordType("One.", "a", "b"), "b", "b"),
    (EnumType("One.", Colour), "red", Colour.RED),
    (BooleanType("A flag."), "true", True),
    (BooleanType("A flag."), "false", False),
    (IntegerType("A number."), "0", 0),
    (IntegerType("A number.", least=-5), "-5", -5),
    (NumberType("A number."), "1.5", 1.5),
    (DurationType("A duration."), "1h30m", 5400.0),
    (DurationType("A duration.", unit_seconds=60), "45", 2700.0),
    (SizeType("A size."), "5MB", 5_000_000),
    (SizeType("A size."), "12", 12),
    (ChanceType("A chance."), "5%", 0.05),
    (ChanceType("A chance."), "1", 1.0),
    (InstantType("An instant."), "2026-01-05T09:00:00Z", datetime(2026, 1, 5, 9, tzinfo=UTC)),
    (ErrorCodeType("A code."), "422", 422),
    (ErrorCodeType("A code."), "bad_audio", "bad_audio"),
    (RangeType("A range.", DurationType("A duration.")), "1h..30d", (3600.0, 2_592_000.0)),
    (RangeType("A range.", DurationType("A duration.")), "5m", (300.0, 300.0)),
    (RangeType("A range.", IntegerType("A number.")), "2..3", (2, 3)),
]

WRONG = [
    (StringType("A text."), " ", '" " is not a text'),
    (
        StringType("A text.", pattern="[a-z]+", wanted="a name", form="a to z"),
        "A1",
        '"A1" is not a name; allowed: a to z',
    ),
    (
        GlobType("A glob.", among=["gladia"], noun="provider"),
        "gladja",
        'unknown provider "gladja"; did you mean "gladia"; allowed: gladia',
    ),
    (BooleanType("A flag."), "yes", 'unknown flag "yes"; allowed: true, false'),
    (
        EnumType("One.", Colour, noun="colour"),
        "gren",
        'unknown colour "gren"; did you mean "green"; allowed: red, green',
    ),
    (IntegerType("A number.", most=9), "10", '"10" is out of bounds; allowed: 0..9'),
    (NumberType("A number."), "1,5", '"1,5" is not a number'),
    (NumberType("A number.", most=1), "1e999", '"1e999" is out of bounds; allowed: 0.0..1'),
    (
        SizeType("A size."),
        "5 MiB",
        '"5 MiB" is not a size; allowed: 200B, 5MB, or plain bytes',
    ),
    (ChanceType("A chance."), "120%", '"120%" is out of bounds; allowed: 0.0..1.0'),
    (ChanceType("A chance."), "often", '"often" is not a chance; allowed: 5%, or 0 to 1'),
    (
        RangeType("A range.", IntegerType("A number.")),
        "3..2",
        '"3..2" goes from more to less; did you mean "2..3"',
    ),
    (RangeType("A range.", IntegerType("A number.")), "1..2..3", '"2..3" is not a whole number'),
]


def read(word: SchemaType[object], node: ScalarNode | ListNode) -> tuple[object, list[str]]:
    problems = Diagnostics("a.yaml")
    value = word.read(node, problems)
    return value, [line.removeprefix("a.yaml:1:1: ") for line in problems.errors().problems]


@pytest.mark.parametrize(("word", "text", "value"), GOOD)
def test_each_word_reads_its_text(word: ScalarType[object], text: str, value: object) -> None:
    assert read(word, ScalarNode(HERE, text)) == (value, [])


@pytest.mark.parametrize(("word", "text", "value"), GOOD)
def test_each_schema_accepts_what_its_word_reads(
    word: ScalarType[object], text: str, value: object
) -> None:
    validator = jsonschema_rs.validator_for(word.json_schema())

    assert validator.is_valid(as_json(ScalarNode(HERE, text)))
    assert validator.is_valid([]) is False


@pytest.mark.parametrize(("word", "text", "said"), WRONG)
def test_each_word_says_what_is_wrong(word: ScalarType[object], text: str, said: str) -> None:
    assert read(word, ScalarNode(HERE, text)) == (INVALID, [said])


def test_nothing_and_other_kinds_of_nodes_are_no_text() -> None:
    word = DurationType("A duration.")

    assert read(word, ScalarNode(HERE, "")) == (INVALID, ["a duration is wanted, not nothing"])
    assert read(word, ListNode(HERE, ())) == (INVALID, ["a duration is wanted, not a list"])


def test_a_word_in_quotes_may_say_null() -> None:
    assert read(StringType("A text."), ScalarNode(HERE, "null", plain=False)) == ("null", [])


def test_a_code_in_quotes_is_a_text() -> None:
    assert read(ErrorCodeType("A code."), ScalarNode(HERE, "422", plain=False)) == ("422", [])


def test_a_schema_carries_the_words_explanation() -> None:
    assert IntegerType("How many.", least=1, most=9).json_schema() == {
        "description": "How many.",
        "type": "integer",
        "minimum": 1,
        "maximum": 9,
    }


def test_keys_have_a_schema_of_their_own() -> None:
    assert IntegerType("A number.").key_schema() == {"pattern": "^(?:-?(?:0|[1-9][0-9]*))$"}
    assert WordType("One.", "a.b", "c").key_schema() == {"pattern": "^(?:a\\.b|c)$"}


def test_bad_is_the_only_one_of_its_kind() -> None:
    assert list(InvalidValue) == [INVALID]


def test_a_glob_has_a_thousand_characters_at_most() -> None:
    at = Place(1, 1)
    known = GlobType("A glob.", among=("a" * 1000,))

    assert read(GlobType("A glob."), ScalarNode(at, "*" * 1000)) == ("*" * 1000, [])
    for word in (GlobType("A glob."), known):
        assert read(word, ScalarNode(at, "*" * 1001)) == (
            INVALID,
            [f'"{"*" * 60}..." has more than 1,000 characters'],
        )
