"""Transcript: what is said in a recording, by whom and when; no provider's shape."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from msgspec import Struct

# U+037E is the Greek question mark, which only looks like a semicolon.
SENTENCE_ENDS = (".", "?", "!", "…", "\u037e", "。", "？", "！", "।", "؟", "۔", "։", "។", "།", "။")
CLOSERS = "\"'”’»)]」』）"  # what may follow the end of a sentence and still belongs to it
# Written without blanks between words.
SPACELESS = frozenset({"ja", "zh", "yue", "wuu", "th", "lo", "km", "my", "bo"})


class Word(Struct, frozen=True, gc=False):
    """``text`` as it is displayed, with the punctuation that sticks to it.

    There are very many of them, and none leads anywhere: garbage collection passes them by.
    """

    text: str
    start_ms: int
    end_ms: int
    confidence: float  # 0 to 1


class Segment(Struct, frozen=True):
    """Words that one speaker says in one go: an utterance, or a sentence of it; never empty."""

    words: tuple[Word, ...]
    speaker: int  # from 0, in the order of appearance
    channel: int  # from 0
    language: str  # the language's code, as the job asked for it or as the script says

    @property
    def start_ms(self) -> int:
        return self.words[0].start_ms

    @property
    def end_ms(self) -> int:
        return self.words[-1].end_ms

    @property
    def text(self) -> str:
        return join([word.text for word in self.words], self.language)

    @property
    def confidence(self) -> float:
        """The mean of the words' confidences, to four digits."""
        return round(sum([word.confidence for word in self.words]) / len(self.words), 4)


class Transcript(Struct, frozen=True):
    language: str
    speakers: tuple[str, ...]  # their names, by number
    utterances: tuple[Segment, ...]  # in the order of their starts
    duration_ms: int  # of the recording, so never less than the last word's end
    channels: int = 1

    @property
    def words(self) -> Iterator[Word]:
        return (word for utterance in self.utterances for word in utterance.words)

    @property
    def text(self) -> str:
        return join((utterance.text for utterance in self.utterances), self.language)

    @property
    def duration_seconds(self) -> float:
        return self.duration_ms / 1000

    def sentences(self) -> tuple[Segment, ...]:
        """The utterances, cut after each word that ends a sentence."""
        return tuple(part for utterance in self.utterances for part in sentences(utterance))

    def paragraphs(self) -> tuple[Segment, ...]:
        """Neighbouring utterances of one speaker, put together."""
        alike = groupby(self.utterances, lambda one: (one.speaker, one.channel))
        return tuple(paragraph([*same]) for _, same in alike)


class Line(Struct, frozen=True):
    """A line of a script; what is None is worked out."""

    speaker: str
    text: str
    start_ms: int | None = None
    duration_ms: int | None = None


class Script(Struct, frozen=True):
    """What a scenario says of a transcript: its lines, or how much to make up from the seed."""

    name: str
    language: str
    lines: tuple[Line, ...] = ()
    speakers: int = 2  # for what is made up
    duration_ms: int | None = None  # None: as long as the lines, or drawn from the seed
    is_silent: bool = False  # nobody says a word


class Audio(Struct, frozen=True, gc=False):
    """A recording: where it came from, and what is known of it.

    ``digest`` decides what is said in it: it is made from the URL, or from the uploaded bytes.
    """

    source: str  # a URL, or a file's name
    digest: str
    duration_ms: int | None = None  # None: nobody has looked into it
    channels: int | None = None


def paragraph(stretches: Sequence[Segment]) -> Segment:
    first, *others = stretches
    return (
        with_words(first, [word for stretch in stretches for word in stretch.words])
        if others
        else first
    )


def sentences(stretch: Segment) -> Iterator[Segment]:
    begin = 0
    for end, word in enumerate(stretch.words, 1):
        if ends_sentence(word.text) or end == len(stretch.words):
            yield with_words(stretch, stretch.words[begin:end])
            begin = end


def ends_sentence(text: str) -> bool:
    return text.rstrip(CLOSERS).endswith(SENTENCE_ENDS)


def join(texts: Iterable[str], language: str) -> str:
    if base_language(language) not in SPACELESS:
        return " ".join(texts)
    joined: list[str] = []
    for text in texts:
        joined += (separator(joined[-1], text, language), text) if joined else (text,)
    return "".join(joined)


def separator(left: str, right: str, language: str) -> str:
    """What stands between two words: a blank, or nothing.

    Languages written without blanks still put one between two words in Latin letters, and after a
    Latin full stop.
    """
    if base_language(language) not in SPACELESS:
        return " "
    latin = left[-1:].isascii() and right[:1].isascii()
    return " " if latin or left.endswith((".", "?", "!")) else ""


def base_language(language: str) -> str:
    """The language alone, in lower case: ``pt`` for ``pt-BR``."""
    return language.replace("_", "-").partition("-")[0].lower()


def with_words(stretch: Segment, words: Sequence[Word]) -> Segment:
    """The same speaker, channel and language with other words."""
    return Segment(tuple(words), stretch.speaker, stretch.channel, stretch.language)
