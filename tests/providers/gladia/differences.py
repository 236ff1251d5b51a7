"""Where Gladia's definition here is another than the published one, how that one has it, and why.

The published one is the OpenAPI document that the service gives out, as it was in August 2026. It
is no part of this project; what is written of it here was read off it by hand.
"""

from typing import NamedTuple


class Difference(NamedTuple):
    place: str  # in specs/gladia.yaml; what stands there carries the mark x-emulator-added
    published: str  # how the published document has it
    source: str  # of what we have instead


ABSENT = "absent"
SERVICE = "answers of the service, 2026"
RECORDED = "a recorded job, 12 February 2026"
HISTORY = "the document's own history, until 24 March 2026; a recorded job still shows it"
SDK = "gladiaio-sdk 2.2.0 and @gladiaio/sdk 2.1.0"
PAGES = "the documentation's pages on the add-ons"
ANSWERING = "the documentation's page on answering machine detection"
GUESS = "GUESS"

SCHEMAS = "components/schemas"
RESPONSES = "components/responses"
JOB = f"{SCHEMAS}/JobRequest/properties"

MARKED: tuple[Difference, ...] = (
    # Operations
    Difference("paths/~1health/get", ABSENT, SERVICE),
    Difference("paths/~1file~1{id}/get", ABSENT, f"{GUESS}: uploads have such an audio_url"),
    Difference(
        "paths/~1v1~1callbacks~1large-language-model/post", ABSENT, "the documentation's pages"
    ),
    Difference(
        "x-emulator-sockets/~1v2~1live/get",
        "an AsyncAPI document of its own",
        "OpenAPI has no word for websockets",
    ),
    # Answers
    Difference("components/headers/AllowOrigin", ABSENT, SERVICE),
    Difference("components/headers/ExposeHeaders", ABSENT, SERVICE),
    Difference(
        f"{RESPONSES}/BadRequestAdded", "400 for creating jobs and PATCH alone", "clients' tests"
    ),
    Difference(f"{RESPONSES}/KeyForbidden", "403 for deletions alone", f"{GUESS}: what a key may"),
    Difference(f"{RESPONSES}/KeyForbiddenOrSpent", "403 for deletions alone", GUESS),
    Difference(
        f"{RESPONSES}/PayloadTooLarge", "413 for PATCH alone", f"{GUESS}: any body can be too large"
    ),
    Difference(
        f"{RESPONSES}/TooManyRequests", ABSENT, "the documentation's page on limits; clients' code"
    ),
    Difference(f"{RESPONSES}/HeadersTooLarge", ABSENT, "RFC 6585, section 5"),
    Difference(f"{RESPONSES}/UnsupportedContentEncoding", ABSENT, "what Express answers"),
    Difference(f"{RESPONSES}/ServerError", ABSENT, f"{SDK}: they try it again"),
    Difference(f"{RESPONSES}/Unavailable", ABSENT, f"{SDK}: they try it again"),
    Difference(f"{RESPONSES}/NotModified", ABSENT, f"{GUESS}: Express answers so"),
    # What clients send
    Difference(
        "paths/~1v2~1upload/post/requestBody/content/multipart~1form-data/schema",
        "nothing is required",
        "the document's own 400 for it",
    ),
    Difference(
        "paths/~1v2~1upload/post/requestBody/content/application~1json/schema",
        "nothing is required",
        f"{GUESS}: there is nothing to fetch",
    ),
    Difference(
        "paths/~1v2~1live~1{id}/patch/requestBody/content/application~1json/schema",
        "an object without members",
        "its description: any JSON object of at most 100 kB",
    ),
    Difference(f"{SCHEMAS}/HttpUrl", "any URI", "its description; clients' samples"),
    Difference(f"{SCHEMAS}/DateFilter", "date-time, described as YYYY-MM-DD", "clients send both"),
    Difference(f"{SCHEMAS}/Model", "solaria-1, solaria-3", SDK),
    Difference(f"{JOB}/context_prompt", ABSENT, HISTORY),
    Difference(f"{JOB}/detect_language", ABSENT, HISTORY),
    Difference(f"{JOB}/language", ABSENT, HISTORY),
    Difference(f"{SCHEMAS}/CodeSwitchingConfig", ABSENT, HISTORY),
    Difference(f"{SCHEMAS}/StructuredDataExtractionConfig", ABSENT, HISTORY),
    Difference(
        f"{SCHEMAS}/CustomVocabulary",
        "boolean, described as boolean or array",
        "the makers' n8n node and command line client",
    ),
    Difference(
        f"{SCHEMAS}/DiarizationConfig/properties/enhanced", ABSENT, "an older state of the document"
    ),
    Difference(f"{SCHEMAS}/AudioToLlmConfig/properties/prompts/items", "array", SERVICE),
    Difference(
        f"{SCHEMAS}/PiiRedactionConfig/properties/entity_types",
        "one value, with a list as the example",
        PAGES,
    ),
    Difference(
        f"{SCHEMAS}/LiveRealtimeProcessing/properties/words_accurate_timestamps",
        ABSENT,
        "livekit-plugins-gladia 1.8.9",
    ),
    # What clients get back
    Difference(
        f"{SCHEMAS}/Upload/properties/audio_metadata/properties/extension", "a UUID", SERVICE
    ),
    Difference(f"{SCHEMAS}/PreRecordedJob/properties/custom_metadata", "never null", RECORDED),
    Difference(f"{SCHEMAS}/PreRecordedJob/properties/post_session_metadata", "required", RECORDED),
    Difference(f"{SCHEMAS}/RequestParams/properties/moderation", ABSENT, RECORDED),
    Difference(f"{SCHEMAS}/Models", "without a schema", SERVICE),
    Difference(
        f"{SCHEMAS}/TranslatedUtterance/properties/language",
        "the 99 languages of transcription",
        "the document's own list of target languages, which has wo",
    ),
    Difference(f"{SCHEMAS}/SentencesAddon/properties/results", "strings", PAGES),
    Difference(f"{SCHEMAS}/SentimentsAddon/properties/results", "a string", PAGES),
    Difference(f"{SCHEMAS}/ChaptersAddon/properties/results", "an object", PAGES),
    Difference(
        f"{SCHEMAS}/DiarizationAddon/properties/results",
        "never null",
        "its description: there when diarization failed",
    ),
    Difference(f"{SCHEMAS}/LiveErrorMessage", ABSENT, "the makers' integration notes"),
    Difference(f"{SCHEMAS}/LiveEndOfTurn", ABSENT, "the documentation's page on end-of-turn"),
    Difference(f"{SCHEMAS}/SpeechTurnEndMessage", ABSENT, "the same page; its data are a guess"),
    Difference(f"{SCHEMAS}/AnsweringMachineMessage", ABSENT, ANSWERING),
    Difference(f"{SCHEMAS}/AnsweringMachineMessageData", ABSENT, ANSWERING),
)


class Narrowing(NamedTuple):
    """What we send is within the published document, and the definition here says more of it."""

    place: str
    keyword: str
    why: str


NARROWER: tuple[Narrowing, ...] = (
    Narrowing(f"{SCHEMAS}/Moment", "pattern", "recorded: UTC with milliseconds and Z"),
    Narrowing(f"{SCHEMAS}/RequestId", "pattern", "recorded: G- and eight hex digits"),
    Narrowing(f"{SCHEMAS}/Seconds", "minimum", "times are never negative"),
    Narrowing(f"{SCHEMAS}/Confidence", "maximum", "recorded: from 0 to 1"),
    Narrowing(f"{SCHEMAS}/Error/properties/path", "pattern", "recorded: the path of the request"),
    Narrowing(
        f"{SCHEMAS}/BadRequestError/properties/validation_errors", "minItems", "never an empty list"
    ),
    Narrowing(f"{SCHEMAS}/PreRecordedJob", "required", "recorded: nulls are written out"),
    Narrowing(f"{SCHEMAS}/RequestParams", "required", "recorded: all switches are shown"),
    Narrowing(f"{SCHEMAS}/LiveRequestParams", "required", "recorded: the whole configuration"),
    Narrowing(f"{SCHEMAS}/Result", "required", "recorded: every result has a transcription"),
    Narrowing(f"{SCHEMAS}/PostChapter", "required", "two more summaries are optional, never sent"),
    Narrowing(f"{SCHEMAS}/Entity/properties/entity_type", "$ref", "the types of redaction"),
    Narrowing(f"{SCHEMAS}/Sentiment/properties/sentiment", "enum", PAGES),
    Narrowing(f"{SCHEMAS}/Sentiment/properties/emotion", "enum", PAGES),
    Narrowing(f"{SCHEMAS}/Upload/properties/audio_url", "pattern", "recorded: /file/ and a UUID"),
)

# Operation, method, path, and the published statuses. What the definition adds to them stands
# above, with its answer; but for these.
UNLISTED = {
    ("FileController_upload_v2", 401): f"it lists no errors at all; {SERVICE}",
    (
        "HistoryController_getList_v1",
        401,
    ): "it lists no errors at all; all but /v1/models want a key",
}
PUBLISHED: tuple[tuple[str, str, str, frozenset[int]], ...] = tuple(
    (id, method, path, frozenset(map(int, statuses.split())))
    for id, method, path, statuses in (
        ("FileController_upload_v2", "POST", "/v2/upload", "200"),
        (
            "PreRecordedController_initPreRecordedJob_v2",
            *("POST", "/v2/pre-recorded", "201 400 401 422"),
        ),
        ("PreRecordedController_getPreRecordedJobs_v2", "GET", "/v2/pre-recorded", "200 401"),
        (
            "PreRecordedController_getPreRecordedJob_v2",
            *("GET", "/v2/pre-recorded/{id}", "200 401 404"),
        ),
        (
            "PreRecordedController_deletePreRecordedJob_v2",
            *("DELETE", "/v2/pre-recorded/{id}", "202 401 403 404"),
        ),
        (
            "PreRecordedController_getAudio_v2",
            *("GET", "/v2/pre-recorded/{id}/file", "200 401 404"),
        ),
        (
            "TranscriptionController_initPreRecordedJob_v2",
            *("POST", "/v2/transcription", "201 400 401 422"),
        ),
        ("TranscriptionController_list_v2", "GET", "/v2/transcription", "200 401"),
        (
            "TranscriptionController_getTranscript_v2",
            *("GET", "/v2/transcription/{id}", "200 401 404"),
        ),
        (
            "TranscriptionController_deleteTranscript_v2",
            *("DELETE", "/v2/transcription/{id}", "202 401 403 404"),
        ),
        (
            "TranscriptionController_getAudio_v2",
            *("GET", "/v2/transcription/{id}/file", "200 401 404"),
        ),
        ("StreamingController_initStreamingSession_v2", "POST", "/v2/live", "201 400 401 422"),
        ("StreamingController_getStreamingJobs_v2", "GET", "/v2/live", "200 401"),
        ("StreamingController_getStreamingJob_v2", "GET", "/v2/live/{id}", "200 401 404"),
        (
            "StreamingController_patchRequestParams_v2",
            *("PATCH", "/v2/live/{id}", "204 400 401 404 413"),
        ),
        (
            "StreamingController_deleteStreamingJob_v2",
            *("DELETE", "/v2/live/{id}", "202 401 403 404"),
        ),
        ("StreamingController_getAudio_v2", "GET", "/v2/live/{id}/file", "200 401 404"),
        ("HistoryController_getList_v1", "GET", "/v1/history", "200"),
        ("ModelsController_list_v1", "GET", "/v1/models", "200"),
        (
            "AudioToTextController_audioTranscription",
            *("POST", "/audio/text/audio-transcription", "200"),
        ),
        (
            "VideoToTextController_videoTranscription",
            *("POST", "/video/text/video-transcription", "200"),
        ),
    )
)

# The members of what clients send, by the name of its schema here.
FIELDS: dict[str, str] = {
    "JobRequest": (
        "audio_url model language_config custom_vocabulary custom_vocabulary_config "
        "custom_spelling custom_spelling_config callback callback_config callback_url subtitles "
        "subtitles_config diarization diarization_config translation translation_config "
        "summarization summarization_config named_entity_recognition sentiment_analysis sentences "
        "punctuation_enhanced audio_to_llm audio_to_llm_config pii_redaction pii_redaction_config "
        "custom_metadata"
    ),
    "LanguageConfig": "languages code_switching",
    "CustomVocabularyConfig": "vocabulary default_intensity",
    "CustomSpellingConfig": "spelling_dictionary",
    "CallbackConfig": "url method",
    "SubtitlesConfig": (
        "formats minimum_duration maximum_duration maximum_characters_per_row "
        "maximum_rows_per_caption style"
    ),
    "DiarizationConfig": "number_of_speakers min_speakers max_speakers",
    "TranslationConfig": (
        "target_languages model match_original_utterances lipsync context_adaptation context "
        "informal"
    ),
    "SummarizationConfig": "type",
    "AudioToLlmConfig": "prompts model",
    "PiiRedactionConfig": "entity_types processed_text_type",
    "LiveRequest": (
        "encoding bit_depth sample_rate channels model endpointing "
        "maximum_duration_without_endpointing language_config pre_processing realtime_processing "
        "post_processing messages_config callback callback_config custom_metadata"
    ),
}


def report() -> str:
    """All of it, as a table in Markdown."""
    head = ["| in specs/gladia.yaml | published | ours comes from |", "| --- | --- | --- |"]
    marked = [f"| `{one.place}` | {one.published} | {one.source} |" for one in MARKED]
    listed = [f"| {id} {status} | {ABSENT} | {why} |" for (id, status), why in UNLISTED.items()]
    narrower = [f"| `{one.place}` | without `{one.keyword}` | {one.why} |" for one in NARROWER]
    return "\n".join([*head, *marked, *listed, *narrower])
