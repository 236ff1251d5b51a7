import pytest

from emulator.core.scenario.schema.diagnostics import Place
from emulator.core.scenario.schema.nodes import (
    ListNode,
    MapNode,
    Node,
    ScalarNode,
    describe_node,
    plain,
)

HERE = Place(3, 4)


@pytest.mark.parametrize("text", ["", "~", "null", "Null", "NULL"])
def test_nothing_is_what_stands_there_plainly(text: str) -> None:
    assert ScalarNode(HERE, text).nothing
    assert not ScalarNode(HERE, text, plain=False).nothing


def test_a_mapping_finds_its_values_and_their_places() -> None:
    value = ScalarNode(Place(5, 9), "1")
    node = MapNode(HERE, ((ScalarNode(Place(5, 6), "a"), value),))

    assert node.get("a") is value
    assert node.get("b") is None
    assert node.place_of("a") == Place(5, 6)
    assert node.place_of("b") == HERE


@pytest.mark.parametrize(
    ("node", "words"),
    [
        (ListNode(HERE, ()), "a list"),
        (MapNode(HERE, ()), "a mapping"),
        (ScalarNode(HERE, "null"), "nothing"),
        (ScalarNode(HERE, "null", plain=False), '"null"'),
        (ScalarNode(HERE, 'say "a"\n'), '"say \\"a\\"\\n"'),
    ],
)
def test_each_node_can_be_named_in_a_sentence(node: Node, words: str) -> None:
    assert describe_node(node) == words


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("null", None),
        ("true", True),
        ("yes", "yes"),
        ("7", 7),
        ("-0.5", -0.5),
        ("1e3", 1000.0),
        ("1e999", "1e999"),
        ("9223372036854775807", 9223372036854775807),
        ("9223372036854775808", 9.223372036854775808e18),
        ("007", "007"),
        ("1_000", "1_000"),
        ("2026-01-05", "2026-01-05"),
    ],
)
def test_a_text_without_quotes_is_what_json_would_have(text: str, value: object) -> None:
    assert plain(ScalarNode(HERE, text)) == value
    assert plain(ScalarNode(HERE, text, plain=False)) == text


def test_lists_and_mappings_are_json_throughout() -> None:
    inner = ListNode(HERE, (ScalarNode(HERE, "1"), ScalarNode(HERE, "a")))

    assert plain(MapNode(HERE, ((ScalarNode(HERE, "7"), inner),))) == {"7": [1, "a"]}
