"""The messages of a live session, with the flag that asks for each of them."""

from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from msgspec import Struct

from emulator.core.base.clock import iso_millis
from emulator.core.http.messages import Json
from emulator.core.speech.transcripts import Stretch, Transcript, join, sentences
from emulator.providers.gladia.addons import CHAPTER_SENTENCES, chapter, sentiment
from emulator.providers.gladia.live.requests import (
    ACKNOWLEDGMENTS,
    ERRORS,
    FINALS,
    LIFECYCLE,
    PARTIALS,
    POST_PROCESSING,
    REALTIME,
    SPEECH,
)
from emulator.providers.gladia.live.schedule import Cue, Sign
from emulator.providers.gladia.recognition import Said
from emulator.providers.gladia.render import blank, utterances, words
from emulator.providers.gladia.requests import Wanted

FIRST = ("acknowledged", "error")  # of the members, before the type
# GUESS: the members are published, the sentences are not.
ADDON_FAILED: dict[str, Json] = {"message": "The add-on could not be processed."}

MACHINE_LIKE = {"human": 0.12, "machine": 0.88}


class Note(Struct, frozen=True):
    """One message; whoever does not want its kind does not get it."""

    flag: str
    type: str
    rest: dict[str, Json]  # what comes after session_id and created_at

    def content(self, session_id: str, at: datetime) -> dict[str, Json]:
        """Published document: what all messages have, then what this one has."""
        told: dict[str, Json] = {"session_id": session_id, "created_at": iso_millis(at)}
        told |= {name: self.rest[name] for name in FIRST if name in self.rest}
        told["type"] = self.type
        return told | self.rest


def lifecycle(kind: str, **data: Json) -> Note:
    return Note(LIFECYCLE, kind, {"data": data} if data else {})


def acknowledged(kind: str, data: Json) -> Note:
    return Note(ACKNOWLEDGMENTS, kind, {"acknowledged": True, "error": None, "data": data})


def rejected(kind: str, why: str) -> Note:
    """Seen: ``acknowledged`` is false, ``error`` has a message, ``data`` is null."""
    rest: dict[str, Json] = {"acknowledged": False, "error": {"message": why}, "data": None}
    return Note(ACKNOWLEDGMENTS, kind, rest)


def error(code: str, message: str) -> Note:
    """GUESS: no schema is published; so it stands in notes of the service's own makers."""
    return Note(ERRORS, "error", {"data": {"code": code, "message": message}})


def cued(cue: Cue, wish: Wanted, failed: frozenset[str], *, made_up: bool) -> Iterator[Note]:
    """What is told at a cue. The documentation's order: add-ons after the end of speech."""
    if cue.sign in (Sign.START, Sign.END):
        yield speech(cue)
        return
    if cue.sign is Sign.TURN_END:
        yield turn_end(cue)
        return
    said = Said(cue.line, cue.words, wish)
    body = utterance(said.stretch)
    if cue.sign is Sign.MORE:
        about: dict[str, Json] = {"utterance_id": said.id, "utterance": body}
        yield from translations(said, about, wish, failed)
        yield from analyses(said, about, wish, failed, made_up=made_up)
        return
    final = cue.sign is Sign.FINAL
    data: Json = {"id": said.id, "is_final": final, "utterance": body}
    yield Note(FINALS if final else PARTIALS, "transcript", {"data": data})


def speech(cue: Cue) -> Note:
    stretch = cue.line.heard
    ends_ms = stretch.end_ms if cue.words else cue.at_ms
    time_ms = stretch.start_ms if cue.sign is Sign.START else ends_ms
    return Note(
        SPEECH, cue.sign.value, {"data": {"time": time_ms / 1000, "channel": stretch.channel}}
    )


def turn_end(cue: Cue) -> Note:
    """GUESS: the members; the documentation has the message's name alone."""
    time_ms = cue.line.heard.words[cue.words - 1].end_ms
    data: Json = {"time": time_ms / 1000, "channel": cue.line.heard.channel}
    return Note(SPEECH, cue.sign.value, {"data": data})


def answered(cue: Cue, kind: str) -> Note:
    """Documentation, answering machine detection. GUESS: the score, and the flag."""
    data: Json = {
        "kind": kind,
        "confidence": MACHINE_LIKE[kind],
        "time": cue.at_ms / 1000,
        "channel": cue.line.heard.channel,
    }
    return Note(SPEECH, cue.sign.value, {"data": data})


def utterance(stretch: Stretch) -> dict[str, Any]:
    """Seen: the text of a live utterance begins with a blank."""
    return next(iter(utterances((stretch,), diarized=False, live=True)))


def translations(
    said: Said, about: dict[str, Json], wish: Wanted, failed: frozenset[str]
) -> Iterator[Note]:
    for target in wish.translation.targets if wish.translation else ():
        if "translation" in failed:
            yield broken("translation")
            continue
        data = {
            **about,
            "original_language": said.stretch.language,
            "target_language": target,
            "translated_utterance": utterance(said.translated(target)),
        }
        yield Note(REALTIME, "translation", {"error": None, "data": data})


def analyses(
    said: Said, about: dict[str, Json], wish: Wanted, failed: frozenset[str], *, made_up: bool
) -> Iterator[Note]:
    found: dict[str, Callable[[], Json]] = {
        "named_entity_recognition": lambda: entities(said, made_up=made_up),
        "sentiment_analysis": lambda: sentiments(said, wish),
    }
    for name, results in found.items():
        if name in wish.addons and name in failed:
            yield broken(name)
        elif name in wish.addons:
            data: Json = {**about, "results": results()}
            yield Note(REALTIME, name, {"error": None, "data": data})


def broken(name: str) -> Note:
    """An add-on that fails alone: ``data`` is null."""
    return Note(REALTIME, name, {"error": ADDON_FAILED, "data": None})


def entities(said: Said, *, made_up: bool) -> list[Json]:
    return [
        {
            "entity_type": one.type,
            "text": one.text,
            "start": one.start_ms / 1000,
            "end": one.end_ms / 1000,
        }
        for one in said.entities(made_up=made_up)
    ]


def sentiments(said: Said, wish: Wanted) -> list[Json]:
    return [sentiment(one, wish) for one in sentences(said.stretch)]


def results(result: dict[str, Any], transcript: Transcript, wish: Wanted) -> Iterator[Note]:
    """What follows the recording, made from the job's result."""
    yield Note(POST_PROCESSING, "post_transcript", {"data": result["transcription"]})
    if "summarization" in wish.addons:
        yield afterwards("post_summarization", result["summarization"])
    if "chapterization" in wish.addons:
        told = {**result["chapterization"], "results": list(chapters(transcript))}
        yield afterwards("post_chapterization", told)
    yield Note(POST_PROCESSING, "post_final_transcript", {"data": result})


def chapters(transcript: Transcript) -> Iterator[Json]:
    """Published document: PostChapterizationResult, with its sentences and its text."""
    rest = iter(transcript.sentences())
    while inside := tuple(islice(rest, CHAPTER_SENTENCES)):
        told = [
            {
                "sentence": one.text,
                "start": one.start_ms / 1000,
                "end": one.end_ms / 1000,
                "words": words(one, blank(one)),
            }
            for one in inside
        ]
        text = join((one.text for one in inside), inside[0].language)
        yield {**chapter(inside), "sentences": told, "text": text}


def afterwards(kind: str, addon: dict[str, Any]) -> Note:
    if not addon["success"]:
        return Note(POST_PROCESSING, kind, {"error": ADDON_FAILED, "data": None})
    data: Json = {"results": addon["results"]}
    return Note(POST_PROCESSING, kind, {"error": None, "data": data})
