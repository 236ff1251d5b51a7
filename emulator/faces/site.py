"""The whole site of one emulator: the admin API, and the providers behind every other path."""

from starlette.applications import Starlette
from starlette.routing import Mount, Route

from emulator.application import Emulator
from emulator.faces import inbox
from emulator.faces.admin.desk import PREFIX, Access, Desk
from emulator.faces.admin.door import AdminDoor
from emulator.faces.http import MAX_BODY_BYTES, Door
from emulator.faces.postman import Postman


def application(
    emulator: Emulator,
    *,
    max_body_bytes: int = MAX_BODY_BYTES,
    access: Access = Access(),  # noqa: B008 - a frozen value
) -> Starlette:
    """The Starlette application of one emulator."""
    door = Door(emulator, max_body_bytes=max_body_bytes)
    emulator.postman = emulator.postman or Postman(emulator)
    control = AdminDoor(Desk(emulator, access))
    ours = [Route(PREFIX, control), Mount(PREFIX, app=control)]
    return Starlette(routes=[*inbox.routes(emulator), *ours, Mount("/", app=door)])
