"""HAR, held against the members and types of HAR 1.2."""

from datetime import UTC, datetime
from typing import Any

import jsonschema_rs

from emulator.core.faults.engine import Effect
from emulator.core.faults.model import Connection, Kind
from emulator.core.http.messages import Json, Part, Request, Response, json_response
from emulator.core.inspection.har import to_har
from emulator.core.journal.exchange import Exchange
from emulator.core.journal.journal import Journal

T0 = datetime(2026, 1, 5, 9, tzinfo=UTC)
TEXT = {"type": "string"}
NUMBER = {"type": "integer", "minimum": -1}


def shape(required: dict[str, Any], **optional: Any) -> dict[str, Any]:
    """An object: HAR 1.2 allows members that begin with an underscore, and "comment" anywhere."""
    return {
        "type": "object",
        "properties": {**required, **optional, "comment": TEXT},
        "required": list(required),
        "patternProperties": {"^_": True},
        "additionalProperties": False,
    }


def many(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


# Source: http://www.softwareishard.com/blog/har-12-spec/, section by section.
PAIR = shape({"name": TEXT, "value": TEXT})
PARAM = shape({"name": TEXT}, value=TEXT, fileName=TEXT, contentType=TEXT)
POST_DATA = {
    **shape({"mimeType": TEXT}, params=many(PARAM), text=TEXT),
    "not": {"required": ["params", "text"]},
}
REQUEST = shape(
    {
        "method": TEXT,
        "url": {"type": "string", "format": "uri"},
        "httpVersion": TEXT,
        "cookies": many(PAIR),
        "headers": many(PAIR),
        "queryString": many(PAIR),
        "headersSize": NUMBER,
        "bodySize": NUMBER,
    },
    postData=POST_DATA,
)
CONTENT = shape({"size": NUMBER, "mimeType": TEXT}, compression=NUMBER, text=TEXT, encoding=TEXT)
RESPONSE = shape(
    {
        "status": {"type": "integer"},
        "statusText": TEXT,
        "httpVersion": TEXT,
        "cookies": many(PAIR),
        "headers": many(PAIR),
        "content": CONTENT,
        "redirectURL": TEXT,
        "headersSize": NUMBER,
        "bodySize": NUMBER,
    }
)
TIMINGS = shape({"send": NUMBER, "wait": NUMBER, "receive": NUMBER}, blocked=NUMBER, dns=NUMBER)
ENTRY = shape(
    {
        "startedDateTime": {"type": "string", "format": "date-time"},
        "time": {"type": "integer", "minimum": 0},
        "request": REQUEST,
        "response": RESPONSE,
        "cache": shape({}),
        "timings": TIMINGS,
    },
    pageref=TEXT,
    serverIPAddress=TEXT,
    connection=TEXT,
)
LOG = shape(
    {
        "version": {"const": "1.2"},
        "creator": shape({"name": TEXT, "version": TEXT}),
        "entries": many(ENTRY),
    }
)
HAR = jsonschema_rs.Draft202012Validator(shape({"log": LOG}), validate_formats=True)


def entries(*exchanges: Exchange) -> list[Any]:
    """The entries of what a journal keeps of these."""
    journal = Journal()
    for one in exchanges:
        journal.record(one)
    made: Json = to_har(journal, version="1.0")
    assert [error.message for error in HAR.iter_errors(made)] == []
    assert isinstance(made, dict)
    return list(made["log"]["entries"])


def exchange(request: Request, response: Response, **more: Any) -> Exchange:
    return Exchange("toy", request, response, T0, **more)


def test_an_archive_says_who_made_it() -> None:
    assert to_har([], version="1.0") == {
        "log": {
            "version": "1.2",
            "creator": {"name": "Speech Emulator", "version": "1.0"},
            "entries": [],
        }
    }


def test_an_exchange_is_an_entry_without_its_keys() -> None:
    head = {"content-type": "application/json", "x-toy-key": "test-annabella"}
    request = Request(
        "POST", "/v1/ä b", (("a", "b c"),), head, b'{"a":1}', "http://127.0.0.1:4788/toy", "id"
    )
    response = json_response(201, {"b": 2}, {"Location": "/v1/x"})

    made = entries(
        exchange(request, response, operation="make", key="test-annabella", notes=("odd",))
    )

    assert made == [
        {
            "startedDateTime": "2026-01-05T09:00:00.000Z",
            "time": 0,
            "request": {
                "method": "POST",
                "url": "http://127.0.0.1:4788/toy/v1/%C3%A4%20b?a=b+c",
                "httpVersion": "HTTP/1.1",
                "cookies": [],
                "headers": [
                    {"name": "content-type", "value": "application/json"},
                    {"name": "x-toy-key", "value": "test-a..."},
                ],
                "queryString": [{"name": "a", "value": "b c"}],
                "headersSize": -1,
                "bodySize": 7,
                "postData": {"mimeType": "application/json", "text": '{"a":1}', "comment": ""},
            },
            "response": {
                "status": 201,
                "statusText": "Created",
                "httpVersion": "HTTP/1.1",
                "cookies": [],
                "headers": [
                    {"name": "Content-Type", "value": "application/json; charset=utf-8"},
                    {"name": "Location", "value": "/v1/x"},
                ],
                "content": {
                    "size": 7,
                    "mimeType": "application/json; charset=utf-8",
                    "text": '{"b":2}',
                },
                "redirectURL": "/v1/x",
                "headersSize": -1,
                "bodySize": 7,
            },
            "cache": {},
            "timings": {"send": 0, "wait": 0, "receive": 0},
            "comment": "odd",
            "_emulator": {
                "id": "id",
                "provider": "toy",
                "operation": "make",
                "tenant": "test-a...",
                "refused": None,
                "fault": None,
            },
        }
    ]


def test_a_form_is_shown_by_its_fields() -> None:
    head = {"content-type": "multipart/form-data; boundary=b"}
    parts = (
        Part("name", b"a"),
        Part("f", b"1", "a.wav", "audio/wav"),
        Part("f", b"22", "a.wav"),
    )

    made = entries(
        exchange(Request("POST", "/", headers=head, body=b"--b", parts=parts), Response(204))
    )

    one = "6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b"
    two = "785f3ec7eb32f30b90cd0fcf3657d388b5ff4297f2f9716ff66e9b69c05ddd09"
    assert made[0]["request"]["bodySize"] == 3
    assert made[0]["request"]["postData"] == {
        "mimeType": "multipart/form-data; boundary=b",
        "params": [
            {"name": "name", "value": "a"},
            {
                "name": "f",
                "fileName": "a.wav",
                "contentType": "audio/wav",
                "comment": f"1 bytes, sha256 {one}",
            },
            {
                "name": "f",
                "fileName": "a.wav",
                "contentType": "",
                "comment": f"2 bytes, sha256 {two}",
            },
        ],
    }


def test_a_recording_is_shown_as_its_size() -> None:
    head = {"content-type": "audio/wav"}
    digest = "6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b"

    made = entries(
        exchange(Request("PUT", "/", headers=head, body=b"1"), Response(200, b"1", head))
    )

    said = f"1 bytes, sha256 {digest}"
    assert made[0]["request"]["postData"] == {"mimeType": "audio/wav", "text": "", "comment": said}
    assert made[0]["response"]["content"] == {"size": 1, "mimeType": "audio/wav", "comment": said}


def test_a_form_that_was_not_kept_is_told_by_its_size() -> None:
    head = {"content-type": "multipart/form-data; boundary=b"}
    journal = Journal(most_bytes=200)
    request = Request("POST", "/", headers=head, body=b"1" * 999, parts=(Part("a", b"1" * 999),))
    journal.record(exchange(request, Response(204)))

    made: Any = to_har(journal, version="1.0")

    assert HAR.is_valid(made)
    assert made["log"]["entries"][0]["request"]["postData"] == {
        "mimeType": "multipart/form-data; boundary=b",
        "text": "",
        "comment": "999 bytes",
    }


def test_other_bytes_are_in_base64() -> None:
    made = entries(exchange(Request("GET", "/"), Response(200, b"\xff", {"content-type": "a/b"})))

    assert made[0]["response"]["content"] == {
        "size": 1,
        "mimeType": "a/b",
        "text": "/w==",
        "encoding": "base64",
    }


def test_a_fault_is_told() -> None:
    fault = Effect("scenario-1", None, 0.25, Connection(Kind.RESET))

    made = entries(exchange(Request("GET", "/"), Response(0), fault=fault, why=("a", "b")))

    assert (made[0]["time"], made[0]["timings"]["wait"]) == (250, 250)
    assert (made[0]["response"]["status"], made[0]["response"]["statusText"]) == (0, "")
    assert made[0]["comment"] == "a. b"
    assert made[0]["_emulator"]["fault"] == "scenario-1"
