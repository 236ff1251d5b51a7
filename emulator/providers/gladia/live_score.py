"""Score: what is said in a live session, and at which moment of its audio which message is due."""

from bisect import bisect_right, insort
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from emulator.core.ids import digest
from emulator.core.library import SPEAKERS, Library
from emulator.core.transcripts import Audio, Stretch, Word, cut
from emulator.providers.gladia.requests import Wanted

MINUTE_MS = 60_000  # speech is made up by the minute: nobody knows how long a session lasts
# GUESS: the short gaps between the words of one sentence are no silence to a service that hears
# them; the first so many milliseconds of a gap do not count.
GAP_MS = 120


class Sign(StrEnum):
    """What is told, with the words of the messages."""

    START = "speech_start"
    PARTIAL = "partial"
    FINAL = "final"
    END = "speech_end"
    MORE = "add-ons"


class Line(Struct, frozen=True):
    """One utterance: what is said between two silences, before any spelling."""

    id: str
    heard: Stretch
    others: Mapping[str, Stretch]  # by target language, word for word

    def words_until(self, at_ms: int) -> int:
        """How many of its words have been said."""
        return bisect_right(self.heard.words, at_ms, key=lambda word: word.end_ms)


class Cue(Struct, frozen=True):
    """At that moment of the audio, tell of the first ``words`` of a line."""

    at_ms: int
    sign: Sign
    line: Line
    words: int = 0  # 0 with the end of speech: it is cut off


class Turn(Struct, frozen=True):
    """What one speaker says in one go, with its translations."""

    heard: Stretch
    others: Mapping[str, Stretch]


def turns(audio: Audio, wish: Wanted, library: Library, *, script: str | None) -> Iterator[Turn]:
    """The script's; or without an end, minute by minute. ``audio`` has no length."""
    if script is not None:
        yield from turns_of(audio, wish, library, script, 0)
        return
    minute = 0
    while True:
        part = replace(audio, digest=digest(audio.digest, str(minute)), duration_ms=MINUTE_MS)
        yield from turns_of(part, wish, library, None, minute * MINUTE_MS)
        minute += 1


def turns_of(
    audio: Audio, wish: Wanted, library: Library, script: str | None, from_ms: int
) -> Iterator[Turn]:
    asked = wish.languages[0] if wish.languages else None
    speakers = max(SPEAKERS, audio.channels or 1)
    heard = library.transcript(audio, language=asked, script=script, speakers=speakers)
    targets = wish.translation.targets if wish.translation else ()
    switching = wish.languages[1:] if wish.code_switching and script is None else ()
    versions = {
        one: library.translation(
            audio, one, source_language=asked, script=script, speakers=speakers
        )
        for one in (*targets, *switching)
    }
    for i in range(len(heard.utterances)):
        spoken = (heard, *(versions[one] for one in switching))[i % (1 + len(switching))]
        others = {one: shifted(versions[one].utterances[i], from_ms) for one in targets}
        yield Turn(shifted(spoken.utterances[i], from_ms), others)


def shifted(stretch: Stretch, by_ms: int) -> Stretch:
    moved = (
        Word(one.text, one.start_ms + by_ms, one.end_ms + by_ms, one.confidence)
        for one in stretch.words
    )
    return cut(stretch, tuple(moved))


class Score:
    """Written out as far as anybody has asked; the same audio time gives the same cues.

    A line ends with a silence of ``endpointing_ms``, with the speaker's turn, or after
    ``longest_ms``.
    """

    def __init__(self, turns: Iterator[Turn], *, endpointing_ms: int, longest_ms: int) -> None:
        self._turns = turns
        self._next = next(turns, None)
        self._endpointing_ms = endpointing_ms
        self._longest_ms = longest_ms
        self._lines: list[Line] = []
        self._cues: list[Cue] = []
        self._numbers: dict[int, int] = {}  # channel -> lines so far

    def between(self, after_ms: int, until_ms: int) -> Sequence[Cue]:
        """What is due later than the one moment, and not later than the other."""
        self._write(until_ms)
        begin, end = (bisect_right(self._cues, one, key=moment) for one in (after_ms, until_ms))
        return self._cues[begin:end]

    def unfinished(self, at_ms: int) -> Iterator[Cue]:
        """What is due when the audio ends there: the last words, and that nobody speaks on."""
        told = self.between(-1, at_ms)
        final = {cue.line.id for cue in told if cue.sign is Sign.FINAL}
        last = [(line, words) for line, words in self.said(at_ms) if line.id not in final]
        yield from (Cue(at_ms, Sign.FINAL, line, words) for line, words in last)
        speaking: dict[int, Line] = {}
        for cue in told:
            if cue.sign is Sign.START:
                speaking[cue.line.heard.channel] = cue.line
            elif cue.sign is Sign.END:
                speaking.pop(cue.line.heard.channel, None)
        yield from (Cue(at_ms, Sign.END, line) for line in speaking.values())
        yield from (Cue(at_ms, Sign.MORE, line, words) for line, words in last)

    def said(self, until_ms: int) -> Iterator[tuple[Line, int]]:
        """Each line of which words have been said, with how many."""
        self._write(until_ms)
        for line in self._lines:
            words = line.words_until(until_ms)
            if words:
                yield line, words

    def _write(self, until_ms: int) -> None:
        while self._next and self._next.heard.start_ms <= until_ms:
            self._add(self._next)
            self._next = next(self._turns, None)

    def _add(self, turn: Turn) -> None:
        pieces = list(self._pieces(turn.heard.words))
        opens = True
        for begin, end in pieces:
            gap_ms = gap_after(turn.heard.words, end)
            closes = end == len(turn.heard.words) or gap_ms >= self._endpointing_ms
            line = self._line(turn, begin, end)
            for cue in self._cues_of(line, opens=opens, closes=closes):
                insort(self._cues, cue, key=moment)
            opens = closes

    def _pieces(self, words: Sequence[Word]) -> Iterator[tuple[int, int]]:
        begin = 0
        for end in range(1, len(words) + 1):
            is_last = end == len(words)
            too_long = not is_last and words[end].end_ms - words[begin].start_ms > self._longest_ms
            if is_last or too_long or gap_after(words, end) >= self._endpointing_ms:
                yield begin, end
                begin = end

    def _line(self, turn: Turn, begin: int, end: int) -> Line:
        channel = turn.heard.channel
        number = self._numbers.get(channel, 0)
        self._numbers[channel] = number + 1
        heard = cut(turn.heard, turn.heard.words[begin:end])
        others = {
            target: timed(cut(one, one.words[begin:end]), heard)
            for target, one in turn.others.items()
        }
        # GUESS: the channel, and the number of the utterance there; seen as "00-00000011".
        line = Line(f"{channel:02d}-{number:08d}", heard, others)
        self._lines.append(line)
        return line

    def _cues_of(self, line: Line, *, opens: bool, closes: bool) -> Iterator[Cue]:
        """GUESS: the service is sure of an end when the silence has lasted long enough."""
        words = line.heard.words
        if opens:
            yield Cue(line.heard.start_ms, Sign.START, line)
        for number, word in enumerate(words, 1):
            yield Cue(word.end_ms, Sign.PARTIAL, line, number)
        sure_ms = line.heard.end_ms + (self._endpointing_ms if closes else 0)
        yield Cue(sure_ms, Sign.FINAL, line, len(words))
        if closes:
            yield Cue(sure_ms, Sign.END, line, len(words))
        yield Cue(sure_ms, Sign.MORE, line, len(words))


def moment(cue: Cue) -> int:
    return cue.at_ms


def gap_after(words: Sequence[Word], end: int) -> int:
    """How long the silence is before the word at that place; 0: there is no such word."""
    if end == len(words):
        return 0
    return words[end].start_ms - words[end - 1].end_ms - GAP_MS


def timed(stretch: Stretch, like: Stretch) -> Stretch:
    """The same words at the times of other ones."""
    pairs = zip(stretch.words, like.words, strict=True)
    words = (replace(one, start_ms=two.start_ms, end_ms=two.end_ms) for one, two in pairs)
    return cut(stretch, tuple(words))
