"""The definitions in specs/, and how the providers keep to them."""

from typing import Any, get_args, get_type_hints

import pytest
import yaml
from openapi_spec_validator import validate

from emulator.core.base.resources import data_folder, spec_path
from emulator.core.contract import Contract, Operation
from emulator.core.contract.openapi import ParsingRules, types
from emulator.core.provider.provider import Provider
from emulator.providers import PROVIDERS

EACH = pytest.mark.parametrize("provider", PROVIDERS, ids=lambda one: one.name)
TEXT = {"type": "string"}  # a parameter that cannot be wrong
READ = ("application/json", "application/merge-patch+json", "multipart/form-data")


def raw(provider: Provider, operation: Operation) -> dict[str, Any]:
    """The operation as it stands in the file."""
    found = provider.contract.spec["paths"][operation.path][operation.method.lower()]
    assert isinstance(found, dict)
    return found


def emulated(provider: Provider) -> list[Operation]:
    return [
        operation
        for operation in provider.contract.operations.values()
        if operation.id in provider.operations
    ]


def test_every_definition_has_its_provider() -> None:
    files = {path.stem for path in data_folder("specs").glob("*.yaml")}

    assert files == {"admin", *(provider.name for provider in PROVIDERS)}


@pytest.mark.parametrize("name", ["admin", *(provider.name for provider in PROVIDERS)])
def test_all_that_a_definition_says_can_be_read(name: str) -> None:
    """A server reads an operation when somebody asks for it, which is late to find a mistake."""
    contract = Contract.load(spec_path(name))
    schemes = contract.spec["components"]["securitySchemes"].keys()

    for operation in (*contract.operations.values(), *contract.sockets.values()):
        answers = operation.responses.values()
        headers = [schema for answer in answers for _, schema in answer.headers.values()]
        bodies = [schema for answer in answers for schema in answer.contents.values()]
        found = [parameter.schema for parameter in operation.parameters] + headers
        found += filter(None, [*operation.bodies.values(), *bodies])

        assert answers, operation.id
        assert {scheme.name for scheme in operation.schemes} <= schemes
        assert all(one.pointer.startswith("/") for one in found), operation.id


@EACH
def test_a_definition_is_valid(provider: Provider) -> None:
    validate(yaml.safe_load(provider.contract.path.read_bytes()))


@EACH
def test_every_operation_is_emulated_or_not(provider: Provider) -> None:
    documented = [operation.id for operation in provider.contract.operations.values()]

    assert sorted([*provider.operations, *provider.not_emulated]) == sorted(documented)


@EACH
def test_every_operation_has_an_id_of_its_own(provider: Provider) -> None:
    items = provider.contract.spec["paths"].values()
    methods = [one for item in items for one in item.values() if "responses" in one]

    assert len(methods) == len(provider.contract.operations)


@EACH
def test_what_comes_later_is_what_is_not_emulated(provider: Provider) -> None:
    operations = provider.contract.operations.values()
    later = {
        operation.id: raw(provider, operation).get("x-emulator-later") for operation in operations
    }

    assert {id for id, reason in later.items() if reason} == set(provider.not_emulated)
    assert all(provider.not_emulated.values())


@EACH
def test_an_operations_function_has_its_name(provider: Provider) -> None:
    """Style, rule 2: the operationId in snake_case, or the part of it that says what is done."""
    for id, function in provider.operations.items():
        words = "".join(f"_{one.lower()}" if one.isupper() else one for one in id).strip("_")

        assert function.__name__.replace("_", "") in words.replace("_", "").lower(), id


@EACH
def test_the_habits_are_among_those_we_know(provider: Provider) -> None:
    habits = provider.contract.spec["x-emulator-requests"]
    known = {name: get_args(hint) for name, hint in get_type_hints(ParsingRules).items()}

    assert {name: value for name, value in habits.items() if value not in known[name]} == {}


@EACH
def test_parameters_are_of_the_kinds_that_are_read(provider: Provider) -> None:
    for operation in provider.contract.operations.values():
        names = [parameter.name.lower() for parameter in operation.parameters]

        assert len(names) == len(set(names)), operation.id
        for one in operation.parameters:
            assert one.place in ("path", "query", "header"), (operation.id, one.name)
            assert one.types, (operation.id, one.name)
            assert one.deep == ("object" in one.types), (operation.id, one.name)
            assert one.place == "query" or "array" not in one.types, (operation.id, one.name)


@EACH
def test_every_template_in_a_path_is_a_parameter(provider: Provider) -> None:
    for operation in provider.contract.operations.values():
        documented = {
            parameter.name for parameter in operation.parameters if parameter.place == "path"
        }
        path = "/".join(f"{{{name}}}" for name in documented)

        assert operation.path.count("{") == len(documented), operation.id
        assert all(part in operation.path for part in path.split("/")), operation.id


@EACH
def test_bodies_are_of_the_kinds_that_are_read(provider: Provider) -> None:
    for operation in emulated(provider):
        assert set(operation.bodies) <= set(READ), operation.id


@EACH
def test_form_fields_that_are_references_are_texts(provider: Provider) -> None:
    """A form's fields are typed by the schema that stands there; references are not followed."""
    for operation in emulated(provider):
        schema = operation.bodies.get("multipart/form-data")
        for name, one in (schema.schema.get("properties", {}) if schema else {}).items():
            inner = one.get("items", {}) if "array" in types(one) else one
            target = inner.get("$ref", "").rpartition("/")[2]
            schemas = provider.contract.spec["components"]["schemas"]

            assert not {"integer", "number", "boolean"} & set(types(schemas.get(target, {}))), name


@EACH
def test_whoever_shows_no_key_shows_a_signed_link_or_asks_nothing_secret(
    provider: Provider,
) -> None:
    open_to_all = {
        operation.id
        for operation in provider.contract.operations.values()
        if not operation.security and not operation.tenant_parameter
    }

    assert open_to_all <= {"health", "ModelsController_list_v1"}


@EACH
def test_a_signed_links_tenant_is_a_parameter_of_its_path(provider: Provider) -> None:
    for operation in provider.contract.operations.values():
        if operation.tenant_parameter:
            assert f"{{{operation.tenant_parameter}}}" in operation.path
            assert operation.security == ()


@EACH
def test_what_every_operation_may_answer_is_documented(provider: Provider) -> None:
    """What the core answers before any operation is asked."""
    for operation in emulated(provider):
        wrong = operation.bodies or any(
            parameter.schema.schema != TEXT for parameter in operation.parameters
        )
        statuses = [429, 500, 503]
        statuses += [400] if wrong else []
        statuses += [401] if operation.security else []
        statuses += [413] if operation.bodies else []

        missing = [status for status in statuses if operation.response(status) is None]

        assert missing == [] or not operation.security, (operation.id, missing)


@EACH
def test_no_header_of_ours_is_declared(provider: Provider) -> None:
    for operation in provider.contract.operations.values():
        for answer in operation.responses.values():
            assert not {"date", "x-emulator-request-id", "x-emulator-reason"} & set(answer.headers)


@EACH
def test_what_costs_something_is_emulated(provider: Provider) -> None:
    assert provider.spends
    assert provider.spends <= provider.operations.keys()
