"""Proxies: the variables that lead a client's requests through one, and how ours go past it."""

from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager

# What urllib, requests, httpx, aiohttp, websockets and curl look at for http and ws addresses.
SCHEMES = ("http", "https", "ws", "socks", "all")
EXEMPTING = ("NO_PROXY", "no_proxy")  # where both are there, most clients read the second alone


def proxy_variables(environment: Mapping[str, str]) -> tuple[str, ...]:
    """The names of those that are set."""
    names = {f"{scheme}_proxy" for scheme in SCHEMES}
    return tuple(name for name, value in environment.items() if value and name.lower() in names)


def proxy_for(host: str, environment: Mapping[str, str]) -> tuple[str, ...]:
    """The variables that lead requests for the host through a proxy."""
    exempt = environment.get("no_proxy") or environment.get("NO_PROXY", "")
    entries = [one.strip().lstrip(".") for one in exempt.split(",") if one.strip()]
    if any(entry in ("*", host) or host.endswith(f".{entry}") for entry in entries):
        return ()
    return proxy_variables(environment)


def exempting_variables(host: str, environment: Mapping[str, str]) -> dict[str, str]:
    """The variables that lead requests for the host, and for those of before, past any proxy."""
    upper, lower = (environment.get(name) for name in EXEMPTING)
    return {
        "NO_PROXY": join_entries(upper or lower, host),
        "no_proxy": join_entries(lower or upper, host),
    }


def join_entries(entries: str | None, host: str) -> str:
    return f"{entries},{host}" if entries else host


@contextmanager
def exempt_host(host: str, environment: MutableMapping[str, str]) -> Iterator[None]:
    """Lead requests for the host past any proxy, where one is set, until the end.

    Several that overlap add an entry each, and take away one: the order of their ends is free.
    What others do to the variables meanwhile stays.
    """
    if not proxy_variables(environment):
        yield
        return
    before = {name: environment.get(name) for name in EXEMPTING}
    ours = exempting_variables(host, environment)
    environment.update(ours)
    try:
        yield
    finally:
        for name, value in before.items():
            found = environment.get(name, "")
            restore(environment, name, value if found == ours[name] else without_host(found, host))


def restore(environment: MutableMapping[str, str], name: str, value: str | None) -> None:
    if value is None:
        environment.pop(name, None)
    else:
        environment[name] = value


def without_host(found: str, host: str) -> str | None:
    """The list with one entry for the host less; None: nothing is left of it."""
    entries = found.split(",") if found else []
    if host in entries:
        entries.remove(host)
    return ",".join(entries) or None
