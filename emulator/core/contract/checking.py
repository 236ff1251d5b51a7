"""Checking: the fast engine. Each schema is compiled when it is first needed, and kept."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property, lru_cache
from urllib.parse import quote

import jsonschema_rs

from emulator.core.contract.definition import Operation, Pointed, Spec, types
from emulator.core.contract.reading import typed
from emulator.core.messages import Json, Request, Response, parsed_json
from emulator.core.problems import Breach, Place

BODILESS = (204, 304)


class Checks:
    """The schemas of one definition, applied to requests and answers."""

    def __init__(self, spec: Spec) -> None:
        self._spec = spec
        self._compiled: dict[str, jsonschema_rs.Draft202012Validator] = {}
        self._good: dict[str, str] = {}  # a schema's place -> the header's value it took last

    @cached_property
    def _registry(self) -> jsonschema_rs.Registry:
        return jsonschema_rs.Registry([("urn:spec", self._spec)])

    def request(self, operation: Operation, request: Request) -> tuple[Breach, ...]:
        """What of the request breaks the contract; it has been read before."""
        found = request.once("breaches", lambda: tuple(self._parameters(operation, request)))
        return (*found, *self._body(operation, request))

    def response(
        self, operation: Operation, request: Request, response: Response
    ) -> tuple[Breach, ...]:
        answer = operation.answer(response.status)
        if answer is None:
            text = f"status {response.status} is not documented"
            return (Breach("status", (), "undocumented", None, response.status, text),)
        found = tuple(self._content(answer.contents, response))
        return (*self._headers(answer.headers, response), *found) if answer.headers else found

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
        validator = self._validator(schema)
        try:
            if validator.is_valid(value):  # twice as fast as to look for the first error
                return
            errors = list(validator.iter_errors(value))
        except ValueError:  # deeper than the engine goes; a form's fields are JSON only to some
            yield Breach(place, prefix, "depth", None, None, "it is nested too deeply")
            return
        for error in errors:
            yield from breaches(error, place, prefix)

    def _validator(self, schema: Pointed) -> jsonschema_rs.Draft202012Validator:
        validator = self._compiled.get(schema.pointer)
        if validator is None:
            validator = jsonschema_rs.Draft202012Validator(
                {"$ref": f"urn:spec#{quote(schema.pointer, safe='/~')}"},
                registry=self._registry,
                validate_formats=True,
            )
            self._compiled[schema.pointer] = validator
        return validator


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
    for one in paths:
        yield Breach(place, one, kind.name, kind.value, error.instance, error.message)
