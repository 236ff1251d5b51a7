"""Every field of every operation, with a value of every JSON type in its place."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from msgspec import Struct

from emulator.core.contract import Contract, Operation
from emulator.core.contract.openapi import BRACES, Parameter, types
from emulator.core.http.messages import Json
from tests.support.clients import wav
from tests.support.fuzzing import LIKELY, Ask, Headers, Schema, dumped

LONG = "x" * 3000
VALUES: tuple[Json, ...] = (
    *(None, True, False, 0, -1, 1.5, 10**19, 1e300, "", "x", "null", LONG, "\0\u2028\U0001f600"),
    *([], [None], [[]], [{}], {}, {"a": 1}, {"a": {"b": [None]}}, {"": None}),
)
TEXTS = tuple(value if isinstance(value, str) else dumped(value) for value in VALUES)
FILE = "RIFF"  # stands for the content of an uploaded file
RECORDING = wav(1)
DEEPEST = 8  # levels of a schema that refers to itself
JSON_IN_FORMS = {  # fields that are sent as JSON texts, with the schema of what the texts say
    "createProject": "CreateProject",
    "uploadProjectFiles": "CreateProject",
}
CHOSEN: Mapping[str, Json] = {  # valid values that no schema tells
    "organization_id": "org_a",
    "subtitleProfileId": "0f4f3a1e-6a77-4f2b-9b0e-7b6b0d5c9e21",
    "translationLanguages": ["es"],
    "dubbingLanguages": ["es"],
    "request_id": "G-0f4f3a1e",
    "locale": "en-US",
    "contentUrls": ["https://media.test/a.wav"],
    "contentContainerUrl": "https://media.test/a?sv=1",
    "candidateLocales": ["en-US", "de-DE"],
    "timeToLive": "PT12H",
    "email": "ann@media.test",
    "post_session_metadata": {"a": 1},
}
ADDED: Mapping[str, tuple[str, ...]] = {  # of which a valid request needs one, says no schema
    "Transcriptions_Create": ("contentUrls", "contentContainerUrl"),
    "createProject": ("files", "fileUrls"),
    "uploadProjectFiles": ("files", "fileUrls"),
}
LEFT_OUT: Mapping[str, frozenset[str]] = {  # they exclude others, or name what is not there
    "Transcriptions_Create": frozenset({"contentContainerUrl", "dataset", "project", "model"}),
}


class Base(Struct, frozen=True):
    """A request that an operation accepts, and where in it values go."""

    operation: Operation
    prefix: str
    headers: Headers
    path: Mapping[str, str]  # the parameters in the path, by name
    query: tuple[tuple[str, str], ...]
    media: str = ""
    body: Json = None

    def ask(
        self,
        *,
        path: Mapping[str, str] = {},
        query: tuple[tuple[str, str], ...] = (),
        headers: Headers = (),
        body: tuple[()] | tuple[Json] = (),
    ) -> Ask:
        """The request with this in the place of that."""
        in_path = {**self.path, **path}
        target = BRACES.sub(lambda one: quote(in_path[one[1]], safe=""), self.operation.path)
        names = {name for name, _ in query}
        pairs = [one for one in self.query if one[0] not in names] + [*query]
        asked = "&".join(f"{quote(name)}={quote(value)}" for name, value in pairs)
        media, content = encoded(self.media, body[0] if body else self.body)
        kind = (("content-type", media),) if media else ()
        where = self.prefix + target + "?" * bool(asked) + asked
        return Ask(self.operation.method, where, (*kind, *self.headers, *headers), content)


class Enumeration:
    """The valid values of one definition's schemas, and what differs from them in one place."""

    def __init__(self, contract: Contract) -> None:
        self._spec = contract.spec

    def schema(self, operation: Operation, media: str) -> Schema:
        name = JSON_IN_FORMS.get(operation.id)
        if name:
            found: Schema = self._spec["components"]["schemas"][name]
            return found
        pointed = operation.bodies[media]
        return pointed.schema if pointed else {}

    def bodies(self, operation: Operation, media: str) -> Iterator[Json]:
        """Valid ones: with all that there may be, then with what there must be, in every way."""
        schema = self.schema(operation, media)
        whole = self.valid(schema, full=True)
        if not isinstance(whole, dict):
            yield {"a": 1}
            return
        left_out = LEFT_OUT.get(operation.id, frozenset())
        yield {name: one for name, one in whole.items() if name not in left_out}
        least = self.valid(schema, full=False)
        assert isinstance(least, dict)  # as the whole is
        for name in ADDED.get(operation.id, ()):
            yield {**least, name: whole[name]}
        if operation.id not in ADDED:
            yield least

    def valid(self, schema: Schema, *, full: bool, levels: int = DEEPEST, name: str = "") -> Json:
        """With all that may be there if ``full``, else with what must be."""
        schema = self._resolved(schema)
        if name in CHOSEN and "enum" not in schema:
            return CHOSEN[name]
        if "const" in schema:
            only: Json = schema["const"]
            return only
        if "enum" in schema:
            first: Json = schema["enum"][0]
            return first
        kind = kind_of(schema)
        if kind == "object":
            members = schema.get("properties", {})
            required = schema.get("required", ())
            wanted = members if full and levels else required
            return {
                one: self.valid(members[one], full=full, levels=levels - 1, name=one)
                for one in wanted
                if one in members
            }
        if kind == "array":
            items = schema.get("items", {})
            filled = full or schema.get("minItems") or levels == DEEPEST - 1
            return [self.valid(items, full=full, levels=levels - 1)] if filled and levels else []
        return scalar(schema, kind)

    def altered(self, schema: Schema, value: Json, levels: int = DEEPEST) -> Iterator[Json]:
        """Each value that differs from a valid one in one place."""
        yield from VALUES
        if not levels:
            return
        for alternative in self._alternatives(schema):
            kind = kind_of(alternative)
            if kind == "object":
                yield from self._altered_object(alternative, value, levels)
            elif kind == "array":
                items = alternative.get("items", {})
                inner = self.valid(items, full=True)
                yield from ([found] for found in self.altered(items, inner, levels - 1))

    def _altered_object(self, schema: Schema, value: Json, levels: int) -> Iterator[Json]:
        base = value if isinstance(value, dict) else self.valid(schema, full=False)
        assert isinstance(base, dict)  # its schema says so
        members: dict[str, Schema] = dict(schema.get("properties", {}))
        more = schema.get("additionalProperties")
        if isinstance(more, dict):
            members["a"] = more
        for name, inner in members.items():
            held = base[name] if name in base else self.valid(inner, full=True)
            for one in self.altered(inner, held, levels - 1):
                yield {**base, name: one}
        yield {**base, "unheard-of": None}

    def _alternatives(self, schema: Schema) -> Iterator[Schema]:
        schema = self._follow(schema)
        found = [*schema.get("oneOf", ()), *schema.get("anyOf", ())]
        for one in found or [schema]:
            yield self._resolved(one)

    def _resolved(self, schema: Schema) -> Schema:
        """Without references and alternatives."""
        schema = self._follow(schema)
        for word in ("oneOf", "anyOf"):
            if word in schema:
                return self._resolved(schema[word][0])
        if "allOf" not in schema:
            return schema
        merged: dict[str, Any] = {**schema}
        for part in schema["allOf"]:
            found = self._resolved(part)
            properties = {**merged.get("properties", {}), **found.get("properties", {})}
            required = [*merged.get("required", ()), *found.get("required", ())]
            merged = {**merged, **found, "properties": properties, "required": required}
        return merged

    def _follow(self, schema: Schema) -> Schema:
        while "$ref" in schema:
            found: Any = self._spec
            for step in schema["$ref"].removeprefix("#/").split("/"):
                found = found[step.replace("~1", "/").replace("~0", "~")]
            schema = found
        return schema


def kind_of(schema: Schema) -> str:
    """The first type that is not null."""
    kinds = [type_ for type_ in types(schema) if type_ != "null"]
    return kinds[0] if kinds else "object" if "properties" in schema else ""


def scalar(schema: Schema, kind: str) -> Json:
    if kind == "boolean":
        return True
    if kind in ("integer", "number"):
        least: float = schema.get("minimum", 1)
        return least
    if schema.get("format") == "binary":
        return FILE
    examples = (*schema.get("examples", ()), *LIKELY.get(schema.get("format", ""), ("en",)))
    return examples[0] if kind == "string" else "x"


def encoded(media: str, value: Json) -> tuple[str, bytes]:
    """A body of that media type, and the whole name of the type."""
    if not media:
        return "", b""
    if not media.startswith("multipart/"):
        return media.replace("*/*", "text/plain"), dumped(value).encode()
    members = value if isinstance(value, dict) else {"a": value}
    parts = b"".join(part(name, one) for name, one in members.items())
    return f"{media}; boundary=x", parts + b"--x--\r\n"


def part(name: str, value: Json) -> bytes:
    """A field of a form: a file, a text, or JSON as a text."""
    is_file = value in (FILE, [FILE])
    named = '; filename="a.wav"' if is_file else ""
    said = value if isinstance(value, str) else dumped(value)
    head = f'--x\r\nContent-Disposition: form-data; name="{name}"{named}\r\n\r\n'
    return head.encode() + (RECORDING if is_file else said.encode()) + b"\r\n"


def parameters_altered(base: Base) -> Iterator[Ask]:
    """Each parameter with each value in its place, once and, in a query, twice."""
    for parameter in base.operation.parameters:
        for text in TEXTS:
            if parameter.place == "path" and text not in ("", "."):
                yield base.ask(path={parameter.name: text})
            elif parameter.place == "query":
                for name in names(parameter):
                    yield base.ask(query=((name, text),))
                yield base.ask(query=((parameter.name, text), (parameter.name, "x")))
            elif parameter.place == "header" and text.isascii() and text.isprintable():
                yield base.ask(headers=((parameter.name.lower(), text),))


def names(one: Parameter) -> tuple[str, ...]:
    """Under which the parameter may be sent."""
    return one.name, f"{one.name}[]", f"{one.name}[a]", f"{one.name}[a][b]"
