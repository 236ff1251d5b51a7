import io
import struct
import wave
from hashlib import sha256

import miniaudio
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emulator.core.base.ids import digest
from emulator.core.speech.media import (
    FAMILIES,
    MIMES,
    SIGNATURES,
    Media,
    audio_of_bytes,
    audio_of_url,
    extension_of,
    inspect_media,
    mime_of,
    silent_mp3,
    silent_wav,
)
from emulator.core.speech.transcripts import Audio

# The first call imports a heavy library, and a busy machine is no failure.
UNTIMED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def wav(*, seconds: float = 1.5, channels: int = 2, rate: int = 16_000, width: int = 2) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(channels)
        writer.setsampwidth(width)
        writer.setframerate(rate)
        writer.writeframes(bytes(int(seconds * rate) * channels * width))
    return file.getvalue()


def riff(*chunks: tuple[bytes, bytes]) -> bytes:
    body = b"".join(
        name + struct.pack("<I", len(data)) + data + bytes(len(data) % 2) for name, data in chunks
    )
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WAVE" + body


def atom(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content) + 8) + name + content


def m4a(*, seconds: int = 42, channels: int = 2, brand: bytes = b"M4A ") -> bytes:
    """The atoms that say how long it is and how many channels it has; no sound."""
    movie_header = atom(b"mvhd", bytes(12) + struct.pack(">II", 1_000, seconds * 1_000))
    sample = bytes(16) + struct.pack(">H", channels) + bytes(4) + struct.pack(">I", 44_100)
    codec = bytes(14) + b"\x03\x00\x00\x00\x00\x04\x00\x40" + bytes(32)
    description = atom(b"stsd", bytes(8) + atom(b"mp4a", sample + codec))
    table = atom(b"stbl", description)
    track = atom(b"trak", atom(b"mdia", atom(b"minf", table)))
    return atom(b"ftyp", brand + bytes(4)) + atom(b"moov", movie_header + track)


def flac(*, seconds: float = 2.5, channels: int = 1, rate: int = 16_000) -> bytes:
    """The stream's description alone."""
    packed = rate << 44 | channels - 1 << 41 | 15 << 36 | int(seconds * rate)
    return b"fLaC\x80\x00\x00\x22" + bytes(10) + struct.pack(">Q", packed) + bytes(16)


def ogg(*, seconds: float = 3.25, channels: int = 1) -> bytes:
    """Three Opus pages: the description, the tags, and a last one that says how long it was."""

    def page(kind: int, granule: int, number: int, packet: bytes) -> bytes:
        head = struct.pack("<4sBBqIIIB", b"OggS", 0, kind, granule, 1, number, 0, 1)
        return head + bytes((len(packet),)) + packet

    described = b"OpusHead" + struct.pack("<BBHIhB", 1, channels, 0, 48_000, 0, 0)
    tags = b"OpusTags" + struct.pack("<II", 0, 0)
    end = int(seconds * 48_000)
    return page(2, 0, 0, described) + page(0, 0, 1, tags) + page(4, end, 2, b"\xfc\xff\xfe")


WHOLE = {
    "wav": (wav(), Media(1_500, 2, "wav", "audio/wav")),
    "mp3": (silent_mp3(2_400), Media(2_400, 1, "mp3", "audio/mpeg")),
    "m4a": (m4a(), Media(42_000, 2, "m4a", "audio/mp4")),
    "mp4": (m4a(brand=b"isom"), Media(42_000, 2, "mp4", "video/mp4")),
    "mov": (m4a(brand=b"qt  ", channels=1), Media(42_000, 1, "mov", "video/quicktime")),
    "flac": (flac(), Media(2_500, 1, "flac", "audio/flac")),
    "ogg": (ogg(), Media(3_250, 1, "ogg", "audio/ogg")),
}


@pytest.mark.parametrize("kind", WHOLE)
def test_a_real_header_says_how_long_it_is(kind: str) -> None:
    content, media = WHOLE[kind]

    assert inspect_media(content) == media


@pytest.mark.parametrize("kind", WHOLE)
def test_the_content_beats_a_wrong_name(kind: str) -> None:
    content, media = WHOLE[kind]

    assert inspect_media(content, "holiday.jpg") == media


@pytest.mark.parametrize("kind", WHOLE)
def test_a_truncated_file_never_raises(kind: str) -> None:
    content, media = WHOLE[kind]

    for size in range(0, min(len(content), 400), 3):
        assert inspect_media(content[:size], "a.xyz").extension in (media.extension, "xyz", "mp4")


@UNTIMED
@given(st.binary(max_size=300), st.sampled_from([start + bytes(8) for start, *_ in SIGNATURES]))
def test_random_bytes_never_raise(content: bytes, start: bytes) -> None:
    assert inspect_media(content, "a.wav").channels != 0
    assert inspect_media(start[:8] + content).channels != 0


@UNTIMED
@given(st.binary(max_size=300), st.sampled_from(sorted(WHOLE)), st.integers(0, 200))
def test_damaged_bytes_never_raise(damage: bytes, kind: str, at: int) -> None:
    content, _ = WHOLE[kind]

    media = inspect_media(content[:at] + damage + content[at + len(damage) :])

    assert media.duration_ms is None or media.duration_ms > 0


@pytest.mark.parametrize(
    ("start", "extension"),
    [
        (b"RIFF0000WAVE", "wav"),
        (b"RF640000WAVE", "wav"),
        (b"RIFF0000AVI ", "avi"),
        (b"FORM0000AIFF", "aiff"),
        (b"FORM0000AIFC", "aifc"),
        (b"0000ftypM4A ", "m4a"),
        (b"0000ftypM4B ", "m4b"),
        (b"0000ftypM4V ", "m4v"),
        (b"0000ftypqt  ", "mov"),
        (b"0000ftyp3gp4", "3gp"),
        (b"0000ftypisom", "mp4"),
        (b"OggS", "ogg"),
        (b"fLaC", "flac"),
        (b"ID3\x04", "mp3"),
        (b"#!AMR\n", "amr"),
        (b"\x1a\x45\xdf\xa3", "webm"),
        (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "wma"),
        (b"\xff\xf1\x50\x80", "aac"),
        (b"\xff\xfb\x90", "mp3"),
    ],
)
def test_each_kind_is_known_by_its_beginning(start: bytes, extension: str) -> None:
    media = inspect_media(start)

    assert (media.duration_ms, media.extension) == (None, extension)
    assert media.mime == MIMES[extension]


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff", b"RIFF0000", b"hello", "text".encode("utf-16"), b"\xff\xff\xff\xff", b"%PDF"],
)
def test_what_is_no_audio_is_called_by_its_name(content: bytes) -> None:
    assert inspect_media(content) == Media(None, None, "", "application/octet-stream")
    assert inspect_media(content, "Call.MP3") == Media(None, None, "mp3", "audio/mpeg")


@pytest.mark.parametrize(
    ("content", "filename", "extension"),
    [
        (m4a(brand=b"isom"), "a.m4a", "m4a"),
        (m4a(), "a.mp4", "mp4"),
        (ogg(), "a.opus", "opus"),
        (b"\x1a\x45\xdf\xa3", "a.mkv", "mkv"),
        (silent_mp3(100), "a.wav", "mp3"),
        (b"?", "C:\\calls\\a.WAV", "wav"),
        (b"?", "dir.wav/call", ""),
        (b"?", "a.b c", ""),
        (b"?", "a.", ""),
    ],
)
def test_a_name_is_believed_where_the_content_allows_it(
    content: bytes, filename: str, extension: str
) -> None:
    assert inspect_media(content, filename).extension == extension


def test_every_family_has_a_media_type() -> None:
    assert frozenset[str]().union(*FAMILIES) <= set(MIMES)


def test_a_wav_is_as_long_as_the_bytes_that_are_there() -> None:
    content = wav(seconds=2, channels=1, rate=8_000)
    promised = content[:40] + b"\xff\xff\xff\xff" + content[44:]

    assert inspect_media(promised).duration_ms == 2_000
    assert inspect_media(content[:-16_000]).duration_ms == 1_000


def test_a_compressed_wav_is_measured_by_its_byte_rate() -> None:
    a_law = struct.pack("<HHIIHHH", 6, 1, 8_000, 8_000, 1, 8, 0)

    content = riff((b"fmt ", a_law), (b"LIST", b"odd"), (b"data", bytes(4_000)))

    assert inspect_media(content) == Media(500, 1, "wav", "audio/wav")


@pytest.mark.parametrize(
    "content",
    [
        riff(),
        riff((b"fmt ", bytes(16)), (b"data", bytes(100))),
        riff((b"data", bytes(100))),
        riff((b"fmt ", struct.pack("<HHII", 1, 1, 8_000, 16_000)), (b"data", b"")),
        riff(*[(b"junk", b"")] * 2_000),
        riff((b"fmt ", struct.pack("<HHII", 1, 1, 1, 1)), (b"data", bytes(3_600_001))),
    ],
)
def test_a_broken_wav_has_no_length(content: bytes) -> None:
    assert inspect_media(content).duration_ms is None


def test_a_header_cannot_promise_a_thousand_channels() -> None:
    assert inspect_media(wav(seconds=0.01, channels=1_000)).channels is None


@pytest.mark.parametrize("size", [0, 100])
def test_an_mp3_is_read_behind_its_tag(size: int) -> None:
    tag = b"ID3\x04\x00\x00" + bytes((0, 0, 0, size)) + bytes(size)

    assert inspect_media(tag + silent_mp3(2_400)) == Media(2_400, 1, "mp3", "audio/mpeg")
    assert inspect_media(tag + bytes(1_000)) == Media(None, None, "mp3", "audio/mpeg")


def test_a_large_file_without_frames_is_given_up_at_once() -> None:
    tag_and_zeros = b"ID3\x04" + bytes(50_000_000)

    assert inspect_media(tag_and_zeros).duration_ms is None


@UNTIMED
@given(duration_ms=st.integers(0, 100_000))
def test_silent_mp3_has_the_right_length_within_a_frame(duration_ms: int) -> None:
    content = silent_mp3(duration_ms)

    frames, rest = divmod(len(content), 24)
    assert rest == 0
    assert frames >= 1
    assert abs(frames * 24 - duration_ms) <= (12 if duration_ms >= 24 else 24)


@pytest.mark.parametrize("duration_ms", [1, 24, 480, 10_000, 60_000])
def test_silent_mp3_can_be_played(duration_ms: int) -> None:
    decoded = miniaudio.decode(silent_mp3(duration_ms))

    assert abs(decoded.duration * 1_000 - duration_ms) <= 24
    assert not any(decoded.samples)
    assert abs((inspect_media(silent_mp3(duration_ms)).duration_ms or 0) - duration_ms) <= 24


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("sample_rate", [8_000, 44_100])
def test_silent_wav_can_be_played(channels: int, sample_rate: int) -> None:
    content = silent_wav(1_250, channels=channels, sample_rate=sample_rate)

    with wave.open(io.BytesIO(content)) as reader:
        assert reader.getnchannels() == channels
        assert reader.getframerate() == sample_rate
        assert reader.getnframes() == sample_rate * 1_250 // 1_000
        assert not any(reader.readframes(reader.getnframes()))
    assert inspect_media(content) == Media(1_250, channels, "wav", "audio/wav")


def test_the_audio_of_a_url_is_known_by_the_url_alone() -> None:
    url = "https://example.test/a.wav"

    assert audio_of_url(url) == Audio(url, digest(url), None, None)
    assert audio_of_url(url + "?b").digest != digest(url)


def test_the_audio_of_bytes_is_known_by_the_bytes_alone() -> None:
    content = wav()
    known_by = sha256(content).hexdigest()

    assert audio_of_bytes(content, "a.wav") == Audio("a.wav", known_by, 1_500, 2)
    assert audio_of_bytes(content, "b.wav").digest == known_by


@pytest.mark.parametrize(
    ("filename", "mime"),
    [
        ("a.wav", "audio/wav"),
        ("https://example.test/b/A.MP3", "audio/mpeg"),
        ("a.vtt", "text/vtt"),
        ("a.xyz", "application/octet-stream"),
        ("wav", "application/octet-stream"),
    ],
)
def test_a_name_has_a_media_type(filename: str, mime: str) -> None:
    assert mime_of(filename) == mime


@pytest.mark.parametrize(
    ("filename", "extension"),
    [
        ("talk.MP3", "mp3"),
        ("calls/0001.tar.wav", "wav"),
        ("C:\\calls.d\\talk", ""),
        ("talk", ""),
        ("talk.", ""),
        ("v1.2 talk", ""),
        ("", ""),
    ],
)
def test_an_extension_is_what_follows_the_last_dot(filename: str, extension: str) -> None:
    assert extension_of(filename) == extension
