"""Whatever type a field has, no answer is a 5xx: every field, with every type, one at a time.

``SPEECH_EMULATOR_FUZZ`` says how many times as many go over a socket.
"""

import re
from collections.abc import Iterator
from itertools import islice, product
from urllib.parse import parse_qsl, unquote

import httpx
import pytest

from emulator.application.scenario_sources import EVENTS, WORDS
from emulator.core.contract import Operation
from emulator.core.contract.openapi import BRACES
from emulator.core.engine.tenant import Tenant
from emulator.core.provider.provider import Provider
from emulator.core.scenario.loader import load
from emulator.core.scenario.model import Scenario
from emulator.interfaces.serving.asgi_app import root_app
from emulator.interfaces.serving.server_thread import ServerThread
from emulator.providers import PROVIDERS
from tests.support.clients import KEY_HEADERS
from tests.support.enumeration import Base, Enumeration, parameters_altered
from tests.support.fuzzing import Ask, Headers
from tests.support.probes import TIMES, Site, ids

EACH = pytest.mark.parametrize("provider", PROVIDERS, ids=lambda one: one.name)
THERE = """
transcripts: {brief: {language: en, minutes: 0.1}}
jobs: [{transcript: brief, phrase_studio: {upload: direct}}]
existing:
  - {provider: %(provider)s, count: 2}
  - {provider: %(provider)s, phase: failed}
  - {provider: %(provider)s, phase: processing}
"""
UNREACHED = {  # by a request alone: an address that is good for one upload, a recorded session
    *("uploadProjectFiles", "StreamingController_getAudio_v2"),
}
Pairs = tuple[tuple[str, str], ...]
ON_A_SOCKET = 120  # requests to each provider


class Account:
    """One account with something of everything, and how to ask for it."""

    def __init__(self, site: Site, provider: Provider, scenario: Scenario) -> None:
        self._provider = provider
        self._enumeration = Enumeration(provider.contract)
        self.site = site
        self._scenario = scenario
        self.tenant = self._opened()

    @property
    def headers(self) -> Headers:
        return ((KEY_HEADERS[self._provider.name], self.tenant.key),)

    def asks(self) -> Iterator[Ask]:
        """Every operation, with a value of every type in every place."""
        for id in self._provider.operations:
            operation = self._provider.contract.operations[id]
            for base in self._bases(operation):
                yield base.ask()
                yield from parameters_altered(base)
                if base.media:
                    schema = self._enumeration.schema(operation, base.media)
                    for body in self._enumeration.altered(schema, base.body):
                        yield base.ask(body=(body,))

    def renew(self) -> None:
        """Begin anew: something may be gone that was there."""
        self.site.emulator.tenants.close(self.tenant.key)
        self.tenant = self._opened()

    def read_and_forget(self, before: set[str]) -> None:
        """All that was made since then can be read, and is announced as documented."""
        tenant, store = self.tenant, self.tenant.backend(self._provider).store
        tenant.clock.advance(1000)
        made = {*ids(tenant, self._provider)} - before
        for reader, id in product(self._readers(), made):
            names = BRACES.findall(reader.path)
            if len(names) == 1:
                self._read(reader, names[0], id)
        due = tenant.outbox.due(tenant.clock.now())
        assert [one.violations for one in due if one.violations] == []
        for one in [one for id in made for one in store.records_with_id(id)]:
            store.delete(one)

    def _opened(self) -> Tenant:
        """With one of all that can be made, beside what the scenario has."""
        tenant = self.tenant = self.site.emulator.tenants.open("test-every-type", self._scenario)
        for id in self._provider.operations:
            operation = self._provider.contract.operations[id]
            if operation.method == "POST" and not BRACES.search(operation.path):
                for base in islice(self._bases(operation), len(operation.bodies)):
                    self.site.ask(base.ask())
        tenant.clock.advance(4 * 3600)  # a live session has ended
        return tenant

    def _bases(self, operation: Operation) -> Iterator[Base]:
        path, query = self._place(operation)
        prefix = f"/{self._provider.slug}"
        if not operation.bodies:
            yield Base(operation, prefix, self.headers, path, query)
        for media in operation.bodies:
            for body in self._enumeration.bodies(operation, media):
                yield Base(operation, prefix, self.headers, path, query, media, body)

    def _place(self, operation: Operation) -> tuple[dict[str, str], Pairs]:
        """Path and query: an id that is there, or what a link has that was given out."""
        names, known = BRACES.findall(operation.path), ids(self.tenant, self._provider)
        reader = next((one for one in self._readers() if one.path == operation.path), None)
        if len(names) == 1 and reader:
            found = (id for id in known if self._read(reader, names[0], id) < 400)
            return {names[0]: next(found, known[0])}, required(operation)
        for text in self._given_out() if names else ():
            link = re.search(address(operation), text)
            if link:
                path = {name: unquote(link[name]) for name in names}
                return path, (*parse_qsl(link["query"]), *required(operation))
        return dict.fromkeys(names, known[0]), required(operation)

    def _readers(self) -> Iterator[Operation]:
        operations = self._provider.contract.operations
        return (
            operations[id] for id in self._provider.operations if operations[id].method == "GET"
        )

    def _read(self, reader: Operation, name: str, id: str) -> int:
        """The status of the answer."""
        query = required(reader)
        base = Base(reader, f"/{self._provider.slug}", self.headers, {name: id}, query)
        return self.site.ask(base.ask()).response.status

    def _given_out(self) -> Iterator[str]:
        """The answers to all that reads one thing, in every way that a query may choose."""
        for reader in self._readers():
            names = BRACES.findall(reader.path)
            if len(names) != 1:
                continue
            for id, query in product(ids(self.tenant, self._provider), choices(reader)):
                base = Base(reader, f"/{self._provider.slug}", self.headers, {names[0]: id}, query)
                answer = self.site.ask(base.ask()).response
                if answer.status < 400:
                    yield bytes(answer.body).decode("latin-1")


def address(operation: Operation) -> str:
    """A pattern for the operation's URLs, with a group for each parameter of the path."""
    pieces = enumerate(BRACES.split(operation.path))
    path = "".join(rf"(?P<{one}>[^/?\"]+)" if i % 2 else re.escape(one) for i, one in pieces)
    return path + r"\??(?P<query>[^\"\s]*)"


def required(operation: Operation) -> Pairs:
    return tuple(
        (parameter.name, str(parameter.schema.schema.get("enum", ["en"])[0]))
        for parameter in operation.parameters
        if parameter.place == "query" and parameter.required
    )


def choices(operation: Operation) -> Iterator[Pairs]:
    """Each combination of what a query's parameters may be, where that is told."""
    words = [
        [(parameter.name, word) for word in parameter.schema.schema["enum"]]
        for parameter in operation.parameters
        if parameter.place == "query" and "enum" in parameter.schema.schema
    ]
    return product(*words)


def changes(request: Ask) -> bool:
    return request.method not in ("GET", "HEAD")


@EACH
def test_no_value_of_any_type_in_any_place_breaks_an_answer(provider: Provider) -> None:
    account = there(provider)
    site = account.site
    accepted: set[str | None] = set()
    refused: set[str | None] = set()

    for request in account.asks():
        before = set(ids(account.tenant, provider)) if changes(request) else set()
        exchange = site.ask(request)
        is_good = exchange.response.status < 400
        (accepted if is_good else refused).add(exchange.operation)
        if is_good and request.method == "DELETE":
            account.renew()
        elif is_good and changes(request):
            account.read_and_forget(before)

    assert accepted >= set(provider.operations) - UNREACHED
    assert refused


@EACH
def test_no_value_of_any_type_breaks_the_server(provider: Provider) -> None:
    account = there(provider)
    asks = list(account.asks())
    few = asks[:: max(1, len(asks) // (ON_A_SOCKET * TIMES))]

    with (
        ServerThread(root_app(account.site.emulator)) as server,
        httpx.Client(base_url=f"http://127.0.0.1:{server.port}", timeout=30) as client,
    ):
        answers = [sent(client, one) for one in few]

    broken = [
        (few[i].method, few[i].target, few[i].body)
        for i, one in enumerate(answers)
        if one.status_code >= 500 and one.status_code != 501
    ]
    assert broken == []
    assert {200, 400} & {answer.status_code for answer in answers}


def sent(client: httpx.Client, request: Ask) -> httpx.Response:
    headers = dict(request.headers)
    return client.request(request.method, request.target, headers=headers, content=request.body)


def there(provider: Provider) -> Account:
    scenario = load(THERE % {"provider": provider.name}, vocabularies=WORDS, events=EVENTS)
    return Account(Site(provider), provider, scenario)
