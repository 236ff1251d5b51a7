"""Server: an application on a socket; starts and stops in milliseconds."""

import asyncio
import errno
import logging
import socket
import ssl
from collections.abc import Awaitable, Callable
from ipaddress import ip_address
from typing import Any

from uvicorn import Config
from uvicorn.server import ServerState

from emulator.interfaces.serving.asgi_app import RootApp
from emulator.interfaces.transports.addresses import BOTH, LOOPBACK, base_url
from emulator.interfaces.transports.asgi import LISTENING
from emulator.interfaces.transports.protocol import Protocol
from emulator.interfaces.transports.websocket import CONNECTION
from emulator.interfaces.webhooks.own_inboxes import base_urls

GRACE_SECONDS = 0.5  # for answers under way when the server stops
FAREWELL_SECONDS = 0.1  # for tasks whose connection is cut then
# Of one websocket message; a larger one is closed with 1009. Providers have lower limits of their
# own: to close before a message has been read to its end may reset the connection.
MAX_MESSAGE_BYTES = 16 * 1024 * 1024
KEEP_ALIVE_SECONDS = 75  # longer than clients keep an idle connection, so that they close it first
PORT_ATTEMPTS = 10  # to find a port that is free on each address

Bind = Callable[[Any, str, int], Awaitable[asyncio.Server]]  # protocol, address, port

log = logging.getLogger("speech_emulator")


def websocket_protocol(
    config: Config, server_state: ServerState, app_state: dict[str, Any]
) -> asyncio.Protocol:
    """The protocol that takes a connection over; the application may break it off."""
    from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

    state = dict(app_state)
    state[CONNECTION] = made = WebSocketsSansIOProtocol(config, server_state, state)
    return made


def is_worth_logging(record: logging.LogRecord) -> bool:
    """Not a text of a client's that is no UTF-8: that is closed with 1007, and no error of ours."""
    return not record.msg.startswith("Invalid UTF-8 sequence")


class Server:
    """One port, on each address of a host; to be used from one event loop."""

    def __init__(
        self,
        app: Any,
        host: str,
        port: int,
        *,
        tls: ssl.SSLContext | None = None,
        bind: Bind | None = None,
        grace_seconds: float = GRACE_SECONDS,
    ) -> None:
        self._site = app if isinstance(app, RootApp) else None
        self._config = Config(
            app,
            interface="asgi3",
            lifespan="off",
            ws=websocket_protocol,  # type: ignore[arg-type]  # whatever makes a protocol will do
            ws_max_size=MAX_MESSAGE_BYTES,
            log_config=None,
            access_log=False,
            proxy_headers=False,  # application.py believes X-Forwarded-*, and only when told to
            server_header=False,
            date_header=False,  # Date is the tenant's clock's
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
        )
        self._state = ServerState()
        self._host, self._asked_port, self._tls = host, port, tls
        self._grace_seconds = grace_seconds
        self._make_listener = bind or self._listener
        self._servers: list[asyncio.Server] = []
        self._announced: frozenset[str] = frozenset()
        self._addresses: list[str] = []  # of the sockets; they stay when those are closed

    async def start(self) -> None:
        """Bind and accept. Raises OSError when an address is taken, or none is this machine's.

        A host of two families is served on the one that the machine has, where it has only one.
        """
        self._config.load()
        logging.getLogger("uvicorn.error").addFilter(is_worth_logging)
        addresses = await addresses_of(self._host)
        left = PORT_ATTEMPTS
        while not self._servers:
            try:
                await self._listen(addresses)
            except OSError as error:
                self._close()
                self._addresses.clear()
                left -= 1
                # Port 0 is free on the first address, and may be taken on the next.
                if error.errno != errno.EADDRINUSE or self._asked_port or not left:
                    raise
        self._announce(base_urls("https" if self._tls else "http", self._host, self.port))

    async def _listen(self, addresses: tuple[str, ...]) -> None:
        missing: dict[str, OSError] = {}
        for address in addresses:
            try:
                await self._bind(address)
            except OSError as error:
                if error.errno in (errno.EADDRINUSE, errno.EACCES):
                    raise
                missing[address] = error
        if not self._servers:
            raise missing[addresses[0]]
        for address, reason in missing.items():
            log.info("not listening on %s: %s", address, reason)

    async def _bind(self, address: str) -> None:
        port = self.port if self._servers else self._asked_port
        server = await self._make_listener(self._protocol, address, port)
        self._servers.append(server)
        self._addresses += [str(one.getsockname()[0]) for one in server.sockets]

    async def _listener(self, protocol: Any, address: str, port: int) -> asyncio.Server:
        # The loop makes it: one made with proto=0 gets no TCP_NODELAY from asyncio, and each answer
        # of two writes then takes 40 ms.
        loop = asyncio.get_running_loop()
        return await loop.create_server(protocol, address, port, ssl=self._tls, backlog=2048)

    @property
    def url(self) -> str:
        """Where clients of this machine find it."""
        bound = self._addresses[0]
        host = LOOPBACK.get(bound, bound if self._host in LOOPBACK else self._host)
        return base_url("https" if self._tls else "http", host, self.port)

    @property
    def port(self) -> int:
        port: int = self._servers[0].sockets[0].getsockname()[1]
        return port

    @property
    def tasks(self) -> int:
        """How many requests are under way."""
        return len(self._state.tasks)

    @property
    def connections(self) -> int:
        """How many connections are open."""
        return len(self._state.connections)

    async def stop(self) -> None:
        """Accept no more, let answers under way be finished for a moment, then hang up."""
        self._announce(frozenset())
        self._close()
        for connection in list(self._state.connections):
            connection.shutdown()
        if self._state.tasks:
            await asyncio.wait(self._state.tasks, timeout=self._grace_seconds)
        for connection in list(self._state.connections):
            connection.transport.abort()
        if self._state.tasks:  # who waits for a client sees that it is gone
            await asyncio.wait(self._state.tasks, timeout=FAREWELL_SECONDS)
        left = list(self._state.tasks)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    def _announce(self, urls: frozenset[str]) -> None:
        """Tell the emulator under which base URLs it is found here."""
        if self._site:
            with self._site.emulator.lock:
                others = self._site.emulator.listening_at - self._announced
                self._site.emulator.listening_at = others | urls
            self._announced = urls

    def _close(self) -> None:
        """Accept no more, on any address."""
        for server in self._servers:
            server.close()
        self._servers.clear()

    def _protocol(self) -> asyncio.Protocol:
        door = self._site.http_app if self._site else None
        return Protocol(self._config, self._state, door, {LISTENING: self._addresses})


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
