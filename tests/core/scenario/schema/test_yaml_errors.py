"""What YAML's readers complain of, the one in C or the one in Python, is said with what to do."""

import re

import pytest

from emulator.core.scenario.schema.diagnostics import Diagnostics, ScenarioErrors
from emulator.core.scenario.schema.yaml_reader import parse

LEVEL = "a key stands exactly as far in as its neighbours"
BEHIND = f"{LEVEL}, and nothing stands behind a value in quotes or brackets"
OPEN = (
    "the bracket that opens in line {} is not closed, or a comma is missing; a text with "
    '": " or ", " in it needs quotes'
)
MISSING = "a value is missing before it; a text that begins like this needs quotes"
BLOCK = 'behind "|" or ">" the text begins on the next line'


@pytest.mark.parametrize(
    ("text", "place", "hint"),
    [
        ("seed: 1\n  jobs: []", "2:7", f'{LEVEL}; a text with ": " in it needs quotes'),
        ("a: @x", "1:4", 'a text that begins with "@" needs quotes'),
        ("a: `x", "1:4", 'a text that begins with "`" needs quotes'),
        ("a: %x", "1:4", 'a text that begins with "%" needs quotes'),
        ("a:\n  - {b: 1\nc: 2", "3:2", OPEN.format(2)),
        ("a: [1\nb: 2", "2:2", OPEN.format(1)),
        ('{"a": 1,\n"b" 2}', "2:5", OPEN.format(1)),
        ("a: 'x\nb: 1\n", "3:1", "the quotes that open in line 1 are not closed"),
        ("a:\n  - b: 1\n c: 2", "3:2", BEHIND),
        ("a: 'b' c", "1:8", BEHIND),
        ("a: 1\n- b", "2:1", BEHIND),
        ("a: 1\nb\nc: 2", "2:1", 'behind a key stand a colon and a blank, as in "seed: 7"'),
        ("a: [1,,2]", "1:7", MISSING),
        ("a: }", "1:4", MISSING),
        ("{a: 1} b", "1:8", "the scenario has ended before this; a file holds one"),
        ("a: |x\n b", "1:5", BLOCK),
        (
            'a: "\\q"',
            "1:[56]",
            "in double quotes a backslash is written twice; single quotes do",
        ),
    ],
)
def test_a_complaint_comes_with_what_to_do(text: str, place: str, hint: str) -> None:
    with pytest.raises(ScenarioErrors) as refusal:
        parse(text, Diagnostics("story.yaml"))

    [said] = refusal.value.problems
    assert re.fullmatch(rf"story.yaml:{place}: not YAML: [^;]+; {re.escape(hint)}", said)


@pytest.mark.parametrize("text", ["a:\n  - b: 1\n   c: 2", "- a\nb: 1"])
def test_an_entry_of_a_list_that_is_none_is_said_to_be_so(text: str) -> None:
    with pytest.raises(ScenarioErrors, match="as far in as"):
        parse(text, Diagnostics("story.yaml"))
