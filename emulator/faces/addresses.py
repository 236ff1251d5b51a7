"""Addresses: those that a host stands for, and the URL under which clients find a server."""

import asyncio
import socket
from collections.abc import Mapping
from ipaddress import ip_address

# Hosts that stand for both families; an IPv6 socket of asyncio's takes no IPv4 (RFC 3493, 5.3).
BOTH: Mapping[str, tuple[str, ...]] = {
    "::": ("::", "0.0.0.0"),
    "localhost": ("127.0.0.1", "::1"),  # RFC 6761, 6.3
}
LOOPBACK = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # where a client of this machine finds "anywhere"


async def addresses_of(host: str) -> tuple[str, ...]:
    """The addresses to listen on. Raises OSError for a name that cannot be resolved."""
    if host in BOTH:
        return BOTH[host]
    try:
        ip_address(host)
    except ValueError:
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(host, None, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        return tuple(dict.fromkeys(str(one[4][0]) for one in found))
    return (host,)


def base_url(scheme: str, host: str, port: int) -> str:
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"
