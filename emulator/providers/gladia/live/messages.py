"""The messages of a live session, with the flag that asks for each of them."""

from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from msgspec import Struct

from emulator.core.base.clock import iso_millis
from emulator.core.http.messages import Json
from emulator.core.speech.transcripts import Segment, Transcript, join, sentences
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
from emulator.providers.gladia.live.schedule import MessageKind, ScheduledMessage
from emulator.providers.gladia.recognition import SpokenLine
from emulator.providers.gladia.render import leading_space, utterances, words
from emulator.providers.gladia.requests import JobOptions

FIRST = ("acknowledged", "error")  # of the members, before the type
# GUESS: the members are published, the sentences are not.
ADDON_FAILED: dict[str, Json] = {"message": "The add-on could not be processed."}

MACHINE_LIKE = {"human": 0.12, "machine": 0.88}


class OutgoingMessage(Struct, frozen=True):
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


def lifecycle(kind: str, **data: Json) -> OutgoingMessage:
    return OutgoingMessage(LIFECYCLE, kind, {"data": data} if data else {})


def acknowledgment(kind: str, data: Json) -> OutgoingMessage:
    return OutgoingMessage(
        ACKNOWLEDGMENTS, kind, {"acknowledged": True, "error": None, "data": data}
    )


def rejection(kind: str, why: str) -> OutgoingMessage:
    """Seen: ``acknowledged`` is false, ``error`` has a message, ``data`` is null."""
    rest: dict[str, Json] = {"acknowledged": False, "error": {"message": why}, "data": None}
    return OutgoingMessage(ACKNOWLEDGMENTS, kind, rest)


def error(code: str, message: str) -> OutgoingMessage:
    """GUESS: no schema is published; so it stands in notes of the service's own makers."""
    return OutgoingMessage(ERRORS, "error", {"data": {"code": code, "message": message}})


def scheduled_messages(
    cue: ScheduledMessage, wish: JobOptions, failed: frozenset[str], *, made_up: bool
) -> Iterator[OutgoingMessage]:
    """What is told at a cue. The documentation's order: add-ons after the end of speech."""
    if cue.kind in (MessageKind.START, MessageKind.END):
        yield speech_event(cue)
        return
    if cue.kind is MessageKind.TURN_END:
        yield turn_end(cue)
        return
    said = SpokenLine(cue.line, cue.words, wish)
    body = utterance(said.stretch)
    if cue.kind is MessageKind.MORE:
        about: dict[str, Json] = {"utterance_id": said.id, "utterance": body}
        yield from translations(said, about, wish, failed)
        yield from analyses(said, about, wish, failed, made_up=made_up)
        return
    final = cue.kind is MessageKind.FINAL
    data: Json = {"id": said.id, "is_final": final, "utterance": body}
    yield OutgoingMessage(FINALS if final else PARTIALS, "transcript", {"data": data})


def speech_event(cue: ScheduledMessage) -> OutgoingMessage:
    stretch = cue.line.segment
    ends_ms = stretch.end_ms if cue.words else cue.at_ms
    time_ms = stretch.start_ms if cue.kind is MessageKind.START else ends_ms
    return OutgoingMessage(
        SPEECH, cue.kind.value, {"data": {"time": time_ms / 1000, "channel": stretch.channel}}
    )


def turn_end(cue: ScheduledMessage) -> OutgoingMessage:
    """GUESS: the members; the documentation has the message's name alone."""
    time_ms = cue.line.segment.words[cue.words - 1].end_ms
    data: Json = {"time": time_ms / 1000, "channel": cue.line.segment.channel}
    return OutgoingMessage(SPEECH, cue.kind.value, {"data": data})


def answer_message(cue: ScheduledMessage, kind: str) -> OutgoingMessage:
    """Documentation, answering machine detection. GUESS: the score, and the flag."""
    data: Json = {
        "kind": kind,
        "confidence": MACHINE_LIKE[kind],
        "time": cue.at_ms / 1000,
        "channel": cue.line.segment.channel,
    }
    return OutgoingMessage(SPEECH, cue.kind.value, {"data": data})


def utterance(stretch: Segment) -> dict[str, Any]:
    """Seen: the text of a live utterance begins with a blank."""
    return next(iter(utterances((stretch,), diarized=False, live=True)))


def translations(
    said: SpokenLine, about: dict[str, Json], wish: JobOptions, failed: frozenset[str]
) -> Iterator[OutgoingMessage]:
    for target in wish.translation.targets if wish.translation else ():
        if "translation" in failed:
            yield failed_addon("translation")
            continue
        data = {
            **about,
            "original_language": said.stretch.language,
            "target_language": target,
            "translated_utterance": utterance(said.translated(target)),
        }
        yield OutgoingMessage(REALTIME, "translation", {"error": None, "data": data})


def analyses(
    said: SpokenLine,
    about: dict[str, Json],
    wish: JobOptions,
    failed: frozenset[str],
    *,
    made_up: bool,
) -> Iterator[OutgoingMessage]:
    found: dict[str, Callable[[], Json]] = {
        "named_entity_recognition": lambda: entities(said, made_up=made_up),
        "sentiment_analysis": lambda: sentiments(said, wish),
    }
    for name, results in found.items():
        if name in wish.addons and name in failed:
            yield failed_addon(name)
        elif name in wish.addons:
            data: Json = {**about, "results": results()}
            yield OutgoingMessage(REALTIME, name, {"error": None, "data": data})


def failed_addon(name: str) -> OutgoingMessage:
    """An add-on that fails alone: ``data`` is null."""
    return OutgoingMessage(REALTIME, name, {"error": ADDON_FAILED, "data": None})


def entities(said: SpokenLine, *, made_up: bool) -> list[Json]:
    return [
        {
            "entity_type": entity.type,
            "text": entity.text,
            "start": entity.start_ms / 1000,
            "end": entity.end_ms / 1000,
        }
        for entity in said.entities(made_up=made_up)
    ]


def sentiments(said: SpokenLine, wish: JobOptions) -> list[Json]:
    return [sentiment(sentence, wish) for sentence in sentences(said.stretch)]


def results(
    result: dict[str, Any], transcript: Transcript, wish: JobOptions
) -> Iterator[OutgoingMessage]:
    """What follows the recording, made from the job's result."""
    yield OutgoingMessage(POST_PROCESSING, "post_transcript", {"data": result["transcription"]})
    if "summarization" in wish.addons:
        yield post_processing("post_summarization", result["summarization"])
    if "chapterization" in wish.addons:
        told = {**result["chapterization"], "results": list(chapters(transcript))}
        yield post_processing("post_chapterization", told)
    yield OutgoingMessage(POST_PROCESSING, "post_final_transcript", {"data": result})


def chapters(transcript: Transcript) -> Iterator[Json]:
    """Published document: PostChapterizationResult, with its sentences and its text."""
    rest = iter(transcript.sentences())
    while inside := tuple(islice(rest, CHAPTER_SENTENCES)):
        told = [
            {
                "sentence": one.text,
                "start": one.start_ms / 1000,
                "end": one.end_ms / 1000,
                "words": words(one, leading_space(one)),
            }
            for one in inside
        ]
        text = join((one.text for one in inside), inside[0].language)
        yield {**chapter(inside), "sentences": told, "text": text}


def post_processing(kind: str, addon: dict[str, Any]) -> OutgoingMessage:
    if not addon["success"]:
        return OutgoingMessage(POST_PROCESSING, kind, {"error": ADDON_FAILED, "data": None})
    data: Json = {"results": addon["results"]}
    return OutgoingMessage(POST_PROCESSING, kind, {"error": None, "data": data})
