"""How a language is written: its signs of punctuation, and how text is split into words."""

import re
from collections.abc import Mapping

from emulator.core.speech.transcripts import (
    SPACELESS,
    base_language,
)
from emulator.core.speech.vocabulary import locale_for

# What ends a statement, and what ends a question.
PUNCTUATION: Mapping[str, tuple[str, str]] = {
    "ar": (".", "؟"),
    "bn": ("।", "?"),
    "el": (".", "\u037e"),
    "fa": (".", "؟"),
    "hy": ("։", "։"),  # an Armenian question is marked inside its word
    "ja": ("。", "？"),
    "wuu": ("。", "？"),
    "yue": ("。", "？"),
    "zh": ("。", "？"),
}
USUAL_PUNCTUATION = (".", "?")
QUESTION_MARKS = ("?", "？", "؟", "\u037e")
# A piece of a text without blanks: Latin letters, or two characters, with what sticks to them.
PIECE = re.compile(r"[!-~]+[^\w\s!-~「『（]*|[^\w\s!-~]*[^\W!-~]{1,2}[^\w\s!-~「『（]*|[^\w\s!-~]+")


def split_words(text: str, language: str) -> list[str]:
    """The words of a text; one without blanks is cut into pieces of two characters."""
    return PIECE.findall(text) if base_language(language) in SPACELESS else text.split()


def _punctuation(language: str) -> tuple[str, str]:
    return PUNCTUATION.get(base_language(language), USUAL_PUNCTUATION)


def _same_words(language: str, other: str) -> bool:
    return (base_language(language), locale_for(language)) == (
        base_language(other),
        locale_for(other),
    )
