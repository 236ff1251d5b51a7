"""The calls of "Get batch transcription results", with the documented answers' whole shape."""

from typing import Any

import httpx

from emulator.interfaces.serving.httpx_transport import Transport
from emulator.providers.azure_speech import AZURE_SPEECH
from tests.support.clients import Bench, bench

HOST = "https://eastus.api.cognitive.microsoft.com"
KEY = {"Ocp-Apim-Subscription-Key": "test-YourSubscriptionKey"}
SCENARIO = """
transcripts:
  hello: {language: en-US, lines: [{Ann: {says: Hello world., at: 760ms, for: 1320ms}}]}
  weather: {language: en-US, lines: [{Ben: {says: "What's the weather like?", at: 500ms, for: 2s}}]}
jobs:
  - {when: {audio: "*/hello.wav"}, transcript: hello, timeline: {processing: 1s, completed: 2s}}
  - {when: {audio: "*/whats*.wav"}, transcript: weather, timeline: {processing: 1s, completed: 2s}}
"""


def done() -> tuple[Bench, httpx.Client, str]:
    """The document's transcription two seconds after it was made, and its URL at the real host."""
    b = bench(AZURE_SPEECH, SCENARIO)
    client = httpx.Client(transport=Transport(b.emulator), headers=KEY)
    made = client.post(
        f"{HOST}/speechtotext/v3.1/transcriptions",
        json={
            "contentUrls": ["https://crbn.us/hello.wav", "https://crbn.us/whatstheweatherlike.wav"],
            "locale": "en-US",
            "displayName": "My Transcription",
            "model": None,
            "properties": {
                "displayFormWordLevelTimestampsEnabled": True,
                "languageIdentification": {"candidateLocales": ["en-US", "de-DE", "es-ES"]},
            },
        },
    )
    tenant = b.emulator.tenants.tenant_of_key("test-YourSubscriptionKey")
    assert tenant is not None
    tenant.clock.advance(2)
    return b, client, made.headers["Location"]


def shape(value: Any) -> Any:
    """The names of members in their order, and the types of what is in them."""
    if isinstance(value, dict):
        return {name: shape(one) for name, one in value.items()}
    if isinstance(value, list):
        return [shape(one) for one in value]
    return type(value).__name__


def test_the_status_of_a_transcription_is_as_documented() -> None:
    _, client, self = done()

    response = client.get(self)

    body = response.json()
    assert response.status_code == 200
    assert body == {
        "self": self,
        "model": {
            "self": f"{HOST}/speechtotext/v3.1/models/base/3d6f9ced-cc80-41cb-89f8-1d20e246796a"
        },
        "links": {"files": f"{self}/files"},
        "properties": {
            "diarizationEnabled": False,
            "wordLevelTimestampsEnabled": False,
            "displayFormWordLevelTimestampsEnabled": True,
            "channels": [0, 1],
            "punctuationMode": "DictatedAndAutomatic",
            "profanityFilterMode": "Masked",
            "duration": "PT5S",
            "languageIdentification": {"candidateLocales": ["en-US", "de-DE", "es-ES"]},
        },
        "lastActionDateTime": "2026-01-05T09:00:02Z",
        "status": "Succeeded",
        "createdDateTime": "2026-01-05T09:00:00Z",
        "locale": "en-US",
        "displayName": "My Transcription",
    }
    assert list(body) == [
        "self",
        "model",
        "links",
        "properties",
        "lastActionDateTime",
        "status",
        "createdDateTime",
        "locale",
        "displayName",
    ]
    assert list(body["properties"]) == [
        "diarizationEnabled",
        "wordLevelTimestampsEnabled",
        "displayFormWordLevelTimestampsEnabled",
        "channels",
        "punctuationMode",
        "profanityFilterMode",
        "duration",
        "languageIdentification",
    ]


def test_the_files_of_a_transcription_are_as_documented() -> None:
    _, client, self = done()

    response = client.get(f"{self}/files")

    values = response.json()["values"]
    id = self.rpartition("/")[2]
    file = {
        "self": "str",
        "name": "str",
        "kind": "str",
        "properties": {"size": "int"},
        "createdDateTime": "str",
        "links": {"contentUrl": "str"},
    }
    assert response.status_code == 200
    assert shape(response.json()) == {"values": [file, file, file]}
    assert [(value["name"], value["kind"]) for value in values] == [
        ("contenturl_0.json", "Transcription"),
        ("contenturl_1.json", "Transcription"),
        ("report.json", "TranscriptionReport"),
    ]
    # The report is byte for byte as long as the documented one.
    assert values[2]["properties"]["size"] == 279
    assert [
        value["links"]["contentUrl"].partition("?")[0].rpartition("/")[2] for value in values
    ] == [
        f"{id}_0_0.json",
        f"{id}_1_0.json",
        f"{id}_report.json",
    ]
    signed = values[0]["links"]["contentUrl"].partition("?")[2]
    assert signed.startswith(
        "sv=2021-08-06&st=2026-01-05T08%3A55%3A02Z&se=2026-01-05T21%3A00%3A02Z&sr=b&sp=rl&sig="
    )


def test_the_report_is_the_documented_one() -> None:
    _, client, self = done()
    report = client.get(f"{self}/files").json()["values"][2]

    response = client.get(report["links"]["contentUrl"])

    assert response.json() == {
        "successfulTranscriptionsCount": 2,
        "failedTranscriptionsCount": 0,
        "details": [
            {"source": "https://crbn.us/hello.wav", "status": "Succeeded"},
            {"source": "https://crbn.us/whatstheweatherlike.wav", "status": "Succeeded"},
        ],
    }


def test_the_result_has_the_documented_shape() -> None:
    _, client, self = done()
    result = client.get(f"{self}/files").json()["values"][0]

    body = client.get(result["links"]["contentUrl"]).json()

    forms = {"lexical": "str", "itn": "str", "maskedITN": "str", "display": "str"}
    times = {
        "offset": "str",
        "duration": "str",
        "offsetInTicks": "float",
        "durationInTicks": "float",
    }
    word = {"displayText": "str", **times}
    other = {"confidence": "float", **forms}
    assert shape(body) == {
        "source": "str",
        "timestamp": "str",
        "durationInTicks": "int",
        "duration": "str",
        "combinedRecognizedPhrases": [{"channel": "int", **forms}],
        "recognizedPhrases": [
            {
                "recognitionStatus": "str",
                "channel": "int",
                "locale": "str",  # with language identification, says the table below the example
                **times,
                "nBest": [{**other, "displayWords": [word, word]}, other, other, other, other],
            }
        ],
    }
    phrase = body["recognizedPhrases"][0]
    best = phrase["nBest"][0]
    assert {name: best[name] for name in forms} == {
        "lexical": "hello world",
        "itn": "hello world",
        "maskedITN": "hello world",
        "display": "Hello world.",
    }
    assert [one["display"] for one in phrase["nBest"][1:3]] == ["helloworld", "hello worlds"]
    assert (phrase["offset"], phrase["duration"]) == ("PT0.76S", "PT1.32S")
    assert (phrase["offsetInTicks"], phrase["durationInTicks"]) == (7600000.0, 13200000.0)


def test_a_wrong_key_is_refused_as_real_answers_show() -> None:
    _, client, self = done()

    response = client.get(self, headers={"Ocp-Apim-Subscription-Key": "YourSubscriptionKey"})

    assert response.status_code == 401
    assert shape(response.json()) == {"error": {"code": "str", "message": "str"}}
    assert response.json()["error"]["code"] == "401"


def test_an_unknown_transcription_is_not_found() -> None:
    _, client, _ = done()

    response = client.get(
        f"{HOST}/speechtotext/v3.1/transcriptions/637d9333-6559-47a6-b8de-c7d732c1ddf3"
    )

    assert response.status_code == 404
    assert response.json()["code"] == "NotFound"
