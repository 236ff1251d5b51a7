"""Hearing: what was asked of a job, and what is said in its recording; of either kind."""

from collections.abc import Iterator

from msgspec.structs import replace

from emulator.core.speech.library import Library
from emulator.core.speech.transcripts import Audio, Stretch, Transcript, cut
from emulator.providers.gladia.entities import Entity, entities
from emulator.providers.gladia.live.requests import (
    end_of_turn,
    endpointing_ms,
    live_wanted,
    longest_ms,
)
from emulator.providers.gladia.live.schedule import Line, Score, turns
from emulator.providers.gladia.records import Kind, Transcription
from emulator.providers.gladia.requests import LEGACY_ADDONS, Wanted, wanted
from emulator.providers.gladia.transcript import Speech, code, evenly, relabelled, respelled, speech

PARSERS = {Kind.PRE_RECORDED: wanted, Kind.LIVE: live_wanted}


def wish_of(record: Transcription) -> Wanted:
    """What was asked for, as far as the service still does it."""
    wish = PARSERS[record.kind](record.given)
    addons = wish.addons if record.applies_legacy else wish.addons.difference(LEGACY_ADDONS)
    return replace(wish, addons=addons)


def heard(record: Transcription, library: Library) -> tuple[Wanted, Speech]:
    wish = wish_of(record)
    if record.kind is Kind.LIVE:
        lines = list(score(record, library).said(record.audio.duration_ms or 0))
        made_up = record.script is None
        return wish, gathered([Said(one, words, wish) for one, words in lines], record, made_up)
    return wish, speech(record.audio, wish, library, script=record.script)


def score(record: Transcription, library: Library) -> Score:
    """What is said in a session while it goes on, and after its recording has ended."""
    endless = Audio(record.audio.source, record.audio.digest, None, record.audio.channels)
    return Score(
        turns(endless, live_wanted(record.given), library, script=record.script),
        endpointing_ms=endpointing_ms(record.given),
        longest_ms=longest_ms(record.given),
        end_of_turn=end_of_turn(record.given),
    )


class Said:
    """The first words of a line, in the wanted spelling and languages."""

    def __init__(self, line: Line, words: int, wish: Wanted) -> None:
        self.id = line.id
        self._line = line
        self._words = words
        self._wish = wish

    @property
    def stretch(self) -> Stretch:
        wish = self._wish
        fixed = wish.languages[0] if len(wish.languages) == 1 else None
        begun = cut(self._line.heard, self._line.heard.words[: self._words])
        return respelled(relabelled(begun, fixed, wish), wish)

    def translated(self, target: str) -> Stretch:
        """On the words' own times, or at an even pace; its own language is no translation."""
        wish = self._wish
        own = self.stretch
        if own.language == target:
            return own
        begun = self._line.others[target]
        other = relabelled(cut(begun, begun.words[: self._words]), target, wish)
        assert wish.translation is not None  # there are no targets without it
        return other if wish.translation.lipsync else evenly(other)

    def entities(self, *, made_up: bool) -> tuple[Entity, ...]:
        own = self.stretch
        alone = Transcript(own.language, (), (own,), own.end_ms)
        return entities(alone, made_up=made_up)


def gathered(said: list[Said], record: Transcription, made_up: bool) -> Speech:
    """All lines as one transcript, with what was told of each of them."""
    wish = wish_of(record)
    own = tuple(one.stretch for one in said)
    found = (
        replace(entity, utterance=i)
        for i, one in enumerate(said)
        for entity in (one.entities(made_up=made_up) if wish.wants_entities else ())
    )
    targets = wish.translation.targets if wish.translation else ()
    translations = {
        target: whole(target, (one.translated(target) for one in said), record)
        for target in targets
    }
    language = wish.languages[0] if wish.languages else "en"
    return Speech(whole(code(language), own, record), tuple(found), translations)


def whole(
    language: str, stretches: Iterator[Stretch] | tuple[Stretch, ...], record: Transcription
) -> Transcript:
    utterances = tuple(stretches)
    last_ms = max((one.end_ms for one in utterances), default=0)
    named = utterances[0].language if utterances else language
    return Transcript(
        named,
        (),
        utterances,
        max(record.audio.duration_ms or 0, last_ms),
        record.audio.channels or 1,
    )
