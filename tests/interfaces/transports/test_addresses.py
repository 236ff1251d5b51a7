"""Where a server listens, and the URL under which it is found."""

import asyncio
import errno
import logging
import socket
from typing import Any

import httpx
import pytest

import emulator
from emulator.application.emulator import Emulator
from emulator.interfaces.serving.asgi_app import root_app
from emulator.interfaces.serving.server import Server, addresses_of
from emulator.interfaces.transports.addresses import base_url


@pytest.mark.parametrize(
    ("host", "addresses"),
    [
        ("127.0.0.1", ("127.0.0.1",)),
        ("::1", ("::1",)),
        ("::", ("::", "0.0.0.0")),
        ("localhost", ("127.0.0.1", "::1")),
    ],
)
def test_a_host_stands_for_its_addresses(host: str, addresses: tuple[str, ...]) -> None:
    assert asyncio.run(addresses_of(host)) == addresses


def test_a_name_stands_for_what_it_is_resolved_to() -> None:
    own = socket.gethostname()

    found = asyncio.run(addresses_of(own))

    assert set(found) == {one[4][0] for one in socket.getaddrinfo(own, None)}


def test_an_ipv6_address_stands_in_brackets() -> None:
    assert base_url("https", "::1", 5) == "https://[::1]:5"
    assert base_url("http", "a.test", 5) == "http://a.test:5"


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("::1", "http://[::1]:"),
        ("::", "http://[::1]:"),
        ("0.0.0.0", "http://127.0.0.1:"),
        ("localhost", "http://localhost:"),
    ],
)
def test_a_server_is_found_under_the_url_that_run_gives(host: str, url: str) -> None:
    with emulator.run(host=host) as speech:
        reply = httpx.get(f"{speech.gladia.url}/health", trust_env=False, timeout=60)

    assert reply.status_code == 200
    assert speech.url.startswith(url)


@pytest.mark.parametrize("host", ["::", "localhost"])
def test_a_host_of_two_families_is_served_on_both_at_one_port(host: str) -> None:
    with emulator.run(host=host) as speech:
        port = httpx.URL(speech.url).port
        replies = [
            httpx.get(
                f"http://{loopback}:{port}/gladia/health", trust_env=False, timeout=60
            ).status_code
            for loopback in ("127.0.0.1", "[::1]")
        ]

    assert replies == [200, 200]


NO_IPV6 = OSError(errno.EADDRNOTAVAIL, "Cannot assign requested address")
TAKEN = OSError(errno.EADDRINUSE, "Address already in use")


def server(host: str, port: int, *refusals: OSError | None) -> Server:
    """One whose attempts to bind end like that, one after the other; None: well."""
    ends = iter(refusals)

    async def bind(protocol: Any, address: str, port: int) -> asyncio.Server:
        refusal = next(ends)
        if refusal:
            raise refusal
        own = "127.0.0.2" if ":" in address else "127.0.0.1"
        return await asyncio.get_running_loop().create_server(protocol, own, port)

    return Server(root_app(Emulator()), host, port, bind=bind)


def started(made: Server) -> str:
    async def start() -> str:
        await made.start()
        url = made.url
        await made.stop()
        return url

    return asyncio.run(start())


@pytest.mark.parametrize(
    ("host", "refusals", "url"),
    [
        ("localhost", (None, NO_IPV6), "http://localhost:"),
        ("::", (NO_IPV6, None), "http://127.0.0.1:"),
    ],
)
def test_the_family_that_a_machine_lacks_is_named(
    host: str, refusals: tuple[OSError | None, ...], url: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "speech_emulator"):
        found = started(server(host, 0, *refusals))

    missing = "::1" if host == "localhost" else "::"
    assert found.startswith(url)
    assert caplog.messages == [
        f"not listening on {missing}: [Errno 99] Cannot assign requested address"
    ]


def test_a_machine_with_neither_family_serves_nothing() -> None:
    with pytest.raises(OSError, match="Cannot assign"):
        started(server("localhost", 0, NO_IPV6, NO_IPV6))


def test_a_free_port_is_one_that_is_free_on_both() -> None:
    assert started(server("localhost", 0, None, TAKEN, None, None)).startswith("http://localhost:")


@pytest.mark.parametrize(("port", "attempts"), [(0, 10), (4788, 1)])
def test_a_port_that_is_taken_on_one_of_them_is_refused(port: int, attempts: int) -> None:
    with pytest.raises(OSError, match="in use"):
        started(server("localhost", port, *[TAKEN] * attempts))
