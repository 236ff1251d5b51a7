"""Guard: who may use the admin API, and from which pages."""

from fnmatch import fnmatchcase
from hmac import compare_digest
from ipaddress import IPv6Address, ip_address
from urllib.parse import urlsplit

from emulator.application.addressing import IncomingRequest, is_host
from emulator.application.emulator import Emulator
from emulator.core.contract import Operation
from emulator.core.contract.security import credentials
from emulator.core.http.messages import Request
from emulator.core.http.problems import NoKey, Refused, UnknownKey
from emulator.interfaces.admin.context import Access, AdminContext

# Names that nobody can have in the public DNS: a page from elsewhere cannot make them lead here.
PRIVATE_NAMES = ("localhost", "*.localhost", "*.internal")
# What test clients of ASGI applications, which have no socket, have in the place of an address.
SOCKETLESS = ("localhost", "*.localhost", "test", "testserver")


def check_origin(arrival: IncomingRequest, desk: AdminContext) -> None:
    """Raise what a request is refused for that a web page from elsewhere may have sent."""
    host = arrival.headers.get("host") or arrival.host
    if desk.access.in_process:
        return
    if not (is_host(host) and is_local_name(host_name(host), desk)):
        raise Refused("foreign_host", {"host": host})
    origin = arrival.headers.get("origin")
    if origin is not None and origin_host(origin) not in own_hosts(arrival, desk.emulator):
        raise Refused("foreign_origin", {"origin": origin})


def origin_host(origin: str) -> str | None:
    """Its host with the port; None: it is no origin of a page (RFC 6454, 6.2)."""
    scheme, _, place = origin.partition("://")
    return place if scheme in ("http", "https") and is_host(place) else None


def own_hosts(arrival: IncomingRequest, emulator: Emulator) -> set[str]:
    """The hosts, with their ports, under which the client may know this server."""
    places = {arrival.host, emulator.host(arrival)}
    if emulator.url_policy.public_url:
        places.add(urlsplit(emulator.url_policy.public_url).netloc.lower())
    return places


def is_local_name(name: str, desk: AdminContext) -> bool:
    """Whether a host name leads here because somebody here wants it to.

    A page can make its own name lead to any address; it cannot do so with an address, nor with a
    name of one label, nor with one of the names that are reserved.
    """
    public_url = desk.emulator.url_policy.public_url
    bound = (desk.access.bound or "").lower()
    known = {bound, urlsplit(public_url).hostname if public_url else None}
    globs = (
        *PRIVATE_NAMES,
        *(host for provider in desk.emulator.providers for host in provider.hosts),
    )
    return (
        "." not in name
        or is_address(name)
        or name in known
        or any(fnmatchcase(name, glob) for glob in globs)
    )


def host_name(host: str) -> str:
    """Without the port, and an IPv6 address without its brackets."""
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0].lower()


def is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def is_loopback(address: str) -> bool:
    """Whether only this machine reaches a socket there; a Unix socket has a path.

    A name says nothing of what it leads to, except for those that no server listens on.
    """
    if not is_address(address):
        return address.startswith("/") or any(fnmatchcase(address, one) for one in SOCKETLESS)
    found = ip_address(address)
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return (mapped or found).is_loopback


def authorize(
    operation: Operation, request: Request, access: Access, addresses: tuple[str, ...]
) -> None:
    """Raise NoKey, UnknownKey, or Refused where nobody is let in.

    ``addresses``: under which the server can be reached. They count where no token is set; a server
    without any, in this process or on a Unix socket, is this machine's own.
    """
    shown = credentials(operation.schemes, request)
    if access.token and shown and not compare_digest(shown[0].key.encode(), access.token.encode()):
        raise UnknownKey(shown[0].scheme)
    if not operation.security or access.in_process:
        return
    if access.token:
        if not shown:
            raise NoKey
        return
    if not access.is_open and not all(map(is_loopback, addresses)):
        raise Refused("closed", {"bound": ", ".join(addresses)})
