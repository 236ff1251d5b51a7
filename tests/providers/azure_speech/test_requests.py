"""What a request asks for, what is forgiven in it, and what is refused."""

from datetime import timedelta
from typing import Any

import pytest

from emulator.core.http.messages import Request, to_json
from emulator.core.http.problems import MOST_CHARACTERS, MOST_VIOLATIONS, Refused
from emulator.providers.azure_speech import AZURE_SPEECH, requests
from emulator.providers.azure_speech.errors import find_row
from emulator.providers.azure_speech.records import (
    ProfanityFilterMode,
    PunctuationMode,
    Settings,
    Speakers,
    TranscriptionRequest,
)

CREATE = AZURE_SPEECH.contract.operations["Transcriptions_Create"]
GET = AZURE_SPEECH.contract.operations["Transcriptions_Get"]
CUSTOM = "827712a5-f942-4997-91c3-7c6cde35600b"
HOST = "https://westus.api.cognitive.microsoft.com/speechtotext"
EN_US = "/speechtotext/v3.1/models/base/3d6f9ced-cc80-41cb-89f8-1d20e246796a"
MINIMAL: dict[str, Any] = {
    "displayName": "calls",
    "locale": "en-US",
    "contentUrls": ["https://media.example.com/a.wav"],
}
URIS = "Only absolute URIs containing a valid scheme, authority and path are allowed for"
LOCALES = "is a custom culture identifier. Custom cultures are not supported."


def prepared(content: Any) -> Any:
    return requests.prepare(CREATE, Request("POST", "/", content=content)).content


def test_the_names_of_properties_may_be_in_any_case() -> None:
    given = {
        "DisplayName": "calls",
        "CONTENTURLS": [],
        "Properties": {
            "ProfanityFilterMode": "None",
            "Diarization": {"Speakers": {"MinCount": 1}},
            "LanguageIdentification": {"CandidateLocales": ["en-US"]},
        },
        "Model": {"Self": "x"},
    }

    content = prepared(given)

    assert content == {
        "displayName": "calls",
        "contentUrls": [],
        "properties": {
            "profanityFilterMode": "None",
            "diarization": {"speakers": {"minCount": 1}},
            "languageIdentification": {"candidateLocales": ["en-US"]},
        },
        "model": {"self": "x"},
    }


def test_null_is_as_good_as_nothing_for_what_is_optional() -> None:
    content = prepared({"model": None, "properties": {"timeToLive": None}, "Description": None})

    assert content == {"properties": {}}


@pytest.mark.parametrize(
    ("given", "flag"),
    [("True", True), ("true", True), ("False", False), ("maybe", "maybe"), (1, 1), (True, True)],
)
def test_a_flag_may_be_a_string(given: Any, flag: Any) -> None:
    content = prepared({"properties": {"diarizationEnabled": given}})

    assert content == {"properties": {"diarizationEnabled": flag}}


def test_what_belongs_to_the_caller_is_left_alone() -> None:
    given = {"customProperties": {"Team": None, "flag": "True"}, "unknown": None, "Status": "x"}

    assert prepared(given) == given


@pytest.mark.parametrize("content", [None, [], "text", 7])
def test_a_body_that_is_no_object_is_left_to_the_contract(content: Any) -> None:
    assert prepared(content) == content


def test_an_id_may_be_in_any_case() -> None:
    request = Request("GET", "/", params={"id": "3F0A", "fileId": "AB", "filter": "A"})

    found = requests.prepare(GET, request).params

    assert found == {"id": "3f0a", "fileId": "ab", "filter": "A"}


def test_an_order_has_the_published_defaults() -> None:
    order = requests.transcription_request(MINIMAL)

    assert order == TranscriptionRequest(
        display_name="calls",
        locale="en-US",
        model_path=EN_US,
        settings=Settings(
            diarization=False,
            speakers=None,
            words=False,
            display_words=False,
            channels=(0, 1),
            punctuation=PunctuationMode.DICTATED_AND_AUTOMATIC,
            profanity=ProfanityFilterMode.MASKED,
            time_to_live=None,
            candidate_locales=(),
            model_paths=None,
            email=None,
        ),
        content_urls=("https://media.example.com/a.wav",),
        container_url=None,
        dataset_path=None,
        project_path=None,
        description=None,
        custom_properties=None,
    )


def test_an_order_keeps_everything_that_was_asked_for() -> None:
    order = requests.transcription_request(
        {
            "displayName": "calls",
            "locale": "EN-us",
            "description": "",
            "customProperties": {"b": "2", "a": "1"},
            "contentContainerUrl": "https://storage.test/c?sig=1",
            "model": {"self": f"{HOST}/v3.0/models/{CUSTOM.upper()}"},
            "project": {"self": f"{HOST}/v3.1/Projects/{CUSTOM}/"},
            "properties": {
                "diarizationEnabled": True,
                "diarization": {"speakers": {"minCount": 2, "maxCount": 5}},
                "wordLevelTimestampsEnabled": True,
                "displayFormWordLevelTimestampsEnabled": True,
                "channels": [1],
                "punctuationMode": "None",
                "profanityFilterMode": "Tags",
                "timeToLive": "PT12H",
                "languageIdentification": {
                    "candidateLocales": ["en-US", "nl-nl"],
                    "speechModelMapping": {
                        "nl-NL": {
                            "self": f"http://localhost/azure-speech/speechtotext/v3.1/models/{CUSTOM}"
                        }
                    },
                },
                "email": "ann@example.com",
            },
        }
    )

    assert order == TranscriptionRequest(
        display_name="calls",
        locale="en-US",
        model_path=f"/speechtotext/v3.1/models/{CUSTOM}",
        settings=Settings(
            diarization=True,
            speakers=Speakers(2, 5),
            words=True,
            display_words=True,
            channels=(1,),
            punctuation=PunctuationMode.NONE,
            profanity=ProfanityFilterMode.TAGS,
            time_to_live=timedelta(hours=12),
            candidate_locales=("en-US", "nl-NL"),
            model_paths=(("nl-NL", f"/speechtotext/v3.1/models/{CUSTOM}"),),
            email="ann@example.com",
        ),
        content_urls=(),
        container_url="https://storage.test/c?sig=1",
        dataset_path=None,
        project_path=f"/speechtotext/v3.1/projects/{CUSTOM}",
        description="",
        custom_properties=(("b", "2"), ("a", "1")),
    )


def test_a_dataset_is_a_third_way_to_name_the_audio() -> None:
    fields = {name: MINIMAL[name] for name in ("displayName", "locale")}

    order = requests.transcription_request(
        {**fields, "dataset": {"self": f"{HOST}/v3.1/datasets/{CUSTOM}"}}
    )

    assert order.dataset_path == f"/speechtotext/v3.1/datasets/{CUSTOM}"


def test_the_base_model_of_the_locale_may_be_named() -> None:
    order = requests.transcription_request(
        {**MINIMAL, "model": {"self": f"https://speech.test{EN_US}"}}
    )

    assert order.model_path == EN_US


@pytest.mark.parametrize(
    ("changes", "code", "messages"),
    [
        (
            {"contentContainerUrl": "https://storage.test/c"},
            "OnlyOneOfUrlsOrContainerOrDataset",
            ("Exactly one of contentUrls, contentContainerUrl and dataset is required.",),
        ),
        (
            {"contentUrls": ["https://media.example.com/a.wav", "a.wav"]},
            "InvalidPayload",
            (f"{URIS} transcription.contentUrls.",),
        ),
        (
            {"contentUrls": ["https://[bad"]},
            "InvalidPayload",
            (f"{URIS} transcription.contentUrls.",),
        ),
        (
            {"locale": "tlh-XX"},
            "InvalidLocale",
            (f"The value of transcription.Locale {LOCALES}",),
        ),
        (
            {"model": {"self": "https://example.com/models/1"}},
            "InvalidModelUri",
            ("The value of transcription.model is not the URI of such an entity.",),
        ),
        (
            {"project": {"self": f"{HOST}/v3.1/models/{CUSTOM}"}},
            "InvalidProject",
            ("The value of transcription.project is not the URI of such an entity.",),
        ),
        (
            {"locale": "de-DE", "model": {"self": f"https://speech.test{EN_US}"}},
            "ModelMismatch",
            ("The model is for the locale en-US.",),
        ),
        *[
            (
                {"properties": {"timeToLive": text}},
                "InvalidTimeToLive",
                (
                    "transcription.properties.timeToLive has to be an ISO 8601 duration of at"
                    " most 31 days.",
                ),
            )
            for text in ("soon", "P31DT1S", "-PT1H")
        ],
        (
            {"properties": {"diarization": {"speakers": {}}}},
            "InvalidPayload",
            ("transcription.properties.diarization needs diarizationEnabled to be true.",),
        ),
        (
            {
                "properties": {
                    "diarizationEnabled": True,
                    "diarization": {"speakers": {"minCount": 6, "maxCount": 5}},
                }
            },
            "InvalidPayload",
            ("transcription.properties.diarization.speakers.minCount is larger than maxCount.",),
        ),
        (
            {"properties": {"languageIdentification": {"candidateLocales": ["en-US", "tlh-XX"]}}},
            "InvalidLocale",
            (
                "The value of transcription.Properties.LanguageIdentification.CandidateLocales"
                f" {LOCALES}",
            ),
        ),
        (
            {
                "properties": {
                    "languageIdentification": {
                        "candidateLocales": ["en-US", "de-DE"],
                        "speechModelMapping": {
                            "fr-FR": {"self": f"{HOST}/v3.1/models/{CUSTOM}"},
                        },
                    }
                }
            },
            "InvalidPayload",
            (
                "fr-FR in transcription.Properties.LanguageIdentification.SpeechModelMapping is no"
                " candidate locale.",
            ),
        ),
        (
            {
                "properties": {
                    "languageIdentification": {
                        "candidateLocales": ["en-US", "de-DE"],
                        "speechModelMapping": {"de-DE": {"self": "x"}},
                    }
                }
            },
            "InvalidModelUri",
            ("The value of transcription.de-DE is not the URI of such an entity.",),
        ),
    ],
)
def test_what_is_wrong_is_refused_with_its_inner_code(
    changes: dict[str, Any], code: str, messages: tuple[str, ...]
) -> None:
    with pytest.raises(Refused) as refusal:
        requests.transcription_request({**MINIMAL, **changes})

    assert (refusal.value.code, refusal.value.details) == (code, {"messages": messages})


@pytest.mark.parametrize("span", ["P31D", "PT0S", "P1M"])
def test_a_time_to_live_of_up_to_31_days_is_taken(span: str) -> None:
    order = requests.transcription_request({**MINIMAL, "properties": {"timeToLive": span}})

    assert order.settings.time_to_live is not None


def test_no_audio_at_all_is_refused() -> None:
    with pytest.raises(Refused) as refusal:
        requests.transcription_request({"displayName": "calls", "locale": "en-US"})

    assert refusal.value.code == "OnlyOneOfUrlsOrContainerOrDataset"


def test_different_faults_are_told_together_as_an_invalid_payload() -> None:
    wrong = {"locale": "tlh-XX", "dataset": {"self": "x"}, "contentContainerUrl": "c"}

    with pytest.raises(Refused) as refusal:
        requests.transcription_request({"displayName": "calls", **wrong})

    assert refusal.value.code == "InvalidPayload"
    assert refusal.value.details == {
        "messages": (
            "Exactly one of contentUrls, contentContainerUrl and dataset is required.",
            f"{URIS} transcription.contentContainerUrl.",
            f"The value of transcription.Locale {LOCALES}",
            "The value of transcription.dataset is not the URI of such an entity.",
        )
    }


def test_of_very_many_mistakes_the_first_are_named() -> None:
    mapping = {f"{'x' * 1000}{i}": {"self": "?"} for i in range(1000)}
    languages = {"candidateLocales": ["en-US", "de-DE"], "speechModelMapping": mapping}
    fields = {**MINIMAL, "properties": {"languageIdentification": languages}}

    with pytest.raises(Refused) as caught:
        requests.transcription_request(fields)

    assert len(caught.value.details["messages"]) == MOST_VIOLATIONS
    answer = to_json(find_row(caught.value).body)
    assert len(answer) < 3 * MOST_VIOLATIONS * (MOST_CHARACTERS + 10)
