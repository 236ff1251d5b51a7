"""Gladia's records as JSON."""

import json
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from emulator.core.base.ids import SeededRandom
from emulator.core.http.messages import Request
from emulator.core.speech.library import TranscriptLibrary
from emulator.core.speech.transcripts import Audio, Transcript
from emulator.core.state.jobs import Phase, Step
from emulator.providers.gladia import GLADIA, render
from emulator.providers.gladia.records import STATUS, Transcription, Upload
from tests.providers.gladia.jobs import (
    SCRIPTED,
    T0,
    URL,
    create,
    done,
    job,
    record,
    script,
    stretch,
    transcript,
    validation_errors,
    wish,
)
from tests.support.clients import Bench, bench

NOBODY: frozenset[str] = frozenset()
APPLIED = "jobs:\n  - gladia: {legacy_addons: applied}\n"
LIBRARY = TranscriptLibrary(SeededRandom(0), {})
REQUEST = Request("POST", "/v2/upload", base_url="http://localhost:4788/gladia")


def test_an_upload_names_its_source_when_it_has_one() -> None:
    audio = Audio("a.mp3", "d", duration_ms=1500, channels=2)
    source = "https://example.com/a.mp3"

    shown = render.upload(Upload("u1", "a.mp3", "mp3", 9, audio, source), REQUEST)

    assert shown == {
        "audio_url": "http://localhost:4788/gladia/file/u1",
        "audio_metadata": {
            "id": "u1",
            "filename": "a.mp3",
            "source": "https://example.com/a.mp3",
            "extension": "mp3",
            "size": 9,
            "audio_duration": 1.5,
            "number_of_channels": 2,
        },
    }


def test_a_queued_job_has_neither_result_nor_end() -> None:
    one = record("board.mp3", custom_metadata={"user": "Ann"}, sentences=True)

    shown = render.job(one, LIBRARY, T0 + timedelta(milliseconds=500))

    params = shown.pop("request_params")
    assert shown == {
        "id": one.id,
        "request_id": f"G-{one.id[:8]}",
        "version": 2,
        "status": "queued",
        "created_at": "2026-01-05T09:00:00.000Z",
        "completed_at": None,
        "custom_metadata": {"user": "Ann"},
        "error_code": None,
        "kind": "pre-recorded",
        "file": {
            "id": "6b0f6f0a-3f0e-4b57-9f7a-2f5d6c1f9a10",
            "filename": "board.mp3",
            "source": URL,
            "audio_duration": 36.74,
            "number_of_channels": 1,
        },
        "result": None,
    }
    assert (params["audio_url"], params["sentences"], params["subtitles"]) == (URL, True, False)


def test_a_failed_job_has_a_code_and_an_end_but_no_result() -> None:
    one = record(timeline=(Step(0, Phase.QUEUED), Step(2.5, Phase.FAILED)))

    shown = render.job(one, LIBRARY, T0 + timedelta(seconds=9))

    assert (shown["status"], shown["error_code"]) == ("error", 500)
    assert (shown["completed_at"], shown["result"]) == ("2026-01-05T09:00:02.500Z", None)


def test_every_phase_has_a_status() -> None:
    assert STATUS.keys() == set(Phase)


def test_a_second_channel_is_billed_too() -> None:
    stereo = replace(record(), audio=Audio(URL, "d1", duration_ms=36_740, channels=2))

    shown = render.metadata(stereo, T0 + timedelta(seconds=30))

    assert shown == {
        "audio_duration": 36.74,
        "number_of_distinct_channels": 2,
        "billing_time": 73.48,
        "transcription_time": 3.0,
    }


def test_words_after_the_first_begin_with_a_blank() -> None:
    said = transcript([stretch("Good morning"), stretch("Bye", at_ms=2000)])

    shown = render.transcription(said, wish(), NOBODY)

    assert [word["word"] for one in shown["utterances"] for word in one["words"]] == [
        "Good",
        " morning",
        " Bye",
    ]
    assert [one["text"] for one in shown["utterances"]] == ["Good morning", "Bye"]


def test_words_of_a_script_without_blanks_have_none() -> None:
    said = transcript([stretch("東京 です。", language="ja")])

    (shown,) = render.utterances(said.utterances, diarized=False)

    assert shown["text"] == "東京です。"
    assert [word["word"] for word in shown["words"]] == ["東京", "です。"]


def test_speakers_are_told_only_with_diarization() -> None:
    said = transcript([stretch("Yes", speaker=1)])

    plain = render.transcription(said, wish(), NOBODY)
    diarized = render.transcription(said, wish(diarization=True), NOBODY)
    failed = render.transcription(said, wish(diarization=True), frozenset({"diarization"}))

    assert "speaker" not in plain["utterances"][0]
    assert diarized["utterances"][0]["speaker"] == 1
    assert failed == plain


def test_sentences_stand_in_the_transcription_as_objects() -> None:
    said = transcript([stretch("Good. Bye now.", speaker=1, channel=1)])

    shown = render.transcription(said, wish(sentences=True, diarization=True), NOBODY)

    assert shown["sentences"] == [
        {
            "success": True,
            "is_empty": False,
            "exec_time": 0.051,
            "error": None,
            "results": [
                {
                    "sentence": "Good.",
                    "language": "en",
                    "start": 0.0,
                    "end": 0.4,
                    "confidence": 0.9,
                    "channel": 1,
                    "speaker": 1,
                    "words": [{"word": "Good.", "start": 0.0, "end": 0.4, "confidence": 0.9}],
                },
                {
                    "sentence": "Bye now.",
                    "language": "en",
                    "start": 0.5,
                    "end": 1.4,
                    "confidence": 0.9,
                    "channel": 1,
                    "speaker": 1,
                    "words": [
                        {"word": " Bye", "start": 0.5, "end": 0.9, "confidence": 0.9},
                        {"word": " now.", "start": 1.0, "end": 1.4, "confidence": 0.9},
                    ],
                },
            ],
        }
    ]


def test_subtitles_are_in_every_format_that_was_asked_for() -> None:
    said = transcript([stretch("Good morning everyone."), stretch("Bye.", at_ms=3000)])
    config = {
        "formats": ["vtt", "srt"],
        "maximum_characters_per_row": 12,
        "maximum_rows_per_caption": 1,
    }

    shown = render.transcription(said, wish(subtitles=True, subtitles_config=config), NOBODY)

    assert shown["subtitles"] == [
        {
            "format": "vtt",
            "subtitles": "WEBVTT\n\n00:00:00.000 --> 00:00:00.900\nGood morning\n\n"
            "00:00:01.000 --> 00:00:01.400\neveryone.\n\n"
            "00:00:03.000 --> 00:00:03.400\nBye.\n",
        },
        {
            "format": "srt",
            "subtitles": "1\n00:00:00,000 --> 00:00:00,900\nGood morning\n\n"
            "2\n00:00:01,000 --> 00:00:01,400\neveryone.\n\n"
            "3\n00:00:03,000 --> 00:00:03,400\nBye.\n",
        },
    ]


@pytest.mark.parametrize(
    ("config", "captions"),
    [
        ({}, ["Good morning everyone here."]),
        ({"maximum_characters_per_row": 12}, ["Good morning\neveryone", "here."]),
        (
            {"maximum_characters_per_row": 12, "maximum_rows_per_caption": 3},
            ["Good morning\neveryone\nhere."],
        ),
        (
            {"maximum_characters_per_row": 12, "maximum_rows_per_caption": 2},
            ["Good morning\neveryone", "here."],
        ),
        ({"maximum_duration": 1}, ["Good morning", "everyone here."]),
        (
            {"maximum_characters_per_row": 14, "style": "compliance"},
            ["Good morning\neveryone here."],
        ),
    ],
)
def test_subtitles_keep_their_limits(config: dict[str, Any], captions: list[str]) -> None:
    said = transcript([stretch("Good morning everyone here.")])

    shown = render.transcription(said, wish(subtitles=True, subtitles_config=config), NOBODY)

    blocks = shown["subtitles"][0]["subtitles"].strip().split("\n\n")
    assert [block.split("\n", 2)[2] for block in blocks] == captions


def test_subtitles_without_limits_have_two_rows_of_42_characters_and_seven_seconds() -> None:
    text = (
        "Good morning everyone and welcome to the long meeting of the board, in which we will "
        "speak of the many numbers and of all that has happened since March."
    )
    said = transcript([stretch(text)])

    shown = render.transcription(said, wish(subtitles=True), NOBODY)

    assert shown["subtitles"] == [
        {
            "format": "srt",
            "subtitles": "1\n00:00:00,000 --> 00:00:06,900\n"
            "Good morning everyone and welcome to the\nlong meeting of the board, in which\n\n"
            "2\n00:00:07,000 --> 00:00:13,900\n"
            "we will speak of the many numbers and of\nall that has happened since\n\n"
            "3\n00:00:14,000 --> 00:00:14,400\nMarch.\n",
        }
    ]


@pytest.mark.parametrize(
    ("language", "texts"),
    [
        ("th", ("สวัสดี.", "ขอบคุณ.", "OK", "fine", "ครับ")),
        ("ja", ("おはよう。", "Hello", "world.", "元気")),
        ("zh-CN", ("你好.", "谢谢")),
        ("en", ("Good", "morning.")),
    ],
)
@pytest.mark.parametrize("live", [True, False])
def test_words_joined_as_they_stand_are_the_text(
    language: str, texts: tuple[str, ...], live: bool
) -> None:
    said = [stretch(" ".join(texts), at_ms=at_ms, language=language) for at_ms in (0, 9000)]

    shown = render.transcription(
        Transcript(language, (), tuple(said), 20_000), replace(wish(), live=live), NOBODY
    )

    joined = ["".join(word["word"] for word in one["words"]) for one in shown["utterances"]]
    told = [one["text"] for one in shown["utterances"]]
    assert [one.strip() for one in joined] == [one.strip() for one in told]
    assert "".join(joined).strip() == shown["full_transcript"]
    assert told[0].strip() == said[0].text


# The whole result


LEGACY = "moderation chapterization name_consistency display_mode structured_data_extraction"


def test_switches_that_are_published_no_more_are_ignored() -> None:
    b = bench(GLADIA)

    id = create(b, **dict.fromkeys(LEGACY.split(), True))
    b.clock.advance(3)

    shown = job(b, id)
    assert shown["result"].keys() == {"metadata", "transcription"}
    assert [shown["request_params"][name] for name in LEGACY.split()] == [True] * 5


@pytest.mark.parametrize("name", LEGACY.split())
def test_a_scenario_can_refuse_switches_that_are_published_no_more(name: str) -> None:
    b = bench(GLADIA, "jobs:\n  - gladia: {legacy_addons: refused}\n")

    assert validation_errors(b, **{name: False}) == [f"property {name} should not exist"]
    assert job(b, create(b))["status"] == "queued"


def test_a_result_holds_what_was_asked_for_and_nothing_else() -> None:
    b = bench(GLADIA, APPLIED)

    plain = done(b)
    switched = done(
        b,
        diarization=True,
        subtitles=True,
        sentences=True,
        translation=True,
        translation_config={"target_languages": ["fr", "de"]},
        summarization=True,
        named_entity_recognition=True,
        sentiment_analysis=True,
        audio_to_llm=True,
        audio_to_llm_config={"prompts": ["Why?"]},
        moderation=True,
        chapterization=True,
        name_consistency=True,
        display_mode=True,
        structured_data_extraction=True,
        structured_data_extraction_config={"classes": ["Persons"]},
    )

    assert plain.keys() == {"metadata", "transcription"}
    assert switched.keys() == plain.keys() | {
        "translation",
        "sentences",
        "summarization",
        "named_entity_recognition",
        "sentiment_analysis",
        "audio_to_llm",
        "moderation",
        "chapterization",
        "name_consistency",
        "display_mode",
        "structured_data_extraction",
    }
    assert switched["sentences"] == switched["transcription"]["sentences"][0]
    assert [one["languages"] for one in switched["translation"]["results"]] == [["fr"], ["de"]]
    assert switched["translation"]["results"][0].keys() == {
        "error",
        "full_transcript",
        "languages",
        "utterances",
        "sentences",
        "subtitles",
    }


def test_a_translation_without_targets_is_empty() -> None:
    b = bench(GLADIA)

    translation = done(b, translation=True)["translation"]

    assert (translation["success"], translation["is_empty"]) == (True, True)
    assert translation["results"] == []


@pytest.mark.parametrize("name", render.ADDON_NAMES)
def test_a_scenario_can_let_each_add_on_fail(name: str) -> None:
    b = bench(
        GLADIA, f"jobs:\n  - gladia: {{legacy_addons: applied, addons: {{{name}: failed}}}}\n"
    )

    result = done(b, **{name: True})

    assert result[name]["success"] is False
    assert result[name]["results"] is None
    assert result[name]["error"]["status_code"] == 500


def test_a_scenarios_words_are_what_is_heard() -> None:
    b = bench(GLADIA, script("Ann: Our Sequel costs $500, John.", "Ben: Sehr gut.", language="nb"))
    options: dict[str, Any] = {
        "custom_spelling": True,
        "custom_spelling_config": {"spelling_dictionary": {"SQL": ["Sequel"]}},
        "pii_redaction": True,
        "pii_redaction_config": {"entity_types": ["MONEY", "NAME"]},
    }

    transcription = done(b, **options)["transcription"]

    assert transcription["full_transcript"] == "Our [NAME_1] costs [MONEY_1], [NAME_2]. Sehr gut."
    assert transcription["languages"] == ["no"]


@pytest.mark.parametrize("way", ["MARKER", "MASK"])
def test_what_redaction_hides_is_nowhere_in_the_result(way: str) -> None:
    said = script("Ann: We ask Ben Smith for $500.", "Ben: Call 078-05-1120, please.")
    b = bench(GLADIA, said + "    gladia: {legacy_addons: applied}\n")
    switches = {**dict.fromkeys(render.ADDON_NAMES, True), "subtitles": True}
    configs: dict[str, Any] = {
        "pii_redaction_config": {"processed_text_type": way},
        "translation_config": {"target_languages": ["en", "fr"]},
        "subtitles_config": {"formats": ["srt", "vtt"]},
        "audio_to_llm_config": {"prompts": ["Who?"]},
        "structured_data_extraction_config": {"classes": ["Persons"]},
    }

    result = done(b, pii_redaction=True, **switches, **configs)

    told = json.dumps(result)
    assert result.keys() >= set(render.ADDON_NAMES) - {"diarization"}
    assert [one for one in ("Ben", "Smith", "$500", "078-05-1120") if one in told] == []


def utterance_texts(b: Bench, **options: Any) -> list[str]:
    return [one["text"] for one in done(b, **options)["transcription"]["utterances"]]


def test_the_scripted_speech_is_the_same_in_every_family_of_options() -> None:
    b = bench(GLADIA, SCRIPTED)

    assert utterance_texts(b) == utterance_texts(b, diarization=True) == ["Hello.", "Goodbye."]


def test_what_has_just_been_written_comes_with_its_value() -> None:
    b = bench(GLADIA)
    backend = b.tenant.backend(GLADIA)
    record = backend.store.get(Transcription, create(b))

    written, content = render.detail(record, backend, backend.now())
    kept, nothing = render.detail(record, backend, backend.now())

    assert json.loads(written.body) == content
    assert kept is written
    assert nothing is None
