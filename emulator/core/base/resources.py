"""Where specs/, fixtures/ and words/ are, in a checkout and when installed."""

from pathlib import Path

PACKAGE = Path(__file__).parents[2]


def folder(name: str, package: Path = PACKAGE) -> Path:
    """The folder inside the package, as the wheel has it, else beside it, as a checkout has it."""
    inside = package / name
    return inside if inside.is_dir() else package.parent / name


def spec(provider: str) -> Path:
    return folder("specs") / f"{provider}.yaml"


def fixture(name: str) -> Path:
    return folder("fixtures") / f"{name}.yaml"


def fixtures() -> tuple[str, ...]:
    """The names of the built-in scenarios, in order."""
    return tuple(sorted(path.stem for path in folder("fixtures").glob("*.yaml")))
