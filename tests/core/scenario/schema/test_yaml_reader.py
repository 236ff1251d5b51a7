import re

import pytest
import yaml

from emulator.core.scenario.schema import yaml_reader
from emulator.core.scenario.schema.diagnostics import Diagnostics, Place, ScenarioErrors
from emulator.core.scenario.schema.nodes import ListNode, MapNode, ScalarNode
from tests.core.scenario.samples import as_json

BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{number}: &a{number} [{', '.join([f'*a{number - 1}'] * 10)}]\n" for number in range(1, 9)
)
CHAIN = "a0: &a0 {k: v}\n" + "".join(
    f"a{number}: &a{number} [*a{number - 1}]\n" for number in range(1, 99)
)

UNREADABLE = [
    pytest.param("", "1:1: a scenario is a mapping; this one is empty", id="empty"),
    pytest.param("# a\n", "1:1: a scenario is a mapping; this one is empty", id="a comment"),
    pytest.param(
        "---\n...\n",
        "2:1: a scenario is a mapping (keys and values), not nothing",
        id="an empty document",
    ),
    pytest.param(
        "- a\n", "1:1: a scenario is a mapping (keys and values), not a list", id="a list"
    ),
    pytest.param("\n x", '2:2: a scenario is a mapping (keys and values), not "x"', id="a text"),
    pytest.param(
        "a: 1\n---\nb: 2\n", "2:1: a second document; a scenario is one", id="two documents"
    ),
    pytest.param(b"a: b\nc: d\xff", "2:5: not UTF-8: byte 0xff", id="Latin-1"),
    pytest.param("a: 1".encode("utf-16"), "1:1: not UTF-8: byte 0xff", id="UTF-16"),
    pytest.param("a: \ud800", "1:4: half a character", id="a lone surrogate"),
    pytest.param(
        "a: 1\r\nb: x\0", "2:5: a character that YAML does not allow: U+0000", id="a null character"
    ),
    pytest.param(
        "a: x\ufeff", "1:5: a character that YAML does not allow: U+FEFF", id="a second mark"
    ),
    pytest.param(
        "a:\n\tb: 1\n", "2:1: not YAML: a tab where YAML wants spaces", id="a tab for an indent"
    ),
    pytest.param(
        "a: 1\n\tb: 1\n", "2:1: not YAML: a tab where YAML wants spaces", id="a tab in a text"
    ),
    pytest.param(
        "a: !!python/object:os.system {}",
        '1:4: tags are not part of the language: "tag:yaml.org,2002:python/object:os.system"',
        id="a tag that makes objects",
    ),
    pytest.param(
        "a: !!str 1",
        '1:4: tags are not part of the language: "tag:yaml.org,2002:str"',
        id="a harmless tag",
    ),
    pytest.param(
        "a: *b",
        '1:4: an alias without its anchor: "b"; a text that begins with "*" needs quotes: "*b"',
        id="an alias of nothing",
    ),
    pytest.param(
        "jobs: [{when: {audio: *board*}}]",
        '1:23: not YAML: "*board*" is no alias; a text that begins with "*" needs quotes: '
        '"*board*"',
        id="a glob without quotes",
    ),
    pytest.param(
        "audio: */b.wav",
        '1:8: not YAML: "*/b.wav" is no alias; a text that begins with "*" needs quotes: "*/b.wav"',
        id="a glob of a path without quotes",
    ),
    pytest.param(
        "a: &",
        '1:4: not YAML: "&" is no anchor; a text that begins with "&" needs quotes: "&"',
        id="an ampersand without quotes",
    ),
    pytest.param(
        "a: >\n\tb", "2:1: not YAML: a tab where YAML wants spaces", id="a tab in a block of text"
    ),
    pytest.param(
        "a: &board 1\nb: *bord",
        '2:4: an alias without its anchor: "bord"; did you mean "board"; allowed: board',
        id="an alias with a slip of the pen",
    ),
    pytest.param("a: &x 1\nb: &x 2", '2:4: the anchor "x" stands twice', id="an anchor twice"),
    pytest.param("a: &a [*a]", "1:4: an alias that contains itself", id="a list in itself"),
    pytest.param("a: &a\n  <<: *a", "1:4: an alias that contains itself", id="merged with itself"),
    pytest.param(
        BOMB, "1:22: more than 100,000 values, with what its aliases repeat", id="an alias bomb"
    ),
    pytest.param(CHAIN, "1:10: nested deeper than 50 levels", id="depth by aliases"),
    pytest.param("[" * 60, "1:51: nested deeper than 50 levels", id="deep brackets"),
    pytest.param("- " * 20_000, "1:101: nested deeper than 50 levels", id="deep dashes"),
    pytest.param(
        "a: [" + "1," * 100_001 + "]",
        "1:199999: more than 100,000 values, with what its aliases repeat",
        id="too many values",
    ),
    pytest.param("#" * 5_000_001, "1:1: larger than 5 MB", id="too large"),
    pytest.param("é" * 2_500_001, "1:1: larger than 5 MB", id="too large in bytes"),
]

NOT_YAML = [  # the rest of the sentence is YAML's reader's own; it has two, in C and in Python
    pytest.param(
        "a: b: c",
        r'1:5: not YAML: mapping values are not allowed .*; a text with ": " in it needs quotes',
        id="a colon in a text",
    ),
    pytest.param("a: @x", r"1:4: not YAML: .* needs quotes", id="a sign that begins nothing"),
    pytest.param("a: [1}", r"1:6: not YAML: .*", id="the wrong bracket"),
    pytest.param("a: 'x", r"1:6: not YAML: .*", id="an open quote"),
    pytest.param("- a\nb: 1", r"2:1: not YAML: .*", id="a list that becomes a mapping"),
    pytest.param('a: "\\q"', r"1:[56]: not YAML: .*", id="an unknown escape"),
    pytest.param(
        "a: - b",
        r"1:4: not YAML: .*sequence entries are not allowed.*; a list begins on a line of its own",
        id="a list behind its key",
    ),
]

MENDABLE = [
    pytest.param(
        "a: 1\n'a': 2", ['2:1: the key "a" stands twice; first in line 1'], id="a key twice"
    ),
    pytest.param(
        "a: {<<: {b: 1}, <<: {c: 1}}",
        ['1:17: the key "<<" stands twice; first in line 1'],
        id="a merge key twice",
    ),
    pytest.param("? [a]\n: 1", ["1:3: a key is a text, not a list"], id="a list for a key"),
    pytest.param("{a: 1}: 2", ["1:1: a key is a text, not a mapping"], id="a mapping for a key"),
    pytest.param("{~: 1}", ["1:2: a key is a text, not nothing"], id="no key"),
    pytest.param(
        "a: {<<: 1}",
        ['1:9: "<<" takes a mapping or a list of mappings, not "1"'],
        id="a number to merge",
    ),
    pytest.param(
        "a: {<<: [{b: 1}, [c]]}",
        ['1:18: "<<" takes a mapping or a list of mappings, not a list'],
        id="a list in the list to merge",
    ),
    pytest.param(
        'a: "\\0"',
        ["1:4: an escape for a character that no text has: U+0000"],
        id="an escaped null character",
    ),
]


def read(text: str) -> MapNode:
    """Without a problem."""
    problems = Diagnostics("story.yaml")
    node = yaml_reader.parse(text, problems)
    assert problems.errors().problems == ()
    return node


@pytest.mark.parametrize(("source", "said"), UNREADABLE)
def test_what_cannot_be_read_is_refused_at_once(source: str | bytes, said: str) -> None:
    with pytest.raises(ScenarioErrors) as refusal:
        yaml_reader.parse(source, Diagnostics("story.yaml"))

    assert refusal.value.problems == (f"story.yaml:{said}",)


@pytest.mark.parametrize(("source", "said"), NOT_YAML)
def test_what_is_not_yaml_is_refused_with_its_place(source: str, said: str) -> None:
    with pytest.raises(ScenarioErrors) as refusal:
        yaml_reader.parse(source, Diagnostics("story.yaml"))

    assert re.fullmatch(f"story.yaml:{said}", str(refusal.value))


@pytest.mark.parametrize(("source", "said"), MENDABLE)
def test_what_is_wrong_with_a_key_is_put_on_the_list(source: str, said: list[str]) -> None:
    problems = Diagnostics("story.yaml")

    yaml_reader.parse(source, problems)

    assert list(problems.errors().problems) == [f"story.yaml:{line}" for line in said]


def test_each_node_knows_its_place() -> None:
    node = read("a: 1\nb:\n  - 'two'\n  - {c: 3}\n")

    assert node == MapNode(
        Place(1, 1),
        (
            (ScalarNode(Place(1, 1), "a"), ScalarNode(Place(1, 4), "1")),
            (
                ScalarNode(Place(2, 1), "b"),
                ListNode(
                    Place(3, 3),
                    (
                        ScalarNode(Place(3, 5), "two", plain=False),
                        MapNode(
                            Place(4, 5),
                            ((ScalarNode(Place(4, 6), "c"), ScalarNode(Place(4, 9), "3")),),
                        ),
                    ),
                ),
            ),
        ),
    )


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    assert read("\ufeffa: 1").place_of("a") == Place(1, 1)


def test_aliases_are_written_out() -> None:
    assert as_json(read("a: &one {b: 1}\nc: [*one, *one]")) == {
        "a": {"b": 1},
        "c": [{"b": 1}, {"b": 1}],
    }


def test_merge_keys_add_what_is_not_there() -> None:
    node = read("a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2}\nc: {<<: [*a, *b], x: 3}\nd: {'<<': 4}")

    assert as_json(node) == {
        "a": {"x": 1, "y": 1},
        "b": {"y": 2, "z": 2},
        "c": {"x": 3, "y": 1, "z": 2},
        "d": {"<<": 4},
    }


def test_the_loader_makes_no_objects_and_is_the_fast_one_where_there_is_one() -> None:
    assert yaml_reader.LOADER in (yaml.CSafeLoader, yaml.SafeLoader)


def test_pairs_of_json_are_one_character_and_move_no_place() -> None:
    node = read(r'{"a": "\ud83d\udc4d \\\\ud83d", "b": "\uD83D\uDC4D\ud83d\udc4e", "c": 1}')

    assert as_json(node) == {"a": "\U0001f44d \\\\ud83d", "b": "\U0001f44d\U0001f44e", "c": 1}
    assert [node.place_of(name) for name in "abc"] == [Place(1, 2), Place(1, 33), Place(1, 66)]


def test_an_error_behind_a_pair_has_its_own_place() -> None:
    with pytest.raises(ScenarioErrors) as refusal:
        yaml_reader.parse(r'{"a": "\ud83d\udc4d", "b": @}', Diagnostics("story.yaml"))

    assert str(refusal.value).startswith("story.yaml:1:28: not YAML: ")
