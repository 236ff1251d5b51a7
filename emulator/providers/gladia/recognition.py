"""Hearing: what was asked of a job, and what is said in its recording; of either kind."""

from collections.abc import Iterator

from msgspec.structs import replace

from emulator.core.speech.library import TranscriptLibrary
from emulator.core.speech.transcripts import Audio, Segment, Transcript, with_words
from emulator.providers.gladia.entities import Entity, find_entities
from emulator.providers.gladia.live.requests import (
    end_of_turn,
    endpointing_ms,
    live_options,
    longest_ms,
)
from emulator.providers.gladia.live.schedule import LiveUtterance, MessageSchedule, turns
from emulator.providers.gladia.records import Kind, Transcription
from emulator.providers.gladia.requests import LEGACY_ADDONS, JobOptions, job_options
from emulator.providers.gladia.transcript import (
    RecognitionResult,
    apply_spellings,
    language_code,
    recognize,
    relabel,
    spread_evenly,
)

PARSERS = {Kind.PRE_RECORDED: job_options, Kind.LIVE: live_options}


def options_of(record: Transcription) -> JobOptions:
    """What was asked for, as far as the service still does it."""
    wish = PARSERS[record.kind](record.request)
    addons = wish.addons if record.applies_legacy else wish.addons.difference(LEGACY_ADDONS)
    return replace(wish, addons=addons)


def recognize_job(
    record: Transcription, library: TranscriptLibrary
) -> tuple[JobOptions, RecognitionResult]:
    wish = options_of(record)
    if record.kind is Kind.LIVE:
        lines = list(
            build_schedule(record, library).utterances_until(record.audio.duration_ms or 0)
        )
        made_up = record.script is None
        return wish, merge_lines(
            [SpokenLine(one, words, wish) for one, words in lines], record, made_up
        )
    return wish, recognize(record.audio, wish, library, script=record.script)


def build_schedule(record: Transcription, library: TranscriptLibrary) -> MessageSchedule:
    """What is said in a session while it goes on, and after its recording has ended."""
    endless = Audio(record.audio.source, record.audio.digest, None, record.audio.channels)
    return MessageSchedule(
        turns(endless, live_options(record.request), library, script=record.script),
        endpointing_ms=endpointing_ms(record.request),
        longest_ms=longest_ms(record.request),
        end_of_turn=end_of_turn(record.request),
    )


class SpokenLine:
    """The first words of a line, in the wanted spelling and languages."""

    def __init__(self, line: LiveUtterance, words: int, wish: JobOptions) -> None:
        self.id = line.id
        self._line = line
        self._words = words
        self._wish = wish

    @property
    def stretch(self) -> Segment:
        wish = self._wish
        fixed = wish.languages[0] if len(wish.languages) == 1 else None
        begun = with_words(self._line.segment, self._line.segment.words[: self._words])
        return apply_spellings(relabel(begun, fixed, wish), wish)

    def translated(self, target: str) -> Segment:
        """On the words' own times, or at an even pace; its own language is no translation."""
        wish = self._wish
        own = self.stretch
        if own.language == target:
            return own
        begun = self._line.others[target]
        other = relabel(with_words(begun, begun.words[: self._words]), target, wish)
        assert wish.translation is not None  # there are no targets without it
        return other if wish.translation.lipsync else spread_evenly(other)

    def entities(self, *, made_up: bool) -> tuple[Entity, ...]:
        own = self.stretch
        alone = Transcript(own.language, (), (own,), own.end_ms)
        return find_entities(alone, made_up=made_up)


def merge_lines(said: list[SpokenLine], record: Transcription, made_up: bool) -> RecognitionResult:
    """All lines as one transcript, with what was told of each of them."""
    wish = options_of(record)
    own = tuple(one.stretch for one in said)
    found = (
        replace(entity, utterance=i)
        for i, one in enumerate(said)
        for entity in (one.entities(made_up=made_up) if wish.wants_entities else ())
    )
    targets = wish.translation.targets if wish.translation else ()
    translations = {
        target: merged_transcript(target, (one.translated(target) for one in said), record)
        for target in targets
    }
    language = wish.languages[0] if wish.languages else "en"
    return RecognitionResult(
        merged_transcript(language_code(language), own, record), tuple(found), translations
    )


def merged_transcript(
    language: str, stretches: Iterator[Segment] | tuple[Segment, ...], record: Transcription
) -> Transcript:
    utterances = tuple(stretches)
    last_ms = max((utterance.end_ms for utterance in utterances), default=0)
    named = utterances[0].language if utterances else language
    return Transcript(
        named,
        (),
        utterances,
        max(record.audio.duration_ms or 0, last_ms),
        record.audio.channels or 1,
    )
