"""Score: what is said in a live session, and at which moment of its audio which message is due."""

from bisect import bisect_right, insort
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from emulator.core.base.ids import digest
from emulator.core.speech.library import SPEAKERS, TranscriptLibrary
from emulator.core.speech.transcripts import Audio, Segment, Word, ends_sentence, with_words
from emulator.providers.gladia.live.requests import EndOfTurn
from emulator.providers.gladia.requests import JobOptions

MINUTE_MS = 60_000  # speech is made up by the minute: nobody knows how long a session lasts
# GUESS: the short gaps between the words of one sentence are no silence to a service that hears
# them; the first so many milliseconds of a gap do not count.
GAP_MS = 120
ANSWER_MS = 5000  # documentation, answering machine detection: after the first speech
# GUESS: how sure the service is that a turn is over, at a silence after which the same speaker goes
# on; where somebody else goes on, it is certain.
SURE_OF_SENTENCE, SURE_OF_PAUSE, CERTAIN = 0.8, 0.2, 1.0


class MessageKind(StrEnum):
    """What is told, with the words of the messages."""

    START = "speech_start"
    PARTIAL = "partial"
    FINAL = "final"
    TURN_END = "speech_turn_end"
    END = "speech_end"
    ANSWERED = "answering_machine"
    MORE = "add-ons"


class LiveUtterance(Struct, frozen=True):
    """One utterance: what is said between two silences, before any spelling."""

    id: str
    segment: Segment
    others: Mapping[str, Segment]  # by target language, word for word

    def words_until(self, at_ms: int) -> int:
        """How many of its words have been said."""
        return bisect_right(self.segment.words, at_ms, key=lambda word: word.end_ms)


class ScheduledMessage(Struct, frozen=True):
    """At that moment of the audio, tell of the first ``words`` of a line."""

    at_ms: int
    kind: MessageKind
    line: LiveUtterance
    words: int = 0  # 0 with the end of speech: it is cut off


class SpokenTurn(Struct, frozen=True):
    """What one speaker says in one go, with its translations."""

    segment: Segment
    others: Mapping[str, Segment]


def turns(
    audio: Audio, wish: JobOptions, library: TranscriptLibrary, *, script: str | None
) -> Iterator[SpokenTurn]:
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
    audio: Audio, wish: JobOptions, library: TranscriptLibrary, script: str | None, from_ms: int
) -> Iterator[SpokenTurn]:
    asked = wish.languages[0] if wish.languages else None
    speakers = max(SPEAKERS, audio.channels or 1)
    heard = library.transcript(audio, language=asked, script=script, speakers=speakers)
    targets = wish.translation.targets if wish.translation else ()
    switching = wish.languages[1:] if wish.code_switching and script is None else ()
    versions = {
        target: library.translation(
            audio, target, source_language=asked, script=script, speakers=speakers
        )
        for target in (*targets, *switching)
    }
    for i in range(len(heard.utterances)):
        spoken = (heard, *(versions[one] for one in switching))[i % (1 + len(switching))]
        others = {
            target: shift_segment(versions[target].utterances[i], from_ms) for target in targets
        }
        yield SpokenTurn(shift_segment(spoken.utterances[i], from_ms), others)


def shift_segment(stretch: Segment, by_ms: int) -> Segment:
    moved = (
        Word(word.text, word.start_ms + by_ms, word.end_ms + by_ms, word.confidence)
        for word in stretch.words
    )
    return with_words(stretch, tuple(moved))


class MessageSchedule:
    """Written out as far as anybody has asked; the same audio time gives the same cues.

    A line ends with a silence of ``endpointing_ms``, with the speaker's turn, or after
    ``longest_ms``. With ``end_of_turn``, a silence ends it only where the turn seems to be over.
    """

    def __init__(
        self,
        turns: Iterator[SpokenTurn],
        *,
        endpointing_ms: int,
        longest_ms: int,
        end_of_turn: EndOfTurn | None = None,
    ) -> None:
        self._turns = turns
        self._next = next(turns, None)
        self._endpointing_ms = endpointing_ms
        self._longest_ms = end_of_turn.max_wait_ms if end_of_turn else longest_ms
        self._end_of_turn = end_of_turn
        self._lines: list[LiveUtterance] = []
        self._messages: list[ScheduledMessage] = []
        self._numbers: dict[int, int] = {}  # channel -> lines so far

    def between(self, after_ms: int, until_ms: int) -> Sequence[ScheduledMessage]:
        """What is due later than the one moment, and not later than the other."""
        self._write(until_ms)
        begin, end = (
            bisect_right(self._messages, one, key=due_time) for one in (after_ms, until_ms)
        )
        return self._messages[begin:end]

    def unfinished(self, at_ms: int) -> Iterator[ScheduledMessage]:
        """What is due when the audio ends there: the last words, and that nobody speaks on."""
        told = self.between(-1, at_ms)
        final = {cue.line.id for cue in told if cue.kind is MessageKind.FINAL}
        last = [
            (line, words) for line, words in self.utterances_until(at_ms) if line.id not in final
        ]
        yield from (ScheduledMessage(at_ms, MessageKind.FINAL, line, words) for line, words in last)
        speaking: dict[int, LiveUtterance] = {}
        for cue in told:
            if cue.kind is MessageKind.START:
                speaking[cue.line.segment.channel] = cue.line
            elif cue.kind is MessageKind.END:
                speaking.pop(cue.line.segment.channel, None)
        yield from (ScheduledMessage(at_ms, MessageKind.END, line) for line in speaking.values())
        yield from (ScheduledMessage(at_ms, MessageKind.MORE, line, words) for line, words in last)

    def utterances_until(self, until_ms: int) -> Iterator[tuple[LiveUtterance, int]]:
        """Each line of which words have been said, with how many."""
        self._write(until_ms)
        for line in self._lines:
            words = line.words_until(until_ms)
            if words:
                yield line, words

    def _write(self, until_ms: int) -> None:
        while self._next and self._next.segment.start_ms <= until_ms:
            self._add(self._next)
            self._next = next(self._turns, None)

    def _add(self, turn: SpokenTurn) -> None:
        pieces = list(self._pieces(turn.segment.words))
        opens = True
        for begin, end in pieces:
            words = turn.segment.words
            closes = end == len(words) or self._is_silent_after(words, end)
            line = self._line(turn, begin, end)
            sure_ms = self._certain_ms(words, begin, end, closes=closes)
            for cue in (
                *self._messages_of(line, sure_ms, opens=opens, closes=closes),
                *self._ends_of_turn(line, words, begin, end),
                *self._answer_to(line),
            ):
                insort(self._messages, cue, key=due_time)
            opens = closes

    def _pieces(self, words: Sequence[Word]) -> Iterator[tuple[int, int]]:
        begin = 0
        for end in range(1, len(words) + 1):
            is_last = end == len(words)
            too_long = not is_last and words[end].end_ms - words[begin].start_ms > self._longest_ms
            if is_last or too_long or self._is_over_at(words, end):
                yield begin, end
                begin = end

    def _is_silent_after(self, words: Sequence[Word], end: int) -> bool:
        return gap_after(words, end) >= self._endpointing_ms

    def _is_over_at(self, words: Sequence[Word], end: int) -> bool:
        """Whether what is said ends there, for all that can be heard."""
        rule = self._end_of_turn
        complete = rule is None or certainty(words, end) >= rule.threshold
        return complete and self._is_silent_after(words, end)

    def _certain_ms(self, words: Sequence[Word], begin: int, end: int, *, closes: bool) -> int:
        """When the service is sure of an end.

        GUESS: when the silence has lasted long enough, or when the end of the turn is looked for.
        """
        if self._end_of_turn:
            return self._probe_ms(words, begin, end, self._end_of_turn.probe_ms)
        return words[end - 1].end_ms + (self._endpointing_ms if closes else 0)

    def _probe_ms(self, words: Sequence[Word], begin: int, end: int, probe_ms: int) -> int:
        """When the end after so many words is looked for; at the latest when somebody goes on."""
        start_ms, end_ms = words[begin].start_ms, words[end - 1].end_ms
        probed_ms = start_ms - (start_ms - end_ms) // probe_ms * probe_ms
        latest_ms = words[end].start_ms if end < len(words) else end_ms + self._endpointing_ms
        return min(probed_ms, latest_ms)

    def _ends_of_turn(
        self, line: LiveUtterance, words: Sequence[Word], begin: int, end: int
    ) -> Iterator[ScheduledMessage]:
        """Of which the client is told, before the utterance is ended or with it."""
        rule = self._end_of_turn
        if rule is None:
            return
        for place in range(begin + 1, end + 1):
            silent = place == len(words) or self._is_silent_after(words, place)
            if silent and certainty(words, place) >= rule.emission_threshold:
                at_ms = self._probe_ms(words, begin, place, rule.probe_ms)
                yield ScheduledMessage(at_ms, MessageKind.TURN_END, line, place - begin)

    def _answer_to(self, line: LiveUtterance) -> Iterator[ScheduledMessage]:
        """Documentation: once, of whoever speaks first."""
        if len(self._lines) == 1:
            yield ScheduledMessage(line.segment.start_ms + ANSWER_MS, MessageKind.ANSWERED, line)

    def _line(self, turn: SpokenTurn, begin: int, end: int) -> LiveUtterance:
        channel = turn.segment.channel
        number = self._numbers.get(channel, 0)
        self._numbers[channel] = number + 1
        heard = with_words(turn.segment, turn.segment.words[begin:end])
        others = {
            target: timed_words(with_words(one, one.words[begin:end]), heard)
            for target, one in turn.others.items()
        }
        # GUESS: the channel, and the number of the utterance there; seen as "00-00000011".
        line = LiveUtterance(f"{channel:02d}-{number:08d}", heard, others)
        self._lines.append(line)
        return line

    def _messages_of(
        self, line: LiveUtterance, sure_ms: int, *, opens: bool, closes: bool
    ) -> Iterator[ScheduledMessage]:
        words = line.segment.words
        if opens:
            yield ScheduledMessage(line.segment.start_ms, MessageKind.START, line)
        for number, word in enumerate(words, 1):
            yield ScheduledMessage(word.end_ms, MessageKind.PARTIAL, line, number)
        yield ScheduledMessage(sure_ms, MessageKind.FINAL, line, len(words))
        if closes:
            yield ScheduledMessage(sure_ms, MessageKind.END, line, len(words))
        yield ScheduledMessage(sure_ms, MessageKind.MORE, line, len(words))


def due_time(cue: ScheduledMessage) -> int:
    return cue.at_ms


def certainty(words: Sequence[Word], end: int) -> float:
    """How sure it seems that the speaker's turn is over after so many of its words."""
    if end == len(words):
        return CERTAIN
    return SURE_OF_SENTENCE if ends_sentence(words[end - 1].text) else SURE_OF_PAUSE


def gap_after(words: Sequence[Word], end: int) -> int:
    """How long the silence is before the word at that place."""
    return words[end].start_ms - words[end - 1].end_ms - GAP_MS


def timed_words(stretch: Segment, like: Segment) -> Segment:
    """The same words at the times of other ones."""
    pairs = zip(stretch.words, like.words, strict=True)
    words = (replace(one, start_ms=two.start_ms, end_ms=two.end_ms) for one, two in pairs)
    return with_words(stretch, tuple(words))
