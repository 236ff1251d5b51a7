"""A definition: an OpenAPI 3.1 file as values, each schema known by where it stands."""

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

from msgspec import Struct

from emulator.core.http.messages import parse_json

Spec = dict[str, Any]
BRACES = re.compile(r"\{(\w+)\}")  # a parameter in a path
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


class SchemaRef(Struct, frozen=True):
    """A schema, and the JSON pointer to it within its file."""

    schema: Mapping[str, Any]
    pointer: str


class Parameter(Struct, frozen=True, dict=True):
    name: str
    place: Literal["path", "query", "header"]
    required: bool
    schema: SchemaRef
    deep: bool = False  # style deepObject: name[key]=value

    @cached_property
    def types(self) -> tuple[str, ...]:
        """The types that its schema names."""
        return types(self.schema.schema)


class SecurityScheme(Struct, frozen=True):
    """A way to show a credential: a header or query parameter, or Authorization: Bearer."""

    name: str
    place: Literal["header", "query", "bearer"]
    parameter: str  # the header's or query parameter's name, in lower case for headers


class ResponseSpec(Struct, frozen=True):
    """What one documented status carries."""

    contents: Mapping[str, SchemaRef | None]  # media type -> schema; None: any body
    headers: Mapping[str, tuple[bool, SchemaRef]]  # lower-case name -> (required, schema)


class ParsingRules(Struct, frozen=True):
    """How the real service reads requests, where OpenAPI has no word for it."""

    path_case: Literal["sensitive", "insensitive"] = "sensitive"
    trailing_slash: Literal["strict", "tolerated"] = "strict"
    repeated: Literal["refused", "last"] = "refused"  # a scalar query parameter sent twice
    empty: Literal["value", "absent"] = "value"  # a query parameter with nothing after the =
    brackets: Literal["refused", "accepted"] = "refused"  # status[]=done for status=done
    head: Literal["refused", "as_get"] = "refused"
    json: Literal["strict", "relaxed"] = "strict"  # relaxed: commas before a closing bracket


def load(path: Path) -> Spec:
    """The file, by way of the JSON that hatch_build.py made of it if it has not changed since."""
    source = path.read_bytes()
    return load_prebuilt(path.with_suffix(".json"), sha256(source).hexdigest()) or parse_yaml(
        source
    )


def load_prebuilt(path: Path, digest: str) -> Spec | None:
    """What was made of the file with that digest; None: it is not there, or of another one."""
    try:
        found = parse_json(path.read_bytes())
    except (OSError, ValueError):
        return None
    if not isinstance(found, dict) or found.get("sha256") != digest:
        return None
    spec: Spec = found["spec"]
    return spec


def parse_yaml(source: bytes) -> Spec:
    import yaml

    # The C loader reads a definition nine times as fast; both are safe ones.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    spec: Spec = yaml.load(source, Loader=loader)
    return spec


def types(schema: Mapping[str, Any]) -> tuple[str, ...]:
    given = schema.get("type", ())
    return (given,) if isinstance(given, str) else tuple(given)


class SpecReader:
    """Reads parts of one definition, each with the pointer to it; follows references."""

    def __init__(self, spec: Spec) -> None:
        self._spec = spec

    def parameters(self, raw: Spec, at: str) -> list[Parameter]:
        found = enumerate(raw.get("parameters", []))
        return [self.parameter(*self.resolve(one, f"{at}/parameters/{i}")) for i, one in found]

    def parameter(self, raw: Spec, at: str) -> Parameter:
        schema = self.schema(raw["schema"], f"{at}/schema")
        deep = raw.get("style") == "deepObject"
        return Parameter(raw["name"], raw["in"], raw.get("required", False), schema, deep)

    def responses(self, raw: Spec, at: str) -> dict[str, ResponseSpec]:
        return {
            str(status): self.response(*self.resolve(one, f"{at}/responses/{status}"))
            for status, one in raw["responses"].items()
        }

    def response(self, raw: Spec, at: str) -> ResponseSpec:
        headers: dict[str, tuple[bool, SchemaRef]] = {}
        for name, one in raw.get("headers", {}).items():
            header, header_at = self.resolve(one, f"{at}/headers/{escape(name)}")
            schema = self.schema(header["schema"], f"{header_at}/schema")
            headers[name.lower()] = (header.get("required", False), schema)
        return ResponseSpec(self.contents(raw, at), headers)

    def contents(self, raw: Spec, at: str) -> dict[str, SchemaRef | None]:
        return {
            media.lower(): self.schema(one["schema"], f"{at}/content/{escape(media)}/schema")
            if "schema" in one
            else None
            for media, one in raw.get("content", {}).items()
        }

    def schema(self, raw: Spec, at: str) -> SchemaRef:
        """The schema with the keywords that a reference leads to; the pointer stays where it is."""
        return SchemaRef(self.resolve(raw, at)[0], at)

    def security(self, raw: Spec) -> tuple[tuple[SecurityScheme, ...], ...]:
        said = raw if "security" in raw else self._spec
        return tuple(tuple(self.scheme(name) for name in one) for one in said.get("security", []))

    def scheme(self, name: str) -> SecurityScheme:
        raw = self._spec["components"]["securitySchemes"][name]
        if raw["type"] == "http":
            return SecurityScheme(name, "bearer", "authorization")
        place = raw["in"]
        return SecurityScheme(
            name, place, raw["name"].lower() if place == "header" else raw["name"]
        )

    def resolve(self, raw: Spec, at: str) -> tuple[Spec, str]:
        """What stands there, or where its reference leads, with the pointer to it."""
        while "$ref" in raw:
            at = raw["$ref"].removeprefix("#")
            raw = self.value_at(at)
        return raw, at

    def value_at(self, pointer: str) -> Spec:
        found: Any = self._spec
        for step in pointer.strip("/").split("/"):
            name = step.replace("~1", "/").replace("~0", "~")
            found = found[int(name) if isinstance(found, list) else name]
        assert isinstance(found, dict)  # references lead to objects
        return found


class Operation(Struct, frozen=True, dict=True):
    """What it takes and gives is read when it is first asked for: few runs ask for all of it."""

    id: str
    method: str
    path: str  # the template
    tenant_parameter: str | None  # the path parameter that tells whose signed link it is
    path_parameters_raw: tuple[Spec, str]  # what the file says of the path, with the pointer to it
    raw: tuple[Spec, str]  # and of the method there
    reader: SpecReader

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        """Its own, and the path's of other names."""
        found = (
            *self.reader.parameters(*self.path_parameters_raw),
            *self.reader.parameters(*self.raw),
        )
        return tuple({(one.name, one.place): one for one in found}.values())

    @cached_property
    def security(self) -> tuple[tuple[SecurityScheme, ...], ...]:
        """The alternatives; empty: none is needed."""
        return self.reader.security(self.raw[0])

    @cached_property
    def schemes(self) -> tuple[SecurityScheme, ...]:
        """Those of all alternatives, each once."""
        return tuple(dict.fromkeys(scheme for one in self.security for scheme in one))

    @cached_property
    def bodies(self) -> Mapping[str, SchemaRef | None]:
        """Media type -> schema."""
        return self.reader.contents(*self._body)

    @cached_property
    def body_required(self) -> bool:
        required: bool = self._body[0].get("required", False)
        return required

    @cached_property
    def responses(self) -> Mapping[str, ResponseSpec]:
        """By status: "200", "4XX", "default"."""
        return self.reader.responses(*self.raw)

    @property
    def _body(self) -> tuple[Spec, str]:
        raw, at = self.raw
        return self.reader.resolve(raw.get("requestBody", {}), f"{at}/requestBody")

    def response(self, status: int) -> ResponseSpec | None:
        """What that status carries; None: it is not documented."""
        found = self._by_status
        if status not in found:
            key = self.response_key(status)
            found[status] = None if key is None else self.responses[key]
        return found[status]

    @cached_property
    def _by_status(self) -> dict[int, ResponseSpec | None]:
        """Those that were asked for."""
        return {}

    def response_key(self, status: int) -> str | None:
        """How that status is documented: itself, "4XX" or "default"; None: not at all."""
        exact = str(status)
        if exact in self.responses:
            return exact
        return next((key for key in (f"{exact[0]}XX", "default") if key in self.responses), None)


def operations(spec: Spec, section: str = "paths") -> Iterator[Operation]:
    """Each operation of the file, in its order; or of another section of the same form."""
    reader = SpecReader(spec)
    for path, item in spec.get(section, {}).items():
        at = f"/{section}/{escape(path)}"
        for method in METHODS:
            if method in item:
                raw = item[method]
                yield Operation(
                    id=raw["operationId"],
                    method=method.upper(),
                    path=path,
                    tenant_parameter=raw.get("x-emulator-tenant"),
                    path_parameters_raw=(item, at),
                    raw=(raw, f"{at}/{method}"),
                    reader=reader,
                )


def escape(step: str) -> str:
    """RFC 6901, 3."""
    return step.replace("~", "~0").replace("/", "~1")
