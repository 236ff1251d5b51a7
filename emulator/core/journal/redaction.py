"""Redaction: exchanges as they are shown, with no more of a key than tells it from others."""

import re
from collections.abc import Iterable, Iterator, Mapping

from msgspec.structs import replace

from emulator.core.http.bodies import Content
from emulator.core.http.messages import BLANKS, Pairs, Request
from emulator.core.journal.exchange import Exchange

SHOWN = 6  # characters of a key
SECRET = r"(authorization|cookie\d?|key|password|secret|sig|signature|token)$"
NO_SECRETS = frozenset({"idempotency-key"})
SCHEMES = ("bearer ", "basic ")  # of Authorization; what follows is the key
LEAST = 8  # characters of what is looked for in bodies; less would hide what is no key


def masked(key: str) -> str:
    """``test-a...``; the key of a tenant, or a whole header's value."""
    for scheme in SCHEMES:
        if key.lower().startswith(scheme):
            return key[: len(scheme)] + masked(key[len(scheme) :])
    return key if key.endswith("...") and len(key) <= SHOWN + 3 else f"{key[:SHOWN]}..."


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
            path=hidden(request.path, keys),
            query=hidden_pairs(request.query, keys),
            headers=hidden_headers(request.headers, keys),
            body=hidden_bytes(request.body, keys),
            params={},
            content=None,
            parts=tuple(
                replace(one, content=hidden_bytes(one.content, keys)) for one in request.parts
            ),
        ),
        response=replace(
            response,
            headers=hidden_headers(response.headers, keys),
            body=hidden_bytes(response.body, keys),
            content=None,
        ),
        key=exchange.key and masked(exchange.key),
        notes=tuple(hidden(one, keys) for one in exchange.notes),
        why=tuple(hidden(one, keys) for one in exchange.why),
        breaches=tuple(
            replace(one, actual=None, message=hidden(one.message, keys))
            for one in exchange.breaches
        ),
    )


def redacted_head(exchange: Exchange) -> Exchange:
    """The exchange without its bodies, and with its keys masked: what a log is to show."""
    request, response = exchange.request, exchange.response
    is_plain = not (exchange.refused or exchange.breaches or exchange.notes)
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
    found = {key, *shown(request)}
    yield from sorted((one for one in found if len(one) >= LEAST), key=lambda one: (-len(one), one))


def shown(request: Request) -> Iterator[str]:
    for name, value in (*request.headers.items(), *request.query):
        if is_secret(name):
            yield bare(value)


def bare(value: str) -> str:
    """A header's value without the name of its scheme."""
    scheme = next((one for one in SCHEMES if value.lower().startswith(one)), "")
    return value[len(scheme) :].strip(BLANKS)


def hidden(text: str, keys: Iterable[str]) -> str:
    for key in keys:
        text = text.replace(key, masked(key))
    return text


def hidden_bytes(content: Content, keys: Iterable[str]) -> bytes:
    data = bytes(content)
    for key in keys:
        data = data.replace(key.encode(), masked(key).encode())
    return data


def hidden_pairs(pairs: Pairs, keys: tuple[str, ...]) -> Pairs:
    return tuple(
        (name, masked(value) if is_secret(name) else hidden(value, keys)) for name, value in pairs
    )


def hidden_headers(headers: Mapping[str, str], keys: tuple[str, ...]) -> dict[str, str]:
    return dict(hidden_pairs(tuple(headers.items()), keys))
