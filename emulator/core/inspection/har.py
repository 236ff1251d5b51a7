"""HAR: exchanges as an HTTP archive, for a browser's network tab.

Source: HAR 1.2 Spec, http://www.softwareishard.com/blog/har-12-spec/ (members and their types).
"""

from base64 import b64encode
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlencode

from emulator.core.base.clock import iso_millis
from emulator.core.http.bodies import Content
from emulator.core.http.messages import Json, Request, Response
from emulator.core.journal.exchange import Exchange, OmittedBody
from emulator.core.journal.redaction import redacted

VERSION = "1.2"
CREATOR = "Speech Emulator"
HTTP = "HTTP/1.1"
UNKNOWN = -1  # "set to -1 if the info is not available"
NO_TIME = 0  # the tenant's clock does not move while a request is answered


def to_har(exchanges: Iterable[Exchange], *, version: str) -> dict[str, Json]:
    """The whole log, oldest first; keys are masked. ``version`` is this program's."""
    return {
        "log": {
            "version": VERSION,
            "creator": {"name": CREATOR, "version": version},
            "entries": [entry(redacted(exchange)) for exchange in exchanges],
        }
    }


def entry(exchange: Exchange) -> dict[str, Json]:
    waited_ms = round(exchange.fault.delay_seconds * 1000) if exchange.fault else NO_TIME
    return {
        "startedDateTime": iso_millis(exchange.at),
        "time": waited_ms,
        "request": request(exchange),
        "response": response(exchange),
        "cache": {},
        "timings": {"send": NO_TIME, "wait": waited_ms, "receive": NO_TIME},
        "comment": ". ".join((*exchange.why, *exchange.notes)),
        "_emulator": {
            "id": exchange.request.id,
            "provider": exchange.provider or None,
            "operation": exchange.operation,
            "tenant": exchange.key,
            "refused": exchange.refused,
            "fault": exchange.fault.rule if exchange.fault else None,
        },
    }


def request(exchange: Exchange) -> dict[str, Json]:
    asked = exchange.request
    made: dict[str, Any] = {
        "method": asked.method,
        "url": url(asked),
        "httpVersion": HTTP,
        "cookies": [],
        "headers": pairs(asked.headers.items()),
        "queryString": pairs(asked.query),
        "headersSize": UNKNOWN,
        "bodySize": size(asked.body, whole_body(exchange.omitted, "request")),
    }
    if made["bodySize"]:
        made["postData"] = post_data(exchange)
    return made


def url(asked: Request) -> str:
    tail = "?" + urlencode(asked.query) if asked.query else ""
    return f"{asked.base_url}{quote(asked.path, safe='/:@!$&()*+,;=~')}{tail}"


def post_data(exchange: Exchange) -> dict[str, Json]:
    """ "text" and "params" exclude each other."""
    asked = exchange.request
    media = asked.headers.get("content-type", "")
    if not asked.parts:
        comment = omission_text(whole_body(exchange.omitted, "request"))
        return {
            "mimeType": media,
            "text": bytes(asked.body).decode(errors="replace"),
            "comment": comment,
        }
    files = (one for one in exchange.omitted if one.file_name is not None)  # in their order
    params: list[Json] = []
    for part in asked.parts:
        if part.filename is None:
            params.append(
                {"name": part.name, "value": bytes(part.content).decode(errors="replace")}
            )
        else:
            file: dict[str, Json] = {"name": part.name, "fileName": part.filename}
            file["contentType"] = part.content_type or ""
            params.append({**file, "comment": omission_text(next(files, None))})
    return {"mimeType": media, "params": params}


def response(exchange: Exchange) -> dict[str, Json]:
    given = exchange.response
    return {
        "status": given.status,
        "statusText": phrase(given.status),
        "httpVersion": HTTP,
        "cookies": [],
        "headers": pairs(given.headers.items()),
        "content": content(given, whole_body(exchange.omitted, "response")),
        "redirectURL": given.header("location") or "",
        "headersSize": UNKNOWN,
        "bodySize": size(given.body, whole_body(exchange.omitted, "response")),
    }


def content(given: Response, left_out: OmittedBody | None) -> dict[str, Json]:
    made: dict[str, Json] = {
        "size": size(given.body, left_out),
        "mimeType": given.header("content-type") or "",
    }
    if left_out:
        return {**made, "comment": omission_text(left_out)}
    try:
        return {**made, "text": bytes(given.body).decode()}
    except UnicodeDecodeError:
        return {**made, "text": b64encode(bytes(given.body)).decode(), "encoding": "base64"}


def whole_body(omitted: Iterable[OmittedBody], what: str) -> OmittedBody | None:
    return next((one for one in omitted if one.what == what and one.file_name is None), None)


def size(body: Content, left_out: OmittedBody | None) -> int:
    return left_out.size if left_out else len(body)


def omission_text(left_out: OmittedBody | None) -> str:
    """What is known of a body that was not kept."""
    if left_out is None:
        return ""
    return f"{left_out.size} bytes" + (f", sha256 {left_out.digest}" if left_out.digest else "")


def phrase(status: int) -> str:
    """A status that a fault made up has none; 0 is a connection that broke."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def pairs(given: Iterable[tuple[str, str]]) -> list[Mapping[str, str]]:
    return [{"name": name, "value": value} for name, value in given]
