"""An environment: a folder of links to what is installed here, as pip would fill an empty one."""

import tomllib
from collections.abc import Iterable
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from bench.servers import ROOT

# As they are now, not as they were when the package was installed here.
REQUIRED: tuple[str, ...] = tuple(
    tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
)
PACKAGE = "speech-emulator"
FOLDERS = ("emulator", "specs", "fixtures", "words")


def required_distributions(requirements: Iterable[str]) -> dict[str, Distribution]:
    """What pip installs for them: each with what it requires in its turn."""
    found: dict[str, Distribution] = {}
    seen: set[tuple[str, str]] = set()
    waiting = [(Requirement(requirement), "") for requirement in requirements]
    while waiting:
        wanted, asked_by = waiting.pop()
        name = canonicalize_name(wanted.name)
        if wanted.marker and not wanted.marker.evaluate({"extra": asked_by}):
            continue
        found[name] = distribution(wanted.name)
        new = {(name, extra) for extra in ("", *wanted.extras)} - seen
        seen |= new
        more = found[name].requires or ()
        waiting += [(Requirement(one), extra) for _, extra in new for one in more]
    return found


def plugin_names(distributions: Iterable[Distribution]) -> set[str]:
    """The names of the plugins that a run of pytest loads for them."""
    return {
        entry.name for one in distributions for entry in one.entry_points.select(group="pytest11")
    }


def make_environment(folder: Path, requirements: Iterable[str], *, package: bool) -> None:
    """Make the folder, for Python's option -S and PYTHONPATH; the package is the checkout's."""
    folder.mkdir(exist_ok=True)
    distributions = required_distributions(requirements).values()
    links = [path for one in distributions for path in parts(one)]
    if package:
        links += [ROOT / name for name in FOLDERS if (ROOT / name).exists()]
        write_metadata(folder)
    for path in dict.fromkeys(links):
        (folder / path.name).symlink_to(path)


def parts(found: Distribution) -> list[Path]:
    """Its modules and packages, and its metadata."""
    names = {file.parts[0] for file in found.files or ()} - {"..", "__pycache__"}
    return [Path(str(found.locate_file(name))) for name in sorted(names)]


def write_metadata(folder: Path) -> None:
    """The package's, as its wheel has it: an editable install does not list the modules."""
    known = distribution(PACKAGE)
    own = folder / f"{PACKAGE.replace('-', '_')}-{known.version}.dist-info"
    own.mkdir()
    for name in ("METADATA", "entry_points.txt"):
        (own / name).write_text(known.read_text(name) or "")
    modules = sorted((ROOT / "emulator").rglob("*.py"))
    record = "".join(f"{path.relative_to(ROOT).as_posix()},,\n" for path in modules)
    (own / "RECORD").write_text(record)
