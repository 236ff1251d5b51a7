"""Protocol: one connection. Most requests are answered at once, and the others through ASGI.

At once goes what arrives whole, is small and leads to an answer without trouble; uvicorn's own way,
with a task and five calls for every request, takes more time than the answer itself. What has to
wait for something goes that way: large bodies, faults, the admin API, web sockets, and clients that
send faster than they read.
"""

from urllib.parse import unquote

import httptools
from uvicorn import Config
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol
from uvicorn.server import ServerState

from emulator.core.bodies import Stored
from emulator.core.intake import Body
from emulator.core.journal import Exchange
from emulator.core.messages import Response
from emulator.faces.admin.desk import is_ours
from emulator.faces.asgi import arrival
from emulator.faces.faults import TRANSPORT
from emulator.faces.http import ANSWERED, Door

LARGEST = 64 * 1024  # bytes of a body that is waited for here
# What these headers ask for is a conversation; a length is known, or chunks are put together.
ELABORATE = frozenset({b"expect", b"upgrade", b"transfer-encoding"})


class Protocol(HttpToolsProtocol):
    def __init__(self, config: Config, state: ServerState, door: Door | None) -> None:
        super().__init__(config=config, server_state=state, app_state={})
        self._door = door  # None: everything goes through ASGI
        self._pieces: list[bytes] | None = None  # of a body; None: the request goes through ASGI

    def on_message_begin(self) -> None:
        super().on_message_begin()
        # A fault may break the connection.
        self.scope["extensions"] = {TRANSPORT: {"transport": self.transport}}

    def on_headers_complete(self) -> None:
        self._pieces = [] if self._is_prompt() else None
        if self._pieces is None:
            super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        if self._pieces is None:
            super().on_body(body)
        else:
            self._pieces.append(body)

    def on_message_complete(self) -> None:
        if self._door is None or self._pieces is None:
            super().on_message_complete()
            return
        exchange = self._door.exchange(arrival(self.scope, Body(b"".join(self._pieces))))
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

    def _is_prompt(self) -> bool:
        """Whether the request is to be answered at once, when it is there."""
        if self._door is None or self.flow.write_paused:
            return False
        if self.cycle is not None and not self.cycle.response_complete:
            return False
        longest = min(LARGEST, self._door.max_body_bytes)
        return all(is_plain(one, longest) for one in self.headers) and self._is_for_a_provider()

    def _is_for_a_provider(self) -> bool:
        """Fills in what the scope needs to know that."""
        url = httptools.parse_url(self.url)
        path = url.path.decode("ascii")
        self.scope["method"] = self.parser.get_method().decode("ascii")
        self.scope["path"] = unquote(path) if "%" in path else path
        self.scope["query_string"] = url.query or b""
        return not is_ours(self.scope["path"])

    def _leave_to_asgi(self, exchange: Exchange) -> None:
        """What is left to do takes its time."""
        self.scope["extensions"][ANSWERED] = {"exchange": exchange}
        super().on_headers_complete()
        super().on_message_complete()


def is_plain(header: tuple[bytes, bytes], longest: int) -> bool:
    name, value = header
    if name == b"content-length":
        return int(value) <= longest
    return name not in ELABORATE


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
