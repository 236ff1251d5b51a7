"""Intake: a request's body as it comes in, piece by piece; a form is taken apart on the way."""

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from msgspec import Struct
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser

from emulator.core.http.bodies import IN_MEMORY_BYTES, Content, MakeFile, Spool
from emulator.core.http.messages import MULTIPART, WHITESPACE, Form, Part, media_type

# Bounds of ours, on what one body can cost. GUESS: no service documents any; common readers of
# forms take as many parts, and heads of parts that are about as long.
MOST_PARTS = 1000
MOST_HEAD_BYTES = 8 * 1024  # of one part: names and values of its headers
MOST_HELD_BYTES = 1024 * 1024  # of all parts, in memory; what comes later is in the body's file
RETAINED_HEADERS = frozenset({"content-disposition", "content-type"})


class ReceivedBody(Struct, frozen=True):
    """What has come in."""

    content: Content = b""
    form: Form | None = None  # its parts, where it says that it is a form
    excess: bool = False  # it was too large, and nothing of it is there
    unstored: str = ""  # why there was no room for it, and nothing of it is there


class BodyReader:
    """Never holds more than a little of a long body; one over the limit is thrown away."""

    def __init__(
        self,
        content_type: str,
        max_bytes: float = float("inf"),
        make_file: MakeFile | None = None,
    ) -> None:
        self._excess = False
        self._unstored = ""
        self._max_bytes = max_bytes
        self._splitter = (
            MultipartReader(content_type) if media_type(content_type) == MULTIPART else None
        )
        self._spool = Spool(make_file, hashed=self._splitter is None)  # else each long part is

    def write(self, data: bytes) -> None:
        if self._excess or self._spool.size + len(data) > self._max_bytes:
            self._excess = True
            self._spool.discard()
        elif self._unstored:
            self._spool.size += len(data)  # which may still be too large
        else:
            self._take(data)

    def _take(self, data: bytes) -> None:
        try:
            self._spool.write(data)
        except OSError as error:
            self._unstored = error.strerror or str(error)
            return
        if self._splitter:
            self._splitter.write(data)

    def end(self) -> ReceivedBody:
        if self._excess:
            return ReceivedBody(excess=True)
        if self._unstored:
            return ReceivedBody(unstored=self._unstored)
        form = self._splitter.end(self._spool) if self._splitter else None
        return ReceivedBody(self._spool.content(), form)


def parse_form(content_type: str, body: Content, make_file: MakeFile | None = None) -> Form:
    """The parts of a multipart body that is there as a whole.

    Raises OSError where there is no room for long ones.
    """
    intake = BodyReader(content_type, make_file=make_file)
    intake.write(bytes(body))
    taken = intake.end()
    if taken.unstored:
        raise OSError(taken.unstored)
    form = taken.form
    assert form is not None  # the caller has seen that it is multipart
    return form


class MultipartReader:
    """Takes a multipart body apart. What is wrong with it, the form says that comes of it."""

    def __init__(self, content_type: str) -> None:
        self._parts: list[PartReader] = []
        self._name = bytearray()
        self._value = bytearray()
        self._head_bytes = 0  # of the part that is being read
        self._left_bytes = MOST_HELD_BYTES
        self._ended = False
        self._at = 0  # where in the body the chunk begins
        self._chunk = b""
        self._error = ""
        try:
            self._parser = MultipartParser(boundary(content_type), self._parser_callbacks())  # type: ignore[arg-type]  # a TypedDict of callables
        except (FormParserError, UnicodeError) as error:
            self._error = str(error)

    def write(self, data: bytes) -> None:
        if self._error:
            return
        self._chunk = data
        try:
            self._parser.write(data)
        except FormParserError as error:
            self._error = str(error)
            self._parts.clear()
        self._at += len(data)
        self._chunk = b""

    def end(self, spool: Spool) -> Form:
        if self._error:
            return Form(error=self._error)
        try:
            parts = tuple(build_part(part, spool) for part in self._parts)
        except (FormParserError, UnicodeError) as error:
            return Form(error=str(error))
        if not self._ended:
            return Form(error="the multipart body ends before its last boundary")
        return Form(parts)

    def _parser_callbacks(self) -> dict[str, Any]:
        return {
            "on_part_begin": self._on_part,
            "on_part_data": self._on_data,
            "on_header_field": self._on_name,
            "on_header_value": self._on_value,
            "on_header_end": self._on_header,
            "on_end": self._on_end,
        }

    def _on_part(self) -> None:
        if len(self._parts) == MOST_PARTS:
            raise FormParserError(f"the multipart body has more than {MOST_PARTS} parts")
        if self._parts:
            self._left_bytes -= self._parts[-1].held_bytes
        self._head_bytes = 0
        self._parts.append(PartReader(min(IN_MEMORY_BYTES, self._left_bytes)))

    def _on_data(self, data: bytes, start: int, end: int) -> None:
        # What looked like a boundary and was none is handed over from the parser's own memory.
        at = self._at + start if data is self._chunk else None
        self._parts[-1].write(data[start:end], at)

    def _on_name(self, data: bytes, start: int, end: int) -> None:
        self._grow(self._name, data, start, end)

    def _on_value(self, data: bytes, start: int, end: int) -> None:
        self._grow(self._value, data, start, end)

    def _grow(self, text: bytearray, data: bytes, start: int, end: int) -> None:
        self._head_bytes += end - start
        if self._head_bytes > MOST_HEAD_BYTES:
            raise FormParserError(f"the head of a part is longer than {MOST_HEAD_BYTES} bytes")
        text += data[start:end]

    def _on_header(self) -> None:
        name = self._name.decode("latin-1").lower()
        if name in RETAINED_HEADERS:
            self._parts[-1].headers[name] = bytes(self._value)
        self._name.clear()
        self._value.clear()

    def _on_end(self) -> None:
        self._ended = True


class PartReader:
    """A part on its way: what is short is held; of what is long, only where in the body it is."""

    def __init__(self, most_bytes: int) -> None:
        """``most_bytes`` is how much of it may be held."""
        self.headers: dict[str, bytes] = {}
        self._most_bytes = most_bytes
        self._held = bytearray()
        self._size = 0
        self._start = 0
        self._hash: Any = None

    def write(self, data: bytes, at: int | None) -> None:
        if at is not None:
            self._start = at - self._size
        self._size += len(data)
        if self._hash:
            self._hash.update(data)
            return
        self._held += data
        if self._size > self._most_bytes:
            self._hash = sha256(self._held)
            self._held.clear()

    @property
    def held_bytes(self) -> int:
        return len(self._held)

    def content(self, spool: Spool) -> Content:
        if not self._hash:
            return bytes(self._held)
        return spool.slice(self._start, self._size, self._hash.hexdigest())


def boundary(content_type: str) -> bytes:
    """Raises FormParserError and UnicodeError."""
    found = parameters(content_type).get("boundary")
    if not found:
        raise FormParserError("the multipart boundary is missing")
    return found.encode("latin-1")


def parameters(header: str) -> dict[str, str]:
    """What stands behind the first semicolon of a header, by name; the last of equal names.

    RFC 7578, 4.2 rules out the names with an asterisk of RFC 5987; they are passed over. Of a path
    of Windows, as old browsers sent it, only the file's name is left.
    """
    found: dict[str, str] = {}
    for segment in list(segments(header))[1:]:
        name, equals, value = segment.partition("=")
        name, value = name.strip(WHITESPACE).lower(), value.strip(WHITESPACE)
        if "*" in name or not (name or equals):
            continue
        if len(value) >= 2 and value[0] == value[-1] == '"':
            value = value[1:-1].replace("\\\\", "\\").replace('\\"', '"')
        if name == "filename" and (value[1:3] == ":\\" or value[:2] == "\\\\"):
            value = value.rpartition("\\")[2]
        found[name] = value
    return found


def segments(header: str) -> Iterator[str]:
    """What stands between its semicolons; one in quotation marks separates nothing.

    Each character is looked at a fixed number of times.
    """
    begun: list[str] = []
    quotes = 0  # since the segment began, without those with a backslash
    for piece in header.split(";"):
        begun.append(piece)
        quotes += piece.count('"') - piece.count('\\"')
        if quotes % 2 == 0:
            yield ";".join(begun)
            begun, quotes = [], 0
    if begun:
        yield ";".join(begun)


def build_part(arrived: PartReader, spool: Spool) -> Part:
    """Raises FormParserError and UnicodeError."""
    disposition = arrived.headers.get("content-disposition", b"").decode("latin-1")
    given = parameters(disposition)
    name, filename = given.get("name"), given.get("filename")
    if name is None:
        raise FormParserError("a part has no name")
    media = arrived.headers.get("content-type")
    return Part(
        decode_utf_8(name),
        arrived.content(spool),
        None if filename is None else decode_utf_8(filename),
        None if media is None else media.decode(),
    )


def decode_utf_8(text: str) -> str:
    """A header's value, whose bytes stand for characters each, as it was meant.

    Raises UnicodeError.
    """
    return text.encode("latin-1").decode()
