"""What the readers of YAML complain of, in words that say what to do; there is one in C and one in
Python, and both say nearly the same."""

import re

from msgspec import Struct

from emulator.core.scenario.schema.diagnostics import Place, quote

NAMES = re.compile(r"[^\s,\]}]*")  # what stands at an alias or anchor, up to what ends it


class YamlComplaint(Struct, frozen=True):
    """``said`` by YAML's reader at a place, of something that it had ``begun`` at another."""

    said: str
    doing: str  # "while scanning an alias"
    at: Place
    begun: Place
    sign: str  # the character at the place; empty: the end
    token: str  # what stands where it had begun


def explain_error(one: YamlComplaint) -> tuple[Place, str]:
    """The place to look at, and the sentence."""
    if one.sign == "\t" or "found a tab" in one.said:
        return one.at, "a tab where YAML wants spaces"
    if one.doing.endswith(("an alias", "an anchor")):
        begin = one.token[:1]
        what = f"{quote(one.token)} is no {one.doing.rpartition(' ')[2]}"
        right = quote(one.token)
        return one.begun, f'{what}; a text that begins with "{begin}" needs quotes: {right}'
    hint = next((hint for sign, hint in HINTS if sign in one.said), "")
    hint = hint.format(line=one.begun.line, sign=one.sign.strip() or "this")
    place = one.begun if NO_COLON in one.said else one.at  # the next line is not to blame
    return place, f"{one.said}; {hint}" if hint else one.said


NO_COLON = "expected ':'"
NEIGHBOURS = "a key stands exactly as far in as its neighbours"
BRACKET = (
    "the bracket that opens in line {line} is not closed, or a comma is missing; a text with "
    '": " or ", " in it needs quotes'
)
ENTRIES = (
    'the entries of a list begin with "- ", each exactly as far in as the first, in line {line}'
)
KEYS = f"{NEIGHBOURS}, and nothing stands behind a value in quotes or brackets"
HINTS = (  # what the reader says -> what to do about it; the first one counts
    (
        "mapping values are not allowed",
        f'{NEIGHBOURS}; a text with ": " in it needs quotes',
    ),
    ("sequence entries are not allowed", "a list begins on a line of its own"),
    ("cannot start any token", 'a text that begins with "{sign}" needs quotes'),
    ("expected ',' or", BRACKET),
    ("expected '-' indicator", ENTRIES),
    ("expected key", KEYS),
    ("expected <block end>", KEYS),
    (NO_COLON, 'behind a key stand a colon and a blank, as in "seed: 7"'),
    ("unexpected end of stream", "the quotes that open in line {line} are not closed"),
    ("unknown escape character", "in double quotes a backslash is written twice; single quotes do"),
    ("Unicode character escape", "half of a pair stands for no character"),
    ("node content", "a value is missing before it; a text that begins like this needs quotes"),
    ("<document start>", "the scenario has ended before this; a file holds one"),
    ("directive", 'a line that begins with "%" needs quotes'),
    ("comment or line break", 'behind "|" or ">" the text begins on the next line'),
    ("chomping or indentation", 'behind "|" or ">" the text begins on the next line'),
)
