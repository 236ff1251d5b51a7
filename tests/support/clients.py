"""Clients for tests: httpx on the emulator without a socket."""

import io
import wave

import httpx
from msgspec import Struct

from emulator.application.emulator import Emulator
from emulator.core.base.clock import Clock
from emulator.core.engine.finishing import Checking
from emulator.core.engine.scenario_export import export_scenario as written_out
from emulator.core.engine.tenant import Tenant
from emulator.core.http.bodies import MakeFile
from emulator.core.provider.provider import Provider
from emulator.core.scenario.loader import load
from emulator.core.scenario.model import Scenario
from emulator.interfaces.serving.httpx_transport import Transport

ADDRESS = "http://127.0.0.1:4788"
KEY_HEADERS = {
    "aitronos": "X-API-Key",
    "azure_speech": "Ocp-Apim-Subscription-Key",
    "gladia": "x-gladia-key",
    "phrase_studio": "X-API-Key",
}


class Bench(Struct, frozen=True):
    """A provider under test: ``http`` sends the tenant's key and reaches it by path prefix."""

    http: httpx.Client
    emulator: Emulator
    tenant: Tenant
    provider: Provider

    @property
    def clock(self) -> Clock:
        return self.tenant.clock

    @property
    def url(self) -> str:
        """What URLs in answers begin with."""
        return f"{ADDRESS}/{self.provider.slug}"


def bench(
    provider: Provider,
    scenario: str | Scenario = Scenario(),  # noqa: B008 - a frozen value
    *,
    key: str | None = "test-key",
    answers: bool = True,
    make_file: MakeFile | None = None,
) -> Bench:
    """The provider alone; its clock stands still at 2026-01-05T09:00:00Z until it is advanced.

    ``scenario`` may be YAML. A ``key`` of None sends no credential. With ``answers`` an answer that
    breaks the contract is a 500 with the reasons, so that the test fails.
    """
    if isinstance(scenario, str):
        scenario = load(
            scenario,
            vocabularies={provider.name: provider.schema},
            events={provider.name: provider.webhooks.events},
        )
    emulator = Emulator(
        scenario,
        providers=(provider,),
        clock_mode="manual",
        checking=Checking("fail", "fail" if answers else "off"),
        make_file=make_file,
    )
    tenant = (key and emulator.tenants.tenant_of_key(key)) or emulator.tenants.default
    headers = {KEY_HEADERS[provider.name]: key} if key else {}
    http = httpx.Client(
        transport=Transport(emulator), base_url=f"{ADDRESS}/{provider.slug}", headers=headers
    )
    return Bench(http, emulator, tenant, provider)


def exported(b: Bench) -> Bench:
    """Another bench, made from what the first one's tenant says of itself."""
    return bench(b.provider, written_out(b.tenant, (b.provider,)), key=b.tenant.key)


def wav(seconds: float, *, channels: int = 1, rate: int = 8000) -> bytes:
    """A real WAV file of silence."""
    held = io.BytesIO()
    with wave.open(held, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(bytes(2 * channels * int(rate * seconds)))
    return held.getvalue()
