"""A transcript as captions: SRT, WebVTT or plain text, under limits."""

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from emulator.core.speech.transcripts import Segment, Transcript, Word, sentences, separator


class CaptionLimits(Struct, frozen=True):
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


UNLIMITED = CaptionLimits()


class Caption(Struct, frozen=True):
    start_ms: int
    end_ms: int  # later than the start
    lines: tuple[str, ...]  # never empty
    speaker: int = 0
    channel: int = 0


class CaptionBuilder(Struct):
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


def build_captions(
    transcript: Transcript, limits: CaptionLimits = UNLIMITED
) -> tuple[Caption, ...]:
    """In the order of their starts; none has two speakers, no two on one channel overlap."""
    drafted = (
        Caption(draft.start_ms, draft.end_ms, draft.texts, stretch.speaker, stretch.channel)
        for utterance in transcript.utterances
        for stretch in (sentences(utterance) if limits.by_sentence else (utterance,))
        for draft in _caption_drafts(stretch, limits)
    )
    return tuple(_with_display_times(_without_overlaps(sorted(drafted, key=_start_ms)), limits))


def srt(cues: Iterable[Caption]) -> str:
    return "\n".join(
        f"{number}\n{_time(cue.start_ms, ',')} --> {_time(cue.end_ms, ',')}\n{_text(cue)}\n"
        for number, cue in enumerate(cues, 1)
    )


def vtt(cues: Iterable[Caption]) -> str:
    """WebVTT (W3C), without cue identifiers."""
    return "WEBVTT\n" + "".join(
        f"\n{_time(cue.start_ms, '.')} --> {_time(cue.end_ms, '.')}\n{_escape(_text(cue))}\n"
        for cue in cues
    )


def without_markup(source: Transcript | Iterable[Caption]) -> str:
    """The lines of the captions, or a line an utterance."""
    if isinstance(source, Transcript):
        return "".join(f"{utterance.text}\n" for utterance in source.utterances)
    return "".join(f"{_text(cue)}\n" for cue in source)


def _caption_drafts(stretch: Segment, limits: CaptionLimits) -> Iterator[CaptionBuilder]:
    draft: CaptionBuilder | None = None
    for word in stretch.words:
        text = " ".join(word.text.split())  # an empty line would end a caption
        if not text:
            continue
        if draft and _can_take(draft, word, text, stretch.language, limits):
            continue
        if draft:
            yield draft
        draft = CaptionBuilder([[text]], len(text), len(text), word.start_ms, word.end_ms, text)
    if draft:
        yield draft


def _can_take(
    draft: CaptionBuilder, word: Word, text: str, language: str, limits: CaptionLimits
) -> bool:
    """Put the word into the caption, if the limits allow."""
    if not (
        _is_within(word.end_ms - draft.start_ms, limits.max_ms)
        and _is_within(word.start_ms - draft.end_ms, limits.max_gap_ms)
    ):
        return False
    joint = separator(draft.last, text, language)
    added = len(joint) + len(text)
    goes_on = _is_within(draft.line_chars + added, limits.max_line_chars)
    chars = draft.chars + (added if goes_on else 1 + len(text))
    rows = len(draft.lines) + (not goes_on)
    if not (_is_within(chars, limits.max_caption_chars) and _is_within(rows, limits.max_lines)):
        return False
    if goes_on:
        draft.lines[-1] += joint, text
    else:
        draft.lines.append([text])
    draft.line_chars = draft.line_chars + added if goes_on else len(text)
    draft.chars, draft.end_ms, draft.last = chars, word.end_ms, text
    return True


def _is_within(value: int, limit: int | None) -> bool:
    return limit is None or value <= limit


def _without_overlaps(cues: Iterable[Caption]) -> list[Caption]:
    """Where people talk at once on one channel, a caption ends when the next one begins.

    Of two that begin at once, the first gets half of its time and the second what is left.
    """
    done: list[Caption] = []
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


def _with_display_times(cues: Sequence[Caption], limits: CaptionLimits) -> Iterator[Caption]:
    for place, cue in enumerate(cues):
        end_ms = cue.end_ms
        if limits.min_ms is not None:
            wanted_ms = cue.start_ms + limits.min_ms
            room_ms = cues[place + 1].start_ms if place + 1 < len(cues) else wanted_ms
            end_ms = max(end_ms, min(wanted_ms, room_ms))
        if limits.max_ms is not None:
            end_ms = min(end_ms, cue.start_ms + limits.max_ms)
        yield replace(cue, end_ms=end_ms)


def _start_ms(cue: Caption) -> int:
    return cue.start_ms


def _text(cue: Caption) -> str:
    return "\n".join(cue.lines)


def _time(ms: int, sign: str) -> str:
    """``00:00:01,900``; more than 99 hours have more digits."""
    seconds, ms = divmod(ms, 1_000)
    minutes, seconds = divmod(seconds, 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{seconds:02d}{sign}{ms:03d}"


def _escape(text: str) -> str:
    """WebVTT, 4.2.2: an ampersand or a less-than sign begins markup, "-->" a new caption."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
