from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.core.contract.openapi import ParsingRules, Spec, operations
from emulator.core.contract.routing import Routes
from emulator.core.http.messages import Request
from emulator.core.http.problems import NoOperation, WrongMethod
from tests.support.toy_provider import toy_contract

SEGMENTS = st.lists(st.text("ab:{}-/.%ä \n", max_size=4), max_size=5)


def routes(*lines: str, **habits: Any) -> Routes:
    """Routes of lines such as ``GET /a/{id}``; each operation's id is its line."""
    paths: dict[str, Spec] = {}
    for line in lines:
        method, _, path = line.partition(" ")
        paths.setdefault(path, {})[method.lower()] = {"operationId": line}
    return Routes(operations({"paths": paths}), ParsingRules(**habits))


def found(routes: Routes, method: str, path: str) -> tuple[str, dict[str, str]]:
    operation, parameters = routes.find(method, path)
    return operation.id, dict(parameters)


@pytest.mark.parametrize(
    ("method", "path", "id", "parameters"),
    [
        ("GET", "/v1/notes", "listNotes", {}),
        ("POST", "/v1/notes", "createNote", {}),
        ("GET", "/v1/notes/mine", "listMine", {}),
        ("GET", "/v1/notes/1", "getNote", {"noteIdentifier": "1"}),
        ("DELETE", "/v1/notes/mine", "deleteNote", {"noteIdentifier": "mine"}),
        ("POST", "/v1/notes/1:ping", "pingNote", {"id": "1"}),
        ("GET", "/v1/notes/1:ping", "getNote", {"noteIdentifier": "1:ping"}),
        ("POST", "/v1/notes/a:b:ping", "pingNote", {"id": "a:b"}),
        ("GET", "/v1/shelves/a-b/row-7", "getShelf", {"shelf": "a-b", "row": "7"}),
        ("GET", "/v1/notes/{id}", "getNote", {"noteIdentifier": "{id}"}),
        ("GET", "/v1/notes/ä b", "getNote", {"noteIdentifier": "ä b"}),
        ("GET", "/v1/notes/a\nb", "getNote", {"noteIdentifier": "a\nb"}),
        ("GET", "/v1/notes/%2F", "getNote", {"noteIdentifier": "%2F"}),
    ],
)
def test_a_path_leads_to_its_operation(
    method: str, path: str, id: str, parameters: dict[str, str]
) -> None:
    operation, in_path = toy_contract().find(Request(method, path))

    assert (operation.id, in_path) == (id, parameters)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "*",
        "/",
        "//",
        "/v1",
        "/v1/notes/",
        "//v1/notes",
        "/v1//notes",
        "/v1/notes/1/",
        "/v1/notes/1/2",
        "/V1/notes",
        "v1/notes",
        "/v1/shelves/a/row-",
        "/v1/shelves//row-1",
    ],
)
def test_a_path_that_is_not_documented_is_no_operation(path: str) -> None:
    contract = toy_contract()

    with pytest.raises(NoOperation) as caught:
        contract.find(Request("GET", path))

    assert vars(caught.value) == {"method": "GET", "path": path}
    assert not contract.has_path(path)


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/v1/notes", ("GET", "POST")),
        ("get", "/v1/notes", ("GET", "POST")),  # RFC 9110, 9.1: methods have a case
        ("HEAD", "/v1/notes", ("GET", "POST")),
        ("PUT", "/v1/notes/mine", ("DELETE", "GET")),
        ("PUT", "/v1/notes/1:ping", ("DELETE", "GET", "POST")),
    ],
)
def test_a_method_that_is_not_documented_is_told_those_that_are(
    method: str, path: str, allowed: tuple[str, ...]
) -> None:
    contract = toy_contract()

    with pytest.raises(WrongMethod) as caught:
        contract.find(Request(method, path))

    assert vars(caught.value) == {"method": method, "path": path, "allowed": allowed}
    assert contract.has_path(path)


def test_head_may_be_read_as_get() -> None:
    operation, _ = toy_contract(head="as_get").find(Request("HEAD", "/v1/notes/1"))

    assert operation.id == "getNote"


def test_head_where_there_is_no_get_is_refused_as_head() -> None:
    with pytest.raises(WrongMethod) as caught:
        toy_contract(head="as_get").find(Request("HEAD", "/v1/files"))

    assert caught.value.method == "HEAD"


@pytest.mark.parametrize("path", ["/v1/notes/", "/v1/notes", "/v1/notes///"])
def test_a_slash_at_the_end_may_be_tolerated(path: str) -> None:
    operation, _ = toy_contract(trailing_slash="tolerated").find(Request("GET", path))

    assert operation.id == "listNotes"


@pytest.mark.parametrize("path", ["/", "//", ""])
def test_nothing_but_slashes_is_no_operation_even_then(path: str) -> None:
    with pytest.raises(NoOperation):
        toy_contract(trailing_slash="tolerated").find(Request("GET", path))


def test_the_case_of_a_path_may_not_matter_but_parameters_keep_it() -> None:
    contract = toy_contract(path_case="insensitive")

    assert contract.find(Request("GET", "/V1/Notes/AbC"))[1] == {"noteIdentifier": "AbC"}
    assert contract.find(Request("POST", "/v1/NOTES/Ab:PING"))[1] == {"id": "Ab"}
    assert contract.find(Request("GET", "/v1/notes/Mine"))[0].id == "listMine"


def test_the_root_may_be_documented() -> None:
    assert found(routes("GET /"), "GET", "/") == ("GET /", {})


def test_the_most_literal_path_goes_first_whatever_their_order() -> None:
    made = routes("GET /a/{identifier}", "GET /a/{id}-{part}", "GET /a/{x}:y", "GET /a/b")

    assert [found(made, "GET", f"/a/{last}")[0] for last in ("c", "c-d", "c:y", "b", "c-d:y")] == [
        "GET /a/{identifier}",
        "GET /a/{id}-{part}",
        "GET /a/{x}:y",
        "GET /a/b",
        "GET /a/{x}:y",
    ]


def test_a_way_that_ends_nowhere_is_walked_back() -> None:
    made = routes("GET /a/b/c", "GET /a/{id}/d", "GET /{top}/{id}/e")

    assert found(made, "GET", "/a/b/d") == ("GET /a/{id}/d", {"id": "b"})
    assert found(made, "GET", "/a/b/e") == ("GET /{top}/{id}/e", {"top": "a", "id": "b"})


def test_paths_that_share_a_template_share_their_way() -> None:
    made = routes("GET /a/{id}", "DELETE /a/{id}", "GET /a/{id}/b")

    assert found(made, "DELETE", "/a/1") == ("DELETE /a/{id}", {"id": "1"})
    assert found(made, "GET", "/a/1/b") == ("GET /a/{id}/b", {"id": "1"})


def test_the_documented_paths_stand_in_order_each_once() -> None:
    made = routes("GET /b", "POST /b", "GET /a/{id}")

    assert list(made.paths) == ["/b", "/a/{id}"]


@given(SEGMENTS)
def test_any_path_is_known_or_refused(segments: list[str]) -> None:
    contract = toy_contract(trailing_slash="tolerated", path_case="insensitive", head="as_get")
    path = "/v1/" + "/".join(segments)

    try:
        operation, in_path = contract.find(Request("HEAD", path))
    except NoOperation:
        assert not contract.has_path(path)
    except WrongMethod:
        assert contract.has_path(path)
    else:
        assert all(value and "/" not in value for value in in_path.values())
        assert operation.method == "GET"


@given(st.from_regex(r"[^/]+", fullmatch=True))
def test_a_parameter_is_taken_as_it_stands(value: str) -> None:
    assert found(routes("GET /a/{id}/b"), "GET", f"/a/{value}/b")[1] == {"id": value}
