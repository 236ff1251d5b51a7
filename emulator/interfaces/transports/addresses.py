"""Addresses: those that a host stands for, and the URL under which clients find a server."""

from collections.abc import Mapping

# Hosts that stand for both families; an IPv6 socket of asyncio's takes no IPv4 (RFC 3493, 5.3).
BOTH: Mapping[str, tuple[str, ...]] = {
    "::": ("::", "0.0.0.0"),
    "localhost": ("127.0.0.1", "::1"),  # RFC 6761, 6.3
}
LOOPBACK = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # where a client of this machine finds "anywhere"


def base_url(scheme: str, host: str, port: int) -> str:
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"
