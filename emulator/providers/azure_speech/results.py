"""The files of a transcription: what was said in one recording, and the report on all of them."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from msgspec import Struct

from emulator.core.base.clock import iso_seconds
from emulator.core.base.ids import SeededRandom
from emulator.core.http.messages import Json
from emulator.core.speech.transcripts import Segment, Transcript, Word, base_language, join
from emulator.providers.azure_speech.durations import iso_duration, ticks
from emulator.providers.azure_speech.records import (
    BASIC_SPEAKERS,
    ProfanityFilterMode,
    PunctuationMode,
    Recording,
    Settings,
    State,
    TranscriptionRequest,
)

MARKS = ".,?!…:;\"'()[]{}<>«»‹›“”‘’„‚。，、？！：；「」『』।॥؟،؛։။¿¡-–—"

PUNCTUATED = {
    PunctuationMode.NONE: False,
    PunctuationMode.DICTATED: False,  # nobody dictates marks in our recordings
    PunctuationMode.AUTOMATIC: True,
    PunctuationMode.DICTATED_AND_AUTOMATIC: True,
}
# GUESS: the service's own list is not published.
BAD_WORDS = """
    arse arsehole ass asshole bastard bitch bollocks bullshit crap damn damned dick fuck fucked
    fucker fucking goddamn motherfucker piss prick shit shitty slut twat wanker whore
"""
PROFANITIES = frozenset(BAD_WORDS.split())
# GUESS: small numbers in words, as speech to text writes them before it normalizes them.
NUMBERS = "zero one two three four five six seven eight nine ten"
SPOKEN_NUMBERS = {str(number): word for number, word in enumerate(NUMBERS.split())}


class WordForms(Struct, frozen=True):
    """One word in its forms; empty where the form has nothing of it."""

    word: Word
    lexical: str
    itn: str
    masked: str
    display: str


def result(
    transcript: Transcript, recording: Recording, order: TranscriptionRequest, made_at: datetime
) -> Json:
    """The result file of one recording.

    Shape: the published JSON schemas of the result file and the documented answers. Ticks are
    integers at the top and written as floats inside phrases. Phrases are grouped by channel.
    """
    phrases = [
        (utterance, word_forms(utterance, order.settings))
        for channel in channels(transcript, order.settings)
        for utterance in transcript.utterances
        if utterance.channel == channel
    ]
    return {
        "source": recording.audio.source,
        "timestamp": iso_seconds(made_at),
        "durationInTicks": ticks(transcript.duration_ms),
        "duration": iso_duration(transcript.duration_ms),
        "combinedRecognizedPhrases": [
            {
                "channel": channel,
                **forms(
                    [word for said, words in phrases if said.channel == channel for word in words],
                    transcript.language,
                ),
            }
            for channel in (channels(transcript, order.settings) if phrases else ())
        ],  # seen of a silent recording: none
        "recognizedPhrases": [phrase(utterance, words, order) for utterance, words in phrases],
    }


def channels(transcript: Transcript, settings: Settings) -> list[int]:
    """The channels that the recording has and the order asks for."""
    return [channel for channel in range(transcript.channels) if channel in settings.channels]


def phrase(utterance: Segment, words: Sequence[WordForms], order: TranscriptionRequest) -> Json:
    found: dict[str, Json] = {"recognitionStatus": "Success", "channel": utterance.channel}
    if order.settings.diarization:
        found["speaker"] = speaker(utterance, order.settings)
    if order.settings.candidate_locales:
        found["locale"] = language_identification(utterance.language, order)
    times = span(utterance.start_ms, utterance.end_ms)
    return {**found, **times, "nBest": list(n_best(utterance, words, order.settings))}


def speaker(utterance: Segment, settings: Settings) -> int:
    """Counted from 1; more speakers than are told apart share their numbers."""
    most = settings.speakers.most if settings.speakers else BASIC_SPEAKERS
    return utterance.speaker % (most or utterance.speaker + 1) + 1


def language_identification(language: str, order: TranscriptionRequest) -> str:
    """The candidate of that language; the main locale where none is, as the published text says."""
    locales = (order.locale, *order.settings.candidate_locales)
    return next(
        (locale for locale in locales if base_language(locale) == base_language(language)),
        order.locale,
    )


def span(start_ms: int, end_ms: int) -> dict[str, Json]:
    return {
        "offset": iso_duration(start_ms),
        "duration": iso_duration(end_ms - start_ms),
        "offsetInTicks": float(ticks(start_ms)),
        "durationInTicks": float(ticks(end_ms - start_ms)),
    }


def n_best(utterance: Segment, words: Sequence[WordForms], settings: Settings) -> Iterator[Json]:
    """The best reading, and four others without punctuation and times; those are not sorted."""
    best: dict[str, Json] = {"confidence": utterance.confidence}
    best.update(forms(words, utterance.language))
    if settings.words:
        best["words"] = [lexical_word(word) for word in words if word.lexical]
    if settings.display_words:
        best["displayWords"] = [display_word(word) for word in words if word.display]
    yield best
    chance = SeededRandom("nBest", utterance.text)
    plain = [alternative(word.lexical, settings) for word in words if word.lexical]
    for kept, last in lower_confidence(plain):
        confidence = round(chance.number(0.05, utterance.confidence), 7)
        reading = [*plain[:kept], alternative(last, settings)]
        yield {"confidence": confidence, **forms(reading, utterance.language)}


def lower_confidence(words: Sequence[WordForms]) -> Iterator[tuple[int, str]]:
    """Four other readings: how many words they share with the best one, and what comes then."""
    if not words:
        return
    *first, last = (word.lexical for word in words)
    yield (len(first) - 1, first[-1] + last) if first else (0, last + last)
    yield len(first), last + "s"
    yield len(first), last[:-1] + ("n" if last.endswith("m") else "m")
    yield len(first), last[:-1] or last + "h"


def lexical_word(one: WordForms) -> Json:
    times = span(one.word.start_ms, one.word.end_ms)
    return {"word": one.lexical, **times, "confidence": one.word.confidence}


def display_word(one: WordForms) -> Json:
    return {"displayText": one.display, **span(one.word.start_ms, one.word.end_ms)}


def forms(words: Sequence[WordForms], language: str) -> dict[str, Json]:
    return {
        "lexical": join((word.lexical for word in words if word.lexical), language),
        "itn": join((word.itn for word in words if word.itn), language),
        "maskedITN": join((word.masked for word in words if word.masked), language),
        "display": join((word.display for word in words if word.display), language),
    }


def word_forms(utterance: Segment, settings: Settings) -> list[WordForms]:
    english = base_language(utterance.language) == "en"
    return [spoken_word(word, settings, english=english) for word in utterance.words]


def spoken_word(word: Word, settings: Settings, *, english: bool) -> WordForms:
    bare = word.text.strip(MARKS)
    itn = bare.lower()
    lexical = SPOKEN_NUMBERS.get(itn, itn) if english else itn
    shown = filter_profanity(bare, settings.profanity)
    if PUNCTUATED[settings.punctuation]:
        shown = word.text if shown == bare else shown and word.text.replace(bare, shown, 1)
    return WordForms(word, lexical, itn, filter_profanity(itn, ProfanityFilterMode.MASKED), shown)


def alternative(text: str, settings: Settings) -> WordForms:
    masked = filter_profanity(text, ProfanityFilterMode.MASKED)
    return WordForms(
        Word(text, 0, 0, 0), text, text, masked, filter_profanity(text, settings.profanity)
    )


def filter_profanity(text: str, mode: ProfanityFilterMode) -> str:
    """A word as it is shown. Source: the published modes; GUESS: that they are for ``display``."""
    if mode == ProfanityFilterMode.NONE or text.lower() not in PROFANITIES:
        return text
    if mode == ProfanityFilterMode.TAGS:
        return f"<profanity>{text}</profanity>"
    return "" if mode == ProfanityFilterMode.REMOVED else text[0] + "*" * (len(text) - 1)


def report(recordings: Sequence[Recording]) -> Json:
    """The report file; the members of a failed entry are those that the vendor's client reads."""
    failed = sum(recording.failure is not None for recording in recordings)
    return {
        "successfulTranscriptionsCount": len(recordings) - failed,
        "failedTranscriptionsCount": failed,
        "details": [detail(recording) for recording in recordings],
    }


def detail(recording: Recording) -> Json:
    source, failure = recording.audio.source, recording.failure
    if failure is None:
        return {"source": source, "status": State.SUCCEEDED}
    words = {"errorMessage": failure.message, "errorKind": failure.kind}
    return {"source": source, "status": State.FAILED, **words}
