"""Programs of other languages and environments, run on a live session of four seconds."""

import json
import subprocess
from pathlib import Path
from typing import Any

TALK = """
transcripts:
  talk:
    language: en
    lines:
      - Ann: {says: Good morning., at: 0.5s, for: 1s}
      - Ben: {says: Hello Ann., at: 2s, for: 1s}
jobs:
  - transcript: talk
"""
RAW = bytes(range(250)) * 128 * 4  # four seconds of 16-bit PCM, mono, 16 kHz


def said_by(*command: Path | str) -> Any:
    """The JSON that the program prints."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def talk(folder: Path) -> Path:
    """A file of the raw audio."""
    path = folder / "talk.raw"
    path.write_bytes(RAW)
    return path
