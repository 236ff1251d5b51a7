"""What others wrote, as it can be shown."""

import pytest

from emulator.core.base.escaping import escaped_line, escaped_lines


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("plain ~ text", "plain ~ text"),
        ("", ""),
        ("\u4f60\u597d \u00e4 \U0001f600", "\u4f60\u597d \u00e4 \U0001f600"),
        ("a\nb\r\nc\td", r"a\nb\r\nc\td"),
        ("\x1b[2J\x07\x00\x1f\x7f", r"\x1b[2J\x07\x00\x1f\x7f"),
        ("\x85\x9b31m\xa0", "\\x85\\x9b31m\xa0"),
        ("\u2028\u2029", r"\u2028\u2029"),
        (
            "\u200e\u200f\u061c\u202a\u202e\u2066\u2069",
            r"\u200e\u200f\u061c\u202a\u202e\u2066\u2069",
        ),
        ("\ud800\udfff", r"\ud800\udfff"),
    ],
)
def test_a_line_has_no_control_characters(text: str, line: str) -> None:
    assert escaped_line(text) == line


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("a\n\tb", "a\n\tb"),
        ("a\r\n\x1b\x0b\x08", "a\\r\n\\x1b\\x0b\\x08"),
        ("\x85\u2028\u202e\ud800", r"\x85\u2028\u202e\ud800"),
    ],
)
def test_lines_keep_their_ends(text: str, lines: str) -> None:
    assert escaped_lines(text) == lines
