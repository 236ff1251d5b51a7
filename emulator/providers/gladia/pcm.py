"""Sound: raw audio as a live session sends it, how long it lasts, and the file that it becomes."""

import struct
from collections.abc import Mapping

from msgspec import Struct

from emulator.core.http.bodies import Content, join_contents
from emulator.core.http.messages import Params
from emulator.core.http.problems import NotFound
from emulator.providers.gladia.records import Transcription

PCM = "wav/pcm"
FORMATS: Mapping[str, int] = {PCM: 1, "wav/alaw": 6, "wav/ulaw": 7}  # RFC 2361: A.1, A.6, A.7
MOST_HEADER_BYTES = 64 * 1024  # of a WAV header within the stream
MOST_SIZE = 2**32 - 1  # a RIFF chunk cannot say more


class PcmFormat(Struct, frozen=True):
    encoding: str = PCM
    bit_depth: int = 16
    sample_rate: int = 16_000  # samples a second
    channels: int = 1

    @property
    def sample_bytes(self) -> int:
        """A-law and mu-law have 8 bits, whatever the depth says."""
        return self.bit_depth // 8 if self.encoding == PCM else 1

    @property
    def frame_bytes(self) -> int:
        """One sample of each channel."""
        return self.sample_bytes * self.channels

    def ms(self, size: int) -> int:
        """How long so many bytes last; what is below a millisecond is cut off."""
        return size * 1000 // (self.frame_bytes * self.sample_rate)

    def seconds(self, size: int) -> float:
        return round(size / (self.frame_bytes * self.sample_rate), 6)


USUAL = PcmFormat()  # published document: StreamingRequest


def pcm_format(given: Params) -> PcmFormat:
    return PcmFormat(
        given.get("encoding", USUAL.encoding),
        int(given.get("bit_depth", USUAL.bit_depth)),  # 16.0 is one of the published numbers, too
        int(given.get("sample_rate", USUAL.sample_rate)),
        int(given.get("channels", USUAL.channels)),
    )


def session_wav(record: Transcription) -> Content:
    """What was sent in a live session. Raises NotFound: nothing was."""
    tape = record.recording
    if tape is None or not tape.size:
        raise NotFound("File", record.file.id)
    return wav(pcm_format(record.request), tape.audio())


def header_size(begin: bytes) -> int | None:
    """How many of a stream's first bytes are a WAV header; None: more of them must be seen."""
    if not begin[:4] or (len(begin) < 12 and b"RIFF".startswith(begin[:4])):
        return None
    if (begin[:4], begin[8:12]) != (b"RIFF", b"WAVE"):
        return 0
    at = 12
    while at + 8 <= len(begin):
        name, size = struct.unpack_from("<4sI", begin, at)
        at += 8
        if name == b"data":
            return at
        at += size + size % 2
    return None if len(begin) < MOST_HEADER_BYTES else 0


def wav(sound: PcmFormat, samples: Content) -> Content:
    """The samples, unchanged, as a WAV file."""
    head = fmt_chunk(sound)
    if sound.encoding != PCM:  # "fact" is asked for where the format is not PCM
        head += struct.pack("<4sII", b"fact", 4, len(samples) // sound.frame_bytes)
    odd = b"\0" * (len(samples) % 2)
    size = min(len(samples), MOST_SIZE - len(head) - 12)
    riff = struct.pack("<4sI4s", b"RIFF", 4 + len(head) + 8 + size + len(odd), b"WAVE")
    return join_contents(riff + head + struct.pack("<4sI", b"data", size), samples, odd)


def fmt_chunk(sound: PcmFormat) -> bytes:
    rate, align = sound.sample_rate, sound.frame_bytes
    bits = 8 * sound.sample_bytes
    form = struct.pack(
        "<HHIIHH", FORMATS[sound.encoding], sound.channels, rate, rate * align, align, bits
    )
    if sound.encoding != PCM:
        form += struct.pack("<H", 0)  # the size of an extension that there is not
    return struct.pack("<4sI", b"fmt ", len(form)) + form
