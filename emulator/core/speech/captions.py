"""A transcript as captions: SRT, WebVTT or plain text, under limits."""

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from emulator.core.speech.transcripts import Stretch, Transcript, Word, gap, sentences


class Limits(Struct, frozen=True):
    """None: no limit. A word that is longer than a line or a caption stands there alone.

    Without ``max_line_chars`` a caption has one line.
    """

    max_line_chars: int | None = None
    max_lines: int | None = None  # of a caption
    max_caption_chars: int | None = None  # the break between two lines counts as one
    min_ms: int | None = None  # as far as the next caption leaves room
    max_ms: int | None = None
    max_gap_ms: int | None = None  # a longer pause between two words begins a new caption
    by_sentence: bool = False  # no caption goes on into another sentence


UNLIMITED = Limits()


class Cue(Struct, frozen=True):
    start_ms: int
    end_ms: int  # later than the start
    lines: tuple[str, ...]  # never empty
    speaker: int = 0
    channel: int = 0


class Draft(Struct):
    """A caption that may still take words."""

    lines: list[list[str]]  # words, and what stands between them
    line_chars: int  # of the last line
    chars: int
    start_ms: int
    end_ms: int
    last: str  # the text of its last word

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(map("".join, self.lines))


def cues(transcript: Transcript, limits: Limits = UNLIMITED) -> tuple[Cue, ...]:
    """In the order of their starts; none has two speakers, no two on one channel overlap."""
    drafted = (
        Cue(draft.start_ms, draft.end_ms, draft.texts, stretch.speaker, stretch.channel)
        for utterance in transcript.utterances
        for stretch in (sentences(utterance) if limits.by_sentence else (utterance,))
        for draft in _drafts(stretch, limits)
    )
    return tuple(_timed(_apart(sorted(drafted, key=_start_ms)), limits))


def srt(cues: Iterable[Cue]) -> str:
    return "\n".join(
        f"{number}\n{_time(cue.start_ms, ',')} --> {_time(cue.end_ms, ',')}\n{_text(cue)}\n"
        for number, cue in enumerate(cues, 1)
    )


def vtt(cues: Iterable[Cue]) -> str:
    """WebVTT (W3C), without cue identifiers."""
    return "WEBVTT\n" + "".join(
        f"\n{_time(cue.start_ms, '.')} --> {_time(cue.end_ms, '.')}\n{_escaped(_text(cue))}\n"
        for cue in cues
    )


def plain(source: Transcript | Iterable[Cue]) -> str:
    """The lines of the captions, or a line an utterance."""
    if isinstance(source, Transcript):
        return "".join(f"{utterance.text}\n" for utterance in source.utterances)
    return "".join(f"{_text(cue)}\n" for cue in source)


def _drafts(stretch: Stretch, limits: Limits) -> Iterator[Draft]:
    draft: Draft | None = None
    for word in stretch.words:
        text = " ".join(word.text.split())  # an empty line would end a caption
        if not text:
            continue
        if draft and _takes(draft, word, text, stretch.language, limits):
            continue
        if draft:
            yield draft
        draft = Draft([[text]], len(text), len(text), word.start_ms, word.end_ms, text)
    if draft:
        yield draft


def _takes(draft: Draft, word: Word, text: str, language: str, limits: Limits) -> bool:
    """Put the word into the caption, if the limits allow."""
    if not (
        _within(word.end_ms - draft.start_ms, limits.max_ms)
        and _within(word.start_ms - draft.end_ms, limits.max_gap_ms)
    ):
        return False
    joint = gap(draft.last, text, language)
    added = len(joint) + len(text)
    goes_on = _within(draft.line_chars + added, limits.max_line_chars)
    chars = draft.chars + (added if goes_on else 1 + len(text))
    rows = len(draft.lines) + (not goes_on)
    if not (_within(chars, limits.max_caption_chars) and _within(rows, limits.max_lines)):
        return False
    if goes_on:
        draft.lines[-1] += joint, text
    else:
        draft.lines.append([text])
    draft.line_chars = draft.line_chars + added if goes_on else len(text)
    draft.chars, draft.end_ms, draft.last = chars, word.end_ms, text
    return True


def _within(value: int, limit: int | None) -> bool:
    return limit is None or value <= limit


def _apart(cues: Iterable[Cue]) -> list[Cue]:
    """Where people talk at once on one channel, a caption ends when the next one begins.

    Of two that begin at once, the first gets half of its time and the second what is left.
    """
    done: list[Cue] = []
    latest: dict[int, int] = {}  # channel to place in done
    for cue in cues:
        start_ms = cue.start_ms
        if cue.channel in latest:
            last = done[latest[cue.channel]]
            if start_ms <= last.start_ms:
                start_ms = last.start_ms + max(1, (last.end_ms - last.start_ms) // 2)
            done[latest[cue.channel]] = replace(last, end_ms=min(last.end_ms, start_ms))
        latest[cue.channel] = len(done)
        done.append(replace(cue, start_ms=start_ms, end_ms=max(cue.end_ms, start_ms + 1)))
    return sorted(done, key=_start_ms)


def _timed(cues: Sequence[Cue], limits: Limits) -> Iterator[Cue]:
    for place, cue in enumerate(cues):
        end_ms = cue.end_ms
        if limits.min_ms is not None:
            wanted_ms = cue.start_ms + limits.min_ms
            room_ms = cues[place + 1].start_ms if place + 1 < len(cues) else wanted_ms
            end_ms = max(end_ms, min(wanted_ms, room_ms))
        if limits.max_ms is not None:
            end_ms = min(end_ms, cue.start_ms + limits.max_ms)
        yield replace(cue, end_ms=end_ms)


def _start_ms(cue: Cue) -> int:
    return cue.start_ms


def _text(cue: Cue) -> str:
    return "\n".join(cue.lines)


def _time(ms: int, sign: str) -> str:
    """``00:00:01,900``; more than 99 hours have more digits."""
    seconds, ms = divmod(ms, 1_000)
    minutes, seconds = divmod(seconds, 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{seconds:02d}{sign}{ms:03d}"


def _escaped(text: str) -> str:
    """WebVTT, 4.2.2: an ampersand or a less-than sign begins markup, "-->" a new caption."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
