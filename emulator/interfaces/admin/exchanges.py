"""Exchanges as JSON: in short for lists, and with everything that there is to know of them."""

from base64 import b64encode

from msgspec import to_builtins

from emulator.core.base.clock import iso_millis
from emulator.core.faults.engine import Effect
from emulator.core.http.bodies import Content
from emulator.core.http.messages import Json, Part, Request
from emulator.core.http.problems import Violation
from emulator.core.inspection.har import url
from emulator.core.journal.exchange import Exchange


def summary(exchange: Exchange) -> dict[str, Json]:
    """Of an exchange whose keys are masked."""
    asked = exchange.request
    return {
        "id": asked.id,
        "at": iso_millis(exchange.at),
        "provider": exchange.provider or None,
        "operation": exchange.operation,
        "method": asked.method,
        "path": asked.path,
        "status": exchange.response.status,
        "key": exchange.key,
        "refused": exchange.refused,
        "why": list(exchange.why),
        "fault": exchange.fault.rule if exchange.fault else None,
        "notes": list(exchange.notes),
        "violations": [
            f"{violation.place} {violation.name}: {violation.message}"
            for violation in exchange.violations
        ],
    }


def detail(exchange: Exchange) -> dict[str, Json]:
    """Whatever keys it has are shown; of an exchange whose keys are masked, none."""
    answered = exchange.response
    left_out = {one.what: one.size for one in exchange.omitted}
    return {
        **summary(exchange),
        "effect": exchange.fault and effect(exchange.fault),
        "contract_violations": [violation_content(violation) for violation in exchange.violations],
        "omitted": to_builtins(exchange.omitted),
        "request": request(exchange.request, left_out.get("request")),
        "response": {
            "headers": dict(answered.headers),
            "body": body(answered.body, left_out.get("response")),
            "content": answered.content,
        },
    }


def request(asked: Request, omitted_size: int | None) -> dict[str, Json]:
    return {
        "url": url(asked),
        "base_url": asked.base_url,
        "query": [list(pair) for pair in asked.query],
        "headers": dict(asked.headers),
        "body": body(asked.body, omitted_size),
        "params": dict(asked.params),
        "content": asked.content,
        "is_broken": asked.violates_contract,
        "parts": [part(one) for one in asked.parts],
    }


def part(one: Part) -> dict[str, Json]:
    return {
        "name": one.name,
        "filename": one.filename,
        "content_type": one.content_type,
        "body": body(one.content, None),
    }


def effect(one: Effect) -> Json:
    found: Json = to_builtins(one)
    return found


def violation_content(one: Violation) -> Json:
    found: Json = to_builtins(one)
    return found


def body(content: Content, omitted_size: int | None) -> dict[str, Json]:
    """``text`` is None where it is no text, or was not kept; ``base64`` where it is some."""
    if omitted_size is not None:
        return {"size": omitted_size, "text": None, "base64": None}
    data = bytes(content)
    try:
        return {"size": len(data), "text": data.decode(), "base64": None}
    except UnicodeDecodeError:
        return {"size": len(data), "text": None, "base64": b64encode(data).decode()}
