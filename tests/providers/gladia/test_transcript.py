"""What is said in a job's recording, in the words that its options ask for."""

from typing import Any

import pytest
from msgspec.structs import replace

from emulator.core.base.ids import SeededRandom
from emulator.core.speech.library import TranscriptLibrary
from emulator.core.speech.transcripts import Audio, Line, Script, Segment, Transcript, Word
from emulator.providers.gladia.requests import PhraseTree, Spelling, Translation
from emulator.providers.gladia.transcript import (
    add_phrases,
    align_translation,
    apply_spellings,
    language_code,
    languages,
    punctuate,
    recognize,
    replace_phrases,
)
from tests.providers.gladia.jobs import stretch, transcript, wish

AUDIO = Audio("https://example.com/a.mp3", "d1", duration_ms=60_000, channels=1)
MEETING = Script(
    "meeting",
    "en-GB",
    (
        Line("Ann", "We ask John Smith.", start_ms=0, duration_ms=2000),
        Line("Ben", "He knows Sequel.", start_ms=3000, duration_ms=1500),
        Line("Cid", "Good. Bye.", start_ms=5000, duration_ms=1000),
    ),
)


def library() -> TranscriptLibrary:
    return TranscriptLibrary(SeededRandom(7), {"meeting": MEETING})


def said(script: str | None = None, **given: Any) -> Transcript:
    return recognize(AUDIO, wish(**given), library(), script=script).transcript


def texts(found: Transcript) -> list[str]:
    return [utterance.text for utterance in found.utterances]


# Languages


@pytest.mark.parametrize(
    ("config", "found"),
    [
        ({}, ["en"]),
        ({"languages": ["fr"]}, ["fr"]),
        ({"languages": ["fr", "de"]}, ["fr"]),
        ({"languages": ["no"]}, ["no"]),
    ],
)
def test_speech_is_in_the_language_that_was_asked_for(config: Any, found: list[str]) -> None:
    heard = said(language_config=config)

    assert languages(heard) == found
    assert heard.language == found[0]


def test_code_switching_takes_the_languages_by_turns() -> None:
    one = said(language_config={"languages": ["fr"]})

    heard = said(language_config={"languages": ["fr", "de"], "code_switching": True})

    assert [u.language for u in heard.utterances[:4]] == ["fr", "de", "fr", "de"]
    assert [u.start_ms for u in heard.utterances] == [u.start_ms for u in one.utterances]
    assert heard.utterances[0].text == one.utterances[0].text
    assert heard.utterances[1].text != one.utterances[1].text


def test_a_script_keeps_its_words_and_takes_the_language_that_was_asked_for() -> None:
    fixed = said("meeting", language_config={"languages": ["fr"]})
    switched = said("meeting", language_config={"languages": ["fr", "de"], "code_switching": True})

    assert (
        texts(fixed) == texts(switched) == ["We ask John Smith.", "He knows Sequel.", "Good. Bye."]
    )
    assert (languages(fixed), languages(switched)) == (["fr"], ["en"])


def test_the_most_frequent_language_comes_first() -> None:
    heard = transcript([stretch("a", language=one) for one in ("fr", "en", "en", "de", "de", "en")])

    assert languages(heard) == ["en", "de", "fr"]


@pytest.mark.parametrize(
    ("given", "code_of_gladia"),
    [
        ("de-DE", "de"),
        ("pt_BR", "pt"),
        ("nb-NO", "no"),
        ("yue", "zh"),
        ("haw", "haw"),
        ("jv", "jw"),
    ],
)
def test_a_language_is_spelled_as_gladia_does(given: str, code_of_gladia: str) -> None:
    assert language_code(given) == code_of_gladia


# Speakers


def test_as_many_speakers_talk_as_were_asked_for() -> None:
    heard = said(diarization=True, diarization_config={"number_of_speakers": 3})

    assert {utterance.speaker for utterance in heard.utterances} == {0, 1, 2}


def test_a_script_has_no_more_speakers_than_were_asked_for() -> None:
    heard = said("meeting", diarization=True, diarization_config={"number_of_speakers": 2})

    assert [utterance.speaker for utterance in heard.utterances] == [0, 1, 0]


@pytest.mark.parametrize(
    ("config", "speakers"),
    [
        ({"max_speakers": 9}, [0, 1, 2]),
        ({"min_speakers": 1}, [0, 1, 2]),
        ({"max_speakers": 2}, [0, 1, 0]),
        ({"number_of_speakers": 1}, [0, 0, 0]),
    ],
)
def test_hints_on_speakers_only_bound_those_of_a_script(config: Any, speakers: list[int]) -> None:
    heard = said("meeting", diarization=True, diarization_config=config)

    assert [utterance.speaker for utterance in heard.utterances] == speakers


# Punctuation


def test_enhanced_punctuation_puts_a_comma_at_the_longer_pauses() -> None:
    longer = [
        (400, 479, 0.9),
        (480, 560, 0.9),
    ]
    words = tuple(Word(text, *times) for text, times in zip("ab", longer, strict=True))
    first = Word("so", 0, 320, 0.9)
    one = Segment((first, *words, Word("c.", 640, 700, 0.9), Word("d", 900, 1000, 0.9)), 0, 0, "en")

    found = punctuate(one)

    assert found.text == "so, a b, c. d"
    assert [word.start_ms for word in found.words] == [word.start_ms for word in one.words]


def test_enhanced_punctuation_leaves_a_script_as_it_is_written() -> None:
    assert said("meeting", punctuation_enhanced=True) == said("meeting")
    assert said(punctuation_enhanced=True).text.replace(",", "") == said().text


# Spelling


@pytest.mark.parametrize(
    ("text", "spellings", "found"),
    [
        ("He knows Sequel.", [Spelling("SQL", ("sequel",))], "He knows SQL."),
        ("the sea quell, yes", [Spelling("SQL", ("sea quell",))], "the SQL, yes"),
        ("a b c", [Spelling("x", ("a",)), Spelling("y", ("a b",))], "y c"),
        ("a b a", [Spelling("New York", ("a",))], "New York b New York"),
        ("“Gladia!” gladia", [Spelling("Gladia", ("Gladia",))], "“Gladia!” Gladia"),
        ("a b", [Spelling("x", ("", "..."))], "a b"),
        ("a b", [], "a b"),
    ],
)
def test_words_are_spelled_as_wanted(text: str, spellings: list[Spelling], found: str) -> None:
    assert apply_spellings(stretch(text), replace(wish(), spellings=tuple(spellings))).text == found


def test_of_phrases_that_begin_alike_the_longest_is_taken() -> None:
    heard = stretch("a b c a b d a")
    spellings = (Spelling("1", ("a",)), Spelling("2", ("a b", "a b c d")), Spelling("3", ("a b",)))

    assert apply_spellings(heard, replace(wish(), spellings=spellings)).text == "3 c 3 d 1"


def test_words_are_looked_up_a_few_times_however_many_and_long_the_phrases_are() -> None:
    class Counted(dict[str, PhraseTree]):
        asked = 0

        def __contains__(self, key: object) -> bool:
            Counted.asked += 1
            return super().__contains__(key)

    many = tuple(Spelling(str(i), (f"x{i} y",)) for i in range(1000))
    long = Spelling("z", ("x " * 1000 + "end",))
    known = PhraseTree()
    add_phrases(known, (*many, long))
    known.longer = Counted(known.longer)
    words = stretch(" ".join(["a"] * 1000)).words

    assert [phrase.text for phrase in replace_phrases(words, known)] == ["a"] * 1000
    assert Counted.asked == 1000


def test_phrases_are_put_together_once() -> None:
    spelled = replace(wish(), spellings=(Spelling("x", ("a",)),))

    apply_spellings(stretch("a"), spelled)
    first = spelled.phrases.longer["a"]
    apply_spellings(stretch("a"), spelled)

    assert spelled.phrases.longer["a"] is first


def test_a_phrase_that_becomes_one_word_keeps_its_time() -> None:
    spelled = replace(wish(), spellings=(Spelling("SQL", ("sea quell",)),))

    found = apply_spellings(stretch("say sea quell now"), spelled)

    assert found.words[1] == Word("SQL", 500, 1400, 0.9)


# Entities


def test_redaction_hides_words_and_the_entities_that_they_are() -> None:
    heard = recognize(AUDIO, wish(pii_redaction=True), library(), script="meeting")

    assert texts(heard.transcript) == ["We ask [NAME_1].", "He knows [NAME_2].", "Good. Bye."]
    assert heard.entities == ()


def test_entities_that_are_not_hidden_are_told() -> None:
    config = {"entity_types": ["NAME_GIVEN"]}

    heard = recognize(
        AUDIO, wish(pii_redaction=True, pii_redaction_config=config), library(), script="meeting"
    )

    assert texts(heard.transcript) == ["We ask John Smith.", "He knows [NAME_1].", "Good. Bye."]
    assert [entity.text for entity in heard.entities] == ["John Smith"]


def test_speech_that_nobody_wrote_has_entities_too() -> None:
    heard = recognize(AUDIO, wish(named_entity_recognition=True), library(), script=None)

    assert heard.entities


def test_entities_that_nobody_asked_for_are_not_looked_for() -> None:
    heard = recognize(AUDIO, wish(), library(), script=None)

    assert heard.entities == ()


# Translations


def test_a_translation_has_the_originals_utterances_and_speakers() -> None:
    given = {"translation": True, "translation_config": {"target_languages": ["fr", "wo"]}}

    heard = recognize(AUDIO, wish(**given), library(), script="meeting")

    assert heard.translations.keys() == {"fr", "wo"}
    french = heard.translations["fr"]
    assert languages(french) == ["fr"]
    assert [(u.start_ms, u.end_ms, u.speaker) for u in french.utterances] == [
        (u.start_ms, u.end_ms, u.speaker) for u in heard.transcript.utterances
    ]
    assert languages(heard.translations["wo"]) == ["wo"]


@pytest.mark.parametrize(
    "config", [{"model": "enhanced"}, {"context": "A board meeting"}, {"informal": True}]
)
def test_a_translation_is_worded_otherwise_in_another_manner(config: Any) -> None:
    def french(**more: Any) -> Transcript:
        given = {"translation": True, "translation_config": {"target_languages": ["fr"], **more}}
        return recognize(AUDIO, wish(**given), library(), script="meeting").translations["fr"]

    assert french(**config).text != french().text
    assert [utterance.start_ms for utterance in french(**config).utterances] == [0, 3000, 5000]


def test_a_translation_into_its_own_language_is_the_original() -> None:
    given = {"translation": True, "translation_config": {"target_languages": ["en"]}}

    heard = recognize(AUDIO, wish(**given, pii_redaction=True), library(), script="meeting")

    assert heard.translations["en"] == heard.transcript


def test_a_translation_that_does_not_match_utterances_has_one_for_each_sentence() -> None:
    heard = transcript([stretch("Good. Bye now."), stretch("Yes.")])

    found = align_translation(
        heard, Translation(("en",), match_original_utterances=False, lipsync=True)
    )

    assert texts(found) == ["Good.", "Bye now.", "Yes."]


def test_a_translation_without_lipsync_gives_all_words_the_same_time() -> None:
    heard = transcript([stretch("Good morning all")])

    found = align_translation(
        heard, Translation(("en",), match_original_utterances=True, lipsync=False)
    )

    assert [(word.start_ms, word.end_ms) for word in found.words] == [
        (0, 466),
        (466, 933),
        (933, 1400),
    ]
