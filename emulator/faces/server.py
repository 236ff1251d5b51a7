"""Server: an application on a socket; starts and stops in milliseconds."""

import asyncio
import ssl
from typing import Any

from uvicorn import Config
from uvicorn.server import ServerState

from emulator.faces.protocol import Protocol
from emulator.faces.site import Site
from emulator.faces.websocket import CONNECTION

GRACE_SECONDS = 0.5  # for answers under way when the server stops
FAREWELL_SECONDS = 0.1  # for tasks whose connection is cut then
# Of one websocket message; a larger one is closed with 1009. Providers have lower limits of their
# own: to close before a message has been read to its end may reset the connection.
MAX_MESSAGE_BYTES = 16 * 1024 * 1024
KEEP_ALIVE_SECONDS = 75  # longer than clients keep an idle connection, so that they close it first


def websocket(
    config: Config, server_state: ServerState, app_state: dict[str, Any]
) -> asyncio.Protocol:
    """The protocol that takes a connection over; the application may break it off."""
    from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

    state = dict(app_state)
    state[CONNECTION] = made = WebSocketsSansIOProtocol(config, server_state, state)
    return made


class Server:
    """One listening socket; to be used from one event loop."""

    def __init__(
        self, app: Any, host: str, port: int, *, tls: ssl.SSLContext | None = None
    ) -> None:
        self._door = app.door if isinstance(app, Site) else None
        self._config = Config(
            app,
            interface="asgi3",
            lifespan="off",
            ws=websocket,  # type: ignore[arg-type]  # whatever makes a protocol will do
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
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Bind and accept. Raises OSError when the address is taken, or not this machine's."""
        self._config.load()
        loop = asyncio.get_running_loop()
        # The loop makes the listener: one made with proto=0 gets no TCP_NODELAY from asyncio, and
        # each answer of two writes then takes 40 ms.
        self._server = await loop.create_server(
            self._protocol, self._host, self._asked_port, ssl=self._tls, backlog=2048
        )

    @property
    def port(self) -> int:
        assert self._server is not None  # started
        port: int = self._server.sockets[0].getsockname()[1]
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
        assert self._server is not None  # started
        self._server.close()
        for connection in list(self._state.connections):
            connection.shutdown()
        if self._state.tasks:
            await asyncio.wait(self._state.tasks, timeout=GRACE_SECONDS)
        for connection in list(self._state.connections):
            connection.transport.abort()
        if self._state.tasks:  # who waits for a client sees that it is gone
            await asyncio.wait(self._state.tasks, timeout=FAREWELL_SECONDS)
        left = list(self._state.tasks)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    def _protocol(self) -> asyncio.Protocol:
        return Protocol(self._config, self._state, self._door)
