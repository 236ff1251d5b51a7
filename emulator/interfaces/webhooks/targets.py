"""Targets: where webhooks may go. By default no message leaves the machine and its networks."""

import asyncio
import re
import socket
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from fnmatch import fnmatchcase
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from threading import Thread
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from msgspec import Struct, field
from msgspec.structs import replace

NEAR = tuple(
    ip_network(one)
    for one in (
        "127.0.0.0/8",
        "::1/128",
        "0.0.0.0/32",  # reaches the machine itself on most systems
        "::/128",
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "fc00::/7",
    )
)
# Of clouds, where a machine asks for its own secrets; some stand in networks that are private.
METADATA = frozenset(
    ip_address(one)
    for one in (
        "169.254.169.254",  # AWS, Azure, Google Cloud, DigitalOcean, Oracle
        "169.254.170.2",  # containers of AWS
        "fd00:ec2::254",  # AWS
        "fd20:ce::254",  # Google Cloud
        "100.100.100.200",  # Alibaba Cloud
        "168.63.129.16",  # Azure's agent
        "192.0.0.192",  # Oracle
    )
)
NON_PRINTABLE = re.compile(r"[\x00-\x1f\x7f]")  # urlsplit drops some of them without a word


class BadTarget(Exception):
    """An address to which nothing is sent; says why."""


class Unresolved(Exception):
    """A host name that cannot be resolved at the moment."""


class Target(Struct, frozen=True):
    """Where to connect, and which host the message names."""

    url: str
    host: str  # in lower case, without brackets
    name: str  # the Host header: as it stood in the address
    addresses: tuple[str, ...] = ()  # those that were checked; empty: whatever the host has


class TargetPolicy(Struct, frozen=True):
    allow: tuple[str, ...] = ()  # globs of host names that may be anywhere
    rewrite: Mapping[str, str] = field(default_factory=dict)  # host -> host in its place

    async def find(self, url: str) -> Target:
        """Raises BadTarget and Unresolved."""
        target = self.rewrite_url(url)
        if any(fnmatchcase(target.host, glob) for glob in self.allow):
            return target
        found = await addresses(target.host)
        far = [one for one in found if not is_near(one)]
        if far:
            raise BadTarget(
                f"{target.host} is outside this machine and its private networks ({far[0]}); "
                f"allow it with --webhook-allow {target.host}"
            )
        # A name may lead elsewhere when it is looked up again: what was checked is connected to.
        return replace(target, addresses=tuple(map(str, found)))

    def rewrite_url(self, url: str) -> Target:
        """The same address on the host that stands for its own. Raises BadTarget."""
        if NON_PRINTABLE.search(url):
            raise BadTarget(f"{url!r} is no address: it has a non-printable character")
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port
        except ValueError as error:
            raise BadTarget(f"{url} is no address: {error}") from None
        if parts.scheme not in ("http", "https") or not host:
            raise BadTarget(f"{url} is no http or https address")
        login, at, named = parts.netloc.rpartition("@")
        new = self.rewrite.get(host)
        if new is None:
            return Target(url, host, named)
        shown = f"[{new}]" if ":" in new else new
        netloc = f"{login}{at}{shown}{'' if port is None else f':{port}'}"
        return Target(urlunsplit(parts._replace(netloc=netloc)), new.lower(), named)


async def addresses(host: str) -> list[IPv4Address | IPv6Address]:
    """The addresses of a host. Raises Unresolved."""
    try:
        return [ip_address(host)]
    except ValueError:
        pass  # it is a name
    try:
        found = await asyncio.wrap_future(resolve_host(host))
    except (OSError, UnicodeError) as error:
        raise Unresolved(f"the host {host} cannot be found: {error}") from None
    return [ip_address(one) for one in dict.fromkeys(str(one[4][0]) for one in found)]


def start_thread(work: Callable[[], None]) -> None:
    """In a daemon thread: a process that ends does not wait for it."""
    Thread(target=work, name="speech-emulator-resolver", daemon=True).start()


def resolve_host(
    host: str, start: Callable[[Callable[[], None]], None] = start_thread
) -> "Future[list[Any]]":
    """What the system says of a host, which may take its time: nobody waits for the thread."""
    future: Future[list[Any]] = Future()

    def look_up() -> None:
        if not future.set_running_or_notify_cancel():
            return
        try:
            future.set_result(socket.getaddrinfo(host, None, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            future.set_exception(error)

    start(look_up)
    return future


def is_near(address: IPv4Address | IPv6Address) -> bool:
    """Whether it is this machine's, or of a private network; no cloud's metadata are."""
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    inner = mapped or address
    return inner not in METADATA and any(inner in network for network in NEAR)
