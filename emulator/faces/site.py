"""The whole site of one emulator: the admin API, and the providers behind every other path."""

from starlette.applications import Starlette

from emulator.application import Emulator
from emulator.faces.admin.desk import Access, Desk, is_ours
from emulator.faces.admin.door import AdminDoor
from emulator.faces.asgi import Receive, Scope, Send
from emulator.faces.http import MAX_BODY_BYTES, Door
from emulator.faces.postman import Postman


class Site:
    """Leads each request to its door; Starlette's routes would lose a path with a line break."""

    def __init__(self, control: AdminDoor, door: Door) -> None:
        self._control = control
        self._door = door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        below = scope["path"].removeprefix(scope.get("root_path", ""))
        if scope["type"] == "http" and is_ours(below):
            await self._control(scope, receive, send)
        else:
            await self._door(scope, receive, send)


def application(
    emulator: Emulator,
    *,
    max_body_bytes: int = MAX_BODY_BYTES,
    access: Access = Access(),  # noqa: B008 - a frozen value
) -> Starlette:
    """The Starlette application of one emulator."""
    door = Door(emulator, max_body_bytes=max_body_bytes)
    emulator.postman = emulator.postman or Postman(emulator)
    made = Starlette()
    made.router.default = Site(AdminDoor(Desk(emulator, access)), door)
    return made
