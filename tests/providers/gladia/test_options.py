"""Every option of a request: what it changes in the job that comes of it."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from msgspec import Struct, field

from emulator.providers.gladia import GLADIA
from tests.providers.gladia.jobs import URL
from tests.support.clients import Bench, bench

HOOK, OLD_HOOK = "https://example.com/hook", "https://example.com/old"
MEETING = """
transcripts:
  meeting:
    language: en
    lines:
      - Ann: {says: "Good morning, Ben Smith.", at: 0s, for: 2s}
      - Ben: {says: Sequel costs $500. Call 078-05-1120., at: 3s, for: 4s}
      - Cid: {says: Fine., at: 8s, for: 0.5s}
jobs:
  - transcript: meeting
    gladia: {legacy_addons: applied}
"""
MADE_UP = "seed: 3\n"
TEXT = "Good morning, Ben Smith. Sequel costs $500. Call 078-05-1120. Fine."


# What is looked at


def result(b: Bench, shown: Any) -> Any:
    return shown["result"]


def text(b: Bench, shown: Any) -> Any:
    return shown["result"]["transcription"]["full_transcript"]


def words(b: Bench, shown: Any) -> Any:
    utterances = shown["result"]["transcription"]["utterances"]
    return "".join(word["word"] for utterance in utterances for word in utterance["words"])


def languages(b: Bench, shown: Any) -> Any:
    return shown["result"]["transcription"]["languages"]


def utterance_languages(b: Bench, shown: Any) -> Any:
    utterances = shown["result"]["transcription"]["utterances"]
    return [utterance["language"] for utterance in utterances][:3]


def speakers(b: Bench, shown: Any) -> Any:
    utterances = shown["result"]["transcription"]["utterances"]
    return sorted({utterance.get("speaker") for utterance in utterances}, key=str)


def commas(b: Bench, shown: Any) -> Any:
    return text(b, shown).count(",") > 0


def formats(b: Bench, shown: Any) -> Any:
    made = shown["result"]["transcription"].get("subtitles", [])
    return [one["format"] for one in made]


def captions(b: Bench, shown: Any) -> Any:
    (made,) = shown["result"]["transcription"]["subtitles"]
    return [block.split("\n", 2)[2] for block in made["subtitles"].strip().split("\n\n")]


def caption_times(b: Bench, shown: Any) -> Any:
    (made,) = shown["result"]["transcription"]["subtitles"]
    return [block.split("\n")[1] for block in made["subtitles"].strip().split("\n\n")]


def targets(b: Bench, shown: Any) -> Any:
    translation = shown["result"].get("translation", {"results": []})
    return [one["languages"] for one in translation["results"]]


def translated(b: Bench, shown: Any) -> Any:
    (one,) = shown["result"]["translation"]["results"]
    return one["full_transcript"]


def translated_times(b: Bench, shown: Any) -> Any:
    (one,) = shown["result"]["translation"]["results"]
    return [(utterance["start"], utterance["end"]) for utterance in one["utterances"]]


def translated_lengths(b: Bench, shown: Any) -> Any:
    """How many lengths the words of the first utterance have, to a hundredth of a second."""
    (one,) = shown["result"]["translation"]["results"]
    spoken = one["utterances"][0]["words"]
    return len({round(word["end"] - word["start"], 2) for word in spoken}) > 1


def addon(name: str) -> Callable[[Bench, Any], Any]:
    """The results of an add-on; None: it is not there."""
    return lambda b, shown: shown["result"].get(name, {"results": None})["results"]


def answers(b: Bench, shown: Any) -> Any:
    results = addon("audio_to_llm")(b, shown)
    return results and [one["results"]["response"] for one in results]


def entity_types(b: Bench, shown: Any) -> Any:
    results = addon("named_entity_recognition")(b, shown)
    return results and [(one["entity_type"], one["text"]) for one in results]


def sentiments(b: Bench, shown: Any) -> Any:
    results = addon("sentiment_analysis")(b, shown)
    return results and [one["text"] for one in results]


def sentences(b: Bench, shown: Any) -> Any:
    results = addon("sentences")(b, shown)
    return results and [one["sentence"] for one in results]


def headlines(b: Bench, shown: Any) -> Any:
    results = addon("chapterization")(b, shown)
    return results and [one["headline"] for one in results]


def called(b: Bench, shown: Any) -> Any:
    due = b.tenant.outbox.due(b.clock.now())
    return [(one.message.method, one.message.url) for one in due]


def metadata(b: Bench, shown: Any) -> Any:
    found = b.http.get('/v2/pre-recorded?custom_metadata={"user":"Ann"}').json()["items"]
    return shown["custom_metadata"], len(found)


def param(name: str) -> Callable[[Bench, Any], Any]:
    """Where nothing is heard of it but the request itself."""
    return lambda b, shown: shown["request_params"].get(name)


class Row(Struct, frozen=True):
    option: str
    shows: Callable[[Bench, Any], Any]
    usual: Any  # what is shown without the option
    changed: Any  # and with it; ...: anything else
    given: Mapping[str, Any]  # the option
    beside: Mapping[str, Any] = field(default_factory=dict)  # in both requests
    scenario: str = MEETING


def nested(outer: str, inner: str, value: Any, **others: Any) -> dict[str, Any]:
    """An option in a configuration that has others, too."""
    return {outer: {**others, inner: value}}


def subtitles(option: str, value: Any, shows: Any, usual: Any, changed: Any, **others: Any) -> Row:
    beside = {"subtitles": True, **({"subtitles_config": others} if others else {})}
    given = nested("subtitles_config", option, value, **others)
    return Row(f"subtitles_config.{option}", shows, usual, changed, given, beside)


def translation(option: str, value: Any, shows: Any, changed: Any, usual: Any = ...) -> Row:
    plain = {"target_languages": ["fr"]}
    given = nested("translation_config", option, value, **plain)
    beside = {"translation": True, "translation_config": plain}
    return Row(f"translation_config.{option}", shows, usual, changed, given, beside)


VOCABULARY = "custom_vocabulary_config"
PRONOUNCED = f"{VOCABULARY}.vocabulary.language"  # how: made-up speech is not pronounced
SQL = {"value": "SQL", "pronunciations": ["Sequel"]}
SPELLED = TEXT.replace("Sequel", "SQL")
DIARIZED = {"diarization": True}
ASKED = {"audio_to_llm": True, "audio_to_llm_config": {"prompts": ["Why?"]}}
HIDDEN = {"pii_redaction": True}
CAPTIONS = ["Good morning, Ben Smith.", "Sequel costs $500. Call 078-05-1120.", "Fine."]
FIRST = "Good morning, Ben Smith."

ROWS = (
    Row("audio_url", lambda b, shown: shown["file"]["filename"], "board.mp3", "other.mp3",
        {"audio_url": "https://files.example.com/other.mp3"}),
    Row("model", param("model"), "solaria-1", "solaria-3", {"model": "solaria-3"},
        {"language_config": {"languages": ["en"]}}),
    Row("language_config", languages, ["en"], ["fr"], {"language_config": {"languages": ["fr"]}}),
    Row("language_config.languages", text, ..., ..., {"language_config": {"languages": ["fr"]}},
        scenario=MADE_UP),
    Row("language_config.code_switching", utterance_languages, ["fr"] * 3, ["fr", "de", "fr"],
        nested("language_config", "code_switching", True, languages=["fr", "de"]),
        {"language_config": {"languages": ["fr", "de"]}}, MADE_UP),
    Row("custom_vocabulary", text, TEXT, SPELLED, {"custom_vocabulary": [SQL]}),
    Row(VOCABULARY, words, TEXT, SPELLED,
        {VOCABULARY: {"vocabulary": [SQL]}}, {"custom_vocabulary": True}),
    Row(f"{VOCABULARY}.vocabulary", text, TEXT, TEXT.replace("Fine", "FINE"),
        {VOCABULARY: {"vocabulary": ["FINE"]}}, {"custom_vocabulary": True}),
    Row(f"{VOCABULARY}.default_intensity", text, SPELLED, TEXT,
        {VOCABULARY: {"vocabulary": [SQL], "default_intensity": 0}},
        {"custom_vocabulary": True, VOCABULARY: {"vocabulary": [SQL]}}),
    Row(f"{VOCABULARY}.vocabulary.value", text, SPELLED, TEXT.replace("Sequel", "sql"),
        {"custom_vocabulary": [{**SQL, "value": "sql"}]}, {"custom_vocabulary": [SQL]}),
    Row(f"{VOCABULARY}.vocabulary.intensity", text, SPELLED, TEXT,
        {"custom_vocabulary": [{**SQL, "intensity": 0}]}, {"custom_vocabulary": [SQL]}),
    Row(f"{VOCABULARY}.vocabulary.pronunciations", text, TEXT, SPELLED,
        {"custom_vocabulary": [SQL]}, {"custom_vocabulary": ["SQL"]}),
    Row("custom_spelling", text, TEXT, SPELLED, {"custom_spelling": True},
        {"custom_spelling_config": {"spelling_dictionary": {"SQL": ["sequel"]}}}),
    Row("custom_spelling_config", words, TEXT, SPELLED,
        {"custom_spelling_config": {"spelling_dictionary": {"SQL": ["sequel"]}}},
        {"custom_spelling": True}),
    Row("custom_spelling_config.spelling_dictionary", text, TEXT,
        TEXT.replace("Ben Smith", "Benjamin"),
        {"custom_spelling_config": {"spelling_dictionary": {"Benjamin": ["Ben Smith"]}}},
        {"custom_spelling": True}),
    Row("callback", called, [], [("POST", HOOK)], {"callback": True},
        {"callback_config": {"url": HOOK}}),
    Row("callback_config", called, [], [("POST", HOOK)], {"callback_config": {"url": HOOK}},
        {"callback": True}),
    Row("callback_config.url", called, [("POST", OLD_HOOK)], [("POST", HOOK)],
        {"callback": True, "callback_config": {"url": HOOK}}, {"callback_url": OLD_HOOK}),
    Row("callback_config.method", called, [("POST", HOOK)], [("PUT", HOOK)],
        nested("callback_config", "method", "PUT", url=HOOK),
        {"callback": True, "callback_config": {"url": HOOK}}),
    Row("callback_url", called, [], [("POST", OLD_HOOK)], {"callback_url": OLD_HOOK}),
    Row("subtitles", formats, [], ["srt"], {"subtitles": True}),
    Row("subtitles_config", formats, ["srt"], ["vtt"], {"subtitles_config": {"formats": ["vtt"]}},
        {"subtitles": True}),
    subtitles("formats", ["vtt", "srt"], formats, ["srt"], ["vtt", "srt"]),
    subtitles("minimum_duration", 1.5, caption_times,
              ["00:00:00,000 --> 00:00:02,000", "00:00:03,000 --> 00:00:07,000",
               "00:00:08,000 --> 00:00:08,500"],
              ["00:00:00,000 --> 00:00:02,000", "00:00:03,000 --> 00:00:07,000",
               "00:00:08,000 --> 00:00:09,500"]),
    subtitles("maximum_duration", 2, captions, CAPTIONS,
              [FIRST, "Sequel costs", "$500. Call", "078-05-1120.", "Fine."]),
    subtitles("maximum_characters_per_row", 18, captions, CAPTIONS,
              ["Good morning, Ben\nSmith.", "Sequel costs $500.\nCall 078-05-1120.", "Fine."]),
    subtitles("maximum_rows_per_caption", 1, captions,
              ["Good morning, Ben\nSmith.", "Sequel costs $500.\nCall 078-05-1120.", "Fine."],
              ["Good morning, Ben", "Smith.", "Sequel costs $500.", "Call 078-05-1120.", "Fine."],
              maximum_characters_per_row=18),
    subtitles("style", "compliance", caption_times,
              ["00:00:00,000 --> 00:00:02,000", "00:00:03,000 --> 00:00:07,000",
               "00:00:08,000 --> 00:00:08,500"],
              ["00:00:00,000 --> 00:00:02,000", "00:00:03,000 --> 00:00:07,000",
               "00:00:08,000 --> 00:00:09,000"]),
    Row("diarization", speakers, [None], [0, 1, 2], DIARIZED),
    Row("diarization_config", speakers, [0, 1, 2], [0],
        {"diarization_config": {"number_of_speakers": 1}}, DIARIZED),
    Row("diarization_config.number_of_speakers", speakers, [0, 1, 2], [0, 1],
        {"diarization_config": {"number_of_speakers": 2}}, DIARIZED),
    Row("diarization_config.min_speakers", speakers, [0, 1], [0, 1, 2, 3],
        {"diarization_config": {"min_speakers": 4}}, DIARIZED, MADE_UP),
    Row("diarization_config.max_speakers", speakers, [0, 1], [0],
        {"diarization_config": {"max_speakers": 1}}, DIARIZED, MADE_UP),
    Row("diarization_config.enhanced", param("diarization_enhanced"), False, True,
        {"diarization_config": {"enhanced": True}}, DIARIZED),
    Row("translation", targets, [], [["fr"]], {"translation": True},
        {"translation_config": {"target_languages": ["fr"]}}),
    Row("translation_config", targets, [], [["de"]],
        {"translation_config": {"target_languages": ["de"]}}, {"translation": True}),
    translation("target_languages", ["fr", "wo"], targets, [["fr"], ["wo"]], [["fr"]]),
    translation("model", "enhanced", translated, ...),
    translation("context", "A sales meeting", translated, ...),
    Row("translation_config.context_adaptation", translated, ..., ...,
        nested("translation_config", "context_adaptation", False,
               target_languages=["fr"], context="A sales meeting"),
        {"translation": True,
         "translation_config": {"target_languages": ["fr"], "context": "A sales meeting"}}),
    translation("informal", True, translated, ...),
    translation("match_original_utterances", False, translated_times,
                [(0.0, 2.0), (3.0, 4.94), (5.04, 7.0), (8.0, 8.5)],
                [(0.0, 2.0), (3.0, 7.0), (8.0, 8.5)]),
    translation("lipsync", False, translated_lengths, False, True),
    Row("summarization", addon("summarization"), None,
        "Good morning, Ben Smith. Sequel costs $500. Call 078-05-1120.", {"summarization": True}),
    Row("summarization_config", addon("summarization"),
        "Good morning, Ben Smith. Sequel costs $500. Call 078-05-1120.", FIRST,
        {"summarization_config": {"type": "concise"}}, {"summarization": True}),
    Row("summarization_config.type", addon("summarization"),
        "Good morning, Ben Smith. Sequel costs $500. Call 078-05-1120.",
        "- Good morning, Ben Smith.\n- Sequel costs $500.\n- Call 078-05-1120.\n- Fine.",
        {"summarization_config": {"type": "bullet_points"}}, {"summarization": True}),
    Row("named_entity_recognition", entity_types, None,
        [("NAME", "Ben Smith"), ("MONEY", "$500"), ("SSN", "078-05-1120")],
        {"named_entity_recognition": True}),
    Row("sentiment_analysis", sentiments, None,
        [FIRST, "Sequel costs $500.", "Call 078-05-1120.", "Fine."], {"sentiment_analysis": True}),
    Row("sentences", sentences, None,
        [FIRST, "Sequel costs $500.", "Call 078-05-1120.", "Fine."], {"sentences": True}),
    Row("punctuation_enhanced", commas, False, True, {"punctuation_enhanced": True},
        scenario=MADE_UP),
    Row("audio_to_llm", answers, None, [f"openai/gpt-5.4-nano on “Why?”: {FIRST}"],
        {"audio_to_llm": True}, {"audio_to_llm_config": {"prompts": ["Why?"]}}),
    Row("audio_to_llm_config", answers, [], [f"openai/gpt-5.4-nano on “Why?”: {FIRST}"],
        {"audio_to_llm_config": {"prompts": ["Why?"]}}, {"audio_to_llm": True}),
    Row("audio_to_llm_config.prompts", answers, [f"openai/gpt-5.4-nano on “Why?”: {FIRST}"],
        [f"openai/gpt-5.4-nano on “Who?”: {FIRST}", f"openai/gpt-5.4-nano on “Why?”: {FIRST}"],
        {"audio_to_llm_config": {"prompts": ["Who?", "Why?"]}}, ASKED),
    Row("audio_to_llm_config.model", answers, [f"openai/gpt-5.4-nano on “Why?”: {FIRST}"],
        [f"some/model on “Why?”: {FIRST}"],
        {"audio_to_llm_config": {"prompts": ["Why?"], "model": "some/model"}}, ASKED),
    Row("pii_redaction", words, TEXT,
        "Good morning, [NAME_1]. Sequel costs [MONEY_1]. Call [SSN_1]. Fine.", HIDDEN),
    Row("pii_redaction_config", text,
        "Good morning, [NAME_1]. Sequel costs [MONEY_1]. Call [SSN_1]. Fine.",
        "Good morning, Ben Smith. Sequel costs [MONEY_1]. Call 078-05-1120. Fine.",
        {"pii_redaction_config": {"entity_types": "MONEY"}}, HIDDEN),
    Row("pii_redaction_config.entity_types", text,
        "Good morning, [NAME_1]. Sequel costs [MONEY_1]. Call [SSN_1]. Fine.",
        "Good morning, [NAME_1]. Sequel costs $500. Call [SSN_1]. Fine.",
        {"pii_redaction_config": {"entity_types": ["NAME", "SSN"]}}, HIDDEN),
    Row("pii_redaction_config.processed_text_type", text,
        "Good morning, [NAME_1]. Sequel costs [MONEY_1]. Call [SSN_1]. Fine.",
        "Good morning, ### #####. Sequel costs ####. Call ###########. Fine.",
        {"pii_redaction_config": {"processed_text_type": "MASK"}}, HIDDEN),
    Row("custom_metadata", metadata, (None, 0), ({"user": "Ann"}, 1),
        {"custom_metadata": {"user": "Ann"}}),
    # Gone from the published document, and taken still
    Row("context_prompt", param("context_prompt"), None, "Sales", {"context_prompt": "Sales"}),
    Row("detect_language", param("detect_language"), True, False, {"detect_language": False}),
    Row("language", languages, ["en"], ["fr"], {"language": "fr"}),
    Row("enable_code_switching", utterance_languages, ["fr"] * 3, ["fr", "de", "fr"],
        {"enable_code_switching": True}, {"code_switching_config": {"languages": ["fr", "de"]}},
        MADE_UP),
    Row("code_switching_config", languages, ["en"], ["fr"],
        {"code_switching_config": {"languages": ["fr"]}}, scenario=MADE_UP),
    Row("code_switching_config.languages", utterance_languages, ["fr"] * 3, ["fr", "de", "it"],
        {"code_switching_config": {"languages": ["fr", "de", "it"]}},
        {"code_switching_config": {"languages": ["fr"]}, "enable_code_switching": True}, MADE_UP),
    Row("moderation", addon("moderation"), None, "No sensitive content was found.",
        {"moderation": True}),
    Row("chapterization", headlines, None, [FIRST], {"chapterization": True}),
    Row("name_consistency", addon("name_consistency"), None, "Ben Smith",
        {"name_consistency": True}),
    Row("display_mode", addon("display_mode"), None, CAPTIONS, {"display_mode": True}),
    Row("structured_data_extraction", addon("structured_data_extraction"), None,
        '{"Persons":["078-05-1120","morning"]}', {"structured_data_extraction": True},
        {"structured_data_extraction_config": {"classes": ["Persons"]}}),
    Row("structured_data_extraction_config", addon("structured_data_extraction"), "",
        '{"Persons":["078-05-1120","morning"]}',
        {"structured_data_extraction_config": {"classes": ["Persons"]}},
        {"structured_data_extraction": True}),
    Row("structured_data_extraction_config.classes", addon("structured_data_extraction"),
        '{"A":["078-05-1120","morning"]}', '{"B":["078-05-1120","morning"]}',
        {"structured_data_extraction_config": {"classes": ["B"]}},
        {"structured_data_extraction": True,
         "structured_data_extraction_config": {"classes": ["A"]}}),
)  # fmt: skip


def job(row: Row, options: Mapping[str, Any]) -> Any:
    """What the row looks at, in a job that has just ended."""
    b = bench(GLADIA, row.scenario)
    b.emulator.webhook_sender = None  # nothing is really sent
    made = b.http.post("/v2/pre-recorded", json={"audio_url": URL, **options})
    assert made.status_code == 201, made.text
    b.clock.advance(3)
    return row.shows(b, b.http.get(f"/v2/pre-recorded/{made.json()['id']}").json())


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.option)
def test_an_option_changes_what_comes_of_the_job(row: Row) -> None:
    usual = job(row, row.beside)
    changed = job(row, {**row.beside, **row.given})

    assert usual != changed
    assert row.usual in (..., usual)
    assert row.changed in (..., changed)


def test_every_option_has_its_row() -> None:
    rows = [*(row.option for row in ROWS), PRONOUNCED]
    assert sorted(rows) == sorted(options("JobRequest"))


def test_a_language_of_the_vocabulary_is_for_the_pronunciation_alone() -> None:
    options = {"custom_vocabulary": [{**SQL, "language": "fr"}]}

    assert job(Row(PRONOUNCED, text, TEXT, SPELLED, options), options) == SPELLED


def options(schema: str, above: str = "") -> Iterator[str]:
    """The names of a request's members and of theirs, dotted."""
    schemas = GLADIA.contract.spec["components"]["schemas"]
    for name, one in schemas[schema]["properties"].items():
        path = f"{above}{name}"
        yield path
        inner = schemas.get(one.get("$ref", "").rpartition("/")[2], {})
        if inner.get("properties"):
            yield from options(one["$ref"].rpartition("/")[2], f"{path}.")
        if path == f"{VOCABULARY}.vocabulary":
            entry = schemas["VocabularyEntry"]["oneOf"][1]["properties"]
            yield from (f"{path}.{member}" for member in entry)
