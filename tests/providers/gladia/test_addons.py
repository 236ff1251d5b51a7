"""What a job's result holds beside the transcription."""

import json
from typing import Any

import pytest

from emulator.core.speech.transcripts import Transcript
from emulator.providers.gladia.addons import ADDONS, CHAPTER_SENTENCES, EMOTIONS, AddonInput, addons
from emulator.providers.gladia.entities import find_entities
from emulator.providers.gladia.transcript import RecognitionResult
from tests.providers.gladia.jobs import stretch, transcript, wish

NOBODY: frozenset[str] = frozenset()
SAID = transcript(
    [
        stretch("We ask Ann. She knows."),
        stretch("Then Ben writes.", at_ms=3000, speaker=1, channel=1),
        stretch("Four. Five. Six.", at_ms=5000, speaker=1, channel=1),
    ]
)
EMPTY = Transcript("en", (), (), 1000)


def results(name: str, said: Transcript = SAID, **options: Any) -> Any:
    """What the add-on gives when it goes well."""
    speech = RecognitionResult(said, find_entities(said, made_up=False), {})
    made = addons(AddonInput(wish(**{name: True}, **options), speech), NOBODY)
    assert made.keys() == {name}
    assert made[name]["success"] is True
    assert made[name]["error"] is None
    return made[name]["results"]


def test_an_add_on_is_told_with_its_fate() -> None:
    speech = RecognitionResult(SAID, (), {})

    made = addons(AddonInput(wish(moderation=True), speech), NOBODY)

    assert made == {
        "moderation": {
            "success": True,
            "is_empty": False,
            "exec_time": 0.0555,
            "error": None,
            "results": "No sensitive content was found.",
        }
    }


def test_an_add_on_may_fail_alone() -> None:
    ground = AddonInput(wish(moderation=True, summarization=True), RecognitionResult(SAID, (), {}))

    made = addons(ground, frozenset({"moderation", "chapterization"}))

    assert made["summarization"]["success"] is True
    assert made["moderation"] == {
        "success": False,
        "is_empty": True,
        "exec_time": 0.05,
        "error": {
            "status_code": 500,
            "exception": "InternalServerError",
            "message": "The add-on could not be processed.",
        },
        "results": None,
    }


def test_what_was_not_asked_for_is_absent() -> None:
    assert addons(AddonInput(wish(), RecognitionResult(SAID, (), {})), NOBODY) == {}


@pytest.mark.parametrize("name", ADDONS)
def test_every_add_on_can_live_with_silence(name: str) -> None:
    options: dict[str, Any] = {"audio_to_llm_config": {"prompts": ["Why?"]}}

    made = addons(
        AddonInput(wish(**{name: True}, **options), RecognitionResult(EMPTY, (), {})), NOBODY
    )

    assert made[name]["is_empty"] is (name not in {"moderation", "audio_to_llm"})


@pytest.mark.parametrize(
    ("config", "text"),
    [
        ({}, "We ask Ann. She knows. Then Ben writes."),
        ({"type": "general"}, "We ask Ann. She knows. Then Ben writes."),
        ({"type": "concise"}, "We ask Ann."),
        (
            {"type": "bullet_points"},
            "- We ask Ann.\n- She knows.\n- Then Ben writes.\n- Four.\n- Five.",
        ),
    ],
)
def test_a_summary_is_of_the_type_that_was_asked_for(config: Any, text: str) -> None:
    assert results("summarization", summarization_config=config) == text


def test_entities_have_a_type_and_a_time() -> None:
    assert results("named_entity_recognition") == [
        {"entity_type": "NAME_GIVEN", "text": "Ann", "start": 1.0, "end": 1.4},
        {"entity_type": "NAME_GIVEN", "text": "Ben", "start": 3.5, "end": 3.9},
    ]


def test_names_are_listed_once() -> None:
    said = transcript([stretch("ask Ann and Ben and Ann at 9:30")])

    assert results("name_consistency", said) == "Ann, Ben"


def test_structured_data_are_json_in_a_string() -> None:
    config = {"classes": ["Persons", "Organizations"]}

    text = results("structured_data_extraction", structured_data_extraction_config=config)

    assert json.loads(text) == {"Persons": ["writes", "knows"], "Organizations": ["Then", "Four"]}


def test_sentiments_are_told_for_each_sentence() -> None:
    said = transcript([stretch("Good. Bye now.", channel=1, speaker=1)])

    plain = results("sentiment_analysis", said)
    diarized = results("sentiment_analysis", said, diarization=True)

    assert [one | {"sentiment": "", "emotion": ""} for one in plain] == [
        {"text": "Good.", "sentiment": "", "emotion": "", "start": 0.0, "end": 0.4, "channel": 1},
        {
            "text": "Bye now.",
            "sentiment": "",
            "emotion": "",
            "start": 0.5,
            "end": 1.4,
            "channel": 1,
        },
    ]
    assert all((one["emotion"], one["sentiment"]) in EMOTIONS for one in plain)
    assert diarized == [one | {"speaker": 1} for one in plain]


def test_there_are_25_emotions() -> None:
    assert len({emotion for emotion, _ in EMOTIONS}) == 25


def test_every_prompt_is_answered_in_order() -> None:
    config = {"prompts": ["Why?", "Who is it?"], "model": "some/model"}

    answers = results("audio_to_llm", audio_to_llm_config=config)

    assert [answer["results"] for answer in answers] == [
        {"prompt": "Why?", "response": "some/model on “Why?”: We ask Ann."},
        {"prompt": "Who is it?", "response": "some/model on “Who is it?”: We ask Ann."},
    ]
    assert answers[0].keys() == {"success", "is_empty", "exec_time", "error", "results"}


def test_no_prompts_give_an_empty_add_on() -> None:
    assert results("audio_to_llm") == []


def test_the_display_shows_what_a_speaker_says_in_one_go() -> None:
    assert results("display_mode") == [
        "We ask Ann. She knows.",
        "Then Ben writes. Four. Five. Six.",
    ]


def test_chapters_have_a_few_sentences_each() -> None:
    said = transcript(
        [stretch(f"Sentence number {i}.", at_ms=2000 * i) for i in range(CHAPTER_SENTENCES + 1)]
    )

    first, second = results("chapterization", said)

    assert first["end"] == 15.4
    assert second == {
        "headline": "Sentence number 8.",
        "gist": "Sentence number 8.",
        "summary": "Sentence number 8.",
        "keywords": ["Sentence", "number", "8"],
        "start": 16.0,
        "end": 17.4,
    }
