"""The messages of a live session, beside its transcripts."""

from datetime import UTC, datetime
from typing import Any

import pytest

from emulator.core.speech.transcripts import Segment, Word
from emulator.providers.gladia import GLADIA
from emulator.providers.gladia.live.messages import (
    OutgoingMessage,
    acknowledgment,
    error,
    lifecycle,
    rejection,
    results,
    scheduled_messages,
)
from emulator.providers.gladia.live.requests import live_options
from emulator.providers.gladia.live.schedule import LiveUtterance, MessageKind, ScheduledMessage
from emulator.providers.gladia.live.socket import SCHEMAS
from tests.providers.gladia.jobs import transcript
from tests.providers.gladia.live.stage import ID, SECOND, hear, session, stage

AT = datetime(2026, 3, 2, 9, 15, 0, 120_000, tzinfo=UTC)
NOBODY: frozenset[str] = frozenset()
TRANSLATION: dict[str, Any] = {
    "translation": True,
    "translation_config": {"target_languages": ["fr"]},
}
UTTERANCE = {
    "text": " Hi Bo.",
    "language": "en",
    "start": 1.0,
    "end": 2.0,
    "confidence": 0.9,
    "channel": 0,
    "words": [
        {"word": " Hi", "start": 1.0, "end": 1.5, "confidence": 0.9},
        {"word": " Bo.", "start": 1.5, "end": 2.0, "confidence": 0.9},
    ],
}


def stretch(*texts: str, language: str = "en") -> Segment:
    words = (Word(one, 1000 + 500 * i, 1500 + 500 * i, 0.9) for i, one in enumerate(texts))
    return Segment(tuple(words), 0, 0, language)


LINE = LiveUtterance(
    "00-00000000", stretch("Hi", "Bo."), {"fr": stretch("Salut", "Bo.", language="fr")}
)
MORE = ScheduledMessage(2000, MessageKind.MORE, LINE, 2)


def told(failed: frozenset[str] = NOBODY, **realtime: Any) -> list[tuple[str, Any]]:
    wish = live_options({"realtime_processing": realtime})
    return [
        (message.type, message.rest)
        for message in scheduled_messages(MORE, wish, failed, made_up=False)
    ]


@pytest.mark.parametrize(
    ("note", "content"),
    [
        (lifecycle("start_recording"), {"type": "start_recording"}),
        (
            lifecycle("end_recording", recording_duration=1.5),
            {"type": "end_recording", "data": {"recording_duration": 1.5}},
        ),
        (
            acknowledgment("audio_chunk", {"byte_range": [0, 2], "time_range": [0.0, 0.1]}),
            {
                "acknowledged": True,
                "error": None,
                "type": "audio_chunk",
                "data": {"byte_range": [0, 2], "time_range": [0.0, 0.1]},
            },
        ),
        (
            rejection("stop_recording", "no"),
            {
                "acknowledged": False,
                "error": {"message": "no"},
                "type": "stop_recording",
                "data": None,
            },
        ),
        (
            error("internal_error", "Oh."),
            {"type": "error", "data": {"code": "internal_error", "message": "Oh."}},
        ),
    ],
)
def test_all_messages_begin_with_the_session_and_the_time(
    note: OutgoingMessage, content: Any
) -> None:
    whole = note.content(ID, AT)

    head = {"session_id": ID, "created_at": "2026-03-02T09:15:00.120Z"}
    assert list(whole.items()) == list({**head, **content}.items())
    assert GLADIA.contract.check_message(SCHEMAS[note.type], whole) == ()


def test_nothing_more_is_told_of_what_nobody_asked_for() -> None:
    assert told() == []


def test_a_translation_has_both_utterances() -> None:
    [(kind, rest)] = told(**TRANSLATION)

    assert kind == "translation"
    other = rest["data"].pop("translated_utterance")
    assert rest == {
        "error": None,
        "data": {
            "utterance_id": "00-00000000",
            "utterance": UTTERANCE,
            "original_language": "en",
            "target_language": "fr",
        },
    }
    assert (other["text"], other["language"], other["start"]) == (" Salut Bo.", "fr", 1.0)


def test_a_translation_into_its_own_language_is_the_utterance() -> None:
    config = {"target_languages": ["en"]}

    [(_, rest)] = told(translation=True, translation_config=config)

    assert rest["data"]["translated_utterance"] == UTTERANCE


def test_without_lipsync_the_words_take_equal_times() -> None:
    config = {"target_languages": ["fr"], "lipsync": False}

    [(_, rest)] = told(translation=True, translation_config=config)

    times = [one["start"] for one in rest["data"]["translated_utterance"]["words"]]
    assert times == [1.0, 1.5]


def test_entities_and_sentiments_are_told_of_each_utterance() -> None:
    entities, sentiments = told(named_entity_recognition=True, sentiment_analysis=True)

    about = {"utterance_id": "00-00000000", "utterance": UTTERANCE}
    name = {"entity_type": "NAME_GIVEN", "text": "Bo", "start": 1.5, "end": 2.0}
    assert entities == (
        "named_entity_recognition",
        {"error": None, "data": {**about, "results": [name]}},
    )
    [feeling] = sentiments[1]["data"].pop("results")
    assert sentiments == ("sentiment_analysis", {"error": None, "data": about})
    assert {**feeling, "emotion": "", "sentiment": ""} == {
        "text": "Hi Bo.",
        "sentiment": "",
        "emotion": "",
        "start": 1.0,
        "end": 2.0,
        "channel": 0,
    }


@pytest.mark.parametrize(
    ("name", "realtime"),
    [
        ("translation", TRANSLATION),
        ("named_entity_recognition", {"named_entity_recognition": True}),
        ("sentiment_analysis", {"sentiment_analysis": True}),
    ],
)
def test_an_addon_that_fails_has_an_error_and_no_data(name: str, realtime: Any) -> None:
    failed = {"message": "The add-on could not be processed."}

    assert told(frozenset({name}), **realtime) == [(name, {"error": failed, "data": None})]


def test_the_post_processing_that_was_asked_for_comes_in_order() -> None:
    wish = live_options({"post_processing": {"summarization": True, "chapterization": True}})
    good = {"success": True, "results": "Short."}
    result = {"transcription": {"a": 1}, "summarization": good, "chapterization": good}

    found = [(one.type, one.rest) for one in results(result, transcript([stretch("Hi.")]), wish)]

    chapter = {
        "headline": "Hi.",
        "gist": "Hi.",
        "summary": "Hi.",
        "keywords": ["Hi"],
        "start": 1.0,
        "end": 1.5,
        "sentences": [
            {
                "sentence": "Hi.",
                "start": 1.0,
                "end": 1.5,
                "words": [{"word": " Hi.", "start": 1.0, "end": 1.5, "confidence": 0.9}],
            }
        ],
        "text": "Hi.",
    }
    assert found == [
        ("post_transcript", {"data": {"a": 1}}),
        ("post_summarization", {"error": None, "data": {"results": "Short."}}),
        ("post_chapterization", {"error": None, "data": {"results": [chapter]}}),
        ("post_final_transcript", {"data": result}),
    ]


def test_a_summary_that_fails_has_an_error_and_no_data() -> None:
    wish = live_options({"post_processing": {"summarization": True}})
    result = {"transcription": {}, "summarization": {"success": False, "results": None}}

    found = list(results(result, transcript([stretch("Hi.")]), wish))

    failed = {"message": "The add-on could not be processed."}
    assert (found[1].type, found[1].rest) == ("post_summarization", {"error": failed, "data": None})


def test_every_message_of_a_whole_session_keeps_to_its_schema() -> None:
    given: dict[str, Any] = {
        "realtime_processing": {
            **TRANSLATION,
            "named_entity_recognition": True,
            "sentiment_analysis": True,
            "custom_spelling": True,
            "custom_spelling_config": {"spelling_dictionary": {"Hullo": ["Hello"]}},
        },
        "post_processing": {"summarization": True, "chapterization": True},
        "end_of_turn": {},
    }

    turn = hear(session(), *[SECOND] * 6, '{"type": "stop_recording"}', on=stage(**given))

    for note in turn.notes:
        content = note.content(ID, AT)
        assert GLADIA.contract.check_message(SCHEMAS[note.type], content) == (), note.type
    assert {note.type for note in turn.notes} == SCHEMAS.keys() - {"start_session", "error"}
    heard = [one.rest["data"] for one in turn.notes if one.type == "transcript"]
    assert heard[0]["utterance"]["text"] == " Hullo"  # type: ignore[index,call-overload]
