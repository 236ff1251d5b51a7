from datetime import UTC, datetime
from enum import StrEnum

import jsonschema_rs
import pytest

from emulator.core.scenario.schema.diagnostics import Place, Problems
from emulator.core.scenario.schema.nodes import ListNode, ScalarNode
from emulator.core.scenario.schema.scalars import (
    BAD,
    Bad,
    Chance,
    Choice,
    Code,
    Duration,
    Flag,
    Glob,
    Instant,
    Language,
    Number,
    OneOf,
    Range,
    Scalar,
    Size,
    Text,
    Whole,
    Word,
)
from emulator.core.scenario.schema.types import Readable
from tests.core.scenario.samples import as_json

HERE = Place(1, 1)


class Colour(StrEnum):
    RED = "red"
    GREEN = "green"


GOOD = [
    (Text("A text."), "no", "no"),
    (Text("A text."), "12", "12"),
    (Text("A text.", pattern="[a-z]+|[0-9]+"), "abc", "abc"),
    (Language("A language."), "no", "no"),
    (Language("A language."), "zh-Hans-CN", "zh-Hans-CN"),
    (Glob("A glob."), "*/a.wav", "*/a.wav"),
    (Glob("A glob.", among=["gladia", "aitronos"]), "g*", "g*"),
    (Glob("A glob.", among=["gladia", "aitronos"]), "gladia", "gladia"),
    (Choice("One.", {"one": 1, "two": 2}), "two", 2),
    (Word("One.", "a", "b"), "b", "b"),
    (OneOf("One.", Colour), "red", Colour.RED),
    (Flag("A flag."), "true", True),
    (Flag("A flag."), "false", False),
    (Whole("A number."), "0", 0),
    (Whole("A number.", least=-5), "-5", -5),
    (Number("A number."), "1.5", 1.5),
    (Duration("A duration."), "1h30m", 5400.0),
    (Duration("A duration.", unit_seconds=60), "45", 2700.0),
    (Size("A size."), "5MB", 5_000_000),
    (Size("A size."), "12", 12),
    (Chance("A chance."), "5%", 0.05),
    (Chance("A chance."), "1", 1.0),
    (Instant("An instant."), "2026-01-05T09:00:00Z", datetime(2026, 1, 5, 9, tzinfo=UTC)),
    (Code("A code."), "422", 422),
    (Code("A code."), "bad_audio", "bad_audio"),
    (Range("A range.", Duration("A duration.")), "1h..30d", (3600.0, 2_592_000.0)),
    (Range("A range.", Duration("A duration.")), "5m", (300.0, 300.0)),
    (Range("A range.", Whole("A number.")), "2..3", (2, 3)),
]

WRONG = [
    (Text("A text."), " ", '" " is not a text'),
    (
        Text("A text.", pattern="[a-z]+", wanted="a name", form="a to z"),
        "A1",
        '"A1" is not a name; allowed: a to z',
    ),
    (
        Glob("A glob.", among=["gladia"], noun="provider"),
        "gladja",
        'unknown provider "gladja"; did you mean "gladia"; allowed: gladia',
    ),
    (Flag("A flag."), "yes", 'unknown flag "yes"; allowed: true, false'),
    (
        OneOf("One.", Colour, noun="colour"),
        "gren",
        'unknown colour "gren"; did you mean "green"; allowed: red, green',
    ),
    (Whole("A number.", most=9), "10", '"10" is out of bounds; allowed: 0..9'),
    (Number("A number."), "1,5", '"1,5" is not a number'),
    (Number("A number.", most=1), "1e999", '"1e999" is out of bounds; allowed: 0.0..1'),
    (
        Size("A size."),
        "5 MiB",
        '"5 MiB" is not a size; allowed: 200B, 5MB, or plain bytes',
    ),
    (Chance("A chance."), "120%", '"120%" is out of bounds; allowed: 0.0..1.0'),
    (Chance("A chance."), "often", '"often" is not a chance; allowed: 5%, or 0 to 1'),
    (
        Range("A range.", Whole("A number.")),
        "3..2",
        '"3..2" goes from more to less; did you mean "2..3"',
    ),
    (Range("A range.", Whole("A number.")), "1..2..3", '"2..3" is not a whole number'),
]


def read(word: Readable[object], node: ScalarNode | ListNode) -> tuple[object, list[str]]:
    problems = Problems("a.yaml")
    value = word.read(node, problems)
    return value, [line.removeprefix("a.yaml:1:1: ") for line in problems.errors().problems]


@pytest.mark.parametrize(("word", "text", "value"), GOOD)
def test_each_word_reads_its_text(word: Scalar[object], text: str, value: object) -> None:
    assert read(word, ScalarNode(HERE, text)) == (value, [])


@pytest.mark.parametrize(("word", "text", "value"), GOOD)
def test_each_schema_accepts_what_its_word_reads(
    word: Scalar[object], text: str, value: object
) -> None:
    validator = jsonschema_rs.validator_for(word.json_schema())

    assert validator.is_valid(as_json(ScalarNode(HERE, text)))
    assert validator.is_valid([]) is False


@pytest.mark.parametrize(("word", "text", "said"), WRONG)
def test_each_word_says_what_is_wrong(word: Scalar[object], text: str, said: str) -> None:
    assert read(word, ScalarNode(HERE, text)) == (BAD, [said])


def test_nothing_and_other_kinds_of_nodes_are_no_text() -> None:
    word = Duration("A duration.")

    assert read(word, ScalarNode(HERE, "")) == (BAD, ["a duration is wanted, not nothing"])
    assert read(word, ListNode(HERE, ())) == (BAD, ["a duration is wanted, not a list"])


def test_a_word_in_quotes_may_say_null() -> None:
    assert read(Text("A text."), ScalarNode(HERE, "null", plain=False)) == ("null", [])


def test_a_code_in_quotes_is_a_text() -> None:
    assert read(Code("A code."), ScalarNode(HERE, "422", plain=False)) == ("422", [])


def test_a_schema_carries_the_words_explanation() -> None:
    assert Whole("How many.", least=1, most=9).json_schema() == {
        "description": "How many.",
        "type": "integer",
        "minimum": 1,
        "maximum": 9,
    }


def test_keys_have_a_schema_of_their_own() -> None:
    assert Whole("A number.").key_schema() == {"pattern": "^(?:-?(?:0|[1-9][0-9]*))$"}
    assert Word("One.", "a.b", "c").key_schema() == {"pattern": "^(?:a\\.b|c)$"}


def test_bad_is_the_only_one_of_its_kind() -> None:
    assert list(Bad) == [BAD]


def test_a_glob_has_a_thousand_characters_at_most() -> None:
    at = Place(1, 1)
    known = Glob("A glob.", among=("a" * 1000,))

    assert read(Glob("A glob."), ScalarNode(at, "*" * 1000)) == ("*" * 1000, [])
    for word in (Glob("A glob."), known):
        assert read(word, ScalarNode(at, "*" * 1001)) == (
            BAD,
            [f'"{"*" * 60}..." has more than 1,000 characters'],
        )
