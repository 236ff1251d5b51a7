"""The whole site of one emulator: the admin API, and the providers behind every other path."""

from functools import cached_property
from typing import TYPE_CHECKING

from emulator.application.addressing import is_ours
from emulator.application.emulator import Emulator
from emulator.core.http.bodies import MakeFile
from emulator.interfaces.admin.context import Access, Desk
from emulator.interfaces.transports.asgi import Receive, Scope, Send, path_below_mount
from emulator.interfaces.transports.http import MAX_BODY_BYTES, Door
from emulator.interfaces.transports.workers import Workers
from emulator.interfaces.webhooks.sender import Postman

if TYPE_CHECKING:
    from emulator.interfaces.admin.app import AdminDoor


class Site:
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
        self.door = Door(
            emulator,
            max_body_bytes=max_body_bytes,
            make_file=self._make_file,
            workers=self._workers,
        )
        self._desk = Desk(emulator, access)

    @cached_property
    def _admin(self) -> "AdminDoor":
        from emulator.interfaces.admin.app import AdminDoor  # many a server is never asked for it

        return AdminDoor(self._desk, self._make_file, self._workers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await live(receive, send)
        elif is_ours(path_below_mount(scope)):
            await self._admin(scope, receive, send)
        else:
            await self.door(scope, receive, send)


async def live(receive: Receive, send: Send) -> None:
    """There is nothing to begin or to end; the server wants to be told so."""
    while True:
        kind = (await receive())["type"]
        await send({"type": f"{kind}.complete"})
        if kind == "lifespan.shutdown":
            return


def application(
    emulator: Emulator,
    *,
    max_body_bytes: int = MAX_BODY_BYTES,
    access: Access = Access(),  # noqa: B008 - a frozen value
    make_file: MakeFile | None = None,
) -> Site:
    """The ASGI application of one emulator, which delivers what its providers send.

    Long bodies go to files of ``make_file``; None: to those of the emulator.
    """
    emulator.postman = emulator.postman or Postman(emulator)
    return Site(emulator, access, max_body_bytes, make_file)
