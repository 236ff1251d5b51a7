"""What no operation takes, and how that is said."""

from typing import Any

import pytest

from emulator.providers.azure_speech import AZURE_SPEECH
from tests.providers.azure_speech.making import NEW, PATH, UNKNOWN, create
from tests.support.clients import bench


@pytest.mark.parametrize(
    ("params", "inner"),
    [
        ({"skip": "-1"}, "UnsupportedPagination"),
        ({"skip": "x"}, "UnsupportedPagination"),
        ({"top": "0"}, "UnsupportedPagination"),
        ({"top": "101"}, "UnsupportedPagination"),
        ({"top": "1.5"}, "UnsupportedPagination"),
        ({"top": ["1", "2"]}, "UnsupportedPagination"),
        ({"filter": "status eq 'Done'"}, "UnsupportedFilter"),
    ],
)
def test_a_list_cannot_be_asked_for_in_other_ways(params: Any, inner: str) -> None:
    response = bench(AZURE_SPEECH).http.get(PATH, params=params)

    assert response.status_code == 400
    assert response.json()["code"] == "InvalidRequest"
    assert response.json()["innerError"]["code"] == inner


@pytest.mark.parametrize("count", [900, 1500])
@pytest.mark.parametrize(
    ("joint", "name", "found"), [("or", "calls", 1), ("and", "calls", 1), ("or", "x", 0)]
)
def test_a_filter_may_have_very_many_terms(count: int, joint: str, name: str, found: int) -> None:
    b = bench(AZURE_SPEECH)
    create(b, displayName="calls")

    terms = f" {joint} ".join([f"displayName eq '{name}'"] * count)
    response = b.http.get(PATH, params={"filter": terms})

    assert response.status_code == 200
    assert len(response.json()["values"]) == found


@pytest.mark.parametrize(
    ("before", "after"), [("not " * 5000, ""), ("(" * 5000, ")" * 5000), ("(not " * 5000, "")]
)
def test_a_filter_that_is_nested_too_deeply_is_refused(before: str, after: str) -> None:
    b = bench(AZURE_SPEECH)
    create(b)

    response = b.http.get(PATH, params={"filter": f"{before}displayName eq 'a'{after}"})

    assert response.status_code == 400
    assert response.json()["innerError"]["code"] == "UnsupportedFilter"


@pytest.mark.parametrize("validity", ["0", "-1", "x", "2147483648"])
@pytest.mark.parametrize("tail", ["", f"/{UNKNOWN}"])
def test_links_cannot_be_valid_for_no_time(validity: str, tail: str) -> None:
    b = bench(AZURE_SPEECH)
    id = create(b)

    response = b.http.get(f"{PATH}/{id}/files{tail}", params={"sasValidityInSeconds": validity})

    assert response.status_code == 400
    assert response.json()["innerError"]["code"] == "InvalidSasValidityDuration"


@pytest.mark.parametrize(
    ("changes", "inner"),
    [
        ({"displayName": None}, "InvalidPayload"),
        ({"displayName": ""}, "InvalidPayload"),
        ({"locale": None}, "InvalidPayload"),
        ({"locale": "tlh-XX"}, "InvalidLocale"),
        ({"contentUrls": []}, "InvalidPayload"),
        ({"contentUrls": ["a.wav"]}, "InvalidPayload"),
        ({"contentUrls": None}, "OnlyOneOfUrlsOrContainerOrDataset"),
        ({"contentUrls": ["https://x.test/a"] * 1001}, "ExceededNumberOfRecordingsUris"),
        ({"contentContainerUrl": "https://x.test/c"}, "OnlyOneOfUrlsOrContainerOrDataset"),
        ({"model": {}}, "InvalidPayload"),
        ({"model": {"self": "x"}}, "InvalidModelUri"),
        ({"customProperties": {str(n): "x" for n in range(11)}}, "InvalidPayload"),
        ({"customProperties": {"k" * 65: "x"}}, "InvalidPayload"),
        ({"customProperties": {"k": "x" * 257}}, "InvalidPayload"),
        ({"properties": {"punctuationMode": "automatic"}}, "InvalidPayload"),
        ({"properties": {"profanityFilterMode": "Hidden"}}, "InvalidPayload"),
        ({"properties": {"channels": []}}, "InvalidPayload"),
        ({"properties": {"channels": [-1]}}, "InvalidPayload"),
        ({"properties": {"timeToLive": "PT745H"}}, "InvalidTimeToLive"),
        (
            {
                "properties": {
                    "diarizationEnabled": True,
                    "diarization": {"speakers": {"maxCount": 36}},
                }
            },
            "InvalidPayload",
        ),
        ({"properties": {"diarizationEnabled": True, "diarization": {}}}, "InvalidPayload"),
        (
            {"properties": {"languageIdentification": {"candidateLocales": ["en-US"]}}},
            "InvalidPayload",
        ),
        ({"properties": {"languageIdentification": {}}}, "InvalidPayload"),
        ({"properties": {"destinationContainerUrl": "here"}}, "InvalidPayload"),
    ],
)
def test_a_bad_order_is_refused_with_its_inner_code(changes: dict[str, Any], inner: str) -> None:
    b = bench(AZURE_SPEECH)

    response = b.http.post(PATH, json={**NEW, **changes})

    assert response.status_code == 400
    assert response.json()["code"] == "InvalidRequest"
    assert response.json()["innerError"]["code"] == inner
    assert response.json()["innerError"]["message"] == response.json()["message"]
    assert b.http.get(PATH).json() == {"values": []}


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (
            b'{"displayName": "x", "locale": "en-US", "contentUrls": ["https://x.test/a"],'
            b' "customProperties": {"retryCount": 3}}',
            "$.customProperties.retryCount: The supplied value is invalid.",
        ),
        (b"[]", "$: The supplied value is invalid."),
        (b'"x"', "$: The supplied value is invalid."),
        (b'{"displayName": 7, "locale": "x"}', "$.displayName: The supplied value is invalid."),
        (
            b"contentUrls=x",
            "Unexpected character encountered while parsing value: c. Path '', line 0, position 0.",
        ),
        (b'{"displayName": "x"', "Unexpected end when reading JSON. Path '', line 1, position 19."),
    ],
)
def test_a_body_that_cannot_be_read_is_an_invalid_payload(body: bytes, message: str) -> None:
    headers = {"Content-Type": "application/json"}

    response = bench(AZURE_SPEECH).http.post(PATH, content=body, headers=headers)

    assert response.status_code == 400
    assert response.json() == {"code": "InvalidPayload", "message": message}


@pytest.mark.parametrize("body", [b'{"displayName": "\xff"}', b"\xff\xfe{}", b"{'a': 1}", b"{]"])
def test_bytes_that_are_no_json_are_an_invalid_payload(body: bytes) -> None:
    headers = {"Content-Type": "application/json"}

    response = bench(AZURE_SPEECH).http.post(PATH, content=body, headers=headers)

    assert (response.status_code, response.json()["code"]) == (400, "InvalidPayload")


def test_an_empty_body_is_an_empty_request() -> None:
    headers = {"Content-Type": "application/json"}

    response = bench(AZURE_SPEECH).http.post(PATH, headers=headers)

    assert response.status_code == 400
    assert response.json()["innerError"]["code"] == "EmptyRequest"


@pytest.mark.parametrize("media", ["audio/wav", "application/x-www-form-urlencoded", None])
def test_another_media_type_is_refused_without_a_body(media: str | None) -> None:
    headers = {"Content-Type": media} if media else {}

    response = bench(AZURE_SPEECH).http.post(PATH, content=b"RIFF", headers=headers)

    assert (response.status_code, response.content) == (415, b"")
    assert response.headers["Cache-Control"] == "public, max-age=5"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/speechtotext/v3.1/nothing"),
        ("PUT", PATH),
        ("GET", "/speechtotext/v3.0/transcriptions"),
    ],
)
def test_an_unknown_route_is_answered_by_the_gateway(method: str, path: str) -> None:
    response = bench(AZURE_SPEECH).http.request(method, path)

    assert response.status_code == 404
    assert response.json() == {"error": {"code": "404", "message": "Resource not found"}}
