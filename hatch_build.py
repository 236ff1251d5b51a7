"""Built with the wheel, and with an editable install: the definitions once more, as JSON.

JSON is read a hundred times as fast as YAML. Each file carries the digest of the YAML that it was
made from, so that one that has fallen behind is not believed; to install again makes them anew.
"""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import yaml
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ParsedSpecs(BuildHookInterface[Any]):
    """Hatchling finds the hook by its base."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        write(Path(self.root) / "specs")


def write(folder: Path) -> None:
    for path in folder.glob("*.yaml"):
        source = path.read_bytes()
        parsed = {"sha256": sha256(source).hexdigest(), "spec": yaml.safe_load(source)}
        path.with_suffix(".json").write_text(json.dumps(parsed, separators=(",", ":")))
