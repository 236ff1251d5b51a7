"""Emulator: the providers, the tenants, and the one door to both."""

import logging
from collections import Counter
from difflib import get_close_matches
from functools import partial
from threading import RLock
from typing import Any, Protocol

from emulator.application.addressing import (
    SCHEMES,
    IncomingRequest,
    RouteTarget,
    UrlPolicy,
    compile_globs,
    hosts_of,
    is_forwarded_prefix,
    is_host,
)
from emulator.core.base.byte_budget import MOST_BYTES
from emulator.core.base.clock import http_date
from emulator.core.base.deferral import Unfinished
from emulator.core.base.events import Events
from emulator.core.engine import answer as life
from emulator.core.engine import authentication
from emulator.core.engine.finishing import Checking
from emulator.core.engine.refusals import REASON, reason_header, undocumented_path_reasons
from emulator.core.engine.tenant import DEFAULT, ClockMode, Tenant
from emulator.core.engine.tenants import Change, Tenants
from emulator.core.http.bodies import MakeFile, SpoolFiles
from emulator.core.http.messages import WHITESPACE, Request, json_response
from emulator.core.http.problems import Broken, NoOperation
from emulator.core.journal.exchange import Exchange, StatusCounts, count_key
from emulator.core.journal.redaction import redact_text, secrets_in
from emulator.core.provider.provider import Provider
from emulator.core.scenario.model import Scenario
from emulator.core.speech.generator import WORDS
from emulator.core.speech.vocabulary import check_word_lists
from emulator.providers import PROVIDERS

log = logging.getLogger("speech_emulator")


class WebhookTransport(Protocol):
    """Carries what an emulator has to deliver."""

    def send_due(self, tenant: Tenant) -> None:
        """Something may have come due for the tenant."""

    def wait_idle(self, timeout_seconds: float = 10.0) -> bool: ...

    def forget_tenant(self, key: str) -> None:
        """The tenant is gone, or begins afresh."""

    def close(self) -> None: ...


class Emulator:
    """One server's worth of state. Two of them never meet."""

    def __init__(
        self,
        scenario: Scenario | None = None,
        *,
        providers: tuple[Provider, ...] = PROVIDERS,
        clock_mode: ClockMode = "wall",
        checking: Checking | None = None,
        addressing: UrlPolicy | None = None,
        max_tenants: int = 10_000,
        journal_bytes: int = MOST_BYTES,
        make_file: MakeFile | None = None,
    ) -> None:
        """Raises NoWordLists in a checkout that was not built, where Faker is missing, too."""
        check_word_lists(WORDS)
        self.providers = providers
        self._known_hosts = compile_globs(
            glob for provider in providers for glob in hosts_of(provider)
        )
        self._prefixes = {
            name: provider for provider in providers for name in (provider.name, provider.slug)
        }
        self.events = Events()
        self.make_file = make_file or SpoolFiles()  # of all that is too long for memory
        self.tenants = Tenants(
            scenario or Scenario(),
            clock_mode=clock_mode,
            most=max_tenants,
            journal_bytes=journal_bytes,
            on_change=self._tenant_changed,
            make_file=self.make_file,
        )
        self.checking = checking or Checking()
        self.url_policy = addressing or UrlPolicy()
        self.status_counts: StatusCounts = (
            Counter()
        )  # of all tenants, those that are gone among them
        self.lock = RLock()  # a test moves a clock while its server answers
        self.webhook_sender: WebhookTransport | None = None  # None: nothing is delivered
        self.listening_at: frozenset[str] = frozenset()  # base URLs of the servers in this process

    def answer(self, arrival: IncomingRequest) -> Exchange:
        """The exchange, recorded; nobody else waits while it takes its time."""
        found = self.begin(arrival)
        while isinstance(found, Unfinished):
            found = found.finish(found.work())
        assert isinstance(found, Exchange)
        return found

    def begin(self, arrival: IncomingRequest) -> Exchange | Unfinished:
        """The exchange, recorded; or what is left of one that takes long."""
        with self.lock:
            place = self.route(arrival)
            if place is None:
                return self.publish(self.not_found(arrival))
            request = self.provider_request(arrival, place)
            found = life.answer(place.provider, request, self.tenants, self.checking)
            if isinstance(found, Exchange):
                return self.publish(found)
            return Unfinished(found.work, partial(self._finish, arrival, found))

    def _finish(
        self, arrival: IncomingRequest, found: Unfinished, result: Any
    ) -> Exchange | Unfinished:
        with self.lock:
            exchange: Exchange | None = found.finish(result)
            return self.begin(arrival) if exchange is None else self.publish(exchange)

    def internal_error(self, arrival: IncomingRequest, reason: str) -> Exchange:
        """What the provider says when it breaks: our own bug, said in its words, and recorded."""
        with self.lock:
            place = self.route(arrival)
            if place is None:
                return self.publish(self.not_found(arrival))
            tenant = self.tenant_of(place.provider, arrival) or self.tenants.default
            request = self.provider_request(arrival, place).with_id(tenant.next_id())
            return self.publish(
                life.answer_internal_error(place.provider, request, tenant, Broken((reason,)))
            )

    def route(self, arrival: IncomingRequest) -> RouteTarget | None:
        """By Host, by prefix, by bare path; None: it is nobody's."""
        found: RouteTarget | None = arrival.parsed_head.get("place")
        if found is None:
            found = arrival.parsed_head["place"] = self._route(arrival)
        return found

    def _route(self, arrival: IncomingRequest) -> RouteTarget | None:
        path, address = arrival.path, self.host(arrival)
        host = (address.rpartition(":")[0] or address).lower()
        if self._known_hosts.match(host):
            whose = (one for one in self.providers if compile_globs(hosts_of(one)).match(host))
            return RouteTarget(next(whose), "", path)
        head = path.removeprefix("/").partition("/")[0]
        if head in self._prefixes:
            return RouteTarget(self._prefixes[head], f"/{head}", path[len(head) + 1 :] or "/")
        for provider in self.providers:
            if provider.contract.has_path(path):
                return RouteTarget(provider, "", path)
        return None

    def provider_request(self, arrival: IncomingRequest, place: RouteTarget) -> Request:
        """As the provider sees it."""
        head: Request | None = arrival.parsed_head.get("head")
        if head is None:
            head = arrival.parsed_head["head"] = self._request_head(arrival, place)
        return head.with_body(arrival.body, arrival.form) if arrival.body or arrival.form else head

    def _request_head(self, arrival: IncomingRequest, place: RouteTarget) -> Request:
        return Request(
            method=arrival.method,
            path=place.path,
            query=arrival.query,
            headers=arrival.headers,
            base_url=self.base_url(arrival) + place.prefix,
            excess=arrival.excess,
            storage_error=arrival.storage_error,
        )

    def base_url(self, arrival: IncomingRequest) -> str:
        if self.url_policy.public_url:
            return self.url_policy.public_url.rstrip("/")
        scheme = SCHEMES.get(self.forwarded(arrival, "proto").lower(), arrival.scheme)
        prefix = self.forwarded(arrival, "prefix")
        prefix = prefix.strip("/") if is_forwarded_prefix(prefix) else ""
        if prefix and not f"{arrival.mount}/".startswith(f"/{prefix}/"):  # else it is told twice
            return f"{scheme}://{self.host(arrival)}/{prefix}{arrival.mount}"
        return f"{scheme}://{self.host(arrival)}{arrival.mount}"

    def host(self, arrival: IncomingRequest) -> str:
        """With its port. What a proxy says counts for nothing where it names no host."""
        given = self.forwarded(arrival, "host")
        return given if is_host(given) else arrival.host

    def forwarded(self, arrival: IncomingRequest, what: str) -> str:
        """What the first proxy says in X-Forwarded-..., whatever it is; nothing: not believed."""
        if not self.url_policy.trust_forwarded:
            return ""
        return arrival.headers.get(f"x-forwarded-{what}", "").partition(",")[0].strip(WHITESPACE)

    def not_found(self, arrival: IncomingRequest) -> Exchange:
        """404 for a path that no provider knows, with the documented paths that look like it."""
        owners = (self.tenant_of(provider, arrival) for provider in self.providers)
        tenant = next(filter(None, owners), self.tenants.default)
        base = self.base_url(arrival)
        request = Request(
            method=arrival.method,
            path=arrival.path,
            query=arrival.query,
            headers=arrival.headers,
            body=arrival.body,
            base_url=base,
            id=tenant.next_id(),
        )
        content = {
            "error": f"no provider documents the path {arrival.path}",
            "nearest": self.nearest_paths(arrival.path),
            "providers": {one.slug: f"{base}/{one.slug}" for one in self.providers},
        }
        problem = NoOperation(request.method, request.path)
        why = undocumented_path_reasons(problem, self.providers, "")
        why = tuple(redact_text(one, secrets_in(request, tenant.key)) for one in why)
        ours = {
            "Date": http_date(tenant.clock.now()),
            "X-Emulator-Request-Id": request.id,
            REASON: reason_header(problem, why),
        }
        exchange = Exchange(
            provider="",
            request=request,
            response=json_response(404, content, ours),
            at=tenant.clock.now(),
            key=None if tenant.is_default else tenant.key,
            refused=NoOperation.__name__,
            why=why,
        )
        return tenant.journal.record(exchange)

    def nearest_paths(self, path: str) -> list[str]:
        """The documented paths that look most like this one, with their prefixes."""
        prefixed = {
            path: f"/{provider.slug}{path}"
            for provider in self.providers
            for path in provider.contract.routes.paths
        }
        return [prefixed[match] for match in get_close_matches(path, prefixed, n=3, cutoff=0.5)]

    def tenant_of(self, provider: Provider, arrival: IncomingRequest) -> Tenant | None:
        """Whose key the request shows with that provider."""
        request = Request(arrival.method, arrival.path, arrival.query, arrival.headers)
        return authentication.tenant_of(provider, request, self.tenants)

    def publish(self, exchange: Exchange) -> Exchange:
        """The exchange; its tenant's clock now knows of it."""
        tenant = self.tenants.get(exchange.key or DEFAULT) or self.tenants.default
        tenant.clock.tick()
        self.status_counts[count_key(exchange)] += 1
        self.events.publish("exchange", tenant.key, exchange)
        if exchange.fault:
            self.events.publish("fault", tenant.key, exchange)
        self.send_due_webhooks(tenant)
        return exchange

    @property
    def own_urls(self) -> frozenset[str]:
        """The base URLs that lead to this emulator, as far as it knows."""
        public_url = self.url_policy.public_url
        return self.listening_at | ({public_url.rstrip("/")} if public_url else frozenset())

    def clock_moved(self, tenant: Tenant) -> None:
        """To be called whenever a tenant's clock was moved by hand."""
        self.events.publish("clock", tenant.key, tenant.clock.now())
        self.send_due_webhooks(tenant)

    def send_due_webhooks(self, tenant: Tenant) -> None:
        """Send the tenant's webhooks that have come due; returns before they have arrived."""
        if self.webhook_sender and tenant.outbox.next_at is not None:
            self.webhook_sender.send_due(tenant)

    def close(self) -> None:
        """Deliver nothing more; what is under way is given up."""
        if self.webhook_sender:
            self.webhook_sender.close()

    def _tenant_changed(self, change: Change, key: str) -> None:
        if change == "dropped":
            log.warning("%s was forgotten: there are too many tenants", f"{key[:6]}...")
        self.events.publish("tenant", key, change)
        if change != "opened" and self.webhook_sender:
            self.webhook_sender.forget_tenant(key)
