"""The result file and the report."""

from typing import Any

import pytest

from emulator.core.http.messages import Json
from emulator.providers.azure_speech import results
from emulator.providers.azure_speech.records import (
    Failure,
    ProfanityFilterMode,
    PunctuationMode,
    Settings,
    Speakers,
)
from tests.providers.azure_speech.making import T0, order, recording, stretch, transcript

HELLO = stretch("Hello", "world.")


def made(settings: Settings, *utterances: Any, channels: int = 1) -> dict[str, Any]:
    found = results.result(
        transcript(*utterances, channels=channels), recording(), order(settings), T0
    )
    assert isinstance(found, dict)
    return found


def best(found: dict[str, Any], place: int = 0) -> Any:
    return found["recognizedPhrases"][place]["nBest"][0]


def test_a_result_has_every_documented_member() -> None:
    settings = Settings(words=True, display_words=True)

    found = made(settings, HELLO)

    assert found == {
        "source": "https://media.example.com/a.wav",
        "timestamp": "2026-01-05T09:00:00Z",
        "durationInTicks": 25800000,
        "duration": "PT2.58S",
        "combinedRecognizedPhrases": [
            {
                "channel": 0,
                "lexical": "hello world",
                "itn": "hello world",
                "maskedITN": "hello world",
                "display": "Hello world.",
            }
        ],
        "recognizedPhrases": [
            {
                "recognitionStatus": "Success",
                "channel": 0,
                "offset": "PT0.76S",
                "duration": "PT1S",
                "offsetInTicks": 7600000.0,
                "durationInTicks": 10000000.0,
                "nBest": [
                    {
                        "confidence": 0.9,
                        "lexical": "hello world",
                        "itn": "hello world",
                        "maskedITN": "hello world",
                        "display": "Hello world.",
                        "words": [
                            {
                                "word": "hello",
                                "offset": "PT0.76S",
                                "duration": "PT0.5S",
                                "offsetInTicks": 7600000.0,
                                "durationInTicks": 5000000.0,
                                "confidence": 0.9,
                            },
                            {
                                "word": "world",
                                "offset": "PT1.26S",
                                "duration": "PT0.5S",
                                "offsetInTicks": 12600000.0,
                                "durationInTicks": 5000000.0,
                                "confidence": 0.9,
                            },
                        ],
                        "displayWords": [
                            {
                                "displayText": "Hello",
                                "offset": "PT0.76S",
                                "duration": "PT0.5S",
                                "offsetInTicks": 7600000.0,
                                "durationInTicks": 5000000.0,
                            },
                            {
                                "displayText": "world.",
                                "offset": "PT1.26S",
                                "duration": "PT0.5S",
                                "offsetInTicks": 12600000.0,
                                "durationInTicks": 5000000.0,
                            },
                        ],
                    },
                    reading("helloworld", 0.4767703),
                    reading("hello worlds", 0.2422048),
                    reading("hello worlm", 0.5670977),
                    reading("hello worl", 0.2505158),
                ],
            }
        ],
    }


def reading(text: str, confidence: float) -> dict[str, Json]:
    forms: dict[str, Json] = dict.fromkeys(("lexical", "itn", "maskedITN", "display"), text)
    return {"confidence": confidence, **forms}


def test_ticks_are_an_integer_at_the_top_and_floats_in_phrases() -> None:
    found = made(Settings(), HELLO)

    phrase = found["recognizedPhrases"][0]
    assert [type(one["durationInTicks"]) for one in (found, phrase)] == [int, float]
    assert type(phrase["offsetInTicks"]) is float


def test_words_are_there_only_if_they_were_asked_for() -> None:
    found = best(made(Settings(), HELLO))

    assert list(found) == ["confidence", "lexical", "itn", "maskedITN", "display"]


def test_phrases_are_grouped_by_channel() -> None:
    utterances = (
        stretch("Left.", start_ms=0),
        stretch("Right.", channel=1, start_ms=1000),
        stretch("Left", "again.", start_ms=2000),
    )

    found = made(Settings(), *utterances, channels=2)

    said = [(one["channel"], one["nBest"][0]["display"]) for one in found["recognizedPhrases"]]
    assert said == [(0, "Left."), (0, "Left again."), (1, "Right.")]
    assert found["combinedRecognizedPhrases"] == [
        {
            "channel": 0,
            "lexical": "left left again",
            "itn": "left left again",
            "maskedITN": "left left again",
            "display": "Left. Left again.",
        },
        {
            "channel": 1,
            "lexical": "right",
            "itn": "right",
            "maskedITN": "right",
            "display": "Right.",
        },
    ]


@pytest.mark.parametrize(
    ("asked", "heard"), [((0,), [0]), ((1,), [1]), ((0, 1), [0, 1]), ((5,), [])]
)
def test_only_channels_that_were_asked_for_are_transcribed(
    asked: tuple[int, ...], heard: list[int]
) -> None:
    utterances = (stretch("Left."), stretch("Right.", channel=1))

    found = made(Settings(channels=asked), *utterances, channels=2)

    assert [one["channel"] for one in found["combinedRecognizedPhrases"]] == heard
    assert [one["channel"] for one in found["recognizedPhrases"]] == heard


@pytest.mark.parametrize(
    ("settings", "numbers"),
    [
        (Settings(), [None, None, None]),
        (Settings(diarization=True), [1, 2, 1]),
        (Settings(diarization=True, speakers=Speakers(1, 5)), [1, 2, 3]),
        (Settings(diarization=True, speakers=Speakers(1, 1)), [1, 1, 1]),
        (Settings(diarization=True, speakers=Speakers(3, None)), [1, 2, 3]),
    ],
)
def test_speakers_count_from_one_up_to_as_many_as_are_told_apart(
    settings: Settings, numbers: list[int | None]
) -> None:
    utterances = (stretch("A."), stretch("B.", speaker=1), stretch("C.", speaker=2))

    found = made(settings, *utterances)

    assert [one.get("speaker") for one in found["recognizedPhrases"]] == numbers


@pytest.mark.parametrize(
    ("candidates", "language", "locale"),
    [
        ((), "de", None),
        (("en-US", "de-DE"), "de", "de-DE"),
        (("de-AT", "de-DE"), "de-CH", "de-AT"),
        (("en-GB", "en-US"), "en", "en-US"),
        (("en-US", "de-DE"), "fr", "en-US"),
    ],
)
def test_the_identified_locale_is_a_candidate_or_the_main_one(
    candidates: tuple[str, ...], language: str, locale: str | None
) -> None:
    settings = Settings(candidate_locales=candidates)

    found = made(settings, stretch("Hallo.", language=language))

    assert found["recognizedPhrases"][0].get("locale") == locale


@pytest.mark.parametrize(
    ("mode", "display"),
    [
        (PunctuationMode.NONE, "Hello there how are you"),
        (PunctuationMode.DICTATED, "Hello there how are you"),
        (PunctuationMode.AUTOMATIC, "Hello, there — how are you?"),
        (PunctuationMode.DICTATED_AND_AUTOMATIC, "Hello, there — how are you?"),
    ],
)
def test_punctuation_is_there_if_the_mode_has_it(mode: PunctuationMode, display: str) -> None:
    said = stretch("Hello,", "there", "—", "how", "are", "you?")

    found = best(made(Settings(punctuation=mode, words=True), said))

    assert found["display"] == display
    assert found["lexical"] == "hello there how are you"
    assert [one["word"] for one in found["words"]] == ["hello", "there", "how", "are", "you"]


@pytest.mark.parametrize(
    ("mode", "display", "shown"),
    [
        (ProfanityFilterMode.NONE, "Oh shit!", ["Oh", "shit!"]),
        (ProfanityFilterMode.MASKED, "Oh s***!", ["Oh", "s***!"]),
        (
            ProfanityFilterMode.TAGS,
            "Oh <profanity>shit</profanity>!",
            ["Oh", "<profanity>shit</profanity>!"],
        ),
        (ProfanityFilterMode.REMOVED, "Oh", ["Oh"]),
    ],
)
def test_profanity_is_shown_as_the_mode_has_it(
    mode: ProfanityFilterMode, display: str, shown: list[str]
) -> None:
    settings = Settings(profanity=mode, display_words=True)

    found = best(made(settings, stretch("Oh", "shit!")))

    assert (found["lexical"], found["itn"]) == ("oh shit", "oh shit")
    assert found["maskedITN"] == "oh s***"
    assert found["display"] == display
    assert [one["displayText"] for one in found["displayWords"]] == shown


def test_small_numbers_are_words_before_they_are_normalized_in_english() -> None:
    found = best(made(Settings(), stretch("2", "tickets,", "please", "²")))

    assert found["lexical"] == "two tickets please ²"
    assert found["itn"] == "2 tickets please ²"
    assert found["display"] == "2 tickets, please ²"


def test_numbers_stay_as_they_are_in_other_languages() -> None:
    found = best(made(Settings(), stretch("2", "Karten", language="de-DE")))

    assert found["lexical"] == "2 karten"


def test_a_language_without_blanks_is_joined_without_blanks() -> None:
    found = best(made(Settings(), stretch("こんにちは", "世界。", language="ja-JP")))

    assert (found["lexical"], found["display"]) == ("こんにちは世界", "こんにちは世界。")


@pytest.mark.parametrize(
    ("texts", "readings"),
    [
        (("Yes.",), ["yesyes", "yess", "yem", "ye"]),
        (("Them.",), ["themthem", "thems", "then", "the"]),
        (("A.",), ["aa", "as", "m", "ah"]),
        (("—",), []),
    ],
)
def test_other_readings_differ_from_the_best_one(
    texts: tuple[str, ...], readings: list[str]
) -> None:
    found = made(Settings(), stretch(*texts))

    others = found["recognizedPhrases"][0]["nBest"][1:]
    assert [other["display"] for other in others] == readings


def test_silence_has_no_phrases() -> None:
    found = made(Settings())

    assert found["recognizedPhrases"] == []
    assert found["combinedRecognizedPhrases"] == []


def test_a_report_says_how_each_recording_went() -> None:
    failure = Failure("InvalidData", "The audio format is invalid or cannot be detected.")

    found = results.report(
        (recording("https://media.example.com/a.wav"), recording("b.wav", failure=failure))
    )

    assert found == {
        "successfulTranscriptionsCount": 1,
        "failedTranscriptionsCount": 1,
        "details": [
            {"source": "https://media.example.com/a.wav", "status": "Succeeded"},
            {
                "source": "b.wav",
                "status": "Failed",
                "errorMessage": "The audio format is invalid or cannot be detected.",
                "errorKind": "InvalidData",
            },
        ],
    }
