"""Which message is due at which moment of the audio."""

from collections.abc import Iterator
from itertools import islice

import pytest

from emulator.core.base.ids import SeededRandom
from emulator.core.speech.library import TranscriptLibrary
from emulator.core.speech.transcripts import Audio, Segment, Word
from emulator.providers.gladia.live.requests import EndOfTurn, live_options
from emulator.providers.gladia.live.schedule import (
    MessageSchedule,
    ScheduledMessage,
    SpokenTurn,
    turns,
)
from emulator.providers.gladia.recognition import SpokenLine

AUDIO = Audio("live", "d1", None, 1)


def turn(*times: tuple[str, int, int], channel: int = 0, speaker: int = 0) -> SpokenTurn:
    words = tuple(Word(text, start, end, 0.9) for text, start, end in times)
    return SpokenTurn(Segment(words, speaker, channel, "en"), {})


def score(
    *all_turns: SpokenTurn, endpointing_ms: int = 50, longest_ms: int = 5000
) -> MessageSchedule:
    return MessageSchedule(iter(all_turns), endpointing_ms=endpointing_ms, longest_ms=longest_ms)


def told(one: MessageSchedule, *signs: str) -> list[tuple[int, str, str, int]]:
    return [cue for cue in written(one) if cue[1] in signs]


def semantic(
    *all_turns: SpokenTurn,
    threshold: float = 0.5,
    emission: float = 0.5,
    max_wait_ms: int = 8000,
    probe_ms: int = 900,
) -> MessageSchedule:
    rule = EndOfTurn(threshold, emission, max_wait_ms, probe_ms)
    return MessageSchedule(iter(all_turns), endpointing_ms=50, longest_ms=5000, end_of_turn=rule)


def short(
    cues: Iterator[ScheduledMessage] | list[ScheduledMessage],
) -> list[tuple[int, str, str, int]]:
    return [(cue.at_ms, cue.kind.value, cue.line.id, cue.words) for cue in cues]


def written(one: MessageSchedule, until_ms: int = 100_000) -> list[tuple[int, str, str, int]]:
    return short(list(one.between(-1, until_ms)))


def test_a_line_begins_grows_and_ends() -> None:
    assert written(score(turn(("a", 100, 200), ("b", 210, 300)))) == [
        (100, "speech_start", "00-00000000", 0),
        (200, "partial", "00-00000000", 1),
        (300, "partial", "00-00000000", 2),
        (350, "final", "00-00000000", 2),
        (350, "speech_end", "00-00000000", 2),
        (350, "add-ons", "00-00000000", 2),
        (5100, "answering_machine", "00-00000000", 0),
    ]


def test_a_silence_longer_than_the_endpointing_ends_a_line() -> None:
    # 120 ms of a gap are no silence: 50 are left.
    one = score(turn(("a", 0, 100), ("b", 270, 400)))
    two = score(turn(("a", 0, 100), ("b", 269, 400)))

    assert [cue[1:3] for cue in written(one) if cue[1] == "final"] == [
        ("final", "00-00000000"),
        ("final", "00-00000001"),
    ]
    assert [cue[1:3] for cue in written(two) if cue[1] == "final"] == [("final", "00-00000000")]


def test_a_line_that_grows_too_long_is_cut_and_the_speech_goes_on() -> None:
    one = score(turn(("a", 0, 900), ("b", 900, 1800), ("c", 1800, 2700)), longest_ms=2000)

    assert written(one) == [
        (0, "speech_start", "00-00000000", 0),
        (900, "partial", "00-00000000", 1),
        (1800, "partial", "00-00000000", 2),
        (1800, "final", "00-00000000", 2),
        (1800, "add-ons", "00-00000000", 2),
        (2700, "partial", "00-00000001", 1),
        (2750, "final", "00-00000001", 1),
        (2750, "speech_end", "00-00000001", 1),
        (2750, "add-ons", "00-00000001", 1),
        (5000, "answering_machine", "00-00000000", 0),
    ]


# "I’d like" 0..400, a pause, "coffee." 1000..1500, a pause, "Thanks." 2500..3000
ORDER = turn(("like", 0, 400), ("coffee.", 1000, 1500), ("Thanks.", 2500, 3000))


def test_an_utterance_is_held_open_through_a_pause_within_a_sentence() -> None:
    silences = told(score(ORDER), "final")
    turns = told(semantic(ORDER), "final", "speech_turn_end")

    assert [(at, id) for at, _, id, _ in silences] == [
        (450, "00-00000000"),
        (1550, "00-00000001"),
        (3050, "00-00000002"),
    ]
    assert turns == [  # looked for 1800 and 900 after the beginnings
        (1800, "final", "00-00000000", 2),
        (1800, "speech_turn_end", "00-00000000", 2),
        (3050, "final", "00-00000001", 1),
        (3050, "speech_turn_end", "00-00000001", 1),
    ]


def test_a_higher_threshold_waits_for_the_whole_turn() -> None:
    assert told(semantic(ORDER, threshold=0.9, emission=0.9), "final", "speech_turn_end") == [
        (3050, "final", "00-00000000", 3),
        (3050, "speech_turn_end", "00-00000000", 3),
    ]


def test_a_lower_threshold_ends_at_any_pause() -> None:
    assert [cue[2] for cue in told(semantic(ORDER, threshold=0.1), "final")] == [
        "00-00000000",
        "00-00000001",
        "00-00000002",
    ]


def test_the_end_of_a_turn_can_be_told_before_it_ends_an_utterance() -> None:
    one = semantic(ORDER, threshold=0.9, emission=0.1, probe_ms=100)

    assert told(one, "final", "speech_turn_end") == [
        (400, "speech_turn_end", "00-00000000", 1),
        (1500, "speech_turn_end", "00-00000000", 2),
        (3000, "final", "00-00000000", 3),
        (3000, "speech_turn_end", "00-00000000", 3),
    ]


def test_an_utterance_ends_after_the_longest_wait_and_nobody_calls_it_a_turn() -> None:
    one = semantic(turn(("a", 0, 900), ("b", 900, 1800)), max_wait_ms=1000, probe_ms=100)

    assert told(one, "final", "speech_turn_end") == [
        (900, "final", "00-00000000", 1),
        (1800, "final", "00-00000001", 1),
        (1800, "speech_turn_end", "00-00000001", 1),
    ]


def test_who_answered_is_told_five_seconds_after_the_first_word_once() -> None:
    one = score(turn(("a", 700, 900)), turn(("b", 6000, 6100), channel=1))

    assert told(one, "answering_machine") == [(5700, "answering_machine", "00-00000000", 0)]
    assert told(score(), "answering_machine") == []


def test_channels_count_their_own_lines() -> None:
    one = score(turn(("a", 0, 900)), turn(("b", 100, 300), channel=1), turn(("c", 2000, 2100)))

    starts = [cue for cue in written(one) if cue[1] == "speech_start"]

    assert starts == [
        (0, "speech_start", "00-00000000", 0),
        (100, "speech_start", "01-00000000", 0),
        (2000, "speech_start", "00-00000001", 0),
    ]


def test_between_leaves_out_the_earlier_moment_and_takes_the_later_one() -> None:
    one = score(turn(("a", 100, 200)))

    assert short(list(one.between(100, 200))) == [(200, "partial", "00-00000000", 1)]
    assert short(list(one.between(100, 200))) == [(200, "partial", "00-00000000", 1)]
    assert list(one.between(200, 249)) == []


def test_when_the_audio_ends_what_was_said_is_final() -> None:
    one = score(turn(("a", 0, 100), ("b", 110, 300)), turn(("c", 20, 280), channel=1))

    assert short(one.unfinished(200)) == [
        (200, "final", "00-00000000", 1),
        (200, "speech_end", "00-00000000", 0),
        (200, "speech_end", "01-00000000", 0),
        (200, "add-ons", "00-00000000", 1),
    ]


def test_between_two_pieces_of_a_long_line_only_the_speech_has_to_end() -> None:
    one = score(turn(("a", 0, 900), ("b", 900, 1800)), longest_ms=1000)

    assert short(one.unfinished(1000)) == [(1000, "speech_end", "00-00000000", 0)]


def test_after_the_last_word_nothing_is_left() -> None:
    one = score(turn(("a", 0, 100)))

    assert list(one.unfinished(5000)) == []
    assert list(one.unfinished(-1)) == []


def test_made_up_speech_goes_on_for_as_long_as_anybody_listens() -> None:
    library, wish = TranscriptLibrary(SeededRandom(7), {}), live_options({})

    some = list(islice(turns(AUDIO, wish, library, script=None), 60))

    starts = [one.segment.start_ms for one in some]
    assert starts == sorted(starts)
    assert starts[-1] > 120_000
    again = list(
        islice(turns(AUDIO, wish, TranscriptLibrary(SeededRandom(7), {}), script=None), 60)
    )
    assert some == again


@pytest.mark.parametrize(("channels", "found"), [(1, {0}), (4, {0, 1, 2, 3})])
def test_every_channel_has_somebody_to_speak_there(channels: int, found: set[int]) -> None:
    audio = Audio("live", "d1", None, channels)
    some = islice(
        turns(audio, live_options({}), TranscriptLibrary(SeededRandom(7), {}), script=None), 60
    )

    assert {one.segment.channel for one in some} == found


def test_switching_languages_takes_them_by_turns() -> None:
    wish = live_options({"language_config": {"languages": ["en", "fr"], "code_switching": True}})
    library = TranscriptLibrary(SeededRandom(7), {})

    some = list(islice(turns(AUDIO, wish, library, script=None), 4))

    assert [one.segment.language for one in some] == ["en", "fr", "en", "fr"]


def test_a_translation_goes_word_for_word_on_the_same_times() -> None:
    realtime = {"translation": True, "translation_config": {"target_languages": ["fr"]}}
    wish = live_options({"realtime_processing": realtime})
    one = MessageSchedule(
        turns(AUDIO, wish, TranscriptLibrary(SeededRandom(7), {}), script=None),
        endpointing_ms=50,
        longest_ms=5000,
    )

    for line, words in one.utterances_until(20_000):
        said = SpokenLine(line, words, wish)
        own, other = said.stretch, said.translated("fr")
        assert other.language == "fr"
        assert other.text != own.text
        assert [(word.start_ms, word.end_ms) for word in other.words] == [
            (word.start_ms, word.end_ms) for word in own.words
        ]
