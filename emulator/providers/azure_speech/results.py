"""The files of a transcription: what was said in one recording, and the report on all of them."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from msgspec import Struct

from emulator.core.base.clock import iso_seconds
from emulator.core.base.ids import Ids
from emulator.core.http.messages import Json
from emulator.core.speech.transcripts import Stretch, Transcript, Word, base, join
from emulator.providers.azure_speech.durations import iso_duration, ticks
from emulator.providers.azure_speech.records import (
    BASIC_SPEAKERS,
    Order,
    ProfanityFilterMode,
    PunctuationMode,
    Recording,
    Settings,
    State,
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
SPOKEN = {str(number): word for number, word in enumerate(NUMBERS.split())}


class Spoken(Struct, frozen=True):
    """One word in its forms; empty where the form has nothing of it."""

    word: Word
    lexical: str
    itn: str
    masked: str
    display: str


def result(transcript: Transcript, recording: Recording, order: Order, made_at: datetime) -> Json:
    """The result file of one recording.

    Shape: the published JSON schemas of the result file and the documented answers. Ticks are
    integers at the top and written as floats inside phrases. Phrases are grouped by channel.
    """
    phrases = [
        (utterance, spoken(utterance, order.settings))
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
                    [one for said, words in phrases if said.channel == channel for one in words],
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


def phrase(utterance: Stretch, words: Sequence[Spoken], order: Order) -> Json:
    found: dict[str, Json] = {"recognitionStatus": "Success", "channel": utterance.channel}
    if order.settings.diarization:
        found["speaker"] = speaker(utterance, order.settings)
    if order.settings.candidate_locales:
        found["locale"] = identified(utterance.language, order)
    times = span(utterance.start_ms, utterance.end_ms)
    return {**found, **times, "nBest": list(n_best(utterance, words, order.settings))}


def speaker(utterance: Stretch, settings: Settings) -> int:
    """Counted from 1; more speakers than are told apart share their numbers."""
    most = settings.speakers.most if settings.speakers else BASIC_SPEAKERS
    return utterance.speaker % (most or utterance.speaker + 1) + 1


def identified(language: str, order: Order) -> str:
    """The candidate of that language; the main locale where none is, as the published text says."""
    locales = (order.locale, *order.settings.candidate_locales)
    return next((one for one in locales if base(one) == base(language)), order.locale)


def span(start_ms: int, end_ms: int) -> dict[str, Json]:
    return {
        "offset": iso_duration(start_ms),
        "duration": iso_duration(end_ms - start_ms),
        "offsetInTicks": float(ticks(start_ms)),
        "durationInTicks": float(ticks(end_ms - start_ms)),
    }


def n_best(utterance: Stretch, words: Sequence[Spoken], settings: Settings) -> Iterator[Json]:
    """The best reading, and four others without punctuation and times; those are not sorted."""
    best: dict[str, Json] = {"confidence": utterance.confidence}
    best.update(forms(words, utterance.language))
    if settings.words:
        best["words"] = [lexical_word(one) for one in words if one.lexical]
    if settings.display_words:
        best["displayWords"] = [display_word(one) for one in words if one.display]
    yield best
    chance = Ids("nBest", utterance.text)
    plain = [alternative(one.lexical, settings) for one in words if one.lexical]
    for kept, last in misheard(plain):
        confidence = round(chance.number(0.05, utterance.confidence), 7)
        reading = [*plain[:kept], alternative(last, settings)]
        yield {"confidence": confidence, **forms(reading, utterance.language)}


def misheard(words: Sequence[Spoken]) -> Iterator[tuple[int, str]]:
    """Four other readings: how many words they share with the best one, and what comes then."""
    if not words:
        return
    *first, last = (one.lexical for one in words)
    yield (len(first) - 1, first[-1] + last) if first else (0, last + last)
    yield len(first), last + "s"
    yield len(first), last[:-1] + ("n" if last.endswith("m") else "m")
    yield len(first), last[:-1] or last + "h"


def lexical_word(one: Spoken) -> Json:
    times = span(one.word.start_ms, one.word.end_ms)
    return {"word": one.lexical, **times, "confidence": one.word.confidence}


def display_word(one: Spoken) -> Json:
    return {"displayText": one.display, **span(one.word.start_ms, one.word.end_ms)}


def forms(words: Sequence[Spoken], language: str) -> dict[str, Json]:
    return {
        "lexical": join((one.lexical for one in words if one.lexical), language),
        "itn": join((one.itn for one in words if one.itn), language),
        "maskedITN": join((one.masked for one in words if one.masked), language),
        "display": join((one.display for one in words if one.display), language),
    }


def spoken(utterance: Stretch, settings: Settings) -> list[Spoken]:
    english = base(utterance.language) == "en"
    return [spoken_word(word, settings, english=english) for word in utterance.words]


def spoken_word(word: Word, settings: Settings, *, english: bool) -> Spoken:
    bare = word.text.strip(MARKS)
    itn = bare.lower()
    lexical = SPOKEN.get(itn, itn) if english else itn
    shown = filtered(bare, settings.profanity)
    if PUNCTUATED[settings.punctuation]:
        shown = word.text if shown == bare else shown and word.text.replace(bare, shown, 1)
    return Spoken(word, lexical, itn, filtered(itn, ProfanityFilterMode.MASKED), shown)


def alternative(text: str, settings: Settings) -> Spoken:
    masked = filtered(text, ProfanityFilterMode.MASKED)
    return Spoken(Word(text, 0, 0, 0), text, text, masked, filtered(text, settings.profanity))


def filtered(text: str, mode: ProfanityFilterMode) -> str:
    """A word as it is shown. Source: the published modes; GUESS: that they are for ``display``."""
    if mode == ProfanityFilterMode.NONE or text.lower() not in PROFANITIES:
        return text
    if mode == ProfanityFilterMode.TAGS:
        return f"<profanity>{text}</profanity>"
    return "" if mode == ProfanityFilterMode.REMOVED else text[0] + "*" * (len(text) - 1)


def report(recordings: Sequence[Recording]) -> Json:
    """The report file; the members of a failed entry are those that the vendor's client reads."""
    failed = sum(one.failure is not None for one in recordings)
    return {
        "successfulTranscriptionsCount": len(recordings) - failed,
        "failedTranscriptionsCount": failed,
        "details": [detail(one) for one in recordings],
    }


def detail(recording: Recording) -> Json:
    source, failure = recording.audio.source, recording.failure
    if failure is None:
        return {"source": source, "status": State.SUCCEEDED}
    words = {"errorMessage": failure.message, "errorKind": failure.kind}
    return {"source": source, "status": State.FAILED, **words}
