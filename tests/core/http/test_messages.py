from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.core.http.messages import (
    Form,
    Part,
    Request,
    Response,
    json_response,
    parse_json,
    to_json,
)

CONTENT = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text("abc"), inner),
)


@pytest.mark.parametrize(
    ("header", "media"),
    [
        ("application/json", "application/json"),
        ("Application/JSON ; charset=utf-8", "application/json"),
        ("multipart/form-data; boundary=a;b", "multipart/form-data"),
        ("", ""),
        (";", ""),
    ],
)
def test_the_content_type_is_the_media_type_alone(header: str, media: str) -> None:
    request = Request("POST", "/", headers={"content-type": header})

    assert request.content_type == media


def test_a_request_without_content_type_has_an_empty_one() -> None:
    assert Request("GET", "/").content_type == ""


def test_the_fields_are_the_body_that_is_an_object() -> None:
    assert Request("POST", "/", content={"a": 1}).fields == {"a": 1}


def test_parameters_come_as_what_they_are_asked_for_or_by_default() -> None:
    request = Request("GET", "/", params={"word": "a", "limit": 5, "exact": True})

    found = (request.text("word"), request.integer("limit", 20), request.flag("exact"))
    usual = (request.text("other"), request.integer("other", 20), request.flag("other"))

    assert found == ("a", 5, True)
    assert usual == ("", 20, False)
    assert request.text("other", "b") == "b"
    assert request.flag("other", default=True) is True


@pytest.mark.parametrize(
    ("path", "query", "url"),
    [
        ("/v1/notes", (), "http://here/toy/v1/notes"),
        ("/v1/notes", {"skip": 10, "top": 5}, "http://here/toy/v1/notes?skip=10&top=5"),
        ("/v1", (("a", "1"), ("a", "2")), "http://here/toy/v1?a=1&a=2"),
        ("/a b/ä/%", {"q": "a&b=c d"}, "http://here/toy/a%20b/%C3%A4/%25?q=a%26b%3Dc+d"),
        ("/n/1:ping", {"$top": 1}, "http://here/toy/n/1:ping?%24top=1"),
        ("/a?b#c", (), "http://here/toy/a%3Fb%23c"),
    ],
)
def test_urls_are_made_on_the_clients_address(path: str, query: Any, url: str) -> None:
    request = Request("GET", "/", base_url="http://here/toy")

    assert request.url(path, query) == url


def test_a_header_is_found_whatever_the_case_of_its_name() -> None:
    response = Response(200, headers={"ETag": '"a"'})

    assert response.header("etag") == '"a"'
    assert response.header("E-TAG") is None


def test_a_json_response_keeps_the_content_beside_the_bytes() -> None:
    response = json_response(201, {"ä": None}, {"Location": "/1"})

    assert response == Response(
        201,
        '{"ä":null}'.encode(),
        {"Content-Type": "application/json; charset=utf-8", "Location": "/1"},
        {"ä": None},
    )


def test_a_json_response_may_have_another_media_type() -> None:
    response = json_response(400, {}, content_type="application/problem+json")

    assert response.headers == {"Content-Type": "application/problem+json"}


def test_indented_json_has_two_blanks_a_level_and_crlf() -> None:
    assert to_json({"a": ["\n"]}, indented=True) == b'{\r\n  "a": [\r\n    "\\n"\r\n  ]\r\n}'


@given(CONTENT)
def test_json_that_was_written_is_read_as_it_was(content: Any) -> None:
    assert parse_json(to_json(content)) == content
    assert parse_json(to_json(content, indented=True)) == content


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"NaN",
        b"Infinity",
        b"1e400",
        b"\xff",
        b'"\\ud800"',
        b"\xef\xbb\xbf{}",
        b"[" * 2000 + b"]" * 2000,
    ],
)
def test_what_is_not_json_is_a_value_error(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_json(data)


# What a head says


def test_what_a_head_says_is_read_once() -> None:
    request = Request("GET", "/a")
    read = iter(["first", "second"])

    found = [
        one.cached("it", lambda: next(read))
        for one in (request, request.with_id("1"), request.with_body(b"{}", None))
    ]

    assert found == ["first"] * 3
    assert Request("GET", "/a").cached("it", lambda: next(read)) == "second"


def test_a_request_keeps_its_body_and_its_form() -> None:
    form = Form((Part("a", b"b"),))

    request = Request("POST", "/a").with_body(b"c", form).with_id("1")

    assert request == Request("POST", "/a", body=b"c", form=form, id="1")
