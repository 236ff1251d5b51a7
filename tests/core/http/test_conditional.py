import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.core.http.conditional import apply_conditions, etag, matches
from emulator.core.http.messages import Request, Response, json_response

TAG = '"a1"'


def asking(wanted: str | None, method: str = "GET") -> Request:
    return Request(method, "/", headers={} if wanted is None else {"if-none-match": wanted})


def test_an_entity_tag_is_half_a_sha_256_in_quotes() -> None:
    assert etag(b"a") == '"ca978112ca1bbdcafac231b39a23dc4d"'


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_tag_that_the_client_has_is_304_without_its_body(method: str) -> None:
    headers = {"ETag": TAG, "Content-Length": "2", "Content-Encoding": "br", "Cache-Control": "a"}
    response = json_response(200, {}, headers)

    found = apply_conditions(asking(TAG, method), response)

    assert found == Response(304, headers={"ETag": TAG, "Cache-Control": "a"})


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (TAG, True),
        ('W/"a1"', True),
        ('"b2", "a1"', True),
        (' "b2" ,W/"a1" ', True),
        ("*", True),
        ('"a1', False),
        ("a1", False),
        ('"A1"', False),
        ("", False),
        (",,", False),
    ],
)
def test_if_none_match_names_tags(wanted: str, found: bool) -> None:
    assert matches(wanted, TAG) is found
    assert matches(wanted, f"W/{TAG}") is found


@pytest.mark.parametrize(
    ("request_", "response"),
    [
        (asking(None), Response(200, headers={"ETag": TAG})),
        (asking(TAG), Response(200)),
        (asking(TAG), Response(201, headers={"ETag": TAG})),
        (asking(TAG), Response(404, headers={"ETag": TAG})),
        (asking(TAG, "POST"), Response(200, headers={"ETag": TAG})),
        (asking('"b2"'), Response(200, headers={"ETag": TAG})),
    ],
)
def test_everything_else_stays_as_it_is(request_: Request, response: Response) -> None:
    assert apply_conditions(request_, response) is response


@given(st.lists(st.binary(max_size=4)), st.binary(max_size=4))
def test_a_tag_is_found_in_a_list_when_the_bytes_are(all: list[bytes], one: bytes) -> None:
    wanted = ", ".join(etag(data) for data in all)

    assert matches(wanted, etag(one)) is (one in all)
