import jsonschema_rs
import pytest

from emulator.core.scenario.schema.diagnostics import Diagnostics, Place
from emulator.core.scenario.schema.nodes import MapNode, Node
from emulator.core.scenario.schema.types import (
    INVALID,
    CheckedType,
    DeferredType,
    IntegerType,
    InvalidValue,
    JsonObjectType,
    ListType,
    MapType,
    ObjectType,
    SchemaType,
    StringType,
    UnionType,
    WordType,
)
from emulator.core.scenario.schema.yaml_reader import parse

PLACE = ObjectType(
    "A place.",
    {
        "name": StringType("Its name."),
        "city": StringType("Its city."),
        "north": IntegerType("How far north."),
        "mode": WordType("How to get there.", "train", "car"),
        "platform": IntegerType("Where the train leaves."),
        "ticket": DeferredType("a ticket"),
    },
    required=("name",),
    excludes=(("city", "north"),),
    only={"platform": ("mode", "train")},
    noun="fact",
)


def read(word: SchemaType[object], text: str) -> tuple[object, list[str]]:
    """What the word makes of the value of ``a``, and what it says about it."""
    problems = Diagnostics("")
    node = parse(f"a: {text}", problems).get("a")
    assert node is not None
    value = word.read(node, problems)
    return value, [line.removeprefix(":") for line in problems.errors().problems]


def accepts(word: SchemaType[object], given: object) -> bool:
    return jsonschema_rs.validator_for(word.json_schema()).is_valid(given)


def test_a_record_reads_its_fields_and_leaves_out_what_is_not_there() -> None:
    assert read(PLACE, "{name: Home, mode: train, platform: 3}") == (
        {"name": "Home", "mode": "train", "platform": 3},
        [],
    )


def test_a_record_says_all_that_is_wrong_and_keeps_the_rest() -> None:
    assert read(PLACE, "{city: Bonn, north: 1, nme: x, mode: cart, ticket: {}}") == (
        {"city": "Bonn", "north": 1},
        [
            '1:4: "name" is missing',
            '1:17: "city" and "north" exclude each other',
            '1:27: unknown fact "nme"; did you mean "name"; '
            "allowed: name, city, north, mode, platform",
            '1:41: unknown word "cart"; did you mean "car"; allowed: train, car',
            "1:47: a ticket comes later; this version does not read it",
        ],
    )


def test_a_record_wants_what_goes_with_a_word() -> None:
    assert read(PLACE, "{name: x, mode: car, platform: 3}")[1] == [
        '1:25: "platform" stands only with "mode: train"'
    ]
    assert read(PLACE, "{name: x, platform: 3}")[1] == []


def test_a_record_is_a_mapping() -> None:
    assert read(PLACE, "x") == (
        INVALID,
        ['1:4: a mapping is wanted, not "x"; allowed: name, city, north, mode, platform'],
    )


@pytest.mark.parametrize(
    ("given", "good"),
    [
        ({"name": "x"}, True),
        ({"name": "x", "mode": "train", "platform": 3}, True),
        ({"name": "x", "mode": "car", "platform": 3}, False),
        ({"name": "x", "city": "x", "north": 1}, False),
        ({"name": "x", "ticket": 1}, False),
        ({"mode": "car"}, False),
        ("x", False),
    ],
)
def test_a_records_schema_knows_its_rules(given: object, good: bool) -> None:
    assert accepts(PLACE, given) is good


def test_a_plain_records_schema_says_no_more_than_it_must() -> None:
    assert ObjectType("Nothing.", {"a": DeferredType("a")}).json_schema() == {
        "description": "Nothing.",
        "type": "object",
        "properties": {},
        "additionalProperties": False,
    }


def test_a_list_reads_its_items_and_leaves_out_the_bad_ones() -> None:
    word = ListType("Numbers.", IntegerType("One."), least=1)

    assert read(word, "[1, x, 2]") == ((1, 2), ['1:8: "x" is not a whole number'])
    assert read(word, "[]") == ((), ["1:4: 1 or more are wanted in this list"])
    assert read(word, "{}") == (INVALID, ["1:4: a list is wanted, not a mapping"])
    assert accepts(word, [1])
    assert not accepts(word, [])
    assert accepts(ListType("Numbers.", IntegerType("One.")), [])


def test_a_map_reads_its_keys_and_its_values() -> None:
    word = MapType("By number.", keys=IntegerType("A number."), values=WordType("A word.", "a"))

    assert read(word, "{1: a, x: a, 2: b}") == (
        {1: "a"},
        ['1:11: "x" is not a whole number', '1:20: unknown word "b"; allowed: a'],
    )
    assert read(word, "[]") == (INVALID, ["1:4: a mapping is wanted, not a list"])
    assert accepts(word, {"1": "a"})
    assert not accepts(word, {"x": "a"})
    assert not accepts(word, {"1": "b"})


def test_a_map_of_a_size_has_so_many_keys() -> None:
    word = MapType("One.", keys=StringType("A name."), values=StringType("A text."), size=1)

    assert read(word, "{a: b}") == ({"a": "b"}, [])
    assert read(word, "{a: b, c: d}")[1] == ["1:4: 1 key is wanted here, not 2"]
    assert accepts(word, {"a": "b"})
    assert not accepts(word, {"a": "b", "c": "d"})


def test_a_union_has_a_word_for_each_kind() -> None:
    word: UnionType[object] = UnionType(
        "One or more.",
        scalar=IntegerType("One."),
        items=ListType("More.", IntegerType("One.")),
        mapping=DeferredType("a mapping"),
    )

    assert read(word, "1") == (1, [])
    assert read(word, "[1, 2]") == ((1, 2), [])
    assert read(word, "{}")[1] == ["1:4: a mapping comes later; this version does not read it"]
    assert word.json_schema() == {
        "description": "One or more.",
        "anyOf": [
            {"description": "One.", "type": "integer", "minimum": 0, "maximum": 2**53 - 1},
            {
                "description": "More.",
                "type": "array",
                "items": {
                    "description": "One.",
                    "type": "integer",
                    "minimum": 0,
                    "maximum": 2**53 - 1,
                },
            },
        ],
    }


def test_a_union_names_the_kinds_that_it_takes() -> None:
    word: UnionType[object] = UnionType("A record.", scalar=StringType("A text."), mapping=PLACE)

    assert read(word, "[]") == (INVALID, ["1:4: a text or a mapping is wanted, not a list"])


def test_what_is_checked_becomes_what_the_check_makes_of_it() -> None:
    def doubled(value: int, node: Node, problems: Diagnostics) -> int | InvalidValue:
        if value > 4:
            problems.add(node.place, "too much to double")
            return INVALID
        return 2 * value

    word = CheckedType(
        IntegerType("A number."), doubled, also={"maximum": 4, "allOf": [{"minimum": 1}]}
    )

    assert word.doc == "A number."
    assert read(word, "2") == (4, [])
    assert read(word, "5") == (INVALID, ["1:4: too much to double"])
    assert read(word, "x") == (INVALID, ['1:4: "x" is not a whole number'])
    assert word.json_schema() == {
        "description": "A number.",
        "type": "integer",
        "minimum": 0,
        "maximum": 4,
        "allOf": [{"minimum": 1}],
    }


def test_a_checked_word_without_rules_adds_none() -> None:
    word = CheckedType(StringType("A text."), lambda value, node, problems: value)

    assert word.json_schema() == StringType("A text.").json_schema()


def test_what_comes_later_accepts_nothing() -> None:
    assert not accepts(DeferredType("a thing"), None)
    assert not accepts(DeferredType("a thing"), {})


def test_a_record_that_is_read_from_an_empty_mapping_is_empty() -> None:
    node = MapNode(Place(1, 1), ())

    assert ObjectType("Anything.", {"a": StringType("A text.")}).read(node, Diagnostics("")) == {}


OBJECT = JsonObjectType("Anything.")


def test_an_object_is_read_as_json() -> None:
    assert read(OBJECT, "{b: [1, no, ~], c: {d: '1'}}") == (
        {"b": [1, "no", None], "c": {"d": "1"}},
        [],
    )


def test_an_object_is_no_list_and_no_text() -> None:
    assert read(OBJECT, "[1]") == (INVALID, ["1:4: a mapping is wanted, not a list"])
    assert accepts(OBJECT, {"b": 1})
    assert not accepts(OBJECT, [1])
