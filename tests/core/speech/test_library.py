import pytest
from msgspec.structs import replace

from emulator.core.base.ids import SeededRandom
from emulator.core.speech.library import TranscriptLibrary
from emulator.core.speech.transcripts import Audio, Line, Script, Transcript

AUDIO = Audio("https://example.test/a.wav", "d1", duration_ms=20_000)
UNKNOWN = replace(AUDIO, duration_ms=None)
SCRIPTS = {
    "board": Script(
        "board",
        "en",
        (
            Line("Ann", "Good morning."),
            Line("Ben", "Let us start.", start_ms=4_200, duration_ms=2_500),
        ),
    ),
    "long": Script("long", "de", speakers=3, duration_ms=120_000),
    "open": Script("open", "fr"),
}


def library(seed: int = 7, *, most: int = 64, most_words: int = 200_000) -> TranscriptLibrary:
    return TranscriptLibrary(SeededRandom(seed), SCRIPTS, most=most, most_words=most_words)


def texts(transcript: Transcript) -> list[str]:
    return [word.text for word in transcript.words]


def test_the_same_seed_and_audio_say_the_same_whoever_asks_first() -> None:
    first, second = library(), library()
    second.transcript(replace(AUDIO, digest="d2"))

    assert second.transcript(AUDIO) == first.transcript(AUDIO)


def test_another_seed_or_another_audio_says_something_else() -> None:
    text = library().transcript(AUDIO).text

    assert library(8).transcript(AUDIO).text != text
    assert library().transcript(replace(AUDIO, digest="d2")).text != text


def test_the_name_of_the_audio_does_not_matter() -> None:
    renamed = replace(AUDIO, source="b.wav")

    assert library().transcript(renamed) == library().transcript(AUDIO)


def test_speakers_channels_and_region_do_not_change_the_words() -> None:
    ours = library()
    usual = ours.transcript(AUDIO, language="en")

    for other in (
        ours.transcript(AUDIO, language="en-US", speakers=4),
        ours.transcript(replace(AUDIO, channels=2), language="EN"),
    ):
        assert [(word.text, word.start_ms) for word in other.words] == [
            (word.text, word.start_ms) for word in usual.words
        ]


def test_what_is_asked_for_is_what_comes_back() -> None:
    transcript = library().transcript(replace(AUDIO, channels=2), language="de-DE", speakers=3)

    assert transcript.language == "de-DE"
    assert transcript.speakers == ("Speaker 1", "Speaker 2", "Speaker 3")
    assert transcript.channels == 2
    assert transcript.duration_ms == 20_000


def test_two_people_speak_english_unless_somebody_says_otherwise() -> None:
    transcript = library().transcript(AUDIO)

    assert (transcript.language, len(transcript.speakers), transcript.channels) == ("en", 2, 1)


def test_a_named_script_wins_over_the_language_and_the_speakers_asked_for() -> None:
    transcript = library().transcript(AUDIO, language="fr", script="board", speakers=5)

    assert transcript.language == "en"
    assert transcript.speakers == ("Ann", "Ben")
    assert transcript.text == "Good morning. Let us start."


def test_a_script_says_the_same_in_any_audio() -> None:
    ours = library()

    other = ours.transcript(replace(AUDIO, digest="d2"), script="long")

    assert other.language == "de"
    assert len(other.speakers) == 3
    assert other == ours.transcript(AUDIO, script="long")


def test_a_script_that_nobody_wrote_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        library().transcript(AUDIO, script="nobody")


@pytest.mark.parametrize(
    ("audio", "script", "duration_ms"),
    [
        (AUDIO, None, 20_000),
        (AUDIO, "board", 20_000),
        (AUDIO, "long", 20_000),
        (UNKNOWN, "long", 120_000),
        (UNKNOWN, "board", 6_700),
        (replace(AUDIO, duration_ms=3_000), "board", 6_700),  # never shorter than its words
    ],
)
def test_the_audio_knows_its_length_best_then_the_script(
    audio: Audio, script: str | None, duration_ms: int
) -> None:
    ours = library()

    assert ours.duration_ms(audio, script=script) == duration_ms
    assert ours.transcript(audio, script=script).duration_ms == duration_ms


@pytest.mark.parametrize("script", [None, "open"])
def test_a_length_that_nobody_knows_is_drawn_from_the_seed(script: str | None) -> None:
    duration_ms = library().duration_ms(UNKNOWN, script=script)

    assert 10_000 <= duration_ms <= 90_000
    assert library().transcript(UNKNOWN, script=script).duration_ms == duration_ms
    assert library().transcript(UNKNOWN, language="ja", speakers=5).duration_ms == duration_ms
    assert library(8).duration_ms(UNKNOWN, script=script) != duration_ms
    assert library().duration_ms(replace(UNKNOWN, digest="d2"), script=script) != duration_ms


def test_a_translation_has_the_times_of_what_is_translated() -> None:
    ours = library()
    source = ours.transcript(AUDIO, language="de", speakers=3)

    translated = ours.translation(AUDIO, "fr", source_language="de", speakers=3)

    assert translated.language == "fr"
    assert translated.text != source.text
    assert [
        (utterance.speaker, utterance.start_ms, utterance.end_ms)
        for utterance in translated.utterances
    ] == [
        (utterance.speaker, utterance.start_ms, utterance.end_ms) for utterance in source.utterances
    ]


def test_a_script_is_translated_too() -> None:
    translated = library().translation(AUDIO, "fr", script="board")

    assert [len(utterance.words) for utterance in translated.utterances] == [2, 3]
    assert translated.speakers == ("Ann", "Ben")


def test_what_was_made_is_kept() -> None:
    ours = library()

    assert ours.transcript(AUDIO) is ours.transcript(AUDIO)
    assert ours.translation(AUDIO, "fr") is ours.translation(AUDIO, "fr")


def test_the_least_recently_used_is_dropped_and_made_again_the_same() -> None:
    ours = library(most=2)
    german, french = ours.transcript(AUDIO, language="de"), ours.transcript(AUDIO, language="fr")
    ours.transcript(AUDIO, language="de")

    ours.transcript(AUDIO, language="it")

    assert ours.transcript(AUDIO, language="de") is german
    again = ours.transcript(AUDIO, language="fr")
    assert again is not french
    assert again == french


def test_many_words_are_too_much_even_in_few_transcripts() -> None:
    ours = library(most_words=80)
    first = ours.transcript(AUDIO, language="de")

    second = ours.transcript(AUDIO, language="fr")

    assert len(texts(first)) + len(texts(second)) > 80
    assert ours.transcript(AUDIO, language="fr") is second
    assert ours.transcript(AUDIO, language="de") is not first


def test_a_transcript_that_is_longer_than_all_room_is_kept_alone() -> None:
    ours = library(most_words=1)

    assert ours.transcript(AUDIO) is ours.transcript(AUDIO)


def test_a_length_that_was_forgotten_is_drawn_again_the_same() -> None:
    library = TranscriptLibrary(SeededRandom(7), {})
    recordings = [Audio(f"https://x.test/{number}.wav", str(number)) for number in range(1001)]

    lengths = [library.duration_ms(recording) for recording in recordings]

    assert [library.duration_ms(recording) for recording in recordings] == lengths
