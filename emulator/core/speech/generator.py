"""A seed and a language give a transcript: what is said, by whom and when."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate, islice, pairwise, takewhile
from operator import add

from msgspec import Struct
from msgspec.structs import replace

from emulator.core.base.ids import SeededRandom
from emulator.core.base.resources import data_folder
from emulator.core.speech.languages import QUESTION_MARKS, _punctuation, _same_words, split_words
from emulator.core.speech.transcripts import (
    Line,
    Script,
    Segment,
    Transcript,
    Word,
    base_language,
    ends_sentence,
)
from emulator.core.speech.vocabulary import word_list

WORDS = data_folder("words")
LONGEST_MS = 24 * 3_600_000  # what comes later in a recording is silence


# Lengths in hundredths of a second. Together they make about 150 words a minute.
WORD = 8  # and so much more for each of its characters
CHARACTERS: Mapping[str, int] = {"ja": 8, "th": 6, "wuu": 12, "yue": 12, "zh": 12}
USUAL_CHARACTER = 4
WORD_PAUSES = (1, 2, 3, 4, 5, 6, 8, 12)
SENTENCE_PAUSES = tuple(range(20, 71, 5))
TURN_PAUSE = 25  # on top of the sentence's
LEAD = 24
SENTENCE_WORDS = (3, 5, 6, 7, 8, 9, 10, 11, 12, 14)
TURN_SENTENCES = (1, 2, 2, 3, 3, 4)
QUESTIONS = (False, False, False, False, True)
CONFIDENCES = tuple((8_000 + step) / 10_000 for step in range(13, 1_900, 7))


class RawSpeech(Struct, frozen=True):
    """What is said, before anybody says it."""

    texts: list[str]
    pauses: list[int]  # after each word, in hundredths of a second
    turns: list[int]  # after how many words the turn may pass


def generate_transcript(
    ids: SeededRandom, *, language: str, speakers: int, duration_ms: int, channels: int = 1
) -> Transcript:
    """Fills the duration. Texts and times do not depend on the speakers or the channels."""
    sayable = min(duration_ms, LONGEST_MS) // 10
    talk = _raw_speech(ids, language, sayable)
    words = _with_timing(talk, sayable, ids.child("confidences"), language)
    turns = _turns(talk.turns, len(words), speakers)
    voices = _speaker_turns(ids.child("voices"), min(speakers, len(turns)), len(turns))
    utterances = (
        Segment(words[begin:end], voice, voice % channels, language)
        for begin, end, voice in zip([0, *turns], turns, voices, strict=False)
    )
    names = tuple(f"Speaker {number}" for number in range(1, max(voices) + 2))
    return Transcript(language, names, tuple(utterances), duration_ms, channels)


def render_script(script: Script, ids: SeededRandom, channels: int = 1) -> Transcript:
    """What the script's lines say, when it says so; what it leaves open is drawn.

    The recording is never shorter than what is said in it.
    """
    if script.is_silent:
        silence_ms = draw_duration_ms(ids) if script.duration_ms is None else script.duration_ms
        return Transcript(script.language, (), (), silence_ms, channels)
    if not script.lines:
        return generate_transcript(
            ids,
            language=script.language,
            speakers=script.speakers,
            duration_ms=draw_duration_ms(ids) if script.duration_ms is None else script.duration_ms,
            channels=channels,
        )
    said = sorted(_rendered_lines(script, ids), key=lambda one: one[1][0].start_ms)
    names = tuple(dict.fromkeys(name for name, _ in said))
    numbers = {name: number for number, name in enumerate(names)}
    utterances = tuple(
        Segment(words, numbers[name], numbers[name] % channels, script.language)
        for name, words in said
    )
    last_ms = max((utterance.end_ms for utterance in utterances), default=0)
    duration_ms = max(script.duration_ms or 0, last_ms)
    return Transcript(script.language, names, utterances, duration_ms, channels)


def translate_transcript(transcript: Transcript, ids: SeededRandom, language: str) -> Transcript:
    """As many words in the same utterances; a variety of the same language keeps its words."""
    if _same_words(transcript.language, language):
        utterances = tuple(
            replace(utterance, language=language) for utterance in transcript.utterances
        )
        return replace(transcript, language=language, utterances=utterances)
    count = sum(len(utterance.words) for utterance in transcript.utterances)
    texts = iter(ids.child("words").choices(word_list(language, WORDS), count))
    sure = ids.child("confidences")
    utterances = tuple(
        _translated_utterance(utterance, list(islice(texts, len(utterance.words))), sure, language)
        for utterance in transcript.utterances
    )
    return replace(transcript, language=language, utterances=utterances)


def draw_duration_ms(ids: SeededRandom) -> int:
    """How long a recording is that nothing is known of: 10 to 90 seconds."""
    return ids.child("duration").integer(1_000, 9_000) * 10


def _raw_speech(ids: SeededRandom, language: str, sayable: int) -> RawSpeech:
    """A little more than there is time for."""
    known = word_list(language, WORDS)
    usual = sum(_lengths(known, language)) // len(known) + 5
    count = sayable // usual + 20
    texts = ids.child("words").choices(known, count)
    pauses = ids.child("pauses").choices(WORD_PAUSES, count)
    statement, question = _punctuation(language)
    turns = []
    for begin, end, asks, pause, passes in _sentences(ids, count):
        texts[begin] = _capital(texts[begin])
        texts[end - 1] += question if asks else statement
        pauses[end - 1] = pause + TURN_PAUSE * passes
        if passes:
            turns.append(end)
    return RawSpeech(texts, pauses, turns)


def _sentences(ids: SeededRandom, words: int) -> Iterator[tuple[int, int, bool, int, bool]]:
    """Where each begins and ends, whether it asks, the pause after it, and if the turn passes."""
    lengths = ids.child("sentences").choices(SENTENCE_WORDS, words // min(SENTENCE_WORDS) + 1)
    ends = [*takewhile(words.__gt__, accumulate(lengths)), words]
    count = len(ends)
    turns = ids.child("turns").choices(TURN_SENTENCES, count)
    return zip(
        [0, *ends],
        ends,
        ids.child("questions").choices(QUESTIONS, count),
        ids.child("rests").choices(SENTENCE_PAUSES, count),
        (number == length for length in turns for number in range(1, length + 1)),
        strict=False,
    )


def _with_timing(
    talk: RawSpeech, sayable: int, ids: SeededRandom, language: str
) -> tuple[Word, ...]:
    """As many words as there is time for, then stretched or squeezed to end close to the end."""
    lengths = _lengths(talk.texts, language)
    starts = list(accumulate(map(add, lengths, talk.pauses), initial=LEAD))
    ends = list(map(add, starts, lengths))
    until = sayable - min(30, sayable // 20)
    count = max(1, bisect_right(ends, until))
    texts = talk.texts[:count]
    if not ends_sentence(texts[-1]):
        texts[-1] += _punctuation(language)[0]
    # Each moment goes to moment * until // last; so written, the products stay small and quick.
    last = ends[count - 1]
    more = until - last
    return tuple(
        map(
            Word,
            texts,
            [(start + start * more // last) * 10 for start in starts[:count]],
            [(end + end * more // last) * 10 for end in ends[:count]],
            ids.choices(CONFIDENCES, count),
        )
    )


def _turns(natural: Sequence[int], words: int, speakers: int) -> list[int]:
    """Where turns end, in words; people interrupt each other if else not everybody could speak."""
    turns = [*(end for end in natural if end < words), words]
    while len(turns) < min(speakers, words):
        begin, end = max(zip([0, *turns], turns, strict=False), key=lambda turn: turn[1] - turn[0])
        turns.insert(turns.index(end), (begin + end) // 2)
    return turns


def _speaker_turns(ids: SeededRandom, speakers: int, turns: int) -> list[int]:
    """Who speaks in each turn: everybody once, in order, then anybody but the last."""
    if speakers < 2:
        return [0] * turns
    steps = [1] * (speakers - 1) + ids.choices(range(1, speakers), turns - speakers)
    return [voice % speakers for voice in accumulate(steps, initial=0)]


def _rendered_lines(script: Script, ids: SeededRandom) -> Iterator[tuple[str, tuple[Word, ...]]]:
    """Who says which words, in the script's order; a line without words is left out."""
    pauses, sure = ids.child("pauses"), ids.child("confidences")
    end_ms = 0
    for line in script.lines:
        texts = split_words(line.text, script.language)
        if texts:
            start_ms = end_ms + pauses.choice(SENTENCE_PAUSES) * 10
            words = _rendered_line(line, texts, start_ms, sure, script.language)
            end_ms = words[-1].end_ms
            yield line.speaker, words


def _rendered_line(
    line: Line, texts: list[str], start_ms: int, ids: SeededRandom, language: str
) -> tuple[Word, ...]:
    natural_ms = sum(_lengths(texts, language)) * 10
    return _spread_words(
        texts,
        start_ms if line.start_ms is None else line.start_ms,
        natural_ms if line.duration_ms is None else line.duration_ms,
        ids.choices(CONFIDENCES, len(texts)),
    )


def _translated_utterance(
    source: Segment, texts: list[str], ids: SeededRandom, language: str
) -> Segment:
    """New words with the sentences of the old ones."""
    statement, question = _punctuation(language)
    opens = True
    for place, word in enumerate(source.words):
        if opens:
            texts[place] = _capital(texts[place])
        opens = ends_sentence(word.text)
        if opens:
            texts[place] += question if word.text.endswith(QUESTION_MARKS) else statement
    sure = ids.choices(CONFIDENCES, len(texts))
    words = _spread_words(texts, source.start_ms, source.end_ms - source.start_ms, sure)
    return Segment(words, source.speaker, source.channel, language)


def _spread_words(
    texts: Sequence[str], start_ms: int, span_ms: int, sure: Sequence[float]
) -> tuple[Word, ...]:
    """Words that fill a span in proportion to their lengths, short pauses between them."""
    grain = 10 if span_ms >= 20 * len(texts) else 1
    weights = list(accumulate((len(text) + 2 for text in texts), initial=0))
    edges = [start_ms + span_ms * weight // weights[-1] // grain * grain for weight in weights]
    edges[-1] = start_ms + span_ms
    pauses = [(end - begin) // 8 // grain * grain for begin, end in pairwise(edges)]
    pauses[-1] = 0
    ends = [edge - pause for edge, pause in zip(edges[1:], pauses, strict=True)]
    return tuple(map(Word, texts, edges, ends, sure))


def _lengths(texts: Sequence[str], language: str) -> list[int]:
    """How long each word takes, in hundredths of a second."""
    character = CHARACTERS.get(base_language(language), USUAL_CHARACTER)
    return [WORD + character * len(text) for text in texts]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
