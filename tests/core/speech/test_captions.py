from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emulator.core.speech.captions import (
    Caption,
    CaptionLimits,
    build_captions,
    srt,
    vtt,
    without_markup,
)
from emulator.core.speech.transcripts import Segment, Transcript, Word

# The first call imports a heavy library, and a busy machine is no failure.
UNTIMED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

TWO = (
    Caption(240, 1_900, ("Hello and", "welcome.")),
    Caption(2_000, 363_723_004, ("A & B <i> --> C",), speaker=1),
)


def stretch(text: str, *, start_ms: int = 0, speaker: int = 0, channel: int = 0) -> Segment:
    """Words of 200 ms, with 50 ms between them."""
    words = tuple(
        Word(word, start_ms + 250 * place, start_ms + 250 * place + 200, 0.9)
        for place, word in enumerate(text.split(" "))
    )
    return Segment(words, speaker, channel, "en")


def transcript(*utterances: Segment, language: str = "en") -> Transcript:
    end_ms = max((utterance.end_ms for utterance in utterances), default=0)
    return Transcript(language, ("Ann", "Ben"), utterances, end_ms, 2)


def caption(text: str, limits: CaptionLimits) -> list[tuple[str, ...]]:
    return [cue.lines for cue in build_captions(transcript(stretch(text)), limits)]


def test_srt_numbers_its_captions_from_one() -> None:
    assert srt(TWO) == (
        "1\n00:00:00,240 --> 00:00:01,900\nHello and\nwelcome.\n"
        "\n"
        "2\n00:00:02,000 --> 101:02:03,004\nA & B <i> --> C\n"
    )


def test_webvtt_has_no_numbers_and_escapes_what_would_be_markup() -> None:
    assert vtt(TWO) == (
        "WEBVTT\n"
        "\n"
        "00:00:00.240 --> 00:00:01.900\nHello and\nwelcome.\n"
        "\n"
        "00:00:02.000 --> 101:02:03.004\nA &amp; B &lt;i&gt; --&gt; C\n"
    )


def test_plain_text_has_the_lines_alone() -> None:
    assert without_markup(TWO) == "Hello and\nwelcome.\nA & B <i> --> C\n"


def test_a_transcript_in_plain_text_has_a_line_an_utterance() -> None:
    said = transcript(stretch("Good morning."), stretch("Hello.", start_ms=900, speaker=1))

    assert without_markup(said) == "Good morning.\nHello.\n"


def test_silence_has_no_captions() -> None:
    silence = build_captions(transcript())

    assert (silence, srt(silence), vtt(silence), without_markup(silence)) == (
        (),
        "",
        "WEBVTT\n",
        "",
    )


def test_without_limits_an_utterance_is_one_caption_of_one_line() -> None:
    said = transcript(stretch("One. Two."), stretch("Three.", start_ms=900, speaker=1, channel=1))

    assert build_captions(said) == (
        Caption(0, 450, ("One. Two.",)),
        Caption(900, 1_100, ("Three.",), speaker=1, channel=1),
    )


@pytest.mark.parametrize(
    ("limits", "lines"),
    [
        (CaptionLimits(max_line_chars=7), [("aaa bbb", "ccc", "ddd.", "Eeeeeeeee", "f.")]),
        (CaptionLimits(max_line_chars=8), [("aaa bbb", "ccc ddd.", "Eeeeeeeee", "f.")]),
        (
            CaptionLimits(max_line_chars=8, max_lines=1),
            [("aaa bbb",), ("ccc ddd.",), ("Eeeeeeeee",), ("f.",)],
        ),
        (
            CaptionLimits(max_line_chars=8, max_lines=2),
            [("aaa bbb", "ccc ddd."), ("Eeeeeeeee", "f.")],
        ),
        (CaptionLimits(max_lines=2), [("aaa bbb ccc ddd. Eeeeeeeee f.",)]),
        (
            CaptionLimits(max_caption_chars=11),
            [("aaa bbb ccc",), ("ddd.",), ("Eeeeeeeee",), ("f.",)],
        ),
        (CaptionLimits(max_caption_chars=16), [("aaa bbb ccc ddd.",), ("Eeeeeeeee f.",)]),
        (
            CaptionLimits(max_line_chars=8, max_caption_chars=15),
            [("aaa bbb", "ccc"), ("ddd.", "Eeeeeeeee"), ("f.",)],
        ),
        (CaptionLimits(by_sentence=True), [("aaa bbb ccc ddd.",), ("Eeeeeeeee f.",)]),
        (CaptionLimits(max_ms=700), [("aaa bbb ccc",), ("ddd. Eeeeeeeee f.",)]),
        (CaptionLimits(max_ms=699), [("aaa bbb",), ("ccc ddd.",), ("Eeeeeeeee f.",)]),
        (CaptionLimits(max_gap_ms=50), [("aaa bbb ccc ddd. Eeeeeeeee f.",)]),
    ],
)
def test_each_limit_breaks_lines_and_captions(
    limits: CaptionLimits, lines: list[tuple[str, ...]]
) -> None:
    assert caption("aaa bbb ccc ddd. Eeeeeeeee f.", limits) == lines


def test_a_long_pause_begins_a_new_caption() -> None:
    words = (Word("One", 0, 200, 0.9), Word("two", 701, 900, 0.9), Word("three", 1_400, 1_600, 0.9))

    found = build_captions(transcript(Segment(words, 0, 0, "en")), CaptionLimits(max_gap_ms=500))

    assert found == (Caption(0, 200, ("One",)), Caption(701, 1_600, ("two three",)))


def test_a_word_that_lasts_too_long_is_shown_as_long_as_may_be() -> None:
    words = (Word("Sooo", 0, 9_000, 0.9), Word("what", 9_100, 9_300, 0.9))

    found = build_captions(transcript(Segment(words, 0, 0, "en")), CaptionLimits(max_ms=5_000))

    assert found == (Caption(0, 5_000, ("Sooo",)), Caption(9_100, 9_300, ("what",)))


def test_a_short_caption_stays_until_the_next_one_or_the_minimum() -> None:
    said = transcript(stretch("One."), stretch("Two.", start_ms=900), stretch("3.", start_ms=5_000))

    assert build_captions(said, CaptionLimits(min_ms=1_000)) == (
        Caption(0, 900, ("One.",)),
        Caption(900, 1_900, ("Two.",)),
        Caption(5_000, 6_000, ("3.",)),
    )


def test_the_maximum_beats_the_minimum() -> None:
    assert build_captions(transcript(stretch("One.")), CaptionLimits(min_ms=900, max_ms=500)) == (
        Caption(0, 500, ("One.",)),
    )


def test_on_one_channel_a_caption_ends_when_the_next_begins() -> None:
    said = transcript(stretch("One two three."), stretch("Four five.", start_ms=300, speaker=1))

    assert build_captions(said) == (
        Caption(0, 300, ("One two three.",)),
        Caption(300, 750, ("Four five.",), speaker=1),
    )


def test_on_two_channels_captions_may_overlap() -> None:
    said = transcript(
        stretch("One two three."),
        stretch("Four five.", start_ms=300, speaker=1, channel=1),
        stretch("Six.", start_ms=800),
    )

    assert [
        (cue.start_ms, cue.end_ms) for cue in build_captions(said, CaptionLimits(min_ms=600))
    ] == [
        (0, 700),
        (300, 800),
        (800, 1_400),
    ]


def test_captions_that_begin_at_once_share_the_time() -> None:
    said = transcript(stretch("One two."), stretch("Four.", speaker=1), stretch("Five."))

    assert build_captions(said) == (
        Caption(0, 225, ("One two.",)),
        Caption(225, 226, ("Four.",), speaker=1),
        Caption(226, 227, ("Five.",)),
    )


def test_a_caption_never_has_an_empty_line() -> None:
    words = (Word("a\n\nb", 0, 1, 0.9), Word(" ", 1, 2, 0.9), Word("c", 2, 3, 0.9))

    found = build_captions(transcript(Segment(words, 0, 0, "en"), Segment(words[1:2], 0, 0, "en")))

    assert found == (Caption(0, 3, ("a b c",)),)


def test_a_language_without_blanks_is_broken_between_words() -> None:
    words = tuple(
        Word(text, 100 * place, 100 * place + 90, 0.9)
        for place, text in enumerate(["今日", "は", "良い", "天気", "です。"])
    )

    found = build_captions(
        Transcript("ja", ("A",), (Segment(words, 0, 0, "ja"),), 500), CaptionLimits(5, 2)
    )

    assert found == (Caption(0, 490, ("今日は良い", "天気です。")),)


WORDS = st.lists(
    st.tuples(
        st.text("abcdef.", min_size=1, max_size=12),
        st.integers(0, 3_000),  # the pause before it
        st.integers(0, 2_000),  # its length
    ),
    min_size=1,
    max_size=15,
)


@st.composite
def transcripts(draw: st.DrawFn) -> Transcript:
    """Utterances that begin in order, and now and then at once."""
    utterances: list[Segment] = []
    begin_ms = 0
    for spoken in draw(st.lists(WORDS, max_size=5)):
        words: list[Word] = []
        at_ms = begin_ms
        for text, pause_ms, length_ms in spoken:
            words.append(Word(text, at_ms + pause_ms, at_ms + pause_ms + length_ms, 0.9))
            at_ms = words[-1].end_ms
        begin_ms = words[0].start_ms if draw(st.booleans()) else at_ms
        speaker = draw(st.integers(0, 1))
        utterances.append(Segment(tuple(words), speaker, draw(st.integers(0, 1)), "en"))
    utterances.sort(key=lambda one: one.start_ms)
    return transcript(*utterances)


LIMITS = st.builds(
    CaptionLimits,
    max_line_chars=st.none() | st.integers(1, 40),
    max_lines=st.none() | st.integers(1, 3),
    max_caption_chars=st.none() | st.integers(1, 60),
    min_ms=st.none() | st.integers(0, 3_000),
    max_ms=st.none() | st.integers(1, 6_000),
    max_gap_ms=st.none() | st.integers(0, 2_000),
    by_sentence=st.booleans(),
)


def lone(text: str) -> bool:
    return " " not in text


@UNTIMED
@given(said=transcripts(), limits=LIMITS)
def test_every_limit_on_size_is_kept(said: Transcript, limits: CaptionLimits) -> None:
    for cue in build_captions(said, limits):
        text = " ".join(cue.lines)
        assert cue.lines
        assert all(cue.lines)
        assert len(cue.lines) <= (limits.max_lines or 99)
        assert len(text) <= (limits.max_caption_chars or 999) or lone(text)
        assert all(len(line) <= (limits.max_line_chars or 999) or lone(line) for line in cue.lines)
        assert not limits.by_sentence or "." not in [word[-1] for word in text.split()[:-1]]


@UNTIMED
@given(said=transcripts(), limits=LIMITS)
def test_every_limit_on_time_is_kept(said: Transcript, limits: CaptionLimits) -> None:
    found = build_captions(said, limits)

    follows = [cue.start_ms for cue in found[1:]] + [10**9]
    for cue, next_ms in zip(found, follows, strict=False):
        length_ms = cue.end_ms - cue.start_ms
        assert 0 < length_ms <= (limits.max_ms or 10**9)
        assert length_ms >= min(limits.min_ms or 0, limits.max_ms or 10**9) or cue.end_ms >= next_ms


@UNTIMED
@given(said=transcripts(), limits=LIMITS)
def test_captions_never_overlap_on_a_channel(said: Transcript, limits: CaptionLimits) -> None:
    found = build_captions(said, limits)

    assert list(found) == sorted(found, key=lambda cue: cue.start_ms)
    for channel in (0, 1):
        there = [cue for cue in found if cue.channel == channel]
        assert all(one.end_ms <= other.start_ms for one, other in pairwise(there))


@UNTIMED
@given(said=transcripts(), limits=LIMITS)
def test_no_word_is_lost_or_moved(said: Transcript, limits: CaptionLimits) -> None:
    """Where people talk at once, captions mix; so what counts is each utterance."""
    for utterance in said.utterances:
        alone = build_captions(transcript(utterance), limits)

        assert " ".join(line for cue in alone for line in cue.lines) == utterance.text
    assert sorted(without_markup(build_captions(said, limits)).split()) == sorted(said.text.split())


def test_an_utterance_of_very_many_words_is_one_caption() -> None:
    """A line that was copied with each of its words would take hours."""
    said = stretch(" ".join(["word"] * 500_000))

    [cue] = build_captions(transcript(said))

    assert len(cue.lines) == 1
    assert len(cue.lines[0]) == 500_000 * len("word ") - 1
