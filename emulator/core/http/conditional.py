"""Conditional requests: entity tags, and when 304 is the answer."""

from hashlib import sha256

from emulator.core.http.bodies import Content
from emulator.core.http.messages import WHITESPACE, Request, Response

# RFC 9110, 15.4.5: what a 304 must repeat; the rest describes a body that is not there.
DROPPED_HEADERS = frozenset({"content-type", "content-length", "content-encoding"})


def etag(content: Content) -> str:
    """A strong entity tag, with its quotes."""
    return f'"{sha256(bytes(content)).hexdigest()[:32]}"'


def apply_conditions(request: Request, response: Response) -> Response:
    """304 in place of a 200 whose entity tag the client already has."""
    wanted = request.headers.get("if-none-match")
    if wanted is None or response.status != 200:
        return response
    tag = response.header("etag")
    if tag is None:
        return response
    if request.method not in ("GET", "HEAD") or not matches(wanted, tag):
        return response
    kept = {
        name: value
        for name, value in response.headers.items()
        if name.lower() not in DROPPED_HEADERS
    }
    return Response(304, headers=kept)


def matches(if_none_match: str, tag: str) -> bool:
    """Whether the header names the tag. RFC 9110, 13.1.2: compared weakly; ``*`` is every tag."""
    given = {one.strip(WHITESPACE).removeprefix("W/") for one in if_none_match.split(",")}
    return "*" in given or tag.removeprefix("W/") in given
