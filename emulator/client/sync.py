"""The client for programs without an event loop."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from json import loads
from types import TracebackType
from typing import Any, TypeVar

import httpx2

from emulator.client import calls
from emulator.client.calls import Call, Scenario
from emulator.client.transports import DirectTransport, trust_for
from emulator.client.values import (
    ClockState,
    Delivery,
    DeliveryLog,
    Event,
    Exchange,
    Fault,
    FullExchange,
    Hook,
    Job,
    Message,
    TenantState,
    TenantSummary,
    Verdict,
)

Answer = TypeVar("Answer")
URL = "http://127.0.0.1:4788"


class Client:
    """The admin API of a running emulator; a context manager. Refusals raise AdminError.

    ``token``: its SPEECH_EMULATOR_ADMIN_TOKEN, where it listens elsewhere than on this machine.
    """

    def __init__(
        self,
        url: str = URL,
        *,
        token: str | None = None,
        timeout_seconds: float = 70.0,
        transport: httpx2.BaseTransport | None = None,
    ) -> None:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self.url = url.rstrip("/")
        self._http = httpx2.Client(
            base_url=self.url,
            headers=headers,
            timeout=timeout_seconds,
            transport=transport or DirectTransport(verify=trust_for(url), trust_env=False),
            trust_env=False,
        )

    def send(self, call: Call[Answer]) -> Answer:
        response = self._http.request(call.method, call.path, json=call.json, params=call.query)
        return call.answer(response)

    def version(self) -> dict[str, Any]:
        return self.send(calls.version())

    def health(self) -> dict[str, Any]:
        return self.send(calls.health())

    def scenarios(self) -> dict[str, str]:
        """The built-in scenarios: name -> title."""
        return self.send(calls.scenarios())

    def coverage(self, form: str = "json") -> Any:
        """Of everybody; ``form``: json, table or markdown."""
        return self.send(calls.coverage_of_all(form))

    def tenants(self) -> tuple[TenantSummary, ...]:
        return self.send(calls.tenants())

    def open(
        self,
        *,
        key: str | None = None,
        name: str | None = None,
        scenario: Scenario | None = None,
        clock: str | None = None,
    ) -> "Tenant":
        """A fresh tenant; the same ``name`` makes the same key, and so the same bytes."""
        return Tenant(self, self.send(calls.open_tenant(key, name, scenario, clock)))

    def tenant(self, key: str) -> "Tenant":
        """The tenant of that key, as it is."""
        return Tenant(self, self.send(calls.state(key)))

    @contextmanager
    def events(self, tenant: str | None = None) -> Iterator[Iterator[Event]]:
        """Everything that happens from now on; the first event is a ``hello``."""
        query = {"tenant": tenant} if tenant else {}
        with self._http.stream("GET", calls.EVENTS, params=query) as response:
            if response.is_error:
                response.read()
                raise calls.refusal(response)
            yield read_events(response)

    def close(self) -> None:
        self._http.close()

    def __enter__(self) -> "Client":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def read_events(response: httpx2.Response) -> Iterator[Event]:
    reader = calls.EventReader()
    found = (reader.read(line, loads) for line in response.iter_lines())
    return (event for event in found if event)


class Clock:
    def __init__(self, client: Client, key: str) -> None:
        self._client, self._key = client, key

    @property
    def state(self) -> ClockState:
        return self._client.send(calls.clock(self._key))

    @property
    def now(self) -> datetime:
        return self.state.now

    def advance(self, duration: str | float) -> datetime:
        return self._move({"advance": duration})

    def to(self, moment: datetime) -> datetime:
        return self._move(calls.to(moment))

    def until(self, job_id: str, phase: str = "completed") -> datetime:
        return self._move(calls.until(job_id, phase))

    def turn(self, mode: str, **how: str | float) -> datetime:
        """Another kind of clock; ``speed`` goes with wall, ``step`` with step."""
        return self._move({"mode": mode, **how})

    def _move(self, how: Mapping[str, Any]) -> datetime:
        return self._client.send(calls.move(self._key, how)).now


class Inbox:
    def __init__(self, client: Client, key: str, name: str, answers: Iterable[int] = ()) -> None:
        self._client, self._key, self.name = client, key, name
        self.url = client.url + calls.inbox_address(key, name, answers)

    @property
    def messages(self) -> tuple[Message, ...]:
        return self.wait(1, "0s")

    def wait(self, count: int = 1, timeout: str = "10s") -> tuple[Message, ...]:
        """What has come when so many have, or when the time is over."""
        return self._client.send(calls.messages(self._key, self.name, count, timeout))

    def clear(self) -> None:
        self._client.send(calls.empty_inbox(self._key, self.name))


class Tenant:
    """One tenant; as a context manager it is forgotten at the end."""

    def __init__(self, client: Client, state: TenantState) -> None:
        self._client = client
        self.key, self.wrong_key, self.urls = state.key, state.wrong_key, state.urls
        self.clock = Clock(client, state.key)

    @property
    def state(self) -> TenantState:
        return self._client.send(calls.state(self.key))

    def replace_scenario(self, scenario: Scenario) -> TenantState:
        return self._client.send(calls.replace_scenario(self.key, scenario))

    def reset(self, *, journal: bool = False) -> TenantState:
        """Begin afresh; with ``journal`` it alone is emptied."""
        return self._client.send(calls.reset(self.key, journal))

    def export(self) -> str:
        """The tenant as it is now, as a scenario in YAML."""
        return self._client.send(calls.export(self.key))

    def jobs(self, provider: str | None = None, phase: str | None = None) -> tuple[Job, ...]:
        """All jobs, oldest first, read page by page: not a snapshot where jobs change meanwhile."""
        found: list[Job] = []
        while True:
            page = self._client.send(calls.jobs(self.key, provider, phase, len(found)))
            found += page.jobs
            if not page.jobs or len(found) >= page.total:
                return tuple(found)

    def job(self, id: str) -> Job:
        return self._client.send(calls.job(self.key, id))

    def change_job(
        self,
        id: str,
        *,
        phase: str | None = None,
        timeline: Mapping[str, str | float] | None = None,
    ) -> Job:
        return self._client.send(calls.change_job(self.key, id, phase, timeline))

    def journal(self, **filters: str | int | None) -> tuple[Exchange, ...]:
        """Filters: provider, operation, status, last."""
        return self._client.send(calls.journal(self.key, filters))

    def exchanges(self, **filters: str | int | None) -> tuple[FullExchange, ...]:
        """As they were sent: keys are not masked. Filters as of ``journal``."""
        return self._client.send(calls.exchanges(self.key, filters))

    def har(self) -> dict[str, Any]:
        return self._client.send(calls.har(self.key))

    def empty_journal(self) -> None:
        self._client.send(calls.empty_journal(self.key))

    def exchange(self, id: str) -> FullExchange:
        return self._client.send(calls.exchange(self.key, id))

    def explain(self, id: str) -> dict[str, Any]:
        return self._client.send(calls.explain(self.key, id))

    def verdict(self, **pattern: Any) -> Verdict:
        return self._client.send(calls.verify(self.key, pattern))

    def verify(self, **pattern: Any) -> None:
        """Raises AssertionError, with the nearest misses, where too few or too many match."""
        verdict = self.verdict(**pattern)
        if not verdict.good:
            raise AssertionError(verdict.text)

    def coverage(self, form: str = "json") -> Any:
        """``form``: json, table or markdown."""
        return self._client.send(calls.coverage(self.key, form))

    def faults(self) -> tuple[Fault, ...]:
        return self._client.send(calls.faults(self.key))

    def add_faults(self, *faults: Mapping[str, Any]) -> tuple[Fault, ...]:
        """Each as in a scenario."""
        return self._client.send(calls.add_faults(self.key, faults))

    def clear_faults(self) -> None:
        self._client.send(calls.clear_faults(self.key))

    def remove_fault(self, id: str) -> None:
        self._client.send(calls.remove_fault(self.key, id))

    def deliveries(self) -> tuple[Delivery, ...]:
        return self._client.send(calls.deliveries(self.key))

    def delivery_log(self, wait: str = "0s") -> DeliveryLog:
        """When every attempt that is due has been made, or when the time is over."""
        return self._client.send(calls.delivery_log(self.key, wait))

    def add_webhook(self, **hook: Any) -> Hook:
        """As in a scenario."""
        return self._client.send(calls.add_webhook(self.key, hook))

    def send_again(self, id: str) -> Delivery:
        return self._client.send(calls.send_again(self.key, id))

    def inbox(self, name: str, answers: Iterable[int] = ()) -> Inbox:
        """The n-th message is answered with the n-th status, all later ones with the last."""
        return Inbox(self._client, self.key, name, answers)

    def close(self) -> None:
        self._client.send(calls.close(self.key))

    def __enter__(self) -> "Tenant":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
