from dataclasses import field, replace

import pytest

from emulator.core.values import value


@value
class Point:
    x: int
    y: int = 0
    label: str = field(default="", compare=False)


def test_a_value_is_told_by_its_fields() -> None:
    assert {Point(1, 2, "a"), Point(1, 2, "b"), Point(1)} == {Point(1, 2), Point(1, 0)}


def test_a_change_makes_another_value() -> None:
    first = Point(1)

    assert replace(first, y=2) == Point(1, 2)
    assert first == Point(1)


def test_a_value_has_its_fields_and_nothing_else() -> None:
    with pytest.raises(AttributeError):
        setattr(Point(1), "z", 3)  # noqa: B010 - mypy sees the other spelling
