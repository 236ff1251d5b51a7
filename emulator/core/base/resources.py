"""Where specs/, fixtures/ and words/ are, in a checkout and when installed."""

from pathlib import Path

PACKAGE = Path(__file__).parents[2]


def data_folder(name: str, package: Path = PACKAGE) -> Path:
    """The folder inside the package, as the wheel has it, else beside it, as a checkout has it."""
    inside = package / name
    return inside if inside.is_dir() else package.parent / name


def spec_path(provider: str) -> Path:
    return data_folder("specs") / f"{provider}.yaml"


def fixture_path(name: str) -> Path:
    return data_folder("fixtures") / f"{name}.yaml"


def fixture_names() -> tuple[str, ...]:
    """The names of the built-in scenarios, in order."""
    return tuple(sorted(path.stem for path in data_folder("fixtures").glob("*.yaml")))
