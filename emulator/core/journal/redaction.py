"""Redaction: exchanges as they are shown, with no more of a key than tells it from others."""

import re
from collections.abc import Iterable, Iterator, Mapping

from msgspec.structs import replace

from emulator.core.http.bodies import Content
from emulator.core.http.messages import WHITESPACE, Pairs, Request
from emulator.core.journal.exchange import Exchange

UNMASKED_CHARACTERS = 6  # characters of a key
SECRET = r"(authorization|cookie\d?|key|password|secret|sig|signature|token)$"
NO_SECRETS = frozenset({"idempotency-key"})
SCHEMES = ("bearer ", "basic ")  # of Authorization; what follows is the key
SHORTEST_SECRET = 8  # characters of what is looked for in bodies; less would hide what is no key


def mask(key: str) -> str:
    """``test-a...``; the key of a tenant, or a whole header's value."""
    for scheme in SCHEMES:
        if key.lower().startswith(scheme):
            return key[: len(scheme)] + mask(key[len(scheme) :])
    return (
        key
        if key.endswith("...") and len(key) <= UNMASKED_CHARACTERS + 3
        else f"{key[:UNMASKED_CHARACTERS]}..."
    )


def is_secret(name: str) -> bool:
    """Whether a header or a query parameter of that name holds a key."""
    low = name.lower()
    return low not in NO_SECRETS and re.search(SECRET, low) is not None


def redacted(exchange: Exchange) -> Exchange:
    """The exchange with its keys masked, wherever they stand: nothing else is to be shown."""
    keys = tuple(dict.fromkeys(secrets(exchange)))
    request, response = exchange.request, exchange.response
    return replace(
        exchange,
        request=replace(
            request,
            path=redact_text(request.path, keys),
            query=redact_pairs(request.query, keys),
            headers=redact_headers(request.headers, keys),
            body=redact_bytes(request.body, keys),
            params={},
            content=None,
            parts=tuple(
                replace(part, content=redact_bytes(part.content, keys)) for part in request.parts
            ),
        ),
        response=replace(
            response,
            headers=redact_headers(response.headers, keys),
            body=redact_bytes(response.body, keys),
            content=None,
        ),
        key=exchange.key and mask(exchange.key),
        notes=tuple(redact_text(note, keys) for note in exchange.notes),
        why=tuple(redact_text(one, keys) for one in exchange.why),
        violations=tuple(
            replace(violation, actual=None, message=redact_text(violation.message, keys))
            for violation in exchange.violations
        ),
    )


def redacted_head(exchange: Exchange) -> Exchange:
    """The exchange without its bodies, and with its keys masked: what a log is to show."""
    request, response = exchange.request, exchange.response
    is_plain = not (exchange.refused or exchange.violations or exchange.notes)
    is_light = not request.parts and type(request.body) is type(response.body) is bytes
    if is_plain and is_light and not (exchange.key and exchange.key in request.path):
        return exchange  # nothing of it could hold a key, nor a temporary file
    bare_request = replace(request, body=b"", parts=(), form=None)
    return redacted(replace(exchange, request=bare_request, response=replace(response, body=b"")))


def secrets(exchange: Exchange) -> Iterator[str]:
    """What may be a key in this exchange: the longest first, since one may begin another."""
    return secrets_in(exchange.request, exchange.key or "")


def secrets_in(request: Request, key: str) -> Iterator[str]:
    """What may be a key in a request of the tenant that has ``key``; the longest first."""
    found = {key, *masked_credential(request)}
    yield from sorted(
        (one for one in found if len(one) >= SHORTEST_SECRET), key=lambda one: (-len(one), one)
    )


def masked_credential(request: Request) -> Iterator[str]:
    for name, value in (*request.headers.items(), *request.query):
        if is_secret(name):
            yield without_scheme(value)


def without_scheme(value: str) -> str:
    """A header's value without the name of its scheme."""
    scheme = next((one for one in SCHEMES if value.lower().startswith(one)), "")
    return value[len(scheme) :].strip(WHITESPACE)


def redact_text(text: str, keys: Iterable[str]) -> str:
    for key in keys:
        text = text.replace(key, mask(key))
    return text


def redact_bytes(content: Content, keys: Iterable[str]) -> bytes:
    data = bytes(content)
    for key in keys:
        data = data.replace(key.encode(), mask(key).encode())
    return data


def redact_pairs(pairs: Pairs, keys: tuple[str, ...]) -> Pairs:
    return tuple(
        (name, mask(value) if is_secret(name) else redact_text(value, keys))
        for name, value in pairs
    )


def redact_headers(headers: Mapping[str, str], keys: tuple[str, ...]) -> dict[str, str]:
    return dict(redact_pairs(tuple(headers.items()), keys))
