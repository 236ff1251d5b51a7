import pytest

from emulator.core.scenario.errors import Place
from emulator.core.scenario.tree import ListNode, MapNode, Node, ScalarNode, described

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
    assert described(node) == words
