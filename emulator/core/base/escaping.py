"""Escaping: what others wrote, as it can be shown in a terminal or a log.

A line feed would begin a line that looks like one of ours, an escape sequence would command the
terminal, and a bidirectional override would show a line in another order than it has.
"""

import re

# Unicode: control (Cc) and surrogate (Cs) characters, separators of lines, directional formatting.
UNSAFE = "\\x7f-\\x9f\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069\\ud800-\\udfff"
IN_LINE = re.compile(f"[\\x00-\\x1f{UNSAFE}]")
IN_LINES = re.compile(f"[\\x00-\\x08\\x0b-\\x1f{UNSAFE}]")


def escaped_line(text: str) -> str:
    """The text as one line, with control characters as Python writes them."""
    return text if text.isascii() and text.isprintable() else IN_LINE.sub(escape_sequence, text)


def escaped_lines(text: str) -> str:
    """The text with its line feeds and tabs, and other control characters as Python writes them."""
    return IN_LINES.sub(escape_sequence, text)


def escape_sequence(match: re.Match[str]) -> str:
    return match[0].encode("unicode_escape").decode()
