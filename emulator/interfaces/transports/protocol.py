"""Protocol: one connection. Most requests are answered at once, and the others through ASGI.

At once goes what arrives whole, is small and leads to an answer without trouble; uvicorn's own way,
with a parser's calls, a task and five calls for every request, takes more time than the answer
itself. What has to wait for something goes that way: large bodies, faults, the admin API, web
sockets, and clients that send faster than they read.
"""

import asyncio
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import httptools
from uvicorn import Config
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol
from uvicorn.server import ServerState

from emulator.core.http.bodies import FileSlice
from emulator.core.http.messages import EMPTY, Response
from emulator.core.journal.exchange import Exchange
from emulator.interfaces.transports.handshakes import handshake_refusal
from emulator.interfaces.transports.http import EXCHANGE_EXTENSION, HttpApp, PendingExchange
from emulator.interfaces.transports.request_heads import (
    END,
    VERSIONS,
    RequestHead,
    has_one_host,
    is_http,
    too_large,
)
from emulator.interfaces.transports.request_target import LONGEST, BadTarget, origin_form, with_host
from emulator.interfaces.transports.wire_faults import TRANSPORT

HEAD_SECONDS = 30.0  # until the head of a request has come to its end
BODY_SECONDS = 60.0  # between two pieces of a body
HELD_BYTES = 8 * 1024  # of a head that is waited for; a longer one is parsed as it comes
HEAD_BYTES = 256 * 1024  # of a head: no answer of a provider is worth to read more of it
LINGER_SECONDS = 1.0  # for answers under way to a client that sends no more
# How a request begins, as far as it has come; TLS and what other protocols say do not.
REQUEST_BEGINNING = re.compile(rb"[\r\n]*[A-Z-]*(?: |\Z)")
# Headers of a protocol that the client would rather speak, and that is not spoken here.
UPGRADE_HEADERS = frozenset({b"upgrade", b"http2-settings"})


class Protocol(HttpToolsProtocol):
    def __init__(
        self,
        config: Config,
        state: ServerState,
        door: HttpApp | None,
        scope_state: Mapping[str, Any] = EMPTY,
        *,
        head_seconds: float = HEAD_SECONDS,
        body_seconds: float = BODY_SECONDS,
    ) -> None:
        super().__init__(config=config, server_state=state, app_state=dict(scope_state))
        self._head_seconds, self._body_seconds = head_seconds, body_seconds
        self._app = door  # None: everything goes through ASGI
        self._is_parsing = False  # a request that goes through ASGI
        self._held = b""  # of a request that has not come to its end
        self._held_since: float | None = None  # by the loop's clock
        self._answered: Exchange | PendingExchange | None = None  # it is left to ASGI to be sent
        self._used_at = 0.0  # by the loop's clock
        self._head_bytes = 0  # of a head that is being parsed
        self._has_body = False  # the body came on with what was parsed last
        self._framing_bytes = 0  # of chunks' sizes and trailers, since the body came on
        self._trailer_bytes = 0
        self._has_ended = False  # the client sends no more
        self._declines_upgrade = False  # the upgrade that a request asks for
        self._refusal = 0  # the status for what came behind a request that has no answer yet
        self._is_refused = False  # what still comes is not looked at

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._used_at = self.loop.time()
        self._watch(self.timeout_keep_alive)

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._unset_keepalive_if_required()

    def eof_received(self) -> bool:  # type: ignore[override]  # asyncio asks for the answer
        """Whether the connection stays open, for the answers under way.

        Source: RFC 9112, 9.6. A client that has gone looks the same, so this does not last: whoever
        waits for something that takes longer hears that the client is gone.
        """
        is_answering = not (self._is_between_requests or self._is_parsing or self._is_refused)
        if not is_answering or not self.transport.can_write_eof():
            return False
        self._has_ended = True
        self.loop.call_later(LINGER_SECONDS, self.transport.close)
        return True

    def on_response_complete(self) -> None:
        super().on_response_complete()
        assert self.cycle is not None  # it is its answer that is complete
        if self.transport.is_closing() or not self.cycle.response_complete:
            return
        if self._refusal:
            self._refuse(self._refusal)
        elif self._has_ended:
            self.transport.close()

    def data_received(self, data: bytes) -> None:
        if self._is_refused:
            return
        if self._held:
            data, self._held = self._held + data, b""
            self._held_since = None if END in data else self._held_since
        while data and not self.transport.is_closing():
            start, end, rest = data.partition(END)
            if not end and self._is_between_requests and can_become_head(data):
                self._hold(data)
                return
            head = self._expect_head(start) if end else None
            if head is None:
                if self._is_between_requests and not is_http(start):
                    self._refuse(505)
                else:
                    self._feed(data)
                return
            if len(rest) < head.length:
                self._hold(data)
                return
            data = rest[head.length :]
            self._answer(head, start, rest[: head.length])

    @property
    def _is_between_requests(self) -> bool:
        """Whether what comes next begins a request, and none before it waits for its answer."""
        is_answered = self.cycle is None or self.cycle.response_complete
        return is_answered and not self._is_parsing

    def _expect_head(self, start: bytes) -> RequestHead | None:
        """The head, if its request can be answered at once; None: it goes through ASGI."""
        if self._app is None or self.flow.write_paused or not self._is_between_requests:
            return None
        return self._app.head_cache.get(self.scheme or "", start)

    def _hold(self, data: bytes) -> None:
        """Wait for the rest of a request; the first of its bytes sets the alarm."""
        self._held = data
        if self._held_since is None:
            self._held_since = self.loop.time()
            self._unset_keepalive_if_required()
            self._watch(self._head_seconds)

    def _watch(self, seconds: float) -> None:
        alarm = self.loop.call_later(seconds, self.timeout_keep_alive_handler)
        self.timeout_keep_alive_task = alarm

    def _feed(self, data: bytes) -> None:
        """Give the bytes to the parser, which calls the methods that begin with ``on_``."""
        self._unset_keepalive_if_required()
        while True:
            try:
                self.parser.feed_data(data)
            except httptools.HttpParserUpgrade as upgrade:
                if self._should_upgrade():
                    self._pass_to_asgi()
                    return
                data = self._without_upgrade() + data[upgrade.args[0] :]
            except httptools.HttpParserError as error:
                cause = error.__context__
                self._refuse(cause.status if isinstance(cause, BadTarget) else 400)
                return
            else:
                self._count_head(data)
                return

    def _count_head(self, data: bytes) -> None:
        """Refuse a head that goes on and on; watch over what has not come to its end."""
        if not self._is_parsing:
            return
        if self._head_bytes >= 0:
            self._head_bytes += len(data)
            if self._head_bytes > HEAD_BYTES:
                self._refuse_head()
                return
        elif self._is_framing_without_end(data):
            self._refuse(431)
            return
        self._used_at = self.loop.time()
        self._watch(self._timeout_seconds)

    def _is_framing_without_end(self, data: bytes) -> bool:
        """Whether chunks' extensions or trailers go on and on, while the body does not."""
        self._framing_bytes = 0 if self._has_body else self._framing_bytes + len(data)
        self._has_body = False
        return max(self._framing_bytes, self._trailer_bytes) > HEAD_BYTES

    @property
    def _timeout_seconds(self) -> float:
        """How long the next bytes of a request that has begun may take."""
        return self._body_seconds if self._head_bytes < 0 else self._head_seconds

    def _should_upgrade(self) -> bool:
        """To a websocket, which begins with GET (RFC 6455, 4.1), and to nothing else."""
        is_possible = self.scope["method"] == "GET" and self.parser.get_http_version() == "1.1"
        return is_possible and super()._should_upgrade()

    def _pass_to_asgi(self) -> None:
        """To the protocol of websockets, or refuse what that would leave without an answer."""
        status = handshake_refusal(self.url, self.headers)
        if status is None:
            self.handle_websocket_upgrade()
        else:
            self._refuse(status)

    def _without_upgrade(self) -> bytes:
        """The head once more, for a parser that does not stop at it (RFC 9110, 7.8: ignore it)."""
        version = self.parser.get_http_version().encode()
        self.parser = httptools.HttpRequestParser(self)
        self.parser.set_dangerous_leniencies(lenient_data_after_close=True)
        lines = [self.scope["method"].encode() + b" " + self.url + b" HTTP/" + version]
        lines += [b": ".join(header) for header in self.headers if header[0] not in UPGRADE_HEADERS]
        return b"\r\n".join(lines) + END

    def _refuse_head(self) -> None:
        """431 in the words of the provider, which the target has named by now."""
        method = self.parser.get_method()
        arrival = too_large(self.scheme or "", method, self.url) if self._app else None
        if self._app is None or arrival is None:
            self._refuse(431 if len(self.url) <= LONGEST else 414)
            return
        self._is_refused = True  # whatever comes behind it
        self._app.answer(arrival, self._abort_with)

    def _abort_with(self, exchange: Exchange) -> None:
        assert not isinstance(exchange.response.body, FileSlice)  # an error has a short one
        head = response_head(exchange.response, closes=True)
        assert head is not None  # nothing of the client's stands in it
        self._abort(head + exchange.response.body)

    def _refuse(self, status: int) -> None:
        """An answer of the server's own, for what no provider could read."""
        cycle = self.cycle
        if cycle is not None and not cycle.response_complete and not cycle.more_body:
            self._refusal, self._is_refused = status, True
            return
        text = STATUS_LINE[status].split(b" ", 2)[2].strip()
        head = (
            b"content-type: text/plain; charset=utf-8\r\n"
            b"content-length: %d\r\nconnection: close\r\n\r\n" % len(text)
        )
        self._abort(STATUS_LINE[status] + head + text)

    def _abort(self, last: bytes) -> None:
        """Write what is last, and close as soon as the client has seen it.

        Source: RFC 9112, 9.6: a client that is still sending would not see it otherwise.
        """
        self._unset_keepalive_if_required()
        self.transport.write(last)
        if self.transport.can_write_eof():
            self.transport.write_eof()
            self._is_refused = True
            alarm = self.loop.call_later(self._head_seconds, self.transport.abort)
            self.timeout_keep_alive_task = alarm
        else:
            self.transport.close()

    def _answer(self, head: RequestHead, start: bytes, body: bytes) -> None:
        assert self._app is not None  # or nothing is prompt
        reply = self._app.begin(head.request.with_body(body) if body else head.request)
        if (
            isinstance(reply, PendingExchange)
            or reply.fault
            or not self._send(head, reply.response)
        ):
            # What is left to do takes its time.
            self._answered = reply
            self._feed(start + END + body)

    def _send(self, head: RequestHead, response: Response) -> bool:
        """Whether it could be sent."""
        lines = response_head(response, closes=head.closes)
        if lines is None or isinstance(response.body, FileSlice):
            return False
        body = b"" if head.request.method == "HEAD" else response.body
        self.transport.writelines((lines, body))
        if head.closes:
            self.transport.close()
        self._used_at = self.loop.time()
        self.server_state.total_requests += 1
        return True

    def timeout_keep_alive_handler(self) -> None:
        """The alarm is not put off with each answer: it asks itself how long ago the last one was.

        Putting it off takes a tenth of a request.
        """
        left = self._idle_deadline() - self.loop.time()
        if left > 0:
            self._watch(left)
        elif self.flow.read_paused:  # it is the server that is slow
            self._watch(self._body_seconds)
        elif self._held or self._is_parsing:
            self._refuse(408)
        else:
            super().timeout_keep_alive_handler()

    def _idle_deadline(self) -> float:
        """For how long the client may say nothing, by the loop's clock."""
        if self._held_since is not None:
            return self._held_since + self._head_seconds
        if self._is_parsing:
            return self._used_at + self._timeout_seconds
        return self._used_at + self.timeout_keep_alive

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._is_parsing, self._head_bytes = True, 0
        self._has_body, self._framing_bytes, self._trailer_bytes = False, 0, 0
        # A fault may break the connection.
        self.scope["extensions"] = {TRANSPORT: {"transport": self.transport}}
        if self._answered is not None:
            self.scope["extensions"][EXCHANGE_EXTENSION] = {"exchange": self._answered}
            self._answered = None

    def on_header(self, name: bytes, value: bytes) -> None:
        """Trailers are dropped: they come too late to say anything of the request.

        Source: RFC 9110, 6.5.1: they must not be merged into the headers.
        """
        if self._head_bytes >= 0:
            super().on_header(name, value)
        else:
            self._trailer_bytes += len(name) + len(value) + 4  # b": " and the line's end

    def on_body(self, body: bytes) -> None:
        self._has_body = True
        super().on_body(body)

    def on_headers_complete(self) -> None:
        """Raises BadTarget."""
        self._head_bytes = -1
        self.scope["method"] = self.parser.get_method().decode("ascii")
        if self.parser.get_http_version() not in VERSIONS:
            raise BadTarget(505)
        self._check_headers()
        self._declines_upgrade = self.parser.should_upgrade() and not self._should_upgrade()
        if self._declines_upgrade:
            if not any(name in UPGRADE_HEADERS for name, _ in self.headers):
                raise BadTarget(400)  # CONNECT, which is for proxies
            return  # the head comes once more
        self.url, host = origin_form(self.url)
        if host is not None:
            self.headers[:] = with_host(self.headers, host)
        super().on_headers_complete()

    def _check_headers(self) -> None:
        """Raises BadTarget for what the parser lets pass.

        Source: RFC 9112, 3.2: 400 without a Host, or with two. 6.1: 501 for an unknown coding; 6.3:
        400 where chunks are not the last one, so that nobody knows the length.
        """
        if not has_one_host(self.parser.get_http_version(), self.headers):
            raise BadTarget(400)
        given = [value for name, value in self.headers if name == b"transfer-encoding"]
        codings = b",".join(given).strip().lower()
        if given and codings != b"chunked":
            raise BadTarget(501 if codings.endswith(b"chunked") else 400)

    def on_message_complete(self) -> None:
        if not self._declines_upgrade:
            super().on_message_complete()
        self._is_parsing = False


def can_become_head(data: bytes) -> bool:
    """Whether to wait for the rest. A line that ends in LF alone has an end that never comes."""
    is_short = len(data) <= HELD_BYTES and data.count(b"\n") == data.count(b"\r\n")
    return is_short and REQUEST_BEGINNING.match(data) is not None


def response_head(response: Response, *, closes: bool) -> bytes | None:
    """The head as it goes over the wire; None: one of its values would break it."""
    lines = head_template(tuple(response.headers)) % tuple(response.headers.values())
    ends = len(response.headers)
    if (lines.count("\n"), lines.count("\r")) != (ends, ends) or "\0" in lines:
        return None
    if response.status not in (204, 304):  # RFC 9110, 8.6
        lines += f"content-length: {len(response.body)}\r\n"
    if closes:
        lines += "connection: close\r\n"
    return STATUS_LINE[response.status] + lines.encode("latin-1") + b"\r\n"


@lru_cache(maxsize=256)
def head_template(names: tuple[str, ...]) -> str:
    """The lines of a head, to be filled in with values; most answers have the same names."""
    return "".join(name.lower().replace("%", "%%") + ": %s\r\n" for name in names)
