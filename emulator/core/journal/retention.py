"""How exchanges are trimmed before the journal stores them."""

from msgspec.structs import replace

from emulator.core.http.bodies import Content, FileSlice, digest_of
from emulator.core.http.messages import Request, Response
from emulator.core.http.problems import shorten_text
from emulator.core.journal.exchange import Exchange, OmittedBody

MOST_PARSED = 4096  # bytes of JSON that are kept with its parsed value, which takes more
BYTES = "application/octet-stream"


def trimmed(exchange: Exchange) -> Exchange:
    """As the journal keeps it: recordings as size and digest, long JSON as its bytes alone."""
    request, of_request = trimmed_request(exchange.request)
    response, of_response = trimmed_response(exchange.response)
    if request is exchange.request and response is exchange.response:
        return exchange
    omitted = (*of_request, *of_response)
    return replace(exchange, request=request, response=response, omitted=omitted)


def trimmed_request(request: Request) -> tuple[Request, tuple[OmittedBody, ...]]:
    if request.parts:
        return without_files(request)
    if request.body and is_recording(request.content_type):
        left_out = omitted_bodies("request", request.content_type, request.body)
        return replace(request, body=b"", form=None), (left_out,)
    if len(request.body) > MOST_PARSED and request.content is not None:
        return replace(request, content=None), ()
    return request, ()


def without_files(request: Request) -> tuple[Request, tuple[OmittedBody, ...]]:
    """A form without its files; and without the bytes that it came in."""
    files = tuple(
        omitted_bodies(part.name, part.content_type or "", part.content, part.filename)
        for part in request.parts
        if part.filename is not None
    )
    parts = tuple(
        part if part.filename is None else replace(part, content=b"") for part in request.parts
    )
    whole = OmittedBody("request", shorten_text(request.content_type), len(request.body))
    return replace(request, body=b"", form=None, parts=parts), (whole, *files)


def trimmed_response(response: Response) -> tuple[Response, tuple[OmittedBody, ...]]:
    if not response.body:
        return response, ()
    media = (response.header("Content-Type") or "").partition(";")[0]
    if is_recording(media):
        return replace(response, body=b""), (omitted_bodies("response", media, response.body),)
    if len(response.body) > MOST_PARSED and response.content is not None:
        return replace(response, content=None), ()
    return response, ()


def is_recording(media: str) -> bool:
    """What may be audio: what says so, and a form that nobody has taken apart."""
    return media.startswith(("audio/", "video/", "multipart/")) or media == BYTES


def omitted_bodies(
    what: str, media_type: str, body: Content, file_name: str | None = None
) -> OmittedBody:
    return OmittedBody(what, shorten_text(media_type), len(body), digest_of(body), file_name)


def without_spools(exchange: Exchange) -> Exchange:
    """With the bytes that temporary files have, which are gone with the request."""
    request, response = exchange.request, exchange.response
    contents = (request.body, response.body, *(part.content for part in request.parts))
    if not any(isinstance(content, FileSlice) for content in contents):
        return exchange
    try:
        parts = tuple(replace(part, content=bytes(part.content)) for part in request.parts)
        request = replace(request, body=bytes(request.body), parts=parts)
        response = replace(response, body=bytes(response.body))
    except OSError:
        return without_bodies(exchange)
    return replace(exchange, request=request, response=response)


def without_bodies(exchange: Exchange) -> Exchange:
    size = len(exchange.request.body) + len(exchange.response.body)
    size += sum(len(part.content) for part in exchange.request.parts)
    return replace(
        exchange,
        request=replace(exchange.request, body=b"", content=None, parts=()),
        response=replace(exchange.response, body=b"", content=None),
        notes=(*exchange.notes, f"bodies of {size} bytes were not kept"),
    )
