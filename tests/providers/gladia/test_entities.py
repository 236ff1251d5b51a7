"""Entities: found in Gladia's transcripts, and hidden."""

import pytest

from emulator.core.speech.transcripts import Transcript, Word
from emulator.providers.gladia.entities import (
    MADE_UP,
    SHAPES,
    Entity,
    find_entities,
    outer_punctuation,
    redact_entities,
)
from emulator.providers.gladia.requests import Redaction
from tests.providers.gladia.jobs import stretch, transcript

MARKED = Redaction((), masked=False)
SAYS_JOHN = (
    "Hi, I'm calling about the order for John Smith. Can you write to john.smith@company.com? "
    "Yes, John Smith placed it yesterday."
)


def texts(found: Transcript) -> list[str]:
    return [utterance.text for utterance in found.utterances]


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("ann@example.com,", "EMAIL_ADDRESS"),
        ("https://example.com/a", "URL"),
        ("www.example.com.", "URL"),
        ("$5,000", "MONEY"),
        ("20€", "MONEY"),
        ("9:30", "TIME"),
        ("2026-01-05", "DATE"),
        ("5/1/26", "DATE"),
        ("10.0.0.1", "IP_ADDRESS"),
        ("1999", "YEAR"),
        ("+49-30-1234567", "PHONE_NUMBER"),
        ("42.", "NUMERICAL_PII"),
        ("4111-1111-1111-1111", "CREDIT_CARD"),
        ("4111111111111111,", "CREDIT_CARD"),
        ("078-05-1120", "SSN"),
    ],
)
def test_a_words_shape_says_what_it_is(word: str, kind: str) -> None:
    (found,) = find_entities(transcript([stretch(f"it is {word}")]), made_up=False)

    assert found.type == kind


def test_every_shape_is_tried_above() -> None:
    assert len({kind for _, kind in SHAPES}) == 11


def test_an_entity_has_its_place_and_its_time() -> None:
    found = find_entities(
        transcript([stretch("Hello there."), stretch("Ask John Smith, please.")]), made_up=False
    )

    assert found == (Entity("NAME", "John Smith", 1, 1, 2, 500, 1400),)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Good morning. Today we start.", []),
        ("Then I went and I'll stay", []),
        ("we met Ann", ["Ann"]),
        ("we met Ann, Ben and Carl Jung", ["Ann", "Ben", "Carl Jung"]),
        ("Zoe was there", ["Zoe"]),
        ("Zoe, Ann and Zoe Smith were there", ["Zoe", "Ann", "Zoe Smith"]),
    ],
)
def test_a_capital_inside_a_sentence_and_a_speakers_name_are_names(
    text: str, names: list[str]
) -> None:
    said = transcript([stretch(text)], speakers=("Zoe", "Speaker 2"))

    assert [entity.text for entity in find_entities(said, made_up=False)] == names


def test_a_capital_says_nothing_in_german() -> None:
    said = transcript([stretch("das Haus am See", language="de")])

    assert find_entities(said, made_up=False) == ()


def test_speech_that_is_made_up_gets_entities_of_changing_types() -> None:
    said = transcript([stretch(f"a longest{i}th b") for i in "abcde"])

    found = find_entities(said, made_up=True)

    assert [one.text for one in found] == [
        "longestath",
        "longestbth",
        "longestcth",
        "longestdth",
        "longesteth",
    ]
    assert [one.type for one in found] == [*MADE_UP, MADE_UP[0]]


def test_speech_that_is_made_up_keeps_what_is_really_named() -> None:
    said = transcript([stretch("we met Ann yesterday")])

    assert [entity.text for entity in find_entities(said, made_up=True)] == ["Ann"]


def test_the_same_entity_has_the_same_marker() -> None:
    said = transcript([stretch(SAYS_JOHN)])

    hidden = redact_entities(said, find_entities(said, made_up=False), MARKED)

    assert texts(hidden) == [
        "Hi, I'm calling about the order for [NAME_1]. Can you write to [EMAIL_1]? "
        "Yes, [NAME_1] placed it yesterday."
    ]


def test_different_entities_of_a_type_are_numbered() -> None:
    said = transcript([stretch("we met Ann, Ben and Carl Jung")])

    hidden = redact_entities(said, find_entities(said, made_up=False), MARKED)

    assert texts(hidden) == ["we met [NAME_1], [NAME_2] and [NAME_3]"]


def test_a_marker_takes_the_time_of_all_its_words() -> None:
    said = transcript([stretch("ask John Smith now")])

    hidden = redact_entities(said, find_entities(said, made_up=False), MARKED)

    assert hidden.utterances[0].words[1] == Word("[NAME_1]", 500, 1400, 0.9)


def test_a_mask_hides_each_character() -> None:
    said = transcript([stretch(SAYS_JOHN)])

    hidden = redact_entities(said, find_entities(said, made_up=False), Redaction((), masked=True))

    assert texts(hidden) == [
        "Hi, I'm calling about the order for #### #####. Can you write to ######################? "
        "Yes, #### ##### placed it yesterday."
    ]


def test_only_wanted_types_are_hidden() -> None:
    said = transcript([stretch("we met Ann at 9:30")])

    hidden = redact_entities(
        said, find_entities(said, made_up=False), Redaction(("NAME",), masked=False)
    )

    assert texts(hidden) == ["we met [NAME_1] at 9:30"]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Hello,", ("", "Hello", ",")),
        ("(“ja”)", ("(“", "ja", "”)")),
        ("...", ("...", "", "")),
        ("", ("", "", "")),
    ],
)
def test_the_punctuation_around_a_word_is_told_apart(
    text: str, parts: tuple[str, str, str]
) -> None:
    assert outer_punctuation(text) == parts


def test_very_many_entities_are_hidden_in_one_go() -> None:
    """A list that was moved for each of them would take hours."""
    words = " ".join(["say John Smith"] * 50_000)
    heard = transcript([stretch(words)])
    found = find_entities(heard, made_up=False)

    [hidden] = redact_entities(heard, found, Redaction((), masked=False)).utterances

    assert len(found) == 50_000
    assert [word.text for word in hidden.words] == ["say", "[NAME_1]"] * 50_000


@pytest.mark.parametrize("text", ["@." * 100_000, "." * 200_000, "a" + "." * 200_000 + "a"])
def test_a_very_long_word_is_no_more_work_than_many_short_ones(text: str) -> None:
    heard = transcript([stretch(text)])

    [hidden] = redact_entities(
        heard, find_entities(heard, made_up=False), Redaction((), masked=True)
    ).utterances

    assert hidden.text == text
