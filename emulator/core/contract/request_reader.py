"""Reading: bytes to the typed parameters and the body that an operation documents."""

import re
from collections.abc import Iterable, Iterator, Mapping
from math import isfinite
from typing import Any

from emulator.core.contract.openapi import Operation, Parameter, ParsingRules, SchemaRef, types
from emulator.core.http.bodies import Content
from emulator.core.http.messages import MULTIPART, Json, Part, Request, parse_json
from emulator.core.http.multipart import parse_form
from emulator.core.http.problems import (
    Invalid,
    Malformed,
    TooLarge,
    Unavailable,
    UnsupportedContentEncoding,
    Violation,
    WrongContentType,
)

INTEGER = re.compile(r"[+-]?[0-9]{1,18}")
DECIMAL = re.compile(r"[+-]?([0-9]++(\.[0-9]*+)?|\.[0-9]++)([eE][+-]?[0-9]{1,3})?")
TRUE_WORDS = {"true": True, "false": False}
# A string that does not end goes on to the end of the text: to begin anew at each quote takes long.
STRING_OR_COMMA = r'(?s)("(?:[^"\\]++|\\.)*+(?:"|\\?+\Z))|,(?=\s*+[}\]])'
ANYTHING = "*/*"  # a body that is nobody's business
UNENCODED = frozenset({"", "identity"})  # RFC 9110, 8.4: as if there were no such header
TEXTS = ("application/yaml", "text/plain")
MOST_BYTES = 16_000_000  # of JSON, text or a field: what is no file is held in memory
SHOWN_BYTES = 1000  # of a body that cannot be read
BRACKETED = (dict, list)
DEEPEST = 200  # levels of brackets in a body: below what our JSON libraries bear


def read(
    operation: Operation, habits: ParsingRules, request: Request, in_path: Mapping[str, str]
) -> Request:
    """The request with ``params``, ``content`` and ``parts``.

    Raises Invalid (a scalar sent twice), WrongContentType, UnsupportedContentEncoding, TooLarge,
    Unavailable and Malformed. What cannot be turned into the type that the schema asks for stays
    text, and is judged when the schema is.
    """
    params = request.cached("params", lambda: dict(parameters(operation, habits, request, in_path)))
    content, parts = body(operation, habits, request)
    return request.with_parsed(params, content, parts)


def parameters(
    operation: Operation, habits: ParsingRules, request: Request, in_path: Mapping[str, str]
) -> Iterator[tuple[str, Any]]:
    for parameter in operation.parameters:
        if parameter.place == "path":
            yield parameter.name, convert(in_path[parameter.name], parameter.types)
        elif parameter.place == "header":
            if parameter.name.lower() in request.headers:
                yield (
                    parameter.name,
                    convert(request.headers[parameter.name.lower()], parameter.types),
                )
        elif request.query:
            yield from query(parameter, habits, request)


def query(one: Parameter, habits: ParsingRules, request: Request) -> Iterator[tuple[str, Any]]:
    if one.deep:
        found = dict(deep_object_items(one.name, request))
        if found:
            yield one.name, found
        return
    given = [
        value
        for name, value in request.query
        if name.startswith(one.name) and names_parameter(one, habits, name)
    ]
    values = given if habits.empty == "value" else [value for value in given if value]
    if not values:
        return
    if "array" in one.types:
        yield (
            one.name,
            [convert(value, types(one.schema.schema.get("items", {}))) for value in values],
        )
    elif len(values) > 1 and habits.repeated == "refused":
        violation = Violation(
            "query", (one.name,), "repeated", 1, values, f"{one.name} is given twice"
        )
        raise Invalid((violation,))
    else:
        yield one.name, convert(values[-1], one.types)


def names_parameter(one: Parameter, habits: ParsingRules, name: str) -> bool:
    if name == one.name:
        return True
    bracketed = habits.brackets == "accepted" and "array" in one.types and name[-1:] == "]"
    return bracketed and re.fullmatch(re.escape(one.name) + r"\[\d*\]", name) is not None


def deep_object_items(name: str, request: Request) -> Iterator[tuple[str, str]]:
    """The keys and values of ``name[key]=value``."""
    for key, value in request.query:
        match = re.fullmatch(re.escape(name) + r"\[([^\]]+)\]", key)
        if match:
            yield match[1], value


def undocumented_parameters(
    operation: Operation, habits: ParsingRules, request: Request
) -> tuple[str, ...]:
    """The names of the query parameters that the operation does not document."""
    if not request.query:
        return ()
    keys = {scheme.parameter for scheme in operation.schemes if scheme.place == "query"}
    documented = [parameter for parameter in operation.parameters if parameter.place == "query"]
    return tuple(
        name
        for name in sorted({name for name, _ in request.query})
        if name not in keys and not any(is_documented(one, habits, name) for one in documented)
    )


def is_documented(one: Parameter, habits: ParsingRules, name: str) -> bool:
    return name.startswith(f"{one.name}[") if one.deep else names_parameter(one, habits, name)


def convert(text: str, wanted: tuple[str, ...]) -> Any:
    """The text as the type that the schema asks for; unchanged when it is not one."""
    if "integer" in wanted and INTEGER.fullmatch(text):
        return int(text)
    if "number" in wanted and DECIMAL.fullmatch(text) and isfinite(float(text)):
        return float(text)
    if "boolean" in wanted:
        return TRUE_WORDS.get(text, text)
    return text


def body(
    operation: Operation, habits: ParsingRules, request: Request
) -> tuple[Json, tuple[Part, ...]]:
    there = request.body or request.excess or request.storage_error
    if not operation.bodies or not (there or operation.body_required):
        return None, ()
    media = request.content_type
    if media not in operation.bodies and ANYTHING not in operation.bodies:
        raise WrongContentType(media, tuple(operation.bodies))
    if ANYTHING in operation.bodies:
        check_stored(request)
        return None, ()
    check_content_encoding(request)
    check_stored(request)
    if media == MULTIPART:
        parts = split(request)
        return form(parts, operation.bodies[media]), parts
    if media in TEXTS:
        return text(in_memory(request.body)), ()
    return json(in_memory(request.body), habits), ()


def check_stored(request: Request) -> None:
    """Raise TooLarge or Unavailable for a body of which nothing is there."""
    if request.excess == "body":
        raise TooLarge
    if request.storage_error:
        raise Unavailable(reasons=(f"the body could not be stored: {request.storage_error}",))


def check_content_encoding(request: Request) -> None:
    """Raise UnsupportedContentEncoding for a body that would have to be decoded first."""
    given = request.headers.get("content-encoding", "")
    codings = {one.strip().lower() for one in given.split(",")}
    if not codings <= UNENCODED and (request.body or request.excess):
        raise UnsupportedContentEncoding(given)


def in_memory(content: Content) -> bytes:
    """Raises TooLarge."""
    if len(content) > MOST_BYTES:
        raise TooLarge
    return bytes(content)


def json(data: bytes, habits: ParsingRules) -> Json:
    """Raises Malformed."""
    try:
        content = parse_json(data)
    except ValueError as error:
        if habits.json == "strict":
            raise Malformed(str(error), data) from None
        content = repair_json(data)
    if data.count(b"[") + data.count(b"{") > DEEPEST and depth(content) > DEEPEST:
        raise Malformed(f"it is nested more than {DEEPEST} levels deep", data)
    return content


def text(data: bytes) -> str:
    """Raises Malformed."""
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise Malformed(str(error), data) from None


def repair_json(data: bytes) -> Json:
    """JSON with a comma before a closing bracket here and there."""
    try:
        strict = re.sub(STRING_OR_COMMA, lambda match: match[1] or "", data.decode())
        return parse_json(strict.encode())
    except ValueError as error:
        raise Malformed(str(error), data) from None


def depth(content: Json) -> int:
    """How many levels of brackets there are."""
    found, level = 0, [content] if isinstance(content, BRACKETED) else []
    while level:
        found += 1
        level = [
            inner
            for one in level
            for inner in (one.values() if isinstance(one, dict) else one)
            if isinstance(inner, BRACKETED)
        ]
    return found


def split(request: Request) -> tuple[Part, ...]:
    """The parts of a multipart body. Raises Malformed."""
    form = request.form or parse_form(request.headers["content-type"], request.body)
    if form.error:
        raise Malformed(form.error, request.body[:SHOWN_BYTES])
    return form.parts


def form(parts: Iterable[Part], schema: SchemaRef | None) -> Json:
    """The fields as the schema types them; a file stands as its name."""
    properties = schema.schema.get("properties", {}) if schema else {}
    content: dict[str, Any] = {}
    for part in parts:
        wanted = properties.get(part.name, {})
        inner = wanted.get("items", {}) if "array" in types(wanted) else wanted
        value = part.filename if part.filename is not None else field(part, types(inner))
        if "array" in types(wanted):
            content.setdefault(part.name, []).append(value)
        else:
            content[part.name] = value
    return content


def field(part: Part, wanted: tuple[str, ...]) -> Any:
    try:
        return convert(in_memory(part.content).decode(), wanted)
    except UnicodeDecodeError as error:
        raise Malformed(f"{part.name}: {error}", part.content[:SHOWN_BYTES]) from None
