import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from emulator.core.contract.openapi import Spec, operations
from emulator.core.contract.request_reader import MOST_BYTES
from emulator.core.http.bodies import spool_content
from emulator.core.http.messages import Form, Pairs, Part, Request
from emulator.core.http.problems import (
    Invalid,
    Malformed,
    TooLarge,
    UnsupportedContentEncoding,
    Violation,
    WrongContentType,
)
from tests.support.toy_provider import JSON, toy_contract

MULTIPART = {"content-type": "multipart/form-data; boundary=b"}
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-999, 999) | st.text(",[]{}\"\\ \nä'"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text('a,"]'), inner, max_size=3),
    max_leaves=8,
)


def read(request: Request, **habits: Any) -> Request:
    contract = toy_contract(**habits)
    operation, in_path = contract.find(request)
    return contract.read(operation, request, in_path)


def asked(*query: tuple[str, str], **habits: Any) -> dict[str, Any]:
    return dict(read(Request("GET", "/v1/notes", query), **habits).params)


def sent(body: bytes, content_type: str = "application/json", **habits: Any) -> Any:
    headers = {"content-type": content_type}
    return read(Request("POST", "/v1/notes", headers=headers, body=body), **habits).content


def uploaded(body: bytes, headers: dict[str, str] = MULTIPART) -> Request:
    return read(Request("POST", "/v1/files", headers=headers, body=body))


def multipart(*parts: tuple[str, bytes]) -> bytes:
    """Parts of what follows the disposition's ``form-data``, and the content; boundary ``b``."""
    lines = [
        b"--b\r\nContent-Disposition: form-data" + head.encode() + b"\r\n\r\n" + content + b"\r\n"
        for head, content in parts
    ]
    return b"".join([*lines, b"--b--\r\n"])


# Parameters


@pytest.mark.parametrize(
    ("query", "params"),
    [
        ((), {}),
        ((("limit", "5"),), {"limit": 5}),
        ((("limit", "-5"),), {"limit": -5}),
        ((("limit", "+5"),), {"limit": 5}),
        ((("limit", "007"),), {"limit": 7}),
        ((("limit", "5.0"),), {"limit": "5.0"}),
        ((("limit", "five"),), {"limit": "five"}),
        ((("limit", " 5"),), {"limit": " 5"}),
        ((("limit", "5\n"),), {"limit": "5\n"}),
        ((("limit", "٣"),), {"limit": "٣"}),  # a digit, but none of JSON's
        ((("limit", "1_0"),), {"limit": "1_0"}),
        ((("limit", "9" * 18),), {"limit": 999_999_999_999_999_999}),
        ((("limit", "9" * 5000),), {"limit": "9" * 5000}),
        ((("weight", "5"),), {"weight": 5.0}),
        ((("weight", "-.5e2"),), {"weight": -50.0}),
        ((("weight", "5."),), {"weight": 5.0}),
        ((("weight", "NaN"),), {"weight": "NaN"}),
        ((("weight", "inf"),), {"weight": "inf"}),
        ((("weight", "1e999"),), {"weight": "1e999"}),
        ((("weight", "9" * 400),), {"weight": "9" * 400}),
        ((("weight", "1,5"),), {"weight": "1,5"}),
        ((("exact", "true"),), {"exact": True}),
        ((("exact", "false"),), {"exact": False}),
        ((("exact", "True"),), {"exact": "True"}),
        ((("exact", "1"),), {"exact": "1"}),
        ((("word", "true"),), {"word": "true"}),
        ((("word", "5"),), {"word": "5"}),
        ((("tag", "red"),), {"tag": ["red"]}),
        ((("tag", "red"), ("limit", "1"), ("tag", "red")), {"limit": 1, "tag": ["red", "red"]}),
        ((("tag", "red,green"),), {"tag": ["red,green"]}),
        ((("number", "1"), ("number", "b")), {"number": [1, "b"]}),
        ((("metadata[a]", "1"), ("metadata[b c]", "2")), {"metadata": {"a": "1", "b c": "2"}}),
        ((("metadata[a]", "1"), ("metadata[a]", "2")), {"metadata": {"a": "2"}}),
        ((("metadata", "a"), ("metadata[]", "b"), ("metadata[a][b]", "c")), {}),
        ((("LIMIT", "5"), ("other", "5")), {}),
    ],
)
def test_query_parameters_are_typed_where_they_can_be(query: Pairs, params: dict[str, Any]) -> None:
    assert asked(*query) == params


def test_a_scalar_that_is_sent_twice_is_refused() -> None:
    with pytest.raises(Invalid) as caught:
        asked(("limit", "1"), ("limit", "1"))

    assert caught.value.violations == (
        Violation("query", ("limit",), "repeated", 1, ["1", "1"], "limit is given twice"),
    )


def test_the_last_of_a_scalar_that_is_sent_twice_may_win() -> None:
    assert asked(("limit", "1"), ("limit", "2"), repeated="last") == {"limit": 2}


def test_an_empty_value_is_a_value() -> None:
    assert asked(("word", ""), ("limit", ""), ("tag", "")) == {
        "word": "",
        "limit": "",
        "tag": [""],
    }


def test_an_empty_value_may_be_none() -> None:
    empty = (("word", ""), ("tag", ""), ("tag", "red"), ("number", ""))

    assert asked(*empty, empty="absent") == {"tag": ["red"]}


def test_a_repeated_empty_value_may_be_none_too() -> None:
    assert asked(("limit", ""), ("limit", "2"), ("limit", ""), empty="absent") == {"limit": 2}


BRACKETS = (("tag[]", "red"), ("tag[1]", "blue"), ("tag[x]", "green"), ("limit[]", "5"))


def test_brackets_after_an_arrays_name_are_another_name() -> None:
    assert asked(*BRACKETS) == {}


def test_brackets_after_an_arrays_name_may_be_accepted() -> None:
    assert asked(*BRACKETS, brackets="accepted") == {"tag": ["red", "blue"]}


@pytest.mark.parametrize(
    ("habits", "names"),
    [
        ({}, ("limit[]", "other", "tag[1]", "tag[]", "tag[x]")),
        ({"brackets": "accepted"}, ("limit[]", "other", "tag[x]")),
    ],
)
def test_a_strange_parameter_is_one_that_is_not_documented(
    habits: dict[str, str], names: tuple[str, ...]
) -> None:
    known = (("tag", "red"), ("metadata[a][b]", "1"), ("toy_key", "1"), ("limit", "5"))
    request = Request("GET", "/v1/notes", (*BRACKETS, *known, ("other", "1"), ("other", "2")))
    contract = toy_contract(**habits)

    found = contract.undocumented_parameters(contract.operations["listNotes"], request)

    assert found == names


def test_a_header_or_path_parameter_in_the_query_is_strange() -> None:
    contract = toy_contract()
    request = Request("GET", "/v1/notes", (("X-Trace", "1"), ("toy_key", "2")))

    assert contract.undocumented_parameters(contract.operations["listNotes"], request) == (
        "X-Trace",
    )
    assert contract.undocumented_parameters(contract.operations["getHealth"], request) == (
        "X-Trace",
        "toy_key",
    )


def test_header_parameters_are_found_whatever_their_case() -> None:
    request = Request("GET", "/v1/notes", headers={"x-trace": "a", "x-depth": "7", "x-else": "b"})

    assert read(request).params == {"X-Trace": "a", "X-Depth": 7}


def test_path_parameters_are_typed() -> None:
    assert read(Request("GET", "/v1/shelves/7/row-7")).params == {"shelf": "7", "row": 7}


# JSON


def test_a_json_body_is_parsed() -> None:
    assert sent('{"text": "ä", "more": {"a": [1, 2.5, null, true]}}'.encode()) == {
        "text": "ä",
        "more": {"a": [1, 2.5, None, True]},
    }


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json; charset=utf-8",
        "APPLICATION/JSON",
        "application/json;",
        "application/merge-patch+json",
    ],
)
def test_a_json_body_is_known_by_its_media_type(content_type: str) -> None:
    assert sent(b"[]", content_type) == []


@pytest.mark.parametrize("content_type", ["", "text/json", "application/json5", "json", ";"])
def test_a_body_of_another_media_type_is_refused(content_type: str) -> None:
    with pytest.raises(WrongContentType) as caught:
        sent(b"[]", content_type)

    assert vars(caught.value) == {
        "given": content_type.strip(";"),
        "allowed": ("application/json", "application/merge-patch+json"),
    }


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"{} {}",
        b"{'a': 1}",
        b'{"a": NaN}',
        b'{"a": 1e999}',
        b'{"a": 1,}',
        b"[1,]",
        b"\xff",
        b'"\\ud800"',
        b"[" * 100_000,
    ],
)
def test_a_body_that_is_no_json_is_malformed(body: bytes) -> None:
    with pytest.raises(Malformed) as caught:
        sent(body)

    assert caught.value.reason
    assert caught.value.body is body


def test_a_whole_number_of_any_size_is_read() -> None:
    assert sent(b"9" * 40) == 1e40


def test_json_may_be_nested_two_hundred_levels_deep() -> None:
    assert sent(b"[" * 200 + b"]" * 200)


@pytest.mark.parametrize("end", ["", "\\", '"', ",}"])
def test_a_text_that_does_not_end_is_no_relaxed_json(end: str) -> None:
    with pytest.raises(Malformed):
        sent(b'{"a": "' + b'\\"' * 100_000 + end.encode(), json="relaxed")


@pytest.mark.parametrize("json", ["strict", "relaxed"])
@pytest.mark.parametrize(
    "body",
    [b"[" * 201 + b"]" * 201, b'{"a":' * 300 + b"1" + b"}" * 300, b"[" * 1000 + b"]" * 1000],
)
def test_json_that_is_nested_deeper_is_malformed(body: bytes, json: str) -> None:
    with pytest.raises(Malformed) as caught:
        sent(body, json=json)

    assert caught.value.reason == "it is nested more than 200 levels deep"


def test_many_brackets_beside_each_other_are_not_deep() -> None:
    assert sent(b"[" + b"[],{}," * 500 + b"[]]") == [[], {}] * 500 + [[]]


@pytest.mark.parametrize(
    ("body", "content"),
    [
        (b'{"a": 1,}', {"a": 1}),
        (b"[1, 2 , \n ]", [1, 2]),
        (b'{"a": [1,], "b": {"c": 1,},}', {"a": [1], "b": {"c": 1}}),
        (b'{"a": ",]", "b": "\\",}",}', {"a": ",]", "b": '",}'}),
        (b"[]", []),
    ],
)
def test_a_comma_before_a_closing_bracket_may_be_forgiven(body: bytes, content: Any) -> None:
    assert sent(body, json="relaxed") == content


@pytest.mark.parametrize("body", [b"[1,,]", b"{,,}", b'{"a": 1', b'["a,]', b"\xff,]", b"[1,],"])
def test_other_mistakes_are_not_forgiven(body: bytes) -> None:
    with pytest.raises(Malformed) as caught:
        sent(body, json="relaxed")

    assert caught.value.body is body


@given(VALUES, st.sampled_from(["", " ", "\n\t"]))
def test_commas_before_every_closing_bracket_change_nothing(value: Any, blank: str) -> None:
    written = json.dumps(value, indent=1)
    loose = "\n".join(
        f"{line},{blank}" if after.strip()[:1] in ("]", "}") and line[-1] not in "[{," else line
        for line, after in zip(written.split("\n"), [*written.split("\n")[1:], ""], strict=True)
    )

    assert sent(loose.encode(), json="relaxed") == sent(written.encode()) == value


@given(st.binary(max_size=30) | st.text('[]{},:"\\1 a', max_size=12).map(str.encode))
def test_any_bytes_are_json_or_malformed(body: bytes) -> None:
    with suppress(Malformed):
        strict = sent(body)

        assert sent(body, json="relaxed") == strict
    with suppress(Malformed):
        sent(body, json="relaxed")


# No body


def test_a_body_that_may_be_left_out_may_be_left_out() -> None:
    request = read(Request("POST", "/v1/notes/1:ping"))

    assert (request.content, request.parts) == (None, ())


def test_a_body_that_may_be_left_out_is_read_when_it_is_there() -> None:
    request = read(Request("POST", "/v1/notes/1:ping", headers=JSON, body=b'{"loud": true}'))

    assert request.content == {"loud": True}


def test_a_body_that_nobody_asked_for_is_not_looked_at() -> None:
    request = read(Request("GET", "/v1/notes", headers=JSON, body=b"{"))

    assert request.content is None


def test_a_required_body_that_is_missing_has_the_wrong_media_type_first() -> None:
    with pytest.raises(WrongContentType):
        read(Request("POST", "/v1/notes"))
    with pytest.raises(Malformed):
        read(Request("POST", "/v1/notes", headers=JSON))


def test_a_body_that_was_too_large_is_refused_after_its_media_type() -> None:
    with pytest.raises(TooLarge):
        read(Request("POST", "/v1/notes", headers=JSON, excess="body"))
    with pytest.raises(WrongContentType):
        read(Request("POST", "/v1/notes", excess="body"))


@pytest.mark.parametrize("given", ["gzip", "GZIP", "identity, br", "x-unknown", "gzip,"])
def test_a_body_with_a_content_encoding_is_refused(given: str) -> None:
    headers = {**JSON, "content-encoding": given}

    with pytest.raises(UnsupportedContentEncoding) as caught:
        read(Request("POST", "/v1/notes", headers=headers, body=b"[]"))
    assert vars(caught.value) == {"given": given}
    with pytest.raises(UnsupportedContentEncoding):
        read(Request("POST", "/v1/notes", headers=headers, excess="body"))


@pytest.mark.parametrize("given", ["", "identity", "Identity", ",", "identity, identity"])
def test_a_body_whose_content_encoding_is_none_is_read(given: str) -> None:
    headers = {**JSON, "content-encoding": given}

    request = read(Request("POST", "/v1/notes/1:ping", headers=headers, body=b'{"loud": true}'))

    assert request.content == {"loud": True}


def test_a_required_body_that_is_missing_has_no_content_encoding() -> None:
    headers = {**JSON, "content-encoding": "gzip"}

    with pytest.raises(Malformed):
        read(Request("POST", "/v1/notes", headers=headers))


def test_a_body_that_was_too_large_is_refused_even_where_it_is_optional() -> None:
    with pytest.raises(TooLarge):
        read(Request("POST", "/v1/notes/1:ping", headers=JSON, excess="body"))


@pytest.mark.parametrize("content_type", ["application/json", "multipart/form-data; boundary=b"])
def test_what_is_no_file_is_too_large_for_memory_at_some_point(content_type: str) -> None:
    long = b" " * (MOST_BYTES + 1)
    body = long if content_type == "application/json" else multipart(('; name="count"', long))
    path = "/v1/notes" if content_type == "application/json" else "/v1/files"

    with pytest.raises(TooLarge):
        read(Request("POST", path, headers={"content-type": content_type}, body=body))


def test_a_body_in_a_file_is_read_as_any_other() -> None:
    body = spool_content([b'{"title": "', b"x" * 100_000, b'"}'])

    request = read(Request("POST", "/v1/notes", headers=JSON, body=body))

    assert request.content == {"title": "x" * 100_000}


def test_a_form_that_was_taken_apart_on_its_way_in_is_not_read_again() -> None:
    form = Form((Part("count", b"1"),))

    request = read(Request("POST", "/v1/files", headers=MULTIPART, body=b"gone", form=form))

    assert (request.content, request.parts) == ({"count": 1}, form.parts)


# Multipart


def test_the_parts_of_an_upload_are_told_apart() -> None:
    body = multipart(
        ('; name="file"; filename="a b.wav"\r\nContent-Type: audio/wav', b"\x00\r\n\xff"),
        ('; name="more"; filename=""', b""),
        ('; name="more"; filename="ä.mp3"', b"--b"),
        ('; name="count"', b"7"),
        ('; name="loud"', b"true"),
        ('; name="label"', b"a"),
        ('; name="label"', b"5"),
        ('; name="else"', "ä".encode()),
    )

    request = uploaded(body)

    assert request.parts == (
        Part("file", b"\x00\r\n\xff", "a b.wav", "audio/wav"),
        Part("more", b"", ""),
        Part("more", b"--b", "ä.mp3"),
        Part("count", b"7"),
        Part("loud", b"true"),
        Part("label", b"a"),
        Part("label", b"5"),
        Part("else", "ä".encode()),
    )
    assert request.fields == {
        "file": "a b.wav",
        "more": ["", "ä.mp3"],
        "count": 7,
        "loud": True,
        "label": ["a", "5"],
        "else": "ä",
    }


def test_the_last_of_a_scalar_field_that_is_sent_twice_wins() -> None:
    body = multipart(('; name="count"', b"1"), ('; name="count"', b"two"))

    assert uploaded(body).fields == {"count": "two"}


def test_an_upload_without_parts_is_an_empty_form() -> None:
    assert uploaded(b"--b--\r\n").content == {}


def test_an_upload_may_be_documented_without_a_schema() -> None:
    body = multipart(('; name="a"', b"1"))

    request = read(Request("POST", "/v1/blobs", headers=MULTIPART, body=body))

    assert request.fields == {"a": "1"}


@pytest.mark.parametrize(
    "content_type",
    [
        'multipart/form-data; boundary="b"',
        "Multipart/Form-Data; Boundary=b",
        "multipart/form-data; charset=utf-8; boundary=b",
    ],
)
def test_the_boundary_is_found_however_it_is_written(content_type: str) -> None:
    body = multipart(('; name="a"', b"1"))

    assert uploaded(body, {"content-type": content_type}).fields == {"a": "1"}


@pytest.mark.parametrize(
    "content_type",
    [
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=" + "b" * 5000,
        "multipart/form-data; boundary=日本",
        "multipart/form-data; boundary=c",
    ],
)
def test_an_upload_without_its_boundary_is_malformed(content_type: str) -> None:
    with pytest.raises(Malformed):
        uploaded(multipart(('; name="a"', b"1")), {"content-type": content_type})


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not multipart",
        b"--b",
        b"--b\r\n",
        multipart(('; name="a"', b"1"))[:-6],
        multipart(('; name="a"', b"1"))[:20],
        multipart(("", b"1")),
        multipart(('; filename="a"', b"1")),
        multipart(('; name="count"', b"\xff")),
        multipart(('; name="file"; filename="a"\r\nContent-Type: \u00e4', b"")).replace(
            b"\xc3\xa4", b"\xe4"
        ),
        multipart(('; name="\u00e4"', b"")).replace(b"\xc3\xa4", b"\xe4"),
        multipart(("; name=" + "a" * 100_000, b"")),
        b"--b\r\n: a\r\n\r\n1\r\n--b--\r\n",
        b"--b\r\n\r\n1\r\n--b--\r\n",
    ],
)
def test_a_broken_upload_is_malformed(body: bytes) -> None:
    with pytest.raises(Malformed) as caught:
        uploaded(body)

    assert caught.value.reason


NAMES = st.text(st.characters(codec="utf-8", exclude_characters='"\\\r\n\0', min_codepoint=32))
CONTENTS = st.binary(max_size=20).filter(lambda data: b"--b" not in data)
FIELDS = st.tuples(NAMES, st.none(), st.text("ab\r\n ä").map(str.encode))
FILES = st.tuples(NAMES, NAMES, CONTENTS)


@given(st.lists(FIELDS | FILES, min_size=1))
def test_parts_come_as_they_were_sent(parts: list[tuple[str, str | None, bytes]]) -> None:
    heads = [
        f'; name="{name}"' + ("" if file is None else f'; filename="{file}"')
        for name, file, _ in parts
    ]
    body = multipart(*((head, part[2]) for head, part in zip(heads, parts, strict=True)))

    request = read(Request("POST", "/v1/blobs", headers=MULTIPART, body=body))

    assert request.parts == tuple(Part(name, data, file) for name, file, data in parts)


@given(
    st.binary(max_size=8),
    st.integers(0, 100),
    st.integers(0, 8),
    st.text("ab;=\"*'ä日", max_size=9),
)
def test_any_damage_to_an_upload_is_read_or_malformed(
    junk: bytes, at: int, gone: int, boundary: str
) -> None:
    good = multipart(('; name="file"; filename="a"\r\nContent-Type: a/b', b"12"), ("", b"3"))
    body = good[:at] + junk + good[at + gone :]

    for content_type in ("multipart/form-data; boundary=b", f"multipart/form-data;{boundary}"):
        with suppress(Malformed):
            uploaded(body, {"content-type": content_type})


# Bodies that are no JSON


def told(media: str, body: bytes, excess: Any = "") -> Any:
    """The content of a body that is documented to be of that type."""
    contract = toy_contract()
    request = Request("POST", "/v1/notes", headers={"content-type": media}, body=body)
    documented: Spec = {media if media != "image/png" else "*/*": {}}
    entry = {"operationId": "a", "requestBody": {"content": documented}}
    operation = next(operations({"paths": {"/v1/notes": {"post": entry}}}))
    return contract.read(operation, replace(request, excess=excess), {}).content


def test_a_text_is_read_as_it_is() -> None:
    assert told("application/yaml", "a: ä\n".encode()) == "a: ä\n"
    assert told("text/plain", b"{}") == "{}"


def test_a_text_that_is_no_utf_8_cannot_be_read() -> None:
    with pytest.raises(Malformed):
        told("application/yaml", b"\xff")


def test_a_body_of_any_type_is_left_alone_unless_it_is_too_large() -> None:
    assert told("image/png", b"\xff") is None
    with pytest.raises(TooLarge):
        told("image/png", b"", "body")
