import pytest

from emulator.core.contract.openapi import Operation, SchemaRef, SecurityScheme, Spec, operations
from tests.support.toy_provider import TOY

OPERATIONS = TOY.contract.operations
HEADER = SecurityScheme("HeaderKey", "header", "x-toy-key")
BEARER = SecurityScheme("Bearer", "bearer", "authorization")
QUERY = SecurityScheme("QueryKey", "query", "toy_key")


def operation(**raw: object) -> Operation:
    """The only operation of a small definition."""
    small = {"operationId": "a", "responses": {}, **raw}
    spec: Spec = {
        "components": {
            "parameters": {"Limit": {"name": "limit", "in": "query", "schema": {"$ref": "#/s"}}},
            "requestBodies": {"Body": {"content": {"Text/Plain": {}}, "required": True}},
        },
        "s": {"$ref": "#/t~1~0u"},
        "t/~u": {"type": "integer"},
        "paths": {"/a/b~c": {"post": small}},
    }
    return next(operations(spec))


def test_operations_stand_in_the_order_of_the_file() -> None:
    assert list(OPERATIONS) == [
        "listNotes",
        "createNote",
        "listMine",
        "getNote",
        "deleteNote",
        "pingNote",
        "getShelf",
        "uploadFile",
        "uploadBlob",
        "raiseProblem",
        "answerBadly",
        "doLater",
        "getHealth",
        "maybeWho",
        "getLinked",
    ]


def test_an_operation_has_its_method_and_path() -> None:
    found = OPERATIONS["getNote"]

    assert (found.method, found.path) == ("GET", "/v1/notes/{noteIdentifier}")
    assert [
        (parameter.name, parameter.place, parameter.required) for parameter in found.parameters
    ] == [("noteIdentifier", "path", True)]


def test_an_operations_own_parameter_hides_the_paths() -> None:
    raw = {"name": "a", "in": "query", "schema": {"type": "string"}}
    own = {**raw, "required": True}
    item = {"parameters": [raw], "get": {"operationId": "a", "parameters": [own], "responses": {}}}

    found = next(operations({"paths": {"/a": item}}))

    assert [(parameter.name, parameter.required) for parameter in found.parameters] == [("a", True)]
    assert found.parameters[0].schema.pointer == "/paths/~1a/get/parameters/0/schema"


def test_references_are_followed_and_the_schema_is_known_by_where_it_stands() -> None:
    found = operation(parameters=[{"$ref": "#/components/parameters/Limit"}])

    one = found.parameters[0]
    assert one.schema == SchemaRef({"type": "integer"}, "/components/parameters/Limit/schema")
    assert one.types == ("integer",)


def test_a_body_may_be_a_reference_and_its_media_types_are_in_lower_case() -> None:
    found = operation(requestBody={"$ref": "#/components/requestBodies/Body"})

    assert found.bodies == {"text/plain": None}
    assert found.body_required


def test_a_pointer_escapes_the_path() -> None:
    found = operation(requestBody={"content": {"a/b": {"schema": {}}}})

    schema = found.bodies["a/b"]
    assert schema is not None
    assert schema.pointer == "/paths/~1a~1b~0c/post/requestBody/content/a~1b/schema"
    assert not found.body_required


@pytest.mark.parametrize(
    ("id", "security"),
    [
        ("listNotes", ((HEADER,), (BEARER,), (QUERY,))),
        ("getHealth", ()),
        ("maybeWho", ((), (HEADER,))),
    ],
)
def test_security_is_the_operations_own_or_the_files(
    id: str, security: tuple[tuple[SecurityScheme, ...], ...]
) -> None:
    assert OPERATIONS[id].security == security


def test_the_schemes_of_an_operation_stand_once_each() -> None:
    assert OPERATIONS["listNotes"].schemes == (HEADER, BEARER, QUERY)
    assert OPERATIONS["maybeWho"].schemes == (HEADER,)
    assert TOY.contract.schemes == (HEADER, BEARER, QUERY)


def test_only_a_signed_link_tells_its_tenant() -> None:
    tellers = {id: one.tenant_parameter for id, one in OPERATIONS.items() if one.tenant_parameter}

    assert tellers == {"getLinked": "account"}


@pytest.mark.parametrize(
    ("id", "status", "contents"),
    [
        ("getNote", 200, ["application/json"]),
        ("getNote", 404, ["application/json"]),  # 4XX
        ("deleteNote", 204, []),
        ("deleteNote", 599, ["application/json"]),  # default
    ],
)
def test_a_status_is_documented_by_itself_by_its_class_or_by_default(
    id: str, status: int, contents: list[str]
) -> None:
    found = OPERATIONS[id].response(status)

    assert found is not None
    assert list(found.contents) == contents


def test_other_statuses_are_not_documented() -> None:
    assert OPERATIONS["getNote"].response(302) is None


def test_the_headers_of_an_answer_are_in_lower_case() -> None:
    found = OPERATIONS["createNote"].response(201)

    assert found is not None
    assert {name: required for name, (required, _) in found.headers.items()} == {
        "location": True,
        "x-left": False,
    }
