"""A live session as a value: frames in, messages out."""

import json
from base64 import b64encode
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from emulator.core.provider.conversation import Abort, Close
from emulator.core.state.jobs import Phase, Step
from emulator.providers.gladia.live import session as live
from emulator.providers.gladia.live.requests import LiveBehaviour, LiveFault
from emulator.providers.gladia.live.session import Session
from emulator.providers.gladia.pcm import PcmFormat, wav
from tests.conftest import EXAMPLES
from tests.providers.gladia.live.stage import ID, SECOND, T0, at, hear, said, session, stage, types

STOP = '{"type": "stop_recording"}'
HELLO = {"word": " Hello", "start": 0.5, "end": 0.71, "confidence": 0.9329}
THERE = {"word": " there.", "start": 0.73, "end": 1.0, "confidence": 0.9035}
GREETING = {
    "text": " Hello there.",
    "language": "en",
    "start": 0.5,
    "end": 1.0,
    "confidence": 0.9182,
    "channel": 0,
    "words": [HELLO, THERE],
}


def chunk(data: bytes | str) -> str:
    text = data if isinstance(data, str) else b64encode(data).decode()
    return json.dumps({"type": "audio_chunk", "data": {"chunk": text}})


def acknowledged(begin: int, end: int, *seconds: float) -> Any:
    data = {"byte_range": [begin, end], "time_range": list(seconds)}
    return ("audio_chunk", {"acknowledged": True, "error": None, "data": data})


def rejected(why: str, kind: str = "audio_chunk") -> Any:
    return (kind, {"acknowledged": False, "error": {"message": why}, "data": None})


def error(code: str, message: str) -> Any:
    return ("error", {"data": {"code": code, "message": message}})


def troubled(*troubles: LiveFault) -> Session:
    return session(behaviour=LiveBehaviour(faults=troubles))


# Audio


def test_words_are_told_when_the_audio_has_come_to_them() -> None:
    first = hear(session(), SECOND)
    second = hear(first.session, SECOND)

    hello = {**GREETING, "text": " Hello", "end": 0.71, "confidence": 0.9329, "words": [HELLO]}
    assert said(first) == [
        ("start_recording", {}),
        acknowledged(0, 32_000, 0.0, 1.0),
        ("speech_start", {"data": {"time": 0.5, "channel": 0}}),
        ("transcript", {"data": {"id": "00-00000000", "is_final": False, "utterance": hello}}),
        ("transcript", {"data": {"id": "00-00000000", "is_final": False, "utterance": GREETING}}),
    ]
    assert said(second) == [
        acknowledged(32_000, 64_000, 1.0, 2.0),
        ("transcript", {"data": {"id": "00-00000000", "is_final": True, "utterance": GREETING}}),
        ("speech_end", {"data": {"time": 1.0, "channel": 0}}),
        ("speech_start", {"data": {"time": 2.0, "channel": 0}}),
    ]


def test_small_pieces_say_the_same_as_large_ones() -> None:
    large = hear(session(), SECOND * 4)
    small = hear(session(), *(SECOND[:3_200] for _ in range(40)))

    heard = [one for one in said(small) if one[0] != "audio_chunk"]
    assert heard == [one for one in said(large) if one[0] != "audio_chunk"]
    assert (small.session.received, small.audio) == (128_000, large.audio)


@given(st.lists(st.integers(0, 30_000), max_size=8))
@settings(max_examples=EXAMPLES)
def test_however_audio_is_cut_the_recording_is_what_was_sent(sizes: list[int]) -> None:
    pieces = [bytes([number + 1]) * size for number, size in enumerate(sizes)]

    turn = hear(session(), *pieces, STOP)

    ranges = [rest["data"]["byte_range"] for kind, rest in said(turn) if kind == "audio_chunk"]
    assert turn.audio == b"".join(pieces)
    assert [end - begin for begin, end in ranges] == sizes
    assert [end for _, end in ranges[:-1]] == [begin for begin, _ in ranges[1:]]


@given(
    st.lists(st.one_of(st.text(), st.binary(max_size=99), st.sampled_from([STOP, chunk(b"ab")])))
)
@settings(max_examples=EXAMPLES)
def test_whatever_comes_is_answered(frames: list[str | bytes]) -> None:
    turn = hear(session(behaviour=LiveBehaviour(post_seconds=1)), *frames)

    assert len(turn.notes) >= len(frames)
    assert turn.close is None


def test_base64_in_json_is_as_good_as_a_binary_frame() -> None:
    assert said(hear(session(), chunk(SECOND))) == said(hear(session(), SECOND))


def test_an_empty_piece_is_acknowledged_and_begins_no_recording() -> None:
    turn = hear(session(), chunk(b""), now=at(20))

    assert said(turn) == [acknowledged(0, 0, 0.0, 0.0)]
    assert (turn.session.started_at, turn.session.last_audio_at) == (None, at(20))


def test_a_wav_header_in_the_stream_is_acknowledged_and_not_heard() -> None:
    file = wav(PcmFormat(), SECOND)

    turn = hear(session(), file[:10], file[10:30], file[30:])

    assert said(turn)[:4] == [
        ("start_recording", {}),
        acknowledged(0, 10, 0.0, 0.0),
        acknowledged(10, 30, 0.0, 0.0),
        acknowledged(30, 32_044, 0.0, 1.0),
    ]
    assert turn.audio == SECOND


def test_what_only_begins_like_a_header_is_audio() -> None:
    turn = hear(session(), b"RI", bytes(30))

    assert turn.audio == b"RI" + bytes(30)
    assert turn.session.samples == 32


@pytest.mark.parametrize(
    ("frame", "why"),
    [
        (chunk("?"), "data.chunk must be base64 encoded"),
        (chunk(b"abc"), "data.chunk must hold complete sample frames of 2 bytes"),
        ('{"type": "audio_chunk"}', "data.chunk must be a string"),
        ('{"type": "audio_chunk", "data": {"chunk": 7}}', "data.chunk must be a string"),
    ],
)
def test_a_piece_that_cannot_be_taken_is_rejected(frame: str, why: str) -> None:
    turn = hear(session(), frame)

    assert said(turn) == [rejected(why)]
    assert (turn.session.received, turn.audio) == (0, b"")


@pytest.mark.parametrize(
    ("frame", "why"),
    [
        ("{", "the message is not JSON"),
        ("[]", "the type must be one of the following values: audio_chunk, stop_recording"),
        (
            '{"type": "x"}',
            "the type must be one of the following values: audio_chunk, stop_recording",
        ),
    ],
)
def test_what_is_no_message_is_answered_with_an_error(frame: str, why: str) -> None:
    assert said(hear(session(), frame)) == [error("invalid_message", why)]


@pytest.mark.parametrize("frame", [bytes(1024 * 1024 + 1), "x" * (1024 * 1024 + 1)])
def test_a_frame_of_more_than_a_mebibyte_closes_with_1009(frame: bytes | str) -> None:
    turn = hear(session(), frame)

    assert (said(turn), turn.close) == ([], Close(1009, "message too big"))
    assert turn.session.received == 0


def test_a_frame_of_a_mebibyte_is_taken() -> None:
    assert hear(session(), bytes(1024 * 1024)).session.received == 1024 * 1024


def test_the_third_oversized_frame_loses_the_session() -> None:
    twice = live.connection_closed(live.connection_closed(session(), 1009, at(1)), 1009, at(2))
    thrice = live.connection_closed(twice, 1009, at(3))

    assert twice.is_open(at(2))
    assert not thrice.is_open(at(3))
    assert live.timeline(thrice)[-1] == Step(3.0, Phase.FAILED)
    assert live.connection_closed(thrice, 1009, at(4)) == thrice


def test_a_client_that_goes_away_leaves_the_session_as_it_is() -> None:
    begun = hear(session(), SECOND).session

    assert live.connection_closed(begun, 1001, at(5)) == begun


def test_bytes_are_counted_over_all_connections() -> None:
    begun = hear(session(), SECOND).session
    again = live.open_session(begun, at(5)).session

    turn = hear(again, SECOND, now=at(5))

    assert said(turn)[0] == acknowledged(32_000, 64_000, 1.0, 2.0)
    assert turn.session.connection == 2


# The end


def test_stop_recording_brings_the_last_words_and_the_results() -> None:
    turn = hear(session(), SECOND[:28_000], STOP, on=stage())

    cut_off = {**GREETING, "text": " Hello", "end": 0.71, "confidence": 0.9329, "words": [HELLO]}
    transcription = {"languages": ["en"], "utterances": [cut_off], "full_transcript": "Hello"}
    metadata = {
        "audio_duration": 0.875,
        "number_of_distinct_channels": 1,
        "billing_time": 0.875,
        "transcription_time": 0.0,
    }
    assert said(turn)[4:] == [
        (
            "stop_recording",
            {
                "acknowledged": True,
                "error": None,
                "data": {"recording_duration": 0.875, "recording_left_to_process": 0.0},
            },
        ),
        ("transcript", {"data": {"id": "00-00000000", "is_final": True, "utterance": cut_off}}),
        ("speech_end", {"data": {"time": 0.875, "channel": 0}}),
        ("end_recording", {"data": {"recording_duration": 0.875}}),
        ("post_transcript", {"data": transcription}),
        (
            "post_final_transcript",
            {"data": {"metadata": metadata, "transcription": transcription}},
        ),
        ("end_session", {}),
    ]
    assert turn.close == Close(1000)
    assert not turn.session.is_open(T0)


def test_a_session_without_audio_can_be_stopped() -> None:
    turn = hear(session(), STOP, now=at(2))

    assert types(turn) == [
        "stop_recording",
        "end_recording",
        "post_transcript",
        "post_final_transcript",
        "end_session",
    ]
    assert live.timeline(turn.session) == (
        Step(0, Phase.QUEUED),
        Step(2.0, Phase.PROCESSING),
        Step(2.0, Phase.COMPLETED),
    )


def test_after_stop_recording_nothing_more_is_taken() -> None:
    stopped = hear(session(behaviour=LiveBehaviour(post_seconds=2)), SECOND, STOP).session

    turn = hear(stopped, SECOND, STOP)

    assert said(turn) == [
        rejected("audio is not accepted after stop_recording"),
        rejected("the recording has been stopped already", "stop_recording"),
    ]
    assert turn.audio == b""


def test_post_processing_takes_the_time_that_the_scenario_says() -> None:
    on = stage()
    turn = hear(session(behaviour=LiveBehaviour(post_seconds=2)), SECOND * 2, STOP, on=on)
    early = live.wake(turn.session, on, at(1))
    late = live.wake(turn.session, on, at(2))

    assert (types(turn)[-1], turn.close) == ("end_recording", None)
    assert live.wakes_at(turn.session) == at(2)
    assert (early.notes, early.close) == ((), None)
    assert types(late) == ["post_transcript", "post_final_transcript", "end_session"]
    assert late.close == Close(1000)
    assert live.wakes_at(late.session) is None
    assert live.wake(late.session, on, at(3)) == live.Transition(late.session)


def test_a_session_that_is_to_fail_fails_when_it_is_stopped() -> None:
    turn = hear(session(ending=Phase.FAILED, why="No model."), SECOND * 2, STOP, now=at(3))

    assert said(turn)[-1] == error("internal_error", "No model.")
    assert turn.close == Close(4400, "No model.")
    assert live.timeline(turn.session)[-1] == Step(3.0, Phase.FAILED)


def test_a_session_that_is_stuck_never_has_results() -> None:
    on = stage()
    turn = hear(session(ending=None), SECOND * 2, STOP, on=on)

    assert (types(turn)[-1], turn.close) == ("end_recording", None)
    assert live.wakes_at(turn.session) is None
    assert live.wake(turn.session, on, at(9_999)) == live.Transition(turn.session)
    assert turn.session.is_open(at(9_999))
    assert live.timeline(turn.session)[-1] == Step(0.0, Phase.PROCESSING)


# Time


def test_half_a_minute_without_audio_closes_the_connection_and_not_the_session() -> None:
    on = stage()
    begun = hear(session(), SECOND, on=on, now=at(10)).session

    early = live.wake(begun, on, at(39.9))
    late = live.wake(begun, on, at(40))

    why = "no audio was received for 30 seconds"
    assert live.wakes_at(begun) == at(40)
    assert early == live.Transition(begun)
    assert (said(late), late.close) == ([error("session_timeout", why)], Close(1011, why))
    assert late.session.is_open(at(40))


def test_after_three_hours_a_session_ends_as_if_it_had_been_stopped() -> None:
    on = stage()
    begun = hear(session(), SECOND * 2, on=on, now=at(10_799)).session

    turn = live.wake(begun, on, at(10_805))

    assert live.wakes_at(begun) == at(10_800)
    assert types(turn) == [
        "error",
        "speech_end",
        "end_recording",
        "post_transcript",
        "post_final_transcript",
        "end_session",
    ]
    assert said(turn)[0] == error("session_timeout", "the session has lasted for 10800 seconds")
    assert turn.close == Close(1000)
    assert live.timeline(turn.session)[-1] == Step(10_800.0, Phase.COMPLETED)


def test_a_session_that_nobody_stops_ends_by_itself() -> None:
    begun = hear(
        session(behaviour=LiveBehaviour(longest_seconds=60, post_seconds=2)), SECOND, now=at(5)
    ).session

    assert live.timeline(begun) == (
        Step(0, Phase.QUEUED),
        Step(5.0, Phase.PROCESSING),
        Step(62, Phase.COMPLETED),
    )
    assert begun.is_open(at(59))
    assert not begun.is_open(at(60))


def test_a_stuck_session_does_not_end_by_itself() -> None:
    assert live.timeline(session(ending=None)) == (Step(0, Phase.QUEUED),)


def test_who_has_never_come_is_idle_from_the_beginning() -> None:
    assert live.wakes_at(Session(ID, T0)) == at(30)


# Trouble


def test_audio_that_comes_with_a_break_is_not_heard_and_can_be_sent_again() -> None:
    begun = hear(troubled(LiveFault(1_500)), SECOND).session

    broken = hear(begun, SECOND)
    again = hear(live.open_session(broken.session, at(1)).session, SECOND)

    assert (said(broken), broken.close, broken.audio) == ([], Abort(), b"")
    assert said(again)[0] == acknowledged(32_000, 64_000, 1.0, 2.0)


def test_a_close_that_clients_come_back_after_leaves_the_session() -> None:
    turn = hear(troubled(LiveFault(0, close=4500, reason="try again")), SECOND)

    assert turn.close == Close(4500, "try again")
    assert turn.session.is_open(T0)


def test_a_code_of_the_4400s_ends_the_session_for_good() -> None:
    turn = hear(troubled(LiveFault(0, close=4401, reason="no")), SECOND, now=at(2))

    assert turn.close == Close(4401, "no")
    assert not turn.session.is_open(at(2))
    assert live.timeline(turn.session)[-1] == Step(2.0, Phase.FAILED)


def test_a_rejected_piece_is_not_heard() -> None:
    turn = hear(troubled(LiveFault(0, reject="unreadable")), SECOND)

    assert said(turn) == [rejected("unreadable")]
    assert said(hear(turn.session, SECOND))[1] == acknowledged(0, 32_000, 0.0, 1.0)


def test_an_error_message_alone_stops_nothing() -> None:
    turn = hear(troubled(LiveFault(0, error="rate_limit_exceeded", message="Slowly.")), SECOND)

    assert said(turn)[:3] == [
        error("rate_limit_exceeded", "Slowly."),
        ("start_recording", {}),
        acknowledged(0, 32_000, 0.0, 1.0),
    ]
    assert turn.audio == SECOND


def test_an_error_message_can_come_with_a_close() -> None:
    turn = hear(troubled(LiveFault(0, error="internal_error", message="Oh.", close=4500)), SECOND)

    assert (said(turn), turn.close) == ([error("internal_error", "Oh.")], Close(4500))


def test_two_troubles_at_once_both_happen() -> None:
    both = troubled(LiveFault(0, error="a", message="A"), LiveFault(0, error="b", message="B"))

    assert types(hear(both, SECOND))[:3] == ["error", "error", "start_recording"]


@pytest.mark.parametrize(("code", "stays"), [(4401, False), (4500, True)])
def test_a_connection_can_be_refused_as_soon_as_it_is_there(code: int, stays: bool) -> None:
    turn = live.open_session(Session(ID, T0, behaviour=LiveBehaviour(refuse=code)), T0)

    assert turn.close == Close(code, "refused by the scenario")
    assert turn.session.is_open(T0) is stays


def test_a_session_that_is_over_cannot_be_joined() -> None:
    assert not replace(session(), is_over=True).is_open(T0)
