"""A toy websocket: it says back what it hears."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from msgspec.structs import replace

from emulator.core.contract.openapi import operations
from emulator.core.contract.routing import Routes
from emulator.core.contract.validator import SchemaValidator
from emulator.core.http.messages import Request
from emulator.core.http.problems import Refused
from emulator.core.provider.backend import Backend
from emulator.core.provider.conversation import Abort, Close, End, Frame, Reply, Send
from emulator.core.provider.provider import Provider, Socket
from tests.support.toy_provider import TOY

SECTION = "x-emulator-sockets"
SCHEMA = {"type": "object", "required": ["heard"], "properties": {"heard": {"type": "string"}}}
HANDSHAKE: Any = {
    "/v1/echo": {
        "get": {
            "operationId": "echo",
            "security": [],
            "responses": {"101": {"description": "Talk"}, "403": {"description": "No"}},
        }
    }
}
ENDS: Mapping[str, End] = {
    "bye": Close(1000, "Bye."),
    "cut": Abort(),
    "long": Close(4000, "é" * 100),
}


class Echo:
    """One connection; ``log`` is what has happened to it."""

    def __init__(self, backend: Backend, log: list[str]) -> None:
        self._backend = backend
        self._begun_at = backend.now()
        self._log = log

    def opened(self) -> Reply:
        self._log.append("opened")
        return Reply((Send({"heard": ""}, "Echo"),))

    def received(self, frame: Frame) -> Reply:
        assert frame != "bug"
        if frame == "nonsense":
            return Reply((Send({"said": "nonsense"}, "Echo"),))
        text = frame if isinstance(frame, str) else f"{len(frame)} bytes"
        return Reply((Send({"heard": text}, "Echo"), Send({})), ENDS.get(text))

    def wakes_at(self) -> datetime | None:
        return None if "woken" in self._log else self._begun_at + timedelta(seconds=10)

    def woken(self) -> Reply:
        if self._backend.now() < self._begun_at + timedelta(seconds=10):
            return Reply()
        self._log.append("woken")
        return Reply((Send({"heard": "nothing"}, "Echo"),))

    def closed(self, code: int) -> None:
        self._log.append(f"closed with {code}")


def echoing(log: list[str]) -> Provider:
    """The toy with a socket at /v1/echo?account=...; ``teapot=1`` is refused."""

    def account(request: Request) -> str:
        return dict(request.query).get("account", "")

    def enter(request: Request, backend: Backend) -> Echo:
        if ("teapot", "1") in request.query:
            raise Refused("teapot")
        assert ("bug", "1") not in request.query
        return Echo(backend, log)

    spec = {**TOY.contract.spec, SECTION: HANDSHAKE}
    spec["components"] = {
        **spec["components"],
        "schemas": {**spec["components"]["schemas"], "Echo": SCHEMA},
    }
    found = {operation.id: operation for operation in operations(spec, SECTION)}
    checks = SchemaValidator(spec)
    contract = replace(
        TOY.contract,
        spec=spec,
        sockets=found,
        socket_routes=Routes(found.values(), TOY.contract.parsing_rules),
        schema_validator=checks,
        validator=checks,
    )
    return replace(TOY, contract=contract, sockets={"echo": Socket(account, enter)})
