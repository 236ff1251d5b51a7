"""Bounds of one request: what it asks for is shown again, and made into answers, many times over.

GUESS, all of them: none is published. They are far beyond what clients send, and keep what is made
of one request in proportion to it.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from emulator.core.http.messages import Json, Params

Path = tuple[str, ...]

MOST_ENTRIES = 10_000  # of a list, or of a dictionary
MOST_TEXT_CHARS = 10_000
MOST_LISTED: Mapping[str, int] = {"prompts": 100}  # each is an answer of its own
# What is written in the place of words, wherever they are said; and in each answer to a prompt.
MOST_CHARS: Mapping[str, int] = {
    "custom_vocabulary": 500,
    "custom_vocabulary_config": 500,
    "custom_spelling_config": 500,
    "audio_to_llm_config.model": 500,
}
UNBOUNDED = frozenset({"custom_metadata"})  # which has a bound of its own


def find_excess(given: Params) -> Iterator[tuple[Path, str]]:
    """What is too much, and the sentence that is said of it."""
    for name, value in given.items():
        if name not in UNBOUNDED:
            yield from find_beyond(value, (name,), MOST_TEXT_CHARS)


def find_beyond(value: Json, path: Path, most_chars: int) -> Iterator[tuple[Path, str]]:
    """The schema has seen to it that there are few levels."""
    most_chars = min(most_chars, MOST_CHARS.get(path[-1], most_chars))
    most_chars = min(most_chars, MOST_CHARS.get(".".join(path[-2:]), most_chars))
    if isinstance(value, str) and len(value) > most_chars:
        name = ".".join(path)
        yield path, f"{name} must be shorter than or equal to {most_chars} characters"
    elif isinstance(value, dict | list):
        yield from find_beyond_in(value, path, most_chars)


def find_beyond_in(
    value: dict[str, Any] | list[Any], path: Path, most_chars: int
) -> Iterator[tuple[Path, str]]:
    most = MOST_LISTED.get(path[-1], MOST_ENTRIES)
    if len(value) > most:
        yield path, f"{'.'.join(path)} must contain no more than {most} elements"
    elif isinstance(value, list):
        for one in value:
            yield from find_beyond(one, path, most_chars)
    else:
        for name, one in value.items():
            if len(name) > most_chars:
                text = f"must be shorter than or equal to {most_chars} characters"
                yield path, f"each key of {'.'.join(path)} {text}"
            else:
                yield from find_beyond(one, (*path, name), most_chars)
