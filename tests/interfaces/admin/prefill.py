"""What Swagger UI 5.35 fills in for an operation, read from the definition that its page is given.

A parameter gets its example, else its default. A JSON body is the example of its first media
type, or the first of several. A form's fields get their examples; empty ones are left out (see
docs.js). Where a body or a form's field has no example, Swagger UI makes one up from the schema,
which seldom works: here that is an error.
"""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from msgspec import Struct

Spec = dict[str, Any]
Part = tuple[str, tuple[None, str]]
METHODS = ("get", "put", "post", "delete", "patch")
ABSENT = object()


class Prefilled(Struct, frozen=True):
    """A request as the page sends it when nothing is changed."""

    method: str
    path: str
    params: dict[str, Any]
    content: str | None = None
    media_type: str | None = None
    parts: list[Part] | None = None  # of a form


def executable(spec: Spec) -> Iterator[tuple[str, str, Spec]]:
    """The path, method and description of each operation that answers, and whose answer ends."""
    for path, item in spec["paths"].items():
        for method in filter(item.__contains__, METHODS):
            operation = item[method]
            contents = operation["responses"].get("200", {}).get("content", {})
            if "x-emulator-later" not in operation and "text/event-stream" not in contents:
                yield path, method, operation


def prefilled(spec: Spec, path: str, method: str) -> Prefilled:
    item = spec["paths"][path]
    operation = item[method]
    params = {}
    for one in (*item.get("parameters", ()), *operation.get("parameters", ())):
        parameter = followed(spec, one)
        value = first_value(spec, parameter)
        if value is ABSENT:
            assert not parameter.get("required"), f"{parameter['name']} has no example"
        elif parameter["in"] == "path":
            path = path.replace(f"{{{parameter['name']}}}", quote(str(value), safe=""))
        elif parameter["in"] == "query" and value != {}:
            params[parameter["name"]] = value if isinstance(value, str) else json.dumps(value)
    request = Prefilled(method.upper(), path, params)
    body = followed(spec, operation.get("requestBody", {}))
    return with_body(spec, request, body) if body else request


def with_body(spec: Spec, request: Prefilled, body: Spec) -> Prefilled:
    media_type, media = next(iter(body["content"].items()))
    at = request.method, request.path, request.params
    if media_type == "multipart/form-data":
        fields = followed(spec, media["schema"])["properties"]
        return Prefilled(*at, parts=[p for name, one in fields.items() for p in parts(name, one)])
    value = first_value(spec, media)
    assert value is not ABSENT, "the body has no example"
    return Prefilled(*at, value if isinstance(value, str) else json.dumps(value), media_type)


def parts(name: str, schema: Spec) -> list[Part]:
    """A list is sent as a part an item, except for objects, which are sent as one JSON array."""
    assert "example" in schema, f"the field {name} has no example"
    value = parsed(schema["example"])
    if isinstance(value, list) and not any(isinstance(one, dict) for one in value):
        return [(name, (None, one)) for one in value]
    text = value if isinstance(value, str) else json.dumps(value)
    return [(name, (None, text))] if text else []


def parsed(example: Any) -> Any:
    """Swagger UI takes a text that is JSON for the value it stands for."""
    if isinstance(example, str) and example.startswith(("[", "{")):
        return json.loads(example)
    return example


def first_value(spec: Spec, described: Spec) -> Any:
    """Of a parameter or a media type: its example, the first of its examples, or its schema's."""
    schema = followed(spec, described.get("schema", {}))
    several = [one["value"] for one in described.get("examples", {}).values()]
    given = [described.get("example", ABSENT), *several]
    given += [schema.get(key, ABSENT) for key in ("example", "default")]
    return next((one for one in given if one is not ABSENT), ABSENT)


def followed(spec: Spec, described: Spec) -> Spec:
    while "$ref" in described:
        found: Any = spec
        for step in described["$ref"].removeprefix("#/").split("/"):
            found = found[step.replace("~1", "/").replace("~0", "~")]
        described = found
    return described
