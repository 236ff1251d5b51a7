"""The files of a transcription and their content, as a client meets them."""

import pytest

from emulator.providers.azure_speech import AZURE_SPEECH
from tests.providers.azure_speech.making import NO_ENTITY, PATH, UNKNOWN, create
from tests.support.clients import bench


def test_there_are_no_files_before_the_end() -> None:
    b = bench(AZURE_SPEECH)
    id = create(b)
    b.clock.advance(2)

    response = b.http.get(f"{PATH}/{id}/files")

    assert response.json() == {"values": []}
    assert response.headers["Retry-After"] == "1"


def test_files_are_paged_and_filtered_and_the_link_keeps_everything() -> None:
    b = bench(AZURE_SPEECH)
    id = create(b, contentUrls=[f"https://media.example.com/{n}.wav" for n in range(3)])
    b.clock.advance(3)
    files = f"{PATH}/{id}/files"

    first = b.http.get(
        files, params={"filter": "kind eq 'Transcription'", "top": 2, "sasValidityInSeconds": 60}
    )
    second = b.http.get(first.json()["@nextLink"])
    report = b.http.get(files, params={"filter": "name eq 'report.json'"})
    none = b.http.get(files, params={"filter": "createdDateTime lt 2026-01-05T09:00:03Z"})

    assert first.json()["@nextLink"] == (
        f"{b.url}{files}?skip=2&top=2&filter=kind%20eq%20'Transcription'&sasValidityInSeconds=60"
    )
    assert [one["name"] for one in first.json()["values"] + second.json()["values"]] == [
        "contenturl_0.json",
        "contenturl_1.json",
        "contenturl_2.json",
    ]
    assert [one["kind"] for one in report.json()["values"]] == ["TranscriptionReport"]
    assert none.json() == {"values": []}
    assert "Retry-After" not in first.headers


def test_one_file_is_the_same_as_in_the_list_with_a_link_of_its_own() -> None:
    b = bench(AZURE_SPEECH)
    id = create(b)
    b.clock.advance(3)
    (in_list, _) = b.http.get(f"{PATH}/{id}/files").json()["values"]
    b.clock.advance(60)

    alone = b.http.get(in_list["self"], params={"sasValidityInSeconds": 60}).json()

    assert {**alone, "links": in_list["links"]} == in_list
    assert "se=2026-01-05T09%3A02%3A03Z" in alone["links"]["contentUrl"]
    assert "se=2026-01-05T21%3A00%3A03Z" in in_list["links"]["contentUrl"]


def test_an_unknown_file_is_not_found() -> None:
    b = bench(AZURE_SPEECH)
    id = create(b)
    b.clock.advance(3)

    response = b.http.get(f"{PATH}/{id}/files/{UNKNOWN}")

    assert (response.status_code, response.json()) == (404, NO_ENTITY)


def test_a_link_leads_to_as_many_bytes_as_the_file_has_without_any_key() -> None:
    b = bench(AZURE_SPEECH)
    id = create(b)
    b.clock.advance(3)
    file = b.http.get(f"{PATH}/{id}/files").json()["values"][0]

    # A vendor's sample sends the header with an empty value.
    response = b.http.get(file["links"]["contentUrl"], headers={"Ocp-Apim-Subscription-Key": ""})

    assert response.status_code == 200
    assert len(response.content) == file["properties"]["size"]
    assert response.content.startswith(b'{\n  "source": "https://media.example.com/calls/0001.wav"')
    assert response.headers["Content-Type"] == "application/json"
    assert response.headers["Last-Modified"] == "Mon, 05 Jan 2026 09:00:03 GMT"
    assert response.headers["x-ms-request-id"] == response.headers["X-Emulator-Request-Id"]
    again = b.http.get(
        file["links"]["contentUrl"], headers={"If-None-Match": response.headers["ETag"]}
    )
    assert (again.status_code, again.content) == (304, b"")


def test_a_link_whose_time_is_over_is_refused_by_the_storage() -> None:
    b = bench(AZURE_SPEECH)
    id = create(b)
    b.clock.advance(3)
    file = b.http.get(f"{PATH}/{id}/files", params={"sasValidityInSeconds": 60}).json()["values"][0]
    b.clock.advance(60)

    response = b.http.get(file["links"]["contentUrl"])

    assert response.status_code == 403
    assert response.headers["Content-Type"] == "application/xml"
    assert response.headers["x-ms-error-code"] == "AuthenticationFailed"
    assert "Start [Mon, 05 Jan 2026 08:55:03 GMT] - Expiry [Mon, 05 Jan 2026 09:01:03 GMT]" in (
        response.text
    )


@pytest.mark.parametrize(
    "change", [("sig=", "sig=x"), ("sp=rl", "sp=rwd"), ("bestor-", "bestor-0")]
)
def test_a_link_that_was_altered_is_refused_by_the_storage(change: tuple[str, str]) -> None:
    b = bench(AZURE_SPEECH)
    id = create(b)
    b.clock.advance(3)
    file = b.http.get(f"{PATH}/{id}/files").json()["values"][0]

    response = b.http.get(file["links"]["contentUrl"].replace(*change))

    assert response.status_code == 403
    assert "Signature did not match." in response.text


def test_the_words_follow_the_scenario_and_the_request() -> None:
    b = bench(
        AZURE_SPEECH,
        """
transcripts:
  talk: {language: en, lines: [{Ann: {says: "Hello, Ben.", at: 1s, for: 1s}}, Ben: Damn hello!]}
jobs: [{transcript: talk}]
""",
    )
    id = create(
        b,
        locale="de-DE",
        properties={
            "diarizationEnabled": True,
            "wordLevelTimestampsEnabled": True,
            "punctuationMode": "None",
            "profanityFilterMode": "Tags",
            "languageIdentification": {"candidateLocales": ["de-DE", "en-GB"]},
        },
    )
    b.clock.advance(3)
    link = b.http.get(f"{PATH}/{id}/files").json()["values"][0]["links"]["contentUrl"]

    phrases = b.http.get(link).json()["recognizedPhrases"]

    told = [
        (
            phrase["speaker"],
            phrase["locale"],
            phrase["nBest"][0]["display"],
            phrase["nBest"][0]["maskedITN"],
        )
        for phrase in phrases
    ]
    assert told == [
        (1, "en-GB", "Hello Ben", "hello ben"),
        (2, "en-GB", "<profanity>Damn</profanity> hello", "d*** hello"),
    ]
    assert (phrases[0]["offset"], phrases[0]["offsetInTicks"]) == ("PT1S", 10000000.0)
    assert [phrase["word"] for phrase in phrases[0]["nBest"][0]["words"]] == ["hello", "ben"]


def test_two_channels_are_transcribed_into_one_file() -> None:
    b = bench(AZURE_SPEECH, "jobs: [{azure_speech: {channels: 2}}]")
    id = create(b)
    b.clock.advance(3)
    link = b.http.get(f"{PATH}/{id}/files").json()["values"][0]["links"]["contentUrl"]

    result = b.http.get(link).json()

    channels = [one["channel"] for one in result["recognizedPhrases"]]
    assert channels == sorted(channels)
    assert set(channels) == {0, 1}
    assert [one["channel"] for one in result["combinedRecognizedPhrases"]] == [0, 1]
