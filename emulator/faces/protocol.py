"""Protocol: one connection. Most requests are answered at once, and the others through ASGI.

At once goes what arrives whole, is small and leads to an answer without trouble; uvicorn's own way,
with a task and five calls for every request, takes more time than the answer itself. What has to
wait for something goes that way: large bodies, faults, the admin API, web sockets, and clients that
send faster than they read.
"""

from uvicorn import Config
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol
from uvicorn.server import ServerState

from emulator.application import Arrival
from emulator.core.bodies import Stored
from emulator.core.journal import Exchange
from emulator.core.messages import Response
from emulator.faces.faults import TRANSPORT
from emulator.faces.http import ANSWERED, Door


class Protocol(HttpToolsProtocol):
    def __init__(self, config: Config, state: ServerState, door: Door | None) -> None:
        super().__init__(config=config, server_state=state, app_state={})
        self._door = door  # None: everything goes through ASGI
        self._asked: Arrival | None = None  # None: the request goes through ASGI
        self._pieces: list[bytes] = []  # of its body

    def on_message_begin(self) -> None:
        super().on_message_begin()
        # A fault may break the connection.
        self.scope["extensions"] = {TRANSPORT: {"transport": self.transport}}

    def on_headers_complete(self) -> None:
        self._asked = self._prompt()
        if self._asked is None:
            super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        if self._asked is None:
            super().on_body(body)
        else:
            self._pieces.append(body)

    def on_message_complete(self) -> None:
        asked = self._asked
        if self._door is None or asked is None:
            super().on_message_complete()
            return
        if self._pieces:
            asked = asked.with_body(b"".join(self._pieces))
            self._pieces = []
        exchange = self._door.exchange(asked)
        if exchange.fault is not None or not self._send(exchange.request.method, exchange.response):
            self._leave_to_asgi(exchange)

    def _send(self, method: str, response: Response) -> bool:
        """Whether it could be sent."""
        closes = self.parser.get_http_version() == "1.0" or not self.parser.should_keep_alive()
        body = b"" if method == "HEAD" else response.body
        head = head_of(response, closes=closes)
        if head is None or isinstance(body, Stored):
            return False
        self.transport.writelines((head, body))
        if closes:
            self.transport.close()
        self.on_response_complete()
        return True

    def _prompt(self) -> Arrival | None:
        """What is to be answered at once, when its body is there; None: it goes through ASGI."""
        if self._door is None or self.flow.write_paused:
            return None
        if self.cycle is not None and not self.cycle.response_complete:
            return None
        head = self._door.heads.of(
            self.scheme or "", self.parser.get_method(), self.url, self.headers
        )
        return head.arrival if head.is_prompt else None

    def _leave_to_asgi(self, exchange: Exchange) -> None:
        """What is left to do takes its time."""
        self.scope["extensions"][ANSWERED] = {"exchange": exchange}
        super().on_headers_complete()
        super().on_message_complete()


def head_of(response: Response, *, closes: bool) -> bytes | None:
    """The head as it goes over the wire; None: one of its values would break it."""
    lines = [f"{name.lower()}: {value}" for name, value in response.headers.items()]
    if response.status not in (204, 304):  # RFC 9110, 8.6
        lines.append(f"content-length: {len(response.body)}")
    if closes:
        lines.append("connection: close")
    text = "\n".join(lines)
    if text.count("\n") != len(lines) - 1 or "\r" in text or "\0" in text:
        return None
    return STATUS_LINE[response.status] + text.replace("\n", "\r\n").encode("latin-1") + b"\r\n\r\n"
