"""The file of --ready-file."""

from pathlib import Path

import pytest

from emulator.interfaces.cli.readiness import NoReadyFile, ready_file


def test_it_is_gone_until_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "ready"
    path.write_text("of an earlier run")

    with ready_file(str(path)) as tell:
        before = path.exists()
        tell("http://127.0.0.1:5")
        after = path.read_text()

    assert (before, after) == (False, "http://127.0.0.1:5\n")
    assert list(tmp_path.iterdir()) == [path]


def test_a_start_that_fails_leaves_nothing(tmp_path: Path) -> None:
    with ready_file(str(tmp_path / "ready")):
        pass

    assert list(tmp_path.iterdir()) == []


def test_one_that_nobody_asked_for_is_none() -> None:
    with ready_file(None) as tell:
        tell("http://127.0.0.1:5")


@pytest.mark.parametrize("name", ["no/ready", "."])
def test_one_that_cannot_be_written_is_refused_at_once(name: str, tmp_path: Path) -> None:
    path = tmp_path / name

    with (
        pytest.raises(NoReadyFile, match=f"--ready-file: {path} cannot be written: "),
        ready_file(str(path)),
    ):
        pass


def test_one_that_cannot_be_written_any_more_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ready"

    with ready_file(str(path)) as tell:
        path.mkdir()
        with pytest.raises(NoReadyFile, match="Is a directory"):
            tell("http://127.0.0.1:5")
