"""Own inboxes: what is sent to an inbox's address at one of the emulator's own servers.

It is handed to the admin API without a socket, so that nothing in the same process that records,
replaces or forbids HTTP can come between.
"""

from collections.abc import Iterable, Mapping
from urllib.parse import unquote, urlsplit

from emulator.application.addressing import IncomingRequest
from emulator.application.emulator import Emulator
from emulator.interfaces.transports.addresses import base_url
from emulator.interfaces.transports.asgi import parse_query
from emulator.interfaces.webhooks.http_client import request_headers
from emulator.interfaces.webhooks.targets import Target

INBOXES = "/_emulator/inbox/"
LOCAL: Mapping[str, tuple[str, ...]] = {  # the hosts under which this machine finds such a server
    "0.0.0.0": ("127.0.0.1", "localhost"),
    "::": ("127.0.0.1", "::1", "localhost"),
    "localhost": ("127.0.0.1", "::1", "localhost"),
}


def base_urls(scheme: str, host: str, port: int) -> frozenset[str]:
    """The base URLs under which this machine reaches a server that listens there."""
    return frozenset(base_url(scheme, one, port) for one in LOCAL.get(host, (host,)))


def inbox_path(url: str, bases: Iterable[str]) -> str | None:
    """What follows the base URL; None: the address is not an inbox at any of them."""
    places = (url.removeprefix(base) for base in bases if url.startswith(base + INBOXES))
    return next(places, None)


def deliver_to_inbox(
    emulator: Emulator,
    target: Target,
    place: str,
    method: str,
    headers: Mapping[str, str],
    body: bytes,
) -> int:
    """The status of the admin API's answer."""
    from emulator.interfaces.admin.context import Access, AdminContext
    from emulator.interfaces.admin.pipeline import answer

    parts = urlsplit(place)
    incoming = IncomingRequest(
        method=method,
        path=unquote(parts.path),
        query=parse_query(parts.query.encode()),
        headers={name.lower(): value for name, value in request_headers(target, headers, body)},
        body=body,
        scheme=urlsplit(target.url).scheme,
    )
    return answer(AdminContext(emulator, Access(in_process=True)), incoming).status
