"""Security: the credentials that a request shows, in the schemes that its operation documents."""

from collections.abc import Iterable

from msgspec import Struct

from emulator.core.contract.openapi import SecurityScheme
from emulator.core.http.messages import WHITESPACE, Request


class Credential(Struct, frozen=True):
    scheme: str
    key: str


def credentials(schemes: Iterable[SecurityScheme], request: Request) -> tuple[Credential, ...]:
    """What the request shows, in the order of the schemes."""
    found: list[Credential] = []
    for scheme in schemes:
        key = credential_in(scheme, request)
        if key:
            found.append(Credential(scheme.name, key))
    return tuple(found)


def credential_in(scheme: SecurityScheme, request: Request) -> str:
    """The key; empty when there is none."""
    if scheme.place == "query":
        value = dict(request.query).get(scheme.parameter, "")
    else:
        value = request.headers.get(scheme.parameter, "").strip(WHITESPACE)
    if scheme.place == "bearer":
        # RFC 9110, 11.1: the scheme's name is compared without regard to case.
        kind, _, token = value.partition(" ")
        value = token.strip(WHITESPACE) if kind.lower() == "bearer" else ""
    return value


def location_text(scheme: SecurityScheme) -> str:
    """Where the scheme has the key, for people."""
    if scheme.place == "bearer":
        return "Authorization: Bearer"
    return f"the {'header' if scheme.place == 'header' else 'query parameter'} {scheme.parameter}"
