"""RemoteServer: an emulator that runs elsewhere, behind the same pytest fixtures."""

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx

from emulator.client import AdminError, Client, Tenant
from emulator.client.sync import Clock, Inbox
from emulator.client.values import Delivery, Exchange
from emulator.core.scenario.language import is_there
from emulator.faces.options import switch
from emulator.faces.options import url as http_url
from emulator.faces.python import Account
from emulator.faces.session import STRAY, MetRow
from emulator.faces.settings import BadMarker, checked_clock, marked


class RemoteSpeech:
    """One tenant of an emulator that runs elsewhere; the same things as a ``Speech`` has."""

    def __init__(self, tenant: Tenant, url: str) -> None:
        self.tenant = tenant
        self.url = url
        self.key = tenant.key
        self._kept: tuple[Exchange, ...] | None = None  # when the tenant is gone

    @property
    def clock(self) -> Clock:
        return self.tenant.clock

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
        return self.tenant.journal() if self._kept is None else self._kept

    @property
    def deliveries(self) -> tuple[Delivery, ...]:
        return self.tenant.deliveries()

    def verify(self, **pattern: Any) -> None:
        """Raises AssertionError where too few or too many exchanges match."""
        self.tenant.verify(**pattern)

    def explain(self, request_id: str) -> str:
        return str(self.tenant.explain(request_id)["text"])

    def har(self) -> dict[str, Any]:
        return self.tenant.har()

    def inbox(self, name: str) -> Inbox:
        return self.tenant.inbox(name)

    def close(self) -> None:
        """Forget the tenant; its journal stays to be read."""
        self._kept = self.tenant.journal()
        self.tenant.close()

    def _account(self, provider: str) -> Account:
        return Account(self.tenant.urls[provider], self.key, self.tenant.wrong_key)


class RemoteServer:
    """The emulator at SPEECH_EMULATOR_URL: tenants are opened there, and nothing is started."""

    def __init__(self, settings: Mapping[str, str], url: str, token: str | None) -> None:
        try:
            self.strict = switch(settings["strict"] or "yes")
            self._client = Client(http_url(url), token=token)
        except ValueError as error:
            raise BadMarker(f"speech_emulator settings: {error}") from None
        self._clock = checked_clock(settings["clock"] or "step")
        self._scenario = settings["scenario"] or None
        self._met: Counter[tuple[str, str, int]] = Counter()

    @property
    def url(self) -> str:
        return self._client.url

    def asked(self, args: tuple[Any, ...], given: Mapping[str, Any]) -> dict[str, Any]:
        return marked(args, given)

    def open(
        self, name: str, *, scenario: Any = None, clock: Any = None, strict: bool | None = None
    ) -> tuple[RemoteSpeech, bool]:
        """A fresh tenant, and whether to be strict with it. Raises BadMarker."""
        mode = self._clock if clock is None else checked_clock(clock)
        source = located(self._scenario if scenario is None else scenario)
        try:
            tenant = self._client.open(name=name, scenario=source, clock=mode)
        except AdminError as error:
            raise BadMarker("\n".join(error.details.get("errors", [str(error)]))) from None
        except httpx.TransportError as error:
            raise BadMarker(f"no emulator answers at {self.url}: {error}") from None
        return RemoteSpeech(tenant, self.url), self.strict if strict is None else strict

    def close(self, speech: RemoteSpeech, *, strict: bool) -> str:
        """Forget the tenant; what was wrong with its exchanges, or nothing."""
        self._met.update(met(speech.tenant.coverage()))
        lines = [line for one in speech.journal for line in complaints(one, speech.tenant, strict)]
        speech.close()
        return "\n".join(lines)

    def met(self) -> list[MetRow]:
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


def located(scenario: Any) -> Any:
    """A file is read here, whatever the server has under that name."""
    return Path(scenario) if isinstance(scenario, str) and is_there(scenario) else scenario


def met(coverage: dict[str, Any]) -> dict[tuple[str, str, int], int]:
    """Provider, operation or nothing, status -> how often."""
    return {(provider, id, status): often for provider, id, status, often in coverage["counts"]}


def complaints(exchange: Exchange, tenant: Tenant, strict: bool) -> Iterator[str]:
    if strict and exchange.refused in STRAY:
        said = tenant.explain(exchange.id)["operation"]["says"]
        api = exchange.provider or "any API"
        yield (
            f"the client asked for {exchange.method} {exchange.path}, which {api} does not have: "
            + "; ".join(said)
        )
    for one in exchange.breaches:
        yield (
            f"a bug of the emulator's: its answer {exchange.status} to {exchange.method} "
            f"{exchange.path} leaves the contract: {one}"
        )


def story(speech: RemoteSpeech) -> str:
    """The exchanges of one tenant, one a line."""
    return "\n".join(
        f"{one.at:%H:%M:%S} {one.provider or '-':13} {one.method:6} {one.path}"
        f" -> {one.status}{' ' + one.refused if one.refused else ''}"
        for one in speech.journal
    )
