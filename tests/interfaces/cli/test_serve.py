"""Serving in the foreground: what it does while it waits."""

from pathlib import Path

from emulator.application.emulator import Emulator
from emulator.interfaces.cli.serve import check_for_change, file_stamp

SETTINGS = {"seed": None}


def test_a_file_that_is_as_it_was_is_not_read_again(tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    path.write_text("scenario: Another")
    emulator = Emulator()

    seen = check_for_change(emulator, path, SETTINGS, file_stamp(path))

    assert seen == file_stamp(path)
    assert emulator.tenants.scenario.title == "Nothing special"


def test_a_file_that_has_changed_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    path.write_text("scenario: Another")
    emulator = Emulator()

    seen = check_for_change(emulator, path, SETTINGS, (0, 0))

    assert seen == file_stamp(path)
    assert emulator.tenants.scenario.title == "Another"


def test_a_file_that_is_gone_for_a_moment_changes_nothing(tmp_path: Path) -> None:
    emulator = Emulator()

    seen = check_for_change(emulator, tmp_path / "s.yaml", SETTINGS, (1, 2))

    assert seen == (1, 2)
    assert emulator.tenants.scenario.title == "Nothing special"
