"""Entities: the words that name something, found and, if wanted, hidden."""

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from emulator.core.speech.transcripts import (
    CLOSERS,
    SENTENCE_ENDS,
    Segment,
    Transcript,
    Word,
    base_language,
    ends_sentence,
    with_words,
)
from emulator.providers.gladia.presets import covers
from emulator.providers.gladia.requests import Redaction

# Word shapes that are entities wherever they stand; the first that fits is taken. The types are the
# published document's, PiiRedactionEntityTypeEnum.
SHAPES: tuple[tuple[str, str], ...] = (
    (r"\S[^\s@]*+@\S+\.\w++", "EMAIL_ADDRESS"),
    (r"(https?://|www\.)\S+", "URL"),
    (r"[$€£¥]\d[\d.,]*+|\d[\d.,]*+[$€£¥]", "MONEY"),
    (r"\d{1,2}:\d\d(:\d\d)?", "TIME"),
    (r"\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{2,4}", "DATE"),
    (r"(\d{1,3}\.){3}\d{1,3}", "IP_ADDRESS"),
    (r"(19|20)\d\d", "YEAR"),
    (r"\d{4}(-?\d{4}){3}", "CREDIT_CARD"),
    (r"\d{3}-\d\d-\d{4}", "SSN"),
    (r"\+?\d[\d-]{6,}", "PHONE_NUMBER"),
    (r"\d[\d.,]*", "NUMERICAL_PII"),
)
NOUNS_ARE_CAPITAL = frozenset({"de", "lb"})  # there a capital letter says nothing
MADE_UP = ("NAME_GIVEN", "LOCATION_CITY", "ORGANIZATION", "OCCUPATION")
PUNCTUATION = "".join(SENTENCE_ENDS) + CLOSERS + ",;:“„«([「『（、，"
# Documentation, PII redaction: [NAME_1] for "John Smith", [EMAIL_1] for an address.
MARKERS = {
    "EMAIL_ADDRESS": "EMAIL",
    "NAME_GIVEN": "NAME",
    "LOCATION_CITY": "LOCATION",
}


class Entity(Struct, frozen=True):
    """The words from ``first`` to ``last`` (included) of an utterance."""

    type: str
    text: str
    utterance: int
    first: int
    last: int
    start_ms: int
    end_ms: int


def find_entities(transcript: Transcript, *, made_up: bool) -> tuple[Entity, ...]:
    """What the words name. Speech that is ``made_up`` names nothing: its longest words stand in."""
    names = {without_punctuation(name) for name in transcript.speakers}
    numbered = tuple(enumerate(transcript.utterances))
    found = tuple(one for i, stretch in numbered for one in find_named(stretch, i, names))
    if found or not made_up:
        return found
    return tuple(longest(stretch, i) for i, stretch in numbered)


def find_named(stretch: Segment, utterance: int, names: set[str]) -> Iterator[Entity]:
    position = 0
    while position < len(stretch.words):
        shape = shape_of(stretch.words[position])
        size = 1 if shape else name_size(stretch, position, names)
        if size:
            kind = shape or ("NAME_GIVEN" if size == 1 else "NAME")
            yield entity(kind, stretch, utterance, position, position + size - 1)
        position += max(size, 1)


def longest(stretch: Segment, utterance: int) -> Entity:
    sizes = [len(without_punctuation(word.text)) for word in stretch.words]
    position = sizes.index(max(sizes))
    return entity(MADE_UP[utterance % len(MADE_UP)], stretch, utterance, position, position)


def entity(kind: str, stretch: Segment, utterance: int, first: int, last: int) -> Entity:
    part = with_words(stretch, stretch.words[first : last + 1])
    return Entity(
        kind, without_punctuation(part.text), utterance, first, last, part.start_ms, part.end_ms
    )


def shape_of(word: Word) -> str | None:
    text = without_punctuation(word.text)
    return next((kind for shape, kind in SHAPES if re.fullmatch(shape, text)), None)


def name_size(stretch: Segment, position: int, names: set[str]) -> int:
    """How many words from here on are one name; 0: none is."""
    size = int(without_punctuation(stretch.words[position].text) in names)
    if size and stretch.words[position].text[-1] in PUNCTUATION:
        return size
    while position + size < len(stretch.words) and has_capital(stretch, position + size):
        size += 1
        if stretch.words[position + size - 1].text[-1] in PUNCTUATION:
            break
    return size


def has_capital(stretch: Segment, position: int) -> bool:
    """Whether the word has a capital letter that the place in its sentence does not explain."""
    if position == 0 or ends_sentence(stretch.words[position - 1].text):
        return False
    text = without_punctuation(stretch.words[position].text)
    english_i = text == "I" or text.startswith(("I'", "I’"))
    capitals = text[:1].isupper() and not english_i
    return capitals and base_language(stretch.language) not in NOUNS_ARE_CAPITAL


def without_punctuation(text: str) -> str:
    """The word without the punctuation that sticks to it."""
    return text.strip(PUNCTUATION)


def outer_punctuation(text: str) -> tuple[str, str, str]:
    """The punctuation before the word, the word, the punctuation after it."""
    rest = text.lstrip(PUNCTUATION)
    word = rest.rstrip(PUNCTUATION)
    return text[: len(text) - len(rest)], word, rest[len(word) :]


def redact_entities(transcript: Transcript, found: Sequence[Entity], wish: Redaction) -> Transcript:
    """The transcript with the entities of the wanted types hidden."""
    hidden = [one for one in found if covers(wish.types, one.type)]
    written = markers(hidden) if not wish.masked else {}
    inside: dict[int, list[Entity]] = {}
    for one in hidden:
        inside.setdefault(one.utterance, []).append(one)
    utterances = tuple(
        hide_words(stretch, inside.get(i, ()), written)
        for i, stretch in enumerate(transcript.utterances)
    )
    return replace(transcript, utterances=utterances)


def markers(found: Sequence[Entity]) -> dict[tuple[str, str], str]:
    """A marker for each entity. Documentation: the same entity has the same number."""
    written: dict[tuple[str, str], str] = {}
    counts: dict[str, int] = {}
    for one in found:
        key, label = (one.type, one.text), MARKERS.get(one.type, one.type)
        if key not in written:
            counts[label] = counts.get(label, 0) + 1
            written[key] = f"[{label}_{counts[label]}]"
    return written


def hide_words(
    stretch: Segment, found: Sequence[Entity], written: dict[tuple[str, str], str]
) -> Segment:
    """``found`` in the order of speech."""
    words: list[Word] = []
    end = 0
    for one in found:
        words += stretch.words[end : one.first]
        end = one.last + 1
        inside = stretch.words[one.first : end]
        marker = written.get((one.type, one.text))
        words += map(mask_word, inside) if marker is None else [merge_words(inside, marker)]
    return with_words(stretch, [*words, *stretch.words[end:]])


def mask_word(word: Word) -> Word:
    before, text, after = outer_punctuation(word.text)
    return replace(word, text=before + "#" * len(text) + after)


def merge_words(words: Sequence[Word], text: str) -> Word:
    """One word in the place of several, with the punctuation around them."""
    before, after = outer_punctuation(words[0].text)[0], outer_punctuation(words[-1].text)[2]
    return replace(words[0], text=before + text + after, end_ms=words[-1].end_ms)
