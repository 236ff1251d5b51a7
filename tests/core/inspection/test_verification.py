from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from emulator.core.http.messages import Part, Request, Response
from emulator.core.inspection.verification import (
    BadPattern,
    Count,
    Miss,
    Pattern,
    check_names,
    judge,
)
from emulator.core.journal.exchange import Exchange
from tests.support.toy_provider import TOY

T0 = datetime(2026, 1, 5, 9, tzinfo=UTC)
ASKED = Request(
    "POST",
    "/v1/notes",
    query=(("page", "2"), ("page", "3")),
    headers={"accept": "application/json", "x-toy-key": "test-annabella"},
    content={"text": "a [b]", "tags": ["x", {"deep": 1, "more": 2}], "flag": True, "none": None},
    id="1",
)
MADE = Exchange("toy_notes", ASKED, Response(201), T0, "createNote", "test-annabella")
STRAY = Exchange("", Request("GET", "/nowhere", id="2"), Response(404), T0, refused="NoOperation")


def misses(pattern: Pattern, exchange: Exchange = MADE) -> list[Miss]:
    return list(pattern.misses(exchange))


@pytest.mark.parametrize(
    "pattern",
    [
        Pattern(),
        Pattern(provider="toy_notes"),
        Pattern(provider="toy-notes"),
        Pattern(provider="toy*", operation="create*", method="post", path="/v1/*"),
        Pattern(status=201),
        Pattern(status="201"),
        Pattern(status="2xx"),
        Pattern(status="2XX"),
        Pattern(key="test-*"),
        Pattern(query={"page": "3"}),
        Pattern(query={"page": "[0-9]", "limit": None}),
        Pattern(headers={"Accept": "*json*", "cookie": None}),
        Pattern(body={"text": "a [b]"}),
        Pattern(body={"tags": ["x", {"deep": 1}], "flag": True}),
        Pattern(body={}),
    ],
)
def test_an_exchange_is_like_a_pattern_that_asks_for_no_more(pattern: Pattern) -> None:
    assert misses(pattern) == []


@pytest.mark.parametrize(
    ("pattern", "missed"),
    [
        (Pattern(provider="gladia"), Miss("provider", "gladia", "toy_notes")),
        (Pattern(operation="listNotes"), Miss("operation", "listNotes", "createNote")),
        (Pattern(method="get"), Miss("method", "GET", "POST")),
        (Pattern(path="/v2/*"), Miss("path", "/v2/*", "/v1/notes")),
        (Pattern(status=200), Miss("status", "200", "201")),
        (Pattern(status="4xx"), Miss("status", "4xx", "201")),
        (Pattern(key="a"), Miss("key", "a", "test-annabella")),
        (Pattern(query={"page": "4"}), Miss("query.page", "4", "2, 3")),
        (Pattern(query={"page": None}), Miss("query.page", "nothing", "2, 3")),
        (Pattern(query={"limit": "*"}), Miss("query.limit", "*", "nothing")),
        (Pattern(headers={"Via": "*"}), Miss("headers.via", "*", "nothing")),
        (Pattern(body={"text": "c"}), Miss("body.text", '"c"', '"a [b]"')),
        (Pattern(body={"other": {"a": 1}}), Miss("body.other", '{"a":1}', "nothing")),
        (Pattern(body={"flag": 1}), Miss("body.flag", "1", "true")),
        (Pattern(body={"none": 1}), Miss("body.none", "1", "nothing")),
        (Pattern(body={"tags": ["x", {"deep": 3}]}), Miss("body.tags.1.deep", "3", "1")),
        (
            Pattern(body={"tags": ["x"]}),
            Miss("body.tags", "1 items", '2: ["x",{"deep":1,"more":2}]'),
        ),
        (Pattern(body={"text": {"a": 1}}), Miss("body.text", '{"a":1}', '"a [b]"')),
        (
            Pattern(body={"text": "c" * 200}),
            Miss("body.text", f'"{"c" * 119}...', '"a [b]"'),
        ),
    ],
)
def test_what_an_exchange_lacks_is_a_miss(pattern: Pattern, missed: Miss) -> None:
    assert misses(pattern) == [missed]


def test_what_no_operation_knows_lacks_it() -> None:
    assert misses(Pattern("toy*", "get*"), STRAY) == [
        Miss("provider", "toy*", "nothing"),
        Miss("operation", "get*", "nothing"),
    ]


@pytest.mark.parametrize(
    ("request_", "body"),
    [
        (Request("POST", "/", body=b'{"a":1}'), {"a": 1}),
        (Request("POST", "/", body=b"plain"), "plain"),
        (
            Request("POST", "/", parts=(Part("a", b"1"), Part("f", b"", "f.wav", "audio/wav"))),
            {"a": "1", "f": "f.wav"},
        ),
    ],
)
def test_a_body_is_read_as_what_it_is(request_: Request, body: Any) -> None:
    exchange = Exchange("toy", request_, Response(200), T0)

    assert misses(Pattern(body=body), exchange) == []


def test_no_body_is_not_like_one() -> None:
    exchange = Exchange("toy", Request("POST", "/"), Response(200), T0)

    assert misses(Pattern(body={"a": 1}), exchange) == [Miss("body", '{"a":1}', "nothing")]


# Patterns and counts that mean nothing


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"stauts": 200}, 'no field "stauts"; did you mean: status'),
        ({"zzz": 200}, 'no field "zzz"'),
        ({"status": "2x"}, 'status "2x" is neither a number nor one of: 1xx, 2xx, 3xx, 4xx, 5xx'),
        ({"status": True}, 'status "True" is neither a number nor one of: 1xx, 2xx, 3xx, 4xx, 5xx'),
        ({"path": 1}, "path is a text"),
        ({"query": "a=1"}, "query is an object of texts"),
        ({"headers": {"a": 1}}, "headers is an object of texts"),
        ({"path": "*" * 1001}, f"a glob has more than 1,000 characters: {'*' * 60}..."),
        ({"query": {"a": "?" * 1001}}, f"a glob has more than 1,000 characters: {'?' * 60}..."),
        ({"body": {1, 2}}, "body is no JSON: Type is not JSON serializable: set"),
    ],
)
def test_a_pattern_that_means_nothing_is_refused(given: Mapping[str, Any], message: str) -> None:
    with pytest.raises(BadPattern) as caught:
        Pattern.of(given)

    assert str(caught.value) == message


def test_a_text_without_stars_may_be_of_any_length() -> None:
    assert Pattern(path="/" * 2000, headers={"a": "b" * 2000, "c": None}).path == "/" * 2000


def test_a_pattern_is_made_of_what_a_client_sends() -> None:
    assert Pattern.of({"status": "2xx", "query": {"a": None}}) == Pattern(
        status="2xx", query={"a": None}
    )


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        (Pattern("toy_nots"), 'no provider "toy_nots"; did you mean: toy_notes'),
        (Pattern(operation="creatNote"), 'no operation "creatNote"; did you mean: createNote'),
        (Pattern("toy*", "zzz*"), 'no operation "zzz*"'),
        (
            Pattern(path="/toy-notes/v1/notes/*"),
            'a path has no prefix of ours: "/toy-notes/v1/notes/*"; did you mean "/v1/notes/*"',
        ),
        (
            Pattern(path="v1/notes", status=404),
            'a path begins with a slash: "v1/notes"; did you mean "/v1/notes"',
        ),
        (
            Pattern(path="/v2/notes"),
            'no documented path is like "/v2/notes"; did you mean "/v1/notes"; allowed: ',
        ),
        (
            Pattern(operation="listNotes", path="/v1/notes/1"),
            'no documented path is like "/v1/notes/1"; did you mean "/v1/notes"; allowed: /v1/',
        ),
        (Pattern(path="/v1/health", method="post"), "getHealth has no method POST; allowed: GET"),
    ],
)
def test_a_name_that_nobody_has_is_a_slip(pattern: Pattern, message: str) -> None:
    with pytest.raises(BadPattern) as caught:
        check_names(pattern, (TOY,))

    assert str(caught.value).startswith(message)


def test_names_that_somebody_has_are_good() -> None:
    check_names(Pattern("toy-notes", "create*"), (TOY,))
    check_names(Pattern("toy-notes", "get*", "get", "/v1/*"), (TOY,))
    check_names(Pattern(), (TOY,))


def test_a_preflight_is_no_slip() -> None:
    check_names(Pattern(path="/v1/notes", method="options"), (TOY,))


@pytest.mark.parametrize("status", [404, 405, "4XX"])
def test_requests_that_nobody_documents_are_found_by_their_refusal(status: int | str) -> None:
    check_names(Pattern(path="/v2/*", method="PUT", status=status), (TOY,))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"times": -1}, "times is a whole number, and not below 0"),
        ({"at_least": "3"}, "at_least is a whole number, and not below 0"),
        ({"at_most": True}, "at_most is a whole number, and not below 0"),
        ({"times": 1, "at_most": 2}, "times goes without at_least and at_most"),
        ({"at_least": 3, "at_most": 2}, "at_least 3 is more than at_most 2"),
    ],
)
def test_a_count_that_means_nothing_is_refused(given: dict[str, Any], message: str) -> None:
    with pytest.raises(BadPattern) as caught:
        Count(**given)

    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("count", "said", "allowed"),
    [
        (Count(), "at least 1", [1, 2, 3]),
        (Count(times=2), "exactly 2", [2]),
        (Count(times=0), "none", [0]),
        (Count(at_least=2), "at least 2", [2, 3]),
        (Count(at_most=1), "at most 1", [0, 1]),
        (Count(at_least=1, at_most=2), "between 1 and 2", [1, 2]),
    ],
)
def test_a_count_says_how_many_there_may_be(count: Count, said: str, allowed: list[int]) -> None:
    assert str(count) == said
    assert [number for number in range(4) if count.allows(number)] == allowed


# Verdicts


def asked(id: str, status: int, text: str) -> Exchange:
    request = Request("POST", "/v1/notes", content={"text": text}, id=id)
    return Exchange("toy_notes", request, Response(status), T0, "createNote", "test-ann")


def test_as_many_as_were_wanted_are_good() -> None:
    found = judge([MADE, STRAY], Pattern(operation="createNote"), Count(times=1))

    assert found.good
    assert found.nearest == ()
    assert str(found) == (
        "expected exactly 1 of the exchanges like this, found 1 among 2:\n  operation  createNote"
    )


def test_too_few_come_with_the_nearest_misses_field_by_field() -> None:
    exchanges = [STRAY, asked("a", 422, "b"), asked("b", 201, "c"), asked("c", 422, "c"), STRAY]
    pattern = Pattern("toy_notes", "createNote", status=201, body={"text": "a"})

    found = judge(exchanges, pattern, Count())

    assert not found.good
    assert str(found) == (
        "expected at least 1 of the exchanges like this, found 0 among 5:\n"
        "  provider   toy_notes\n"
        "  operation  createNote\n"
        "  status     201\n"
        '  body       {"text":"a"}\n'
        "the nearest misses:\n"
        "  1. 09:00:00 toy_notes createNote: POST /v1/notes -> 201\n"
        '     body.text  expected "a", got "c"\n'
        "  2. 09:00:00 toy_notes createNote: POST /v1/notes -> 422\n"
        "     status     expected 201, got 422\n"
        '     body.text  expected "a", got "b"\n'
        "  3. 09:00:00 toy_notes createNote: POST /v1/notes -> 422\n"
        "     status     expected 201, got 422\n"
        '     body.text  expected "a", got "c"'
    )
    assert found.content() == {
        "good": False,
        "expected": "at least 1",
        "found": 0,
        "among": 5,
        "matching": [],
        "nearest": [
            {"id": "b", "misses": [{"name": "body.text", "expected": '"a"', "got": '"c"'}]},
            {
                "id": "a",
                "misses": [
                    {"name": "status", "expected": "201", "got": "422"},
                    {"name": "body.text", "expected": '"a"', "got": '"b"'},
                ],
            },
            {
                "id": "c",
                "misses": [
                    {"name": "status", "expected": "201", "got": "422"},
                    {"name": "body.text", "expected": '"a"', "got": '"c"'},
                ],
            },
        ],
        "text": str(found),
    }


def test_too_many_are_named() -> None:
    found = judge([STRAY] * 7, Pattern(), Count(times=0))

    line = "09:00:00 no API: GET /nowhere -> 404 NoOperation"
    assert str(found) == (
        "expected none of the exchanges like this, found 7 among 7:\n"
        "  any exchange\n"
        "these are like it:\n"
        f"  1. {line}\n  2. {line}\n  3. {line}\n  4. {line}\n  5. {line}\n"
        "  and 2 more"
    )


def test_an_empty_journal_has_no_near_miss() -> None:
    assert str(judge([], Pattern(status="2xx"), Count())) == (
        "expected at least 1 of the exchanges like this, found 0 among 0:\n  status     2xx"
    )


def test_keys_are_masked_in_misses() -> None:
    pattern = Pattern(
        key="test-annabelle",
        headers={"x-toy-key": "other-key", "authorization": "*"},
        body={"text": "x"},
    )

    found = judge([MADE], pattern, Count())

    assert [(miss.name, miss.expected, miss.got) for miss in found.nearest[0].misses] == [
        ("key", "test-a...", "test-a... (another that begins alike)"),
        ("headers.x-toy-key", "other-...", "test-a..."),
        ("headers.authorization", "*", "nothing"),
        ("body.text", '"x"', '"a [b]"'),
    ]
    assert "annabell" not in str(found)
