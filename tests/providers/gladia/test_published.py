"""Gladia's definition here beside the published one: what differs is known, with its source.

``pytest -rP`` on this file shows the report.
"""

from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from emulator.providers.gladia import GLADIA
from tests.providers.gladia.differences import (
    FIELDS,
    MARKED,
    NARROWER,
    PUBLISHED,
    UNLISTED,
    Difference,
    Narrowing,
    report,
)

MARK = "x-emulator-added"
SPEC: Any = yaml.safe_load(GLADIA.contract.path.read_bytes())
SCHEMAS = SPEC["components"]["schemas"]
ROOTS = ("paths", "x-emulator-sockets", "webhooks", "components")


def at(place: str) -> Any:
    """What stands at a place of the definition. Raises KeyError."""
    found = SPEC
    for step in place.split("/"):
        found = found[step.replace("~1", "/")]
    return found


def marks(found: Any, place: tuple[str, ...], seen: set[int]) -> Iterator[str]:
    """The places that carry the mark; what is used again by an alias counts where it is first."""
    if isinstance(found, dict):
        if MARK in found and id(found) not in seen:
            seen.add(id(found))
            yield "/".join(step.replace("/", "~1") for step in place)
        for name, value in found.items():
            yield from marks(value, (*place, str(name)), seen)


def statuses(id: str) -> dict[int, Any]:
    """The answers of an operation, by status."""
    operation = GLADIA.contract.operations[id]
    answers = SPEC["paths"][operation.path][operation.method.lower()]["responses"]
    return {int(status): answer for status, answer in answers.items()}


def is_marked(found: Any) -> bool:
    reference = found.get("$ref", "").removeprefix("#/")
    return MARK in found or bool(reference and MARK in at(reference))


@pytest.mark.parametrize("one", MARKED, ids=lambda one: one.place)
def test_a_difference_is_there_and_carries_its_mark(one: Difference) -> None:
    assert at(one.place)[MARK]
    assert one.published
    assert one.source


def test_every_mark_is_a_difference_that_is_known() -> None:
    seen: set[int] = set()
    found = [place for root in ROOTS for place in marks(SPEC.get(root, {}), (root,), seen)]

    assert sorted(found) == sorted(one.place for one in MARKED)


@pytest.mark.parametrize("one", NARROWER, ids=lambda one: one.place)
def test_what_is_said_more_narrowly_is_said(one: Narrowing) -> None:
    assert one.keyword in at(one.place)
    assert one.why


@pytest.mark.parametrize(("id", "method", "path", "published"), PUBLISHED)
def test_an_operation_is_where_it_is_published(
    id: str, method: str, path: str, published: frozenset[int]
) -> None:
    operation = GLADIA.contract.operations[id]

    assert (operation.method, operation.path) == (method, path)
    assert published <= statuses(id).keys()


def test_every_operation_is_published_or_marked() -> None:
    operations = GLADIA.contract.operations
    added = {
        id for id, one in operations.items() if MARK in SPEC["paths"][one.path][one.method.lower()]
    }

    assert {id for id, _, _, _ in PUBLISHED} == operations.keys() - added


def test_every_status_is_published_or_marked() -> None:
    unexplained = {
        (id, status)
        for id, _, _, published in PUBLISHED
        if id not in GLADIA.not_emulated
        for status, answer in statuses(id).items()
        if status not in published and not is_marked(answer)
    }

    assert unexplained == UNLISTED.keys()


@pytest.mark.parametrize("schema", FIELDS)
def test_every_field_that_clients_send_is_published_or_marked(schema: str) -> None:
    fields = SCHEMAS[schema]["properties"]
    published = set(FIELDS[schema].split())

    assert published <= fields.keys()
    assert {name for name in fields.keys() - published if not is_marked(fields[name])} == set()


def test_the_report_has_a_line_for_each_difference() -> None:
    lines = report().splitlines()

    print(report())

    assert len(lines) == 2 + len(MARKED) + len(UNLISTED) + len(NARROWER)
    assert len(set(lines)) == len(lines)
