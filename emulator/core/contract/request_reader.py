"""Reading: bytes to the typed parameters and the body that an operation documents."""

import re
from collections.abc import Iterable, Iterator, Mapping
from math import isfinite
from typing import Any

from emulator.core.contract.openapi import Habits, Operation, Parameter, Pointed, types
from emulator.core.http.bodies import Content
from emulator.core.http.messages import MULTIPART, Json, Part, Request, parsed_json
from emulator.core.http.multipart import form_of
from emulator.core.http.problems import (
    Breach,
    Invalid,
    Malformed,
    TooLarge,
    Unavailable,
    UnsupportedContentEncoding,
    WrongContentType,
)

WHOLE = re.compile(r"[+-]?[0-9]{1,18}")
DECIMAL = re.compile(r"[+-]?([0-9]++(\.[0-9]*+)?|\.[0-9]++)([eE][+-]?[0-9]{1,3})?")
TRUTHS = {"true": True, "false": False}
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
    operation: Operation, habits: Habits, request: Request, in_path: Mapping[str, str]
) -> Request:
    """The request with ``params``, ``content`` and ``parts``.

    Raises Invalid (a scalar sent twice), WrongContentType, UnsupportedContentEncoding, TooLarge,
    Unavailable and Malformed. What cannot be turned into the type that the schema asks for stays
    text, and is judged when the schema is.
    """
    params = request.once("params", lambda: dict(parameters(operation, habits, request, in_path)))
    content, parts = body(operation, habits, request)
    return request.understood(params, content, parts)


def parameters(
    operation: Operation, habits: Habits, request: Request, in_path: Mapping[str, str]
) -> Iterator[tuple[str, Any]]:
    for one in operation.parameters:
        if one.place == "path":
            yield one.name, typed(in_path[one.name], one.types)
        elif one.place == "header":
            if one.name.lower() in request.headers:
                yield one.name, typed(request.headers[one.name.lower()], one.types)
        elif request.query:
            yield from query(one, habits, request)


def query(one: Parameter, habits: Habits, request: Request) -> Iterator[tuple[str, Any]]:
    if one.deep:
        found = dict(members(one.name, request))
        if found:
            yield one.name, found
        return
    given = [
        value
        for name, value in request.query
        if name.startswith(one.name) and is_it(one, habits, name)
    ]
    values = given if habits.empty == "value" else [value for value in given if value]
    if not values:
        return
    if "array" in one.types:
        yield (
            one.name,
            [typed(value, types(one.schema.schema.get("items", {}))) for value in values],
        )
    elif len(values) > 1 and habits.repeated == "refused":
        breach = Breach("query", (one.name,), "repeated", 1, values, f"{one.name} is given twice")
        raise Invalid((breach,))
    else:
        yield one.name, typed(values[-1], one.types)


def is_it(one: Parameter, habits: Habits, name: str) -> bool:
    if name == one.name:
        return True
    bracketed = habits.brackets == "accepted" and "array" in one.types and name[-1:] == "]"
    return bracketed and re.fullmatch(re.escape(one.name) + r"\[\d*\]", name) is not None


def members(name: str, request: Request) -> Iterator[tuple[str, str]]:
    """The keys and values of ``name[key]=value``."""
    for key, value in request.query:
        match = re.fullmatch(re.escape(name) + r"\[([^\]]+)\]", key)
        if match:
            yield match[1], value


def strange(operation: Operation, habits: Habits, request: Request) -> tuple[str, ...]:
    """The names of the query parameters that the operation does not document."""
    if not request.query:
        return ()
    keys = {one.parameter for one in operation.schemes if one.place == "query"}
    documented = [one for one in operation.parameters if one.place == "query"]
    return tuple(
        name
        for name in sorted({name for name, _ in request.query})
        if name not in keys and not any(documents(one, habits, name) for one in documented)
    )


def documents(one: Parameter, habits: Habits, name: str) -> bool:
    return name.startswith(f"{one.name}[") if one.deep else is_it(one, habits, name)


def typed(text: str, wanted: tuple[str, ...]) -> Any:
    """The text as the type that the schema asks for; unchanged when it is not one."""
    if "integer" in wanted and WHOLE.fullmatch(text):
        return int(text)
    if "number" in wanted and DECIMAL.fullmatch(text) and isfinite(float(text)):
        return float(text)
    if "boolean" in wanted:
        return TRUTHS.get(text, text)
    return text


def body(operation: Operation, habits: Habits, request: Request) -> tuple[Json, tuple[Part, ...]]:
    there = request.body or request.excess or request.unstored
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
        return text(held(request.body)), ()
    return json(held(request.body), habits), ()


def check_stored(request: Request) -> None:
    """Raise TooLarge or Unavailable for a body of which nothing is there."""
    if request.excess == "body":
        raise TooLarge
    if request.unstored:
        raise Unavailable(reasons=(f"the body could not be stored: {request.unstored}",))


def check_content_encoding(request: Request) -> None:
    """Raise UnsupportedContentEncoding for a body that would have to be decoded first."""
    given = request.headers.get("content-encoding", "")
    codings = {one.strip().lower() for one in given.split(",")}
    if not codings <= UNENCODED and (request.body or request.excess):
        raise UnsupportedContentEncoding(given)


def held(content: Content) -> bytes:
    """Raises TooLarge."""
    if len(content) > MOST_BYTES:
        raise TooLarge
    return bytes(content)


def json(data: bytes, habits: Habits) -> Json:
    """Raises Malformed."""
    try:
        content = parsed_json(data)
    except ValueError as error:
        if habits.json == "strict":
            raise Malformed(str(error), data) from None
        content = relaxed(data)
    if data.count(b"[") + data.count(b"{") > DEEPEST and depth(content) > DEEPEST:
        raise Malformed(f"it is nested more than {DEEPEST} levels deep", data)
    return content


def text(data: bytes) -> str:
    """Raises Malformed."""
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise Malformed(str(error), data) from None


def relaxed(data: bytes) -> Json:
    """JSON with a comma before a closing bracket here and there."""
    try:
        strict = re.sub(STRING_OR_COMMA, lambda match: match[1] or "", data.decode())
        return parsed_json(strict.encode())
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
    form = request.form or form_of(request.headers["content-type"], request.body)
    if form.error:
        raise Malformed(form.error, request.body[:SHOWN_BYTES])
    return form.parts


def form(parts: Iterable[Part], schema: Pointed | None) -> Json:
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
        return typed(held(part.content).decode(), wanted)
    except UnicodeDecodeError as error:
        raise Malformed(f"{part.name}: {error}", part.content[:SHOWN_BYTES]) from None
