from typing import Any

import pytest

from emulator.core.scenario.fault_effects import Body
from emulator.core.scenario.schema.diagnostics import Diagnostics
from emulator.core.scenario.schema.nodes import Node
from emulator.core.scenario.schema.reference_page import Row, page, part, table, takes
from emulator.core.scenario.schema.types import (
    BooleanType,
    CheckedType,
    DurationType,
    IntegerType,
    JsonObjectType,
    ListType,
    MapType,
    ObjectType,
    SchemaType,
    StringType,
    UnionType,
    WordType,
)

END = ObjectType("How it ends.", {"kind": StringType("Its kind.")})
STORY: SchemaType[object] = ObjectType(
    "A story.",
    {
        "title": StringType("The title."),
        "chapters": ListType(
            "The chapters.",
            ObjectType(
                "One chapter.",
                {
                    "pages": IntegerType("How many.", least=1, most=2000),
                    "words": IntegerType("How many."),
                    "time": DurationType("How long | short."),
                    "end": END,
                },
            ),
        ),
        "people": MapType(
            "Who is in it.",
            keys=StringType("The name."),
            values=UnionType(
                "What they are.",
                scalar=WordType("In a word.", "good", "bad"),
                items=ListType("Several.", BooleanType("Whether so.")),
                mapping=END,
            ),
        ),
    },
)


def kept(value: Any, node: Node, problems: Diagnostics) -> Any:
    return value


def test_a_list_is_shown_by_what_one_of_its_entries_has() -> None:
    assert table(part(STORY, "chapters")).splitlines() == [
        "| key | takes | |",
        "|---|---|---|",
        "| `pages` | a whole number from 1 to 2,000 | How many. |",
        "| `words` | a whole number | How many. |",
        "| `time` | a duration | How long \\| short. |",
        "| `end` | a mapping | How it ends. |",
        "| `end.kind` | a text | Its kind. |",
    ]


def test_what_the_author_names_is_a_star() -> None:
    assert table(part(STORY, "people")).splitlines()[2:] == [
        "| `*` | `good`, `bad` or a list: `true`, `false` each or a mapping | What they are. |",
        "| `*.kind` | a text | Its kind. |",
    ]


def test_what_stands_twice_is_shown_once_in_full() -> None:
    twice = ObjectType("Two.", {"one": END, "other": END, "all": ListType("All.", END)})

    assert [line.split(" | ")[0] for line in table(twice).splitlines()[2:]] == [
        "| `one`",
        "| `one.kind`",
        "| `other`",
        "| `all`",
        "| `all[]`",
    ]


def test_a_part_is_found_inside_of_lists_and_of_what_is_checked() -> None:
    checked: SchemaType[object] = CheckedType(ObjectType("Outside.", {"story": STORY}), kept)

    assert part(checked, "story.chapters.end") is END


def test_there_is_nothing_in_a_text() -> None:
    with pytest.raises(KeyError, match="deeper"):
        part(STORY, "title.deeper")


@pytest.mark.parametrize(
    ("word", "taken"),
    [
        (JsonObjectType("Any."), "a mapping"),
        (Body("Any."), "anything"),
        (
            WordType("Many.", *"abcdefghijklmn"),
            ", ".join(f"`{one}`" for one in "abcdefghijkl") + ", ...",
        ),
        (ListType("Texts.", StringType("A text.")), "a list: a text each"),
        (ListType("Records.", END), "a list"),
        (CheckedType(BooleanType("A flag."), kept), "`true`, `false`"),
    ],
    ids=[
        "an object",
        "a body",
        "many words",
        "a list of texts",
        "a list of mappings",
        "what is checked",
    ],
)
def test_what_a_word_takes(word: SchemaType[object], taken: str) -> None:
    assert takes(word) == taken


def test_tables_take_the_place_of_their_marks() -> None:
    template = "# Story\n\n<!-- keys: chapters -->\n\nThe end. <!-- keys: people -->\n"

    made = page(template, STORY)

    assert (
        made == f"# Story\n\n{table(part(STORY, 'chapters'))}\n\nThe end. <!-- keys: people -->\n"
    )


def test_a_row_is_a_line_of_markdown() -> None:
    assert str(Row("a.b", "x|y", "Why.")) == "| `a.b` | x\\|y | Why. |"
