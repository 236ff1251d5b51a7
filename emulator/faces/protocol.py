"""Protocol: one connection. Most requests are answered at once, and the others through ASGI.

At once goes what arrives whole, is small and leads to an answer without trouble; uvicorn's own way,
with a parser's calls, a task and five calls for every request, takes more time than the answer
itself. What has to wait for something goes that way: large bodies, faults, the admin API, web
sockets, and clients that send faster than they read.
"""

from functools import lru_cache

from uvicorn import Config
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol
from uvicorn.server import ServerState

from emulator.core.bodies import Stored
from emulator.core.journal import Exchange
from emulator.core.messages import Response
from emulator.faces.faults import TRANSPORT
from emulator.faces.heads import END, Head
from emulator.faces.http import ANSWERED, Door


class Protocol(HttpToolsProtocol):
    def __init__(self, config: Config, state: ServerState, door: Door | None) -> None:
        super().__init__(config=config, server_state=state, app_state={})
        self._door = door  # None: everything goes through ASGI
        self._is_parsing = False  # a request that goes through ASGI
        self._held = b""  # of a request that has not come to its end
        self._answered: Exchange | None = None  # it is left to ASGI to be sent
        self._used_at = 0.0  # by the loop's clock

    def data_received(self, data: bytes) -> None:
        if self._held:
            data, self._held = self._held + data, b""
        while data and not self.transport.is_closing():
            start, end, rest = data.partition(END)
            head = self._prompt(start) if end else None
            if head is None:
                super().data_received(data)
                return
            if len(rest) < head.length:
                self._held = data
                return
            data = rest[head.length :]
            self._answer(head, start, rest[: head.length])

    def _prompt(self, start: bytes) -> Head | None:
        """The head, if its request can be answered at once; None: it goes through ASGI."""
        if self._door is None or self._is_parsing or self.flow.write_paused:
            return None
        if self.cycle is not None and not self.cycle.response_complete:
            return None
        return self._door.heads.of(self.scheme or "", start)

    def _answer(self, head: Head, start: bytes, body: bytes) -> None:
        assert self._door is not None  # or nothing is prompt
        exchange = self._door.exchange(head.arrival.with_body(body) if body else head.arrival)
        if exchange.fault or not self._send(head, exchange.response):
            # What is left to do takes its time.
            self._answered = exchange
            super().data_received(start + END + body)

    def _send(self, head: Head, response: Response) -> bool:
        """Whether it could be sent."""
        lines = head_of(response, closes=head.closes)
        if lines is None or isinstance(response.body, Stored):
            return False
        body = b"" if head.arrival.method == "HEAD" else response.body
        self.transport.writelines((lines, body))
        if head.closes:
            self.transport.close()
        self._used_at = self.loop.time()
        if self.timeout_keep_alive_task is None:
            self.on_response_complete()
        else:
            self.server_state.total_requests += 1
        return True

    def timeout_keep_alive_handler(self) -> None:
        """The alarm is not put off with each answer: it asks itself how long ago the last one was.

        Putting it off takes a tenth of a request.
        """
        since = self.loop.time() if self._held else self._used_at
        left = since + self.timeout_keep_alive - self.loop.time()
        if left > 0:
            alarm = self.loop.call_later(left, self.timeout_keep_alive_handler)
            self.timeout_keep_alive_task = alarm
        else:
            super().timeout_keep_alive_handler()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._is_parsing = True
        # A fault may break the connection.
        self.scope["extensions"] = {TRANSPORT: {"transport": self.transport}}
        if self._answered is not None:
            self.scope["extensions"][ANSWERED] = {"exchange": self._answered}
            self._answered = None

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._is_parsing = False


def head_of(response: Response, *, closes: bool) -> bytes | None:
    """The head as it goes over the wire; None: one of its values would break it."""
    lines = blank(tuple(response.headers)) % tuple(response.headers.values())
    ends = len(response.headers)
    if (lines.count("\n"), lines.count("\r")) != (ends, ends) or "\0" in lines:
        return None
    if response.status not in (204, 304):  # RFC 9110, 8.6
        lines += f"content-length: {len(response.body)}\r\n"
    if closes:
        lines += "connection: close\r\n"
    return STATUS_LINE[response.status] + lines.encode("latin-1") + b"\r\n"


@lru_cache(maxsize=256)
def blank(names: tuple[str, ...]) -> str:
    """The lines of a head, to be filled in with values; most answers have the same names."""
    return "".join(name.lower().replace("%", "%%") + ": %s\r\n" for name in names)
