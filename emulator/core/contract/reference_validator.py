"""The reference engine: openapi-core, which judges the same messages by the same definition.

It takes 0.4 s to import and about two hundred times as long for a message as ``checking`` does, so
it is made on demand. It is given the message as it has been read: by then the provider's habits,
which OpenAPI has no word for, have been taken out of it. It makes every error there is, however
many: a request with very many values is left to ``checking``.
"""

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any
from urllib.parse import quote

import jsonschema_rs
from msgspec import Struct

from emulator.core.contract.openapi import BRACES, Operation, Spec, operations
from emulator.core.contract.validator import SchemaValidator
from emulator.core.http.messages import MULTIPART, Json, Request, Response, parse_json, to_json
from emulator.core.http.problems import MOST_VIOLATIONS, Location, Violation, is_small

MOST_VALUES = 2000  # of a request's body
ADDRESS = "http://reference.invalid"
FORM = "application/form+json"
# openapi-core leaves these formats unchecked; a definition of ours that names them means them.
FORMATS = ("uri", "duration", "email")
KINDS = {"MissingRequiredParameter": "required", "MissingRequiredHeader": "required"}


class OpenApiCoreRequest(Struct):
    """A request in openapi-core's shape."""

    path: str
    method: str
    body: bytes | None
    content_type: str
    parameters: Any  # openapi_core.RequestParameters
    host_url: str = ADDRESS


class OpenApiCoreResponse(Struct):
    """An answer in openapi-core's shape."""

    status_code: int
    content_type: str
    headers: Any  # werkzeug.datastructures.Headers: their names have no case
    data: bytes | None


class OpenApiCoreValidator:
    """openapi-core as an engine; see ``Engine``."""

    def __init__(self, spec: Spec) -> None:
        from jsonschema_path import SchemaPath
        from openapi_core.validation.request import (
            V31RequestBodyValidator,
            V31RequestParametersValidator,
        )
        from openapi_core.validation.response import V31ResponseValidator

        # One server in the place of the real ones: requests come in under any address.
        path = SchemaPath.from_dict({**parsed_spec(spec), "servers": [{"url": ADDRESS}]})
        extra: Any = {
            "extra_format_validators": {name: format_check(name) for name in FORMATS},
            "extra_media_type_deserializers": {
                name: loader(name) for name in (FORM, *media_types(spec))
            },
        }
        self._checks = SchemaValidator(spec)
        self._parameters = V31RequestParametersValidator(path, **extra)
        self._body = V31RequestBodyValidator(path, **extra)
        self._response = V31ResponseValidator(path, **extra)

    def check_request(self, operation: Operation, request: Request) -> tuple[Violation, ...]:
        if not is_small(request.content, MOST_VALUES):
            return self._checks.check_request(operation, request)
        message = openapi_core_request(operation, request)
        found = [*self._parameters.iter_errors(message)]
        if message.body is not None or operation.body_required:
            found += self._body.iter_errors(message)
        every = (violation for error in found for violation in violations(error, "body"))
        return tuple(islice(every, MOST_VIOLATIONS))

    def check_response(
        self, operation: Operation, request: Request, response: Response
    ) -> tuple[Violation, ...]:
        from werkzeug.datastructures import Headers

        content_type = response.header("content-type") or ""
        headers = Headers(dict(response.headers))
        given = OpenApiCoreResponse(
            response.status, content_type, headers, bytes(response.body) or None
        )
        found = self._response.iter_errors(openapi_core_request(operation, request), given)
        # Of an answer, only headers have names.
        places: list[tuple[Any, Location]] = [
            (error, "header" if hasattr(error, "name") else "body") for error in found
        ]
        every = (violation for error, place in places for violation in violations(error, place))
        return tuple(islice(every, MOST_VIOLATIONS))


def parsed_spec(raw: Any) -> Any:
    """A definition, or a piece of it, in which forms are JSON: by then they have been read."""
    if isinstance(raw, dict):
        return {FORM if key == MULTIPART else key: parsed_spec(one) for key, one in raw.items()}
    return [parsed_spec(one) for one in raw] if isinstance(raw, list) else raw


def media_types(spec: Spec) -> set[str]:
    found = set[str]()
    for operation in operations(spec):
        found.update(
            operation.bodies, *(answer.contents for answer in operation.responses.values())
        )
    return found


def loader(media_type: str) -> Callable[..., Json]:
    return from_json if media_type.endswith("json") else from_bytes


def from_json(data: bytes, **parameters: str) -> Json:
    return parse_json(data)


def from_bytes(data: bytes, **parameters: str) -> Json:
    """A text of any bytes, as the definition has it for what is no JSON."""
    return data.decode("latin-1")


def format_check(name: str) -> Any:
    validator = jsonschema_rs.Draft202012Validator({"format": name}, validate_formats=True)
    return validator.is_valid


def openapi_core_request(operation: Operation, request: Request) -> OpenApiCoreRequest:
    """The request as it has been read, written down again in the definition's own terms."""
    from openapi_core.datatypes import RequestParameters
    from werkzeug.datastructures import Headers, ImmutableMultiDict

    places = {parameter.name: parameter.place for parameter in operation.parameters}
    given = [(places[name], name, value) for name, value in request.params.items()]
    query = [pair for place, *one in given if place == "query" for pair in serialize(*one)]
    in_path = {name: text(value) for place, name, value in given if place == "path"}
    body = to_json(request.content) if request.body else None
    media = request.content_type
    return OpenApiCoreRequest(
        path=BRACES.sub(lambda match: quote(in_path.get(match[1], "-"), safe=""), operation.path),
        method=operation.method.lower(),
        body=body,
        content_type=FORM if media == MULTIPART else media,
        parameters=RequestParameters(
            query=ImmutableMultiDict(query), header=Headers(dict(request.headers))
        ),
    )


def serialize(name: str, value: Any) -> Iterator[tuple[str, str]]:
    """A typed query parameter as the pairs that it was."""
    if isinstance(value, list):
        yield from ((name, text(item)) for item in value)
    elif isinstance(value, dict):
        yield from ((f"{name}[{key}]", text(item)) for key, item in value.items())
    else:
        yield name, text(value)


def text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def violations(error: Any, place: Location) -> Iterator[Violation]:
    """One error of openapi-core as what broke, in the words of the fast engine."""
    kind, name = type(error).__name__, getattr(error, "name", None)
    place = getattr(error, "location", place)
    prefix = (name,) if name else ()
    cause = error.__cause__
    if hasattr(cause, "schema_errors"):
        for one in cause.schema_errors:
            yield from schema_violations(one, place, prefix)
    elif type(cause).__name__ == "CastError":
        yield Violation(place, prefix, "type", [cause.type], cause.value, str(cause))
    else:
        yield Violation(place, prefix, KINDS.get(kind, "undocumented"), message=str(error))


def schema_violations(
    error: Any, place: Location, prefix: tuple[str | int, ...]
) -> Iterator[Violation]:
    path, expected = (*prefix, *error.path), error.validator_value
    names: list[Any] = [()]
    if error.validator == "required":
        # One error for each name that is missing; the name stands in the message alone.
        names = [(one,) for one in expected if error.message.startswith(repr(one))]
    elif error.validator == "additionalProperties":
        known = error.schema.get("properties", {})
        names = [(one,) for one in error.instance if one not in known]
    elif error.validator == "type" and isinstance(expected, str):
        expected = [expected]
    for last in names:
        yield Violation(
            place, (*path, *last), error.validator, expected, error.instance, error.message
        )
