"""Guard: who may use the admin API, and from which pages."""

from fnmatch import fnmatchcase
from hmac import compare_digest
from ipaddress import ip_address
from urllib.parse import urlsplit

from emulator.application import Arrival, Emulator, is_host
from emulator.core.contract import Operation
from emulator.core.contract.security import credentials
from emulator.core.messages import Request
from emulator.core.problems import NoKey, Refused, UnknownKey
from emulator.faces.admin.desk import Desk

# Names that nobody can have in the public DNS: a page from elsewhere cannot make them lead here.
PRIVATE_NAMES = ("localhost", "*.localhost", "*.internal")


def same_site(arrival: Arrival, desk: Desk) -> None:
    """Raise what a request is refused for that a web page from elsewhere may have sent."""
    host = arrival.headers.get("host") or arrival.host
    if desk.access.in_process:
        return
    if (host and not is_host(host)) or not is_ours(host_name(host), desk):
        raise Refused("foreign_host", {"host": host})
    origin = arrival.headers.get("origin")
    if origin is not None and place_of(origin) not in own_places(arrival, desk.emulator):
        raise Refused("foreign_origin", {"origin": origin})


def place_of(origin: str) -> str | None:
    """Its host with the port; None: it is no address."""
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return None


def own_places(arrival: Arrival, emulator: Emulator) -> set[str]:
    """The hosts, with their ports, under which the client may know this server."""
    places = {arrival.host, emulator.host(arrival)}
    if emulator.addressing.public_url:
        places.add(urlsplit(emulator.addressing.public_url).netloc)
    return places


def is_ours(name: str, desk: Desk) -> bool:
    """Whether a host name leads here because somebody here wants it to.

    A page can make its own name lead to any address; it cannot do so with an address, nor with a
    name of one label, nor with one of the names that are reserved.
    """
    public_url = desk.emulator.addressing.public_url
    known = {desk.access.bound, urlsplit(public_url).hostname if public_url else None}
    globs = (*PRIVATE_NAMES, *(host for one in desk.emulator.providers for host in one.hosts))
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


def is_loopback(host: str | None) -> bool:
    """A server without an address of its own, in this process or on a Unix socket, is local too."""
    if host is None or not is_address(host):
        return host is None or host == "localhost" or "." not in host or host.startswith("/")
    return ip_address(host).is_loopback


def outside_address(desk: Desk, reached: str | None) -> str | None:
    """The address at which others than this machine get here; None: there is none.

    The sockets of a server of ours say what they are bound to, whatever word it was given for that.
    Of another one nothing is known but ``reached``, the address of ours that the client reached.
    """
    for bound in sorted(desk.emulator.bound_to):
        if not ip_address(bound).is_loopback:
            return bound
    if desk.emulator.bound_to:
        return None
    known = desk.access.bound if desk.access.bound is not None else reached
    return None if is_loopback(known) else known


def entitled(operation: Operation, request: Request, desk: Desk, reached: str | None) -> None:
    """Raise NoKey, UnknownKey, or Refused where nobody is let in.

    A token that was set is wanted from everybody, on loopback too.
    """
    access, shown = desk.access, credentials(operation.schemes, request)
    if access.token and shown and not compare_digest(shown[0].key.encode(), access.token.encode()):
        raise UnknownKey(shown[0].scheme)
    if not operation.security or access.is_open or access.in_process:
        return
    if access.token and not shown:
        raise NoKey
    bound = None if access.token else outside_address(desk, reached)
    if bound is not None:
        raise Refused("closed", {"bound": bound})
