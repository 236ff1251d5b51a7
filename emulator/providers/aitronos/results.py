"""What a client may read of a completed job: its transcript, without what was to be taken out."""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import accumulate

from msgspec.structs import replace

from emulator.core.speech.languages import split_words
from emulator.core.speech.library import TranscriptLibrary
from emulator.core.speech.transcripts import Segment, Transcript, with_words
from emulator.providers.aitronos.records import Transcription

# Patterns are texts here, which ``re`` compiles when they are first needed: a start is quicker.
MASKED = r"[^\W_]"  # what a mask stands for; punctuation stays
CORE = r"(?s)\w(?:.*\w)?"  # from the first letter or digit to the last

DOMAIN = r"@[\w-]++(?:\.[\w-]++)+"
# What goes before no domain is passed over as a whole: none of its ends goes before one, either.
EMAIL = rf"(?P<other>[\w.+-]++(?!{DOMAIN}))|[\w.+-]++{DOMAIN}"
SOCIAL = r"(?<![\w-])\d{3}-\d{2}-\d{4}(?![\w-])"
CARD = r"(?<![\w-])(?:\d[ -]?){15}\d(?![\w-])"
ADDRESS = r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?!\w|\.\d)"
# Other numbers are passed over as a whole, so that their ends do not look like telephone numbers.
PHONE = (
    f"(?P<other>{CARD}|{SOCIAL}|{ADDRESS})"
    r"|(?<![\w+-])\+?\(?\d{1,4}\)?(?:[ .-]?\(?\d{2,4}\)?){2,4}(?![\w-])"
)

# Published as examples: email, phone_number, ssn. The others are the speech engine's own names.
SHAPES: Mapping[str, str] = {
    "email": EMAIL,
    "phone_number": PHONE,
    "ssn": SOCIAL,
    "credit_card_number": CARD,
    "email_address": EMAIL,
    "ip_address": ADDRESS,
    "us_social_security_number": SOCIAL,
}


def transcript(record: Transcription, library: TranscriptLibrary) -> Transcript:
    """What is said in the job's recording, as its client may read it."""
    order = record.order
    said = library.transcript(
        order.audio, language=order.language, script=record.script, speakers=order.speakers
    )
    return redact_transcript(said, [SHAPES[policy] for policy in order.redacted])


def redact_transcript(said: Transcript, shapes: Iterable[str]) -> Transcript:
    """Each letter and digit of what has one of the shapes becomes a ``#``.

    GUESS: what stands in the place of a secret is not published; this is the engine's usual mask.
    """
    wanted = tuple(shapes)
    if not wanted:
        return said
    return replace(
        said, utterances=tuple(mask_segment(utterance, wanted) for utterance in said.utterances)
    )


def mask_segment(stretch: Segment, shapes: Iterable[str]) -> Segment:
    """A secret may go over several words: blanks within it stay, and so do all times."""
    texts = [word.text for word in stretch.words]
    line = " ".join(texts)
    for shape in shapes:
        line = re.sub(shape, mask, line)
    starts = accumulate((len(text) + 1 for text in texts), initial=0)
    words = (
        replace(word, text=line[start : start + len(word.text)])
        for word, start in zip(stretch.words, starts, strict=False)
    )
    return with_words(stretch, tuple(words))


def mask(found: re.Match[str]) -> str:
    return found[0] if found.lastgroup == "other" else re.sub(MASKED, "#", found[0])


def find_matches(said: Transcript, query: str) -> Iterator[Segment]:
    """Where the words of the query stand next to each other in one utterance.

    Published: an exact phrase. GUESS: whole words, whatever their case and punctuation.
    """
    wanted = [normalize(text) for text in split_words(query, said.language) if normalize(text)]
    if not wanted:
        return
    for utterance in said.utterances:
        texts = [normalize(word.text) for word in utterance.words]
        for at in range(len(texts) - len(wanted) + 1):
            if texts[at : at + len(wanted)] == wanted:
                yield with_words(utterance, utterance.words[at : at + len(wanted)])


def normalize(text: str) -> str:
    found = re.search(CORE, text)
    return found[0].casefold() if found else ""
