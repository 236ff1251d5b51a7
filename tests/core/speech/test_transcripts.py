import pytest

from emulator.core.speech.transcripts import (
    SENTENCE_ENDS,
    SPACELESS,
    Segment,
    Transcript,
    Word,
    base_language,
    ends_sentence,
    join,
    sentences,
    separator,
    with_words,
)


def stretch(*texts: str, start_ms: int = 0, speaker: int = 0, language: str = "en") -> Segment:
    """Words of 200 ms, with 50 ms between them."""
    words = tuple(
        Word(text, start_ms + 250 * place, start_ms + 250 * place + 200, 0.9)
        for place, text in enumerate(texts)
    )
    return Segment(words, speaker, speaker, language)


def test_a_stretch_begins_with_its_first_word_and_ends_with_its_last() -> None:
    one = stretch("Good", "morning.", start_ms=1_000)

    assert (one.start_ms, one.end_ms, one.text) == (1_000, 1_450, "Good morning.")


def test_the_confidence_of_a_stretch_is_the_mean_to_four_digits() -> None:
    words = (Word("a", 0, 1, 0.9), Word("b", 1, 2, 0.8), Word("c", 2, 3, 0.8))

    assert Segment(words, 0, 0, "en").confidence == 0.8333


def test_a_transcript_gives_its_words_and_text_in_order() -> None:
    transcript = Transcript("en", ("A", "B"), (stretch("Yes."), stretch("No,", "thanks.")), 2_500)

    assert [word.text for word in transcript.words] == ["Yes.", "No,", "thanks."]
    assert transcript.text == "Yes. No, thanks."
    assert transcript.duration_seconds == 2.5


def test_sentences_end_where_a_word_says_so_or_the_utterance_ends() -> None:
    transcript = Transcript("en", ("A",), (stretch("Yes.", "Why", "not?", "Well"),), 2_500)

    assert [sentence.text for sentence in transcript.sentences()] == ["Yes.", "Why not?", "Well"]


def test_a_sentence_keeps_its_speaker_channel_and_language() -> None:
    source = stretch("Ja.", "Nein.", speaker=3, language="de")

    assert [
        (sentence.speaker, sentence.channel, sentence.language) for sentence in sentences(source)
    ] == [
        (3, 3, "de"),
        (3, 3, "de"),
    ]


def test_a_paragraph_goes_on_until_somebody_else_speaks() -> None:
    utterances = (stretch("One."), stretch("Two."), stretch("Three.", speaker=1), stretch("Four."))

    paragraphs = Transcript("en", ("A", "B"), utterances, 2_500).paragraphs()

    assert [(paragraph.speaker, paragraph.text) for paragraph in paragraphs] == [
        (0, "One. Two."),
        (1, "Three."),
        (0, "Four."),
    ]


def test_an_empty_transcript_has_no_text() -> None:
    silence = Transcript("en", (), (), 1_000)

    assert (silence.text, silence.sentences(), silence.paragraphs()) == ("", (), ())


def test_cut_keeps_everything_but_the_words() -> None:
    source = stretch("a", "b", speaker=1, language="fr")

    assert with_words(source, source.words[1:]) == Segment(source.words[1:], 1, 1, "fr")


@pytest.mark.parametrize("sign", SENTENCE_ENDS)
def test_each_sign_ends_a_sentence_within_quotes_too(sign: str) -> None:
    assert ends_sentence(f"word{sign}")
    assert ends_sentence(f"word{sign}”")
    assert ends_sentence(f"word{sign}」")


@pytest.mark.parametrize("text", ["word", "word,", "3.5", "", '"'])
def test_no_other_word_ends_a_sentence(text: str) -> None:
    assert not ends_sentence(text)


@pytest.mark.parametrize(
    ("texts", "language", "text"),
    [
        (["Good", "morning."], "en", "Good morning."),
        ([], "en", ""),
        ([], "ja", ""),
        (["今日", "は。", "元気", "です。"], "ja", "今日は。元気です。"),
        (["我们", "用", "Python", "写。"], "zh-CN", "我们用Python写。"),
        (["Hello", "there.", "你好"], "zh", "Hello there. 你好"),
        (["สวัสดี", "ครับ.", "ขอบ", "คุณ?"], "th-TH", "สวัสดีครับ. ขอบคุณ?"),
    ],
)
def test_words_are_joined_as_their_language_writes_them(
    texts: list[str], language: str, text: str
) -> None:
    assert join(texts, language) == text


@pytest.mark.parametrize("language", sorted(SPACELESS))
def test_a_language_without_blanks_has_none_between_its_own_words(language: str) -> None:
    assert separator("字", "字", language) == ""


def test_a_language_with_blanks_has_one_between_any_words() -> None:
    assert separator("字", "字", "ko") == " "


@pytest.mark.parametrize(
    ("language", "alone"),
    [("pt-BR", "pt"), ("zh_Hant_TW", "zh"), ("EN", "en"), ("fil", "fil"), ("", "")],
)
def test_the_base_of_a_language_has_no_region_and_no_capitals(language: str, alone: str) -> None:
    assert base_language(language) == alone


def test_neighbours_of_one_speaker_are_one_paragraph_however_many_they_are() -> None:
    """Words that were copied with each of the neighbours would take hours."""
    said = (stretch("a"), *[stretch("b", speaker=1)] * 300_000, stretch("c"))

    found = Transcript("en", ("x", "y"), said, 1000).paragraphs()

    assert [(len(one.words), one.speaker) for one in found] == [(1, 0), (300_000, 1), (1, 0)]
