from pathlib import Path

from emulator.core.base.resources import data_folder, fixture_names, fixture_path, spec_path

ROOT = Path(__file__).parents[3]


def test_in_a_checkout_the_folders_are_beside_the_package() -> None:
    assert spec_path("gladia") == ROOT / "specs" / "gladia.yaml"
    assert fixture_path("happy") == ROOT / "fixtures" / "happy.yaml"
    assert spec_path("gladia").is_file()


def test_in_a_wheel_they_are_inside_the_package(tmp_path: Path) -> None:
    package = tmp_path / "emulator"
    (package / "specs").mkdir(parents=True)
    (tmp_path / "specs").mkdir()

    assert data_folder("specs", package) == package / "specs"


def test_the_fixtures_are_named_in_order() -> None:
    names = fixture_names()

    assert list(names) == sorted(names)
    assert all(fixture_path(name).is_file() for name in names)
