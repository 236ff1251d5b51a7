"""The JSON that the build makes of a definition, and when it is believed."""

from pathlib import Path

import pytest

from emulator.core.contract.openapi import load
from hatch_build import write

A_LIST = "a: {b: [1, 2.5, null]}\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "small.yaml"
    path.write_text(A_LIST)
    write(tmp_path)
    return path


def test_the_build_makes_json_with_the_digest_of_the_yaml(path: Path) -> None:
    assert path.with_suffix(".json").read_text() == (
        '{"sha256":"0ce889ec9a36ac02a591c65a32554e6ddf06972223b80d0bdf73e129cd517823",'
        '"spec":{"a":{"b":[1,2.5,null]}}}'
    )


def test_what_the_build_made_is_read_in_the_place_of_the_yaml(path: Path) -> None:
    made = path.with_suffix(".json")
    made.write_text(made.read_text().replace("2.5", "3.5"))

    assert load(path) == {"a": {"b": [1, 3.5, None]}}


def test_a_definition_that_was_changed_since_is_read_itself(path: Path) -> None:
    path.write_text("a: changed\n")

    assert load(path) == {"a": "changed"}


@pytest.mark.parametrize("content", ["", "[]", '{"sha256": "cut o'])
def test_a_definition_whose_json_is_broken_is_read_itself(path: Path, content: str) -> None:
    path.with_suffix(".json").write_text(content)

    assert load(path) == {"a": {"b": [1, 2.5, None]}}


def test_a_definition_that_was_never_built_is_read_itself(path: Path) -> None:
    path.with_suffix(".json").unlink()

    assert load(path) == {"a": {"b": [1, 2.5, None]}}
