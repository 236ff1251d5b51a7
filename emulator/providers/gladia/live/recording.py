"""Tape: what has gone over a live session's socket, in temporary files where it is long."""

from collections.abc import Sequence

from emulator.core.http.bodies import Content, MakeFile, Spool, SpooledEntries, join_contents, zeros


class SessionRecording:
    """The audio and the messages of one session. It grows in place: an hour is a lot to copy."""

    __slots__ = ("_audio", "_called_back", "_earlier", "_make_file", "_messages", "silence_bytes")

    def __init__(
        self,
        make_file: MakeFile | None = None,
        *,
        silence_bytes: int = 0,
        messages: Sequence[str] = (),
    ) -> None:
        """Audio of which no more than its length is known, and messages, that were sent before."""
        self._make_file = make_file
        self._earlier = messages
        self.silence_bytes = silence_bytes
        self._audio: Spool | None = None  # as it was sent, without a header
        self._messages: SpooledEntries | None = None  # that the client was sent
        self._called_back: SpooledEntries | None = None  # that go to the callback's address

    @property
    def audio_bytes(self) -> int:
        """Of the audio that is there."""
        return self._audio.size if self._audio else 0

    @property
    def size(self) -> int:
        """Of all audio, in bytes."""
        return self.silence_bytes + self.audio_bytes

    @property
    def message_count(self) -> int:
        return len(self._earlier) + (len(self._messages) if self._messages else 0)

    def record(self, audio: bytes) -> None:
        """Add audio. Raises OSError: a disk that is full, say."""
        if audio:
            self._audio = self._audio or Spool(self._make_file, hashed=False)
            self._audio.write(audio)

    def add_message(self, body: bytes) -> None:
        """Add a message that the client is sent. Raises OSError."""
        self._messages = self._messages or SpooledEntries(self._make_file)
        self._messages.append(body)

    def add_callback(self, body: bytes) -> int:
        """Add a message for the callback's address; gives its number. Raises OSError."""
        self._called_back = self._called_back or SpooledEntries(self._make_file)
        self._called_back.append(body)
        return len(self._called_back)

    def audio(self) -> Content:
        audio = self._audio.content() if self._audio else b""
        return join_contents(zeros(self.silence_bytes), audio)

    def messages(self) -> list[str]:
        """The texts of all messages that the client was sent. Raises OSError."""
        later = (message.decode() for message in self._messages) if self._messages else ()
        return [*self._earlier, *later]

    def callback(self, number: int) -> bytes | None:
        """The message of that number; None: it is gone. Raises OSError."""
        return self._called_back[number - 1] if self._called_back else None

    def discard(self) -> None:
        """Forget what was added; the files go with the last who is still reading them."""
        self._audio = self._messages = self._called_back = None
