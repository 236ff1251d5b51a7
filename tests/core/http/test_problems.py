from typing import Any

import pytest

from emulator.core.http.problems import (
    MOST_VIOLATIONS,
    PROBLEMS,
    Invalid,
    Problem,
    Violation,
    is_small,
)
from tests.support.toy_provider import SAMPLES


def test_the_list_of_problems_is_complete() -> None:
    assert set(PROBLEMS) == set(Problem.__subclasses__())
    assert len(PROBLEMS) == len(set(PROBLEMS))


def test_every_problem_has_a_sample() -> None:
    assert [type(sample) for sample in SAMPLES] == list(PROBLEMS)


@pytest.mark.parametrize("problem", SAMPLES, ids=lambda one: type(one).__name__)
def test_a_problem_is_raised_and_says_what_it_is(problem: Problem) -> None:
    with pytest.raises(type(problem)) as caught:
        raise problem

    assert caught.value is problem
    assert type(problem).__name__ in repr(problem)


def test_problems_of_the_same_words_are_not_the_same() -> None:
    one, other = (kind() for kind in (PROBLEMS[2], PROBLEMS[2]))

    assert one != other
    assert len({one, other}) == 2


@pytest.mark.parametrize(
    ("path", "name"),
    [(("config", "languages", 0), "config.languages.0"), (("limit",), "limit"), ((), "")],
)
def test_the_name_of_a_violation_is_its_dotted_path(path: tuple[str | int, ...], name: str) -> None:
    assert Violation("body", path, "type").name == name


def test_of_very_many_violations_a_refusal_keeps_the_first() -> None:
    violations = tuple(Violation("body", (i,), "type") for i in range(1000))

    assert Invalid(violations).violations == violations[:MOST_VIOLATIONS]


def test_a_value_is_looked_at_only_until_it_is_known_to_be_large() -> None:
    large: list[Any] = []
    for _ in range(1000):  # more values than anybody can count
        large = [large, large]

    assert not is_small(large, 500)
    assert not is_small({"a": large}, 500)


@pytest.mark.parametrize(
    ("value", "size", "length"),
    [
        ("abc", 0, 3),
        (["a", "bc"], 2, 5),
        ({"abc": "d", "e": 1}, 2, 7),
        ([[], {}, [1]], 4, 4),
    ],
)
def test_a_value_is_small_up_to_a_number_of_values_and_characters(
    value: Any, size: int, length: int
) -> None:
    assert [is_small(value, most) for most in (size, size - 1)] == [True, False]
    assert [is_small(value, most, texts=True) for most in (length, length - 1)] == [True, False]
