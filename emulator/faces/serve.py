"""serve: one server in the foreground, until it is told to stop."""

import asyncio
import gc
import logging
import signal
import ssl
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from emulator import __version__
from emulator.application import Addressing, Emulator
from emulator.core.answer import Checking
from emulator.core.contract.reference import Reference
from emulator.core.provider import Provider
from emulator.core.scenario import Scenario
from emulator.core.scenario.errors import ScenarioErrors
from emulator.faces import logs, tls
from emulator.faces.addresses import base_url
from emulator.faces.admin.desk import Access
from emulator.faces.postman import Postman
from emulator.faces.server import Server
from emulator.faces.site import application
from emulator.faces.sources import scenario_of
from emulator.faces.targets import Targets
from emulator.faces.thread import loop_maker
from emulator.providers import PROVIDERS

WATCH_SECONDS = 0.3

log = logging.getLogger("speech_emulator")


def foreground(settings: dict[str, Any]) -> None:
    """Serve until SIGTERM or SIGINT. Raises ScenarioErrors, NoTls, NoWordLists, and OSError."""
    logs.begin(settings["log_format"], settings["log_level"])
    emulator = made(settings)
    with asyncio.Runner(loop_factory=loop_maker()) as runner:
        runner.run(until_stopped(emulator, settings))


def made(settings: dict[str, Any]) -> Emulator:
    emulator = Emulator(
        seeded(scenario_of(settings["scenario"]), settings),
        providers=judged(PROVIDERS, settings["engine"]),
        checking=Checking(settings["requests"], settings["answers"]),
        addressing=Addressing(settings["public_url"], settings["trust_forwarded"]),
        max_tenants=settings["max_tenants"],
    )
    targets = Targets(settings["webhook_allow"], settings["webhook_rewrite"])
    emulator.postman = Postman(emulator, targets)
    return emulator


def seeded(scenario: Scenario, settings: dict[str, Any]) -> Scenario:
    seed = settings["seed"]
    return scenario if seed is None else replace(scenario, seed=seed)


def judged(providers: tuple[Provider, ...], engine: str) -> tuple[Provider, ...]:
    if engine == "fast":
        return providers
    contracts = ((one, one.contract.judged_by(Reference(one.contract.spec))) for one in providers)
    return tuple(replace(one, contract=contract) for one, contract in contracts)


async def until_stopped(emulator: Emulator, settings: dict[str, Any]) -> None:
    stopped = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stopped.set)
    with certified(settings) as (context, authority):
        await served(emulator, settings, context, authority, stopped)


async def served(
    emulator: Emulator,
    settings: dict[str, Any],
    context: ssl.SSLContext | None,
    authority: Path | None,
    stopped: asyncio.Event,
) -> None:
    access = Access(settings["host"], settings["admin_token"], settings["open_admin"])
    app = application(emulator, max_body_bytes=settings["max_body"], access=access)
    server = Server(app, settings["host"], settings["port"], tls=context)
    ready_file = Path(settings["ready_file"]) if settings["ready_file"] else None
    if ready_file:
        ready_file.unlink(missing_ok=True)
    await server.start()
    gc.freeze()  # what is there by now stays: no collection has to go through it
    url = base_url("https" if context else "http", settings["host"], server.port)
    announce(emulator, settings["public_url"] or url, url, authority)
    if ready_file:
        ready_file.write_text(url + "\n")
    watcher = asyncio.create_task(watch(emulator, settings))
    await stopped.wait()
    watcher.cancel()
    await server.stop()
    emulator.close()


def certified(
    settings: dict[str, Any],
) -> AbstractContextManager[tuple[ssl.SSLContext | None, Path | None]]:
    if not settings["tls"]:
        return nullcontext((None, None))
    hosts = (host for one in PROVIDERS for host in (*one.hosts, f"{one.slug}.localhost"))
    names = ("localhost", "127.0.0.1", "::1", settings["host"], *map(tls.name_of, hosts))
    return tls.throw_away(tuple(dict.fromkeys(names)))


def announce(emulator: Emulator, base: str, url: str, authority: Path | None) -> None:
    """What a newcomer needs; the last line is stable, for programs that wait for it."""
    print(f"Speech Emulator {__version__}: {emulator.tenants.scenario.title}")
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
    seen = stamp(path)
    while True:
        await asyncio.sleep(WATCH_SECONDS)
        seen = await asyncio.to_thread(looked, emulator, path, settings, seen)


Stamp = tuple[int, int]


def looked(
    emulator: Emulator, path: Path, settings: dict[str, Any], seen: Stamp | None
) -> Stamp | None:
    """What is there now, and has been read if it is another file than the one that was seen."""
    found = stamp(path)
    if found is None or found == seen:  # None: an editor is putting a new one in its place
        return seen
    reload(emulator, path, settings)
    return found


def stamp(path: Path) -> Stamp | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_mtime_ns, found.st_size


def reload(emulator: Emulator, path: Path, settings: dict[str, Any]) -> None:
    try:
        scenario = seeded(scenario_of(path), settings)
    except ScenarioErrors as errors:
        log.error("%s is broken, the old scenario stays:\n%s", path, errors)
        return
    with emulator.lock:
        emulator.tenants.restart(scenario)
    log.info("%s read again: %s; every tenant begins afresh", path, scenario.title)
