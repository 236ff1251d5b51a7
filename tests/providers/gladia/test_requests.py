"""What a request to Gladia asks for."""

from typing import Any

import pytest

from emulator.core.http.problems import Invalid
from emulator.core.speech.captions import CaptionLimits
from emulator.providers.gladia.requests import (
    JobOptions,
    Redaction,
    Spelling,
    Subtitles,
    Translation,
    check,
    job_options,
)
from tests.providers.gladia.jobs import URL, wish


def test_a_plain_request_wants_nothing_but_the_words() -> None:
    assert job_options({"audio_url": URL}) == JobOptions(
        languages=(),
        code_switching=False,
        speakers=None,
        most_speakers=None,
        diarization=False,
        spellings=(),
        subtitles=None,
        translation=None,
        redaction=None,
        summary="general",
        prompts=(),
        llm="openai/gpt-5.4-nano",
        classes=(),
        addons=frozenset(),
    )


@pytest.mark.parametrize(
    ("given", "languages", "switching"),
    [
        ({"language_config": {"languages": ["fr"]}}, ("fr",), False),
        ({"language_config": {"languages": ["fr"], "code_switching": True}}, ("fr",), False),
        (
            {"language_config": {"languages": ["fr", "en"], "code_switching": True}},
            ("fr", "en"),
            True,
        ),
        ({"language_config": {"code_switching": True}}, (), False),
        ({"language": "de"}, ("de",), False),
        ({"language": "de", "language_config": {"languages": ["fr"]}}, ("fr",), False),
        (
            {"enable_code_switching": True, "code_switching_config": {"languages": ["de", "en"]}},
            ("de", "en"),
            True,
        ),
    ],
)
def test_languages_are_read_as_they_are_written_today_and_were_before(
    given: Any, languages: tuple[str, ...], switching: bool
) -> None:
    found = job_options(given)

    assert (found.languages, found.code_switching) == (languages, switching)


@pytest.mark.parametrize(
    ("config", "speakers"),
    [
        ({}, None),
        ({"enhanced": True}, None),
        ({"number_of_speakers": 3}, 3),
        ({"number_of_speakers": 3.0}, 3),
        ({"number_of_speakers": 3, "max_speakers": 2}, 3),
        ({"min_speakers": 0}, 2),
        ({"min_speakers": 4}, 4),
        ({"max_speakers": 1}, 1),
        ({"max_speakers": 0}, 1),
        ({"min_speakers": 1, "max_speakers": 9}, 2),
    ],
)
def test_the_number_of_speakers_follows_the_hints(config: Any, speakers: int | None) -> None:
    assert wish(diarization=True, diarization_config=config).speakers == speakers


@pytest.mark.parametrize(
    ("config", "most"),
    [
        ({}, None),
        ({"min_speakers": 4}, None),
        ({"number_of_speakers": 3, "max_speakers": 9}, 3),
        ({"max_speakers": 9}, 9),
        ({"max_speakers": 0}, 1),
    ],
)
def test_no_more_speakers_are_told_apart_than_the_hints_allow(config: Any, most: int) -> None:
    assert wish(diarization=True, diarization_config=config).most_speakers == most


def test_hints_on_speakers_mean_nothing_without_diarization() -> None:
    assert wish(diarization_config={"number_of_speakers": 3}).speakers is None


def test_spellings_come_from_the_dictionary() -> None:
    config = {"spelling_dictionary": {"SQL": ["Sequel", "sea quell"], "Ann": []}}

    found = wish(custom_spelling=True, custom_spelling_config=config).spellings

    assert found == (Spelling("SQL", ("Sequel", "sea quell")), Spelling("Ann", ()))


@pytest.mark.parametrize(
    ("given", "spellings"),
    [
        (
            {"custom_vocabulary": ["Gladia", {"value": "Solaria", "pronunciations": ["Sol area"]}]},
            (Spelling("Gladia", ("Gladia",)), Spelling("Solaria", ("Solaria", "Sol area"))),
        ),
        (
            {
                "custom_vocabulary": True,
                "custom_vocabulary_config": {"vocabulary": [{"value": "Gladia", "language": "fr"}]},
            },
            (Spelling("Gladia", ("Gladia",)),),
        ),
        (
            {
                "custom_vocabulary": True,
                "custom_vocabulary_config": {
                    "vocabulary": ["Gladia", {"value": "Solaria", "intensity": 0.1}],
                    "default_intensity": 0,
                },
            },
            (Spelling("Solaria", ("Solaria",)),),
        ),
        ({"custom_vocabulary": True}, ()),
        ({"custom_vocabulary": False, "custom_vocabulary_config": {"vocabulary": ["a"]}}, ()),
        ({"custom_spelling": True}, ()),
        ({"custom_spelling_config": {"spelling_dictionary": {"a": ["b"]}}}, ()),
    ],
)
def test_vocabulary_is_spelling_too(given: Any, spellings: tuple[Spelling, ...]) -> None:
    assert wish(**given).spellings == spellings


@pytest.mark.parametrize(
    ("config", "subtitles"),
    [
        ({}, Subtitles(("srt",), CaptionLimits(42, 2, max_ms=7000))),
        (
            {"formats": ["vtt", "srt", "vtt"]},
            Subtitles(("vtt", "srt"), CaptionLimits(42, 2, max_ms=7000)),
        ),
        (
            {
                "minimum_duration": 0.5,
                "maximum_duration": 2,
                "maximum_characters_per_row": 20,
                "maximum_rows_per_caption": 3,
            },
            Subtitles(
                ("srt",), CaptionLimits(max_line_chars=20, max_lines=3, min_ms=500, max_ms=2000)
            ),
        ),
        (
            {"minimum_duration": 1e300},
            Subtitles(("srt",), CaptionLimits(42, 2, min_ms=86_400_000, max_ms=86_400_000)),
        ),
        (
            {"style": "compliance", "maximum_rows_per_caption": 1},
            Subtitles(
                ("srt",), CaptionLimits(max_line_chars=42, max_lines=1, min_ms=1000, max_ms=5000)
            ),
        ),
    ],
)
def test_subtitles_have_formats_and_limits(config: Any, subtitles: Subtitles) -> None:
    assert wish(subtitles=True, subtitles_config=config).subtitles == subtitles
    assert wish(subtitles_config=config).subtitles is None


@pytest.mark.parametrize(
    ("config", "translation"),
    [
        ({}, Translation((), match_original_utterances=True, lipsync=True)),
        (
            {"target_languages": ["fr", "de", "fr"], "match_original_utterances": False},
            Translation(("fr", "de"), match_original_utterances=False, lipsync=True),
        ),
        (
            {"target_languages": ["wo"], "lipsync": False},
            Translation(("wo",), match_original_utterances=True, lipsync=False),
        ),
        (
            {
                "target_languages": ["fr"],
                "model": "batch",
                "context": "A board meeting",
                "informal": True,
            },
            Translation(
                ("fr",),
                match_original_utterances=True,
                lipsync=True,
                manner=("model batch", "context A board meeting", "informal"),
            ),
        ),
        (
            {
                "target_languages": ["fr"],
                "model": "base",
                "context": "A board meeting",
                "context_adaptation": False,
                "informal": False,
            },
            Translation(("fr",), match_original_utterances=True, lipsync=True),
        ),
    ],
)
def test_a_translation_has_targets(config: Any, translation: Translation) -> None:
    assert wish(translation=True, translation_config=config).translation == translation
    assert wish(translation_config=config).translation is None


@pytest.mark.parametrize(
    ("config", "redaction"),
    [
        ({}, Redaction((), masked=False)),
        ({"entity_types": "NAME"}, Redaction(("NAME",), masked=False)),
        (
            {"entity_types": ["GDPR", "NAME"], "processed_text_type": "MASK"},
            Redaction(("GDPR", "NAME"), masked=True),
        ),
        ({"processed_text_type": "MARKER"}, Redaction((), masked=False)),
    ],
)
def test_redaction_has_types_and_a_way(config: Any, redaction: Redaction) -> None:
    assert wish(pii_redaction=True, pii_redaction_config=config).redaction == redaction
    assert wish(pii_redaction_config=config).redaction is None


def test_add_ons_are_the_switches_that_are_on() -> None:
    found = wish(
        summarization=True,
        summarization_config={"type": "concise"},
        moderation=False,
        audio_to_llm=True,
        audio_to_llm_config={"prompts": ["Why?"], "model": "m"},
        structured_data_extraction=True,
        structured_data_extraction_config={"classes": ["Persons"]},
    )

    assert found.addons == {"summarization", "audio_to_llm", "structured_data_extraction"}
    assert (found.summary, found.prompts, found.llm) == ("concise", ("Why?",), "m")
    assert found.classes == ("Persons",)


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"custom_metadata": {"a": "x" * 1992}},
        {"model": "solaria-3", "language_config": {"languages": ["it"]}},
        {"model": "solaria-3", "language": "fr"},
        {"model": "solaria-fusion", "language_config": {"code_switching": True}},
    ],
)
def test_what_no_schema_can_say_is_let_pass_when_right(given: Any) -> None:
    check({"audio_url": URL, **given})


@pytest.mark.parametrize(
    ("given", "errors"),
    [
        (
            {"custom_metadata": {"a": "x" * 1993}},
            ["custom_metadata must be shorter than or equal to 2000 characters"],
        ),
        (
            {"model": "solaria-3"},
            [
                "language_config.languages must contain exactly one of the following values for "
                "the model solaria-3: en, fr, de, es, it"
            ],
        ),
        (
            {
                "model": "solaria-3",
                "language_config": {"languages": ["en", "fr"], "code_switching": True},
            },
            [
                "language_config.languages must contain exactly one of the following values for "
                "the model solaria-3: en, fr, de, es, it",
                "language_config.code_switching must be false for the model solaria-3",
            ],
        ),
    ],
)
def test_what_no_schema_can_say_is_refused_when_wrong(given: Any, errors: list[str]) -> None:
    with pytest.raises(Invalid) as caught:
        check({"audio_url": URL, **given})

    assert [violation.message for violation in caught.value.violations] == errors
