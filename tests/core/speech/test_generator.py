from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emulator.core.base.ids import SeededRandom
from emulator.core.speech.generator import (
    draw_duration_ms,
    generate_transcript,
    render_script,
    translate_transcript,
)
from emulator.core.speech.languages import PUNCTUATION, split_words
from emulator.core.speech.transcripts import Line, Script, Segment, Transcript, Word
from emulator.core.speech.vocabulary import LOCALES

# A busy machine is no failure.
UNTIMED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

LANGUAGES = sorted(LOCALES)
BEGINS_WITH_A_CAPITAL = {"cs", "da", "de", "el", "en", "es", "fr", "it", "nl", "pl", "ru", "uk"}


def speech(
    seed: object = 7,
    *,
    language: str = "en",
    speakers: int = 2,
    duration_ms: int = 60_000,
    channels: int = 1,
) -> Transcript:
    return generate_transcript(
        SeededRandom(seed),
        language=language,
        speakers=speakers,
        duration_ms=duration_ms,
        channels=channels,
    )


def texts(transcript: Transcript) -> list[str]:
    return [word.text for word in transcript.words]


def times(transcript: Transcript) -> list[tuple[int, int]]:
    return [(word.start_ms, word.end_ms) for word in transcript.words]


FIRST_WORDS = "She mission or successful foreign future can learn upon produce book? Budget."


def test_a_seed_always_says_the_same() -> None:
    transcript = speech(duration_ms=5_000)

    assert transcript.text == FIRST_WORDS
    assert speech(duration_ms=5_000) == transcript
    assert speech(8, duration_ms=5_000).text != FIRST_WORDS


@UNTIMED
@given(
    duration_ms=st.integers(0, 60_000),
    language=st.sampled_from(LANGUAGES),
    speakers=st.integers(1, 12),
    channels=st.integers(1, 3),
)
def test_what_is_made_up_is_always_a_recording_that_could_be(
    duration_ms: int, language: str, speakers: int, channels: int
) -> None:
    transcript = speech(
        language=language, speakers=speakers, duration_ms=duration_ms, channels=channels
    )

    words = list(transcript.words)
    assert words
    assert all(0.8 < word.confidence < 0.99 for word in words)
    assert all(word.start_ms % 10 == word.end_ms % 10 == 0 for word in words)
    assert all(word.text and " " not in word.text for word in words)
    assert all(word.start_ms <= word.end_ms for word in words)
    assert all(one.end_ms <= other.start_ms for one, other in pairwise(words))
    assert duration_ms - 310 - duration_ms // 20 <= words[-1].end_ms <= duration_ms
    assert len(transcript.speakers) == min(speakers, len(words))
    assert transcript.duration_ms == duration_ms
    assert transcript.channels == channels


@UNTIMED
@given(duration_ms=st.integers(1_000, 60_000), language=st.sampled_from(LANGUAGES))
def test_no_word_is_shorter_than_a_tenth_of_a_second(duration_ms: int, language: str) -> None:
    transcript = speech(language=language, duration_ms=duration_ms)

    assert min(end - start for start, end in times(transcript)) >= 100


def test_a_recording_of_a_blink_has_one_squeezed_word() -> None:
    assert times(speech(duration_ms=30)) == [(10, 30)]
    assert times(speech(duration_ms=0)) == [(0, 0)]


@UNTIMED
@given(speakers=st.integers(1, 12), channels=st.integers(1, 4))
def test_what_is_said_when_does_not_depend_on_who_says_it(speakers: int, channels: int) -> None:
    usual = speech()

    other = speech(speakers=speakers, channels=channels)

    assert (texts(other), times(other)) == (texts(usual), times(usual))


@UNTIMED
@given(shorter=st.integers(2_000, 60_000), longer=st.integers(60_000, 120_000))
def test_a_longer_recording_begins_with_the_same_words(shorter: int, longer: int) -> None:
    said = texts(speech(duration_ms=shorter))[:-1]  # the last one may end its sentence too early

    assert texts(speech(duration_ms=longer))[: len(said)] == said


@pytest.mark.parametrize("language", LANGUAGES)
def test_about_150_words_are_said_in_a_minute(language: str) -> None:
    transcript = speech(language=language, duration_ms=600_000)

    assert 120 <= len(texts(transcript)) / 10 <= 190


def test_an_hour_of_english_has_about_9000_words() -> None:
    assert 8_500 < len(texts(speech(duration_ms=3_600_000))) < 9_500


def test_what_comes_after_a_day_is_silence() -> None:
    transcript = speech(duration_ms=100 * 3_600_000)

    assert transcript.duration_ms == 360_000_000
    assert transcript.utterances[-1].end_ms == 86_399_700


@UNTIMED
@given(duration_ms=st.integers(1_000, 60_000), speakers=st.integers(2, 12))
def test_speakers_take_turns_and_appear_in_order(duration_ms: int, speakers: int) -> None:
    transcript = speech(duration_ms=duration_ms, speakers=speakers)

    voices = [utterance.speaker for utterance in transcript.utterances]
    names = len(transcript.speakers)
    assert voices[:names] == list(range(names))
    assert names == 1 or all(one != other for one, other in pairwise(voices))


def test_speakers_are_named_by_number() -> None:
    assert speech(speakers=3).speakers == ("Speaker 1", "Speaker 2", "Speaker 3")


def test_one_speaker_says_everything_in_several_utterances() -> None:
    transcript = speech(speakers=1)

    assert transcript.speakers == ("Speaker 1",)
    assert len(transcript.utterances) > 3


def test_a_short_recording_with_many_speakers_lets_each_have_a_word() -> None:
    transcript = speech(speakers=4, duration_ms=3_000)

    assert [utterance.speaker for utterance in transcript.utterances] == [0, 1, 2, 3]


def test_speakers_share_out_the_channels() -> None:
    transcript = speech(speakers=3, channels=2)

    assert {(utterance.speaker, utterance.channel) for utterance in transcript.utterances} == {
        (0, 0),
        (1, 1),
        (2, 0),
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_sentence_ends_as_its_language_does(language: str) -> None:
    ends = PUNCTUATION.get(language.partition("-")[0], (".", "?"))

    sentences = speech(language=language).sentences()

    assert all(sentence.text.endswith(ends) for sentence in sentences)
    assert all(2 <= len(sentence.words) <= 14 for sentence in sentences[:-1])


@pytest.mark.parametrize("language", sorted(BEGINS_WITH_A_CAPITAL))
def test_each_sentence_begins_with_a_capital(language: str) -> None:
    assert all(sentence.text[0].isupper() for sentence in speech(language=language).sentences())


def test_a_language_that_faker_lacks_is_said_in_english() -> None:
    assert texts(speech(language="sw")) == texts(speech())


def test_a_line_is_said_where_the_script_puts_it() -> None:
    script = Script(
        "board", "en", (Line("Ann", "Good morning.", start_ms=4_200, duration_ms=2_500),)
    )

    transcript = render_script(script, SeededRandom(7))

    assert [(word.text, word.start_ms, word.end_ms) for word in transcript.words] == [
        ("Good", 4_200, 5_020),
        ("morning.", 5_130, 6_700),
    ]
    assert transcript.speakers == ("Ann",)
    assert transcript.duration_ms == 6_700


def test_a_line_without_a_time_follows_the_last_one_after_a_pause() -> None:
    lines = (
        Line("Ann", "Yes.", start_ms=1_000, duration_ms=500),
        Line("Ben", "No."),
        Line("Ann", "Oh."),
    )

    transcript = render_script(Script("board", "en", lines), SeededRandom(7))

    first, second, third = transcript.utterances
    assert (first.start_ms, first.end_ms) == (1_000, 1_500)
    assert 1_700 <= second.start_ms <= 2_200
    assert second.end_ms - second.start_ms == 200
    assert 200 <= third.start_ms - second.end_ms <= 700
    assert [utterance.speaker for utterance in transcript.utterances] == [0, 1, 0]


def test_lines_may_overlap_and_are_sorted_by_their_starts() -> None:
    lines = (Line("Ann", "A long story.", 2_000, 5_000), Line("Ben", "Really?", 1_000, 3_000))

    transcript = render_script(Script("board", "en", lines), SeededRandom(7), channels=2)

    assert transcript.speakers == ("Ben", "Ann")
    assert [
        (utterance.speaker, utterance.channel, utterance.text)
        for utterance in transcript.utterances
    ] == [
        (0, 0, "Really?"),
        (1, 1, "A long story."),
    ]
    assert transcript.duration_ms == 7_000


def test_a_script_may_last_longer_than_its_lines_but_no_shorter() -> None:
    lines = (Line("Ann", "Yes.", start_ms=0, duration_ms=500),)

    assert (
        render_script(Script("board", "en", lines, duration_ms=9_000), SeededRandom(7)).duration_ms
        == 9_000
    )
    assert (
        render_script(Script("board", "en", lines, duration_ms=100), SeededRandom(7)).duration_ms
        == 500
    )


def test_a_line_without_words_is_left_out() -> None:
    lines = (Line("Ann", "  "), Line("Ben", "Yes."))

    assert render_script(Script("board", "en", lines), SeededRandom(7)).speakers == ("Ben",)
    assert render_script(Script("board", "en", lines[:1]), SeededRandom(7)) == Transcript(
        "en", (), (), 0
    )


def test_a_script_without_lines_is_made_up() -> None:
    script = Script("long", "de", speakers=3, duration_ms=60_000)

    assert render_script(script, SeededRandom(7), channels=2) == speech(
        language="de", speakers=3, channels=2
    )


def test_a_script_without_a_length_gets_a_drawn_one() -> None:
    assert render_script(Script("any", "de"), SeededRandom(7)).duration_ms == draw_duration_ms(
        SeededRandom(7)
    )


@UNTIMED
@given(seed=st.integers())
def test_a_drawn_length_is_between_10_and_90_seconds(seed: int) -> None:
    assert 10_000 <= draw_duration_ms(SeededRandom(seed)) <= 90_000


@UNTIMED
@given(
    says=st.text(st.sampled_from("ab .?今日。"), max_size=40),
    for_ms=st.integers(0, 5_000),
    language=st.sampled_from(["en", "ja"]),
)
def test_a_given_length_is_filled_by_the_words_in_order(
    says: str, for_ms: int, language: str
) -> None:
    script = Script("any", language, (Line("Ann", "start", 70, 0), Line("Ann", says, 70, for_ms)))

    words = render_script(script, SeededRandom(7)).utterances[-1].words

    assert [word.text for word in words] == (
        split_words(says, language) or split_words("start", language)
    )
    assert words[0].start_ms == 70
    assert words[-1].end_ms == (70 + for_ms if says.split() else 70)
    assert all(word.start_ms <= word.end_ms for word in words)
    assert all(one.end_ms <= other.start_ms for one, other in pairwise(words))


@pytest.mark.parametrize(
    ("text", "language", "words"),
    [
        ("Good  morning.\n", "en", ["Good", "morning."]),
        (
            "今日は良い天気です。「はい」",
            "ja",
            ["今日", "は良", "い天", "気で", "す。", "「はい」"],
        ),
        ("Pythonで、AI。 OK!", "ja", ["Python", "で、", "AI。", "OK!"]),
        ("สวัสดีครับ", "th", ["สวั", "สดี", "ครั", "บ"]),
        ("…", "zh", ["…"]),
        ("", "zh", []),
    ],
)
def test_a_text_is_split_into_words(text: str, language: str, words: list[str]) -> None:
    assert split_words(text, language) == words


@UNTIMED
@given(language=st.sampled_from(LANGUAGES), duration_ms=st.integers(0, 60_000))
def test_a_translation_keeps_utterances_speakers_and_times(language: str, duration_ms: int) -> None:
    source = speech(language="fi", speakers=3, duration_ms=duration_ms, channels=2)

    translated = translate_transcript(source, SeededRandom(8), language)

    assert [
        (
            utterance.speaker,
            utterance.channel,
            utterance.start_ms,
            utterance.end_ms,
            len(utterance.words),
        )
        for utterance in translated.utterances
    ] == [
        (
            utterance.speaker,
            utterance.channel,
            utterance.start_ms,
            utterance.end_ms,
            len(utterance.words),
        )
        for utterance in source.utterances
    ]
    assert (
        {utterance.language for utterance in translated.utterances}
        == {translated.language}
        == {language}
    )
    assert translated.speakers == source.speakers
    assert all(word.start_ms <= word.end_ms for word in translated.words)
    assert all(one.end_ms <= other.start_ms for one, other in pairwise(translated.words))


def test_a_translation_has_the_sentences_of_its_source() -> None:
    words = tuple(
        Word(text, 500 * place, 500 * place + 400, 0.9)
        for place, text in enumerate(["Are", "you", "well?", "Yes.", "I", "think"])
    )
    source = Transcript("en", ("Ann",), (Segment(words, 0, 0, "en"),), 3_000)

    translated = translate_transcript(source, SeededRandom(7), "ja")

    assert [(len(sentence.words), sentence.text[-1]) for sentence in translated.sentences()][
        :2
    ] == [
        (3, "？"),
        (1, "。"),
    ]
    assert not translated.text.endswith(("？", "。"))


def test_a_variety_of_the_same_language_keeps_its_words() -> None:
    source = speech(language="en")

    translated = translate_transcript(source, SeededRandom(8), "en-gb")

    assert (texts(translated), times(translated)) == (texts(source), times(source))
    assert {utterance.language for utterance in translated.utterances} == {"en-gb"}


def test_another_language_has_other_words_though_both_fall_back() -> None:
    source = speech(language="sw")

    assert translate_transcript(source, SeededRandom(8), "ko").text != source.text
