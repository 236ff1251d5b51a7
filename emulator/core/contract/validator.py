"""Checking: the fast engine. Each schema is compiled when it is first needed, and kept."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property, lru_cache
from itertools import islice
from urllib.parse import quote

import jsonschema_rs

from emulator.core.contract.openapi import Operation, SchemaRef, Spec, SpecReader, types
from emulator.core.contract.pieces import outline, subschemas
from emulator.core.contract.request_reader import convert
from emulator.core.http.messages import Json, Request, Response, parse_json
from emulator.core.http.problems import (
    MOST_VIOLATIONS,
    Location,
    Violation,
    is_small,
    shorten_text,
    shorten_value,
)

BODILESS = (204, 304)
ALTERNATIVES = ("oneOf", "anyOf")
MOST_VALUES = 500  # of one call for all errors of a value: the engine makes every one of them


class SchemaValidator:
    """The schemas of one definition, applied to requests and answers."""

    def __init__(self, spec: Spec) -> None:
        self._spec = spec
        self._reader = SpecReader(spec)
        self._validators: dict[str, jsonschema_rs.Draft202012Validator] = {}
        self._valid_values: dict[
            str, str
        ] = {}  # a schema's place -> the header's value it took last

    @cached_property
    def _registry(self) -> jsonschema_rs.Registry:
        return jsonschema_rs.Registry([("urn:spec", self._spec)])

    def check_request(self, operation: Operation, request: Request) -> tuple[Violation, ...]:
        """What of the request breaks the contract; it has been read before."""
        found = request.cached("violations", lambda: tuple(self._parameters(operation, request)))
        return (*found, *self._body(operation, request))[:MOST_VIOLATIONS]

    def check_response(
        self, operation: Operation, request: Request, response: Response
    ) -> tuple[Violation, ...]:
        answer = operation.response(response.status)
        if answer is None:
            text = f"status {response.status} is not documented"
            return (Violation("status", (), "undocumented", None, response.status, text),)
        found = tuple(self._content(answer.contents, response))
        if not answer.headers:
            return found
        return (*self._headers(answer.headers, response), *found)[:MOST_VIOLATIONS]

    def check_message(self, name: str, content: Json) -> tuple[Violation, ...]:
        """What of a webhook's body breaks the schema of that name."""
        return tuple(self._errors(SchemaRef({}, f"/components/schemas/{name}"), content, "body"))

    def _parameters(self, operation: Operation, request: Request) -> Iterator[Violation]:
        for parameter in operation.parameters:
            if parameter.name in request.params:
                yield from self._errors(
                    parameter.schema,
                    request.params[parameter.name],
                    parameter.place,
                    (parameter.name,),
                )
            elif parameter.required:
                text = f"{parameter.name} is required"
                yield Violation(parameter.place, (parameter.name,), "required", True, None, text)

    def _body(self, operation: Operation, request: Request) -> Iterable[Violation]:
        schema = operation.bodies.get(request.content_type)
        if schema is None or not (request.body or operation.body_required):
            return ()
        return self._errors(schema, request.content, "body")

    def _headers(
        self, headers: Mapping[str, tuple[bool, SchemaRef]], response: Response
    ) -> Iterator[Violation]:
        spellings = spell_names(tuple(response.headers))
        for name, (required, schema) in headers.items():
            if name in spellings:
                text = response.headers[spellings[name]]
                # Most headers say the same from answer to answer.
                if self._valid_values.get(schema.pointer) != text:
                    yield from self._header(name, text, schema)
            elif required:
                yield Violation("header", (name,), "required", True, None, f"{name} is required")

    def _header(self, name: str, text: str, schema: SchemaRef) -> Iterable[Violation]:
        value = convert(text, types(schema.schema))
        found = tuple(self._errors(schema, value, "header", (name,)))
        if not found:
            self._valid_values[schema.pointer] = text
        return found

    def _content(
        self, contents: Mapping[str, SchemaRef | None], response: Response
    ) -> Iterable[Violation]:
        if not contents or response.status in BODILESS:
            text = f"a body of {len(response.body)} bytes is not documented"
            return (
                (Violation("body", (), "undocumented", None, None, text),) if response.body else ()
            )
        media = (response.header("Content-Type") or "").partition(";")[0]
        if media not in contents:
            text = f"content type {media} is not documented"
            return (Violation("header", ("content-type",), "enum", list(contents), media, text),)
        schema = contents[media]
        if schema is None or not media.endswith("json"):
            return ()
        if response.cached_violations is None:
            return self._json(schema, response)
        if schema.pointer not in response.cached_violations:
            response.cached_violations[schema.pointer] = tuple(self._json(schema, response))
        found: tuple[Violation, ...] = response.cached_violations[schema.pointer]
        return found

    def _json(self, schema: SchemaRef, response: Response) -> Iterable[Violation]:
        try:
            content = response.content
            if content is None:
                content = parse_json(response.body)
        except ValueError as error:
            return (Violation("body", (), "json", None, None, f"it is no JSON: {error}"),)
        return self._errors(schema, content, "body")

    def _errors(
        self, schema: SchemaRef, value: Json, place: Location, prefix: tuple[str | int, ...] = ()
    ) -> Iterator[Violation]:
        """The first violations, in the order of the engine."""
        try:
            if self._validator(schema.pointer).is_valid(value):  # twice as fast as an error
                return
            yield from islice(self._find_errors(schema, value, place, prefix), MOST_VIOLATIONS)
        except ValueError:  # deeper than the engine goes; a form's fields are JSON only to some
            yield Violation(place, prefix, "depth", None, None, "it is nested too deeply")

    def _find_errors(
        self, schema: SchemaRef, value: Json, place: Location, path: tuple[str | int, ...]
    ) -> Iterator[Violation]:
        """What is wrong with a value that is not valid."""
        if is_small(value, MOST_VALUES):
            for error in self._validator(schema.pointer).iter_errors(value):
                yield from violations(error, place, path)
            return
        inner = self._find_nested_errors(schema, value, place, path)
        first = next(inner, None)
        if first is None:
            yield from self._find_own_errors(schema, value, place, path)
        else:
            yield first
            yield from inner

    def _find_nested_errors(
        self, schema: SchemaRef, value: Json, place: Location, path: tuple[str | int, ...]
    ) -> Iterator[Violation]:
        """What is wrong with the members of a large value, one after the other."""
        for subschema in subschemas(self._reader, schema.pointer, value):
            each = self._validator(subschema.schema.pointer, each=True)
            if len(subschema.values) == 1 or not each.is_valid(subschema.values):
                for step, inner in zip(subschema.steps, subschema.values, strict=True):
                    yield from self._errors(subschema.schema, inner, place, (*path, *step))

    def _find_own_errors(
        self, schema: SchemaRef, value: Json, place: Location, path: tuple[str | int, ...]
    ) -> Iterator[Violation]:
        """What is wrong with a large value all of whose members are right."""
        raw, at = self._reader.resolve(self._reader.value_at(schema.pointer), schema.pointer)
        for keyword in ALTERNATIVES:
            ways = (f"{at}/{keyword}/{i}" for i in range(len(raw.get(keyword, ()))))
            fitting = sum(self._validator(way).is_valid(value) for way in ways)
            if keyword in raw and fitting != 1 and not (fitting and keyword == "anyOf"):
                # The engine would list everything for which it is not each of them.
                text = f"it does not fit the schemas of '{keyword}'"
                yield Violation(place, path, keyword, raw[keyword], value, text)
                return
        validator = self._validator(schema.pointer)
        found = validator.iter_errors(outline(raw, value)) if isinstance(value, dict) else ()
        own = [one for one in found if not one.instance_path and one.kind.name not in ALTERNATIVES]
        for error in own or find_first_error(validator, value):
            yield from violations(error, place, path)

    def _validator(self, pointer: str, *, each: bool = False) -> jsonschema_rs.Draft202012Validator:
        """For what stands in the definition there; ``each``: for a list of such values."""
        key = f"{pointer} each" if each else pointer
        validator = self._validators.get(key)
        if validator is None:
            reference = {"$ref": f"urn:spec#{quote(pointer, safe='/~')}"}
            validator = jsonschema_rs.Draft202012Validator(
                {"items": reference} if each else reference,
                registry=self._registry,
                validate_formats=True,
            )
            self._validators[key] = validator
        return validator


def find_first_error(
    validator: jsonschema_rs.Draft202012Validator, value: Json
) -> Iterator[jsonschema_rs.ValidationError]:
    try:
        validator.validate(value)
    except jsonschema_rs.ValidationError as error:
        yield error


@lru_cache(maxsize=256)
def spell_names(names: tuple[str, ...]) -> Mapping[str, str]:
    """Each name in lower case, and as it is; answers of one kind have the same ones."""
    return {name.lower(): name for name in names}


def violations(
    error: jsonschema_rs.ValidationError, place: Location, prefix: tuple[str | int, ...]
) -> Iterator[Violation]:
    """One error of the engine as what broke; several unknown properties are several violations."""
    path = (*prefix, *error.instance_path)
    kind = error.kind
    if isinstance(kind, jsonschema_rs.ValidationErrorKind.Required):
        paths = [(*path, kind.property)]
    elif isinstance(kind, jsonschema_rs.ValidationErrorKind.AdditionalProperties):
        paths = [(*path, name) for name in kind.unexpected]
    else:
        paths = [path]
    instance, message = (
        shorten_value(error.instance),
        shorten_text(error.message),
    )  # once for all of them
    for one in paths[:MOST_VIOLATIONS]:
        yield Violation(place, one, kind.name, kind.value, instance, message)
