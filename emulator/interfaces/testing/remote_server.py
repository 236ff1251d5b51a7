"""RemoteServer: an emulator that runs elsewhere, behind the same pytest fixtures."""

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx2

from emulator.client import AdminError, Client, Tenant
from emulator.core.base.escaping import escaped_line
from emulator.core.http.messages import EMPTY, Json
from emulator.core.inspection.coverage import Coverage, measure_coverage
from emulator.core.inspection.explain import Explanation
from emulator.core.journal.exchange import Exchange
from emulator.core.scenario.files import is_there
from emulator.core.scenario.model import Scenario
from emulator.core.webhooks.model import Delivery
from emulator.interfaces.admin.context import DEFAULT_TENANT
from emulator.interfaces.serving.options import boolean
from emulator.interfaces.serving.options import url as http_url
from emulator.interfaces.testing import local_server
from emulator.interfaces.testing.local_server import CoverageRow, client_errors, emulator_errors
from emulator.interfaces.testing.remote_tenant import (
    RemoteClock,
    RemoteFaults,
    RemoteInbox,
    RemoteWebhooks,
)
from emulator.interfaces.testing.remote_values import local_errors, to_exchange, to_explanation
from emulator.interfaces.testing.session import Account, NoExchange
from emulator.interfaces.testing.settings import BadMarker, clock_setting, marker_arguments
from emulator.providers import PROVIDERS

MOST_LISTED = 1000  # exchanges that the admin API lists


class RemoteSession:
    """One tenant of an emulator that runs elsewhere.

    ``tenant`` is the client of its part of the admin API; all else is as in ``SpeechEmulator``.
    """

    def __init__(
        self,
        tenant: Tenant,
        url: str,
        default: Tenant,
        *,
        unclaimed_before: int = 0,
        clock_mode: str = "step",
    ) -> None:
        self.tenant = tenant
        self._default = default  # of requests that belong to none
        self._unclaimed_before = unclaimed_before  # exchanges of its journal
        self.url = url
        self.key = tenant.key
        self.clock = RemoteClock(tenant.clock, clock_mode)
        self.faults = RemoteFaults(tenant)
        self.webhooks = RemoteWebhooks(tenant)
        self._kept: tuple[Exchange, ...] | None = None  # when the tenant is gone
        self._kept_unclaimed: tuple[Exchange, ...] | None = None

    @property
    def aitronos(self) -> Account:
        return self._account("aitronos")

    @property
    def azure_speech(self) -> Account:
        return self._account("azure_speech")

    @property
    def gladia(self) -> Account:
        return self._account("gladia")

    @property
    def phrase_studio(self) -> Account:
        return self._account("phrase_studio")

    @property
    def journal(self) -> tuple[Exchange, ...]:
        """What this tenant's key asked, and what it got; oldest first."""
        if self._kept is not None:
            return self._kept
        return tuple(to_exchange(exchange) for exchange in self.tenant.exchanges())

    def explain(self, request_id: str | None = None) -> Explanation:
        """Why a request got the answer that it got; ``print()`` it.

        The one whose answer carried that ``X-Emulator-Request-Id``, else the last one; of those
        that are ``unclaimed``, the last one where the journal is empty. Raises NoExchange.
        """
        id = self._latest() if request_id is None else request_id
        ours = all(one.id != id for one in self.unclaimed)
        tenant = self.tenant if ours else self._default
        with local_errors():
            return to_explanation(tenant.explain(id), tenant.exchange(id))

    def _latest(self) -> str:
        """The id of the last exchange. Raises NoExchange."""
        latest = self.tenant.journal(last=1) or self.unclaimed[-1:]
        if not latest:
            raise NoExchange("the journal has no exchange yet; it has 0")
        return latest[0].id

    def verify(
        self,
        *,
        provider: str | None = None,
        operation: str | None = None,
        method: str | None = None,
        path: str | None = None,
        status: int | str | None = None,
        query: Mapping[str, str | None] = EMPTY,
        headers: Mapping[str, str | None] = EMPTY,
        body: Json = None,
        key: str | None = None,
        times: int | None = None,
        at_least: int | None = None,
        at_most: int | None = None,
    ) -> None:
        """Raise AssertionError, with the nearest misses, unless so many exchanges are like this.

        At least one, unless a count is given; patterns as ``Speech.verify`` has them. Raises
        BadPattern for what can match nothing.
        """
        __tracebackhide__ = True  # pytest then points at the test's own line
        texts = {"provider": provider, "operation": operation, "method": method, "path": path}
        counts = {"times": times, "at_least": at_least, "at_most": at_most}
        given = {**texts, "status": status, "body": body, "key": key, **counts}
        asked = {name: value for name, value in given.items() if value is not None}
        with local_errors():
            found = self.tenant.verdict(**asked, query=dict(query), headers=dict(headers))
        if not found.good:
            raise AssertionError(found.text)

    def har(self) -> dict[str, Json]:
        """The journal as an HTTP archive (HAR 1.2), with masked keys; ``json.dumps`` it."""
        return self.tenant.har()

    def coverage(self) -> Coverage:
        """What this tenant's requests met of each API; ``print()`` it."""
        rows = self.tenant.coverage()["counts"]
        met = {(provider, id, status): often for provider, id, status, often in rows}
        return measure_coverage(Counter(met), PROVIDERS)

    @property
    def deliveries(self) -> tuple[Delivery, ...]:
        """The webhooks that were sent, or are to be, with each attempt; oldest first."""
        return self.webhooks.deliveries

    def inbox(self, name: str, answers: Iterable[int] = ()) -> RemoteInbox:
        """An address that receives anything.

        The n-th message is answered with the n-th status, all later ones with the last of them.
        """
        inbox = self.tenant.inbox(name, answers)
        return RemoteInbox(inbox, self.clock, lambda: self.webhooks.deliveries)

    @property
    def unclaimed(self) -> tuple[Exchange, ...]:
        """What came without a good key, whoever sent it, since this tenant was opened."""
        if self._kept_unclaimed is not None:
            return self._kept_unclaimed
        count, before = self._default.state.exchanges, self._unclaimed_before
        new = count - before if count >= before else count  # fewer: it began afresh
        last = min(new, MOST_LISTED)
        return (
            tuple(to_exchange(exchange) for exchange in self._default.exchanges(last=last))
            if new
            else ()
        )

    def _account(self, provider: str) -> Account:
        return Account(self.tenant.urls[provider], self.key, self.tenant.wrong_key)

    def _close(self) -> None:
        """Forget the tenant; its journal stays to be read."""
        self._kept, self._kept_unclaimed = self.journal, self.unclaimed
        self.tenant.close()


class RemoteServer:
    """The emulator at SPEECH_EMULATOR_URL: tenants are opened there, and nothing is started."""

    def __init__(self, settings: Mapping[str, str], url: str, token: str | None) -> None:
        try:
            self.strict = boolean(settings["strict"] or "yes")
            self._client = Client(http_url(url), token=token)
        except ValueError as error:
            raise BadMarker(f"speech_emulator settings: {error}") from None
        self._clock = clock_setting(settings["clock"] or "step")
        self._scenario = settings["scenario"] or None
        self._met: Counter[tuple[str, str, int]] = Counter()

    @property
    def url(self) -> str:
        return self._client.url

    def check_arguments(self, args: tuple[Any, ...], given: Mapping[str, Any]) -> dict[str, Any]:
        return marker_arguments(args, given)

    def open(
        self, name: str, *, scenario: Any = None, clock: Any = None, strict: bool | None = None
    ) -> tuple[RemoteSession, bool]:
        """A fresh tenant, and whether to be strict with it. Raises BadMarker."""
        mode = self._clock if clock is None else clock_setting(clock)
        source = with_absolute_path(self._scenario if scenario is None else scenario)
        try:
            tenant = self._client.open(name=name, scenario=source, clock=mode)
            default = self._client.tenant(DEFAULT_TENANT)
            before = default.state.exchanges
            speech = RemoteSession(
                tenant, self.url, default, unclaimed_before=before, clock_mode=mode
            )
        except AdminError as error:
            raise BadMarker("\n".join(error.details.get("errors", [str(error)]))) from None
        except httpx2.TransportError as error:
            raise BadMarker(f"no emulator answers at {self.url}: {error}") from None
        return speech, self.strict if strict is None else strict

    def close(self, speech: RemoteSession, *, strict: bool) -> str:
        """Forget the tenant; what was wrong with its exchanges, or nothing."""
        self._met.update(speech.coverage().counts)
        deliveries = speech.deliveries
        speech._close()
        lines = [line for one in speech.journal for line in client_errors(one, strict)]
        lines += [line for delivery in deliveries for line in emulator_errors(delivery)]
        return "\n".join(map(escaped_line, lines))

    def status_counts(self) -> list[CoverageRow]:
        """What all its tenants met, for the coverage of the client."""
        return [(*what, often) for what, often in self._met.items()]

    def __enter__(self) -> "RemoteServer":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._client.close()


def with_absolute_path(scenario: Any) -> Any:
    """A file is read here, whatever the server has under that name; a value is written as YAML."""
    if isinstance(scenario, Scenario):
        from emulator.core.scenario.exporter import to_yaml  # with YAML

        return to_yaml(scenario)
    return Path(scenario) if isinstance(scenario, str) and is_there(scenario) else scenario


def session_report(speech: RemoteSession, environment: Mapping[str, str] = EMPTY) -> str:
    """What a failed test is told of its requests."""
    try:
        return local_server.session_report(speech, environment)
    except (AdminError, httpx2.TransportError) as error:
        return f"the emulator at {speech.url} does not tell what came: {error}"
