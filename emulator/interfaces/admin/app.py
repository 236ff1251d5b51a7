"""AdminDoor: the ASGI application behind every path under /_emulator."""

import logging
from functools import partial

from emulator.application.addressing import IncomingRequest
from emulator.core.http.bodies import MakeFile
from emulator.core.http.messages import Response
from emulator.core.http.problems import Broken
from emulator.interfaces.admin.context import AdminContext
from emulator.interfaces.admin.errors import envelope
from emulator.interfaces.admin.event_stream import stream
from emulator.interfaces.admin.pipeline import answer, takes_long
from emulator.interfaces.admin.waiting import requested_wait
from emulator.interfaces.transports.asgi import (
    ClientDisconnected,
    Receive,
    Scope,
    Send,
    incoming_request,
    listening_addresses,
    read_body,
    response_start,
)
from emulator.interfaces.transports.workers import Workers

MAX_BODY_BYTES = 8_000_000
LONG_BYTES = 20_000  # a scenario of that length is read in about a hundredth of a second

log = logging.getLogger("speech_emulator")


class AdminApp:
    def __init__(
        self, desk: AdminContext, make_file: MakeFile, workers: Workers | None = None
    ) -> None:
        self._context = desk
        self._make_file = make_file
        self._workers = workers or Workers()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1000})  # before the handshake: 403
            return
        try:
            body = await read_body(scope, receive, MAX_BODY_BYTES, self._make_file)
            incoming = incoming_request(scope, body)
        except ClientDisconnected:
            return
        addresses = listening_addresses(scope)
        try:
            response = await self._answer_anywhere(incoming, addresses)
            wait = requested_wait(self._context, incoming, response)
            if wait:
                await wait.wait(receive)
                response = await self._answer_anywhere(incoming, addresses)
        except ClientDisconnected:
            return
        if is_endless(response) and incoming.method == "GET":
            head = response_start(response)
            head["headers"] = [one for one in head["headers"] if one[0] != b"content-length"]
            await send(head)
            await stream(self._context, dict(incoming.query).get("tenant", ""), receive, send)
            return
        await send(response_start(response))
        content = b"" if incoming.method == "HEAD" else response.body
        await send({"type": "http.response.body", "body": content})

    async def _answer_anywhere(
        self, incoming: IncomingRequest, addresses: tuple[str, ...]
    ) -> Response:
        """What takes long is done beside the loop, so that nobody else has to wait for it."""
        if len(incoming.body) > LONG_BYTES or takes_long(self._context, incoming):
            return await self._workers.run(partial(self._answer, incoming, addresses))
        return self._answer(incoming, addresses)

    def _answer(self, incoming: IncomingRequest, addresses: tuple[str, ...]) -> Response:
        try:
            return answer(self._context, incoming, addresses)
        except Exception as error:
            # As at the providers' door: a bug of ours must not hang up on anybody.
            log.exception("%s %s broke the admin API", incoming.method, incoming.path)
            return envelope(Broken((f"{type(error).__name__}: {error}",)))


def is_endless(response: Response) -> bool:
    return (response.header("content-type") or "").startswith("text/event-stream")
