"""Calls: each operation of the admin API as a value, for whoever sends it."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Generic, TypeVar
from urllib.parse import quote

import httpx2
from msgspec import Struct, field

from emulator.client.values import (
    AdminError,
    ClockState,
    Delivery,
    DeliveryLog,
    Event,
    Exchange,
    Fault,
    FullExchange,
    Hook,
    Job,
    JobPage,
    Message,
    TenantState,
    TenantSummary,
    Verdict,
    value_from,
)

Answer = TypeVar("Answer")
Scenario = str | Path | Mapping[str, Any]  # a built-in's name or YAML; a file; an object
PREFIX = "/_emulator"


class Call(Struct, Generic[Answer], frozen=True):
    method: str
    path: str
    read: Callable[[Any], Answer]  # of the JSON that is answered
    json: Any = None
    query: Mapping[str, Any] = field(default_factory=dict)

    def answer(self, response: httpx2.Response) -> Answer:
        """Raises AdminError for a refusal."""
        if response.is_error:
            raise refusal(response)
        is_json = "json" in response.headers.get("content-type", "")
        return self.read(response.json() if is_json else response.text)


def refusal(response: httpx2.Response) -> AdminError:
    """Of this API, or of whatever else answers at that address."""
    try:
        error = response.json()["error"]
        found = error["code"], error["message"], error.get("details", {})
    except (ValueError, LookupError, TypeError):
        status = f"{response.status_code} {response.reason_phrase}"
        found = "unknown", f"{response.request.url} is no admin API: {status}", {}
    return AdminError(response.status_code, *found)


def no_content(content: Any) -> None:
    """Of an answer that only tells that it is done."""


def json_content(content: Any) -> Any:
    return content


def value_of(kind: type[Answer]) -> Callable[[Any], Answer]:
    return lambda content: value_from(kind, content)


def values_of(kind: type[Answer], name: str) -> Callable[[Any], tuple[Answer, ...]]:
    return lambda content: tuple(value_from(kind, each) for each in content[name])


def tenant_path(key: str, *rest: str) -> str:
    return f"{PREFIX}/tenants/" + "/".join(quote(part, safe="") for part in (key, *rest))


def scenario_text(scenario: Scenario) -> Any:
    """A file is read here: the server may stand elsewhere."""
    return scenario.read_text(encoding="utf-8") if isinstance(scenario, Path) else scenario


def present(**members: Any) -> dict[str, Any]:
    """Those that are not None."""
    return {name: value for name, value in members.items() if value is not None}


# The server


def version() -> Call[dict[str, Any]]:
    return Call("GET", f"{PREFIX}/version", json_content)


def health() -> Call[dict[str, Any]]:
    return Call("GET", f"{PREFIX}/health", json_content)


def scenarios() -> Call[dict[str, str]]:
    def read(content: Any) -> dict[str, str]:
        return {one["name"]: one["title"] for one in content["scenarios"]}

    return Call("GET", f"{PREFIX}/scenarios", read)


def coverage_of_all(form: str) -> Call[Any]:
    return Call("GET", f"{PREFIX}/coverage", json_content, query={"format": form})


def tenants() -> Call[tuple[TenantSummary, ...]]:
    return Call("GET", f"{PREFIX}/tenants", values_of(TenantSummary, "tenants"))


def open_tenant(
    key: str | None, name: str | None, scenario: Scenario | None, clock: str | None
) -> Call[TenantState]:
    source = None if scenario is None else scenario_text(scenario)
    asked = present(key=key, name=name, scenario=source, clock=clock)
    return Call("POST", f"{PREFIX}/tenants", value_of(TenantState), asked)


# A tenant


def state(key: str) -> Call[TenantState]:
    return Call("GET", tenant_path(key), value_of(TenantState))


def close(key: str) -> Call[None]:
    return Call("DELETE", tenant_path(key), no_content)


def replace_scenario(key: str, scenario: Scenario) -> Call[TenantState]:
    return Call(
        "PUT",
        tenant_path(key, "scenario"),
        value_of(TenantState),
        {"scenario": scenario_text(scenario)},
    )


def reset(key: str, journal: bool) -> Call[TenantState]:
    return Call("POST", tenant_path(key, "reset"), value_of(TenantState), {"journal": journal})


def export(key: str) -> Call[str]:
    return Call("GET", tenant_path(key, "export"), str)


def clock(key: str) -> Call[ClockState]:
    return Call("GET", tenant_path(key, "clock"), value_of(ClockState))


def move(key: str, how: Mapping[str, Any]) -> Call[ClockState]:
    return Call("POST", tenant_path(key, "clock"), value_of(ClockState), how)


def to(moment: datetime) -> dict[str, Any]:
    return {"to": moment.isoformat()}


def until(job: str, phase: str) -> dict[str, Any]:
    return {"until": {"job": job, "phase": phase}}


def jobs(key: str, provider: str | None, phase: str | None, offset: int) -> Call[JobPage]:
    query = present(provider=provider, phase=phase, offset=offset or None)
    return Call("GET", tenant_path(key, "jobs"), value_of(JobPage), query=query)


def job(key: str, id: str) -> Call[Job]:
    return Call("GET", tenant_path(key, "jobs", id), value_of(Job))


def change_job(
    key: str, id: str, phase: str | None, timeline: Mapping[str, str | float] | None
) -> Call[Job]:
    return Call(
        "PATCH",
        tenant_path(key, "jobs", id),
        value_of(Job),
        present(phase=phase, timeline=timeline),
    )


# The journal


def journal(key: str, filters: Mapping[str, Any]) -> Call[tuple[Exchange, ...]]:
    return Call(
        "GET",
        tenant_path(key, "journal"),
        values_of(Exchange, "exchanges"),
        query=present(**filters),
    )


def exchanges(key: str, filters: Mapping[str, Any]) -> Call[tuple[FullExchange, ...]]:
    query = {"format": "full", **present(**filters)}
    return Call(
        "GET", tenant_path(key, "journal"), values_of(FullExchange, "exchanges"), query=query
    )


def har(key: str) -> Call[dict[str, Any]]:
    return Call("GET", tenant_path(key, "journal"), json_content, query={"format": "har"})


def empty_journal(key: str) -> Call[None]:
    return Call("DELETE", tenant_path(key, "journal"), no_content)


def exchange(key: str, id: str) -> Call[FullExchange]:
    return Call("GET", tenant_path(key, "journal", id), value_of(FullExchange))


def explain(key: str, id: str) -> Call[dict[str, Any]]:
    return Call("GET", tenant_path(key, "journal", id, "explain"), json_content)


def verify(key: str, pattern: Mapping[str, Any]) -> Call[Verdict]:
    return Call("POST", tenant_path(key, "verify"), value_of(Verdict), present(**pattern))


def coverage(key: str, form: str) -> Call[Any]:
    return Call("GET", tenant_path(key, "coverage"), json_content, query={"format": form})


# Faults and webhooks


def faults(key: str) -> Call[tuple[Fault, ...]]:
    return Call("GET", tenant_path(key, "faults"), values_of(Fault, "faults"))


def add_faults(key: str, asked: tuple[Mapping[str, Any], ...]) -> Call[tuple[Fault, ...]]:
    return Call("POST", tenant_path(key, "faults"), values_of(Fault, "faults"), list(asked))


def clear_faults(key: str) -> Call[None]:
    return Call("DELETE", tenant_path(key, "faults"), no_content)


def remove_fault(key: str, id: str) -> Call[None]:
    return Call("DELETE", tenant_path(key, "faults", id), no_content)


def deliveries(key: str) -> Call[tuple[Delivery, ...]]:
    return Call("GET", tenant_path(key, "webhooks"), values_of(Delivery, "deliveries"))


def delivery_log(key: str, wait: str) -> Call[DeliveryLog]:
    return Call("GET", tenant_path(key, "webhooks"), value_of(DeliveryLog), query={"wait": wait})


def add_webhook(key: str, hook: Mapping[str, Any]) -> Call[Hook]:
    return Call("POST", tenant_path(key, "webhooks"), value_of(Hook), present(**hook))


def send_again(key: str, id: str) -> Call[Delivery]:
    return Call("POST", tenant_path(key, "webhooks", id, "send-again"), value_of(Delivery))


def inbox_path(key: str, name: str) -> str:
    return f"{PREFIX}/inbox/{quote(key, safe='')}/{quote(name, safe='')}"


def inbox_address(key: str, name: str, answers: Iterable[int]) -> str:
    """The path to send to: the n-th message is answered with the n-th status."""
    statuses = ",".join(map(str, answers))
    return inbox_path(key, name) + (f"?answers={statuses}" if statuses else "")


def messages(key: str, name: str, count: int, wait: str) -> Call[tuple[Message, ...]]:
    query = {"count": count, "wait": wait}
    return Call("GET", inbox_path(key, name), values_of(Message, "messages"), query=query)


def empty_inbox(key: str, name: str) -> Call[None]:
    return Call("DELETE", inbox_path(key, name), no_content)


# Events


EVENTS = f"{PREFIX}/events"


class EventReader:
    """Lines of a stream of server-sent events become events."""

    def __init__(self) -> None:
        self._kind = ""
        self._number: int | None = None

    def read(self, line: str, parse: Callable[[str], dict[str, Any]]) -> Event | None:
        """The event that the line completes; None: it completes none."""
        name, _, value = line.partition(": ")
        if name == "event":
            self._kind, self._number = value, None
        elif name == "id":
            self._number = int(value)
        elif name == "data":
            return Event(self._kind, self._number, parse(value))
        return None
