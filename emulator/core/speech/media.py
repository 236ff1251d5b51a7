"""Audio bytes: how long they are and of what kind; and the silent ones that we serve."""

import re
import struct
from collections.abc import Mapping
from functools import lru_cache
from itertools import chain

from msgspec import Struct

from emulator.core.base.ids import digest
from emulator.core.http.bodies import CHUNK_BYTES, Content, digest_of, open_content, spool_content
from emulator.core.speech.transcripts import Audio

MIMES: Mapping[str, str] = {
    "3gp": "video/3gpp",
    "aac": "audio/aac",
    "aif": "audio/aiff",
    "aifc": "audio/aiff",
    "aiff": "audio/aiff",
    "amr": "audio/amr",
    "asf": "video/x-ms-asf",
    "avi": "video/x-msvideo",
    "flac": "audio/flac",
    "json": "application/json",
    "m4a": "audio/mp4",
    "m4b": "audio/mp4",
    "m4v": "video/x-m4v",
    "mka": "audio/x-matroska",
    "mkv": "video/x-matroska",
    "mov": "video/quicktime",
    "mp2": "audio/mpeg",
    "mp3": "audio/mpeg",
    "mp4": "video/mp4",
    "mpga": "audio/mpeg",
    "oga": "audio/ogg",
    "ogg": "audio/ogg",
    "ogv": "video/ogg",
    "opus": "audio/ogg",
    "spx": "audio/ogg",
    "srt": "application/x-subrip",
    "txt": "text/plain",
    "vtt": "text/vtt",
    "wav": "audio/wav",
    "wave": "audio/wav",
    "weba": "audio/webm",
    "webm": "video/webm",
    "wma": "audio/x-ms-wma",
    "wmv": "video/x-ms-wmv",
}
UNKNOWN_MIME = "application/octet-stream"

# How a file begins, at 0 and at a second offset, and what it is then; the first that fits counts.
SIGNATURES: tuple[tuple[bytes, int, bytes, str], ...] = (
    (b"RIFF", 8, b"WAVE", "wav"),
    (b"RF64", 8, b"WAVE", "wav"),
    (b"RIFF", 8, b"AVI ", "avi"),
    (b"FORM", 8, b"AIFF", "aiff"),
    (b"FORM", 8, b"AIFC", "aifc"),
    (b"", 4, b"ftypM4A", "m4a"),
    (b"", 4, b"ftypM4B", "m4b"),
    (b"", 4, b"ftypM4V", "m4v"),
    (b"", 4, b"ftypqt", "mov"),
    (b"", 4, b"ftyp3g", "3gp"),
    (b"", 4, b"ftyp", "mp4"),
    (b"OggS", 0, b"", "ogg"),
    (b"fLaC", 0, b"", "flac"),
    (b"ID3", 0, b"", "mp3"),
    (b"#!AMR", 0, b"", "amr"),
    (b"\x1a\x45\xdf\xa3", 0, b"", "webm"),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", 0, b"", "wma"),
)

# Names for one kind of content; within a family a file's own name is believed.
FAMILIES = (
    frozenset({"wav", "wave"}),
    frozenset({"aif", "aifc", "aiff"}),
    frozenset({"3gp", "m4a", "m4b", "m4v", "mov", "mp4"}),
    frozenset({"oga", "ogg", "ogv", "opus", "spx"}),
    frozenset({"mp2", "mp3", "mpga"}),
    frozenset({"mka", "mkv", "weba", "webm"}),
    frozenset({"asf", "wma", "wmv"}),
)

# What the parser of tags can tell the length of.
READABLE = frozenset(
    {"3gp", "aifc", "aiff", "flac", "m4a", "m4b", "m4v", "mov", "mp4", "ogg", "wma"}
)

# The header of an MPEG audio frame (ISO/IEC 11172-3, 2.4.1.3): eleven ones, a known version, layer
# II or III, a bit rate. Layer I is left out: UTF-16 text begins like it.
FRAME = re.compile(rb"\xff[\xe2-\xe5\xf2-\xf5\xfa-\xfd][\x10-\xef]")
HEAD_BYTES = 64  # more than any of these looks at
FRAME_WITHIN = 65_536  # bytes of an MP3 file, after its tag

# An MPEG-2 layer III frame of silence (ISO/IEC 13818-3): mono, 24 kHz, 8 kbit/s, side
# information and data all zero.
MP3_FRAME = bytes((0xFF, 0xF3, 0x14, 0xC0)) + bytes(20)
MP3_FRAME_MS = 24
WAV_RATE = 8000  # samples a second
WAV_HEAD_BYTES = 44
MOST_CHUNKS = 1_000  # of a WAV file, before its data
MOST_CHANNELS = 64  # a header that says more is broken
MOST_SECONDS = 1_000 * 3_600


class Media(Struct, frozen=True):
    duration_ms: int | None  # None: not audio, broken, or of a kind that we cannot read
    channels: int | None
    extension: str  # without the dot, in lower case; of the content, else of the name; or empty
    mime: str


def inspect_media(content: Content, filename: str | None = None) -> Media:
    """Never raises, whatever the bytes are."""
    named = extension_of(filename or "")
    found = _kind(content[:HEAD_BYTES])
    seconds, channels = _duration(content, found)
    extension = named if not found or _related_extension(found, named) else found
    return Media(
        round(seconds * 1_000) or None if seconds and 0 < seconds <= MOST_SECONDS else None,
        channels if channels and channels <= MOST_CHANNELS else None,
        extension,
        MIMES.get(extension, UNKNOWN_MIME),
    )


@lru_cache(maxsize=256)
def audio_of_url(url: str) -> Audio:
    return Audio(url, digest(url))


def audio_of_bytes(content: Content, filename: str) -> Audio:
    """The same bytes under another name say the same."""
    media = inspect_media(content, filename)
    found = digest_of(content)
    assert found is not None  # each recording that comes in has one
    return Audio(filename, found, media.duration_ms, media.channels)


def silent_mp3(duration_ms: int) -> bytes:
    """A real MP3 file, at most half a frame (12 ms) longer or shorter; never empty."""
    return MP3_FRAME * max(1, round(duration_ms / MP3_FRAME_MS))


def silent_wav(duration_ms: int, *, channels: int = 1, sample_rate: int = 8000) -> bytes:
    """16-bit PCM."""
    size = duration_ms * sample_rate // 1000 * 2 * channels
    return wav_head(size, channels, sample_rate) + bytes(size)


def wav_head(size: int, channels: int, sample_rate: int) -> bytes:
    """What stands before so many bytes of 16-bit PCM."""
    align = 2 * channels
    form = struct.pack("<HHIIHH", 1, channels, sample_rate, sample_rate * align, align, 16)
    head = struct.pack("<4sI4s4sI", b"RIFF", 36 + size, b"WAVE", b"fmt ", len(form))
    return head + form + struct.pack("<4sI", b"data", size)


def synthetic_media(extension: str, duration_ms: int, channels: int = 1) -> Content:
    """The file that a URL could have led to: silence, in a WAV file or else in an MP3 one."""
    if extension != "wav":
        return silent_mp3(duration_ms)
    size = synthetic_size(extension, duration_ms, channels) - WAV_HEAD_BYTES
    zeros = (bytes(min(CHUNK_BYTES, size - at)) for at in range(0, size, CHUNK_BYTES))
    return spool_content(chain([wav_head(size, channels, WAV_RATE)], zeros))


def synthetic_size(extension: str, duration_ms: int, channels: int = 1) -> int:
    """The length of ``made_up`` in bytes."""
    if extension != "wav":
        return len(MP3_FRAME) * max(1, round(duration_ms / MP3_FRAME_MS))
    return WAV_HEAD_BYTES + duration_ms * WAV_RATE // 1000 * 2 * channels


def extension_of(filename: str) -> str:
    """Of a file's name or a URL's path: in lower case, no dot; empty where there is none."""
    name = filename.replace("\\", "/").rpartition("/")[2]
    _, dot, extension = name.rpartition(".")
    return extension.lower() if dot and extension.isalnum() else ""


def mime_of(filename: str) -> str:
    return MIMES.get(extension_of(filename), UNKNOWN_MIME)


def _kind(head: bytes) -> str:
    """The extension that the beginning calls for; empty: it could be anything."""
    for start, offset, more, extension in SIGNATURES:
        if head.startswith(start) and head.startswith(more, offset):
            return extension
    if int.from_bytes(head[:2], "big") & 0xFFF6 == 0xFFF0:
        return "aac"  # ADTS (ISO/IEC 13818-7, 6.2): twelve ones, layer 0
    return "mp3" if FRAME.match(head) else ""


def _related_extension(extension: str, other: str) -> bool:
    return any(extension in family and other in family for family in FAMILIES)


def _duration(content: Content, kind: str) -> tuple[float | None, int | None]:
    """Seconds and channels; None: the content does not say."""
    if kind == "wav":
        return _wav(content)
    if kind in READABLE or (kind == "mp3" and _has_frames(content)):
        return _tag_media(content)
    return None, None


def _has_frames(content: Content) -> bool:
    """Looked for first, because the parser takes a minute to find none in 40 MB."""
    begin = 0
    if content[:3] == b"ID3":  # ID3v2.4.0, 3.1: four times seven bits of size
        begin = 10 + sum(
            (byte & 0x7F) << 21 - 7 * place for place, byte in enumerate(content[6:10])
        )
    return FRAME.search(content[begin : begin + FRAME_WITHIN]) is not None


def _wav(content: Content) -> tuple[float | None, int | None]:
    """By the bytes that are there, not by those that the header promises."""
    at, channels, byte_rate = 12, None, 0
    for _ in range(MOST_CHUNKS):
        name, size = struct.unpack("<4sI", content[at : at + 8].ljust(8, b"\0"))
        at += 8
        if name == b"data":
            return min(size, len(content) - at) / byte_rate if byte_rate else None, channels
        if name == b"fmt " and at + 12 <= len(content):
            channels, _, byte_rate = struct.unpack("<HII", content[at + 2 : at + 12])
        at += size + size % 2
    return None, channels


def _tag_media(content: Content) -> tuple[float | None, int | None]:
    from tinytag import TinyTag, TinyTagException

    try:
        tag = TinyTag.get(file_obj=open_content(content), tags=False)
    except TinyTagException:
        return None, None
    return tag.duration, tag.channels
