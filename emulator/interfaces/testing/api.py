"""The Python face: an emulator to run, to mount, or to talk to without a socket."""

from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from os import environ
from types import TracebackType
from typing import TYPE_CHECKING, Any, Unpack
from urllib.parse import urlsplit

from emulator.application.addressing import UrlPolicy
from emulator.application.emulator import Emulator
from emulator.application.scenario_sources import ScenarioSource, load_source
from emulator.core.base.clock import BackInTime
from emulator.core.base.ids import digest
from emulator.core.base.version import __version__
from emulator.core.engine.finishing import Checking
from emulator.core.engine.tenant import ClockMode, Tenant
from emulator.core.http.messages import EMPTY, Json
from emulator.core.inspection.coverage import Coverage, measure_coverage
from emulator.core.inspection.explain import Explanation, explain
from emulator.core.inspection.har import to_har
from emulator.core.inspection.verification import BadPattern, Count, Pattern, check_names, judge
from emulator.core.journal.exchange import Exchange
from emulator.core.webhooks.model import Delivery
from emulator.interfaces.admin.context import Access
from emulator.interfaces.control.clock import ClockControl, NeverHappens
from emulator.interfaces.control.faults import FaultControl
from emulator.interfaces.control.webhooks import InboxControl, WaitTimedOut, WebhookControl
from emulator.interfaces.serving.asgi_app import RootApp, root_app
from emulator.interfaces.serving.httpx_transport import Transport
from emulator.interfaces.serving.options import BadOption
from emulator.interfaces.serving.proxies import exempt_host
from emulator.interfaces.serving.server_thread import PatchedThreads, ServerThread
from emulator.interfaces.testing.arguments import Options, check_options, refuse_unknown
from emulator.interfaces.testing.session import Account, NoExchange, SpeechEmulator
from emulator.interfaces.testing.unclaimed import UnclaimedRequests
from emulator.interfaces.transports.http import MAX_BODY_BYTES
from emulator.interfaces.webhooks.sender import WebhookSender
from emulator.interfaces.webhooks.targets import TargetPolicy

if TYPE_CHECKING:
    from starlette.applications import Starlette

USUAL: Mapping[str, Any] = {
    "clock": "step",
    "requests": "fail",
    "answers": "fail",
    "public_url": None,
    "trust_forwarded": False,
    "webhook_allow": (),
    "webhook_rewrite": EMPTY,
}


def build_emulator(scenario: ScenarioSource = None, **options: Unpack[Options]) -> Emulator:
    """Raises BadOption and ScenarioErrors, and TypeError for an option that there is not."""
    refuse_unknown("emulator", options)
    chosen = {**USUAL, **check_options({"scenario": scenario, **options})}
    emulator = Emulator(
        load_source(chosen["scenario"]),
        clock_mode=chosen["clock"],
        checking=Checking(chosen["requests"], chosen["answers"]),
        addressing=UrlPolicy(chosen["public_url"], chosen["trust_forwarded"]),
    )
    targets = TargetPolicy(chosen["webhook_allow"], chosen["webhook_rewrite"])
    emulator.webhook_sender = WebhookSender(emulator, targets)
    return emulator


def app(
    scenario: ScenarioSource = None,
    *,
    max_body_bytes: int = MAX_BODY_BYTES,
    admin_token: str | None = None,
    open_admin: bool = False,
    **options: Unpack[Options],
) -> "Starlette":
    """The Starlette application: to mount, or for any ASGI server. Options as for ``run``."""
    from starlette.applications import Starlette  # our own server does without its 50 ms

    given = {
        "max_body_bytes": max_body_bytes,
        "admin_token": admin_token,
        "open_admin": open_admin,
    }
    refuse_unknown("app", options, given)
    own = check_options(given)
    access = Access(None, own["admin_token"], own["open_admin"])
    emulator = build_emulator(scenario, **options)
    site = root_app(emulator, max_body_bytes=own["max_body_bytes"], access=access)
    made = Starlette()
    made.router.default = site
    return made


def transport(scenario: ScenarioSource = None, **options: Unpack[Options]) -> Transport:
    """For ``Client(transport=...)`` and ``AsyncClient`` of httpx and of httpx2; options as ``run``.

    Requests only: a websocket, as Gladia's live sessions have, needs ``run`` or ``app``.
    """
    refuse_unknown("transport", options)
    return Transport(build_emulator(scenario, **options))


class EmulatorSession:
    """One tenant of an emulator in this process: its addresses, its clock, its journal.

    ``emulator`` and ``tenant`` are the objects themselves; all else is as in ``SpeechEmulator``.
    """

    def __init__(self, emulator: Emulator, tenant: Tenant, url: str) -> None:
        self.emulator = emulator
        self.tenant = tenant
        self.url = url
        self.key = tenant.key
        self.clock = ClockControl(emulator, tenant)
        self.webhooks = WebhookControl(emulator, tenant)
        self.faults = FaultControl(emulator, tenant)
        self._unclaimed = UnclaimedRequests(emulator, tenant)

    @property
    def aitronos(self) -> Account:
        return self._account("aitronos")

    @property
    def azure_speech(self) -> Account:
        return self._account("azure-speech")

    @property
    def gladia(self) -> Account:
        return self._account("gladia")

    @property
    def phrase_studio(self) -> Account:
        return self._account("phrase-studio")

    @property
    def journal(self) -> tuple[Exchange, ...]:
        """What this tenant's key asked, and what it got; oldest first."""
        with self.emulator.lock:
            return tuple(self.tenant.journal)

    @property
    def unclaimed(self) -> tuple[Exchange, ...]:
        """What came without a good key, whoever sent it, since this tenant was opened."""
        return self._unclaimed.exchanges()

    def explain(self, request_id: str | None = None) -> Explanation:
        """Why a request got the answer that it got; ``print()`` it.

        The one whose answer carried that ``X-Emulator-Request-Id``, else the last one; of those
        that are ``unclaimed``, the last one where the journal is empty. Raises NoExchange.
        """
        kept = self.journal
        like = [one for one in (*self.unclaimed, *kept) if request_id in (None, one.request.id)]
        if not like:
            raise NoExchange(
                f"the journal has no exchange {request_id or 'yet'}; it has {len(kept)}"
            )
        return explain(like[-1], self.emulator.providers)

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

        At least one, unless a count is given. Texts are globs; ``path`` is the one below the
        provider's prefix; ``status`` is 200 or "2xx"; ``query`` and ``headers`` give a glob for
        each name (None: must not be there); ``body`` is the request's JSON, or a part of it. Raises
        BadPattern for what can match nothing.
        """
        __tracebackhide__ = True  # pytest then points at the test's own line
        pattern = Pattern(provider, operation, method, path, status, query, headers, body, key)
        check_names(pattern, self.emulator.providers)
        found = judge(self.journal, pattern, Count(times, at_least, at_most))
        if not found.good:
            raise AssertionError(str(found))

    def har(self) -> dict[str, Json]:
        """The journal as an HTTP archive (HAR 1.2), with masked keys; ``json.dumps`` it."""
        return to_har(self.journal, version=__version__)

    def coverage(self) -> Coverage:
        """What this tenant's requests met of each API; ``print()`` it."""
        with self.emulator.lock:
            return measure_coverage(self.tenant.journal.status_counts, self.emulator.providers)

    @property
    def deliveries(self) -> tuple[Delivery, ...]:
        """The webhooks that were sent, or are to be, with each attempt; oldest first."""
        return self.webhooks.deliveries

    def inbox(self, name: str, answers: Iterable[int] = ()) -> InboxControl:
        """An address that receives anything.

        The n-th message is answered with the n-th status, all later ones with the last of them.
        """
        return InboxControl(self.emulator, self.tenant, self.url, name, tuple(answers))

    def _account(self, slug: str) -> Account:
        return Account(f"{self.url}/{slug}", self.key, self.tenant.wrong_key)


def unmatched_requests(speech: EmulatorSession) -> int:
    """How many requests have come with the good keys of others since the tenant was opened."""
    return speech._unclaimed.others()


def open_session(
    emulator: Emulator,
    url: str,
    name: str,
    scenario: ScenarioSource = None,
    *,
    clock: ClockMode | None = None,
) -> EmulatorSession:
    """A fresh tenant; the same ``name`` makes the same key, and so the same bytes."""
    chosen = load_source(scenario) if scenario is not None else None
    key = f"test-{digest(name)[:16]}"
    with emulator.lock:
        return EmulatorSession(emulator, emulator.tenants.open(key, chosen, clock_mode=clock), url)


class LocalServer:
    """A server in a thread, and a tenant on it; a context manager of ``start`` and ``stop``.

    One that nobody stops ends with the process.
    """

    def __init__(self, emulator: Emulator, site: RootApp, *, host: str, port: int) -> None:
        self._emulator = emulator
        self._site = site
        self._host, self._port = host, port
        self._thread: ServerThread | None = None
        self._environment = ExitStack()  # what is changed in it until the end

    def start(self) -> EmulatorSession:
        """Returns when connections are accepted.

        Raises OSError when the address cannot be had, PatchedThreads under gevent and eventlet, and
        RuntimeError when it was started before.
        """
        if self._thread:
            raise RuntimeError("a server starts once; emulator.run(...) makes another one")
        thread = ServerThread(self._site, host=self._host, port=self._port)
        thread.start()
        self._thread = thread
        self._environment.enter_context(exempt_host(urlsplit(thread.url).hostname or "", environ))
        return open_session(self._emulator, thread.url, "run")

    def stop(self) -> None:
        """Returns when the server is gone; does nothing where it is."""
        self._environment.close()
        if self._thread:
            self._thread.stop()
        self._emulator.close()

    def __enter__(self) -> EmulatorSession:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def run(
    scenario: ScenarioSource = None,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    max_body_bytes: int = MAX_BODY_BYTES,
    admin_token: str | None = None,
    open_admin: bool = False,
    **options: Unpack[Options],
) -> LocalServer:
    """A server in a thread, and a tenant on it: ``with run() as speech``, or ``start``, ``stop``.

    ``clock``: "step" (default), "manual" or "wall", where the scenario names none; ``requests`` and
    ``answers``: "fail" (default), "warn" or "off"; ``public_url``; ``trust_forwarded``;
    ``admin_token``, ``open_admin``: for a ``host`` that is not this machine's own, as ``serve``;
    ``webhook_allow``: globs of hosts elsewhere that webhooks may go to;
    ``webhook_rewrite``: the host to connect to, by the host that stands in an address. Where a
    proxy is set in the environment, ``NO_PROXY`` names the host until the end. Raises
    ScenarioErrors, BadOption for a value that an option does not take, and TypeError for an option
    that there is not.
    """
    given = {
        "host": host,
        "port": port,
        "max_body_bytes": max_body_bytes,
        "admin_token": admin_token,
        "open_admin": open_admin,
    }
    refuse_unknown("run", options, given)
    own = check_options(given)
    emulator = build_emulator(scenario, **options)
    access = Access(own["host"], own["admin_token"], own["open_admin"])
    site = root_app(emulator, max_body_bytes=own["max_body_bytes"], access=access)
    return LocalServer(emulator, site, host=own["host"], port=own["port"])


__all__ = [
    "Account",
    "BackInTime",
    "BadOption",
    "BadPattern",
    "ClockControl",
    "EmulatorSession",
    "LocalServer",
    "NeverHappens",
    "NoExchange",
    "PatchedThreads",
    "SpeechEmulator",
    "WaitTimedOut",
    "app",
    "run",
    "transport",
]
