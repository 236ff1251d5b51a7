"""serve: one server in the foreground, until it is told to stop."""

import asyncio
import errno
import gc
import logging
import os
import ssl
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from emulator.application.addressing import UrlPolicy
from emulator.application.emulator import Emulator
from emulator.application.scenario_sources import load_source
from emulator.core.base.escaping import escaped_line
from emulator.core.base.version import __version__
from emulator.core.contract.reference_validator import OpenApiCoreValidator
from emulator.core.engine.finishing import Checking
from emulator.core.provider.provider import Provider
from emulator.core.scenario.model import Scenario
from emulator.core.scenario.schema.diagnostics import ScenarioErrors
from emulator.interfaces.admin.context import Access
from emulator.interfaces.cli.readiness import ServerRecord, folders, keep_record, ready_file
from emulator.interfaces.serving import logs, tls
from emulator.interfaces.serving.asgi_app import root_app
from emulator.interfaces.serving.memory import Trimmer, trim_regularly
from emulator.interfaces.serving.server import Server
from emulator.interfaces.serving.server_thread import loop_maker
from emulator.interfaces.serving.signals import on_stop
from emulator.interfaces.transports.addresses import base_url
from emulator.interfaces.transports.workers import Workers
from emulator.interfaces.webhooks.sender import WebhookSender
from emulator.interfaces.webhooks.targets import TargetPolicy
from emulator.providers import PROVIDERS

WATCH_SECONDS = 0.3

log = logging.getLogger("speech_emulator")


class NoAddress(Exception):
    """The server cannot listen where it should; says why."""


def run_server(
    settings: dict[str, Any], make_loop: Callable[[], asyncio.AbstractEventLoop] | None = None
) -> None:
    """Serve until SIGTERM or SIGINT.

    Raises ScenarioErrors, NoTls, NoWordLists, NoAddress and NoReadyFile.
    """
    logs.configure_logging(settings["log_format"], settings["log_level"])
    logs.capture_root_logging(settings["log_format"])
    emulator = build_emulator(settings)
    with asyncio.Runner(loop_factory=make_loop or loop_maker()) as runner:
        runner.run(until_stopped(emulator, settings))


def build_emulator(settings: dict[str, Any]) -> Emulator:
    emulator = Emulator(
        with_seed(load_source(settings["scenario"]), settings),
        providers=with_validator(PROVIDERS, settings["engine"]),
        checking=Checking(settings["requests"], settings["answers"]),
        addressing=UrlPolicy(settings["public_url"], settings["trust_forwarded"]),
        max_tenants=settings["max_tenants"],
        journal_bytes=settings["journal_bytes"],
    )
    targets = TargetPolicy(settings["webhook_allow"], settings["webhook_rewrite"])
    emulator.webhook_sender = WebhookSender(emulator, targets)
    return emulator


def with_seed(scenario: Scenario, settings: dict[str, Any]) -> Scenario:
    seed = settings["seed"]
    return scenario if seed is None else replace(scenario, seed=seed)


def with_validator(providers: tuple[Provider, ...], engine: str) -> tuple[Provider, ...]:
    if engine == "fast":
        return providers
    contracts = (
        (provider, provider.contract.with_validator(OpenApiCoreValidator(provider.contract.spec)))
        for provider in providers
    )
    return tuple(replace(one, contract=contract) for one, contract in contracts)


async def until_stopped(emulator: Emulator, settings: dict[str, Any]) -> None:
    stopped = asyncio.Event()
    on_stop(asyncio.get_running_loop(), stopped.set)
    with tls_context(settings) as (context, authority), ready_file(settings["ready_file"]) as tell:
        server = await make_server(emulator, settings, context)
        record = ServerRecord(server.url, str(authority) if authority else None)
        with keep_record(record, folders(os.environ)):
            url = base_url("https" if context else "http", settings["host"], server.port)
            tell(url)
            announce_server(emulator, settings["public_url"] or url, url, authority)
            tasks = (
                asyncio.create_task(watch(emulator, settings)),
                asyncio.create_task(trim_regularly(Trimmer(emulator.tenants))),
            )
            await stopped.wait()
        for task in tasks:
            task.cancel()
        await server.stop()
        emulator.close()


async def make_server(
    emulator: Emulator, settings: dict[str, Any], context: ssl.SSLContext | None
) -> Server:
    """A server that accepts connections. Raises NoAddress."""
    access = Access(settings["host"], settings["admin_token"], settings["open_admin"])
    app = root_app(emulator, max_body_bytes=settings["max_body"], access=access)
    server = Server(app, settings["host"], settings["port"], tls=context)
    try:
        await server.start()
    except OSError as error:
        raise NoAddress(bind_error(error, settings)) from None
    gc.freeze()  # what is there by now stays: no collection has to go through it
    return server


def bind_error(error: OSError, settings: Mapping[str, Any]) -> str:
    where = f"{settings['host']} port {settings['port']}"
    if error.errno == errno.EADDRINUSE:
        return f"{where} is taken; choose another with --port, or let --port 0 find one"
    return f"cannot listen on {where}: {error.strerror or error}"


def tls_context(
    settings: dict[str, Any],
) -> AbstractContextManager[tuple[ssl.SSLContext | None, Path | None]]:
    if not settings["tls"]:
        return nullcontext((None, None))
    hosts = (
        host for provider in PROVIDERS for host in (*provider.hosts, f"{provider.slug}.localhost")
    )
    names = ("localhost", "127.0.0.1", "::1", settings["host"], *map(tls.certificate_name, hosts))
    return tls.throwaway_certificate(tuple(dict.fromkeys(names)))


def announce_server(emulator: Emulator, base: str, url: str, authority: Path | None) -> None:
    """What a newcomer needs; the last line is stable, for programs that wait for it."""
    print(f"Speech Emulator {__version__}: {escaped_line(emulator.tenants.scenario.title)}")
    width = max(len(provider.title) for provider in emulator.providers)
    for provider in emulator.providers:
        print(f"  {provider.title:{width}}  {base}/{provider.slug}")
    print("  any key that begins with test- is good, for example test-me")
    if authority:
        print(f"  certificate authority: {authority}")
    print(f"speech-emulator ready on {url}", flush=True)


async def watch(emulator: Emulator, settings: dict[str, Any]) -> None:
    """Read the scenario file again when it changes; one that is broken changes nothing."""
    path = Path(settings["scenario"] or "")
    if not settings["watch"] or not path.is_file():
        return
    seen, workers = file_stamp(path), Workers(most=1)
    while True:
        await asyncio.sleep(WATCH_SECONDS)
        seen = await workers.start(partial(check_for_change, emulator, path, settings, seen))


FileStamp = tuple[int, int]


def check_for_change(
    emulator: Emulator, path: Path, settings: dict[str, Any], seen: FileStamp | None
) -> FileStamp | None:
    """What is there now, and has been read if it is another file than the one that was seen."""
    found = file_stamp(path)
    if found is None or found == seen:  # None: an editor is putting a new one in its place
        return seen
    reload(emulator, path, settings)
    return found


def file_stamp(path: Path) -> FileStamp | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_mtime_ns, found.st_size


def reload(emulator: Emulator, path: Path, settings: dict[str, Any]) -> None:
    try:
        scenario = with_seed(load_source(path), settings)
    except ScenarioErrors as errors:
        log.error("%s is broken, the old scenario stays:\n%s", path, errors)
        return
    with emulator.lock:
        emulator.tenants.restart(scenario)
    log.info("%s read again: %s; every tenant begins afresh", path, scenario.title)
