"""Checking: the fast engine. Each schema is compiled when it is first needed, and kept."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property, lru_cache
from itertools import islice
from urllib.parse import quote

import jsonschema_rs

from emulator.core.contract.openapi import Operation, Pointed, Reader, Spec, types
from emulator.core.contract.pieces import outline, pieces
from emulator.core.contract.request_reader import typed
from emulator.core.http.messages import Json, Request, Response, parsed_json
from emulator.core.http.problems import MOST_BREACHES, Breach, Place, excerpt, is_small, shortened

BODILESS = (204, 304)
ALTERNATIVES = ("oneOf", "anyOf")
MOST_VALUES = 500  # of one call for all errors of a value: the engine makes every one of them


class Checks:
    """The schemas of one definition, applied to requests and answers."""

    def __init__(self, spec: Spec) -> None:
        self._spec = spec
        self._reader = Reader(spec)
        self._compiled: dict[str, jsonschema_rs.Draft202012Validator] = {}
        self._good: dict[str, str] = {}  # a schema's place -> the header's value it took last

    @cached_property
    def _registry(self) -> jsonschema_rs.Registry:
        return jsonschema_rs.Registry([("urn:spec", self._spec)])

    def request(self, operation: Operation, request: Request) -> tuple[Breach, ...]:
        """What of the request breaks the contract; it has been read before."""
        found = request.once("breaches", lambda: tuple(self._parameters(operation, request)))
        return (*found, *self._body(operation, request))[:MOST_BREACHES]

    def response(
        self, operation: Operation, request: Request, response: Response
    ) -> tuple[Breach, ...]:
        answer = operation.answer(response.status)
        if answer is None:
            text = f"status {response.status} is not documented"
            return (Breach("status", (), "undocumented", None, response.status, text),)
        found = tuple(self._content(answer.contents, response))
        if not answer.headers:
            return found
        return (*self._headers(answer.headers, response), *found)[:MOST_BREACHES]

    def message(self, name: str, content: Json) -> tuple[Breach, ...]:
        """What of a webhook's body breaks the schema of that name."""
        return tuple(self._errors(Pointed({}, f"/components/schemas/{name}"), content, "body"))

    def _parameters(self, operation: Operation, request: Request) -> Iterator[Breach]:
        for one in operation.parameters:
            if one.name in request.params:
                yield from self._errors(
                    one.schema, request.params[one.name], one.place, (one.name,)
                )
            elif one.required:
                text = f"{one.name} is required"
                yield Breach(one.place, (one.name,), "required", True, None, text)

    def _body(self, operation: Operation, request: Request) -> Iterable[Breach]:
        schema = operation.bodies.get(request.content_type)
        if schema is None or not (request.body or operation.body_required):
            return ()
        return self._errors(schema, request.content, "body")

    def _headers(
        self, headers: Mapping[str, tuple[bool, Pointed]], response: Response
    ) -> Iterator[Breach]:
        spellings = spelled(tuple(response.headers))
        for name, (required, schema) in headers.items():
            if name in spellings:
                text = response.headers[spellings[name]]
                # Most headers say the same from answer to answer.
                if self._good.get(schema.pointer) != text:
                    yield from self._header(name, text, schema)
            elif required:
                yield Breach("header", (name,), "required", True, None, f"{name} is required")

    def _header(self, name: str, text: str, schema: Pointed) -> Iterable[Breach]:
        value = typed(text, types(schema.schema))
        found = tuple(self._errors(schema, value, "header", (name,)))
        if not found:
            self._good[schema.pointer] = text
        return found

    def _content(
        self, contents: Mapping[str, Pointed | None], response: Response
    ) -> Iterable[Breach]:
        if not contents or response.status in BODILESS:
            text = f"a body of {len(response.body)} bytes is not documented"
            return (Breach("body", (), "undocumented", None, None, text),) if response.body else ()
        media = (response.header("Content-Type") or "").partition(";")[0]
        if media not in contents:
            text = f"content type {media} is not documented"
            return (Breach("header", ("content-type",), "enum", list(contents), media, text),)
        schema = contents[media]
        if schema is None or not media.endswith("json"):
            return ()
        if response.verdicts is None:
            return self._json(schema, response)
        if schema.pointer not in response.verdicts:
            response.verdicts[schema.pointer] = tuple(self._json(schema, response))
        found: tuple[Breach, ...] = response.verdicts[schema.pointer]
        return found

    def _json(self, schema: Pointed, response: Response) -> Iterable[Breach]:
        try:
            content = response.content
            if content is None:
                content = parsed_json(response.body)
        except ValueError as error:
            return (Breach("body", (), "json", None, None, f"it is no JSON: {error}"),)
        return self._errors(schema, content, "body")

    def _errors(
        self, schema: Pointed, value: Json, place: Place, prefix: tuple[str | int, ...] = ()
    ) -> Iterator[Breach]:
        """The first breaches, in the order of the engine."""
        try:
            if self._validator(schema.pointer).is_valid(value):  # twice as fast as an error
                return
            yield from islice(self._found(schema, value, place, prefix), MOST_BREACHES)
        except ValueError:  # deeper than the engine goes; a form's fields are JSON only to some
            yield Breach(place, prefix, "depth", None, None, "it is nested too deeply")

    def _found(
        self, schema: Pointed, value: Json, place: Place, path: tuple[str | int, ...]
    ) -> Iterator[Breach]:
        """What is wrong with a value that is not valid."""
        if is_small(value, MOST_VALUES):
            for error in self._validator(schema.pointer).iter_errors(value):
                yield from breaches(error, place, path)
            return
        inner = self._inside(schema, value, place, path)
        first = next(inner, None)
        if first is None:
            yield from self._own(schema, value, place, path)
        else:
            yield first
            yield from inner

    def _inside(
        self, schema: Pointed, value: Json, place: Place, path: tuple[str | int, ...]
    ) -> Iterator[Breach]:
        """What is wrong with the members of a large value, one after the other."""
        for one in pieces(self._reader, schema.pointer, value):
            each = self._validator(one.schema.pointer, each=True)
            if len(one.values) == 1 or not each.is_valid(one.values):
                for step, inner in zip(one.steps, one.values, strict=True):
                    yield from self._errors(one.schema, inner, place, (*path, *step))

    def _own(
        self, schema: Pointed, value: Json, place: Place, path: tuple[str | int, ...]
    ) -> Iterator[Breach]:
        """What is wrong with a large value all of whose members are right."""
        raw, at = self._reader.follow(self._reader.at(schema.pointer), schema.pointer)
        for keyword in ALTERNATIVES:
            ways = (f"{at}/{keyword}/{i}" for i in range(len(raw.get(keyword, ()))))
            fitting = sum(self._validator(one).is_valid(value) for one in ways)
            if keyword in raw and fitting != 1 and not (fitting and keyword == "anyOf"):
                # The engine would list everything for which it is not each of them.
                text = f"it does not fit the schemas of '{keyword}'"
                yield Breach(place, path, keyword, raw[keyword], value, text)
                return
        validator = self._validator(schema.pointer)
        found = validator.iter_errors(outline(raw, value)) if isinstance(value, dict) else ()
        own = [one for one in found if not one.instance_path and one.kind.name not in ALTERNATIVES]
        for error in own or first_error(validator, value):
            yield from breaches(error, place, path)

    def _validator(self, pointer: str, *, each: bool = False) -> jsonschema_rs.Draft202012Validator:
        """For what stands in the definition there; ``each``: for a list of such values."""
        key = f"{pointer} each" if each else pointer
        validator = self._compiled.get(key)
        if validator is None:
            reference = {"$ref": f"urn:spec#{quote(pointer, safe='/~')}"}
            validator = jsonschema_rs.Draft202012Validator(
                {"items": reference} if each else reference,
                registry=self._registry,
                validate_formats=True,
            )
            self._compiled[key] = validator
        return validator


def first_error(
    validator: jsonschema_rs.Draft202012Validator, value: Json
) -> Iterator[jsonschema_rs.ValidationError]:
    try:
        validator.validate(value)
    except jsonschema_rs.ValidationError as error:
        yield error


@lru_cache(maxsize=256)
def spelled(names: tuple[str, ...]) -> Mapping[str, str]:
    """Each name in lower case, and as it is; answers of one kind have the same ones."""
    return {name.lower(): name for name in names}


def breaches(
    error: jsonschema_rs.ValidationError, place: Place, prefix: tuple[str | int, ...]
) -> Iterator[Breach]:
    """One error of the engine as what broke; several unknown properties are several breaches."""
    path = (*prefix, *error.instance_path)
    kind = error.kind
    if isinstance(kind, jsonschema_rs.ValidationErrorKind.Required):
        paths = [(*path, kind.property)]
    elif isinstance(kind, jsonschema_rs.ValidationErrorKind.AdditionalProperties):
        paths = [(*path, name) for name in kind.unexpected]
    else:
        paths = [path]
    instance, message = excerpt(error.instance), shortened(error.message)  # once for all of them
    for one in paths[:MOST_BREACHES]:
        yield Breach(place, one, kind.name, kind.value, instance, message)
