import pytest

from emulator.core.problems import (
    PROBLEMS,
    Breach,
    Problem,
)
from tests.toy import SAMPLES


def test_the_list_of_problems_is_complete() -> None:
    assert set(PROBLEMS) == set(Problem.__subclasses__())
    assert len(PROBLEMS) == len(set(PROBLEMS))


def test_every_problem_has_a_sample() -> None:
    assert [type(one) for one in SAMPLES] == list(PROBLEMS)


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
def test_the_name_of_a_breach_is_its_dotted_path(path: tuple[str | int, ...], name: str) -> None:
    assert Breach("body", path, "type").name == name
