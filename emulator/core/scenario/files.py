"""Where the text of a scenario is: a file, a built-in one, or what was given itself."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from emulator.core.base.resources import fixture_names
from emulator.core.scenario.schema.diagnostics import COMPARED, ScenarioErrors, nearest_word, quote
from emulator.core.scenario.schema.nodes import MAX_BYTES

KEY = r"\s*[\w\"'-]+:(?:\s|$)"
SUFFIXES = (".yaml", ".yml", ".json")


def is_there(source: str) -> bool:
    try:
        return bool(source) and Path(source).exists() and not Path(source).is_dir()
    except (OSError, ValueError):  # too long for a name, or with a null in it
        return False


def is_yaml(source: str) -> bool:
    return "\n" in source or source.lstrip().startswith("{") or bool(re.match(KEY, source))


def content(path: Path) -> bytes:
    """A byte more than allowed at most, so that the size can be judged."""
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise ScenarioErrors([f"{path}: cannot be read: {error.strerror}"]) from None


def not_found(source: str) -> ScenarioErrors:
    """What to say of a source that is none: what is there instead, or where it was looked for."""
    path = Path(source)
    try:
        if source and path.is_dir():
            return ScenarioErrors([directory(path)])
        if source and path.is_symlink():
            return ScenarioErrors([f"{path}: a link to {path.readlink()}, which is not there"])
        near = nearest_word(source, [*scenarios_in(path.parent), *fixture_names()])
        looked = f"no such file in {Path.cwd()}"
    except (OSError, ValueError):  # too long for a name, with a null in it, or not ours to read
        near, looked = nearest_word(source, fixture_names()), "no such file"
    return ScenarioErrors(["; ".join(missing_file(source, near, looked))])


def missing_file(source: str, near: str, looked: str) -> Iterator[str]:
    yield f"no scenario {quote(source)}"
    if near:
        yield f"did you mean {quote(near)}"
    yield looked
    yield f"built in: {', '.join(fixture_names())}"


def directory(path: Path) -> str:
    inside = ", ".join(scenarios_in(path))
    return f"{path}: a directory, not a scenario; it holds: {inside or 'no YAML'}"


def scenarios_in(folder: Path) -> list[str]:
    """The files in a folder that may be scenarios, as they would be given."""
    return sorted(str(one) for one in files_in(folder))[:COMPARED]


def files_in(folder: Path) -> Iterable[Path]:
    return (one for one in folder.iterdir() if one.suffix in SUFFIXES) if folder.is_dir() else ()
