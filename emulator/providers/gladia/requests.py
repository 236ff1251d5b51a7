"""What a job's request asks for, beyond what its schema can say."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cached_property
from itertools import chain, islice
from typing import Any

from msgspec import Struct, field

from emulator.core.http.messages import Params, to_json
from emulator.core.http.problems import MOST_VIOLATIONS, Invalid, Violation
from emulator.core.speech.captions import CaptionLimits
from emulator.core.speech.library import SPEAKERS
from emulator.providers.gladia.bounds import find_excess

# A plain job's request_params, recorded from the service in February and September 2026, in its
# order; `model` is there since August. The published schema lacks a third of these switches.
DEFAULTS: Mapping[str, Any] = {
    "audio_url": None,
    "model": "solaria-1",
    "sentences": False,
    "subtitles": False,
    "moderation": False,
    "diarization": False,
    "translation": False,
    "audio_to_llm": False,
    "display_mode": False,
    "pii_redaction": False,
    "summarization": False,
    "audio_enhancer": False,
    "chapterization": False,
    "custom_spelling": False,
    "detect_language": True,
    "language_config": {"languages": []},
    "name_consistency": False,
    "sentiment_analysis": False,
    "diarization_enhanced": False,
    "punctuation_enhanced": False,
    "enable_code_switching": False,
    "named_entity_recognition": False,
    "accurate_words_timestamps": False,
    "skip_channel_deduplication": False,
    "structured_data_extraction": False,
}

# Switches with results of their own that left the published document in 2026.
LEGACY_ADDONS = (
    *("moderation", "chapterization", "name_consistency", "display_mode"),
    "structured_data_extraction",
)
ENTITY_ADDONS = frozenset({"named_entity_recognition", "name_consistency"})
METADATA_CHARS = 2000  # documentation: custom metadata, when serialised
USUAL_INTENSITY = 0.5  # documentation: custom vocabulary
DAY_SECONDS = 86_400.0  # no caption lasts longer
USUAL_LLM = "openai/gpt-5.4-nano"  # published document: AudioToLlmListConfigDTO
SOLARIA_3_LANGUAGES = ("en", "fr", "de", "es", "it")  # seen in clients: the only ones it takes

# Recorded in June 2025: captions of a job that names no limits. GUESS: the exact longest time.
USUAL_CAPTIONS = CaptionLimits(max_line_chars=42, max_lines=2, max_ms=7000)
# GUESS: the page that the published document names for "compliance" has no numbers; these are the
# ones of the documentation's own example for that style.
COMPLIANCE = CaptionLimits(max_line_chars=42, max_lines=2, min_ms=1000, max_ms=5000)


class Legacy(StrEnum):
    """What becomes of switches that are no longer published; sources differ."""

    IGNORED = "ignored"  # GUESS: the usual one
    APPLIED = "applied"
    REFUSED = "refused"


class Subtitles(Struct, frozen=True):
    formats: tuple[str, ...]
    limits: CaptionLimits


class Translation(Struct, frozen=True):
    """``manner``: the model, the context and the tone, as far as they are not the usual ones.

    A translator words it otherwise for each of them, and so does made-up text.
    """

    targets: tuple[str, ...]
    match_original_utterances: bool
    lipsync: bool
    manner: tuple[str, ...] = ()


class Redaction(Struct, frozen=True):
    types: tuple[str, ...]  # empty: everything
    masked: bool  # False: numbered markers


class Spelling(Struct, frozen=True):
    """Words that are written otherwise than they were heard."""

    wanted: str
    heard: tuple[str, ...]


class PhraseTree(Struct):
    """What phrases begin alike: how the one is spelled that ends here, and the longer ones."""

    replacement: str | None = None  # None: none ends here
    longer: dict[str, "PhraseTree"] = field(default_factory=dict)  # by the next word, folded


class JobOptions(Struct, frozen=True, dict=True):
    """What the client wants, whatever the words it used for it."""

    languages: tuple[str, ...]  # one: it is fixed; none: it is detected
    code_switching: bool
    speakers: int | None  # of speech that is made up; None: as many as there are
    most_speakers: int | None  # of any speech; None: as many as there are
    diarization: bool
    spellings: tuple[Spelling, ...]
    subtitles: Subtitles | None
    translation: Translation | None
    redaction: Redaction | None
    summary: str  # the type, for those who want one
    prompts: tuple[str, ...]
    llm: str
    classes: tuple[str, ...]  # of structured data
    addons: frozenset[str]  # every switch that is on
    live: bool = False  # it is a live session's

    @cached_property
    def phrases(self) -> PhraseTree:
        """Those of the spellings, put together when they are first asked for."""
        return PhraseTree()

    @property
    def wants_entities(self) -> bool:
        """Whether anything in the answer depends on them; to look for them takes its time."""
        return self.redaction is not None or bool(self.addons & ENTITY_ADDONS)


def job_options(given: Params) -> JobOptions:
    """The request, parsed; it has been checked against its schema.

    Options that only make recognition better (model, context_prompt) are checked and shown again:
    made-up speech has no mistakes that they could mend.
    """
    llm = given.get("audio_to_llm_config", {})
    languages = languages_of(given)
    return JobOptions(
        languages=languages,
        code_switching=switching(given) and len(languages) > 1,
        speakers=speakers(given),
        most_speakers=most_speakers(given),
        diarization=given.get("diarization", False),
        spellings=(*spellings(given), *vocabulary(given)),
        subtitles=subtitles(given),
        translation=translation(given),
        redaction=redaction(given),
        summary=given.get("summarization_config", {}).get("type", "general"),
        prompts=tuple(llm.get("prompts", ())),
        llm=llm.get("model", USUAL_LLM),
        classes=tuple(given.get("structured_data_extraction_config", {}).get("classes", ())),
        addons=frozenset(name for name, value in given.items() if value is True),
    )


def request_params(given: Params) -> dict[str, Any]:
    """The request as the service shows it again: with every switch, without the metadata."""
    echoed = {name: value for name, value in given.items() if name != "custom_metadata"}
    shown = {**DEFAULTS, **echoed}
    shown["language_config"] = {**DEFAULTS["language_config"], **given.get("language_config", {})}
    # GUESS: the older switch beside the one that lives in the configuration.
    shown["diarization_enhanced"] = given.get("diarization_config", {}).get("enhanced", False)
    return shown


def check(given: Params) -> None:
    """Raise Invalid for what no schema can say."""
    found = islice(chain(find_excess(given), rule_violations(given)), MOST_VIOLATIONS)
    violations = tuple(Violation("body", path, "rule", message=text) for path, text in found)
    if violations:
        raise Invalid(violations)


def check_legacy(given: Params) -> None:
    """Raise Invalid for a switch that is no longer accepted."""
    inner = given.get("post_processing", {})
    names = (*LEGACY_ADDONS, "structured_data_extraction_config")
    found: list[tuple[str, ...]] = [(name,) for name in names if name in given]
    found += [("post_processing", name) for name in LEGACY_ADDONS if name in inner]
    if found:
        raise Invalid(tuple(Violation("body", path, "additionalProperties") for path in found))


def rule_violations(given: Params) -> Iterator[tuple[tuple[str, ...], str]]:
    """What is wrong, and the sentence that is said of it. GUESS: the sentences."""
    metadata = to_json(given.get("custom_metadata", {}))
    # Bytes are no fewer than characters, and quicker counted.
    if len(metadata) > METADATA_CHARS and len(metadata.decode()) > METADATA_CHARS:
        yield (
            ("custom_metadata",),
            f"custom_metadata must be shorter than or equal to {METADATA_CHARS} characters",
        )
    if given.get("model") == "solaria-3":
        yield from solaria_3(given)


def solaria_3(given: Params) -> Iterator[tuple[tuple[str, ...], str]]:
    """Seen in clients: exactly one language out of five, and no code switching."""
    languages = languages_of(given)
    if len(languages) != 1 or languages[0] not in SOLARIA_3_LANGUAGES:
        yield (
            ("language_config", "languages"),
            "language_config.languages must contain exactly one of the following values for the "
            f"model solaria-3: {', '.join(SOLARIA_3_LANGUAGES)}",
        )
    if switching(given):
        yield (
            ("language_config", "code_switching"),
            "language_config.code_switching must be false for the model solaria-3",
        )


def languages_of(given: Params) -> tuple[str, ...]:
    """Of today's configuration, else as requests had it until March 2026."""
    legacy = (
        [given["language"]]
        if "language" in given
        else given.get("code_switching_config", {}).get("languages", [])
    )
    return tuple(given.get("language_config", {}).get("languages") or legacy)


def switching(given: Params) -> bool:
    config = given.get("language_config", {})
    return bool(config.get("code_switching") or given.get("enable_code_switching"))


def speakers(given: Params) -> int | None:
    """The exact number, else the usual two moved between the hints; None: no number was named."""
    config = diarization(given)
    if not {"number_of_speakers", "min_speakers", "max_speakers"} & config.keys():
        return None
    hinted = max(
        1, config.get("min_speakers", 0), min(SPEAKERS, config.get("max_speakers", SPEAKERS))
    )
    return int(config.get("number_of_speakers", hinted))  # 2.0 is an integer in a JSON Schema


def most_speakers(given: Params) -> int | None:
    """The exact number, else the upper hint."""
    config = diarization(given)
    most = config.get("number_of_speakers", config.get("max_speakers"))
    return None if most is None else max(1, int(most))


def diarization(given: Params) -> Params:
    """The hints, which mean nothing without the switch."""
    config: Params = given.get("diarization_config", {}) if given.get("diarization") else {}
    return config


def spellings(given: Params) -> Iterator[Spelling]:
    if not given.get("custom_spelling"):
        return
    config = given.get("custom_spelling_config", {"spelling_dictionary": {}})
    for spelled, heard in config["spelling_dictionary"].items():
        yield Spelling(spelled, tuple(heard))


def vocabulary(given: Params) -> Iterator[Spelling]:
    """The entries, as spellings: speech that is made up cannot be heard better, but spelled so.

    Documentation: an entry's language says how it is pronounced, not which speech it is for.
    """
    switch, config = (
        given.get("custom_vocabulary", False),
        given.get("custom_vocabulary_config", {}),
    )
    if not switch:
        return
    for entry in switch if isinstance(switch, list) else config.get("vocabulary", []):
        full = {"value": entry} if isinstance(entry, str) else entry
        if full.get("intensity", config.get("default_intensity", USUAL_INTENSITY)) > 0:
            heard = (full["value"], *full.get("pronunciations", ()))
            yield Spelling(full["value"], heard)


def subtitles(given: Params) -> Subtitles | None:
    if not given.get("subtitles"):
        return None
    config = given.get("subtitles_config", {})
    usual = COMPLIANCE if config.get("style") == "compliance" else USUAL_CAPTIONS
    min_ms = milliseconds(config.get("minimum_duration"), usual.min_ms)
    longest_ms = usual.max_ms and max(usual.max_ms, min_ms or 0)  # what was asked for comes first
    asked = CaptionLimits(
        max_line_chars=config.get("maximum_characters_per_row", usual.max_line_chars),
        max_lines=config.get("maximum_rows_per_caption", usual.max_lines),
        min_ms=min_ms,
        max_ms=milliseconds(config.get("maximum_duration"), longest_ms),
    )
    return Subtitles(tuple(dict.fromkeys(config.get("formats", ["srt"]))), asked)


def milliseconds(seconds: float | None, usual: int | None) -> int | None:
    return usual if seconds is None else round(min(seconds, DAY_SECONDS) * 1000)


def translation(given: Params) -> Translation | None:
    if not given.get("translation"):
        return None
    config = given.get("translation_config", {})
    return Translation(
        targets=tuple(dict.fromkeys(config.get("target_languages", ()))),
        match_original_utterances=config.get("match_original_utterances", True),
        lipsync=config.get("lipsync", True),
        manner=tuple(translation_manner(config)),
    )


def translation_manner(config: Params) -> Iterator[str]:
    """Published document: a context counts unless ``context_adaptation`` is off."""
    if config.get("model", "base") != "base":
        yield f"model {config['model']}"
    if config.get("context") and config.get("context_adaptation", True):
        yield f"context {config['context']}"
    if config.get("informal"):
        yield "informal"


def redaction(given: Params) -> Redaction | None:
    if not given.get("pii_redaction"):
        return None
    config = given.get("pii_redaction_config", {})
    types = config.get("entity_types", [])
    return Redaction(
        types=(types,) if isinstance(types, str) else tuple(dict.fromkeys(types)),
        masked=config.get("processed_text_type") == "MASK",
    )
