"""Wording: what is said in a job's recording, in the words that the job's options ask for."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from msgspec import Struct
from msgspec.structs import replace

from emulator.core.speech.library import TranscriptLibrary
from emulator.core.speech.transcripts import (
    Audio,
    Segment,
    Transcript,
    Word,
    base_language,
    with_words,
)
from emulator.providers.gladia.entities import (
    Entity,
    find_entities,
    merge_words,
    redact_entities,
    without_punctuation,
)
from emulator.providers.gladia.presets import covers
from emulator.providers.gladia.requests import JobOptions, PhraseTree, Spelling, Translation

# Codes of the published document's list that differ from what the rest of the world writes.
SPELLED: Mapping[str, str] = {
    "nb": "no",
    "jv": "jw",
    "fil": "tl",
    "yue": "zh",
    "cmn": "zh",
    "iw": "he",
}

COMMAS: Mapping[str, str] = {"ar": "،", "fa": "،", "ur": "،", "ja": "、", "zh": "，"}
COMMA_MS = 80  # of made-up speech's pauses within a sentence, about every fourth is as long


class RecognitionResult(Struct, frozen=True):
    """What is said, after everything that was asked for, with its translations."""

    transcript: Transcript
    entities: tuple[Entity, ...]  # those that redaction does not hide
    translations: Mapping[str, Transcript]  # by target language


def recognize(
    audio: Audio, wish: JobOptions, library: TranscriptLibrary, *, script: str | None
) -> RecognitionResult:
    """What a job on that recording gets to hear."""
    heard = spoken_transcript(audio, wish, library, script=script)
    found = find_entities(heard, made_up=script is None) if wish.wants_entities else ()
    final = heard
    if wish.redaction:
        final = redact_entities(heard, found, wish.redaction)
        found = tuple(one for one in found if not covers(wish.redaction.types, one.type))
    translations = {
        target: translate_result(audio, target, final, wish, library, script=script)
        for target in (wish.translation.targets if wish.translation else ())
    }
    return RecognitionResult(final, found, translations)


def spoken_transcript(
    audio: Audio, wish: JobOptions, library: TranscriptLibrary, *, script: str | None
) -> Transcript:
    """The transcript in the wanted language, spelling and number of speakers."""
    asked = wish.languages[0] if wish.languages else None
    heard = library.transcript(audio, language=asked, script=script, speakers=wish.speakers)
    if wish.code_switching and script is None:
        heard = code_switched(audio, heard, wish, library)
    fixed = asked if len(wish.languages) == 1 else None
    utterances = (relabel(utterance, fixed, wish) for utterance in heard.utterances)
    if "punctuation_enhanced" in wish.addons and script is None:
        utterances = (punctuate(utterance) for utterance in utterances)
    return replace(
        heard,
        language=fixed or language_code(heard.language),
        utterances=tuple(apply_spellings(utterance, wish) for utterance in utterances),
    )


def code_switched(
    audio: Audio, heard: Transcript, wish: JobOptions, library: TranscriptLibrary
) -> Transcript:
    """The utterances in the wanted languages by turns: published document, code_switching."""
    others = {
        fromkey: library.translation(
            audio, fromkey, source_language=heard.language, speakers=wish.speakers
        )
        for fromkey in dict.fromkeys(wish.languages[1 : len(heard.utterances)])
    }
    versions = [heard, *(others.get(language, heard) for language in wish.languages[1:])]
    turns = (versions[i % len(versions)].utterances[i] for i in range(len(heard.utterances)))
    return replace(heard, utterances=tuple(turns))


def relabel(stretch: Segment, fixed: str | None, wish: JobOptions) -> Segment:
    """With a language of the published list, and no more speakers than were asked for."""
    most = wish.most_speakers
    speaker = stretch.speaker % most if most else stretch.speaker
    language = fixed or language_code(stretch.language)
    if (language, speaker) == (stretch.language, stretch.speaker):
        return stretch
    return Segment(stretch.words, speaker, stretch.channel, language)


def punctuate(stretch: Segment) -> Segment:
    """With a comma at each longer pause. GUESS: no page says what enhanced punctuation is.

    Made-up speech alone: what a scenario writes is said as it is written.
    """
    comma = COMMAS.get(base_language(stretch.language), ",")
    words = [
        replace(word, text=word.text + comma) if pauses(word, later) else word
        for word, later in pairwise(stretch.words)
    ]
    return with_words(stretch, [*words, stretch.words[-1]])


def pauses(word: Word, later: Word) -> bool:
    return later.start_ms - word.end_ms >= COMMA_MS and without_punctuation(word.text) == word.text


def language_code(language: str) -> str:
    """The language as Gladia's list has it: without a region."""
    plain = base_language(language)
    return SPELLED.get(plain, plain)


def languages(transcript: Transcript) -> list[str]:
    """Documentation: the most frequent first."""
    counted = Counter(utterance.language for utterance in transcript.utterances)
    return [language for language, _ in counted.most_common()]


def translate_result(
    audio: Audio,
    target: str,
    final: Transcript,
    wish: JobOptions,
    library: TranscriptLibrary,
    *,
    script: str | None,
) -> Transcript:
    """The same speech in another language; its own language is no translation at all."""
    assert wish.translation is not None  # there are no targets without it
    if languages(final) == [target]:
        return final
    source = wish.languages[0] if wish.languages else None
    other = library.translation(
        audio,
        target,
        source_language=source,
        script=script,
        speakers=wish.speakers,
        manner=wish.translation.manner,
    )
    utterances = tuple(relabel(utterance, target, wish) for utterance in other.utterances)
    return align_translation(
        replace(other, language=target, utterances=utterances), wish.translation
    )


def align_translation(transcript: Transcript, wish: Translation) -> Transcript:
    """Aligned with the original utterances and its words' times, or not.

    Published document: match_original_utterances, lipsync. GUESS: what comes without them; here
    each sentence is an utterance of its own, and the words of an utterance take equal times.
    """
    utterances = transcript.utterances if wish.match_original_utterances else transcript.sentences()
    if not wish.lipsync:
        utterances = tuple(spread_evenly(utterance) for utterance in utterances)
    return replace(transcript, utterances=utterances)


def spread_evenly(stretch: Segment) -> Segment:
    count, length_ms = len(stretch.words), stretch.end_ms - stretch.start_ms
    edges_ms = [stretch.start_ms + length_ms * i // count for i in range(count + 1)]
    return with_words(
        stretch,
        [
            replace(word, start_ms=edges_ms[i], end_ms=edges_ms[i + 1])
            for i, word in enumerate(stretch.words)
        ],
    )


def apply_spellings(stretch: Segment, wish: JobOptions) -> Segment:
    """Custom spelling and vocabulary: each phrase that is listed, as it is wanted."""
    known = wish.phrases
    if wish.spellings and not known.longer:
        add_phrases(known, wish.spellings)
    return (
        with_words(stretch, tuple(replace_phrases(stretch.words, known)))
        if known.longer
        else stretch
    )


def add_phrases(known: PhraseTree, spellings: Iterable[Spelling]) -> None:
    """Of equal ones the last is taken."""
    for spelling in spellings:
        for heard in spelling.heard:
            end = known
            for word in heard.split():
                end = end.longer.setdefault(casefolded(word), PhraseTree())
            end.replacement = spelling.wanted


def replace_phrases(words: Sequence[Word], known: PhraseTree) -> Iterator[Word]:
    texts = [casefolded(word.text) for word in words]
    position = 0
    while position < len(words):
        size, wanted = longest(texts, position, known)
        yield merge_words(words[position : position + size], wanted) if size else words[position]
        position += max(size, 1)


def longest(texts: Sequence[str], position: int, known: PhraseTree) -> tuple[int, str]:
    """How many words from there on are the longest phrase that is known, and its spelling."""
    found, after = (0, ""), known
    for end in range(position, len(texts)):
        if texts[end] not in after.longer:
            break
        after = after.longer[texts[end]]
        if after.replacement is not None:
            found = (end + 1 - position, after.replacement)
    return found


def casefolded(text: str) -> str:
    return without_punctuation(text).casefold()
