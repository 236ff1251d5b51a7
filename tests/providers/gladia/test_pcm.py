"""Raw audio, how long it lasts, and the WAV file that it becomes."""

import wave
from typing import Any

import pytest
from msgspec.structs import replace

from emulator.core.http.bodies import FileSlice, open_content
from emulator.core.http.problems import NotFound
from emulator.core.speech.media import inspect_media
from emulator.providers.gladia.live.recording import SessionRecording
from emulator.providers.gladia.pcm import PcmFormat, header_size, pcm_format, session_wav, wav
from emulator.providers.gladia.records import Transcription
from tests.providers.gladia.live.stage import record


@pytest.mark.parametrize(
    ("sound", "size", "ms"),
    [
        (PcmFormat(), 32_000, 1000),
        (PcmFormat(), 31, 0),
        (PcmFormat(bit_depth=8, sample_rate=8000), 8_000, 1000),
        (PcmFormat(bit_depth=24, sample_rate=48_000), 144_000, 1000),
        (PcmFormat(bit_depth=32, sample_rate=44_100, channels=2), 352_800, 1000),
        (PcmFormat(channels=8), 32_000, 125),
        (PcmFormat("wav/alaw", sample_rate=8000), 8_000, 1000),
        (PcmFormat("wav/ulaw", bit_depth=24, sample_rate=8000), 8_000, 1000),
    ],
)
def test_bytes_last_as_long_as_their_format_says(sound: PcmFormat, size: int, ms: int) -> None:
    assert sound.ms(size) == ms
    assert sound.seconds(size) == pytest.approx(ms / 1000, abs=0.001)


@pytest.mark.parametrize("bit_depth", [8, 16, 24, 32])
@pytest.mark.parametrize("channels", [1, 2])
def test_pcm_becomes_a_file_that_others_read(bit_depth: int, channels: int) -> None:
    samples = bytes(range(48)) * 5

    with wave.open(
        open_content(wav(PcmFormat("wav/pcm", bit_depth, 8000, channels), samples))
    ) as file:
        shape = (file.getnchannels(), file.getsampwidth(), file.getframerate())
        frames = file.readframes(file.getnframes())

    assert shape == (channels, bit_depth // 8, 8000)
    assert frames == samples


@pytest.mark.parametrize(("encoding", "tag"), [("wav/alaw", 6), ("wav/ulaw", 7)])
def test_a_law_and_mu_law_have_their_own_format(encoding: str, tag: int) -> None:
    file = wav(PcmFormat(encoding, 16, 8000, 2), b"\x55" * 16_000)

    assert file[:-16_000] == (
        b"RIFF\xb2\x3e\x00\x00WAVE"
        b"fmt \x12\x00\x00\x00"
        + bytes([tag, 0])
        + b"\x02\x00\x40\x1f\x00\x00\x80\x3e\x00\x00\x02\x00\x08\x00\x00\x00"
        + b"fact\x04\x00\x00\x00\x40\x1f\x00\x00data\x80\x3e\x00\x00"
    )
    assert (inspect_media(file).duration_ms, inspect_media(file).channels) == (1000, 2)


def test_an_odd_number_of_bytes_is_filled_up() -> None:
    file = wav(PcmFormat(bit_depth=8), b"abc")

    assert file[-12:] == b"data\x03\x00\x00\x00abc\x00"
    assert int.from_bytes(file[4:8], "little") == len(file) - 8


@pytest.mark.parametrize(
    ("begin", "size"),
    [
        (b"", None),
        (b"R", None),
        (b"RIFF\0\0\0\0WAV", None),
        (b"RIFF\0\0\0\0WAVEfmt ", None),
        (b"RIFF\0\0\0\0WAVEfmt \x02\0\0\0abdata\0\0\0\0", 30),
        (b"RIFF\0\0\0\0WAVEodd \x01\0\0\0a\0data\0\0\0\0", 30),
        (b"RIFF\0\0\0\0AVI ", 0),
        (b"\0\0\0", 0),
        (b"RIF\0", 0),
        (b"RIFF\0\0\0\0WAVEhuge\xff\xff\xff\xff".ljust(64 * 1024, b"\0"), 0),
    ],
)
def test_a_header_ends_where_the_samples_begin(begin: bytes, size: int | None) -> None:
    assert header_size(begin) == size


@pytest.mark.parametrize(
    ("given", "sound"),
    [
        ({}, PcmFormat("wav/pcm", 16, 16_000, 1)),
        (
            {"encoding": "wav/alaw", "bit_depth": 8.0, "sample_rate": 8000.0, "channels": 2},
            PcmFormat("wav/alaw", 8, 8000, 2),
        ),
    ],
)
def test_a_request_names_its_sound(given: dict[str, Any], sound: PcmFormat) -> None:
    assert pcm_format(given) == sound


def test_what_was_sent_is_the_file() -> None:
    sent = with_tape(silence_bytes=4)
    assert sent.recording is not None
    sent.recording.record(b"abcd")

    assert session_wav(sent) == wav(PcmFormat(channels=2), b"\0\0\0\0abcd")


def test_a_long_recording_is_read_when_it_is_sent() -> None:
    long = bytes(range(256)) * 1_000
    sent = with_tape(silence_bytes=100_000)
    assert sent.recording is not None
    sent.recording.record(long)

    found = session_wav(sent)

    assert isinstance(found, FileSlice)
    assert bytes(found) == bytes(wav(PcmFormat(channels=2), bytes(100_000) + long))
    assert found[100_040:100_050] == bytes(4) + long[:6]


def with_tape(silence_bytes: int) -> Transcription:
    tape = SessionRecording(silence_bytes=silence_bytes)
    return replace(record(channels=2), request={"channels": 2}, recording=tape)


@pytest.mark.parametrize("tape", [None, SessionRecording()])
def test_where_nothing_was_sent_there_is_no_file(tape: SessionRecording | None) -> None:
    with pytest.raises(NotFound):
        session_wav(replace(record(), recording=tape))
