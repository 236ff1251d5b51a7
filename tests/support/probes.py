"""Requests to a provider and to the admin API, none of which may break anything."""

import os
from collections.abc import Iterable, Iterator
from random import Random

from emulator.application.emulator import Emulator
from emulator.core.contract.openapi import BRACES
from emulator.core.engine.finishing import Checking
from emulator.core.engine.tenant import Tenant
from emulator.core.http.messages import Response
from emulator.core.journal.exchange import Exchange
from emulator.core.provider.provider import Provider
from emulator.core.scenario.model import Scenario
from emulator.interfaces.admin.context import Access, AdminContext
from emulator.interfaces.admin.pipeline import answer
from emulator.interfaces.transports.asgi import response_start
from tests.support.fuzzing import Ask, Headers

TIMES = int(os.environ.get("SPEECH_EMULATOR_FUZZ", "1"))


class Site:
    """One provider and the admin API, where an answer that breaks the contract is a 500."""

    def __init__(self, *providers: Provider) -> None:
        checking = Checking("fail", "fail")
        self.emulator = Emulator(providers=providers, clock_mode="manual", checking=checking)
        self.desk = AdminContext(self.emulator, Access(in_process=True))

    def tenant(self, random: Random, scenario: Scenario | None = None) -> Tenant:
        """One that nobody has used."""
        return self.emulator.tenants.open(f"test-{random.getrandbits(64):x}", scenario)

    def ask(self, request: Ask) -> Exchange:
        """What a provider answers, as good as sent."""
        exchange = self.emulator.answer(request.arrival())
        allowed = exchange.response.status < 500 or exchange.refused == "NotEmulated"
        assert response_start(exchange.response)["status"] == exchange.response.status
        assert allowed, (request, exchange.violations, exchange.response.body)
        assert exchange.violations == (), request
        return exchange

    def control(self, request: Ask) -> Response:
        """What the admin API answers, as good as sent."""
        response = answer(self.desk, request.arrival())
        assert response_start(response)["status"] == response.status
        assert response.status < 500 or b'"no_socket"' in bytes(response.body), (
            request,
            response.body,
        )
        return response


def ids(tenant: Tenant, provider: Provider) -> list[str]:
    """Of all that there is."""
    return [record.id for record in tenant.backend(provider).store.all_records()]


def read_all(
    site: Site, provider: Provider, made: Iterable[str], headers: Headers
) -> Iterator[Exchange]:
    """Each operation that reads, of each thing that was made."""
    for operation in provider.contract.operations.values():
        names = BRACES.findall(operation.path)
        if operation.method != "GET" or operation.id not in provider.operations or len(names) > 1:
            continue
        for id in made if names else [""]:
            path = BRACES.sub(id, operation.path)
            yield site.ask(Ask("GET", f"/{provider.slug}{path}", headers, b""))
