"""Add-ons: what a job's result holds beside the transcription, made from its words."""

from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from typing import Any

from msgspec import Struct

from emulator.core.base.ids import digest
from emulator.core.http.messages import Json, to_json
from emulator.core.speech.transcripts import Segment, Transcript, join
from emulator.providers.gladia.entities import without_punctuation
from emulator.providers.gladia.requests import JobOptions
from emulator.providers.gladia.transcript import RecognitionResult

# Documentation, sentiment and emotion analysis: 25 emotions, and the sentiment of each.
SENTIMENTS: Mapping[str, tuple[str, ...]] = {
    "positive": (
        *("adoration", "amusement", "awe", "contentment", "desire", "ecstatic", "elation"),
        *("interest", "positive_surprise", "relief", "sympathy", "triumph"),
    ),
    "negative": (
        *("anger", "confusion", "contempt", "disappointment", "disgust", "distress"),
        *("embarrassment", "fear", "pain", "sadness", "negative_surprise"),
    ),
    "neutral": ("realization", "neutral"),
}
EMOTIONS = tuple((emotion, kind) for kind, emotions in SENTIMENTS.items() for emotion in emotions)

CHAPTER_SENTENCES = 8
# GUESS: the members are published, the texts are not.
FAILURE = {
    "status_code": 500,
    "exception": "InternalServerError",
    "message": "The add-on could not be processed.",
}


class AddonInput(Struct, frozen=True):
    """What add-ons are made from."""

    options: JobOptions
    recognition: RecognitionResult

    @property
    def transcript(self) -> Transcript:
        return self.recognition.transcript


def addon(results: Json, words: int) -> dict[str, Any]:
    """Published document: what all add-on results share."""
    return {
        "success": True,
        "is_empty": not results,
        "exec_time": seconds_of_work(words),
        "error": None,
        "results": results,
    }


def failed_addon() -> dict[str, Any]:
    """Documentation: an add-on can fail alone, within a job that is done."""
    return {
        "success": False,
        "is_empty": True,
        "exec_time": 0.05,
        "error": FAILURE,
        "results": None,
    }


def seconds_of_work(words: int) -> float:
    """GUESS: any small number will do; this one grows with the work."""
    return round(0.05 + words / 2000, 4)


def addons(ground: AddonInput, failed: frozenset[str]) -> dict[str, Any]:
    """The wanted ones; a failed one says so. Recorded: what was not asked for is absent."""
    words = sum(len(utterance.words) for utterance in ground.transcript.utterances)
    results: dict[str, Any] = {}
    for name, make in ADDONS.items():
        if name in ground.options.addons:
            results[name] = failed_addon() if name in failed else addon(make(ground), words)
    return results


def summarization(ground: AddonInput) -> str:
    """Published document: general, bullet_points, concise."""
    sentences = [one.text for one in ground.transcript.sentences()]
    if ground.options.summary == "concise":
        sentences = sentences[:1]
    if ground.options.summary == "bullet_points":
        return "\n".join(f"- {sentence}" for sentence in sentences[:5])
    return join(sentences[:3], ground.transcript.language)


def moderation(ground: AddonInput) -> str:
    return "No sensitive content was found."


def named_entity_recognition(ground: AddonInput) -> list[Json]:
    """In the order of speech; what redaction hides is hidden here too, by leaving it out."""
    return [
        {
            "entity_type": entity.type,
            "text": entity.text,
            "start": entity.start_ms / 1000,
            "end": entity.end_ms / 1000,
        }
        for entity in ground.recognition.entities
    ]


def name_consistency(ground: AddonInput) -> str:
    names = dict.fromkeys(
        entity.text for entity in ground.recognition.entities if entity.type.startswith("NAME")
    )
    return ", ".join(names)


def structured_data_extraction(ground: AddonInput) -> str:
    """JSON in a string: for each class that was named, words of the speech."""
    words = keywords(ground.transcript.utterances, 2 * len(ground.options.classes))
    picked = {name: words[2 * i : 2 * i + 2] for i, name in enumerate(ground.options.classes)}
    return to_json(picked).decode() if picked else ""


def sentiment_analysis(ground: AddonInput) -> list[Json]:
    """One for each sentence; the speaker only with diarization."""
    return [sentiment(sentence, ground.options) for sentence in ground.transcript.sentences()]


def sentiment(sentence: Segment, wish: JobOptions) -> dict[str, Any]:
    emotion, polarity = EMOTIONS[int(digest(sentence.text)[:8], 16) % len(EMOTIONS)]
    told: dict[str, Any] = {
        "text": sentence.text,
        "sentiment": polarity,
        "emotion": emotion,
        "start": sentence.start_ms / 1000,
        "end": sentence.end_ms / 1000,
        "channel": sentence.channel,
    }
    return {**told, "speaker": sentence.speaker} if wish.diarization else told


def audio_to_llm(ground: AddonInput) -> list[Json]:
    """Documentation: one add-on for each prompt, in the same order."""
    first = join((sentence.text for sentence in ground.transcript.sentences()[:1]), "")
    prompts, llm = ground.options.prompts, ground.options.llm
    return [addon(reply(prompt, llm, first), len(prompt.split())) for prompt in prompts]


def reply(prompt: str, llm: str, first: str) -> dict[str, Any]:
    return {"prompt": prompt, "response": f"{llm} on “{prompt}”: {first}"}


def display_mode(ground: AddonInput) -> list[Json]:
    return [paragraph.text for paragraph in ground.transcript.paragraphs()]


def chapterization(ground: AddonInput) -> list[Json]:
    """Documentation: a list, although the published document says object."""
    rest = iter(ground.transcript.sentences())
    chapters: list[Json] = []
    while sentences := tuple(islice(rest, CHAPTER_SENTENCES)):
        chapters.append(chapter(sentences))
    return chapters


def chapter(sentences: Sequence[Segment]) -> dict[str, Any]:
    first = sentences[0]
    return {
        "headline": first.text,
        "gist": join((word.text for word in first.words[:3]), first.language),
        "summary": join((sentence.text for sentence in sentences[:2]), first.language),
        "keywords": keywords(sentences, 5),
        "start": first.start_ms / 1000,
        "end": sentences[-1].end_ms / 1000,
    }


def keywords(stretches: Sequence[Segment], count: int) -> list[str]:
    """The longest words, each once; of equals the one that is said first."""
    said = dict.fromkeys(
        without_punctuation(word.text) for stretch in stretches for word in stretch.words
    )
    return sorted(said, key=len, reverse=True)[:count]


ADDONS: Mapping[str, Callable[[AddonInput], Json]] = {
    "summarization": summarization,
    "moderation": moderation,
    "named_entity_recognition": named_entity_recognition,
    "name_consistency": name_consistency,
    "structured_data_extraction": structured_data_extraction,
    "sentiment_analysis": sentiment_analysis,
    "audio_to_llm": audio_to_llm,
    "display_mode": display_mode,
    "chapterization": chapterization,
}
