"""The whole site of one emulator: the admin API, and the providers behind every other path."""

from functools import cached_property
from typing import TYPE_CHECKING

from emulator.application.addressing import is_admin_path
from emulator.application.emulator import Emulator
from emulator.core.http.bodies import MakeFile
from emulator.interfaces.admin.context import Access, AdminContext
from emulator.interfaces.transports.asgi import Receive, Scope, Send, path_below_mount
from emulator.interfaces.transports.http import MAX_BODY_BYTES, HttpApp
from emulator.interfaces.transports.workers import Workers
from emulator.interfaces.webhooks.sender import WebhookSender

if TYPE_CHECKING:
    from emulator.interfaces.admin.app import AdminApp


class RootApp:
    """The ASGI application of one emulator."""

    def __init__(
        self,
        emulator: Emulator,
        access: Access,
        max_body_bytes: int,
        make_file: MakeFile | None = None,
    ) -> None:
        self.emulator = emulator
        self._make_file = make_file or emulator.make_file
        self._workers = Workers()
        self.http_app = HttpApp(
            emulator,
            max_body_bytes=max_body_bytes,
            make_file=self._make_file,
            workers=self._workers,
        )
        self._context = AdminContext(emulator, access)

    @cached_property
    def _admin(self) -> "AdminApp":
        from emulator.interfaces.admin.app import AdminApp  # many a server is never asked for it

        return AdminApp(self._context, self._make_file, self._workers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await lifespan(receive, send)
        elif is_admin_path(path_below_mount(scope)):
            await self._admin(scope, receive, send)
        else:
            await self.http_app(scope, receive, send)


async def lifespan(receive: Receive, send: Send) -> None:
    """There is nothing to begin or to end; the server wants to be told so."""
    while True:
        kind = (await receive())["type"]
        await send({"type": f"{kind}.complete"})
        if kind == "lifespan.shutdown":
            return


def root_app(
    emulator: Emulator,
    *,
    max_body_bytes: int = MAX_BODY_BYTES,
    access: Access = Access(),  # noqa: B008 - a frozen value
    make_file: MakeFile | None = None,
) -> RootApp:
    """The ASGI application of one emulator, which delivers what its providers send.

    Long bodies go to files of ``make_file``; None: to those of the emulator.
    """
    emulator.webhook_sender = emulator.webhook_sender or WebhookSender(emulator)
    return RootApp(emulator, access, max_body_bytes, make_file)
