"""Built with the wheel, and with an editable install: what is quicker to read than its source.

The definitions once more, as JSON, which is read a hundred times as fast as YAML. Each file carries
the digest of the YAML that it was made from, so that one that has fallen behind is not believed; to
install again makes them anew.

The word lists of Faker, so that whoever installs the package does without Faker: it brings a plugin
that each run of pytest has to load.
"""

import json
from hashlib import sha256
from pathlib import Path
from runpy import run_path
from typing import Any

import yaml
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

VOCABULARY = Path(__file__).parent / "emulator" / "core" / "speech" / "vocabulary.py"


class BuiltData(BuildHookInterface[Any]):
    """Hatchling finds the hook by its base."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        write(Path(self.root) / "specs")
        write_words(Path(self.root) / "words")


def write(folder: Path) -> None:
    for path in folder.glob("*.yaml"):
        source = path.read_bytes()
        parsed = {"sha256": sha256(source).hexdigest(), "spec": yaml.safe_load(source)}
        path.with_suffix(".json").write_text(json.dumps(parsed, separators=(",", ":")))


def write_words(folder: Path) -> None:
    """By the file itself: its package cannot be imported where it is being built."""
    run_path(str(VOCABULARY))["write_word_lists"](folder)
