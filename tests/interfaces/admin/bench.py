"""The admin API of an emulator in this process."""

from typing import Any

import httpx
from msgspec import Struct

from emulator.application.emulator import Emulator
from emulator.application.scenario_sources import load_source
from emulator.core.engine.finishing import Checking
from emulator.core.scenario.model import Scenario
from emulator.interfaces.serving.httpx_transport import Transport
from tests.support.clients import ADDRESS

KEY = "test-ann"
HERE = f"/_emulator/tenants/{KEY}"


class Bench(Struct, frozen=True):
    """``admin`` takes paths below /_emulator, ``gladia`` sends the key of a tenant."""

    emulator: Emulator
    admin: httpx.Client
    gladia: httpx.Client

    def job(self, url: str = "https://media.test/a.wav") -> str:
        """The id of a new job."""
        made = self.gladia.post("/v2/pre-recorded", json={"audio_url": url})
        return str(made.json()["id"])

    def ask(self, method: str, path: str, **more: Any) -> tuple[int, Any]:
        """The status and the JSON that was answered, of the tenant's own path."""
        response = self.admin.request(method, f"{HERE}{path}", **more)
        return response.status_code, response.json() if response.content else None


def bench(scenario: str | Scenario = Scenario()) -> Bench:  # noqa: B008 - a frozen value
    """Its clock stands still at 2026-01-05T09:00:00Z until it is advanced."""
    emulator = Emulator(
        load_source(scenario), clock_mode="manual", checking=Checking("fail", "fail")
    )
    transport = Transport(emulator)
    return Bench(
        emulator,
        httpx.Client(transport=transport, base_url=ADDRESS),
        httpx.Client(
            transport=transport, base_url=f"{ADDRESS}/gladia", headers={"x-gladia-key": KEY}
        ),
    )


def refusal(response: httpx.Response) -> tuple[int, str, str]:
    """The status, the code and the message of a refusal."""
    error = response.json()["error"]
    assert set(error) == {"code", "message", "details"}
    return response.status_code, error["code"], error["message"]
