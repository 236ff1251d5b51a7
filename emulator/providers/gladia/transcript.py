"""Wording: what is said in a job's recording, in the words that the job's options ask for."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from msgspec import Struct
from msgspec.structs import replace

from emulator.core.speech.library import Library
from emulator.core.speech.transcripts import Audio, Stretch, Transcript, Word, base, cut
from emulator.providers.gladia.entities import Entity, core, entities, merged, redacted
from emulator.providers.gladia.presets import covers
from emulator.providers.gladia.requests import Phrases, Spelling, Translation, Wanted

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


class Speech(Struct, frozen=True):
    """What is said, after everything that was asked for, with its translations."""

    transcript: Transcript
    entities: tuple[Entity, ...]  # those that redaction does not hide
    translations: Mapping[str, Transcript]  # by target language


def speech(audio: Audio, wish: Wanted, library: Library, *, script: str | None) -> Speech:
    """What a job on that recording gets to hear."""
    heard = spoken(audio, wish, library, script=script)
    found = entities(heard, made_up=script is None) if wish.wants_entities else ()
    final = heard
    if wish.redaction:
        final = redacted(heard, found, wish.redaction)
        found = tuple(one for one in found if not covers(wish.redaction.types, one.type))
    translations = {
        target: translated(audio, target, final, wish, library, script=script)
        for target in (wish.translation.targets if wish.translation else ())
    }
    return Speech(final, found, translations)


def spoken(audio: Audio, wish: Wanted, library: Library, *, script: str | None) -> Transcript:
    """The transcript in the wanted language, spelling and number of speakers."""
    asked = wish.languages[0] if wish.languages else None
    heard = library.transcript(audio, language=asked, script=script, speakers=wish.speakers)
    if wish.code_switching and script is None:
        heard = switched(audio, heard, wish, library)
    fixed = asked if len(wish.languages) == 1 else None
    utterances = (relabelled(one, fixed, wish) for one in heard.utterances)
    if "punctuation_enhanced" in wish.addons and script is None:
        utterances = (punctuated(one) for one in utterances)
    return replace(
        heard,
        language=fixed or code(heard.language),
        utterances=tuple(respelled(one, wish) for one in utterances),
    )


def switched(audio: Audio, heard: Transcript, wish: Wanted, library: Library) -> Transcript:
    """The utterances in the wanted languages by turns: published document, code_switching."""
    others = {
        one: library.translation(audio, one, source_language=heard.language, speakers=wish.speakers)
        for one in dict.fromkeys(wish.languages[1 : len(heard.utterances)])
    }
    versions = [heard, *(others.get(one, heard) for one in wish.languages[1:])]
    turns = (versions[i % len(versions)].utterances[i] for i in range(len(heard.utterances)))
    return replace(heard, utterances=tuple(turns))


def relabelled(stretch: Stretch, fixed: str | None, wish: Wanted) -> Stretch:
    """With a language of the published list, and no more speakers than were asked for."""
    most = wish.most_speakers
    speaker = stretch.speaker % most if most else stretch.speaker
    language = fixed or code(stretch.language)
    if (language, speaker) == (stretch.language, stretch.speaker):
        return stretch
    return Stretch(stretch.words, speaker, stretch.channel, language)


def punctuated(stretch: Stretch) -> Stretch:
    """With a comma at each longer pause. GUESS: no page says what enhanced punctuation is.

    Made-up speech alone: what a scenario writes is said as it is written.
    """
    comma = COMMAS.get(base(stretch.language), ",")
    words = [
        replace(word, text=word.text + comma) if pauses(word, later) else word
        for word, later in pairwise(stretch.words)
    ]
    return cut(stretch, [*words, stretch.words[-1]])


def pauses(word: Word, later: Word) -> bool:
    return later.start_ms - word.end_ms >= COMMA_MS and core(word.text) == word.text


def code(language: str) -> str:
    """The language as Gladia's list has it: without a region."""
    plain = base(language)
    return SPELLED.get(plain, plain)


def languages(transcript: Transcript) -> list[str]:
    """Documentation: the most frequent first."""
    counted = Counter(one.language for one in transcript.utterances)
    return [language for language, _ in counted.most_common()]


def translated(
    audio: Audio,
    target: str,
    final: Transcript,
    wish: Wanted,
    library: Library,
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
    utterances = tuple(relabelled(one, target, wish) for one in other.utterances)
    return arranged(replace(other, language=target, utterances=utterances), wish.translation)


def arranged(transcript: Transcript, wish: Translation) -> Transcript:
    """Aligned with the original utterances and its words' times, or not.

    Published document: match_original_utterances, lipsync. GUESS: what comes without them; here
    each sentence is an utterance of its own, and the words of an utterance take equal times.
    """
    utterances = transcript.utterances if wish.match_original_utterances else transcript.sentences()
    if not wish.lipsync:
        utterances = tuple(evenly(one) for one in utterances)
    return replace(transcript, utterances=utterances)


def evenly(stretch: Stretch) -> Stretch:
    count, length_ms = len(stretch.words), stretch.end_ms - stretch.start_ms
    edges_ms = [stretch.start_ms + length_ms * i // count for i in range(count + 1)]
    return cut(
        stretch,
        [
            replace(word, start_ms=edges_ms[i], end_ms=edges_ms[i + 1])
            for i, word in enumerate(stretch.words)
        ],
    )


def respelled(stretch: Stretch, wish: Wanted) -> Stretch:
    """Custom spelling and vocabulary: each phrase that is listed, as it is wanted."""
    known = wish.phrases
    if wish.spellings and not known.longer:
        add_phrases(known, wish.spellings)
    return cut(stretch, tuple(rewritten(stretch.words, known))) if known.longer else stretch


def add_phrases(known: Phrases, spellings: Iterable[Spelling]) -> None:
    """Of equal ones the last is taken."""
    for one in spellings:
        for heard in one.heard:
            end = known
            for word in heard.split():
                end = end.longer.setdefault(folded(word), Phrases())
            end.wanted = one.wanted


def rewritten(words: Sequence[Word], known: Phrases) -> Iterator[Word]:
    texts = [folded(word.text) for word in words]
    position = 0
    while position < len(words):
        size, wanted = longest(texts, position, known)
        yield merged(words[position : position + size], wanted) if size else words[position]
        position += max(size, 1)


def longest(texts: Sequence[str], position: int, known: Phrases) -> tuple[int, str]:
    """How many words from there on are the longest phrase that is known, and its spelling."""
    found, after = (0, ""), known
    for end in range(position, len(texts)):
        if texts[end] not in after.longer:
            break
        after = after.longer[texts[end]]
        if after.wanted is not None:
            found = (end + 1 - position, after.wanted)
    return found


def folded(text: str) -> str:
    return core(text).casefold()
