"""The client for programs with an event loop; ``sync`` says what each thing is for."""

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from json import loads
from types import TracebackType
from typing import Any, TypeVar

import httpx2

from emulator.client import calls
from emulator.client.calls import Call, Scenario
from emulator.client.sync import URL
from emulator.client.transports import AsyncDirectTransport, trust_for
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


class AsyncClient:
    """The admin API of a running emulator; a context manager. Refusals raise AdminError.

    ``token``: its SPEECH_EMULATOR_ADMIN_TOKEN, where it listens elsewhere than on this machine.
    """

    def __init__(
        self,
        url: str = URL,
        *,
        token: str | None = None,
        timeout_seconds: float = 70.0,
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self.url = url.rstrip("/")
        self._http = httpx2.AsyncClient(
            base_url=self.url,
            headers=headers,
            timeout=timeout_seconds,
            transport=transport or AsyncDirectTransport(verify=trust_for(url), trust_env=False),
            trust_env=False,
        )

    async def send(self, call: Call[Answer]) -> Answer:
        response = await self._http.request(
            call.method, call.path, json=call.json, params=call.query
        )
        return call.answer(response)

    async def version(self) -> dict[str, Any]:
        return await self.send(calls.version())

    async def health(self) -> dict[str, Any]:
        return await self.send(calls.health())

    async def scenarios(self) -> dict[str, str]:
        """The built-in scenarios: name -> title."""
        return await self.send(calls.scenarios())

    async def coverage(self, form: str = "json") -> Any:
        """Of everybody; ``form``: json, table or markdown."""
        return await self.send(calls.coverage_of_all(form))

    async def tenants(self) -> tuple[TenantSummary, ...]:
        return await self.send(calls.tenants())

    async def open(
        self,
        *,
        key: str | None = None,
        name: str | None = None,
        scenario: Scenario | None = None,
        clock: str | None = None,
    ) -> "AsyncTenant":
        """A fresh tenant; the same ``name`` makes the same key, and so the same bytes."""
        return AsyncTenant(self, await self.send(calls.open_tenant(key, name, scenario, clock)))

    async def tenant(self, key: str) -> "AsyncTenant":
        """The tenant of that key, as it is."""
        return AsyncTenant(self, await self.send(calls.state(key)))

    @asynccontextmanager
    async def events(self, tenant: str | None = None) -> AsyncIterator[AsyncIterator[Event]]:
        """Everything that happens from now on; the first event is a ``hello``."""
        query = {"tenant": tenant} if tenant else {}
        async with self._http.stream("GET", calls.EVENTS, params=query) as response:
            if response.is_error:
                await response.aread()
                raise calls.refusal(response)
            yield read_events(response)

    async def close(self) -> None:
        await self._http.aclose()

    async def __aenter__(self) -> "AsyncClient":
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()


async def read_events(response: httpx2.Response) -> AsyncIterator[Event]:
    reader = calls.EventReader()
    async for line in response.aiter_lines():
        event = reader.read(line, loads)
        if event:
            yield event


class AsyncClock:
    def __init__(self, client: AsyncClient, key: str) -> None:
        self._client, self._key = client, key

    async def state(self) -> ClockState:
        return await self._client.send(calls.clock(self._key))

    async def now(self) -> datetime:
        return (await self.state()).now

    async def advance(self, duration: str | float) -> datetime:
        return await self._move({"advance": duration})

    async def to(self, moment: datetime) -> datetime:
        return await self._move(calls.to(moment))

    async def until(self, job_id: str, phase: str = "completed") -> datetime:
        return await self._move(calls.until(job_id, phase))

    async def turn(self, mode: str, **how: str | float) -> datetime:
        """Another kind of clock; ``speed`` goes with wall, ``step`` with step."""
        return await self._move({"mode": mode, **how})

    async def _move(self, how: Mapping[str, Any]) -> datetime:
        return (await self._client.send(calls.move(self._key, how))).now


class AsyncInbox:
    def __init__(
        self, client: AsyncClient, key: str, name: str, answers: Iterable[int] = ()
    ) -> None:
        self._client, self._key, self.name = client, key, name
        self.url = client.url + calls.inbox_address(key, name, answers)

    async def messages(self) -> tuple[Message, ...]:
        return await self.wait(1, "0s")

    async def wait(self, count: int = 1, timeout: str = "10s") -> tuple[Message, ...]:
        """What has come when so many have, or when the time is over."""
        return await self._client.send(calls.messages(self._key, self.name, count, timeout))

    async def clear(self) -> None:
        await self._client.send(calls.empty_inbox(self._key, self.name))


class AsyncTenant:
    """One tenant; as a context manager it is forgotten at the end."""

    def __init__(self, client: AsyncClient, state: TenantState) -> None:
        self._client = client
        self.key, self.wrong_key, self.urls = state.key, state.wrong_key, state.urls
        self.clock = AsyncClock(client, state.key)

    async def state(self) -> TenantState:
        return await self._client.send(calls.state(self.key))

    async def replace_scenario(self, scenario: Scenario) -> TenantState:
        return await self._client.send(calls.replace_scenario(self.key, scenario))

    async def reset(self, *, journal: bool = False) -> TenantState:
        """Begin afresh; with ``journal`` it alone is emptied."""
        return await self._client.send(calls.reset(self.key, journal))

    async def export(self) -> str:
        """The tenant as it is now, as a scenario in YAML."""
        return await self._client.send(calls.export(self.key))

    async def jobs(self, provider: str | None = None, phase: str | None = None) -> tuple[Job, ...]:
        """All jobs, oldest first, read page by page: not a snapshot where jobs change meanwhile."""
        found: list[Job] = []
        while True:
            page = await self._client.send(calls.jobs(self.key, provider, phase, len(found)))
            found += page.jobs
            if not page.jobs or len(found) >= page.total:
                return tuple(found)

    async def job(self, id: str) -> Job:
        return await self._client.send(calls.job(self.key, id))

    async def change_job(
        self,
        id: str,
        *,
        phase: str | None = None,
        timeline: Mapping[str, str | float] | None = None,
    ) -> Job:
        return await self._client.send(calls.change_job(self.key, id, phase, timeline))

    async def journal(self, **filters: str | int | None) -> tuple[Exchange, ...]:
        """Filters: provider, operation, status, last."""
        return await self._client.send(calls.journal(self.key, filters))

    async def exchanges(self, **filters: str | int | None) -> tuple[FullExchange, ...]:
        """As they were sent: keys are not masked. Filters as of ``journal``."""
        return await self._client.send(calls.exchanges(self.key, filters))

    async def har(self) -> dict[str, Any]:
        return await self._client.send(calls.har(self.key))

    async def empty_journal(self) -> None:
        await self._client.send(calls.empty_journal(self.key))

    async def exchange(self, id: str) -> FullExchange:
        return await self._client.send(calls.exchange(self.key, id))

    async def explain(self, id: str) -> dict[str, Any]:
        return await self._client.send(calls.explain(self.key, id))

    async def verdict(self, **pattern: Any) -> Verdict:
        return await self._client.send(calls.verify(self.key, pattern))

    async def verify(self, **pattern: Any) -> None:
        """Raises AssertionError, with the nearest misses, where too few or too many match."""
        verdict = await self.verdict(**pattern)
        if not verdict.good:
            raise AssertionError(verdict.text)

    async def coverage(self, form: str = "json") -> Any:
        """``form``: json, table or markdown."""
        return await self._client.send(calls.coverage(self.key, form))

    async def faults(self) -> tuple[Fault, ...]:
        return await self._client.send(calls.faults(self.key))

    async def add_faults(self, *faults: Mapping[str, Any]) -> tuple[Fault, ...]:
        """Each as in a scenario."""
        return await self._client.send(calls.add_faults(self.key, faults))

    async def clear_faults(self) -> None:
        await self._client.send(calls.clear_faults(self.key))

    async def remove_fault(self, id: str) -> None:
        await self._client.send(calls.remove_fault(self.key, id))

    async def deliveries(self) -> tuple[Delivery, ...]:
        return await self._client.send(calls.deliveries(self.key))

    async def delivery_log(self, wait: str = "0s") -> DeliveryLog:
        """When every attempt that is due has been made, or when the time is over."""
        return await self._client.send(calls.delivery_log(self.key, wait))

    async def add_webhook(self, **hook: Any) -> Hook:
        """As in a scenario."""
        return await self._client.send(calls.add_webhook(self.key, hook))

    async def send_again(self, id: str) -> Delivery:
        return await self._client.send(calls.send_again(self.key, id))

    def inbox(self, name: str, answers: Iterable[int] = ()) -> AsyncInbox:
        """The n-th message is answered with the n-th status, all later ones with the last."""
        return AsyncInbox(self._client, self.key, name, answers)

    async def close(self) -> None:
        await self._client.send(calls.close(self.key))

    async def __aenter__(self) -> "AsyncTenant":
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()
