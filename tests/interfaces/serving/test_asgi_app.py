"""The whole site as an ASGI server sees it."""

import asyncio
from typing import Any

from emulator.application.emulator import Emulator
from emulator.interfaces.serving.asgi_app import root_app


def sent(scope: dict[str, Any], *received: dict[str, Any]) -> list[dict[str, Any]]:
    """What the site sends to a server that gives it these messages."""
    waiting, found = list(received), []

    async def receive() -> dict[str, Any]:
        return waiting.pop(0)

    async def send(message: Any) -> None:
        found.append(message)

    asyncio.run(root_app(Emulator())(scope, receive, send))
    return found


def test_a_server_that_tells_of_its_life_is_answered() -> None:
    messages = sent(
        {"type": "lifespan"}, {"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}
    )

    assert messages == [
        {"type": "lifespan.startup.complete"},
        {"type": "lifespan.shutdown.complete"},
    ]


def test_the_admin_api_has_no_web_sockets() -> None:
    messages = sent({"type": "websocket", "path": "/_emulator/events"})

    assert messages == [{"type": "websocket.close", "code": 1000}]
