"""Contract: one provider's OpenAPI file, which routes, reads and checks."""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

from emulator.core.contract import openapi, request_reader
from emulator.core.contract.openapi import Operation, ParsingRules, SecurityScheme, Spec
from emulator.core.contract.routing import Routes
from emulator.core.contract.validator import SchemaValidator
from emulator.core.http.messages import Json, Request, Response
from emulator.core.http.problems import Violation

__all__ = ["Contract", "Operation", "Validator"]

SOCKETS = "x-emulator-sockets"  # OpenAPI has no word for websockets


class Validator(Protocol):
    """Judges messages by a definition; () means that nothing is wrong."""

    def check_request(self, operation: Operation, request: Request) -> tuple[Violation, ...]: ...

    def check_response(
        self, operation: Operation, request: Request, response: Response
    ) -> tuple[Violation, ...]: ...


class Contract(Struct, frozen=True, dict=True):
    path: Path
    spec: Spec
    parsing_rules: ParsingRules
    operations: Mapping[str, Operation]  # by id, in the file's order
    sockets: Mapping[str, Operation]  # websockets: their handshakes, written down in the same form
    routes: Routes
    socket_routes: Routes
    validator: Validator
    schema_validator: SchemaValidator

    @cached_property
    def schemes(self) -> tuple[SecurityScheme, ...]:
        """Every way to show a credential that any operation takes."""
        ways = dict.fromkeys(
            way for operation in self.operations.values() for way in operation.schemes
        )
        return tuple(ways)

    @classmethod
    def load(cls, path: Path) -> "Contract":
        spec = openapi.load(path)
        habits = ParsingRules(**spec.get("x-emulator-requests", {}))
        operations = {operation.id: operation for operation in openapi.operations(spec)}
        sockets = {operation.id: operation for operation in openapi.operations(spec, SOCKETS)}
        routes = Routes(operations.values(), habits)
        socket_routes = Routes(sockets.values(), habits)
        checks = SchemaValidator(spec)
        return cls(path, spec, habits, operations, sockets, routes, socket_routes, checks, checks)

    def with_validator(self, engine: Validator) -> "Contract":
        return replace(self, validator=engine)

    def has_path(self, path: str) -> bool:
        """Whether a path is documented, whatever the method, or is a websocket's."""
        return self.routes.has_path(path) or self.socket_routes.has_path(path)

    def find(self, request: Request) -> tuple[Operation, Mapping[str, str]]:
        """The operation and its raw path parameters. Raises NoOperation and WrongMethod."""
        return request.cached("route", lambda: self.routes.find(request.method, request.path))

    def find_socket(self, request: Request) -> tuple[Operation, Mapping[str, str]]:
        """The websocket behind a path, and the path's parameters. Raises NoOperation."""
        return self.socket_routes.find(request.method, request.path)

    def operation_or_socket(self, id: str) -> Operation:
        """The operation or the websocket of that id."""
        return self.operations.get(id) or self.sockets[id]

    def read(self, operation: Operation, request: Request, in_path: Mapping[str, str]) -> Request:
        """The request with typed parameters and a parsed body; see ``reading.read``."""
        return request_reader.read(operation, self.parsing_rules, request, in_path)

    def undocumented_parameters(self, operation: Operation, request: Request) -> tuple[str, ...]:
        """The names of the query parameters that the operation does not document."""
        return request_reader.undocumented_parameters(operation, self.parsing_rules, request)

    def check_request(self, operation: Operation, request: Request) -> tuple[Violation, ...]:
        return self.validator.check_request(operation, request)

    def check_response(
        self, operation: Operation, request: Request, response: Response
    ) -> tuple[Violation, ...]:
        return self.validator.check_response(operation, request, response)

    def check_message(self, schema: str, content: Json) -> tuple[Violation, ...]:
        """A webhook's body, by the name of its schema; the fast engine judges it in any case."""
        return self.schema_validator.check_message(schema, content)
