"""Transports of the clients: to the emulator, whatever else happens to HTTP in the same process.

Mocks and recorders of HTTP (vcrpy, pytest-httpx2) replace methods of httpx2's own transports while
a test runs. They are meant for the client under test; these classes keep the methods as they are.
"""

import ssl

import httpx2


class DirectTransport(httpx2.HTTPTransport):
    handle_request = httpx2.HTTPTransport.handle_request


class AsyncDirectTransport(httpx2.AsyncHTTPTransport):
    handle_async_request = httpx2.AsyncHTTPTransport.handle_async_request


def trust_for(url: str) -> ssl.SSLContext | bool:
    """For ``verify``: what the machine trusts, which takes a while to read, is for https alone."""
    return True if url.startswith("https:") else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
