"""Contract: one provider's OpenAPI file, which routes, reads and checks."""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

from emulator.core.contract import openapi, request_reader
from emulator.core.contract.openapi import Habits, Operation, Scheme, Spec
from emulator.core.contract.routing import Routes
from emulator.core.contract.validator import Checks
from emulator.core.http.messages import Json, Request, Response
from emulator.core.http.problems import Breach

__all__ = ["Contract", "Engine", "Operation"]

SOCKETS = "x-emulator-sockets"  # OpenAPI has no word for websockets


class Engine(Protocol):
    """Judges messages by a definition; () means that nothing is wrong."""

    def request(self, operation: Operation, request: Request) -> tuple[Breach, ...]: ...

    def response(
        self, operation: Operation, request: Request, response: Response
    ) -> tuple[Breach, ...]: ...


class Contract(Struct, frozen=True, dict=True):
    path: Path
    spec: Spec
    habits: Habits
    operations: Mapping[str, Operation]  # by id, in the file's order
    sockets: Mapping[str, Operation]  # websockets: their handshakes, written down in the same form
    routes: Routes
    socket_routes: Routes
    engine: Engine
    checks: Checks

    @cached_property
    def schemes(self) -> tuple[Scheme, ...]:
        """Every way to show a credential that any operation takes."""
        ways = dict.fromkeys(way for one in self.operations.values() for way in one.schemes)
        return tuple(ways)

    @classmethod
    def load(cls, path: Path) -> "Contract":
        spec = openapi.load(path)
        habits = Habits(**spec.get("x-emulator-requests", {}))
        operations = {one.id: one for one in openapi.operations(spec)}
        sockets = {one.id: one for one in openapi.operations(spec, SOCKETS)}
        routes = Routes(operations.values(), habits)
        socket_routes = Routes(sockets.values(), habits)
        checks = Checks(spec)
        return cls(path, spec, habits, operations, sockets, routes, socket_routes, checks, checks)

    def judged_by(self, engine: Engine) -> "Contract":
        return replace(self, engine=engine)

    def knows(self, path: str) -> bool:
        """Whether a path is documented, whatever the method, or is a websocket's."""
        return self.routes.knows(path) or self.socket_routes.knows(path)

    def find(self, request: Request) -> tuple[Operation, Mapping[str, str]]:
        """The operation and its raw path parameters. Raises NoOperation and WrongMethod."""
        return request.once("route", lambda: self.routes.find(request.method, request.path))

    def find_socket(self, request: Request) -> tuple[Operation, Mapping[str, str]]:
        """The websocket behind a path, and the path's parameters. Raises NoOperation."""
        return self.socket_routes.find(request.method, request.path)

    def documented(self, id: str) -> Operation:
        """The operation or the websocket of that id."""
        return self.operations.get(id) or self.sockets[id]

    def read(self, operation: Operation, request: Request, in_path: Mapping[str, str]) -> Request:
        """The request with typed parameters and a parsed body; see ``reading.read``."""
        return request_reader.read(operation, self.habits, request, in_path)

    def strange(self, operation: Operation, request: Request) -> tuple[str, ...]:
        """The names of the query parameters that the operation does not document."""
        return request_reader.strange(operation, self.habits, request)

    def check_request(self, operation: Operation, request: Request) -> tuple[Breach, ...]:
        return self.engine.request(operation, request)

    def check_response(
        self, operation: Operation, request: Request, response: Response
    ) -> tuple[Breach, ...]:
        return self.engine.response(operation, request, response)

    def check_message(self, schema: str, content: Json) -> tuple[Breach, ...]:
        """A webhook's body, by the name of its schema; the fast engine judges it in any case."""
        return self.checks.message(schema, content)
