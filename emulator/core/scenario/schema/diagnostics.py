"""What is wrong with a scenario, and where; all of it at once."""

import json
from collections.abc import Iterable
from difflib import get_close_matches
from itertools import islice
from typing import NamedTuple

from msgspec import Struct, field

from emulator.core.base.escaping import escaped_line

MOST_PROBLEMS = 1000  # that are listed; more of them are counted
SHOWN_WORDS = 30  # of those allowed; a thousand would hide the sentence
SHOWN_CHARACTERS = 60  # of what the author wrote
HELPED = 200  # so many problems come with a suggestion; more of them are a broken tool's
COMPARED = 300  # so many words are looked at for one


class Place(NamedTuple):
    """A line and a column, both from 1."""

    line: int
    column: int


class ScenarioErrors(Exception):
    """A scenario that cannot be read; ``problems`` in the order of their places, a line each."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(escaped_line, self.problems)))


class Diagnostics(Struct):
    """Collects what is wrong with one file; what a shared alias repeats is said once."""

    name: str
    diagnostics: dict[tuple[Place, str], None] = field(default_factory=dict)
    left_out: int = 0

    def add(self, place: Place, what: str, *, given: str = "", allowed: Iterable[str] = ()) -> None:
        if len(self.diagnostics) >= MOST_PROBLEMS:
            self.left_out += 1
            return
        helped = len(self.diagnostics) < HELPED
        line = sentence(what, given=given, allowed=allowed) if helped else what
        self.diagnostics[place, line] = None

    def fail(self, place: Place, what: str) -> ScenarioErrors:
        """What is found beyond which nothing can be read."""
        self.add(place, what)
        return self.errors()

    def errors(self) -> ScenarioErrors:
        ordered = sorted(self.diagnostics, key=lambda found: found[0])
        lines = [f"{self.name}:{at.line}:{at.column}: {what}" for at, what in ordered]
        more = [f"{self.name}: and {self.left_out:,} more"] if self.left_out else []
        return ScenarioErrors([*lines, *more])


def sentence(
    what: str, *, given: str = "", allowed: Iterable[str] = (), label: str = "allowed"
) -> str:
    """``what is wrong; did you mean "..."; allowed: ...``, as far as there is something to say."""
    words = tuple(allowed)
    near = nearest_word(given, words)
    parts = [what]
    if near:
        parts.append(f"did you mean {quote(near)}")
    if words:
        more = ", ..." if len(words) > SHOWN_WORDS else ""
        parts.append(f"{label}: {', '.join(words[:SHOWN_WORDS])}{more}")
    return "; ".join(parts)


def nearest_word(given: str, words: Iterable[str]) -> str:
    """The word that was probably meant; empty: none is near."""
    by_folded = {word.casefold(): word for word in islice(words, COMPARED)}
    meant = given[:SHOWN_CHARACTERS].casefold()
    begun = [word for word in by_folded if len(meant) > 2 and word.startswith(meant)]
    near = get_close_matches(meant, by_folded, n=1) or begun
    return by_folded[near[0]] if near else ""


def quote(text: str) -> str:
    """As the author wrote it, on one line and not too long."""
    if len(text) > SHOWN_CHARACTERS:
        text = f"{text[:SHOWN_CHARACTERS]}..."
    return json.dumps(text, ensure_ascii=False)
